#!/bin/sh
# SPDX-License-Identifier: MIT
# Every header compiles alone, after the prelude: it includes what it uses. And twice: it is guarded.
set -u
cd "$(dirname "$0")/../.." || exit 3
status=0
for header in tools/lib/*.h tools/*/*.h tools/*/*/*.h tests/unit/*.h; do
    [ -e "$header" ] || continue
    printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
        ${CC:-cc} -std=gnu17 -Wall -Wextra -Werror -fsyntax-only -include tools/lib/prelude.h -iquote . -iquote tools/lib \
            -iquote tools -iquote "$(dirname "$header")" -x c - || { echo "$header: does not compile alone"; status=1; }
done
exit $status
