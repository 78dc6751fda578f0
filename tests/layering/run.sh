#!/usr/bin/env bash
# Proves the arrows of ARCHITECTURE.md: what each room includes, and which libraries' headers it names.
set -euo pipefail
cd "$(dirname "$0")/../.."

# room: the rooms it may use
declare -A uses=(
  [common]="" [features]="common" [models]="common features" [datasets]="common"
  [predict]="common features models datasets" [evaluate]="common datasets"
  [train]="common features models datasets evaluate"
  [cli]="common features models datasets predict evaluate train")
# header of a library: the rooms that may include it
declare -A libraries=(
  [xxhash.h]="common" [utf8proc.h]="features" [cblas.h]="models train predict" [simdjson.h]="datasets"
  [zlib.h]="datasets" [zstd.h]="datasets" [svm.h]="train" [linear.h]="train" [gsl]="train evaluate" [argp.h]="cli")

bad=0
complain() { echo "layering: $*"; bad=1; }

# The room that a public header belongs to.
room_of_public() {
  local header
  for header in */include/slant/"$1"; do
    [ -e "$header" ] && { echo "${header%%/*}"; return; }
  done
}

check_include() { # room file included
  local room=$1 file=$2 included=$3 target=""
  case $included in
    slant/*) target=$(room_of_public "${included#slant/}") ;;
    gsl/*) [[ " ${libraries[gsl]} " == *" $room "* ]] || complain "$file includes $included"; return ;;
    */*) target=${included%%/*}; [ -n "${uses[$target]+x}" ] || return 0 ;;
    *) [ -z "${libraries[$included]+x}" ] || [[ " ${libraries[$included]} " == *" $room "* ]] ||
        complain "$file includes $included"; return ;;
  esac
  [ -n "$target" ] || { complain "$file includes $included, which no room has"; return; }
  [ "$target" = "$room" ] || [[ " ${uses[$room]} " == *" $target "* ]] || complain "$file: $room may not use $target ($included)"
}

for room in "${!uses[@]}"; do
  while IFS=: read -r file included; do
    check_include "$room" "$file" "$included"
  done < <(grep -rHoE '^ *# *include +["<][^">]+' "$room" --include='*.c' --include='*.h' --include='*.cc' |
    sed -E 's/: *# *include +["<]/:/')
done
[ $bad = 0 ] && echo "layering: every include keeps to the arrows"
exit $bad
