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

# By a camera that zooms and shifts, before another one takes its place; an object goes away between two frames.
check_cameras() {
    cat >scene.py <<'END'
import rv


class Scene(rv.Scene):
    def generate(self, seed):
        scene, data = rv.bpy.context.scene, rv.bpy.data
        self.camera.keyframe(1, location=(0, 0, 10)).keyframe(9, location=(0.5, 1, 9))
        cube = self.objects.cube(size=3)
        cube.keyframe(1, location=(-2, 0, 0), rotation=(0, 0, 0)).keyframe(9, location=(2, 1, 0), rotation=(20, 10, 70))
        self.objects.plane(size=40).set_location((0, 0, -2))
        gone = self.objects.cube(size=1).set_location((2, -1, 1))
        gone.keyframe(1, visible=True).keyframe(5, visible=False)
        lens = self.camera.obj.data
        if self.params["kind"] == "parallel":
            self.camera.set_orthographic(12)
            lens.keyframe_insert("ortho_scale", frame=1)
            lens.ortho_scale = 8
            lens.keyframe_insert("ortho_scale", frame=9)
            return
        scene.render.pixel_aspect_x = 2
        for frame, mm, shift in (1, 30, 0.1), (9, 60, -0.1):
            lens.lens, lens.shift_x = mm, shift
            lens.keyframe_insert("lens", frame=frame)
            lens.keyframe_insert("shift_x", frame=frame)
        other = data.objects.new("Other", data.cameras.new("Other"))
        other.location, other.rotation_euler = (0, -6, 8), (0.6, 0, 0.1)
        scene.collection.objects.link(other)
        for frame, camera in (1, self.camera.obj), (6, other):
            scene.timeline_markers.new(str(frame), frame=frame).camera = camera
END
    rv-seed fixed 1 --grid kind=zoom,parallel |
        rv-blend scene.py --frames 1,2,4,5,6,7 --resolution 64,48 --samples 1 --passes Vector,Position -o out 2>said |
        rv-mask --category-from name | tee masked | rv-verify >/dev/null
    run -1 grep deforms said
    head -n1 masked | "$PYTHON" "$RV_ROOT/tests/lib/flow_check.py"
}

@test "flow of cameras that zoom or take each other's place, and of what goes away, is what poses say" {
    need_blender
    check_cameras
}

@test "Blender 4.3: flow of cameras that zoom or take each other's place" {
    need_blender_of 4.3
    check_cameras
}

@test "Blender 5.2: flow of cameras that zoom or take each other's place" {
    need_blender_of 5.2
    check_cameras
}

@test "scene flow, flow and occlusion of an orthographic camera are arithmetic" {
    need_blender
    cat >scene.py <<'END'
import rv


class Scene(rv.Scene):
    def generate(self, seed):
        self.camera.set_orthographic(8)
        self.camera.keyframe(1, location=(0, 0, 10), rotation=(0, 0, 0))
        self.camera.keyframe(3, location=(1, 1, 9), rotation=(0, 0, 90))
        self.objects.plane("floor", size=40).set_location((0, 0, -2))
        cube = self.objects.cube("cube", size=2)
        cube.keyframe(1, location=(-1, 0, 0), rotation=(0, 0, 0))
        cube.keyframe(3, location=(2, 0.5, 1), rotation=(0, 0, 90))
END
    rv-seed seq 1 |
        rv-blend scene.py --frames 1,3 --resolution 32,32 --samples 1 --passes Vector -q -o out |
        rv-mask --scene-flow --occlusion --category-from name | tee masked | rv-verify >/dev/null
    "$PYTHON" "$RV_ROOT/tests/lib/orthographic_check.py" <masked
}

