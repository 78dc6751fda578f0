#!/usr/bin/env bash
# Models of svm-train and liblinear-train put into a bundle, and a bundle's models given to svm-predict and
# liblinear-predict: labels are the same.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
for tool in svm-train svm-predict liblinear-train liblinear-predict; do
  command -v "$tool" >/dev/null || fail "this test needs $tool (Debian: libsvm-tools, liblinear-tools)"
done

# texts of the sample corpus, with the stance towards whoever is named first
sample=$SOURCE/datasets/sample
flatten() {
  sed -nE 's/^.*("text": "[^"]*").*"task": "stance", ("label": "[^"]*").*$/{\1, "task": "stance", \2}/p' "$1"
}
flatten "$sample/train.jsonl" >train.jsonl
flatten "$sample/test.jsonl" >test.jsonl
[ "$(wc -l <test.jsonl)" -gt 100 ] || fail 'the sample corpus is flattened'
slant train --quiet --mode document --costs 0.4 --folds 3 train.jsonl -o m.slant || fail 'training failed'
slant features --quiet -m m.slant train.jsonl -o train.svm
slant features --quiet -m m.slant test.jsonl -o test.svm

# predicted MODEL-BUNDLE: the numbers of the labels that predict gives the test texts
predicted() {
  slant predict --quiet -m "$1" --format csv test.jsonl |
    awk -F, 'FNR == NR { split($0, label, "\t"); number[label[2]] = label[1]; next }
      FNR == 1 { for (i = 1; i <= NF; i++) if ($i == "label") column = i; next }
      { print number[$column] }' test.svm.labels -
}

# every kernel: what predict says, what svm-predict says of the file, and what it says of the file written back
for options in '-t 0 -c 0.2' '-t 1 -g 0.5 -r 1 -d 2' '-t 2 -g 0.2 -c 4' '-s 1 -n 0.3 -t 2 -g 0.1'; do
  # shellcheck disable=SC2086
  svm-train -q $options train.svm m.model
  run slant models import m.model -m m.slant -o new.slant
  expect_rc 0
  expect_err '^new\.slant: stance, \*: libsvm (c|nu)_svc, (linear|polynomial|rbf) kernel, [0-9]+ support vectors$'
  svm-predict test.svm m.model expected >/dev/null
  predicted new.slant >found
  expect_same expected found
  run slant models export new.slant -o back.model
  expect_rc 0
  svm-predict test.svm back.model found >/dev/null
  expect_same expected found
done
run slant inspect new.slant
expect_rc 0
expect_out 'an RBF kernel, gamma 0\.1, over [0-9]+ support vectors'
run slant explain -m new.slant test.jsonl
expect_rc 0
expect_out 'bias, and what no feature explains when it alone is left out'
run slant models export new.slant -f liblinear -o x.model
expect_rc 2
expect_err 'kernel model, which LIBLINEAR has not'
expect_absent x.model

# two classes with probabilities: those of svm-predict -b 1, but where they contradict the sign of the decision
grep -v '"none"' train.jsonl >two.jsonl
slant features --quiet -m m.slant two.jsonl -o two.svm
svm-train -q -t 2 -g 0.2 -b 1 two.svm two.model
run slant models import two.model -m m.slant -o two.slant
expect_rc 0
svm-predict -b 1 test.svm two.model probabilities >/dev/null
slant predict --quiet -m two.slant --format csv test.jsonl >two.csv
awk 'FNR == NR { if (FNR == 1) { first = $2; next } p[FNR - 1] = $2 > $3 ? $2 : $3; next }
  FNR == 1 { for (i = 1; i <= NF; i++) if ($i == "p") column = i; if (!column) exit 1; next }
  $column < 0.5002 { next }
  { d = $column - p[FNR - 1]; if (d > 0.00006 || d < -0.00006) bad++; else good++ }
  END { exit bad || good < 50 }' probabilities FS=, two.csv || fail 'probabilities are not those of svm-predict -b 1'

# LIBLINEAR: both ways
for options in '-s 2 -B 1' '-s 0' '-s 4'; do
  # shellcheck disable=SC2086
  liblinear-train -q $options train.svm m.model
  run slant models import m.model -m m.slant --quiet -o new.slant
  expect_rc 0
  expect_no_err
  liblinear-predict test.svm m.model expected >/dev/null
  predicted new.slant >found
  expect_same expected found
  for format in liblinear libsvm; do
    run slant models export new.slant --format $format -o back.model
    expect_rc 0
  done
  svm-predict test.svm back.model found >/dev/null
  expect_same expected found
  run slant explain -m new.slant test.jsonl
  expect_rc 0
done

# what training made, as either program reads it
slant models export m.slant -f liblinear -o own.model
liblinear-predict test.svm own.model found >/dev/null
predicted m.slant >expected
expect_same expected found

# weights of 16 bits: a smaller bundle, the same labels, and the same bytes again
slant train --quiet --mode document --costs 0.4 --folds 3 --weights 16 train.jsonl -o narrow.slant
slant train --quiet --mode document --costs 0.4 --folds 3 --weights 16 -j 1 train.jsonl -o again.slant
expect_same narrow.slant again.slant
[ "$(stat -c %s narrow.slant)" -lt "$(stat -c %s m.slant)" ] || fail 'weights of 16 bits take less room'
predicted narrow.slant >found
expect_same expected found
run slant models import m.model -m narrow.slant --actor ARL -o x16.slant
expect_rc 0

# the rest of the bundle is as it was, and the card says what was put in
run slant inspect --json new.slant
expect_out '"imported":\{"task":"stance","actor":"\*","model":"LIBLINEAR MCSVM_CS'
run slant models import m.model -m m.slant --actor ARL -o more.slant
expect_rc 0
run slant inspect more.slant
expect_rc 0

# what is missing, malformed or of another bundle
run slant models import m.model -o x.slant
expect_usage 'whose vectors'
run slant models import -m m.slant -o x.slant
expect_usage 'give one MODEL'
run slant models import m.model -m m.slant
expect_usage 'where should the bundle go'
run slant models import absent.model -m m.slant -o x.slant
expect_rc 3
: >empty.model
run slant models import empty.model -m m.slant -o x.slant
expect_rc 1
expect_err 'empty\.model:.*no model of libsvm'
run slant models import train.svm -m m.slant -o x.slant
expect_rc 1
expect_err 'train\.svm:1: this is no model of libsvm'
head -n 20 two.model >short.model
run slant models import short.model -m m.slant -o x.slant
expect_rc 1
expect_err 'short\.model:20: the file ends behind'
sed 's/^label .*/label 7 1/' two.model >other.model
run slant models import other.model -m m.slant -o x.slant
expect_rc 1
expect_err "other\.model:[0-9]+: class '7' is none of the task's labels"
run slant models import m.model -m m.slant --task absent -o x.slant
expect_rc 1
expect_err "no task 'absent'"
run slant models export m.slant --actor ARL -o x.model
expect_rc 1
expect_err "'ARL' has no model of its own"
run slant models export m.slant
expect_usage 'where should the model go'
expect_absent x.slant
expect_absent x.model
