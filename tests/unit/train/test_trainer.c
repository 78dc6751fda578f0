/*
 * train/trainer.c and what it drives (train/bank.c, train/fit.c, train/extract.c, train/card.c, train/options.c):
 * made-up records in, a bundle out, opened and asked again.
 */
#include "training.h"

static void a_bank_a_task_and_a_model_an_actor(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, NULL);
  add_actor(&f, "Bravo", 80, true);
  add_actor(&f, "Alpha", 90, true);
  add_actor(&f, "Rarely", 12, true);
  assert_int_equal(add(&f, "Nobody has judged this.", "", NULL, 0), 0);
  fit(&f);
  assert_string_equal(f.seen.stages, "reading;features;models;");
  slant_bundle *bundle = write_and_open(&f);
  assert_int_equal(slant_pipeline_mode(slant_bundle_pipeline(bundle)), SLANT_MODE_TARGET);
  assert_int_equal(slant_bundle_n_banks(bundle), 2);
  const slant_bank *bank = slant_bundle_bank(bundle, 0);
  assert_true(slant_str_is(bank->task, "sentiment"));
  assert_true(slant_str_is(slant_bundle_bank(bundle, 1)->task, "tone"));
  assert_int_equal(bank->n_labels, 2);
  assert_true(slant_str_is(bank->labels[0], "negative"));
  assert_int_equal(bank->n_models, 3);
  assert_null(find_model(bank, "Rarely"));
  assert_int_equal(find_model(bank, "*")->n_examples, 182);
  const slant_model *alpha = find_model(bank, "Alpha"), *bravo = find_model(bank, "Bravo");
  assert_int_equal(alpha->n_examples, 90);
  assert_int_equal(alpha->coding, SLANT_CODING_BINARY);
  assert_true(alpha->first_output != bravo->first_output);
  assert_true(slant_str_is(judge(bundle, bank, alpha, "We admired Alpha a lot.", 11, 16), "positive"));
  assert_true(slant_str_is(judge(bundle, bank, alpha, "We rebuked Alpha a lot.", 11, 16), "negative"));
  assert_true(slant_str_is(judge(bundle, bank, bravo, "We rebuked Bravo a lot.", 11, 16), "negative"));
  assert_card_has(&f, "\"mode\":\"target\"");
  assert_card_has(&f, "\"records\":182,\"unlabelled\":1");
  assert_card_has(&f, "{\"actor\":\"Rarely\",\"examples\":12,\"own_model\":false");
  assert_card_has(&f, "\"solver\":\"smo\"");
  slant_bundle_close(bundle);
  close_fixture(&f);
}

/* The same bytes for 1 and 3 threads, with either solver; others for another seed. */
static void threads_make_no_difference(void **state) {
  (void)state;
  const char *const settings[][5] = {{"threads", "1", "seed", "1", NULL},
                                     {"threads", "3", "seed", "1", NULL},
                                     {"threads", "1", "seed", "2", NULL},
                                     {"threads", "1", "memory", "0", NULL},
                                     {"threads", "3", "memory", "0", NULL}};
  char *data[5];
  size_t size[5];
  for (int i = 0; i < 5; i++) {
    fixture f;
    open_fixture(&f, settings[i]);
    add_actor(&f, "Alpha", 100, true);
    add_actor(&f, "Bravo", 100, true);
    fit(&f);
    char *path = temporary_name();
    assert_int_equal(slant_trainer_write(f.trainer, path, NULL), 0);
    data[i] = read_whole(path, &size[i]);
    unlink(path);
    free(path);
    close_fixture(&f);
  }
  assert_int_equal(size[0], size[1]);
  assert_memory_equal(data[0], data[1], size[0]);
  assert_true(size[0] != size[2] || memcmp(data[0], data[2], size[0]) != 0);
  assert_int_equal(size[3], size[4]);
  assert_memory_equal(data[3], data[4], size[3]);
  for (int i = 0; i < 5; i++) free(data[i]);
}

/* Two mentions in one sentence under opposite labels: only their places tell them apart. */
static void spans_tell_mentions_apart(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, NULL);
  for (int i = 0; i < 120; i++) {
    const char *first = i % 2 ? "Alpha" : "Bravo", *second = i % 2 ? "Bravo" : "Alpha", *verb = blame[i / 2 % 4];
    char text[200];
    int from = snprintf(text, sizeof text, "On day %d it was ", i);
    int to = from + 5 + 1 + (int)strlen(verb) + 1;
    snprintf(text + from, sizeof text - (size_t)from, "%s %s %s.", first, verb, second);
    const slant_label labels[] = {label("sentiment", "*", "negative", to, to + 5),
                                  label("sentiment", "*", "positive", from, from + 5)};
    assert_int_equal(add(&f, text, "", labels, 2), 0);
  }
  fit(&f);
  assert_card_has(&f, "\"examples\":240");
  slant_bundle *bundle = write_and_open(&f);
  const slant_bank *bank = slant_bundle_bank(bundle, 0);
  const slant_model *model = find_model(bank, "*");
  assert_true(slant_str_is(judge(bundle, bank, model, "It was Alpha scorned Bravo.", 7, 12), "positive"));
  assert_true(slant_str_is(judge(bundle, bank, model, "It was Alpha scorned Bravo.", 21, 26), "negative"));
  slant_bundle_close(bundle);
  close_fixture(&f);
}

