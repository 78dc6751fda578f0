#!/usr/bin/env bash
# Training from the command line: warnings, summaries, options, and a bundle that is whole or not there.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
make_corpus 240 >corpus.jsonl
make_dictionary >actors.tsv
fast='--costs 0.4 --folds 3 --min-examples 30'

# shellcheck disable=SC2086
run slant train $fast --actors actors.tsv corpus.jsonl -o m.slant
expect_rc 0
expect_no_out
expect_err '^  task +model +examples +C +macro-F1'
expect_err '^  sentiment +\* +240 '
expect_err '^  sentiment +ARL '
expect_err '^m\.slant: 240 examples from 240 records \(0 bad\), .*target mode'

# from standard input, without a word
# shellcheck disable=SC2086
run slant train $fast --quiet --actors actors.tsv - -o piped.slant <corpus.jsonl
expect_rc 0
expect_no_err
expect_same m.slant piped.slant

# threads and the order of options change nothing; the seed may
for threads in 1 2 3; do
  # shellcheck disable=SC2086
  run slant train -j $threads -q $fast corpus.jsonl --actors actors.tsv -o t$threads.slant
  expect_rc 0
  expect_same t$threads.slant m.slant
done

# bad records: a warning each, at most twenty, and exit code 1; the bundle is that of the good ones
{ cat corpus.jsonl; for i in $(seq 30); do echo "{\"id\":\"bad$i\"}"; done; } >mixed.jsonl
# shellcheck disable=SC2086
run slant train $fast --actors actors.tsv mixed.jsonl -o mixed.slant
expect_rc 1
[ "$(grep -c 'warning: mixed.jsonl:2[0-9]*:' err)" -eq 20 ] || fail 'twenty warnings should be shown'
expect_err 'warning: 10 more like these'
expect_err '\(30 bad\)'
expect_same mixed.slant m.slant
# shellcheck disable=SC2086
run slant train $fast --on-error stop mixed.jsonl -o stopped.slant
expect_rc 1
expect_err '^slant: mixed\.jsonl:241:'
expect_absent stopped.slant
printf '%s\n' '{"text":"Arland.","actor":"ARL","label":"x","from":90,"to":99}' >span.jsonl
# shellcheck disable=SC2086
run slant train $fast corpus.jsonl span.jsonl -o span.slant
expect_rc 1
expect_err 'warning: span\.jsonl:1:.*span'

# one task of several
sed 's/"task":"sentiment"/"task":"stance"/' corpus.jsonl >stance.jsonl
# shellcheck disable=SC2086
run slant train $fast --task stance corpus.jsonl stance.jsonl -o stance.slant
expect_rc 0
expect_err '^  stance +\* +240 '
expect_not_err '^  sentiment'
run slant train --task position corpus.jsonl -o none.slant
expect_rc 1
expect_err "no label has the task 'position'"
expect_absent none.slant

# the card
# shellcheck disable=SC2086
run slant train $fast -q --json corpus.jsonl -o card.slant
expect_rc 0
expect_lines 1
expect_out '^\{"card":1,.*"mode":"target"'
cp out card.json
run slant inspect --json card.slant
expect_rc 0
expect_same out card.json

# what cannot be written is said before the work
run slant train corpus.jsonl -o nowhere/m.slant
expect_rc 3
expect_err 'cannot write nowhere/m\.slant: No such file'
mkdir folder
run slant train corpus.jsonl -o folder
expect_rc 3
expect_err 'cannot write folder: it is not a regular file'
[ -z "$(find . -name '*.tmp-*')" ] || fail 'a temporary file was left behind'

# a bundle that is there stays as it was when training fails
cp m.slant kept.slant
# shellcheck disable=SC2086
run slant train $fast --on-error stop mixed.jsonl -o kept.slant
expect_same m.slant kept.slant

# document mode, asked for
# shellcheck disable=SC2086
run slant train $fast --mode document corpus.jsonl -o doc.slant
expect_rc 0
expect_err 'document mode'

