# SPDX-License-Identifier: MIT
"""The record: evaluated poses, sorted lists, no index twice, refusals before the render."""

import json
import math
import os

from rv.plain.meta import dumps
from support import GREY, SampleCase, scene

OBJECT_KEYS = [
    "index",
    "name",
    "type",
    "tags",
    "visible",
    "properties",
    "matrix_world",
    "location",
    "rotation",
    "rotation_quaternion",
    "scale",
    "dimensions",
    "materials",
    "modifier_parameters",
    "custom_meta",
]
KEYS = [
    "files",
    "channels",
    "resolution",
    "unit_scale",
    "camera",
    "objects",
    "lights",
    "materials",
    "tags",
    "semantic_channels",
    "semantic_mask_threshold",
    "passes",
    "time_limit",
    "custom_meta",
    "render",
]


class RecordTest(SampleCase):
    def test_members(self):
        script = scene(
            GREY,
            """
            self.set_tags("z", "a").set_custom_meta(b=1, a={"d": -0.0, "c": (1, 2)})
            cube = self.objects.cube().set_tags("q", "b").set_property("tint", (1, 0.5, 0))
            cube.set_property("a", 0.1)
            cube.set_material(self.materials.basic("Paint").set_params(base_color=(1, 0, 0)))
            cube.set_custom_meta(k={"s"})
            self.lights.spot().set_spot_size(60)
            self.lights.sun().set_angle(3).set_tags("sun")
            self.lights.area()
            self.lights.point()
            """,
        )
        record, _ = self.render(script)
        self.assertEqual(list(record), KEYS)
        self.assertEqual(record["files"], {"image": "Image.png", "passes": "passes.exr"})
        self.assertEqual(record["tags"], ["a", "z"])
        self.assertEqual(dumps(record["custom_meta"]), '{"a":{"c":[1,2],"d":0.0},"b":1}')
        camera, cube = record["objects"]
        self.assertEqual(list(cube), OBJECT_KEYS + ["box3d"])
        self.assertEqual(list(camera), OBJECT_KEYS + ["fov_degrees", "box3d"])
        self.assertEqual(cube["tags"], ["b", "q"])
        self.assertEqual(dumps(cube["properties"]), '{"a":0.1,"tint":[1,0.5,0]}')
        self.assertEqual((cube["materials"], cube["custom_meta"]), (["Paint"], {"k": ["s"]}))
        self.assertEqual(
            [light["light_type"] for light in record["lights"]], ["SPOT", "SUN", "AREA", "POINT"]
        )
        self.assertEqual([light["index"] for light in record["lights"]], [1, 2, 3, 4])
        self.assertAlmostEqual(record["lights"][0]["spot_size_degrees"], 60, delta=1e-4)
        self.assertEqual(record["lights"][1]["tags"], ["sun"])
        self.assertIn("matrix_world", record["lights"][0])
        material = record["materials"][0]
        self.assertEqual(
            (material["index"], material["name"], material["type"]), (1, "Paint", "BasicMaterial")
        )
        self.assertEqual(material["params"]["base_color"], [1.0, 0.0, 0.0, 1.0])
        self.assertEqual(record["render"]["samples"], 1)

    def test_poses_are_evaluated(self):
        script = scene(
            GREY,
            """
            parent = self.objects.empty().set_location((1, 2, 3)).set_scale(2)
            parent.set_rotation(Euler((0, 0, math.pi / 2)))
            cube = self.objects.cube().set_location((1, 0, 0))
            cube.set_rotation(Euler((math.pi / 2, 0, 0)))
            cube.obj.parent = parent.obj
            follower = self.objects.cube()
            follower.obj.constraints.new("COPY_LOCATION").target = cube.obj
            """,
            head="import math\nimport rv\nfrom mathutils import Euler",
        )
        record, _ = self.render(script)
        _, _, cube, follower = record["objects"]
        for value, expected in zip(cube["location"], (1, 4, 3)):
            self.assertAlmostEqual(value, expected, delta=1e-5)
        self.assertEqual(cube["location"], follower["location"])
        for value, expected in zip(cube["rotation"], (math.pi / 2, 0, math.pi / 2)):
            self.assertAlmostEqual(value, expected, delta=1e-5)
        for value in cube["scale"]:
            self.assertAlmostEqual(value, 2, delta=1e-5)
        self.assertGreaterEqual(cube["rotation_quaternion"][0], 0)
        self.assertAlmostEqual(sum(q * q for q in cube["rotation_quaternion"]), 1, delta=1e-5)
        self.assertEqual([row[3] for row in cube["matrix_world"]], [*cube["location"], 1.0])

    def test_shortest_numbers(self):
        record, _ = self.render(scene("self.objects.empty().set_location((0.1, -0.0, 0.7))"))
        self.assertEqual(dumps(record["objects"][1]["location"]), "[0.1,0.0,0.7]")

    def test_removed_things_are_left_out(self):
        record, _ = self.render(
            scene(
                GREY,
                """
            cube, sphere = self.objects.cube(), self.objects.sphere()
            cube.set_material(self.materials.basic("Gone"))
            rv.bpy.data.materials.remove(cube.obj.data.materials[0])
            rv.bpy.data.objects.remove(cube.obj)
            """,
            )
        )
        self.assertEqual(
            [(o["index"], o["name"]) for o in record["objects"]], [(1, "Camera"), (3, "Sphere")]
        )
        self.assertEqual(record["materials"], [])

    def test_index_collisions(self):
        for body, text in (
            ("cube = self.objects.cube()\ncube.obj.pass_index = 1", "Cube has index 2"),
            (
                "copy = self.objects.cube().obj.copy()\ncopy.name = 'Raw'\n"
                "rv.bpy.context.scene.collection.objects.link(copy)",
                "Raw is not registered",
            ),
            (
                "self.objects.empty()\nself._stage.highest['objects'] = 65535\n"
                "self.objects.empty()",
                "more than 65535",
            ),
        ):
            self.fails(scene(body), "scene_error", text)

    def test_index_collisions_of_materials(self):
        own = "box = self.objects.cube().set_material(self.materials.basic())\n"
        for body, text in (
            (own + "box.obj.data.materials[0].pass_index = 7", "the pass_index 7, but its index"),
            (
                own + "raw = rv.bpy.data.materials.new('Raw')\nraw.pass_index = 1\n"
                "box.obj.data.materials.append(raw)",
                "material 'Raw' has the pass_index 1, but is not of the scene",
            ),
        ):
            self.fails(scene(body), "scene_error", text, passes=["MaterialIndex"])
            self.render(scene(body))

    def test_raw_objects_are_background(self):
        self.render(
            scene(
                "o = rv.bpy.data.objects.new('Raw', None)\n"
                "rv.bpy.context.scene.collection.objects.link(o)\n"
                "p = rv.bpy.data.objects.new('Wrapped', None)\n"
                "rv.bpy.context.scene.collection.objects.link(p)\nrv.Object(p, self)"
            )
        )

    def test_what_json_cannot_hold(self):
        for body, text in (
            ("self.set_custom_meta(f=print)", "Test': custom_meta f: a builtin"),
            ("self.set_custom_meta(f=float('nan'))", "Test': custom_meta f: nan"),
            (
                "self.objects.cube().set_custom_meta(x=[1, {2: 3}])",
                "rv.Object 'Cube': custom_meta x[1]",
            ),
            ("self.objects.cube().set_tags(b'x')", "rv.Object 'Cube': a tag must be a str"),
            ("self.camera.set_location((float('inf'), 0, 0))", "rv.Camera 'Camera': location"),
        ):
            reply, out = self.run_sample(scene(body))
            self.assertFalse(reply["ok"], body)
            self.assertEqual(reply["error"]["code"], "scene_error", reply)
            self.assertIn(text, reply["error"]["message"])
            self.assertEqual(os.listdir(out), [], "refused before the render")

    def test_no_path_in_the_record(self):
        self.write("t.hdr", "")
        reply, out = self.run_sample(scene(GREY, "self.objects.cube()"))
        text = json.dumps(reply["record"])
        self.assertNotIn(self.root, text)
        self.assertNotIn(out, text)