# A cube that a shape key shears while it moves, a grid that a modifier bends, a box that a bone turns, and one whose faces
# change; frames one and more than one apart. What was said is in said.
check_deforming() {
    cat >scene.py <<'END'
import rv


def drive(owner, path, expression, at=-1):
    owner.driver_add(path, at).driver.expression = expression


class Scene(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1.0)
        self.camera.set_fov(60)
        self.camera.keyframe(1, location=(0, 0, 10)).keyframe(9, location=(1, 1, 9))
        self.shear(self.objects.cube("shear"))
        edges = [(i / 4 - 1, side, 0) for i in range(9) for side in (-1, 1)]
        self.bend(self.objects.mesh(edges, [(i, i + 2, i + 3, i + 1) for i in range(0, 16, 2)], name="bend"))
        self.turn(self.objects.cube("turn", size=1.5))
        grow = self.objects.cube("grow", size=1).set_location((2.5, -1.5, 0))
        array = grow.obj.modifiers.new("Array", "ARRAY")
        drive(array, "count", "frame")
        array.relative_offset_displace = (0.1, 0, 0)

    def shear(self, cube):
        cube.keyframe(1, location=(-3, 1.5, 0), rotation=(0, 0, 0))
        cube.keyframe(9, location=(-2, 1.5, 0), rotation=(20, 10, 40))
        cube.obj.shape_key_add(name="Basis")
        key = cube.obj.shape_key_add(name="Sheared")
        for point in key.data:
            x, y, z = point.co
            point.co = (x + 0.25 * y + 0.5 * z, y, z)
        drive(key, "value", "frame / 10")

    def bend(self, grid):
        grid.set_location((-2, -1.5, 0)).set_rotation((30, 0, 0))
        group = grid.obj.vertex_groups.new(name="Rise")
        for vertex in grid.obj.data.vertices:
            group.add([vertex.index], vertex.co.x**2, "REPLACE")
        displace = grid.obj.modifiers.new("Displace", "DISPLACE")
        displace.direction, displace.mid_level, displace.vertex_group = "Z", 0, "Rise"
        drive(displace, "strength", "frame / 5")

    def turn(self, box):
        bpy = rv.bpy
        box.set_location((2.5, 1.5, 0))
        rig = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
        bpy.context.scene.collection.objects.link(rig)
        rig.location = (2.5, 1.5, 0)
        bpy.context.view_layer.objects.active = rig
        bpy.ops.object.mode_set(mode="EDIT")
        bone = rig.data.edit_bones.new("Bone")
        bone.head, bone.tail = (0, 0, 0), (0, 0, 1)
        bpy.ops.object.mode_set(mode="OBJECT")
        rig.pose.bones["Bone"].rotation_mode = "XYZ"
        drive(rig.pose.bones["Bone"], "rotation_euler", "frame / 5", 1)
        group = box.obj.vertex_groups.new(name="Bone")
        group.add(range(len(box.obj.data.vertices)), 1, "REPLACE")
        box.obj.modifiers.new("Armature", "ARMATURE").object = rig
END
    rv-seed seq 1 | rv-blend scene.py --frames 1,2,3,6 --resolution 96,72 --samples 1 --passes Vector,Position -o out \
        2>said >rendered
    rv-mask --scene-flow --occlusion --category-from name --keep passes <rendered | tee masked | rv-verify >/dev/null
    "$PYTHON" "$RV_ROOT/tests/lib/deforming_check.py" <masked
    grep -q "object 5 deforms: its motion is not known, as it has other faces in frame 2" said
}

@test "motion of what deforms is the closed form's: a shape key, a modifier, a bone" {
    need_blender
    check_deforming
    rm out/00000000/scene_flow/000001.exr
    truncate -s -30 out/00000000/surfaces.npz
    run -1 rv-mask -q --scene-flow --keep passes <rendered
    [[ $output == *'"code":"bad_file"'*"surfaces.npz': it is no zip archive, or cut"* ]]
}

@test "Blender 4.3: motion of what deforms is the closed form's" {
    need_blender_of 4.3
    check_deforming
}

@test "Blender 5.2: motion of what deforms is the closed form's" {
    need_blender_of 5.2
    check_deforming
}

# Two copies of a cube that go apart, of which the second keeps the cube's index: no pose of the record is its own.
@test "of instances that keep an index nothing is known but by Blender's vectors" {
    need_blender
    cat >scene.py <<'END'
import rv


class Scene(rv.Scene):
    def generate(self, seed):
        data, scene = rv.bpy.data, rv.bpy.context.scene
        self.camera.set_location((0, 0, 10)).set_fov(60)
        cube, source = self.objects.cube(size=2), data.collections.new("Source")
        cube.obj.users_collection[0].objects.unlink(cube.obj)
        source.objects.link(cube.obj)
        for x, sign in (1.5, 1), (-1.5, -1):
            copy = data.objects.new("Copy", None)
            copy.instance_type, copy.instance_collection = "COLLECTION", source
            scene.collection.objects.link(copy)
            for frame, y in (1, 0), (9, 4):
                copy.location = (x, sign * y, 0)
                copy.keyframe_insert("location", frame=frame)
END
    rv-seed seq 1 |
        rv-blend scene.py --frames 1,3,4 --resolution 64,48 --samples 1 --passes Vector --expand-instances 1 -q -o out |
        rv-mask --scene-flow --occlusion --category-from name -q | rv-verify >/dev/null
    PYTHONPATH=$RV_ROOT/tests/lib "$PYTHON" - out/00000000 <<'END'
import sys

from check_labels import read_exr, read_png


def values(role, frame, index):
    rows = read_png(f"{sys.argv[1]}/index/{frame:06}.png")["rows"]
    name = f"{sys.argv[1]}/{role}/{frame:06}"
    if role.startswith("occlusion"):
        found = [read_png(name + ".png")["rows"]]
    else:
        found = read_exr(name + ".exr").values()
    pixels = [(x, y) for y, row in enumerate(rows) for x, number in enumerate(row) if number == index]
    assert len(pixels) > 100, (role, frame, index)
    return {tuple(round(float(plane[y][x]), 1) for plane in found) for x, y in pixels}


for frame, vectors in (1, {(1e10, 1e10)}), (3, {(0.0, 3.9)}):
    assert values("flow_forward", frame, 2) == vectors, values("flow_forward", frame, 2)
    assert values("scene_flow", frame, 2) == {(1e10, 1e10, 1e10)}
    assert values("occlusion_forward", frame, 2) == {(128,)}
    assert values("occlusion_forward", frame, 3) == {(0,)}
END
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
        rv-mask --scene-flow --occlusion --category-from name 2>told | rv-verify >/dev/null
    [ "$(grep -c "object 'Cube' deforms: its motion is known with rv-blend --passes Vector only" told)" = 1 ]
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
