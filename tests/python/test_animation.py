# SPDX-License-Identifier: MIT
"""Sequences: frames, keys, physics, what the record says of each frame, pixels of each frame."""

import math
import os
import subprocess
import sys
import threading
from collections import Counter

import bpy
from mathutils import Euler, Quaternion
from rv.engine import timeline, compat
from rv.plain import frames
from rv.sample import store
from support import GREY, HANDLER, SampleCase, SceneCase, box, image, passes, scene

MOVING = (
    GREY
    + """
self.camera.set_location((0, 0, 10)).set_fov(90)  # 20 x 20 m on the floor: 1.6 px per metre
cube = self.objects.cube(size=5).set_property("category", "cube")
cube.keyframe(1, location=(-5, 0, 0)).keyframe(5, location=(5, 0, 0))
still = self.objects.sphere(radius=1).set_location((0, 7, 0))
"""
)


def pixels(out, frame):
    """All that a frame's files say of its pixels."""
    return (
        image(out, frames.image_name(frame)).rows,
        passes(out, frames.passes_name(frame)).stable()[1],
    )


class NotationTest(SceneCase):
    def test_texts(self):
        for text, expected in (
            ("7", [7]),
            ("0", [0]),
            ("1..4", [1, 2, 3, 4]),
            ("3..3", [3]),
            ("0..10:5", [0, 5, 10]),
            ("0..11:5", [0, 5, 10]),
            ("1,5,9..12:2,999999", [1, 5, 9, 11, 999999]),
        ):
            self.assertEqual(list(frames.parse_frames(text)), expected)

    def test_bad_texts(self):
        for text in (
            "",
            "a",
            "5..2",
            "1..",
            "..3",
            "1...3",
            "-1",
            "1..5:0",
            "1,1",
            "4,2",
            "1..4,4",
        ):
            with self.assertRaisesRegex(ValueError, "frames"):
                frames.parse_frames(text)
        for value in (7, None, [1], "1000000", "1 ..2", "1,"):
            with self.assertRaisesRegex(ValueError, "frames"):
                frames.parse_frames(value)
        for text in ("1000000", "1..2000000", f"{10**17}..{10**18 - 1}"):
            with self.assertRaisesRegex(ValueError, f"{text}'.* in 0 to 999999"):
                frames.parse_frames(text)

    def test_set_frames(self):
        for arguments, expected in (
            ((4,), [1, 2, 3, 4]),
            ((3, 5), [3, 4, 5]),
            ((0, 9, 4), [0, 4, 8]),
            ((6, 6), [6]),
        ):
            self.assertIs(self.scene.set_frames(*arguments), self.scene)
            self.assertEqual(list(self.scene.frames), expected)
        with self.assertRaisesRegex(ValueError, "no frame from 5 to 2"):
            self.scene.set_frames(5, 2)
        with self.assertRaisesRegex(ValueError, "no frame from 1 to 0"):
            self.scene.set_frames(0)
        for wrong in ((-1, 4), (1, 1000000), (1, 4, 0), (1, 4, -1)):
            with self.assertRaises(ValueError):
                self.scene.set_frames(*wrong)
        for wrong in ((1.0, 4), ("1", 4), (1, 4, 0.5), (True,), (None,)):
            with self.assertRaises(TypeError):
                self.scene.set_frames(*wrong)

    def test_set_fps(self):
        render = bpy.context.scene.render
        for fps in (24, 30, 29.97, 23.976, 0.5, 120, 1000):
            self.assertIs(self.scene.set_fps(fps), self.scene)
            self.assertAlmostEqual(render.fps / render.fps_base, fps, delta=fps * 1e-6)
        for error, wrong in (
            *((ValueError, number) for number in (0, -1, 1001, math.nan, math.inf)),
            *((TypeError, value) for value in ("24", None, True)),
        ):
            with self.assertRaises(error):
                self.scene.set_fps(wrong)

    def test_task(self):
        self.scene.set_prompt("Where does it go?").set_metadata(a=1).set_metadata(b=[2])
        self.assertEqual(self.scene.prompt, "Where does it go?")
        self.assertEqual(self.scene.metadata, {"a": 1, "b": [2]})
        with self.assertRaises(TypeError):
            self.scene.set_prompt(3)


