#!/bin/sh
# SPDX-License-Identifier: MIT
# Each check of rv-verify has a damage in tests/mutations that raises it, and what these expect are checks.
set -u
cd "$(dirname "$0")/../.." || exit 3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
sed -nE 's/^VERIFY_CHECK\([A-Z0-9_]+, "([^"]+)".*/\1/p' tools/verify/checks.def | sort >"$dir/checks"
cat tests/mutations/*/expect | cut -d' ' -f1 | sort -u >"$dir/raised"
[ -s "$dir/checks" ] || echo "tools/verify/checks.def: no check found"
comm -23 "$dir/checks" "$dir/raised" | sed 's/.*/tools\/verify\/checks.def: no mutation raises &/'
comm -13 "$dir/checks" "$dir/raised" | sed 's/.*/tests\/mutations: & is no check/'
cmp -s "$dir/checks" "$dir/raised"
