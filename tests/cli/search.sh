#!/usr/bin/env bash
# The search over settings: what is tried, what is chosen, and what the card and `inspect` say of it.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
# One label in six is wrong, so that settings differ.
make_corpus 300 | awk 'NR % 6 == 0 { sub(/"label":"[a-z]*"/, "\"label\":\"neutral\"") } { print }' >corpus.jsonl
few='--min-examples 1000 --folds 3'
train() { # OPTIONS...: a bundle m.slant, and its card in card.json
  # shellcheck disable=SC2086
  run slant train $few --json "$@" corpus.jsonl -o m.slant
  cp out card.json
}
in_card() { grep -qE -- "$1" card.json || fail "the card has nothing like $1"; }
count() { grep -oE -- "$1" card.json | wc -l; }
is() { [ "$1" -eq "$2" ] || fail "$3: $1, not $2"; }

# a grid: every combination, once; the chosen one is in the table
train --costs 0.02,0.2,2 --block-weights words=1:2,lexicon=0.5:1
expect_rc 0
in_card '"metric":"macro_f1","fits":[0-9]+,"tried":\[\{"cost":0\.02,"block_weights":\{"words":1,"chars":1,'
is "$(count '"share":1,"macro_f1"')" 12 'settings in the card'
cp m.slant grid.slant
train -j 3 --block-weights words=2:1,lexicon=1:0.5:1 --costs 2,0.2,0.02,0.2
sed 's/"options":{[^}]*}//' card.json >one
run slant inspect --json grid.slant
sed 's/"options":{[^}]*}//' out | cmp - one || fail 'the order of values and the threads should not matter'

# what was tried and the learning curve, for people
run slant inspect --features 0 --settings 4 grid.slant
expect_rc 0
expect_out '^Search: task sentiment, model \*$'
expect_out '^ +C +folds +examples +macro-F1$'
is "$(grep -cE '^  [* ] +[0-9.]+ +3 +100% +[0-9.]+ ± [0-9.]+' out)" 4 'settings shown'
is "$(grep -c '^  \* ' out)" 1 'settings marked as chosen'
expect_out '^    and 8 more, which --json has$'
expect_out '^  learning curve$'
is "$(grep -cE '^ +[0-9]+ +[0-9.]+ ± [0-9.]+$' out)" 4 'points of the curve'
run slant inspect --features 0 --settings 0 grid.slant
grep -q '^Search' out && fail 'the search was not asked for'

# Sobol points with halving by folds: some are judged in full, the others on less; the same with more threads
train --search sobol --points 12 --halving folds --costs 0.02,2 --block-weights words=0.5:2
expect_rc 0
is "$(count '"share":1,"macro_f1"')" 12 'points'
is "$(count '"folds":3,"share"')" 4 'points that were judged on all folds'
cp m.slant sobol.slant
train -j 2 --search sobol --points 12 --halving folds --costs 0.02,2 --block-weights words=0.5:2
expect_same m.slant sobol.slant

# nested cross-validation; too few folds for it
train --costs 0.02,0.2 --nested
in_card '"nested":\{"macro_f1":0\.[0-9]+,"standard_error":[0-9.e-]+,"accuracy":0\.[0-9]+,"chosen":\[\{"cost":'
is "$(count '"chosen":\[\{"cost":[0-9.]+\},\{"cost":[0-9.]+\},\{"cost":[0-9.]+\}\]')" 1 'choices of three folds'
run slant inspect --features 0 m.slant
expect_out '^  nested cross-validation: macro-F1 [0-9.]+ ± [0-9.]+$'
train --costs 0.2 --folds 2 --nested
expect_rc 0
expect_err 'note: sentiment, \*: 2 folds are too few for nested cross-validation'
grep -q '"nested":{' card.json && fail 'nothing could be nested'

# metrics, and the one-standard-error rule
for metric in accuracy log-loss; do
  train --costs 0.02,0.2 --metric $metric --learning-curve none
  in_card "\"metric\":\"${metric/-/_}\""
  grep -q learning_curve card.json && fail 'no learning curve was asked for'
done
cost() { grep -oE '"neutral":[0-9]+,"positive":[0-9]+\},"cost":[0-9.]+' card.json | sed 's/.*://'; }
train --costs 0.1,0.2,0.4,0.8,1.6
best=$(cost)
train --costs 0.1,0.2,0.4,0.8,1.6 --one-standard-error
awk -v best="$best" -v simple="$(cost)" 'BEGIN { exit !(simple > 0 && simple <= best) }' || fail "C $best, and $(cost)"
train --metric f-avg
expect_rc 2
expect_err "task 'sentiment' has none such"
sed 's/"label":"positive"/"label":"FAVOR"/; s/"label":"negative"/"label":"against"/' corpus.jsonl >stance.jsonl
# shellcheck disable=SC2086
run slant train $few -q --json --costs 0.2,0.4 --metric f-avg stance.jsonl -o m.slant
expect_rc 0
expect_out '"f_avg":0\.[0-9]+'

# one setting is no search, but is judged; nothing can be held out of one group
train --costs 0.2
is "$(count '"share":1,"macro_f1"')" 1 'settings'
sed 's/"group":"[^"]*"/"group":"all"/' corpus.jsonl >one-group.jsonl
# shellcheck disable=SC2086
run slant train $few --nested --costs 0.1,0.2,0.4 one-group.jsonl -o m.slant
expect_rc 0
expect_err 'fewer than two groups of examples, so nothing could be held out: the cost is 0.2'
run slant inspect --features 0 m.slant
expect_rc 0
expect_out '^  \*       0\.2 +0 +0% +-$'

# what cannot be searched
bad() { # REGEX OPTIONS...
  run slant train "${@:2}" corpus.jsonl -o none.slant
  expect_rc 2
  expect_err "$1"
  expect_absent none.slant
}
bad '^slant: --costs takes up to 64 numbers' --costs 0.1,x
bad '^slant: --costs takes up to 64 numbers' --costs 0.1,
bad "^slant: --block-weights: the pipeline has no stage 'word'" --block-weights word=2
bad '^slant: --block-weights takes STAGE=WEIGHT' --block-weights words
bad '^slant: the search would try 1296 settings; at most 1000' --costs 1,2,3,4,5,6 \
  --block-weights words=1:2:3:4:5:6,chars=1:2:3:4:5:6,lexicon=1:2:3:4:5:6
