# SPDX-License-Identifier: MIT
"""41 balls of 20,000 faces, each a mesh of its own or 40 copies of one; `views` cameras around."""

import rv


class Balls(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld()
        self.camera.set_location((0, -14, 4)).point_at((0, 0, 0))
        first = None
        for i in range(41):
            if first is None or not self.params["copies"]:
                radius = 0.5 + 0.004 * i
                ball = self.objects.sphere(radius=radius, segments=200, ring_count=101)
            else:
                ball = first.copy()
            first = first or ball
            ball.set_location((i % 7 - 3, i // 7 - 3, 0)).set_tags("ball")
        if self.params["views"]:
            self.orbit(self.params["views"], 14, 20)
