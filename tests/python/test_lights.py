# SPDX-License-Identifier: MIT
"""Lights: every method, what it returns, what it refuses."""

import math

import bpy
import rv
from support import SceneCase


class LightTest(SceneCase):
    def test_factory(self):
        lights = self.scene.lights
        for make, kind, power in (
            (lights.point, rv.PointLight, 1000),
            (lights.sun, rv.SunLight, 1),
            (lights.area, rv.AreaLight, 100),
            (lights.spot, rv.SpotLight, 1000),
        ):
            light = make()
            self.assertIsInstance(light, kind)
            self.assertEqual(light.light_data.energy, power)
            self.assertEqual(make(name="L", power=5).light_data.energy, 5)
        self.assertEqual([light.index for light in self.scene.generated_lights], list(range(1, 9)))
        self.assertNotIn(light, self.scene.generated_objects)
        self.assertRaises(TypeError, rv.Light, self.scene.camera.obj, self.scene)

    def test_common(self):
        light = self.scene.lights.point()
        data = light.light_data
        self.assertIs(light.set_color((1, 0.5, 0)), light)
        light.set_color((0, 0.5, 1, 0.3))
        self.assertEqual(tuple(data.color), (0, 0.5, 1))
        for bad in ((1, 2), 3, "red"):
            self.assertRaises(ValueError, light.set_color, bad)
        self.assertIs(light.set_power(7), light)
        self.assertRaises(ValueError, light.set_power, -1)
        count = len(bpy.data.objects)
        self.assertRaises(ValueError, self.scene.lights.point, "L", -1)
        self.assertRaises(TypeError, self.scene.lights.point, "L", "x")
        self.assertEqual(len(bpy.data.objects), count, "what is refused changes nothing")
        self.assertIs(light.set_cast_shadow(False), light)
        self.assertFalse(data.use_shadow)
        self.assertIs(light.set_specular_factor(0.25), light)
        self.assertEqual(data.specular_factor, 0.25)
        self.assertIs(light.set_softness(0.5), light)
        self.assertEqual(data.shadow_soft_size, 0.5)
        self.assertRaises(ValueError, light.set_softness, -1)
        self.assertIs(light.set_params(energy=3, mine=4), light)
        self.assertEqual((data.energy, data["mine"]), (3, 4))
        self.assertIs(light.set_location((1, 2, 3)).set_tags("lamp"), light)

    def test_recorded_with_the_members_of_objects(self):
        meta = self.scene.lights.point()._get_meta()
        self.assertEqual((meta["materials"], meta["modifier_parameters"]), ([], []))
        of_objects = set(self.scene.objects.empty()._get_meta()) - {"type", "dimensions"}
        self.assertLessEqual(of_objects, set(meta))

    def test_kinds(self):
        lights = self.scene.lights
        point = lights.point()
        self.assertIs(point.set_radius(0.75), point)
        self.assertEqual(point.light_data.shadow_soft_size, 0.75)
        self.assertRaises(ValueError, point.set_radius, -1)
        sun = lights.sun()
        self.assertIs(sun.set_angle(90), sun)
        self.assertAlmostEqual(sun.light_data.angle, math.pi / 2, delta=1e-6)
        self.assertIs(sun.set_softness(45), sun)
        self.assertAlmostEqual(sun.light_data.angle, math.pi / 4, delta=1e-6)
        self.assertRaises(ValueError, sun.set_angle, -1)
        area = lights.area()
        self.assertIs(area.set_shape("ELLIPSE").set_size_xy(2, 3), area)
        self.assertEqual(
            (area.light_data.shape, area.light_data.size, area.light_data.size_y), ("ELLIPSE", 2, 3)
        )
        self.assertIs(area.set_size(4), area)
        self.assertEqual(area.light_data.size, 4)
        self.assertRaises(ValueError, area.set_shape, "STAR")
        self.assertRaises(ValueError, area.set_size, -1)
        self.assertRaises(ValueError, area.set_size_xy, 1, -1)
        spot = lights.spot()
        self.assertIs(spot.set_spot_size(60).set_blend(0.25).set_show_cone(), spot)
        self.assertAlmostEqual(spot.light_data.spot_size, math.pi / 3, delta=1e-6)
        self.assertEqual((spot.light_data.spot_blend, spot.light_data.show_cone), (0.25, True))
        for call, bad in (
            (spot.set_spot_size, -1),
            (spot.set_spot_size, 181),
            (spot.set_blend, 1.1),
        ):
            self.assertRaises(ValueError, call, bad)
