# SPDX-License-Identifier: MIT
"""Blocks that fall into a heap: the poses of the record are those after the fall."""

import rv

COLORS = ((0.7, 0.1, 0.08), (0.9, 0.5, 0.08), (0.05, 0.3, 0.35), (0.1, 0.15, 0.45))


class Heap(rv.Scene):
    def generate(self, seed):
        rng = self.rng("heap")
        sand = self.materials.basic("Sand").set_params(base_color=(0.5, 0.42, 0.3), roughness=0.9)
        floor = self.objects.plane("Floor", size=30).set_material(sand)
        floor.add_rigidbody(mode="box", body_type="PASSIVE", friction=0.9)
        for i in range(rng.integer(8, 14)):
            paint = self.materials.basic().set_params(base_color=rng.choice(COLORS))
            block = self.objects.cube(f"Block{i}", size=rng.uniform(0.4, 0.8)).set_tags("block")
            block.set_location((rng.uniform(-0.8, 0.8), rng.uniform(-0.8, 0.8), 1 + 0.9 * i))
            block.set_material(paint).add_rigidbody(mode="box", friction=0.7)
        rv.simulate_physics(frames=120)
        self.world = rv.BasicWorld().set_params(color=(0.6, 0.7, 0.85), strength=0.4)
        self.lights.sun(power=3).set_angle(3).set_rotation(rv.mathutils.Euler((0.7, 0.2, 0.5)))
        self.camera.set_location((5, -5, 4)).point_at((0, 0, 0.4))
