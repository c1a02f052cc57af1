# SPDX-License-Identifier: MIT
"""Views of a scene: further cameras that see what was built for the picture.

Views are no frames: nothing moves from one to the next. The scene is built once, and Blender keeps
what it has made of it for all of them. Each has a picture, labels, a pose and a K of its own.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, Tuple, Union

from mathutils import Matrix, Vector

from ..engine import measure, units
from ..engine.rotations import quaternion
from ..plain.limits import VIEWS_MAX
from ..plain.types import Resolution, RotationLike, VectorLike
from ..plain.values import number, refuse, resolution as checked_size, vector, whole
from .placed import Placed

if TYPE_CHECKING:
    from typing import Self

UNEVEN_MAX = 1e-3  # of a pose's axes: how far from length 1 and right angles
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")

Rows = List[List[float]]


class Viewed:
    """The part of a scene that has to do with views."""

    _views: Dict[str, Dict[str, Any]]  # name to a side render (PROTOCOL.md)

    def _start_views(self) -> None:
        self._views = {}

    def add_view(
        self,
        name: Optional[str] = None,
        matrix: Optional[Sequence[Sequence[float]]] = None,
        *,
        location: Optional[VectorLike] = None,
        rotation: Optional[RotationLike] = None,
        look_at: Optional[Union[Placed, VectorLike]] = None,
        K: Optional[Sequence[Sequence[float]]] = None,
        resolution: Optional[Resolution] = None,
    ) -> Self:
        """Adds a picture from elsewhere, besides that of the camera: one of the record's `views`.

        The pose is `matrix` (4x4, camera to world, which looks along -Z with +Y up), or `location`
        with `rotation` (as of `set_rotation`) or `look_at` (an object or a point, with Z up in the
        picture). `K` (3x3, in pixels) and `resolution` are those of the camera where they are left
        out, as is all else. `name` is a letter and up to 63 more of [a-z0-9_], and no other view's;
        `view_000` and so on where it is left out.
        TypeError and ValueError for what is none of these.
        """
        name = f"view_{len(self._views):03d}" if name is None else name
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            wanted = "a letter and up to 63 more of [a-z0-9_]"
            refuse(ValueError, "the name of a view", wanted, name, self)
        if name in self._views:
            refuse(ValueError, "the name of a view", "no other view's", name, self)
        if matrix is None and location is None:
            raise TypeError(f"{self!r}: a view needs a matrix or a location")
        if matrix is not None and (location, rotation, look_at) != (None, None, None):
            raise TypeError(f"{self!r}: a view has a matrix, or location, rotation and look_at")
        if rotation is not None and look_at is not None:
            raise TypeError(f"{self!r}: a view has either rotation or look_at")
        if location is not None:
            matrix = self._pose(location, rotation, look_at)
        view = _view(name, {"matrix_world": _rows(matrix, "matrix", 4, self)})
        if K is not None:
            view["camera"]["K"] = _rows(K, "K", 3, self)
        if resolution is not None:
            view["resolution"] = list(checked_size(resolution, of=self))
        self._put_view(view)
        return self

    def orbit(
        self,
        n: int,
        radius: float,
        elevation: float = 30.0,
        target: Union[Placed, VectorLike] = (0.0, 0.0, 0.0),
        *,
        start: float = 0.0,
        name: str = "orbit",
    ) -> Self:
        """Adds `n` views on a circle about the vertical through `target` (an object or a point),
        all looking at it, `radius` metres away, `elevation` degrees above it.

        The first stands `start` degrees from the X axis towards Y, seen from above, the others
        follow evenly in this direction. They are called `name` and _000, _001 and so on.
        """
        count = whole(n, "n", 1, VIEWS_MAX, of=self)
        away = number(radius, "radius", above=0, of=self)
        rise = math.radians(number(elevation, "elevation", -90, 90, of=self))
        first = number(start, "start", of=self)
        centre = self._place(target, "target")
        for i in range(count):
            turn = math.radians(first + 360.0 * i / count)
            self.add_view(f"{name}_{i:03d}", orbiting(centre, away, rise, turn))
        return self

    def set_stereo(self, baseline: float) -> Self:
        """Adds the views `left` and `right`, `baseline` metres apart, with the camera half-way.

        They go along with the camera, and look where it looks: a point `z` metres away is
        `baseline * fx / z` pixels further right in the left one, which `rv-mask --disparity` writes
        for each pixel. ValueError unless above 0.
        """
        half = number(baseline, "baseline", above=0, of=self) / 2.0
        for name, x in (("left", -half), ("right", half)):
            aside = [[float(i == k) for k in range(4)] for i in range(4)]
            aside[0][3] = x
            self._views.pop(name, None)
            self._put_view(_view(name, {"matrix_local": aside}))
        return self

    def _put_view(self, view: Dict[str, Any]) -> None:
        if len(self._views) >= VIEWS_MAX:
            raise ValueError(f"{self!r}: more than {VIEWS_MAX} views")
        self._views[view["name"]] = view

    def _place(self, target: Union[Placed, VectorLike], what: str) -> Tuple[float, float, float]:
        """An object's origin, or a point, in metres."""
        if isinstance(target, Placed):
            x, y, z = units.metres(measure.world_matrix(target.obj).translation)
            return x, y, z
        return vector(target, what, of=self)

    def _pose(
        self,
        location: VectorLike,
        rotation: Optional[RotationLike],
        look_at: Optional[Union[Placed, VectorLike]],
    ) -> Matrix:
        place = Vector(vector(location, "location", of=self))
        turn = quaternion((0, 0, 0) if rotation is None else rotation, "rotation", of=self)
        if look_at is not None:
            aim = Vector(self._place(look_at, "look_at")) - place
            if aim.length == 0.0:
                refuse(ValueError, "look_at", "elsewhere than location", look_at, self)
            turn = aim.to_track_quat("-Z", "Y")
        return Matrix.Translation(place) @ turn.to_matrix().to_4x4()


