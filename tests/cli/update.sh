#!/usr/bin/env bash
# Models of actors fitted into a bundle that is there: the others stay as they are.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
fast='--costs 0.4 --folds 3 --min-examples 30'
make_corpus 200 >corpus.jsonl
make_dictionary >actors.tsv
make_corpus 80 9 | sed -E 's/"(ARL|BOR)"/"NEW"/' >new.jsonl
make_corpus 80 11 | sed -E 's/"(ARL|BOR)"/"OLD"/' >old.jsonl
# shellcheck disable=SC2086
run slant train -q $fast --actors actors.tsv corpus.jsonl -o base.slant
expect_rc 0
cp base.slant kept.slant

# update DATA... -o BUNDLE
# shellcheck disable=SC2086
update() { run slant train $fast "$@"; }

# a new actor joins: what the others say stays the same to the last digit, in every number of threads
update --update base.slant new.jsonl -o more.slant
expect_rc 0
expect_err '^  sentiment +NEW +80 '
expect_err '^  sentiment +ARL '
expect_same base.slant kept.slant
update -q -j 2 --update base.slant new.jsonl -o more2.slant
expect_same more.slant more2.slant
slant predict -q -m base.slant corpus.jsonl >before
slant predict -q -m more.slant corpus.jsonl >after
expect_same before after
run slant predict -q -m more.slant new.jsonl
expect_out '"actor":"NEW".*"model":"NEW"'
run slant inspect --json more.slant
expect_out '"updates":\[\{"program":'
grep -o '"actor":"[A-Z*]*","examples":[0-9]*,"solver"' out | cut -d'"' -f4 | tr '\n' ' ' >models
[ "$(cat models)" = '* ARL BOR NEW ' ] || fail "the card lists the models $(cat models)"

# over the file itself, one actor of two, and one after the other as both at once
cp base.slant own.slant
cat new.jsonl old.jsonl >both.jsonl
update -q --update own.slant both.jsonl --actor NEW -o own.slant
expect_rc 0
run slant inspect own.slant
expect_out '^  sentiment +NEW '
! grep -q ' OLD ' out || fail 'an actor that was not named has a model'
slant predict -q -m own.slant new.jsonl >one
slant predict -q -m more.slant new.jsonl >other
expect_same one other

# an actor of the bundle is fitted again; a mixture with the shared model is asked of strangers only
update --update base.slant corpus.jsonl --actor ARL --costs 0.1 --actor-models combine -o again.slant
expect_rc 0
expect_err '^  sentiment +ARL +[0-9]+ +0\.1 '
expect_err '^  sentiment +BOR +[0-9]+ +0\.4 '
grep '"actor":"BOR"' corpus.jsonl >bor.jsonl
slant predict -q -m base.slant bor.jsonl >before
slant predict -q -m again.slant bor.jsonl >after
expect_same before after
update -q --update base.slant new.jsonl --actor-models combine -o mixed.slant
expect_rc 0
run slant predict -q -m mixed.slant new.jsonl
expect_rc 0

# a bundle of 16-bit weights stays one, the others' weights to the last bit, unless it is told otherwise
# shellcheck disable=SC2086
slant train -q $fast --weights 16 --actors actors.tsv corpus.jsonl -o narrow.slant
update -q --update narrow.slant new.jsonl -o narrow2.slant
update -q --update narrow.slant --weights 32 new.jsonl -o wide.slant
[ "$(stat -c %s narrow2.slant)" -lt "$(stat -c %s more.slant)" ] || fail 'an update makes 32-bit weights of 16-bit ones'
[ "$(stat -c %s wide.slant)" -gt "$(stat -c %s narrow2.slant)" ] || fail 'an update does not go by --weights'
slant predict -q -m narrow.slant corpus.jsonl >before
slant predict -q -m narrow2.slant corpus.jsonl >after
expect_same before after

# what an update cannot do is said, and nothing is written
sed 's/"positive"/"great"/' new.jsonl >label.jsonl
update --update base.slant label.jsonl -o none.slant
expect_rc 1
expect_err "the bundle's task 'sentiment' has no label 'great'"
sed 's/"sentiment"/"stance"/' new.jsonl >task.jsonl
update --update base.slant task.jsonl -o none.slant
expect_rc 1
expect_err "the bundle has no task 'stance'"
update --update base.slant new.jsonl --actor NEW,GONE -o none.slant
expect_rc 1
expect_err "no model of 'GONE' can be fitted"
head -n 5 new.jsonl >few.jsonl
update --update base.slant few.jsonl -o none.slant
expect_rc 1
expect_err 'there is nothing to update: no actor has 30 examples'
update --update corpus.jsonl new.jsonl -o none.slant
expect_rc 1
expect_err 'this is not a slant bundle'
update --update base.slant --max-features 100 new.jsonl -o none.slant
expect_rc 2
update --actor NEW new.jsonl -o none.slant
expect_usage 'give it with --update'
expect_absent none.slant
