#!/usr/bin/env bash
# A training that is interrupted, killed or damaged goes on with --resume, and its bundle is the one that it would have
# been.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
set -m # or a background job ignores SIGINT, as its shell does

# 12 actors of 40 examples each
for actor in $(seq 12); do
  make_corpus 40 "$actor" | sed -E "s/\"(ARL|BOR)\",\"task\"/\"actor$actor\",\"task\"/; s/\"id\":\"s/\"id\":\"a$actor-s/; s/\"group\":\"g/\"group\":\"a$actor-g/"
done >corpus.jsonl
options='--costs 0.1,0.2,0.4,0.8 --folds 5 --min-examples 20 --actor-models combine'
# shellcheck disable=SC2086
train_to() { slant train $options corpus.jsonl -o "$@"; }

run train_to whole.slant -q
expect_rc 0
expect_absent whole.slant.fits
for threads in 2 4; do
  run train_to t.slant -q -j $threads
  expect_rc 0
  expect_same t.slant whole.slant
done

# stop SIGNAL: trains into m.slant until there is a model in the journal, then sends the signal; where a busy machine
# lets the training end before, once more
stop() {
  local pid try
  for try in 1 2 3 4 5 6 7 8; do
    rm -f m.slant
    # shellcheck disable=SC2086
    "$SLANT" train $options corpus.jsonl -o m.slant -j 1 >stopped.out 2>stopped.err &
    pid=$!
    while kill -0 $pid 2>/dev/null && [ "$(stat -c %s m.slant.fits 2>/dev/null || echo 0)" -lt 1000 ]; do sleep 0.01; done
    kill -"$1" $pid 2>/dev/null
    wait $pid
    rc=$?
    [ -e m.slant ] || break
  done
  [ -s m.slant.fits ] || fail "the training ended before it was stopped, or left nothing, $try times"
  expect_absent m.slant
}
resumes() { # what it says, and threads
  run train_to m.slant --resume -j "$2"
  expect_rc 0
  expect_err "$1"
  expect_same m.slant whole.slant
  expect_absent m.slant.fits
}

stop INT
[ $rc -ge 128 ] || fail "an interrupted program should say so"
resumes 'm\.slant\.fits: [0-9]+ finished models are taken from it' 2
stop KILL
cp m.slant.fits killed.fits
resumes 'm\.slant\.fits: [0-9]+ finished models' 1

# cut in the middle of a record, or damaged there: what stands before it is used
size=$(stat -c %s killed.fits)
head -c $((size * 2 / 3)) killed.fits >m.slant.fits
resumes 'm\.slant\.fits: its last [0-9]+ bytes are damaged' 2
cp killed.fits m.slant.fits
printf 'XXXXXXXX' | dd of=m.slant.fits bs=1 seek=$((size / 2)) conv=notrunc status=none
resumes 'm\.slant\.fits: its last [0-9]+ bytes are damaged' 2
head -c 20 killed.fits >m.slant.fits
run train_to m.slant --resume
expect_rc 1
expect_err 'm\.slant\.fits is no journal of a training'
printf 'my notes\n' >m.slant.fits
run train_to m.slant --resume
expect_rc 1
expect_err 'no journal of a training'
run train_to m.slant
expect_rc 3
expect_err 'm\.slant\.fits is in the way'
[ "$(cat m.slant.fits)" = 'my notes' ] || fail 'a file that is no journal was written over'

# of other options, seed or data; without --resume it starts anew
cp killed.fits m.slant.fits
run train_to m.slant --resume --seed 2
expect_rc 1
expect_err 'm\.slant\.fits is of a training with other data, options, seed or program'
head -n 400 corpus.jsonl >less.jsonl
# shellcheck disable=SC2086
run slant train $options less.jsonl -o m.slant --resume
expect_rc 1
expect_err 'other data, options, seed or program'
cmp -s m.slant.fits killed.fits || fail 'a journal that was refused was changed'
run train_to m.slant
expect_rc 0
expect_same m.slant whole.slant
expect_absent m.slant.fits

# nothing to go on from is no failure; standard output cannot be resumed
rm m.slant
run train_to m.slant --resume -q
expect_rc 0
expect_same m.slant whole.slant
run slant train --resume corpus.jsonl -o -
expect_usage 'can be resumed'
