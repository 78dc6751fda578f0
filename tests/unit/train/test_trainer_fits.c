/* train/trainer.c: how models are fitted: losses and NBSVM. What each computes is tested beside its source. */
#include "training.h"

/* Every way of fitting learns, is in the card, and gives the same bytes for any number of threads. */
static void losses_and_nbsvm(void **state) {
  (void)state;
  static const char *const ways[][4] = {{"hinge", "off", "\"solver\":\"libsvm\""},
                                        {"squared-hinge", "off", "\"solver\":\"liblinear\""},
                                        {"hinge", "on", "\"solver\":\"liblinear\""},
                                        {"hinge", "average", "\"solver\":\"libsvm\""},
                                        {"squared-hinge", "average", "\"solver\":\"liblinear\""}};
  char *data[10];
  size_t size[10];
  for (int i = 0; i < 10; i++) {
    const char *const *way = ways[i / 2];
    const char *const set[] = {"threads", i % 2 ? "3" : "1", "loss", way[0], "nbsvm", way[1], NULL};
    fixture f;
    open_fixture(&f, set);
    add_actor(&f, "Alpha", 120, false);
    fit(&f);
    assert_card_has(&f, way[2]);
    assert_int_equal(f.seen.warnings, 0);
    assert_int_equal(f.seen.notes, 0); /* LIBLINEAR is what was asked for */
    slant_bundle *bundle = write_and_open(&f);
    const slant_bank *bank = slant_bundle_find_bank(bundle, slant_str_of("sentiment"));
    const slant_model *model = find_model(bank, "*");
    assert_true(slant_str_is(judge(bundle, bank, model, "They honoured it.", -1, -1), "positive"));
    assert_true(slant_str_is(judge(bundle, bank, model, "They scorned it.", -1, -1), "negative"));
    slant_bundle_close(bundle);
    char *path = temporary_name();
    assert_int_equal(slant_trainer_write(f.trainer, path, NULL), 0);
    data[i] = read_whole(path, &size[i]);
    unlink(path);
    free(path);
    close_fixture(&f);
  }
  for (int i = 0; i < 10; i += 2) {
    assert_int_equal(size[i], size[i + 1]);
    assert_memory_equal(data[i], data[i + 1], size[i]);
    if (i) assert_true(size[i] != size[0] || memcmp(data[i], data[0], size[0]) != 0);
  }
  for (int i = 0; i < 10; i++) free(data[i]);
}

static void nbsvm_needs_words(void **state) {
  (void)state;
  char *path = temporary_name();
  FILE *file = fopen(path, "wb");
  fputs("chars min=2 max=4\n", file);
  fclose(file);
  const char *const set[] = {"nbsvm", "on", "pipeline", path, NULL};
  fixture f;
  open_fixture(&f, set);
  add_actor(&f, "Alpha", 60, false);
  refuse(&f, SLANT_E_ARGUMENT, "--nbsvm counts the features of the pipeline's stage 'words'");
  unlink(path);
  free(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(losses_and_nbsvm),
      cmocka_unit_test(nbsvm_needs_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
