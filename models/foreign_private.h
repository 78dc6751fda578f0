/* Inside a model of libsvm or LIBLINEAR. Private to models. */
#ifndef SLANT_MODELS_FOREIGN_PRIVATE_H
#define SLANT_MODELS_FOREIGN_PRIVATE_H

#include "common/memory.h"

#include <slant/interchange.h>

struct slant_foreign {
  char kind[112];
  uint32_t coding, n_classes, n_outputs;
  uint32_t classes[SLANT_MAX_CLASSES]; /* in the order of the file */
  bool is_kernel;
  slant_kernel_model kernel;
  slant_linear_model linear;
  uint32_t calibration; /* slant_calibration_kind */
  uint32_t n_calibration;
  float calibrated[2 * SLANT_MAX_CLASSES];
  slant_arena arena; /* the arrays */
};

/* A model file on its way in. */
typedef struct foreign_reader {
  slant_foreign *out;
  slant_str rest, line; /* what is still to be read; what is left of the line */
  const char *name;
  uint64_t number; /* of the line, from 1 */
  uint32_t n_labels, n_sparse, n_dense;
  slant_error *error;
} foreign_reader;

/* Goes on to the next line. False: there is none. */
bool slant_foreign_line(foreign_reader *in);
/* The next word of the line; empty where there is none. */
slant_str slant_foreign_word(foreign_reader *in);
/* SLANT_E_DATA for the present line. */
int slant_foreign_fault(foreign_reader *in, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Numbers, all of a word; they are finite. False, without a message: it is none. */
bool slant_foreign_real(slant_str word, double *out);
bool slant_foreign_count(slant_str word, uint64_t most, uint64_t *out);
/* The next word as a number. */
int slant_foreign_next_real(foreign_reader *in, const char *what, double *out);
/* The rest of a line that says "label 1 3 2": as many classes as nr_class, which has been read. */
int slant_foreign_labels(foreign_reader *in);
void *slant_foreign_array(foreign_reader *in, uint64_t count, size_t size); /* zeroed; NULL with a message */

/* The two formats, from the first line on. */
int slant_libsvm_read(foreign_reader *in);
int slant_liblinear_read(foreign_reader *in);

#endif
