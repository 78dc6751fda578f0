#!/usr/bin/env bash
# Breaks the arrows in a copy of the sources, one at a time, and expects the layering test to notice each.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cd "$here/../.."
cp --parents -r common features models datasets predict evaluate train cli "$copy"
"$here/run.sh" "$copy" >/dev/null

missed=0
try() { # file line
  cp "$copy/$1" "$copy/kept"
  printf '%s\n' "$2" >>"$copy/$1"
  if "$here/run.sh" "$copy" >/dev/null; then
    echo "not noticed: $2 in $1"
    missed=1
  fi
  mv "$copy/kept" "$copy/$1"
}
try common/memory.c '#include <slant/model.h>'
try features/document.c '#include "datasets/source.h"'
try features/stages.c '#  include <slant/reader.h>'
try models/model.c '#include "../train/solver.h"'
try models/container.h '#include <slant/trainer.h>'
try datasets/json.cc '#include <slant/document.h>'
try predict/stream.c '#include <svm.h>'
try predict/stream.c '#include "train/bank.h"'
try evaluate/metrics.c '#include <slant/model.h>'
try train/fit.c '#include <slant/predictor.h>'
try train/fit.c '#include "cli/report.h"'
try features/words.c '#include <gsl/gsl_rng.h>'
try evaluate/metrics.c '#include <cblas.h>'
try cli/main.c '#include <zstd.h>'
try models/model.c '#include <curl/curl.h>'
try models/model.c '#include <slant/absent.h>'
try features/CMakeLists.txt 'slant_component(x USES common datasets)'
[ $missed = 0 ] && echo "every broken arrow was noticed"
