# SPDX-License-Identifier: MIT
"""Exported .blend files: their metadata, frozen physics, packed resources, and the way back."""

import json
import os

import bpy
import rv
from rv.plain.exported import restore
from support import GREY, SampleCase, reset, scene

SCENE = scene(
    GREY,
    """
    self.set_tags("pile", "test").set_custom_meta(run=3)
    self.set_passes(rv.RenderPass.NORMAL)
    self.resolution = (48, 32)
    steel = self.materials.basic("Steel").set_params(metallic=1.0).set_custom_meta(batch=7)
    box = self.objects.cube("Box", size=1).set_location((1, 2, 3)).set_tags("b", "a")
    box.set_property("mass", 2.5).set_property("tint", (0.25, 0.5, 1.0)).set_material(steel)
    box.set_custom_meta(origin={"x": 1})
    self.objects.sphere("Ball").set_location((seed, 0, 0))
    self.lights.sun("Noon", power=2).set_tags("day")
    """,
)


class ExportCase(SampleCase):
    def export(self, script, name="file.blend", seed=5, **how):
        """The reply to a request, and the path of the file."""
        path = os.path.join(self.root, name)
        line, _ = self.request(script, seed)
        return self.ask(line, export={"path": path, **how}), path

    def opened(self, script, **how):
        """An exported file, opened."""
        reply, path = self.export(script, **how)
        self.assertTrue(reply["ok"], reply)
        bpy.ops.wm.open_mainfile(filepath=path)
        self.addCleanup(reset)
        return reply["record"]

    def loaded(self, script, **how):
        """An empty scene beside an exported file."""
        reply, path = self.export(script, **how)
        self.assertTrue(reply["ok"], reply)
        reset()
        self.addCleanup(reset)
        return rv.Scene(), path


class MetadataTest(ExportCase):
    def test_scene(self):
        self.opened(SCENE)
        blender = bpy.context.scene
        self.assertEqual((blender["rv_export_version"], blender["rv_exported"]), (1, True))
        meta = json.loads(blender["rv_scene_json"])
        self.assertEqual(list(meta), sorted(meta))
        self.assertEqual(
            meta,
            {
                "schema_version": 1,
                "script_path": "scene.py",
                "root_dir": ".",
                "cwd": ".",
                "work_dir": "",
                "resolution": [48, 32],
                "time_limit": None,
                "seed": 5,
                "seed_mode": "seq",
                "passes": ["Normal"],
                "tags": ["pile", "test"],
                "semantic_channels": [],
                "semantic_mask_threshold": 0.5,
                "custom_meta": {"run": 3},
            },
        )
        collection = bpy.data.collections["Generated"]
        self.assertEqual(collection["rv_export_version"], 1)
        self.assertTrue(collection["rv_generated_collection"])
        self.assertEqual(
            (blender.render.resolution_x, blender.render.resolution_y, blender.render.engine),
            (48, 32, "CYCLES"),
        )
        self.assertTrue(bpy.context.view_layer.use_pass_normal)

    def test_objects_lights_materials(self):
        record = self.opened(SCENE)
        self.assertEqual(record, {"objects": 3, "lights": 1, "materials": 1, "frozen": 0})
        box = bpy.data.objects["Box"]
        self.assertEqual((box["rv_export_version"], box["rv_generated"]), (1, True))
        self.assertEqual((box["rv_object_index"], box.pass_index), (2, 2))
        self.assertEqual(json.loads(box["rv_tags_json"]), ["a", "b"])
        meta = json.loads(box["rv_object_json"])
        self.assertEqual(meta["location"], [1.0, 2.0, 3.0])
        self.assertEqual(meta["properties"], {"mass": 2.5, "tint": [0.25, 0.5, 1.0]})
        self.assertEqual(meta["custom_meta"], {"origin": {"x": 1}})
        self.assertEqual(bpy.data.objects["Camera"]["rv_object_index"], 1)
        noon = json.loads(bpy.data.objects["Noon"]["rv_object_json"])
        self.assertEqual((noon["light_type"], noon["tags"]), ("SUN", ["day"]))
        steel = bpy.data.materials["Steel"]
        self.assertEqual((steel["rv_material_index"], steel["rv_generated"]), (1, True))
        self.assertEqual(json.loads(steel["rv_material_json"])["custom_meta"], {"batch": 7})

    def test_no_absolute_path_in_metadata(self):
        self.opened(
            SCENE + '        self.set_custom_meta(where=__file__, at=self._stage.root + "/x")\n'
        )
        blocks = [bpy.context.scene, *bpy.data.objects, *bpy.data.materials, *bpy.data.collections]
        texts = [v for b in blocks for v in b.values() if isinstance(v, str)]
        self.assertTrue(texts)
        for text in texts:
            self.assertNotIn(self.root, text)
            self.assertNotIn(os.path.realpath(self.root), text)

    def test_twice_alike_and_no_backup(self):
        found = []
        for _ in range(2):
            self.opened(SCENE)
            found.append(bpy.context.scene["rv_scene_json"])
        self.assertEqual(*found)
        self.assertEqual(
            [n for n in os.listdir(self.root) if ".blend" in n],
            ["file.blend"],
        )

    def test_errors(self):
        reply, path = self.export(scene("self.nothing()"))
        self.assertEqual(reply["error"]["code"], "scene_error")
        self.assertIn("scene.py, line 6", reply["error"]["message"])
        self.assertFalse(os.path.exists(path))
        reply, _ = self.export(scene("self.objects.cube().set_custom_meta(f=len)"))
        self.assertIn("custom_meta", reply["error"]["message"])
        reply, _ = self.export(SCENE, name="no/such/file.blend")
        self.assertEqual(reply["error"]["code"], "render_error")
        reply = self.ask(self.request(SCENE)[0], export={"path": "relative.blend"})
        self.assertEqual(reply["error"]["code"], "bad_request")


