#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv-blend as a service: what a second worker gains, what a sample costs, how soon the first one is there, what a sequence
# saves. Rates and costs are those of warm workers, within one run (pace.py). Turn by turn, medians of ROUNDS.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.bash"
export RV_BLENDER=${RV_BLENDER:-$(command -v blender || true)}
[ -n "$RV_BLENDER" ] || { echo "bench: no Blender" >&2; exit 0; }
rounds=${ROUNDS:-5}
FIRST_RV_MS=260 # of a sample at this setting, on a machine with two cores

# ---- small samples ----

pace() { # WORKERS
    local first_s per_s cpu_ms
    rm -rf out
    read -r first_s per_s cpu_ms < <(python3 "$here/pace.py" "$1" 300 \
        "rv-seed seq inf | rv-blend '$here/blend_scene.py' -vv -j$1 --resolution 64,64 --samples 1")
    echo "$first_s" >>first."$1"
    echo "$per_s" >>per_s."$1"
    echo "$cpu_ms" >>cpu."$1"
}

# Until the picture is there: what Blender does at its end does not count.
lean_first() {
    local start
    start=$(date +%s.%N)
    "$RV_BLENDER" --background --factory-startup -noaudio --python-exit-code 70 --python "$here/lean_loop.py" -- \
        "$PWD" 0 1 >log 2>&1 </dev/null || { tail -n 20 log >&2; exit 1; }
    stat -c %.9Y 0.png | awk -v start="$start" '{ print $1 - start }' >>first.lean
}

for ((round = 0; round < rounds; round++)); do
    pace 1
    pace 2
    lean_first
done
awk -v one="$(median per_s.1)" -v two="$(median per_s.2)" -v ratio="$(ratio per_s.2 per_s.1)" \
    -v cpu_one="$(median cpu.1)" -v cpu_two="$(median cpu.2)" -v theirs=$FIRST_RV_MS 'BEGIN {
    printf "| rv-blend -j2 / -j1, 64x64, 1 sample a pixel | %.1f samples/s | %.1f samples/s | %.2f | ≥ 1.5 |\n", two, one, ratio
    printf "| processor time of a sample, -j2 / -j1 | %.1f ms | %.1f ms | %.2f | - |\n", cpu_two, cpu_one, cpu_two / cpu_one
    printf "| a sample, rv-blend -j1 / the first program of this name | %.1f ms | %d ms | %.1f | ≥ 5 |\n",
        1000 / one, theirs, theirs * one / 1000 }'
awk -v one="$(median first.1)" -v two="$(median first.2)" -v lean="$(median first.lean)" \
    -v against_lean="$(ratio first.1 first.lean)" -v against_one="$(ratio first.2 first.1)" 'BEGIN {
    printf "| first record, rv-blend -j1 / first picture of the leanest loop | %.2f s | %.2f s | %.2f | - |\n",
        one, lean, against_lean
    printf "| first record, rv-blend -j2 / -j1 | %.2f s | %.2f s | %.2f | - |\n", two, one, against_one }'

# ---- frames of one scene ----

# Milliseconds that the last of SEQUENCES was rendered.
frames() { # SEQUENCES FRAMES
    rm -rf out
    rv-seed seq "$1" | rv-blend "$here/still_life.py" -j1 --resolution 64,64 --samples 1 --frames "1..$2" -q >records
    tail -n1 records | jq -e '1000 * .run.render_s'
}
for ((round = 0; round < rounds; round++)); do
    frames 2 1 >>still
    frames 2 61 >>sequence
done
paste sequence still | awk '{ print ($1 - $2) / 60 }' >frame
awk -v frame="$(median frame)" -v still="$(median still)" -v ratio="$(ratio still frame)" 'BEGIN {
    printf "| a frame of a sequence / of its own, 130,000 faces | %.1f ms | %.1f ms | %.1f | > 5 |\n", frame, still, ratio }'
