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

# Ticks of the clock that all of the machine's processors were at work, and what of them was for us.
work() {
    awk '$1 == "cpu" { print $2 + $3 + $4 + $7 + $8 }' /proc/stat
    awk '{ print $14 + $15 + $16 + $17 }' "/proc/$$/stat"
}

{
    printf '%s, %d cores, %s\n\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n1)" "$(nproc)" \
        "$(rv-seed --version | head -n1)"
    echo '| what | rv | against | ratio | goal |'
    echo '|---|---|---|---|---|'
} | tee "$report"
for script in "${scripts[@]}"; do
    name=$(basename "$script" .sh)
    mkdir "$scratch/$name"
    mapfile -t before < <(work)
    start_s=$SECONDS
    (cd "$scratch/$name" && bash "$script") | grep '^|' | tee -a "$report" || { echo "bench: $name failed" >&2; status=1; }
    rm -rf "${scratch:?}/$name"
    mapfile -t after < <(work)
    others=$((after[0] - before[0] - after[1] + before[1]))
    awk -v name="$name" -v ticks=$others -v s=$((SECONDS - start_s + 1)) -v per_s="$(getconf CLK_TCK)" 'BEGIN {
        if (ticks / per_s / s >= 0.1)
            printf "\n%s: others kept %.1f processors busy meanwhile\n", name, ticks / per_s / s }' >>"$scratch/others"
done
[ ! -s "$scratch/others" ] || tee -a "$report" <"$scratch/others"
exit $status
