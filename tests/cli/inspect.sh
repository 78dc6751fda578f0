#!/usr/bin/env bash
# What a bundle holds, for people and for programs.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
make_bundle m.slant

run slant inspect m.slant
expect_rc 0
expect_no_err
expect_out '^mode +target'
expect_out '^data +150 records, 150 examples, 50 groups, digest [0-9a-f]{16}$'
expect_out '^  sentiment +\* +150 '
expect_out '^  sentiment: negative, neutral, positive$'
expect_out '^  ARL  Arland, state, 2 aliases$'
expect_out '^  vocab +[0-9,]+$'
expect_out '^Strongest features: task sentiment, model \*$'
expect_out '^ +[0-9.]+  (words|pattern|verb): .*(condemned|blamed|denounced|accused|rebuked|NEGATIVE)'

expect_out '^Probabilities: task sentiment, model \*, held-out examples$'
expect_out '^  (temperature|sigmoid|matrix|isotonic), log-loss [0-9.]+, Brier score [0-9.]+, ECE [0-9.]+$'
expect_out '^  +93\.3 - 100\.0 +[0-9]+ +[0-9.]+ +[0-9.]+$'
expect_out '^  +100\.0 +[0-9.]+ +[0-9.]+$'

# how long it took stands beside the bundle, which does not depend on it
expect_out '^Seconds of training, [0-9]+ threads?$'
expect_out '^ +[0-9]+\.[0-9]{2}  all of it'
expect_out '^ +[0-9]+\.[0-9]{2}  sentiment  ARL$'
mv m.slant.times kept.times
run slant inspect m.slant
expect_rc 0
expect_no_err
grep -q 'Seconds' out && fail 'there are no times'
for damaged in '' '{"card":' '[1]' '{"card":"0123456789abcdef","seconds":1}'; do
  printf '%s' "$damaged" >m.slant.times
  run slant inspect m.slant
  expect_rc 0
  expect_err 'm\.slant\.times.*left out$'
done
sed 's/"tasks":.*/"tasks":[1,{"models":[2,{"actor":"ARL"}]}]}/' kept.times >m.slant.times
run slant inspect m.slant
expect_rc 0
expect_out '^ +-    ARL$'
mv kept.times m.slant.times

run slant inspect --features 3 --actor ARL m.slant
expect_rc 0
expect_out '^Strongest features: task sentiment, model ARL$'
[ "$(grep -cE '^ +[0-9]+\.[0-9]{4}  ' out)" -eq 9 ] || fail 'three features for each of three labels'
run slant inspect --features 0 m.slant
expect_rc 0
grep -q 'Strongest' out && fail 'no features were asked for'

run slant inspect --json m.slant
expect_rc 0
expect_lines 1
expect_out '^\{"card":1,.*\}$'

run slant inspect --actor NOBODY m.slant
expect_rc 1
expect_no_out
expect_err "'NOBODY' has no model of its own"
run slant inspect --task nothing m.slant
expect_rc 1
expect_err "no task 'nothing'"

# two labels: one output, whose sign tells them apart
make_corpus 150 | grep -v '"label":"neutral"' >two.jsonl
run slant train -q --costs 0.4 --folds 3 two.jsonl -o two.slant
run slant inspect two.slant
expect_rc 0
sed -n '/^  negative$/,/^  positive$/p' out | grep -qE '(words|pattern|verb): .*(condemned|blamed|denounced|accused|rebuked|NEGATIVE)' ||
  fail 'the words of the first label'
sed -n '/^  positive$/,$p' out | grep -qE '  (lexicon|pattern|verb): .*(positive|POSITIVE)' || fail 'the features of the second label'
