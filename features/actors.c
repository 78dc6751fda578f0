#include <slant/actors.h>

#include "common/embed.h"
#include "common/file.h"
#include "common/hash.h"
#include "features/document_scratch.h"
#include "features/table.h"

#include <stdlib.h>

SLANT_EMBED(slant_countries, "features/data/countries.tsv");

/*
 * The automaton is a trie over token hashes whose edges sit in one hash table keyed by (node, token). The longest match
 * from each token on is found by walking it; matches do not overlap, so no failure links are needed (leftmost-longest).
 * Most tokens begin no alias: a bit map of the hashes that do, which stays in the cache, turns them away before that.
 */
typedef struct slant_edge {
  uint64_t key;  /* hash of node and token, 0: empty */
  uint32_t node; /* where it leads */
} slant_edge;

struct slant_actors {
  slant_actor *items;
  size_t count, capacity;
  slant_arena strings;
  slant_buffer text; /* canonical TSV */
  slant_edge *edges;
  size_t n_edges, edge_slots;
  uint32_t *accepts; /* node → actor + 1, 0: none */
  size_t n_nodes, node_capacity;
  uint32_t *ids;    /* indices sorted by id */
  uint64_t *firsts; /* hashes of first tokens, while parsing */
  size_t n_firsts, first_capacity;
  uint64_t *begins; /* bit (hash & begin_mask): a first token may have that hash */
  uint64_t begin_mask;
};

typedef struct slant_actor_parse {
  slant_actors *actors;
  slant_document *document; /* tokenises aliases */
  const char *name;
  uint64_t line;
} slant_actor_parse;

/* ---- trie ---- */
static uint64_t edge_key(uint32_t node, uint64_t token) {
  return slant_table_key(slant_hash_chain(node + 1, token));
}

static uint32_t edge_find(const slant_actors *actors, uint32_t node, uint64_t token) {
  uint64_t key = edge_key(node, token);
  size_t mask = actors->edge_slots - 1;
  for (size_t i = key & mask;; i = (i + 1) & mask) {
    if (actors->edges[i].key == key) return actors->edges[i].node;
    if (!actors->edges[i].key) return 0;
  }
}

static void edge_put(slant_edge *edges, size_t slots, slant_edge edge) {
  size_t i = edge.key & (slots - 1);
  while (edges[i].key) i = (i + 1) & (slots - 1);
  edges[i] = edge;
}

/* The node behind (node, token), made if it is not there; 0: no memory. */
static uint32_t edge_make(slant_actors *actors, uint32_t node, uint64_t token) {
  uint32_t to = edge_find(actors, node, token);
  if (to) return to;
  if (actors->n_edges * 2 >= actors->edge_slots) {
    size_t slots = actors->edge_slots * 2;
    slant_edge *bigger = slant_alloc_zero(slots, sizeof *bigger);
    if (!bigger) return 0;
    for (size_t i = 0; i < actors->edge_slots; i++)
      if (actors->edges[i].key) edge_put(bigger, slots, actors->edges[i]);
    free(actors->edges);
    actors->edges = bigger;
    actors->edge_slots = slots;
  }
  if (!slant_grow(&actors->accepts, &actors->node_capacity, actors->n_nodes, sizeof *actors->accepts)) return 0;
  to = (uint32_t)actors->n_nodes++;
  actors->accepts[to] = 0;
  edge_put(actors->edges, actors->edge_slots, (slant_edge){edge_key(node, token), to});
  actors->n_edges++;
  return to;
}

/* ---- parsing ---- */
static int bad_line(const slant_actor_parse *parse, slant_error *error) {
  slant_error_at(error, parse->name, parse->line, 0);
  return SLANT_E_DATA;
}

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for the actor dictionary");
}

