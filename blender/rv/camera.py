# SPDX-License-Identifier: MIT
"""The camera, and what it sees: pose and intrinsics in pixels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Dict, List, Tuple

import bpy
from mathutils import Matrix

from .meta import f32, f32_rows
from .objects import Object

if TYPE_CHECKING:
    from typing import Self


class Camera(Object):
    """A camera; it looks along its -Z axis, +Y is up."""

    def set_fov(self, angle: float) -> Self:
        """Field of view along the longer side of the picture, in degrees.

        ValueError outside (0, 180).
        """
        if not 0 < angle < 180:
            raise ValueError(f"angle must be in (0, 180), not {angle}")
        self.obj.data.lens_unit = "FOV"
        self.obj.data.angle = math.radians(angle)
        return self

    def _get_meta(self, depsgraph: Any) -> Dict[str, Any]:
        meta = super()._get_meta(depsgraph)
        meta["fov_degrees"] = f32(math.degrees(self.obj.data.angle))
        return meta


def intrinsics(
    lens: float,
    sensor_fit: str,
    sensor_width: float,
    sensor_height: float,
    resolution: Tuple[int, int],
    pixel_aspect: Tuple[float, float] = (1.0, 1.0),
    shift: Tuple[float, float] = (0.0, 0.0),
) -> List[List[float]]:
    """K of a perspective camera: 3x3, in pixels, x to the right, y down.

    The first pixel has its centre at (0.5, 0.5).

    `lens` and the sensor are in millimetres; `sensor_fit` is AUTO, HORIZONTAL or VERTICAL; `shift`
    is in Blender's unit, the side of the picture that the sensor is fitted to.
    """
    width, height = resolution
    y_aspect = pixel_aspect[1] / pixel_aspect[0]
    horizontal = sensor_fit == "HORIZONTAL" or (sensor_fit == "AUTO" and width >= y_aspect * height)
    view = width if horizontal else y_aspect * height
    sensor = sensor_height if sensor_fit == "VERTICAL" else sensor_width
    fx = lens * view / sensor
    cx = width / 2.0 - shift[0] * view
    cy = height / 2.0 + shift[1] * view / y_aspect
    return [[fx, 0.0, cx], [0.0, fx / y_aspect, cy], [0.0, 0.0, 1.0]]


def camera_meta(scene: bpy.types.Scene, depsgraph: Any) -> Dict[str, Any]:
    """The `camera` of the record: the evaluated scene camera."""
    evaluated = scene.camera.evaluated_get(depsgraph)
    data = evaluated.data
    render = scene.render
    meta: Dict[str, Any] = {
        "name": scene.camera.name,
        "type": data.type,
        "matrix_world": f32_rows(unscaled(evaluated.matrix_world)),
        "K": None,
        "fov": None,
        "clip": [f32(data.clip_start), f32(data.clip_end)],
    }
    if data.type == "PERSP":
        matrix = intrinsics(
            data.lens,
            data.sensor_fit,
            data.sensor_width,
            data.sensor_height,
            (render.resolution_x, render.resolution_y),
            (render.pixel_aspect_x, render.pixel_aspect_y),
            (data.shift_x, data.shift_y),
        )
        meta["K"] = [[value + 0.0 for value in row] for row in matrix]
        meta["fov"] = [
            math.degrees(2.0 * math.atan(render.resolution_x / (2.0 * matrix[0][0]))),
            math.degrees(2.0 * math.atan(render.resolution_y / (2.0 * matrix[1][1]))),
        ]
    elif data.type == "ORTHO":
        meta["ortho_scale"] = f32(data.ortho_scale)
    return meta


def unscaled(matrix: Matrix) -> Matrix:
    """`matrix` with axes of length 1, as the renderer takes a camera's."""
    columns = [matrix.col[i].to_3d().normalized().to_4d() for i in range(3)]
    for column in columns:
        column.w = 0.0
    return Matrix([*columns, matrix.col[3]]).transposed()
