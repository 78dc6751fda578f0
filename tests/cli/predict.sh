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

# abstaining: what is unsure has no label; all the rest is the same
run slant predict -m m.slant --min-confidence 0.99 articles.jsonl
expect_rc 0
expect_lines 2000
expect_err ' of the labels are not given'
grep -q '"label":null,"p"' out || fail 'nothing is unsure'
sed -E 's/"label":(null|"[a-z]*"),"p":/"label":X,"p":/' out >unsure
sed -E 's/"label":"[a-z]*","p":/"label":X,"p":/' one | cmp - unsure || fail 'more than labels has changed'
run slant predict -m m.slant --coverage 0.3 --format csv articles.jsonl
expect_rc 0
given=$(awk -F, 'NR > 1 && $5 != ""' out | wc -l)
[ "$given" -gt 300 ] && [ "$given" -lt 1200 ] || fail "$given labels of 2,000 at a coverage of 0.3"
expect_out '^s[0-9]+,[0-9]+,ARL,sentiment,,0\.[0-9]{4},'
run slant predict -m m.slant --prior negative=1,neutral=0,positive=0 articles.jsonl
expect_rc 0
[ "$(grep -c '"sentiment","label":"negative","p"' out)" = 2000 ] || fail 'a prior of 1 is certain'
run slant predict -m m.slant --prior negative=1 articles.jsonl
expect_rc 2
expect_err "--prior names some labels of task 'sentiment', but not"
for option in --min-confidence=2 --coverage=0 --coverage=x; do
  run slant predict -m m.slant "$option" articles.jsonl
  expect_rc 2
done

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
