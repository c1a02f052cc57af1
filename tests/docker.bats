# SPDX-License-Identifier: MIT
# The image: built from this tree by every builder that is there, then used as the documentation says, by an ordinary user.
# Needs an engine, root for one of our own, and minutes.
load lib/common
load lib/docker

shapes=/usr/local/share/rv/examples/shapes/scene.py
small="rv-blend $shapes --resolution 64,64 --samples 1 -j1 -q"

setup_file() {
    export SKIP_REASON='' ENGINE
    if [ "${CHECK:-}" != full ] && [ "${CHECK:-}" != soak ] && [ -z "${CI:-}" ]; then
        SKIP_REASON='takes minutes: run with CHECK=full'
        return
    fi
    # Where an ordinary user may go, too.
    ENGINE=$(mktemp -d /tmp/rv-docker.XXXXXX)
    chmod 755 "$ENGINE"
    docker_start "$ENGINE" >"$ENGINE/reason" || { SKIP_REASON=$(cat "$ENGINE/reason"); return; }
    docker_base >"$ENGINE/reason" 2>&1 || { SKIP_REASON="no base image: $(tail -n1 "$ENGINE/reason")"; return; }
    docker_client "$ENGINE/bin"
    export PATH=$ENGINE/bin:$RV_BIN:$PATH
    # One build for most tests; that it works is the first of them.
    (cd "$RV_ROOT" && eval "$(typed README.md 1 | sed -n 1p)") >"$ENGINE/build.log" 2>&1 || export BUILD_FAILED=yes
}

teardown_file() {
    [ -n "${ENGINE:-}" ] || return 0
    docker_stop "$ENGINE"
    rm -rf "$ENGINE"
}

setup() {
    rv_setup
    [ -z "$SKIP_REASON" ] || skip "$SKIP_REASON"
    WORK=$(mktemp -d "$ENGINE/work.XXXXXX")
    chmod 777 "$WORK"
    cd "$WORK"
    prepare_user
}

teardown() {
    cd /
    rm -rf "${WORK:-}"
}

# The Nth block of a page that says that these tests run it.
typed() { # PAGE N
    awk -v wanted="$2" '
        /^<!-- not run: tests\/docker.bats runs it -->$/ { mine = ++n == wanted; next }
        /^```sh$/ && mine { inside = 1; next }
        /^```/ { if (inside) { exit } next }
        inside { print }' "$RV_ROOT/$1"
}

# What runs a shell of somebody who is not root, in a folder of theirs: "${as_user[@]}" COMMANDS. An engine that nobody but
# us can use is lent to them.
prepare_user() {
    as_user=(bash -euo pipefail -c)
    local uid
    uid=$(id -u)
    if [ "$uid" = 0 ]; then
        chown 1234:1234 .
        [ ! -S "$ENGINE/socket" ] || chmod 666 "$ENGINE/socket"
        as_user=(setpriv --reuid 1234 --regid 1234 --clear-groups env HOME="$PWD" USER=somebody "${as_user[@]}")
    fi
}

# All below a directory belongs to that user.
is_theirs() { # DIR
    local owner
    owner=$(stat -c %u .)
    nothing find "$1" -mindepth 1 ! -user "$owner"
}

in_image() {
    timeout 300 docker run --rm --network none --read-only --tmpfs /tmp -v "$WORK:/out" "$@"
}

@test "the image builds" {
    [ -z "${BUILD_FAILED:-}" ] || tail -n 40 "$ENGINE/build.log"
    docker image inspect rv-pipeline >/dev/null
    run -0 docker image inspect --format '{{json .Config.Labels}}' rv-pipeline
    version=$(rv-seed --version | sed -n '1s/.* //p')
    jq -e --arg version "$version" '."org.opencontainers.image.version" == $version and ."rv.blender" == "debian"' <<<"$output"
    run -0 docker run --rm rv-pipeline cat /usr/local/share/rv/packages.txt
    grep -P '^blender\t4\.' <<<"$output"
    grep -P '^libjq1:\w+\t' <<<"$output"
}

@test "README.md: the first command, as typed in a fresh folder" {
    run -0 "${as_user[@]}" "$(typed README.md 1 | sed 1d)"
    echo "$output"
    [ "$(grep -c '^rv-pipeline: ' <<<"$output")" = 1 ]
    [[ $output == *'rv-pipeline: no GPU in this container: '* ]]
    [[ $output == *$'\npicture   /out/dataset/sheet.png\n'* ]]
    [ -s out/dataset/sheet.png ]
    is_theirs out
    no_partials out
    run -0 rv-verify --deep out/dataset
}

