#!/bin/sh
# SPDX-License-Identifier: MIT
# Each check of rv-verify has a damage in tests/mutations that raises it; each of severity error or fatal has two, one of
# structure and one of meaning, but for those that tests/mutations/kinds says have one kind; what damages expect are checks.
set -u
cd "$(dirname "$0")/../.." || exit 3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
rows() { # SEVERITIES
    sed -nE 's/^VERIFY_CHECK\([A-Z0-9_]+, "([^"]+)", ('"$1"'),.*/\1/p' tools/verify/checks.def | sort
}
rows 'FATAL|ERROR|WARN|INFO' >"$dir/checks"
rows 'FATAL|ERROR' >"$dir/grave"
for expect in tests/mutations/*/expect; do
    cut -d' ' -f1 "$expect" | sort -u
done | sort >"$dir/raised"
sort -u "$dir/raised" >"$dir/once"
uniq -d "$dir/raised" >"$dir/twice"
for base in tests/mutations/*/base; do
    read -r _ kind _ <"$base"
    sed "s/ .*/ $kind/" "${base%base}expect"
done | sort -u >"$dir/kinds"
{
    sed 's/.* //' "$dir/kinds" | sort -u | grep -vxE 'structure|meaning' | sed 's/.*/tests\/mutations: & is no kind of damage/'
    for kind in structure meaning; do
        sed "s/$/ $kind/" "$dir/grave"
    done | sort | comm -23 - "$dir/kinds" >"$dir/lacks"
    # What has one kind alone lacks the other one.
    sed 's/ structure$/ MEANING/; s/ meaning$/ structure/; s/ MEANING$/ meaning/' tests/mutations/kinds | sort >"$dir/allowed"
    comm -23 "$dir/lacks" "$dir/allowed" | sed 's/\(.*\) \(.*\)/tests\/mutations: no damage of \2 raises \1/'
    comm -13 "$dir/lacks" "$dir/allowed" | sed 's/\(.*\) \(.*\)/tests\/mutations\/kinds: a damage of \2 raises \1/'

    [ "$(grep -c '^VERIFY_CHECK' tools/verify/checks.def)" = "$(wc -l <"$dir/checks")" ] ||
        echo "tools/verify/checks.def: a row that is not read here"
    comm -23 "$dir/checks" "$dir/once" | sed 's/.*/tools\/verify\/checks.def: no mutation raises &/'
    comm -13 "$dir/checks" "$dir/once" | sed 's/.*/tests\/mutations: & is no check/'
    comm -23 "$dir/grave" "$dir/twice" | sed 's/.*/tools\/verify\/checks.def: one mutation alone raises &/'
} | tee "$dir/faults"
[ ! -s "$dir/faults" ]
