/*
 * Judged examples → parts (a task pooled, an actor of it) with their measures and intervals.
 *
 * Strings are numbered as they come and renumbered in byte order before anything is computed, so that sorting numbers
 * sorts names and no result depends on the order in which examples were added.
 */
#include "common/names.h"
#include "evaluate/bootstrap.h"
#include "evaluate/confidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* All confusion tables of a task together: 2^26 counts, half a gigabyte. */
#define MAX_CELLS  (UINT64_C(1) << 26)
#define MAX_LABELS 8192 /* MAX_LABELS² = MAX_CELLS */

typedef struct judged {
  uint32_t task, actor, group, gold, predicted; /* numbers of strings; gold and predicted become numbers of labels */
} judged;

struct slant_evaluation {
  slant_names strings;
  judged *examples;
  size_t n, capacity;
  slant_confidences confidences;
  slant_arena results;
};

int slant_evaluation_new(slant_evaluation **out, slant_error *error) {
  *out = slant_alloc_zero(1, sizeof **out);
  return *out ? SLANT_OK : slant_fail(error, SLANT_E_MEMORY, "no memory for an evaluation");
}

void slant_evaluation_free(slant_evaluation *evaluation) {
  if (!evaluation) return;
  slant_names_free(&evaluation->strings);
  slant_arena_free(&evaluation->results);
  slant_confidences_free(&evaluation->confidences);
  free(evaluation->examples);
  free(evaluation);
}

int slant_evaluation_add(slant_evaluation *evaluation, slant_str task, slant_str actor, slant_str group, slant_str gold,
                         slant_str predicted, slant_error *error) {
  if (evaluation->n >= UINT32_MAX - 1)
    return slant_fail(error, SLANT_E_LIMIT, "an evaluation takes at most %u examples", UINT32_MAX - 1);
  if (!slant_grow(&evaluation->examples, &evaluation->capacity, evaluation->n, sizeof *evaluation->examples))
    return slant_fail(error, SLANT_E_MEMORY, "no memory for %zu judged examples", evaluation->n + 1);
  const slant_str names[] = {task, actor, group, gold, predicted};
  uint32_t numbers[5];
  for (int i = 0; i < 5; i++) {
    numbers[i] = slant_names_put(&evaluation->strings, names[i]);
    if (numbers[i] == UINT32_MAX)
      return slant_fail(error, SLANT_E_MEMORY, "no memory for the names in %zu judged examples", evaluation->n + 1);
  }
  evaluation->examples[evaluation->n++] = (judged){numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]};
  return SLANT_OK;
}

static int no_confidence(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for the probabilities of an actor");
}

/* Into the task pooled, and into the actor. */
int slant_evaluation_add_confidence(slant_evaluation *evaluation, slant_str task, slant_str actor,
                                    const float *probabilities, uint32_t n_classes, uint32_t label, uint32_t gold,
                                    slant_error *error) {
  const slant_str who[] = {{"", 0}, actor};
  for (int i = 0; i < (actor.len ? 2 : 1); i++) {
    slant_confidence *sums = slant_confidences_of(&evaluation->confidences, task, who[i]);
    if (!sums) return no_confidence(error);
    slant_reliability_add(&sums->reliability, probabilities, n_classes, label, gold);
  }
  return SLANT_OK;
}

int slant_evaluation_add_abstained(slant_evaluation *evaluation, slant_str task, slant_str actor, slant_error *error) {
  const slant_str who[] = {{"", 0}, actor};
  for (int i = 0; i < (actor.len ? 2 : 1); i++) {
    slant_confidence *sums = slant_confidences_of(&evaluation->confidences, task, who[i]);
    if (!sums) return no_confidence(error);
    sums->n_abstained++;
  }
  return SLANT_OK;
}

/* ---- computing ---- */

/* What one call of compute works with; all of it lives in `scratch`. */
typedef struct workspace {
  slant_arena scratch;
  slant_arena *results;
  slant_confidences *confidences;
  const slant_str *strings; /* in byte order */
  uint32_t n_strings;       /* at least as many as the labels of any task */
  uint32_t *label;          /* by string: its number among the labels of the task at hand */
  slant_cell *cells;        /* of the part at hand, as `kinds` and `sizes` */
  slant_kind *kinds;
  double *sizes;
  slant_bootstrap_scratch bootstrap;
  slant_draws draws;
  double *f_avg_sum; /* by resample: the actors' F_avg added up */
  uint64_t seed;
} workspace;

