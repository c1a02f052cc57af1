# SPDX-License-Identifier: MIT
"""Worlds: parameters, nodes, and what they look like."""

import math
import os

import bpy
import rv
from support import SampleCase, SceneCase, image, passes, scene
from test_materials import write_png


class WorldTest(SceneCase):
    def node(self, kind):
        tree = bpy.context.scene.world.node_tree
        return next(node for node in tree.nodes if node.bl_idname == kind)

    def test_basic(self):
        world = rv.BasicWorld()
        self.assertIs(world.set_params(color=(1, 0.5, 0)), world)
        world.set_params(strength=2)
        self.assertEqual((world.color, world.strength), ((1, 0.5, 0, 1), 2))
        self.assertRaises(TypeError, world.set_params, color=1)
        world.apply(self.scene)
        inputs = self.node("ShaderNodeBackground").inputs
        self.assertEqual(tuple(inputs["Color"].default_value), (1, 0.5, 0, 1))
        self.assertEqual(inputs["Strength"].default_value, 2)

    def test_sky(self):
        world = self.scene.world
        self.assertEqual((world.air, world.aerosol_density, world.ozone), (0.1, 0.01, 10.0))
        self.assertIs(world.set_params(sun_intensity=0.03), world)
        world.set_params(
            strength=0.5,
            sun_size=2,
            sun_elevation=30,
            rotation_z=90,
            air=1,
            aerosol_density=0.5,
            ozone=3,
        )
        world.altitude = 100
        world.apply(self.scene)
        sky = self.node("ShaderNodeTexSky")
        self.assertAlmostEqual(sky.sun_intensity, 0.03, delta=1e-6)
        self.assertAlmostEqual(sky.sun_elevation, math.radians(30), delta=1e-6)
        self.assertAlmostEqual(sky.sun_rotation, math.pi / 2, delta=1e-6)
        self.assertAlmostEqual(sky.sun_size, math.radians(2), delta=1e-6)
        dust = getattr(sky, "aerosol_density", None) or sky.dust_density
        self.assertEqual((sky.air_density, dust, sky.ozone_density, sky.altitude), (1, 0.5, 3, 100))
        self.assertEqual(self.node("ShaderNodeBackground").inputs["Strength"].default_value, 0.5)

    def test_light_of_a_sky_is_set_where_none_was_asked_for(self):
        def light(**values):
            rv.SkyWorld().set_params(**values).apply(self.scene)
            sky, background = self.node("ShaderNodeTexSky"), self.node("ShaderNodeBackground")
            strength = background.inputs["Strength"].default_value
            numbers = (strength, sky.sun_intensity, math.degrees(sky.sun_elevation))
            return [round(number, 4) for number in numbers]

        self.assertEqual(light(), [0.42, 0.055, 45])
        self.assertEqual(light(sun_elevation=20), [0.42, 0.055, 20])
        self.assertEqual(light(strength=0.5), [0.5, 1, 15])
        self.assertEqual(light(sun_intensity=0.03), [1, 0.03, 15])
        self.assertEqual(light(strength=2, sun_elevation=60), [2, 1, 60])

    def test_replaces_nodes(self):
        for _ in range(2):
            rv.BasicWorld().apply(self.scene)
        self.assertEqual(len(bpy.context.scene.world.node_tree.nodes), 2)
        self.assertEqual(len(bpy.data.worlds), 1)


class WorldSampleTest(SampleCase):
    def center(self, body):
        """Linear colour in the middle of a picture of the world alone."""
        reply, out = self.run_sample(scene(body))
        self.assertTrue(reply["ok"], reply)
        exr = passes(out)
        return reply, [exr.plane(f"ViewLayer.Combined.{c}")[16][16] for c in "RGB"]

    def test_basic(self):
        _, color = self.center(
            "self.world = rv.BasicWorld().set_params(color=(1, 0.5, 0.25), strength=0.5)"
        )
        self.assertEqual(color, [0.5, 0.25, 0.125])

    def test_hdri(self):
        write_png(os.path.join(self.root, "sky.png"), (255, 0, 255))
        reply, color = self.center(
            "self.world = rv.HDRIWorld('sky.png').set_params(strength=2, rotation_z=45)"
        )
        for value, expected in zip(color, (2, 0, 2)):
            self.assertAlmostEqual(value, expected, delta=1e-3)
        self.assertEqual(reply["deps"], ["scene.py", "sky.png"])

    def test_white_ground_is_bright_and_not_burnt(self):
        body = """
            white = self.materials.basic().set_params(base_color=(0.8, 0.8, 0.8), roughness=1)
            self.objects.plane("Ground", size=200).set_material(white)
            self.objects.cube().set_material(white).set_location((0, 0, 1))
            self.camera.set_location((4, -7, 3)).point_at((0, 0, 1.5))
            """
        reply, out = self.run_sample(scene(body), samples=16)
        self.assertTrue(reply["ok"], reply)
        picture, index = image(out), passes(out).plane("ViewLayer.IndexOB.X")
        number = {o["name"]: o["index"] for o in reply["record"]["objects"]}["Ground"]
        n, clipped, ground = picture.channels, 0, []
        for y in range(picture.height):
            values = picture.values(y)
            for x in range(picture.width):
                color = values[n * x : n * x + 3]
                clipped += max(color) == 255
                if index[y][x] == number:
                    ground.append(color)
        self.assertLess(clipped, 0.02 * picture.width * picture.height)
        self.assertGreater(len(ground), 300)
        burnt = sum(max(color) >= 245 for color in ground)
        self.assertLess(burnt, 0.02 * len(ground))
        for values in zip(*ground):
            self.assertTrue(130 < sum(values) / len(values) < 230, values)

    def test_sky_is_blue_and_lights(self):
        _, color = self.center("self.camera.rotate_around_axis((1, 0, 0), 120)")
        self.assertGreater(color[2], color[0])
        self.assertGreater(color[2], 0.01)
