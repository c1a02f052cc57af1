#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A job on several machines by GNU parallel: parallel.sh JOB N [OPTION OF parallel]... JOB is a file as job.sh, N the number of
# shards. Options say where and how many at a time: -j2, or -S 2/node1,2/node2 for machines reached by ssh, which see the
# current directory under the same path and have the tools in the PATH of a non-interactive shell.
#
# A shard that fails is tried three times, on another machine if there is one; then no further one is begun. The same command
# again goes on with what is missing: OUT/joblog says what is done. When all shards are there, merge.sh joins them.
#
# Exit status: that of merge.sh; 2 wrong usage of a tool; 3 a shard failed to the last.
set -u

if [ $# -lt 2 ] || [[ ! $2 =~ ^[0-9]+$ ]]; then
    echo "usage: parallel.sh JOB N [OPTION OF parallel]..." >&2
    exit 2
fi
job=$1 n=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=pipelines/job.sh
. "$(realpath -s -- "$job")" || exit 2 # a name without a slash would be looked for in PATH
[ -n "${out:-}" ] || { echo "parallel.sh: '$job' does not say what 'out' is" >&2; exit 2; }
mkdir -p "$out" || exit 3

# 1 is not to be tried again: parallel is told 0, and merge.sh counts the errors.
run="${here@Q}/shard.sh ${job@Q} {}/$n || { status=\$?; [ \$status = 1 ] || exit \$status; }"
seq 0 $((n - 1)) | parallel --will-cite --joblog "$out/joblog" --resume-failed --retries 3 --halt soon,fail=1 --line-buffer \
    --workdir "$PWD" "$@" "$run"
status=$?
[ $status != 0 ] || exec "$here/merge.sh" "$job" "$n"
awk 'NR > 1 && $7 == 2 { exit 1 }' "$out/joblog" || exit 2
exit 3
