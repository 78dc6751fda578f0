#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/report.h"
#include "common/file.h"

#include <errno.h>
#include <slant/sample.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct fetch_options {
  const char *output;
  int force, quiet;
} fetch_options;

static const slant_option own_rows[] = {
    {"output", 'o', SLANT_OPTION_TEXT, offsetof(fetch_options, output), NULL, 0, 0, NULL, "DIR",
     "The folder to write into, made where it is missing; default: the data's name."},
    {"force", 0, SLANT_OPTION_FLAG, offsetof(fetch_options, force), NULL, 0, 0, NULL, NULL,
     "Write over files that are there and differ."},
    CLI_ROW_QUIET(fetch_options),
    SLANT_OPTION_END};

static int path_of(char path[4096], const char *folder, const char *name, slant_error *error) {
  int len = snprintf(path, 4096, "%s/%s", folder, name);
  return len < 4096 ? SLANT_OK : slant_fail(error, SLANT_E_IO, "the name of the folder is too long");
}

/* A file of the same name with other bytes is somebody's: it stays unless --force. */
static int check_file(const char *path, slant_str bytes, bool force, slant_error *error) {
  slant_mapping there;
  if (access(path, F_OK)) return SLANT_OK;
  int status = slant_map_file(&there, path, error);
  if (status) return status;
  bool differs = !slant_str_equal((slant_str){(const char *)there.data, there.size}, bytes);
  slant_unmap(&there);
  if (!differs || force) return SLANT_OK;
  return slant_fail(error, SLANT_E_IO, "%s is there and differs; give another folder with -o, or --force", path);
}

static int write_file(const char *path, slant_str bytes, slant_error *error) {
  slant_file_writer *writer;
  int status = slant_file_writer_open(&writer, path, error);
  if (status) return status;
  status = slant_file_writer_write(writer, bytes.ptr, bytes.len, error);
  if (!status) return slant_file_writer_commit(writer, error);
  slant_file_writer_discard(writer);
  return status;
}

static int fetch(const char *folder, const fetch_options *options, slant_error *error) {
  char path[4096], size[CLI_COUNT_SIZE];
  int status = SLANT_OK;
  if (mkdir(folder, 0777) && errno != EEXIST)
    return slant_fail(error, SLANT_E_IO, "cannot make the folder %s: %s", folder, strerror(errno));
  for (const char *const *name = slant_sample_names(); !status && *name; name++) {
    status = path_of(path, folder, *name, error);
    if (!status) status = check_file(path, slant_sample_file(*name), options->force, error);
  }
  for (const char *const *name = slant_sample_names(); !status && *name; name++) {
    slant_str bytes = slant_sample_file(*name);
    status = path_of(path, folder, *name, error);
    if (!status) status = write_file(path, bytes, error);
    if (!status && !options->quiet) cli_say("%s: %s bytes", path, cli_count(size, bytes.len));
  }
  return status;
}

static int run(const cli_command *self, int argc, char **argv) {
  fetch_options options;
  cli_operands names;
  slant_error error = {0};
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options}, &names);
  if (exit_code == CLI_GO && names.n != 1) exit_code = cli_usage(self, "give one NAME: sample");
  if (exit_code == CLI_GO && strcmp(names.items[0], "sample") != 0)
    exit_code = cli_usage(self,
                          "there is nothing to fetch under the name '%s', only 'sample'; 'slant datasets list' says "
                          "where public corpora are",
                          names.items[0]);
  if (exit_code == CLI_GO)
    exit_code =
        fetch(options.output ? options.output : names.items[0], &options, &error) ? cli_report(&error) : CLI_DONE;
  free(names.items);
  return exit_code;
}

static const cli_table tables[] = {{NULL, own_rows}, {NULL, NULL}};

static const cli_example examples[] = {
    {"The sample corpus, into a folder of that name:", "slant datasets fetch sample"},
    {"A model of it:", "slant train --actors sample/actors.tsv sample/train.jsonl -o sample.slant"},
    {NULL, NULL}};

const cli_command cli_command_datasets_fetch = {
    .name = "datasets fetch",
    .operands = "NAME",
    .summary = "write the sample corpus to a folder",
    .description =
        "Writes the sample corpus, which travels inside the program: labelled sentences to learn from and to test on, "
        "articles to label, and their dictionary of actors. It is for demonstration: scores on it say nothing about "
        "accuracy in the world.\n\n"
        "Public corpora are their owners' and are not fetched; 'slant datasets list' says where they are.",
    .tables = tables,
    .examples = examples,
    .related = "datasets list,train",
    .run = run};
