# SPDX-License-Identifier: MIT
"""A .blend file as a scene: as it stands, indices, libraries, missing files, what stays behind."""

import json
import math
import os
import struct
from types import SimpleNamespace

import bpy
from rv.engine import compat
from rv.sample import file_scene
from rv.plain.errors import SceneError
from rv.sample.handler import resident_bytes
from support import GREY, FileCase, box, image, passes, scene

INDEX = "ViewLayer.IndexOB.X"
MEGABYTE = 1 << 20
BLEND_ROUNDS = 3
BLEND_FILES = 20
LAMPS = (
    "for kind, name in (('point', 'Bulb'), ('spot', 'Cone'), ('sun', 'Day'), ('area', 'Panel')):\n"
)
LAMPS += "    getattr(self.lights, kind)(name)"


class AsItStandsTest(FileCase):
    def test_settings_of_the_file(self):
        blender = self.begin()
        blender.render.resolution_x, blender.render.resolution_y = 100, 50
        blender.render.resolution_percentage = 57  # 0.57 * 100 is less than 57 in floats
        blender.cycles.samples = 3
        blender.view_settings.view_transform = "Standard"
        self.cube(location=(1, 0, 0))
        record, out = self.open(self.save(), seed=2**31 + 5)
        self.assertEqual(record["resolution"], [57, 28])
        self.assertEqual(record["render"]["samples"], 3)
        self.assertEqual(record["render"]["seed"], 5)
        self.assertEqual(record["render"]["view_transform"], "Standard")
        self.assertEqual(record["render"]["engine"], "CYCLES")
        self.assertIs(record["render"]["blend_file"], True)
        picture = image(out)
        self.assertEqual((picture.width, picture.height), (57, 28))
        # Half of linear light, in sRGB.
        self.assertAlmostEqual(picture.rows[0][0], 188, delta=1)
        self.assertEqual(record["camera"]["type"], "ORTHO")
        self.assertEqual([o["name"] for o in record["objects"]], ["Cube"])

    def test_settings_of_the_command(self):
        self.begin()
        path = self.save()
        record, out = self.open(path, resolution=[20, 10], samples=2)
        self.assertEqual((record["resolution"], record["render"]["samples"]), ([20, 10], 2))
        self.assertEqual(image(out).width, 20)
        record, _ = self.open(
            path, {"blend": {"resolution": [40, 24], "samples": 4, "percentage": 50}}, samples=2
        )
        self.assertEqual((record["resolution"], record["render"]["samples"]), ([20, 12], 4))

    def test_where_things_are(self):
        self.begin()
        self.cube("Left", (-2, 0, 0))
        parent = self.cube("High", (0, 2, 1), size=1)
        child = self.cube("Child", (1, 0, 0), size=1)
        child.parent = parent
        parent.scale = (2, 2, 2)
        parent.hide_render = True
        record, out = self.open(self.save())
        found = {o["name"]: o for o in record["objects"]}
        self.assertEqual(found["Child"]["location"], [2.0, 2.0, 1.0])
        self.assertEqual(found["Child"]["dimensions"], [2.0, 2.0, 2.0])
        self.assertFalse(found["High"]["visible"])
        rows = passes(out).plane(INDEX)
        self.assertEqual(box(rows, found["Left"]["index"]), (4, 12, 11, 19))
        self.assertEqual(box(rows, found["Child"]["index"]), (20, 4, 27, 11))
        self.assertIsNone(box(rows, found["High"]["index"]))

    def test_hidden_by_collections(self):
        blender = self.begin()
        inner = {}
        for i, name in enumerate(("Shown", "Unrendered", "Excluded", "Inside")):
            collection = bpy.data.collections.new(name)
            (inner["Unrendered"] if name == "Inside" else blender.collection).children.link(
                collection
            )
            inner[name] = collection
            cube = self.cube(f"In {name}", (2 * i - 3, 0, 0), size=1)
            blender.collection.objects.unlink(cube)
            collection.objects.link(cube)
        inner["Unrendered"].hide_render = True
        bpy.context.view_layer.layer_collection.children["Excluded"].exclude = True
        self.keys(bpy.data.objects["In Unrendered"], "location", {1: (0, 0, 0), 2: (1, 0, 0)})
        record, out = self.open(self.save(), frames="1..2")
        rows = passes(out, "passes/000001.exr").plane(INDEX)
        for found in record["objects"]:
            seen = box(rows, found["index"]) is not None
            self.assertEqual(found["visible"], seen, found["name"])
            self.assertEqual(seen, found["name"] == "In Shown")
        self.assertEqual([o["visible"] for o in record["frames"][1]["objects"]], [False])

    def test_engine_and_layers(self):
        """Whatever a file is set to, Cycles renders its active layer, and nothing but that."""
        blender = self.begin()
        self.cube()
        compat.use_nodes(blender.world).nodes["Background"].inputs["Strength"].default_value = 0.5
        blender.render.engine = "BLENDER_WORKBENCH"
        blender.render.use_border = blender.render.use_crop_to_border = True
        blender.render.border_max_x = 0.5
        blender.render.use_stamp = True
        bpy.context.view_layer.name = "My layer.v1"
        bpy.context.view_layer.use_pass_combined = False
        bpy.context.view_layer.use_pass_normal = True
        blender.view_layers.new("Other")
        record, out = self.open(self.save())
        self.assertEqual(record["render"]["engine"], "CYCLES")
        self.assertEqual(record["passes"], ["Normal", "ObjectIndex", "Z"])
        exr = passes(out)
        self.assertEqual(exr.width, 32)
        self.assertIn(record["channels"]["index"], exr.types)
        self.assertTrue(all(name.startswith("My layer.v1.") for name in exr.types), exr.types)
        self.assertIsNotNone(box(exr.plane(record["channels"]["index"]), 1))
        self.assertGreater(image(out).rows[0][0], 0)

    def test_the_active_layer_is_the_file_s(self):
        """Whatever layers there were in the files before it, and in the start-up file."""
        paths = {}
        for active, other in (("ViewLayer", "Second"), ("Second", "ViewLayer")):
            blender = self.begin()
            bpy.context.view_layer.name = active
            bpy.context.view_layer.use_pass_normal = active == "Second"
            blender.view_layers.new(other)
            paths[active] = self.save(f"{active}.blend")
        script = scene(GREY)
        for path in ("ViewLayer", "Second", "Second", "ViewLayer", None, "Second", None):
            if path is None:
                _, out = self.render(script)
            else:
                record, out = self.open(paths[path])
                self.assertEqual("Normal" in record["passes"], path == "Second")
            prefix = f"{path or 'ViewLayer'}."
            self.assertTrue(all(name.startswith(prefix) for name in passes(out).types), path)

    def test_after_other_files(self):
        """A file as such, and after files and scripts of all kinds."""
        self.begin()
        self.cube()
        plain = self.save("plain.blend")
        blender = self.begin()
        blender.render.film_transparent = blender.render.use_motion_blur = True
        blender.view_settings.exposure = 3
        blender.frame_set(50)
        bpy.ops.rigidbody.world_add()
        self.cube("Other", size=3)
        bpy.data.scenes.new("Second").world = bpy.data.worlds.new("Dark")
        dirty = self.save("dirty.blend")
        broken = self.write("broken.blend", "nothing")
        self.render(scene(GREY))
        first, out = self.open(plain, passes=["Normal"])
        expected = image(out).rows, passes(out).stable()
        for before in ((dirty,), (dirty, broken), (broken,), (dirty, None), (dirty, dirty)):
            for path in before:
                self.run_sample(path or scene(GREY), resolution=None)
            again, out = self.open(plain, passes=["Normal"])
            self.assertEqual(first, again)
            self.assertEqual((image(out).rows, passes(out).stable()), expected)
        alone = self.render(scene(GREY))[0]
        for before in (dirty, broken):
            self.run_sample(before, resolution=None)
            self.assertEqual(self.render(scene(GREY))[0], alone)

    def test_scene_cameras(self):
        blender = self.begin()
        other = self.add("Other", bpy.data.cameras.new("Other"), (0, 0, 5))
        other.data.lens = 21
        path = self.save("two.blend")
        record, _ = self.open(path, {"blend": {"camera": {"name": "Other"}}})
        self.assertEqual(record["camera"]["name"], "Other")
        self.assertAlmostEqual(record["camera"]["K"][0][0], 21 / 36 * 32, delta=1e-4)
        self.fails(
            path,
            "scene_error",
            "camera.name: there is no camera 'Third', there are: Camera, Other",
            record={"blend": {"camera": {"name": "Third"}}},
        )
        blender = self.begin()
        blender.camera = None
        path = self.save("none.blend")
        self.fails(path, "scene_error", "the file's scene has no camera")
        record, _ = self.open(path, {"blend": {"camera": {"name": "Camera"}}})
        self.assertEqual(record["camera"]["name"], "Camera")
        blender = self.begin()
        blender.camera = self.cube("View")
        self.fails(self.save("cube.blend"), "scene_error", "seen from View, which is no camera")

    def test_markers_switch_cameras(self):
        blender = self.begin()
        other = self.add("Other", bpy.data.cameras.new("Other"), (0, 0, 5))
        blender.timeline_markers.new("a", frame=1).camera = other
        blender.timeline_markers.new("b", frame=3).camera = self.camera
        path = self.save()
        record, _ = self.open(path)
        self.assertEqual(record["camera"]["name"], "Other", "the render switches, too")
        record, _ = self.open(path, frames="1..3:2")
        self.assertEqual(record["camera"]["name"], "Other")
        self.assertEqual(record["frames"][1]["camera"]["name"], "Camera")
        record, _ = self.open(path, {"blend": {"camera": {"name": "Camera"}}}, frames="1..3:2")
        self.assertEqual(record["camera"]["name"], "Camera")
        self.assertNotIn("camera", record["frames"][1])

    def test_lights_and_properties(self):
        self.begin()
        lamp = self.add("Lamp", bpy.data.lights.new("Lamp", "POINT"), (1, 2, 3))
        lamp.data.energy = 70
        cube = self.cube()
        cube["category"], cube["mass"], cube["tint"] = "box", 2.5, [0.25, 0.5]
        material = bpy.data.materials.new("Paint")
        material["grade"] = 3
        cube.data.materials.append(material)
        record, _ = self.open(self.save())
        (light,) = record["lights"]
        self.assertEqual(
            (light["name"], light["power"], light["light_type"]), ("Lamp", 70, "POINT")
        )
        self.assertEqual(light["location"], [1.0, 2.0, 3.0])
        (found,) = record["objects"]
        self.assertEqual(found["properties"], {"category": "box", "mass": 2.5, "tint": [0.25, 0.5]})
        self.assertEqual(found["materials"], ["Paint"])
        self.assertEqual(
            [(m["index"], m["name"], m["properties"]) for m in record["materials"]],
            [(1, "Paint", {"grade": 3})],
        )

    def test_lights_have_the_members_that_those_of_scripts_have(self):
        record, _ = self.render(scene(GREY, LAMPS))
        self.begin()
        lamps = {
            "Bulb": ("POINT", {"shadow_soft_size": 0.5}),
            "Cone": ("SPOT", {"spot_size": 0.5, "spot_blend": 0.25, "show_cone": True}),
            "Day": ("SUN", {"angle": 0.125}),
            "Panel": ("AREA", {"shape": "RECTANGLE", "size": 2, "size_y": 3}),
        }
        for name, (kind, values) in lamps.items():
            data = self.add(name, bpy.data.lights.new(name, kind)).data
            for member, value in values.items():
                setattr(data, member, value)
        bpy.context.scene.unit_settings.scale_length = 0.5
        of_file, _ = self.open(self.save())
        of_script = {light["name"]: light for light in record["lights"]}
        told = {light["name"]: light for light in of_file["lights"]}
        for name in lamps:
            self.assertEqual(list(told[name]), list(of_script[name]))
        self.assertEqual(told["Bulb"]["radius"], 0.25)
        self.assertEqual(
            [told["Panel"][k] for k in ("shape", "size", "size_y")], ["RECTANGLE", 1, 1.5]
        )
        self.assertAlmostEqual(told["Day"]["angle_degrees"], math.degrees(0.125), delta=1e-4)
        self.assertAlmostEqual(told["Cone"]["spot_size_degrees"], math.degrees(0.5), delta=1e-4)
        self.assertEqual([told["Cone"][k] for k in ("spot_blend", "show_cone")], [0.25, True])

    def test_semantic_channels(self):
        self.begin()
        layer = bpy.context.view_layer
        for name, kind in (("wet", "VALUE"), ("Dry", "VALUE"), ("tint", "COLOR")):
            aov = layer.aovs.add()
            aov.name, aov.type = name, kind
        material = bpy.data.materials.new("Wet")
        node = compat.use_nodes(material).nodes.new("ShaderNodeOutputAOV")
        compat.name_aov_output(node, "wet")
        node.inputs["Value"].default_value = 0.75
        self.cube().data.materials.append(material)
        path = self.save()
        record, out = self.open(path)
        self.assertEqual(record["semantic_channels"], ["wet"])
        rows = passes(out).plane(record["channels"]["mask_wet"])
        self.assertEqual((rows[16][16], rows[0][0]), (0.75, 0.0))
        told = [text for text in self.warnings(path) if "AOV" in text]
        self.assertEqual(len(told), 2, told)
        for name in ("'Dry' (VALUE)", "'tint' (COLOR)"):
            self.assertTrue(any(name in text for text in told), told)