static void a_sole_actor_shares_its_model(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, NULL);
  add_actor(&f, "Alpha", 70, false);
  fit(&f);
  slant_bundle *bundle = write_and_open(&f);
  const slant_bank *bank = slant_bundle_find_bank(bundle, slant_str_of("sentiment"));
  assert_int_equal(slant_pipeline_mode(slant_bundle_pipeline(bundle)), SLANT_MODE_DOCUMENT);
  assert_int_equal(bank->n_models, 2);
  assert_int_equal(bank->n_outputs, 1);
  assert_int_equal(find_model(bank, "*")->first_output, find_model(bank, "Alpha")->first_output);
  const slant_model *model = find_model(bank, "Alpha");
  assert_true(slant_str_is(judge(bundle, bank, model, "They honoured it.", -1, -1), "positive"));
  slant_bundle_close(bundle);
  close_fixture(&f);
}

static void three_labels_and_one_actor_with_two(void **state) {
  (void)state;
  static const char *const values[] = {"against", "favor", "none"};
  static const char *const words[] = {"refused", "backed", "mentioned"};
  const char *const set[] = {"memory", "0", "min-examples", "30", NULL};
  fixture f;
  open_fixture(&f, set);
  for (int i = 0; i < 150; i++) {
    const char *actor = i % 2 ? "Alpha" : "Bravo";
    int c = i % 2 ? i / 2 % 3 : i / 2 % 2; /* Bravo has no "none" */
    char text[100];
    snprintf(text, sizeof text, "They %s the plan of day %d.", words[c], i);
    const slant_label one = label("stance", actor, values[c], -1, -1);
    add(&f, text, "", &one, 1);
  }
  fit(&f);
  assert_card_has(&f, "\"solver\":\"dcd\"");
  assert_non_null(strstr(f.seen.last_note, "LIBLINEAR"));
  slant_bundle *bundle = write_and_open(&f);
  const slant_bank *bank = slant_bundle_bank(bundle, 0);
  const slant_model *alpha = find_model(bank, "Alpha"), *bravo = find_model(bank, "Bravo");
  assert_int_equal(alpha->n_classes, 3);
  assert_int_equal(alpha->coding, SLANT_CODING_ONE_VS_REST);
  assert_int_equal(bravo->n_classes, 2);
  assert_int_equal(bravo->coding, SLANT_CODING_BINARY);
  assert_true(slant_str_is(judge(bundle, bank, alpha, "They mentioned it.", -1, -1), "none"));
  assert_true(slant_str_is(judge(bundle, bank, alpha, "They refused it.", -1, -1), "against"));
  assert_true(slant_str_is(judge(bundle, bank, bravo, "They backed it.", -1, -1), "favor"));
  slant_bundle_close(bundle);
  close_fixture(&f);
}

/* An actor whose labels are drawn by lot gains nothing from a model of its own. */
static void better_drops_models_that_are_not(void **state) {
  (void)state;
  const char *const set[] = {"actor-models", "better", NULL};
  for (int better = 0; better < 2; better++) {
    fixture f;
    open_fixture(&f, better ? set : NULL);
    add_actor(&f, "Alpha", 300, false);
    for (int i = 0; i < 60; i++) {
      char text[100];
      int good = i % 2;
      snprintf(text, sizeof text, "Bravo was %s on day %d.", (good ? praise : blame)[i / 2 % 4], i);
      const slant_label one = label("sentiment", "Bravo", good ? "positive" : "negative", -1, -1);
      if (i % 4 < 2) snprintf(text, sizeof text, "Day %d was %s.", i, (good ? praise : blame)[i / 4 % 4]);
      add(&f, text, "", &one, 1);
    }
    fit(&f);
    slant_bundle *bundle = write_and_open(&f);
    const slant_bank *bank = slant_bundle_find_bank(bundle, slant_str_of("sentiment"));
    if (better)
      assert_null(find_model(bank, "Bravo"));
    else
      assert_non_null(find_model(bank, "Bravo"));
    slant_bundle_close(bundle);
    close_fixture(&f);
  }
}

