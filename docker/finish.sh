#!/bin/sh
# SPDX-License-Identifier: MIT
# The last step of the image's build, in the image: finish.sh VERSION. Fails where a tool or Blender would not start;
# leaves packages.txt (everything with its version), the user rv, and /out and /cache, to which any user can write.
set -eu
fail() {
    echo "finish.sh: $*" >&2
    exit 1
}

[ ! -e /opt/blender/blender ] || ln -s /opt/blender/blender /usr/local/bin/blender
version=$(rv-seed --version | sed -n '1s/^rv-seed //p')
[ "$version" = "$1" ] || fail "this is rv $version: build with --build-arg VERSION=$version"
! ldd /usr/local/bin/rv* "$(readlink -f "$(command -v blender)")" 2>/dev/null | grep 'not found' || fail "missing libraries"
blender=$(blender --background --version) || fail "Blender does not start"

{
    dpkg-query --show
    [ ! -e /opt/blender/blender ] || echo "$blender" | sed -n '1s/^Blender /blender.org\t/p'
} >/usr/local/share/rv/packages.txt
python3 -m compileall -q /usr/local/share/rv/blender
useradd --system --uid 10001 --home-dir /tmp --no-create-home --shell /usr/sbin/nologin rv
mkdir -m 1777 /out /cache
