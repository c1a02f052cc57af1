# SPDX-License-Identifier: MIT
# rv-mask: labels against the passes they come from, by decoders of their own (lib/check_labels.py); markers, resuming,
# kills; every way in which a record or a file can be wrong.

load lib/common

make_samples() {
    "$RV_ROOT/tests/lib/make_sample.py" "$@"
}

make_planes() {
    "$RV_ROOT/tests/lib/make_planes.py" "$@"
}

check_labels() {
    "$RV_ROOT/tests/lib/check_labels.py" "$@"
}

teardown() {
    umount small 2>/dev/null || true
    chattr -i out/00000000 2>/dev/null || true
    chmod u+w out/00000000 2>/dev/null || true
}

# Samples in out/, their records in records, a copy that stays as it is in pristine/.
prepare() {
    make_samples out "$@" >records
    cp -a out pristine
}

fresh() {
    rm -rf out
    cp -a pristine out
}

# mask_one JQ-FILTER [OPTION...]: labels the first record, changed.
mask_one() {
    head -1 records | jq -c "$1" >changed
    run -0 --separate-stderr rv-mask "${@:2}" <changed
}

# mask_fails CODE TEXT JQ-FILTER [OPTION...]: the same ends in an error record of that kind whose message holds TEXT.
mask_fails() {
    head -1 records | jq -c "$3" >changed
    run -1 --separate-stderr rv-mask "${@:4}" <changed
    jq -e --arg code "$1" --arg text "$2" \
        '.error.tool == "rv-mask" and .error.code == $code and (.error.message | contains($text))' \
        <<<"$output" || { echo "$output"; return 1; }
}

@test "labels are what the passes say, for each codec" {
    for codec in NONE ZIP ZIPS; do
        rm -rf out pristine
        prepare --count 3 --seed 7 --objects 8 --codec $codec
        rv-mask --instances <records >masked
        check_labels --instances pristine <masked
        [ "$(jq -s 'map(.annotations | length) | add' masked)" -gt 10 ]
    done
}

EVERY_LABEL=(--instances --normals camera --flow-format flo,kitti --polygons edge,center --shapes border,centroid,obb
    --palette --classes box,window --panoptic --stuff box --depth-format mm,kitti,npy --edges --soft --box3d-hull --parts material,masks
    --groups parent,collection --overlay --sheet --scene-flow --occlusion --amodal-masks
    --distance)

# A label's version is part of its key: bytes that change without it would be mixed with old ones.
@test "the bytes of a label change with its version only" {
    local golden=$RV_ROOT/tests/data/labels.golden
    make_samples still --seed 11 --size 24 18 --objects 7 --passes --amodal --tracks 40 >records
    make_samples clip --seed 12 --size 20 15 --objects 5 --passes --amodal --frames 2 --tracks 40 >>records
    rv-mask "${EVERY_LABEL[@]}" --keep normal,mask_shiny <records >/dev/null
    rv-mask --labels --json >labels
    jq '.labels |= map(select(.name != "disparity"))' labels >others
    "$RV_ROOT/tests/lib/label_digests.py" still/00000000 clip/00000000 <others >digests
    make_planes stereo --stereo 0.5 | rv-mask --disparity >/dev/null
    jq '.labels |= map(select(.name == "disparity"))' labels >of-pairs
    "$RV_ROOT/tests/lib/label_digests.py" stereo/planes <of-pairs >>digests
    same_output 'wc -l <digests' "jq '.labels | length' labels"
    run -1 grep -vxFf "$golden" digests # what is not in there: raise the version of these labels
    grep -v '^#' "$golden" | cut -d' ' -f1,2 | sort >versions
    nothing uniq -d versions
}

@test "--needs lists the passes of the labels that options name" {
    needs() {
        run -0 rv-mask --needs "${@:2}"
        [ "$output" = "$1" ]
    }
    needs ''
    needs '' --instances --distance --amodal-masks --parts masks --draw tracks --keep passes,depth --min-area 9
    needs crypto_object --soft
    needs material_index --parts material,masks
    needs vector --scene-flow
    needs vector --occlusion
    needs vector --outputs flow_forward
    needs normal --outputs normal_camera,depth
    needs normal,vector,emission --normals camera --flow-format flo --keep emission
    run -2 rv-mask --needs --outputs no_such
}

@test "a label that options name is not left out without a word" {
    make_samples out --size 8 6 >records
    rv-mask --soft --normals camera --amodal-masks <records >masked 2>told
    [ "$(grep -c . told)" = 3 ]
    grep -qxF "rv-mask: warning: 'out/00000000': no soft, since crypto_object was not rendered: rv-blend --passes crypto_object" told
    grep -qxF "rv-mask: warning: 'out/00000000': no amodal_masks, since amodal_runs was not rendered: rv-blend --amodal" told
    make_samples out --size 8 6 --passes >records
    rv-mask --soft --normals camera --parts material <records >masked 2>told
    [ ! -s told ]
}

@test "--labels tells what there is, for people and as JSON" {
    rv-mask --labels >text
    grep -qx depth text
    grep -qx '  option  --min-area=N  no annotation for objects of which fewer than N pixels are visible (default: 1)' text
    rv-mask --labels --json >json
    [ "$(jq -c '.labels[] | select(.name == "depth") | del(.version)' json)" = \
        '{"name":"depth","summary":"metres to the camera'"'"'s plane","passes":["depth"],"roles":["depth","depth_preview"],"members":[],"options":[]}' ]
    [ "$(jq -c '.labels[] | select(.name == "instances") | [.roles, .members, .options[].name]' json)" = '[["instances"],["mask"],"instances"]' ]
    [ "$(jq -c '.roles[] | select(.name == "depth")' json)" = \
        '{"name":"depth","file":"Depth.exr","kind":"exr","channels":"V","bits":32,"background":"1e10","writer":"rv-mask","text":"metres to the camera'"'"'s plane"}' ]
    # every role that rv-mask writes is of one label
    [ "$(jq -c '[.roles[] | select(.writer == "rv-mask").name] - [.labels[].roles[]]' json)" = '[]' ]
    [ "$(jq '[.labels[].roles[]] | length == (unique | length)' json)" = true ]
}

@test "odd sizes: a row, a column, a pixel, no object" {
    for size in "40 1" "1 40" "1 1" "33 65"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --count 2 --size $size --codec ZIP
        rv-mask --instances <records | check_labels --instances pristine
    done
    rm -rf out pristine
    prepare --objects 0
    rv-mask --instances <records >masked
    check_labels --instances pristine <masked
    [ "$(jq -c '[.annotations, .files.instances]' masked)" = '[[],[]]' ]
}

