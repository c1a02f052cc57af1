# SPDX-License-Identifier: MIT
"""The small scene of blend.sh; lean_loop.py builds the same one with nothing but bpy."""

import rv


class Small(rv.Scene):
    """A cube that moves with the seed, a sun, a grey world."""

    def generate(self, seed: int) -> None:
        cube = self.objects.cube(size=1.0)
        cube.set_location((seed % 5 - 2, seed % 3 - 1, 0))
        self.lights.sun(power=3.0)
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1.0)
