#!/usr/bin/env bash
# Pipes that close, disks that are full, signals.
. "$SOURCE/tests/cli/lib/common.bash"

# help and lists to a full disk
for command in 'help' '--version' 'man' 'datasets list' 'actors --list'; do
  # shellcheck disable=SC2086
  slant $command >/dev/full 2>err
  rc=$?
  expect_rc 3
  expect_err '^slant: cannot write standard output: No space left on device$'
done

needs_training
make_bundle m.slant
make_corpus 20000 3 >many.jsonl

slant predict -m m.slant -q many.jsonl >/dev/full 2>err
rc=$?
expect_rc 3
expect_err '^slant: cannot write standard output: No space left on device$'
slant evaluate -m m.slant -q --bootstrap 0 many.jsonl >/dev/full 2>err
rc=$?
expect_rc 3

# a reader that has seen enough: quiet, with the status of SIGPIPE, also where the parent ignores the signal
for how in '' 'env --ignore-signal=PIPE'; do
  # shellcheck disable=SC2086
  $how "$SLANT" predict -m m.slant many.jsonl 2>err | head -n 1 >out
  rc=${PIPESTATUS[0]}
  expect_rc 141
  expect_lines 1
  expect_no_err
done

# Ctrl-C while it waits for input, and while it works: what was written are whole lines, and the status says why
mkfifo slow
for output in - labels; do
  env --default-signal=INT "$SLANT" predict -m m.slant -o $output slow >out 2>err &
  pid=$!
  exec 7>slow
  head -n 5000 many.jsonl >&7
  sleep 0.3
  kill -INT $pid
  head -n 200 many.jsonl >&7 2>/dev/null
  wait $pid
  rc=$?
  exec 7>&-
  expect_rc 130
  expect_no_err
  [ ! -s out ] || [ "$(tail -c 1 out | od -An -c | tr -d ' ')" = '\n' ] || fail 'the last line is cut'
  expect_absent labels
done

# nothing more comes in: it ends all the same
env --default-signal=TERM "$SLANT" predict -m m.slant slow >out 2>err &
pid=$!
exec 7>slow
sleep 0.2
kill -TERM $pid
wait $pid
rc=$?
exec 7>&-
expect_rc 143

# training that is interrupted leaves no bundle
make_corpus 6000 4 >large.jsonl
env --default-signal=INT "$SLANT" train -q large.jsonl -o never.slant >out 2>err &
pid=$!
sleep 1
kill -INT $pid
wait $pid
rc=$?
expect_rc 130
expect_absent never.slant
[ -z "$(find . -name 'never*')" ] || fail 'a temporary file was left behind'
