#!/usr/bin/env bash
# Installs a build (tests/install/run.sh BUILD) into a folder of its own, and builds and runs a program against it, once
# through pkg-config and once through find_package.
set -euo pipefail
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
cmake --install "$build" --prefix "$prefix" >/dev/null

libdir=$(dirname "$(find "$prefix" -name libslant.so)")
export LD_LIBRARY_PATH=$libdir
export PKG_CONFIG_PATH=$libdir/pkgconfig
for header in "$prefix"/include/slant/*.h; do # every public header stands by itself, in C and in C++
  echo "#include <slant/$(basename "$header")>" | gcc -std=c17 -Wall -Wextra -Wpedantic -Werror -I"$prefix/include" -fsyntax-only -xc -
  echo "#include <slant/$(basename "$header")>" | g++ -std=c++17 -Wall -Wextra -Werror -I"$prefix/include" -fsyntax-only -xc++ -
done

read -ra flags <<<"$(pkg-config --define-variable=prefix="$prefix" --cflags --libs slant)"
gcc -std=c17 -Wall -Wextra -Werror "$here/program.c" -o "$prefix/by-pkg-config" "${flags[@]}"
cmake -G Ninja -S "$here" -B "$prefix/b" -DCMAKE_PREFIX_PATH="$prefix" >/dev/null
cmake --build "$prefix/b" >/dev/null

"$prefix/bin/slant" --version
"$prefix/by-pkg-config"
"$prefix/b/by-find-package"
if nm -D --defined-only "$libdir/libslant.so" | awk '{print $3}' | grep -v '^slant_'; then
  echo "libslant exports names that are not its own"
  exit 1
fi
test -f "$prefix/share/man/man1/slant-predict.1"
