#include "train/members.h"

#include <slant/model.h>
#include <stdlib.h>

typedef struct ranked {
  slant_str name;
  uint32_t number;
} ranked;

static int by_name(const void *left, const void *right) {
  return slant_str_compare(((const ranked *)left)->name, ((const ranked *)right)->name);
}

/* Rank of every used name in the order of bytes: rank[number], and the names in that order into sorted[]. Returns how
 * many are used. */
static uint32_t rank_names(const slant_names *names, uint32_t *rank, ranked *sorted) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < names->n; i++)
    if (rank[i]) sorted[n++] = (ranked){names->items[i], i};
  qsort(sorted, n, sizeof *sorted, by_name);
  for (uint32_t i = 0; i < n; i++) rank[sorted[i].number] = i;
  return n;
}

static int no_memory(const slant_bank_members *out, slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for the examples of task '%.*s'", (int)out->task.len,
                    out->task.ptr);
}

/* The task's samples, and its labels sorted. */
static int collect_samples(slant_bank_members *out, const slant_examples *examples, uint32_t task, slant_error *error) {
  uint32_t *rank = slant_alloc_zero(examples->labels.n, sizeof *rank), n_labels = 0;
  ranked *sorted = slant_alloc(examples->labels.n, sizeof *sorted);
  out->samples = slant_alloc(examples->n_items, sizeof *out->samples);
  out->all = slant_alloc(examples->n_items, sizeof *out->all);
  int status = rank && sorted && out->samples && out->all ? SLANT_OK : no_memory(out, error);
  for (uint32_t i = 0; i < examples->n_items && !status; i++) {
    const slant_example_label *item = &examples->items[i];
    if (item->task != task || item->row == SLANT_NO_ROW) continue;
    rank[item->label] = 1;
    out->all[out->n_samples] = out->n_samples;
    out->samples[out->n_samples++] = (slant_sample){
        item->row,   item->label, item->actor, examples->texts[item->text].group, examples->texts[item->text].date,
        item->weight};
  }
  if (!status) {
    n_labels = rank_names(&examples->labels, rank, sorted);
    out->labels = slant_alloc(n_labels, sizeof *out->labels);
    if (!out->labels) status = no_memory(out, error);
  }
  for (uint32_t i = 0; i < n_labels && !status; i++) out->labels[i] = sorted[i].name;
  for (uint32_t i = 0; i < out->n_samples && !status; i++) out->samples[i].label = rank[out->samples[i].label];
  out->n_labels = n_labels;
  free(rank);
  free(sorted);
  return status;
}

static int check_labels(const slant_bank_members *out, slant_error *error) {
  slant_str task = out->task;
  if (out->n_samples == 0)
    return slant_fail(error, SLANT_E_DATA, "task '%.*s' has no example left to learn from", (int)task.len, task.ptr);
  if (out->n_labels == 1)
    return slant_fail(error, SLANT_E_DATA,
                      "task '%.*s' has one label only, '%.*s': a classifier needs examples of at least two",
                      (int)task.len, task.ptr, (int)out->labels[0].len, out->labels[0].ptr);
  if (out->n_labels > SLANT_MAX_CLASSES)
    return slant_fail(error, SLANT_E_LIMIT, "task '%.*s' has %u labels; at most %d are possible", (int)task.len,
                      task.ptr, out->n_labels, SLANT_MAX_CLASSES);
  return SLANT_OK;
}

/* The actors sorted, and the samples of each: a counting sort by the actors' ranks. */
static int collect_actors(slant_bank_members *out, const slant_names *names, slant_error *error) {
  uint32_t *rank = slant_alloc_zero(names->n, sizeof *rank);
  ranked *sorted = slant_alloc(names->n, sizeof *sorted);
  out->by_actor = slant_alloc(out->n_samples, sizeof *out->by_actor);
  int status = rank && sorted && out->by_actor ? SLANT_OK : no_memory(out, error);
  if (!status) {
    for (uint32_t i = 0; i < out->n_samples; i++) rank[out->samples[i].actor] = 1;
    out->n_actors = rank_names(names, rank, sorted);
    out->actors = slant_alloc_zero(out->n_actors, sizeof *out->actors);
    if (!out->actors) status = no_memory(out, error);
  }
  if (!status) {
    for (uint32_t i = 0; i < out->n_samples; i++) out->actors[rank[out->samples[i].actor]].last++;
    uint32_t first = 0;
    for (uint32_t a = 0; a < out->n_actors; a++) {
      uint32_t count = out->actors[a].last;
      out->actors[a] = (slant_bank_actor){sorted[a].name, first, first};
      first += count;
    }
    for (uint32_t i = 0; i < out->n_samples; i++) out->by_actor[out->actors[rank[out->samples[i].actor]].last++] = i;
  }
  free(rank);
  free(sorted);
  return status;
}

int slant_bank_members_of(slant_bank_members *out, const slant_examples *examples, uint32_t task, slant_error *error) {
  *out = (slant_bank_members){.task = examples->tasks.items[task]};
  int status = collect_samples(out, examples, task, error);
  if (!status) status = check_labels(out, error);
  if (!status) status = collect_actors(out, &examples->actors, error);
  if (status) slant_bank_members_free(out);
  return status;
}

/* Gives the samples the numbers that their labels have in the bank, and the members its labels. */
static int take_labels(slant_bank_members *out, const slant_bank *base, slant_error *error) {
  uint32_t number[SLANT_MAX_CLASSES];
  slant_str *labels = slant_alloc(base->n_labels, sizeof *labels);
  if (!labels) return no_memory(out, error);
  for (uint32_t l = 0; l < base->n_labels; l++) labels[l] = base->labels[l];
  for (uint32_t l = 0, at = 0; l < out->n_labels; l++) { /* both are in the order of bytes */
    while (at < base->n_labels && slant_str_compare(labels[at], out->labels[l]) < 0) at++;
    if (at == base->n_labels || !slant_str_equal(labels[at], out->labels[l])) {
      free(labels);
      return slant_fail(error, SLANT_E_DATA,
                        "the bundle's task '%.*s' has no label '%.*s': a new label takes a new training of all models",
                        (int)out->task.len, out->task.ptr, (int)out->labels[l].len, out->labels[l].ptr);
    }
    number[l] = at;
  }
  for (uint32_t i = 0; i < out->n_samples; i++) out->samples[i].label = number[out->samples[i].label];
  free(out->labels);
  out->labels = labels;
  out->n_labels = base->n_labels;
  return SLANT_OK;
}

int slant_bank_members_like(slant_bank_members *out, const slant_examples *examples, uint32_t task,
                            const slant_bank *base, slant_error *error) {
  *out = (slant_bank_members){.task = base->task};
  int status = collect_samples(out, examples, task, error);
  if (!status && out->n_labels > SLANT_MAX_CLASSES) status = check_labels(out, error);
  if (!status) status = take_labels(out, base, error);
  if (!status) status = collect_actors(out, &examples->actors, error);
  if (status) slant_bank_members_free(out);
  return status;
}

bool slant_bank_actor_has_two_labels(const slant_bank_members *members, const slant_bank_actor *actor) {
  for (uint32_t i = actor->first + 1; i < actor->last; i++)
    if (members->samples[members->by_actor[i]].label != members->samples[members->by_actor[actor->first]].label)
      return true;
  return false;
}

void slant_bank_members_free(slant_bank_members *members) {
  free(members->labels);
  free(members->samples);
  free(members->all);
  free(members->by_actor);
  free(members->actors);
  *members = (slant_bank_members){0};
}
