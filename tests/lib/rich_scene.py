# SPDX-License-Identifier: MIT
"""A scene with something of everything that a record tells of, for any Blender."""

import math

import bpy
import rv
from mathutils import Euler


class Rich(rv.Scene):
    def generate(self, seed):
        rng = self.rng()
        self.enable_semantic_channels("painted", "Rust Level-2")
        self.set_passes(rv.RenderPass.NORMAL, rv.RenderPass.MATERIAL_INDEX, rv.RenderPass.UV)
        self.set_tags("rich").set_custom_meta(draws=[rng.unit(), rng.normal(), rng.below(9)])
        self.materials_and_objects(rng)
        self.things_with_modifiers()
        self.lights_and_camera()

    def materials_and_objects(self, rng):
        paint = self.materials.basic("Paint").set_params(base_color=(0.8, 0.1, 0.1), roughness=0.3)
        paint.set_semantic("painted", 0.75).set_property("coat", 2)
        noise = rv.ShaderMaterial(rv.PrincipledBSDF(rv.ColorValue((1, 0, 0)) * 0.5 + 0.1), "Graph")
        floor = self.objects.plane(name="Floor", size=12).set_material(noise).set_tags("floor")
        cube = self.objects.cube(size=0.7).set_material(paint).set_tags("box", "red")
        cube.set_location((0.3, -0.2, 1)).set_rotation(Euler((0.4, 0.2, 1.3))).set_property("n", 3)
        cube.set_keypoints({"top": (0, 0, 0.35), "corner": (0.35, 0.35, 0.35), "far": (0, 99, 0)})
        ball = self.objects.sphere(radius=0.4).set_location((-1, 0.5, 0.4)).set_scale((1, 2, 0.5))
        ball.add_material(paint).add_material(noise).set_shading("smooth").set_custom_meta(k=[1])
        placed = self.scatter(
            [cube, ball], 12, rv.Domain.box((0, 0, 3), (6, 6, 3)), gap=0.1, rotation="free"
        )
        placed += self.scatter(cube, 6, rv.Domain.ellipse((0, 0), (5, 4), 0.4), scale=(0.3, 0.6))
        for thing in placed:
            thing.rotate_around_axis((1, 2, 3), rng.uniform(-90, 90))
        inspected = floor.inspect()
        self.set_custom_meta(floor=inspected, length=math.dist(ball.get_location(), (0, 0, 0)))
        falling = self.objects.cube(name="Falling", size=0.5).set_location((3, 3, 5))
        falling.add_rigidbody(mode="box")
        rv.simulate_physics(frames=8)
        outer = self.objects.empty(name="Outer").set_location((1, 1, 1)).set_scale((1, 2, 3))
        inner = self.objects.cube(name="Inner").set_rotation(Euler((0, 0.5, 0.2)))
        inner.obj.parent = outer.obj

    def things_with_modifiers(self):
        smooth = self.objects.cube(name="Smooth").set_location((2, 0, 1))
        modifier = smooth.obj.modifiers.new("Subdivision", "SUBSURF")
        modifier.levels = modifier.render_levels = 2
        row = self.objects.cube(name="Row", size=0.3).set_location((-2, 0, 1))
        row.obj.modifiers.new("Array", "ARRAY").count = 4
        row.obj.modifiers.new("Bevel", "BEVEL").width = 0.05
        for name, kind in (("Line", "CURVE"), ("Word", "FONT")):
            data = bpy.data.curves.new(name, kind)
            if kind == "FONT":
                data.body = "rv"
            else:
                data.dimensions = "3D"
                spline = data.splines.new("BEZIER")
                spline.bezier_points.add(2)
                for at, point in enumerate(spline.bezier_points):
                    point.co = (at, at * at, 0.5 * at)
                    point.handle_left = (at - 0.5, at * at, 0)
                    point.handle_right = (at + 0.5, at * at, 1)
                data.bevel_depth = 0.1
            obj = bpy.data.objects.new(name, data)
            self._stage.link(obj)
            rv.Object(obj, self).set_location((0, 2, 0)).set_tags(kind.lower())

    def lights_and_camera(self):
        self.lights.point().set_location((1, 2, 4))
        self.lights.sun(power=2).set_angle(3).set_rotation(Euler((0.5, 0, 0)))
        self.lights.area().set_shape("RECTANGLE").set_size_xy(1, 2).set_color((1, 0.9, 0.8))
        self.lights.spot().set_spot_size(40).set_location((0, 0, 5)).set_tags("spot")
        aim = self.objects.empty(name="Aim").set_location((0.2, 0.1, 1))
        self.camera.set_location((6, -7, 5)).set_fov(55).point_at(aim, angle=7)
        self.camera.obj.data.shift_x = 0.05
        self.world = rv.SkyWorld().set_params(sun_elevation=40, rotation_z=20)
