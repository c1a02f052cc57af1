# SPDX-License-Identifier: MIT
"""A scene that is costly to build and to hand to Cycles, with a camera that goes about it."""

import rv


class StillLife(rv.Scene):
    """Eight spheres of 16,000 faces, a sun; the camera moves."""

    def generate(self, seed: int) -> None:
        """The same for every seed, but for the place of it all."""
        for i in range(8):
            sphere = self.objects.sphere(radius=0.4, segments=128, ring_count=128)
            sphere.set_location((i % 4 - 1.5, i // 4 - 0.5, seed % 3 * 0.1))
        self.lights.sun(power=3.0)
        camera = rv.bpy.context.scene.camera
        for frame in (1, 61):
            camera.location.x = frame / 122
            camera.keyframe_insert("location", frame=frame)
