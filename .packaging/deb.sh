#!/usr/bin/env bash
# Builds a Debian package of the static executable: deb.sh DIST      writes DIST/epimetheus_VERSION_ARCH.deb
#
# The executable depends on nothing, so that the package installs on any Debian or Ubuntu of its architecture.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dist=$1
version=$("$dist/epimetheus" --version | cut -d' ' -f2)
architecture=$(dpkg --print-architecture)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
umask 022
tree=$(mktemp -d)
chmod 755 "$tree"
trap 'rm -rf "$tree"' EXIT
share=$tree/usr/share

install -D -m 755 "$dist/epimetheus" "$tree/usr/bin/epimetheus"
.packaging/manual.sh "$dist/epimetheus" "$tree/manual"
install -d "$share/man/man1"
for page in "$tree"/manual/man1/*.1; do
  gzip --best --no-name <"$page" >"$share/man/man1/$(basename "$page").gz"
done
# The completion is read by a shell that runs, and is no script.
sed -i '1{/^#!/d}' "$tree/manual/completions/epimetheus.bash"
install -D -m 644 "$tree/manual/completions/epimetheus.bash" "$share/bash-completion/completions/epimetheus"
install -D -m 644 "$tree/manual/completions/_epimetheus" "$share/zsh/vendor-completions/_epimetheus"
install -D -m 644 "$tree/manual/completions/epimetheus.fish" "$share/fish/vendor_completions.d/epimetheus.fish"
rm -r "$tree/manual"

documents=$share/doc/epimetheus
install -d "$documents/examples" "$documents/schemas"
install -m 644 README.md Docs/commands.md Docs/runbook.md Docs/findings.md "$documents"
install -m 644 Docs/schemas/*.json "$documents/schemas"
install -m 644 .packaging/preflight.conf "$documents/examples/preflight.conf"
install -m 644 "$dist/epimetheus.spdx.json" "$documents/epimetheus.spdx.json"
for document in "$documents"/*.md; do gzip --best --no-name "$document"; done
day=$(date --utc --date="@$SOURCE_DATE_EPOCH" --rfc-email)
maintainer="Epimetheus developers <epimetheus@example.org>"
cat >"$documents/changelog" <<END
epimetheus ($version) unstable; urgency=medium

  * See CHANGELOG.md of the source.

 -- $maintainer  $day
END
gzip --best --no-name "$documents/changelog"
{
  echo "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
  echo "Upstream-Name: Epimetheus"
  echo "Comment: What is linked in, with versions and licences: epimetheus.spdx.json."
  echo
  echo "Files: *"
  echo "Copyright: $(date --utc --date="@$SOURCE_DATE_EPOCH" +%Y), the Epimetheus developers"
  echo "License: Apache-2.0"
  echo " On Debian systems, the full text is in /usr/share/common-licenses/Apache-2.0."
} >"$documents/copyright"
install -d "$share/lintian/overrides"
cat >"$share/lintian/overrides/epimetheus" <<END
# One file that is copied onto a host in an incident depends on nothing there; what is in it, with versions, is
# in /usr/share/doc/epimetheus/epimetheus.spdx.json.
epimetheus: statically-linked-binary [usr/bin/epimetheus]
epimetheus: embedded-library *
END

install -d "$tree/DEBIAN"
cat >"$tree/DEBIAN/control" <<END
Package: epimetheus
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du --summarize --block-size=1024 --exclude=DEBIAN "$tree" | cut -f1)
Section: admin
Priority: optional
Suggests: prometheus
Homepage: https://github.com/OWNER/epimetheus
Description: offline inspector and repairer of Prometheus data directories
 Reads blocks, write-ahead log, checkpoints, head chunks and snapshots of a
 Prometheus server straight from disk, and says which metric, label and job
 grew, whether a server will start on the directory, and what the repair is
 that loses least. It plans first, keeps what it replaces, and undoes.
END
(cd "$tree" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | sort --zero-terminated |
  xargs --null md5sum >DEBIAN/md5sums)
dpkg-deb --root-owner-group --build -Zxz "$tree" "$dist/epimetheus_${version}_$architecture.deb"
