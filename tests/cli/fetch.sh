#!/usr/bin/env bash
# The sample corpus that travels inside the program.
. "$SOURCE/tests/cli/lib/common.bash"

run slant datasets fetch sample
expect_rc 0
expect_no_out
expect_err '^sample/train\.jsonl: [0-9,]+ bytes$'
for file in train.jsonl test.jsonl articles.jsonl actors.tsv; do
  expect_same "sample/$file" "$SOURCE/datasets/sample/$file"
done

# again: nothing to do; a file of somebody's stays
run slant datasets fetch sample -q
expect_rc 0
expect_no_err
echo mine >sample/test.jsonl
rm sample/train.jsonl
run slant datasets fetch sample
expect_rc 3
expect_err 'sample/test\.jsonl is there and differs'
[ "$(cat sample/test.jsonl)" = mine ] || fail 'the file was clobbered'
expect_absent sample/train.jsonl
run slant datasets fetch sample --force
expect_rc 0
expect_same sample/test.jsonl "$SOURCE/datasets/sample/test.jsonl"

run slant datasets fetch -q sample -o other
expect_rc 0
expect_same other/actors.tsv "$SOURCE/datasets/sample/actors.tsv"
run slant datasets fetch sample -o nowhere/other
expect_rc 3
expect_err 'cannot make the folder nowhere/other: No such file'
echo >file
run slant datasets fetch sample -o file
expect_rc 3

run slant datasets fetch newsmtsc
expect_usage "nothing to fetch under the name 'newsmtsc', only 'sample'; 'slant datasets list'"
run slant datasets fetch
expect_usage 'give one NAME'

run slant datasets list
expect_rc 0
expect_out '^  train\.jsonl '