/* Adds the path of the document's tokens, ending in `actor`. */
static int add_path(slant_actor_parse *parse, uint32_t actor, slant_str alias, slant_error *error) {
  slant_actors *actors = parse->actors;
  const slant_document *document = parse->document;
  uint32_t node = 0;
  if (!slant_grow(&actors->firsts, &actors->first_capacity, actors->n_firsts, sizeof *actors->firsts))
    return no_memory(error);
  actors->firsts[actors->n_firsts++] = document->tokens[0].cased;
  for (uint32_t i = 0; i < document->n_tokens; i++) {
    node = edge_make(actors, node, document->tokens[i].cased);
    if (!node) return no_memory(error);
  }
  uint32_t owner = actors->accepts[node];
  if (owner && owner != actor + 1) {
    slant_str other = actors->items[owner - 1].id, mine = actors->items[actor].id;
    slant_fail(error, SLANT_E_DATA, "the alias '%.*s' of %.*s belongs to %.*s already; remove one of them",
               (int)alias.len, alias.ptr, (int)mine.len, mine.ptr, (int)other.len, other.ptr);
    return bad_line(parse, error);
  }
  actors->accepts[node] = actor + 1;
  return SLANT_OK;
}

/* Adds an alias as it is, in capitals if it has four letters or more, and with a capital at its start. Only ASCII
 * letters change case here: that is what headlines in capitals and starts of sentences need. */
static int add_alias(slant_actor_parse *parse, uint32_t actor, slant_str alias, slant_error *error) {
  int status = slant_document_read(parse->document, alias, error);
  if (status) return status;
  if (parse->document->n_invalid || parse->document->n_tokens == 0) {
    slant_fail(error, SLANT_E_DATA,
               parse->document->n_invalid ? "the alias is not valid UTF-8" : "an alias is empty; remove the extra '|'");
    return bad_line(parse, error);
  }
  status = add_path(parse, actor, alias, error);
  char upper[256];
  size_t letters = 0;
  if (status || alias.len > sizeof upper) return status;
  for (size_t i = 0; i < alias.len; i++) {
    char c = alias.ptr[i];
    bool lower = c >= 'a' && c <= 'z';
    letters += lower || (c >= 'A' && c <= 'Z');
    upper[i] = (char)(lower ? c - 32 : c);
  }
  if (letters >= 4) {
    status = slant_document_read(parse->document, (slant_str){upper, alias.len}, error);
    if (!status) status = add_path(parse, actor, alias, error);
  }
  if (!status && alias.ptr[0] >= 'a' && alias.ptr[0] <= 'z') {
    upper[0] = (char)(alias.ptr[0] - 32);
    memcpy(upper + 1, alias.ptr + 1, alias.len - 1);
    status = slant_document_read(parse->document, (slant_str){upper, alias.len}, error);
    if (!status) status = add_path(parse, actor, alias, error);
  }
  return status;
}

static slant_str trim(slant_str s) {
  while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\r')) s = (slant_str){s.ptr + 1, s.len - 1};
  while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\r')) s.len--;
  return s;
}

static int parse_actor(slant_actor_parse *parse, slant_str row, slant_error *error) {
  slant_actors *actors = parse->actors;
  slant_str fields[4] = {{0}};
  int n = 0;
  for (slant_str rest = row; n < 4 && (rest.len || n == 0); n++) fields[n] = trim(slant_str_cut(&rest, '\t'));
  if (n < 3 || !fields[0].len || !fields[1].len) {
    slant_fail(error, SLANT_E_DATA, "expected the columns id, name, type and aliases with tabs between them, found %d",
               n);
    return bad_line(parse, error);
  }
  if (fields[0].ptr[0] == '#') { /* its line would be a comment when the dictionary is written out */
    slant_fail(error, SLANT_E_DATA, "an id must not begin with '#'");
    return bad_line(parse, error);
  }
  if (!slant_grow(&actors->items, &actors->capacity, actors->count, sizeof *actors->items)) return no_memory(error);
  slant_actor *actor = &actors->items[actors->count];
  slant_str *kept[] = {&actor->id, &actor->name, &actor->type};
  for (int i = 0; i < 3; i++) {
    char *copy = slant_arena_copy(&actors->strings, fields[i]);
    if (!copy) return no_memory(error);
    *kept[i] = (slant_str){copy, fields[i].len};
  }
  actor->n_aliases = 1;
  uint32_t index = (uint32_t)actors->count++;
  slant_buffer_format(&actors->text, "%s\t%s\t%s\t", actor->id.ptr, actor->name.ptr, actor->type.ptr);
  int status = add_alias(parse, index, actor->name, error);
  for (slant_str rest = fields[3]; !status && rest.len;) {
    slant_str alias = trim(slant_str_cut(&rest, '|'));
    status = add_alias(parse, index, alias, error);
    if (actors->items[index].n_aliases++ > 1) slant_buffer_char(&actors->text, '|');
    slant_buffer_str(&actors->text, alias);
  }
  slant_buffer_char(&actors->text, '\n');
  return status;
}

