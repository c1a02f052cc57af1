#!/bin/bash
# SPDX-License-Identifier: MIT
# What a container of the image runs: without arguments the demo into /out, with one argument that shell pipeline, with
# more that command. A signal goes to every process of the pipeline (tini -g); this shell waits for their clean end. The
# status of a pipeline is the largest of its tools'.
set -eu

pipeline() {
    trap : HUP INT TERM
    set +eu -o pipefail
    local all status worst=0
    eval "$1
all=(\"\${PIPESTATUS[@]}\")"
    for status in "${all[@]}"; do
        [ "$status" -le "$worst" ] || worst=$status
    done
    exit "$worst"
}

case $# in
0) exec /usr/local/share/rv/examples/demo.sh /out ;;
1) pipeline "$1" ;;
*) exec "$@" ;;
esac
