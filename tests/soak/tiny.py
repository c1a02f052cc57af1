# SPDX-License-Identifier: MIT
"""A scene with a bit of everything, made anew for each sample: for tests/soak/flat.py."""

import random

import rv


class Tiny(rv.Scene):
    """Meshes, a modifier, materials, a light, a world, labels."""

    def generate(self, seed: int) -> None:
        """Places them by the seed."""
        rng = random.Random(seed)
        self.enable_semantic_channels("red")
        self.world = rv.BasicWorld().set_params(color=(rng.random(), 0.5, 0.5))
        red = self.materials.basic("Red").set_params(base_color=(0.8, rng.random(), 0.1))
        red.set_semantic("red")
        for _ in range(3):
            cube = self.objects.cube(size=0.5).set_material(red).set_tags("cube")
            cube.set_location((rng.uniform(-2, 2), rng.uniform(-2, 2), rng.uniform(-1, 1)))
        self.objects.sphere(radius=0.4, segments=12, ring_count=6).set_tags("sphere")
        self.lights.point(power=200).set_location((1, 2, 4))