@test "options: min-area, no-preview, keep" {
    prepare --count 2 --seed 3 --objects 8
    rv-mask --min-area 60 --no-preview --keep passes <records >masked
    check_labels --min-area 60 --no-preview --keep pristine <masked
    [ "$(jq -s '[.[].annotations[].area] | min >= 60' masked)" = true ]
    cmp out/00000000/passes.exr pristine/00000000/passes.exr
}

@test "every pass is kept as it was rendered, whatever its codec" {
    for codec in NONE ZIP; do
        rm -rf out pristine
        prepare --count 2 --seed 5 --size 40 30 --objects 7 --passes --codec $codec
        rv-mask --instances --normals camera --flow-format flo,kitti <records >masked
        check_labels --instances --camera --flow flo,kitti pristine <masked
        [ "$(jq -s '.[0].files | length' masked)" -ge 28 ]
    done
    fresh
    rv-mask --normals unit,camera --flow-format kitti --no-preview --keep passes <records >masked
    check_labels --unit --camera --flow kitti --no-preview --keep pristine <masked
    fresh
    rv-mask --normals pure <records | check_labels --pure pristine
    fresh
    rv-mask --normals pure,camera,unit <records | check_labels --pure --unit --camera pristine
}

@test "depth and position are in metres, whatever Blender's unit is" {
    prepare --passes --size 30 20 --objects 4
    mask_one . --outputs depth,depth_preview,position
    cp -r out/00000000 plain
    fresh
    mask_one '.unit_scale = 0.25' --outputs depth,depth_preview,position --keep passes
    for role in Depth Position; do
        python3 - "$RV_ROOT/tests/lib" plain/$role.exr out/00000000/$role.exr <<'END'
import sys

sys.path.insert(0, sys.argv[1])
from check_labels import read_exr

units, metres = (read_exr(path) for path in sys.argv[2:])
assert units.keys() == metres.keys()
seen = 0
for channel, rows in units.items():
    for row, other in zip(rows, metres[channel]):
        for a, b in zip(row, other):
            assert b == (a if a >= 1e10 else a / 4), (channel, a, b)  # a power of two: exact
            seen += a != b
assert seen > 10, seen
END
    done
    # what is made of kept labels is in metres already
    rm out/00000000/passes.exr
    cp out/00000000/Depth.exr .
    mask_one '.unit_scale = 0.25' --outputs depth,depth_preview,index
    cmp Depth.exr out/00000000/Depth.exr
    for scale in 0 -1 '"m"' null; do
        mask_fails bad_record "unit_scale" ".unit_scale = $scale"
    done
}

@test "outputs: only what is asked for, and the index map" {
    prepare --passes --size 30 20
    while read -r outputs options; do
        fresh
        rv-mask --outputs "$outputs" <records >masked
        # shellcheck disable=SC2086
        check_labels --outputs "$outputs" $options pristine <masked
    done <<'CASES'
depth
mask,alpha
mask_shiny,index_color_preview
index_color_preview,depth_color_preview
flow_backward,flow_preview
flow_forward_flo,flow_backward_kitti --flow flo,kitti
normal_camera --camera
normal_preview,uv,crypto_object
CASES
    fresh
    rv-mask --outputs instances,material_index <records >masked
    check_labels --outputs instances,material_index --instances pristine <masked
    fresh
    rv-mask --outputs depth --outputs ao,depth_preview --no-preview <records >masked
    check_labels --outputs depth,ao,depth_preview --no-preview pristine <masked
    # A label's name stands for its roles, where no role has that name.
    fresh
    rv-mask --outputs index_color,depth <records >masked
    check_labels --outputs index_color_preview,depth pristine <masked
}

@test "--outputs: a label that no sample has the passes for is told" {
    make_samples out >records
    run -0 --separate-stderr rv-mask --outputs depth,normal,flow,edges <records
    [ "${#stderr_lines[@]}" = 2 ]
    [[ ${stderr_lines[0]} == "rv-mask: warning: --outputs: no sample has what 'normal' is made of: "* ]]
    [[ ${stderr_lines[1]} == "rv-mask: warning: --outputs: no sample has what 'flow' is made of: "* ]]
    rm -r out
    make_samples out >records
    sed -i 's/passes.exr/none.exr/' records
    run -1 --separate-stderr rv-mask --outputs normal <records
    [[ $stderr != *'no sample has what'* ]]
}

@test "cryptomatte: names from the rendered manifest or from the record, those in the picture only" {
    prepare --passes --objects 4
    # names that the record does not know come from the manifest; and the other way round
    mask_one 'del(.objects[].name, .materials) | .objects = []'
    manifest() {
        "$RV_ROOT/tests/lib/exr_texts.py" "$1" | sed -n 's|^cryptomatte/[0-9a-f]*/manifest ||p'
    }
    manifest out/00000000/CryptoObject.exr >names
    jq -e '(keys - ["Object 1", "Object 2", "Object 3", "Object 4"]) == [] and length >= 2' names
    [ "$(manifest out/00000000/CryptoMaterial.exr)" = '{}' ]
    fresh
    rv-mask <records >masked
    check_labels pristine <masked
    manifest out/00000000/CryptoObject.exr | cmp - names
    [ "$(manifest out/00000000/CryptoMaterial.exr | jq -c keys)" = '["box","panel"]' ]
}

@test "a pass of a later Blender, and roles that are none" {
    prepare --passes
    mask_one '.channels.volume_direct = .channels.ao'
    [ "$(jq -r .files.volume_direct <<<"$output")" = VolumeDirect.exr ]
    cmp out/00000000/VolumeDirect.exr out/00000000/AO.exr
    while IFS='|' read -r filter part; do
        fresh
        mask_fails "${part%%:*}" "${part#*:}" "$filter"
    done <<'CASES'
.channels.image = "ViewLayer.Mist.Z"|bad_record:'image' is no role of a pass
.channels.composite = "ViewLayer.Mist.Z"|bad_record:'composite' is no role of a pass
.channels["../x"] = "ViewLayer.Mist.Z"|bad_record:'../x' must be 1..128 bytes without '/'
.channels.instances = "ViewLayer.Mist.Z"|bad_record:no role of a pass
.channels.views = "ViewLayer.Mist.Z"|bad_record:no role of a pass
.channels.normal_camera = "ViewLayer.Mist.Z"|bad_record:no role of a pass
.channels.flow_forward = "ViewLayer.Mist.Z"|bad_record:no role of a pass
.channels.depth_preview = "ViewLayer.Mist.Z"|bad_record:no role of a pass
.channels.X = "ViewLayer.Mist.Z"|bad_record:no role of a pass
.channels.mist = []|limit:channels.mist
.channels.mist = [1]|bad_record:channels.mist
.channels.mist = ["ViewLayer.Mist.Z", "ViewLayer.Depth.Z"]|limit:'Z': its name must be its own
.channels.normal = ["ViewLayer.Normal.X"]|bad_record:field 'channels.normal' must have 3 channels, has 1
.channels.vector = .channels.vector[:3]|bad_record:field 'channels.vector' must have 4 channels, has 3
.channels.normal[2] = "ViewLayer.Normal.W"|bad_file:no channel 'ViewLayer.Normal.W'
CASES
}

