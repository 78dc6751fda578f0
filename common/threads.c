#include "common/threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

enum { MAX_THREADS = 256 };

typedef struct slant_loop {
  slant_task task;
  void *context;
  size_t count;
  atomic_size_t next;
  atomic_bool failed;
  pthread_mutex_t lock; /* guards the three below */
  size_t failed_index;
  int status;
  slant_error error;
} slant_loop;

typedef struct slant_loop_worker {
  slant_loop *loop;
  unsigned number;
} slant_loop_worker;

static void loop_record_failure(slant_loop *loop, size_t index, int status, const slant_error *error) {
  pthread_mutex_lock(&loop->lock);
  if (!loop->status || index < loop->failed_index) {
    loop->status = status;
    loop->failed_index = index;
    loop->error = *error;
    if (!error->code) slant_fail(&loop->error, (slant_status)status, "an item failed without saying why");
  }
  pthread_mutex_unlock(&loop->lock);
  atomic_store(&loop->failed, true);
}

/* Items are claimed in order and a claimed item is always finished, so every item below a failed one has run: the
 * lowest failure is the same whatever the number of threads. */
static void *loop_run(void *argument) {
  slant_loop_worker *worker = argument;
  slant_loop *loop = worker->loop;
  while (!atomic_load(&loop->failed)) {
    size_t index = atomic_fetch_add(&loop->next, 1);
    if (index >= loop->count) break;
    slant_error error = {0};
    int status = loop->task(loop->context, index, worker->number, &error);
    if (status) loop_record_failure(loop, index, status, &error);
  }
  return NULL;
}

int slant_parallel(size_t count, unsigned threads, slant_task task, void *context, slant_error *error) {
  slant_loop loop = {.task = task, .context = context, .count = count, .lock = PTHREAD_MUTEX_INITIALIZER};
  slant_loop_worker workers[MAX_THREADS];
  pthread_t handles[MAX_THREADS];
  if (threads > MAX_THREADS) threads = MAX_THREADS;
  if (threads > count) threads = (unsigned)count;
  unsigned started = 1; /* worker 0 is the caller; a thread that cannot be started is one worker fewer, not a failure */
  for (; started < threads; started++) {
    workers[started] = (slant_loop_worker){&loop, started};
    if (pthread_create(&handles[started], NULL, loop_run, &workers[started])) break;
  }
  workers[0] = (slant_loop_worker){&loop, 0};
  loop_run(&workers[0]);
  for (unsigned i = 1; i < started; i++) pthread_join(handles[i], NULL);
  pthread_mutex_destroy(&loop.lock);
  if (loop.status && error) *error = loop.error;
  return loop.status;
}

unsigned slant_cores(void) {
  cpu_set_t set;
  /* The call fails on machines with more processors than a cpu_set_t has bits. */
  long count = sched_getaffinity(0, sizeof set, &set) ? sysconf(_SC_NPROCESSORS_ONLN) : CPU_COUNT(&set);
  return count < 1 ? 1 : count > MAX_THREADS ? MAX_THREADS : (unsigned)count;
}
