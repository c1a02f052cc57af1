# SPDX-License-Identifier: MIT
# Pictures that are no PNG files, in the formats whose readers take them: as they are, under a name that ends as theirs;
# and those that rv-mux encodes as JPEG for formats whose readers look for it.
load lib/common

setup() {
    rv_setup
    need jq
    need_module yaml
    need_module numpy
    need_module cv2
    need_module PIL
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

py() { # NAME [ARG...]: a program of tests/lib
    "$PYTHON" "$RV_ROOT/tests/lib/$1.py" "${@:2}"
}

splits() {
    jq -c '.split = ["train", "val", "test", "val"][.index % 4]'
}

stills() { # ENDING
    py mux_samples 4 --size 64x48 --views left | splits | py reencode "$1"
}

sequences() { # ENDING
    py mux_samples 3 --frames 3 --views left | splits | py reencode "$1"
}

# Of a pedestrian and a car.
with_classes() {
    jq -c 'def name: .category = {"1": "pedestrian", "2": "car"}["\(.index)"];
        .frames[].annotations[] |= name | .views[].frames[].annotations[] |= name'
}

@test "what Pillow and OpenCV read passes into coco, hf, yolo and parquet" {
    for ending in jpg jpeg webp bmp tiff; do
        stills $ending | py coco_splits_check add | py yolo_check add >in
        rv-mux -f coco:base=1,hf,parquet,webdataset,yolo -o $ending <in >out.jsonl
        cmp in out.jsonl
        rv-verify --deep $ending
        [ "$(py coco_splits_check $ending in coco 1)" = "16 annotations" ]
        [ "$(py hf_check $ending/hf in images)" = "8 rows" ]
        [ "$(py yolo_check check $ending/yolo in detect)" = "16 rows" ]
        [ "$(find $ending/yolo/images/val -name "*.$ending" | wc -l)" = 4 ]
        cmp out/00000001/Image.$ending $ending/coco/images/00000001.$ending
        rm -r out
    done
}

@test "JPEG passes into voc, kitti, bop, colmap and transforms" {
    stills jpg >in
    rv-mux -f voc:masks -o voc <in >/dev/null
    [ "$(py voc_check voc/voc in 1 masks)" = "16 objects" ]
    py mux_samples 3 --size 64x48 --start 4 | py reencode jpg | py kitti_check make | splits >cars
    rv-mux -f kitti,voc -o kitti <cars >/dev/null
    [ "$(py kitti_check check kitti/kitti cars)" = "6 rows" ]
    py labelled out a b c | py reencode jpg | splits | jq -c '.resolution = [40, 30] |
        .camera = {type: "PERSP", K: [[30, 0, 20], [0, 31, 14.5], [0, 0, 1]],
            matrix_world: [[0.8, 0, 0.6, 6], [0.6, 0, -0.8, -8], [0, 1, 0, 0.1], [0, 0, 0, 1]]} |
        .objects[0].box3d = {center: [-2.6, -2, 0], size: [9, 8, 12], rotation_quaternion: [0.5, 0.5, 0.5, 0.5]} |
        .objects[1].box3d = {center: [1, 0.8, 0.5], size: [7, 8, 7], rotation_quaternion: [0.8, 0, 0.6, 0]} |
        .annotations |= map(.category = {"1": "box", "2": "disc"}[.index | tostring])' >posed
    rv-mux -f bop,colmap,transforms -o posed.d <posed >/dev/null
    [ "$(py bop_check posed.d/bop posed)" = "6 objects" ]
    [[ $(py colmap_check posed.d/colmap posed 1000) == "3 images, "???*" points" ]]
    [ "$(jq -r '.frames[0].file_path' posed.d/transforms/transforms.json)" = images/a.jpg ]
    rv-verify --deep voc kitti posed.d
}

@test "JPEG passes into mot, davis and youtube-vis, one ending for each sequence" {
    for ending in jpg jpeg; do
        sequences $ending >in
        with_classes <in >classes
        rv-mux -f davis,youtube-vis -o $ending <in >/dev/null
        rv-mux -f mot -o $ending-mot <classes >/dev/null
        rv-verify --deep $ending $ending-mot
        [ "$(py mot_check $ending-mot/mot classes)" = "36 rows" ]
        [ "$(py davis_check $ending/davis in)" = "18 masks" ]
        [ "$(py youtube_vis_check $ending in)" = "36 masks" ]
        grep -x "imExt=.$ending" $ending-mot/mot/val/00000001/seqinfo.ini
        rm -r out
    done
    sequences png >in
    "$PYTHON" -c 'from PIL import Image; Image.open("out/00000000/frames/000002.png").convert("RGB").save("out/00000000/frames/000002.jpg")'
    head -n 1 in | jq -c '.files.image[1] = "frames/000002.jpg"' >mixed
    for format in mot:other=car davis youtube-vis; do
        run -1 rv-mux -q -f $format -o none <mixed
        [[ $output == *"format ${format%:*}: the file of frame 000002 ends in '.jpg', of those before it in '.png'"* ]]
    done
}

@test "a picture that readers do not take is refused, with what to do" {
    stills webp >in
    for format in voc kitti:other=Misc bop colmap; do
        run -1 rv-mux -q -f $format -o none <in
        [[ $output == *"format ${format%:*} needs PNG or JPEG files in 'files.image', not 'Image.webp': "*"render with --image-format PNG, or choose"* ]]
    done
    stills jpg >in
    head -c 500 out/00000000/Image.jpg >cut
    mv cut out/00000000/Image.jpg
    head -n 1 in >first
    run -1 rv-mux -q -f coco -o none <first
    [[ $output == *"bad_file"* ]]
}

@test "rv-verify finds a picture that does not decode, and names that differ" {
    stills jpg >in
    rv-mux -f voc,hf -o ds <in >/dev/null
    sed -i 's/\.jpg</.png</' ds/voc/Annotations/00000001.xml
    head -c 700 ds/hf/val/00000001.jpg >cut
    mv cut ds/hf/val/00000001.jpg
    run -1 rv-verify --deep ds
    [[ $output == *"its picture is '00000001.jpg'"* ]]
    [[ $output == *"hf/val/00000001.jpg"* ]]
}

@test "image=jpg encodes what is no JPEG, once, and leaves the labels as they are" {
    sequences png | jq -c 'del(.views)' >in
    rv-mux -f davis,youtube-vis,webdataset -o kept <in >/dev/null
    rv-mux -f davis:image=jpg,youtube-vis:image=jpg,mot:image=jpg:other=car,voc:image=jpg:masks,webdataset -o ds <in >/dev/null
    rv-verify --deep ds
    diff -r kept/davis/Annotations ds/davis/Annotations
    same_output 'jq -c .annotations kept/youtube-vis/train/instances.json' 'jq -c .annotations ds/youtube-vis/train/instances.json'
    nothing find ds/davis/JPEGImages ds/youtube-vis ds/mot ds/voc/JPEGImages -name "*.png"
    grep -x "imExt=.jpg" ds/mot/val/00000001/seqinfo.ini
    cmp ds/davis/JPEGImages/480p/00000001/00000.jpg ds/mot/val/00000001/img1/000001.jpg
    cmp ds/davis/JPEGImages/480p/00000001/00000.jpg ds/voc/JPEGImages/00000001.000001.jpg
    rv-mux -j1 -f davis:image=jpg -o again <in >/dev/null
    diff -r ds/davis again/davis
    py jpeg_check out/00000001/frames/000001.png ds/davis/JPEGImages/480p/00000001/00000.jpg 95
}

@test "the quality is that of other programs, for colours, greys and 16 bits" {
    py mux_samples 3 --size 61x43 >in
    "$PYTHON" - <<'END'
from PIL import Image
Image.open("out/00000001/Image.png").convert("L").save("out/00000001/Image.png")
END
    cp out/00000002/DepthPreview.png out/00000002/Image.png
    local quality
    for quality in 1 30 75 100; do
        rv-mux -f voc:image=jpg:quality=$quality -o q$quality <in >/dev/null
        rv-verify --deep q$quality
        for id in 00000000 00000001 00000002; do
            py jpeg_check out/$id/Image.png q$quality/voc/JPEGImages/$id.jpg $quality
        done
    done
    [ "$(grep -h depth q75/voc/Annotations/*.xml | sort -u | xargs)" = "<depth>3</depth>" ]
    run -2 rv-mux -f voc:quality=0 -o none <in
    run -2 rv-mux -f coco:image=jpg -o none <in
}

@test "image=jpg passes JPEG as it is, takes all that decodes, and refuses what does not" {
    stills jpeg >in
    rv-mux -f voc:image=jpg,coco -o ds <in >/dev/null
    rv-verify --deep ds
    cmp out/00000001/Image.jpeg ds/voc/JPEGImages/00000001.jpg
    stills webp >in
    rv-mux -f voc:image=jpg,coco -o webp <in >/dev/null
    rv-verify --deep webp
    head -n 1 in >first
    head -c 300 out/00000000/Image.webp >cut
    mv cut out/00000000/Image.webp
    run -1 --separate-stderr rv-mux -q -f voc:image=jpg -o none <in
    [ "$(jq -c 'select(.error) | .id' <<<"$output")" = '"00000000"' ]
}