/* The task at hand. */
typedef struct task_labels {
  slant_str task;
  const slant_str *labels;
  uint32_t n;
  slant_pair pair;
} task_labels;

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int by_bytes(const void *a, const void *b) {
  return slant_str_compare(*(const slant_str *)a, *(const slant_str *)b);
}

static int by_number(const void *a, const void *b) {
  const uint32_t *x = a, *y = b;
  return ORDER(*x, *y);
}

static int by_group(const void *a, const void *b) {
  const judged *x = a, *y = b;
  int order = ORDER(x->task, y->task);
  if (!order) order = ORDER(x->group, y->group);
  if (!order) order = ORDER(x->gold, y->gold);
  return order ? order : ORDER(x->predicted, y->predicted);
}

static int by_actor(const void *a, const void *b) {
  const judged *x = a, *y = b;
  int order = ORDER(x->actor, y->actor);
  return order ? order : by_group(a, b);
}

static int by_cells(const void *a, const void *b) {
  const slant_kind *x = a, *y = b;
  if (x->n_cells != y->n_cells) return ORDER(x->n_cells, y->n_cells);
  return memcmp(x->cells, y->cells, x->n_cells * sizeof *x->cells);
}

/* Cuts a part's examples, which are sorted by group, gold and predicted, into groups of cells. */
static uint32_t cut_groups(workspace *work, const judged *examples, uint32_t n) {
  uint32_t n_groups = 0, n_cells = 0;
  for (uint32_t i = 0; i < n; i++) {
    const judged *now = &examples[i], *before = i ? &examples[i - 1] : NULL;
    bool alone = work->strings[now->group].len == 0;
    if (!before || alone || now->group != before->group) {
      work->kinds[n_groups++] = (slant_kind){&work->cells[n_cells], 0};
    } else if (now->gold == before->gold && now->predicted == before->predicted) {
      work->cells[n_cells - 1].count++;
      continue;
    }
    work->cells[n_cells++] = (slant_cell){now->gold, now->predicted, 1};
    work->kinds[n_groups - 1].n_cells++;
  }
  return n_groups;
}

static slant_groups gather_groups(workspace *work, const judged *examples, uint32_t n) {
  slant_groups groups = {work->kinds, work->sizes, 0, cut_groups(work, examples, n)};
  qsort(work->kinds, groups.n_groups, sizeof *work->kinds, by_cells);
  for (uint32_t group = 0; group < groups.n_groups; group++) {
    if (!group || by_cells(&work->kinds[group], &work->kinds[groups.n_kinds - 1])) {
      work->kinds[groups.n_kinds] = work->kinds[group];
      work->sizes[groups.n_kinds++] = 0;
    }
    work->sizes[groups.n_kinds - 1]++;
  }
  return groups;
}

static void measure(const workspace *work, const task_labels *labels, slant_evaluation_part *part) {
  const slant_marginals *classes = work->bootstrap.classes;
  part->accuracy = (slant_interval){slant_marginals_accuracy(classes, labels->n), NAN, NAN};
  part->macro_f1 = (slant_interval){slant_marginals_macro_f1(classes, labels->n), NAN, NAN};
  part->f_avg = (slant_interval){NAN, NAN, NAN};
  if (labels->pair.there) part->f_avg.value = slant_marginals_f_avg(classes, labels->pair.favor, labels->pair.against);
}

static int tell_confidence(workspace *work, slant_str task, slant_evaluation_part *part, slant_error *error) {
  const slant_confidence *sums = slant_confidences_of(work->confidences, task, part->actor);
  slant_reliability *kept = slant_arena_alloc(work->results, 1, sizeof *kept);
  if (!sums || !kept) return no_confidence(error);
  *kept = sums->reliability;
  part->n_abstained = sums->n_abstained;
  part->reliability = kept->n ? kept : NULL;
  return SLANT_OK;
}

/* One part, from its examples sorted by group. On success the workspace's draws hold the part's resampled F_avg where
 * the part has an interval for it. */
