#!/usr/bin/env bash
# Kernels, codings and solvers from the command line: what they learn, that libsvm learns the same, and what does not go
# together.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
sample=$SOURCE/datasets/sample

learn() { # NAME OPTION...
  local name=$1
  shift
  run slant train "$sample/train.jsonl" --actors "$sample/actors.tsv" --quiet --learning-curve none --folds 2 \
    --min-examples 1000 "$@" -o "$name.slant"
  expect_rc 0
  expect_no_err
  slant predict -m "$name.slant" "$sample/articles.jsonl" --format csv --quiet | cut -d , -f 1-5 >"$name.csv"
}

# differing A B: percent of lines that are not the same
differing() { paste -d '|' "$1.csv" "$2.csv" | awk -F '|' '{ n++; d += $1 != $2 } END { print int(100 * d / n) }'; }

expect_alike() { [ "$(differing "$1" "$2")" -le "$3" ] || fail "$1 and $2 differ in $(differing "$1" "$2")% of labels"; }

for how in "linear one-vs-one" "linear one-vs-rest" "rbf one-vs-one" "rbf one-vs-rest" "polynomial one-vs-one"; do
  set -- $how
  gammas=
  [ "$1" = linear ] || gammas="--gammas 0.3"
  # shellcheck disable=SC2086
  learn smo --kernel "$1" --coding "$2" --costs 1 $gammas --nbsvm off
  # shellcheck disable=SC2086
  learn libsvm --kernel "$1" --coding "$2" --costs 1 $gammas --nbsvm off --solver libsvm
  expect_alike smo libsvm 1
  run slant inspect smo.slant
  expect_rc 0
  run slant evaluate -m smo.slant "$sample/train.jsonl" --json
  expect_rc 0
  accuracy=$(grep -oE '"accuracy":\{?("value":)?[0-9.]+' out | head -1 | grep -oE '[0-9.]+$')
  awk "BEGIN { exit !($accuracy > 0.8) }" || fail "$how: accuracy on what was learned is $accuracy"
done

# the threads make no difference, and the kernel does
learn one --kernel rbf --gammas 0.3,1 --costs 0.3,3 -j 1
learn three --kernel rbf --gammas 0.3,1 --costs 0.3,3 -j 3
expect_same one.slant three.slant
! cmp -s smo.slant one.slant || fail 'a polynomial kernel is not RBF'

# a matrix that is too large: a linear model, and a word about it
run slant train "$sample/train.jsonl" --actors "$sample/actors.tsv" --kernel rbf --memory 0 --costs 1 --folds 2 \
  --min-examples 1000 --learning-curve none -o small.slant
expect_rc 0
expect_err 'kernel matrix of [0-9,]+ examples does not fit into --memory; fitted on the vectors, as LIBLINEAR does'

# what does not go together
bad() {
  local regex=$1
  shift
  run slant train "$sample/train.jsonl" -o bad.slant "$@"
  [ "$rc" -ne 0 ] || fail "$* was taken"
  expect_err "$regex"
  expect_absent bad.slant
}
bad '--gammas is for --kernel rbf' --gammas 0.1
bad 'takes --kernel linear' --kernel rbf --solver liblinear
bad 'takes --kernel linear' --kernel rbf --nbsvm on
bad 'hinge loss only' --solver libsvm --loss squared-hinge
bad 'no hinge loss' --solver liblinear
bad 'degree' --kernel polynomial --degree 0
bad 'gamma' --kernel rbf --gammas 0
bad 'kernel linear' --kernel rbf --solver dcd
bad 'logistic' --loss logistic --kernel rbf
bad 'logistic' --loss logistic --solver smo

# losses on the vectors, against LIBLINEAR's own solver
for loss in squared-hinge logistic; do
  learn dcd --loss "$loss" --costs 1 --nbsvm off
  learn liblinear --loss "$loss" --costs 1 --nbsvm off --solver liblinear
  expect_alike dcd liblinear 1
done
learn dcd --loss hinge --costs 1 --nbsvm off --solver dcd

# nu-SVC: it learns, alike with any number of threads; a nu that the rarest label has no examples for is left out, and said
learn nu --nu 0.2,0.4 --kernel rbf --gammas 0.3
learn nu3 --nu 0.2,0.4 --kernel rbf --gammas 0.3 -j 3
expect_same nu.slant nu3.slant
learn c --costs 1 --kernel rbf --gammas 0.3 --balance=no
expect_alike nu c 25
run slant train "$sample/train.jsonl" --actors "$sample/actors.tsv" --nu 0.01,1 --folds 2 --min-examples 1000 \
  --learning-curve none -o left.slant
expect_rc 0
expect_err 'nu can be 0\.[0-9]+ at most.*the greater values of --nu are left out'
run slant inspect left.slant --json
expect_out '"nu": ?"0\.01,1"'
expect_out '"tried":\[\{"nu":0\.01,'
grep -q '"cost":' out && fail 'a nu is called a cost'
grep -qE '"nu": ?1[,}]' out && fail 'an infeasible nu was tried'
run slant train "$sample/train.jsonl" --actors "$sample/actors.tsv" --nu 1 --folds 2 --min-examples 1000 \
  --learning-curve none -o most.slant
expect_rc 0
expect_err 'that is taken, the values of --nu being greater'
bad '--nu takes' --nu 0.5,1.5
bad '--nu takes' --nu 0
bad 'nu does not go with --class-weight' --nu 0.5 --class-weight positive=2
bad 'nu does not go with --solver' --nu 0.5 --solver smo
bad 'nu does not go with --nbsvm' --nu 0.5 --nbsvm on
bad 'nu does not go with --one-standard-error' --nu 0.5 --one-standard-error
