#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes and caches Debian trees to test in, from the mirror that this machine's apt uses:
#   bookworm, trixie        a minimal system
#   trixie-blender          the same with Blender and what it needs to render without a display
# `debian-tree.sh KIND` makes it when it is not there and prints its path; `--path KIND` only prints the path.
# Trees live below RV_CACHE (default ~/.cache/rv), 0.2 GB for a minimal one, 1.8 GB with Blender.
set -eu

cache=${RV_CACHE:-${HOME:-/tmp}/.cache/rv}

die() {
    echo "debian-tree.sh: $*" >&2
    exit 3
}

path_of() {
    case $1 in
    trixie-blender) echo "$cache/trixie" ;;
    bookworm | trixie) echo "$cache/$1-minimal" ;;
    *) die "KIND is bookworm, trixie or trixie-blender, not '$1'" ;;
    esac
}

if [ "${1-}" = --path ]; then
    path_of "${2-}"
    exit 0
fi

kind=${1-}
tree=$(path_of "$kind")
suite=${kind%-blender}
if [ -e "$tree.done" ] && [ -d "$tree" ]; then
    echo "$tree"
    exit 0
fi

[ "$(id -u)" = 0 ] || die "making a Debian tree needs root"
command -v debootstrap >/dev/null || die "debootstrap is not installed"
mirror=$(apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' 'Identifier: Packages' 2>/dev/null |
    awk '$2 == "main" && $1 !~ /security/ { print $1; exit }')
[ -n "$mirror" ] || die "apt knows no mirror of Debian"

mkdir -p "$cache"
exec 9>"$tree.lock"
flock 9
if [ ! -e "$tree.done" ]; then
    rm -rf "$tree"
    base=
    [ "$kind" = "$suite" ] || base=$("$0" "$suite") || exit 3
    {
        if [ -z "$base" ]; then
            debootstrap --variant=minbase "$suite" "$tree" "$mirror" || die "debootstrap failed"
            # The host may reach its mirror by a resolver that only it knows.
            cp /etc/resolv.conf "$tree/etc/resolv.conf" 2>/dev/null || :
        else
            cp -a "$base" "$tree"
            DEBIAN_FRONTEND=noninteractive LC_ALL=C chroot "$tree" \
                apt-get -q -y --no-install-recommends install blender libegl1 libegl-mesa0 libgl1-mesa-dri ||
                die "apt-get failed in the tree"
        fi
        chroot "$tree" apt-get clean
    } >"$tree.log" 2>&1 || die "see $tree.log: $(tail -n1 "$tree.log")"
    touch "$tree.done"
fi
echo "$tree"
