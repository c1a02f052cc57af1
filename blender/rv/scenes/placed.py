# SPDX-License-Identifier: MIT
"""Where objects are: moving, turning and scaling them.

Angles are in degrees; lengths are in metres. Nothing here brings the scene up to date.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any, Union

import bpy
from mathutils import Matrix, Quaternion, Vector

from ..engine import measure
from ..engine.rotations import quaternion
from ..plain import values
from ..plain.types import Float3, MatrixLike, RotationLike, VectorLike
from ..plain.values import is_number, number, refuse, vector

if TYPE_CHECKING:
    from typing import Self

NEARLY = 1e-4  # share of the scale that a matrix may shear, by rounding


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
        Quaternion, the four numbers of one (w, x, y, z), or a 3x3 matrix.

        TypeError for anything else.
        """
        self.obj.rotation_quaternion = quaternion(rotation, "rotation", of=self)
        return self

    def get_rotation(self) -> Float3:
        """Three angles in degrees about x, then y, then z, relative to the parent where there is
        one."""
        x, y, z = (math.degrees(angle) for angle in self.obj.rotation_quaternion.to_euler("XYZ"))
        return x, y, z

    def get_scale(self) -> Float3:
        """Its scale along x, y, z, relative to the parent where there is one."""
        x, y, z = self.obj.scale
        return x, y, z

    def set_matrix(self, matrix: MatrixLike) -> Self:
        """Places it by a 4x4 matrix from its own axes to the world's, which moves, turns and scales
        it, whatever it hangs on.

        TypeError for what is none, ValueError for one that shears, flattens or projects.
        """
        rows = values.matrix(matrix, "matrix", 4, of=self)
        wanted = Matrix(rows)
        if self.obj.parent is not None:
            frame = measure.world_matrix(self.obj.parent) @ self.obj.matrix_parent_inverse
            wanted = frame.inverted_safe() @ wanted
        location, rotation, scale = wanted.decompose()
        made = Matrix.LocRotScale(location, rotation, scale)
        sizes = [abs(float(part)) for part in scale]
        off = max(abs(a - b) for i in range(3) for a, b in zip(made[i][:3], wanted[i][:3]))
        if rows[3] != (0.0, 0.0, 0.0, 1.0) or 0.0 in sizes or off > NEARLY * max(sizes):
            refuse(ValueError, "matrix", "one that moves, turns and scales", matrix, self)
        self.obj.location, self.obj.rotation_quaternion, self.obj.scale = location, rotation, scale
        return self

    def get_matrix(self) -> Matrix:
        """The 4x4 matrix from its own axes to the world's, as it is now."""
        return measure.world_matrix(self.obj)

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
