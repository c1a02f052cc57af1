# SPDX-License-Identifier: MIT
"""The record says what was built: whatever a file or a script did on its way there."""

import bpy
from support import GREY, FileCase, SampleCase, box, image, passes, scene

INDEX = "ViewLayer.IndexOB.X"


def named(record, name, kind="objects"):
    """A member of the record by its name."""
    return next(member for member in record[kind] if member["name"] == name)


class SavedStateTest(FileCase):
    def test_modes_of_the_user_interface(self):
        found = []
        for mode in ("OBJECT", "EDIT", "SCULPT", "VERTEX_PAINT"):
            self.begin()
            curve = self.add("Curve", bpy.data.curves.new("Curve", "CURVE"), (2, 0, 0))
            spline = curve.data.splines.new("POLY")
            spline.points.add(1)
            spline.points[1].co = (0, 2, 0, 1)
            curve.data.bevel_depth = 0.25
            several = [self.cube("A"), self.cube("B", (-2, 0, 0), 1.0)]
            for obj in [curve, several[0]]:
                bpy.context.view_layer.objects.active = obj
                for other in bpy.context.view_layer.objects:
                    other.select_set(other in several if obj in several else other == obj)
                if obj.type == "MESH" or mode == "EDIT":
                    bpy.ops.object.mode_set(mode=mode)
                if obj == curve:
                    bpy.ops.object.mode_set(mode="OBJECT")
            record, _ = self.open(self.save())
            found.append([[o["dimensions"], o["box3d"]["size"]] for o in record["objects"]])
        self.assertEqual(found[0][0], [[2, 2, 2], [2, 2, 2]])
        for mode in found[1:]:
            self.assertEqual(mode, found[0])

    def test_a_curve_in_edit_mode(self):
        found = []
        for mode in ("OBJECT", "EDIT"):
            self.begin()
            font = self.add("Text", bpy.data.curves.new("Text", "FONT"))
            font.data.body = "I"
            bpy.context.view_layer.objects.active = font
            bpy.ops.object.mode_set(mode=mode)
            record, _ = self.open(self.save())
            found.append(named(record, "Text")["box3d"]["size"])
        self.assertEqual(*found)

    def test_colours_of_the_output_panel(self):
        pictures, diffuse, said = [], [], []
        for override in (False, True):
            blender = self.begin()
            blender.view_settings.view_transform = "Standard"
            bpy.context.view_layer.use_pass_diffuse_color = True
            cube = self.cube(size=4)
            material = bpy.data.materials.new("M")
            compat_nodes(material)["Principled BSDF"].inputs[0].default_value = (0.8, 0.2, 0.1, 1)
            cube.data.materials.append(material)
            if override:
                settings = blender.render.image_settings
                settings.color_management = "OVERRIDE"
                settings.view_settings.view_transform = "Raw"
                settings.view_settings.exposure = 3
                settings.view_settings.gamma = 2
                xyz = [
                    name
                    for name in ("XYZ", "Linear CIE-XYZ E", "Linear CIE-XYZ D65")
                    if name in spaces(settings)
                ]
                settings.linear_colorspace_settings.name = xyz[0]
            path = self.save()
            record, out = self.open(path)
            said.append(self.warnings(path))
            pictures.append((record["render"]["view_transform"], image(out).rows))
            planes = passes(out)
            names = record["channels"]["diffuse_color"]
            diffuse.append([planes.plane(name)[16][16] for name in names])
        for value, right in zip(diffuse[1], (0.8, 0.2, 0.1)):
            self.assertAlmostEqual(value, right, delta=0.05 * right)  # XYZ is far from that
        self.assertEqual(diffuse[0], diffuse[1])
        self.assertEqual(pictures[0], pictures[1])
        self.assertEqual([any("Output panel" in text for text in texts) for texts in said], [0, 1])

    def test_names_that_are_no_utf8(self):
        blender = self.begin()
        cube = self.cube("Xq")
        cube.data.materials.append(bpy.data.materials.new("Yq"))
        self.camera.name = "Zq"
        bpy.context.view_layer.name = "Vq"
        blender.collection.children.link(bpy.data.collections.new("Wq"))
        aov = bpy.context.view_layer.aovs.add()
        aov.name, aov.type = "uq", "VALUE"
        path = self.save(compress=False)
        with open(path, "rb") as file:
            data = file.read()
        for old in (b"OBXq", b"MAYq", b"OBZq", b"Vq\0", b"GRWq", b"uq\0"):
            self.assertIn(old, data)
            data = data.replace(old, old.replace(b"q", b"\xe9"))
        with open(path, "wb") as file:
            file.write(data)
        record, out = self.open(path)
        self.assertEqual(named(record, "X\xe9")["materials"], ["Y\xe9"])
        self.assertEqual(record["camera"]["name"], "Z\xe9")
        self.assertEqual(record["semantic_channels"], ["u\xe9"])
        self.assertEqual(box(passes(out).plane(record["channels"]["index"]), 1), (12, 12, 19, 19))
        told = [text for text in self.warnings(path) if "no UTF-8" in text]
        for word in ("object 'X\xe9'", "material 'Y\xe9'", "view layer 'V\xe9'", "AOV 'u\xe9'"):
            self.assertTrue(any(word in text for text in told), (word, told))

    def test_names_of_properties_that_are_no_utf8(self):
        self.begin()
        self.cube("Box")["kq"] = 1
        path = self.save(compress=False)
        with open(path, "rb") as file:
            data = file.read()
        self.assertEqual(data.count(b"kq\0"), 1)
        with open(path, "wb") as file:
            file.write(data.replace(b"kq\0", b"k\xe9\0"))
        reply, _ = self.run_sample(path, resolution=None, samples=None)
        told = "object 'Box': the name of its property 'k\xe9' is no UTF-8"
        self.assertEqual(reply["error"], {"code": "scene_error", "message": told})

    def test_what_is_not_finite_is_named(self):
        for name, spoil in {
            "object 'Bad'": lambda: setattr(self.cube("Bad"), "location", (0, float("nan"), 0)),
            "light 'Lamp'": lambda: setattr(
                self.add("Lamp", bpy.data.lights.new("Lamp", "POINT")).data, "energy", float("nan")
            ),
            "camera 'Camera'": lambda: setattr(self.camera, "location", (float("nan"), 0, 0)),
        }.items():
            with self.subTest(name):
                self.begin()
                spoil()
                reply, _ = self.run_sample(self.save(), resolution=None, samples=None)
                self.assertFalse(reply["ok"], reply)
                self.assertEqual(reply["error"]["code"], "scene_error", reply)
                self.assertIn(name, reply["error"]["message"])

    def test_a_resolution_that_blender_would_change(self):
        blender = self.begin()
        blender.render.resolution_percentage = 10
        path = self.save()
        self.fails(path, "scene_error", "10 % of 32x32", "4", resolution=None, samples=None)
        self.begin()
        path, asked = self.save(), {"blend": {"percentage": 5}, "resolution": [60, 80]}
        self.fails(path, "scene_error", "5 % of 60x80", "width", **asked)