static int compute_part(workspace *work, const task_labels *labels, slant_str actor, const judged *examples, uint32_t n,
                        slant_evaluation_part *part, slant_error *error) {
  size_t size = labels->n;
  uint64_t *confusion = slant_arena_alloc(work->results, size * size, sizeof *confusion);
  slant_class_metrics *classes = slant_arena_alloc(work->results, size, sizeof *classes);
  if (!confusion || !classes)
    return slant_fail(error, SLANT_E_MEMORY, "no memory for a confusion table of %u labels", labels->n);
  memset(confusion, 0, size * size * sizeof *confusion);
  for (uint32_t i = 0; i < n; i++) confusion[examples[i].gold * size + examples[i].predicted]++;

  slant_groups groups = gather_groups(work, examples, n);
  slant_marginals *marginals = work->bootstrap.classes;
  memset(marginals, 0, size * sizeof *marginals);
  for (uint32_t kind = 0; kind < groups.n_kinds; kind++)
    slant_kind_add(&groups.kinds[kind], (uint32_t)groups.sizes[kind], marginals);
  for (uint32_t k = 0; k < labels->n; k++) classes[k] = slant_marginals_class(&marginals[k]);
  *part = (slant_evaluation_part){.actor = actor,
                                  .n = n,
                                  .n_groups = groups.n_groups,
                                  .n_labels = labels->n,
                                  .labels = labels->labels,
                                  .confusion = confusion,
                                  .classes = classes};
  measure(work, labels, part);
  int status = tell_confidence(work, labels->task, part, error);
  if (status) return status;
  if (groups.n_groups < 2 || !work->draws.n) return SLANT_OK;

  uint64_t stream = slant_bootstrap_stream(work->seed, labels->task, actor);
  slant_bootstrap_draw(&groups, labels->n, labels->pair, stream, &work->bootstrap, &work->draws);
  slant_bootstrap_interval(work->draws.accuracy, work->draws.n, &part->accuracy);
  slant_bootstrap_interval(work->draws.macro_f1, work->draws.n, &part->macro_f1);
  return SLANT_OK;
}

/* The part's interval for F_avg, and its share in the actors' sum where `sum` is not NULL. */
static void finish_f_avg(const workspace *work, const task_labels *labels, slant_evaluation_part *part, double *sum) {
  if (!labels->pair.there || part->n_groups < 2 || !work->draws.n) return;
  if (sum)
    for (uint32_t i = 0; i < work->draws.n; i++) sum[i] += work->draws.f_avg[i];
  slant_bootstrap_interval(work->draws.f_avg, work->draws.n, &part->f_avg);
}

static int compute_actors(workspace *work, const task_labels *labels, const judged *examples, uint32_t n,
                          slant_evaluation_task *task, slant_error *error) {
  slant_evaluation_part *actors = slant_arena_alloc(work->results, task->n_actors, sizeof *actors);
  if (!actors) return slant_fail(error, SLANT_E_MEMORY, "no memory for %u actors", task->n_actors);
  task->actors = actors;
  task->f_avg_actors = (slant_interval){NAN, NAN, NAN};
  if (work->draws.n) memset(work->f_avg_sum, 0, work->draws.n * sizeof *work->f_avg_sum);
  double value = 0;
  bool interval = work->draws.n > 0;
  for (uint32_t i = 0, end, a = 0; i < n; i = end) {
    for (end = i + 1; end < n && examples[end].actor == examples[i].actor;) end++;
    slant_str actor = work->strings[examples[i].actor];
    if (!actor.len) continue;
    int status = compute_part(work, labels, actor, examples + i, end - i, &actors[a], error);
    if (status) return status;
    finish_f_avg(work, labels, &actors[a], work->f_avg_sum);
    value += actors[a].f_avg.value;
    interval = interval && actors[a].n_groups >= 2;
    a++;
  }
  if (!labels->pair.there || !task->n_actors) return SLANT_OK;
  task->f_avg_actors.value = value / task->n_actors;
  if (!interval) return SLANT_OK;
  for (uint32_t i = 0; i < work->draws.n; i++) work->f_avg_sum[i] /= task->n_actors;
  slant_bootstrap_interval(work->f_avg_sum, work->draws.n, &task->f_avg_actors);
  return SLANT_OK;
}