class FreezeTest(ExportCase):
    FALL = scene(
        GREY,
        """
        blender = rv.bpy.context.scene
        rv.bpy.ops.rigidbody.world_add()
        blender.rigidbody_world.collection = rv.bpy.data.collections.new("bodies")
        box = self.objects.cube("Box", size=1).set_location((0, 0, 9))
        hand = self.objects.empty("Hand").set_location((0, 0, 1))
        ball = self.objects.sphere("Ball").set_location((4, 0, 9))
        ball.obj.parent = hand.obj
        for obj in (box.obj, ball.obj):
            blender.rigidbody_world.collection.objects.link(obj)
        for frame in range(1, 12):
            blender.frame_set(frame)
        """,
    )

    def test_frozen(self):
        record = self.opened(self.FALL, freeze_physics=True)
        self.assertEqual(record["frozen"], 2)
        blender = bpy.context.scene
        self.assertIsNone(blender.rigidbody_world)
        self.assertTrue(blender["rv_physics_frozen"])
        self.assertEqual(
            json.loads(blender["rv_physics_freeze_json"]),
            {"frozen_objects": 2, "frame": 11, "method": "final_transform_snapshot"},
        )
        for name in ("Box", "Ball"):
            obj = bpy.data.objects[name]
            self.assertIsNone(obj.rigid_body)
            self.assertTrue(obj["rv_physics_frozen"])
            height = obj.matrix_world.translation.z
            fallen = 9.0 + (name == "Ball") - height  # s = g t^2 / 2, ten frames at 24 a second
            self.assertAlmostEqual(fallen, 0.5 * 9.81 * (10 / 24) ** 2, delta=0.1)
            self.assertAlmostEqual(
                json.loads(obj["rv_object_json"])["matrix_world"][2][3], height, places=5
            )
        self.assertNotIn("rv_physics_frozen", bpy.data.objects["Hand"])
        at = bpy.data.objects["Box"].matrix_world.translation.z
        blender.frame_set(1)
        self.assertEqual(bpy.data.objects["Box"].matrix_world.translation.z, at)

    def test_not_frozen(self):
        record = self.opened(self.FALL)
        self.assertEqual(record["frozen"], 0)
        self.assertIsNotNone(bpy.context.scene.rigidbody_world)
        self.assertIsNotNone(bpy.data.objects["Box"].rigid_body)
        self.assertNotIn("rv_physics_frozen", bpy.context.scene)


class ResourceTest(ExportCase):
    TEXTURED = scene(
        GREY,
        """
        picture = rv.TextureImage("art/dots.png")
        shader = rv.PrincipledBSDF(base_color=picture)
        self.objects.cube().set_material(rv.ShaderMaterial(shader))
        """,
    )

    def setUp(self):
        super().setUp()
        os.makedirs(os.path.join(self.root, "art"))
        picture = bpy.data.images.new("dots", 4, 4)
        picture.filepath_raw = os.path.join(self.root, "art", "dots.png")
        picture.file_format = "PNG"
        picture.save()

    def image(self):
        return next(image for image in bpy.data.images if "dots" in image.name)

    def test_relative_to_the_file(self):
        os.makedirs(os.path.join(self.root, "out"))
        self.opened(self.TEXTURED, name="out/file.blend")
        self.assertEqual(self.image().filepath.replace("\\\\", "/"), "//../art/dots.png")
        self.assertIsNone(self.image().packed_file)
        self.assertEqual(tuple(self.image().size), (4, 4))

    def test_packed(self):
        self.opened(self.TEXTURED, pack_resources=True)
        self.assertIsNotNone(self.image().packed_file)


