# SPDX-License-Identifier: MIT
"""From Python values to the JSON of a record. Needs no Blender.

The same values always give the same text. Floats are written with the fewest digits that give the
same number again; -0.0 is written as 0.0; what JSON cannot hold (infinities, NaN, functions,
Blender's own objects) is refused with the place where it stands.
"""

from __future__ import annotations

import json
import math
import struct
from contextlib import contextmanager
from enum import Enum
from functools import lru_cache
from typing import Any, Iterable, Iterator, List

from .errors import SceneError

DEPTH_MAX = 100
_ARRAYS = ("Vector", "Euler", "Quaternion", "Color", "Matrix", "bpy_prop_array")  # of 32-bit floats
_FLOAT32 = struct.Struct("<f")


@lru_cache(maxsize=1 << 11)  # of one sample: those of others are no use and look like a leak
def f32(value: float) -> float:
    """The shortest decimal that is the same 32-bit float: Blender's 0.10000000149 is 0.1.

    SceneError when it is not finite.
    """
    if not math.isfinite(value):
        raise SceneError(f"{value} is not a finite number")
    if value.is_integer():
        return value + 0.0  # -0.0 + 0.0 is 0.0
    packed = _FLOAT32.pack(value)
    for digits in ("%.6g", "%.7g", "%.8g"):
        short = float(digits % value)
        if _FLOAT32.pack(short) == packed:
            return short
    return float("%.9g" % value)


@contextmanager
def about(where: str) -> Iterator[None]:
    """Names the place in a SceneError of what is done inside."""
    try:
        yield
    except SceneError as error:
        raise SceneError(f"{where}: {error}") from None


def f32_list(values: Iterable[float]) -> List[float]:
    """`f32` of each."""
    return [f32(value) for value in values]


def f32_rows(matrix: Iterable[Iterable[float]]) -> List[List[float]]:
    """A matrix as a list of rows."""
    return [f32_list(row) for row in matrix]


def plain(value: Any, where: str, sort_keys: bool = True) -> Any:
    """`value` as JSON values. SceneError naming `where` when that is not possible.

    Sets become sorted lists; keys of dicts are sorted; mathutils vectors, ID property arrays and
    groups, and dataclasses with `to_dict` are unfolded.
    """
    return _plain(value, where, sort_keys, 0)


def _plain(value: Any, where: str, sort_keys: bool, depth: int) -> Any:
    if depth > DEPTH_MAX:
        raise SceneError(f"{where}: nested deeper than {DEPTH_MAX} levels")
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise SceneError(f"{where}: {value} is not a finite number")
        return value + 0.0
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise SceneError(f"{where}: {value!r} is not valid text") from None
        return value
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise SceneError(f"{where}: the key {key!r} is a {type(key).__name__}, not a str")
            _plain(key, f"{where}: a key", sort_keys, depth)
        keys = sorted(value) if sort_keys else list(value)
        return {k: _plain(value[k], f"{where}.{k}", sort_keys, depth + 1) for k in keys}
    if isinstance(value, (list, tuple)):
        return [_plain(v, f"{where}[{i}]", sort_keys, depth + 1) for i, v in enumerate(value)]
    if isinstance(value, (set, frozenset)):
        if all(isinstance(v, str) for v in value):
            return [_plain(v, where, sort_keys, depth + 1) for v in sorted(value)]
        return sorted((_plain(v, where, sort_keys, depth + 1) for v in value), key=dumps)
    for method in ("to_dict", "to_list", "tolist"):  # ObjectStats, ID properties, NumPy
        if hasattr(value, method):
            return _plain(getattr(value, method)(), where, sort_keys, depth + 1)
    if type(value).__name__ in _ARRAYS:
        return [
            _plain(f32(v) if isinstance(v, float) else v, where, sort_keys, depth + 1)
            for v in value
        ]
    raise SceneError(f"{where}: a {type(value).__name__} cannot be written as JSON")


def without_path(value: Any, path: str) -> Any:
    """`value` (as `plain` gives it) with the directory `path` cut out of every text."""
    if isinstance(value, str):
        return value.replace(path + "/", "").replace(path, "")
    if isinstance(value, list):
        return [without_path(v, path) for v in value]
    if isinstance(value, dict):
        return {without_path(k, path): without_path(v, path) for k, v in value.items()}
    return value


def dumps(value: Any) -> str:
    """`value` (as `plain` gives it) as JSON text without spaces or line ends."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
