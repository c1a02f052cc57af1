# SPDX-License-Identifier: MIT
"""Files of other programs as objects: what is in them, where it is, in every sample the same."""

import os
import shutil
import tempfile

import bpy
import model_files
import rv
from rv.engine import compat, importers
from rv.engine.shelf import SHELF
from support import GREY, SampleCase, image, passes, reset, scene

USD_IS_THERE = bool(bpy.app.build_options.usd)


class LoadCase(SampleCase):
    """A test in a folder with model files; `self.scene` is in it."""

    def setUp(self):
        super().setUp()
        SHELF.clear()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.root)
        reset()
        self.scene = rv.Scene()
        self.scene.seed = 1

    def corners(self, rv_obj):
        """The world's corners of an object's box, rounded."""
        bounds = rv_obj.get_bounds()
        return [tuple(round(v, 5) + 0.0 for v in bounds[end]) for end in ("min", "max")]


class FormatTest(LoadCase):
    def test_ply_and_stl_are_as_they_stand(self):
        for make in (model_files.ply, model_files.stl):
            with self.subTest(make.__name__):
                loaded = self.scene.assets.load(os.path.basename(make(self.root)))
                self.assertEqual(len(loaded), 1)
                self.assertEqual(self.corners(loaded[0]), [(0, 0, 0), (1, 2, 3)])
                self.assertEqual(len(loaded[0].obj.data.vertices), 8)

    def test_obj_has_y_up(self):
        model_files.obj(self.root, groups=("Zebra", "Ant"))
        loaded = self.scene.assets.load("./box.obj")
        self.assertEqual([o.obj.name for o in loaded], ["Ant", "Zebra"])
        self.assertEqual([o.index for o in loaded], [2, 3])
        for one in loaded:  # (x, y, z) of the file is (x, -z, y)
            self.assertEqual(self.corners(one), [(0, -3, 0), (1, 0, 2)])
        (material,) = {o.obj.active_material for o in loaded}
        self.assertEqual(material.name, "Paint")
        (picture,) = [n.image for n in material.node_tree.nodes if n.type == "TEX_IMAGE"]
        self.assertEqual(tuple(picture.size), (2, 2))

    def test_gltf_keeps_hierarchy_and_textures(self):
        for make in (model_files.glb, model_files.gltf, model_files.gltf_inline):
            with self.subTest(make.__name__):
                loaded = self.scene.assets.load(make(self.root))
                names = ["Body", "Car", "Wheel"]
                self.assertEqual([loaded[name] for name in names], list(loaded.objects))
                self.assertEqual(loaded.roots, (loaded["Car"],))
                self.assertIs(loaded.root, loaded["Car"])
                self.assertIs(loaded["Wheel"].obj.parent, loaded["Car"].obj)
                self.assertEqual(self.corners(loaded["Body"]), [(5, -3, 0), (6, 0, 2)])
                self.assertEqual(self.corners(loaded["Wheel"]), [(5, -5, 0), (6, -2, 2)])
                loaded.root.move(dz=10)
                self.assertEqual(self.corners(loaded["Body"])[0], (5, -3, 10))
                tree = loaded["Body"].obj.active_material.node_tree
                (picture,) = [n.image for n in tree.nodes if n.type == "TEX_IMAGE"]
                self.assertEqual(tuple(picture.size), (2, 2))
                self.assertAlmostEqual(picture.pixels[0], 230 / 255, delta=1e-3)

    def test_fbx(self):
        for name, at in (("Nut", 0), ("Bolt", 4)):
            mesh = bpy.data.meshes.new(name)
            mesh.from_pydata(model_files.CORNERS, [], model_files.QUADS)
            obj = bpy.data.objects.new(name, mesh)
            obj.location.x = at
            bpy.context.scene.collection.objects.link(obj)
            obj.select_set(True)
        bpy.data.objects["Bolt"].parent = bpy.data.objects["Nut"]
        bpy.ops.export_scene.fbx(filepath=os.path.join(self.root, "nut.fbx"), use_selection=True)
        reset()
        self.scene = rv.Scene()
        loaded = self.scene.assets.load("nut.fbx")
        self.assertEqual([o.obj.name for o in loaded], ["Bolt", "Nut"])
        self.assertIs(loaded["Bolt"].obj.parent, loaded.root.obj)
        self.assertEqual(self.corners(loaded["Nut"]), [(0, 0, 0), (1, 2, 3)])
        self.assertEqual(self.corners(loaded["Bolt"]), [(4, 0, 0), (5, 2, 3)])

    def test_blend(self):
        lamp = bpy.data.objects.new("Lamp", bpy.data.lights.new("Lamp", "SPOT"))
        box = bpy.data.objects.new("Box", bpy.data.meshes.new("Box"))
        eye = bpy.data.objects.new("Eye", bpy.data.cameras.new("Eye"))
        lamp.parent = box
        bpy.data.libraries.write(os.path.join(self.root, "room.blend"), {lamp, box, eye})
        reset()
        self.scene = rv.Scene()
        loaded = self.scene.assets.load("room.blend")
        kinds = [type(o).__name__ for o in loaded]
        self.assertEqual(kinds, ["Object", "Camera", "SpotLight"])
        self.assertEqual([o.index for o in loaded], [2, 3, 1])
        self.assertIs(loaded["Lamp"].obj.parent, loaded["Box"].obj)

    def test_usd_is_said_to_be_missing(self):
        if USD_IS_THERE:
            self.skipTest("this Blender reads USD")
        path = model_files.save(self.root, "stage.usda", "#usda 1.0\n")
        self.assertRaisesRegex(
            rv.plain.errors.SceneError,
            f"stage.usda: this Blender {compat.VERSION_TEXT} was built without an importer for"
            " .usda; it reads .blend, .obj",
            self.scene.assets.load,
            path,
        )


