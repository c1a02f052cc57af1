# SPDX-License-Identifier: MIT
"""Arguments, each checked under the name that the message is to have."""

from __future__ import annotations

import math
import numbers
from typing import Any, List, Sequence

from ..plain.limits import FRAME_MAX


def whole(value: Any, name: str) -> int:
    """An integer, of numpy too. TypeError when it is none."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be an integer, not {value!r}")
    return int(value)


def real(value: Any, name: str, low: float, high: float) -> float:
    """A number within bounds. TypeError or ValueError when it is none."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number, not {value!r}")
    if not low <= float(value) <= high:
        raise ValueError(f"{name} is {value}, it must be in {low:g} to {high:g}")
    return float(value)


def flag(value: Any, name: str) -> bool:
    """True or False. TypeError when it is neither."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {value!r}")
    return value


def point(value: Any, name: str) -> List[float]:
    """Three numbers. ValueError when it is anything else."""
    try:
        found = [float(v) for v in value]
    except (TypeError, ValueError):
        found = []
    if len(found) != 3 or not all(map(math.isfinite, found)):
        raise ValueError(f"{name} must be three finite numbers, not {value!r}")
    return found


def matrix(value: Any, name: str, sizes: Sequence[int]) -> List[List[float]]:
    """Rows of a square matrix. ValueError when it is anything else."""
    try:
        found = [[float(v) for v in row] for row in value]
    except (TypeError, ValueError):
        found = []
    is_whole = all(len(row) == len(found) and all(map(math.isfinite, row)) for row in found)
    if len(found) not in sizes or not is_whole:
        shapes = " or ".join(f"{n}x{n}" for n in sizes)
        raise ValueError(f"{name} must be a matrix of {shapes} finite numbers, not {value!r}")
    return found


def frame(value: Any, name: str) -> int:
    """A frame number. RuntimeError when rv has none such: they name files, with six digits."""
    number = whole(value, name)
    if not 0 <= number <= FRAME_MAX:
        raise RuntimeError(f"{name} is {number}, frames go from 0 to {FRAME_MAX}")
    return number


def rows(value: List[List[float]]) -> Any:
    """A matrix as an array of numpy, where numpy is, else as it is."""
    try:
        import numpy
    except ImportError:
        return value
    return numpy.array(value, dtype=float)
