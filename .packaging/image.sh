#!/usr/bin/env bash
# Builds an OCI image of the static executable, without a daemon: image.sh DIST      writes DIST/epimetheus.oci.tar
#
# For `podman load`, `skopeo copy oci-archive:…`, `docker load` (25 and later). One layer: the executable, users, and
# a /tmp. The same input gives the same bytes. The formats: opencontainers/image-spec, image-layout.md, config.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dist=$1
version=$("$dist/epimetheus" --version | cut -d' ' -f2)
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
created=$(date --utc --date="@$epoch" +%Y-%m-%dT%H:%M:%SZ)
architecture=$(dpkg --print-architecture)
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pack() { tar --create --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --format=ustar --directory "$@"; }

root=$work/root
install -D -m 755 "$dist/epimetheus" "$root/usr/bin/epimetheus"
install -d "$root/etc" "$root/proc"
install -d -m 1777 "$root/tmp"
# The user of most images of Prometheus; a pod's securityContext may name any other.
echo "epimetheus:x:65534:65534:Epimetheus:/:/usr/bin/epimetheus" >"$root/etc/passwd"
echo "epimetheus:x:65534:" >"$root/etc/group"

layout=$work/layout
blobs=$layout/blobs/sha256
install -d "$blobs"
# blob FILE: puts it into the layout, and prints its digest and its size
blob() {
  local sum
  sum=$(sha256sum "$1" | cut -d' ' -f1)
  cp "$1" "$blobs/$sum"
  echo "$sum $(stat --format=%s "$1")"
}
pack "$root" . >"$work/layer.tar"
plain=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
gzip --best --no-name <"$work/layer.tar" >"$work/layer.tar.gz"
read -r layer layer_size < <(blob "$work/layer.tar.gz")
cat >"$work/config.json" <<END
{"created": "$created", "architecture": "$architecture", "os": "linux",
 "config": {"User": "65534:65534", "Entrypoint": ["/usr/bin/epimetheus"], "Cmd": ["--help"],
  "Env": ["PATH=/usr/bin"], "WorkingDir": "/",
  "Labels": {"org.opencontainers.image.title": "epimetheus", "org.opencontainers.image.version": "$version",
   "org.opencontainers.image.licenses": "Apache-2.0",
   "org.opencontainers.image.source": "https://github.com/OWNER/epimetheus"}},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$plain"]},
 "history": [{"created": "$created", "comment": "one static executable"}]}
END
read -r config config_size < <(blob "$work/config.json")
cat >"$work/manifest.json" <<END
{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
 "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:$config", "size": $config_size},
 "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "sha256:$layer", "size": $layer_size}]}
END
read -r manifest manifest_size < <(blob "$work/manifest.json")
cat >"$layout/index.json" <<END
{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
 "manifests": [{"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "sha256:$manifest",
  "size": $manifest_size, "platform": {"architecture": "$architecture", "os": "linux"},
  "annotations": {"org.opencontainers.image.ref.name": "epimetheus:$version",
   "io.containerd.image.name": "docker.io/library/epimetheus:$version"}}]}
END
echo '{"imageLayoutVersion": "1.0.0"}' >"$layout/oci-layout"
pack "$layout" . >"$dist/epimetheus.oci.tar"
echo "$dist/epimetheus.oci.tar: epimetheus:$version, sha256:$manifest"