def compat_nodes(owner):
    """The nodes of a material."""
    from rv.engine import compat

    return compat.use_nodes(owner).nodes


def spaces(settings):
    """The names of the colour spaces that there are."""
    found = settings.linear_colorspace_settings.bl_rna.properties["name"]
    return [item.identifier for item in found.enum_items]


class ShownTest(FileCase):
    def test_other_scenes_and_what_is_in_none(self):
        blender = self.begin()
        self.cube("Here")
        other = bpy.data.scenes.new("Other")
        away = self.cube("There")
        other.collection.objects.link(away)
        blender.collection.objects.unlink(away)
        orphan = self.cube("Nowhere")
        orphan.use_fake_user = True
        blender.collection.objects.unlink(orphan)
        layer = bpy.data.collections.new("Excluded")
        blender.collection.children.link(layer)
        left = self.cube("Left")
        layer.objects.link(left)
        blender.collection.objects.unlink(left)
        bpy.context.view_layer.layer_collection.children["Excluded"].exclude = True
        record, _ = self.open(self.save())
        shown = {o["name"]: o["visible"] for o in record["objects"]}
        wanted = {"Here": True, "There": False, "Nowhere": False, "Left": False}
        self.assertEqual(shown, wanted)


class UnitsTest(FileCase):
    def centimetres(self):
        blender = self.begin()
        blender.unit_settings.system = "METRIC"
        blender.unit_settings.scale_length = 0.01
        parent = self.add("Parent", None, (100, 0, 0))
        cube = self.cube("Cube", (0, 50, 0), 200)
        cube.parent = parent
        self.camera.location = (0, 0, 1000)
        self.camera.data.ortho_scale = 800
        self.camera.data.clip_start, self.camera.data.clip_end = 1, 5000
        lamp = self.add("Lamp", bpy.data.lights.new("Lamp", "POINT"), (0, 0, 300))
        lamp.data.shadow_soft_size = 25
        return blender

    def test_members_are_in_metres(self):
        self.centimetres()
        record, out = self.open(self.save())
        self.assertEqual(record["unit_scale"], 0.01)
        cube = named(record, "Cube")
        self.assertEqual((cube["location"], cube["dimensions"]), ([1, 0.5, 0], [2, 2, 2]))
        self.assertEqual([row[3] for row in cube["matrix_world"]], [1, 0.5, 0, 1])
        self.assertEqual((cube["box3d"]["center"], cube["box3d"]["size"]), ([1, 0.5, 0], [2, 2, 2]))
        corners = [pixel for pixel in cube["box3d"]["pixels"]]
        self.assertEqual(min(corners), [16, 10])
        self.assertEqual(max(corners), [24, 18])
        camera = record["camera"]
        self.assertEqual([row[3] for row in camera["matrix_world"]], [0, 0, 10, 1])
        self.assertEqual((camera["ortho_scale"], camera["clip"]), (8, [0.01, 50]))
        lamp = named(record, "Lamp", "lights")
        self.assertEqual(lamp["location"], [0, 0, 3])
        depth = passes(out).plane(record["channels"]["depth"])
        self.assertAlmostEqual(depth[14][20], 900, delta=1e-3, msg="passes are in Blender's unit")

    def test_of_a_script(self):
        record, _ = self.render(
            scene(
                """
                bpy.context.scene.unit_settings.scale_length = 0.01
                self.lights.point("P").set_radius(25)
                self.lights.area("A").set_shape("RECTANGLE").set_size_xy(100, 200)
                self.objects.cube("C", size=200).set_keypoints({"top": (0, 0, 100)})
                """,
                head="import bpy, rv",
            )
        )
        point, area = record["lights"]
        self.assertEqual((point["radius"], area["size"], area["size_y"]), (0.25, 1, 2))
        self.assertEqual(named(record, "C")["keypoints"][0]["world"], [0, 0, 1])

    def test_other_systems(self):
        for system, scale in (("IMPERIAL", 0.01), ("NONE", 1.0)):
            self.centimetres().unit_settings.system = system
            record, _ = self.open(self.save())
            self.assertEqual(record["unit_scale"], scale, system)
            self.assertEqual(named(record, "Cube")["dimensions"], [200 * scale] * 3)

    def test_what_is_asked_for_is_in_metres(self):
        self.centimetres()
        path = self.save()
        rows = [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3], [0, 0, 0, 1]]
        for camera, where in (
            ({"location": [1, 2, 3], "offset": [1, 0, 0]}, [2, 2, 3]),
            ({"keyframes": [{"frame": 1, "matrix": rows}]}, [1, 2, 3]),
        ):
            record, _ = self.open(path, {"blend": {"camera": camera}})
            pose = record["camera"]["matrix_world"]
            self.assertEqual([row[3] for row in pose[:3]], where)
        aim = {"location": [0, 0, 10], "look_at": [1, 0, 10]}
        record, _ = self.open(path, {"blend": {"camera": aim}})
        for row, right in zip(record["camera"]["matrix_world"], (-1, 0, 0)):
            self.assertAlmostEqual(row[2], right, delta=1e-6)


