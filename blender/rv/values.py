# SPDX-License-Identifier: MIT
"""Checks and conversions of the plain values that scene scripts pass in. Needs no Blender."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any, Dict, Iterable, List, Mapping, Sequence, TypeGuard

from .aliases import ColorRGBA, Float3

CHANNEL_NAME_MAX = 60  # bytes; Blender cuts names of AOVs at 63


def flatten(items: Iterable[Any]) -> List[Any]:
    """`items` with lists, tuples and sets among them replaced by their members (one level)."""
    flat: List[Any] = []
    for item in items:
        if isinstance(item, (set, frozenset)):
            flat.extend(sorted(item, key=repr))
        elif isinstance(item, (list, tuple)):
            flat.extend(item)
        else:
            flat.append(item)
    return flat


def is_number(value: Any) -> TypeGuard[float]:
    """True for a real number that is not a bool."""
    return isinstance(value, Real) and not isinstance(value, bool)


def triple(value: Sequence[float], what: str) -> Float3:
    """Three floats.

    TypeError unless `value` is a sequence of exactly three numbers, ValueError unless all are
    finite.
    """
    try:
        size = len(value)
    except TypeError:
        raise TypeError(f"{what} must be a sequence of 3 numbers, not {value!r}") from None
    if size != 3:
        raise TypeError(f"{what} must have 3 components, not {size}")
    x, y, z = float(value[0]), float(value[1]), float(value[2])
    if not all(map(math.isfinite, (x, y, z))):
        raise ValueError(f"{what} must be finite, not {value!r}")
    return x, y, z


def rgba(value: Sequence[float], what: str = "color") -> ColorRGBA:
    """Four floats from 3 or 4 components (alpha 1). TypeError otherwise."""
    if isinstance(value, str) or not hasattr(value, "__len__") or len(value) not in (3, 4):
        raise TypeError(f"{what} must have 3 or 4 components, not {value!r}")
    alpha = float(value[3]) if len(value) == 4 else 1.0
    return float(value[0]), float(value[1]), float(value[2]), alpha


def checked_keypoints(points: Any) -> Dict[str, Float3]:
    """A script's keypoints, checked: name to (x, y, z).

    TypeError unless it maps texts to three numbers, ValueError for numbers that are not finite and
    names that are empty.
    """
    if not isinstance(points, Mapping):
        raise TypeError(f"keypoints must be a dict of name to (x, y, z), not {points!r}")
    for name in points:
        if not isinstance(name, str):
            raise TypeError(f"the name of a keypoint must be a str, not {name!r}")
        if not name:
            raise ValueError("the name of a keypoint must not be empty")
    return {name: triple(points[name], f"keypoint {name!r}") for name in sorted(points)}


def not_negative(value: float, what: str) -> float:
    """`value` as a float. ValueError when it is below zero."""
    if value < 0:
        raise ValueError(f"{what} must be >= 0, not {value}")
    return float(value)


def channel_name(name: str) -> str:
    """The normal form of a semantic channel: lower case, anything but letters and digits as `_`.

    ValueError when nothing is left, or when it is too long for the name of an AOV.
    """
    text = "".join(c.lower() if c.isalnum() else "_" for c in str(name)).strip("_")
    if not text:
        raise ValueError(f"semantic channel {name!r} has no letter or digit")
    if len(text.encode()) > CHANNEL_NAME_MAX:
        raise ValueError(f"semantic channel {name!r} is longer than {CHANNEL_NAME_MAX} bytes")
    return text
