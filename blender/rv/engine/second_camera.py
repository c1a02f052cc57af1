# SPDX-License-Identifier: MIT
"""A camera besides the scene's own, for renders from elsewhere.

It is in no collection: nothing else of the scene changes when it comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional, Sequence, Tuple

import bpy
from mathutils import Matrix

from ..plain.fields import Rows
from ..plain.projection import SENSOR_MM, centred, lens_of
from . import units
from .adjust import Changes, assign


@dataclass(frozen=True)
class Sight:
    """Where a camera stands and how it sees, in metres; what is None is as of the scene's camera.

    `matrix` is camera to world, or, where `is_local`, camera to the scene's camera: then it goes
    along with that. `name` is what records call it. The members after it are as in a record's
    `camera`; K counts before `fov`.
    """

    matrix: Rows
    is_local: bool = False
    name: Optional[str] = None
    type: Optional[str] = None
    K: Optional[Rows] = None
    fov: Optional[Tuple[float, float]] = None
    clip: Optional[Tuple[float, float]] = None
    ortho_scale: Optional[float] = None

    @property
    def has_lens(self) -> bool:
        """Whether it sees otherwise than the scene's camera."""
        lens = (self.type, self.K, self.fov, self.clip, self.ortho_scale)
        return any(value is not None for value in lens)


class SecondCamera:
    """The camera of a sight; made when it is first used, and kept."""

    def __init__(self, name: str, sight: Sight) -> None:
        self._name = name
        self._sight = sight
        self._made: Optional[bpy.types.Object] = None

    def use(self, changes: Changes, scene: bpy.types.Scene) -> None:
        """The scene is seen from it, in the scene's resolution. ValueError when it cannot be."""
        original = scene.camera
        if self._made is None:
            self._made = bpy.data.objects.new(self._name, original.data)
            self._made.rotation_mode = "QUATERNION"
            if self._sight.has_lens:
                self._made.data = original.data.copy()
                self._made.data.animation_data_clear()
        camera = self._made
        if self._sight.has_lens:
            self._set_lens(changes, scene.render, camera.data)
        elif camera.data != original.data:  # a marker has changed the scene's camera
            camera.data = original.data
        self._place(camera, original)
        for marker in scene.timeline_markers:
            changes.set(marker, "camera", None)  # a render would switch back to it
        changes.set(scene, "camera", camera)

    def _place(self, camera: bpy.types.Object, original: bpy.types.Object) -> None:
        matrix = Matrix(self._sight.matrix)
        camera.location = units.blender_units(matrix.translation)
        camera.rotation_quaternion = matrix.to_3x3().normalized().to_quaternion()
        if self._sight.is_local:
            if camera.parent != original:
                camera.parent = original
            scale = original.matrix_world.to_scale()  # counts for what it is the parent of
            camera.matrix_parent_inverse = Matrix.Diagonal([1.0 / s for s in scale]).to_4x4()

    def _set_lens(self, changes: Changes, render: Any, data: bpy.types.Camera) -> None:
        sight = self._sight
        resolution = (render.resolution_x, render.resolution_y)
        if sight.type == "PANO" and data.type != "PANO":
            raise ValueError("type is PANO, but the scene's camera, which it takes after, is not")
        if sight.type == "ORTHO" and data.type != "ORTHO" and sight.ortho_scale is None:
            raise ValueError("type is ORTHO, but there is no ortho_scale")
        if sight.type is not None:
            data.type = sight.type
        matrix: Optional[Sequence[Sequence[float]]] = sight.K
        if matrix is None and sight.fov is not None:
            matrix = centred(sight.fov, resolution)
        if matrix is not None:
            lens = lens_of(matrix, resolution)
            data.sensor_fit = "HORIZONTAL"
            data.sensor_width = SENSOR_MM
            assign(data, "lens", lens.lens)
            for axis, shift, aspect in zip("xy", lens.shift, lens.pixel_aspect):
                assign(data, f"shift_{axis}", shift)
                changes.set(render, f"pixel_aspect_{axis}", aspect)
        if sight.clip is not None:
            for name, length in zip(("clip_start", "clip_end"), units.blender_units(sight.clip)):
                assign(data, name, length)
        if sight.ortho_scale is not None:
            assign(data, "ortho_scale", *units.blender_units([sight.ortho_scale]))
