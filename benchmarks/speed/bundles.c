/*
 * Bundles made larger, and opened:
 *   bench_bundles actors N IN OUT    every bank has N models: its own, and copies of them for actors A0, A1, …
 *   bench_bundles grow BYTES IN OUT  the last feature's name becomes so many bytes longer
 *   bench_bundles open FILE          milliseconds of slant_bundle_open, and of slant_bundle_verify
 *   bench_bundles outputs FILE TEXTS milliseconds of processor time for the outputs of up to 64 texts, a line each,
 * under all models: one model after the other, and by slant_bank_outputs
 */
#include "common/memory.h"
#include "models/container.h"

#include <inttypes.h>
#include <slant/bundle.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void stop(const char *what) {
  fprintf(stderr, "bench_bundles: %s\n", what);
  exit(1);
}

static void *need(void *memory) {
  if (!memory) stop("no memory");
  return memory;
}

static slant_bundle *open_bundle(const char *path) {
  slant_bundle *bundle;
  slant_error error;
  if (slant_bundle_open(&bundle, path, &error)) stop(error.message);
  return bundle;
}

/* A copy of one of the bank's linear models for another actor. */
static int add_copy(slant_bank_builder *builder, const slant_bank *bank, const slant_model *model, slant_str actor) {
  uint32_t n = bank->n_sparse + bank->n_dense, k = model->n_outputs;
  float *weights = need(calloc(n, k * sizeof *weights)), *bias = need(calloc(k, sizeof *bias));
  slant_model named = *model;
  named.actor = actor;
  named.shared = 0;
  for (uint32_t o = 0; o < k; o++) {
    bias[o] = slant_model_bias(bank, model, o);
    for (uint32_t f = 0; f < n; f++) weights[(size_t)f * k + o] = slant_model_weight(bank, model, f, o);
  }
  const slant_linear_model linear = {n, NULL, weights, bias};
  int status = slant_bank_builder_add(builder, &named, &linear, NULL);
  free(weights);
  free(bias);
  return status;
}

static void add_actors(uint32_t n, const char *in, const char *out) {
  slant_bundle *bundle = open_bundle(in);
  uint32_t n_banks = slant_bundle_n_banks(bundle);
  slant_bank *banks = need(calloc(n_banks, sizeof *banks));
  slant_error error;
  for (uint32_t b = 0; b < n_banks; b++) {
    const slant_bank *bank = slant_bundle_bank(bundle, b);
    slant_bank_builder *builder;
    if (bank->n_models < 2) stop("a bank has no model of an actor");
    int status = slant_bank_builder_new(&builder, bank->task, bank->labels, bank->n_labels, bank->n_sparse,
                                        bank->n_dense, &error);
    for (uint32_t m = 0; m < n && !status; m++) {
      char name[16];
      snprintf(name, sizeof name, "A%" PRIu32, m);
      status = m < bank->n_models
                   ? slant_bank_builder_copy(builder, bank, &bank->models[m], &error)
                   : add_copy(builder, bank, &bank->models[1 + m % (bank->n_models - 1)], slant_str_of(name));
    }
    if (!status) status = slant_bank_builder_finish(builder, 32, &banks[b], &error);
    if (status) stop(error.message);
  }
  if (slant_bundle_rewrite(out, bundle, slant_bundle_actors(bundle), banks, n_banks, slant_bundle_card(bundle), &error))
    stop(error.message);
}

static void grow(uint64_t bytes, const char *in, const char *out) {
  slant_bundle *bundle = open_bundle(in);
  slant_section sections[SLANT_MAX_SECTIONS];
  uint32_t n = slant_bundle_n_sections(bundle), n_sparse = slant_pipeline_n_sparse(slant_bundle_pipeline(bundle));
  slant_error error;
  for (uint32_t s = 0; s < n; s++) {
    sections[s] = slant_bundle_section(bundle, s);
    if (strcmp(sections[s].name, "names") != 0) continue;
    uint64_t *names = need(calloc(1, sections[s].size + bytes));
    memcpy(names, sections[s].data, sections[s].size);
    names[n_sparse] += bytes;
    sections[s].data = names;
    sections[s].size += bytes;
  }
  if (slant_container_write(out, sections, n, &error)) stop(error.message);
}

