# SPDX-License-Identifier: MIT
"""A ball rolls past blocks, and the camera follows it: a clip with flow, masks and poses."""

import rv

FRAMES = 16


class Roll(rv.Scene):
    def generate(self, seed):
        self.set_fps(12)
        rng = self.rng("roll")
        felt = self.materials.basic("Felt").set_params(base_color=(0.1, 0.3, 0.15), roughness=0.9)
        red = self.materials.basic("Red").set_params(base_color=(0.7, 0.08, 0.05), roughness=0.3)
        self.objects.plane("Floor", size=40).set_material(felt)
        for i in range(4):
            block = self.objects.cube(f"Block{i}").set_tags("block")
            block.set_scale(0.4).set_location((i * 1.5 - 2, rng.uniform(0.9, 1.8), 0.4))
        ball = self.objects.sphere("Ball").set_tags("ball").set_material(red).set_scale(0.5)
        ball.set_shading("smooth")
        speed = rng.uniform(3, 4)
        for frame, x in ((1, -speed / 2), (FRAMES, speed / 2)):
            ball.keyframe(frame, location=(x, 0, 0.5), rotation=(0, x * 114.6, 0))
        self.set_frames(FRAMES)
        self.world = rv.BasicWorld().set_params(color=(0.6, 0.7, 0.85), strength=0.4)
        self.lights.sun(power=3).set_angle(3).set_rotation(rv.mathutils.Euler((0.7, 0.2, 0.5)))
        self.camera.set_location((1, -7, 3.5)).point_at((0, 0, 0.5))
