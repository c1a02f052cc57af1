#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Sequences through the whole pipe with a real Blender: the same bytes whatever happens on the way.

load lib/common

FRAMES=4

setup_file() {
    local command
    for command in "${RV_BLENDER:-blender}" ffprobe jq; do
        command -v "$command" >/dev/null || return 0
    done
    rv_setup
    cd "$BATS_FILE_TMPDIR"
    write_scene
    run_line "$(whole out ds -j1)" >records.jsonl
}

setup() {
    rv_setup
    need_blender
    need ffprobe jq
    REFERENCE=$BATS_FILE_TMPDIR
    write_scene
}

# A ball falls, a cube is moved by keys, the camera too; odd seeds are stills. While there is a file `hold` with a number in
# it, a sequence goes no further than so many frames.
write_scene() {
    cat >clip.py <<'END'
import glob
import os
import time

import rv


def hold(seed):
    frames = f"out/.rv-frames.{seed:08d}/frames/*.png"
    try:
        while len(glob.glob(frames)) >= int(open("hold").read()):
            time.sleep(0.02)
    except FileNotFoundError:
        pass


class Clip(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1)
        self.lights.point(power=300).set_location((2, -2, 4))
        ball = self.objects.sphere(radius=0.5).set_tags("ball").set_location((-1, 0, 2))
        ball.add_rigidbody("sphere")
        self.objects.plane(size=8).add_rigidbody("box", body_type="PASSIVE")
        cube = self.objects.cube(size=1).set_tags("cube")
        cube.keyframe(1, location=(1, 0, 0.5)).keyframe(12, location=(1 + 0.2 * seed, 1, 0.5))
        self.camera.set_fov(50)
        for frame, x in ((1, -1), (12, 2)):
            self.camera.set_location((x, -6, 3)).point_at(cube).keyframe(frame)
        rv.bpy.app.handlers.render_pre.append(lambda *_: hold(seed))
        if seed % 2 == 0:
            self.set_frames(3, 12, 3).set_fps(12)
            self.set_prompt("Where does the ball go?").set_metadata(seed=seed)
END
}

run_line() {
    bash -o pipefail -c "$1"
}

# label OUT BLEND_OPTIONS; whole OUT DATASET BLEND_OPTIONS
label() {
    echo "rv-seed seq 5 | rv-blend clip.py --resolution 48,48 --samples 2 $2 -o $1 | rv-mask --instances"
}

whole() {
    echo "$(label "$1" "$3") | rv-mux --format coco,webdataset,video,sheet -o $2"
}

@test "a stream of sequences and stills becomes a dataset that is in order" {
    [ "$(jq -s 'map(select(.error)) | length' "$REFERENCE/records.jsonl")" = 0 ]
    cd "$REFERENCE"
    [ "$(jq -c 'select(.seed == 2) | [.fps, .prompt, .metadata.seed, (.frames | map(.frame))]' records.jsonl)" = \
        '[12,"Where does the ball go?",2,[3,6,9,12]]' ]
    [ "$(jq -c 'select(.seed == 2) | [.annotations, (.frames | map(.annotations | length > 1) | all)]' records.jsonl)" = \
        '[null,true]' ]
    [ "$(jq -r 'select(.seed == 1) | .files.image' records.jsonl)" = Image.png ]
    rv-verify <records.jsonl | jq -s -e 'length == 5 and all(.verify.ok)'
    rv-verify out | jq -s -e 'length == 5 and all(.verify.ok)'
    run -0 --separate-stderr rv-verify --deep ds
    [ "$(jq -c '.verify | [.ok, .samples]' <<<"$output")" = '[true,5]' ]
    run -0 ffprobe -v error -count_frames -show_entries stream=nb_read_frames,avg_frame_rate -of csv=p=0 ds/video/00000002.mp4
    [ "$output" = "12/1,$FRAMES" ]
    [ "$(ls ds/coco/images/00000002 | xargs)" = '000003.png 000006.png 000009.png 000012.png' ]
    [ "$(jq '.images | length' ds/coco/annotations.json)" = $((3 * FRAMES + 2)) ]
    no_partials .
}

