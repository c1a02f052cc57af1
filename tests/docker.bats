# SPDX-License-Identifier: MIT
# The image: built from this tree, then run the way its README says. Needs an engine, root for one of our own, and minutes.
load lib/common
load lib/docker

setup_file() {
    export PATH=$RV_BIN:$PATH
    export SKIP_REASON='' ENGINE=$BATS_FILE_TMPDIR/engine
    if [ "${CHECK:-}" != full ] && [ -z "${CI:-}" ]; then
        SKIP_REASON='takes minutes: run with CHECK=full'
        return
    fi
    mkdir -p "$ENGINE"
    docker_start "$ENGINE" >"$ENGINE/reason" || { SKIP_REASON=$(cat "$ENGINE/reason"); return; }
    docker_base >"$ENGINE/reason" 2>&1 || { SKIP_REASON="no base image: $(tail -n1 "$ENGINE/reason")"; return; }
    # One build for all; that it works is the first test.
    (cd "$RV_ROOT" && docker build --network host -f docker/Dockerfile -t rv-pipeline .) >"$ENGINE/build.log" 2>&1 ||
        export BUILD_FAILED=yes
}

teardown_file() {
    docker_stop "$ENGINE"
}

setup() {
    rv_setup
    [ -z "$SKIP_REASON" ] || skip "$SKIP_REASON"
    mkdir -m 777 out
}

in_image() {
    timeout 300 docker run --rm --network none --read-only --tmpfs /tmp -v "$PWD/out:/out" "$@"
}

small='rv-blend /usr/local/share/rv/examples/shapes/scene.py --resolution 64,64 --samples 1'

@test "the image builds" {
    [ -z "${BUILD_FAILED:-}" ] || tail -n 40 "$ENGINE/build.log"
    docker image inspect rv-pipeline >/dev/null
}

@test "without arguments: the demo, as uid 10001, read-only, without a network" {
    run -0 in_image -e RV_DEMO_SAMPLES=1 rv-pipeline
    [[ ${lines[-1]} == *dataset/sheet.png* ]]
    [ -s out/dataset/sheet.png ]
    [ "$(find out -mindepth 1 -printf '%U\n' | sort -u)" = 10001 ]
    no_partials out
}

@test "one argument: a pipe of its own, records in and out" {
    rv-seed seq 2 | in_image -i rv-pipeline "$small -j1 | rv-mask | rv-mux -o ds" >records
    [ "$(jq -s 'map(select(.error == null)) | length' records)" = 2 ]
    run -0 in_image rv-pipeline 'rv-verify --deep ds'
    run -0 rv-verify --deep out/ds
}

@test "any user" {
    run -0 in_image --user 4321:1234 rv-pipeline "rv-seed seq 1 | $small -j1 | rv-mask | rv-mux -o ds >/dev/null"
    [ "$(find out -mindepth 1 -printf '%U:%G\n' | sort -u)" = 4321:1234 ]
}

@test "the pipe's status is the container's" {
    run -2 in_image rv-pipeline 'rv-seed seq nonsense | rv-mask'
    run -3 in_image -e RV_BLENDER=/nowhere rv-pipeline 'rv-seed seq 1 | rv-blend /usr/local/share/rv/examples/shapes/scene.py'
    run -0 in_image rv-pipeline rv-seed seq 3
    [ ${#lines[@]} = 3 ]
}

@test "a signal ends the pipe cleanly" {
    in_image --name rv-stopped rv-pipeline "rv-seed seq inf | $small -o samples >/dev/null" &
    local pid=$! status=0
    wait_until [ -e out/samples/00000001 ]
    docker stop --time 120 rv-stopped
    wait $pid || status=$?
    [ $status != 137 ] # as if it had to be killed
    no_partials out
}

@test "what a GPU needs is set" {
    run -0 in_image rv-pipeline 'echo $NVIDIA_VISIBLE_DEVICES $NVIDIA_DRIVER_CAPABILITIES'
    [ "$output" = 'all compute,utility,graphics' ]
}
