#!/usr/bin/env bash
# What folds keep apart: groups, near-duplicates, times.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
fast='--costs 0.4 --folds 4 --min-examples 1000'
card() { # OPTIONS...: trains, and leaves the card in card.json
  # shellcheck disable=SC2086
  run slant train $fast --json "$@" -o m.slant
  [ "$rc" -eq 0 ] && cp out card.json
}
held_out() { sed -E 's/.*"held_out":\{[^}]*"macro_f1"?:?//; s/.*"macro_f1":\{"value":([0-9.]+).*/\1/' card.json; }

# Labels that no text can tell, but every text three times, a word apart: only who keeps the copies together finds that
# nothing can be learned.
awk 'BEGIN {
  state = 7919
  for (i = 0; i < 120; i++) {
    text = ""
    for (w = 0; w < 18; w++) { state = state * 16807 % 2147483647; text = text "w" state % 300 " " }
    state = state * 16807 % 2147483647
    label = state % 2 ? "yes" : "no"
    split("today yesterday tomorrow", ends, " ")
    for (c = 1; c <= 3; c++) printf "{\"text\":\"%s%s\",\"task\":\"t\",\"label\":\"%s\"}\n", text, ends[c], label
  }
}' >copies.jsonl
card copies.jsonl
apart=$(held_out)
card --fold-by near-duplicate copies.jsonl
expect_err '^slant: note: 240 of 360 groups of records are near-duplicates'
together=$(held_out)
awk -v a="$apart" -v t="$together" 'BEGIN { exit !(a > 0.9 && t < 0.65) }' || fail "held-out macro-F1 $apart and $together"
grep -q '"fold-by":"near-duplicate"' card.json || fail 'the card should say what folds go by'
grep -q '"near_duplicates":240' card.json || fail 'the card should count near-duplicates'
cp m.slant one.slant
card -j 3 --fold-by near-duplicate copies.jsonl
expect_same one.slant m.slant

# by date: what is judged is later
make_corpus 240 | awk '{ sub(/^\{/, sprintf("{\"date\":\"2019-%02d-%02d\",", NR % 12 + 1, NR % 28 + 1)); print }' >dated.jsonl
card --fold-by date dated.jsonl
expect_rc 0
expect_not_err 'no date'
grep -q '"folds":4' card.json || fail 'four folds forward in time'

# some without, one that cannot be read: a word about it
sed '1,20s/"date":"[^"]*",//; 21s/"date":"[^"]*"/"date":"last week"/' dated.jsonl >some.jsonl
card --fold-by date some.jsonl
expect_rc 0
expect_err '^slant: warning: 21 of 240 labelled records have no date that can be read'

# none at all; one only
make_corpus 60 >undated.jsonl
run slant train --fold-by date undated.jsonl -o none.slant
expect_rc 1
expect_err '^slant: --fold-by date: none of the 60 labelled records has a date that can be read'
expect_absent none.slant
sed 's/^{/{"when":"2019-03-07",/' undated.jsonl >oneday.jsonl
card --fold-by date --map date=when oneday.jsonl
expect_rc 0
expect_err 'fewer than two dates of examples, so nothing could be held out'

run slant train --fold-by month dated.jsonl -o none.slant
expect_usage "group.*near-duplicate.*date"
