#!/usr/bin/env bash
# Lexicons induced from records, and read by training.
. "$SOURCE/tests/cli/lib/common.bash"
make_corpus 120 >corpus.jsonl

run slant lexicon corpus.jsonl -o labels.tsv
expect_rc 0
expect_no_out
expect_err '^labels\.tsv: [0-9]+ words from 120 records \(0 bad\)$'
run head -1 labels.tsv
expect_out "^term	negative	neutral	positive$"
grep -qP '^condemned\t[0-9.]+\t-' labels.tsv || fail 'blame should speak for negative'
run slant lexicon --quiet - -o - <corpus.jsonl
expect_rc 0
expect_no_err
expect_same out labels.tsv

run slant lexicon --from context --min-count 2 --window 4 corpus.jsonl -o context.tsv
expect_rc 0
run head -1 context.tsv
expect_out "^term	context$"

# a record of weight 2 counts twice
grep '"label":"negative"' corpus.jsonl | cat corpus.jsonl - >twice.jsonl
sed '/"label":"negative"/s/^{/{"weight":2,/' corpus.jsonl >weighed.jsonl
slant lexicon -q --min-count 1 twice.jsonl -o twice.tsv
slant lexicon -q --min-count 1 weighed.jsonl -o weighed.tsv
expect_same twice.tsv weighed.tsv

# training reads both
if slant train --help | grep -q -- --lexicon; then
  run slant train --quiet --costs 0.4 --folds 3 --lexicon labels.tsv,context.tsv corpus.jsonl -o m.slant
  expect_rc 0
  run slant inspect --features 50 m.slant
  expect_out ' lexicon: (labels|context) '
fi

# several tasks, bad records, nothing to say
sed 's/"task":"sentiment"/"task":"stance"/' corpus.jsonl >stance.jsonl
run slant lexicon corpus.jsonl stance.jsonl -o none.tsv
expect_rc 2
expect_err "'sentiment' and 'stance'; choose one with --task"
expect_absent none.tsv
run slant lexicon --task stance corpus.jsonl stance.jsonl -o stance.tsv
expect_rc 0
expect_same stance.tsv labels.tsv
{ cat corpus.jsonl; echo '{"id":"b1"}'; } >mixed.jsonl
run slant lexicon mixed.jsonl -o mixed.tsv
expect_rc 1
expect_err 'warning: mixed\.jsonl:121:'
expect_same mixed.tsv labels.tsv
run slant lexicon --min-count 1000 corpus.jsonl -o none.tsv
expect_rc 1
expect_err 'lower --min-count'
printf '%s\n' '{"text":"No label here."}' >bare.jsonl
run slant lexicon bare.jsonl -o none.tsv
expect_rc 1
expect_err 'two labels or more'
run slant lexicon --from context --task x bare.jsonl -o none.tsv
expect_rc 2
run slant lexicon corpus.jsonl
expect_rc 2
expect_err 'Give -o FILE'
run slant lexicon -o none.tsv
expect_rc 2
run slant lexicon missing.jsonl -o none.tsv
expect_rc 3
expect_absent none.tsv