class KeyTest(SceneCase):
    def matrix(self, wrapper, frame):
        timeline.start()
        bpy.context.scene.frame_set(frame)
        depsgraph = bpy.context.evaluated_depsgraph_get()
        return wrapper.obj.evaluated_get(depsgraph).matrix_world.copy()

    def place(self, wrapper, frame):
        return [round(x, 5) for x in self.matrix(wrapper, frame).translation]

    def test_linear(self):
        cube = self.scene.objects.cube()
        self.assertIs(cube.keyframe(1, location=(0, 0, 0)), cube)
        cube.keyframe(11, location=(10, 0, -5))
        for frame in (1, 3, 11):
            self.assertEqual(self.place(cube, frame), [frame - 1, 0, -(frame - 1) / 2])
        self.assertEqual(self.place(cube, 40), [10, 0, -5])

    def test_interpolations(self):
        places = {}
        for interpolation in ("LINEAR", "BEZIER", "CONSTANT"):
            cube = self.scene.objects.cube()
            cube.keyframe(1, location=(0, 0, 0), interpolation=interpolation)
            cube.keyframe(5, location=(4, 0, 0), interpolation="LINEAR")
            places[interpolation] = [self.place(cube, frame)[0] for frame in range(1, 6)]
        self.assertEqual(places["LINEAR"], [0, 1, 2, 3, 4])
        self.assertEqual(places["CONSTANT"], [0, 0, 0, 0, 4])
        bezier = places["BEZIER"]
        self.assertEqual((bezier[0], bezier[2], bezier[4]), (0, 2, 4))
        self.assertLess(bezier[1], 1)
        self.assertGreater(bezier[3], 3)

    def test_each_value_alone(self):
        cube = self.scene.objects.cube()
        cube.keyframe(1, scale=1).keyframe(3, scale=(3, 1, 1))
        cube.keyframe(1, rotation=Euler((0, 0, 0)))
        cube.keyframe(3, rotation=Quaternion((0, 0, 1), math.radians(90)))
        cube.set_location((1, 2, 3))
        matrix = self.matrix(cube, 2)
        self.assertEqual([round(x, 5) for x in matrix.translation], [1, 2, 3])
        _, rotation, size = matrix.decompose()
        self.assertAlmostEqual(size.x, 2, delta=1e-5)
        self.assertAlmostEqual(math.degrees(rotation.to_euler().z), 45, delta=1e-3)

    def test_the_pose_as_it_is(self):
        """A camera that is aimed anew for each key: no key disturbs the next one."""
        target = self.scene.objects.empty()
        camera = self.scene.camera
        camera.set_location((10, 0, 0)).point_at(target).keyframe(1)
        camera.set_location((0, 10, 0)).point_at(target).keyframe(9)
        for frame, place in ((1, (10, 0, 0)), (9, (0, 10, 0))):
            matrix = self.matrix(camera, frame)
            self.assertEqual([round(x, 4) for x in matrix.translation], list(place))
            back = matrix.col[2].to_3d()
            self.assertLess((back - matrix.translation.normalized()).length, 1e-5)

    def test_relative_moves(self):
        cube = self.scene.objects.cube()
        for frame in (1, 2, 3):
            cube.keyframe(frame).move(1, 0, 0)
            bpy.context.view_layer.update()
        self.assertEqual(cube.get_location(), (3, 0, 0))
        self.assertEqual([self.place(cube, f)[0] for f in (1, 2, 3)], [0, 1, 2])

    def test_later_keys(self):
        cube = self.scene.objects.cube().keyframe(1, location=(0, 0, 0))
        self.assertEqual(self.place(cube, 3), [0, 0, 0])
        cube.keyframe(3, location=(2, 0, 0))
        self.assertEqual([self.place(cube, f)[0] for f in (1, 2, 3)], [0, 1, 2])

    def test_a_muted_curve_of_the_user_stays_muted(self):
        cube = self.scene.objects.cube()
        cube.obj.keyframe_insert("location", frame=1)
        for curve in compat.fcurves(cube.obj):
            curve.mute = True
        cube.keyframe(1, scale=2).set_location((1, 0, 0)).keyframe(2, scale=2)
        self.assertEqual(self.place(cube, 1), [1, 0, 0])

    def test_turns_take_the_shorter_way(self):
        cube = self.scene.objects.cube()
        for frame, angle in ((1, 0), (11, 120), (21, 240), (31, 360)):  # signs of q alternate
            q = Quaternion((0, 0, 1), math.radians(angle))
            cube.keyframe(frame, rotation=-q if frame == 11 else q)
        for frame in range(1, 32):
            angle = math.degrees(self.matrix(cube, frame).to_euler().z) % 360
            self.assertAlmostEqual((angle - (frame - 1) * 12 + 180) % 360, 180, delta=4)

    def test_keys_in_any_order(self):
        cube = self.scene.objects.cube()
        for frame in (9, 1, 5):
            cube.keyframe(frame, location=(frame, 0, 0))
        cube.keyframe(5, location=(7, 0, 0), interpolation="CONSTANT")
        self.assertEqual([self.place(cube, f)[0] for f in (1, 3, 5, 8, 9)], [1, 4, 7, 7, 9])

    def test_visible(self):
        cube = self.scene.objects.cube().keyframe(1, visible=True).keyframe(4, visible=False)
        seen = []
        for frame in (1, 3, 4, 5):
            self.matrix(cube, frame)
            seen.append(not cube.obj.hide_render)
        self.assertEqual(seen, [True, True, False, False])
        cube.set_location((5, 0, 0))
        self.assertEqual(self.place(cube, 1), [5, 0, 0])  # the place has no key

    def test_camera_and_lights(self):
        camera = self.scene.camera.keyframe(1, fov=90).keyframe(3, fov=30)
        light = self.scene.lights.point().keyframe(1, power=10, color=(1, 0, 0))
        light.keyframe(3, power=30, color=(0, 0, 1)).set_location((1, 1, 1))
        camera.set_location((3, 0, 0))
        timeline.start()
        depsgraph = bpy.context.evaluated_depsgraph_get()
        for frame, fov, power, color in ((1, 90, 10, (1, 0, 0)), (3, 30, 30, (0, 0, 1))):
            bpy.context.scene.frame_set(frame)
            data = camera.obj.evaluated_get(depsgraph).data
            self.assertAlmostEqual(math.degrees(data.angle), fov, delta=1e-3)
            self.assertAlmostEqual(light.light_data.energy, power, delta=1e-4)
            self.assertEqual(tuple(light.light_data.color), color)
        self.assertEqual(self.place(camera, 2), [3, 0, 0])
        self.assertEqual(self.place(light, 2), [1, 1, 1])

    def test_errors(self):
        cube = self.scene.objects.cube()
        with self.assertRaisesRegex(ValueError, "LINEAR"):
            cube.keyframe(1, interpolation="CUBIC")
        for wrong in (math.nan, math.inf):
            with self.assertRaises(ValueError):
                cube.keyframe(wrong)
        for wrong in ("1", None):
            with self.assertRaises(TypeError):
                cube.keyframe(wrong)
        with self.assertRaises(TypeError):
            cube.keyframe(1, location=(1, 2))
        with self.assertRaises(ValueError):
            self.scene.camera.keyframe(1, fov=180)
        with self.assertRaises(ValueError):
            self.scene.lights.point().keyframe(1, power=-1)


