# SPDX-License-Identifier: MIT
"""Files to choose from, and materials out of folders of textures."""

import os

import model_files
from rv.plain.rng import Stream
from rv.scenes.pbr import role_of
from support import GREY, passes, scene
from test_load import LoadCase

MAPS = {
    "color": (
        "wood_albedo.png",
        "Wood051_2K-JPG_Color.jpg",
        "metal_plate_diff_2k.png",
        "A_Base_Color.PNG",
    ),
    "normal": ("oak_nor_gl_2k.exr", "Oak_NormalGL.png", "x-normal.png"),
    "roughness": ("a_rough_2k.png", "Metal049A_Roughness.jpg"),
    "metallic": ("Metal049A_Metalness.jpg", "plate_METALLIC.png"),
    "ao": ("a_ao_1k.png", "A_Ambient_Occlusion.png", "x_AmbientOcclusion.tif"),
    "height": ("a_disp_2k.png", "A_Displacement.png", "x_height.exr"),
    "alpha": ("leaf_opacity.png",),
    None: ("oak_NormalDX.png", "oak_nor_dx.png", "preview.png", "color.txt", "readme"),
}


class FolderTest(LoadCase):
    def setUp(self):
        super().setUp()
        for name in ("c.exr", "a.exr", "b.exr", "notes.txt"):
            model_files.save(self.root, f"hdris/{name}", "x")

    def test_sorted_and_chosen_by_a_stream(self):
        files = self.scene.assets.folder("./hdris/*.exr")
        self.assertEqual(list(files), ["hdris/a.exr", "hdris/b.exr", "hdris/c.exr"])
        self.assertEqual((len(files), files[1]), (3, "hdris/b.exr"))
        drawn = [files.choice(Stream(seed, "sky")) for seed in range(40)]
        self.assertEqual(set(drawn), set(files))
        again = [files.choice(Stream(seed, "sky")) for seed in range(40)]
        self.assertEqual(drawn, again)
        self.assertEqual(sorted(files.sample(Stream(1, "x"), 3)), list(files))
        self.assertEqual(len(self.scene.assets.folder("hdris")), 4)

    def test_nothing_there(self):
        folder = self.scene.assets.folder
        self.assertRaisesRegex(
            FileNotFoundError,
            r"no file matches 'hdris/\*.hdr'; hdris has: a.exr",
            folder,
            "hdris/*.hdr",
        )
        self.assertRaises(FileNotFoundError, folder, "none/*")

    def test_names_are_part_of_the_key(self):
        script = scene(
            GREY,
            """
            chosen = self.assets.folder("hdris/*.exr").choice(self.rng("sky"))
            self.set_custom_meta(chosen=chosen)
            """,
        )
        reply, _ = self.run_sample(script)
        self.assertTrue(reply["ok"], reply)
        self.assertEqual(reply["deps"], ["hdris/*.exr/", "scene.py"])
        self.assertIn(reply["record"]["custom_meta"]["chosen"][:6], "hdris/")


class TexturesTest(LoadCase):
    def test_roles(self):
        for role, names in MAPS.items():
            for name in names:
                self.assertEqual(role_of(f"metal/{name}"), role, name)

    def oak(self):
        """A folder with one texture of each kind."""
        names = ("Color", "NormalGL", "NormalDX", "Roughness", "AmbientOcclusion", "Displacement")
        for name in names:
            grey = {"Color": (200, 100, 50), "AmbientOcclusion": (128, 128, 128)}.get(name)
            pixel = grey or (128, 128, 255 if "Normal" in name else 128)
            model_files.save(self.root, f"oak/Oak_1K_{name}.png", model_files.png(pixel))

    def test_a_material(self):
        self.oak()
        oak = self.scene.materials.textures("oak", tiles=3)
        cube = self.scene.objects.cube().set_material(oak)
        self.assertEqual(oak.name, "oak")
        nodes = cube.obj.active_material.node_tree.nodes
        found = {os.path.basename(n.image.filepath): n for n in nodes if n.type == "TEX_IMAGE"}
        kinds = {name.split("_")[2]: n.image.colorspace_settings.name for name, n in found.items()}
        self.assertEqual(kinds.pop("Color.png"), "sRGB")
        self.assertEqual(
            set(kinds),
            {f"{k}.png" for k in ("NormalGL", "Roughness", "AmbientOcclusion", "Displacement")},
        )
        self.assertEqual(set(kinds.values()), {"Non-Color"})
        scales = {tuple(n.inputs["Scale"].default_value) for n in nodes if n.type == "MAPPING"}
        self.assertEqual(scales, {(3, 3, 3)})
        principled = next(n for n in nodes if n.type == "BSDF_PRINCIPLED")
        linked = {s.name: s.links[0].from_node.type for s in principled.inputs if s.is_linked}
        self.assertEqual(linked["Normal"], "BUMP")
        self.assertEqual(linked["Roughness"], "TEX_IMAGE")
        self.assertNotIn("Metallic", linked)

    def test_what_it_looks_like(self):
        """The colour is that of the picture by the shade of its own shadows."""
        self.oak()
        body = """
            self.set_passes("DiffuseColor")
            floor = self.objects.plane(size=40).set_material(self.materials.textures("oak"))
            """
        reply, out = self.run_sample(scene(GREY, body))
        self.assertTrue(reply["ok"], reply)
        self.assertIn("oak/*/", reply["deps"])
        self.assertIn("oak/Oak_1K_Roughness.png", reply["deps"])
        material = reply["record"]["materials"][0]
        self.assertEqual(material["shader"]["base_color"]["left"]["path"], "oak/Oak_1K_Color.png")

        def linear(byte):
            return ((byte / 255 + 0.055) / 1.055) ** 2.4

        found = [passes(out).plane(f"ViewLayer.DiffCol.{c}")[16][16] for c in "RGB"]
        wanted = [linear(v) * 128 / 255 for v in (200, 100, 50)]
        self.assertAlmostEqual(found[1] / found[0], wanted[1] / wanted[0], delta=0.01)
        self.assertAlmostEqual(found[0] / wanted[0], 1, delta=0.06)

    def test_errors(self):
        textures = self.scene.materials.textures
        model_files.save(self.root, "rust/rust_normal.png", model_files.png())
        self.assertRaisesRegex(
            ValueError, "rust has no texture named.*rust_normal", textures, "rust"
        )
        self.assertRaisesRegex(
            FileNotFoundError, "no folder rost, did you mean 'rust'", textures, "rost"
        )
        self.assertRaises(FileNotFoundError, textures, "none/oak")
        self.assertRaises(ValueError, textures, "rust", tiles=0)
