#!/usr/bin/env bash
# Weights of labels and of records: what they move, and what does not go together.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training

# Texts that say nothing about their label: what is predicted is what weighs more.
noise() {
  awk 'BEGIN {
    state = 5
    for (i = 1; i <= 200; i++) {
      state = state * 16807 % 2147483647
      printf "{\"id\":\"n%d\",\"text\":\"On day %d they met at gate %d.\",\"label\":\"%s\"}\n", i, state % 10, state % 7,
             state % 3 ? "often" : "rarely"
    }
  }'
}
noise >noise.jsonl
learn() { # NAME OPTION...
  local name=$1
  shift
  run slant train noise.jsonl --quiet --folds 3 --costs 0.1 --learning-curve none --nbsvm off "$@" -o "$name.slant"
  expect_rc 0
  expect_no_err
  slant predict -m "$name.slant" noise.jsonl --format csv --quiet | cut -d , -f 1-5 >"$name.csv"
}
rare() { grep -c rarely "$1.csv"; }

learn plain --balance=no
learn heavy --balance=no --class-weight rarely=20
learn light --class-weight rarely=0.05
[ "$(rare plain)" -lt 100 ] || fail 'the frequent label should be the usual one'
[ "$(rare heavy)" -gt 190 ] || fail 'a label of weight 20 should be the usual one'
[ "$(rare light)" -lt 10 ] || fail 'a weight multiplies what --balance gives'
learn again --balance=no --class-weight rarely=20 -j 3
expect_same heavy.slant again.slant
learn libsvm --balance=no --class-weight rarely=20 --solver libsvm
expect_same heavy.csv libsvm.csv
run slant inspect heavy.slant --json
expect_rc 0
expect_out '"class-weight": ?"rarely=20"'

# Of records: all of weight 4 are a cost four times as great, and the figures stay those of records; one label's weight
# is a class weight
weigh() { # AWK-CONDITION WEIGHT: the corpus with a weight where the line says so
  awk "$1 { sub(/}\$/, \",\\\"weight\\\":$2}\") } { print }" noise.jsonl
}
weigh 1 4 >four.jsonl
mv noise.jsonl plain.jsonl
for kind in smo dcd; do
  cp plain.jsonl noise.jsonl
  learn dear --costs 0.4 --solver $kind
  cp four.jsonl noise.jsonl
  learn four --solver $kind
  expect_same dear.csv four.csv
done
run slant inspect four.slant --json
expect_out '"weighted": ?200'
cp plain.jsonl noise.jsonl
weigh '/rarely/' 20 >twenty.jsonl
cp twenty.jsonl noise.jsonl
learn twenty --balance=no
expect_same heavy.csv twenty.csv
slant datasets split twenty.jsonl --folds 2 --format csv -o part --quiet
head -1 part.fold-1.csv | grep -q ',weight$' || fail 'a split keeps weights'
[ "$(cat part.fold-?.csv | grep -c ',20$')" -eq "$(grep -c rarely plain.jsonl)" ] || fail 'a split keeps weights'
cp plain.jsonl noise.jsonl

# solvers of others weigh sides
weigh 'NR % 2' 3 >odd.jsonl
for solver in libsvm liblinear; do
  loss=hinge
  [ $solver = libsvm ] || loss=squared-hinge
  run slant train odd.jsonl --folds 2 --costs 1 --solver $solver --loss $loss -o bad.slant
  [ "$rc" -ne 0 ] || fail "$solver was given weights"
  expect_err "$solver weighs the two sides of a fit, not single examples"
  expect_absent bad.slant
done

run slant train odd.jsonl --folds 2 --nu 0.3 -o bad.slant
[ "$rc" -ne 0 ] || fail 'nu-SVC was given weights'
expect_err 'nu-SVC takes no weights of labels or records'
expect_absent bad.slant

# a bad weight is that record's fault, in training and in a check
{ cat plain.jsonl; echo '{"text":"They met.","label":"often","weight":-2}'; } >faulty.jsonl
run slant train faulty.jsonl --folds 2 --costs 1 -o faulty.slant
expect_rc 1
expect_err "faulty\.jsonl:201:.*'weight' is no number from .*: '-2'"
expect_err '201 records \(1 bad\)'
run slant datasets check faulty.jsonl
expect_rc 1
expect_out "faulty\.jsonl:201:.*'weight'"

bad() {
  local regex=$1
  shift
  run slant train noise.jsonl -o bad.slant "$@"
  [ "$rc" -ne 0 ] || fail "$* was taken"
  expect_err "$regex"
  expect_absent bad.slant
}
bad "no label 'seldom'; its labels are often, rarely" --class-weight seldom=2
bad 'takes LABEL=WEIGHT' --class-weight rarely
bad "'rarely' twice" --class-weight rarely=2,rarely=3
