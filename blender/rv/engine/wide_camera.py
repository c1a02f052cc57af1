# SPDX-License-Identifier: MIT
"""The scene's camera with a picture that reaches further on each side: the pixels that were there
before are of the same points, those beyond the border come to them."""

from __future__ import annotations

import bpy

from ..plain.hiding import Margins
from ..plain.projection import parallel
from .adjust import Changes
from .second_camera import SecondCamera, Sight

_HERE = ((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0))


class WideCamera:
    """It goes along with the scene's camera, which has to be PERSP or ORTHO."""

    def __init__(self, name: str) -> None:
        self._camera = SecondCamera(name, Sight(_HERE, is_local=True))

    def use(self, changes: Changes, scene: bpy.types.Scene, margins: Margins) -> None:
        """The scene is seen from it, with so many pixels more."""
        depsgraph = bpy.context.evaluated_depsgraph_get()
        seen = scene.camera.evaluated_get(depsgraph).data
        render = scene.render
        resolution = (render.resolution_x, render.resolution_y)
        aspect = (render.pixel_aspect_x, render.pixel_aspect_y)
        shift = (seen.shift_x, seen.shift_y)
        (view, _, cx), (_, tall, cy), _ = parallel(1.0, seen.sensor_fit, resolution, aspect, shift)
        left, top, right, bottom = margins
        width, height = resolution[0] + left + right, resolution[1] + top + bottom
        lens = self._take(changes, scene, seen.sensor_fit == "VERTICAL")
        lens.sensor_width *= width / view
        lens.ortho_scale = seen.ortho_scale * width / view
        lens.shift_x = (width / 2.0 - cx - left) / width
        lens.shift_y = (cy + top - height / 2.0) * (view / tall) / width
        changes.set(render, "resolution_x", width)
        changes.set(render, "resolution_y", height)

    def _take(
        self, changes: Changes, scene: bpy.types.Scene, is_vertical: bool
    ) -> bpy.types.Camera:
        """A lens as the scene's camera has it, fitted to the picture's width; the scene's for the
        time being."""
        depsgraph = bpy.context.evaluated_depsgraph_get()
        seen = scene.camera.evaluated_get(depsgraph).data
        lens = scene.camera.data.copy()
        changes.callback(bpy.data.cameras.remove, lens)
        lens.animation_data_clear()
        lens.dof.use_dof = False
        lens.lens = seen.lens
        lens.sensor_width = seen.sensor_height if is_vertical else seen.sensor_width
        lens.sensor_fit = "HORIZONTAL"
        self._camera.use(changes, scene)
        changes.set(scene.camera, "data", lens)
        return lens
