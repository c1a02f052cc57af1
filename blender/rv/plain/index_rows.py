# SPDX-License-Identifier: MIT
"""An index map as runs of pixels: from an EXR file that Blender has written without compression.

Needs no Blender.
"""

from __future__ import annotations

import itertools
import struct
from typing import Dict, Iterator, List, Tuple

Runs = List[int]  # x, how many pixels, x, how many, ...

_SIZES = {0: 4, 1: 2, 2: 4}  # bytes of whole numbers, halves and floats
_FLOAT = 2


def rows(path: str, channel: str) -> Iterator[Tuple[int, Dict[int, Runs]]]:
    """Of each line, from the uppermost one, its number and the runs of each index that it has."""
    with open(path, "rb") as file:
        data = memoryview(file.read())
    attributes, at = _header(data)
    x0, y0, x1, y1 = struct.unpack("<4i", attributes["dataWindow"])
    width, height = x1 - x0 + 1, y1 - y0 + 1
    before, kind = _place(attributes["channels"], channel)
    if attributes["compression"] != b"\0" or kind != _FLOAT:
        raise ValueError(f"{path}: {channel} is compressed, or no float")
    nothing = bytes(4 * width)
    for (place,) in struct.iter_unpack("<Q", data[at : at + 8 * height]):
        (number,) = struct.unpack_from("<i", data, place)
        start = place + 8 + before * width
        line = data[start : start + 4 * width]
        if line != nothing:
            yield number - y0, _runs(line)


def _runs(line: memoryview) -> Dict[int, Runs]:
    found: Dict[int, Runs] = {}
    x = 0
    for value, pixels in itertools.groupby(line.cast("f")):
        count = sum(1 for _ in pixels)
        if value:
            found.setdefault(int(value), []).extend((x, count))
        x += count
    return found


def _header(data: memoryview) -> Tuple[Dict[str, bytes], int]:
    """Its attributes, and where the table of lines begins."""
    attributes: Dict[str, bytes] = {}
    at = 8
    while data[at]:
        name, at = _text(data, at)
        _, at = _text(data, at)
        (size,) = struct.unpack_from("<i", data, at)
        attributes[name] = bytes(data[at + 4 : at + 4 + size])
        at += 4 + size
    return attributes, at + 1


def _place(channels: bytes, wanted: str) -> Tuple[int, int]:
    """Bytes of a pixel's channels before one, and its kind. ValueError when it is not there."""
    at = before = 0
    while channels[at]:
        name, at = _text(memoryview(channels), at)
        (kind,) = struct.unpack_from("<i", channels, at)
        if name == wanted:
            return before, kind
        before += _SIZES[kind]
        at += 16
    raise ValueError(f"there is no channel {wanted}")


def _text(data: memoryview, at: int) -> Tuple[str, int]:
    """A text that a zero ends, and what comes after it."""
    end = at
    while data[end]:
        end += 1
    return bytes(data[at:end]).decode(), end + 1