class IndexTest(FileCase):
    def indices(self, own, materials=(), **blend):
        """Name to index of cubes, made with these indices of their own."""
        self.begin()
        for i, (name, index) in enumerate(own):
            self.cube(name, (2 * i - 3, 0, 0), 1).pass_index = index
        for name, index in materials:
            material = bpy.data.materials.new(name)
            material.pass_index = index
            bpy.data.objects[own[0][0]].data.materials.append(material)
        record, out = self.open(self.save(), {"blend": blend}, passes=["MaterialIndex"])
        rows = passes(out).plane(INDEX)
        found = {o["name"]: o["index"] for o in record["objects"]}
        self.assertEqual([o["index"] for o in record["objects"]], sorted(found.values()))
        for i, (name, _) in enumerate(own):
            self.assertEqual(rows[16][8 * i + 4], found[name], "what the picture has")
        return found, {m["name"]: m["index"] for m in record["materials"]}

    def test_own_indices(self):
        for mode in ({}, {"index": "file"}, {"index": "auto"}):
            with self.subTest(**mode):
                found, _ = self.indices((("b", 0), ("a", 7), ("d", 1), ("c", 0)), **mode)
                self.assertEqual(found, {"b": 2, "c": 3, "a": 7, "d": 1})

    def test_by_names(self):
        found, _ = self.indices((("b", 9), ("a", 7), ("c", 1)), index="names")
        self.assertEqual(found, {"a": 1, "b": 2, "c": 3})

    def test_collisions(self):
        own = (("b", 5), ("a", 5), ("c", 2))
        found, _ = self.indices(own)
        self.assertEqual(found, {"a": 1, "b": 2, "c": 3})
        path = os.path.join(self.root, "file.blend")
        self.assertEqual(
            self.warnings(path),
            ["a and b both have the index 5: all objects are numbered by their names"],
        )
        self.fails(
            path,
            "scene_error",
            "a and b both have the index 5",
            record={"blend": {"index": "file"}},
            resolution=None,
        )

    def test_materials(self):
        _, found = self.indices((("a", 0),), (("y", 4), ("x", 0)))
        self.assertEqual(found, {"x": 1, "y": 4})

    def test_limits(self):
        def blocks(count, index=0):
            return [SimpleNamespace(name_full=f"{i:05}", pass_index=index) for i in range(count)]

        told = []
        indices = file_scene.assign_indices(blocks(32767), "auto", "objects", told.append)
        self.assertEqual(sorted(indices.values()), list(range(1, 32768)))
        full = blocks(32767)
        full[5].pass_index = 32767
        indices = file_scene.assign_indices(full, "auto", "objects", told.append)
        self.assertEqual(sorted(indices.values()), list(range(1, 32768)))
        self.assertEqual(told, [])
        for mode in ("auto", "names", "file"):
            with self.assertRaisesRegex(
                SceneError, "has 65536 objects, an index map can hold 65535"
            ):
                file_scene.assign_indices(blocks(65536), mode, "objects", told.append)

    def test_what_has_no_surface(self):
        self.begin()
        self.add("Nothing").pass_index = 3
        self.camera.pass_index = 4
        curve = self.add("Curve", bpy.data.curves.new("Curve", "CURVE"))
        record, _ = self.open(self.save())
        self.assertEqual([(o["name"], o["index"]) for o in record["objects"]], [("Curve", 1)])
        self.assertIsNotNone(curve)

    def test_instances(self):
        """In the picture what instances show has the index of the one that is instanced."""
        self.begin()
        stock = bpy.data.collections.new("Stock")
        cube = self.cube(size=1)
        bpy.context.scene.collection.objects.unlink(cube)
        stock.objects.link(cube)
        for x in (-2, 2):
            empty = self.add("Instance", None, (x, 0, 0))
            empty.instance_type, empty.instance_collection = "COLLECTION", stock
        record, out = self.open(self.save())
        indices = [(o["name"], o["index"]) for o in record["objects"]]
        self.assertEqual(indices, [("Cube", 1), ("Cube", 2), ("Cube", 3)])
        self.assertEqual(box(passes(out).plane(INDEX), 1), (6, 14, 25, 17))

    def test_what_export_says(self):
        path = os.path.join(self.root, "exported.blend")
        script = scene(
            GREY,
            """
            self.enable_semantic_channels("wet")
            paint = self.materials.basic("Paint").set_semantic("wet")
            cube = self.objects.cube("Box").set_tags("b", "a").set_property("category", "box")
            cube.set_material(paint).set_custom_meta(origin={"x": 1})
            self.objects.sphere("Ball", radius=0.5).set_location((3, 0, 0))
            self.lights.sun("Noon").set_tags("day")
            """,
        )
        first, out = self.render(script)
        line, _ = self.request(script)
        self.assertTrue(self.ask(line, export={"path": path})["ok"])
        again, other = self.open(path, samples=1)
        for name in ("Box", "Ball"):
            old, new = ({o["name"]: o for o in r["objects"]}[name] for r in (first, again))
            self.assertEqual(old, new)
        self.assertEqual(again["lights"][0]["tags"], ["day"])
        self.assertEqual(again["semantic_channels"], ["wet"])
        self.assertEqual(passes(out).plane(INDEX), passes(other).plane(INDEX))