@test "normals in camera space need a camera" {
    prepare --passes
    mask_fails bad_record camera.matrix_world 'del(.camera)' --normals camera
    mask_one 'del(.camera)'
}

@test "alpha is that of the image, of any form" {
    prepare
    "$RV_ROOT/tests/lib/png_of.py" out/00000000/Image.png 64 48 3 8
    mask_one .
    [ "$("$RV_ROOT/tests/lib/png_of.py" --values out/00000000/Alpha.png)" = '1 8: 255' ]
    fresh
    "$RV_ROOT/tests/lib/png_of.py" out/00000000/Image.png 64 48 4 16
    mask_one .
    [ "$("$RV_ROOT/tests/lib/png_of.py" --values out/00000000/Alpha.png)" = '1 16: 300 301 302 303' ]
    fresh
    mask_one '.files.image = "Image.jpg"'
    [ "$(jq -r .files.alpha <<<"$output")" = null ]
    fresh
    rm out/00000000/Image.png
    mask_fails missing_file Image.png .
    mask_one . --outputs depth
}

@test "a sequence: a folder for each role, annotations for each frame" {
    prepare --count 2 --frames 3 --passes --size 32 24 --objects 4
    rv-mask --instances --normals camera --flow-format flo <records >masked
    check_labels --instances --camera --flow flo pristine <masked
    [ "$(jq -c '.frames | map(keys_unsorted)' masked | head -1)" = \
        '[["frame","camera","annotations"],["frame","annotations"],["frame","camera","objects","annotations"]]' ]
    [ "$(jq -c .files.index masked | head -1)" = '["index/000001.png","index/000002.png","index/000003.png"]' ]
    [ ! -e out/00000000/passes ]
    find out -type f -printf '%p %i %T@\n' | sort >before
    rv-mask --instances --normals camera --flow-format flo <records | cmp - masked
    find out -type f -printf '%p %i %T@\n' | sort | cmp - before
    fresh
    rv-mask --keep passes --outputs depth -j 2 <records >masked
    check_labels --keep --outputs depth pristine <masked
}

@test "views: a folder and annotations for each, with passes and channels of their own" {
    prepare --count 2 --views 2 --passes --size 32 24 --objects 4
    rv-mask --instances --normals camera --flow-format flo -j 2 <records >masked
    check_labels --instances --camera --flow flo pristine <masked
    [ "$(jq -c '.views[0] | keys_unsorted' masked | head -1)" = '["name","camera","files","objects","annotations"]' ]
    [ "$(jq -c '[.files.index, .views[].files.index]' masked | head -1)" = \
        '["IndexOB.png","views/view1/IndexOB.png","views/view2/IndexOB.png"]' ]
    [ "$(jq -r '.views[1].annotations[0].mask' masked | head -1)" = views/view2/instances/00001.png ]
    nothing find out -name 'passes*'
    rv-mask --instances --normals camera --flow-format flo <records | cmp - masked
    # only the views have pictures
    fresh
    mask_one '.files = {}'
    [ "$(jq -c '[.files, .annotations, (.views | map(.annotations | length > 0) | all)]' <<<"$output")" = '[{},null,true]' ]
    rm -rf out pristine
    prepare --views 1 --frames 2 --size 20 16 --objects 3
    rv-mask --instances <records >masked
    check_labels --instances pristine <masked
    [ "$(jq -r '.views[0].frames[1].annotations[0].mask' masked)" = views/view1/instances/000002/00001.png ]
    while IFS='|' read -r filter part; do
        fresh
        mask_fails bad_record "view 'view1': $part" "$filter"
    done <<'CASES'
.views[0].channels = {}|field 'channels.index' is missing
.views[0].files.passes = ["view1/passes/000001.exr","views/view1/passes/000002.exr"]|field 'files.passes': 'view1/passes/000001.exr' must be 'views/view1/passes/000001.exr'
del(.views[0].files.passes)|no rendered passes
CASES
}

@test "a sequence: numbers in its frames keep their digits" {
    prepare --frames 2
    sed 's/"frame":2/"frame" : 2.000, "t": 12345678901234567890.10/' records | rv-mask >masked
    grep -qF '"frame" : 2.000, "t": 12345678901234567890.10,"annotations":[' masked
    grep -qF '"frame":2.000,"t":12345678901234567890.10,"annotations":[' out/00000000/_meta.json
}

@test "a sequence of one frame; frames numbered below 0" {
    prepare --frames 1
    rv-mask <records | check_labels pristine
    fresh
    mv out/00000000/passes/000001.exr out/00000000/passes/-00007.exr
    mask_one '.files.passes = ["passes/-00007.exr"]'
    [ "$(jq -c .files.depth <<<"$output")" = '["depth/-00007.exr"]' ]
}

@test "a sequence: bad members" {
    prepare --frames 2
    while IFS='|' read -r filter part; do
        fresh
        mask_fails bad_record "$part" "$filter"
        [ -e out/00000000/passes/000001.exr ]
        [ ! -e out/00000000/index ]
    done <<'CASES'
del(.frames)|field 'frames' must be an array of 1..1000000 frames
del(.frames[1])|field 'files.image' has 2 files, but the sample has 1 frame
.frames[1] = 3|field 'frames[1].frame' must be a whole number
.frames[1].frame = 1|above that of the frame before
.files.passes = []|field 'files.passes' has 0 files, but the sample has 2 frames
.files.passes[1] = "../000002.exr"|field 'files.passes' must be a path below the sample's directory
.files.passes[1] = 2|field 'files.passes' must be a path below the sample's directory
.files.passes[1] = "passes/a b.exr"|field 'files' has a frame called 'a b'
.files.passes[1] = "passes/.exr"|field 'files.passes': 'passes/.exr' must be 'passes/000002.exr'
.files.passes[1] = "passes/000002"|field 'files.passes': 'passes/000002' must be 'passes/000002.exr'
.files.passes[1] = "more/000001.exr"|field 'files' has two frames called '000001'
.files.passes[1] = "more/000002.exr"|field 'files.passes': 'more/000002.exr' must be 'passes/000002.exr'
.files.image = "Image.png"|field 'files.image' has 1 file, but the sample has 2 frames
.files.image[1] = "/etc/x.png"|field 'files.image' must be a path below the sample's directory
CASES
}

@test "a sequence with a frame missing: other settings, and none at all" {
    prepare --frames 3
    rm out/00000000/passes/000002.exr
    mask_fails missing_file passes/000002.exr .
    fresh
    rv-mask <records >/dev/null
    rm out/00000000/alpha/000002.png out/00000000/mask_shiny/000003.png
    mask_fails passes_gone passes/000001.exr .
    [ -e out/00000000/.rv-blend.json ]
}

