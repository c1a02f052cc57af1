# SPDX-License-Identifier: MIT
# Generators in the style of VBVR's 3D template: three of them render under rv, each sample once, seeded, resumable.
load lib/common

setup() {
    rv_setup
    need_blender
    need jq ffprobe
    cp -r "$RV_ROOT/tests/data/generators" g
}

render() { # GENERATOR OUT [OPTION...]
    rv-seed seq 2 | rv-blend "g/$1/src/generator.py" --samples 1 -o "$2" -q "${@:3}"
}

@test "three generators get to VBVR's folders" {
    for name in ramp turn swap; do
        render $name out.$name -j2 >$name.jsonl
        rv-mux -q -f "vbvr:task=$name" -o "$name" <$name.jsonl >/dev/null
        for id in 00000000 00000001; do
            at=$name/vbvr/${name}_task/${name}_$id
            [ "$(identify_size "$at/first_frame.png")" = 48x32 ]
            jq -j "select(.id == \"$id\").prompt" $name.jsonl >prompt
            cmp prompt "$at/prompt.txt"
        done
        rv-verify --deep "$name" >/dev/null
    done
    [ "$(frames_of ramp/vbvr/ramp_task/ramp_00000001/ground_truth.mp4)" = 12 ]
    [ "$(frames_of turn/vbvr/turn_task/turn_00000000/ground_truth.mp4)" = 6 ]
    [ "$(jq -c '[.frames[].frame]' turn.jsonl | sort -u)" = "[1,2,3,6,7,8]" ]
    # What the scripts draw differs from sample to sample; no path of this machine is in it.
    [ "$(jq -c .metadata.speed ramp.jsonl | sort -u | wc -l)" = 2 ]
    [ "$(jq -c .metadata.gap swap.jsonl | sort -u | wc -l)" = 2 ]
    [ "$(jq -r .metadata.place ramp.jsonl | head -n 1)" = ramp_task/ramp_00000000/ground_truth.mp4 ]
    [ "$(jq -c .metadata.size turn.jsonl | head -n 1)" = "[48,32]" ]
    # A picture of PIL is the final frame, and comes out of the sample's directory as it is.
    jq -se 'all(.files.final_image == "FinalImage.png" and (.files.image | length) == 6)' swap.jsonl
    cmp out.swap/00000001/FinalImage.png swap/vbvr/swap_task/swap_00000001/final_frame.png
    [ "$(colour_of swap/vbvr/swap_task/swap_00000001/final_frame.png)" = 0200C8 ]
    cmp out.turn/00000001/frames/000008.png turn/vbvr/turn_task/turn_00000001/final_frame.png
    # Rigid bodies: the ball moves on, the lowest block only once it was hit.
    jq -s -e '.[0].frames | map(.objects[]? | select(.index == 1).location[0]) | .[-1] > .[0] + 0.5' ramp.jsonl
}

@test "pictures of a generator's own: of another size, first frames, files" {
    sed -i 's|final_image=.*|final_image=Image.new("RGB", (8, 8)),|' g/swap/src/generator.py
    render swap small >small.jsonl
    [[ $(jq -r '.run.warnings[0]' small.jsonl) == *'final_image is 8x8, must be 48x32: left out'* ]]
    jq -se 'all(.files | has("final_image") | not)' small.jsonl
    sed -i -e 's|final_image=.*|final_image=self.drawn(base),|' \
        -e 's|first_image=.*|first_image=Image.new("RGB", self.config.image_size, (9, 8, 7)),|' g/swap/src/generator.py
    cat >>g/swap/src/generator.py <<'END'

    def drawn(self, base):
        self.render_first_frame(f"{base}/first_frame.png")
        Image.new("RGB", self.config.image_size, (1, 2, 3)).save(f"{base}/own.png")
        return f"{base}/own.png"
END
    render swap own >own.jsonl
    rv-mux -q -f vbvr:task=swap -o own.ds <own.jsonl >/dev/null
    rv-verify --deep own.ds >/dev/null
    [ "$(colour_of own.ds/vbvr/swap_task/swap_00000000/first_frame.png)" = 090807 ]
    [ "$(colour_of own.ds/vbvr/swap_task/swap_00000000/final_frame.png)" = 010203 ]
    # The record of what is there already has them, too.
    render swap own >again.jsonl
    same_records 'del(.run)' again.jsonl own.jsonl
}