def _view(name: str, camera: Dict[str, Any]) -> Dict[str, Any]:
    """A side render that is a view."""
    return {"name": name, "view": True, "camera": camera}


def orbiting(centre: Sequence[float], radius: float, rise: float, turn: float) -> Rows:
    """The pose of a camera that looks at `centre`; angles in radians."""
    right = (-math.sin(turn), math.cos(turn), 0.0)
    back = (math.cos(rise) * math.cos(turn), math.cos(rise) * math.sin(turn), math.sin(rise))
    up = (-math.sin(rise) * math.cos(turn), -math.sin(rise) * math.sin(turn), math.cos(rise))
    rows = [[right[i], up[i], back[i], centre[i] + radius * back[i]] for i in range(3)]
    return [*rows, [0.0, 0.0, 0.0, 1.0]]


def _rows(value: Any, what: str, size: int, of: object) -> Rows:
    """A pose (4x4), or a K (3x3), as lists of floats."""
    wanted = f"a matrix of {size}x{size} numbers"
    if isinstance(value, (str, bytes)) or not hasattr(value, "__len__") or len(value) != size:
        refuse(TypeError, what, wanted, value, of)
    rows = []
    for row in value:
        if not hasattr(row, "__len__") or len(row) != size:
            refuse(TypeError, what, wanted, value, of)
        rows.append([number(n, f"a number of {what}", of=of) for n in row])
    if size == 4 and not _is_pose(rows):
        wanted = "right-handed axes of length 1 at right angles, a place, and the row 0 0 0 1"
        refuse(ValueError, what, wanted, value, of)
    if size == 3 and not _is_intrinsic(rows):
        wanted = "[[fx, 0, cx], [0, fy, cy], [0, 0, 1]] with fx and fy above 0"
        refuse(ValueError, what, wanted, value, of)
    return rows


def _is_pose(rows: Rows) -> bool:
    axes = Matrix(rows).to_3x3()
    product = axes.transposed() @ axes
    uneven = max(abs(product[i][k] - (i == k)) for i in range(3) for k in range(3))
    return uneven <= UNEVEN_MAX and axes.determinant() > 0.0 and rows[3] == [0.0, 0.0, 0.0, 1.0]


def _is_intrinsic(rows: Rows) -> bool:
    (fx, skew, _), (zero, fy, _), last = rows
    return fx > 0.0 and fy > 0.0 and [skew, zero, *last] == [0.0, 0.0, 0.0, 0.0, 1.0]