/* Without regard to case; `word` is in lower-case ASCII letters. Independent of the locale, unlike strcasecmp(). */
static bool is_word(slant_str label, const char *word) {
  if (label.len != strlen(word)) return false;
  for (size_t i = 0; i < label.len; i++)
    if ((label.ptr[i] | 0x20) != word[i]) return false;
  return true;
}

/* There is a pair only where it is clear which two labels it is. */
int slant_metrics_pair(const slant_str *labels, uint32_t n, uint32_t *favor, uint32_t *against) {
  uint32_t favors = 0, againsts = 0;
  *favor = *against = UINT32_MAX;
  for (uint32_t k = 0; k < n; k++) {
    if (is_word(labels[k], "favor") || is_word(labels[k], "favour")) {
      *favor = k;
      favors++;
    } else if (is_word(labels[k], "against")) {
      *against = k;
      againsts++;
    }
  }
  if (favors == 1 && againsts == 1) return 1;
  *favor = *against = UINT32_MAX;
  return 0;
}

static slant_pair find_pair(const slant_str *labels, uint32_t n) {
  slant_pair pair;
  pair.there = slant_metrics_pair(labels, n, &pair.favor, &pair.against);
  return pair;
}

/* Finds the task's labels and turns gold and predicted from strings' numbers into labels'. */
static int number_labels(workspace *work, judged *examples, uint32_t n, task_labels *labels, slant_error *error) {
  uint32_t *occurring = slant_alloc(n, 2 * sizeof *occurring);
  if (!occurring) return slant_fail(error, SLANT_E_MEMORY, "no memory for the labels of %u examples", n);
  size_t count = 0;
  for (uint32_t i = 0; i < n; i++) {
    occurring[count++] = examples[i].gold;
    occurring[count++] = examples[i].predicted;
  }
  qsort(occurring, count, sizeof *occurring, by_number);
  uint32_t n_labels = 0;
  for (size_t i = 0; i < count; i++)
    if (!i || occurring[i] != occurring[i - 1]) occurring[n_labels++] = occurring[i];
  slant_str *names = slant_arena_alloc(work->results, n_labels, sizeof *names);
  for (uint32_t k = 0; names && k < n_labels; k++) {
    names[k] = work->strings[occurring[k]];
    work->label[occurring[k]] = k;
  }
  free(occurring);
  if (!names) return slant_fail(error, SLANT_E_MEMORY, "no memory for %u labels", n_labels);
  for (uint32_t i = 0; i < n; i++) {
    examples[i].gold = work->label[examples[i].gold];
    examples[i].predicted = work->label[examples[i].predicted];
  }
  labels->labels = names;
  labels->n = n_labels;
  labels->pair = find_pair(names, n_labels);
  return SLANT_OK;
}

static int check_size(const task_labels *labels, uint32_t n_actors, slant_error *error) {
  uint64_t cells = labels->n <= MAX_LABELS ? (uint64_t)labels->n * labels->n * (n_actors + UINT64_C(1)) : UINT64_MAX;
  if (cells <= MAX_CELLS) return SLANT_OK;
  return slant_fail(
      error, SLANT_E_LIMIT,
      "task \"%.*s\" has %u different labels and %u actors, too many for confusion tables; are its labels "
      "classes?",
      labels->task.len > 80 ? 80 : (int)labels->task.len, labels->task.ptr, labels->n, n_actors);
}

/* One task, from its examples in any order. */
static int compute_task(workspace *work, judged *examples, uint32_t n, slant_evaluation_task *task,
                        slant_error *error) {
  *task = (slant_evaluation_task){.task = work->strings[examples[0].task]};
  task_labels labels = {.task = task->task};
  int status = number_labels(work, examples, n, &labels, error);
  if (status) return status;
  qsort(examples, n, sizeof *examples, by_actor);
  for (uint32_t i = 0; i < n; i++)
    if (work->strings[examples[i].actor].len && (!i || examples[i].actor != examples[i - 1].actor)) task->n_actors++;
  status = check_size(&labels, task->n_actors, error);
  if (!status) status = compute_actors(work, &labels, examples, n, task, error);
  if (status) return status;
  qsort(examples, n, sizeof *examples, by_group);
  status = compute_part(work, &labels, (slant_str){"", 0}, examples, n, &task->pooled, error);
  if (!status) finish_f_avg(work, &labels, &task->pooled, NULL);
  return status;
}

