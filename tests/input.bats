#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Records from directories: rv-mask, rv-mux and rv-verify take samples, directories of samples and datasets as operands.

load lib/common

TOOLS=(rv-mask rv-mux rv-verify)

setup() {
    rv_setup
    need jq
}

# sample DIR [MEMBERS]: a directory with the record of the sample that it is called after.
sample() {
    mkdir -p "$1"
    printf '{"id":"%s"%s}\n' "${1##*/}" "${2:+,$2}" >"$1/_meta.json"
}

# The records of the operands, passed on untouched: --where lets no tool work on them.
records() { # STATUS TOOL OPERAND...
    local expected=$1 status=0
    "$2" --json --where false "${@:3}" >records 2>errors </dev/null || status=$?
    if [ "$1 $2" = '0 rv-mux' ]; then # without a sample to work on it has nothing to make a dataset of
        expected=1
        grep 'no sample came' errors
        run -1 grep '"error"' records
    fi
    [ "$status" = "$expected" ]
}

@test "a directory of samples: by index, then by id; what is hidden or no sample is skipped" {
    local tool
    sample out/c '"index":2'
    sample out/b '"index":10'
    sample out/a '"index":10'
    sample out/z1
    sample out/z0 '"index":"none"'
    sample out/first '"index":0, "x" : 1.10'
    sample out/.hidden '"index":1'
    mkdir out/empty
    touch out/log
    printf '%s\n' '{"id":"first","index":0, "x" : 1.10,"dir":"out/first"}' '{"id":"c","index":2,"dir":"out/c"}' \
        '{"id":"a","index":10,"dir":"out/a"}' '{"id":"b","index":10,"dir":"out/b"}' \
        '{"id":"z0","index":"none","dir":"out/z0"}' '{"id":"z1","dir":"out/z1"}' >expected
    for tool in "${TOOLS[@]}"; do
        records 0 "$tool" out
        diff expected records
        records 0 "$tool" out/
        diff expected records
        records 0 "$tool" "$PWD/out"
        diff <(sed "s|\"dir\":\"|&$PWD/|" expected) records
        cd out
        records 0 "$tool" .
        mv records errors ..
        cd ..
        diff <(sed 's|"dir":"out/|"dir":"./|' expected) records
    done
}

@test "samples and several directories are one sequence" {
    sample a/s3 '"index":3'
    sample a/s1 '"index":1'
    sample b/s2 '"index":2'
    sample b/s4 '"index":4'
    sample s0 '"index":0'
    records 0 rv-mask b s0 a
    [ "$(jq -r .dir records | xargs)" = "s0 a/s1 b/s2 a/s3 b/s4" ]
    records 0 rv-verify b/s4 a/s1/
    [ "$(jq -r .dir records | xargs)" = "a/s1 b/s4" ]
    # The directory is called as the sample is, by a link or seen from inside.
    ln -s b/s2 latest
    records 0 rv-mux latest
    [ "$(jq -r .dir records)" = latest ]
    cd b/s2
    records 0 rv-mask .
    [ "$(jq -r .dir records)" = . ]
}

@test "a sample that cannot be read is an error record, the others are not" {
    local tool
    sample out/a '"index":0'
    sample out/d
    echo '{"id":"d","index":' >out/d/_meta.json
    sample out/e
    echo '{"id":"x"}' >out/e/_meta.json
    sample out/f
    echo '{"index":4}' >out/f/_meta.json
    mkdir -p out/g/_meta.json
    for tool in "${TOOLS[@]}"; do
        records 1 "$tool" out
        [ "$(wc -l <records)" = 5 ]
        [ "$(head -n 1 records)" = '{"id":"a","index":0,"dir":"out/a"}' ]
        jq -es --arg tool "$tool" '.[1:] | map([.dir, .error.tool, .error.code]) == [
            ["out/d", $tool, "bad_json"], ["out/e", $tool, "bad_record"], ["out/f", $tool, "bad_record"],
            ["out/g", $tool, "bad_file"]]' records
        grep -F "$tool: error: 'out/d/_meta.json': column 19: expected a value, found the end" errors
        grep -F "$tool: error: 'out/e' holds the sample 'x'" errors
        grep -F "$tool: error: 'out/f/_meta.json': no member 'id'" errors
    done
}

