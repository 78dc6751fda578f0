#!/usr/bin/env bash
# Weights of labels: what they move, and what does not go together.
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
