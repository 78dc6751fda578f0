/*
 * A kernel model's scores beside libsvm's own: bench_kernel BUNDLE MODEL VECTORS
 *
 * MODEL is what svm-train made, BUNDLE what `slant models import` made of it, VECTORS are of `slant features`. Prints
 * the number of vectors, seconds of svm_predict_values and of slant_model_outputs (batches of 64, and one at a time),
 * and the greatest difference of a score.
 */
#include <slant/bundle.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svm.h>
#include <time.h>

enum { MOST = 1 << 16, BATCH = 64 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void stop(const char *what) {
  fprintf(stderr, "bench_kernel: %s\n", what);
  exit(1);
}

static void *need(void *memory) {
  if (!memory) stop("no memory");
  return memory;
}

typedef struct example {
  struct svm_node *nodes;
  slant_vector vector;
} example;

/* A line of LIBSVM's format, for both. */
static example read_line(char *line, uint32_t n_sparse, uint32_t n_dense) {
  size_t n = 0, most = 2;
  for (const char *c = line; *c; c++) most += *c == ':';
  struct svm_node *nodes = need(calloc(most, sizeof *nodes));
  uint32_t *index = need(calloc(most, sizeof *index));
  float *value = need(calloc(most, sizeof *value)), *dense = need(calloc((size_t)n_dense + 1, sizeof *dense));
  uint32_t n_values = 0;
  char *at = strchr(line, ' ');
  for (char *end; at && *at && *at != '\n'; at = end) {
    long feature = strtol(at, &end, 10);
    if (end == at || *end != ':') break;
    double number = strtod(end + 1, &end);
    nodes[n++] = (struct svm_node){(int)feature, number};
    if ((uint32_t)feature > n_sparse) {
      dense[(uint32_t)feature - 1 - n_sparse] = (float)number;
    } else {
      index[n_values] = (uint32_t)feature - 1;
      value[n_values++] = (float)number;
    }
  }
  nodes[n].index = -1;
  return (example){nodes, {index, value, dense, n_values, n_dense}};
}

static void free_example(example *e) {
  free(e->nodes);
  free((void *)(uintptr_t)e->vector.index);
  free((void *)(uintptr_t)e->vector.value);
  free((void *)(uintptr_t)e->vector.dense);
}

static uint32_t read_vectors(const char *path, const slant_bank *bank, example *out) {
  FILE *file = fopen(path, "r");
  char *line = NULL;
  size_t capacity = 0;
  uint32_t n = 0;
  if (!file) stop("the vectors cannot be read");
  while (n < MOST && getline(&line, &capacity, file) > 0) out[n++] = read_line(line, bank->n_sparse, bank->n_dense);
  free(line);
  fclose(file);
  return n;
}

static double score(const slant_bank *bank, const slant_vector *vectors, uint32_t n, uint32_t batch, float *out) {
  slant_workspace *workspace;
  const slant_model *model = slant_bank_model(bank, slant_str_of(SLANT_SHARED_MODEL));
  if (slant_workspace_new(&workspace, NULL)) stop("no memory");
  double start = now();
  for (uint32_t i = 0; i < n; i += batch)
    if (slant_model_outputs(bank, model, vectors + i, n - i < batch ? n - i : batch, workspace,
                            out + (size_t)i * model->n_outputs, NULL))
      stop("no score");
  double seconds = now() - start;
  slant_workspace_free(workspace);
  return seconds;
}

int main(int argc, char **argv) {
  slant_bundle *bundle;
  slant_error error;
  if (argc != 4) stop("usage: bench_kernel BUNDLE MODEL VECTORS");
  if (slant_bundle_open(&bundle, argv[1], &error)) stop(error.message);
  struct svm_model *model = svm_load_model(argv[2]);
  if (!model) stop("the model cannot be read");
  const slant_bank *bank = slant_bundle_bank(bundle, 0);
  uint32_t k = slant_bank_model(bank, slant_str_of(SLANT_SHARED_MODEL))->n_outputs;
  example *examples = need(calloc(MOST, sizeof *examples));
  uint32_t n = read_vectors(argv[3], bank, examples);
  slant_vector *vectors = need(calloc(n + 1, sizeof *vectors));
  double *theirs = need(calloc(((size_t)n + 1) * k, sizeof *theirs)), most = 0;
  float *ours = need(calloc(((size_t)n + 1) * k, sizeof *ours));
  for (uint32_t i = 0; i < n; i++) vectors[i] = examples[i].vector;
  double batched = score(bank, vectors, n, BATCH, ours), single = score(bank, vectors, n, 1, ours), start = now();
  for (uint32_t i = 0; i < n; i++) svm_predict_values(model, examples[i].nodes, theirs + (size_t)i * k);
  double reference = now() - start;
  for (size_t i = 0; i < (size_t)n * k; i++) most = fmax(most, fabs(theirs[i] - (double)ours[i]));
  printf("%u %.4f %.4f %.4f %.3g\n", n, reference, batched, single, most);
  for (uint32_t i = 0; i < n; i++) free_example(&examples[i]);
  free(examples);
  free(vectors);
  free(theirs);
  free(ours);
  svm_free_and_destroy_model(&model);
  slant_bundle_close(bundle);
  return 0;
}
