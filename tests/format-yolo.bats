# SPDX-License-Identifier: MIT
# YOLO: what trainers read, by their rules and by OpenCV; what is refused. What rv-verify must find is in mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    need_module cv2
    need_module yaml
    need_module numpy
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

# Samples of 64x48 with polygons, rectangles and keypoints.
records() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@" --size 64x48 | "$PYTHON" "$RV_ROOT/tests/lib/yolo_check.py" add
}

check() { # DATASET RECORDS TASK
    "$PYTHON" "$RV_ROOT/tests/lib/yolo_check.py" check "$@"
}

@test "boxes, outlines, rectangles, keypoints and classes are those of the samples, in every split" {
    records 6 | jq -c '.split = ["train", "val", "test", "val", "train", "test"][.index]' >in
    for task in detect segment obb pose; do
        rv-mux -f yolo:task=$task -o $task <in >out.jsonl 2>err
        cmp in out.jsonl
        run -1 grep warning err
        [ "$(check $task/yolo in $task)" = "12 rows" ]
        rv-verify --deep $task
        [ "$(ls $task/yolo/images/val | xargs)" = "00000001.png 00000003.png" ]
        [ "$(ls $task/yolo/labels/test | xargs)" = "00000002.txt 00000005.txt" ]
    done
    rv-mux -f yolo:task=semantic -o semantic <in >out.jsonl 2>err
    run -1 grep warning err
    [ "$(check semantic/yolo in semantic)" = "12 rows" ]
    rv-verify --deep semantic
    [ "$(ls semantic/yolo | xargs)" = "data.yaml images masks" ]
    [ "$(cat semantic/yolo/data.yaml)" = 'train: images/train
val: images/val
test: images/test
masks_dir: masks
names:
  0: "background"
  1: "cube"
  2: "ball+red"' ]
    [ "$(cat segment/yolo/data.yaml)" = 'train: images/train
val: images/val
test: images/test
names:
  0: "cube"
  1: "ball+red"' ]
    [ "$(sed -n 4,6p pose/yolo/data.yaml)" = 'kpt_shape: [3, 3]
flip_idx: [0, 2, 1]
kpt_names:' ]
}

@test "views and frames have names of their own, beside other formats" {
    records 1 --views left,right >in
    records 2 --frames 2 --views images,b --start 1 >>in # no label is looked for below a folder of that name
    rv-mux -f yolo,coco,webdataset -o ds <in >/dev/null 2>err
    [ "$(check ds/yolo in detect)" = "30 rows" ]
    [ "$(ls ds/yolo/labels/train | head -n5 | xargs)" = "00000000.left.txt 00000000.right.txt 00000000.txt 00000001.000001.txt 00000001.000002.txt" ]
    [ -e ds/yolo/images/train/00000002.images.000002.png ]
    rv-verify --deep ds
    # Trainers want both splits.
    grep -F "format yolo: no sample is of split 'val', for which data.yaml names 'train'" err
    [ "$(head -n3 ds/yolo/data.yaml | xargs)" = "train: images/train val: images/train names:" ]
}

@test "rows that a trainer would take for one another differ" {
    records 1 | jq -c '.annotations[1] = (.annotations[0] | .index = 2) | .objects[1].tags = ["cube"] |
        .annotations[2] = (.annotations[0] | .index = 3) | .objects[2].tags = ["cube"]' >in
    for task in detect segment obb pose; do
        rv-mux -f yolo:task=$task -o $task <in >/dev/null 2>&1
        [ "$(sort -u $task/yolo/labels/train/00000000.txt | grep -c .)" = 3 ]
        "$PYTHON" -c "import sys, yolo_check; yolo_check.read_dataset(sys.argv[1])" $task/yolo
        rv-verify --deep $task
    done
    [ "$(cut -c1-10 detect/yolo/labels/train/00000000.txt | xargs)" = "0 0.312500 0 0.312501 0 0.312502" ]
}

@test "parts of an object are one row, joined where they are nearest" {
    records 1 | jq -c '.annotations |= [.[0]] | .annotations[0].polygons.center =
        [[0,0,3,0,3,3,0,3], [10,5,12,5,12,7,10,7], [10,20,10,20,10,20]]' >in
    rv-mux -f yolo:task=segment -o ds <in >/dev/null 2>&1
    "$PYTHON" - ds/yolo/labels/train/00000000.txt >filled <<'PY'
import sys
import cv2, numpy
values = open(sys.argv[1]).read().split()[1:]
points = (numpy.array(values, float).reshape(-1, 2) * [64, 48]).astype(numpy.int32)
print(len(points), [points[i].tolist() for i in (2, 3, 6, 7)])
image = numpy.zeros((48, 64), numpy.uint8)
cv2.fillPoly(image, [points], 1)
parts = image[:4, :4].sum(), image[5:8, 10:13].sum(), image[20, 10]
print(*parts, image.sum() - sum(parts) <= 7 + 13)
PY
    [ "$(cat filled)" = '15 [[3, 3], [10, 5], [10, 7], [10, 20]]
16 9 1 True' ]
    rv-verify --deep ds
}

@test "a rectangle that is wider than the picture becomes the box" {
    records 1 | jq -c '.annotations |= [.[0], .[1]] | .annotations[0].obb = [[32,-60],[90,24],[32,110],[-30,24]] |
        .annotations[1].obb = [[5,-3],[30,20],[10,40],[-2,9]]' >in
    rv-mux -f yolo:task=obb -o ds <in >/dev/null 2>&1
    [ "$(cat ds/yolo/labels/train/00000000.txt)" = '0 0.000000 0.020833 0.625000 0.020833 0.625000 0.500000 0.000000 0.500000
1 0.078125 -0.062500 0.468750 0.416667 0.156250 0.833333 -0.031250 0.187500' ]
    "$PYTHON" -c "import sys, yolo_check; yolo_check.read_dataset(sys.argv[1])" ds/yolo
    rv-verify --deep ds
}

@test "what a task lacks is refused with what makes it" {
    records 1 >in
    while IFS='~' read -r task change message; do
        jq -c "$change" in >changed
        run -1 --separate-stderr rv-mux -f yolo:task=$task -o ds <changed
        [[ $output == *"$message"* ]] || { echo "$change: $output"; return 1; }
        [ ! -e ds ]
    done <<'END2'
segment~del(.annotations[0].polygons)~format yolo with task=segment needs 'polygons.center' in the annotation of object 1: outlines in pixels of the picture, which rv-mask --polygons makes
segment~.annotations[1].polygons.center = []~of object 2: outlines
segment~.annotations[1].polygons.center[0] = [1,2,3,4]~of object 2: outlines
segment~.annotations[1].polygons.center[0] = [1,2,3,4,5,6,7]~of object 2: outlines
segment~.annotations[1].polygons.center[0][0] = 63.5~of object 2: outlines
segment~.annotations[1].polygons.center[0][0] = null~of object 2: outlines
obb~del(.annotations[0].obb)~format yolo with task=obb needs 'obb' in the annotation of object 1: four corners, which rv-mask --shapes makes
obb~.annotations[0].obb[3] = [1]~of object 1: four corners
pose~.annotations[0].keypoints[1].pixel[0] = -1~needs 'keypoints' in the annotation of object 1: each with a 'pixel' in the picture
pose~.annotations[0].keypoints[1].visibility = 3~of object 1: each with a 'pixel'
pose~.annotations[1].keypoints[1].name = "tail"~object 2 has other keypoints than those before
pose~.annotations[1].keypoints |= .[:2]~object 2 has other keypoints than those before
pose~del(.annotations[].keypoints)~no object has 'keypoints' in its annotation: give objects keypoints in the scene and render depth
END2
    # Keypoints of a sample that was refused count for nothing, those of one that was taken do.
    records 3 | jq -c 'if .index == 0 then .annotations[].keypoints[0].name = "a" | .annotations[0].keypoints[1].visibility = 3
        elif .index == 2 then .annotations[0].keypoints[0].name = "b" else . end' >mixed
    run -1 --separate-stderr rv-mux -f yolo:task=pose -o ds <mixed
    [ "$(jq -r '.error.message // "-"' <<<"$output" | cut -c1-60 | paste -sd'|')" = \
        "format yolo with task=pose needs 'keypoints' in the annotati|-|format yolo with task=pose: object 1 has other keypoints tha" ]
    # An object without any is there, and not labelled.
    jq -c 'del(.annotations[1].keypoints)' in | rv-mux -f yolo:task=pose -o some >/dev/null 2>&1
    [[ $(sed -n 2p some/yolo/labels/train/00000000.txt) == "1 0."*" 0.000000 0.000000 0 0.000000 0.000000 0 0.000000 0.000000 0" ]]
}

@test "pictures that are too small are refused, pictures without objects are not" {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 --size 9x12 >small
    run -1 --separate-stderr rv-mux -f yolo <small
    [[ $output == *"a picture has 9x12 pixels, and readers take none below 10x10"* ]]
    records 1 | jq -c '.annotations = []' >none
    for task in detect segment obb pose; do
        rv-mux -f yolo:task=$task -o $task <none >/dev/null 2>&1
        [ ! -s $task/yolo/labels/train/00000000.txt ]
        rv-verify --deep $task
    done
}

@test "names are read as they are, whatever they hold, and classes count from 0" {
    records 1 | jq -c '.objects[0].tags = ["a: \"b\" #\\ \u2028\u0085\u007f\n\u00e9\ud83d\ude00\ufeff"] |
        .annotations[0].tags = .objects[0].tags' >in
    rv-mux -f yolo -o ds <in >/dev/null 2>&1
    [ "$(check ds/yolo in detect)" = "2 rows" ]
    rv-verify --deep ds
    records 1 >in
    echo '[{"id":7,"name":"ball+red"},{"id":0,"name":"other"},{"id":90,"name":"cube"}]' >table.json
    rv-mux -f yolo,coco --categories table.json -o ids <in >/dev/null 2>&1
    [ "$(cut -d' ' -f1 ids/yolo/labels/train/00000000.txt | xargs)" = "2 0" ]
    [ "$(check ids/yolo in detect)" = "2 rows" ]
    rv-verify --deep ids
}

@test "a mask of 8 bits tells 254 categories apart, and no more" {
    records 1 | jq -c '.categories = [range(255) as $i | {id: ($i + 1), name: "c\($i)"}] |
        .annotations[0].category = "c253" | .annotations[1].category = null' >in
    rv-mux -f yolo:task=semantic -o most <in >/dev/null 2>&1
    rv-verify --deep most
    "$PYTHON" -c 'import cv2; print(cv2.imread("most/yolo/masks/train/00000000.png", -1).max())' >value
    [ "$(cat value)" = 254 ]
    jq -c '.annotations[0].category = "c254"' in >more
    run -1 rv-mux -q -f yolo:task=semantic -o none <more
    [[ $output == *"category 'c254': format yolo with task=semantic has masks of 8 bits, which tell 254 categories apart"* ]]
}
