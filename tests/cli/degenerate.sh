#!/usr/bin/env bash
# Data that teach nothing, or next to nothing: a clear word, and a model for the rest.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
fast='--costs 0.4 --folds 3 --mode document --nbsvm off'
# shellcheck disable=SC2086
train() { run slant train $fast "$@"; }
# record TEXT ACTOR LABEL [TASK]
record() { printf '{"text":"%s","actor":"%s","label":"%s","task":"%s"}\n' "$1" "$2" "$3" "${4:-sentiment}"; }
make_corpus 120 | sed 's/,"from":[0-9]*,"to":[0-9]*//' >good.jsonl

# one label, alone and beside a task that can be learned
for i in $(seq 60); do record "Day $i went well." A good mood; done >one.jsonl
train one.jsonl -o none.slant
expect_rc 1
expect_err "task 'mood' has one label only, 'good'"
train good.jsonl one.jsonl -o beside.slant
expect_rc 0
expect_err "warning: no model: task 'mood' has one label only"
expect_err '^  sentiment +\* +120 '

# one example; an actor with one
record 'All went well.' A good >single.jsonl
train single.jsonl -o none.slant
expect_rc 1
expect_err 'one label only'
train good.jsonl single.jsonl -o single.slant
expect_rc 0
expect_absent none.slant

# vectors of nothing but zeros: no word occurs twice
for i in $(seq 40); do record "w${i}a w${i}b" A "$([ $((i % 2)) = 0 ] && echo good || echo bad)"; done >zeros.jsonl
printf 'words min=1 max=1 min-df=2\n' >words.pipeline
train --pipeline words.pipeline --min-examples 20 zeros.jsonl -o zeros.slant
expect_rc 0
run slant predict -q -m zeros.slant zeros.jsonl -o zeros.out
expect_rc 0

# the same text under either label
for i in $(seq 30); do record 'The vote was held.' A good && record 'The vote was held.' A bad; done >contrary.jsonl
train contrary.jsonl -o contrary.slant
expect_rc 0
expect_err 'fewer than two groups of examples, so nothing could be held out'
train good.jsonl contrary.jsonl -o contrary2.slant
expect_rc 0

# 10,000 actors with one example each: the shared model learns from all, none has its own
awk 'BEGIN { for (i = 0; i < 10000; i++) printf "{\"text\":\"%s day %d\",\"actor\":\"a%d\",\"label\":\"%s\"}\n", i % 2 ? "good" : "bad", i % 50, i, i % 2 ? "good" : "bad" }' >many.jsonl
run slant train --costs 0.4 --folds 3 --mode document --nbsvm off --pipeline words.pipeline --loss squared-hinge many.jsonl -o many.slant
expect_rc 0
expect_err '0 actors have a model of their own; 10000 share'
[ "$(wc -l <err)" -lt 30 ] || fail 'there are too many notes'
