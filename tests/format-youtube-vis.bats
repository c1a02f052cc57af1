# SPDX-License-Identifier: MIT
# YouTube-VIS: what its readers find; what is refused. What rv-verify must find is in mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

@test "an object is one annotation over the clip, null where it is not seen" {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 3 --frames 3 --views left | jq -c '.split = ["val", "train", "train"][.index] |
        if .index == 1 then .frames[0].annotations |= .[1:] | .frames[2].annotations = [] else . end' >in
    rv-mux -f youtube-vis,video -o ds <in >out.jsonl
    cmp in out.jsonl
    [ "$(python3 "$RV_ROOT/tests/lib/youtube_vis_check.py" ds in)" = "33 masks" ]
    [ "$(jq -c '.annotations[0].areas | map(. != null)' ds/youtube-vis/train/instances.json)" = "[false,true,false]" ]
    [ "$(ls ds/youtube-vis/train/JPEGImages | xargs)" = "00000001 00000001.left 00000002 00000002.left" ]
    rv-verify --deep ds
}

@test "stills, and frames of several sizes, are refused" {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 >in
    run -1 rv-mux -q -f youtube-vis -o none <in
    [[ $output == *"format youtube-vis needs field 'frames'"* ]]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 --frames 2 >in
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 --frames 2 --size 40x24 --out other >wide
    cp other/00000000/frames/000002.png out/00000000/frames/000002.png
    jq -c --slurpfile wide wide '.frames[1] = $wide[0].frames[1]' in >bad
    run -1 rv-mux -q -f youtube-vis -o none <bad
    [[ $output == *"format youtube-vis: frame 000002 has 40x24 pixels, those before it 32x24"* ]]
}
