#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Prefix = folder: what tools/lib exports begins with rv_ (RV_), what tools/FOLDER exports with FOLDER_: functions and
# data (as the linker sees them), structs, enums, types and macros of headers. So a name tells where it is defined.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=${RV_BIN:-build/release/bin}/..
status=0

# Each line of stdin is a name that has another prefix than its folder.
wrong() { # FOLDER PREFIX
    local name upper=${2^^}
    while read -r name; do
        echo "tools/$1: '$name' does not begin with $2"
        status=1
    done < <(grep -vE "^($2|$upper|(${2%_}|${upper%_})$)" | sort -u)
}

for folder in tools/*/; do
    folder=$(basename "$folder")
    case $folder in
    man | completions) continue ;;
    lib) prefix=rv_ ;;
    *) prefix=${folder}_ ;;
    esac
    wrong "$folder" "$prefix" < <(
        find "$build/$folder" -name '*.o' ! -name main.o -exec nm -g --defined-only {} + 2>/dev/null |
            awk 'NF == 3 && $3 !~ /^(__|_GLOBAL|DW\.)/ { print $3 }'
        find "tools/$folder" -name '*.h' -exec cat {} + | sed -nE \
            -e 's/^(struct|enum|union) ([A-Za-z_][A-Za-z0-9_]*) \{.*/\2/p' \
            -e 's/^#define ([A-Za-z_][A-Za-z0-9_]*).*/\1/p' \
            -e 's/^typedef [^(]* \**([A-Za-z_][A-Za-z0-9_]*)(\(.*)?;?$/\1/p' | grep -vE '_H$|^_GNU_SOURCE$|^_FILE_OFFSET_BITS$'
    )
done
exit $status
