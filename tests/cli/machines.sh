#!/usr/bin/env bash
# The examples of predict/README.md for many machines, as they stand there: under a Slurm array's variables, by GNU
# parallel and xargs, and under what Hadoop streaming and Spark's pipe do to a program, which stand-ins do here.
. "$SOURCE/tests/cli/lib/common.bash"
needs_training
make_bundle news.slant
make_corpus 90 7 | awk '{ sub(/,"actor".*/, ""); printf "%s,\"source\":\"paper\",\"date\":\"2019-%02d-03\"}\n", $0, NR % 3 + 1 }' >articles.jsonl
mkdir articles bin
split -n l/3 --additional-suffix=.jsonl articles.jsonl articles/part-
zstd -q --rm articles/*.jsonl
ln -s "$SLANT" slant
ln -s "$SLANT" bin/slant
unset -f slant
PATH=$T/bin:$PATH
slant predict -q -m news.slant articles.jsonl >whole
slant predict -q -m news.slant --format counts articles.jsonl >counts.whole
sort whole >whole.sorted

# example LANGUAGE REGEX: the block of the README that the expression is in
example() {
  sed -n '/^## On many machines/,/^\*\*To add/p' "$SOURCE/predict/README.md" | awk -v start="^\`\`\`$1\$" -v wanted="$2" '
    $0 ~ start { block = ""; inside = 1; next }
    /^```$/ { if (inside && block ~ wanted) { printf "%s", block; found = 1; exit }; inside = 0 }
    inside { block = block $0 "\n" }
    END { exit !found }' || fail "no example of $2"
}
labels_are_whole() { # WHAT FILE...
  local what=$1
  shift
  cat "$@" | sort | cmp - whole.sorted || fail "$what: not the labels of one run"
}

# Slurm: a job of the array is a process with these variables; one is preempted and started again
example bash SBATCH >job.sh
slurm() { # TASK COMMAND...
  env SLURM_ARRAY_JOB_ID=7 SLURM_JOB_ID=$((7 + $1)) SLURM_ARRAY_TASK_ID="$1" SLURM_ARRAY_TASK_COUNT=3 \
    SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=3 SLURM_CPUS_PER_TASK=2 "${@:2}"
}
{ slurm 2 timeout --signal=KILL 0.02 bash job.sh; } 2>/dev/null
for task in 1 2 3; do slurm $task bash job.sh || fail "job $task of the array"; done
for task in 1 2 3; do zstd -dqc labels-$task.jsonl.zst >labels-$task; done
labels_are_whole Slurm labels-[123]
rm labels-*

# GNU parallel, whose other machines are this one here
if command -v parallel >/dev/null; then
  cat >bin/parallel <<END
#!/bin/bash
[ "\$1" != -S ] || shift 2
[ "\$1" != --wd ] || shift 2
exec $(command -v parallel) --will-cite "\$@"
END
  chmod +x bin/parallel
  example bash 'parallel -S' >parallel.sh
  bash parallel.sh || fail 'GNU parallel'
  labels_are_whole 'GNU parallel, shards' labels-[1-8].jsonl
  expect_same whole labels.jsonl
  rm labels*
fi

example bash xargs >xargs.sh
bash xargs.sh || fail xargs
labels_are_whole xargs articles/*.labels
rm articles/*.labels

# Hadoop streaming: splits of the input, decompressed, to mappers with nothing of our environment, in folders of their
# own with links to the files; between the first tab and the end of a line is its value, so that a line without a tab
# gets one at its end; one reducer sees the lines of all mappers in the order of their keys. An exit code is a failure.
cat >bin/hadoop <<'END'
#!/bin/bash
set -e -o pipefail
shift 2
reduces=1
while [ $# -gt 0 ]; do
  case $1 in
    -D) reduces=${2#mapreduce.job.reduces=} ;;
    -files) files=${2//,/ } ;;
    -input) input=$2 ;;
    -output) output=$2 ;;
    -mapper) mapper=$2 ;;
    -reducer) reducer=$2 ;;
    *) exit 9 ;;
  esac
  shift 2
done
task() { # NUMBER COMMAND: a process of the job, in a folder of its own
  local -a words
  eval "words=($2)"
  mkdir -p "task-$1/tmp"
  for file in $files; do ln -sf "$PWD/$file" "task-$1/$file"; done
  (cd "task-$1" && env -i PATH=/usr/bin:/bin PWD="$PWD" TMPDIR="$PWD/tmp" mapreduce_task_partition="$1" \
    mapreduce_job_reduces="$reduces" mapreduce_map_input_file="$input" "${words[@]}")
}
with_values() { sed '/\t/!s/$/\t/'; }
mkdir "$output"
n=0
for split in "$input"/*.zst /dev/null; do
  case $split in *.zst) zstd -dqc "$split" ;; *) cat "$split" ;; esac | task $n "$mapper" | with_values >"$output/part-m-$n"
  n=$((n + 1))
done
[ "$reduces" = 0 ] || {
  LC_ALL=C sort "$output"/part-m-* | task $n "$reducer" | with_values >"$output/part-r-0"
  rm "$output"/part-m-*
}
END
chmod +x bin/hadoop
example bash hadoop >hadoop.sh
bash -e hadoop.sh || fail 'Hadoop streaming'
for part in labels/part-*; do sed -i 's/\t$//' "$part"; done
labels_are_whole 'Hadoop streaming' labels/part-*
slant counts counts/part-* | cmp - counts.whole || fail 'Hadoop streaming: not the counts of one run'
sed 's/\t$//' counts/part-r-0 | cmp - counts.whole || fail 'Hadoop streaming: the reducer has not added up'
zstd -dq articles/part-ab.jsonl.zst && sed -i '2s/.*/not json/' articles/part-ab.jsonl
zstd -qf --rm articles/part-ab.jsonl
rm -r labels counts task-*
bash -e hadoop.sh || fail 'Hadoop streaming: a bad record is a failure'
grep -q '"error"' labels/part-m-1 || fail 'Hadoop streaming: a bad record is not in its place'

# Spark's pipe in Python: a process a partition, all at once; the words of the command are a shell's; a partition may
# be empty, and no line is missing
n_examples=0 words=()
while IFS= read -r -u 9 command; do
  eval "words=($command)"
  head -n 40 articles.jsonl >partition-1
  : >partition-2
  sed -n '41p' articles.jsonl >partition-3
  sed -n '42,$p' articles.jsonl >partition-4
  for k in 1 2 3 4; do "${words[@]}" <partition-$k >lines-$k & done
  wait
  case $command in
    *counts*) cat lines-? | slant counts | cmp - counts.whole || fail 'Spark: not the counts of one run' ;;
    *)
      [ ! -s lines-2 ] || fail 'Spark: an empty partition has lines'
      cat lines-? | cmp - whole || fail 'Spark: not the labels of one run'
      ;;
  esac
  n_examples=$((n_examples + 1))
done 9< <(example python pipe | sed -n 's/.*\.pipe("\(.*\)").*/\1/p')
[ $n_examples = 2 ] || fail "$n_examples examples for Spark"