@test "sequences and stills in one stream: any number of jobs gives the same bytes, in order" {
    make_samples clips --count 2 --frames 40 --size 24 16 --objects 4 >clips.jsonl
    make_samples stills --count 9 --seed 3 --size 24 16 >stills.jsonl
    cat <(head -4 stills.jsonl) <(head -1 clips.jsonl) <(tail -5 stills.jsonl) <(tail -1 clips.jsonl) >records
    mkdir pristine out
    mv clips stills pristine
    sed -i 's|"dir":"|&out/|' records
    cp -a pristine/. out
    rv-mask --instances -j 1 <records >one
    mv out first
    [ "$(jq -s 'map((.frames // []) | length) | add' one)" = 80 ]
    for jobs in 2 4 auto; do
        fresh
        rv-mask --instances -j $jobs <records | cmp - one
        diff -r first out
    done
    jq -c 'select(.frames)' one | check_labels --instances pristine/clips
    jq -c 'select(.frames | not)' one | check_labels --instances pristine/stills
}

@test "a sequence with broken frames: the first one is named and no label is left, whatever the jobs" {
    local large jobs frames frame
    prepare --frames 40 --size 48 40 --objects 4
    make_samples big --frames 1 --size 400 300 >/dev/null
    # Pictures that are not there, which is found out last of all; a large frame takes longest.
    while read -r large frames; do
        for jobs in 1 4 4 4; do
            fresh
            cp big/00000000/passes/000001.exr "out/00000000/passes/$large.exr"
            for frame in $frames; do
                rm "out/00000000/frames/$frame.png"
            done
            rm -rf untouched
            cp -a out untouched
            mask_fails missing_file "frames/000020.png'" . --instances -j "$jobs"
            diff -r untouched out
        done
    done <<'CASES'
000020 000020
000020 000020 000021 000022
000021 000020 000021 000033
CASES
    fresh
    rv-mask --instances -j 4 <records | check_labels --instances pristine
}

@test "the threshold is the record's, and 0.5 without one" {
    prepare --seed 5
    mask_one '.semantic_mask_threshold = 0.3'
    check_labels pristine <<<"$output"
    fresh
    mask_one 'del(.semantic_mask_threshold)'
    check_labels pristine <<<"$output"
}

@test "other members pass through to the last digit, volatile ones stay out of files" {
    prepare
    sed 's/^{/{"big":12345678901234567890123,"run":{"host":"me"},/' records | rv-mask >masked
    grep -q '"big":12345678901234567890123' masked
    grep -q '"run":{"host":"me"}' masked
    grep -q '"big":12345678901234567890123' out/00000000/_meta.json
    run -1 grep -E '"run"|"dir"|'"$PWD" out/00000000/_meta.json
    same_output 'jq -c keys_unsorted masked' \
        "jq -c '[\"big\", \"run\"] + keys_unsorted - [\"channels\"] + [\"annotations\"]' records"
}

@test "any number of jobs gives the same bytes, in order" {
    prepare --count 9 --size 20 16
    rv-mask --instances <records >one
    mv out first
    fresh
    rv-mask --instances -j 4 <records >four
    cmp one four
    same_tree first out
    fresh
    rv-mask --instances -j auto <records | cmp - one
}

@test "what is done is not done again, and gives the same record" {
    prepare --count 3
    rv-mask <records >once
    find out -type f -printf '%p %i %T@\n' | sort >before
    rv-mask <records >twice
    cmp once twice
    find out -type f -printf '%p %i %T@\n' | sort | cmp - before
    # jq writes the numbers of `objects` its own way: still the same labels
    jq -c . records | rv-mask >thrice
    same_records .annotations thrice once
}

@test "a member added by hand goes into _meta.json without new labels" {
    prepare
    rv-mask <records >once
    stat -c '%i %.Z' out/00000000/IndexOB.png >before
    jq -c '.note = "mine"' records | rv-mask >twice
    stat -c '%i %.Z' out/00000000/IndexOB.png | cmp - before
    [ "$(jq -r .note out/00000000/_meta.json)" = mine ]
    check_labels pristine <twice
}

@test "other settings with the passes kept: new labels, no trace of the old ones" {
    prepare --count 2 --objects 8
    rv-mask --instances --keep passes <records >/dev/null
    rv-mask --min-area 20 --keep passes <records >masked
    check_labels --min-area 20 --keep pristine <masked
    [ ! -e out/00000000/instances ]
    rv-mask --no-preview <records >masked
    check_labels --no-preview pristine <masked
}

@test "other settings with the passes gone: passes_gone, nothing is changed, and rv-blend is asked" {
    prepare --passes
    rv-mask --outputs mask,depth_preview <records >first
    same_as_before() {
        find out -type f ! -name .rv-again.json -printf '%p %i %T@\n' | sort
    }
    same_as_before >before
    for options in "--outputs depth" "--outputs uv,mask" "--outputs mask,depth_preview --keep passes"; do
        # shellcheck disable=SC2086
        mask_fails passes_gone "the sample has to be rendered again" . $options
        same_as_before | cmp - before
    done
    [ "$(jq -c . out/00000000/.rv-again.json)" = \
        '{"version":1,"tool":"rv-mask","options":["--outputs=mask,depth_preview","--keep=passes"]}' ]
    # what was there is passed on as the first time, and then nothing more is asked of rv-blend
    rv-mask --outputs mask,depth_preview <records | cmp - first
    [ ! -e out/00000000/.rv-again.json ]
    fresh # as rv-blend would
    mask_one . --outputs uv,mask
    check_labels --outputs uv,mask pristine <<<"$output"
}

# What the options make of the samples with their passes, in wanted/.
with_passes() {
    fresh
    rv-mask "$@" <records >wanted.jsonl
    rm -rf wanted
    mv out wanted
}

# Labels that are made from kept files are those that the passes give, record and marker alike.
@test "other settings with the passes gone: made from the labels that are kept" {
    local from to
    for kind in "--count 2" "--frames 3" "--views 2"; do
        rm -rf out pristine wanted
        # shellcheck disable=SC2086
        prepare --passes --objects 6 --size 40 30 $kind
        while IFS='|' read -r from to; do
            echo "# $kind: $from -> $to"
            # shellcheck disable=SC2086
            with_passes $to
            fresh
            # shellcheck disable=SC2086
            rv-mask $from <records >/dev/null
            nothing find out -name '*passes*'
            # shellcheck disable=SC2086
            rv-mask $to <records | cmp - wanted.jsonl
            same_tree wanted out
        done <<'CASES'
|--min-area 60
--min-area 60|--instances
--instances|--instances --min-area 90
--instances|
--no-preview|
|--no-preview --outputs depth,normal
--outputs depth,normal|--outputs depth_preview,normal_camera,normal_preview
--normals unit|--normals unit,camera
--outputs flow_forward,flow_backward|--flow-format flo,kitti --outputs flow_preview,flow_backward_kitti,flow_forward_flo
--no-preview|--flow-format kitti
--outputs depth|--instances --outputs instances,index_color_preview
--outputs material_index|--outputs material_index_preview
CASES
    done
}

