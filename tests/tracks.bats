#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Tracks of points through the whole pipe, against rays and arithmetic, on every Blender.

load lib/common

setup() {
    rv_setup
    need jq
    need_module numpy
}

# Boxes that turn, shrink and pass before each other, one of them thinner than depth can tell; a camera that moves.
write_boxes() {
    cat >boxes.py <<'END'
import rv


class Scene(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1.0)
        self.camera.set_fov(70)
        self.camera.keyframe(1, location=(0, 0, 10)).keyframe(9, location=(0, 2, 9))
        self.objects.plane(size=14).set_location((0, 0, -2))
        cube = self.objects.cube(size=4)
        cube.keyframe(1, location=(-4, 0, 0), rotation=(0, 0, 0))
        cube.keyframe(9, location=(4, 0, 0), rotation=(10, 0, 90))
        other = self.objects.cube(size=2)
        other.keyframe(1, location=(2, 1, 3), scale=1.0).keyframe(9, location=(-2, 1, 3), scale=0.5)
        thin = self.objects.cube(size=2)
        thin.obj.scale = (1, 1, 0.0005)
        thin.keyframe(1, location=(0, -3, 1), rotation=(0, 0, 0)).keyframe(9, rotation=(200, 0, 0))
        rv.bpy.context.scene.render.use_motion_blur = seed == 1
END
}

# A cube that turns, a plane that is bent by a shape key.
write_soft() {
    cat >soft.py <<'END'
import rv


class Scene(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1.0)
        self.camera.set_fov(60)
        self.camera.keyframe(1, location=(0, 0, 10)).keyframe(4, location=(0, 1, 9))
        cube = self.objects.cube(size=2)
        cube.keyframe(1, location=(-2, 0, 0), rotation=(0, 0, 0))
        cube.keyframe(4, location=(1, 0, 1), rotation=(30, 50, 90))
        soft = self.objects.plane(size=3).set_location((2, 2, 0))
        soft.obj.shape_key_add(name="Basis")
        key = soft.obj.shape_key_add(name="Up")
        for i, point in enumerate(key.data):
            point.co.z += 0.5 * i
        key.value = 0
        key.keyframe_insert("value", frame=1)
        key.value = 1
        key.keyframe_insert("value", frame=4)
END
}

track() { # SCRIPT FRAMES RESOLUTION [OPTION...]
    rv-seed seq 1 | rv-blend "$1" --frames "$2" --resolution "$3" --samples 1 --passes Position -q -o "out-${1%.py}" "${@:4}" |
        rv-mask --category-from name -q
}

# What is seen by a perspective camera, or by another one.
check_tracks() { # [CAMERA]
    write_boxes
    write_soft
    [ $# = 0 ] || sed -i "s/self.camera.set_fov(.*)/self.camera.$1/" boxes.py soft.py
    track boxes.py 1,2,5,9 160,120 --tracks 1500 >boxes
    "$PYTHON" "$RV_ROOT/tests/lib/tracks_check.py" --boxes <boxes
    track soft.py 1,2,4 64,64 --tracks 200 >soft
    "$PYTHON" "$RV_ROOT/tests/lib/tracks_check.py" <soft
    rv-verify <boxes >/dev/null
    rv-verify <soft >/dev/null
}

@test "tracks are where poses and rays say, on boxes that turn and a plane that bends" {
    need_blender
    check_tracks
}

@test "Blender 4.3: tracks are where poses and rays say" {
    need_blender_of 4.3
    check_tracks
}

@test "Blender 5.2: tracks are where poses and rays say" {
    need_blender_of 5.2
    check_tracks
}

@test "tracks of an orthographic camera are where poses and rays say" {
    need_blender
    check_tracks "set_orthographic(16).rotate_around_axis((3, 2, 1), 25)"
}

@test "Blender 4.3: tracks of an orthographic camera" {
    need_blender_of 4.3
    check_tracks "set_orthographic(16).rotate_around_axis((3, 2, 1), 25)"
}

@test "Blender 5.2: tracks of an orthographic camera" {
    need_blender_of 5.2
    check_tracks "set_orthographic(16).rotate_around_axis((3, 2, 1), 25)"
}

@test "a still and its views have tracks of one frame, and other passes or labels make them no other" {
    need_blender
    write_soft
    echo '{"name":"left","matrix":[[1,0,0,-1],[0,1,0,0],[0,0,1,9],[0,0,0,1]]}' >poses.jsonl
    rv-seed seq 1 | rv-blend soft.py --views poses.jsonl --resolution 48,48 --samples 1 --passes Position -q -o out --tracks 80 |
        rv-mask --category-from name --keep passes -q >records
    [ "$(jq -c '[.files.tracks, .views[0].files.tracks, ([.tracks[].points] | add)]' records)" = \
        '["Tracks.npz","views/left/Tracks.npz",80]' ]
    "$PYTHON" "$RV_ROOT/tests/lib/tracks_check.py" <records
    rv-verify <records >/dev/null
    sha256sum out/00000000/Tracks.npz out/00000000/views/left/Tracks.npz >sums
    rv-mask --category-from name --keep passes --outputs tracks -q <records >again
    sha256sum -c --quiet sums
    rm out/00000000/Tracks.npz
    rv-mask --category-from name --keep passes -q <records >again
    sha256sum -c --quiet sums
    same_output 'jq -c .files.tracks records' 'jq -c .files.tracks again'
}

@test "the worker's file must be what the record says" {
    need_blender
    write_soft
    rv-seed seq 1 | rv-blend soft.py --resolution 16,16 --samples 1 -q -o out --tracks 5 >records
    jq -c '.tracks[0].points = 77' records >more
    run -1 rv-mask -q <more
    [[ $output == *'"code":"bad_file"'*"track_points.npz': it has no array 'object' of the shape that the record says"* ]]
    truncate -s -30 out/00000000/track_points.npz
    run -1 rv-mask -q <records
    [[ $output == *'"code":"bad_file"'*"track_points.npz': it is no zip archive, or cut"* ]]
}
