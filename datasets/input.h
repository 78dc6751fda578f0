/* Bytes of a file, pipe or standard input: plain, gzip or zstd, told apart by their first bytes. Private to datasets.
 */
#ifndef SLANT_DATASETS_INPUT_H
#define SLANT_DATASETS_INPUT_H

#include <slant/error.h>
#include <slant/str.h>
#include <stdbool.h>

typedef struct slant_input_bytes slant_input_bytes;

/* "-" is standard input. */
int slant_input_open(slant_input_bytes **out, const char *path, slant_error *error);
/* Bytes in memory, which must outlive the input; they may be compressed as well. */
int slant_input_open_memory(slant_input_bytes **out, slant_str bytes, slant_error *error);
/* Up to `size` bytes into `buffer`: their number, 0 at the end, negative on a read error or damaged compression. */
int64_t slant_input_read(slant_input_bytes *input, char *buffer, size_t size, slant_error *error);
uint64_t slant_input_size(const slant_input_bytes *input);     /* bytes of the file on disk, 0: not known */
uint64_t slant_input_consumed(const slant_input_bytes *input); /* of those, read so far */
bool slant_input_compressed(const slant_input_bytes *input);
/* Goes to a byte of an uncompressed regular file. False: it cannot; nothing has changed. */
bool slant_input_seek(slant_input_bytes *input, uint64_t byte);
void slant_input_close(slant_input_bytes *input);

#endif