@test "their records keep to their definition" {
    need_module jsonschema
    "$PYTHON" - "$RV_ROOT/tests/lib/record.schema.json" "$REFERENCE/records.jsonl" "$REFERENCE"/out/*/_meta.json <<'END'
import json
import sys
import jsonschema
validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
records = [json.loads(line) for name in sys.argv[2:] for line in open(name)]
assert len(records) == 10
for record in records:
    validator.validate(record)
clip = next(r for r in records if "frames" in r)
for key, value in (("frame", -1), ("objects", [{"index": 1}]), ("camera", {}), ("annotations", [{}])):
    broken = json.loads(json.dumps(clip))
    broken["frames"][1][key] = value
    assert not validator.is_valid(broken), key
END
}

@test "two workers, and a second run, give the same bytes" {
    run_line "$(whole out ds -j2)" >records.jsonl
    same_tree "$REFERENCE/ds" ds
    same_tree "$REFERENCE/out" out
    find out -type f -printf '%p %i %T@\n' | sort >before
    run_line "$(whole out ds -j1)" >again.jsonl
    find out -type f -printf '%p %i %T@\n' | sort | diff before -
    same_tree "$REFERENCE/ds" ds
    same_records 'del(.run)' again.jsonl "$REFERENCE/records.jsonl"
}

frames_kept() { find out/.rv-frames.* -name '0000*.png' -size +0; }

# Starts the pipeline and kills all of it when there are so many frames, at most so many of a sequence.
run_and_kill() { # FRAMES OF_A_SEQUENCE
    local pid
    echo "$2" >hold
    setsid bash -c "$(whole out ds -j2)" >/dev/null 2>&1 &
    pid=$!
    wait_until prints "$1" frames_kept
    kill -9 -- -$pid
    wait $pid || [ $? = 137 ]
    rm hold
}

@test "kill -9 while frames are rendered, and the same command again: no frame is rendered twice" {
    for frames in 1 4; do
        run_and_kill $frames $(((frames + 1) / 2))
        no_orphans
        for dir in out/*/; do
            [ ! -e "$dir/_meta.json" ] || jq -e .id "$dir/_meta.json" >/dev/null
        done
        frames_kept >kept
        [ "$(wc -l <kept)" -ge $frames ]
    done
    run_line "$(whole out ds -j2)" >records.jsonl
    same_output 'jq -s "map(.run.frames_kept // 0) | add" records.jsonl' 'wc -l <kept'
    same_tree "$REFERENCE/ds" ds
    same_tree "$REFERENCE/out" out
    same_records 'del(.run)' records.jsonl "$REFERENCE/records.jsonl"
    no_partials out
}

@test "a worker that is lost costs no frame that is done" {
    echo 2 >hold
    rv-blend clip.py --resolution 48,48 --samples 2 -j1 -o out < <(rv-seed seq 1) >records.jsonl &
    local pid=$!
    wait_until prints 2 frames_kept
    kill -9 "$(workers_of $pid | head -n1)"
    rm hold
    wait $pid
    [ "$(jq .run.attempts records.jsonl)" = 2 ]
    [ "$(jq .run.frames_kept records.jsonl)" = 2 ]
    rv-mask --instances <records.jsonl >/dev/null
    same_tree "$REFERENCE/out/00000000" out/00000000
    no_partials out
}

@test "what is left of an interrupted sequence goes when it is not needed" {
    run_and_kill 2 2
    rv-seed seq 1 --start 0 | rv-blend clip.py --resolution 48,48 --samples 3 -o out >records.jsonl
    [ "$(jq .run.frames_kept records.jsonl)" = null ]
    nothing find out -name '.rv-frames.00000000'
}

