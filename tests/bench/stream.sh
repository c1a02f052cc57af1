#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What records cost that nothing is done to: a filter that passes them on against jq, and the memory of a filter over a
# thousand and a million records. The best of three.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)

# "SECONDS KIB" of the fastest run.
cost() {
    for _ in 1 2 3; do
        python3 "$here/cost.py" "$1"
    done | sort -g | head -n1
}

# 200,000 lines of some 140 bytes.
awk 'BEGIN {
    for (i = 0; i < 200000; i++)
        printf "{\"id\":\"%08d\",\"index\":%d,\"seed\":%d,\"seed_mode\":\"seq\",\"params\":{\"hue\":0.25,\"name\":\"x\"},\"error\":{\"code\":\"x\",\"message\":\"y\"}}\n", i, i, i
}' >records
sed 's/,"error":.*/}/' records >plain
lines=$(wc -l <records)

# Records with an error are passed on by every tool; jq reads and writes them as they are.
read -r rv_s _ < <(cost 'rv-mask <records >out || [ $? = 1 ]')
read -r jq_s _ < <(cost 'jq -c . <records >out.jq')
cmp records out
awk -v rs="$rv_s" -v js="$jq_s" -v n="$lines" 'BEGIN {
    printf "| records passed on / jq -c . | %.0f lines/s | %.0f lines/s | %.1f | ≥ 2 |\n", n / rs, n / js, js / rs }'
read -r rv_s _ < <(cost 'rv-mask --where false <plain >out')
cmp plain out
awk -v rs="$rv_s" -v js="$jq_s" -v n="$lines" 'BEGIN {
    printf "| rv-mask --where false / jq -c . | %.0f lines/s | %.0f lines/s | %.1f | - |\n", n / rs, n / js, js / rs }'

read -r _ many_kib < <(cost 'for i in 1 2 3 4 5; do sed "s/^{\"id\":\"/&$i/" plain; done | rv-mask --where false >/dev/null')
read -r _ few_kib < <(cost 'head -n 1000 plain | rv-mask --where false >/dev/null')
awk -v many="$many_kib" -v few="$few_kib" 'BEGIN {
    printf "| rv-mask --where false, memory of 1,000,000 records / 1,000 | %.1f MiB | %.1f MiB | %.2f | 1 |\n",
        many / 1024, few / 1024, many / few }'
