#!/usr/bin/env bash
# Vectors in LIBSVM format, with the names of features and labels beside them.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
sample=$SOURCE/datasets/sample

# the head of the sample corpus under a small pipeline: all three files, for people to review
head -n 6 "$sample/train.jsonl" >head.jsonl
printf 'words min=1 max=2 min-df=2\nmention min-df=1\n' >small.pipeline
run slant features head.jsonl --task sentiment --pipeline small.pipeline -o head.svm
expect_rc 0
expect_no_out
expect_err '^head\.svm: 6 vectors from 6 records \(0 bad\), [0-9]+ features'
run tail -n +1 head.svm head.svm.names head.svm.labels
expect_golden features.txt

# weights of records, a line each, 1 where there is none; as they were written
sed -e '2s/^{/{"weight":0.1,/' -e '5s/^{/{"weight":2,/' head.jsonl >weighed.jsonl
run slant features weighed.jsonl --task sentiment --pipeline small.pipeline -o weighed.svm
expect_rc 0
expect_same weighed.svm head.svm
[ "$(tr '\n' ' ' <weighed.svm.weights)" = '1 0.1 1 1 2 1 ' ] || fail "weights are $(tr '\n' ' ' <weighed.svm.weights)"
[ "$(sort -u head.svm.weights)" = 1 ] || fail 'no weight is a weight of 1'

# one line a labelled example, indices ascending from 1, a name for every one, whatever the threads
make_corpus 90 >corpus.jsonl
run slant features -j 1 corpus.jsonl -o one.svm
expect_rc 0
run slant features -j 3 --quiet corpus.jsonl -o three.svm
expect_no_err
for ending in '' .names .labels; do expect_same one.svm$ending three.svm$ending; done
[ "$(wc -l <one.svm)" -eq 90 ] || fail 'a line for every example'
awk 'FNR == NR { split($0, name, "\t"); if (name[1] != FNR || name[2] == "") bad = 1; n = FNR; next }
  { last = 0
    for (i = 2; i <= NF; i++) {
      split($i, pair, ":")
      if (pair[1] <= last || pair[1] > n || pair[2] + 0 == 0) bad = 1
      last = pair[1]
    } }
  END { exit bad }' FS=' ' one.svm.names one.svm || fail 'indices or names are wrong'
cut -f 2 one.svm.labels | tr '\n' ' ' | grep -qx 'negative neutral positive ' || fail 'labels in the order of bytes'
[ "$(awk '{ n += $3 } END { print n }' one.svm.labels)" -eq 90 ] || fail 'labels are counted'

# a bundle that was trained on the same records has the same vectors, and gives a part of them the same label numbers
slant train --quiet --costs 0.4 --folds 3 corpus.jsonl -o m.slant
run slant features -m m.slant corpus.jsonl -o bundle.svm
expect_rc 0
for ending in '' .names .labels; do expect_same one.svm$ending bundle.svm$ending; done
grep '"label":"positive"' corpus.jsonl >positive.jsonl
run slant features -m m.slant positive.jsonl -o positive.svm
expect_rc 0
cut -d ' ' -f 1 positive.svm | sort -u | grep -qx 3 || fail 'positive is label 3 of the bundle'
sed 's/"positive"/"glowing"/' positive.jsonl >new.jsonl
run slant features -m m.slant new.jsonl -o new.svm
expect_rc 0
grep -q "^4	glowing	" new.svm.labels || fail 'a label that the bundle does not know comes after its own'

# standard input and output; no names there
run slant features - -o - --quiet <corpus.jsonl
expect_rc 0
expect_same out one.svm
expect_absent ./-.names

# document mode; records without a label have no line
sed 's/,"from".*/}/' corpus.jsonl >texts.jsonl
echo '{"text":"Nobody said anything."}' >>texts.jsonl
run slant features texts.jsonl -o texts.svm
expect_rc 0
expect_err 'note: 1 records without a label'
[ "$(wc -l <texts.svm)" -eq 90 ] || fail 'no line without a label'

# the options that make a pipeline are those of training
printf '5 2\ncondemned 1 0\npraised -1 0\nministers 0 1\nthanked -1 0.5\nblamed 1 0.1\n' >words.txt
run slant features --vectors words.txt corpus.jsonl -o vectors.svm
expect_rc 0
grep -q '	vectors: ' vectors.svm.names || fail 'no feature of the word vectors'
run slant train --quiet --costs 0.4 --folds 3 --vectors words.txt corpus.jsonl -o v.slant
run slant features -m v.slant corpus.jsonl -o bundle.svm
for ending in '' .names .labels; do expect_same vectors.svm$ending bundle.svm$ending; done
run slant features -m v.slant --vectors words.txt corpus.jsonl -o x.svm
expect_usage 'a bundle has its own pipeline'

# what is missing, empty or malformed
run slant features -o x.svm
expect_usage 'no vectors without records'
run slant features corpus.jsonl
expect_usage 'where should the vectors go'
run slant features -m m.slant --mode target corpus.jsonl -o x.svm
expect_usage 'a bundle has its own pipeline'
run slant features absent.jsonl -o x.svm
expect_rc 3
expect_err 'absent\.jsonl'
run slant features -m absent.slant corpus.jsonl -o x.svm
expect_rc 3
expect_err 'absent\.slant'
: >empty.jsonl
run slant features empty.jsonl -o x.svm
expect_rc 1
expect_err 'none of 0 records carries a label'
{ echo '{"text":'; cat corpus.jsonl; } >broken.jsonl
run slant features broken.jsonl -o broken.svm
expect_rc 1
expect_err 'warning: broken\.jsonl:1:'
expect_same broken.svm one.svm
run slant features --on-error stop broken.jsonl -o x.svm
expect_rc 1
expect_err '^slant: broken\.jsonl:1:'
run slant features "$sample/train.jsonl" -o x.svm
expect_usage "the labels are of 2 tasks.*'sentiment' and 'stance'.*--task"
run slant features --task nothing corpus.jsonl -o x.svm
expect_rc 1
expect_err "no label has the task 'nothing'"
printf 'words\nnonsense\n' >bad.pipeline
run slant features --pipeline bad.pipeline corpus.jsonl -o x.svm
expect_usage "no pipeline stage 'nonsense'"
run slant features corpus.jsonl -o absent/x.svm
expect_rc 3
for ending in '' .names .labels .weights; do expect_absent x.svm$ending; done
