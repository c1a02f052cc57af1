#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes one shard of a job: shard.sh JOB I/N, or shard.sh JOB A-B for the indices from A to B. JOB is a file as job.sh.
#
# Renders and labels the samples in OUT/samples, and writes their records to OUT/parts/of-N/I.jsonl (OUT/parts/ranges/A-B.jsonl),
# which appears by a rename when the shard is whole. With datasets=yes in JOB the shard is a dataset of its own before that,
# OUT/datasets/of-N/I (OUT/datasets/ranges/A-B); --consume in `mux` then lets its samples go as tar shards are finished.
#
# The same command again goes on where it was; two at once for one shard, as when an engine took a machine for lost, do no harm
# (of a dataset, one waits for the other). SIGTERM keeps what is done.
#
# Exit status, that of the first tool that failed: 0 done; 1 done, but more samples than `ok_errors` carry an error; 2 wrong usage;
# 3 the environment failed, or 128 + the number of a signal: the same command again goes on. What an engine is to do: retry
# 3 and signals, not 1, and stop the whole job at 2.
set -um

if [ $# != 2 ] || [[ ! $2 =~ ^[0-9]+(/|-)[0-9]+$ ]]; then
    echo "usage: shard.sh JOB I/N|A-B" >&2
    exit 2
fi
[ -f "$1" ] || { echo "shard.sh: there is no job file '$1'" >&2; exit 2; }
gen=() mask=() mux=() datasets=no ok_errors=0
# shellcheck source=pipelines/job.sh
. "$(realpath -s -- "$1")" || exit 2 # a name without a slash would be looked for in PATH
for name in seed blend out; do
    declare -p $name >/dev/null 2>&1 || { echo "shard.sh: '$1' does not say what '$name' is" >&2; exit 2; }
done
shard=$2
case $shard in
*/*) select=(--shard "$shard") name=of-${shard#*/}/${shard%/*} ;;
*) select=(--range "$shard") name=ranges/$shard ;;
esac
part=$out/parts/$name.jsonl
new=$part.$(uname -n).$$

# Wrong usage is told at once; a shard without samples, of more shards than there are samples, is done.
if [ "${seed[0]}" != list ]; then
    first=$(rv-seed "${seed[@]}" "${select[@]}" | head -c 1; exit "${PIPESTATUS[0]}")
    status=$?
    [ "$status" = 0 ] || [ "$status" = 141 ] || exit "$status"
    if [ -z "$first" ]; then
        echo "shard.sh: there are no samples in shard $shard" >&2
        mkdir -p "${part%/*}" && : >"$part" || exit 3
        exit 0
    fi
fi

generate() {
    if [ ${#gen[@]} = 0 ]; then cat; else rv-gen --ok-errors "$ok_errors" --gen-dir "$out/generated" "${gen[@]}"; fi
}

# worst STATUS...: that of a pipe. The end of a tool makes those behind it fail. 141: what it wrote to had ended, by a status of
# its own.
worst() {
    local one status=0
    for one; do
        [ "$status" -ge 2 ] || [ "$one" -le "$status" ] || [ "$one" = 141 ] || status=$one
    done
    return "$status"
}

label() {
    trap : HUP INT TERM
    rv-mask --ok-errors "$ok_errors" --expect all --wait 60 "${mask[@]}"
}

# The records are then those of the samples that are in the dataset; one that had more samples before is replaced.
finish() {
    if [ "$datasets" != yes ]; then
        label
    else
        trap : HUP INT TERM
        label | rv-mux --ok-errors "$ok_errors" --expect all --wait 86400 --shrink "${mux[@]}" -o "$out/datasets/$name"
        worst "${PIPESTATUS[@]}"
    fi
}

pipe() {
    trap : HUP INT TERM
    rv-seed "${seed[@]}" "${select[@]}" | generate |
        rv-blend --ok-errors "$ok_errors" -o "$out/samples" --share "${blend[@]}" | finish >"$new"
    worst "${PIPESTATUS[@]}"
}

mkdir -p "${part%/*}" "$out/jobs/${name%/*}" || exit 3
declare -p seed gen blend mask >"$out/jobs/$name" || exit 3 # for merge.sh, which looks whether all are made alike
if [ "$datasets" = yes ]; then
    mkdir -p "$out/datasets/${name%/*}" || exit 3
    # One at a time: the other's rv-mux may let samples go that this one is to label. In the background, so that a signal
    # ends the waiting; the programs of the pipe keep the lock, should this shell be killed.
    exec 9>"$out/jobs/$name.lock" || exit 3
    flock 9 &
    wait $! || exit 3
fi
# In a group of its own (set -m), to which a signal is handed on.
pipe &
trap 'kill -TERM -- -$!' HUP INT TERM
wait $!
status=$?
while kill -0 $! 2>/dev/null; do
    wait $!
    status=$?
done
case $status in
0 | 1) mv "$new" "$part" || status=3 ;;
*) rm -f "$new" ;;
esac
exit $status
