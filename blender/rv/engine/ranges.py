# SPDX-License-Identifier: MIT
"""Which numbers a property of Blender takes: what is out of range it would change silently."""

from __future__ import annotations

import math
from typing import Any, Tuple

from ..plain.meta import f32
from ..plain.values import number, whole


def limits(kind: Any, name: str) -> Tuple[float, float]:
    """The lowest and highest value of a number of a type, or data-block, of Blender."""
    prop = kind.bl_rna.properties[name]
    return f32(float(prop.hard_min)), f32(float(prop.hard_max))


def within(kind: Any, name: str, value: Any, what: str, *, of: object = None) -> float:
    """`value` for that property, a whole number where it holds such; TypeError, ValueError."""
    low, high = limits(kind, name)
    if kind.bl_rna.properties[name].type == "INT":
        return whole(value, what, low, high, of=of)
    unlimited = 1e38  # 32-bit floats end there
    low, high = (-math.inf if low < -unlimited else low), (math.inf if high > unlimited else high)
    return number(value, what, low, high, of=of)


def within_degrees(kind: Any, name: str, value: Any, what: str, *, of: object = None) -> float:
    """The same for an angle that is given in degrees; in radians."""
    low, high = (round(math.degrees(limit), 3) for limit in limits(kind, name))
    return math.radians(number(value, what, low, high, of=of))
