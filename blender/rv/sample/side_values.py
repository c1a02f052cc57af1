# SPDX-License-Identifier: MIT
"""How the values of a side render's members are checked; its camera's are as in a record."""

from __future__ import annotations

import re
from typing import Any, Dict, Set, Tuple

from mathutils import Matrix

from ..engine import passes
from ..engine.passes import RenderPass
from ..engine.second_camera import Sight
from ..plain import fields
from ..plain.errors import SceneError
from ..plain.fields import Check
from ..plain.limits import OBJECTS_MAX
from ..plain.values import shown

UNEVEN_MAX = 1e-3  # of a camera's axes: how far from being at right angles


def name_of(value: Any, where: str) -> str:
    """The name of a side render. SceneError."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", value):
        wanted = "a letter and up to 63 more of [a-z0-9_]"
        raise SceneError(f"{where} is {shown(value)}, it must be {wanted}")
    return value


def indices(value: Any, where: str) -> Tuple[int, ...]:
    """Indices of objects. SceneError."""
    if not isinstance(value, list):
        raise SceneError(f"{where} is {shown(value)}, it must be a list of indices")
    index = fields.whole(1, OBJECTS_MAX)
    return tuple(index(v, f"{where}[{i}]") for i, v in enumerate(value))


def wanted_passes(value: Any, where: str) -> Set[RenderPass]:
    """Passes by their names, and those that are always there. SceneError."""
    try:
        return {passes.parse(name) for name in fields.names(value, where)} | passes.ALWAYS
    except ValueError as error:
        raise SceneError(f"{where}: {error}") from None


def _intrinsics(value: Any, where: str) -> fields.Rows:
    rows = fields.rows(value, where, (3,))
    (fx, skew, _), (zero, fy, _), last = rows
    if fx <= 0.0 or fy <= 0.0 or (skew, zero, *last) != (0.0, 0.0, 0.0, 0.0, 1.0):
        wanted = "[[fx, 0, cx], [0, fy, cy], [0, 0, 1]] with fx and fy above 0"
        raise SceneError(f"{where} is {shown(value)}, it must be {wanted}")
    return rows


def _pose(value: Any, where: str) -> fields.Rows:
    rows = fields.pose(value, where)
    axes = Matrix(rows).to_3x3().normalized()
    product = axes.transposed() @ axes
    uneven = max(abs(product[i][k] - (i == k)) for i in range(3) for k in range(3))
    if uneven > UNEVEN_MAX or axes.determinant() < 0.0 or rows[3] != (0.0, 0.0, 0.0, 1.0):
        wanted = "right-handed axes at right angles, a place, and the row 0 0 0 1"
        raise SceneError(f"{where} is {shown(value)}, it must be {wanted}")
    return rows


def _interval(value: Any, where: str) -> Tuple[float, float]:
    near, far = fields.reals(2)(value, where)
    if not 0.0 < near < far:
        raise SceneError(f"{where} is {shown(value)}, it must be 0 < near < far")
    return near, far


def _angles(value: Any, where: str) -> Tuple[float, float]:
    across, up = fields.reals(2)(value, where)
    if not (0.0 < across < 180.0 and 0.0 < up < 180.0):
        raise SceneError(f"{where} is {shown(value)}, it must be two angles in 0 to 180")
    return across, up


def _projection(value: Any, where: str) -> Dict[str, Any]:
    """What a record says of a camera that is no pinhole: as the scene's, or by `ortho_scale`."""
    if not isinstance(value, dict):
        raise SceneError(f"{where} is {shown(value)}, it must be an object")
    return value


_CAMERA: Dict[str, Check] = {
    "name": fields.text,  # so that a record's camera can be given as it is
    "matrix_world": _pose,
    "matrix_local": _pose,
    "type": fields.choice("PERSP", "ORTHO", "PANO"),
    "K": _intrinsics,
    "fov": _angles,
    "clip": _interval,
    "projection": _projection,
    "ortho_scale": fields.real(1e-6, 1e6),
}


def camera(value: Any, where: str) -> Sight:
    """The camera of a side render. SceneError for what cannot be one."""
    given = fields.members(value, where, _CAMERA)
    given.pop("projection", None)
    world, local = given.pop("matrix_world", None), given.pop("matrix_local", None)
    if (world is None) == (local is None):
        raise SceneError(f"{where} must have either matrix_world or matrix_local")
    wanted = {"K": "PERSP", "fov": "PERSP", "ortho_scale": "ORTHO"}
    for member, kind in wanted.items():
        if member in given and given.setdefault("type", kind) != kind:
            raise SceneError(f"{where}.{member} is of the type {kind}, not {given['type']}")
    return Sight(matrix=local if world is None else world, is_local=world is None, **given)
