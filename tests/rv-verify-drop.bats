#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv-verify --drop: samples that are not ok are made again by the next run, and nothing of anybody else's is touched.

load lib/common

setup() {
    rv_setup
    need python3 jq
    fake_blender
    export PYTHONDONTWRITEBYTECODE=1
}

render() {
    rv-seed seq 3 | rv-blend scene.py --resolution 8,6 --samples 2 -q >rendered.jsonl
}

@test "a damaged sample is made again, and others are not" {
    render
    rv-verify -q out >good.jsonl
    before=$(tree_hash out)
    printf x | dd of=out/00000001/Image.png bs=1 seek=70 conv=notrunc status=none
    run --separate-stderr -1 rv-verify --drop out
    [ "$stderr" = 'rv-verify: 3 records, 2 ok, 1 not ok, 1 to be made again' ]
    [ "$(find out -name .rv-again.json)" = out/00000001/.rv-again.json ]
    run -1 rv-verify -q --drop out
    find out -name Image.png -printf '%p %i\n' | sort >old
    render
    find out -name Image.png -printf '%p %i\n' | sort >new
    [ "$(comm -13 old new | cut -d' ' -f1)" = out/00000001/Image.png ]
    [ "$(tree_hash out)" = "$before" ]
    run --separate-stderr -0 rv-verify --drop out
    [ "$stderr" = 'rv-verify: 3 records, 3 ok, 0 to be made again' ]
}

@test "what is not proved to be a sample of rv-blend is left alone" {
    python3 "$RV_ROOT/tests/lib/labelled.py" mine a b >in.jsonl
    rm mine/a/Image.png mine/b/Image.png
    render
    cp out/00000000/.rv-blend.json mine/b/
    mv mine/b mine/elsewhere
    ln -s elsewhere mine/b
    before=$(tree_hash mine)
    run --separate-stderr -1 rv-verify -j1 --drop <in.jsonl
    [ "${stderr_lines[0]}" = "rv-verify: warning: a: 'mine/a' is not proved to be a sample of rv-blend" ]
    [ "${stderr_lines[2]}" = 'rv-verify: 2 records, 0 ok, 2 not ok, 0 to be made again' ]
    [ "$(tree_hash mine)" = "$before" ]
    # A directory of another name is another's.
    cp -r out/00000000 copy
    rm copy/Image.png
    jq -c 'select(.id == "00000000") | .dir = "copy"' rendered.jsonl >copy.jsonl
    run -1 rv-verify -q --drop <copy.jsonl
    [ ! -e copy/.rv-again.json ]
    rv-mux -q -f dir -o ds <rendered.jsonl >/dev/null
    run --separate-stderr -2 rv-verify --drop ds
    [[ $stderr == *"--drop is for samples, 'ds' is a dataset"* ]]
}
