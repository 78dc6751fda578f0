# shellcheck shell=bash disable=SC2034
# What the benchmarks share. Sourced by them, with `set -euo pipefail`.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
data=${SLANT_DATA:-$root/../shared/data} # the corpora, as their authors publish them; a folder each
python=${PYTHON:-/usr/bin/python3}       # Debian's, which sees Debian's scikit-learn
slant=${SLANT:-}
missing=()

find_slant() {
  local candidate
  for candidate in "$slant" "$root"/build/release/cli/slant "$root"/build/cli/slant; do
    if [ -n "$candidate" ] && [ -x "$candidate" ]; then
      slant=$candidate
      return
    fi
  done
  missing+=("the program slant: build it (cmake --preset release; cmake --build --preset release), or SLANT=PATH")
}

# need_command NAME PACKAGE
need_command() {
  command -v "$1" >/dev/null || missing+=("$1 (Debian package $2)")
}

need_python_module() {
  "$python" -c "import $1" 2>/dev/null || missing+=("Python module $1 for $python (Debian package $2)")
}

need_file() {
  [ -r "$1" ] || missing+=("${1#"$root"/}${2:+ ($2)}")
}

# Says all that is missing at once, and ends there.
stop_if_missing() {
  [ ${#missing[@]} -eq 0 ] && return
  printf '%s: missing:\n' "$0" >&2
  printf '  %s\n' "${missing[@]}" >&2
  printf 'Programs: run again with --install (needs root and apt). Corpora: SLANT_DATA=FOLDER says where they are.\n' >&2
  exit 3
}

install_packages() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2
}

commit_name() {
  local name
  name=$(git -C "$root" rev-parse --short HEAD 2>/dev/null) || { echo "no commit" && return; }
  git -C "$root" diff --quiet HEAD -- . ':!benchmarks' 2>/dev/null || name="$name, with changes"
  echo "$name"
}

machine() {
  local system=unknown
  system=$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)
  echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(env -u OMP_NUM_THREADS nproc) cores," \
    "$(awk '/MemTotal/ {printf "%.0f GB", $2 / 1048576}' /proc/meminfo), $system, Linux $(uname -r)"
}
