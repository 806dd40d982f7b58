#!/usr/bin/env bash
# Writes dist/: the static executable, its debug symbols, and what is linked into it.
#
#   dist.sh BUILD OUT          BUILD is .build/release, where `make build` has just put the objects
#
# Links what the release build compiled once more, without a shared library: the archives of Debian's -dev packages,
# the C++ runtime, libc. All but Sources/CMemory/memory.c, which wraps the allocator, and does so otherwise where
# libc's own is in the same executable, is taken as it is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$(realpath "$1")
out=$2

# No more than can be copied onto a host in an incident; what makes it larger says why, in the commit that raises it.
largest=29000000

libraries=$(gcc -print-file-name=libc.a)
libraries=$(dirname "$(realpath "$libraries")")
# In the order of the linker: what needs comes before what is needed.
archives=(re2 snappy zstd yaml sqlite3 z)
for archive in "${archives[@]}"; do
  [ -e "$libraries/lib$archive.a" ] || { echo "dist: $libraries/lib$archive.a is missing: make dependencies" >&2; exit 2; }
done
clang=$(dirname "$(realpath "$(command -v swiftc)")")/clang
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$clang" -O2 -g -fPIC -ffunction-sections "-ffile-prefix-map=$PWD=." -DEPIMETHEUS_STATIC -ISources/CMemory/include \
  -c Sources/CMemory/memory.c -o "$work/memory.o"
objects=$build/epimetheus.product/Objects.LinkFileList
grep -q '/CMemory.build/memory.c.o$' "$objects" || { echo "dist: $objects has no memory.c.o" >&2; exit 2; }
# Swift throws without unwinding, so that nothing reads the tables for it (.eh_frame) of what Swift compiled: they are
# a tenth of the file. What C++ compiled keeps its own.
mkdir "$work/objects.d"
number=0
while read -r object; do
  number=$((number + 1))
  copy=$work/objects.d/$number.o
  case $object in
    */CMemory.build/memory.c.o) copy=$work/memory.o ;;
    */CRE2.build/*) cp "$object" "$copy" ;;
    *) objcopy --remove-section .eh_frame --remove-section .rela.eh_frame "$object" "$copy" ;;
  esac
  echo "$copy"
done <"$objects" >"$work/objects"
# The same of the Swift runtime, in a copy of its folder that is links but for what is made smaller.
cp --recursive --symbolic-link "$(dirname "$(dirname "$clang")")/lib/swift_static" "$work/runtime"
for archive in swiftCore swift_Concurrency swift_RegexParser swift_StringProcessing FoundationEssentials \
  _FoundationCollections; do
  smaller=$work/runtime/linux/lib$archive.a
  archive=$(realpath "$smaller")
  rm "$smaller"
  objcopy --remove-section .eh_frame --remove-section .rela.eh_frame "$archive" "$smaller"
done
wrap=()
for function in malloc calloc realloc memalign aligned_alloc posix_memalign pthread_create; do
  wrap+=(-Xlinker "--wrap=$function")
done
# That a static executable cannot load modules of its libc (names of users, character sets) is known: nothing here
# asks for them.
swiftc -static-executable -emit-executable -module-name epimetheus -target "$(uname -m)-unknown-linux-gnu" \
  -Xlinker --gc-sections -Xlinker --icf=safe -Xlinker --build-id=sha1 -Xlinker --defsym \
  -Xlinker main=epimetheus_main "${wrap[@]}" -resource-dir "$work/runtime" "@$work/objects" "${archives[@]/#/-l}" -lstdc++ -lm \
  -o "$work/epimetheus" >"$work/linked" 2>&1 || { cat "$work/linked" >&2; exit 2; }

rm -rf "$out"
mkdir -p "$out"
objcopy --only-keep-debug --compress-debug-sections "$work/epimetheus" "$out/epimetheus.debug"
strip --strip-all -o "$out/epimetheus" "$work/epimetheus"
(cd "$out" && objcopy --add-gnu-debuglink=epimetheus.debug epimetheus)

size=$(stat --format=%s "$out/epimetheus")
if [ "$size" -gt "$largest" ]; then
  echo "dist: the executable has $size bytes, more than $largest" >&2
  exit 1
fi
if readelf --program-headers "$out/epimetheus" | grep -q INTERP; then
  echo "dist: the executable asks for a dynamic loader" >&2
  exit 1
fi
.packaging/sbom.sh "$out/epimetheus" "${archives[@]}" >"$out/epimetheus.spdx.json"
cp LICENSE "$out/LICENSE"
echo "$out/epimetheus: $size bytes, static; symbols and SBOM beside it"
