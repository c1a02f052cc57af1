# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# A server of S3 on loopback, as a remote of rclone. The server is npm's s3rver, kept below ~/.cache/rv.
#
#   need_s3                 skips where rclone or the server cannot be had
#   s3_start REMOTE BUCKET  starts it in the folder s3; objects lie there as files NAME._S3rver_object. REMOTE:BUCKET is for rclone
#                           then, by variables of the environment, and no other account or proxy is
#   s3_stop                 ends it, if it was started; start goes on with the same objects, elsewhere
S3RVER_VERSION=3.7.1

need_s3() {
    need rclone npm flock
    local cache=${RV_CACHE:-$HOME/.cache/rv}/s3rver-$S3RVER_VERSION
    s3_server=$cache/node_modules/.bin/s3rver
    mkdir -p "$cache"
    [ -e "$cache/done" ] ||
        flock "$cache" sh -c 'npm install --silent --no-save --prefix "$1" "s3rver@$2" >&2 && touch "$1/done"' sh "$cache" "$S3RVER_VERSION" ||
        skip "npm could not get s3rver"
}

s3_start() {
    local name prefix=RCLONE_CONFIG_${1^^}
    for name in "${!AWS_@}" "${!RCLONE_@}" http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY; do
        unset "$name"
    done
    mkdir -p s3
    "$s3_server" -d s3 --configure-bucket "$2" -p 0 >s3.said 2>&1 3>&- &
    s3_pid=$!
    wait_until grep -q listening s3.said
    export RCLONE_CONFIG=/dev/null "${prefix}_TYPE=s3" "${prefix}_PROVIDER=Other" "${prefix}_FORCE_PATH_STYLE=true" \
        "${prefix}_ACCESS_KEY_ID=S3RVER" "${prefix}_SECRET_ACCESS_KEY=S3RVER" \
        "${prefix}_ENDPOINT=http://127.0.0.1:$(sed -nE 's/.*:([0-9]+)$/\1/p' s3.said | head -n 1)"
}

s3_stop() {
    [ -n "${s3_pid:-}" ] || return 0
    kill "$s3_pid"
    wait "$s3_pid" || true
    s3_pid=
}
