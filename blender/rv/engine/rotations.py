# SPDX-License-Identifier: MIT
"""Rotations in all the forms in which a script may give one."""

from __future__ import annotations

import math
from typing import Any

from mathutils import Euler, Matrix, Quaternion

from ..plain.values import number, refuse, vector

WANTED = "3 angles in degrees, a quaternion (w, x, y, z), a mathutils.Euler, or a 3x3 matrix"
FLATTEST = 1e-6  # determinant of axes of length 1 that still count as three


def quaternion(rotation: Any, what: str, *, of: object = None) -> Quaternion:
    """Three angles in degrees (about x, then y, then z), an Euler (radians), a Quaternion or its
    numbers (w, x, y, z), or a matrix of 3x3 numbers whose columns are axes.

    TypeError for anything else, ValueError for numbers that are not finite or axes in one plane.
    """
    if isinstance(rotation, Euler):
        vector(rotation, what, of=of)
        return rotation.to_quaternion()
    if isinstance(rotation, Quaternion):
        if not all(map(math.isfinite, rotation)) or rotation.magnitude == 0.0:
            refuse(ValueError, what, "a rotation", rotation, of)
        return rotation.normalized()
    try:
        rows = list(rotation)
    except TypeError:
        refuse(TypeError, what, WANTED, rotation, of)
    if isinstance(rotation, (str, bytes, dict, set)) or len(rows) not in (3, 4):
        refuse(TypeError, what, WANTED, rotation, of)
    if len(rows) == 4:
        if hasattr(rows[0], "__len__"):
            refuse(TypeError, what, WANTED, rotation, of)
        given = [number(part, f"a part of {what}", of=of) for part in rows]
        return quaternion(Quaternion(given), what, of=of)
    if hasattr(rows[0], "__len__"):
        matrix = Matrix([vector(row, f"a row of {what}", of=of) for row in rows]).normalized()
        if matrix.determinant() < FLATTEST:
            wanted = "a matrix whose axes are not in one plane, nor mirrored"
            refuse(ValueError, what, wanted, rotation, of)
        return matrix.to_quaternion()
    angles = vector(rows, what, of=of)
    return Euler([math.radians(angle) for angle in angles], "XYZ").to_quaternion()
