#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The whole pipe with a real Blender: the same bytes whatever happens on the way, labels that are right, nothing left
# behind. Pictures are tiny; the file takes about a minute on two free cores.

load lib/common

SCENE=$RV_ROOT/examples/shapes/scene.py
SMALL='--resolution 64,64 --samples 1'
SAMPLES=20

# One unbroken run with one worker, once for the file: everything else is compared with its dataset.
setup_file() {
    local command
    for command in "${RV_BLENDER:-blender}" ffprobe python3 jq; do
        command -v "$command" >/dev/null || return 0
    done
    rv_setup_file
    run_line "$(whole out ds -j1)" >records.jsonl
}

rv_setup_file() {
    export PATH=$RV_BIN:$PATH LC_ALL=C.UTF-8 TZ=UTC
    cd "$BATS_FILE_TMPDIR"
}

setup() {
    rv_setup
    need_blender
    need ffprobe python3 jq
    REFERENCE=$BATS_FILE_TMPDIR
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

# Pipelines as texts for bash, so that -o pipefail holds.
# render OUT SEED_OPTIONS BLEND_OPTIONS MASK_OPTIONS, up to labelled records
render() {
    echo "rv-seed $2 | rv-blend '$SCENE' $SMALL $3 -o $1 | rv-mask $4"
}

# whole OUT DATASET BLEND_OPTIONS
whole() {
    echo "$(render "$1" "seq $SAMPLES" "$3" '') | $(collect "$2")"
}

# collect DATASET
collect() {
    echo "rv-mux --format coco,webdataset,video -o $1"
}

run_line() {
    bash -o pipefail -c "$1"
}

@test "an unbroken run: a dataset that rv-verify finds in order to the last byte" {
    [ "$(jq -s 'map(select(.error | not)) | length' "$REFERENCE/records.jsonl")" -eq $SAMPLES ]
    run --separate-stderr -0 rv-verify --deep "$REFERENCE/ds"
    [ "$(jq -c '.verify | [.ok, .samples]' <<<"$output")" = "[true,$SAMPLES]" ]
    no_partials "$REFERENCE"
    (cd "$REFERENCE" && rv-verify <records.jsonl) | jq -s -e "length == $SAMPLES and all(.verify.ok)"
    (cd "$REFERENCE" && rv-verify out) | jq -s -e "length == $SAMPLES and all(.verify.ok)"
}

@test "records keep to their definition" {
    need_module jsonschema
    (cd "$REFERENCE" && rv-verify <records.jsonl) >verified.jsonl
    { rv-seed seq 3 | jq -c '.seed = -1'; echo '[]'; } >in
    run -1 --separate-stderr rv-verify <in
    echo "$output" >bad.jsonl
    "$PYTHON" - "$RV_ROOT/tests/lib/record.schema.json" verified.jsonl bad.jsonl "$REFERENCE"/out/*/_meta.json <<'END'
import json
import sys
import jsonschema
validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
count = 0
for name in sys.argv[2:]:
    for line in open(name):
        count += 1
        validator.validate(json.loads(line))
assert count >= 2 * 20 + 4, count
for broken in ({"id": "../x", "seed": 1}, {"id": "a"}, {"id": "a", "seed": 1, "files": {"image": "../x"}}):
    assert not validator.is_valid(broken), broken
END
}

@test "two workers give the same bytes" {
    run_line "$(whole out ds -j2)" >records.jsonl
    same_tree "$REFERENCE/ds" ds
    same_records 'del(.run)' records.jsonl "$REFERENCE/records.jsonl"
    same_tree "$REFERENCE/out" out
}

@test "run again, nothing is rendered and everything is the same" {
    cp -a "$REFERENCE/out" out
    find out -type f -printf '%p %i %T@\n' | sort >before
    run_line "$(whole out ds -j2)" >records.jsonl
    find out -type f -printf '%p %i %T@\n' | sort | diff before -
    same_tree "$REFERENCE/ds" ds
    same_records 'del(.run)' records.jsonl "$REFERENCE/records.jsonl"
}

labelled() {
    mkdir -p out
    find out -mindepth 2 -maxdepth 2 -name IndexOB.png
}

# A filter that passes on so many records, and ends when there is a file `gone`.
hold() { # RECORDS
    head -n "$1"
    until [ -e gone ]; do sleep 0.02; done
}

# Starts the pipeline in a session of its own and kills one of its stages, or all, once it has labelled so many samples
# more, and a moment later.
run_and_kill() { # SAMPLES SECONDS STAGE
    local pid victims line goal
    goal=$(($(labelled | wc -l) + $1))
    line=$(whole out ds -j2)
    export -f hold
    rm -f gone
    setsid bash -o pipefail -c "${line/| rv-blend/| hold $((goal + 1)) | rv-blend}" >/dev/null 2>&1 &
    pid=$!
    wait_until prints $goal labelled
    sleep "$2"
    if [ "$3" = all ]; then
        victims=-$pid
    else
        victims=$(pgrep -s "$pid" -x "$3")
    fi
    kill -9 -- $victims
    touch gone
    wait "$pid" || true
}

@test "kill -9 of any stage at any instant, and the same command again" {
    python3 -c '
import random
chance = random.Random(20)
for stage in ("rv-blend", "rv-mask", "rv-mux", "all", "blender"):  # a lost Blender alone stops nothing
    print(chance.randrange(1, 4), f"{chance.uniform(0, 0.1):.3f}", stage)' >plan
    while read -r samples seconds stage; do
        run_and_kill "$samples" "$seconds" "$stage"
        no_orphans
        # What is there is whole.
        for dir in out/*/; do
            [ ! -e "$dir/_meta.json" ] || jq -e .id "$dir/_meta.json" >/dev/null
        done
        [ ! -e ds ] || rv-verify ds >/dev/null
    done <plan
    find out -name Image.png -printf '%p %i\n' | sort >before
    run_line "$(whole out ds -j2)" >records.jsonl
    same_tree "$REFERENCE/ds" ds
    same_records 'del(.run)' records.jsonl "$REFERENCE/records.jsonl"
    # Samples whose labels were there were not rendered again: their pictures are the same files.
    find out -name Image.png -printf '%p %i\n' | sort >after
    kept=$(comm -12 before after | wc -l)
    echo "kept $kept of $(wc -l <before)"
    [ "$kept" -eq "$(wc -l <before)" ]
    no_partials out
}

@test "two shards rendered apart give the dataset of one run" {
    run_line "$(render a "--shard 0/2 seq $SAMPLES" -j1 '')" >one &
    run_line "$(render b "--shard 1/2 seq $SAMPLES" -j1 '')" >two
    wait $!
    [ "$(wc -l <one)" -eq $((SAMPLES / 2)) ]
    [ "$(wc -l <two)" -eq $((SAMPLES / 2)) ]
    cat one two | run_line "$(collect ds)" >/dev/null
    same_tree "$REFERENCE/ds" ds
}

@test "COCO's masks are the instance masks, by a decoder of our own" {
    run_line "$(render out 'seq 5' -j2 --instances) | $(collect ds)" >records.jsonl
    rv-verify --deep ds
    rv-verify <records.jsonl >/dev/null
    python3 "$RV_ROOT/tests/lib/coco_check.py" ds/coco records.jsonl
}

@test "the video has a frame for each sample" {
    run -0 ffprobe -v error -count_frames -select_streams v:0 -show_entries stream=nb_read_frames,width,height,codec_name \
        -of csv=p=0 "$REFERENCE/ds/video/video.mp4"
    [ "$output" = "h264,64,64,$SAMPLES" ]
}

# The scene, with a generate of its own before or after that of the good one.
derive_scene() {
    cat >scene.py <<END
import importlib.util

spec = importlib.util.spec_from_file_location("good", "$SCENE")
good = importlib.util.module_from_spec(spec)
spec.loader.exec_module(good)
Base = next(v for v in vars(good).values() if isinstance(v, type) and v.__module__ == "good")


class Derived(Base):
    def generate(self, seed):
$1
        super().generate(seed)
END
}

@test "the bare pipe leaves out/ and dataset/" {
    mkdir empty
    cd empty
    derive_scene '        self.resolution = (48, 48)'
    pipe -0 --separate-stderr 'rv-seed seq 1 | rv-blend scene.py | rv-mask | rv-mux'
    [ "$(ls -A | sort | xargs)" = 'dataset out scene.py' ]
    [ "$(jq -c .resolution <<<"$output")" = '[48,48]' ]
    [ -f out/00000000/Image.png ]
    for name in coco/annotations.json webdataset/shard-000000.tar sheet.png manifest.jsonl; do
        [ -f "dataset/$name" ] || { echo "no $name"; return 1; }
    done
    rv-verify --deep dataset
}

@test "a reader that goes away ends the whole pipe" {
    pipe -141 --separate-stderr "rv-seed seq inf | rv-blend '$SCENE' $SMALL -j2 | rv-mask | head -n1"
    [ "$(jq -r .id <<<"$output")" = 00000000 ]
    no_orphans
    no_partials out
}

@test "a bad sample costs no good one" {
    derive_scene '        if seed == 1:
            raise ValueError("seed one is a bad one")'
    {
        rv-seed seq 3
        echo 'not json'
        echo '{"id":"../x","seed":1}'
        echo '{"id":"00000000","seed":9}'
        echo '{"id":"late"}'
        echo '{"id":"fraction","seed":1.5}'
        echo '["array"]'
    } >input.jsonl
    pipe -1 --separate-stderr "rv-blend scene.py $SMALL -j2 <input.jsonl | rv-mask | rv-mux --format coco -o ds"
    [ "$(jq -r '.id // .line' <<<"$output" | tr '\n' ' ')" = '00000000 00000001 00000002 4 ../x 00000000 late fraction 9 ' ]
    [ "$(jq -r '.error.code // "ok"' <<<"$output" | tr '\n' ' ')" = \
        'ok scene_error ok bad_json bad_record duplicate_id bad_record bad_record bad_json ' ]
    [[ $output == *'seed one is a bad one'* ]]
    [ "$(head -n1 ds/manifest.jsonl | jq -c '[.samples, .errors]')" = '[2,7]' ]
    [ "$(ls out | xargs)" = '00000000 00000002' ]
    rv-verify --deep ds
}

two_workers_one_worker() {
    need_blender_of "$1"
    run_line "$(render a 'seq 3' -j2 --instances) | $(collect ds2)" >records.jsonl
    run_line "$(render b 'seq 3' -j1 --instances) | $(collect ds1)" >/dev/null
    same_tree ds1 ds2
    rv-verify --deep ds2
    rv-verify <records.jsonl >/dev/null
    python3 "$RV_ROOT/tests/lib/coco_check.py" ds2/coco records.jsonl
}

@test "Blender 4.3: two workers, one worker, the same bytes" {
    two_workers_one_worker 4.3
}

@test "Blender 5.2: two workers, one worker, the same bytes" {
    two_workers_one_worker 5.2
}

@test "pictures of every kind go into the datasets that can hold them" {
    need_blender
    need ffprobe
    printf 'import rv\n\n\nclass S(rv.Scene):\n    def generate(self, seed):\n        self.objects.cube().set_tags("cube")\n        self.camera.set_location((4, -4, 4)).point_at(self.objects.sphere())\n' >kind.py
    local kind
    for kind in PNG:16:RGB PNG:16:RGBA PNG:8:RGB PNG:8:BW PNG:16:BW; do
        rm -rf out ds
        rv-seed seq 2 | rv-blend kind.py --resolution 16,16 --samples 1 --image-format $kind -o out | rv-mask |
            rv-mux --format coco,webdataset,video,sheet -o ds >records
        rv-verify --deep ds | jq -e '.verify.ok and .verify.samples == 2'
        cmp out/00000001/Image.png ds/coco/images/00000001.png
    done
    rm -rf out ds
    rv-seed seq 2 | rv-blend kind.py --resolution 16,16 --samples 1 --image-format OPEN_EXR:32:RGB -o out | rv-mask >in
    rv-mux --format webdataset -o ds <in >records
    rv-verify --deep ds | jq -e '.verify.ok and .verify.samples == 2'
    tar -xf ds/webdataset/shard-000000.tar
    cmp out/00000001/Image.exr 00000001.exr
    run -1 --separate-stderr rv-mux --format coco -o refused <in
    [[ $stderr == *"format coco needs PNG, JPEG, WebP, BMP or TIFF files in 'files.image', not 'Image.exr': render with --image-format PNG"* ]]
    [ ! -e refused ]
}

# The same pixels by way of each format, as far as it keeps them: half grey, half a colour.
@test "sheet, video and labels for people are made of pictures of any kind" {
    need_blender
    need ffmpeg ffprobe python3
    printf 'import rv\n\n\nclass S(rv.Scene):\n    def generate(self, seed):\n        self.objects.cube().set_tags("cube")\n        self.camera.set_location((4, -4, 4)).point_at(self.objects.sphere())\n        self.set_frames(1, 2)\n' >kind.py
    local kind name
    for kind in PNG JPEG:8:RGB:100 WEBP:8:RGB:100 TIFF:16:RGBA BMP TARGA:8:RGBA DPX:10:RGB OPEN_EXR:32:RGB; do
        name=${kind%%:*}
        rm -rf ds
        rv-seed seq 1 | rv-blend kind.py --resolution 32,32 --samples 4 --image-format $kind -o out-$name |
            rv-mask --overlay >in
        rv-mux --format video,sheet,webdataset -o ds <in >records
        jq -se 'all(.error == null)' records
        rv-verify --deep ds | jq -e '.verify.ok'
        ffmpeg -v error -i ds/video/00000000.mp4 -frames:v 1 -pix_fmt rgb24 -f rawvideo $name.rgb
        ffmpeg -v error -i out-$name/00000000/overlay/000001.png -pix_fmt rgb24 -f rawvideo $name.overlay
        python3 -c '
import sys
a, b = (open(name, "rb").read() for name in sys.argv[1:])
assert len(a) == len(b) == 32 * 32 * 3, (len(a), len(b))
assert max(a) - min(a) > 60, "a flat picture"
off = sum(abs(x - y) for x, y in zip(a, b)) / len(a)
assert off < 12, f"{sys.argv[2]} is {off} off"
' PNG.rgb $name.rgb
        [ -s $name.overlay ]
    done
    # One that is damaged is found.
    truncate -s -700 out-JPEG/00000000/frames/000002.jpg
    run -1 rv-verify out-JPEG/00000000
    [[ $output == *"frames/000002.jpg"* ]]
}

@test "the image's entry point: the status of a pipeline is the largest" {
    local entry=$RV_ROOT/docker/entrypoint.sh
    run -143 "$entry" '(exit 2) | (exit 143) | (exit 1)'
    run -3 "$entry" 'true | (exit 3) | true # a comment'
    run -0 "$entry" 'echo a | cat'
    [ "$output" = a ]
    run -1 "$entry" '(exit 1) | true && echo not'
    [ "$output" = '' ]
    run -5 "$entry" bash -c 'exit 5'
    run -3 "$entry" 'rv-seed seq 9 | head -n 2 | rv-mask --where false --expect all'
    run -0 "$entry" 'rv-seed seq 9 | head -n 9 | rv-mask --where false --expect all'
}
