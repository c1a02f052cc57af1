# SPDX-License-Identifier: MIT
"""Values of JSON, each checked with the place where it stands.

A check takes a value and its place (`blend.camera.location[0]`), and returns what stands for it.
SceneError names the place, the value, and what is allowed. Needs no Blender.
"""

from __future__ import annotations

import math
from typing import Any, Callable, Mapping, Tuple

from .errors import SceneError
from .limits import RESOLUTION_MAX, RESOLUTION_MIN
from .values import shown

Rows = Tuple[Tuple[float, ...], ...]
Check = Callable[[Any, str], Any]


def flag(value: Any, where: str) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise SceneError(f"{where} is {shown(value)}, it must be true or false")
    return value


def text(value: Any, where: str) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value:
        raise SceneError(f"{where} is {shown(value)}, it must be a text")
    return value


def real(low: float, high: float) -> Callable[[Any, str], float]:
    """The check of a number in that range."""

    def parse(value: Any, where: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise SceneError(f"{where} is {shown(value)}, it must be a number")
        if not (math.isfinite(value) and low <= value <= high):
            raise SceneError(f"{where} is {shown(value)}, it must be in {low:g} to {high:g}")
        return float(value)

    return parse


def whole(low: int, high: int) -> Callable[[Any, str], int]:
    """The check of a whole number in that range."""

    def parse(value: Any, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise SceneError(
                f"{where} is {shown(value)}, it must be a whole number in {low} to {high}"
            )
        return value

    return parse


any_real = real(-1e30, 1e30)


def reals(count: int) -> Callable[[Any, str], Tuple[float, ...]]:
    """The check of a list of so many finite numbers."""

    def parse(value: Any, where: str) -> Tuple[float, ...]:
        if not isinstance(value, list) or len(value) != count:
            raise SceneError(f"{where} is {shown(value)}, it must be a list of {count} numbers")
        return tuple(any_real(v, f"{where}[{i}]") for i, v in enumerate(value))

    return parse


def rows(value: Any, where: str, sizes: Tuple[int, ...]) -> Rows:
    """A square matrix of one of the sizes."""
    if not isinstance(value, list) or len(value) not in sizes:
        known = " or ".join(f"{n}x{n}" for n in sizes)
        raise SceneError(f"{where} is {shown(value)}, it must be a matrix of {known} numbers")
    row = reals(len(value))
    return tuple(row(v, f"{where}[{i}]") for i, v in enumerate(value))


def pose(value: Any, where: str) -> Rows:
    """A 4x4 camera-to-world matrix, whose axes must not vanish. SceneError naming `where`."""
    matrix = rows(value, where, (4,))
    for i in range(3):
        if not any(row[i] for row in matrix[:3]):
            raise SceneError(f"{where}: its column {i} is zero, it must be an axis")
    return matrix


def choice(*allowed: str) -> Callable[[Any, str], str]:
    """The check of a text that is one of these."""

    def parse(value: Any, where: str) -> str:
        if value not in allowed:
            raise SceneError(f"{where} is {shown(value)}, it must be one of {', '.join(allowed)}")
        return str(value)

    return parse


def members(value: Any, where: str, checks: Mapping[str, Check]) -> Any:
    """An object's members by their checks; null is as if it were not there."""
    if not isinstance(value, dict):
        raise SceneError(f"{where} is {shown(value)}, it must be an object")
    unknown = sorted(value.keys() - checks.keys())
    if unknown:
        known = ", ".join(sorted(checks))
        raise SceneError(f"{where} has an unknown member {unknown[0]!r}, the members are: {known}")
    return {
        key: checks[key](inner, f"{where}.{key}")
        for key, inner in value.items()
        if inner is not None
    }


def names(value: Any, where: str) -> Tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list):
        raise SceneError(f"{where} is {shown(value)}, it must be a list of names")
    return tuple(text(v, f"{where}[{i}]") for i, v in enumerate(value))


def resolution(value: Any, where: str) -> Tuple[int, int]:
    """[width, height] in pixels."""
    if not isinstance(value, list) or len(value) != 2:
        raise SceneError(f"{where} is {shown(value)}, it must be [width, height]")
    side = whole(RESOLUTION_MIN, RESOLUTION_MAX)
    return side(value[0], f"{where}[0]"), side(value[1], f"{where}[1]")
