#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pipelines/dataset.mk and examples/project: what is made, what is made again and what is not, samples that fail, a
# build that is killed.

load lib/common

setup() {
    rv_setup
    need make jq
    mkdir state project
    cd project
    export FAKE_DIR=$BATS_TEST_TMPDIR/state RV_BLENDER=$RV_ROOT/tests/lib/fake-blender
    unset MAKEFLAGS MAKELEVEL
    echo one >a.py
    echo two >b.py
    cat >Makefile <<'END'
datasets := train test
shards   := 3
blend    := -j1 --resolution 16,16
mux      := --format webdataset,coco
train.scene := a.py
train.seed  := rand 7 --key 1
test.scene  := b.py
test.seed   := seq 4
test.shards := 2
include $(RV_ROOT)/pipelines/dataset.mk
END
}

# renders N COMMAND...: it succeeds and renders N samples.
renders() {
    local n=$1
    shift
    : >"$FAKE_DIR/renders.log"
    "$@"
    [ "$(wc -l <"$FAKE_DIR/renders.log")" = "$n" ] || { echo "not $n:"; cat "$FAKE_DIR/renders.log"; return 1; }
}

# Whether a file was written since `mark`.
newer() {
    [ "$1" -nt mark ]
}

@test "datasets in shards are those of one run each" {
    renders 11 make -s -j3
    rv-seed rand 7 --key 1 | rv-blend a.py --resolution 16,16 -o one | rv-mask |
        rv-mux --format webdataset,coco -o whole >/dev/null
    same_tree whole build/train/dataset
    [ "$(cat build/test/parts/{0,1}.jsonl | jq -r .id | xargs)" = '00000000 00000001 00000002 00000003' ]
    rv-verify build/train/dataset build/test/dataset
}

@test "again, nothing is done" {
    make -s -j2
    touch mark
    renders 0 make -s
    nothing find build -newer mark -type f
}

@test "a scene that changed makes its own dataset anew and no other" {
    make -s -j2
    cp -r build/test/dataset before
    touch mark
    echo three >a.py
    renders 7 make -s -j2
    newer build/train/dataset/manifest.jsonl
    run -1 newer build/test/dataset/manifest.jsonl
    same_tree before build/test/dataset
    # One that was only written again renders nothing.
    touch b.py
    renders 0 make -s
    newer build/test/parts/0.jsonl
    same_tree before build/test/dataset
}

@test "settings: those of a dataset render nothing, those of a render all; needs count" {
    touch more
    make -s
    touch mark
    renders 0 make -s mux='--format webdataset'
    run -1 newer build/train/parts/0.jsonl
    [ ! -e build/train/dataset/coco ]
    renders 7 make -s train train.blend='-j1 --resolution 8,8' mux='--format webdataset'
    renders 3 make -s train train.blend='-j1 --resolution 8,8' train.seed='rand 10 --key 1'
    [ "$(cat build/train/parts/?.jsonl | wc -l)" = 10 ]
    touch mark
    renders 0 make -s test needs=more
    run -1 newer build/test/parts/0.jsonl
    touch -d '+2 seconds' more
    renders 0 make -s test needs=more
    newer build/test/parts/0.jsonl
}

@test "samples that fail are listed, cost no other, and are tried again when asked" {
    export FAKE_PARAMS='{"00000002":{"fault":"scene_error"}}'
    run -2 make -sk -j2
    [[ $output == *$'\n''train: 00000002: ZeroDivisionError: division by zero'$'\n'* ]]
    [[ $output == *'train: 1 failed; "make clean-failed"'* ]]
    [[ $output == *'test: 1 failed'* ]]
    [ "$(tar -tf build/train/dataset/webdataset/shard-000000.tar | grep -c '\.json$')" = 6 ]
    [ "$(wc -l <build/train/records.jsonl)" = 7 ]
    # They are not tried again by themselves; an error that may be is no failure.
    unset FAKE_PARAMS
    renders 0 run -2 make -s
    renders 0 make -s ok_errors=1
    make -s clean-failed
    [ "$(ls build/*/parts/*.jsonl | wc -l)" = 3 ]
    renders 2 make -s
    rv-verify build/train/dataset build/test/dataset
}

@test "a generator and a page" {
    cat >gen.sh <<'END'
#!/bin/sh
echo '{"result": 7}'
END
    chmod +x gen.sh
    renders 7 make -s train train.gen='--name n -- ./gen.sh' needs=gen.sh
    [ "$(jq -c .gen build/train/parts/0.jsonl | uniq)" = '{"n":7}' ]
    renders 4 make -s page train.gen='--name n -- ./gen.sh' needs=gen.sh
    [ -s build/train/page/html/index.html ]
    [ -s build/test/page/html/index.html ]
}

@test "a build that is killed goes on" {
    export FAKE_PARAMS='{"00000005":{"await":["go",1]}}'
    setsid make -s train &
    pid=$!
    wait_until grep -q 00000005 "$FAKE_DIR/renders.log"
    kill -KILL -- -$pid
    status=0
    wait $pid || status=$?
    [ $status = 137 ]
    no_orphans
    [ ! -e build/train/parts/2.jsonl ]
    unset FAKE_PARAMS
    renders 2 make -s train
    rv-seed rand 7 --key 1 | rv-blend a.py --resolution 16,16 -o one | rv-mask |
        rv-mux --format webdataset,coco -o whole >/dev/null
    same_tree whole build/train/dataset
}

@test "what is missing is told" {
    run -2 make -s train train.seed=
    [[ $output == *"'train.seed' is not set"* ]]
    run -2 make -s train train.scene=no.py
    [[ $output == *"No rule to make target 'no.py'"* ]]
    run -2 make -s datasets=
    [[ $output == *"'datasets' names none"* ]]
    # A part whose tool fails is not there.
    run -2 make -s train blend='--device teapot'
    [ ! -e build/train/parts/0.jsonl ]
    [[ $output == *teapot* ]]
}

@test "examples/project: files that samples were found to depend on count" {
    unset RV_BLENDER
    need_blender
    cp -r "$RV_ROOT/examples/project" ../parcels
    cd ../parcels
    small() {
        make -s -j2 RV_SHARE="$RV_ROOT" shards=1 train.seed='rand 2 --key 1' test.seed="rand 1 --key 2 --param 'parcels=int(2,4)'" \
            blend='-j1 --resolution 32,24 --samples 1' "$@"
    }
    small
    grep -q label.py build/train/parts/0.d
    rv-verify --deep build/train/dataset build/test/dataset
    [ "$(jq -r '.objects[] | select(.name == "Label") | .properties.code | length' build/train/parts/0.jsonl | uniq)" = 8 ]
    sha256sum build/*/samples/*/Image.png >before
    touch mark
    small
    nothing find build -newer mark -type f
    sed -i 's/NARROW, WIDE, QUIET, HEIGHT = 2, 5, 20, 80/NARROW, WIDE, QUIET, HEIGHT = 2, 5, 2, 800/' label.py
    small
    run -1 sha256sum --quiet -c before
    [ build/test/dataset/manifest.jsonl -nt mark ]
}
