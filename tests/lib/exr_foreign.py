#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rewrite an OpenEXR file in a form that rv-blend does not write: exr_foreign.py tiles|parts FILE.

The file is one that make_sample.py wrote. tiles: 16 x 16, compressed by ZIP. parts: one part for
each pass, "ViewLayer.Depth" with the channel "Z" and so on, not compressed.
"""

import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from check_labels import read_exr_file  # noqa: E402
from make_sample import attribute, exr_zip, pack_row  # noqa: E402

TILE = 16
TILED, LONG_NAMES, MULTI_PART = 0x200, 0x400, 0x1000
NONE, ZIP = 0, 3
TYPES = {"e": 1, "f": 2}


def header(width: int, height: int, channels: dict, codec: int, more: list) -> bytes:
    """Return the attributes of a part and their end. channels: name -> "f" or "e"."""
    chlist = b"".join(
        name.encode() + b"\0" + struct.pack("<iIii", TYPES[channels[name]], 0, 1, 1)
        for name in sorted(channels)
    )
    window = struct.pack("<iiii", 0, 0, width - 1, height - 1)
    return (
        b"".join(
            [
                attribute("channels", "chlist", chlist + b"\0"),
                attribute("compression", "compression", bytes([codec])),
                attribute("dataWindow", "box2i", window),
                attribute("displayWindow", "box2i", window),
                attribute("lineOrder", "lineOrder", b"\0"),
                attribute("pixelAspectRatio", "float", struct.pack("<f", 1)),
                attribute("screenWindowCenter", "v2f", struct.pack("<ff", 0, 0)),
                attribute("screenWindowWidth", "float", struct.pack("<f", 1)),
            ]
            + more
        )
        + b"\0"
    )


def with_tables(head: bytes, parts: list) -> bytes:
    """Return a file: a header, the tables of offsets, the chunks of the parts."""
    at = len(head) + 8 * sum(len(chunks) for chunks in parts)
    tables = b""
    for chunk in (chunk for chunks in parts for chunk in chunks):
        tables += struct.pack("<Q", at)
        at += len(chunk)
    return head + tables + b"".join(chunk for chunks in parts for chunk in chunks)


def tiles(planes: dict, types: dict, width: int, height: int) -> bytes:
    """Return a tiled file."""
    chunks = []
    for y in range(0, height, TILE):
        for x in range(0, width, TILE):
            raw = b"".join(
                pack_row(types[name], planes[name][row][x : x + TILE])
                for row in range(y, min(y + TILE, height))
                for name in sorted(planes)
            )
            data = exr_zip(raw)
            place = struct.pack("<iiiii", x // TILE, y // TILE, 0, 0, len(data))
            chunks.append(place + data)
    size = attribute("tiles", "tiledesc", struct.pack("<IIB", TILE, TILE, 0))
    head = struct.pack("<II", 20000630, 2 | LONG_NAMES | TILED)
    return with_tables(head + header(width, height, types, ZIP, [size]), [chunks])


def parts(planes: dict, types: dict, width: int, height: int) -> bytes:
    """Return a file with a part for each pass."""
    passes = sorted({name.rsplit(".", 1)[0] for name in planes})
    head = struct.pack("<II", 20000630, 2 | LONG_NAMES | MULTI_PART)
    all_chunks = []
    for number, name in enumerate(passes):
        own = sorted(channel for channel in planes if channel.rsplit(".", 1)[0] == name)
        short = {channel.rsplit(".", 1)[1]: types[channel] for channel in own}
        more = [
            attribute("name", "string", name.encode()),
            attribute("type", "string", b"scanlineimage"),
            attribute("chunkCount", "int", struct.pack("<i", height)),
        ]
        head += header(width, height, short, NONE, more)
        chunks = []
        for y in range(height):
            raw = b"".join(pack_row(types[channel], planes[channel][y]) for channel in own)
            chunks.append(struct.pack("<iii", number, y, len(raw)) + raw)
        all_chunks.append(chunks)
    return with_tables(head + b"\0", all_chunks)


def main() -> None:
    """Rewrite the file."""
    form, path = sys.argv[1:]
    planes, types, _ = read_exr_file(path)
    rows = next(iter(planes.values()))
    write = {"tiles": tiles, "parts": parts}[form]
    Path(path).write_bytes(write(planes, types, len(rows[0]), len(rows)))


if __name__ == "__main__":
    main()
