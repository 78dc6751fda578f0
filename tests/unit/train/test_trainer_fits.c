/* train/trainer.c: how models are fitted: losses, NBSVM, pruning. What each computes is tested beside its source. */
#include "training.h"

/* Every way of fitting learns, is in the card, and gives the same bytes for any number of threads. */
static void losses_and_nbsvm(void **state) {
  (void)state;
  static const char *const ways[][4] = {{"hinge", "off", "\"solver\":\"smo\""},
                                        {"squared-hinge", "off", "\"solver\":\"dcd\""},
                                        {"hinge", "on", "\"solver\":\"dcd\""},
                                        {"hinge", "average", "\"solver\":\"smo\""},
                                        {"squared-hinge", "average", "\"solver\":\"dcd\""}};
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

/* The number after `key` in the card. */
static double card_number(const fixture *f, const char *key) {
  slant_str card = slant_trainer_card(f->trainer);
  const char *at = memmem(card.ptr, card.len, key, strlen(key));
  assert_non_null(at);
  return strtod(at + strlen(key), NULL);
}

/* What is left is what was asked for; it still tells praise from blame, for the shared model and an actor's own;
 * figures and calibration are those from before. */
static void pruning_keeps_what_weighs(void **state) {
  (void)state;
  char *data[3], *paths[3];
  size_t size[3];
  double held_out[3];
  float calibration[3];
  for (int i = 0; i < 3; i++) {
    const char *const set[] = {"max-features", i ? "60" : "0", "threads", i == 2 ? "3" : "1", NULL};
    fixture f;
    open_fixture(&f, set);
    add_actor(&f, "Alpha", 120, true);
    add_actor(&f, "Bravo", 120, true);
    fit(&f);
    held_out[i] = card_number(&f, "\"log_loss\":");
    if (i) {
      assert_string_equal(f.seen.stages, "reading;features;models;pruning;");
      assert_non_null(strstr(f.seen.last_note, "60 of "));
      assert_card_has(&f, "\"features\":{\"sparse\":60,");
      assert_card_has(&f, "\"pruned\":{\"held_out\":\"before pruning\",\"stages\":[{\"stage\":\"words\",\"features\":");
    } else {
      assert_null(memmem(slant_trainer_card(f.trainer).ptr, slant_trainer_card(f.trainer).len, "pruned", 6));
    }
    slant_bundle *bundle = write_and_open(&f);
    if (i) assert_int_equal(slant_pipeline_n_sparse(slant_bundle_pipeline(bundle)), 60);
    const slant_bank *bank = slant_bundle_find_bank(bundle, slant_str_of("sentiment"));
    const slant_model *own = find_model(bank, "Alpha"), *shared = find_model(bank, "*");
    assert_true(own->first_output != shared->first_output);
    calibration[i] = own->calibration.values[0];
    for (int v = 0; v < 4; v++)
      for (int good = 0; good < 2; good++) {
        char text[100];
        snprintf(text, sizeof text, "We %s Alpha a lot.", (good ? praise : blame)[v]);
        int64_t from = (int64_t)(strstr(text, "Alpha") - text);
        const char *expected = good ? "positive" : "negative";
        assert_true(slant_str_is(judge(bundle, bank, own, text, from, from + 5), expected));
        assert_true(slant_str_is(judge(bundle, bank, shared, text, from, from + 5), expected));
      }
    slant_bundle_close(bundle);
    paths[i] = temporary_name();
    assert_int_equal(slant_trainer_write(f.trainer, paths[i], NULL), 0);
    data[i] = read_whole(paths[i], &size[i]);
    unlink(paths[i]);
    close_fixture(&f);
  }
  assert_true(size[1] < size[0]);
  assert_int_equal(size[1], size[2]);
  assert_memory_equal(data[1], data[2], size[1]);
  assert_true(held_out[0] == held_out[1] && calibration[0] == calibration[1]);
  for (int i = 0; i < 3; i++) {
    free(data[i]);
    free(paths[i]);
  }
}

static void pruning_less_than_there_is(void **state) {
  (void)state;
  const char *const set[] = {"max-features", "1000000", NULL};
  fixture f;
  open_fixture(&f, set);
  add_actor(&f, "Alpha", 60, false);
  fit(&f);
  assert_null(strstr(f.seen.stages, "pruning"));
  close_fixture(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(losses_and_nbsvm),
      cmocka_unit_test(nbsvm_needs_words),
      cmocka_unit_test(pruning_keeps_what_weighs),
      cmocka_unit_test(pruning_less_than_there_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
