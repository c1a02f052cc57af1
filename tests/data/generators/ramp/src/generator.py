# SPDX-License-Identifier: MIT
"""A ball of one of two materials hits a tower: rigid bodies, baked."""

import os
import random

from rv.vbvr import BaseBlenderGenerator, TaskPair

from .config import TaskConfig
from .prompts import get_prompt


class RampGenerator(BaseBlenderGenerator):
    def __init__(self, config: TaskConfig):
        super().__init__(config)
        self.size = 0.5

    def generate_task_pair(self, task_id: str) -> TaskPair:
        self.clear_scene()
        kind = random.choice(["heavy", "light"])
        blocks = random.randint(1, self.config.max_blocks)
        speed = random.uniform(1.0, 2.0)
        self._sky_world()
        self.build(kind, blocks, speed)
        directory = os.path.join(str(self.config.output_dir), f"{self.config.domain}_task", task_id)
        os.makedirs(directory, exist_ok=True)
        first = os.path.join(directory, "first_frame.png")
        video = os.path.join(directory, "ground_truth.mp4")
        self.render_first_frame(first)
        self.render_video(video, bake_physics=True)
        metadata = {"kind": kind, "blocks": blocks, "speed": speed, "seed": 5, "place": video}
        return TaskPair(
            task_id=task_id,
            domain=self.config.domain,
            prompt=get_prompt(kind, blocks, metadata),
            first_image=first,
            ground_truth_video=video if os.path.exists(video) else None,
            metadata=metadata,
        )

    def build(self, kind, blocks, speed):
        bpy = self.bpy
        bpy.ops.rigidbody.world_add()
        bpy.ops.mesh.primitive_plane_add(size=20)
        self.body("PASSIVE", 0)
        bpy.ops.mesh.primitive_uv_sphere_add(radius=self.size, location=(-2, 0, self.size))
        ball = self.body("ACTIVE", 50 if kind == "heavy" else 0.4)
        ball.name = "Ball"
        ball.rigid_body.kinematic = True
        ball.keyframe_insert("location", frame=1)
        ball.keyframe_insert("rigid_body.kinematic", frame=4)
        ball.location.x += speed * 3 / self.config.video_fps * 4
        ball.keyframe_insert("location", frame=4)
        ball.rigid_body.kinematic = False
        ball.keyframe_insert("rigid_body.kinematic", frame=5)
        for number in range(blocks):
            bpy.ops.mesh.primitive_cube_add(size=0.4, location=(0, 0, 0.2 + 0.42 * number))
            self.body("ACTIVE", 1)
        bpy.ops.object.camera_add(location=(0, -8, 2), rotation=(1.4, 0, 0))
        bpy.context.scene.camera = bpy.context.object

    def body(self, kind, mass):
        self.bpy.ops.rigidbody.object_add(type=kind)
        made = self.bpy.context.object
        if mass:
            made.rigid_body.mass = mass
        return made
