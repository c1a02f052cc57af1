#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Joins the shards of a job: merge.sh JOB N for those of N, merge.sh JOB ranges for ranges of indices. JOB is a file as job.sh.
#
# Makes OUT/dataset, with the bytes of a dataset that was made in one run: of the samples, or with datasets=yes in JOB of the
# shards' datasets, whose files are linked. It then has the tar shards of these, which one run has, too, where `mux` says how
# many samples are in one (webdataset:shard-count=K) and all shards but the last have a multiple of that. Exit status: 0 done; 1 done, but more samples than
# `ok_errors` carry an error (each is told); 2 wrong usage; 3 a shard is missing, or the environment failed.
set -u

if [ $# != 2 ] || [[ ! $2 =~ ^([0-9]+|ranges)$ ]]; then
    echo "usage: merge.sh JOB N|ranges" >&2
    exit 2
fi
[ -f "$1" ] || { echo "merge.sh: there is no job file '$1'" >&2; exit 2; }
gen=() mask=() mux=() merge=() datasets=no ok_errors=0
# shellcheck source=pipelines/job.sh
. "$(realpath -s -- "$1")" || exit 2 # a name without a slash would be looked for in PATH
for name in seed blend out; do
    declare -p $name >/dev/null 2>&1 || { echo "merge.sh: '$1' does not say what '$name' is" >&2; exit 2; }
done

names=() shard=I/$2
if [ "$2" = ranges ]; then
    shard=A-B
    mapfile -t names < <(cd "$out/parts" && printf '%s\n' ranges/*-*.jsonl | sort -t/ -k2n | sed 's/\.jsonl$//')
else
    for ((i = 0; i < $2; i++)); do
        names+=("of-$2/$i")
    done
fi
[ ${#names[@]} -gt 0 ] || { echo "merge.sh: no shards" >&2; exit 2; }
parts=() made=() missing=()
for name in "${names[@]}"; do
    part=$out/parts/$name.jsonl dataset=$out/datasets/$name
    [ -f "$part" ] || { missing+=("$part"); continue; }
    parts+=("$part")
    if [ -f "$out/jobs/$name" ] && [ "$(declare -p seed gen blend mask)" != "$(cat "$out/jobs/$name")" ]; then
        echo "merge.sh: warning: shard $name was made when $1 was another one: run it again where that matters" >&2
    fi
    # Of a shard all of whose samples failed there is none.
    if [ "$datasets" = yes ] && jq -ne 'first(inputs | select(.error == null)) | true' "$part" >/dev/null; then
        [ -d "$dataset" ] || { missing+=("$dataset"); continue; }
        made+=("$dataset")
    fi
done
if [ ${#missing[@]} -gt 0 ]; then
    printf 'merge.sh: a shard is missing: %s\n' "${missing[@]:0:10}" >&2
    echo "merge.sh: ${#missing[@]} of ${#names[@]} are missing: make each with 'shard.sh $1 $shard'" >&2
    exit 3
fi
if [ ${#made[@]} -gt 0 ]; then
    rv-mux --merge --wait 60 "${merge[@]}" -o "$out/dataset" "${made[@]}" || exit
    cat "${parts[@]}" | rv-mask --where false --ok-errors "$ok_errors" >/dev/null # counts the errors
else
    cat "${parts[@]}" | rv-mux --ok-errors "$ok_errors" --wait 60 "${mux[@]}" -o "$out/dataset" >/dev/null
fi
worst=$?
grep -h '"error":{' "${parts[@]}" | jq -r 'select(.error) | "\(.id): \(.error.message | split("\n")[0])"' >&2
exit $worst
