# SPDX-License-Identifier: MIT
"""Values at the door: what scripts pass in becomes plain, finite values, or an error that says what
is wanted. Needs no Blender.

Numbers and arrays of NumPy and of Blender (vectors, colours, matrices) are taken as those of Python
are. `what` names the argument in the message, `of` whose it is:

    rv.PointLight 'Lamp': power must be a number from 0 on, not nan

A value of another kind is a TypeError, one out of range a ValueError.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any, Dict, List, NoReturn, Optional, Sequence, Tuple, Type

if TYPE_CHECKING:
    from typing import TypeGuard  # not in Python 3.9, which rv.client runs in

from .limits import RESOLUTION_MAX, RESOLUTION_MIN
from .types import ColorRGBA, Float3

CHANNEL_NAME_MAX = 60  # bytes; Blender cuts names of AOVs at 63
SHOWN_MAX = 100  # characters of a value in a message
FLOAT_MAX = 3.4028235e38  # Blender's numbers have 32 bits


def shown(value: Any) -> str:
    """`value` as a message quotes it."""
    text = repr(value)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}..."


def refuse(
    kind: Type[Exception], what: str, wanted: str, value: Any, of: object = None
) -> NoReturn:
    """Raises the one kind of message that there is about a value."""
    owner = "" if of is None else f"{of!r}: "
    raise kind(f"{owner}{what} must be {wanted}, not {shown(value)}") from None


def is_number(value: Any) -> TypeGuard[float]:
    """True for a real number that is not a bool."""
    return type(value) in (float, int) or (isinstance(value, Real) and not isinstance(value, bool))


def _bounds(low: float, high: float, above: Optional[float]) -> str:
    """The end of "a number ..."."""
    if above is not None:
        return f" above {above:g}" if high == math.inf else f" above {above:g}, up to {high:g}"
    if low == -math.inf and high == math.inf:
        return " that is finite"
    if high == math.inf:
        return f" from {low:g} on"
    return f" in {low:g} to {high:g}"


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _is_finite(value: float) -> bool:
    return -FLOAT_MAX <= value <= FLOAT_MAX


def number(
    value: Any,
    what: str,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    above: Optional[float] = None,
    of: object = None,
) -> float:
    """A finite float in [low, high]; with `above` given, greater than that."""
    if getattr(value, "shape", None) == () and not is_number(value):
        value = value.item()  # an array of no dimension
    if not is_number(value):
        refuse(TypeError, what, "a number", value, of)
    found = _float(value)
    if not _is_finite(found) or not low <= found <= high or (above is not None and found <= above):
        refuse(ValueError, what, f"a number{_bounds(low, high, above)}", value, of)
    return found


def whole(
    value: Any, what: str, low: float = -math.inf, high: float = math.inf, *, of: object = None
) -> int:
    """An integer in [low, high]."""
    try:
        found = operator.index(value)
    except TypeError:
        refuse(TypeError, what, "a whole number", value, of)
    if isinstance(value, bool):
        refuse(TypeError, what, "a whole number", value, of)
    if not low <= found <= high:
        bounds = "" if (low, high) == (-math.inf, math.inf) else _bounds(low, high, None)
        refuse(ValueError, what, f"a whole number{bounds}", value, of)
    return found


def flag(value: Any, what: str, *, of: object = None) -> bool:
    """True or False."""
    if value is True or value is False:
        return value
    if type(value).__name__ in ("bool_", "bool") and hasattr(value, "item"):  # NumPy's
        return bool(value)
    refuse(TypeError, what, "True or False", value, of)


def text(value: Any, what: str, *, of: object = None) -> str:
    """A str that is not empty, and valid Unicode."""
    if not isinstance(value, str):
        refuse(TypeError, what, "a str", value, of)
    if not value:
        refuse(ValueError, what, "a str that is not empty", value, of)
    try:
        value.encode()
    except UnicodeEncodeError:
        refuse(ValueError, what, "valid text", value, of)
    return str(value)


def choice(value: Any, what: str, allowed: Iterable[str], *, of: object = None) -> str:
    """One of the words that are allowed."""
    words = list(allowed)
    wanted = f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
    if not isinstance(value, str) or value not in words:
        refuse(ValueError, what, wanted, value, of)
    return value


def _numbers(value: Any, what: str, sizes: Sequence[int], of: object) -> Tuple[float, ...]:
    """As many finite floats as one of `sizes` says."""
    wanted = " or ".join(map(str, sizes)) + " numbers"
    if isinstance(value, (str, bytes, Mapping, set, frozenset)):
        refuse(TypeError, what, wanted, value, of)
    try:
        members = list(value)
    except TypeError:
        refuse(TypeError, what, wanted, value, of)
    if len(members) not in sizes:
        refuse(TypeError, what, wanted, value, of)
    for member in members:
        if not is_number(member):
            refuse(TypeError, what, wanted, value, of)
    found = tuple(map(_float, members))
    if not all(map(_is_finite, found)):
        refuse(ValueError, what, f"{wanted} that are finite", value, of)
    return found


def vector(value: Any, what: str, *, of: object = None) -> Float3:
    """Three finite floats."""
    x, y, z = _numbers(value, what, (3,), of)
    return x, y, z


def pair(value: Any, what: str, *, of: object = None) -> Tuple[float, float]:
    """Two finite floats."""
    x, y = _numbers(value, what, (2,), of)
    return x, y


def matrix(value: Any, what: str, size: int, *, of: object = None) -> Tuple[Tuple[float, ...], ...]:
    """A square matrix of finite floats: its rows, or all numbers row by row."""
    wanted = f"a matrix of {size}x{size} numbers"
    if isinstance(value, (str, bytes, Mapping, set)) or not hasattr(value, "__len__"):
        refuse(TypeError, what, wanted, value, of)
    rows = list(value)
    if len(rows) == size * size:
        rows = [rows[i : i + size] for i in range(0, size * size, size)]
    if len(rows) != size:
        refuse(TypeError, what, wanted, value, of)
    return tuple(_numbers(row, f"a row of {what}", (size,), of) for row in rows)


def rgba(value: Any, what: str = "color", *, of: object = None) -> ColorRGBA:
    """Four finite floats from 3 or 4 components (alpha 1)."""
    components = _numbers(value, what, (3, 4), of)
    red, green, blue, alpha = (*components, 1.0)[:4]
    return red, green, blue, alpha


def resolution(value: Any, what: str = "resolution", *, of: object = None) -> Tuple[int, int]:
    """(width, height) in pixels."""
    if isinstance(value, (str, bytes)) or not hasattr(value, "__len__") or len(value) != 2:
        refuse(TypeError, what, "(width, height)", value, of)
    width = whole(value[0], f"the width of the {what}", RESOLUTION_MIN, RESOLUTION_MAX, of=of)
    height = whole(value[1], f"the height of the {what}", RESOLUTION_MIN, RESOLUTION_MAX, of=of)
    return width, height


def span(value: Any, what: str, *, of: object = None) -> Tuple[float, float]:
    """(lowest, highest), in this order."""
    low, high = pair(value, what, of=of)
    if low > high:
        refuse(ValueError, what, "(lowest, highest)", value, of)
    return low, high


def plain_value(value: Any, what: str, *, of: object = None) -> Any:
    """A value as Blender's custom properties take it: numbers of NumPy become Python's, and finite.

    What else Blender may take (texts, lists, data-blocks) is passed on.
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    elif not isinstance(value, (bool, int)) and is_number(value):
        value = number(value, what, of=of)
    if isinstance(value, float) and not math.isfinite(value):
        refuse(ValueError, what, "a number that is finite", value, of)
    if isinstance(value, (list, tuple)):
        members = [plain_value(member, what, of=of) for member in value]
        return tuple(members) if isinstance(value, tuple) else members
    return value