# One sequence of 8 frames, each of which takes 0.3 s more to render. generate takes a number from the folder `runs`: 0 is
# the worker that answers for it, 1 the first that helps; what is in the file `do.N` is then done. 0 renders its second
# frame when there is something that the file `wait` names.
write_shared() {
    cat >shared.py <<'END'
import glob
import os
import time

import rv


# What a scene opens itself decides its frames: those that read other files share none.
def read(name):
    return os.popen(f"cat {name}").read().strip()


def next_number():
    for number in range(100):
        try:
            os.mkdir(f"runs/{number}")
        except FileExistsError:
            continue
        return number


def helper_is_there():
    return bool(glob.glob(read("wait")))


class Shared(rv.Scene):
    def generate(self, seed):
        number = next_number()

        def slow(scene, *_):
            time.sleep(0.3)
            while number == 0 and scene.frame_current == 2 and not helper_is_there():
                time.sleep(0.05)

        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1)
        self.objects.plane(size=8).add_rigidbody("box", body_type="PASSIVE")
        ball = self.objects.sphere(radius=0.5).set_location((0, 0, 2)).add_rigidbody("sphere")
        self.camera.set_location((0, -6, 3)).point_at(ball)
        self.set_frames(8)
        rv.bpy.app.handlers.render_pre.append(slow)
        if os.path.exists(f"do.{number}"):
            exec(read(f"do.{number}"))
END
    rm -rf runs
    mkdir runs
    [ -e wait ] || echo runs/0 >wait
}

shared() { # OUT OPTION...
    write_shared
    rv-seed seq 1 | rv-blend shared.py --resolution 16,16 --samples 1 -o "$@" >records.jsonl
}

# What 8 frames by one worker are.
shared_alone() {
    shared alone -j1
    [ "$(ls runs)" = 0 ]
    [ "$(jq -c '[.run.frames_by_others, (.files.image | length)]' records.jsonl)" = '[null,8]' ]
}

@test "idle workers help with a sequence: the same bytes" {
    shared_alone
    echo 'out/.rv-frames.*/frames/00000[5-8].png' >wait
    shared out -j3
    same_tree alone out
    [ "$(jq .run.frames_by_others records.jsonl)" -ge 1 ]
    [ "$(ls runs | wc -l)" -ge 2 ]
    no_partials out
    no_orphans
}

@test "a helper that is lost, fails or hangs costs nothing" {
    shared_alone
    echo runs/1 >wait
    local fault limit
    for fault in 'os.kill(os.getpid(), 9)' 'raise ValueError("no")' 'time.sleep(1000)' \
        'rv.bpy.app.handlers.render_post.append(lambda *_: os.kill(os.getpid(), 9))' \
        'rv.bpy.app.handlers.render_pre.append(lambda *_: time.sleep(1000))'; do
        for limit in 5 25 125; do # until it is enough for the frames of the other one
            rm -rf out do.*
            echo "$fault" >do.1
            write_shared
            rv-seed seq 1 >seeds
            rv-blend shared.py --resolution 16,16 --samples 1 -o out -j2 --timeout $limit <seeds >records.jsonl ||
                [ $limit -lt 125 ]
            if [ "$(jq .run.attempts records.jsonl)" = null ]; then
                break
            fi
        done
        [ "$(ls runs | xargs)" = '0 1' ]
        [ "$(jq -c '[.error, .run.attempts]' records.jsonl)" = '[null,null]' ]
        same_tree alone out
        no_partials out
        no_orphans
    done
}

@test "a worker that is lost while others help: they go on, and no frame is rendered twice" {
    shared_alone
    echo 'out/.rv-frames.*/frames/00000[5-8].png' >wait
    echo 'rv.bpy.app.handlers.render_post.append(lambda *_: helper_is_there() and os.kill(os.getpid(), 9))' >do.0
    shared out -j2
    [ "$(jq .run.attempts records.jsonl)" = 2 ]
    [ "$(jq .run.frames_kept records.jsonl)" -ge 1 ]
    same_tree alone out
    no_partials out
    no_orphans
}

