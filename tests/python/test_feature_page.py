# SPDX-License-Identifier: MIT
"""The code of the feature page of the existing rv, as it stands there, in scenes around it.

The commands of that page are in tests/feature-page.bats.
"""

import math
import os
import shutil
from unittest import mock

import bpy
from support import GREY, SampleCase, image, passes, scene

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(os.path.dirname(os.path.dirname(HERE)), "examples")

CUBE = """
import rv

class BasicScene(rv.Scene):
    def generate(self, seed):
        self.world.set_params(sun_intensity=0.03)
        cube = (
            self.objects.cube()
            .set_location((1, 0, 0.5))
            .set_scale(0.5)
            .set_tags("cube")
        )
        sphere = (
            self.objects.sphere()
            .set_location((-1, 0, 1))
            .set_shading("smooth")
            .set_tags("sphere")
        )
        plane = self.objects.plane(size=1000)
        empty = self.objects.empty().set_location((0, 0, 1))
        cam = (
            self.camera
            .set_location((7, 7, 3))
            .point_at(empty)
        )
"""

SEED = """
import rv
import random

class BasicScene(rv.Scene):
    def generate(self, seed):
        rng = random.Random(seed)
        self.world = rv.BasicWorld()
        self.objects.cube().set_location((rng.random(), rng.random(), 0))
"""

# `uv` comes from no Debian package: the one here runs the program with Python.
UV = """#!/bin/sh
[ "$1" = run ] || exit 2
exec python3 -I "$2"
"""

GENERATOR = """
import json, os, sys
request = json.load(sys.stdin)
path = os.path.join(request["work_dir"], "green.ppm")
with open(path, "w") as file:
    file.write("P3 1 1 255 0 200 0 ")
json.dump({"result": "green.ppm"}, sys.stdout)
"""


def used(record, tag):
    """Objects of a record with a tag, but the first: sources are made first."""
    return [o for o in record["objects"] if tag in o["tags"]][1:]