class SequenceTest(SampleCase):
    def test_record_and_files(self):
        record, out = self.render(scene(MOVING, "self.set_frames(1, 5, 2)"))
        self.assertEqual([f["frame"] for f in record["frames"]], [1, 3, 5])
        self.assertEqual(
            record["files"],
            {
                "image": [f"frames/{n:06d}.png" for n in (1, 3, 5)],
                "passes": [f"passes/{n:06d}.exr" for n in (1, 3, 5)],
            },
        )
        found = sorted(
            os.path.relpath(os.path.join(where, name), out)
            for where, _, names in os.walk(out)
            for name in names
        )
        self.assertEqual(found, sorted(record["files"]["image"] + record["files"]["passes"]))
        self.assertEqual(record["fps"], 24)
        self.assertEqual(record["objects"][1]["location"], [-5, 0, 0])
        self.assertEqual(record["frames"][0], {"frame": 1})
        for entry, x in zip(record["frames"][1:], (0, 5)):
            self.assertEqual(list(entry), ["frame", "objects"])
            (moved,) = entry["objects"]
            self.assertEqual(moved["index"], 2)
            self.assertEqual(moved["location"], [x, 0, 0])
            self.assertEqual(moved["matrix_world"][0], [1, 0, 0, x])
            self.assertEqual(moved["visible"], True)
        index = record["channels"]["index"]
        for frame, x in ((1, 8), (3, 16), (5, 24)):
            rows = passes(out, frames.passes_name(frame)).plane(index)
            x0, y0, x1, y1 = box(rows, 2)
            self.assertLessEqual(abs((x0 + x1 + 1) / 2 - x), 1.5, frame)
            self.assertLessEqual(abs((y0 + y1 + 1) / 2 - 16), 1, frame)

    def test_camera_per_frame(self):
        script = scene(
            GREY,
            """
            self.set_frames(3)
            self.camera.keyframe(1, location=(0, 0, 10), fov=90)
            self.camera.keyframe(3, location=(0, 0, 5), fov=60)
            """,
        )
        record, _ = self.render(script)
        self.assertNotIn("camera", record["frames"][0])
        last = record["frames"][2]["camera"]
        self.assertEqual(last["matrix_world"][2][3], 5)
        self.assertAlmostEqual(last["fov"][0], 60, delta=1e-3)
        self.assertEqual(set(last), set(record["camera"]))
        self.assertAlmostEqual(record["camera"]["fov"][0], 90, delta=1e-3)

    def test_keypoints_and_boxes_per_frame(self):
        script = scene(
            GREY,
            """
            self.set_frames(3)
            self.camera.set_location((0, 0, 10)).keyframe(1, fov=90).keyframe(3, fov=60)
            self.objects.cube("Still", size=2)
            self.objects.cube("Marked", size=2).set_keypoints({"tip": (0, 0, 1)})
            moving = self.objects.cube("Moving", size=2)
            moving.keyframe(1, location=(0, 0, 0)).keyframe(3, location=(2, 0, 0))
            """,
        )
        record, _ = self.render(script)
        entry = record["frames"][2]
        self.assertEqual([o["index"] for o in entry["objects"]], [3, 4])
        self.assertEqual(entry["objects"][1]["box3d"]["center"], [2, 0, 0])
        first, last = record["objects"][2], entry["objects"][0]
        self.assertEqual(last["keypoints"][0]["world"], [0, 0, 1])
        self.assertEqual(first["keypoints"][0]["world"], [0, 0, 1])
        self.assertEqual(first["box3d"]["corners"], last["box3d"]["corners"])
        self.assertNotEqual(first["box3d"]["pixels"], last["box3d"]["pixels"])

    def test_task(self):
        body = 'self.set_prompt("Where?").set_metadata(answer=4, places=[(1, 2)])'
        record, _ = self.render(scene(GREY, body))
        self.assertEqual(record["prompt"], "Where?")
        self.assertEqual(record["metadata"], {"answer": 4, "places": [[1, 2]]})
        for key in ("frames", "fps"):
            self.assertNotIn(key, record)
        record, _ = self.render(scene(GREY))
        for key in ("prompt", "metadata", "frames", "fps"):
            self.assertNotIn(key, record)
        self.fails(scene("self.set_metadata(f=print)"), "scene_error", "metadata")

    def test_who_says_which_frames(self):
        script = scene(GREY, "self.set_frames(5, 6).set_fps(10)")

        def told(**settings):
            record, _ = self.render(script, **settings)
            return [f["frame"] for f in record["frames"]], record["fps"]

        self.assertEqual(told(), ([5, 6], 10))
        self.assertEqual(told(frames="1..3:2", fps=12.5), ([1, 3], 12.5))
        blend = {"frames": "8", "fps": 30}
        self.assertEqual(told(frames="1..3", fps=12, record={"blend": blend}), ([8], 30))
        self.assertEqual(told(frames="2", record={"blend": {"fps": 30}}), ([2], 30))
        record, _ = self.render(scene(GREY), frames="0")
        self.assertEqual(record["files"]["image"], ["frames/000000.png"])

    def test_bad_frames(self):
        self.fails(scene("self.set_frames(5, 2)"), "scene_error", "no frame from 5 to 2")
        self.fails(scene("pass"), "usage", "frames", frames="5..2")
        self.fails(scene("pass"), "usage", "fps", fps=0)
        for blend, text in (
            ({"frames": "x"}, "'x'"),
            ({"frames": 5}, "frames"),
            ({"fps": -1}, "fps"),
            ({"frame": "1"}, "'frame'"),
            (3, "object"),
        ):
            self.fails(scene("pass"), "scene_error", "blend", text, record={"blend": blend})

    def test_one_frame_is_a_sequence(self):
        record, out = self.render(scene(MOVING, "self.set_frames(3, 3)"))
        self.assertEqual(record["files"]["image"], ["frames/000003.png"])
        self.assertEqual(record["frames"], [{"frame": 3}])
        self.assertEqual(record["objects"][1]["location"], [0, 0, 0])

    def test_still_with_keys(self):
        """Labels and pose of a still agree though the script left another pose behind."""
        record, out = self.render(scene(MOVING))
        self.assertEqual(record["objects"][1]["location"], [-5, 0, 0])
        x0, _, x1, _ = box(passes(out).plane(record["channels"]["index"]), 2)
        self.assertLessEqual(abs((x0 + x1 + 1) / 2 - 8), 1.5)

    def test_vector_with_motion_blur(self):
        script = scene(MOVING, "rv.bpy.context.scene.render.use_motion_blur = True")
        record, out = self.render(script, passes=["Vector"], frames="1..3")
        exr = passes(out, record["files"]["label_passes"][1])
        channels = record["label_channels"]["vector"]
        for name, expected in zip(channels, (-16 / 3, 0, -16 / 3, 0)):  # 2.5 m a frame, 7.5 m away
            self.assertAlmostEqual(exr.plane(name)[16][11], expected, 3)

    def test_progress(self):
        told = []
        kept = HANDLER._tell
        HANDLER._tell = lambda what, number: told.append((what, number))
        self.addCleanup(setattr, HANDLER, "_tell", kept)
        self.render(scene(MOVING), frames="2,4")
        self.assertEqual(told, [("frames", 2), ("frame", 2), ("frame", 4)])