@test "what another process keeps of a sequence goes when the sample is there" {
    shared_alone
    echo 'rv.bpy.app.handlers.render_post.append(lambda *_: helper_is_there() and os.kill(os.getpid(), 9))' >do.0
    echo waiting >wait
    python3 - <<'END' &
import fcntl, os, time
while not os.path.exists("out/.rv-frames.00000000/frames/000001.png"):
    time.sleep(0.02)
with open("out/.rv-frames.00000000/.lock", "r+b") as file:
    open("waiting", "w").close()
    fcntl.lockf(file, fcntl.LOCK_EX, 1, 1000000)  # the owner's, as soon as that is gone
    while not os.path.exists("done"):
        time.sleep(0.02)
END
    shared out -j1
    touch done
    wait $!
    [ "$(jq -c '.run | [.attempts, .frames_kept]' records.jsonl)" = '[2,null]' ]
    same_tree alone out
    [ "$(ls -A out)" = 00000000 ]
}

@test "a frame that hangs is given up after its attempts, however many help" {
    write_shared
    cat >>shared.py <<'END'


def hang(scene, *_):
    if scene.frame_current == 6:
        time.sleep(1000)


rv.bpy.app.handlers.render_pre.append(hang)
END
    pipe -1 --separate-stderr "rv-seed seq 2 | rv-blend shared.py --resolution 16,16 --samples 1 -j3 --timeout 1.5 --retries 1 >records.jsonl"
    [ "$(jq -c '[.error.code, .error.attempts]' records.jsonl | sort -u)" = '["timeout",2]' ]
    no_orphans
}

@test "a sequence after others in the same worker is the sequence alone" {
    rv-seed seq 1 --start 4 | rv-blend clip.py --resolution 48,48 --samples 2 -o alone | rv-mask --instances >/dev/null
    same_tree "$REFERENCE/out/00000004" alone/00000004
}

@test "frames that are asked for have the pixels and labels that they have among the others" {
    rv-seed seq 1 --start 4 | rv-blend clip.py --resolution 48,48 --samples 2 --frames 9 -o alone | rv-mask --instances >one
    [ "$(jq -c .files.image one)" = '["frames/000009.png"]' ]
    for file in frames/000009.png index/000009.png depth/000009.exr instances/000009/00002.png; do
        cmp "$REFERENCE/out/00000004/$file" "alone/00000004/$file"
    done
    # Under a camera that moves, the truncation of what stands still is told at the first frame alone.
    same_records '.frames[] | select(.frame == 9).annotations | map(del(.truncation))' one "$REFERENCE/out/00000004/_meta.json"
}

# Adds a compositor that inverts.
write_inverted() {
    cat >inverted.py <<'END'
import clip
import rv


class Inverted(clip.Clip):
    def generate(self, seed):
        super().generate(seed)
        blender = rv.bpy.context.scene
        blender.view_settings.view_transform = "Raw"
        if "compositing_node_group" in blender.bl_rna.properties:
            tree = blender.compositing_node_group = rv.bpy.data.node_groups.new("Nodes", "CompositorNodeTree")
            tree.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
            end = tree.nodes.new("NodeGroupOutput")
        else:
            blender.use_nodes = True
            tree = blender.node_tree
            tree.nodes.clear()
            end = tree.nodes.new("CompositorNodeComposite")
        render, invert = tree.nodes.new("CompositorNodeRLayers"), tree.nodes.new("CompositorNodeInvert")
        tree.links.new(render.outputs["Image"], invert.inputs["Color"])
        tree.links.new(invert.outputs["Color"], end.inputs[0])
END
}

