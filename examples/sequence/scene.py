# SPDX-License-Identifier: MIT
"""A clip with a question: a ball falls on a pile of blocks, and the camera goes past."""

import math

import rv

FRAMES = 24
FPS = 12
BLOCK = 0.6  # metres
RADIUS = 0.35


class Knock(rv.Scene):
    def generate(self):
        self.set_fps(FPS)  # before physics: it is the clock of the simulation
        self.light()
        blocks = self.pile(self.rng("pile"))
        offset = self.ball(self.rng("ball"))
        rv.simulate_physics(frames=FRAMES, substeps=20)
        moved = sum(self.has_moved(block) for block in blocks)
        self.set_frames(FRAMES)
        self.set_prompt(
            f"A ball falls on a pile of {len(blocks)} blocks. How many of them does it move?"
        )
        self.set_metadata(blocks=len(blocks), offset_m=round(offset, 3), moved=moved)
        self.fly()

    def light(self):
        self.world = rv.BasicWorld().set_params(color=(0.45, 0.6, 0.85), strength=0.4)
        self.lights.sun(power=2.5).set_angle(4).set_rotation(rv.mathutils.Euler((0.6, 0.3, 0)))
        sand = self.materials.basic().set_params(base_color=(0.45, 0.37, 0.27), roughness=0.9)
        floor = self.objects.plane(size=60).set_material(sand)
        floor.add_rigidbody("box", body_type="PASSIVE", friction=0.9)

    def pile(self, rng):
        """Blocks on top of each other, each a little aside and turned."""
        blocks = []
        for i in range(rng.integer(3, 5)):
            color = (0.7, 0.06 + 0.12 * i, 0.03)
            paint = self.materials.basic().set_params(base_color=color, roughness=0.5)
            block = self.objects.cube(f"Block{i + 1}", size=BLOCK).set_material(paint)
            block.set_location((rng.uniform(-0.05, 0.05), 0, (i + 0.5) * BLOCK))
            block.set_rotation(rv.mathutils.Euler((0, 0, rng.uniform(-0.15, 0.15))))
            block.set_tags("block").add_rigidbody("box", mass=1, friction=0.7)
            blocks.append(block)
        return blocks

    def ball(self, rng):
        """A ball above the pile; how far aside of it, in metres."""
        offset = rng.uniform(-0.9, 0.9)
        paint = self.materials.basic().set_params(base_color=(0.02, 0.12, 0.5), roughness=0.2)
        ball = self.objects.sphere("Ball", radius=RADIUS).set_shading("smooth").set_material(paint)
        ball.set_location((offset, 0, 5)).set_tags("ball")
        ball.add_rigidbody("sphere", mass=4, restitution=0.2)
        return offset

    def has_moved(self, block):
        """Whether the simulation left the block elsewhere than it began."""
        depsgraph = rv.bpy.context.evaluated_depsgraph_get()
        now = block.obj.evaluated_get(depsgraph).matrix_world.translation
        return math.dist(now, block.get_location()) > BLOCK / 4

    def fly(self):
        """The camera goes past, its eye on the pile."""
        target = self.objects.empty("Target").set_location((0, 0, 1.3))
        self.camera.set_fov(45)
        for frame, x in ((1, -2.5), (FRAMES, 2.5)):
            self.camera.set_location((x, -7.5, 3)).point_at(target).keyframe(frame)
