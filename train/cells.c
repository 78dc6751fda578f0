#include "train/cells.h"

#include "common/memory.h"
#include "common/threads.h"
#include "train/candidates.h"

#include <stdlib.h>

static int no_memory(const slant_cells *cells, slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for the scores of %u examples under %u settings",
                    cells->problem->n, cells->n_settings);
}

static uint32_t n_pairs(uint32_t n_folds) {
  return n_folds * (n_folds + 1) / 2;
}

static slant_cell_row *row_of(const slant_cells *cells, uint32_t f, uint32_t g, slant_share share) {
  if (f > g) return row_of(cells, g, f, share);
  return &cells->rows[(uint32_t)share * n_pairs(cells->folds->n_folds) + g * (g + 1) / 2 + f];
}

/* The examples by the fold that judges them: a counting sort. */
static bool sort_judged(slant_cells *cells) {
  uint32_t k = cells->folds->n_folds, n = cells->problem->n;
  cells->first = slant_alloc_zero((size_t)k + 2, sizeof *cells->first);
  cells->judged = slant_alloc(n, sizeof *cells->judged);
  if (!cells->first || !cells->judged) return false;
  for (uint32_t i = 0; i < n; i++)
    if (cells->folds->fold[i] < k) cells->first[cells->folds->fold[i] + 2]++;
  for (uint32_t f = 1; f <= k; f++) cells->first[f + 1] += cells->first[f];
  for (uint32_t i = 0; i < n; i++) /* first[f + 1] is where f starts, and becomes where it ends */
    if (cells->folds->fold[i] < k) cells->judged[cells->first[cells->folds->fold[i] + 1]++] = i;
  return true;
}

int slant_cells_open(slant_cells *cells, slant_error *error) {
  uint32_t k = cells->folds->n_folds;
  cells->n_machines = slant_coding_machines(cells->labelling->coding, cells->labelling->n_classes);
  cells->n_rows = SLANT_N_SHARES * n_pairs(k);
  cells->rows = slant_alloc_zero(cells->n_rows, sizeof *cells->rows);
  if (!cells->rows || !sort_judged(cells)) {
    slant_cells_close(cells);
    return no_memory(cells, error);
  }
  for (uint32_t share = 0; share < SLANT_N_SHARES; share++)
    for (uint32_t g = 0; g < k; g++)
      for (uint32_t f = 0; f <= g; f++)
        *row_of(cells, f, g, (slant_share)share) = (slant_cell_row){.f = f, .g = g, .share = (slant_share)share};
  return SLANT_OK;
}

void slant_cells_close(slant_cells *cells) {
  for (uint32_t r = 0; cells->rows && r < cells->n_rows; r++) {
    for (uint32_t c = 0; cells->rows[r].values && c < cells->n_settings; c++) free(cells->rows[r].values[c]);
    free(cells->rows[r].values);
    free(cells->rows[r].wanted);
  }
  free(cells->rows);
  free(cells->first);
  free(cells->judged);
  cells->rows = NULL;
  cells->first = cells->judged = NULL;
}

static uint32_t size_of(const slant_cells *cells, uint32_t fold) {
  return cells->first[fold + 1] - cells->first[fold];
}

int slant_cells_want(slant_cells *cells, uint32_t candidate, uint32_t f, uint32_t g, slant_share share,
                     slant_error *error) {
  slant_cell_row *row = row_of(cells, f, g, share);
  if (!row->values) row->values = slant_alloc_zero(cells->n_settings, sizeof *row->values);
  if (!row->wanted) row->wanted = slant_alloc_zero(cells->n_settings, sizeof *row->wanted);
  if (!row->values || !row->wanted) return no_memory(cells, error);
  if (row->values[candidate]) return SLANT_OK;
  size_t n = size_of(cells, f) + (f == g ? 0 : (size_t)size_of(cells, g));
  row->values[candidate] = slant_alloc(n, cells->n_machines * sizeof *row->values[candidate]);
  if (!row->values[candidate]) return no_memory(cells, error);
  row->wanted[candidate] = true;
  return SLANT_OK;
}

static bool learns(const slant_cells *cells, const slant_cell_row *row, uint32_t example) {
  return slant_folds_learns(cells->folds, row->f, example) &&
         (row->f == row->g || cells->folds->fold[example] != row->g) &&
         (double)cells->rank[example] < slant_share_value(row->share);
}

uint32_t slant_cells_learned(const slant_cells *cells, uint32_t f, uint32_t g, slant_share share) {
  const slant_cell_row *row = row_of(cells, f, g, share);
  uint32_t n = 0;
  for (uint32_t i = 0; i < cells->problem->n; i++) n += learns(cells, row, i);
  return n;
}

const double *slant_cells_values(const slant_cells *cells, uint32_t candidate, uint32_t f, uint32_t g,
                                 slant_share share, uint32_t part) {
  const slant_cell_row *row = row_of(cells, f, g, share);
  return row->values[candidate] + (part == row->f ? 0 : (size_t)size_of(cells, row->f) * cells->n_machines);
}

