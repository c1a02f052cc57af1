# SPDX-License-Identifier: MIT
"""PNG files with nothing but the standard library, for tests: 8 and 16 bit, grey to RGBA."""
import struct
import zlib

CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
COLOUR_TYPES = {channels: colour for colour, channels in CHANNELS.items()}
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def write_png(path: str, width: int, height: int, channels: int, bits: int, values: list) -> None:
    """Writes `width * height * channels` integers: row order, channels interleaved."""
    fmt = ">%d%s" % (width * channels, "B" if bits == 8 else "H")
    step = width * channels
    rows = [b"\0" + struct.pack(fmt, *values[y * step : (y + 1) * step]) for y in range(height)]

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, bits, COLOUR_TYPES[channels], 0, 0, 0)
    with open(path, "wb") as file:
        file.write(SIGNATURE + chunk(b"IHDR", header))
        file.write(chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b""))


def _paeth(a: int, b: int, c: int) -> int:
    pa, pb, pc = abs(b - c), abs(a - c), abs(a + b - 2 * c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def _unfilter(kind: int, row: bytearray, above: bytes, step: int) -> None:
    for i in range(len(row)):
        left = row[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        guess = (0, left, above[i], (left + above[i]) // 2, _paeth(left, above[i], corner))[kind]
        row[i] = (row[i] + guess) & 0xFF


def read_png(path: str) -> tuple:
    """(width, height, channels, samples in row order); ValueError for what it cannot read."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:8] != SIGNATURE:
        raise ValueError(f"{path}: no PNG")
    at, packed, header = 8, b"", None
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + size]
        if data[at + 8 + size : at + 12 + size] != struct.pack(">I", zlib.crc32(kind + body)):
            raise ValueError(f"{path}: wrong checksum of {kind!r}")
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            packed += body
        at += 12 + size
    width, height, bits, colour, _, _, interlaced = header
    if bits not in (8, 16) or colour not in CHANNELS or interlaced:
        raise ValueError(f"{path}: bits {bits}, colour type {colour}, interlace {interlaced}")
    channels = CHANNELS[colour]
    step = channels * bits // 8
    raw, above, values = zlib.decompress(packed), bytes(width * step), []
    for y in range(height):
        start = y * (width * step + 1)
        row = bytearray(raw[start + 1 : start + 1 + width * step])
        _unfilter(raw[start], row, above, step)
        values.extend(struct.unpack(">%d%s" % (width * channels, "B" if bits == 8 else "H"), row))
        above = bytes(row)
    return width, height, channels, values
