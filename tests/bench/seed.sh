#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What making records costs: bytes per second of rv-seed against seq, both through a pipe, in turns; the median of the
# ratios of the turns. And the memory of ten million lines against that of a thousand.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)

seconds() {
    python3 "$here/cost.py" "$1" | cut -d' ' -f1
}

# The most memory that an endless sequence took until N lines of it were read. Seen while it waits for its reader, so
# that nothing counts but the program itself.
memory_kib() {
    local pid
    mkfifo lines
    rv-seed seq inf >lines &
    pid=$!
    { head -n "$1" >/dev/null; sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB$/\1/p' "/proc/$pid/status"; } <lines
    wait "$pid" || :
    rm lines
}

rv_bytes=$(rv-seed seq 10000000 | wc -c)
seq_bytes=$(seq 10000000 | wc -c)
for _ in 1 2 3 4 5; do
    rv_s=$(seconds 'rv-seed seq 10000000 | cat >/dev/null')
    seq_s=$(seconds 'seq 10000000 | cat >/dev/null')
    awk -v rs="$rv_s" -v ss="$seq_s" -v rb="$rv_bytes" -v sb="$seq_bytes" \
        'BEGIN { print (rb / rs) / (sb / ss), rb / rs / 1e6, sb / ss / 1e6, 10 / rs, 10 / ss }'
done | sort -g | awk 'NR == 3 {
    printf "| rv-seed seq 10000000, bytes per second / seq | %.0f MB/s, %.1f M lines/s | %.0f MB/s, %.1f M lines/s | %.2f | ≥ 0.5 |\n",
        $2, $4, $3, $5, $1 }'

many_kib=$(memory_kib 10000000)
few_kib=$(memory_kib 1000)
awk -v many="$many_kib" -v few="$few_kib" 'BEGIN {
    printf "| rv-seed, memory of 10,000,000 lines / 1,000 | %.1f MiB | %.1f MiB | %.2f | 1 |\n",
        many / 1024, few / 1024, many / few }'