static void data_that_cannot_be_learned_from(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, NULL);
  refuse(&f, SLANT_E_DATA, "nothing to learn from");

  open_fixture(&f, NULL);
  add(&f, "Nobody has judged this.", "", NULL, 0);
  refuse(&f, SLANT_E_DATA, "none of 1 records");

  open_fixture(&f, NULL);
  const slant_label one = label("stance", "*", "favor", -1, -1);
  for (int i = 0; i < 20; i++) add(&f, "They backed it.", "", &one, 1);
  refuse(&f, SLANT_E_DATA, "one label only, 'favor'");

  const char *const target[] = {"mode", "target", NULL};
  open_fixture(&f, target);
  add(&f, "They backed it.", "", &one, 1);
  refuse(&f, SLANT_E_DATA, "no label has a span");

  open_fixture(&f, NULL);
  for (int i = 0; i < SLANT_MAX_CLASSES + 1; i++) {
    char value[16];
    snprintf(value, sizeof value, "label %d", i);
    const slant_label another = label("stance", "*", value, -1, -1);
    add(&f, "They backed it.", "", &another, 1);
  }
  refuse(&f, SLANT_E_LIMIT, "65 labels");
}

static void poor_data_still_gives_a_model(void **state) {
  (void)state;
  fixture f;
  const slant_label good = label("sentiment", "Alpha", "positive", -1, -1);
  const slant_label bad = label("sentiment", "Alpha", "negative", -1, -1);

  open_fixture(&f, NULL); /* two examples, and nothing in them */
  add(&f, "", "", &good, 1);
  add(&f, "!", "", &bad, 1);
  fit(&f);
  slant_bundle_close(write_and_open(&f));
  close_fixture(&f);

  open_fixture(&f, NULL); /* the same text under both labels, in one group */
  for (int i = 0; i < 60; i++) add(&f, "The same words each time.", "", i % 2 ? &good : &bad, 1);
  fit(&f);
  assert_non_null(strstr(f.seen.last_warning, "fewer than two groups"));
  slant_bundle *bundle = write_and_open(&f);
  assert_true(slant_bundle_bank(bundle, 0)->models[0].calibration.values[0] == 1);
  slant_bundle_close(bundle);
  close_fixture(&f);

  open_fixture(&f, NULL); /* two thousand actors of one example each */
  for (int i = 0; i < 2000; i++) {
    char actor[16], text[100];
    snprintf(actor, sizeof actor, "actor-%d", i);
    snprintf(text, sizeof text, "They %s it on day %d.", (i % 2 ? praise : blame)[i / 2 % 4], i);
    const slant_label one = label("sentiment", actor, i % 2 ? "positive" : "negative", -1, -1);
    add(&f, text, "", &one, 1);
  }
  f.options.costs = "1";
  fit(&f);
  assert_int_equal(f.seen.notes, 1);
  assert_non_null(strstr(f.seen.last_note, "0 actors have a model of their own; 2000 share '*'"));
  bundle = write_and_open(&f);
  assert_int_equal(slant_bundle_bank(bundle, 0)->n_models, 1);
  slant_bundle_close(bundle);
  close_fixture(&f);
}

static void can_be_cancelled_in_every_stage(void **state) {
  (void)state;
  static const char *const stages[] = {"features", "models"};
  for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
    fixture f;
    open_fixture(&f, NULL);
    add_actor(&f, "Alpha", 60, true);
    f.seen.cancel_in = stages[i];
    refuse(&f, SLANT_E_CANCELLED, "cancelled");
  }
}

static void options_are_checked(void **state) {
  (void)state;
  static const char *const bad[] = {"", "x", "1,,2", "1,", "-1", "0", "nan", "inf", "1;2", "1e99"};
  slant_train_options options;
  slant_options_init(slant_train_option_table, &options);
  slant_error error;
  slant_trainer *trainer;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    options.costs = bad[i];
    assert_int_equal(slant_trainer_new(&trainer, &options, NULL, NULL, &error), SLANT_E_ARGUMENT);
    assert_non_null(strstr(error.message, "--costs"));
    assert_null(trainer);
  }
  options.costs = " 3, 0.5,3,0.5";
  assert_int_equal(slant_trainer_new(&trainer, &options, NULL, NULL, &error), 0);
  slant_trainer_free(trainer);
  options.folds = 1;
  assert_int_equal(slant_trainer_new(&trainer, &options, NULL, NULL, &error), SLANT_E_ARGUMENT);
  assert_non_null(strstr(error.message, "--folds"));
}

static void fits_once(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, NULL);
  add_actor(&f, "Alpha", 20, true);
  fit(&f);
  const slant_label one = label("sentiment", "*", "positive", -1, -1);
  assert_int_equal(slant_trainer_fit(f.trainer, NULL), SLANT_E_ARGUMENT);
  assert_int_equal(add(&f, "Too late.", "", &one, 1), SLANT_E_ARGUMENT);
  close_fixture(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_bank_a_task_and_a_model_an_actor),
      cmocka_unit_test(threads_make_no_difference),
      cmocka_unit_test(spans_tell_mentions_apart),
      cmocka_unit_test(a_sole_actor_shares_its_model),
      cmocka_unit_test(three_labels_and_one_actor_with_two),
      cmocka_unit_test(better_drops_models_that_are_not),
      cmocka_unit_test(data_that_cannot_be_learned_from),
      cmocka_unit_test(poor_data_still_gives_a_model),
      cmocka_unit_test(can_be_cancelled_in_every_stage),
      cmocka_unit_test(options_are_checked),
      cmocka_unit_test(fits_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
