# SPDX-License-Identifier: MIT
# Which formats rv-mux makes of which samples, how it is asked for them, and what they have in common: categories, views,
# splits. What is in the files of one format is in rv-mux.bats, transforms.bats and format-*.bats.

load lib/common

setup() {
    rv_setup
    need python3 jq
}

teardown() {
    cd "$BATS_TEST_TMPDIR"
    umount xfs 2>/dev/null || true
}

labelled() {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@"
}

# The first line of a dataset's manifest, or what jq makes of it.
head_of() { # DATASET [FILTER]
    head -n1 "$1/manifest.jsonl" | jq -c "${2:-.}"
}

# ---- the list ---------------------------------------------------------------------------------------------------------

@test "--formats lists every format, for people and as JSON" {
    names=$(sed -n 's/^FORMAT(\(.*\))$/\1/p' "$RV_ROOT/tools/format/list.def" | tr _ - | xargs)
    [ "$(rv-mux --formats | grep -v '^ ' | xargs)" = "$names" ]
    rv-mux --formats --json >list.json
    [ "$(jq -r '.[].name' list.json | xargs)" = "$names" ]
    [ "$(jq -c '.[] | select(.name == "coco") | [.needs, .categories, .made, .files[2].layout]' list.json)" = \
        '[["image","common","annotations"],true,"with annotations","coco/images/{id}{/view}{/frame}.{ext}"]' ]
    [ "$(jq -c '.[] | select(.name == "video").options | map(.name)' list.json)" = '["fps","codec","crf","preset","gop","pix_fmt","training","role","metadata","segments","tiles","channels"]' ]
    rv-mux --help | grep -F -- "-f, --format "
    rv-mux --completions | grep -P "^--format\t.*\t$names\t"
    [ "$(ls -A)" = list.json ]
    run -3 bash -c 'rv-mux --formats >/dev/full'
}

# ---- how formats are asked for ----------------------------------------------------------------------------------------

@test "options of a format are what the options of the tool are" {
    labelled 3 --frames 2 >in
    while IFS='|' read -r global spec; do
        rv-mux $global -o a <in >/dev/null
        rv-mux $spec -o b <in >/dev/null
        same_tree a b
        formats=$(head_of a .formats)
        [ "$formats" != '["coco","webdataset","video","sheet"]' ]
    done <<'END2'
-f webdataset --shard-count 2|-f webdataset:shard-count=2
-f webdataset --shard-size 4K --zstd|-f webdataset:zstd:shard-size=4096
-f webdataset --zstd-level 9|--format=webdataset:zstd-level=9
-f coco,video --crf 30 --preset fast --fps 30000/1001|-f video:crf=30:preset=fast:fps=30000/1001,coco
-f video --video-role index_color_preview --codec h264|-f video:role=index_color_preview -f video:codec=h264
-f coco,sheet --sheet-count 1|-f sheet:count=1 -f coco
END2
    rv-mux -f coco,webdataset:zstd -f video:crf=30 -o c <in >/dev/null
    [ "$(head_of c .formats)" = '["coco","webdataset:zstd","video:crf=30"]' ]
    jq -c '.files |= with_entries(if .key == "index_color_preview" then .key = "a,b:c\\d" else . end)' in |
        rv-mux -f 'video:role=a\,b\:c\\d' -o d >/dev/null
    [ "$(head_of d .formats)" = '["video:role=a\\,b\\:c\\\\d"]' ]
    rv-verify d
}

@test "mistakes are answered with what there is" {
    labelled 1 >in
    names=$(rv-mux --formats --json | jq -r 'map(.name) | join(", ")')
    while IFS='|' read -r arguments message; do
        run -2 --separate-stderr rv-mux $arguments <in
        [[ $stderr == *"$message"* ]] || { echo "$arguments: $stderr"; return 1; }
        [ -z "$output" ]
    done <<END2
-f cooc|there is no format 'cooc' (did you mean 'coco'?): the formats are $names
-f coco,vdieo:crf=3|there is no format 'vdieo' (did you mean 'video'?)
-f YOLO|there is no format 'YOLO' (did you mean 'yolo'?): the formats are $names
-f html:zstd|format html has no option 'zstd': it has none
-f video:cfr=20|format video has no option 'cfr' (did you mean 'crf'?): its options are fps, codec, crf, preset, gop, pix_fmt, training, role, metadata, segments
-f video:crf|format video: option 'crf' needs a value: video:crf=N
-f video:crf=99|format video: crf
-f video:fps=24.5|format video: fps: '24.5' is not N or N/M
-f video:fps=24/0|format video: fps: '24/0' is not N or N/M
-f video:codec=mpeg2|format video: codec 'mpeg2': expected one of h264
-f webdataset:zstd=3|format webdataset: option 'zstd' takes no value
-f webdataset:shard-count=0|format webdataset: shard-count
-f webdataset:shard-size=big|format webdataset: shard-size
-f coco,|there is no format ''
--shard-sise 3|no option '--shard-sise', did you mean '--shard-size'?
--categories none.json|--categories: cannot open 'none.json'
--categories a,,b|--categories: a category without a name
--categories a,b,a|--categories: category 'a' is there twice
--fps 0|--fps: '0' is not N or N/M
END2
    [ "$(ls -A -I 'separate-stderr-*' | xargs)" = "in out" ]
}

