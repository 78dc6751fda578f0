#!/usr/bin/env bash
# Word vectors from unlabelled text, and training with them.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
make_corpus 300 >corpus.jsonl
sed 's/,"actor".*/}/' corpus.jsonl >articles.jsonl
small='--rank 8 --min-count 3'

# shellcheck disable=SC2086
run slant embed $small articles.jsonl -o words.txt
expect_rc 0
expect_no_out
expect_err '^words\.txt: vectors of 8 numbers for [0-9]+ words, from [0-9,]+ words in [0-9,]+ different sentences of 300 records \(0 bad\)'
[ "$(wc -l <words.txt)" -eq $(($(head -1 words.txt | cut -d' ' -f1) + 1)) ] || fail 'a line for every word'
awk 'NR == 1 { n = $2; next } NF != n + 1 { exit 1 }' words.txt || fail 'as many numbers on every line'

# labels change nothing, nor do threads; standard output is a file like any other
for threads in 1 2 3; do
  # shellcheck disable=SC2086
  run slant embed -j $threads --quiet $small corpus.jsonl -o again.txt
  expect_rc 0
  expect_no_err
  expect_same words.txt again.txt
done
# shellcheck disable=SC2086
run slant embed --quiet $small articles.jsonl -o -
expect_same words.txt out

# the bundle takes them in
run slant train --quiet --costs 0.4 --folds 3 --vectors words.txt corpus.jsonl -o m.slant
expect_rc 0
rm words.txt
run slant predict -m m.slant articles.jsonl -o labels.jsonl
expect_rc 0
run slant inspect m.slant
expect_out '^  vectors +[0-9,]+$'

# what cannot be embedded
# shellcheck disable=SC2086
run slant embed $small - -o none.txt <articles.jsonl
expect_rc 2
expect_err 'standard input cannot be read twice'
mkfifo pipe
run slant embed pipe -o none.txt
expect_rc 2
expect_err 'pipe cannot be read twice'
run slant embed articles.jsonl -o none.txt
expect_rc 1
expect_err 'lower --rank or --min-count'
: >empty.jsonl
run slant embed empty.jsonl -o none.txt
expect_rc 1
run slant embed missing.jsonl -o none.txt
expect_rc 3
run slant embed articles.jsonl -o nowhere/none.txt
expect_rc 3
run slant embed articles.jsonl
expect_rc 2
run slant embed -o none.txt
expect_rc 2
expect_absent none.txt

# bad records: a warning each, once, and exit code 1
{ cat articles.jsonl; echo '{"id":"b1"}'; echo '{'; } >mixed.jsonl
# shellcheck disable=SC2086
run slant embed $small mixed.jsonl -o mixed.txt
expect_rc 1
[ "$(grep -c 'warning: mixed\.jsonl:30[12]:' err)" -eq 2 ] || fail 'two warnings, from the first reading alone'
expect_same mixed.txt again.txt
[ -z "$(find . -name '*.tmp-*')" ] || fail 'a temporary file was left behind'
