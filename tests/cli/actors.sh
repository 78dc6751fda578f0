#!/usr/bin/env bash
# Mentions of actors in texts.
. "$SOURCE/tests/cli/lib/common.bash"
cat >texts.jsonl <<'END'
{"id":"a","text":"Arland and Borduria met; Arland's envoy smiled."}
{"id":"b","text":"Über “Arland” and ARLAND, but not Arlandia or arland. Bordurian farmers."}
not json
{"id":"c","title":"no text"}
{"text":"Nobody is named."}
END
{ make_dictionary; } >actors.tsv

run slant actors --actors actors.tsv texts.jsonl
expect_rc 1
expect_err '^5 records, 2 bad; 6 mentions'
sed -i 's/"not JSON: [^}]*,"file"/"not JSON …","file"/' out # the words are the parser's
expect_golden actors.jsonl

run slant actors --actors actors.tsv -q texts.jsonl
expect_no_err
run slant actors --actors actors.tsv --on-error stop texts.jsonl
expect_rc 1
expect_lines 2
expect_err '^slant: texts\.jsonl:3:'

# the built-in dictionary, and a dictionary printed is a dictionary read
run slant actors - <<<'{"text":"The United States and Pakistan signed."}'
expect_rc 0
expect_out '"actor":"USA","from":4,"to":17,"text":"United States"'
expect_out '"actor":"PAK"'
run slant actors --list
expect_rc 0
expect_out '^PAK	Pakistan	state	'
cp out builtin.tsv
run slant actors --actors builtin.tsv --list
expect_same out builtin.tsv
