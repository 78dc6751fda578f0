#!/usr/bin/env bash
# A run that is killed, or finds the disk full, goes on where it stopped: the output is the same, byte for byte.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
make_bundle m.slant
make_corpus 12000 7 | sed 's/,"actor".*/}/' >a.jsonl
make_corpus 8000 8 | sed 's/,"actor".*/}/' | gzip -1 >b.jsonl.gz
(echo 'id,text'; make_corpus 6000 9 | sed 's/.*"id":"\([^"]*\)".*"text":"\([^"]*\)".*/\1,"\2"/') >c.csv
echo 'not json' >>a.jsonl
inputs=(a.jsonl b.jsonl.gz c.csv)

# The numbers of Park and Miller (1988): the same in every run.
random_state=${RESTART_SEED:-1}
random() { # LIMIT: sets $number
  random_state=$((random_state * 16807 % 2147483647))
  number=$((random_state % $1))
}
for _ in 1 2 3 4 5; do random 10; done

# killed_run MILLISECONDS OPTION...: is killed then, unless it is done
killed_run() {
  local seconds
  seconds=$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))
  shift
  { timeout --signal=KILL "$seconds" "$SLANT" predict -q -m m.slant "$@" "${inputs[@]}" >out 2>err; } 2>/dev/null
  rc=$?
}

kills=${RESTART_KILLS:-3}
for how in labels.jsonl labels.jsonl.zst labels.jsonl.gz labels.csv 'half.jsonl --shard 1/2'; do
  # shellcheck disable=SC2206
  options=(-o $how)
  [[ $how != *csv* ]] || options+=(--format csv)
  run slant predict -q -m m.slant "${options[@]}" "${inputs[@]}"
  expect_rc 1
  expect_no_out
  output=${options[1]}
  mv "$output" whole
  for ((k = 0; k < kills; k++)); do
    random 300
    killed_run $((20 + number)) --threads $((1 + k % 3)) --resume "${options[@]}"
    [ "$rc" -eq 137 ] || break
    [ ! -e "$output" ] || expect_same whole "$output" # killed behind the renaming
  done
  run slant predict -q -m m.slant --resume "${options[@]}" "${inputs[@]}"
  expect_rc 1
  expect_same whole "$output"
  expect_absent "$output.partial"
  expect_absent "$output.journal"
done
zstd -dqc labels.jsonl.zst | cmp - labels.jsonl || fail 'the zstd frames hold something else'
gzip -dc labels.jsonl.gz | cmp - labels.jsonl || fail 'the gzip members hold something else'

# What a power cut may leave: bytes that never reached the disk, and half a line of the journal.
mv labels.jsonl whole
until [ -s labels.jsonl.journal ] && [ "$(grep -c '^at' labels.jsonl.journal)" -ge 2 ]; do
  rm -f labels.jsonl labels.jsonl.*
  random 400
  killed_run $((100 + number)) -o labels.jsonl
done
mkdir cut
cp labels.jsonl.partial labels.jsonl.journal cut
for damage in cut flipped torn missing; do
  cp cut/* .
  case $damage in
    cut) truncate -s -700000 labels.jsonl.partial ;;
    flipped) printf 'X' | dd of=labels.jsonl.partial bs=1 seek=1100000 conv=notrunc status=none ;;
    torn) truncate -s -9 labels.jsonl.journal ;;
    missing) rm labels.jsonl.partial ;;
  esac
  run slant predict -q -m m.slant --resume -o labels.jsonl "${inputs[@]}"
  expect_rc 1
  expect_same whole labels.jsonl
  rm labels.jsonl
done

# Unfinished work is not thrown away unasked.
cp cut/* .
run slant predict -q -m m.slant -o labels.jsonl "${inputs[@]}"
expect_rc 2
expect_err 'an unfinished run has left .*labels\.jsonl\.journal: --resume goes on with it'
expect_absent labels.jsonl

# The journal is of this run, or it is refused.
refused() { # REGEX COMMAND...
  local what=$1
  shift
  run slant predict -q -m m.slant --resume -o labels.jsonl "$@"
  expect_rc 2
  expect_err "$what"
  expect_same cut/labels.jsonl.partial labels.jsonl.partial
}
refused 'another run: .*evidence' --evidence no "${inputs[@]}"
refused 'another run: .*input "a.jsonl"' b.jsonl.gz a.jsonl c.csv
refused 'another run' a.jsonl
refused 'another run: .*shard' --shard 1/2 "${inputs[@]}"
make_corpus 150 2 >other.jsonl
slant train --quiet --actors actors.tsv --costs 0.4 --folds 3 --min-examples 30 other.jsonl -o other.slant
mv m.slant first.slant
cp other.slant m.slant
refused 'another run: it has .bundle' "${inputs[@]}"
mv first.slant m.slant
touch -d '2001-01-01' c.csv
refused 'another run: .*c\.csv' "${inputs[@]}"
refused 'cannot be read again' - <a.jsonl
rm labels.jsonl.*
run slant predict -q -m m.slant --resume "${inputs[@]}"
expect_rc 2
expect_err '-o FILE'

# A full disk: what was written is kept.
(
  trap '' XFSZ
  ulimit -f 2000
  "$SLANT" predict -q -m m.slant -o labels.jsonl "${inputs[@]}" >out 2>err
) && fail 'there was room'
expect_err 'cannot write .*labels\.jsonl\.partial: File too large'
expect_err 'records are labelled, in labels\.jsonl\.partial; the same command with --resume goes on from there'
expect_absent labels.jsonl
run slant predict -q -m m.slant --resume -o labels.jsonl "${inputs[@]}"
expect_rc 1
expect_same whole labels.jsonl

# Ctrl-C: it ends cleanly, and says how to go on.
env --default-signal=INT "$SLANT" predict -q -m m.slant --threads 1 -o again.jsonl a.jsonl a.jsonl a.jsonl a.jsonl a.jsonl 2>err &
pid=$!
until [ -s again.jsonl.partial ] || ! kill -0 $pid 2>/dev/null; do sleep 0.02; done
kill -INT $pid
wait $pid
rc=$?
expect_rc 130
expect_err '^[0-9,]+ records are labelled, in again\.jsonl\.partial; .*--resume'
run slant predict -q -m m.slant --resume -o again.jsonl a.jsonl a.jsonl a.jsonl a.jsonl a.jsonl
expect_rc 1
slant predict -q -m m.slant a.jsonl >one
cat one one one one one | cmp - again.jsonl || fail 'not the lines of five times the file'

# Two runs at once.
"$SLANT" predict -q -m m.slant --threads 1 -o twice.jsonl a.jsonl a.jsonl a.jsonl a.jsonl a.jsonl a.jsonl a.jsonl a.jsonl 2>/dev/null &
pid=$!
until [ -s twice.jsonl.journal ]; do sleep 0.01; done
kill -STOP $pid # it keeps its lock
run slant predict -q -m m.slant --resume -o twice.jsonl a.jsonl a.jsonl a.jsonl a.jsonl a.jsonl a.jsonl a.jsonl a.jsonl
kill -KILL $pid 2>/dev/null
wait $pid 2>/dev/null
expect_rc 3
expect_err 'another process is writing'
