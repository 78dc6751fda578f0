#!/usr/bin/env bash
# Every example of every man page works, as it stands there, in the order of the table of commands.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
make_corpus 200 >train.jsonl
make_corpus 60 2 >test.jsonl
make_corpus 120 5 >reviews.jsonl
make_corpus 40 3 | sed 's/,"actor".*/}/' >articles.jsonl
make_corpus 120 7 | sed -E 's/"(ARL|BOR)"/"NEW"/' >new-actors.jsonl
make_dictionary >actors.tsv
make_corpus 150 | sed 's/.*"text":"\([^"]*\)".*"label":"\([a-z]*\)".*/__label__\2 \1/' >lines.txt
printf '1 a fine film\n0 a dull film\n' >reviews.txt
mkdir bin
ln -s "$SLANT" bin/slant
PATH=$T/bin:$PATH
unset -f slant

n=0
for name in $(sed -n 's/^  X(\([a-z_]*\)).*/\1/p' "$SOURCE/cli/commands.h"); do
  "$SLANT" man ${name//_/ } | sed -n '/^\.EX/,/^\.EE/p' | grep -v '^\.E' | sed 's/\\-/-/g; s/\\(aq/'"'"'/g' >lines
  while read -r line <&9; do
    run bash -o pipefail -c "$line"
    case $line in
      *'| head'*) [ "$rc" -eq 0 ] || expect_rc 141 ;;
      *'datasets check'*) [ "$rc" -le 1 ] || fail "$line" ;;
      *) [ "$rc" -eq 0 ] || fail "$line" ;;
    esac
    n=$((n + 1))
  done 9<lines
done
[ "$n" -ge 15 ] || fail "only $n examples were found"
