#!/usr/bin/env bash
# Help and version: on stdout, exit code 0, the same words in help and in the man page.
. "$SOURCE/tests/cli/lib/common.bash"

commands=$(sed -n 's/^  X(\([a-z_]*\)).*/\1/p' "$SOURCE/cli/commands.h")
[ "$(echo "$commands" | wc -l)" -ge 10 ] || fail "cli/commands.h lists: $commands"

run slant --version
expect_rc 0
expect_out '^slant [0-9]+\.[0-9]+\.[0-9]+$'
run slant help
expect_rc 0
expect_no_err
cp out overview
run slant --help
expect_same out overview
run slant help datasets
expect_rc 0
expect_out '^  datasets convert '
run slant datasets --help
expect_rc 0
expect_out '^  datasets convert '

for name in $commands; do
  words=${name//_/ }
  grep -q "^  $words  *[a-z]" overview || fail "the overview does not list '$words'"
  # shellcheck disable=SC2086
  run slant help $words
  expect_rc 0
  expect_no_err
  expect_out "^Usage: slant $words"
  cp out help
  awk 'length > 79 { print; long = 1 } END { exit long }' help >&2 || fail "help of '$words' is wider than a terminal"
  # shellcheck disable=SC2086
  run slant $words --help
  expect_rc 0
  expect_same out help
  # shellcheck disable=SC2086
  run slant $words --version
  expect_rc 0
  expect_out '^slant '
  # no two options of a command share a name or a letter
  grep -oE '^ +(-[a-z], | {4})--[a-z-]+' help | grep -oE -- '-[a-z], |--[a-z-]+' | sort | uniq -d >twice
  [ ! -s twice ] || fail "options of '$words' stand twice: $(cat twice)"

  # shellcheck disable=SC2086
  run slant man $words
  expect_rc 0
  expect_no_err
  cp out page
  for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' 'SEE ALSO'; do
    grep -q "^\.SH $section$" page || fail "the man page of '$words' has no $section"
  done
  grep -oE -- ' --[a-z-]+' help | sort -u | while read -r option; do
    grep -qF -- "\\-\\-$(echo "${option#--}" | sed 's/-/\\-/g')" page || fail "the man page of '$words' lacks $option"
  done || exit 1
  for other in $(grep -oE 'slant(\\-[a-z]+)+\\fR\(1\)' page | sed 's/\\fR(1)//; s/\\//g; s/^slant-//; s/-/_/g'); do
    echo "$commands" | grep -qx "$other" || fail "the man page of '$words' refers to $other"
  done
done

run slant man
expect_rc 0
cp out page
for name in $commands; do
  grep -qF "slant\\-$(echo "$name" | sed 's/_/\\-/g')" page || fail "slant(1) does not list $name"
done

# groff, where it is there, has nothing to say about any page.
if command -v groff >/dev/null; then
  for name in '' $commands; do
    # shellcheck disable=SC2086
    slant man ${name//_/ } >page
    run groff -man -ww -z page
    expect_rc 0
    expect_no_err
  done
fi
