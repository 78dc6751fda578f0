#!/usr/bin/env bash
# Labels out: a line for each record, in order; errors as lines; the same bytes whatever the number of threads.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
make_bundle m.slant

# a bad record gets a line of its own, and the run goes on
printf 'not json\n{"text":"\xff\xfe"}\n{"id":7}\n' >bad.jsonl
run slant predict -m m.slant - <bad.jsonl
expect_rc 1
expect_lines 3
sed -n 1p out | grep -qE '^\{"id":null,"error":\{"code":"data","message":"[^"]*JSON[^"]*","line":1[,}]' || fail 'line 1'
sed -n 2p out | grep -qE '^\{"id":null,.*"actors":\[\]\}$' || fail 'line 2'
sed -n 3p out | grep -qE '^\{"id":7,"error":\{"code":"data","message":"[^"]*text.*","line":3[,}]' || fail 'line 3'
expect_err '^3 records, 2 bad'
run slant predict -m m.slant --on-error stop bad.jsonl
expect_rc 1
expect_lines 1
expect_err '^slant: bad\.jsonl:1:'

# order, ids, and threads
make_corpus 2000 7 | sed 's/,"actor".*/}/' >articles.jsonl
run slant predict -m m.slant --threads 1 articles.jsonl
expect_rc 0
expect_lines 2000
expect_err '^2,000 records, 0 bad; 2,000 labels'
grep -oE '^\{"id":"s[0-9]+"' out | tr -dc '0-9\n' >ids
seq 2000 | cmp - ids || fail 'the records are not in order'
mv out one
for threads in 2 5; do
  run slant predict -m m.slant --threads $threads articles.jsonl
  expect_rc 0
  expect_same out one
done
run slant predict -m m.slant - <articles.jsonl
expect_same out one
gzip -k articles.jsonl
run slant predict -m m.slant articles.jsonl.gz
expect_same out one
run slant predict -m m.slant articles.jsonl articles.jsonl
expect_lines 4000

# it has learned what there was to learn
expect_out '"actor":"ARL","task":"sentiment","label":"(positive|negative|neutral)"'
grep -c '"label":"negative","p"' one >/dev/null || fail 'no negative label'

# formats
run slant predict -m m.slant --evidence no articles.jsonl
expect_rc 0
grep -q '"evidence"' out && fail 'evidence was not asked for'
run slant predict -m m.slant --format csv --quiet articles.jsonl
expect_rc 0
expect_no_err
expect_lines 2001
expect_out '^id,line,actor,task,label,p,score,model,mentions,error$'
mv out table
run slant predict -m m.slant --format csv -q -o table2 articles.jsonl
expect_no_out
expect_same table table2

# text in a table
printf 'id,body\n1,"Observers praised Arland,\nand said so."\n' >a.csv
run slant predict -m m.slant --map text=body a.csv
expect_rc 0
expect_lines 1
expect_out '"id":"1","actors":\[\{"actor":"ARL"'

# an output file is written as a whole, or not at all
echo before >kept
run slant predict -m m.slant -o kept articles.jsonl nowhere.jsonl
expect_rc 3
expect_no_out
[ "$(cat kept)" = before ] || fail 'the output was clobbered'
run slant predict -m m.slant -o nowhere/labels articles.jsonl
expect_rc 3
expect_err 'cannot write nowhere/labels: No such file'
run slant predict -m m.slant -o /dev/full articles.jsonl
expect_rc 3
expect_err 'not a regular file'
[ -c /dev/full ] || fail '/dev/full is gone'
[ -z "$(find . -name '*.tmp-*')" ] || fail 'a temporary file was left behind'

# a dictionary of one's own
printf 'id\tname\ttype\taliases\nTHEM\tArland\tstate\t\n' >other.tsv
run slant predict -m m.slant --actors other.tsv articles.jsonl
expect_rc 0
expect_out '"actor":"THEM".*"model":"\*"'
