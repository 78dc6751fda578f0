# shellcheck shell=bash disable=SC2154
# The files of every corpus and split, and how they become records. Sourced, after common.sh.

# SemEval-2016 is one folder a target; its own split into train and val is TweetEval's. A corpus without splits is all
# train.
declare -A files
files[newsmtsc train]="$data/newsmtsc/train.jsonl"
files[newsmtsc dev]="$data/newsmtsc/dev-mt.jsonl $data/newsmtsc/dev-rw.jsonl"
files[newsmtsc test]="$data/newsmtsc/test-mt.jsonl"
files[mr train]="$data/polarity/rt-polarity.txt"
files[subj train]="$data/polarity/subj.txt"
for part in train:train dev:val test:test; do
  for actor in biden bernie trump; do
    files[pstance ${part%:*}]+="$data/pstance/raw_${part#*:}_$actor.csv "
  done
  for target in abortion atheism climate feminist hillary; do
    files[semeval2016 ${part%:*}]+="$data/semeval2016/$target/${part#*:}_text.txt "
  done
done

# convert CORPUS SPLIT: its records on standard output
convert() {
  local file from=$1
  case $1 in mr | subj) from=polarity ;; esac
  for file in ${files[$1 $2]}; do "$slant" datasets convert --quiet --from "$from" "$file"; done
}
