# SPDX-License-Identifier: MIT
"""Things on a table, each with a tag, which is its class. Change KINDS and COLORS to yours."""

import rv

KINDS = ("cube", "sphere", "cylinder", "cone")
COLORS = ((0.7, 0.1, 0.08), (0.9, 0.5, 0.08), (0.05, 0.3, 0.35), (0.1, 0.15, 0.45))


class Table(rv.Scene):
    def generate(self, seed):
        rng = self.rng("things")
        wood = self.materials.basic("Wood").set_params(base_color=(0.4, 0.28, 0.18), roughness=0.8)
        table = self.objects.plane("Table", size=40).set_material(wood)
        for i in range(rng.integer(4, 9)):
            kind = rng.choice(KINDS)
            paint = self.materials.basic().set_params(base_color=rng.choice(COLORS), roughness=0.4)
            thing = getattr(self.objects, kind)().set_tags(kind).set_material(paint)
            size = rng.uniform(0.3, 0.7)
            place = (rng.uniform(-2.5, 2.5), rng.uniform(-2.5, 2.5), size)
            thing.set_scale(size).set_location(place)
            thing.rotate_around_axis((0, 0, 1), rng.uniform(0, 360))
        self.world = rv.BasicWorld().set_params(color=(0.6, 0.7, 0.85), strength=0.4)
        self.lights.sun(power=3).set_angle(5).set_rotation(rv.mathutils.Euler((0.7, 0.2, 0.5)))
        self.camera.set_location((rng.uniform(4, 6), -6, rng.uniform(3, 6))).point_at(table)
