#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Joins the shards of a job: merge.sh JOB N for those of N, merge.sh JOB ranges for ranges of indices. JOB is a file as job.sh.
#
# Makes OUT/dataset, with the bytes of a dataset that was made in one run. Exit status: 0 done; 1 done, but more samples than
# `ok_errors` carry an error (each is told); 2 wrong usage; 3 a shard is missing, or the environment failed.
set -u

if [ $# != 2 ]; then
    echo "usage: merge.sh JOB N|ranges" >&2
    exit 2
fi
mux=() ok_errors=0
# shellcheck source=pipelines/job.sh
. "$1" || exit 2

parts=()
if [ "$2" = ranges ]; then
    mapfile -t parts < <(cd "$out/parts/ranges" && printf '%s\n' ./*-*.jsonl | sort -t/ -k2n | sed "s|^\.|$out/parts/ranges|")
else
    for ((i = 0; i < $2; i++)); do
        parts+=("$out/parts/of-$2/$i.jsonl")
    done
fi
[ ${#parts[@]} -gt 0 ] || { echo "merge.sh: no shards" >&2; exit 2; }
for part in "${parts[@]}"; do
    [ -f "$part" ] || { echo "merge.sh: a shard is missing: $part" >&2; exit 3; }
done
cat "${parts[@]}" | rv-mux --ok-errors "$ok_errors" --wait 60 "${mux[@]}" -o "$out/dataset" >/dev/null
worst=$?
grep -h '"error":{' "${parts[@]}" | jq -r 'select(.error) | "\(.id): \(.error.message | split("\n")[0])"' >&2
exit $worst
