#!/usr/bin/env bash
# Every command that reads records, on input that is missing, empty, a directory, unreadable, malformed or huge.
. "$SOURCE/tests/cli/lib/common.bash"
make_corpus 3 >three.jsonl
: >empty.jsonl
mkdir folder

# Ends a command line with the input: the commands, one a line.
readers='actors
datasets check
datasets split -o parts'
if ! slant help train | grep -q 'not in this build'; then
  make_bundle m.slant
  readers="$readers
train -o new.slant
predict -m m.slant
evaluate -m m.slant"
fi

while read -r command; do
  # shellcheck disable=SC2086
  on() { run slant $command "$@"; }

  on nowhere.jsonl
  expect_rc 3
  expect_err 'cannot open nowhere\.jsonl: No such file or directory'
  on folder
  expect_rc 3
  expect_err 'cannot read folder: it is a directory'
  on three.jsonl nowhere.jsonl
  expect_rc 3

  if [ "$(id -u)" -ne 0 ]; then
    cp three.jsonl locked.jsonl
    chmod 000 locked.jsonl
    on locked.jsonl
    expect_rc 3
    expect_err 'cannot open locked\.jsonl: Permission denied'
  fi

  # compressed data that end too early, or are not what they begin like
  gzip -c three.jsonl | head -c 60 >cut.jsonl.gz
  on cut.jsonl.gz
  expect_rc 3
  expect_err 'cut\.jsonl\.gz.*compressed'
  printf '\x28\xb5\x2f\xfdxxxxxxxxxxxxxxxxxxx' >bad.jsonl.zst
  on bad.jsonl.zst
  expect_rc 3
  expect_err 'bad\.jsonl\.zst.*compressed'

  # one line that is too long among good ones is one bad record
  { head -n 1 three.jsonl; printf '{"text":"'; head -c 300000 /dev/zero | tr '\0' a; printf '"}\n'; tail -n 1 three.jsonl
  } >huge.jsonl
  case $command in
    train* | evaluate* | *split*)
      on --max-record 100000 huge.jsonl
      expect_err 'warning: huge\.jsonl:2:'
      ;;
    *check*)
      on --max-record 100000 huge.jsonl
      expect_rc 1
      expect_out 'huge\.jsonl:2:'
      ;;
    *)
      on --max-record 100000 huge.jsonl
      expect_rc 1
      expect_lines 3
      expect_out '"error":.*"line":2'
      ;;
  esac

  on --map text=body,colour=x three.jsonl
  expect_rc 2
  expect_err 'map'
  [ -z "$(find . -name '*.tmp-*')" ] || fail "'$command' left a temporary file"
done <<<"$readers"

# nothing in, nothing out: no error where that makes sense
run slant actors empty.jsonl
expect_rc 0
expect_no_out
run slant actors </dev/null
expect_rc 0
expect_no_out
run slant datasets check empty.jsonl
expect_rc 0
run slant datasets split -o none empty.jsonl
expect_rc 1
expect_err 'nothing to split'
expect_absent none.train.jsonl

# binary data are lines that are no records
head -c 5000 "$SLANT" >binary.jsonl
run slant actors binary.jsonl
expect_rc 1
expect_out '"error":\{"code":"data"'

needs_training
run slant predict -m m.slant empty.jsonl
expect_rc 0
expect_no_out
run slant evaluate -m m.slant empty.jsonl
expect_rc 1
expect_err 'nothing to evaluate'
rm -f new.slant # two good lines may have been enough for one
run slant train -o new.slant empty.jsonl
expect_rc 1
expect_err 'nothing to learn from'
expect_absent new.slant

# bundles that are none
for bad in empty.jsonl three.jsonl binary.jsonl; do
  for command in "predict -m $bad three.jsonl" "evaluate -m $bad three.jsonl" "inspect $bad"; do
    # shellcheck disable=SC2086
    run slant $command
    expect_rc 1
    expect_no_out
    expect_err "^slant: .*$bad"
  done
done
head -c 100000 m.slant >cut.slant
run slant inspect cut.slant
expect_rc 1
expect_err 'cut\.slant'
run slant inspect nowhere.slant
expect_rc 3
expect_err 'cannot open nowhere\.slant'
run slant inspect folder
expect_rc 3
run slant predict -m m.slant --actors nowhere.tsv three.jsonl
expect_rc 3
printf 'id\tname\ttype\taliases\nA\tArland\tstate\t\nB\tBoth\tstate\tArland\n' >clash.tsv
run slant actors --actors clash.tsv three.jsonl
expect_rc 1
expect_err "^slant: clash\.tsv:3: the alias 'Arland'"
