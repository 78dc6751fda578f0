/*
 * Statuses and the error that explains them.
 *
 * Every function that can fail returns a slant_status: 0 is success, negative is one of the codes below.
 * It also takes a `slant_error *` (which may be NULL) and fills it in when, and only when, it fails.
 * A slant_error holds no memory of its own: put it on the stack, copy it, throw it away.
 */
#ifndef SLANT_ERROR_H
#define SLANT_ERROR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, value, word): `word` is what the program prints as the error's code, and never changes. */
#define SLANT_STATUS_LIST(X)                                                                                           \
  X(SLANT_OK, 0, "ok")                                                                                                 \
  X(SLANT_E_DATA, -1, "data")           /* a record, label or line is malformed; the next one may be fine */           \
  X(SLANT_E_FORMAT, -2, "format")       /* a bundle or another whole file is damaged or is not what it should be */    \
  X(SLANT_E_VERSION, -3, "version")     /* written by another version of the format or of a feature stage */           \
  X(SLANT_E_ARGUMENT, -4, "argument")   /* an option or argument is out of its range or contradicts another */         \
  X(SLANT_E_IO, -5, "io")               /* the system refused to open, read, write, sync or rename */                  \
  X(SLANT_E_MEMORY, -6, "memory")       /* no memory, or a size that cannot be represented */                          \
  X(SLANT_E_LIMIT, -7, "limit")         /* larger than a limit that the caller set */                                  \
  X(SLANT_E_CANCELLED, -8, "cancelled") /* the progress callback asked to stop */                                      \
  X(SLANT_E_NOT_FOUND, -9, "not-found") /* a named actor, task or section is not there */

typedef enum slant_status {
#define SLANT_STATUS_ENUM(name, value, word) name = (value),
  SLANT_STATUS_LIST(SLANT_STATUS_ENUM)
#undef SLANT_STATUS_ENUM
} slant_status;

typedef struct slant_error {
  slant_status code;
  uint64_t line;     /* 1-based line of the input, 0 where there is none */
  uint64_t column;   /* 1-based byte within that line, 0 where there is none */
  char source[160];  /* file name, cut at the front if too long; "" where there is none */
  char message[400]; /* what is wrong and what to do; no newline */
} slant_error;

/* The stable word for a status ("data", "io", …); "unknown" for a number that is none. */
const char *slant_status_word(int status);

/* Fills in `error` (if not NULL) from a printf format and returns `code`, so that `return slant_fail(…)` reads well.
 * Line, column and source are reset; slant_error_at() adds them. */
int slant_fail(slant_error *error, slant_status code, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* Says where: sets source (NULL leaves it), line and column (0 leaves them). */
void slant_error_at(slant_error *error, const char *source, uint64_t line, uint64_t column);

/* "file:line:column: message" with the parts that are known, into out[size]; always terminated. */
void slant_error_format(const slant_error *error, char *out, uint64_t size);

#ifdef __cplusplus
}
#endif
#endif
