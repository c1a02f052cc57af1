# SPDX-License-Identifier: MIT
"""Mistakes of every kind that a type checker is to find: all lines that say so, and no others."""

import rv


class Demo(rv.Scene):
    def generate(self, seed: int) -> None:
        cube, lamp, area = self.objects.cube(), self.lights.point(), self.lights.area()
        paint, rect = self.materials.basic(), rv.Domain.rect()
        # values of another kind
        cube.set_location("abc")  # wrong
        cube.set_location((1, 2))  # wrong
        cube.set_rotation("90")  # wrong
        cube.set_scale("2")  # wrong
        cube.keyframe(1, location="abc")  # wrong
        cube.keyframe(1, rotation=90)  # wrong
        cube.set_tags(3)  # wrong
        cube.add_tags(None)  # wrong
        cube.set_keypoints({"a": 1})  # wrong
        cube.set_property(3, 1)  # wrong
        cube.set_material("M")  # wrong
        self.camera.point_at(3)  # wrong
        self.camera.set_fov("wide")  # wrong
        lamp.set_color("red")  # wrong
        lamp.set_power("3")  # wrong
        area.set_size_xy("1", 2)  # wrong
        paint.set_params(base_color="red")  # wrong
        paint.set_semantic("a", "b")  # wrong
        rv.PrincipledBSDF(base_color="red")  # wrong
        rv.TextureImage(3)  # wrong
        rv.SkyWorld().set_params(air="x")  # wrong
        rv.BasicWorld().set_params(color="blue")  # wrong
        rv.Domain.rect(1, 2)  # wrong
        rv.Domain.convex_hull_2d(3)  # wrong
        self.objects.cube(size="big")  # wrong
        self.objects.sphere(segments=8.5)  # wrong
        self.scatter(cube, 2.5, rect)  # wrong
        self.scatter("C", 2, rect)  # wrong
        self.rng().bool("x")  # wrong
        self.set_prompt(3)  # wrong
        self.set_frames("1..3")  # wrong
        rv.simulate_physics(frames="20")  # wrong
        # words that are none
        cube.set_shading("smoth")  # wrong
        cube.hide("bogus")  # wrong
        cube.get_bounds("globe")  # wrong
        cube.keyframe(1, interpolation="EASE")  # wrong
        cube.add_rigidbody(mode="bax")  # wrong
        cube.add_rigidbody(body_type="STATIC")  # wrong
        area.set_shape("ROUND")  # wrong
        self.scatter(cube, 5, rect, method="fsat")  # wrong
        self.scatter(cube, 5, rect, rotation="pitch")  # wrong
        self.set_passes("Nromal")  # wrong
        # names that are not there
        cube.set_lokation((1, 2, 3))  # wrong
        cube.copy(nam="x")  # wrong
        self.lights.sun().set_radius(3)  # wrong
        rv.PrincipledBSDF(roughnes=1)  # wrong
        print(rv.RenderPass.NROMAL)  # wrong
        # attributes
        self.resolution = "640x480"  # wrong
        self.frames = "1..3"  # wrong
        self.world = None  # wrong
        self.camera = self.objects.cube()  # wrong
        self.categories = [3]  # wrong
        cube.tags = 3  # wrong
