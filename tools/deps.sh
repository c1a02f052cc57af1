#!/bin/sh
# SPDX-License-Identifier: MIT
# Finds what is missing for a purpose and installs it with apt-get: tools/deps.sh [--check] PURPOSE...
#
#   build    compiler, make and libraries         test    what `make check` runs
#   demo     a Blender                            bench   what `make bench` compares with
#   lint     `make lint`, `format` and `fuzz`     docker  an engine to build the image with
#   tree     what makes a Debian 13 tree to test in
#   soak     what CHECK=soak runs besides         browser to look at pages with
#   site     what builds the site of the documentation
#   engines  what distributes shards: parallel, ssh, Slurm, Snakemake, rclone, npm
#
# With --check or DEPS=no it only says what is missing and how to get it. On a terminal it says how much it is and asks,
# unless YES=1. Debian 12 and 13; as root or through sudo.
# Exit status: 0 all there, 2 wrong usage, 3 something is missing.
set -u

missing_packages=
missing_things=

miss() { # PACKAGE THING
    case " $missing_packages " in
    *" $1 "*) ;;
    *) missing_packages="$missing_packages $1" ;;
    esac
    case "$missing_things, " in
    *", $2, "*) ;;
    *) missing_things="$missing_things, $2" ;;
    esac
}

# Daemons and administrators' tools are often outside a user's PATH.
need_command() { # COMMAND [PACKAGE]
    PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null 2>&1 || miss "${2:-$1}" "$1"
}

need_module() { # MODULE PACKAGE
    pkg-config --exists "$1" 2>/dev/null || miss "$2" "$1"
}

need_header() { # HEADER PACKAGE
    echo "#include <$1>" | ${CC:-cc} -E -o /dev/null - 2>/dev/null || miss "$2" "$1"
}

# Debian's Python may not be the first in PATH: its modules are looked for where they lie.
need_python() { # MODULE PACKAGE
    set -- "$1" "$2" /usr/lib/python3/dist-packages/"$1"*
    [ -e "$3" ] || python3 -c "import $1" 2>/dev/null || miss "$2" "$1 for Python"
}

need_font() {
    [ -r "${FONT:-/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf}" ] || miss fonts-dejavu-core 'the font DejaVu Sans'
}

need() { # PURPOSE
    case $1 in
    build)
        case ${CC:-cc} in
        cc | gcc) need_command "${CC:-cc}" gcc ;;
        *) need_command "${CC%% *}" ;;
        esac
        need_command make
        need_command pkg-config
        need_header stdio.h libc6-dev
        need_header jq.h libjq-dev
        need_module libdeflate libdeflate-dev
        need_module libpng libpng-dev
        need_module OpenEXR libopenexr-dev
        need_module libavformat libavformat-dev
        need_module libavcodec libavcodec-dev
        need_module libswscale libswscale-dev
        need_module libavutil libavutil-dev
        need_module libzstd libzstd-dev
        need_module libcrypto libssl-dev
        need_module freetype2 libfreetype-dev
        need_font
        ;;
    demo)
        need_command jq
        if [ -z "${RV_BLENDER:-}${BLENDER_PATH:-}" ]; then
            need_command blender
            need_python numpy python3-numpy
            need_python PIL python3-pil
        fi
        ;;
    test)
        need demo
        need_command bats
        need_command git
        need_command jq
        need_command ffprobe ffmpeg
        need_command zstd
        need_command python3
        need_python jsonschema python3-jsonschema
        need_python jedi python3-jedi
        need_python rich python3-rich
        need_python numpy python3-numpy
        need_python cv2 python3-opencv
        need_python PIL python3-pil
        need_python yaml python3-yaml
        need_command mypy
        need_command ps procps
        need_command Xvfb xvfb
        ;;
    bench)
        need_command python3
        need_command pngcheck
        need_python numpy python3-numpy
        need_python cv2 python3-opencv
        ;;
    lint)
        need_command clang
        need_command clang-format
        need_command shellcheck
        need_command mandoc
        need_command flake8
        need_command black
        need_command mypy
        need_command fish
        need_command zsh
        ;;
    docker)
        need_command dockerd docker.io
        need tree
        ;;
    browser)
        need_command chromium
        ;;
    site)
        need_command pandoc
        need_command mandoc
        ;;
    engines)
        need_command parallel
        need_command sshd openssh-server
        need_command ssh openssh-client
        need_command munged munge
        need_command slurmctld
        need_command slurmd
        need_command sbatch slurm-client
        need_command snakemake
        need_command rclone
        need_command npm
        ;;
    soak)
        need_command buildah
        ;;
    tree)
        need_command debootstrap
        need_command unshare util-linux
        ;;
    *)
        echo "deps.sh: PURPOSE is build, test, demo, bench, lint, docker, tree, browser, site, engines or soak, not '$1'" >&2
        exit 2
        ;;
    esac
}

only_check=
[ "${DEPS:-yes}" != no ] || only_check=1
if [ "${1-}" = --check ]; then
    only_check=1
    shift
fi
[ $# -gt 0 ] || need ''
for purpose in "$@"; do
    need "$purpose"
done
[ -n "$missing_packages" ] || exit 0

say() {
    echo "missing: ${missing_things#, }; install with: apt-get install --no-install-recommends$missing_packages" >&2
}

if [ -n "$only_check" ]; then
    say
    exit 3
fi
if ! command -v apt-get >/dev/null; then
    say
    echo "deps.sh: this system has no apt-get; its packages may have other names" >&2
    exit 3
fi
as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { say; echo "deps.sh: run that as root, or install sudo" >&2; exit 3; }
    as_root=sudo
fi
# What apt says goes to a file, which is named when it fails.
log=${TMPDIR:-/tmp}/rv-deps.$$.log
apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -q "$@" >>"$log" 2>&1 </dev/null
}
fail() {
    tail -n 20 "$log" >&2
    say
    echo "deps.sh: all that apt-get said is in $log" >&2
    exit 3
}

[ -z "$as_root" ] || sudo -v || exit 3
apt update || fail
# shellcheck disable=SC2086 # a list of packages
sizes=$(LC_ALL=C apt-get -q --assume-no --no-install-recommends install $missing_packages 2>/dev/null |
    sed -n 's/^Need to get .*/&/p; s/^After this operation, .*/&/p' | tr '\n' ' ')
echo "deps.sh: to be installed with apt-get:$missing_packages" >&2
echo "deps.sh: $sizes" >&2
# A person is asked; YES=1 is the answer beforehand.
if [ -t 0 ] && [ -t 2 ] && [ -z "${YES:-}" ]; then
    printf 'deps.sh: go on? [Y/n] ' >&2
    read -r answer || answer=n
    case $answer in
    '' | [Yy]*) ;;
    *) say; exit 3 ;;
    esac
fi
# What pkg-config or the compiler hid comes to light once they are there: look again, then once more.
# shellcheck disable=SC2086 # a list of packages
apt -y install --no-install-recommends $missing_packages || fail
rm -f "$log"
hash -r
missing_packages=
missing_things=
for purpose in "$@"; do
    need "$purpose"
done
[ -z "$missing_packages" ] || { say; echo "deps.sh: still missing after the installation" >&2; exit 3; }