class MaterialTest(SampleCase):
    def test_a_change_after_it_was_assigned(self):
        record, out = self.render(
            scene(
                GREY,
                """
                self.enable_semantic_channels("rust")
                self.camera.set_location((0, 0, 4))
                m = self.materials.basic("M").set_params(base_color=(1, 0, 0))
                c = self.objects.plane("C", size=8).set_material(m)
                block = c.obj.material_slots[0].material
                m.set_params(base_color=(0, 0, 1)).set_semantic("rust").set_property("p", 2)
                m.set_params(roughness=0.25)
                assert c.obj.material_slots[0].material == block
                self.set_passes("DiffuseColor")
                """,
            )
        )
        (made,) = record["materials"]
        self.assertEqual(made["params"]["base_color"], [0, 0, 1, 1])
        self.assertEqual((made["params"]["roughness"], made["properties"]), (0.25, {"p": 2}))
        self.assertEqual(made["semantics"], {"rust": {"type": "Value", "value": 1.0}})
        planes = passes(out)
        blue = [planes.plane(name)[16][16] for name in record["channels"]["diffuse_color"]]
        self.assertEqual([round(value) for value in blue], [0, 0, 1])
        self.assertEqual(planes.plane(record["channels"]["mask_rust"])[16][16], 1.0)

    def test_a_semantic_channel_that_is_not_enabled(self):
        body = """
            self.enable_semantic_channels("rust")
            for name in "AB":
                m = self.materials.basic(name).set_semantic("rsut").set_semantic("rust")
                self.objects.cube().set_material(m)
            """
        reply, _ = self.run_sample(scene(body))
        told = [text for text in reply["run"]["warnings"] if "semantic channel" in text]
        self.assertEqual(
            [text[:44] for text in told],
            [f"material '{name}' writes the semantic channel 'rs" for name in "AB"],
        )

    def test_what_a_script_changes_in_blender(self):
        record, _ = self.render(
            scene(
                """
                m = self.materials.basic("M").set_params(roughness=0.25)
                c = self.objects.plane("C").set_material(m)
                made = c.obj.material_slots[0].material.node_tree.nodes["Principled BSDF"]
                made.inputs["Roughness"].default_value = 0.75
                made.inputs["Metallic"].default_value = 1.0
                """
            )
        )
        params = record["materials"][0]["params"]
        self.assertEqual((params["roughness"], params["metallic"]), (0.75, 1.0))
        self.assertIsNone(params["base_color"])

    def test_of_another_shader(self):
        record, out = self.render(
            scene(
                """
                self.camera.set_location((0, 0, 4))
                m = rv.ShaderMaterial(rv.PrincipledBSDF(base_color=(1, 0, 0)), name="M")
                self.objects.plane("C", size=8).set_material(m)
                m.set_params(rv.PrincipledBSDF(base_color=(0, 1, 0)))
                self.set_passes("DiffuseColor")
                """
            )
        )
        planes = passes(out)
        green = [planes.plane(name)[16][16] for name in record["channels"]["diffuse_color"]]
        self.assertEqual([round(value) for value in green], [0, 1, 0])
        self.assertIn("0.0, 1.0, 0.0", str(record["materials"][0]["shader"]))


