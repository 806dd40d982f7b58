#!/usr/bin/env bash
# Tries what `make dist` wrote as those who get it would: check.sh DIST FIXTURE [SUITE…]
#
# FIXTURE is a data directory. The executable alone in a root that has nothing but it and /proc, also as a user
# without rights; the image, unpacked, on a file system that cannot be written; the package, installed,
# used and purged in a fresh Debian of each SUITE (bookworm trixie), for which it needs root and the network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dist=$(realpath "$1")
fixture=$(realpath "$2")
shift 2
[ "$(id -u)" -eq 0 ] || { echo "check-package: chroot needs root: sudo make check-package" >&2; exit 2; }

work=$(mktemp -d)
mounted=()
cleanup() {
  local place
  for place in "${mounted[@]}"; do umount "$place" || true; done
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT
fail() { echo "check-package: $*" >&2; exit 1; }
# expect STATUS COMMAND…: runs it, and shows what it printed where it ended otherwise
expect() {
  local wanted=$1 status=0
  shift
  "$@" >"$work/out" 2>&1 || status=$?
  [ "$status" -eq "$wanted" ] || { cat "$work/out" >&2; fail "$* ended with $status, not $wanted"; }
}
has() { grep -q "$1" "$work/out" || { cat "$work/out" >&2; fail "no \"$1\" in what it said"; }; }

(cd "$dist" && sha256sum --check --quiet SHA256SUMS)
ldd "$dist/epimetheus" >"$work/out" 2>&1 || true
has 'not a dynamic executable'

# use ROOT PROGRAM USER: what a user does with it
use() {
  local root=$1 program=$2 run=(chroot --userspec="$3" "$1")
  expect 0 "${run[@]}" "$program" --version
  has '^epimetheus [0-9]'
  expect 1 "${run[@]}" "$program" diagnose /data
  has 'http_request_duration_seconds_bucket'
  expect 0 "${run[@]}" "$program" repair /data --output /tmp/repaired
  expect 1 "${run[@]}" "$program" evidence /data --output /tmp/evidence
  [ -s "$root/tmp/evidence/report.html" ] || fail "no report in $root/tmp/evidence"
  rm -rf "$root/tmp/repaired" "$root/tmp/evidence"
}

bare=$work/bare
mkdir -p "$bare/proc" "$bare/data"
mkdir -m 1777 "$bare/tmp"
cp "$dist/epimetheus" "$bare/epimetheus"
cp -r "$fixture/." "$bare/data"
expect 2 chroot "$bare" /epimetheus --version
has '/proc is not mounted, and is needed'
mount -t proc proc "$bare/proc"
mounted+=("$bare/proc")
use "$bare" /epimetheus 0:0
use "$bare" /epimetheus 65534:65534
echo "the executable alone in a root with /proc: as it should be"

layout=$work/layout image=$work/image
mkdir -p "$layout" "$image"
tar --extract --file "$dist/epimetheus.oci.tar" --directory "$layout"
for blob in "$layout"/blobs/sha256/*; do
  [ "$(sha256sum "$blob" | cut -d' ' -f1)" = "$(basename "$blob")" ] || fail "$blob is not what its name says"
done
layer=$(for blob in "$layout"/blobs/sha256/*; do gzip --test "$blob" 2>/dev/null && echo "$blob"; done)
tar --extract --gzip --file "$layer" --directory "$image" --same-owner
mkdir "$image/data"
mount --bind "$image" "$image"
mounted=("$image" "${mounted[@]}")
mount --bind "$fixture" "$image/data"
mounted=("$image/data" "${mounted[@]}")
mount -o remount,bind,ro "$image/data"
mount --types proc proc "$image/proc"
mounted=("$image/proc" "${mounted[@]}")
mount -t tmpfs tmpfs "$image/tmp"
mounted=("$image/tmp" "${mounted[@]}")
chmod 1777 "$image/tmp"
mount -o remount,bind,ro "$image"
use "$image" /usr/bin/epimetheus 65534:65534
expect 0 chroot --userspec=65534:65534 "$image" /usr/bin/epimetheus preflight /data
if command -v skopeo >/dev/null; then
  expect 0 skopeo inspect "oci-archive:$dist/epimetheus.oci.tar"
  has 'org.opencontainers.image.version'
fi
echo "the image, as 65534 on a file system that cannot be written: as it should be"

package=$(echo "$dist"/epimetheus_*.deb)
if command -v lintian >/dev/null; then
  expect 0 lintian --fail-on error --allow-root "$package"
fi
for suite in "$@"; do
  debian=$work/$suite
  debootstrap --variant=minbase "$suite" "$debian" ${MIRROR:+"$MIRROR"} >"$work/debootstrap" 2>&1 ||
    { tail -3 "$work/debootstrap" >&2; fail "no Debian $suite could be made"; }
  cp "$package" "$debian/epimetheus.deb"
  mkdir "$debian/data"
  cp -r "$fixture/." "$debian/data"
  find "$debian/etc" "$debian/usr" | sort >"$work/before"
  expect 0 chroot "$debian" apt-get install --yes --no-install-recommends /epimetheus.deb
  use "$debian" /usr/bin/epimetheus 65534:65534
  expect 0 chroot "$debian" dpkg --verify epimetheus
  [ -e "$debian/usr/share/bash-completion/completions/epimetheus" ] || fail "no completion"
  expect 0 chroot "$debian" apt-get install --yes --reinstall /epimetheus.deb
  expect 0 chroot "$debian" apt-get purge --yes epimetheus
  find "$debian/etc" "$debian/usr" | sort >"$work/after"
  # Folders of documents and completions that nothing else had are gone as well.
  diff "$work/before" "$work/after" >"$work/out" || { cat "$work/out" >&2; fail "the purge left something"; }
  rm -rf --one-file-system "$debian"
  echo "the package in a fresh $suite: installed, used, purged"
done