def mapping(value: Any, what: str, *, of: object = None) -> Dict[str, Any]:
    """A dict with names as keys."""
    if not isinstance(value, Mapping):
        refuse(TypeError, what, "a dict", value, of)
    for name in value:
        text(name, f"a key of {what}", of=of)
    return dict(value)


# -- texts of several kinds


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


def texts(items: Iterable[Any], what: str, *, of: object = None) -> List[str]:
    """Texts, given one by one or in lists, tuples and sets; `what` is one of them."""
    return [text(item, what, of=of) for item in flatten(items)]


def checked_keypoints(points: Any, *, of: object = None) -> Dict[str, Float3]:
    """A script's keypoints: name to (x, y, z), sorted by name."""
    if not isinstance(points, Mapping):
        refuse(TypeError, "keypoints", "a dict of name to (x, y, z)", points, of)
    for name in points:
        text(name, "the name of a keypoint", of=of)
    return {name: vector(points[name], f"keypoint {name!r}", of=of) for name in sorted(points)}


def channel_name(name: Any) -> str:
    """The normal form of a semantic channel: lower case, anything but letters and digits as `_`.

    ValueError when nothing is left, or when it is too long for the name of an AOV.
    """
    given = text(name, "a semantic channel")
    normal = "".join(c.lower() if c.isalnum() else "_" for c in given).strip("_")
    if not normal:
        refuse(ValueError, "a semantic channel", "a name with a letter or digit", name)
    if len(normal.encode()) > CHANNEL_NAME_MAX:
        refuse(ValueError, "a semantic channel", f"of {CHANNEL_NAME_MAX} bytes at most", name)
    return normal