class AloneTest(SampleCase):
    """A frame has the same pixels in a sequence (with persistent data) and alone."""

    def compare(self, *bodies, wanted=(2, 4), **settings):
        script = scene(GREY, *bodies, "self.set_frames(1, 4)")
        record, out = self.render(script, samples=4, **settings)
        seen = [pixels(out, n) for n in range(1, 5)]
        self.assertTrue(any(a != b for a, b in zip(seen, seen[1:])), "nothing changes")
        for n in wanted:
            alone, alone_out = self.render(script, samples=4, frames=str(n), **settings)
            self.assertEqual(seen[n - 1], pixels(alone_out, n), n)
            first = {o["index"]: o for o in alone["objects"]}
            for moved in record["frames"][n - 1].get("objects", []):
                for key, value in moved.items():
                    self.assertEqual(first[moved["index"]][key], value, (n, key))
        return record

    def test_objects_camera_lights(self):
        self.compare(
            MOVING,
            """
            self.camera.keyframe(1, location=(0, 0, 10), fov=90)
            self.camera.keyframe(4, location=(2, 1, 9), fov=60)
            self.lights.point(power=100).set_location((0, 0, 3)).keyframe(1, power=1).keyframe(
                4, location=(2, 2, 2), power=2000, color=(1, 0, 0)
            )
            """,
            passes=["Vector", "Normal", "CryptoObject"],
        )

    def test_what_shines_comes_and_goes(self):
        """What comes back is behind the others in Cycles; noise depends on the order of lights."""
        self.compare(
            """
            for number in range(3):
                lamp = self.objects.cube(size=0.5).set_location((number - 1, 0, 1))
                glow = rv.BasicMaterial().set_params(
                    emission_color=(1, number / 2, 0), emission_strength=5.0 + number
                )
                lamp.set_material(glow)
                for frame, away in ((1, None), (2, 0), (3, 1), (4, None)):
                    lamp.keyframe(frame, visible=number != away)
            """,
            wanted=(2, 3, 4),
        )

    def test_lamps_come_and_go(self):
        self.compare(
            """
            self.objects.plane(size=8)
            for number in range(3):
                lamp = self.lights.point(power=60 + 40 * number).set_radius(1)
                lamp.set_location((number * 2 - 2, number, 1))
                for frame, away in ((1, None), (2, 0), (3, 1), (4, None)):
                    lamp.keyframe(frame, visible=number != away)
            """,
            wanted=(2, 3, 4),
        )

    def test_noise_of_each_frame(self):
        self.compare("self.objects.cube()")

    def test_visible_and_materials(self):
        self.compare(
            """
            self.objects.cube().keyframe(1, visible=True).keyframe(2, visible=False)
            paint = self.materials.basic().set_params(base_color=(1, 0, 0))
            sphere = self.objects.sphere(radius=2).set_location((0, 3, 0)).set_material(paint)
            tree = sphere.obj.active_material.node_tree
            shader = next(n for n in tree.nodes if n.type == "BSDF_PRINCIPLED")
            color = shader.inputs["Base Color"]
            for frame, value in ((1, (1, 0, 0, 1)), (4, (0, 0, 1, 1))):
                color.default_value = value
                color.keyframe_insert("default_value", frame=frame)
            """,
        )

    def test_world_and_properties(self):
        self.compare(
            """
            cube = self.objects.cube(size=4)
            material = self.materials.basic()
            cube.set_material(material)
            tree = cube.obj.active_material.node_tree
            shader = next(n for n in tree.nodes if n.type == "BSDF_PRINCIPLED")
            attribute = tree.nodes.new("ShaderNodeAttribute")
            attribute.attribute_type, attribute.attribute_name = "OBJECT", "glow"
            tree.links.new(attribute.outputs["Fac"], shader.inputs["Base Color"])
            for frame, value in ((1, 0.0), (4, 1.0)):
                cube.obj["glow"] = value
                cube.obj.keyframe_insert('["glow"]', frame=frame)
            """
        )

    def test_modifiers(self):
        self.compare(
            """
            plane = self.objects.plane(size=12)
            plane.obj.modifiers.new("cut", "SUBSURF").levels = 2
            wave = plane.obj.modifiers.new("wave", "WAVE")
            wave.height, wave.width, wave.narrowness, wave.speed = 2, 2, 1, 1
            """,
            passes=["Normal", "Position"],
        )