# ---- which formats are made -------------------------------------------------------------------------------------------

@test "a first sample without labels costs no format" {
    labelled 3 | jq -c 'if .index == 0 then del(.annotations) else . end' >in
    run -0 --separate-stderr rv-mux <in
    [ "$(head_of dataset '[.formats, .samples, .left_out]')" = '[["coco","webdataset","sheet"],3,{"coco":1,"sheet":1}]' ]
    [ "${#stderr_lines[@]}" = 2 ]
    [ "${stderr_lines[0]}" = "rv-mux: warning: format coco leaves out 1 of 3 samples, the first is '00000000': it has no annotations, which rv-mask makes" ]
    [[ ${stderr_lines[1]} == *"format sheet leaves out 1 of 3 samples"* ]]
    [ "$(ls dataset/coco/images | xargs)" = "00000001.png 00000002.png" ]
    rv-verify dataset
    # By name it is asked for of every sample.
    run -1 --separate-stderr rv-mux -f coco -o named <in
    [[ ${lines[0]} == *"format coco needs field 'annotations', which the record does not have: rv-mask makes it"* ]]
    [ "$(head_of named '[.samples, .errors, .left_out]')" = '[2,1,null]' ]
}

@test "stills before and after sequences are left out of the videos only" {
    labelled 2 >stills
    labelled 2 --frames 3 --start 2 >sequences
    for order in "stills sequences" "sequences stills"; do
        cat $order >in
        run -0 --separate-stderr rv-mux <in
        [ "$(head_of dataset '[.formats, .left_out]')" = '[["coco","webdataset","video","sheet"],{"video":2}]' ]
        [[ $stderr == *"format video leaves out 2 of 4 samples, the first is '00000000': it is a still, which --format video takes, too"* ]]
        [ "$(ls dataset/video | xargs)" = "00000002.mp4 00000003.mp4" ]
        rv-verify --deep dataset
    done
    cat stills sequences | rv-mux -f video -o named >/dev/null
    [ "$(ls named/video | xargs)" = "00000002.mp4 00000003.mp4 video.mp4" ]
    run -0 --separate-stderr rv-mux -o alone <stills
    [ "$(head_of alone .formats)" = '["coco","webdataset","sheet"]' ]
    [ -z "$stderr" ] # nobody misses videos of stills
}

@test "a sample without an image, or with another kind of image, is left out of what needs it" {
    need ffmpeg
    labelled 3 >in
    ffmpeg -v error -i out/00000001/Image.png out/00000001/Image.jp2
    jq -c 'if .index == 0 then del(.files.image) elif .index == 1 then .files.image = "Image.jp2" else . end' in >mixed
    run -0 --separate-stderr rv-mux <mixed
    [ "$(head_of dataset '[.formats, .left_out]')" = '[["coco","webdataset","sheet"],{"coco":2,"sheet":1}]' ]
    [[ $stderr == *"format coco leaves out 2 of 3 samples, the first is '00000000': format coco needs 'files.image', which the record does not have; it has depth_preview, index, index_color_preview"* ]]
    sed -n 2p mixed | rv-mux -o jp2 >/dev/null 2>err
    [ "$(head_of jp2 .formats)" = '["webdataset","sheet"]' ] # of COCO nothing is left, with a word
    grep -F "format coco needs PNG, JPEG, WebP, BMP or TIFF files in 'files.image', not 'Image.jp2': render with --image-format PNG" err
    run -1 --separate-stderr rv-mux -f coco -o named <mixed
    [[ ${lines[0]} == *'"code":"missing_file"'* && ${lines[1]} == *'"code":"bad_record"'* && ${lines[2]} != *error* ]]
}