class RoundTripTest(ExportCase):
    def test_tags_and_properties_come_back(self):
        s, path = self.loaded(SCENE)
        box = s.assets.object(path, "Box").create_instance()
        self.assertEqual(box.tags, {"a", "b"})
        self.assertEqual(box.properties, {"mass": 2.5, "tint": [0.25, 0.5, 1.0]})
        self.assertEqual(box.custom_meta, {"origin": {"x": 1}})
        self.assertEqual(box.obj["mass"], 2.5)
        self.assertEqual(tuple(box.obj.location), (1, 2, 3))
        self.assertEqual([m.name for m in box.obj.data.materials], ["Steel"])

    def test_all_objects(self):
        s, path = self.loaded(SCENE)
        loaders = s.assets.objects(path)
        self.assertEqual(
            {x.obj.name.split(".")[0] for x in loaders}, {"Box", "Ball", "Camera", "Noon"}
        )

    def test_same_asset_many_times(self):
        s, path = self.loaded(SCENE)
        made = [s.assets.object(path, n).create_instance() for n in ("Box", "Ball", "Box", "Box")]
        made += [x.create_instance() for x in s.assets.objects(path, ["Box", "Ball"])]
        self.assertEqual([o.index for o in made], [2, 3, 4, 5, 6, 7])
        indices = [o.pass_index for o in bpy.data.objects if o.pass_index]
        self.assertEqual(sorted(indices), list(range(1, 8)))
        self.assertEqual([m.pass_index for m in bpy.data.materials], [0])
        made[0].add_tags("new").custom_meta["origin"]["x"] = 2
        self.assertEqual(made[2].tags, {"a", "b"})
        self.assertEqual(made[2].custom_meta, {"origin": {"x": 1}})

    def test_copy_keeps_what_was_changed(self):
        s, path = self.loaded(SCENE)
        box = s.assets.object(path, "Box").create_instance().set_tags("mine")
        del box.properties["mass"]
        copy = box.copy()
        self.assertEqual(copy.tags, {"mine"})
        self.assertEqual(copy.properties, {"tint": [0.25, 0.5, 1.0]})

    def test_exported_again(self):
        self.export(SCENE, name="one.blend")
        again = scene(
            GREY,
            """
            box = self.assets.object("one.blend", "Box").create_instance().add_tags("c")
            """,
        )
        s, path = self.loaded(again, name="two.blend")
        box = s.assets.object(path, "Box.001").create_instance()  # "Box" is the one it came from
        self.assertEqual(box.tags, {"a", "b", "c"})

    def test_rendered(self):
        self.export(SCENE)
        record, _ = self.render(
            scene(
                GREY,
                """
                for _ in range(2):
                    self.assets.object("file.blend", "Box").create_instance()
                """,
            )
        )
        boxes = record["objects"][1:]
        self.assertEqual(
            [(b["index"], b["tags"]) for b in boxes], [(2, ["a", "b"]), (3, ["a", "b"])]
        )
        self.assertEqual(boxes[0]["properties"], {"mass": 2.5, "tint": [0.25, 0.5, 1.0]})


class RestoreTest(ExportCase):
    def test_tags_alone(self):
        self.assertEqual(restore({"rv_tags_json": '["b","a"]'}), {"tags": ["b", "a"]})
        self.assertEqual(restore({"rv_tags_json": '["b"]', "rv_object_json": "{"}), {"tags": ["b"]})

    def test_malformed_is_ignored(self):
        self.assertEqual(restore({}), {})
        for text in ("", "{", "[]", "7", "null", '"x"', "[" * 100000, 5, b"x", None):
            self.assertEqual(restore({"rv_object_json": text}), {}, text)
        for text in ("{}", "[1]", '["a",2]', "[[]]", "x"):
            self.assertEqual(restore({"rv_tags_json": text}), {}, text)
        wrong = {
            "tags": ["ok"],
            "properties": [],
            "modifier_parameters": [{"modifier_name": "m"}],
            "custom_meta": 1,
        }
        self.assertEqual(restore({"rv_object_json": json.dumps(wrong)}), {"tags": ["ok"]})

    def test_malformed_on_an_object(self):
        reset()
        s = rv.Scene()
        cube = s.objects.cube()
        cube.obj["rv_object_json"] = "{broken"
        cube.obj["rv_tags_json"] = '["kept"]'
        self.assertEqual(rv.Object(cube.obj.copy(), s).tags, {"kept"})
