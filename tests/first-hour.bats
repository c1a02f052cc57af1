#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# README.md from top to bottom, as typed, on machines that were just installed: Debian 12 by a user with sudo, Debian 13 by root.

load lib/common

# The commands of the page: those that install from the source first, then all that are not marked as not run.
commands() {
    awk '/^```sh$/ { block = !done && /sh/; buffer = ""; next }
        /^```/ && block { if (buffer ~ /(^|\n)make demo\n/) { printf "%s", buffer; done = 1 } block = 0; next }
        block { buffer = buffer $0 "\n" }' "$RV_ROOT/README.md"
    awk '/^<!-- not run: .+ -->$/ { leave = 1; next }
        /^```sh$/ && !block { block = 1; skip = leave; leave = 0; next }
        /^```/ { block = 0; next }
        block && !skip { print }
        !block && NF { leave = 0 }' "$RV_ROOT/README.md"
}

walk() { # SUITE USER
    local tree status=0
    need_full
    need debootstrap git
    [ "$(id -u)" = 0 ] || skip "root alone may make a Debian tree"
    tree=$("$RV_ROOT/tests/lib/debian-tree.sh" "$1") || skip "no Debian tree: $tree"
    cp -a -x "$tree" fresh
    cp /etc/resolv.conf fresh/etc/ || true
    commands >page
    [ "$(head -n2 page)" = "sudo apt-get install make
make demo" ]
    [ "$(grep -c '^rv' page)" -gt 5 ]
    cat >fresh/prepare <<'SH'
set -eu
export DEBIAN_FRONTEND=noninteractive
printf 'APT::Get::Assume-Yes "true";\nAPT::Install-Recommends "false";\nDpkg::Options {"--force-unsafe-io"};\n' >/etc/apt/apt.conf.d/90test
mountpoint -q /proc || mount -t proc proc /proc
apt-get -qq update
if [ "$1" != root ]; then
    apt-get -qq install sudo
    useradd --create-home --shell /bin/bash "$1"
    echo "$1 ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/"$1"
fi
SH
    chroot fresh sh /prepare "$2"
    home=$(chroot fresh sh -c "echo ~$2")
    mkdir -p "fresh$home/rv"
    (cd "$RV_ROOT" && git ls-files -z | xargs -0 cp --parents -t "$BATS_TEST_TMPDIR/fresh$home/rv")
    {
        printf 'set -euo pipefail\nexport YES=1 DEBIAN_FRONTEND=noninteractive\ncd ~/rv\n'
        [ "$2" != root ] || echo 'sudo() { "$@"; }'
        cat page
    } >"fresh$home/walk"
    chroot fresh chown -R "$2" "$home"
    chroot fresh su - "$2" -c "bash -x $home/walk" >said 2>&1 || status=$?
    umount fresh/proc || true
    tail -n 40 said
    [ "$status" = 0 ]
    ls "fresh$home"/rv/{out/00000000/Image.png,dataset/sheet.png,runs/1/dataset/coco,detection-demo/scene.py}
    chroot fresh test -x /usr/local/bin/rv
    rm -rf fresh
}

@test "a fresh Debian 12, by a user with sudo" {
    walk bookworm user
}

@test "a fresh Debian 13, by root" {
    walk trixie root
}
