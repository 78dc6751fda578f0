#!/usr/bin/env bash
# Installs a build (tests/install/run.sh BUILD) into a folder of its own, and builds and runs programs against what is there:
# through pkg-config and through find_package, with the shared and with the static libraries.
set -euo pipefail
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/usr
fail() { echo "installation: $*"; exit 1; }

cmake --install "$build" --prefix "$prefix" >"$work/log" || { cat "$work/log"; exit 1; }
libdir=$(dirname "$(find "$prefix" -name libslant.so)")
for file in "$prefix"/{bin/slant,share/man/man1/slant.1,share/man/man1/slant-predict.1,share/doc/slant/LICENSE} \
  "$prefix"/share/doc/slant/{NOTICE,FORMAT.md} "$libdir"/{libslant.so,libslant-train.so,libslant.a,libslant-train.a}; do
  [ -s "$file" ] || fail "there is no ${file#"$prefix"/}"
done

# Every public header is there, and stands by itself, in C and in C++.
for header in "$here"/../../*/include/slant/*.h; do
  name=${header##*/}
  [ -f "$prefix/include/slant/$name" ] || fail "there is no slant/$name"
  echo "#include <slant/$name>" | gcc -std=c17 -Wall -Wextra -Wpedantic -Werror -I"$prefix/include" -fsyntax-only -xc -
  echo "#include <slant/$name>" | g++ -std=c++17 -Wall -Wextra -Werror -I"$prefix/include" -fsyntax-only -xc++ -
done

# The libraries export what their headers declare, and nothing else; only libslant-train knows GSL.
for name in slant slant-train; do
  foreign=$(nm -D --defined-only "$libdir/lib$name.so" | awk '{ print $3 }' | grep -v '^slant_' || true)
  [ -z "$foreign" ] || fail "lib$name exports what is not its own: $foreign"
  ldd -r "$libdir/lib$name.so" 2>&1 | grep 'undefined symbol' && fail "lib$name is not whole"
  readelf -d "$libdir/lib$name.so" | grep -q "SONAME.*lib$name.so.0" || fail "lib$name has no soname"
done
declared=$(grep -hE '^(const |extern )?[a-z_]+ .*(slant_[a-z0-9_]+\(|_table\[)' "$prefix"/include/slant/*.h | grep -v '^static' |
  grep -oE 'slant_[a-z0-9_]+(\(|_table\[)' | tr -d '([' | sort -u)
exported=$(nm -D --defined-only "$libdir"/libslant.so "$libdir"/libslant-train.so | awk 'NF == 3 { print $3 }' | sort -u)
[ "$(wc -l <<<"$declared")" -gt 80 ] || fail "too few functions found in the headers: $declared"
hidden=$(comm -23 <(echo "$declared") <(echo "$exported"))
[ -z "$hidden" ] || fail "declared in a header, but not exported: $hidden"
ldd "$libdir/libslant.so" | grep -E 'libgsl|libsvm|liblinear' && fail "libslant loads a training library"

export LD_LIBRARY_PATH=$libdir PKG_CONFIG_PATH=$libdir/pkgconfig
[ "$(pkg-config --modversion slant)" = "$("$prefix/bin/slant" --version | awk '{ print $2 }')" ] ||
  fail "slant.pc and the program are of different versions"

# A corpus of one line a label and round.
for i in $(seq 30); do
  printf '{"id":"%d","text":"Observers %s Nepal in week %d.","actor":"NPL","label":"%s","from":%d,"to":%d}\n' \
    "$i" praised "$i" positive 18 23 "$i" blamed "$i" negative 17 22
done >"$work/corpus.jsonl"
try() { # learn label
  rm -f "$work/bundle"
  "$1" "$work/corpus.jsonl" "$work/bundle" || fail "$1 fails"
  "$2" "$work/bundle" "$work/corpus.jsonl" >"$work/labels" || fail "$2 fails"
  [ "$(grep -c '"actor":"NPL","task":"sentiment","label"' "$work/labels")" = 60 ] || fail "$2: the labels are not whole"
}

compile() { # SOURCE PROGRAM pkg-config's arguments
  local flags
  read -ra flags <<<"$(pkg-config --define-variable=prefix="$prefix" "${@:3}" --cflags --libs)"
  gcc -std=c17 -Wall -Wextra -Werror "$here/$1" -o "$work/$2" "${flags[@]}"
}
compile learn.c learn slant-train
compile label.c label slant
try "$work/learn" "$work/label"
mkdir "$work/static" # where the shared libraries are not, the linker takes the static ones
cp "$libdir"/*.a "$work/static"
compile learn.c learn-static --static --define-variable=libdir="$work/static" slant-train
compile label.c label-static --static --define-variable=libdir="$work/static" slant
cmake -G Ninja -S "$here" -B "$work/b" -DCMAKE_PREFIX_PATH="$prefix" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
cmake --build "$work/b" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
try "$work/b/learn" "$work/b/label"
unset LD_LIBRARY_PATH
try "$work/learn-static" "$work/label-static"
try "$work/b/learn-static" "$work/b/label-static"
echo "installation: shared and static libraries, pkg-config and find_package"