# composites OUT DATASET BLEND_OPTIONS, of a sequence and a still
composites() {
    run_line "rv-seed seq 2 | rv-blend inverted.py --resolution 48,48 --samples 2 $3 -o $1 | rv-mask |
        rv-mux --format coco,webdataset,video --video-role ${4:-composite} -o $2"
}

@test "what the compositor makes goes through the pipe beside the pictures" {
    need python3 tar
    write_inverted
    composites out ds '-j1 --composite' >records.jsonl
    [ "$(jq -c '[.seed, .files.composite]' records.jsonl)" = \
        '[0,["composite/000003.png","composite/000006.png","composite/000009.png","composite/000012.png"]]
[1,"Composite.png"]' ]
    PYTHONPATH=$RV_ROOT/tests/lib python3 - <<'END'
from check_labels import read_png

for names in ("00000001/Image", "00000001/Composite"), ("00000000/frames/000009", "00000000/composite/000009"):
    image, made = (read_png(f"out/{name}.png", is_bare=False) for name in names)
    pairs = [(x, y) for rows in zip(image["rows"], made["rows"]) for x, y in zip(*rows)]
    colours = [x + y for i, (x, y) in enumerate(pairs) if i % 4 < 3]
    assert len(set(image["rows"][30])) > 8 and {*colours} <= {254, 255, 256}, (names, {*colours})
END
    rv-verify <records.jsonl >/dev/null
    rv-verify --deep ds
    [ "$(tar -tf ds/webdataset/*.tar | grep -c 'composite\.[0-9]*\.png$')" -eq $FRAMES ]
    tar -xOf ds/webdataset/shard-000000.tar 00000001.composite.png | cmp - out/00000001/Composite.png
    # Whoever renders: the same. What is there stays; without the option it is another sample, whose picture is the same.
    composites other ds2 '-j2 --composite' >/dev/null
    same_tree out other
    same_tree ds ds2
    composites other ds2 '-j2 --composite' | jq -se 'all(.run.reused)'
    composites other ds2 -j2 image | jq -se 'all((.run.reused or .files.composite) | not)'
    nothing find other -iname '*composite*'
    cmp out/00000001/Image.png other/00000001/Image.png
    diff -r out/00000000/frames other/00000000/frames
    # A damaged one is found; a scene without a compositor has none.
    truncate -s 100 out/00000001/Composite.png
    run -1 rv-verify <records.jsonl
    [[ $output == *Composite.png* ]]
    pipe -1 'rv-seed seq 1 | rv-blend clip.py --composite -o none'
    [[ $output == *'"code":"scene_error"'*'clip.py has no compositor'* ]]
}

@test "flow is to the next picture, whatever the step: cubes that turn, a camera that moves" {
    need_blender
    need_module numpy
    cat >scene.py <<'EOF'
import rv


class Scene(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1.0)
        self.camera.set_fov(90)
        self.camera.keyframe(1, location=(0, 0, 10)).keyframe(9, location=(0, 2, 9))
        floor = self.objects.plane(size=40).set_location((0, 0, -2))
        cube = self.objects.cube(size=4)
        cube.keyframe(1, location=(-4, 0, 0), rotation=(0, 0, 0))
        cube.keyframe(9, location=(4, 0, 0), rotation=(10, 0, 90))
        soft = self.objects.sphere().set_location((0, 4, 0))
        soft.obj.shape_key_add(name="Basis")
        rv.bpy.context.scene.render.use_motion_blur = seed == 1
EOF
    rv-seed seq 2 | rv-blend scene.py --frames 1,3,6,7 --resolution 64,48 --samples 4 --passes Vector,Position -q -o out >records
    rv-mask --flow-format flo,kitti <records | tee masked | rv-verify >/dev/null
    run -0 jq -c '[.objects[] | select(.deforms).name]' records
    [ "$output" = '["Sphere"]
["Sphere"]' ]
    "$PYTHON" "$RV_ROOT/tests/lib/flow_check.py" <masked
}
