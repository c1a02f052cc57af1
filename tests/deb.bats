#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Debian packages: what is in them, what lintian says, and that they install on fresh Debians.

load lib/common

deb() {
    make -s -C "$RV_ROOT" B="${RV_BIN%/bin}" deb
}

@test "the packages hold what make install installs" {
    need dpkg-deb dpkg-shlibdeps
    deb
    make -s -C "$RV_ROOT" B="${RV_BIN%/bin}" install DESTDIR="$PWD/stage" PREFIX=/usr
    for package in "$RV_ROOT"/build/deb/*.deb; do
        dpkg-deb --extract "$package" root
    done
    (cd stage && find . -type f | sed 's|zsh/site-functions|zsh/vendor-completions|; /\/man\//s/$/.gz/' | sort) >wanted
    (cd root && find . -type f ! -path './usr/share/doc/*' | sort) >there
    diff wanted there
    [ "$(root/usr/bin/rv-seed seq 1 | jq -r .id)" = 00000000 ]
    [ -f root/usr/lib/python3/dist-packages/rv/client/__init__.py ]
    grep -q '^License: Expat' root/usr/share/doc/rv-pipeline/copyright
    dpkg-deb --field "$RV_ROOT"/build/deb/rv-pipeline_*.deb Depends | grep -q libjq1
}

@test "the same source gives the same packages" {
    need dpkg-deb dpkg-shlibdeps
    deb
    sha256sum "$RV_ROOT"/build/deb/*.deb >sums
    deb
    sha256sum -c sums
}

@test "lintian finds no errors" {
    need dpkg-deb dpkg-shlibdeps lintian
    deb
    run -0 lintian --fail-on error "$RV_ROOT"/build/deb/*.deb
}

# In a copy of a minimal tree, as somebody does who has just installed that Debian.
fresh() { # SUITE
    local tree
    need_full
    need debootstrap git
    [ "$(id -u)" = 0 ] || skip "root alone may make a Debian tree"
    tree=$("$RV_ROOT/tests/lib/debian-tree.sh" "$1") || skip "no Debian tree: $tree"
    cp -a -x "$tree" fresh
    cp /etc/resolv.conf fresh/etc/ || true
    mkdir -p fresh/root/rv
    (cd "$RV_ROOT" && git ls-files -z | xargs -0 cp --parents -t "$BATS_TEST_TMPDIR/fresh/root/rv")
    cat >fresh/root/try <<'SH'
set -eux
cd /root/rv
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
apt-get -qq update
apt-get -qq install -y --no-install-recommends make dpkg-dev
tools/deps.sh build
make -s -j"$(nproc)" deb
apt-get -qq install -y --no-install-recommends ./build/deb/*.deb jq
cd /
[ "$(rv-seed seq 2 | jq -r .id | xargs)" = '00000000 00000001' ]
rv --version
python3 -c 'import rv.client'
[ -f /usr/share/rv/examples/shapes/scene.py ]
apt-get -qq remove -y rv-pipeline
[ ! -e /usr/bin/rv ]
SH
    chroot fresh sh /root/try
    rm -rf fresh
}

@test "a fresh Debian 12 builds and installs them" {
    fresh bookworm
}

@test "a fresh Debian 13 builds and installs them" {
    fresh trixie
}
