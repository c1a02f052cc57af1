# SPDX-License-Identifier: MIT
# rv-mux --consume: samples go when the shard that has them is finished, and nothing is lost however a run ends.
load lib/common

setup() {
    rv_setup
    need jq
    options=(-q -f webdataset:shard-count=2 --consume)
}

# Samples with the markers of rv-blend and rv-mask, which make their files rv's own. Makes those again that are gone.
samples() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@" >made
    python3 "$RV_ROOT/tests/lib/mark_samples.py" out
    cat made
}

@test "samples go with their shards, and the dataset is that of a run without it" {
    samples 7 | jq -c '.split = ["train", "val"][.index % 2]' >in
    rv-mux -q -f webdataset:shard-count=2 -o one <in >/dev/null
    run -0 --separate-stderr rv-mux "${options[@]}" -o ds <in
    [ "$output" = "$(cat in)" ]
    [ -z "$stderr" ]
    same_tree one ds
    nothing ls -A out
    rv-verify --deep ds
    # Only the journal is left, and the dataset is not replaced by a run that knows nothing of it.
    [ "$(ls -A .ds.rv-mux.shards)" = journal.jsonl ]
    run -2 --separate-stderr rv-mux -q -o ds <in
    [[ $stderr == *"ds' are all that is left of their samples: go on with --consume, or make another dataset (-o)" ]]
    same_tree one ds
    # The same command once more, with and without samples, leaves it as it is.
    rv-mux "${options[@]}" -o ds <in >/dev/null
    same_tree one ds
    samples 7 >/dev/null
    rv-mux "${options[@]}" -o ds <in >/dev/null
    same_tree one ds
    nothing ls -A out
    rv-mux "${options[@]}" -o ds </dev/null
    same_tree one ds
}

@test "samples that come later go into shards of their own" {
    samples 4 >first
    rv-mux "${options[@]}" -o ds <first >/dev/null
    samples 8 >in
    rv-mux -q -f webdataset:shard-count=2 -o one <in >/dev/null
    rv-mux "${options[@]}" -o ds <in >/dev/null
    same_tree one ds
    nothing ls -A out
    samples 3 --start 8 >more
    rv-mux "${options[@]}" -o ds <more >/dev/null
    [ "$(head -n 1 ds/manifest.jsonl | jq .samples)" = 11 ]
    rv-verify --deep ds
    # Of an id that is there, another record is refused.
    samples 1 | jq -c '.seed = 77' >other
    run -1 --separate-stderr rv-mux "${options[@]}" -o ds <other
    [[ $output == *'"code":"bad_record"'*"a sample of this id is in a finished shard, with another record"* ]]
    [ "$(head -n 1 ds/manifest.jsonl | jq .samples)" = 11 ]
}

@test "only what proves to be a sample of ours goes" {
    samples 4 >in
    rm out/00000000/.rv-*.json
    echo mine >out/00000001/notes
    run -0 --separate-stderr rv-mux "${options[@]:1}" -o ds <in
    [ "$(ls out | xargs)" = "00000000 00000001" ]
    [ -e out/00000000/Image.png ]
    [ "$(cat out/00000001/notes)" = mine ]
    [ "$(grep -c 'warning: a sample that is in a shard stays' <<<"$stderr")" = 2 ]
}

@test "it is for webdataset alone" {
    samples 1 >in
    for format in '' '-f coco' '-f coco,webdataset' '-f parquet'; do
        run -2 --separate-stderr rv-mux $format --consume -o ds <in
        [ "$stderr" = "rv-mux: error: --consume needs --format webdataset and no other" ]
    done
    [ -e out/00000000/Image.png ]
}

@test "a shard that is not posted keeps its samples" {
    samples 4 >in
    run -3 --separate-stderr rv-mux "${options[@]}" --post '[ $RV_POST_PATH = webdataset/shard-000000.tar ]' -o ds <in
    [ "$(ls out | xargs)" = "00000002 00000003" ]
    mkdir far
    rv-mux "${options[@]}" --post 'mv {} far' -o ds <in >/dev/null
    nothing ls -A out
    [ "$(ls far)" = shard-000001.tar ]
    [ "$(ls ds/webdataset)" = shard-000000.tar ]
    rv-verify --deep ds
}

@test "nothing is lost when a run is killed anywhere, with the same records or with samples made again" {
    need_failio
    samples 6 >in
    local call skip status again n=0
    rv-mux -q -f webdataset:shard-count=2 -o one <in >/dev/null
    for again in no yes; do
        for call in open write rename close unlink fsync; do
            for skip in 0 1 2 4 7 11 16; do
                [ $again = no ] || samples 6 >/dev/null
                status=0
                failio "$call:kill:*:$skip:1" rv-mux "${options[@]}" -o ds <in >/dev/null || status=$?
                echo "$again $call $skip: $status"
                [ $status = 0 ] || [ $status = 137 ]
                n=$((n + (status == 137)))
            done
            rv-mux "${options[@]}" -o ds <in >/dev/null
            same_tree one ds
            nothing ls -A out
            rm -r ds .ds.rv-mux.shards
            samples 6 >/dev/null
        done
    done
    echo "$n kills"
    [ $n -gt 30 ]
}

@test "shards that somebody removed are told, and their samples are taken again" {
    samples 4 >in
    rv-mux "${options[@]}" -o ds <in >/dev/null
    rm -r ds
    samples 4 >/dev/null
    run -0 --separate-stderr rv-mux "${options[@]:1}" -o ds <in
    [[ $stderr == *"warning: shard 'webdataset/shard-000000.tar' is gone, and with it its samples"* ]]
    [ "$(head -n 1 ds/manifest.jsonl | jq .samples)" = 4 ]
    rv-verify --deep ds
}
