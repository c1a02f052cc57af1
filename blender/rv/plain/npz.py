# SPDX-License-Identifier: MIT
"""Arrays of numbers as NumPy's .npz files, the same bytes at all times.

Needs no Blender, nor NumPy.
"""

from __future__ import annotations

import sys
import zipfile
from array import array
from dataclasses import dataclass
from typing import Dict, Tuple

_TYPES = {"d": "f8", "f": "f4", "i": "i4"}  # of arrays: types of NumPy, without the order of bytes
_ALIGNMENT = 64
_FIXED = 10  # bytes before a header's text


@dataclass(frozen=True)
class Numbers:
    """Some of one type, row by row."""

    shape: Tuple[int, ...]
    values: array  # type: ignore[type-arg]  # of 3.9 on


def _npy(numbers: Numbers) -> bytes:
    order = "<" if sys.byteorder == "little" else ">"
    kind, shape = _TYPES[numbers.values.typecode], repr(tuple(numbers.shape))
    text = f"{{'descr': '{order}{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (-(_FIXED + len(text) + 1) % _ALIGNMENT) + "\n"
    head = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode("ascii")
    return head + numbers.values.tobytes()


def write(path: str, arrays: Dict[str, Numbers]) -> None:
    """Writes arrays by their names, in the order of these, uncompressed."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        for name in sorted(arrays):
            member = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            member.create_system = 3  # whatever this one is
            file.writestr(member, _npy(arrays[name]))
