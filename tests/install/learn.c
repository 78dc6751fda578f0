/* A program outside the tree: learns from the records of a file with an installed libslant-train. learn RECORDS BUNDLE
 */
#include <slant/reader.h>
#include <slant/trainer.h>

#include <stdio.h>

static int add_all(slant_trainer *trainer, const char *path, slant_error *error) {
  slant_reader *reader = NULL;
  slant_reader_options options;
  slant_record record;
  slant_options_init(slant_reader_option_table, &options);
  int status = slant_reader_open(&reader, path, &options, error);
  while (!status && (status = slant_reader_next(reader, &record, error)) == 1)
    status = slant_trainer_add(trainer, &record, error);
  slant_reader_close(reader);
  return status;
}

int main(int argc, char **argv) {
  slant_trainer *trainer = NULL;
  slant_train_options options;
  slant_error error = {0};
  if (argc != 3) return 2;
  slant_options_init(slant_train_option_table, &options);
  options.costs = "1";
  int status = slant_trainer_new(&trainer, &options, NULL, NULL, &error);
  if (!status) status = add_all(trainer, argv[1], &error);
  if (!status) status = slant_trainer_fit(trainer, &error);
  if (!status) status = slant_trainer_write(trainer, argv[2], &error);
  if (status) fprintf(stderr, "%s\n", error.message);
  slant_trainer_free(trainer);
  return status ? 1 : 0;
}
