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

# "hash png" on a line: png may include hash. "file+dir": two that know each other. What is called exr_NAME is part of exr.
declare -A place private

# The module that a file or header belongs to.
module_of() {
    local name=${1##*/}
    name=${name%.*}
    while [ -z "${place[$name]-}" ] && [[ $name == *_* ]]; do
        name=${name%_*}
    done
    echo "$name"
}

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
    name=$(module_of "$file")
    [ -n "${place[$name]-}" ] || { say "$file: not in the layers of tools/README.md"; continue; }
    while read -r header; do
        other=$(module_of "$header")
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
    compgen -G "tools/lib/$name.*" >/dev/null || say "tools/README.md: there is no tools/lib/$name.*"
done

for file in tools/*.c tools/*/*.[ch] tools/*/*/*.[ch]; do
    case $file in tools/lib/*) continue ;; esac
    folder=${file#tools/}
    folder=${folder%%/*}
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

# A folder within a folder stands below or above the files beside it, not both.
for folder in tools/*/*/; do
    inner=${folder#tools/}
    outer=${inner%%/*}
    up=$(grep -lE "^#include \"$outer/[^/]*\"" "$folder"*.[ch])
    down=$(grep -lE "^#include \"$inner" "tools/$outer"/*.[ch])
    [ -z "$up" ] || [ -z "$down" ] || say "$folder includes what is beside it, and $down includes it"
done

# Everything that is not of the C library or the system: one module knows it, in all its files.
while read -r pattern owners; do
    while read -r file; do
        [[ $file == tools/lib/* && " $owners " == *" $(module_of "$file") "* ]] || say "$file: <$pattern> belongs to $owners"
    done < <(grep -lE "^#include <$pattern>" -r tools --include='*.[ch]')
done <<'END'
j[qv]\.h filter
png\.h png
libdeflate\.h deflate png exr npz
(OpenEXR/)?openexr.*\.h exr
lib(av|sw).*\.h video
zstd\.h zst
openssl/.*\.h hash
ft2build\.h draw
END
exit $status
