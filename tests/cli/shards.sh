#!/usr/bin/env bash
# Parts of the input make the whole, whoever deals them out; counts add up; output is compressed on the way.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
make_bundle m.slant
make_corpus 700 7 | awk '{ sub(/,"actor".*/, ""); printf "%s,\"source\":\"paper, no. %d\",\"date\":\"2019-%02d-%02d\"}\n", $0, NR % 3, NR % 12 + 1, NR % 28 + 1 }' >a.jsonl
make_corpus 300 8 | sed 's/,"actor".*/}/' | zstd -q >b.jsonl.zst
(echo 'id,text'; make_corpus 100 9 | sed 's/.*"id":"\([^"]*\)".*"text":"\([^"]*\)".*/\1,"\2"/') >c.csv
sed -i '77s/.*/not json/' a.jsonl
inputs=(a.jsonl b.jsonl.zst c.csv)
label() { "$SLANT" predict -q -m m.slant "$@"; }

# by records: dealt out in turn, one behind the other the same lines; a table has one header
label "${inputs[@]}" >whole
label --format csv "${inputs[@]}" | sort >table
for n in 1 3 7; do
  for ((i = 1; i <= n; i++)); do label --shard "$i/$n" "${inputs[@]}"; done | sort >parts
  sort whole | cmp - parts || fail "$n parts are not the whole"
  for ((i = 1; i <= n; i++)); do label --format csv --shard "$i/$n" "${inputs[@]}"; done | sort | cmp - table ||
    fail "the tables of $n parts are not that of the whole"
done
label --shard 2/3 "${inputs[@]}" >second
awk 'NR % 3 == 2' whole | cmp - second || fail 'part 2 of 3 is not every third line'
for threads in 2 3; do label --shard 2/3 --threads $threads "${inputs[@]}" | cmp - second || fail "$threads threads"; done

# by files: others are not even opened
for i in 1 2 3; do label --shard $i/3 --shard-by files "${inputs[@]}"; done | cmp - whole || fail 'files are dealt out wrongly'
run label --shard 2/2 --shard-by files nowhere.jsonl b.jsonl.zst
expect_rc 0
expect_lines 300
for wrong in 0/3 4/3 3 a/b 1/ /2 1/0 1/2/3 -1/2; do
  run label --shard=$wrong a.jsonl
  expect_usage "--shard takes a part of parts.*'$wrong'"
done

# the same by those who deal out work
seq 4 | xargs -P 2 -I{} "$SLANT" predict -q -m m.slant --shard {}/4 -o part-{}.jsonl "${inputs[@]}"
sort part-?.jsonl | cmp - <(sort whole) || fail 'xargs'
if command -v parallel >/dev/null; then
  parallel --will-cite "$SLANT" predict -q -m m.slant --shard {}/4 -o p-{}.jsonl "${inputs[@]}" ::: 1 2 3 4
  sort p-?.jsonl | cmp - <(sort whole) || fail 'GNU parallel'
  sed 77d a.jsonl | parallel --will-cite --pipe -k --block 20k "$SLANT" predict -q -m m.slant | cmp - <(sed 77d a.jsonl | label -) ||
    fail 'GNU parallel --pipe'
fi
SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_COUNT=3 bash -c \
  '"$SLANT" predict -q -m m.slant --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --resume -o slurm.jsonl "$@"' \
  - "${inputs[@]}"
expect_same second slurm.jsonl

# compressed output: to a pipe, to a file, whatever its name
for how in gzip zstd; do
  label --compress $how "${inputs[@]}" | $how -dc | cmp - whole || fail "$how"
  label --compress $how -o packed "${inputs[@]}"
  $how -dc <packed | cmp - whole || fail "$how into a file"
done
label --compress no -o plain.zst "${inputs[@]}"
expect_same whole plain.zst
label -o from-a-pipe.jsonl.gz - <a.jsonl
gzip -dc from-a-pipe.jsonl.gz | cmp - <(label - <a.jsonl) || fail 'a pipe into gzip'
: >empty.jsonl
for name in e.gz e.zst; do label -o $name empty.jsonl; done
gzip -t e.gz && zstd -tq e.zst || fail 'an empty file is no compressed file'
cat e.zst e.zst | label - >out || fail 'an empty frame cannot be read'
expect_no_out

# counts: those of the parts are those of the whole, and those of the lines
run label --format counts "${inputs[@]}"
expect_rc 1
expect_out '^actor,task,source,date,label,records,mentions$'
expect_out '^ARL,sentiment,"paper, no. 1",2019-[0-9-]*,negative,[0-9]+,[0-9]+$'
expect_out '^ARL,sentiment,,,negative,[0-9]+,[0-9]+$'
mv out counts
for threads in 1 3; do label --format counts --threads $threads "${inputs[@]}" | cmp - counts || fail "$threads threads"; done
for i in 1 2 3; do label --format counts --shard $i/3 -o counts-$i "${inputs[@]}"; done
run slant counts counts-3 counts-1 counts-2
expect_rc 0
expect_same counts out
cat counts-? | slant counts | cmp - counts || fail 'one behind the other'
label --format counts -o counts.csv.zst "${inputs[@]}"
slant counts counts.csv.zst -o again
expect_same counts again
run slant counts --by actor,label counts
expect_lines 7
grep -o '"actor":"[A-Z]*","task":"sentiment","label":"[a-z]*"' whole | sort | uniq -c |
  sed -E 's/ *([0-9]+) "actor":"(.*)","task":"sentiment","label":"(.*)"/\2,,,,\3,\1/' >expected
sed 1d out | sed 's/,[0-9]*$//' | cmp - expected || fail 'the counts are not those of the lines'
label --format counts --date month "${inputs[@]}" >months
slant counts --date month counts | cmp - months || fail 'months'
grep -qE ',2019-03,' months || fail 'no month'
slant counts --date year months | grep -qE '^BOR,sentiment,"paper, no. 0",2019,neutral,' || fail 'no year'
awk -F, 'NR > 1 { n[$1] += $(NF - 1) } END { for (a in n) print a, n[a] }' counts | sort >summed # no tool of ours is needed
slant counts --by actor counts | sed 1d | awk -F, '{ print $1, $6 }' | cmp - summed || fail 'awk adds up something else'

# counts that are killed go on as well
for k in 1 2 3; do
  { timeout --signal=KILL 0.0$((k * 3)) "$SLANT" predict -q -m m.slant --format counts --resume -o killed "${inputs[@]}"; } 2>/dev/null
done
run label --format counts --resume -o killed "${inputs[@]}"
expect_same counts killed
expect_absent killed.partial

# what is no count
run slant counts a.jsonl
expect_rc 1
expect_err '^slant: a\.jsonl:1:'
printf 'ARL,sentiment,,,negative,-1,2\n' >bad
run slant counts bad
expect_rc 1
expect_err '^slant: bad:1: not a row of counts'
run slant counts --by actor,colour counts
expect_usage "--by takes columns.*'actor,colour'"
run slant counts nowhere
expect_rc 3
