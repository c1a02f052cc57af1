# SPDX-License-Identifier: MIT
"""The two files of a sample: labels of known geometry, channels as listed, no trace of a host."""

import json
import os
import re
import unittest

from rv.engine import compat, passes as rv_passes
from rv.plain.limits import CHOICES
from support import GREY, SampleCase, box, image, passes, scene

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DOWN = GREY + "self.camera.set_location((0, 0, 10)).set_fov(90)\n"  # 20 x 20 m on the floor


class LabelTest(SampleCase):
    def test_planar_depth(self):
        record, out = self.render(scene(DOWN, "self.objects.plane(size=10)"))
        exr = passes(out)
        depth = exr.plane(record["channels"]["depth"])
        index = exr.plane(record["channels"]["index"])
        for y in range(32):
            for x in range(32):
                if (
                    8 <= x < 24 and 8 <= y < 24
                ):  # a quarter of the view, its corners far off the axis
                    self.assertAlmostEqual(depth[y][x], 10, delta=1e-4)
                    self.assertEqual(index[y][x], 2)
                else:
                    self.assertEqual((depth[y][x], index[y][x]), (1e10, 0))

    def test_index_map(self):
        script = scene(
            DOWN,
            """
            left = self.objects.plane("Left", size=5).set_location((-5, 5, 0))
            right = self.objects.plane("Right", size=5).set_location((5, -5, 0))
            hidden = self.objects.plane("Hidden", size=5).hide()
            ghost = left.copy(register_object=False).set_location((5, 5, 0))
            """,
        )
        record, out = self.render(script)
        rows = passes(out).plane(record["channels"]["index"])
        self.assertEqual(
            [o["name"] for o in record["objects"]], ["Camera", "Left", "Right", "Hidden"]
        )
        self.assertEqual([o["visible"] for o in record["objects"]], [True, True, True, False])
        self.assertEqual(box(rows, 2), (4, 4, 11, 11))
        self.assertEqual(box(rows, 3), (20, 20, 27, 27))
        self.assertIsNone(box(rows, 4))
        self.assertEqual({v for row in rows for v in row}, {0, 2, 3})
        ghost = passes(out).plane(record["channels"]["depth"])[8][24]
        self.assertAlmostEqual(ghost, 10, delta=1e-4)

    def test_lights_are_not_in_the_index_map(self):
        script = scene(
            DOWN,
            "self.lights.area(power=10).set_size(10).set_location((0, 0, 1))\n"
            "self.objects.plane(size=2).set_location((0, 0, 2))",
        )
        record, out = self.render(script)
        rows = passes(out).plane(record["channels"]["index"])
        self.assertEqual({v for row in rows for v in row}, {0, 2})

    def test_semantic_channels(self):
        script = scene(
            DOWN,
            """
            self.enable_semantic_channels("Rust", "unused").set_semantic_mask_threshold(0.25)
            rusty = self.materials.basic().set_semantic("rust", 0.75)
            clean = self.materials.basic().set_semantic("rust", 0).set_semantic("other", 1)
            self.objects.plane(size=5).set_location((-5, 5, 0)).set_material(rusty)
            self.objects.plane(size=5).set_location((5, -5, 0)).set_material(clean)
            """,
        )
        record, out = self.render(script)
        self.assertEqual(record["semantic_channels"], ["rust", "unused"])
        self.assertEqual(record["semantic_mask_threshold"], 0.25)
        exr = passes(out)
        index = exr.plane(record["channels"]["index"])
        rust = exr.plane(record["channels"]["mask_rust"])
        unused = exr.plane(record["channels"]["mask_unused"])
        for y in range(32):
            for x in range(32):
                self.assertEqual(rust[y][x], 0.75 if index[y][x] == 2 else 0)
                self.assertEqual(unused[y][x], 0)
        self.assertNotIn("mask_other", record["channels"])
        self.assertEqual(
            record["materials"][0]["semantics"]["rust"], {"type": "Value", "value": 0.75}
        )

    def test_semantic_expression(self):
        script = scene(
            DOWN,
            """
            self.enable_semantic_channels("half")
            material = self.materials.basic().set_semantic("half", rv.Value(0.25) * 2 + 0.125)
            self.objects.plane(size=40).set_material(material)
            """,
        )
        record, out = self.render(script)
        self.assertAlmostEqual(
            passes(out).plane(record["channels"]["mask_half"])[16][16], 0.625, delta=1e-6
        )

    def test_material_index(self):
        script = scene(
            DOWN,
            """
            self.set_passes(rv.RenderPass.MATERIAL_INDEX)
            self.objects.plane(size=5).set_location((-5, 5, 0)).set_material(self.materials.basic())
            self.objects.plane(size=5).set_location((5, -5, 0)).set_material(self.materials.basic())
            """,
        )
        record, out = self.render(script)
        rows = passes(out).plane(record["channels"]["material_index"])
        self.assertEqual(box(rows, 1), (4, 4, 11, 11))
        self.assertEqual(box(rows, 2), (20, 20, 27, 27))

    def test_normals_and_position_are_numbers(self):
        record, out = self.render(
            scene(DOWN, "self.objects.plane(size=40)"), passes=["Normal", "Position"]
        )
        exr = passes(out)
        normal = [exr.plane(name)[5][7] for name in record["channels"]["normal"]]
        for value, expected in zip(normal, (0, 0, 1)):
            self.assertAlmostEqual(value, expected, delta=1e-5)
        position = [exr.plane(name)[0][31] for name in record["channels"]["position"]]
        for value, expected in zip(position, (9.6875, 9.6875, 0)):
            self.assertAlmostEqual(value, expected, delta=1e-3)


