# SPDX-License-Identifier: MIT
"""Label files in another form: what rv-mask writes, read; OpenEXR and Radiance, written.

A plane is an `array` of type "f", width * height numbers in rows from the top.
"""

from __future__ import annotations

import itertools
import math
import struct
import sys
import zlib
from array import array
from typing import Dict, Iterator, List, Tuple

Planes = Dict[str, "array[float]"]

ROWS = {0: 1, 2: 1, 3: 16}  # of a chunk, by compression: none, ZIPS, ZIP
FLOAT = 2  # a pixel type
SWAPPED = bytes(value ^ 128 for value in range(256))


def read_exr(data: bytes) -> Tuple[int, int, Planes]:
    """Width, height and planes of an EXR of 32-bit floats, in one part of scan lines.

    ValueError for any other.
    """
    attributes, at = _attributes(data)
    names, compression = _channels(attributes["channels"]), attributes["compression"][0]
    x0, y0, x1, y1 = struct.unpack("<4i", attributes["dataWindow"])
    width, height = x1 - x0 + 1, y1 - y0 + 1
    if compression not in ROWS:
        raise ValueError(f"an EXR of compression {compression} cannot be read")
    rows = ROWS[compression]
    chunks = (height + rows - 1) // rows
    planes: Planes = {name: array("f") for name in names}
    for offset in struct.unpack_from(f"<{chunks}Q", data, at):
        y, size = struct.unpack_from("<iI", data, offset)
        lines = min(rows, y1 + 1 - y)
        values = array("f")
        values.frombytes(
            _unpacked(data[offset + 8 : offset + 8 + size], 4 * width * lines * len(names))
        )
        if sys.byteorder == "big":
            values.byteswap()
        for line in range(lines):
            for i, name in enumerate(names):
                start = (line * len(names) + i) * width
                planes[name] += values[start : start + width]
    return width, height, planes


def _attributes(data: bytes) -> Tuple[Dict[str, bytes], int]:
    """Those of a header, and where it ends."""
    if data[:4] != b"\x76\x2f\x31\x01" or data[5] & 0x1A:
        raise ValueError("it is no EXR of one part of scan lines")
    found, at = {}, 8
    while data[at]:
        name, _, _ = data[at : at + 256].partition(b"\0")
        at += len(name) + 1
        kind, _, _ = data[at : at + 256].partition(b"\0")
        at += len(kind) + 1
        (size,) = struct.unpack_from("<I", data, at)
        found[name.decode()] = data[at + 4 : at + 4 + size]
        at += 4 + size
    return found, at + 1


def _channels(listed: bytes) -> List[str]:
    names, at = [], 0
    while listed[at]:
        name, _, _ = listed[at:].partition(b"\0")
        at += len(name) + 1
        if struct.unpack_from("<i", listed, at)[0] != FLOAT:
            raise ValueError(f"channel {name.decode()} has no 32-bit floats")
        names.append(name.decode())
        at += 16
    return names


def _unpacked(chunk: bytes, size: int) -> bytes:
    """What a chunk holds; one that would have grown is stored as it is."""
    if len(chunk) == size:
        return chunk
    raw = zlib.decompress(chunk)
    # Each byte is the difference to the one before, and 128: the sums of all before it.
    sums = bytearray(map((255).__and__, itertools.accumulate(raw)))
    sums[1::2] = sums[1::2].translate(SWAPPED)
    half = (size + 1) // 2
    found = bytearray(size)
    found[0::2], found[1::2] = sums[:half], sums[half:]
    return bytes(found)


def write_exr(width: int, height: int, planes: Planes) -> bytes:
    """An EXR of these planes, without compression."""
    names = sorted(planes)
    listed = b"".join(n.encode() + b"\0" + struct.pack("<iB3xii", FLOAT, 0, 1, 1) for n in names)
    window = struct.pack("<4i", 0, 0, width - 1, height - 1)
    head = b"\x76\x2f\x31\x01\x02\0\0\0" + b"".join(
        name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<I", len(value)) + value
        for name, kind, value in (
            ("channels", "chlist", listed + b"\0"),
            ("compression", "compression", b"\0"),
            ("dataWindow", "box2i", window),
            ("displayWindow", "box2i", window),
            ("lineOrder", "lineOrder", b"\0"),
            ("pixelAspectRatio", "float", struct.pack("<f", 1.0)),
            ("screenWindowCenter", "v2f", struct.pack("<2f", 0.0, 0.0)),
            ("screenWindowWidth", "float", struct.pack("<f", 1.0)),
        )
    )
    size = 4 * width * len(names)
    start = len(head) + 1 + 8 * height
    offsets = struct.pack(f"<{height}Q", *(start + y * (8 + size) for y in range(height)))
    lines = []
    for y in range(height):
        lines.append(struct.pack("<iI", y, size))
        for name in names:
            line = planes[name][y * width : (y + 1) * width]
            if sys.byteorder == "big":
                line.byteswap()
            lines.append(line.tobytes())
    return b"".join([head, b"\0", offsets, *lines])


def write_hdr(width: int, height: int, plane: "array[float]") -> bytes:
    """A Radiance picture of shades: eight bits of precision and a common exponent."""
    head = f"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y {height} +X {width}\n".encode()
    found = bytearray()
    for value in plane:
        fraction, exponent = math.frexp(max(value, 0.0))
        shade = int(fraction * 256.0)
        found += bytes((shade, shade, shade, exponent + 128 if shade else 0))
    return head + bytes(found)


def read_gray16(data: bytes) -> Tuple[int, int, "array[float]"]:
    """Width, height and plane of a PNG of 16-bit grey. ValueError for any other."""
    width, height, *form = struct.unpack_from(">IIBBBBB", data, 16)
    if data[:8] != b"\x89PNG\r\n\x1a\n" or form != [16, 0, 0, 0, 0]:
        raise ValueError("it is no PNG of 16-bit grey")
    raw = zlib.decompress(b"".join(_image_data(data)))
    plane, above = array("f"), bytes(2 * width)
    for y in range(height):
        start = y * (2 * width + 1)
        line = _unfiltered(raw[start], raw[start + 1 : start + 1 + 2 * width], above)
        plane.extend(struct.unpack(f">{width}H", line))
        above = line
    return width, height, plane


def _image_data(data: bytes) -> Iterator[bytes]:
    at = 8
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            yield data[at + 8 : at + 8 + size]
        at += 12 + size


def _unfiltered(kind: int, line: bytes, above: bytes) -> bytes:
    """A line of a PNG with two bytes a pixel."""
    if kind == 0:
        return line
    found = bytearray(line)
    for i, value in enumerate(line):
        left, up = found[i - 2] if i >= 2 else 0, above[i]
        corner = above[i - 2] if i >= 2 else 0
        if kind == 4:
            nearest = [abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)]
            guess = (left, up, corner)[nearest.index(min(nearest))]
        else:
            guess = (0, left, up, (left + up) // 2)[kind]
        found[i] = (value + guess) & 255
    return bytes(found)
