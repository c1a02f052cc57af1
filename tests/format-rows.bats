# SPDX-License-Identifier: MIT
# The table of formats, docs/formats.md: each of its cells is proved on samples that have everything, by the programs that
# its column names. A cell that says more than is proved fails.
load lib/common
load lib/hyparquet

setup() {
    rv_setup
    need jq ffmpeg
    need_module numpy
    need_module PIL
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
    rv-mux --formats --json >list.json
}

# Writes formats with all that they may carry, and has each explained.
write() { # PATTERN
    local kind spec
    for kind in still sequence; do
        "$PYTHON" "$RV_ROOT/tests/lib/everything.py" made/$kind $kind | rv-mask -q --panoptic --shapes obb \
            --polygons edge,center --normals camera --keep passes >$kind.jsonl
    done
    "$PYTHON" "$RV_ROOT/tests/lib/format_rows.py" --specs >specs
    grep -E "$1" specs >wanted
    while read -r kind spec; do
        rv-mux -q -f "$spec" -o "sets/$spec" <$kind.jsonl >/dev/null
        rv-mux --explain "$spec" <$kind.jsonl 2>"sets/$spec.explained" >/dev/null
    done <wanted
}

prove() { # FORMAT [LIST]
    "$PYTHON" "$RV_ROOT/tests/lib/format_rows.py" check "$1" "${2:-list.json}" sets . </dev/null
}

@test "what a format carries is read from its tree, what it cannot carry is not there, and both are told" {
    write .
    local missing=() status
    jq -r '.[].name | select(. != "parquet")' list.json >names
    while read -r name; do
        status=0
        prove "$name" >said 2>&1 || status=$?
        echo "$name: $(<said)"
        case $status in
        0) [[ $(<said) =~ ^[1-9][0-9]*' phrases'$ ]] ;;
        3) missing+=("$name: $(<said)") ;; # a reader is not installed
        *) return 1 ;;
        esac
    done <names
    [ ${#missing[@]} = 0 ] || skip "not read: $(IFS=';'; echo "${missing[*]}")"
}

@test "Parquet, as hyparquet reads it" {
    need_hyparquet
    write parquet
    [ "$(prove parquet)" = "12 phrases" ]
}

@test "a cell that says more, a format without proofs, and a tree that says something else fail" {
    write '^still (coco|voc)'
    jq -c 'map(if .name == "coco" then .carries += ", smells" else . end)' list.json >more.json
    run -1 prove coco more.json
    [ "$output" = "wrong: carries no proof of: smells" ]
    jq -c 'map(if .name == "voc" then .loses |= sub("depth, "; "") else . end)' list.json >less.json
    run -1 prove voc less.json
    [ "$output" = "wrong: the cell does not say depth" ]
    jq -c '. + [.[0] | .name = "new"]' list.json >new.json
    run -1 prove new new.json
    [ "$output" = "wrong: new has no proof: see ROWS" ]
    jq -c 'map(.checked = "eyes")' list.json >eyes.json
    run -1 prove voc eyes.json
    [ "$output" = "wrong: read by ElementTree, Pillow and the table says eyes" ]
    sed -i 's/depth of 3, //' sets/voc:masks.explained
    run -1 prove voc
    [[ $output == "wrong: voc:masks explained: "* ]]
    sed -i 's/"bbox":\[3,/"bbox":[4,/' sets/coco:keypoints:panoptic/coco/annotations/instances_train.json
    run -1 prove coco
    [[ $output == "wrong: boxes 00000000 "* ]]
    rv-mux --explain voc:masks <still.jsonl 2>sets/voc:masks.explained >/dev/null
    echo "fx: 48.0625" >sets/voc:masks/voc/more.txt
    run -1 prove voc
    [ "$output" = "wrong: sets/voc:masks/voc/more.txt has traces of intrinsics" ]
}
