#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Measures: tests/bench.sh REPORT [NAME]... Each tests/bench/NAME.sh compares rv with something else in one run and prints
# rows "| what | rv | against | ratio | goal |"; together they are one table, printed and written to REPORT.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
report=$1
shift
export RV_ROOT=$root RV_BIN=${RV_BIN:-$root/build/release/bin}
RV_BIN=$(cd "$RV_BIN" && pwd)
export PATH=$RV_BIN:$PATH LC_ALL=C.UTF-8

scripts=()
for name in "$@"; do
    scripts+=("$root/tests/bench/$name.sh")
done
[ $# -gt 0 ] || scripts=("$root"/tests/bench/*.sh)

mkdir -p "$(dirname "$report")"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/rv-bench.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
status=0
{
    printf '%s, %d cores, %s\n\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n1)" "$(nproc)" \
        "$(rv-seed --version | head -n1)"
    echo '| what | rv | against | ratio | goal |'
    echo '|---|---|---|---|---|'
} | tee "$report"
for script in "${scripts[@]}"; do
    name=$(basename "$script" .sh)
    mkdir "$scratch/$name"
    (cd "$scratch/$name" && bash "$script") | grep '^|' | tee -a "$report" || { echo "bench: $name failed" >&2; status=1; }
    rm -rf "${scratch:?}/$name"
done
exit $status