class CopyTest(SampleCase):
    def test_lights_cameras_children(self):
        record, _ = self.render(
            scene(
                """
                lamp = self.lights.spot("L").set_tags("lamp")
                lamp.copy("L2").set_spot_size(20)
                lamp.copy("L3", linked_data=False).set_power(5)
                top = self.objects.empty("Top").set_location((5, 0, 0))
                for name in ("A", "B"):
                    part = self.objects.cube(name).set_tags(name).set_location((0, 1, 0))
                    part.obj.parent = top.obj
                deeper = self.objects.cube("C")
                deeper.obj.parent = bpy.data.objects["B"]
                top.copy("Top2").set_location((-5, 0, 0))
                self.camera = self.camera.copy("Other").set_location((0, 0, 20))
                """,
                head="import bpy, rv",
            )
        )
        self.assertEqual([light["name"] for light in record["lights"]], ["L", "L2", "L3"])
        self.assertEqual([light["light_type"] for light in record["lights"]], ["SPOT"] * 3)
        self.assertEqual([light["tags"] for light in record["lights"]], [["lamp"]] * 3)
        self.assertEqual([light["power"] for light in record["lights"]], [1000, 1000, 5])
        self.assertEqual(record["camera"]["name"], "Other")
        self.assertEqual(record["camera"]["matrix_world"][2][3], 20)
        copies = record["objects"][-5:]
        self.assertEqual([o["name"] for o in copies][:2], ["Top2", "A.001"])
        self.assertEqual([o["tags"] for o in copies][1:3], [["A"], ["B"]])
        self.assertEqual([o["location"] for o in copies][:3], [[-5, 0, 0], [-5, 1, 0], [-5, 1, 0]])

    def test_what_is_not_linked_is_not_visible(self):
        record, _ = self.render(
            scene(
                """
                import bpy
                cube = self.objects.cube("Gone")
                for collection in cube.obj.users_collection:
                    collection.objects.unlink(cube.obj)
                """
            )
        )
        self.assertIs(named(record, "Gone")["visible"], False)


class CategoriesTest(SampleCase):
    def test_in_the_record(self):
        record, _ = self.render(
            scene('self.categories = ["cup", {"name": "box", "id": 7, "supercategory": "thing"}]')
        )
        cup = {"id": 1, "name": "cup", "supercategory": ""}
        self.assertEqual(
            record["categories"], [cup, {"id": 7, "name": "box", "supercategory": "thing"}]
        )
        keys = list(record)
        self.assertEqual(keys.index("categories"), keys.index("tags") + 1)
        self.assertNotIn("categories", self.render(scene("pass"))[0])

    def test_refused_when_set(self):
        for value, text in (
            ('"cup"', "categories must be names, or dicts with a name"),
            ('[{"id": 3}]', "categories[0] must be a name, or a dict with a name"),
            ('["a", {"name": "b", "colour": 1}]', "categories[1] must be a name"),
            ('["a", "a"]', "categories must be different in their name"),
            ('["a", {"name": "b", "id": 1}]', "categories must be different in their id"),
            ('[{"name": "b", "id": -1}]', "categories[0]: id must be a whole number in 0 to"),
            ('[{"name": "b", "id": True}]', "categories[0]: id must be a whole number"),
            ("[3]", "categories[0] must be a name"),
            ('[""]', "categories[0]: name must be a str that is not empty"),
        ):
            self.fails(scene(f"self.categories = {value}"), "scene_error", text, "line 6")
