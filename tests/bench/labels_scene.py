# SPDX-License-Identifier: MIT
"""30 balls on a floor, one behind another, lit by the sky and a sun."""

import rv


class Crowd(rv.Scene):
    def generate(self, seed):
        self.world = rv.SkyWorld()
        self.camera.set_location((0, -14, 4)).point_at((0, 0, 0))
        self.lights.sun(power=3).set_rotation((0.5, 0.3, 0))
        self.objects.plane(size=30)
        for i in range(30):
            ball = self.objects.sphere(radius=0.8).set_location((i % 6 - 2.5, 1.2 * (i // 6), 0.8))
            ball.set_tags("ball")