# another bundle's scores as features: the new bundle needs no file but itself, and says what it carries
# shellcheck disable=SC2086
run slant train $fast -q --max-features 300 stance.jsonl -o lender.slant
expect_rc 0
# shellcheck disable=SC2086
run slant train $fast -q --aux lender.slant corpus.jsonl -o borrower.slant
expect_rc 0
# shellcheck disable=SC2086
run slant train $fast -q -j 2 --aux lender.slant corpus.jsonl -o again.slant
expect_same borrower.slant again.slant
rm lender.slant
run slant inspect --features 20 borrower.slant
expect_rc 0
expect_out '^Auxiliary bundles$'
expect_out '^  1  target mode; stance$'
expect_out '^  aux0 +[0-9,]+$'
expect_out ' aux: 1, stance (negative|neutral|positive)$'
run slant predict -m borrower.slant corpus.jsonl -o judged.jsonl
expect_rc 0
run slant predict -j 2 -m borrower.slant corpus.jsonl -o judged2.jsonl
expect_same judged.jsonl judged2.jsonl
run slant train --aux missing.slant corpus.jsonl -o none.slant
expect_rc 3
expect_err 'missing\.slant: No such file'
run slant train --aux corpus.jsonl corpus.jsonl -o none.slant
expect_rc 1
expect_err 'corpus\.jsonl'
expect_absent none.slant
run slant train --mode document --aux borrower.slant corpus.jsonl -o none.slant
expect_rc 2
expect_err 'judges mentions'

# lexicon and vector files: the bundle needs them no more; a bad one is named, with the line
printf 'term\tmood\npraised\t2\nblamed\t-1.5\n' >mood.tsv
printf 'praised\nwelcomed\n' >positive.txt
printf '4 3\npraised 1 0 0\nblamed -1 0 0\nthe 0 1 0\nArland 0 0 1\n' >words.vec
# shellcheck disable=SC2086
run slant train $fast -q --lexicon mood.tsv,positive.txt --vectors words.vec corpus.jsonl -o full.slant
expect_rc 0
rm mood.tsv positive.txt words.vec
run slant inspect --features 1000 full.slant
expect_out ' lexicon: mood '
expect_out ' lexicon: positive '
expect_out ' vectors: '
run slant predict -m full.slant corpus.jsonl -o judged.jsonl
expect_rc 0
bad_file() { # OPTION CONTENT EXPECTED
  printf '%b' "$2" >bad.file
  run slant train "$1" bad.file corpus.jsonl -o none.slant
  expect_rc 1
  expect_err "$3"
  expect_absent none.slant
}
bad_file --lexicon 'praised\t1\nblamed\tx\n' '^slant: bad\.file:2: '
bad_file --lexicon 'praised\t1\nblamed\tnan\n' '^slant: bad\.file:2: '
bad_file --lexicon 'praised\t1\npraised\t-1\n' "^slant: bad\.file:2: 'praised' has two scores"
bad_file --lexicon 'praised\t1\t2\nblamed\t1\n' '^slant: bad\.file:2: '
bad_file --lexicon '' '^slant: bad\.file: '
bad_file --vectors 'a 1 2\nb 1\n' '^slant: bad\.file:2: 1 numbers where the first row has 2'
bad_file --vectors 'a 1 2\nb 1 nan\n' "^slant: bad\.file:2: 'nan' is not a number"
bad_file --vectors 'a 1 2\na 1 2\n' "^slant: bad\.file:2: 'a' has a vector already"
bad_file --vectors '2 3\na 1 2\n' '^slant: bad\.file:2: 2 numbers where the first line says 3'
bad_file --vectors '' '^slant: bad\.file: there is no word vector'
run slant train --vectors . corpus.jsonl -o none.slant
expect_rc 3
run slant train --lexicon missing.tsv corpus.jsonl -o none.slant
expect_rc 3
