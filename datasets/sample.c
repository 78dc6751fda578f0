#include <slant/sample.h>

#include "common/embed.h"

SLANT_EMBED(slant_sample_train, "datasets/sample/train.jsonl");
SLANT_EMBED(slant_sample_test, "datasets/sample/test.jsonl");
SLANT_EMBED(slant_sample_articles, "datasets/sample/articles.jsonl");
SLANT_EMBED(slant_sample_actors, "datasets/sample/actors.tsv");
SLANT_EMBED(slant_sample_readme, "datasets/sample/README.md");

static const struct {
  const char *name, *begin, *end;
} files[] = {{"train.jsonl", slant_sample_train_begin, slant_sample_train_end},
             {"test.jsonl", slant_sample_test_begin, slant_sample_test_end},
             {"articles.jsonl", slant_sample_articles_begin, slant_sample_articles_end},
             {"actors.tsv", slant_sample_actors_begin, slant_sample_actors_end},
             {"README.md", slant_sample_readme_begin, slant_sample_readme_end}};
enum { N_FILES = sizeof files / sizeof *files };

const char *const *slant_sample_names(void) {
  static const char *const names[N_FILES + 1] = {"train.jsonl", "test.jsonl", "articles.jsonl",
                                                 "actors.tsv",  "README.md",  NULL};
  return names;
}

slant_str slant_sample_file(const char *name) {
  for (int i = 0; i < N_FILES; i++)
    if (strcmp(files[i].name, name) == 0) return (slant_str){files[i].begin, (size_t)(files[i].end - files[i].begin)};
  return (slant_str){0};
}
