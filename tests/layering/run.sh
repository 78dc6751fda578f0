#!/usr/bin/env bash
# Proves the arrows of ARCHITECTURE.md: which rooms each room includes and links, and which libraries' headers it names.
#   tests/layering/run.sh [ROOT]
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"

# room: the rooms it may use
declare -A uses=(
  [common]="" [features]="common" [models]="common features" [datasets]="common"
  [predict]="common features models datasets" [evaluate]="common datasets"
  [train]="common features models datasets evaluate"
  [cli]="common features models datasets predict evaluate train")
# library: the rooms that may link it and include its headers
declare -A libraries=(
  [xxhash]="common" [utf8proc]="features" [openblas]="features models predict train" [simdjson]="datasets"
  [zlib]="datasets" [zstd]="datasets" [svm]="train" [linear]="train" [gsl]="train evaluate" [argp]="cli")
# header: its library
declare -A headers=(
  [xxhash.h]=xxhash [utf8proc.h]=utf8proc [cblas.h]=openblas [simdjson.h]=simdjson [zlib.h]=zlib [zstd.h]=zstd
  [svm.h]=svm [linear.h]=linear [argp.h]=argp)
# what the C and C++ standards, POSIX and compilers for a processor have
system=" arm_neon assert ctype dirent errno fcntl float immintrin inttypes limits locale math new pthread sched setjmp signal stdalign
  stdarg stdatomic stdbool stddef stdint stdio stdlib string strings cstring time unistd wchar wctype sys/file sys/ioctl sys/mman
  sys/stat sys/types sys/wait "

bad=0
complain() { echo "layering: $*"; bad=1; }
may() { [[ " $1 " == *" $2 "* ]]; }

# The room that a public header belongs to.
room_of_public() {
  local header
  for header in */include/slant/"$1"; do
    [ -e "$header" ] && { echo "${header%%/*}"; return; }
  done
}

check_library() { # room file included library
  may "${libraries[$4]:-}" "$1" || complain "$2 includes $3: $1 may not use $4"
}

check_room() { # room file included target
  [ "$4" = "$1" ] || may "${uses[$1]}" "$4" || complain "$2 includes $3: $1 may not use $4"
}

# Every include is one of: a public header; a private header of a room, by its path from the root or, within the room,
# by its name; a library's header; the system's. Anything else has to be declared above first.
check_include() { # room file included
  local room=$1 file=$2 included=$3 target plain=${3%.h}
  case $included in
    slant/*)
      target=$(room_of_public "${included#slant/}")
      if [ -n "$target" ]; then check_room "$@" "$target"; else complain "$file includes $included, which no room has"; fi ;;
    gsl/*) check_library "$@" gsl ;;
    *)
      if [ -n "${headers[$included]+x}" ]; then check_library "$@" "${headers[$included]}"
      elif [ -n "${uses[${included%%/*}]+x}" ] && [ -e "$included" ]; then check_room "$@" "${included%%/*}"
      elif [[ $included != *..* && -e ${file%/*}/$included ]]; then :
      elif ! may "${system//$'\n'/ }" "$plain"; then complain "$file includes $included, which layering does not know"; fi ;;
  esac
}

# What a room's CMakeLists.txt says between USES or LIBRARIES and the end or the next keyword.
declared() { # room keyword
  tr '\n)' '  ' <"$1/CMakeLists.txt" | grep -oE "\\b$2( +[a-z][a-z0-9]*)+" | cut -d" " -f2- || true
}

check_links() { # room
  local name
  for name in $(declared "$1" USES); do may "${uses[$1]}" "$name" || complain "$1/CMakeLists.txt: $1 may not use $name"; done
  for name in $(declared "$1" LIBRARIES); do
    may "${libraries[$name]:-}" "$1" || complain "$1/CMakeLists.txt: $1 may not link $name"
  done
}

files=0
for room in "${!uses[@]}"; do
  [ "$room" = cli ] || check_links "$room"
  while IFS=: read -r file included; do
    check_include "$room" "$file" "$included"
    files=$((files + 1))
  done < <(grep -rHoE '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<][^">]+' "$room" --include='*.c' --include='*.h' \
    --include='*.cc' | sed -E 's/:[^"<]*["<]/:/')
done
[ "$files" -gt 100 ] || complain "only $files includes found in $PWD"
if [ $bad = 0 ]; then echo "layering: $files includes keep to the arrows"; fi
exit $bad