@test "the same sample twice, and another with its id, are errors of one kind" {
    sample out/a '"index":0'
    sample out/b '"index":1'
    sample other/a '"index":7'
    records 1 rv-mask out out/b
    [ "$(jq -c '[.dir, .error.code]' records | xargs)" = '[out/a,null] [out/b,null] [out/b,duplicate_id]' ]
    [ "$(grep -c error: errors)" = 1 ]
    records 1 rv-verify out other
    [ "$(jq -c '[.dir, .error.code]' records | xargs)" = '[out/a,null] [out/b,null] [other/a,duplicate_id]' ]
}

@test "a link out of a sample is not followed" {
    mkdir -p out/a
    echo '{"id":"a","index":0,"seed":0}' >secret
    ln -s ../../secret out/a/_meta.json
    run -1 --separate-stderr rv-mask --json out
    [[ "$stderr" == *"'_meta.json' is reached by a symbolic link, which is not followed"* ]]
    [[ "$output" == *'"code":"bad_file"'* ]]
}

@test "a dataset: the samples that it holds as directories" {
    local tool
    sample ds/dir/a '"index":0'
    echo '{"rv_manifest":1,"rv":"0"}' >ds/manifest.jsonl
    for tool in rv-mask rv-mux; do
        records 0 "$tool" ds
        [ "$(cat records)" = '{"id":"a","index":0,"dir":"ds/dir/a"}' ]
    done
    rm -r ds/dir
    for tool in rv-mask rv-mux; do
        records 2 "$tool" ds
        grep -F "$tool: error: the dataset 'ds' does not hold its samples as directories: the format 'dir' does" errors
        [ ! -s records ]
    done
    # A manifest of somebody else is a file like any other.
    echo '{"audio_filepath":"a.wav"}' >ds/manifest.jsonl
    sample ds/a
    records 0 rv-mask ds
    [ "$(jq -r .dir records)" = ds/a ]
}

@test "a run of rv render: its own _meta.json is no sample" {
    sample out/1/00000000 '"index":0'
    echo '{"resolution":[64,64],"samples":["00000000"]}' >out/1/_meta.json
    records 0 rv-mask out/1
    [ "$(jq -r .dir records)" = out/1/00000000 ]
}

@test "a directory of runs: the samples of all" {
    sample out/1/00000000 '"index":0'
    sample out/2/00000001 '"index":1'
    printf '{\n  "resolution": [64, 64],\n  "samples": ["00000000"]\n}\n' | tee out/1/_meta.json >out/2/_meta.json
    records 0 rv-mask out
    [ "$(jq -r .dir records | xargs)" = "out/1/00000000 out/2/00000001" ]
    # What is no run of samples is one line, whatever it holds.
    mkdir -p odd/x
    printf '{\n "a": 1\n}\n' >odd/x/_meta.json
    records 1 rv-mask odd
    [ "$(jq -c '[.a, .dir, .error.code]' records)" = '[1,"odd/x","bad_record"]' ]
}

@test "an operand that holds no samples is wrong usage, told before anything is read" {
    local tool
    mkdir -p empty full/a
    touch file
    sample good
    for tool in "${TOOLS[@]}"; do
        for operand in empty full file nowhere ''; do
            records 2 "$tool" good "$operand"
            [ ! -s records ]
            grep -F "$tool: error: '$operand' is " errors
        done
    done
    [ ! -e dataset ]
}

@test "--set and --where see the records of directories" {
    sample out/a '"index":0'
    sample out/b '"index":1'
    run -1 --separate-stderr rv-mask --set '.n = .index' --where '.n == 1' out
    jq -es '(.[0] == {id: "a", index: 0, dir: "out/a"}) and .[1].n == 1 and (.[1] | has("error"))' <<<"$output"
    records 0 rv-verify --where '.dir == "none"' out
}

@test "labels and datasets of directories are those of the pipe" {
    python3 "$RV_ROOT/tests/lib/make_sample.py" out --count 3 >rendered
    cp -r out other
    rv-mask --keep passes <rendered >labelled
    mkdir from
    mv other from/out
    cd from
    rv-mask --keep passes out >labelled
    cd ..
    same_output 'jq -cS . labelled' 'jq -cS . from/labelled'
    same_tree out from/out
    rv-mux -o piped <labelled >/dev/null
    rv-mux -o named out >muxed
    same_output 'jq -cS . labelled' 'jq -cS . muxed'
    same_tree piped named
    rv-verify out >/dev/null
}
