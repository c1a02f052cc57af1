#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What rv can do on each Blender: tests/matrix.sh REPORT. Runs the Python tests, the examples among them, inside this
# machine's Blender and those of the Debian trees, tries each feature in each, and writes the table to REPORT (Markdown);
# docs/blenders.md holds a copy of it, made by `--docs` in the place of REPORT. A Blender that is not there is named with
# the reason. Exit status: 0, or 1 when a test failed or a feature does what it should not.
set -uo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
report=$1
page=$root/docs/blenders.md
work=$root/build/matrix
status=0

rm -rf "$work"
mkdir -p "$work"
suites=() columns=()
for version in '' 4.3 5.2; do
    suite=python${version:+-$version}
    blender=${RV_BLENDER:-blender}
    [ -z "$version" ] || blender=$root/tests/lib/blender-$version
    if [ -n "$version" ] && ! reason=$("$blender" --check 2>&1); then
        echo "matrix: $reason" >&2
        continue
    fi
    suites+=("$suite")
    "$root/tests/matrix/probe.sh" "$blender" >"$work/$suite" || status=1
    columns+=("$suite")
done
table() {
    (cd "$work" && awk -f "$root/tests/matrix/table.awk" "${columns[@]}")
}
grep -H 'FAILS' -r "$work" | sed "s|^$work/|matrix: |" >&2

if [ "$report" = --docs ]; then
    [ ${#columns[@]} = 3 ] && [ $status = 0 ] || { echo "matrix: $page needs all three" >&2; exit 1; }
    { sed '/^| Blender |/,$d' "$page"; table; } >"$page.new" && mv "$page.new" "$page"
    exit
fi

"$root/tests/run.sh" "${suites[@]}" || status=1
{
    table
    printf '\n| tests | passed | failed | skipped |\n|---|---|---|---|\n'
    for suite in "${suites[@]}"; do
        awk -v blender="$(sed -n 's/^facts\tBlender\t//p' "$work/$suite")" '
            /^not ok/ { failed++; next }
            /^ok .*# skip/ { skipped++; next }
            /^ok/ { passed++ }
            END { printf "| Blender %s: the Python package and the examples | %d | %d | %d |\n", blender, passed, failed, skipped }
        ' "$root/build/check/$suite.tap"
    done
} >"$report"
cat "$report"
exit $status