# Of each file the name, where it lies, and when it was written.
inodes() { # FIND-EXPRESSION
    find out -type f "$@" -printf '%p %i %T@\n' | sort
}

@test "only what is missing or stale is made, the files of other labels stay untouched" {
    prepare --passes --objects 6
    rv-mask --keep passes <records >first
    inodes ! -name '.*' ! -name _meta.json >before
    rv-mask --keep passes --instances --flow-format flo <records >masked
    check_labels --keep --instances --flow flo pristine <masked
    inodes ! -name '.*' ! -name _meta.json ! -path '*instances*' ! -name '*.flo' | cmp - before
    # another threshold: the semantic masks alone; other boxes: annotations alone
    inodes ! -name '.*' ! -name _meta.json ! -name 'Mask_*' >before
    mask_one '.semantic_mask_threshold = 0.3' --keep passes --instances --flow-format flo
    check_labels --keep --instances --flow flo pristine <<<"$output"
    inodes ! -name '.*' ! -name _meta.json ! -name 'Mask_*' | cmp - before
    mask_one '.semantic_mask_threshold = 0.3 | .objects[].box3d.pixels[][]? |= . + 7 | .objects[].tags = ["x"]' \
        --keep passes --instances --flow-format flo
    [ "$(jq -c '[.annotations[] | .tags == ["x"]] | all' <<<"$output")" = true ]
    # what the annotations stand on stays, and the masks go with them, whose set they decide
    inodes ! -name '.*' ! -name _meta.json ! -name 'Mask_*' ! -path '*instances*' | cmp - \
        <(grep -v instances before)
    # what is no longer wanted goes, and nothing else
    touch out/00000000/Depth.txt out/00000000/notes.png
    mask_one '.semantic_mask_threshold = 0.3' --outputs mask,flow_preview
    [ "$(cd out/00000000 && ls | xargs)" = \
        'Depth.txt FlowPreview.png Image.png IndexOB.png Mask_shiny.png _meta.json notes.png' ]
}

@test "a directory that is no sample of rv is refused, and nothing is written there" {
    prepare
    mkdir -p victim/documents victim/instances
    echo x | tee victim/documents/thesis victim/IndexOB.png victim/_meta.json >victim/instances/00001.png
    cp out/00000000/passes.exr victim/
    cp -a victim before
    mask_fails bad_record "'victim' is no sample of rv" '.dir = "victim" | .channels.documents = .channels.index' --instances
    diff -r before victim
    echo '{"id":"other","seed":1}' | tee victim/_meta.json >before/_meta.json
    mask_fails bad_record "'victim' is no sample of rv" '.dir = "victim"'
    diff -r before victim
    mask_fails bad_record "'nowhere' is no sample of rv" '.dir = "nowhere"'
    [ ! -e nowhere ]
    # its own _meta.json is enough
    echo '{"id":"00000000","seed":0}' >victim/_meta.json
    mask_one '.dir = "victim"' --outputs depth
    [ "$(cat victim/documents/thesis)" = x ]
}

@test "folders named like roles are the user's, links are not followed" {
    prepare --frames 2
    mkdir -p out/00000000/normal out/00000000/mist elsewhere
    echo x | tee out/00000000/normal/000001.exr >elsewhere/000001.exr
    rv-mask --keep passes <records >/dev/null
    [ "$(cat out/00000000/normal/000001.exr)" = x ]
    # neither written through ...
    fresh
    ln -s ../../elsewhere out/00000000/depth
    mask_fails io "depth' is no directory of this sample" .
    [ "$(ls elsewhere)" = 000001.exr ]
    # ... nor removed through
    fresh
    rv-mask --keep passes <records >/dev/null
    mv out/00000000/depth .
    ln -s ../../elsewhere out/00000000/depth
    mask_fails io "depth' is no directory of this sample" . --keep passes --outputs mask
    [ "$(cat elsewhere/000001.exr)" = x ]
    # ... nor read through
    fresh
    mv out/00000000/passes/000001.exr secret.exr
    ln -s ../../../secret.exr out/00000000/passes/000001.exr
    mask_fails bad_file "passes/000001.exr' is reached by a symbolic link, which is not followed" .
    fresh
    mv out/00000000/.rv-blend.json marker
    ln -s ../../marker out/00000000/.rv-blend.json
    mask_fails bad_file ".rv-blend.json' is reached by a symbolic link, which is not followed" .
}

