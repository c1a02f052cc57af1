#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv-verify --as: trees that other programs might have made, by the formats' own rules (lib/foreign_trees.py), with a
# mistake each; and those that rv-mux makes.

load lib/common

setup() {
    rv_setup
    need python3 jq
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

# A fresh tree in t/.
tree() {
    rm -rf t
    python3 "$RV_ROOT/tests/lib/foreign_trees.py" "$1" t
}

edit() {
    python3 -c "from foreign_trees import *
$1"
}

# The tree is of use as it is; what is told is info.
must_pass() {
    run --separate-stderr -0 rv-verify --as "$1" t
    jq -se --arg format "$1" '.[-1].verify | .ok and .as == $format and .files > 0' <<<"$output" || { echo "$output"; return 1; }
    jq -se 'all(.[:-1][]; .problem.severity == "info")' <<<"$output" || { echo "$output"; return 1; }
}

# A check blames `path`, as often as `count` says, and nothing else is an error.
must_blame() {
    local format=$1 check=$2 path=$3 count=${4:-1}
    run --separate-stderr -1 rv-verify --as "$format" t
    jq -se --arg check "$check" --arg path "$path" --argjson count "$count" \
        '(.[:-1] | any(.problem.check == $check and .problem.path == $path)) and .[-1].verify.checks[$check] == $count
         and all(.[:-1][].problem; .check == $check or .severity == "info") and (.[-1].verify.ok | not)' <<<"$output" ||
        { echo "$output"; return 1; }
}

@test "a YOLO tree of another program is good, and what readers pass over is told" {
    tree yolo
    must_pass yolo
    jq -se '.[0].problem | .path == "notes/read me.txt" and .check == "dataset.unclaimed"' <<<"$output"
}

@test "YOLO: what makes a trainer drop a picture or a row is found" {
    tree yolo
    rm 't/images/train/b.png'
    must_blame yolo yolo.pair labels/train/b.txt
    tree yolo
    edit 'text("t/labels/val/b.txt", "0 .5 .5 .1 .1\n2 .4 .4 .1 .1\n")'
    must_blame yolo yolo.class labels/val/b.txt
    tree yolo
    edit 'text("t/labels/val/b.txt", "0 .5 .5 .1 .1\n1 1.4 .4 .1 .1\n")'
    must_blame yolo yolo.row labels/val/b.txt
    tree yolo
    edit 'text("t/labels/val/b.txt", "0 .5 .5 .1\n")'
    must_blame yolo yolo.task labels/val/b.txt
    tree yolo
    truncate -s 500 't/images/val/my cat.v2.png'
    must_blame yolo file.decode 'images/val/my cat.v2.png'
    tree yolo
    edit 'text("t/data.yaml", "train: images/train\nval: images\nnc: 3\nnames:\n- a\n- b\n")'
    must_blame yolo yolo.data data.yaml
    rm t/data.yaml
    must_blame yolo yolo.data data.yaml
}

@test "YOLO: names are counted in every style of YAML" {
    local names
    tree yolo
    for names in 'names: [a, "b, c"]' $'names:\n  0: a\n  1: b' $'names:\n- a # c\n\n- b' $'names: [\n a,\n b,\n]' \
        'names: {0: a, 1: b}' 'nc: 2'; do
        printf 'train: images/train\nval: images/val\n%s\npath: .\n' "$names" >t/data.yaml
        must_pass yolo
    done
    printf 'train: images\nval: images\nnames: [a]\n' >t/data.yaml
    must_blame yolo yolo.class labels/train/b.txt 4
}

@test "YOLO: places that data.yaml and lists of pictures name are there" {
    local train
    tree yolo
    for train in 'images/train' '[images/train, "./images/val/"]' $'\n- images/train # c\n- images/val' 'train.txt' \
        '../images/train' '/data/train' 'https://example.org/train.zip'; do
        printf '%s\n' './images/val/my cat.v2.png' 'data/images/elsewhere.png' >t/train.txt
        printf 'train: %s\nval: images/val\nnames: [a, b]\n' "$train" >t/data.yaml
        must_pass yolo
    done
    for train in 'images/trian' '[images/train, images/vla]' $'\n- images/train\n- images/vla' 'trian.txt'; do
        printf 'train: %s\nval: images/val\nnames: [a, b]\n' "$train" >t/data.yaml
        must_blame yolo yolo.data data.yaml
    done
    # Where the paths start elsewhere, they cannot be judged.
    printf 'path: ../datasets/mine\ntrain: images/trian\nval: images/val\nnames: [a, b]\n' >t/data.yaml
    must_pass yolo
    printf 'train: train.txt\nval: images/val\nnames: [a, b]\n' >t/data.yaml
    printf '%s\n' './images/val/my cat.v2.png' './images/val/my dog.png' >t/train.txt
    must_blame yolo yolo.data train.txt
}

@test "of each check the first few are told, and all are counted" {
    tree yolo
    edit '
for i in range(30): text(f"t/labels/train/lost{i:02d}.txt", "0 .5 .5 .1 .1\n")'
    must_blame yolo yolo.pair labels/train/lost00.txt 30
    [ "$(grep -c yolo.pair <<<"$output")" -eq 6 ]
}

@test "a COCO tree of another program is good" {
    tree coco
    must_pass coco
}

@test "COCO: what readers drop or misread is found" {
    local document=annotations/instances_val2017.json
    change() {
        tree coco
        edit "
d = coco_document()
a = d['annotations']
$1
text('t/$document', json.dumps(d))"
    }
    change "a[0]['image_id'] = 99"
    must_blame coco coco.reference "$document"
    change "a[0]['category_id'] = 1"
    must_blame coco coco.reference "$document"
    change "a[1]['id'] = 1"
    must_blame coco coco.id "$document"
    change "a[1]['bbox'] = [35, 2, 8, 3]"
    must_blame coco coco.bbox "$document"
    change "a[1]['bbox'] = [35, 2, 0, 3]"
    must_blame coco coco.bbox "$document"
    change "a[1]['segmentation'] = [[1, 2, 3, 4]]"
    must_blame coco coco.polygon "$document"
    change "a[3]['segmentation']['counts'][0] = 1"
    must_blame coco coco.rle "$document"
    change "d['images'][0]['width'] = 50"
    must_blame coco coco.image "$document"
    change "d['images'][0]['file_name'] = 'c.png'"
    must_blame coco coco.image "$document"
    change "del d['categories']"
    must_blame coco coco.json "$document"
    tree coco
    truncate -s 300 't/val2017/a b.1.png'
    must_blame coco file.decode 'val2017/a b.1.png'
    rm -r t/annotations
    truncate -s 0 t/val2017/*.png
    run --separate-stderr -1 rv-verify --as coco t
    [[ $output == *coco.json*'no document'* ]]
}

@test "a VOC tree of another program is good" {
    tree voc
    must_pass voc
}

@test "VOC: what readers drop or misread is found" {
    change() {
        tree voc
        edit "
old = open('t/Annotations/a b.c.xml').read()
new = old.replace('$1', '$2')
assert old != new
text('t/Annotations/a b.c.xml', new)"
    }
    change '<xmax>20' '<xmax>41'
    must_blame voc voc.box 'Annotations/a b.c.xml'
    change '<xmin>1.5' '<xmin>21'
    must_blame voc voc.box 'Annotations/a b.c.xml'
    change '<width>40' '<width>400'
    must_blame voc voc.size 'Annotations/a b.c.xml'
    change '<filename>a b.c' '<filename>a b'
    must_blame voc voc.file 'Annotations/a b.c.xml'
    change '<filename>a b.c' '<filename>C:/a b.c.d'
    must_blame voc voc.file 'Annotations/a b.c.xml'
    for name in '' 'a b.c' 'x/a b.c.png' 'C:\\x\\a b.c.png'; do
        change '<filename>a b.c.png' "<filename>$name"
        must_pass voc
    done
    change '</size>' ''
    must_blame voc voc.xml 'Annotations/a b.c.xml'
    tree voc
    rm 't/JPEGImages/a b.c.png'
    must_blame voc voc.file ImageSets/Main/train.txt
    tree voc
    printf 'nowhere\n' >>t/ImageSets/Main/train.txt
    must_blame voc voc.file ImageSets/Main/train.txt
    tree voc
    truncate -s 300 t/JPEGImages/none.png
    must_blame voc file.decode JPEGImages/none.png
}

@test "a WebDataset of another program is good" {
    tree webdataset
    must_pass webdataset
}

@test "WebDataset: what readers drop or misread is found" {
    edit 'webdataset("t", keys=[["a", "b"], ["c", "a"]])'
    must_blame webdataset webdataset.member train-0001.tar
    rm -r t
    edit 'webdataset("t", extra=[("1.cls", b"3")])'
    must_blame webdataset webdataset.member train-0001.tar 3
    rm -r t
    edit 'webdataset("t", keys=[["b"]], extra=[("b.jpg", b"cut short")])'
    must_blame webdataset file.decode train-0000.tar/b.jpg
    tree webdataset
    truncate -s 3000 t/train-0000.tar
    must_blame webdataset webdataset.tar train-0000.tar
}

@test "a KITTI tree of another program is good" {
    tree kitti
    must_pass kitti
}

@test "KITTI: what readers drop or misread is found" {
    local rows=training/label_2/000001.txt
    change() {
        tree kitti
        edit "
old = open('t/$rows', newline='').read()
new = old.replace('$1', '$2')
assert old != new
text('t/$rows', new)"
    }
    change '25.75' '40.00'
    must_blame kitti kitti.row "$rows"
    change 'Car 0.00' 'Car  0.00'
    must_blame kitti kitti.row "$rows"
    change ' -1.59' ''
    must_blame kitti kitti.row "$rows"
    change 'Car ' 'Lorry '
    must_blame kitti kitti.type "$rows"
    tree kitti
    rm t/training/label_2/000002.txt
    must_blame kitti kitti.file training/calib/000002.txt
    tree kitti
    rm t/training/image_2/000001.png
    must_blame kitti kitti.file training/calib/000001.txt
    tree kitti
    echo 000007 >>t/ImageSets/test.txt
    must_blame kitti kitti.file ImageSets/test.txt
    tree kitti
    sed -i s/P2/P4/ t/training/calib/000001.txt
    must_blame kitti kitti.calib training/calib/000001.txt
    tree kitti
    truncate -s 300 t/testing/image_2/000001.png
    must_blame kitti file.decode testing/image_2/000001.png
}

@test "a MOT tree of another program is good" {
    tree mot
    must_pass mot
}

@test "MOT: what readers drop or misread is found" {
    local home=train/MOT17-04
    change() {
        tree mot
        sed -i "$1" "t/$home/gt/gt.txt"
    }
    change '1s/^1,/4,/'
    must_blame mot mot.row "$home/gt/gt.txt"
    change '1s/^1,/0.5,/'
    must_blame mot mot.row "$home/gt/gt.txt"
    change '2s/^2,/1,/'
    must_blame mot mot.row "$home/gt/gt.txt"
    change '1s/,1,1,0.5$/,1,14,0.5/'
    must_blame mot mot.row "$home/gt/gt.txt"
    change '1s/,-3.5,/,-13.5,/'
    must_blame mot mot.row "$home/gt/gt.txt"
    change '7s/,0,8$//'
    must_blame mot mot.row "$home/gt/gt.txt"
    tree mot
    sed -i 's/seqLength = 3/seqLength = 4/' "t/$home/seqinfo.ini"
    must_blame mot mot.info "$home/seqinfo.ini"
    tree mot
    sed -i 's/imWidth=40/imWidth=41/' "t/$home/seqinfo.ini"
    must_blame mot mot.info "$home/seqinfo.ini"
    tree mot
    mv "t/$home/img1/000003.png" "t/$home/img1/000004.png"
    run --separate-stderr -1 rv-verify --as mot t
    [[ $output == *'mot.frame'* ]]
    tree mot
    rm "t/$home/gt/gt.txt"
    must_blame mot mot.file "$home/img1/000001.png"
}

@test "a Hugging Face tree of another program is good" {
    tree hf
    must_pass hf
}

@test "Hugging Face: what readers drop or misread is found" {
    change() {
        tree hf
        sed -i "$1" t/train/metadata.jsonl
    }
    change '1s/"bbox": \[\[1.5/"bbox": [[1.6/'
    must_blame hf hf.row train/metadata.jsonl
    change '1s/"categories": \[4\]/"categories": [4, 5]/'
    must_blame hf hf.row train/metadata.jsonl
    change '1s/38.5, 3/38.5/'
    must_blame hf hf.row train/metadata.jsonl
    change '1s/a b/x y/'
    run --separate-stderr -1 rv-verify --as hf t
    jq -se '.[-1].verify.checks["hf.file"] == 2' <<<"$output"
    change '1s|deep/a b|../a|'
    run --separate-stderr -1 rv-verify --as hf t
    [[ $output == *hf.row*'no path below its folder'* ]]
    change '2d'
    must_blame hf hf.file train/deep/c.d.png
    change '1s/}$//'
    run --separate-stderr -1 rv-verify --as hf t
    [[ $output == *hf.row*'line 1'* ]]
}

@test "what rv-mux makes is good as what it is" {
    local formats=(yolo yolo:task=segment yolo:task=obb yolo:task=semantic coco coco:layout=roboflow coco:segmentation=polygon voc webdataset hf)
    local format name
    "$RV_ROOT/tests/lib/make_sample.py" out --passes --objects 5 --count 3 | rv-mask --polygons edge,center --shapes obb >records
    for format in "${formats[@]}"; do
        name=${format%%:*}
        rm -rf ds t
        rv-mux --format "$format" --split 50,50 -o ds <records >muxed
        mv "ds/$name" t
        must_pass "$name"
    done
}

@test "a directory that holds nothing of the format is an error, and so is a wrong format" {
    mkdir t
    touch t/a.txt
    must_blame yolo dataset.format .
    run --separate-stderr -2 rv-verify --as yolos t
    [[ $stderr == *yolo* ]]
    run --separate-stderr -2 rv-verify --as html t
    [[ $stderr == *'without its manifest: '*coco* ]]
    run --separate-stderr -2 rv-verify --as yolo
    [[ $stderr == *'--as is for a directory'* ]]
}

@test "severities are the user's first" {
    tree yolo
    run --separate-stderr -1 rv-verify --as yolo --severity dataset.unclaimed=error t
    run --separate-stderr -0 rv-verify --as yolo --list-checks --only dataset.unclaimed
    [[ $output == *'dataset.unclaimed      info '* ]]
}
