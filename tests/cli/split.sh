#!/usr/bin/env bash
# Splits: every record once, groups whole, labels in proportion, the same seed the same split.
. "$SOURCE/tests/cli/lib/common.bash"
make_corpus 600 >corpus.jsonl

run slant datasets split -o a corpus.jsonl
expect_rc 0
expect_no_out
expect_err '^a\.train\.jsonl: 4[78][0-9] records$'
slant datasets convert --help >/dev/null
sort corpus.jsonl >whole
cat a.train.jsonl a.dev.jsonl a.test.jsonl >parts
[ "$(wc -l <parts)" -eq 600 ] || fail 'not every record stands once'
grep -o '"id":"[^"]*"' corpus.jsonl | sort >ids
grep -o '"id":"[^"]*"' parts | sort | cmp - ids || fail 'not the same records'
for a in train dev test; do grep -o '"group":"[^"]*"' a.$a.jsonl | sort -u; done | sort | uniq -d >torn
[ ! -s torn ] || fail "groups in two parts: $(head -3 torn)"

# each label's share of a part of 10% is near 10%
for label in positive negative neutral; do
  n=$(grep -c "\"label\":\"$label\"" corpus.jsonl)
  m=$(grep -c "\"label\":\"$label\"" a.dev.jsonl)
  [ $((m * 10)) -ge $((n - 40)) ] && [ $((m * 10)) -le $((n + 40)) ] || fail "$m of $n are $label"
done

run slant datasets split -q -o b corpus.jsonl
expect_no_err
for part in train dev test; do expect_same a.$part.jsonl b.$part.jsonl; done
run slant datasets split -q -o c --seed 2 - <corpus.jsonl
expect_rc 0
cmp -s a.dev.jsonl c.dev.jsonl && fail 'the seed changes nothing'

# two parts; a share of 0 writes no file; unknown fields are kept; texts without a group stay together
for i in $(seq 40); do
  printf '{"text":"Text number %d.","label":"x","note":{"n":%d}}\n{"text":"Text number %d.","label":"y"}\n' "$i" "$i" "$i"
done >pairs.jsonl
run slant datasets split -q --train 1 --dev 0 --test 1 -o half pairs.jsonl
expect_rc 0
expect_absent half.dev.jsonl
[ "$(wc -l <half.train.jsonl)" -eq 40 ] || fail 'half is not half'
[ "$(grep -c '"note":{"n":' half.train.jsonl)" -eq 20 ] || fail 'unknown fields or pairs are lost'
run slant datasets split -q --format csv -o table pairs.jsonl
expect_rc 0
head -n 1 table.train.csv | grep -q '^id,group,date' || fail 'no header'

# a bad record
echo '{"text":' >>pairs.jsonl
run slant datasets split -o bad pairs.jsonl
expect_rc 1
expect_err 'warning: pairs\.jsonl:81:'
run slant datasets split -o worse --on-error stop pairs.jsonl
expect_rc 1
expect_absent worse.train.jsonl

# folds: every record once, groups whole, sizes alike, labels in proportion
run slant datasets split -o f --folds 10 corpus.jsonl
expect_rc 0
expect_err '^f\.fold-10\.jsonl: (5[4-9]|6[0-6]) records$'
expect_absent f.train.jsonl
cat f.fold-*.jsonl | grep -o '"id":"[^"]*"' | sort | cmp - ids || fail 'the folds are not the records'
for k in $(seq 10); do grep -o '"group":"[^"]*"' f.fold-$k.jsonl | sort -u; done | sort | uniq -d >torn
[ ! -s torn ] || fail "groups in two folds: $(head -3 torn)"
run slant datasets split -q -o g -k 10 --seed 2 corpus.jsonl
cmp -s f.fold-1.jsonl g.fold-1.jsonl && fail 'the seed changes nothing about folds'
run slant datasets split -o h --folds 1 corpus.jsonl
expect_usage 'folds'
run slant datasets split -o h --folds 101 corpus.jsonl
expect_usage 'folds'
