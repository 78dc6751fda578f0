#include "train/update.h"

#include "common/memory.h"
#include "datasets/json.h"
#include "train/coding.h"

#include <math.h>
#include <stdlib.h>

/* ---- reading the base's card ---- */
static int open_card(slant_json **json, slant_str card, slant_json_value *root, slant_error *error) {
  slant_error fault = {0};
  int status = slant_json_new(json, error);
  if (status) return status;
  if (slant_json_parse(*json, card, root, &fault) == SLANT_OK && slant_json_type_of(*root) == SLANT_JSON_OBJECT)
    return SLANT_OK;
  slant_json_free(*json);
  *json = NULL;
  return slant_fail(error, SLANT_E_FORMAT, "the bundle's model card cannot be read: %.300s",
                    fault.code ? fault.message : "it is no object");
}

static int by_name(const void *left, const void *right) {
  return slant_str_compare(((const slant_bank_actor *)left)->actor, ((const slant_bank_actor *)right)->actor);
}

static const slant_bank_actor *find_actor(const slant_bank_members *members, slant_str name) {
  slant_bank_actor key = {.actor = name};
  return bsearch(&key, members->actors, members->n_actors, sizeof *members->actors, by_name);
}

/* Which of the members' actors the card lists under their task. */
typedef struct known_search {
  const slant_bank_members *members;
  bool *known;
} known_search;

static int mark_known(void *context, slant_str key, slant_json_value value) {
  known_search *search = context;
  (void)key;
  const slant_bank_actor *found = find_actor(search->members, slant_json_find_string(value, "actor"));
  if (found) search->known[found - search->members->actors] = true;
  return 0;
}

static int mark_task(void *context, slant_str key, slant_json_value value) {
  known_search *search = context;
  slant_json_value actors;
  (void)key;
  if (slant_str_equal(slant_json_find_string(value, "task"), search->members->task) &&
      slant_json_find(value, "actors", &actors))
    slant_json_each(actors, mark_known, search);
  return 0;
}

static int find_known(bool *known, slant_str card, const slant_bank_members *members, slant_error *error) {
  known_search search = {members, known};
  slant_json *json;
  slant_json_value root, tasks;
  int status = open_card(&json, card, &root, error);
  if (status) return status;
  if (slant_json_find(root, "tasks", &tasks)) slant_json_each(tasks, mark_task, &search);
  slant_json_free(json);
  return SLANT_OK;
}

/* ---- the shared model's scores ---- */
static slant_vector vector_of(const slant_vectors *v, uint32_t row) {
  size_t first = v->start[row];
  return (slant_vector){.index = v->index + first,
                        .value = v->value + first,
                        .n_sparse = (uint32_t)(v->start[row + 1] - first),
                        .dense = v->dense + (size_t)row * v->n_dense,
                        .n_dense = v->n_dense};
}

/* Scores of the samples of actors that are not known, which fits[0] has as held out. */
static int score_samples(slant_fit *fit, const slant_fitted_bank *bank, const bool *known, const slant_model *model,
                         const slant_vectors *vectors, slant_error *error) {
  slant_workspace *workspace = NULL;
  float *outputs = slant_alloc(model->n_outputs, sizeof *outputs), scores[SLANT_MAX_CLASSES];
  int status = outputs ? slant_workspace_new(&workspace, error)
                       : slant_fail(error, SLANT_E_MEMORY, "no memory for the shared model's scores");
  for (uint32_t a = 0; a < bank->members.n_actors && !status; a++) {
    const slant_bank_actor *actor = &bank->members.actors[a];
    for (uint32_t i = actor->first; i < actor->last && !known[a] && !status; i++)
      fit->held_out[bank->members.by_actor[i]] = 0;
  }
  for (uint32_t i = 0; i < fit->n && !status; i++) {
    if (fit->held_out[i] == SLANT_NOT_HELD_OUT) continue;
    slant_vector vector = vector_of(vectors, bank->members.samples[i].row);
    status = slant_model_outputs(bank->base, model, &vector, 1, workspace, outputs, error);
    if (status) break;
    slant_model_scores(model, outputs, scores);
    for (uint32_t c = 0; c < fit->n_classes; c++)
      fit->scores[(size_t)fit->n_held * fit->n_classes + c] = (double)scores[c];
    fit->held_out[i] = fit->classes[slant_model_decide(model, scores)];
    fit->held[fit->n_held++] = i;
  }
  slant_workspace_free(workspace);
  free(outputs);
  return status;
}

int slant_update_lend(slant_fitted_bank *bank, slant_str card, const slant_vectors *vectors, slant_error *error) {
  const slant_model *model = slant_bank_model(bank->base, slant_str_of(SLANT_SHARED_MODEL));
  slant_fit *fit = &bank->fits[0];
  if (!model) return SLANT_OK; /* nobody to compare with */
  uint32_t n = bank->members.n_samples, k = model->n_classes;
  bool *known = slant_alloc_zero(bank->members.n_actors, sizeof *known);
  *fit = (slant_fit){.n = n,
                     .coding = model->coding,
                     .kernel = slant_model_is_linear(model) ? SLANT_KERNEL_LINEAR : SLANT_KERNEL_RBF,
                     .n_classes = k,
                     .n_outputs = model->n_outputs,
                     .classes = slant_alloc(k, sizeof *fit->classes),
                     .held_out = slant_alloc(n, sizeof *fit->held_out),
                     .held = slant_alloc(n, sizeof *fit->held),
                     .scores = slant_alloc(n, k * sizeof *fit->scores)};
  int status = SLANT_OK;
  if (!known || !fit->classes || !fit->held_out || !fit->held || !fit->scores)
    status = slant_fail(error, SLANT_E_MEMORY, "no memory for the shared model's scores");
  for (uint32_t c = 0; c < k && !status; c++) fit->classes[c] = model->classes[c];
  for (uint32_t i = 0; i < n && !status; i++) fit->held_out[i] = SLANT_NOT_HELD_OUT;
  if (!status) status = find_known(known, card, &bank->members, error);
  if (!status) status = score_samples(fit, bank, known, model, vectors, error);
  free(known);
  return status;
}

