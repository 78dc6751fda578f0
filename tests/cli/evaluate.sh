#!/usr/bin/env bash
# Measures from the command line.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
make_bundle m.slant
# gold labels that the sentences do not bear out, or every measure would be 1
make_corpus 90 5 | sed '1~4s/"label":"[a-z]*"/"label":"neutral"/' >gold.jsonl

run slant evaluate -m m.slant gold.jsonl
expect_rc 0
expect_no_err
expect_out '^sentiment: 90 examples in 30 groups, 2 actors'
expect_out '^  macro-F1 +[0-9.]+  \[[0-9.]+, [0-9.]+\]'
expect_out '^  ARL '
run slant evaluate -m m.slant --per-actor no gold.jsonl
expect_rc 0
grep -q '^  ARL ' out && fail 'actors were not asked for'

run slant evaluate -m m.slant --json - <gold.jsonl
expect_rc 0
expect_lines 1
expect_out '^\{"task":"sentiment","n":90,.*"macro_f1":\{"value":[01][^,]*,"low":[^,]+,"high":[^}]+\}'
cp out first
run slant evaluate -m m.slant --json gold.jsonl
expect_same out first
run slant evaluate -m m.slant --json --seed 2 gold.jsonl
cmp -s out first && fail 'the seed changes nothing'
run slant evaluate -m m.slant --json --bootstrap 0 gold.jsonl
expect_out '"low":null,"high":null'

# probabilities, and labels that are not given
run slant evaluate -m m.slant gold.jsonl
expect_out '^  ECE +[0-9.]+'
expect_out '^  log-loss +[0-9]+\.[0-9]{3} '
grep -q '^  coverage' out && fail 'every label is given'
run slant evaluate -m m.slant --json gold.jsonl
expect_out '"log_loss":[0-9.]+,"brier":[0-9.]+,"calibration_error":[0-9.]+,"reliability":\[\{"n":'
run slant evaluate -m m.slant --min-confidence 0.99 gold.jsonl
expect_rc 0
expect_out '^  coverage +[0-9.]+ +[0-9]+ too unsure to be given a label'
run slant evaluate -m m.slant --coverage 0.5 --json gold.jsonl
expect_rc 0
expect_out '"n":[1-8][0-9],.*"abstained":[1-8][0-9],"coverage":0\.[0-9]+'
run slant evaluate -m m.slant --min-confidence 1 gold.jsonl
expect_rc 1
expect_no_out
expect_err 'every label was too unsure'
run slant evaluate -m m.slant --prior positive=1 gold.jsonl
expect_rc 2

# labels that the model cannot give count as wrong; what it has no model for is not evaluated
sed '2,10s/"label":"[a-z]*"/"label":"mixed"/' gold.jsonl >mixed.jsonl
run slant evaluate -m m.slant --json --bootstrap 0 mixed.jsonl
expect_rc 0
expect_err 'warning: 9 labels are none that the bundle has learned; they count as wrong'
expect_out '"n":90,'
expect_out '"mixed":\{"precision":0(\.0)?,"recall":0(\.0)?,"f1":0(\.0)?,"support":9\}'
sed '1,9s/"task":"[a-z]*"/"task":"stance"/' gold.jsonl >tasks.jsonl
run slant evaluate -m m.slant --json --bootstrap 0 tasks.jsonl
expect_rc 0
expect_err "warning: 9 labels were not evaluated; the first: the bundle has no task 'stance'"
expect_out '"n":81,'
sed 's/"task":"[a-z]*"/"task":"stance"/' gold.jsonl >other.jsonl
run slant evaluate -m m.slant other.jsonl
expect_rc 1
expect_no_out
expect_err 'nothing to evaluate'

# a bad record is left out with a warning, or stops the run
{ cat gold.jsonl; echo '{"text":'; } >cut.jsonl
run slant evaluate -m m.slant --bootstrap 0 cut.jsonl
expect_rc 1
expect_err 'warning: cut\.jsonl:91:'
expect_out '^sentiment: 90 examples'
run slant evaluate -m m.slant --on-error stop cut.jsonl
expect_rc 1
expect_no_out

# a label that is bad leaves the record's other labels in
cat >two.jsonl <<'END'
{"text":"The press praised Arland.","labels":[{"actor":"ARL","label":"positive","from":18,"to":24},{"actor":"BOR","label":"positive","from":70,"to":74}]}
END
run slant evaluate -m m.slant --bootstrap 0 two.jsonl
expect_rc 1
expect_err 'warning: two\.jsonl:1:.*70'
expect_out '^sentiment: 1 example(,| |$)'

# without groups, the labels of one record are drawn together
cat >pairs.jsonl <<'END'
{"text":"Arland praised Borduria.","labels":[{"actor":"ARL","label":"neutral","from":0,"to":6},{"actor":"BOR","label":"positive","from":15,"to":23}]}
{"text":"Borduria blamed Arland.","labels":[{"actor":"BOR","label":"neutral","from":0,"to":8},{"actor":"ARL","label":"negative","from":16,"to":22}]}
END
run slant evaluate -m m.slant pairs.jsonl
expect_rc 0
expect_out '^sentiment: 4 examples in 2 groups'
