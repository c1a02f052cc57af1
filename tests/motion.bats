#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Scene flow and occlusion masks against rays and arithmetic, on every Blender.

load lib/common

setup() {
    rv_setup
    need jq
    need_module numpy
}

# Boxes that turn, shrink and pass before each other, a camera that moves; frames one and more than one apart.
check_motion() {
    cat >scene.py <<'END'
import rv


class Scene(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1.0)
        self.camera.set_fov(90)
        self.camera.keyframe(1, location=(0, 0, 10)).keyframe(9, location=(0, 2, 9))
        self.objects.plane(size=40).set_location((0, 0, -2))
        cube = self.objects.cube(size=4)
        cube.keyframe(1, location=(-4, 0, 0), rotation=(0, 0, 0))
        cube.keyframe(9, location=(4, 0, 0), rotation=(10, 0, 90))
        other = self.objects.cube(size=2)
        other.keyframe(1, location=(2, 1, 3), scale=1.0).keyframe(9, location=(-2, 1, 3), scale=0.5)
        rv.bpy.context.scene.render.use_motion_blur = seed == 1
END
    rv-seed seq 2 |
        rv-blend scene.py --frames 1,3,4,7 --resolution 96,72 --samples 4 --passes Vector,Position -q -o out >rendered
    rv-mask --scene-flow --occlusion --category-from name <rendered | tee masked | rv-verify >/dev/null
    "$PYTHON" "$RV_ROOT/tests/lib/motion_check.py" <masked
}

@test "scene flow and occlusion are what rays say: cubes that turn, a camera that moves" {
    need_blender
    check_motion
}

@test "Blender 4.3: scene flow and occlusion are what rays say" {
    need_blender_of 4.3
    check_motion
}

@test "Blender 5.2: scene flow and occlusion are what rays say" {
    need_blender_of 5.2
    check_motion
}

@test "of what deforms, and of what is not there any more, nothing is known" {
    need_blender
    cat >scene.py <<'END'
import rv


class Scene(rv.Scene):
    def generate(self, seed):
        self.camera.set_fov(60)
        self.camera.set_location((0, 0, 10))
        soft = self.objects.cube(size=2).set_location((-2, 0, 0))
        soft.obj.shape_key_add(name="Basis")
        gone = self.objects.cube(size=2).set_location((2, 0, 0))
        gone.obj.keyframe_insert("hide_render", frame=1)
        gone.obj.hide_render = True
        gone.obj.keyframe_insert("hide_render", frame=2)
        self.objects.cube(size=2).set_location((0, 2.5, 0))
END
    rv-seed seq 1 | rv-blend scene.py --frames 1..2 --resolution 48,48 --samples 1 -q -o out |
        rv-mask --scene-flow --occlusion --category-from name | rv-verify >/dev/null
    PYTHONPATH=$RV_ROOT/tests/lib "$PYTHON" - out/00000000 <<'END'
import sys

from check_labels import read_exr, read_png

index = read_png(sys.argv[1] + "/index/000001.png")["rows"]
mask = read_png(sys.argv[1] + "/occlusion_forward/000001.png")["rows"]
flow = read_exr(sys.argv[1] + "/scene_flow/000001.exr")["X"]
seen = {}
for y, row in enumerate(index):
    for x, number in enumerate(row):
        seen.setdefault(number, set()).add((mask[y][x], round(float(flow[y][x]), 6)))
unknown = (128, 1e10)
values = sorted((number, sorted(found)) for number, found in seen.items())
assert len(values) == 4, values
assert values[0] == (0, [unknown]) and values[1][1] == [unknown] and values[2][1] == [unknown], values
assert values[3][1] == [(0, 0.0)], values
END
}
