# SPDX-License-Identifier: MIT
"""Objects, materials and worlds out of .blend files, written here by this very Blender."""

import os

import bpy
import rv
from rv.scenes.assets import names_in
from support import GREY, SampleCase, reset, scene


class AssetTest(SampleCase):
    def setUp(self):
        super().setUp()
        reset()
        for name, shift in (("Rock", 1.0), ("Pebble", 0.5), ("Base", 2.0)):
            mesh = bpy.data.meshes.new(name)
            mesh.from_pydata([(0, 0, 0), (shift, 0, 0), (0, shift, 0)], [], [(0, 1, 2)])
            obj = bpy.data.objects.new(name, mesh)
            obj.pass_index = 7
            bpy.context.scene.collection.objects.link(obj)
        bpy.data.objects["Rock"].parent = bpy.data.objects["Base"]
        for name in ("Rust", "Steel"):
            material = bpy.data.materials.new(name)
            material.use_fake_user = True
            material.pass_index = 9
        bpy.data.objects["Rock"].data.materials.append(bpy.data.materials["Rust"])
        world = bpy.data.worlds.new("Dusk")
        world.use_nodes = True
        world.node_tree.nodes["Background"].inputs["Color"].default_value = (0.25, 0, 0, 1)
        bpy.context.scene.world = world
        bpy.ops.wm.save_as_mainfile(
            filepath=os.path.join(self.root, "lib.blend"), check_existing=False
        )
        reset()

    def loaded(self):
        """A scene whose working directory is the root."""
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.root)
        reset()
        return rv.Scene()

    def test_object(self):
        s = self.loaded()
        rock = s.assets.object("./lib.blend", "Rock").create_instance()
        self.assertEqual((rock.index, rock.obj.pass_index), (2, 2))
        self.assertEqual(rock.obj.rotation_mode, "QUATERNION")
        self.assertEqual(len(rock.obj.data.vertices), 3)
        first = s.assets.object("lib.blend").create_instance(name="First")
        self.assertEqual(first.obj.name, "First")
        self.assertEqual({o.pass_index for o in bpy.data.objects} - {1, 2, 3}, {0})

    def test_object_without_a_name(self):
        """The first that has a surface, whatever lights and cameras are called."""
        reset()
        for name, data in (
            ("Zebra", bpy.data.meshes.new("m")),
            ("Mug", bpy.data.meshes.new("n")),
            ("Zoom", bpy.data.cameras.new("c")),
            ("Zz", bpy.data.lights.new("l", "POINT")),
            ("Anchor", None),
        ):
            bpy.context.scene.collection.objects.link(bpy.data.objects.new(name, data))
        path = os.path.join(self.root, "mug.blend")
        bpy.ops.wm.save_as_mainfile(filepath=path, check_existing=False)
        s = self.loaded()
        with self.assertWarnsRegex(UserWarning, "several objects: Mug, Zebra; 'Mug' was taken"):
            mug = s.assets.object("mug.blend").create_instance()
        self.assertEqual((mug.obj.name[:3], mug.obj.type), ("Mug", "MESH"))

    def test_same_asset_many_times(self):
        s = self.loaded()
        made = [s.assets.object("lib.blend", "Rock").create_instance() for _ in range(5)]
        self.assertEqual(len({o.obj.data.as_pointer() for o in made}), 1)
        self.assertEqual([o.index for o in made], [2, 3, 4, 5, 6])
        self.assertEqual(len([m for m in bpy.data.meshes if m.name.startswith("Rock")]), 1)
        own = s.assets.object("lib.blend", "Rock").create_instance(linked_data=False)
        self.assertIsNot(own.obj.data, made[0].obj.data)

    def test_objects(self):
        s = self.loaded()
        loaders = s.assets.objects("lib.blend")
        names = names_in("objects", "lib.blend")
        self.assertEqual(sorted(names), ["Base", "Pebble", "Rock"])
        self.assertEqual([loader.obj.name for loader in loaders], names)
        for wanted in (["Rock", "Base"], ["Base", "Rock"]):
            some = s.assets.objects("lib.blend", import_names=wanted)
            self.assertEqual(
                [loader.obj.name for loader in some], [n for n in names if n in wanted]
            )
            self.assertTrue({loader.obj for loader in some} < {loader.obj for loader in loaders})

    def test_errors(self):
        s = self.loaded()
        self.assertRaisesRegex(ValueError, "Pebble", s.assets.object, "lib.blend", "Moon")
        self.assertRaisesRegex(
            ValueError, "Moon.*Pebble", s.assets.objects, "lib.blend", ["Rock", "Moon"]
        )
        self.assertRaises(OSError, s.assets.object, "missing.blend")
        with open("broken.blend", "w", encoding="utf-8") as file:
            file.write("no blend file")
        self.assertRaises(OSError, s.assets.objects, "broken.blend")
        bpy.data.libraries.write(os.path.join(self.root, "empty.blend"), set())
        self.assertRaisesRegex(ValueError, "no objects", s.assets.object, "empty.blend")

    def test_material(self):
        s = self.loaded()
        steel = s.materials.imported("./lib.blend", "Steel")
        self.assertIs(steel.set_params(wear=0.5), steel)
        self.assertEqual((steel.filepath, steel.index), ("lib.blend", None))
        cube = s.objects.cube().set_material(steel)
        made = cube.obj.data.materials[0]
        self.assertEqual(
            (made.name, made["wear"], made.pass_index, steel.index), ("Steel", 0.5, 1, 1)
        )
        first = names_in("materials", "lib.blend")[0]
        self.assertTrue(s.materials.imported("lib.blend").resolve(s).name.startswith(first))
        self.assertRaisesRegex(
            ValueError, "Rust", s.materials.imported("lib.blend", "Gold").resolve, s
        )

    def test_sample(self):
        reply, _ = self.run_sample(
            scene(
                GREY,
                """
            rock = self.assets.object("./lib.blend", "Rock").create_instance().set_tags("rock")
            rock.set_material(self.materials.imported("lib.blend", "Steel").set_semantic("steel"))
            self.enable_semantic_channels("steel")
            """,
            )
        )
        self.assertTrue(reply["ok"], reply)
        self.assertEqual(reply["deps"], ["lib.blend", "scene.py"])
        material = reply["record"]["materials"][0]
        self.assertEqual((material["name"], material["filepath"]), ("Steel", "lib.blend"))
        self.assertEqual(reply["record"]["objects"][1]["materials"], ["Steel"])

    def test_world(self):
        s = self.loaded()
        world = rv.ImportedWorld("lib.blend").set_params(k=1)
        world.apply(s)
        self.assertEqual((bpy.context.scene.world.name, bpy.context.scene.world["k"]), ("Dusk", 1))
        self.assertRaisesRegex(ValueError, "Dusk", rv.ImportedWorld("lib.blend", "Dawn").apply, s)