static int compare_ids(const void *a, const void *b, void *context) {
  const slant_actors *actors = context;
  slant_str x = actors->items[*(const uint32_t *)a].id, y = actors->items[*(const uint32_t *)b].id;
  return slant_str_compare(x, y);
}

/* Sorts the ids and refuses two equal ones. */
static int index_ids(slant_actors *actors, const char *name, slant_error *error) {
  actors->ids = slant_alloc(actors->count, sizeof *actors->ids);
  if (!actors->ids) return no_memory(error);
  for (uint32_t i = 0; i < actors->count; i++) actors->ids[i] = i;
  if (actors->count) qsort_r(actors->ids, actors->count, sizeof *actors->ids, compare_ids, actors);
  for (size_t i = 1; i < actors->count; i++)
    if (compare_ids(&actors->ids[i - 1], &actors->ids[i], actors) == 0) {
      slant_str id = actors->items[actors->ids[i]].id;
      int status = slant_fail(error, SLANT_E_DATA, "the actor id '%.*s' stands twice", (int)id.len, id.ptr);
      slant_error_at(error, name, 0, 0);
      return status;
    }
  return SLANT_OK;
}

/* The bit map of first tokens: 32 bits for each, so that one in 32 of the others passes. */
static bool map_firsts(slant_actors *actors) {
  uint64_t bits = 1024;
  while (bits < 32 * (uint64_t)actors->n_firsts) bits *= 2;
  actors->begins = slant_alloc_zero(bits / 64, sizeof *actors->begins);
  if (!actors->begins) return false;
  actors->begin_mask = bits - 1;
  for (size_t i = 0; i < actors->n_firsts; i++) {
    uint64_t bit = actors->firsts[i] & actors->begin_mask;
    actors->begins[bit >> 6] |= UINT64_C(1) << (bit & 63);
  }
  free(actors->firsts);
  actors->firsts = NULL;
  return true;
}

static int parse_lines(slant_actor_parse *parse, slant_str tsv, slant_error *error) {
  bool header = true;
  int status = SLANT_OK;
  if (tsv.len >= 3 && memcmp(tsv.ptr, "\xef\xbb\xbf", 3) == 0) tsv = (slant_str){tsv.ptr + 3, tsv.len - 3};
  for (slant_str rest = tsv; !status && rest.len;) {
    slant_str row = slant_str_cut(&rest, '\n');
    parse->line++;
    if (row.len && row.ptr[row.len - 1] == '\r') row.len--;
    if (!trim(row).len || row.ptr[0] == '#') continue;
    if (memchr(row.ptr, '\0', row.len)) {
      slant_fail(error, SLANT_E_DATA, "a NUL byte in a line; is this a text file?");
      status = bad_line(parse, error);
    } else if (header) {
      slant_str columns = row;
      bool named = slant_str_is(trim(slant_str_cut(&columns, '\t')), "id");
      header = false;
      if (!named) {
        slant_fail(error, SLANT_E_DATA, "expected a header row: id, name, type, aliases, with tabs between them");
        status = bad_line(parse, error);
      }
    } else {
      status = parse_actor(parse, row, error);
    }
  }
  return status;
}

int slant_actors_parse(slant_actors **out, slant_str tsv, const char *name, slant_error *error) {
  *out = NULL;
  slant_actor_parse parse = {.actors = slant_alloc_zero(1, sizeof *parse.actors), .name = name};
  slant_actors *actors = parse.actors;
  if (!actors) return no_memory(error);
  int status = slant_document_new(&parse.document, error);
  if (status) goto out;
  actors->edge_slots = 64;
  actors->edges = slant_alloc_zero(actors->edge_slots, sizeof *actors->edges);
  if (!actors->edges || !slant_grow(&actors->accepts, &actors->node_capacity, 0, sizeof *actors->accepts)) {
    status = no_memory(error);
    goto out;
  }
  actors->accepts[0] = 0;
  actors->n_nodes = 1; /* the root */
  slant_buffer_text(&actors->text, "id\tname\ttype\taliases\n");
  status = parse_lines(&parse, tsv, error);
  if (!status) status = index_ids(actors, name, error);
  if (!status && (!map_firsts(actors) || actors->text.failed)) status = no_memory(error);
out:
  slant_document_free(parse.document);
  if (status)
    slant_actors_free(actors);
  else
    *out = actors;
  return status;
}

