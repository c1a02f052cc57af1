#!/bin/bash
# SPDX-License-Identifier: MIT
# What a container of the image runs: without arguments the demo into /out, with one argument that shell pipeline, with
# more that command. A signal goes to every process of the pipeline (tini -g); this shell waits for their clean end.
set -eu

case $# in
0) exec /usr/local/share/rv/examples/demo.sh /out ;;
1) exec bash -o pipefail -c 'trap : HUP INT TERM; eval "$1"' rv-pipeline "$1" ;;
*) exec "$@" ;;
esac
