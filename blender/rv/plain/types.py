# SPDX-License-Identifier: MIT
"""Type names of the scene API, for annotations in scene scripts and in this package.

Needs no Blender.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Protocol, Sequence, Set, Tuple, Union

Float2 = Tuple[float, float]
"""Two numbers."""
Float3 = Tuple[float, float, float]
"""Three numbers, mostly x, y, z in metres."""
Float4 = Tuple[float, float, float, float]
"""Four numbers."""


class Components(Protocol):
    """A list, vector or array of numbers: mathutils' and NumPy's are some."""

    def __len__(self) -> int:
        """How many there are."""

    def __getitem__(self, index: int, /) -> float:
        """One of them."""

    def __setitem__(self, index: int, value: Any, /) -> None:
        """Changes one of them."""


VectorLike = Union[Float3, Components]
"""Three numbers: a tuple, list, `rv.Vector` or array."""
PairLike = Union[Float2, Components]
"""Two numbers: a tuple, list or array."""
RotationLike = Union[Float3, Float4, Components, Sequence[VectorLike]]
"""A rotation: three angles in degrees (about x, then y, then z), a mathutils.Euler (radians), a
mathutils.Quaternion or its four numbers (w, x, y, z), or a matrix of 3 rows."""
MatrixLike = Union[Sequence[Sequence[float]], Sequence[Components], Components]
"""A matrix: its rows, or all of its numbers row by row; lists, arrays, a mathutils.Matrix."""
ColorRGB = Float3
"""Red, green, blue; linear, 1 is full."""
ColorRGBA = Float4
"""Red, green, blue, alpha; linear, 1 is full."""
ColorLike = Union[ColorRGB, ColorRGBA, Components]
"""A linear colour of 3 or 4 components: a tuple, list or array."""
Color = ColorLike
"""The same."""
OptionalColor = Optional[ColorLike]
"""A colour, or None to leave it as it is."""
Resolution = Tuple[int, int]
"""Width and height in pixels."""
JSONSerializable = Union[None, bool, int, float, str, List[Any], Dict[str, Any]]
"""What a record can hold."""
TagSet = Set[str]
"""Tags."""
SemanticChannelSet = Set[str]
"""Names of semantic channels in their normal form."""
CellCoords = Tuple[int, ...]
"""A cell of the grid in which scattered objects are looked up."""
Polygon2D = List[Float2]
"""Corners in order."""
ScatterValidationResult = Tuple[bool, Optional[str]]
"""Whether a place will do, and why not."""
