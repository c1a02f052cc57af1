# SPDX-License-Identifier: MIT
"""A still life to look at from all around: --orbit in the Makefile makes the views.

transforms.json has a pose of each, as nerfstudio and instant-ngp read it.
"""

import rv

COLORS = ((0.7, 0.1, 0.08), (0.9, 0.5, 0.08), (0.05, 0.3, 0.35), (0.1, 0.15, 0.45))


class StillLife(rv.Scene):
    def generate(self, seed):
        rng = self.rng("things")
        cloth = self.materials.basic("Cloth").set_params(base_color=(0.5, 0.45, 0.4))
        self.objects.plane("Cloth", size=6).set_material(cloth)
        middle = self.objects.empty("Middle").set_location((0, 0, 0.5))
        for i, kind in enumerate(("cube", "sphere", "cylinder", "cone", "torus")):
            paint = self.materials.basic().set_params(base_color=COLORS[i % 4], roughness=0.3)
            thing = getattr(self.objects, kind)().set_tags(kind).set_material(paint)
            thing.set_scale(0.4).set_location((rng.uniform(-1, 1), rng.uniform(-1, 1), 0.4))
            thing.rotate_around_axis((0, 0, 1), rng.uniform(0, 360))
        self.world = rv.BasicWorld().set_params(color=(0.8, 0.85, 0.9), strength=0.8)
        self.lights.sun(power=2).set_angle(8).set_rotation(rv.mathutils.Euler((0.6, 0.3, 0)))
        self.camera.set_location((4, -4, 3)).point_at(middle)
