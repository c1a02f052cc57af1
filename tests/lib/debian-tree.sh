#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes and caches Debian trees to test in, from the mirror that this machine's apt uses:
#   bookworm, trixie, sid           a minimal system
#   trixie-blender, sid-blender     the same with Blender (4.3, 5.2 LTS) and what it needs to render without a display
# `debian-tree.sh KIND` makes it when it is not there and prints its path; `--path KIND` only prints the path.
# Trees live below RV_CACHE (default ~/.cache/rv), 0.2 GB for a minimal one, 1.2 GB with Blender. Copy one to change it.
set -eu

cache=${RV_CACHE:-${HOME:-/tmp}/.cache/rv}
packages='blender python3-numpy python3-pil libegl1 libegl-mesa0 libgl1-mesa-dri libgl1 libopengl0'

die() {
    echo "debian-tree.sh: $*" >&2
    exit 3
}

path_of() {
    case $1 in
    trixie-blender | sid-blender) echo "$cache/${1%-blender}" ;;
    bookworm | trixie | sid) echo "$cache/$1-minimal" ;;
    *) die "KIND is bookworm, trixie, sid, trixie-blender or sid-blender, not '$1'" ;;
    esac
}

if [ "${1-}" = --path ]; then
    path_of "${2-}"
    exit 0
fi

kind=${1-}
tree=$(path_of "$kind")
suite=${kind%-blender}
[ "$kind" != "$suite" ] || packages=
# The mark of a finished tree names what was installed in it.
is_done() {
    [ -d "$tree" ] && [ "$(cat "$tree.done" 2>/dev/null || echo none)" = "$packages" ]
}
if is_done; then
    echo "$tree"
    exit 0
fi

[ "$(id -u)" = 0 ] || die "making a Debian tree needs root"
command -v debootstrap >/dev/null || die "debootstrap is not installed"
mirror=$(apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' 'Identifier: Packages' 2>/dev/null |
    awk '$2 == "main" && $1 !~ /security/ { print $1; exit }')
[ -n "$mirror" ] || die "apt knows no mirror of Debian"

# A mirror may lag behind its own dates.
apt_in_tree() {
    DEBIAN_FRONTEND=noninteractive LC_ALL=C chroot "$tree" apt-get -q -y --no-install-recommends \
        -o Acquire::Check-Valid-Until=false -o Acquire::Retries=3 "$@" || die "apt-get failed in the tree"
}

mkdir -p "$cache"
exec 9>"$tree.lock"
flock 9
if ! is_done; then
    base=
    [ "$kind" = "$suite" ] || base=$("$0" "$suite" 9>&-) || exit 3
    (
        # A finished tree only lacks packages.
        if [ ! -e "$tree.done" ]; then
            rm -rf "$tree"
            if [ -z "$base" ]; then
                debootstrap --variant=minbase "$suite" "$tree" "$mirror" || die "debootstrap failed"
            else
                cp -a -x "$base" "$tree" || die "copying $base failed"
            fi
        fi
        # The host may reach its mirror by a resolver that only it knows.
        cp /etc/resolv.conf "$tree/etc/resolv.conf" 2>/dev/null || :
        if [ -n "$packages" ]; then
            # The lists are as old as the base: sid has moved on since.
            apt_in_tree update
            # shellcheck disable=SC2086 # a list
            apt_in_tree install $packages
        fi
        chroot "$tree" apt-get clean
    ) >"$tree.log" 2>&1 || die "see $tree.log: $(grep '^[WE]:' "$tree.log" || tail -n1 "$tree.log")"
    echo "$packages" >"$tree.done"
fi
echo "$tree"