FALLING = (
    GREY
    + """
from rv.plain.meta import f32_rows
self.camera.set_location((0, -12, 3)).point_at(self.objects.empty().set_location((0, 0, 2)))
cube = self.objects.cube(size=1).set_location((0, 0, 4))
cube.set_rotation(rv.mathutils.Euler((0.3, 0.2, 0)))
floor = self.objects.plane(size=20)
bpy = rv.bpy
for thing, kind in ((cube, "ACTIVE"), (floor, "PASSIVE")):
    with bpy.context.temp_override(
        object=thing.obj, active_object=thing.obj, selected_objects=[thing.obj]
    ):
        bpy.ops.rigidbody.object_add()
    thing.obj.rigid_body.type = kind
"""
)
STEPS = """
seen = []
for frame in range(1, 31):
    bpy.context.scene.frame_set(frame)
    cube_now = cube.obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    seen.append(f32_rows(cube_now.matrix_world))
self.set_custom_meta(seen=seen)
"""


class PhysicsTest(SampleCase):
    def test_frames_are_those_of_the_simulation(self):
        stepped, _ = self.render(scene(FALLING, STEPS))
        expected = stepped["custom_meta"]["seen"]
        self.assertLess(expected[-1][2][3], 1)
        for body in ("", STEPS):  # simulated by the script before, or not
            record, _ = self.render(scene(FALLING, body), frames="1..30")
            self.assertEqual(record["objects"][2]["matrix_world"], expected[0])
            for number, entry in enumerate(record["frames"][1:], 1):
                (moved,) = entry["objects"]
                self.assertEqual(moved["index"], 3)
                self.assertEqual(moved["matrix_world"], expected[number], number)

    def test_steps_and_single_frames(self):
        every, out = self.render(scene(FALLING), frames="1..24", passes=["Position"])
        some, some_out = self.render(scene(FALLING), frames="10..24:7", passes=["Position"])
        for frame in (10, 17, 24):
            self.assertEqual(pixels(out, frame), pixels(some_out, frame))
        cube = every["frames"][9]["objects"][0]["matrix_world"]
        self.assertEqual(some["objects"][2]["matrix_world"], cube)
        late = [f["objects"][0]["matrix_world"] for f in some["frames"][1:]]
        self.assertEqual(
            late, [every["frames"][n - 1]["objects"][0]["matrix_world"] for n in (17, 24)]
        )

    def test_beyond_blenders_250_frames(self):
        record, _ = self.render(
            scene(FALLING, "cube.obj.location.z = 4000"), frames="1,250,255", resolution=[8, 8]
        )
        heights = [f["objects"][0]["location"][2] for f in record["frames"][1:]]
        self.assertLess(heights[1], heights[0] - 1)

    def test_fps_rules_the_fall(self):
        heights = []
        for fps in (12, 48):
            record, _ = self.render(scene(FALLING), frames="1,9", fps=fps)
            heights.append(record["frames"][1]["objects"][0]["location"][2])
        for height, seconds in zip(heights, (8 / 12, 8 / 48)):
            self.assertAlmostEqual(4 - height, 9.81 / 2 * seconds**2, delta=0.5)
        self.assertLess(heights[0], heights[1] - 0.5)

    def test_simulate_physics(self):
        """What the script simulated is rendered, with its settings; then the bodies stand still."""
        body = """
            cube = self.objects.cube(size=1).set_location((0, 0, 40)).add_rigidbody("box")
            rv.simulate_physics(frames=10, substeps=3, time_scale=2)
            seen = []
            for frame in range(1, 13):
                bpy.context.scene.frame_set(frame)
                now = cube.obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
                seen.append(f32_rows(now.matrix_world))
            self.set_custom_meta(seen=seen).set_frames(12)
            """
        record, _ = self.render(scene(FALLING, body))
        seen = record["custom_meta"]["seen"]
        for number, entry in enumerate(record["frames"][1:], 1):
            here = {o["index"]: o["matrix_world"] for o in entry["objects"]}
            self.assertEqual(here[5], seen[number])
        self.assertEqual(seen[9], seen[11])
        fallen = 40 - seen[9][2][3]
        self.assertAlmostEqual(fallen, 9.81 / 2 * (2 * 9 / 24) ** 2, delta=0.3)

    def test_bodies_moved_by_keys(self):
        body = """
            ram = self.objects.cube(size=2).add_rigidbody("box", body_type="PASSIVE")
            ram.obj.rigid_body.kinematic = True
            ram.keyframe(1, location=(-6, 0, 1)).keyframe(21, location=(4, 0, 1))
            ball = self.objects.cube(size=1).set_location((0, 0, 0.5)).add_rigidbody("box")
            """
        places = []
        for more in ("", "rv.simulate_physics(frames=24)"):
            record, _ = self.render(scene(FALLING, body, more), frames="1..24:23")
            last = {o["index"]: o["location"] for o in record["frames"][1]["objects"]}
            self.assertEqual(last[5], [4, 0, 1])
            self.assertGreater(last[6][0], 5)
            places.append(last[6])
        for a, b in zip(*places):
            self.assertAlmostEqual(a, b, delta=1.0)  # the number of substeps differs


