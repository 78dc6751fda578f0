#!/usr/bin/env bash
# Corpora as they are published, turned into records. The lines here are made up.
. "$SOURCE/tests/cli/lib/common.bash"
cat >lines.txt <<'END'
__label__good A fine day , said the mayor .
no label here
__label__bad The bridge fell .
END
run slant datasets convert --from fasttext lines.txt
expect_rc 1
expect_err 'warning: lines\.txt:2:'
expect_err '^2 records, 1 bad lines'
expect_golden convert-fasttext.jsonl
run slant datasets convert --from fasttext --task tone --format csv -q lines.txt
expect_rc 1
expect_golden convert-fasttext.csv

cat >mtsc.jsonl <<'END'
{"mention": "Arland", "polarity": 1, "from": 14, "to": 20, "sentence": "They welcomed Arland.", "id": "x_1_2_3_Arland_14_20"}
{"mention": "the Arlanders", "polarity": -1, "from": 11, "to": 24, "sentence": "They blamed the Arlanders.", "id": "x_1_2_4_y"}
{"mention": "Arland farmers", "polarity": 0, "from": 9, "to": 23, "sentence": "They met Arland farmers.", "id": "x_1_2_5_y"}
END
make_dictionary >actors.tsv
run slant datasets convert --from newsmtsc mtsc.jsonl
expect_rc 0
expect_lines 3
[ "$(grep -c '"actor":"\*"' out)" -eq 3 ] || fail 'without a dictionary every actor is *'
run slant datasets convert --from newsmtsc --actors actors.tsv mtsc.jsonl
expect_rc 0
expect_golden convert-newsmtsc.jsonl

# into files, compressed by name; whole or not there
run slant datasets convert --from newsmtsc -q mtsc.jsonl -o r.jsonl
run slant datasets convert --from newsmtsc -q mtsc.jsonl -o r.jsonl.gz
gzip -dc r.jsonl.gz | cmp - r.jsonl || fail 'the compressed output is another'
echo before >kept.jsonl
run slant datasets convert --from newsmtsc mtsc.jsonl nowhere.jsonl -o kept.jsonl
expect_rc 3
[ "$(cat kept.jsonl)" = before ] || fail 'the output was clobbered'

# what the list says is true
run slant datasets list
expect_rc 0
cp out list
for format in $(slant datasets list --json | sed -n 's/.*"kind":"format","name":"\([a-z0-9]*\)".*/\1/p'); do
  grep -q "^  $format " list || fail "the list lacks $format"
  run slant datasets convert --from "$format" /dev/null
  expect_not_err 'there is no format'
done
