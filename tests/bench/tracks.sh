#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Tracks of 10,000 points over 60 frames of 640x480: rv-mask against a NumPy script that reads the same passes and points,
# takes all points of a frame at once and writes the same arrays, one thread each. In turns, the medians of each. rv-mask
# makes index maps, boxes and run lengths of the frames besides, and the script does not: rv's time is what tracks add to
# that, reading of depth and points and writing of the file. The script's is without its start and imports. The sequence
# is kept in build/bench.
set -euo pipefail

. "$(dirname "$0")/common.bash"

python=$(python_with numpy) || {
    echo '| tracks | - | NumPy | skipped: python3-numpy is not installed | - |'
    exit 0
}

rounds=${ROUNDS:-5}
corpus=$RV_ROOT/build/bench/tracks
numpy=$RV_ROOT/tests/bench/tracks_numpy.py
mkdir -p "$corpus"
if [ ! -e "$corpus/records.jsonl" ]; then
    (cd "$corpus" && "$python" "$numpy" make . 60 640 480 30 10000 >new && mv new records.jsonl)
fi

# What is labelled is a copy each time, and none goes before the end: a file system is slow where files have just gone.
turn=0
fresh() {
    turn=$((turn + 1))
    [ ! -e tracks ] || mv tracks tracks.$turn
    cp -al "$corpus/tracks" tracks
}

for _ in $(seq "$rounds"); do
    fresh
    "$python" "$numpy" track <"$corpus/records.jsonl" 2>>numpy.ms
    mv tracks/Tracks.npz numpy.npz
    fresh
    timed without.ms rv-mask -q -j1 --outputs index --keep passes <"$corpus/records.jsonl" >rv.jsonl
    fresh
    timed with.ms rv-mask -q -j1 --outputs tracks --keep passes <"$corpus/records.jsonl" >rv.jsonl
done
paste -d' ' with.ms without.ms | awk '{ print $1 - $3, $2 - $4 }' >rv.ms
"$python" "$numpy" same numpy.npz tracks/Tracks.npz
rows 'tracks of 10,000 points, 60 frames of 640x480 / NumPy' rv.ms numpy.ms 20 20
