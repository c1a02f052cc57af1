# SPDX-License-Identifier: MIT
"""Blender's unit of length in metres: what records are in."""

from __future__ import annotations

from typing import Iterable, List

import bpy
from mathutils import Matrix


def scale() -> float:
    """Metres per unit of Blender's scene; 1 where it has no units."""
    settings = bpy.context.scene.unit_settings
    return 1.0 if settings.system == "NONE" else settings.scale_length


def metres(lengths: Iterable[float]) -> List[float]:
    """Lengths of Blender in metres."""
    factor = scale()
    return [length * factor for length in lengths]


def blender_units(lengths: Iterable[float]) -> List[float]:
    """Lengths in metres in Blender's unit."""
    factor = scale()
    return [length / factor for length in lengths]


def in_metres(matrix: Matrix) -> Matrix:
    """What takes an object's own points, in Blender's unit, to the world, in metres."""
    factor = scale()
    return matrix if factor == 1.0 else Matrix.Diagonal((factor, factor, factor, 1.0)) @ matrix


def placed(matrix: Matrix) -> List[List[float]]:
    """A world matrix as rows, its place in metres; what it turns and scales is so already."""
    factor = scale()
    rows = [list(row) for row in matrix]
    for row in rows[:3]:
        row[3] *= factor
    return rows
