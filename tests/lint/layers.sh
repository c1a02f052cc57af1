#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The layer rule of the C source: a module of tools/lib includes only what stands before it in the list "Layers" of
# tools/README.md; a folder of tools/ is included only by the tools named with it; no tool includes another; each
# third-party header is known to one module.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
status=0
shopt -s nullglob

say() {
    echo "$*"
    status=1
}

# "hash png" on a line: png may include hash. "file+dir": one module in two files.
declare -A place private
n=0
while read -r line; do
    for word in $line; do
        n=$((n + 1))
        for name in ${word//+/ }; do
            place[$name]=$n
        done
    done
done < <(sed -n '/^<!-- layers -->/,/^<!-- end -->/s/^    //p' tools/README.md)
while read -r folder users; do
    private[$folder]=$users
done < <(sed -n '/^<!-- folders -->/,/^<!-- end -->/s/^    //p' tools/README.md)
[ "$n" -gt 0 ] || say "tools/README.md: no list of layers"

for file in tools/lib/*.[ch]; do
    name=$(basename "${file%.*}")
    [ -n "${place[$name]-}" ] || { say "$file: not in the layers of tools/README.md"; continue; }
    while read -r header; do
        other=${header%.h}
        case $header in
        */*) say "$file: includes $header, which is not of tools/lib" ;;
        *)
            if [ -z "${place[$other]-}" ] || [ "${place[$other]}" -gt "${place[$name]}" ]; then
                say "$file: includes $header, which does not stand before it in the layers of tools/README.md"
            fi
            ;;
        esac
    done < <(sed -n 's/^#include "\(.*\)"/\1/p' "$file")
done
for name in "${!place[@]}"; do
    [ -e "tools/lib/$name.h" ] || [ -e "tools/lib/$name.c" ] || say "tools/README.md: there is no tools/lib/$name.[ch]"
done

for file in tools/*.c tools/*/*.[ch]; do
    case $file in tools/lib/*) continue ;; esac
    folder=$(basename "$(dirname "$file")")
    tool=$(basename "$file" .c)
    while read -r header; do
        other=${header%%/*}
        case $header in
        */*)
            case " ${private[$other]-} $other " in
            *" $folder "* | *" $tool "*) ;;
            *) say "$file: includes $header, private to: ${private[$other]-nobody}" ;;
            esac
            ;;
        *) [ -e "tools/lib/$header" ] || [ -e "$(dirname "$file")/$header" ] || say "$file: includes $header" ;;
        esac
    done < <(sed -n 's/^#include "\(.*\)"/\1/p' "$file")
done

# Everything that is not of the C library or the system: one file knows it.
while read -r pattern owners; do
    while read -r file; do
        [[ " $owners " == *" $file "* ]] || say "$file: <$pattern> belongs to $owners"
    done < <(grep -lE "^#include <$pattern>" -r tools --include='*.[ch]' 2>/dev/null)
done <<'END'
j[qv]\.h tools/lib/json.c
png\.h tools/lib/png.c
libdeflate\.h tools/lib/png.c tools/lib/png_write.c tools/lib/exr.c
(OpenEXR/)?openexr.*\.h tools/lib/exr.c
lib(av|sw).*\.h tools/lib/video.c
zstd\.h tools/lib/zst.c
openssl/.*\.h tools/lib/hash.c
END
exit $status
