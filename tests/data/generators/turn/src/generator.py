# SPDX-License-Identifier: MIT
"""A cube turns: keyframes, the first and the last part of the video as clips of their own."""

import math
import random

import bpy
from rv.vbvr import BaseBlenderGenerator, TaskPair

from .config import TaskConfig  # noqa: F401


class TurnGenerator(BaseBlenderGenerator):
    def _configure_cycles_device(self, scene):
        scene.cycles.device = "CPU"

    def _setup_blender_env(self):
        super()._setup_blender_env()
        bpy.context.scene.render.film_transparent = True

    def generate_task_pair(self, task_id):
        self.clear_scene()
        degrees = self.config.degrees
        degrees = random.uniform(30, 90) if degrees is None else degrees
        axis = "xyz".index(self.config.axis)
        frames = self.config.video_frames
        cube = bpy.data.objects.new("Cube", bpy.data.meshes.new("Cube"))
        corners = [(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]
        faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
        cube.data.from_pydata(corners, [], faces)
        bpy.context.scene.collection.objects.link(cube)
        cube.keyframe_insert("rotation_euler", frame=1)
        cube.rotation_euler[axis] = math.radians(degrees)
        cube.keyframe_insert("rotation_euler", frame=frames)
        lamp = bpy.data.objects.new("Lamp", bpy.data.lights.new("Lamp", "SUN"))
        camera = bpy.data.objects.new("Eye", bpy.data.cameras.new("Eye"))
        camera.location = (0, 0, 8)
        for thing in (lamp, camera):
            bpy.context.scene.collection.objects.link(thing)
        bpy.context.scene.camera = camera
        base = self._task_dir(task_id)
        first = self.render_first_frame(f"{base}/first_frame.png")
        opening = self.render_video_segment(f"{base}/first_video.mp4", 1, 3)
        closing = self.render_video_segment(f"{base}/last_video.mp4", frames - 2, frames)
        return TaskPair(
            task_id=task_id,
            domain=self.config.domain,
            prompt=f"The cube turns by {degrees:.0f} degrees.",
            first_image=first,
            first_video=opening,
            last_video=closing,
            metadata={"degrees": degrees, "size": self.config.image_size},
        )
