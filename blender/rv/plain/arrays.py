# SPDX-License-Identifier: MIT
"""Arrays of a mesh as scripts pass them in: lists of lists, or NumPy arrays. Needs no Blender."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence, Tuple

from .types import Float2, Float3
from .values import pair, refuse, vector, whole

CORNERS_MIN = 3  # of a face


def _rows(value: Any, what: str, wanted: str) -> List[Any]:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__iter__"):
        refuse(TypeError, what, wanted, value)
    return list(value)


def points(value: Any, what: str) -> List[Float3]:
    """Points of three finite numbers each."""
    rows = _rows(value, what, "a list of (x, y, z)")
    return [vector(row, f"{what}[{i}]") for i, row in enumerate(rows)]


def polygons(value: Any, count: int, what: str) -> List[Tuple[int, ...]]:
    """Faces: each three or more different numbers below `count`."""
    found: List[Tuple[int, ...]] = []
    for i, row in enumerate(_rows(value, what, "a list of faces")):
        where = f"{what}[{i}]"
        corners = _rows(row, where, "a list of numbers of vertices")
        face = tuple(whole(corner, f"a corner of {where}", 0, count - 1) for corner in corners)
        if len(face) < CORNERS_MIN or len(set(face)) < len(face):
            refuse(ValueError, where, "three or more different vertices", row)
        found.append(face)
    return found


def corner_uvs(
    value: Any, faces: Sequence[Sequence[int]], count: int, what: str
) -> Optional[List[Float2]]:
    """A pair for each corner of each face, from these in their order or one for each vertex."""
    if value is None:
        return None
    rows = _rows(value, what, "a list of (u, v)")
    pairs = [pair(row, f"{what}[{i}]") for i, row in enumerate(rows)]
    corners = sum(map(len, faces))
    if len(pairs) == corners:
        return pairs
    if len(pairs) != count:
        wanted = f"{corners} pairs (corners of faces) or {count} (vertices)"
        refuse(ValueError, what, wanted, len(pairs))
    return [pairs[corner] for face in faces for corner in face]