@test "a sample that is refused leaves no trace in what is counted" {
    labelled 3 | jq -c 'if .index == 0 then del(.annotations) | .files.depth_preview = "none.png" else . end' >in
    run -1 --separate-stderr rv-mux <in
    [ "$(head_of dataset '[.formats, .samples, .errors, .left_out]')" = '[["coco","webdataset","sheet"],2,1,null]' ]
    [[ $stderr != *"leaves out"* ]]
}

# ---- categories -------------------------------------------------------------------------------------------------------

categories_of() { # DATASET: "ID NAME SUPERCATEGORY;..."
    jq -r '[.[] | "\(.id) \(.name) \(.supercategory)"] | join(";")' "$1/categories.json"
}

@test "the table of categories is saved with the dataset, and is COCO's" {
    labelled 2 >in
    rv-mux -f coco,webdataset <in >/dev/null
    [ "$(categories_of dataset)" = "1 cube ;2 ball+red " ]
    same_output 'jq -c .categories dataset/coco/annotations.json' 'jq -c . dataset/categories.json'
    grep -F '"path":"categories.json"' dataset/manifest.jsonl
    rv-verify --deep dataset
    rv-mux -f webdataset -o web <in >/dev/null
    [ ! -e web/categories.json ]
}

@test "a table comes from a file: JSON with ids and supercategories, or a name a line" {
    labelled 1 >in
    echo '[{"id":0,"name":"ball+red","supercategory":"toy"},{"id":90,"name":"cube"},{"id":7,"name":"none"}]' >table.json
    rv-mux -f coco --categories table.json <in >/dev/null
    [ "$(categories_of dataset)" = "0 ball+red toy;90 cube ;7 none " ]
    [ "$(jq -c '[.annotations[].category_id]' dataset/coco/annotations.json)" = '[90,0]' ]
    printf 'none\ncube\nball+red\n' >names.txt
    rv-mux -f coco --categories names.txt -o names <in >/dev/null
    [ "$(jq -c '[.annotations[].category_id]' names/coco/annotations.json)" = '[2,3]' ]
    rv-mux -f coco --categories dataset/categories.json -o again <in >/dev/null # what a dataset has makes one that fits
    cmp dataset/coco/annotations.json again/coco/annotations.json
    python3 "$RV_ROOT/tests/lib/coco_check.py" dataset/coco in
}

@test "the scene's own table counts before the order of appearance, and --categories before that" {
    labelled 3 | jq -c '.categories = [{id: 5, name: "ball+red", supercategory: "toy"}, {id: 9, name: "cube"}]' >in
    rv-mux -f coco <in >/dev/null
    [ "$(categories_of dataset)" = "5 ball+red toy;9 cube " ]
    [ "$(jq -c '[.annotations[].category_id]' dataset/coco/annotations.json)" = '[9,5,9,5,9,5]' ]
    rv-mux -f coco --categories cube,ball+red -o users <in >/dev/null
    [ "$(categories_of users)" = "1 cube ;2 ball+red " ]
}

@test "samples whose tables disagree, or lack a name, are errors that name the difference" {
    labelled 5 | jq -c '.categories = [{id: 5, name: "ball+red"}, {id: 9, name: "cube"}] |
        if .index == 1 then .categories[0].id = 6
        elif .index == 2 then .categories = [{id: 9, name: "cube"}, {id: 5, name: "ball+red"}, {id: 1, name: "dog"}]
        elif .index == 3 then .objects[0].properties.category = "cat"
        elif .index == 4 then .categories = "cube" else . end' >in
    run -1 --separate-stderr rv-mux -f coco <in
    [[ ${lines[1]} == *"category 'ball+red' is 5 in the dataset, 'ball+red' is 6 in this sample: make both with one table"* ]]
    [[ ${lines[3]} == *"object 1: category 'cat' is not in the scene's own table (field 'categories')"* ]]
    [[ ${lines[4]} == *"field 'categories': categories must be an array"* ]]
    [ "$(head_of dataset '[.samples, .errors]')" = '[2,3]' ]
    [ "$(categories_of dataset)" = "5 ball+red ;9 cube ;1 dog " ] # names that tables agree on are joined
}

@test "a sample that is refused takes no id" {
    labelled 3 | jq -c 'if .index == 0 then .objects[0].properties.category = "cat" | .files.depth_preview = "none.png"
        else . end' >in
    run -1 --separate-stderr rv-mux -f coco,webdataset <in
    [ "$(categories_of dataset)" = "1 cube ;2 ball+red " ]
}

