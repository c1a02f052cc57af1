#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes one shard of a job: shard.sh JOB I/N, or shard.sh JOB A-B for the indices from A to B. JOB is a file as job.sh.
#
# Renders and labels the samples in OUT/samples, and writes their records to OUT/parts/of-N/I.jsonl (OUT/parts/ranges/A-B.jsonl),
# which appears by a rename when the shard is whole. The same command again goes on where it was; two at once for one shard, as
# when an engine took a machine for lost, do no harm. SIGTERM keeps what is done.
#
# Exit status, that of the first tool that failed: 0 done; 1 done, but more samples than `ok_errors` carry an error; 2 wrong usage;
# 3 the environment failed, or 128 + the number of a signal: the same command again goes on. What an engine is to do: retry
# 3 and signals, not 1, and stop the whole job at 2.
set -um

if [ $# != 2 ]; then
    echo "usage: shard.sh JOB I/N|A-B" >&2
    exit 2
fi
gen=() mask=() ok_errors=0
# shellcheck source=pipelines/job.sh
. "$1" || exit 2
shard=$2
case $shard in
*/*) select=(--shard "$shard") part=$out/parts/of-${shard#*/}/${shard%/*}.jsonl ;;
*) select=(--range "$shard") part=$out/parts/ranges/$shard.jsonl ;;
esac
new=$part.$(uname -n).$$

generate() {
    if [ ${#gen[@]} = 0 ]; then cat; else rv-gen --ok-errors "$ok_errors" --gen-dir "$out/generated" "${gen[@]}"; fi
}

pipe() {
    local one status=0
    trap : HUP INT TERM
    rv-seed "${seed[@]}" "${select[@]}" | generate |
        rv-blend --ok-errors "$ok_errors" -o "$out/samples" --share "${blend[@]}" |
        rv-mask --ok-errors "$ok_errors" --expect all --wait 60 "${mask[@]}" >"$new"
    # The end of a tool makes those behind it fail. 141: what it wrote to had ended, by a status of its own.
    for one in "${PIPESTATUS[@]}"; do
        [ "$status" -ge 2 ] || [ "$one" -le "$status" ] || [ "$one" = 141 ] || status=$one
    done
    return "$status"
}

mkdir -p "${part%/*}" || exit 3
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
