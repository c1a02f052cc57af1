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
if command -v xvfb-run >/dev/null; then
    timeout 120 xvfb-run -a "$blender" --factory-startup -noaudio --python-exit-code 70 --python "$here/probe.py" -- "$dir/window" \
        >>log 2>&1 </dev/null || :
    [ -s window ] || { printf 'preview\twindow\tFAILS: none came up\n' >window; status=1; }
    cat window >>found
fi
cat found
[ $status = 0 ] || tail -n 20 log >&2
exit $status
