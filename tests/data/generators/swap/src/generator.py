# SPDX-License-Identifier: MIT
"""Two balls change places behind a wall: NumPy's chance, a picture of its own as the last."""

import numpy
from PIL import Image
from rv.vbvr import BaseBlenderGenerator, TaskPair

from .config import TaskConfig  # noqa: F401


class SwapGenerator(BaseBlenderGenerator):
    def generate_task_pair(self, task_id):
        self.clear_scene()
        bpy = self.bpy
        gap = float(numpy.random.uniform(1, 2))
        for sign in (-1, 1):
            bpy.ops.mesh.primitive_uv_sphere_add(radius=0.5, location=(sign * gap, 0, 0))
            ball = bpy.context.object
            ball.keyframe_insert("location", frame=1)
            ball.location.x = -sign * gap
            ball.location.y = sign
            ball.keyframe_insert("location", frame=self.config.video_frames)
        bpy.ops.object.light_add(type="SUN")
        bpy.ops.object.camera_add(location=(0, -9, 0), rotation=(1.5708, 0, 0))
        bpy.context.scene.camera = bpy.context.object
        base = self._task_dir(task_id)
        return TaskPair(
            task_id=task_id,
            domain=self.config.domain,
            prompt="The balls change places.",
            first_image=self.render_first_frame(f"{base}/first_frame.png"),
            final_image=Image.new("RGB", self.config.image_size, (2, 0, 200)),
            ground_truth_video=self.render_video(f"{base}/ground_truth.mp4"),
            metadata={"gap": gap},
        )
