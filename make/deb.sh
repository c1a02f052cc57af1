#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes Debian packages of an installed tree: make/deb.sh VERSION STAGE OUT
#
# STAGE is what `make install DESTDIR=STAGE PREFIX=/usr` has made; it is taken apart. The packages go to OUT, for the
# architecture and the libraries of this machine: build on the Debian that they are for. With SOURCE_DATE_EPOCH the same
# source gives the same bytes.
#
#   rv-pipeline           the tools, what runs in Blender, man pages, completions, pipelines
#   rv-pipeline-examples  scenes to start from, and the documentation
#   python3-rv-client     rv.client for Python programs outside of Blender
set -eu
version=$1 stage=$2 out=$3
here=$(cd "$(dirname "$0")/.." && pwd)
work=$out/work
arch=$(dpkg --print-architecture)
maintainer="${DEBFULLNAME:-The rv authors} <${DEBEMAIL:-rv@example.org}>"
rm -rf "$work"
mkdir -p "$work"

move() { # PACKAGE PATH...: from the stage into the package
    package=$1
    shift
    for path; do
        mkdir -p "$work/$package/$(dirname "$path")"
        mv "$stage/$path" "$work/$package/$path"
    done
}

put_documents() { # PACKAGE
    doc=$work/$1/usr/share/doc/$1
    mkdir -p "$doc"
    {
        echo 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/'
        printf '\nFiles: *\nCopyright: %s\nLicense: Expat\n' "$(sed -n 's/^Copyright (c) //p' "$here/LICENSE")"
        sed -n '/^Permission/,$s/^$/./;/^Permission/,$s/^/ /p' "$here/LICENSE"
    } >"$doc/copyright"
    {
        printf 'rv-pipeline (%s) stable; urgency=medium\n\n  * Made of the source of this version: see CHANGELOG.md there.\n\n' "$version"
        printf ' -- %s  %s\n' "$maintainer" "$(LC_ALL=C date -u -R -d "@${SOURCE_DATE_EPOCH:-0}")"
    } | gzip -9n >"$doc/changelog.gz"
}

# Which packages the programs of one need.
libraries_of() { # PACKAGE
    mkdir -p "$work/debian"
    : >"$work/debian/control"
    (cd "$work" && dpkg-shlibdeps -O "$1"/usr/bin/* 2>/dev/null) | sed 's/^shlibs:Depends=//'
}

build() { # PACKAGE ARCH SECTION DEPENDS RECOMMENDS DESCRIPTION (of which the first line is the synopsis)
    put_documents "$1"
    mkdir -p "$work/$1/DEBIAN"
    size=$(du -sk --apparent-size "$work/$1" | cut -f1)
    {
        printf 'Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: %s\n' "$1" "$version" "$2" "$maintainer"
        printf 'Installed-Size: %s\nDepends: %s\n' "$size" "$4"
        [ -z "$5" ] || printf 'Recommends: %s\n' "$5"
        printf 'Section: %s\nPriority: optional\nDescription: %s\n' "$3" "$6"
    } >"$work/$1/DEBIAN/control"
    (cd "$work/$1" && find usr -type f -exec md5sum {} + | LC_ALL=C sort -k2) >"$work/$1/DEBIAN/md5sums"
    chmod -R u+rwX,go+rX,go-w "$work/$1"
    dpkg-deb --root-owner-group -Zxz --build "$work/$1" "$out/$1_${version}_$2.deb" >/dev/null
    echo "$out/$1_${version}_$2.deb"
}

for program in "$stage"/usr/bin/*; do
    strip --strip-unneeded --remove-section=.comment --remove-section=.note "$program"
done
find "$stage/usr/share/man" -type f -exec gzip -9n {} +

move rv-pipeline-examples usr/share/rv/examples usr/share/rv/docs
move rv-pipeline usr/bin usr/share/man usr/share/bash-completion usr/share/zsh usr/share/fish usr/share/rv
mkdir -p "$work/rv-pipeline/usr/share/zsh/vendor-completions"
mv "$work"/rv-pipeline/usr/share/zsh/site-functions/* "$work/rv-pipeline/usr/share/zsh/vendor-completions"
rmdir "$work/rv-pipeline/usr/share/zsh/site-functions"
mkdir -p "$work/python3-rv-client/usr/lib/python3/dist-packages"
ln -s ../../../share/rv/blender/rv "$work/python3-rv-client/usr/lib/python3/dist-packages/rv"

build rv-pipeline "$arch" graphics "$(libraries_of rv-pipeline)" 'blender, python3-numpy, python3-pil, jq, make, rv-pipeline-examples' \
    'labelled synthetic datasets with Blender
 Small filters, joined by pipes, that turn a Blender scene script into labelled
 pictures and videos: seeds, renders in a pool of Blenders, masks, boxes, depth,
 and datasets in COCO, YOLO, WebDataset, nerfstudio and many other formats.'
build rv-pipeline-examples all doc "rv-pipeline (>= $version)" '' 'scenes to start from, for rv-pipeline
 Whole scenes with scattering, physics, materials and sequences for rv-blend,
 and the documentation of rv-pipeline, in /usr/share/rv.'
build python3-rv-client all python "python3, rv-pipeline (>= $version)" python3-rich \
    'renders of .blend files from Python programs, by rv-pipeline
 The module rv.client drives the tools of rv-pipeline: pictures, depth, flow,
 segmentation and cameras of .blend files, one or many at a time.'
rm -rf "$work" "$stage"