@test "what rv-mask decided is the category" {
    labelled 1 | jq -c '.annotations[0].category = "mug" | .annotations[1].category = null' >in
    rv-mux -f coco <in >/dev/null
    [ "$(categories_of dataset)" = "1 mug " ]
    [ "$(jq -c '[.annotations[].rv_index]' dataset/coco/annotations.json)" = '[1]' ]
}

@test "objects without any category are counted in one warning" {
    labelled 3 | jq -c 'if .index > 0 then .objects[].tags = [] | .annotations[].tags = [] else . end' >in
    run -0 --separate-stderr rv-mux -f coco,webdataset <in
    [ "$(jq '.annotations | length' dataset/coco/annotations.json)" = 2 ]
    [ "$stderr" = "rv-mux: warning: format coco: 6 annotations of 2 samples are left out, since nothing there has a category: give objects tags, or a custom property 'category'" ]
    run -0 --separate-stderr rv-mux -f webdataset,sheet -o web <in
    [ -z "$stderr" ]
    # The sheet shows boxes all the same.
    sed -n 2p in | rv-mux -f sheet -o bare >/dev/null
    sed -n 2p in | jq -c '.annotations = []' | rv-mux -f sheet -o none >/dev/null
    run -1 cmp -s bare/sheet.png none/sheet.png
}

# ---- views and splits -------------------------------------------------------------------------------------------------

with_cameras() {
    jq -c '.resolution = [32, 24] |
        def camera($x): {K: [[50, 0, 16], [0, 25, 12], [0, 0, 1]],
            matrix_world: [[1, 0, 0, $x], [0, 0, -1, -5], [0, 1, 0, 0.1], [0, 0, 0, 1]]};
        .camera = camera(0) | if .views then .views[1].camera = camera(2) else . end'
}

every_format=coco,yolo,voc,webdataset,hf,parquet,video,sheet,transforms,colmap,kitti:other=Misc

@test "views of a still are in every format" {
    labelled 2 --views left,right --instances | with_cameras >in
    rv-mux -f $every_format <in >out.jsonl
    cmp in out.jsonl
    [ "$(cd dataset/coco/images && find . -type f | sort | xargs)" = "./00000000.png ./00000000/left.png ./00000000/right.png ./00000001.png ./00000001/left.png ./00000001/right.png" ]
    python3 "$RV_ROOT/tests/lib/coco_check.py" dataset/coco in
    tar tf dataset/webdataset/shard-000000.tar | sed -n 's/^00000001\.//p' >fields
    [ "$(grep -c . fields)" = 22 ]
    [ "$(grep -v views fields | xargs)" = "json depth_preview.png index.png index_color_preview.png instances.000000.png instances.000001.png instances.000002.png png" ]
    [ "$(grep views.left fields | xargs)" = "views.left.depth_preview.png views.left.image.png views.left.index.png views.left.index_color_preview.png views.left.instances.000000.png views.left.instances.000001.png views.left.instances.000002.png" ]
    tar xOf dataset/webdataset/shard-000000.tar 00000001.views.right.image.png | cmp - out/00000001/views/right/Image.png
    need ffprobe
    [ "$(ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 dataset/video/video.mp4)" = 6 ]
    [ ! -e dataset/transforms/transforms.json ]
    [ "$(jq -c '[.frames[] | [.file_path, .segmentation_file_path, .transform_matrix[0][3]]]' dataset/transforms/00000001/transforms.json)" = \
        '[["images/000000.png","segmentations/000000.png",0],["images/left.png","segmentations/left.png",0],["images/right.png","segmentations/right.png",2]]' ]
    cmp dataset/transforms/00000001/images/000000.png out/00000001/Image.png
    cmp dataset/transforms/00000001/images/left.png out/00000001/views/left/Image.png
}