class GroupTest(LoadCase):
    def test_unit(self):
        model_files.obj(self.root, groups=("Box",))
        (box,) = self.scene.assets.load("box.obj", unit=0.001)
        self.assertEqual([round(v, 6) for v in box.get_dimensions()], [0.001, 0.002, 0.003])
        model_files.glb(self.root)
        car = self.scene.assets.load("car.glb", unit=0.5)
        self.assertEqual(self.corners(car["Wheel"]), [(2.5, -2.5, 0), (3, -1, 1)])
        for wrong in (0, -1, float("nan")):
            self.assertRaises(ValueError, self.scene.assets.load, "box.obj", unit=wrong)

    def test_one_root_for_several(self):
        model_files.obj(self.root, groups=("A", "B"))
        loaded = self.scene.assets.load("box.obj")
        self.assertEqual(loaded.roots, loaded.objects)
        self.assertEqual(loaded.root.obj.type, "EMPTY")
        with self.assertRaisesRegex(AttributeError, "did you mean 'root.set_tags'"):
            loaded.set_tags("box")
        with self.assertRaisesRegex(AttributeError, "^'Loaded' object has no attribute 'colour'$"):
            _ = loaded.colour
        self.assertIs(loaded.root, loaded.root)
        before = self.corners(loaded["A"])
        loaded.root.set_location((0, 0, 2)).set_scale(2)
        doubled = [tuple(2 * v + (2 if i == 2 else 0) for i, v in enumerate(c)) for c in before]
        self.assertEqual(self.corners(loaded["A"]), doubled)

    def test_names_are_those_of_the_file(self):
        model_files.glb(self.root)
        self.scene.objects.cube("Car")
        first, second = (self.scene.assets.load("car.glb") for _ in range(2))
        self.assertEqual(first["Car"].obj.name, "Car.001")
        self.assertEqual(second["Car"].obj.name, "Car.002")
        self.assertRaisesRegex(
            KeyError, "did you mean 'Wheel'.*Body, Car, Wheel", first.__getitem__, "Weel"
        )


class MissingTest(LoadCase):
    def test_what_is_there_instead(self):
        model_files.ply(self.root, "models/chair.ply")
        model_files.ply(self.root, "models/table.ply")
        load = self.scene.assets.load
        self.assertRaisesRegex(
            FileNotFoundError,
            "no file models/chiar.ply, did you mean 'chair.ply'.; models has: chair.ply, table.ply",
            load,
            "models/chiar.ply",
        )
        self.assertRaisesRegex(
            FileNotFoundError,
            "as there is no folder modles, did you mean 'models'.; the folder of the scene has: m",
            load,
            "modles/chair.ply",
        )
        self.assertRaisesRegex(
            FileNotFoundError,
            "models is a folder, not a file; models has: chair.ply",
            load,
            "models",
        )

    def test_what_lies_outside_is_not_told(self):
        outside = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, outside)
        model_files.ply(outside, "secret.ply")
        for path in (f"{outside}/secret.plx", f"{outside}/none/secret.ply", outside, "../x.ply"):
            with self.assertRaises(FileNotFoundError) as caught:
                self.scene.assets.load(path)
            self.assertNotIn("has:", str(caught.exception))
            self.assertNotIn("did you mean", str(caught.exception))
        for pattern in (f"{outside}/*.exr", f"{outside}/none/*"):
            with self.assertRaises(FileNotFoundError) as caught:
                self.scene.assets.folder(pattern)
            self.assertNotIn("secret", str(caught.exception))

    def test_gltf_that_says_it_has_more_than_it_has(self):
        for make in (model_files.glb, model_files.gltf, model_files.gltf_inline):
            path = make(self.root)
            with open(path, "rb") as file:
                data = file.read()
            for count in (b'"count":99', b'"count":-1'):
                self.assertIn(b'"count": 8', data)
                model_files.save(self.root, path, data.replace(b'"count": 8', count))
                self.assertRaisesRegex(
                    OSError, "is damaged: accessor 0 says it has", self.scene.assets.load, path
                )

    def test_files_that_cannot_be_read(self):
        load = self.scene.assets.load
        for name in ("bad.glb", "bad.obj", "bad.ply", "bad.fbx", "bad.stl"):
            with self.subTest(name):
                model_files.save(self.root, name, "nonsense\n")
                self.assertRaises((OSError, ValueError), load, name)
        model_files.save(self.root, "box.obk", "")
        self.assertRaisesRegex(
            ValueError, "no importer for '.obk', did you mean '.obj'", load, "box.obk"
        )
        self.assertEqual([o.name for o in bpy.data.objects], ["Camera"])
        self.assertEqual(len(bpy.data.scenes), 1)

    def test_a_file_without_geometry(self):
        """Importers make an empty object of a damaged one, which no label would be of."""
        with open(os.path.join(self.root, "cut.stl"), "wb") as file:
            file.write(bytes(80) + b"\xff\xff\xff\xff" + bytes(50))
        self.assertRaises((OSError, ValueError), self.scene.assets.load, "cut.stl")


