# SPDX-License-Identifier: MIT
"""Worlds: parameters, nodes, and what they look like."""

import math
import os

import bpy
import rv
from support import SampleCase, SceneCase, passes, scene
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

    def test_sky_is_blue_and_lights(self):
        _, color = self.center("self.camera.rotate_around_axis((1, 0, 0), 120)")
        self.assertGreater(color[2], color[0])
        self.assertGreater(color[2], 0.01)