static void time_open(const char *path) {
  double start = now(), opened, verified;
  slant_bundle *bundle = open_bundle(path);
  opened = now();
  if (slant_bundle_verify(bundle, NULL)) stop("the bundle is damaged");
  verified = now();
  printf("%.2f %.2f\n", opened - start, verified - opened);
  slant_bundle_close(bundle);
}

/* ---- outputs ---- */
enum { N_TEXTS = 64, ROUNDS = 5 };

static double processor(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static uint32_t extract_lines(const slant_bundle *bundle, const char *path, slant_vector vectors[N_TEXTS]) {
  slant_document *document;
  FILE *file = need(fopen(path, "r"));
  char *line = NULL;
  size_t capacity = 0;
  ssize_t length;
  uint32_t n = 0;
  if (slant_document_new(&document, NULL)) stop("no memory");
  while (n < N_TEXTS && (length = getline(&line, &capacity, file)) >= 0) {
    slant_extractor *extractor; /* one a text: its vector stays */
    if (slant_extractor_new(&extractor, slant_bundle_pipeline(bundle), NULL) ||
        slant_document_read(document, (slant_str){line, (size_t)length}, NULL) ||
        slant_extract(extractor, (slant_example){document, 0, 0}, &vectors[n++], NULL))
      stop("a text has no vector");
  }
  fclose(file);
  return n;
}

static void time_outputs(const char *path, const char *texts) {
  slant_bundle *bundle = open_bundle(path);
  slant_vector vectors[N_TEXTS];
  slant_workspace *workspace;
  double singly = 0, together = 0;
  uint32_t n = extract_lines(bundle, texts, vectors);
  if (slant_workspace_new(&workspace, NULL)) stop("no memory");
  for (uint32_t b = 0; b < slant_bundle_n_banks(bundle); b++) {
    const slant_bank *bank = slant_bundle_bank(bundle, b);
    size_t n_outputs = 0;
    for (uint32_t m = 0; m < bank->n_models; m++) n_outputs += bank->models[m].n_outputs;
    if (!n_outputs || !n) stop("there is nothing to score");
    float *one = need(calloc(n_outputs, n * sizeof *one)), *all = need(calloc(n_outputs, n * sizeof *all));
    for (int round = 0; round <= ROUNDS; round++) { /* the first one warms up */
      double start = processor(), middle;
      size_t at = 0;
      for (uint32_t m = 0; m < bank->n_models; at += (size_t)n * bank->models[m++].n_outputs)
        if (slant_model_outputs(bank, &bank->models[m], vectors, n, workspace, one + at, NULL)) stop("no outputs");
      middle = processor();
      if (slant_bank_outputs(bank, vectors, n, workspace, all, NULL)) stop("no outputs");
      singly += round ? middle - start : 0;
      together += round ? processor() - middle : 0;
    }
    if (memcmp(one, all, n_outputs * n * sizeof *one) != 0) stop("the outputs differ");
    free(one);
    free(all);
  }
  printf("%.3f %.3f\n", singly / ROUNDS, together / ROUNDS);
}

int main(int argc, char **argv) {
  if (argc == 5 && !strcmp(argv[1], "actors"))
    add_actors((uint32_t)strtoul(argv[2], NULL, 10), argv[3], argv[4]);
  else if (argc == 5 && !strcmp(argv[1], "grow"))
    grow(strtoull(argv[2], NULL, 10), argv[3], argv[4]);
  else if (argc == 3 && !strcmp(argv[1], "open"))
    time_open(argv[2]);
  else if (argc == 4 && !strcmp(argv[1], "outputs"))
    time_outputs(argv[2], argv[3]);
  else
    stop("usage: bench_bundles actors N IN OUT | grow BYTES IN OUT | open FILE | outputs FILE TEXTS");
  return 0;
}