class FilesTest(FileCase):
    def library(self):
        """A file with a cube and a material, and one that links the cube."""
        self.begin()
        cube = self.cube("Block", (1, 0, 0))
        cube.pass_index = 9
        cube.data.materials.append(bpy.data.materials.new("Stone"))
        path = self.save("parts/lib.blend")
        self.begin()
        self.cube("Block", (-2, 0, 0))
        with bpy.data.libraries.load(path, link=True) as (source, target):
            target.objects = ["Block"]
        bpy.context.scene.collection.objects.link(target.objects[0])
        bpy.ops.wm.save_as_mainfile(filepath=os.path.join(self.root, "main.blend"))
        bpy.ops.file.make_paths_relative()
        return self.save("main.blend")

    def test_libraries(self):
        path = self.library()
        line, out = self.request(path, resolution=None, samples=None)
        reply = self.ask(line)
        self.assertTrue(reply["ok"], reply)
        found = {o["name"]: o for o in reply["record"]["objects"]}
        self.assertEqual(
            {n: o["index"] for n, o in found.items()}, {"Block": 1, "Block [lib.blend]": 9}
        )
        self.assertEqual(found["Block [lib.blend]"]["materials"], ["Stone [lib.blend]"])
        self.assertEqual([m["name"] for m in reply["record"]["materials"]], ["Stone [lib.blend]"])
        rows = passes(out).plane(INDEX)
        self.assertEqual(box(rows, 9), (16, 12, 23, 19))
        self.assertEqual(reply["deps"], ["main.blend", "parts/lib.blend"])
        self.assertEqual(reply["run"]["warnings"], [])

    def test_missing_library(self):
        path = self.library()
        os.rename(os.path.join(self.root, "parts"), os.path.join(self.root, "gone"))
        told = self.warnings(path)
        self.assertEqual(told, ["the library lib.blend is missing: parts/lib.blend"])

    def test_missing_image(self):
        self.begin()
        name = os.path.join(self.root, "tex.png")
        made = bpy.data.images.new("Made", 4, 4)
        made.filepath_raw, made.file_format = name, "PNG"
        made.save()
        material = bpy.data.materials.new("Paint")
        node = compat.use_nodes(material).nodes.new("ShaderNodeTexImage")
        node.image = bpy.data.images.load(name)
        self.cube().data.materials.append(material)
        path = self.save()
        line, _ = self.request(path)
        reply = self.ask(line)
        self.assertEqual((reply["run"]["warnings"], reply["deps"]), ([], ["file.blend", "tex.png"]))
        os.remove(name)
        self.assertEqual(self.warnings(path), ["the image tex.png is missing: tex.png"])
        # When it comes back the sample is another one.
        for frames in (None, "1..2"):
            line, _ = self.request(path, **({"frames": frames} if frames else {}))
            reply = self.ask(line, resume={"dir": os.path.join(self.root, "kept"), "key": "k"})
            self.assertEqual(reply["deps"], ["file.blend", "tex.png"], reply)

    def test_damaged(self):
        self.begin()
        self.cube()
        path = self.save(compress=False)
        with open(path, "rb") as file:
            data = file.read()
        for name, broken in (
            ("empty", b""),
            ("text", b"import rv\n"),
            ("cut", data[: len(data) // 2]),
            ("cut short", data[:-1000]),
        ):
            with self.subTest(name):
                with open(path, "wb") as file:
                    file.write(broken)
                message = self.fails(path, "scene_error", "cannot open file.blend: ")
                self.assertNotIn(self.root, message)
        self.fails(
            os.path.join(self.root, "nowhere.blend"), "scene_error", "cannot open nowhere.blend"
        )

    def test_newer(self):
        self.begin()
        path = self.save(compress=False)
        with open(path, "rb") as file:
            data = bytearray(file.read())
        at = data.index(b"GLOB") + (24 if data[7:8] in b"-_" else 32)
        struct.pack_into("<h", data, at + 6, 9901)
        with open(path, "wb") as file:
            file.write(data)
        message = self.fails(path, "scene_error", "cannot open file.blend: ", "needs 99.1 or newer")
        self.assertIn(compat.VERSION_TEXT, message)

    def test_scripts_inside(self):
        """They run only when they are asked for, and then for that sample alone."""
        self.begin()
        cube = self.cube()
        driver = cube.driver_add("location", 0).driver
        driver.expression = "[2.0 for i in (1,)][0]"  # needs all of Python
        text = bpy.data.texts.new("setup.py")
        text.write("import bpy\nbpy.data.objects['Cube'].location.y = 1.0\n")
        text.use_module = True
        path = self.save()
        for _ in range(2):
            record, _ = self.open(path)
            self.assertEqual(record["objects"][0]["location"], [0.0, 0.0, 0.0])
            (told,) = self.warnings(path)
            self.assertIn("--autoexec", told)
            record, _ = self.open(path, autoexec=True)
            self.assertEqual(record["objects"][0]["location"], [2.0, 1.0, 0.0])
            self.assertEqual(self.warnings(path, autoexec=True), [])

    def test_simple_drivers_are_no_scripts(self):
        self.begin()
        cube = self.cube()
        cube.driver_add("location", 0).driver.expression = "frame * 0.5"
        path = self.save()
        record, _ = self.open(path, frames="1..4:3")
        self.assertAlmostEqual(record["objects"][0]["location"][0], 0.5, delta=1e-6)
        moved = record["frames"][1]["objects"][0]
        self.assertAlmostEqual(moved["location"][0], 2.0, delta=1e-6)
        self.assertEqual(self.warnings(path), [])


class NothingStaysTest(FileCase):
    """A sample does not know what ran before it, whatever kinds of scenes follow one another."""

    def dirty(self):
        blender = self.begin()
        blender.cycles.samples = 2
        blender.cycles.max_bounces = 0
        blender.cycles.pixel_filter_type = "BOX"
        blender.view_settings.exposure = 2
        blender.render.film_transparent = True
        blender.render.pixel_aspect_x = 2
        blender.render.fps = 7
        blender.render.dither_intensity = 2
        blender.frame_set(50)
        bpy.context.view_layer.use_pass_mist = True
        self.keys(self.cube("Mover"), "location", {1: (0, 0, 0), 50: (2, 0, 0)})
        self.cube("Camera.001").pass_index = 3
        return self.save("dirty.blend")

    def clean(self):
        self.begin()
        self.cube("Left", (-2, 0, 0))
        self.cube("Right", (2, 0, 0)).data.materials.append(bpy.data.materials.new("Paint"))
        return self.save("clean.blend")

    def result(self, path, **settings):
        record, out = self.render(path, seed=3, **settings)
        return json.dumps(record), image(out).rows, passes(out).stable()

    def test_order(self):
        script = self.write(
            "own.py",
            scene(GREY, "self.objects.cube().set_location((1, 0, 0))", "self.camera.set_fov(70)"),
        )
        dirty, clean = self.dirty(), self.clean()
        file_settings = {"resolution": None, "samples": None}
        alone = self.result(clean, **file_settings)
        of_script = self.result(script)
        of_dirty = self.result(dirty, **file_settings)
        self.assertNotEqual(alone, of_dirty)
        self.assertEqual(self.result(script), of_script, "a script after a file")
        self.assertEqual(self.result(clean, **file_settings), alone, "a file after a script")
        self.assertEqual(self.result(dirty, **file_settings), of_dirty)
        self.assertEqual(self.result(clean, **file_settings), alone, "a file after a file")
        self.run_sample(dirty, record={"blend": {"camera": {"name": "none"}}})
        self.assertEqual(self.result(clean, **file_settings), alone, "after an error")
        self.assertEqual(self.result(script), of_script)

    def test_many_files(self):
        paths = []
        for i in range(BLEND_FILES):
            self.begin()
            self.cube(f"Cube {i}", (i % 5 - 2, 0, 0))
            paths.append(self.save(f"many/{i}.blend"))
        sizes, records = [], []
        for _ in range(BLEND_ROUNDS):
            found = [json.dumps(self.open(path, resolution=[8, 8])[0]) for path in paths]
            records.append(found)
            sizes.append(resident_bytes())
        self.assertEqual(len(set(records[0])), BLEND_FILES)
        self.assertEqual(records[0], records[1])
        self.assertEqual(records[0], records[2])
        self.assertLess((sizes[-1] - sizes[0]) / MEGABYTE, 4, sizes)