/* ---- writing the card ---- */
typedef struct card_merge {
  slant_buffer *out;
  slant_json *json;
  const slant_card *card;
  const slant_fitted_bank *bank; /* of the task that is being walked; NULL: it is not updated */
  void (*put)(slant_buffer *out, const slant_card *card, const slant_fitted_bank *bank, uint32_t actor);
  uint32_t next; /* actor of the bank: those before it are written */
  const char *comma;
} card_merge;

static void put_comma(card_merge *merge) {
  slant_buffer_text(merge->out, merge->comma);
  merge->comma = ",";
}

static void put_raw(card_merge *merge, slant_json_value value) {
  slant_buffer_str(merge->out, slant_json_text(merge->json, value));
}

/* Writes the new entries of actors before `name` (NULL: of all that are left). */
static void put_new(card_merge *merge, const slant_str *name) {
  const slant_bank_members *members = &merge->bank->members;
  for (; merge->next < members->n_actors; merge->next++) {
    const slant_bank_choice *choice = &merge->bank->choices[merge->next];
    if (name && slant_str_compare(members->actors[merge->next].actor, *name) > 0) return;
    if (!choice->planned || (merge->put == slant_card_put_model && choice->fit < 0)) continue;
    put_comma(merge);
    merge->put(merge->out, merge->card, merge->bank, merge->next);
  }
}

static int merge_entry(void *context, slant_str key, slant_json_value value) {
  card_merge *merge = context;
  (void)key;
  slant_str actor = slant_json_find_string(value, "actor");
  put_new(merge, &actor);
  const slant_bank_actor *found = find_actor(&merge->bank->members, actor);
  if (found && merge->bank->choices[found - merge->bank->members.actors].planned) return 0; /* a new one stands there */
  put_comma(merge);
  put_raw(merge, value);
  return 0;
}

static void put_key(card_merge *merge, slant_str key) {
  put_comma(merge);
  slant_buffer_json(merge->out, key);
  slant_buffer_char(merge->out, ':');
}

/* An array whose elements `visit` puts, and then the new ones, if it is one that `list` has any for. */
static void put_array(card_merge list, slant_json_value value,
                      int (*visit)(void *context, slant_str key, slant_json_value value)) {
  list.next = 0;
  list.comma = "";
  slant_buffer_char(list.out, '[');
  slant_json_each(value, visit, &list);
  if (list.put) put_new(&list, NULL);
  slant_buffer_char(list.out, ']');
}

static int merge_task_member(void *context, slant_str key, slant_json_value value) {
  card_merge *merge = context, list = *merge;
  bool models = slant_str_is(key, "models");
  put_key(merge, key);
  list.put = models ? slant_card_put_model : slant_card_put_actor;
  if (models || slant_str_is(key, "actors"))
    put_array(list, value, merge_entry);
  else
    put_raw(merge, value);
  return 0;
}

static int merge_task(void *context, slant_str key, slant_json_value value) {
  card_merge *merge = context;
  (void)key;
  put_comma(merge);
  merge->bank = NULL;
  slant_str task = slant_json_find_string(value, "task");
  for (uint32_t b = 0; b < merge->card->n_banks; b++)
    if (slant_str_equal(merge->card->banks[b].members.task, task)) merge->bank = &merge->card->banks[b];
  if (!merge->bank) {
    put_raw(merge, value);
    return 0;
  }
  card_merge members = *merge;
  members.comma = "";
  slant_buffer_char(merge->out, '{');
  slant_json_each(value, merge_task_member, &members);
  slant_buffer_char(merge->out, '}');
  return 0;
}

static int merge_root(void *context, slant_str key, slant_json_value value) {
  card_merge *merge = context;
  if (slant_str_is(key, "updates")) return 0; /* comes last */
  put_key(merge, key);
  if (slant_str_is(key, "tasks"))
    put_array(*merge, value, merge_task);
  else
    put_raw(merge, value);
  return 0;
}

static int put_element(void *context, slant_str key, slant_json_value value) {
  card_merge *merge = context;
  (void)key;
  put_comma(merge);
  put_raw(merge, value);
  return 0;
}

int slant_update_card(slant_buffer *out, slant_str base, const slant_card *card, slant_error *error) {
  card_merge merge = {.out = out, .card = card, .comma = ""};
  slant_json_value root, updates;
  int status = open_card(&merge.json, base, &root, error);
  if (status) return status;
  slant_buffer_char(out, '{');
  slant_json_each(root, merge_root, &merge);
  slant_buffer_text(out, ",\"updates\":[");
  merge.comma = "";
  if (slant_json_find(root, "updates", &updates)) slant_json_each(updates, put_element, &merge);
  put_comma(&merge);
  slant_card_put_source(out, card);
  slant_buffer_text(out, "]}");
  slant_json_free(merge.json);
  return SLANT_OK;
}