@test "the bare command says what to type, and that works" {
    run -3 "${as_user[@]}" 'docker run --rm -v "$PWD/out:/out" rv-pipeline'
    [ ${#lines[@]} = 1 ]
    [[ $output == 'rv-pipeline: cannot write to /out as user 10001: rmdir out; mkdir out && docker run '* ]]
    advice=${output#*10001: }
    run -0 "${as_user[@]}" "${advice/docker run/docker run -e RV_DEMO_SAMPLES=1}"
    [ -s out/dataset/sheet.png ]
    mkdir theirs
    touch theirs/something
    run -3 docker run --rm --user 4321:4321 -v "$WORK/theirs:/out" rv-pipeline "rv-seed seq 1 | $small"
    [[ ${lines[-1]} == 'rv-pipeline: cannot write to /out as user 4321: mkdir -p out && docker run '* ]]
}

@test "nothing mounted, no -i, no GPU: one line each" {
    run -0 docker run --rm -e RV_DEMO_SAMPLES=1 rv-pipeline
    [ "$(grep -c '^rv-pipeline: ' <<<"$output")" = 2 ]
    [[ ${lines[0]} == 'rv-pipeline: nothing is mounted at /out'* ]]
    [[ ${lines[1]} == 'rv-pipeline: no GPU in this container'* ]]
    run -0 --separate-stderr docker run --rm rv-pipeline 'rv-mask --where false | cat' <<<'{"id":"a"}'
    [ -z "$output" ]
    [ "$stderr" = 'rv-pipeline: no records come in: standard input is empty without docker run -i' ]
    run -0 --separate-stderr docker run --rm -i rv-pipeline 'rv-mask --where false | cat' <<<'{"id":"a"}'
    [ "$output" = '{"id":"a"}' ]
    [ -z "$stderr" ]
    # A card that Debian's Blender has no kernels for.
    run -127 docker run --rm --device /dev/null:/dev/nvidiactl -v /nowhere:/usr/local/share/rv/examples rv-pipeline
    [[ $output == *'rv-pipeline: there is a GPU, but '*'BLENDER=tarball'* ]]
}

@test "docs/containers.md: pipelines, as typed" {
    cp "$RV_ROOT/examples/shapes/scene.py" .
    run -0 --separate-stderr "${as_user[@]}" "$(typed docs/containers.md 2)"
    [ "${lines[-1]}" = Image.png ]
    jq -se 'length == 2 and all(.error == null)' <<<"$(printf '%s\n' "${lines[@]:0:2}")"
    run -0 rv-verify --deep dataset
    [ -s out/mine/IndexOB.png ]
}

@test "docs/containers.md: the hardened line, as typed" {
    mkdir out
    chmod 777 out
    line=$(typed docs/containers.md 3)
    run -0 "${as_user[@]}" "${line/docker run/docker run -e RV_DEMO_SAMPLES=1}"
    [ -s out/dataset/sheet.png ]
    is_theirs out
}

@test "docs/containers.md: a project's datasets by make, as typed" {
    cp -r "$RV_ROOT"/examples/project/* .
    sed -i 's/^shards .*/shards := 2/; s/320,240 --samples 32/32,32 --samples 1/; s/rand 40/rand 3/; s/rand 8/rand 2/' Makefile
    line=$(typed docs/containers.md 4)
    run -0 "${as_user[@]}" "$line"
    echo "$output"
    is_theirs build
    for name in train test; do
        run -0 rv-verify --deep build/$name/dataset
    done
    [ "$(jq -s length build/train/parts/?.jsonl)" = 3 ]
    # Nothing is made twice, and nothing that has not changed.
    touch then
    run -0 "${as_user[@]}" "$line"
    nothing find build -newer then -type f
    sed -i 's/rand 2 --key 2/rand 4 --key 2/' Makefile
    run -0 in_image --user "$(stat -c %u:%g build)" rv-pipeline make
    [ "$(jq -s length build/test/parts/?.jsonl)" = 4 ]
    nothing find build/train -newer then -type f
}

@test "uid 10001, read-only, without a network; records in and out" {
    rv-seed seq 2 | in_image -i rv-pipeline "$small | rv-mask | rv-mux -o ds" >records
    [ "$(jq -s 'map(select(.error == null)) | length' records)" = 2 ]
    [ "$(find ds -printf '%U\n' | sort -u)" = 10001 ]
    run -0 in_image rv-pipeline 'rv-verify --deep ds'
    run -0 rv-verify --deep ds
}

@test "the pipe's status is the container's" {
    run -2 in_image rv-pipeline 'rv-seed seq nonsense | rv-mask'
    run -3 in_image -e RV_BLENDER=/nowhere rv-pipeline "rv-seed seq 1 | $small"
    run -0 in_image rv-pipeline rv-seed seq 3
    [ ${#lines[@]} = 3 ]
    # The largest, not the last.
    run -3 in_image rv-pipeline '(exit 3) | (exit 1) | true'
    run -5 in_image rv-pipeline sh -c 'exit 5'
}

@test "a signal ends the pipe cleanly" {
    in_image --name "rv-stopped-$$" rv-pipeline "rv-seed seq inf | $small -o samples >/dev/null" &
    local pid=$! status=0
    wait_until [ -e samples/00000001 ]
    docker stop --time 120 "rv-stopped-$$"
    wait $pid || status=$?
    [ $status != 137 ] # as if it had to be killed
    no_partials .
}

@test "what a GPU needs is set, and a place for its kernels" {
    run -0 in_image rv-pipeline 'echo $NVIDIA_VISIBLE_DEVICES $NVIDIA_DRIVER_CAPABILITIES'
    [ "$output" = 'all compute,utility,graphics' ]
    # A new volume can be written by anybody.
    docker volume create "rv-cache-$$" >/dev/null
    run -0 docker run --rm --user 4321:1234 --read-only -v "rv-cache-$$:/cache" rv-pipeline \
        'mkdir -p $XDG_CACHE_HOME/cycles $CUDA_CACHE_PATH $OPTIX_CACHE_PATH && ls /cache | paste -sd" "'
    docker volume rm "rv-cache-$$" >/dev/null
    [ "$output" = 'cuda cycles optix' ]
}

# A Blender "of blender.org" that says what it is and speaks rv's protocol, served on loopback.
serve_tarball() {
    mkdir -p www/Blender5.2 blender-5.2.2-linux-x64
    cp "$RV_ROOT/tests/lib/fake-blender" blender-5.2.2-linux-x64/blender
    tar -cJf www/Blender5.2/blender-5.2.2-linux-x64.tar.xz blender-5.2.2-linux-x64
    sha256=$(sha256sum www/Blender5.2/*.tar.xz | cut -d' ' -f1)
    python3 -c 'import functools, http.server, os
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="www")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
open("port.new", "w").write(str(server.server_port))
os.rename("port.new", "port")
server.serve_forever()' 2>/dev/null 3>&- &
    server=$!
    wait_until [ -s port ]
    arguments=(-f docker/Dockerfile --build-arg BLENDER=tarball
        --build-arg BLENDER_URL="http://127.0.0.1:$(cat port)")
}

@test "BLENDER=tarball by the classic builder: refused without its digest, else rendered with" {
    export DOCKER_BUILDKIT=0
    serve_tarball
    cd "$RV_ROOT"
    run -1 docker build "${arguments[@]}" --build-arg BLENDER_SHA256= -t rv-tarball .
    [[ $output == *'BLENDER=tarball needs BLENDER_SHA256'* ]]
    run -1 docker build "${arguments[@]}" -t rv-tarball .
    [[ $output == *'is not the file of BLENDER_SHA256='* ]]
    run -1 docker build "${arguments[@]}" --build-arg BLENDER=nightly -t rv-tarball .
    [[ $output == *"BLENDER is debian or tarball, not 'nightly'"* ]]
    run -0 docker build "${arguments[@]}" --build-arg BLENDER_SHA256="$sha256" -t rv-tarball .
    kill $server
    cd "$WORK"
    run -0 --separate-stderr in_image rv-tarball "rv-seed seq 1 | $small | jq -r .files.image"
    [ "$output" = Image.png ]
    run -0 in_image rv-tarball tail -n1 /usr/local/share/rv/packages.txt
    [ "$output" = $'blender.org\t3.4.1' ]
    docker image rm rv-tarball >/dev/null
}

# Without a daemon or root's namespaces, in a store of its own.
@test "BLENDER=tarball by buildah" {
    need_soak
    need buildah
    serve_tarball
    store=(--root "$WORK/store" --runroot "$WORK/run")
    docker save debian:trixie-slim >base.tar
    run -0 --separate-stderr buildah "${store[@]}" pull -q docker-archive:base.tar
    base=$output
    cd "$RV_ROOT"
    run -0 buildah "${store[@]}" bud --isolation chroot --network host --pull-never "${arguments[@]}" \
        --build-arg BASE="$base" --build-arg BLENDER_SHA256="$sha256" -t rv-tarball .
    kill $server
    run -0 --separate-stderr buildah "${store[@]}" from --pull-never rv-tarball
    container=$output
    run -0 --separate-stderr buildah "${store[@]}" run --isolation chroot "$container" -- \
        /usr/local/lib/rv/entrypoint.sh "rv-seed seq 1 | $small | jq -r .files.image"
    buildah "${store[@]}" rm "$container" >/dev/null
    buildah "${store[@]}" rmi -af >/dev/null
    [ "$output" = Image.png ]
}