/* Copies the examples with their strings numbered in byte order: position in work->strings. */
static judged *renumber(const slant_evaluation *evaluation, workspace *work) {
  uint32_t n_strings = evaluation->strings.n;
  slant_str *sorted = slant_arena_alloc(&work->scratch, n_strings, sizeof *sorted);
  uint32_t *rank = slant_arena_alloc(&work->scratch, n_strings, sizeof *rank);
  judged *examples = slant_arena_alloc(&work->scratch, evaluation->n, sizeof *examples);
  if (!sorted || !rank || !examples) return NULL;
  memcpy(sorted, evaluation->strings.items, n_strings * sizeof *sorted);
  qsort(sorted, n_strings, sizeof *sorted, by_bytes);
  for (uint32_t i = 0; i < n_strings; i++) {
    const slant_str *at = bsearch(&evaluation->strings.items[i], sorted, n_strings, sizeof *sorted, by_bytes);
    rank[i] = (uint32_t)(at - sorted);
  }
  for (size_t i = 0; i < evaluation->n; i++) {
    const judged *old = &evaluation->examples[i];
    examples[i] = (judged){rank[old->task], rank[old->actor], rank[old->group], rank[old->gold], rank[old->predicted]};
  }
  work->strings = sorted;
  work->n_strings = n_strings;
  return examples;
}

static bool prepare(workspace *work, size_t n_examples, uint32_t resamples) {
  slant_arena *scratch = &work->scratch;
  work->label = slant_arena_alloc(scratch, work->n_strings, sizeof *work->label);
  work->cells = slant_arena_alloc(scratch, n_examples, sizeof *work->cells);
  work->kinds = slant_arena_alloc(scratch, n_examples, sizeof *work->kinds);
  work->sizes = slant_arena_alloc(scratch, n_examples, sizeof *work->sizes);
  slant_bootstrap_scratch *bootstrap = &work->bootstrap;
  bootstrap->classes = slant_arena_alloc(scratch, work->n_strings, sizeof *bootstrap->classes);
  bootstrap->drawn = slant_arena_alloc(scratch, n_examples, sizeof *bootstrap->drawn);
  bootstrap->generator = slant_arena_alloc(scratch, slant_bootstrap_generator_size(), 1);
  double *draws = slant_arena_alloc(scratch, resamples, 4 * sizeof *draws);
  if (!work->label || !work->cells || !work->kinds || !work->sizes || !bootstrap->classes || !bootstrap->drawn ||
      !bootstrap->generator || !draws)
    return false;
  work->draws = (slant_draws){draws, draws + resamples, draws + 2 * (size_t)resamples, resamples};
  work->f_avg_sum = draws + 3 * (size_t)resamples;
  return true;
}

int slant_evaluation_compute(slant_evaluation *evaluation, uint32_t resamples, uint64_t seed,
                             const slant_evaluation_task **tasks, uint32_t *n_tasks, slant_error *error) {
  *tasks = NULL;
  *n_tasks = 0;
  slant_arena_reset(&evaluation->results);
  if (!evaluation->n) return SLANT_OK;

  int status = SLANT_OK;
  workspace work = {.results = &evaluation->results, .confidences = &evaluation->confidences, .seed = seed};
  judged *examples = renumber(evaluation, &work);
  uint32_t n = (uint32_t)evaluation->n, found = 0;
  if (!examples || !prepare(&work, n, resamples)) {
    status = slant_fail(error, SLANT_E_MEMORY, "no memory to evaluate %u examples with %u resamples", n, resamples);
    goto out;
  }
  qsort(examples, n, sizeof *examples, by_group);
  for (uint32_t i = 0; i < n; i++) found += !i || examples[i].task != examples[i - 1].task;
  slant_evaluation_task *results = slant_arena_alloc(&evaluation->results, found, sizeof *results);
  if (!results) {
    status = slant_fail(error, SLANT_E_MEMORY, "no memory for the results of %u tasks", found);
    goto out;
  }
  found = 0;
  for (uint32_t i = 0, end; i < n && !status; i = end) {
    for (end = i + 1; end < n && examples[end].task == examples[i].task;) end++;
    status = compute_task(&work, examples + i, end - i, &results[found++], error);
  }
  if (status) goto out;
  *tasks = results;
  *n_tasks = found;
out:
  slant_arena_free(&work.scratch);
  return status;
}
