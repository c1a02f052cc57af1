# SPDX-License-Identifier: MIT
"""Where objects are: moving, turning and scaling them.

Angles are in degrees; lengths are in metres. Nothing here brings the scene up to date.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any, Union

import bpy
from mathutils import Quaternion, Vector

from ..engine import measure
from ..engine.rotations import quaternion
from ..plain.types import Float3, RotationLike, VectorLike
from ..plain.values import is_number, number, refuse, vector

if TYPE_CHECKING:
    from typing import Self


class Placed:
    """The part of an object that has to do with its place."""

    obj: bpy.types.Object
    """Blender's object."""

    def set_location(self, location: VectorLike) -> Self:
        """Moves it to (x, y, z). TypeError when that is not three numbers."""
        self.obj.location = vector(location, "location", of=self)
        return self

    def get_location(self) -> Float3:
        """(x, y, z), relative to the parent where there is one."""
        x, y, z = self.obj.location
        return x, y, z

    def move(self, dx: float = 0, dy: float = 0, dz: float = 0) -> Self:
        """Moves it by an offset."""
        offset = (number(dx, "dx", of=self), number(dy, "dy", of=self), number(dz, "dz", of=self))
        self.obj.location += Vector(offset)
        return self

    def set_rotation(self, rotation: RotationLike) -> Self:
        """Turns it: three angles in degrees about x, then y, then z, a mathutils.Euler (radians) or
        Quaternion, or a 3x3 matrix.

        TypeError for anything else.
        """
        self.obj.rotation_quaternion = quaternion(rotation, "rotation", of=self)
        return self

    def set_scale(self, scale: Union[float, VectorLike]) -> Self:
        """Scales it: one number, or one per axis. TypeError for anything else."""
        self.obj.scale = self._scale(scale)
        return self

    def _scale(self, scale: Any) -> Float3:
        if is_number(scale) or getattr(scale, "shape", None) == ():
            return (number(scale, "scale", of=self),) * 3
        if isinstance(scale, str) or not hasattr(scale, "__len__"):
            refuse(TypeError, "scale", "a number or 3 numbers", scale, self)
        return vector(scale, "scale", of=self)

    def point_at(self, rv_obj: Union[Placed, VectorLike], angle: float = 0.0) -> Self:
        """Aims its -Z axis at another object's origin, or a point, +Y up, then rolls it `angle`
        degrees.

        In the same place it stays as it is, with a warning. TypeError for what is neither.
        """
        roll = math.radians(number(angle, "angle", of=self))
        if isinstance(rv_obj, Placed):
            target = measure.world_matrix(rv_obj.obj).translation
        elif isinstance(rv_obj, str) or not hasattr(rv_obj, "__len__"):
            refuse(TypeError, "the target of point_at", "an rv.Object or (x, y, z)", rv_obj, self)
        else:
            target = Vector(vector(rv_obj, "the target of point_at", of=self))
        aim = target - measure.world_matrix(self.obj).translation
        if aim.length == 0.0:
            shown = repr(rv_obj) if isinstance(rv_obj, Placed) else f"the point {tuple(target)}"
            text = f"{self!r} cannot point at {shown}, where it is itself: it stays as it is"
            warnings.warn(text, UserWarning, stacklevel=2)
            return self
        rotation = Quaternion(aim.normalized(), roll) @ aim.to_track_quat("-Z", "Y")
        if self.obj.parent is not None:
            frame = measure.world_matrix(self.obj.parent) @ self.obj.matrix_parent_inverse
            rotation = frame.to_quaternion().inverted() @ rotation
        self.obj.rotation_quaternion = rotation
        return self

    def rotate_around_axis(self, axis: VectorLike, angle: float) -> Self:
        """Turns it `angle` degrees about a world axis through its own origin.

        ValueError for an axis without a direction.
        """
        direction = Vector(vector(axis, "axis", of=self))
        turn = math.radians(number(angle, "angle", of=self))
        if direction.length == 0.0:
            refuse(ValueError, "axis", "a direction", axis, self)
        self.obj.rotation_quaternion = Quaternion(direction, turn) @ self.obj.rotation_quaternion
        return self