class ViewportTest(SampleCase):
    """What the viewport hides, or shows with less, is recorded as the render has it."""

    def test_as_rendered(self):
        record, out = self.render(
            scene(
                GREY,
                """
                bpy = rv.bpy
                hidden = self.objects.cube(name="Hidden", size=0.2)
                hidden.obj.hide_viewport = True
                hidden.set_location((1, 2, 3))
                eye = self.objects.cube(name="Eye", size=0.2)
                eye.obj.hide_set(True)
                eye.set_location((1, 2, 3))
                gone = self.objects.cube(name="Gone").hide("none").set_location((1, 2, 3))
                smooth = self.objects.cube(name="Smooth")
                modifier = smooth.obj.modifiers.new("Subdivision", "SUBSURF")
                modifier.levels, modifier.render_levels = 0, 2
                row = self.objects.cube(name="Row")
                row.obj.modifiers.new("Array", "ARRAY").show_viewport = False
                plain = self.objects.cube(name="Plain")
                plain.obj.modifiers.new("Array", "ARRAY").show_render = False
                away = bpy.data.collections.new("Away")
                bpy.context.scene.collection.children.link(away)
                away.hide_viewport = True
                member = self.objects.cube(name="Member", size=0.2)
                for collection in list(member.obj.users_collection):
                    collection.objects.unlink(member.obj)
                away.objects.link(member.obj)
                member.set_location((1, 2, 3))
                """,
            )
        )
        found = {o["name"]: o for o in record["objects"]}
        for name in ("Hidden", "Eye", "Gone", "Member"):
            self.assertEqual(found[name]["location"], [1.0, 2.0, 3.0], name)
        self.assertFalse(found["Gone"]["visible"])
        self.assertLess(found["Smooth"]["dimensions"][0], 1.9)
        self.assertLess(found["Smooth"]["box3d"]["size"][0], 1.9)
        self.assertEqual(found["Row"]["dimensions"], [4.0, 2.0, 2.0])
        self.assertEqual(found["Plain"]["dimensions"], [2.0, 2.0, 2.0])
