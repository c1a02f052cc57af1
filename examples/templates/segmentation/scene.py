# SPDX-License-Identifier: MIT
"""Painted posts: a mask of each object, and one of the paint wherever it is seen.

The semantic channel `paint` becomes Mask_paint.png.
"""

import rv


class Posts(rv.Scene):
    def generate(self, seed):
        self.enable_semantic_channels("paint")
        rng = self.rng("posts")
        stone = self.materials.basic("Stone").set_params(base_color=(0.45, 0.44, 0.42))
        paint = self.materials.basic("Paint").set_params(base_color=(0.8, 0.12, 0.05))
        paint.set_semantic("paint")
        grass = self.materials.basic("Grass").set_params(base_color=(0.13, 0.2, 0.07))
        self.objects.plane("Ground", size=40).set_material(grass)
        for i in range(rng.integer(3, 7)):
            height, at = rng.uniform(0.5, 1.2), (rng.uniform(-2, 2), rng.uniform(-2, 2))
            post = self.objects.cylinder(f"Post{i}").set_tags("post").set_material(stone)
            post.set_scale((0.25, 0.25, height)).set_location((*at, height))
            cap = self.objects.sphere(f"Cap{i}").set_tags("cap").set_material(paint)
            cap.set_scale(0.32).set_location((*at, 2 * height + 0.2)).set_shading("smooth")
        self.world = rv.BasicWorld().set_params(color=(0.6, 0.7, 0.85), strength=0.4)
        self.lights.sun(power=3).set_angle(3).set_rotation(rv.mathutils.Euler((0.7, 0.2, 0.5)))
        self.camera.set_location((5, -7, 4)).point_at((0, 0, 1))
