#!/usr/bin/env bash
# What is wrong on a command line is named, the nearest right thing suggested, and the exit code is 2.
. "$SOURCE/tests/cli/lib/common.bash"

run slant
expect_usage '^Usage: slant COMMAND'
run slant trian
expect_usage "^slant: unknown command 'trian'; did you mean 'train'\?"
run slant xyzzy
expect_usage "^slant: unknown command 'xyzzy'$"
run slant --colour predict
expect_usage "^slant: unknown option '--colour'; a command comes first"
run slant datasets
expect_usage '^Usage: slant datasets COMMAND'
run slant datasets chek x
expect_usage "^slant: unknown command 'chek'; did you mean 'check'\?"
run slant help nothing
expect_usage "^slant: there is no command 'nothing'"
run slant man nothing
expect_usage "there is no man page for 'nothing'"

# options
run slant predict --treads 2
expect_usage "^slant: predict: unknown option '--treads'; did you mean '--threads'\?"
expect_err "^Try 'slant help predict'\.$"
run slant predict --zzz=3
expect_usage "unknown option '--zzz'$"
run slant predict -qZ
expect_usage "unknown option '-Z'$"
run slant predict -m
expect_usage 'the option -m needs a value: -m BUNDLE'
run slant predict --model
expect_usage 'the option --model needs a value: --model BUNDLE'
run slant predict --thr
expect_usage 'the option --threads needs a value: --threads N'
run slant predict --quiet=3
expect_usage 'the option --quiet takes no value'
run slant predict --m x
expect_usage "ambiguous option '--m': it may be one of --model, --min-confidence, --map, --max-record"
run slant predict -m x --format xml
expect_usage "format.*jsonl.*csv.*'xml'"
for threads in 257 -1 1.5 two ''; do
  run slant predict -m x --threads "$threads"
  expect_usage "threads.*from 0 to 256, not '$threads'"
done
run slant inspect --features 3x bundle
expect_usage "features.*'3x'"

# operands and options that must be there
run slant predict
expect_usage 'Give -m BUNDLE'
run slant inspect
expect_usage 'give one BUNDLE'
run slant inspect a b
expect_usage 'give one BUNDLE'
run slant actors --list file
expect_usage '--list reads no FILE'
run slant datasets list file
expect_usage "takes no operand, not 'file'"
run slant datasets convert file
expect_usage 'Give --from FORMAT'
run slant datasets convert --from fastext file
expect_usage "no format 'fastext'; did you mean 'fasttext'\?"
run slant datasets convert --from fasttext
expect_usage 'give IN files'
run slant datasets check
expect_usage 'give FILEs'
run slant datasets split file
expect_usage 'Give -o PREFIX'
run slant datasets split -o x
expect_usage 'give DATA files'
run slant datasets split -o x --train 0 --dev 0 --test 0 file
expect_usage 'cannot all be 0'

needs_training
run slant train -o x.slant
expect_usage 'give labelled DATA files'
run slant train file
expect_usage 'Give -o BUNDLE'
run slant train -o - --json file
expect_usage 'cannot both go to standard output'
run slant train -o x.slant --costs 1,x /dev/null
expect_usage 'costs'
expect_absent x.slant
run slant evaluate file
expect_usage 'Give -m BUNDLE'
run slant evaluate -m x
expect_usage 'give GOLD files'
