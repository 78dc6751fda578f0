# shellcheck shell=bash
# What the command-line tests share. A test sources this file; it then has an empty folder of its own to work in, $T, as
# its working directory, and the functions below. The first check that fails ends the test.
#
#   run COMMAND...          runs; afterwards: $rc, and files out and err (what stood on stdout and stderr)
#   expect_rc N             the exit code
#   expect_out REGEX        a line of stdout matches (extended regular expression); likewise expect_err
#   expect_lines N          stdout has so many lines
#   expect_no_out           stdout is empty; likewise expect_no_err
#   expect_golden NAME      stdout is tests/golden/NAME; with SLANT_UPDATE_GOLDEN=1 in the environment it becomes it
#   expect_usage REGEX      exit 2, nothing on stdout, and a line of stderr matches
#   make_corpus N [SEED]    N labelled sentences over two actors, as records
#   make_dictionary         their dictionary
#   make_bundle FILE        a bundle learned from such a corpus
set -u
export LC_ALL=C.UTF-8
unset ARGP_HELP_FMT POSIXLY_CORRECT
slant() { "$SLANT" "$@"; }

T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
cd "$T" || exit 1
rc=0

fail() {
  echo "FAILED: $*" >&2
  echo "  at line ${BASH_LINENO[${#BASH_LINENO[@]} - 2]} of $0; exit code $rc" >&2
  for file in "$T/out" "$T/err"; do
    [ -f "$file" ] && { echo "--- ${file##*/}"; head -c 4000 "$file"; } >&2
  done
  exit 1
}

run() {
  "$@" >"$T/out" 2>"$T/err"
  rc=$?
}

expect_rc() { [ "$rc" -eq "$1" ] || fail "expected exit code $1, found $rc"; }
expect_out() { grep -qE -- "$1" "$T/out" || fail "no line of stdout matches $1"; }
expect_err() { grep -qE -- "$1" "$T/err" || fail "no line of stderr matches $1"; }
expect_not_err() { grep -qE -- "$1" "$T/err" && fail "a line of stderr matches $1"; return 0; }
expect_no_out() { [ ! -s "$T/out" ] || fail "stdout should be empty"; }
expect_no_err() { [ ! -s "$T/err" ] || fail "stderr should be empty"; }
expect_lines() {
  local n
  n=$(wc -l <"$T/out")
  [ "$n" -eq "$1" ] || fail "expected $1 lines on stdout, found $n"
}
expect_same() { cmp "$1" "$2" || fail "$1 and $2 differ"; }
expect_absent() { [ ! -e "$1" ] || fail "$1 should not be there"; }
expect_golden() {
  local golden=$SOURCE/tests/golden/$1
  if [ "${SLANT_UPDATE_GOLDEN:-0}" = 1 ]; then
    cp "$T/out" "$golden"
  else
    diff -u "$golden" "$T/out" >&2 || fail "stdout is not tests/golden/$1"
  fi
}
expect_usage() {
  expect_rc 2
  expect_no_out
  expect_err "$1"
}

# Ends the test, passed, where the program was built without training.
needs_training() {
  if slant help train | grep -q 'not in this build'; then
    echo "this program was built without training: nothing to test here"
    exit 0
  fi
}

make_corpus() {
  awk -v n="$1" -v seed="${2:-1}" '
    # Of Park and Miller (1988): the rand() of an awk may be seeded by the system, whatever srand() is given.
    function random() { state = state * 16807 % 2147483647; return state / 2147483647 }
    function pick(list, count) { return list[int(random() * count) + 1] }
    BEGIN {
      state = seed * 7919
      for (i = 0; i < 10; i++) random()
      names["1"] = "Arland"; names["2"] = "Borduria"; ids["1"] = "ARL"; ids["2"] = "BOR"
      words["positive"] = "praised|welcomed|thanked|honoured|applauded"
      words["negative"] = "condemned|blamed|denounced|accused|rebuked"
      words["neutral"] = "met|visited|called|received|informed"
      split("positive negative neutral", labels, " ")
      split("ministers|observers|the council|its neighbours|the press|farmers|teachers|envoys", others, "|")
      split("in the capital|on Monday|after the talks|at the border|before the vote|in a statement", ends, "|")
      for (i = 1; i <= n; i++) {
        a = int(random() * 2) + 1
        label = pick(labels, 3)
        split(words[label], verbs, "|")
        start = pick(others, 8) " " pick(verbs, 5) " "
        printf "{\"id\":\"s%d\",\"group\":\"g%d\",\"text\":\"%s%s %s.\",\"actor\":\"%s\",", i, int((i + 2) / 3), start,
               names[a], pick(ends, 6), ids[a]
        printf "\"task\":\"sentiment\",\"label\":\"%s\",\"from\":%d,\"to\":%d}\n", label, length(start),
               length(start) + length(names[a])
      }
    }'
}

make_dictionary() {
  printf 'id\tname\ttype\taliases\nARL\tArland\tstate\tArlanders\nBOR\tBorduria\tstate\tBordurian\n'
}

make_bundle() {
  make_corpus 150 >corpus-of-bundle.jsonl
  make_dictionary >actors.tsv
  slant train --quiet --actors actors.tsv --costs 0.4 --folds 3 --min-examples 30 corpus-of-bundle.jsonl -o "$1" ||
    fail "training failed"
}