@test "a marker of the first version: its files are replaced, and no others" {
    prepare --count 2
    rv-mask --keep passes <records >wanted
    rm -rf wanted.d
    cp -a out wanted.d
    for dir in out/*; do
        echo x >"$dir/Old.png"
        echo '{"version":1,"key":"x","files":[["Old.png",2],["Depth.exr",1],["../../records",1]],"settings":{},"add":{"files":{},"annotations":[]}}' \
            >"$dir/.rv-mask.json"
    done
    rv-mask --keep passes <records | cmp - wanted
    same_tree wanted.d out
}

@test "a label file that is gone, cut or changed is noticed" {
    prepare
    rv-mask --keep passes <records >once
    cp -r out whole
    truncate -s -1 out/00000000/IndexOB.png
    rv-mask --keep passes <records | cmp - once
    same_tree whole out
    rm out/00000000/Depth.exr
    rv-mask --keep passes <records | cmp - once
    same_tree whole out
    head -c "$(stat -c %s out/00000000/Depth.exr)" /dev/zero >out/00000000/Depth.exr
    rv-mask --keep passes --trust-sizes <records | cmp - once
    [ "$(head -c 4 out/00000000/Depth.exr | od -An -tu1 | xargs)" = '0 0 0 0' ]
    rv-mask --keep passes <records | cmp - once
    same_tree whole out
}

@test "a label file that is lost when the passes are gone: rv-blend is asked, the others stay" {
    prepare --count 3
    rv-mask <records >once
    rm out/00000000/Depth.exr
    rm out/00000002/IndexOB.png
    run -1 --separate-stderr rv-mask <records
    [[ "$stderr" == *"run the same command once more: 2 samples will be rendered again"* ]]
    [ "$(jq -r '.error.code // "ok"' <<<"$output" | xargs)" = 'passes_gone ok passes_gone' ]
    [ -e out/00000000/.rv-again.json ]
    [ -e out/00000002/.rv-again.json ]
    [ "$(find out -name .rv-mask.json | wc -l)" = 3 ]
    [ "$(find out -name .rv-blend.json | wc -l)" = 3 ]
}

@test "a marker that a power cut has spoilt: rv-blend is asked, as labels may have been made" {
    prepare --count 2
    rv-mask <records >once
    : >out/00000000/.rv-mask.json
    head -c "$(stat -c %s out/00000001/.rv-mask.json)" /dev/zero >out/00000001/.rv-mask.json
    run -1 --separate-stderr rv-mask <records
    [[ "$stderr" == *"run the same command once more: 2 samples will be rendered again"* ]]
    [ "$(find out -name .rv-again.json | wc -l)" = 2 ]
}

@test "two at work on a sample: the second is refused, or waits" {
    prepare
    cat >holder.py <<'END'
import fcntl, os, struct, sys, time
fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.fcntl(fd, 37, struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 0, 0))  # F_OFD_SETLK
os.write(fd, b"rv-mask, process 77 on elsewhere\n")
open("held", "w").close()
while not os.path.exists("go"):
    time.sleep(0.05)
END
    python3 holder.py out/00000000/.rv-mask.lock &
    holder=$!
    wait_until [ -e held ]
    run -3 --separate-stderr rv-mask <records
    [[ "$stderr" == *"'out/00000000' is in use by rv-mask, process 77 on elsewhere"* ]]
    [ "$(jq -r .error.code <<<"$output")" = busy ]
    [ -e out/00000000/passes.exr ]
    rv-mask --wait 1m <records >waited &
    second=$!
    touch go
    wait $holder
    wait $second
    check_labels pristine <waited
    [ ! -e out/00000000/.rv-mask.lock ]
}

@test "passes rendered anew get new labels" {
    prepare --seed 1
    rv-mask <records >/dev/null
    rm -rf out pristine
    prepare --seed 2
    cp -a out new
    rv-mask <records >masked
    check_labels pristine <masked
}

@test "a marker of nonsense is no marker" {
    prepare
    for text in '' '{' '[]' '{"version":2}' '{"version":2,"products":3,"files":{},"add":[]}' \
        '{"version":2,"products":{"depth":{"key":"x","files":[["Depth.exr",1]]},"x":{}},"files":[3,["/etc/passwd",1],["a"]],"add":{"annotations":3}}' \
        '{"version":1,"key":"x","files":[],"add":{"files":{},"annotations":[]}}'; do
        fresh
        echo "$text" >out/00000000/.rv-mask.json
        rv-mask <records | check_labels pristine
    done
    fresh
    echo '{' >out/00000000/.rv-blend.json
    mask_fails bad_json .rv-blend.json .
}

@test "without rv-blend's marker: labels all the same, and again when there are passes" {
    prepare
    rm out/00000000/.rv-blend.json
    rv-mask --keep passes <records >once
    stat -c '%i %.Z' out/00000000/IndexOB.png >before
    rv-mask --keep passes <records | cmp - once
    stat -c '%i %.Z' out/00000000/IndexOB.png >after
    run -1 cmp -s before after
    rv-mask <records >last
    rv-mask <records | cmp - last
}

@test "records with an error and those left out by --where pass untouched" {
    prepare --count 2
    echo '{"id":"x","error":{"tool":"rv-blend","code":"timeout","message":"m"},  "n":1.50}' >in
    run -1 rv-mask -q <in
    cmp in - <<<"$output"
    rv-mask --where '.index == 1' <records >masked
    same_output 'head -n1 records' 'head -n1 masked'
    [ -e out/00000000/passes.exr ]
    [ ! -e out/00000001/passes.exr ]
}

@test "a record that nothing was rendered for" {
    echo '{"id":"a","index":0,"seed":1}' >records
    mask_fails bad_record "put rv-blend before rv-mask" .
    [[ $stderr == *"put rv-blend before rv-mask"* ]]
}

@test "bad members" {
    prepare
    while IFS='|' read -r filter part; do
        fresh
        mask_fails bad_record "$part" "$filter"
        [ -e out/00000000/passes.exr ]
    done <<'CASES'
del(.dir)|put rv-blend before rv-mask
del(.files)|put rv-blend before rv-mask
del(.files.passes)|put rv-blend before rv-mask
.dir = 1|field 'dir' must name the sample's directory, which rv-blend makes
.files = []|field 'files' must be an object
.files.passes = ["a"]|field 'frames' must be an array
.files.passes = "../passes.exr"|field 'files.passes' must be a path below the sample's directory
.files.passes = "/etc/passwd"|field 'files.passes' must be a path below the sample's directory
.files.passes = "Image.png"|field 'files.passes': 'Image.png' must be 'passes.exr'
.channels.index = 3|channels.index
.channels.depth = []|channels.depth
.channels.mask_shiny = 3|channels.mask_shiny
.channels["mask_a/b"] = "ViewLayer.shiny.X"|the role 'mask_a/b' must be 1..128 bytes
.channels["mask_"] = "ViewLayer.shiny.X"|'mask_' is no role of a pass
.objects = [{"index":"a"}]|objects[0].index
.objects = [{"index":70000,"name":"a"}]|0..65535
.objects[1].name = null|objects[1].name
.objects[1].tags = "a"|objects[1].tags
.objects[1].index = 1|same index 1
.semantic_mask_threshold = "a"|semantic_mask_threshold
CASES
}

@test "what a record no longer says of its passes stands in rv-blend's marker, if that is whole" {
    local marker
    prepare --views 1
    fresh
    mask_one .
    jq -cS . <<<"$output" >wanted
    fresh
    mask_one 'del(.channels, .files.passes, .views[].channels, .views[].files.passes)'
    jq -cS . <<<"$output" | cmp - wanted
    for marker in '{"key":"k"}' '{"key":"k","add":[]}' '{"key":"k","add":{"channels":7}}' '{"key":"k","add":{}}'; do
        fresh
        echo "$marker" >out/00000000/.rv-blend.json
        mask_fails bad_record channels 'del(.channels, .views)'
    done
    fresh
    jq -c '.add.views = []' out/00000000/.rv-blend.json >changed.json
    mv changed.json out/00000000/.rv-blend.json
    mask_fails bad_record "view 'view1': " 'del(.channels, .views[].files.passes)'
}

@test "bad files" {
    prepare
    local exr=out/00000000/passes.exr
    mask_fails bad_file "no channel 'ViewLayer.Depth.z', only ViewLayer.Combined.A, " '.channels.depth = "ViewLayer.Depth.z"'
    rm $exr
    mask_fails missing_file "passes.exr" .
    for size in 0 1 100 5000 -1; do
        fresh
        truncate -s $size $exr
        mask_fails bad_file "passes.exr" .
        [ ! -e out/00000000/.rv-mask.json ]
    done
    fresh
    head -c 5000 /dev/urandom >$exr
    mask_fails bad_file "not an OpenEXR file" .
}

@test "passes in forms that rv-blend does not write, with --foreign-exr" {
    prepare --size 50 37
    mask_one . --no-preview
    jq -S .annotations <<<"$output" >annotations
    (cd out/00000000 && sha256sum IndexOB.png Depth.exr Mask_shiny.png) >labels
    for form in tiles parts; do
        fresh
        "$RV_ROOT/tests/lib/exr_foreign.py" $form out/00000000/passes.exr
        mask_fails bad_file "$form: rv-blend writes no such file; 'rv-mask --foreign-exr' reads it" .
        [ ! -e out/00000000/IndexOB.png ]
        mask_one . --no-preview --foreign-exr --keep passes
        jq -S .annotations <<<"$output" | cmp - annotations
        (cd out/00000000 && sha256sum -c ../../labels)
        rv-verify <<<"$output" | jq -e .verify.ok # which compares labels with passes of every form
    done
}

@test "an index that is no whole number" {
    prepare
    mask_fails bad_file "is no whole number in 0..65535" '.channels.index = "ViewLayer.shiny.X"'
    mask_fails bad_file "index 1e+10 at pixel 0, 0" '.channels.index = "ViewLayer.Depth.Z"'
    mask_fails bad_file "channel 'ViewLayer.shiny.X': index" '.channels.material_index = "ViewLayer.shiny.X"'
}

@test "categories: property, tags, background; of a .blend file names" {
    prepare --objects 4
    categories() {
        mask_one "$1"
        jq -c '[.annotations[].category]' <<<"$output"
    }
    [ "$(categories .)" = '["box","box","window","box"]' ]
    fresh
    [ "$(categories '.objects[0].tags = [] | .objects[1].tags = ["b","a"]')" = '[null,"a+b","window","box"]' ]
    fresh
    [ "$(categories '.render.blend_file = true | .objects[].tags = [] | .objects[3].name = "Chair.002"')" = \
        '["Object 1","Object 2","window","Chair"]' ]
}

@test "an index without an object keeps its annotation, without a name" {
    prepare --objects 3
    mask_one 'del(.objects[1])'
    [[ $stderr == *"index 2 belongs to none of the record's objects"* ]]
    check_labels pristine <<<"$output"
    [ "$(jq -c '.annotations[1] | [.index, .name, .tags]' <<<"$output")" = '[2,null,[]]' ]
}

@test "a good sample after a bad one" {
    prepare --count 3
    rm out/00000001/passes.exr
    run -1 --separate-stderr rv-mask -j 2 <records
    [ "$(jq -c '[.id, .error.code]' <<<"$output" | tr '\n' ' ')" = \
        '["00000000",null] ["00000001","missing_file"] ["00000002",null] ' ]
    grep -v '"error"' <<<"$output" | check_labels pristine
}

@test "a directory that cannot be written to" {
    [ "$(id -u)" -ne 0 ] || skip "root may write everywhere"
    prepare
    chmod a-w out/00000000
    mask_fails io "00000000" .
}

@test "a directory that may not be changed, even for root" {
    need chattr
    prepare
    chattr +i out/00000000 2>/dev/null || skip "no immutable directories here"
    mask_fails io "00000000" .
    [ -e out/00000000/passes.exr ]
    chattr -i out/00000000
    rv-mask <records | check_labels pristine
}

@test "a full file system" {
    prepare --size 100 100
    mkdir small
    mount -t tmpfs -o size=2m tmpfs small 2>/dev/null || skip "cannot mount a small file system"
    cp -a out/00000000 small/
    dd if=/dev/zero of=small/filler bs=4k 2>/dev/null || true
    truncate -s -8k small/filler
    mask_fails no_space "small/00000000" '.dir = "small/00000000"' --instances
    rm small/filler
    jq -c '.dir = "small/00000000"' records | rv-mask --instances >after
    check_labels --instances pristine <after
    no_partials small
}

@test "any failing call: an error record, nothing half-done, and the next run completes" {
    need_failio
    prepare --size 16 16
    rv-mask --instances <records >wanted
    mv out first
    local failed=0 call error skip
    for call in write:ENOSPC write:EIO write:short rename:EIO open:EACCES; do
        for skip in 0 1 2 4 7 9 11; do
            fresh
            if failio "$call:*out/*:$skip:1" rv-mask --instances <records >got 2>/dev/null; then
                continue
            fi
            failed=$((failed + 1))
            jq -e '.error.code == "no_space" or .error.code == "io"' got
            rv-mask --instances <records | cmp - wanted
            same_tree first out
        done
    done
    echo "failed $failed times"
    [ "$failed" -ge 20 ]
}

@test "no more open files: status 3, since the same command may do it later" {
    prepare --count 3
    need_failio
    for jobs in 1 2; do
        run -3 failio "open:EMFILE:*out/00000001/.rv-mask.lock" rv-mask -j $jobs <records
        [[ "$output" == *'"code":"resources"'* ]]
        fresh
    done
    rv-mask <records | check_labels pristine
}

# Kills rv-mask at every STEP-th call that has to do with a file of out/, which is what FROM is each time; the next run
# ends with what stands in wanted/ and wanted.jsonl.
killed_at_every() { # STEP FROM [OPTION...]
    need_failio
    local skip status=137
    for ((skip = 0; status == 137; skip += $1)); do
        rm -rf out
        cp -a "$2" out
        status=0
        failio "any:kill:*out/*:$skip" rv-mask -j $((1 + skip % 3)) "${@:3}" <records >got || status=$?
        rv-mask -j 3 "${@:3}" <records | cmp - wanted.jsonl
        same_tree wanted out
    done
    echo "status $status after $skip calls"
    [ $status = 0 ] # it has got to the end
    [ $skip -gt $((10 * $1)) ]
}

@test "killed at any instant, the next run gives the same tree" {
    prepare --count 6 --size 48 40 --objects 6
    with_passes --instances
    killed_at_every 23 pristine --instances
}

@test "a sequence killed at any instant, the next run gives the same tree" {
    prepare --frames 4 --size 48 40 --objects 6 --passes
    with_passes --instances
    killed_at_every 41 pristine --instances
}

# From these labels, whose passes are gone, to others: old files go, new ones come, kept ones are what they are made of.
RELABEL_FROM=(--outputs depth,normal,instances,index_color_preview)
RELABEL_TO=(--outputs depth_preview,normal_camera,instances --min-area 70)

prepare_relabel() {
    prepare --passes --objects 7 "$@"
    with_passes "${RELABEL_TO[@]}"
    fresh
    rv-mask "${RELABEL_FROM[@]}" <records >/dev/null
    rm -rf labelled
    mv out labelled
}

@test "other labels from kept ones, with any failing call: nothing is lost" {
    need_failio
    prepare_relabel
    local failed=0 call skip
    for call in write:ENOSPC rename:EIO open:EACCES mkdir:EIO unlink:EIO; do
        for skip in 0 1 2 3 4 5 6 8 10 12; do
            rm -rf out
            cp -a labelled out
            if failio "$call:*out/*:$skip:1" rv-mask "${RELABEL_TO[@]}" <records >got 2>/dev/null; then
                continue
            fi
            failed=$((failed + 1))
            rv-mask "${RELABEL_TO[@]}" <records | cmp - wanted.jsonl
            same_tree wanted out
        done
    done
    echo "failed $failed times"
    [ "$failed" -ge 20 ]
}

@test "other labels from kept ones, killed at any instant: nothing is lost" {
    prepare_relabel --count 5 --size 48 40
    killed_at_every 23 labelled "${RELABEL_TO[@]}"
}

@test "wrong usage" {
    run -2 --separate-stderr rv-mask --min-area 0
    run -2 --separate-stderr rv-mask --keep image </dev/null
    [[ $stderr == *"--keep: 'image' is neither passes nor a pass, as depth is"* ]]
    run -2 --separate-stderr rv-mask --outputs depth,normale </dev/null
    [[ $stderr == *"unknown role 'normale', did you mean 'normal'"* ]]
    run -2 --separate-stderr rv-mask --normals world </dev/null
    [[ $stderr == *"--normals 'world': expected one of camera, unit, pure"* ]]
    run -2 --separate-stderr rv-mask --flow-format flo,png </dev/null
    [[ $stderr == *"--flow-format 'png': expected one of flo, kitti"* ]]
    run -2 --separate-stderr rv-mask records.jsonl </dev/null
    [[ $stderr == *"'records.jsonl' is no directory"* ]]
    for jobs in 0 -1 x 1.5; do
        run -2 --separate-stderr rv-mask -j $jobs </dev/null
    done
    run -0 --separate-stderr rv-mask </dev/null
    [ -z "$output" ]
}

# The cube of which the motion is known: 10 px a unit; it goes (+10,-5) px into frame 2 and (+20,-10) out of it.
@test "a sequence rendered by Blender: flow of a cube that moves, and resuming" {
    need_blender
    cat >scene.py <<'PY'
import bpy
import rv


class Move(rv.Scene):
    def generate(self, seed):
        cube = self.objects.cube()
        self.objects.plane(size=3).set_location((-3, 3, 0))
        self.set_passes(rv.RenderPass.VECTOR, rv.RenderPass.NORMAL, rv.RenderPass.CRYPTO_OBJECT)
        self.camera.set_location((0, 0, 10))
        bpy.context.scene.camera.data.type = "ORTHO"
        bpy.context.scene.camera.data.ortho_scale = 10
        self.set_frames(1, 3)
        for frame, x, y in ((1, -1, -0.5), (2, 0, 0), (3, 2, 1)):
            cube.set_location((x, y, 0))
            cube.keyframe(frame)
PY
    rv-seed seq 1 | rv-blend scene.py --resolution 100x100 --samples 1 >records
    cp -a out pristine
    label() {
        rv-mask --instances --normals camera --flow-format flo,kitti
    }
    label <records >masked
    check_labels --instances --camera --flow flo,kitti pristine <masked
    rv-verify <masked >/dev/null
    local dir=out/00000000
    at() {
        "$RV_ROOT/tests/lib/exr_at.py" "$dir/$1/000002.exr" "$2" "$3"
    }
    {
        at flow_forward 50 50
        at flow_backward 50 50
        at flow_forward 95 95
        at flow_forward 20 20
        at normal_camera 50 50
        at vector 50 50
    } >middle
    diff middle - <<'END'
U=20.0000 V=-10.0000
U=-10.0000 V=5.0000
U=10000000000.0000 V=10000000000.0000
U=0.0000 V=0.0000
X=0.0000 Y=0.0000 Z=1.0000
W=-10.0000 X=-10.0000 Y=-5.0000 Z=-20.0000
END
    # the box of the cube in each frame: 20 pixels wide, where the poses put it
    [ "$(jq -c '[.frames[].annotations[] | select(.name == "Cube") | .bbox]' masked)" = \
        '[[30,45,20,20],[40,40,20,20],[60,30,20,20]]' ]
    find out -type f -printf '%p %i %T@\n' | sort >before
    rv-seed seq 1 | rv-blend scene.py --resolution 100x100 --samples 1 >again
    same_records 'del(.run)' again records
    label <again | jq -c 'del(.run)' | diff - <(jq -c 'del(.run)' masked)
    find out -type f -printf '%p %i %T@\n' | sort | cmp - before
}

@test "labels that need passes which are gone: two runs of the same pipe make them" {
    need_blender
    cat >scene.py <<'PY'
import rv


class One(rv.Scene):
    def generate(self, seed):
        self.objects.cube().set_tags("cube")
        self.objects.plane(size=100)
        self.set_passes(rv.RenderPass.NORMAL)
        self.camera.set_location((7, 7, 3)).point_at(self.objects.empty())
PY
    label() {
        rv-seed seq 2 | rv-blend scene.py --resolution 24,16 --samples 1 -o "$1" | rv-mask "${@:2}"
    }
    label whole --normals camera >wanted
    label out --outputs depth >/dev/null
    cp out/00000000/.rv-blend.json marker
    run -1 label out --normals camera
    [ "$(ls out/*/.rv-again.json | wc -l)" = 2 ]
    cmp out/00000000/.rv-blend.json marker
    label out --normals camera >again
    same_tree whole out
    same_records 'del(.run, .dir)' wanted again
    # what is there suffices
    label out --normals camera --min-area 30 | jq -se 'all(.run.reused) and all(.annotations[].area >= 30)'
}

@test "what Blender renders twice, at different times, is the same to the byte" {
    need_blender
    need strings
    cat >scene.py <<'PY'
import rv


class Two(rv.Scene):
    def generate(self, seed):
        self.objects.cube().set_location((1, 0, 0.5)).set_scale(0.5).set_tags("cube")
        self.objects.sphere().set_location((-1, 0, 1)).set_tags("sphere")
        self.objects.plane(size=100)
        self.camera.set_location((7, 7, 3)).point_at(self.objects.empty())
PY
    for run in a b; do
        echo '{"id":"one","index":0,"seed":1,"seed_mode":"seq"}' |
            rv-blend scene.py -o $run --resolution 64x64 --samples 1 >$run.jsonl
        cp -a $run $run.pristine
        rv-mask --instances <$run.jsonl >$run.masked
        check_labels --instances $run.pristine <$run.masked
    done
    same_tree a.pristine b.pristine
    strings -a a.pristine/one/passes.exr >strings
    run -1 grep -iE 'date|rendertime|cycles\.' strings
    same_tree a b
}