class ResumeTest(SampleCase):
    """Frames that are done are kept when the worker is lost, and used when nothing has changed."""

    SCRIPT = scene(MOVING, "self.set_frames(5)")

    def setUp(self):
        super().setUp()
        self.store = os.path.join(self.scratch, "store")
        self.told = []
        self.stop_at = None
        HANDLER._tell, kept = self.tell, HANDLER._tell
        self.addCleanup(setattr, HANDLER, "_tell", kept)

    def tell(self, what, number):
        self.told.append((what, number))
        if (what, number) == ("frame", self.stop_at):
            raise RuntimeError("lost")

    def attempt(self, script=SCRIPT, stop_at=None, key="k", assist=False, **settings):
        """The reply and the directory, with the store of earlier attempts."""
        self.stop_at, self.told = stop_at, []
        line, out = self.request(script, **settings)
        return self.ask(line, resume={"dir": self.store, "key": key}, assist=assist), out

    def hold(self, first, count=1):
        """Lets another process hold bytes of the store's lock, until the test is over."""
        program = (
            "import fcntl, sys; file = open(sys.argv[1], 'r+b');"
            f"fcntl.lockf(file, fcntl.LOCK_EX, {count}, {first});"
            "print(flush=True); sys.stdin.read()"
        )
        python = [sys.executable, "-c", program, os.path.join(self.store, ".lock")]
        holder = subprocess.Popen(python, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(holder.wait)
        for stream in (holder.stdout, holder.stdin):
            self.addCleanup(stream.close)
        self.assertEqual(holder.stdout.readline(), b"\n")
        return holder

    def stored(self):
        found = [
            name for _, _, names in os.walk(self.store) for name in names if name[0] not in ".n"
        ]
        return sorted(found)

    def same(self, out, other):
        self.assertEqual(sorted(os.listdir(out)), ["frames", "passes"])
        for frame in range(1, 6):
            self.assertEqual(pixels(out, frame), pixels(other, frame))

    def test_whole(self):
        reply, out = self.attempt()
        self.assertTrue(reply["ok"], reply)
        self.assertNotIn("frames_kept", reply["run"])
        self.assertFalse(os.path.exists(self.store))
        record, plain = self.render(self.SCRIPT)
        self.assertEqual(reply["record"], record)
        self.same(out, plain)

    def test_goes_on(self):
        reply, out = self.attempt(stop_at=3)
        self.assertFalse(reply["ok"])
        self.assertEqual(os.listdir(out), [])
        self.assertEqual(len(self.stored()), 6)
        kept = os.path.join(self.store, frames.passes_name(2))
        inode = os.stat(kept).st_ino
        with open(os.path.join(self.store, "new.exr"), "wb") as file:
            file.write(b"half of it")
        os.remove(
            os.path.join(self.store, frames.image_name(3))
        )  # not done: the picture comes last
        reply, out = self.attempt()
        self.assertTrue(reply["ok"], reply)
        self.assertEqual(reply["run"]["frames_kept"], 2)
        self.assertEqual(
            self.told,
            [("frames", 3), ("passed", 1), ("passed", 2), ("frame", 3), ("frame", 4), ("frame", 5)],
        )
        self.assertEqual(os.stat(os.path.join(out, frames.passes_name(2))).st_ino, inode)
        self.assertFalse(os.path.exists(self.store))
        record, plain = self.render(self.SCRIPT)
        self.assertEqual(reply["record"], record)
        self.same(out, plain)

    def test_other_things_begin_anew(self):
        other = scene(MOVING, "self.set_frames(5)", "still.set_scale(2)")
        for changes in ({"key": "l"}, {"script": other}, {"samples": 2}):
            self.attempt(stop_at=3)
            reply, out = self.attempt(**changes)
            self.assertTrue(reply["ok"], reply)
            self.assertNotIn("frames_kept", reply["run"], changes)
            self.assertEqual(len(os.listdir(os.path.join(out, "frames"))), 5)

    def test_what_differs_each_time_shares_no_frames(self):
        other = scene(MOVING, "self.set_frames(5)", "still.set_location((time.time() % 1, 7, 0))")
        other = "import time\n" + other
        self.attempt(other, stop_at=3)
        reply, _ = self.attempt(other, assist=True)
        self.assertEqual((reply["ok"], self.told), (True, []), reply)
        reply, _ = self.attempt(other)
        self.assertEqual((reply["ok"], self.told[0]), (True, ("frames", 5)), reply)

    def test_no_sequence_any_more(self):
        self.attempt(stop_at=3)
        reply, out = self.attempt(scene(MOVING))
        self.assertTrue(reply["ok"], reply)
        self.assertEqual(sorted(os.listdir(out)), ["Image.png", "passes.exr"])
        self.assertFalse(os.path.exists(self.store))

    def test_two_at_once(self):
        """Who comes second renders everything itself."""
        self.attempt(stop_at=3)
        self.hold(store.OWNER)
        store.LOCK_S, kept = 0.2, store.LOCK_S
        self.addCleanup(setattr, store, "LOCK_S", kept)
        reply, out = self.attempt()
        self.assertTrue(reply["ok"], reply)
        self.assertNotIn("frames_kept", reply["run"])
        self.assertEqual(len(self.stored()), 6)
        self.same(out, self.render(self.SCRIPT)[1])

    def test_helps(self):
        """A helper begins in the middle of what is free, and goes to the end of the sequence."""
        self.attempt(stop_at=1)
        reply, out = self.attempt(assist=True)
        self.assertEqual((reply["ok"], reply["record"]), (True, {}), reply)
        self.assertEqual(self.told, [("frame", 4), ("frame", 5)])
        self.assertEqual(os.listdir(out), [])
        self.assertEqual(len(self.stored()), 6)
        reply, out = self.attempt()
        self.assertEqual(reply["run"]["frames_kept"], 3)
        record, plain = self.render(self.SCRIPT)
        self.assertEqual(reply["record"], record)
        self.same(out, plain)

    def test_helps_with_nothing(self):
        """There is no store, one of other frames, or one in which all frames are taken."""
        reply, _ = self.attempt(assist=True)
        self.assertEqual((reply["ok"], self.told, os.path.exists(self.store)), (True, [], False))
        self.attempt(stop_at=3)
        reply, _ = self.attempt(assist=True, key="l")
        self.assertEqual((reply["ok"], self.told), (True, []))
        self.hold(4, 2)
        reply, _ = self.attempt(assist=True)
        self.assertEqual((reply["ok"], self.told), (True, []))
        self.assertEqual(len(self.stored()), 6)

    def test_waits_for_others(self):
        """A frame that another process holds is passed; when that is lost it is rendered."""
        self.attempt(stop_at=1)
        holder = self.hold(3)
        let_go = threading.Timer(0.5, holder.stdin.close)
        let_go.start()
        reply, out = self.attempt()
        let_go.join()
        self.assertTrue(reply["ok"], reply)
        told = [number for what, number in self.told if what == "frame"]
        self.assertEqual(told, [2, 4, 5, 3])
        self.assertNotIn("frames_by_others", reply["run"])
        record, plain = self.render(self.SCRIPT)
        self.assertEqual(reply["record"], record)
        self.same(out, plain)

    def test_middle_of_longest(self):
        """Where a helper begins."""
        for free, start in (("", 0), ("0", 1), ("1", 0), ("11", 1), ("0111", 2), ("1101110", 4)):
            with self.subTest(free):
                self.assertEqual(store.middle_of_longest([c == "1" for c in free]), start)


class CostTest(SampleCase):
    def test_persistent_data_pays(self):
        """The frames after the first one do not build the scene again."""
        path = os.path.join(self.scratch, "steps")
        body = f"""
            for i in range(20):
                self.objects.sphere(radius=1).set_location((i - 10, 0, 0))
            self.camera.keyframe(1, location=(0, 0, 10)).keyframe(3, location=(0, 3, 10))
            steps = open({path!r}, "w")
            rv.bpy.app.handlers.render_stats.append(
                lambda *_: print(rv.bpy.context.scene.frame_current, file=steps, flush=True)
            )
            """
        self.render(scene(GREY, body), frames="1..3")
        with open(path, encoding="utf-8") as file:
            steps = Counter(int(line) for line in file)
        for frame in (2, 3):  # each object is a step of building
            self.assertLess(steps[frame] + 20, steps[1])
