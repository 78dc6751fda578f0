#include "train/svd.h"

#include "common/memory.h"
#include "common/random.h"
#include "common/threads.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 256 }; /* of one job */

/* LAPACK, which stands in OpenBLAS; Debian's package has no header for it. */
void sgelqf_(const blasint *m, const blasint *n, float *a, const blasint *lda, float *tau, float *work,
             const blasint *lwork, blasint *info);
void sorglq_(const blasint *m, const blasint *n, const blasint *k, float *a, const blasint *lda, const float *tau,
             float *work, const blasint *lwork, blasint *info);
void dsyev_(const char *jobz, const char *uplo, const blasint *n, double *a, const blasint *lda, double *w,
            double *work, const blasint *lwork, blasint *info);

typedef struct product {
  const slant_sparse *matrix;
  const float *value, *in;
  float *out;
  uint32_t k;
} product;

static int multiply_rows(void *context, size_t job, unsigned worker, slant_error *error) {
  const product *p = context;
  const slant_sparse *matrix = p->matrix;
  uint32_t k = p->k, begin = (uint32_t)job * ROWS, end = matrix->n - begin > ROWS ? begin + ROWS : matrix->n;
  (void)worker;
  (void)error;
  for (uint32_t row = begin; row < end; row++) {
    float *restrict out = p->out + (size_t)row * k;
    memset(out, 0, k * sizeof *out);
    for (size_t e = matrix->start[row]; e < matrix->start[row + 1]; e++) {
      const float *restrict in = p->in + (size_t)matrix->index[e] * k;
      float value = p->value[e];
      for (uint32_t c = 0; c < k; c++) out[c] += value * in[c];
    }
  }
  return SLANT_OK;
}

/* out = A in, or Aᵀ in; both n × k, row-major. */
static int multiply(float *out, const slant_sparse *matrix, const float *value, const float *in, uint32_t k,
                    unsigned threads, slant_progress *progress, slant_error *error) {
  product p = {matrix, value, in, out, k};
  int status = slant_parallel(((size_t)matrix->n + ROWS - 1) / ROWS, threads, multiply_rows, &p, error);
  return status ? status : slant_progress_step(progress, 1, error);
}

/* Brings the k columns of a row-major n × k matrix, which LAPACK sees as k rows, to an orthonormal basis. */
static int orthonormalise(float *columns, uint32_t n, uint32_t k, slant_error *error) {
  blasint m = (blasint)k, length = (blasint)n, lwork = m * 64, info = 0;
  float *tau = slant_alloc(k, sizeof *tau), *work = slant_alloc((size_t)lwork, sizeof *work);
  if (tau && work) {
    sgelqf_(&m, &length, columns, &m, tau, work, &lwork, &info);
    if (!info) sorglq_(&m, &length, &m, columns, &m, tau, work, &lwork, &info);
  }
  bool ok = tau && work;
  free(tau);
  free(work);
  if (!ok) return slant_fail(error, SLANT_E_MEMORY, "no memory to factorise");
  return info ? slant_fail(error, SLANT_E_ARGUMENT, "LAPACK's LQ factorisation failed (%d)", (int)info) : SLANT_OK;
}

/* Eigenvectors of BᵀB (b: n × k, row-major) into vectors[k × k], those of the smallest value first, and the values. */
static int decompose(double *vectors, double *values, const float *b, uint32_t n, uint32_t k, slant_error *error) {
  blasint order = (blasint)k, lwork = order * 64, info = 0;
  double *work = slant_alloc((size_t)lwork, sizeof *work), *row = slant_alloc(k, sizeof *row);
  if (!work || !row) {
    free(work);
    free(row);
    return slant_fail(error, SLANT_E_MEMORY, "no memory to factorise");
  }
  memset(vectors, 0, (size_t)k * k * sizeof *vectors);
  for (uint32_t i = 0; i < n; i++) { /* in double: the small eigenvalues are squares of small numbers */
    for (uint32_t c = 0; c < k; c++) row[c] = (double)b[(size_t)i * k + c];
    cblas_dsyr(CblasColMajor, CblasLower, order, 1, row, 1, vectors, order);
  }
  dsyev_("V", "L", &order, vectors, &order, values, work, &lwork, &info);
  free(work);
  free(row);
  return info ? slant_fail(error, SLANT_E_ARGUMENT, "LAPACK's eigenvalue decomposition failed (%d)", (int)info)
              : SLANT_OK;
}

/* left = Q times the eigenvectors of the greatest values. False: no memory. */
static bool project(float *left, float *singular, const float *q, const double *vectors, const double *values,
                    uint32_t n, uint32_t k, uint32_t rank) {
  float *chosen = slant_alloc((size_t)k * rank, sizeof *chosen);
  if (!chosen) return false;
  for (uint32_t c = 0; c < rank; c++) {
    const double *vector = vectors + (size_t)(k - 1 - c) * k;
    singular[c] = (float)sqrt(fmax(values[k - 1 - c], 0));
    for (uint32_t j = 0; j < k; j++) chosen[(size_t)j * rank + c] = (float)vector[j];
  }
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)n, (blasint)rank, (blasint)k, 1, q, (blasint)k,
              chosen, (blasint)rank, 0, left, (blasint)rank);
  free(chosen);
  return true;
}

uint32_t slant_svd_steps(const slant_svd_options *options) {
  return 2 + 2 * options->iterations;
}

int slant_svd(float *left, float *singular, const slant_sparse *matrix, const slant_svd_options *options,
              slant_progress *progress, slant_error *error) {
  uint32_t n = matrix->n, k = options->rank + options->oversampling;
  size_t cells = (size_t)n * k;
  float *q = slant_alloc(cells, sizeof *q), *other = slant_alloc(cells, sizeof *other);
  double *vectors = slant_alloc((size_t)k * k, sizeof *vectors), *values = slant_alloc(k, sizeof *values);
  int status = q && other && vectors && values
                   ? SLANT_OK
                   : slant_fail(error, SLANT_E_MEMORY, "no memory to factorise %u × %u words", n, n);
  openblas_set_num_threads(1); /* threads are ours, and sums must not depend on their number */
  slant_random random = slant_random_from(options->seed, 0);
  for (size_t i = 0; !status && i < cells; i++)
    other[i] = (float)((double)(slant_random_next(&random) >> 11) / 4503599627370496.0 - 1); /* uniform in [-1, 1) */
  for (uint32_t step = 0; !status && step <= options->iterations; step++) {
    if (step) {
      status = multiply(other, matrix, matrix->transposed, q, k, options->threads, progress, error);
      if (!status) status = orthonormalise(other, n, k, error);
    }
    if (!status) status = multiply(q, matrix, matrix->value, other, k, options->threads, progress, error);
    if (!status) status = orthonormalise(q, n, k, error);
  }
  if (!status) status = multiply(other, matrix, matrix->transposed, q, k, options->threads, progress, error);
  if (!status) status = decompose(vectors, values, other, n, k, error);
  if (!status && !project(left, singular, q, vectors, values, n, k, options->rank))
    status = slant_fail(error, SLANT_E_MEMORY, "no memory to factorise");
  free(q);
  free(other);
  free(vectors);
  free(values);
  return status;
}
