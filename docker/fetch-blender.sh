#!/bin/sh
# SPDX-License-Identifier: MIT
# Puts the Blender of blender.org into a directory: fetch-blender.sh DIR, with BLENDER=tarball, VERSION, SHA256 and URL in
# the environment. BLENDER=debian leaves the directory empty. Nothing is unpacked that has another digest.
set -eu

fail() {
    echo "fetch-blender.sh: $*" >&2
    exit 1
}

mkdir -p "$1"
case $BLENDER in
debian) exit 0 ;;
tarball) ;;
*) fail "BLENDER is debian or tarball, not '$BLENDER'" ;;
esac
[ -n "$SHA256" ] || fail "BLENDER=tarball needs BLENDER_SHA256, the digest of Blender $VERSION for Linux"
[ "$(dpkg --print-architecture)" = amd64 ] || fail "blender.org has Linux tarballs for x86-64 only: use BLENDER=debian"

apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates curl xz-utils
name=blender-$VERSION-linux-x64.tar.xz
curl -fsSL --retry 3 -o "/tmp/$name" "$URL/Blender${VERSION%.*}/$name" || fail "cannot fetch $name from $URL"
echo "$SHA256  /tmp/$name" | sha256sum -c - >&2 ||
    fail "$name from $URL is not the file of BLENDER_SHA256=$SHA256: another version needs another digest"
tar -xJf "/tmp/$name" -C "$1" --strip-components=1 --no-same-owner
rm "/tmp/$name"
