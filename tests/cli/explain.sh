#!/usr/bin/env bash
# Labels taken apart: what adds up, where it stands, and bad records.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
make_bundle m.slant
cat >articles.jsonl <<'END'
{"id":"one","text":"Observers condemned Arland after the talks. Teachers blamed Arland, and the press praised Borduria."}
{"id":"two","text":"Nobody came."}
{"text":"Farmers thanked Borduria on Monday."}
END

run slant explain -m m.slant articles.jsonl
expect_rc 0
expect_no_err
expect_out '^one$'
expect_out '^  ARL, sentiment: negative \(p [01]\.[0-9]{2}\) rather than (neutral|positive), by [0-9.]+; model ARL, 2 mentions$'
expect_out '^two: no actor to judge$'
expect_out '^line 3$'
expect_out '^  BOR, sentiment: positive .*, 1 mention$'
expect_out '^ +\+[0-9.]+  (words|verb|pattern): .*(condemned|blamed|thanked|POSITIVE|NEGATIVE) .* [0-9]+-[0-9]+'
# bias and stages are the margin
awk '/ rather than / { if (n++) check(); sub(/.*, by /, ""); margin = $0 + 0; sum = 0 }
  / bias$/ || /  stage / { sum += $1 }
  function check() { d = sum - margin; if (d > 0.001 || d < -0.001) exit 1 }
  END { check(); if (n != 3) exit 1 }' out || fail 'the parts do not add up'
run slant explain -m m.slant --top 0 articles.jsonl
expect_rc 0
[ "$(grep -cE '^ {6,}.*  (words|chars|mention|pattern|verb|lexicon): ' out)" -eq 0 ] || fail 'no features were asked for'

# word vectors have their share
printf '4 2\ncondemned 1 0\npraised -1 0\nblamed 1 0.1\npress 0 1\n' >words.txt
slant train --quiet --costs 0.4 --folds 3 --vectors words.txt --actors actors.tsv corpus-of-bundle.jsonl -o v.slant
run slant explain -m v.slant articles.jsonl
expect_rc 0
expect_out '^ +[-+][0-9.]+  stage vectors$'

# the same for programs: the label, p and scores of predict
run slant predict -m m.slant --evidence no --quiet articles.jsonl
sed 's/[]}]*$//' out >labels
run slant explain -m m.slant --json --top 2 - <articles.jsonl
expect_rc 0
expect_lines 3
while read -r line; do
  part=${line#*'"actors":['}
  part=${part%%'},{"actor"'*}
  grep -qF -- "$part" out || fail "explain does not say what predict says: $part"
done <labels
expect_out '"runner_up":"[a-z]+","margin":[0-9.]+,"bias":-?[0-9.]+,"stages":\{"words":-?[0-9.]+,.*"lexicon":-?[0-9.]+\},"features":\[\{"name":"'
expect_out '"contribution":-?[0-9.]+,"at":\[\{"from":[0-9]+,"to":[0-9]+\}'
[ "$(head -n 1 out | grep -o '"contribution"' | wc -l)" -eq 4 ] || fail 'two features for each of two actors'

# the words stand where it says: code points, also behind others that take several bytes
echo '{"text":"“Ça va,” observers said. Observers condemned Arland."}' >accents.jsonl
run slant explain -m m.slant --json --top 100000 accents.jsonl
expect_rc 0
expect_out '"name":"words: condemned","contribution":[0-9.]+,"at":\[\{"from":35,"to":44\}\]'

# bad records
printf '%s\n' '{"text":' '{"id":"x"}' '{"id":"far","text":"Arland.","actor":"ARL","from":5,"to":70}' >bad.jsonl
run slant explain -m m.slant bad.jsonl
expect_rc 1
expect_no_out
expect_err 'warning: bad\.jsonl:1:'
expect_err "warning: bad\.jsonl:2:.*'text'"
expect_err 'warning: bad\.jsonl:3:.*span'
run slant explain -m m.slant --json bad.jsonl
expect_rc 1
expect_lines 3
expect_out '^\{"id":"far","error":\{"code":"data","message":"the span 5 to 70 '
run slant explain -m m.slant --on-error stop bad.jsonl articles.jsonl
expect_rc 1
expect_no_out
: >empty.jsonl
run slant explain -m m.slant empty.jsonl
expect_rc 0
expect_no_out
run slant explain articles.jsonl
expect_usage 'which model'
run slant explain -m m.slant absent.jsonl
expect_rc 3
run slant explain -m articles.jsonl articles.jsonl
expect_rc 1
expect_err 'articles\.jsonl'
