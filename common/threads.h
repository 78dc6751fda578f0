/* A parallel loop whose result does not depend on the number of threads. */
#ifndef SLANT_COMMON_THREADS_H
#define SLANT_COMMON_THREADS_H

#include <slant/error.h>
#include <stddef.h>

/* Does item `index` on worker `worker` (0 … threads-1, for per-thread scratch). A status other than 0 ends the loop. */
typedef int (*slant_task)(void *context, size_t index, unsigned worker, slant_error *error);

/* Runs task(0 … count-1), handed out in order, on `threads` threads (the caller is one of them). On failure the error
 * of the lowest failing index is returned, whatever the interleaving. */
int slant_parallel(size_t count, unsigned threads, slant_task task, void *context, slant_error *error);

unsigned slant_cores(void); /* processors this process may run on, at least 1 */

#endif