/* ---- fits ---- */
/* What is wanted of one space: candidates [begin, end), in these rows. */
typedef struct space_batch {
  slant_cells *cells;
  const slant_space *space;
  uint32_t begin, end;
  slant_cell_row **rows;
  uint32_t n_rows;
} space_batch;

static bool wants(const slant_cell_row *row, uint32_t begin, uint32_t end) {
  for (uint32_t c = begin; row->wanted && c < end; c++)
    if (row->wanted[c]) return true;
  return false;
}

static void judge_fold(const space_batch *batch, uint32_t fold, uint32_t m, const slant_machine *machine,
                       double *values) {
  const slant_cells *cells = batch->cells;
  for (uint32_t j = cells->first[fold]; j < cells->first[fold + 1]; j++, values += cells->n_machines)
    values[m] = slant_machine_value(machine, batch->space, cells->judged[j]);
}

/* Fits machine m at the wanted candidates of a row, whose numbers are chosen[n] and whose costs ascend. */
static int fit_row(const space_batch *batch, const slant_cell_row *row, uint32_t m, const uint32_t *chosen,
                   const double *costs, uint32_t n, slant_machine *machines, slant_error *error) {
  const slant_cells *cells = batch->cells;
  uint32_t *from = slant_alloc(cells->problem->n, sizeof *from), n_from = 0;
  slant_subset_buffers buffers = {0};
  int status = SLANT_E_MEMORY;
  if (!from || !slant_subset_buffers_new(&buffers, cells->problem->n)) {
    no_memory(cells, error);
    goto out;
  }
  for (uint32_t i = 0; i < cells->problem->n; i++)
    if (learns(cells, row, i)) from[n_from++] = i;
  slant_subset subset = slant_labelling_subset(cells->labelling, m, from, n_from, &buffers);
  status = slant_fit_path(machines, batch->space, &subset, costs, n, error);
  for (uint32_t c = 0; c < n && !status; c++) {
    double *values = row->values[chosen[c]];
    judge_fold(batch, row->f, m, &machines[c], values);
    if (row->g != row->f)
      judge_fold(batch, row->g, m, &machines[c], values + (size_t)size_of(cells, row->f) * cells->n_machines);
    slant_machine_free(&machines[c]);
  }
out:
  free(from);
  slant_subset_buffers_free(&buffers);
  return status;
}

static int fit_task(void *context, size_t index, unsigned worker, slant_error *error) {
  (void)worker;
  const space_batch *batch = context;
  const slant_cells *cells = batch->cells;
  const slant_cell_row *row = batch->rows[index / cells->n_machines];
  uint32_t m = (uint32_t)(index % cells->n_machines), most = batch->end - batch->begin, n = 0;
  slant_machine *machines = slant_alloc_zero(most, sizeof *machines);
  uint32_t *chosen = slant_alloc(most, sizeof *chosen);
  double *costs = slant_alloc(most, sizeof *costs);
  int status = machines && chosen && costs ? slant_progress_step(cells->progress, 0, error) : no_memory(cells, error);
  for (uint32_t c = batch->begin; c < batch->end && !status; c++) {
    if (!row->wanted[c]) continue;
    chosen[n] = c;
    costs[n++] = cells->settings[c].cost;
  }
  if (!status) status = fit_row(batch, row, m, chosen, costs, n, machines, error);
  free(machines);
  free(chosen);
  free(costs);
  return status ? status : slant_progress_step(cells->progress, n, error);
}

/* All that is wanted of the candidates [begin, end), which share a space. */
static int compute_space(slant_cells *cells, uint32_t begin, uint32_t end, slant_error *error) {
  slant_space space;
  space_batch batch = {.cells = cells, .space = &space, .begin = begin, .end = end};
  for (uint32_t r = 0; r < cells->n_rows; r++) batch.n_rows += wants(&cells->rows[r], begin, end);
  if (!batch.n_rows) return SLANT_OK;
  batch.rows = slant_alloc(batch.n_rows, sizeof *batch.rows);
  if (!batch.rows) return no_memory(cells, error);
  uint32_t n = 0;
  for (uint32_t r = 0; r < cells->n_rows; r++)
    if (wants(&cells->rows[r], begin, end)) batch.rows[n++] = &cells->rows[r];
  int status = slant_space_new(&space, cells->problem, &cells->settings[begin], cells->threads, error);
  if (!status) {
    status = slant_parallel((size_t)n * cells->n_machines, cells->threads, fit_task, &batch, error);
    slant_space_free(&space);
  }
  for (uint32_t r = 0; r < n; r++)
    for (uint32_t c = begin; c < end; c++) {
      cells->n_fits += batch.rows[r]->wanted[c] ? cells->n_machines : 0;
      batch.rows[r]->wanted[c] = false;
    }
  free(batch.rows);
  return status;
}

int slant_cells_compute(slant_cells *cells, slant_error *error) {
  int status = SLANT_OK;
  uint32_t n_blocks = cells->problem->options.n_blocks;
  for (uint32_t begin = 0, end; begin < cells->n_settings && !status; begin = end) {
    for (end = begin + 1; end < cells->n_settings; end++)
      if (!slant_setting_same_space(&cells->settings[begin], &cells->settings[end], n_blocks)) break;
    status = compute_space(cells, begin, end, error);
  }
  return status;
}