class FileTest(SampleCase):
    def test_what_a_generator_is_told_names_no_place(self):
        script = scene(
            "told = self.generators.init('printf \\'{\"result\":%s}\\' \"$(cat)\"').generate(k=1)",
            "self.set_custom_meta(told=told, here=told['root_dir'] + '/a.txt')",
            GREY,
        )
        record, _ = self.render(script)
        self.assertNotIn(self.root, json.dumps(record))
        told = record["custom_meta"]["told"]
        self.assertEqual((told["params"], told["root_dir"], told["work_dir"]), ({"k": 1}, "", ""))
        self.assertEqual(record["custom_meta"]["here"], "a.txt")

    def test_every_pass(self):
        every = [member for member in rv_passes.RenderPass if rv_passes.is_written(member)]
        names = [member.value for member in every]
        record, out = self.render(scene(GREY, "self.objects.cube()"), passes=names)
        self.assertEqual(record["passes"], sorted(names))
        exr = passes(out)
        self.assertFalse(exr.multipart)
        listed = set()
        for channels in record["channels"].values():
            listed.update([channels] if isinstance(channels, str) else channels)
        self.assertEqual(listed - set(exr.types), set())
        combined = {f"ViewLayer.Combined.{c}" for c in "RGBA"}
        self.assertEqual(set(exr.types) - listed - combined, set())
        for role in (
            "depth",
            "index",
            "material_index",
            "normal",
            "vector",
            "position",
            "uv",
            "crypto_object",
        ):
            channels = record["channels"][role]
            for channel in [channels] if isinstance(channels, str) else channels:
                self.assertEqual(exr.types[channel], ("f", 4), channel)
        self.assertEqual(list(record["channels"]), sorted(record["channels"]))

    def test_always_on(self):
        record, out = self.render(scene(GREY))
        self.assertEqual(record["passes"], ["ObjectIndex", "Z"])
        self.assertEqual(list(record["channels"]), ["depth", "index"])
        self.assertEqual(len(passes(out).types), 6)

    def test_pass_names(self):
        script = scene(GREY, "self.set_passes('diffuse_color', rv.RenderPass.UV)")
        record, _ = self.render(script, passes=["NORMAL", "AO"])
        self.assertEqual(
            record["passes"], ["AO", "DiffuseColor", "Normal", "ObjectIndex", "UV", "Z"]
        )
        self.assertEqual(record["channels"]["normal"], [f"ViewLayer.Normal.{c}" for c in "XYZ"])
        self.fails(scene("self.set_passes('Colour')"), "scene_error", "Colour", "DiffuseColor")
        self.fails(scene("pass"), "scene_error", "Colour", passes=["Colour"])

    def test_unwritten_pass_is_said(self):
        if compat.pass_is_written("Shadow"):
            self.skipTest("this Blender writes all of them")
        reply, out = self.run_sample(scene(GREY), passes=["Shadow"])
        self.assertTrue(reply["ok"])
        self.assertNotIn("shadow", reply["record"]["channels"])
        self.assertIn("Shadow", reply["run"]["warnings"][0])

    def test_vector_with_motion_blur(self):
        script = scene(GREY, "rv.bpy.context.scene.render.use_motion_blur = True")
        record, _ = self.render(script, passes=["Vector"])
        self.assertNotIn("vector", record["channels"])
        self.assertIn("vector", record["label_channels"])

    def test_whole_picture(self):
        """A script's crop would make K wrong."""
        script = scene(
            GREY,
            """
            render = rv.bpy.context.scene.render
            render.use_border = render.use_crop_to_border = True
            render.border_max_x = render.border_max_y = 0.5
            render.resolution_percentage = 50
            """,
        )
        _, out = self.render(script)
        self.assertEqual((image(out).width, passes(out).height), (32, 32))

    def test_image(self):
        record, out = self.render(scene(GREY, "self.resolution = (40, 24)"))
        png = image(out)
        self.assertEqual((png.width, png.height, png.depth, png.color), (40, 24, 8, 6))
        self.assertEqual(record["resolution"], [40, 24])
        self.assertEqual({row[i] for row in png.rows for i in range(3, 160, 4)}, {255})
        self.assertEqual(
            record["render"]["view_transform"], "Filmic" if compat.VERSION < (4, 0, 0) else "AgX"
        )

    def test_nothing_of_the_machine(self):
        _, out = self.render(scene(GREY))
        for name in passes(out).attributes:
            self.assertFalse(
                name in ("Date", "Time", "File", "Hostname", "Camera", "Scene", "Frame"), name
            )

    def test_codecs(self):
        for number, codec in enumerate(CHOICES["codec"]):
            _, out = self.render(scene(GREY), codec=codec)
            self.assertEqual(passes(out).compression, number)

    def test_no_denoiser_is_said(self):
        reply, _ = self.run_sample(scene(GREY), denoise=True)
        self.assertTrue(reply["ok"], reply)
        if reply["record"]["render"]["denoise"]:
            self.assertEqual(reply["run"]["warnings"], [])
        else:
            self.assertIn("no denoiser", reply["run"]["warnings"][0])

    def test_time_limit_is_said(self):
        reply, _ = self.run_sample(scene("self.set_rendering_time_limit(5)"))
        self.assertEqual(reply["record"]["time_limit"], 5)
        self.assertIn("time limit", reply["run"]["warnings"][0])
        self.fails(scene("self.time_limit = -1"), "scene_error", "time_limit")

    def test_device(self):
        self.assertEqual(self.render(scene(GREY), device="cpu")[0]["render"]["device"], "CPU")
        self.fails(scene(GREY), "render_error", "METAL", "CPU", device="metal")

    def test_no_camera(self):
        for body in (
            "rv.bpy.data.objects.remove(self.camera.obj)",
            "rv.bpy.context.scene.camera = None",
        ):
            self.fails(scene(body), "render_error", "no camera")

    def test_unwritable(self):
        script = scene(
            GREY,
            "import shutil\nshutil.rmtree(self.output_dir)\nopen(self.output_dir, 'w').close()",
        )
        self.fails(script, "render_error")

    def test_bad_resolution(self):
        for bad in ("(0, 10)", "(10,)", "(10.5, 10)", "(70000, 10)"):
            self.fails(scene(f"self.resolution = {bad}"), "scene_error", "resolution")


class RoleTest(unittest.TestCase):
    def test_the_tools_know_all_of_them(self):
        with open(os.path.join(ROOT, "tools", "lib", "roles.def"), encoding="utf-8") as file:
            row = r'^RV_ROLE\(\w+, "(\w+)", "[^"]*", \w+, "(\w*)"'
            letters = dict(re.findall(row, file.read(), re.MULTILINE))
        for member, described in rv_passes._PASSES.items():
            role = rv_passes.role(member)
            self.assertIn(role, letters, member)
            if len(letters[role]) > 1:
                self.assertEqual(letters[role], "".join(sorted(described.channels)), member)
