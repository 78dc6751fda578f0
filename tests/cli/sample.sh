#!/usr/bin/env bash
# The sample corpus, from end to end: the same bundle with one thread and with two, a line for every article in order.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
sample=$SOURCE/datasets/sample

run slant datasets check --labels negative,neutral,positive,against,none,favor "$sample"/train.jsonl "$sample"/test.jsonl
expect_rc 0
expect_out '^820 records, 0 findings$'

for threads in 1 2; do
  run slant train --quiet --actors "$sample/actors.tsv" --threads $threads "$sample/train.jsonl" -o m$threads.slant
  expect_rc 0
  expect_no_err
done
expect_same m1.slant m2.slant

run slant predict -m m1.slant "$sample/articles.jsonl"
expect_rc 0
expect_err '^40 records, 0 bad'
expect_lines 40
grep -o '"id":"[^"]*"' "$sample/articles.jsonl" >ids || sed -n 's/.*"id": \("[^"]*"\).*/"id":\1/p' "$sample/articles.jsonl" >ids
grep -o '^{"id":"[^"]*"' out | sed 's/^{//' | cmp - ids || fail 'the articles are not in order'
expect_out '"task":"sentiment"'
expect_out '"task":"stance"'

run slant evaluate -m m1.slant --bootstrap 100 "$sample/test.jsonl"
expect_rc 0
expect_no_err
expect_out '^sentiment: 154 examples in 10 groups'
expect_out '^  F_avg '