@test "views of a sequence are in every format" {
    labelled 1 --frames 2 --views left,right | with_cameras >in
    rv-mux -f $every_format <in >/dev/null
    [ "$(cd dataset/coco/images && find . -type f | sort | xargs)" = "./00000000/000001.png ./00000000/000002.png ./00000000/left/000001.png ./00000000/left/000002.png ./00000000/right/000001.png ./00000000/right/000002.png" ]
    python3 "$RV_ROOT/tests/lib/coco_check.py" dataset/coco in
    [ "$(tar tf dataset/webdataset/shard-000000.tar | grep -c 'views\.right\.image\.00000[01]\.png')" = 2 ]
    [ "$(cd dataset/video && find . -type f | sort | xargs)" = "./00000000.mp4 ./00000000/left.mp4 ./00000000/right.mp4" ]
    run -1 cmp -s dataset/video/00000000/left.mp4 dataset/video/00000000/right.mp4
    jq -c '.files = .views[0].files | .frames = .views[0].frames | del(.views)' in | rv-mux -f video -o left >/dev/null
    cmp dataset/video/00000000/left.mp4 left/video/00000000.mp4
    [ "$(jq -c '[.frames[].file_path]' dataset/transforms/00000000/transforms.json)" = \
        '["images/000001.png","images/000002.png","images/left/000001.png","images/left/000002.png","images/right/000001.png","images/right/000002.png"]' ]
}

@test "a sample may have no pictures but those of its views" {
    labelled 1 --views a,b --only-views | with_cameras >in
    rv-mux -f $every_format <in >/dev/null
    [ "$(cd dataset/coco/images && find . -type f | sort | xargs)" = "./00000000/a.png ./00000000/b.png" ]
}

@test "what a view lacks is named with the view" {
    labelled 2 --views a,b | jq -c 'if .index == 0 then del(.views[1].annotations) else del(.views[1].files.image) end' >in
    run -1 --separate-stderr rv-mux -f coco <in
    [[ ${lines[0]} == *"format coco needs field 'views[1].annotations', which the record does not have"* ]]
    [[ ${lines[1]} == *"format coco needs 'views[1].files.image', which the record does not have; it has depth_preview, index, index_color_preview"* ]]
}

@test "a split goes through, and one that is none is refused" {
    labelled 2 | jq -c '.split = ["val", "dev"][.index]' >in
    run -1 --separate-stderr rv-mux -f webdataset <in
    [ "${lines[0]}" = "$(head -n1 in)" ]
    [[ ${lines[1]} == *"field 'split' must be train, val or test"* ]]
    [ "$(tar xOf dataset/webdataset/val-000000.tar 00000000.json | jq -r .split)" = val ]
}

# ---- what formats cannot carry ----------------------------------------------------------------------------------------

@test "one line at the end says what no format of the dataset carries" {
    labelled 3 | with_cameras | jq -c 'if .index == 1 then .prompt = "a cube" | .annotations = [] else . end' >in
    run -0 --separate-stderr rv-mux -f voc <in
    [ "$stderr" = "rv-mux: of 3 samples, no format of the dataset carries: masks of 2, cameras of 3, prompts of 1" ]
    [ "$output" = "$(cat in)" ]
    run -0 --separate-stderr rv-mux -f voc:masks,transforms -o more <in
    [ "$stderr" = "rv-mux: of 3 samples, no format of the dataset carries: prompts of 1" ]
    run -0 --separate-stderr rv-mux -f voc,webdataset -o all <in
    [ -z "$stderr" ]
    run -0 --separate-stderr rv-mux -q -f voc -o quiet <in
    [ -z "$stderr" ]
}

@test "--explain says it before anything is written" {
    labelled 2 --instances | with_cameras | jq -c '.annotations[].keypoints = [{name: "p", pixel: [1, 2], visibility: 2}] |
        .objects[0].box3d = {} | .files += {depth: "a.exr", normal: "b.exr", flow_forward: "c.exr"}' >in
    run -0 --separate-stderr rv-mux --explain coco,yolo:task=pose,webdataset <in
    [ "$output" = "$(cat in)" ]
    [ ! -e dataset ]
    [ "${stderr_lines[0]}" = "rv-mux: format coco: of 2 samples it carries: boxes of 2, masks of 2; it does not carry: keypoints of 2, 3D boxes of 2, cameras of 2, depth of 2, normals of 2, flow of 2; it never has: $(rv-mux --formats --json | jq -r '.[] | select(.name == "coco") | .loses')" ]
    [[ ${stderr_lines[1]} == "rv-mux: format yolo: of 2 samples it carries: boxes of 2, keypoints of 2; it does not carry: masks of 2, "* ]]
    [ "${stderr_lines[2]}" = "rv-mux: format webdataset: of 2 samples it carries: boxes of 2, masks of 2, keypoints of 2, 3D boxes of 2, cameras of 2, depth of 2, normals of 2, flow of 2; it does not carry: nothing more" ]
    run -2 rv-mux --explain cocoa <in
    [[ $output == *"coco"* ]]
}