BOXES = (
    GREY
    + """
self.camera.set_location((8, -9, 6)).point_at((2, -1, 1))
self.lights.sun(power=3).set_rotation((40, 10, 0))
for i in range(seed % 3):
    self.objects.cube("Body").set_location((0, 4 + 2 * i, 0))  # takes the name
self.car = self.assets.load("car.glb")
self.box = self.assets.load("box.obj")
self.box.root.set_location((2, 2, 0))
"""
)


class WorkerTest(LoadCase):
    def setUp(self):
        super().setUp()
        model_files.glb(self.root)
        model_files.obj(self.root)

    def seen(self, seed):
        """Everything of a sample that may differ."""
        reply, out = self.run_sample(scene(BOXES), seed=seed)
        self.assertTrue(reply["ok"], reply)
        return reply["record"], reply["deps"], image(out).rows, passes(out).stable()

    def test_read_once_and_the_same_alone(self):
        before = SHELF.reads
        together = [self.seen(seed) for seed in range(5)]
        self.assertEqual(SHELF.reads - before, 2)
        self.assertEqual(together[0][1], ["box.mtl", "box.obj", "car.glb", "scene.py", "skin.png"])
        for seed in (4, 2):
            SHELF.clear()
            self.assertEqual(self.seen(seed), together[seed])
        self.assertNotEqual(together[0][2], [bytes(len(row)) for row in together[0][2]])

    def test_a_file_that_changes_is_read_anew(self):
        first = self.seen(1)
        model_files.glb(self.root, corners=[(2 * x, y, z) for x, y, z in model_files.CORNERS])
        second = self.seen(1)
        widths = [
            next(o["dimensions"][0] for o in seen[0]["objects"] if o["name"] == "Body.001")
            for seen in (first, second)
        ]
        self.assertEqual(widths, [1.0, 2.0])

    def test_nothing_is_left_behind(self):
        render = bpy.context.scene.render
        bpy.context.scene.frame_end, render.fps = 77, 12
        self.scene.objects.cube("Wheel").set_location((1, 2, 3))
        kept = {(type(b).__name__, b.name) for b in compat.data_blocks()}
        addons = set(bpy.context.preferences.addons.keys())
        with importers.imported(os.path.join(self.root, "car.glb")) as objects:
            self.assertEqual([o.name for o in objects], ["Body", "Car", "Wheel"])
        self.assertEqual({(type(b).__name__, b.name) for b in compat.data_blocks()}, kept)
        self.assertEqual((bpy.context.scene.frame_end, render.fps), (77, 12))
        self.assertEqual(set(bpy.context.preferences.addons.keys()), addons)
        self.assertEqual([s.name for s in bpy.data.scenes], ["Scene"])

    def test_what_is_kept_is_bounded(self):
        from rv.engine import shelf

        self.addCleanup(setattr, shelf, "BYTES_MAX", shelf.BYTES_MAX)
        shelf.BYTES_MAX = 1
        for name in ("car.glb", "box.obj", "car.glb"):
            self.scene.assets.load(name)
        found = [n for n in os.listdir(bpy.app.tempdir) if n.startswith("rv-import-")]
        self.assertEqual(len(found), 1)

    def test_exported_files_name_no_temporary_one(self):
        line, _ = self.request(scene(BOXES))
        path = os.path.join(self.root, "out.blend")
        self.assertTrue(self.ask(line, export={"path": path})["ok"])
        compat.open_file(path, False)
        self.assertGreaterEqual({o.name for o in bpy.data.objects}, {"Car", "Wheel", "Box"})
        named = bpy.utils.blend_paths(absolute=True, packed=True, local=False)
        self.assertEqual({os.path.basename(name) for name in named}, {"skin.png"})
        reset()
