/* The sample corpus, which travels inside the library: its files by name. See datasets/sample/README.md. */
#ifndef SLANT_SAMPLE_H
#define SLANT_SAMPLE_H

#include <slant/str.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Names of the files, NULL-terminated: train.jsonl, test.jsonl, articles.jsonl, actors.tsv, README.md. */
const char *const *slant_sample_names(void);
/* The bytes of a file; ptr is NULL where there is no such file. */
slant_str slant_sample_file(const char *name);

#ifdef __cplusplus
}
#endif
#endif