class FeaturePageTest(SampleCase):
    def asset(self, name):
        """Puts an asset of the examples beside the script."""
        shutil.copy(os.path.join(EXAMPLES, name), self.scratch)

    def picture(self, name, color, kind):
        """An image file of one linear colour beside the script."""
        picture = bpy.data.images.new(name, 8, 8)
        picture.pixels.foreach_set([*color, 1.0] * 64)
        picture.file_format = kind
        picture.filepath_raw = os.path.join(self.scratch, name)
        picture.save()

    def test_build_scenes(self):
        record, out = self.render(CUBE)
        self.assertEqual(
            [o["name"] for o in record["objects"]], ["Camera", "Cube", "Sphere", "Plane", "Empty"]
        )
        self.assertEqual([o["tags"] for o in record["objects"]], [[], ["cube"], ["sphere"], [], []])
        seen = {v for row in passes(out).plane(record["channels"]["index"]) for v in row}
        self.assertLessEqual({2, 3, 4}, seen)

    def test_seed(self):
        places = []
        for seed in (3, 3, 4):
            record, _ = self.render(SEED, seed=seed)
            places.append(record["objects"][1]["location"])
        self.assertEqual(places[0], places[1])
        self.assertNotEqual(places[0], places[2])

    def test_generators(self):
        self.write("gen.py", GENERATOR)
        os.chmod(self.write("bin/uv", UV), 0o755)
        path = os.path.join(self.scratch, "bin") + os.pathsep + os.environ["PATH"]
        body = """
            generator = self.generators.init("uv run ./gen.py")
            texture_path = generator.generate_path()
            shader = rv.PrincipledBSDF(base_color=rv.TextureImage(texture_path), roughness=1.0)
            self.objects.plane(size=50).set_material(rv.ShaderMaterial(shader))
        """
        with mock.patch.dict(os.environ, {"PATH": path}):
            _, out = self.render(scene(GREY, body))
        red, green, blue = image(out).rows[16][64:67]
        self.assertGreater(green, 2 * max(red, blue))

    def test_assets(self):
        self.asset("2_properties/rock.blend")
        body = """
            rock_loader = self.assets.object("./rock.blend", "Rock")
            rock = rock_loader.create_instance()
        """
        record, out = self.render(scene(GREY, body))
        self.assertEqual([o["name"] for o in record["objects"]][1:], ["Rock.001"])
        seen = {v for row in passes(out).plane(record["channels"]["index"]) for v in row}
        self.assertEqual(seen, {0, 2})

    def test_shader_graph(self):
        self.picture("base.jpg", (0.5, 0.1, 0.1), "JPEG")
        self.picture("normal.png", (0.5, 0.5, 1.0), "PNG")
        body = """
            base = rv.TextureImage("base.jpg") * 0.7 + 0.1
            normal = rv.NormalMap(
                color=rv.TextureImage("normal.png", colorspace="Non-Color"),
                strength=0.2,
            )
            shader = rv.PrincipledBSDF(
                base_color=base,
                roughness=0.35,
                metallic=0.05,
                normal=normal,
            )
            material = rv.ShaderMaterial(shader, name="ShaderGraphMaterial")
            self.objects.plane(size=50).set_material(material)
        """
        record, out = self.render(scene(GREY, body))
        (material,) = record["materials"]
        self.assertEqual(material["name"], "ShaderGraphMaterial")
        self.assertEqual(material["shader"]["base_color"]["operation"], "ADD")
        red, green, _ = image(out).rows[16][64:67]
        self.assertGreater(red, 1.2 * green)

    def test_properties(self):
        body = """
            material = rv.bpy.data.materials.new("Skin")
            material.use_nodes = True
            nodes = material.node_tree.nodes
            attribute = nodes.new("ShaderNodeAttribute")
            attribute.attribute_type, attribute.attribute_name = "OBJECT", "color_base"
            socket = nodes["Principled BSDF"].inputs["Base Color"]
            material.node_tree.links.new(attribute.outputs["Color"], socket)
            obj = self.objects.plane(size=50)
            obj.obj.data.materials.append(material)
        """
        greys = []
        for value in ("(0.93, 0.92, 0.91)", "(0.1, 0.1, 0.1)"):
            record, out = self.render(scene(GREY, body, f'obj.set_property("color_base", {value})'))
            greys.append(image(out).rows[16][64])
        self.assertEqual(record["objects"][1]["properties"], {"color_base": [0.1, 0.1, 0.1]})
        self.assertGreater(greys[0], greys[1] + 50)

    def test_modifier_inputs(self):
        self.asset("2_properties/rock.blend")
        body = 'obj = self.assets.object("rock.blend", "Rock").create_instance()'
        plain, _ = self.render(scene(GREY, body))
        sizes = []
        for line in (
            'obj.set_modifier_input("seed", 123.4)',
            'obj.set_modifier_input("seed", 123.4, modifier_name="RockGenerator")',
        ):
            record, _ = self.render(scene(GREY, body, line))
            (entry,) = record["objects"][1]["modifier_parameters"]
            self.assertEqual(
                entry,
                {"modifier_name": "RockGenerator", "parameter_name": "seed", "value": 123.4},
            )
            sizes.append(record["objects"][1]["dimensions"])
        self.assertEqual(*sizes)
        self.assertNotEqual(sizes[0], plain["objects"][1]["dimensions"])

    SOURCE = """
        source = self.objects.cube(size=0.2).set_tags("pebble").set_location((0, 0, -1000))
        object_loader = source.as_loader()
        domain = rv.Domain.ellipse(center=(0, 0), radii=(12, 6), z=0.0)
    """

    def assert_in_ellipse(self, things):
        for thing in things:
            x, y, z = thing["location"]
            self.assertLessEqual((x / 12) ** 2 + (y / 6) ** 2, 1 + 1e-6)
            self.assertEqual(z, 0)

    def assert_apart(self, things, least):
        for i, a in enumerate(things):
            for b in things[:i]:
                self.assertGreater(math.dist(a["location"], b["location"]), least)

    def test_scatter_by_sphere(self):
        body = """
            self.scatter_by_sphere(source=object_loader, count=350, domain=domain, min_gap=0.15)
        """
        record, _ = self.render(scene(GREY, self.SOURCE, body))
        pebbles = used(record, "pebble")
        self.assertEqual(len(pebbles), 350)
        self.assert_in_ellipse(pebbles)
        # Circles about the cubes, 0.1 * sqrt(2) in radius, keep the gap.
        self.assert_apart(pebbles, 0.2 * math.sqrt(2) + 0.15 - 1e-5)

    def test_scatter_by_bvh(self):
        body = """
            self.scatter_by_bvh(source=object_loader, count=300, domain=domain, min_gap=0.2)
        """
        record, _ = self.render(scene(GREY, self.SOURCE, body))
        pebbles = used(record, "pebble")
        self.assertEqual(len(pebbles), 300)
        self.assert_in_ellipse(pebbles)
        self.assert_apart(pebbles, 0.2 + 0.2 - 1e-5)  # circles inside of the cubes keep it

    def test_scatter_parametric(self):
        body = """
            source = rv.ParametricSource(object_loader)
            source.set_sampler(lambda rng: rng.uniform(0.5, 2.0))
            source.set_applier(lambda obj, value: obj.set_scale(value).set_property("s", value))
            self.scatter_parametric(source=source, count=30, domain=domain, strategy="bvh")
        """
        record, _ = self.render(scene(GREY, self.SOURCE, body))
        pebbles = used(record, "pebble")
        self.assertEqual(len(pebbles), 30)
        self.assert_in_ellipse(pebbles)
        self.assertEqual(len({p["properties"]["s"] for p in pebbles}), 30)
        for pebble in pebbles:
            self.assertAlmostEqual(pebble["scale"][0], pebble["properties"]["s"], places=5)

    def test_custom_domain(self):
        body = """
            domain = rv.Domain.custom(
                dimension=3,
                contains_point=lambda point, margin: (
                    (point.z * point.z) < (point.x * point.x + point.y * point.y)
                ),
                aabb=lambda inset_margin: (
                    rv.Vector((-10.0, -10.0, -6.0)),
                    rv.Vector((10.0, 10.0, 6.0)),
                ),
            )
            self.scatter(object_loader, 100, domain)
        """
        record, _ = self.render(scene(GREY, self.SOURCE, body))
        pebbles = used(record, "pebble")
        self.assertEqual(len(pebbles), 100)
        for pebble in pebbles:
            x, y, z = pebble["location"]
            self.assertLess(z * z, x * x + y * y)
            self.assertTrue(abs(x) <= 10 and abs(y) <= 10 and abs(z) <= 6)

    def test_semantic_channels(self):
        self.asset("4_semantic_aov/metal.blend")
        body = """
            self.enable_semantic_channels("rust", "clean_metal")
            self.set_semantic_mask_threshold(0.5)
            drum = self.assets.object("metal.blend", "Drum").create_instance()
            drum.set_property("rust_amount", 0.5).rotate_around_axis((1, 0, 0), 90).set_scale(4)
        """
        record, out = self.render(scene(GREY, body))
        self.assertEqual(record["semantic_mask_threshold"], 0.5)
        exr = passes(out)
        both = [exr.plane(record["channels"][f"mask_{c}"]) for c in ("rust", "clean_metal")]
        seen = [sum(v > 0.5 for row in plane for v in row) for plane in both]
        index = exr.plane(record["channels"]["index"])
        self.assertEqual(sum(seen), sum(v == 2 for row in index for v in row))
        self.assertGreater(min(seen), 0)

    def test_physics(self):
        body = """
            plane = self.objects.plane(size=20)
            cube = self.objects.cube(size=1).set_location((0, 0, 3))
            plane.add_rigidbody(mode="box", body_type="PASSIVE", friction=0.9)
            cube.add_rigidbody(
                mode="box",
                body_type="ACTIVE",
                mass=0.2,
                collision_margin=0.01,
                use_deactivation=True,
                deactivate_linear_velocity=0.15,
                deactivate_angular_velocity=0.2,
            )
            rv.simulate_physics(
                frames=120,
                substeps=12,
                solver_iterations=30,
                use_split_impulse=True,
                time_scale=1.0,
            )
        """
        record, _ = self.render(scene(GREY, body))
        cube = record["objects"][2]
        self.assertEqual(cube["name"], "Cube")
        for value, expected in zip(cube["location"], (0, 0, 0.5)):
            self.assertAlmostEqual(value, expected, delta=0.02)

    def test_export_and_import(self):
        body = """
            for i in range(3):
                self.objects.cube(f"Part {i}").set_location((i, 0, 0)).set_tags(f"part-{i}")
        """
        target = {
            "path": os.path.join(self.scratch, "exported.blend"),
            "freeze_physics": True,
            "pack_resources": False,
        }
        line, _ = self.request(scene(GREY, body))
        reply = self.ask(line, export=target)
        self.assertTrue(reply["ok"], reply)
        body = """
            CUBE_NAMES = ["Part 0", "Part 2"]
            loaders = self.assets.objects("exported.blend", import_names=CUBE_NAMES)
            for loader in loaders:
                obj = loader.create_instance()
                obj = loader.create_instance()
        """
        record, _ = self.render(scene(GREY, body))
        parts = sorted((o["location"][0], *o["tags"]) for o in record["objects"] if o["tags"])
        self.assertEqual(parts, [(0, "part-0")] * 2 + [(2, "part-2")] * 2)
