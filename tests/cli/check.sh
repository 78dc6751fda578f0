#!/usr/bin/env bash
# The lint finds what is planted, and the exit code says that it found something.
. "$SOURCE/tests/cli/lib/common.bash"
make_corpus 12 >clean.jsonl
run slant datasets check clean.jsonl
expect_rc 0
expect_out '^12 records, 0 findings$'
expect_no_err

cat >train.jsonl <<'END'
{"text":"They praised Arland.","actor":"ARL","label":"positive","from":13,"to":19}
{"text":"They praised Arland.","actor":"ARL","label":"positive","from":13,"to":19}
{"text":"They praised Arland.","actor":"ARL","label":"negative","from":13,"to":19}
{"text":"They blamed Arland.","actor":"ARL","label":"Positive","from":12,"to":40}
{"text":"They blamed Borduria.","actor":"BOR","label":"mixed","from":13,"to":19}
{"text":"No label at all."}
{"text":
END
cat >test.jsonl <<'END'
{"text":"they  praised ARLAND.","actor":"ARL","label":"positive","from":14,"to":20}
END
run slant datasets check --labels positive,negative,neutral train.jsonl test.jsonl
expect_rc 1
for line in 2 3 4 5 6 7; do expect_out "train\.jsonl:$line:"; done
expect_out 'test\.jsonl:1:'
sed -i 's/:7:[0-9:]* not JSON: .*/:7: not JSON …/' out # the words are the parser's
expect_golden check.txt

run slant datasets check --json --labels positive,negative,neutral train.jsonl test.jsonl
expect_rc 1
expect_out '^\{"finding":"[a-z-]+","file":"train\.jsonl","line":2,'
tail -n 1 out | grep -qE '^\{"records":[0-9]+,"findings":\{.*\},"labels":\[\{"file":' || fail 'the counts'
run slant datasets check --limit 0 train.jsonl
expect_rc 1
grep -q 'train\.jsonl:' out && fail 'no finding should be shown'
expect_out 'findings$'
