#!/bin/sh
# SPDX-License-Identifier: MIT
# Probes a Blender: probe.sh BLENDER prints the lines that probe.py says. A window is only tried where there is Xvfb.
# Exit status: 0, or 1 when something fails that should work.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
blender=$1
dir=$(mktemp -d "${TMPDIR:-/tmp}/rv-matrix.XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir"
status=0
"$blender" --background --factory-startup -noaudio --python-exit-code 70 --python "$here/probe.py" -- "$dir/found" \
    >log 2>&1 </dev/null || status=1
if command -v Xvfb >/dev/null; then
    Xvfb -displayfd 5 -screen 0 640x480x24 -nolisten tcp 5>display 2>>log &
    screen=$!
    for _ in $(seq 600); do
        [ -s display ] || ! kill -0 $screen 2>/dev/null || { sleep 0.1; continue; }
        break
    done
    DISPLAY=:$(cat display) timeout 120 "$blender" --factory-startup -noaudio --python-exit-code 70 \
        --python "$here/probe.py" -- "$dir/window" >>log 2>&1 </dev/null || :
    kill $screen 2>/dev/null || :
    wait $screen || :
    [ -s window ] || { printf 'preview\twindow\tFAILS: none came up\n' >window; status=1; }
    cat window >>found
fi
cat found
[ $status = 0 ] || tail -n 20 log >&2
exit $status
