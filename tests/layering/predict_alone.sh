#!/usr/bin/env bash
# Builds the program without training and proves that nothing of libsvm, LIBLINEAR or GSL is in it.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=build/predict-alone
cmake -G Ninja -S . -B "$build" -DSLANT_TRAIN=OFF -DSLANT_TESTS=OFF -DSLANT_WERROR=ON >/dev/null
cmake --build "$build"
symbols=$(nm -D --undefined-only "$build/cli/slant"; nm "$build"/*/libslant_*.a 2>/dev/null)
if grep -E ' U (svm_|gsl_|train$|predict_values|cblas_d)|liblinear' <<<"$symbols"; then
  echo "prediction links a training library"
  exit 1
fi
if ldd "$build/cli/slant" | grep -E 'libsvm|liblinear|libgsl'; then
  echo "prediction loads a training library"
  exit 1
fi
"$build/cli/slant" --version
code=0
"$build/cli/slant" train 2>/dev/null || code=$?
[ "$code" = 2 ]