int slant_actors_load(slant_actors **out, const char *path, slant_error *error) {
  slant_mapping file;
  *out = NULL;
  int status = slant_map_file(&file, path, error);
  if (status) return status;
  status = slant_actors_parse(out, (slant_str){(const char *)file.data, file.size}, path, error);
  slant_unmap(&file);
  if (*out && (*out)->count == 0) {
    slant_actors_free(*out);
    *out = NULL;
    status = slant_fail(error, SLANT_E_DATA, "the dictionary names no actor");
    slant_error_at(error, path, 0, 0);
  }
  return status;
}

int slant_actors_builtin(slant_actors **out, slant_error *error) {
  slant_str tsv = {slant_countries_begin, (size_t)(slant_countries_end - slant_countries_begin)};
  return slant_actors_parse(out, tsv, "the built-in dictionary", error);
}

void slant_actors_free(slant_actors *actors) {
  if (!actors) return;
  free(actors->items);
  free(actors->edges);
  free(actors->accepts);
  free(actors->ids);
  free(actors->firsts);
  free(actors->begins);
  slant_arena_free(&actors->strings);
  slant_buffer_free(&actors->text);
  free(actors);
}

uint32_t slant_actors_count(const slant_actors *actors) {
  return (uint32_t)actors->count;
}

slant_actor slant_actors_get(const slant_actors *actors, uint32_t index) {
  return actors->items[index];
}

int64_t slant_actors_find(const slant_actors *actors, slant_str id) {
  size_t low = 0, high = actors->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    slant_str at = actors->items[actors->ids[middle]].id;
    int order = slant_str_compare(at, id);
    if (!order) return actors->ids[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return -1;
}

slant_str slant_actors_text(const slant_actors *actors) {
  return (slant_str){actors->text.data, actors->text.len};
}

/* ---- matching ---- */
static inline bool may_begin(const slant_actors *actors, uint64_t token) {
  uint64_t bit = token & actors->begin_mask;
  return actors->begins[bit >> 6] >> (bit & 63) & 1;
}

/* Longest match that starts at token i: its end, and the actor in *actor; i when there is none. */
static uint32_t longest_match(const slant_actors *actors, const slant_document *document, uint32_t i, uint32_t *actor) {
  uint32_t node = 0, end = i;
  for (uint32_t j = i; j < document->n_tokens; j++) {
    if (document->tokens[j].sentence != document->tokens[i].sentence) break;
    node = edge_find(actors, node, document->tokens[j].cased);
    if (!node) break;
    if (actors->accepts[node]) {
      *actor = actors->accepts[node] - 1;
      end = j + 1;
    }
  }
  return end;
}

int64_t slant_actors_match(const slant_actors *actors, slant_document *document, const slant_mention **mentions,
                           slant_error *error) {
  struct slant_document_scratch *scratch = document->scratch;
  size_t n = 0;
  for (uint32_t i = 0; i < document->n_tokens;) {
    if (!may_begin(actors, document->tokens[i].cased)) {
      i++;
      continue;
    }
    uint32_t actor = 0, end = longest_match(actors, document, i, &actor);
    if (end == i) {
      i++;
      continue;
    }
    if (!slant_grow(&scratch->mentions, &scratch->mention_capacity, n, sizeof *scratch->mentions))
      return slant_fail(error, SLANT_E_MEMORY, "no memory for the mentions of a text");
    scratch->mentions[n++] = (slant_mention){.actor = actor,
                                             .first = i,
                                             .last = end,
                                             .sentence = document->tokens[i].sentence,
                                             .point_from = document->tokens[i].point_from,
                                             .point_to = document->tokens[end - 1].point_to};
    i = end;
  }
  *mentions = scratch->mentions;
  return (int64_t)n;
}
