#!/usr/bin/env bash
# Builds the program without training and proves that nothing of libsvm, LIBLINEAR or GSL is in it, nor asked for by it.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=build/predict-alone
log=$build.log
mkdir -p build
if ! { cmake -G Ninja -S . -B "$build" -DSLANT_TRAIN=OFF -DSLANT_TESTS=OFF -DSLANT_WERROR=ON &&
  cmake --build "$build"; } >"$log" 2>&1; then
  tail -n 50 "$log"
  exit 1
fi

# Every function that the training libraries define, against every one that is used or defined here.
theirs=$(for library in svm linear gsl; do
  file=$(gcc -print-file-name="lib$library.so")
  [ -e "$file" ] || { echo "lib$library.so is not here to compare with" >&2; exit 1; }
  nm -D --defined-only "$file" | awk '$2 == "T" { print $3 }'
done | sort -u)
grep -qx svm_train <<<"$theirs" && grep -qx gsl_rng_alloc <<<"$theirs" && grep -qx find_parameters <<<"$theirs"
check() { # what, then symbols on standard input
  local shared
  shared=$(comm -12 - <(echo "$theirs"))
  [ -z "$shared" ] || { printf '%s names functions of a training library:\n%s\n' "$1" "$shared"; exit 1; }
}
nm -P "$build"/*/libslant_*.a | awk '$2 == "U" || $2 == "T" { print $1 }' | sort -u | check "a static library"
nm -P "$build/cli/slant" | awk '$2 == "U" || $2 == "T" { sub(/@.*/, "", $1); print $1 }' | sort -u | check "the program"
nm -DP "$build/libslant.so" | awk '{ sub(/@.*/, "", $1); print $1 }' | sort -u | check "libslant"
if ldd "$build/cli/slant" "$build/libslant.so" | grep -E 'libsvm|liblinear|libgsl'; then
  echo "prediction loads a training library"
  exit 1
fi

# It runs, and says what it cannot do.
"$build/cli/slant" --version
code=0
said=$("$build/cli/slant" train 2>&1) || code=$?
if [ "$code" != 2 ] || ! grep -q 'built without training' <<<"$said"; then
  echo "slant train, without training: exit code $code: $said"
  exit 1
fi
