#!/usr/bin/env bash
# Writes an SPDX 2.3 document of what is linked into a static executable: sbom.sh EXECUTABLE ARCHIVE…
#
# An archive is named as the linker has it (re2 for libre2.a). Its version is that of the Debian package that holds
# it, the Swift packages' are those of Package.swift, and the runtime's is that of the compiler.
set -euo pipefail
executable=$1
shift

version=$("$executable" --version | cut -d' ' -f2)
sum=$(sha256sum "$executable" | cut -d' ' -f1)
# The date of the source, so that two builds of it give the same document.
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
libraries=$(dirname "$(realpath "$(gcc -print-file-name=libc.a)")")

packages=()
relations=()
# add NAME VERSION LICENSE PURL
add() {
  local id="SPDXRef-$(tr -c '[:alnum:].\n' '-' <<<"$1")"
  packages+=("  {\"SPDXID\": \"$id\", \"name\": \"$1\", \"versionInfo\": \"$2\", \"licenseDeclared\": \"$3\",
   \"licenseConcluded\": \"NOASSERTION\", \"copyrightText\": \"NOASSERTION\", \"downloadLocation\": \"NOASSERTION\",
   \"filesAnalyzed\": false, \"externalRefs\": [{\"referenceCategory\": \"PACKAGE-MANAGER\",
   \"referenceType\": \"purl\", \"referenceLocator\": \"$4\"}]}")
  relations+=("  {\"spdxElementId\": \"$id\", \"relationshipType\": \"STATIC_LINK\",
   \"relatedSpdxElement\": \"SPDXRef-epimetheus\"}")
}

declare -A license=(
  [re2]=BSD-3-Clause [snappy]=BSD-3-Clause [zstd]=BSD-3-Clause [yaml]=MIT [sqlite3]=blessing [z]=Zlib
)
for archive in "$@"; do
  # dpkg knows a library by the path before or behind the merge of /usr.
  path=$libraries/lib$archive.a
  owner=$(dpkg-query --search "$path" 2>/dev/null || dpkg-query --search "${path#/usr}")
  package=${owner%%:*}
  found=$(dpkg-query --show --showformat='${Version}' "$package")
  add "lib$archive" "$found" "${license[$archive]}" "pkg:deb/debian/$package@${found//+/%2B}?arch=$(dpkg --print-architecture)"
done
for name in libc6-dev libstdc++-$(gcc -dumpversion | cut -d. -f1)-dev; do
  found=$(dpkg-query --show --showformat='${Version}' "$name" | head -1)
  terms=LGPL-2.1-or-later
  [ "$name" = libc6-dev ] || terms="GPL-3.0-or-later WITH GCC-exception-3.1"
  add "${name%-dev}" "$found" "$terms" "pkg:deb/debian/${name//+/%2B}@${found//+/%2B}?arch=$(dpkg --print-architecture)"
done
swift=$(swiftc --version 2>/dev/null | grep -o 'swift-[0-9.]*-RELEASE' | head -1)
add swift-runtime "${swift:-unknown}" "Apache-2.0 WITH Swift-exception" "pkg:github/swiftlang/swift@${swift:-unknown}"
while read -r address found; do
  add "${address##*/}" "$found" Apache-2.0 "pkg:github/${address#https://github.com/}@$found"
done < <(sed -nE 's/.*package\(url: "([^"]+)", exact: "([^"]+)"\).*/\1 \2/p' Package.swift)

joined() { local IFS=$'\x1f'; sed 's/\x1f/,\n/g' <<<"$*"; }
cat <<END
{
 "spdxVersion": "SPDX-2.3",
 "dataLicense": "CC0-1.0",
 "SPDXID": "SPDXRef-DOCUMENT",
 "name": "epimetheus-$version",
 "documentNamespace": "https://github.com/OWNER/epimetheus/spdx/$version-$sum",
 "creationInfo": {"created": "$(date --utc --date="@$epoch" +%Y-%m-%dT%H:%M:%SZ)", "creators": ["Tool: epimetheus-dist"]},
 "packages": [
  {"SPDXID": "SPDXRef-epimetheus", "name": "epimetheus", "versionInfo": "$version", "licenseDeclared": "Apache-2.0",
   "licenseConcluded": "NOASSERTION", "copyrightText": "NOASSERTION", "downloadLocation": "NOASSERTION",
   "filesAnalyzed": false, "checksums": [{"algorithm": "SHA256", "checksumValue": "$sum"}]},
$(joined "${packages[@]}")
 ],
 "relationships": [
  {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-epimetheus"},
$(joined "${relations[@]}")
 ]
}
END