# Of a picture in one colour, RRGGBB.
colour_of() { # PNG
    ffmpeg -v error -i "$1" -vf crop=1:1,format=rgb24 -f rawvideo - | od -An -tx1 | tr -d ' \n' | tr a-f A-F
}

identify_size() { # PNG
    ffprobe -v error -show_entries stream=width,height -of csv=p=0:s=x "$1"
}

frames_of() { # VIDEO
    ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 "$1"
}

@test "the same bytes in any order of samples, and what is there is reused" {
    render ramp one -j1 >one.jsonl
    rv-seed seq 2 | tac | rv-blend g/ramp/src/generator.py --samples 1 -o two -j1 -q | tac >two.jsonl
    same_records 'del(.dir, .run)' one.jsonl two.jsonl
    cmp one/00000001/frames/000012.png two/00000001/frames/000012.png
    touch -d @0 one/00000001/frames/000012.png
    render ramp one >again.jsonl
    same_records "del(.run)" again.jsonl one.jsonl
    [ "$(stat -c %Y one/00000001/frames/000012.png)" = 0 ]
}

@test "a record's parameters are the config's fields, and are checked" {
    rv-seed seq 1 --param 'degrees=const(45)' --param 'video_frames=const(4)' --param 'axis=choice(x)' |
        rv-blend g/turn/src/generator.py --samples 1 -o out -q >out.jsonl
    [ "$(jq -c '[.metadata.degrees, (.frames | length), .prompt]' out.jsonl)" = '[45,4,"The cube turns by 45 degrees."]' ]
    pipe --separate-stderr -1 'rv-seed seq 1 --param "max_blocks=const(9)" --param "image_size=const(5)" |
        rv-blend g/ramp/src/generator.py -o bad'
    [[ $output == *'TaskConfig: image_size: 5 is no tuple; max_blocks: 9 must be less than or equal to 8'* ]]
}

@test "packages of a generator come by --site; it renders with 50 samples unless told" {
    mkdir packages
    echo 'DEGREES = 30.0' >packages/angles.py
    sed -i -e '1a import angles' -e 's/Field(default=None/Field(default=angles.DEGREES/' g/turn/src/config.py
    rv-seed seq 1 | rv-blend g/turn/src/generator.py --site packages --dry-run -o out -q >out.jsonl
    [ "$(jq -c '[.metadata.degrees, .render.samples]' out.jsonl)" = '[30,50]' ]
}

@test "what a generator forgets is said" {
    tried() { # SCRIPT TEXT
        cat >t.py
        pipe --separate-stderr -1 'rv-seed seq 1 | rv-blend t.py -o t'
        [[ $output == *'"code":"scene_error"'* ]]
        [[ $output == *"$1"* ]]
    }
    head='from rv.vbvr import BaseBlenderGenerator, GenerationConfig, TaskPair
class C(GenerationConfig):
    domain: str = "d"
class G(BaseBlenderGenerator):
    def generate_task_pair(self, task_id):
        self.clear_scene()
'
    tried 'returned a NoneType, must be a TaskPair' <<<"$head"
    pair='        return TaskPair(task_id=task_id, domain="d", prompt="p", first_image="a")'
    tried 'left the scene without a camera' <<<"$head$pair"
    camera='        self.bpy.ops.object.camera_add()
        self.bpy.context.scene.camera = self.bpy.context.object
'
    tried 'asked for no frame' <<<"$head$camera$pair"
    tried 'must not be called here' <<<"$head        self.generate_dataset()"
}

@test "the template's own command makes the dataset" {
    export PYTHONPATH=$RV_ROOT/blender
    cd g/ramp
    blender() {
        "$RV_BLENDER" -b -noaudio --python-use-system-env --python-exit-code 1 -P examples/generate_blender.py -- "$@"
    }
    run -0 blender --num-samples 2 --dry-run
    [[ $output == *ramp_00000000$'\n'ramp_00000001* ]]
    blender --num-samples 2 --samples 1 --seed 3 --output tasks
    [ "$(frames_of tasks/vbvr/ramp_task/ramp_00000001/ground_truth.mp4)" = 12 ]
    run -1 blender --num-samples 1 --output /proc/none
    [[ $output == *'rv-blend, rv-mux failed'* ]]
}