# ---- files ------------------------------------------------------------------------------------------------------------

@test "passes never enter a dataset, nor what is said about them" {
    labelled 2 --views left >in
    rv-mux -o plain <in >/dev/null
    rv-mux -q -f dir,html -o plain-more <in >/dev/null
    for id in 00000000 00000001; do
        echo passes | tee out/$id/passes.exr >out/$id/views/left/passes.exr
    done
    jq -c '.files.passes = "passes.exr" | .views[0].files.passes = "views/left/passes.exr" | .channels = {depth: ["V"]} |
        .renders = {side: {passes: "renders/side.exr"}}' in >with
    rv-mux -o kept <with >/dev/null
    same_tree plain kept
    rv-mux -q -f dir,html -o kept-more <with >/dev/null
    same_tree plain-more kept-more
}

@test "no link is followed out of a sample, by any format" {
    labelled 4 | with_cameras >in
    echo secret >secret
    ln -sf ../../secret out/00000000/IndexOB.png
    ln -sf "$PWD/out/00000003/Image.png" out/00000001/Image.png
    mv out/00000002 real
    ln -s ../real out/00000002 # the sample's directory itself may be one
    for format in coco yolo voc webdataset hf parquet video sheet transforms colmap kitti:other=Misc; do
        run -1 --separate-stderr rv-mux -f $format -o $format <in
        [[ ${lines[1]} == *"'out/00000001': 'Image.png' is reached by a symbolic link"* ]]
        [[ ${lines[2]} != *error* ]]
        run -1 grep -r secret $format
    done
}

@test "a file of several formats is in the dataset once, and never the sample's" {
    need_failio
    labelled 2 | with_cameras >in
    rv-mux -f coco,transforms,yolo <in >/dev/null
    for picture in coco/images transforms/images yolo/images/train; do
        cmp dataset/$picture/00000001.png out/00000001/Image.png
        [ dataset/$picture/00000001.png -ef dataset/coco/images/00000001.png ]
        run -1 test dataset/$picture/00000001.png -ef out/00000001/Image.png
    done
    rv-verify --deep dataset
    # A file system without links gets copies.
    failio 'link:EACCES:*' rv-mux -f coco,transforms,yolo -o copies <in >/dev/null
    run -1 test copies/yolo/images/train/00000001.png -ef copies/coco/images/00000001.png
    same_tree dataset copies
    # What is changed in one of them is found in all.
    printf x >>dataset/coco/images/00000001.png
    run -1 rv-verify --deep dataset
    [[ $output == *yolo/images/train/00000001.png* ]]
    rv-mux -f coco <in >/dev/null
    rv-verify --deep dataset
}

@test "files share their blocks with the samples where the file system can" {
    need mkfs.xfs filefrag
    truncate -s 320M image
    mkdir xfs
    mkfs.xfs -q -m reflink=1 image
    mount -o loop image xfs 2>/dev/null || skip "mount is refused"
    cd xfs
    labelled 1 --size 200x200 >in
    rv-mux -f coco <in >/dev/null
    sync -f .
    filefrag -v dataset/coco/images/00000000.png | grep shared
    rv-verify --deep dataset
}

@test "dir: samples that rv's tools read as samples, in a dataset" {
    python3 "$RV_ROOT/tests/lib/labelled.py" out x y >in
    python3 "$RV_ROOT/tests/lib/labelled.py" --sequence 3 out z >>in
    for id in x y z; do # what lies in directories is read by index
        jq -c --arg id "$id" 'select(.id == $id) | .index = ({x: 0, y: 1, z: 2})[.id]' in >record
        jq -c 'del(.dir, .run)' record >"out/$id/_meta.json"
        cat record >>indexed
    done
    mv indexed in
    rv-mux -f dir,coco -o ds <in >/dev/null
    rv-verify --deep ds ds/dir
    for id in x y z; do
        diff -r "out/$id" "ds/dir/$id"
    done
    # What is read from there makes the same.
    rv-mux -f coco -o again ds >/dev/null
    cmp ds/coco/annotations.json again/coco/annotations.json
    run -0 rv view --print ds
    [ "$output" = "file://$PWD/ds.page/html/index.html" ]
    # A name that a path cannot have is refused, as is what is missing.
    jq -c 'select(.id == "x") | .files.extra = "'"$(printf 'd/%.0s' {1..600})f"'"' in >long
    run -1 rv-mux -q -f dir -o long.ds <long
    [[ $output == *"which format dir takes"* ]]
}
