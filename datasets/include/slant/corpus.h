/* Public corpora turned into records, and a lint for labelled corpora. */
#ifndef SLANT_CORPUS_H
#define SLANT_CORPUS_H

#include <slant/observer.h>
#include <slant/reader.h>
#include <slant/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Gives the actor's id for a mention's text, or an empty string. Supplied by the caller, so that datasets need not know
 * actor dictionaries. */
typedef slant_str (*slant_actor_lookup)(void *context, slant_str mention);

typedef struct slant_convert_options {
  const char *from; /* a name from slant_convert_formats() */
  const char *task; /* overrides the format's own task name; NULL keeps it */
  slant_actor_lookup actor_of;
  void *actor_context;
} slant_convert_options;

/* The known formats, NULL-terminated: newsmtsc, pstance, semeval2016, polarity, fasttext, svmlight, … and one line on
 * each. */
const char *const *slant_convert_formats(void);
const char *slant_convert_describe(const char *format);

/* Called once a record; a return other than 0 stops. */
typedef int (*slant_record_sink)(void *context, const slant_record *record, slant_error *error);
/* Called once a bad line of the corpus; a return other than 0 stops. */
typedef int (*slant_bad_line_sink)(void *context, const slant_error *error);

int slant_convert(const slant_convert_options *options, const char *path, slant_record_sink sink,
                  slant_bad_line_sink bad, void *context, slant_error *error);

#ifdef __cplusplus
}
#endif
#endif
