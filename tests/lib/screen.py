#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is on the screen of an Xvfb: screen.py FILE [PNG].

FILE is what `Xvfb -fbdir` keeps, an X window dump. Prints the number of colours in its middle (half
of each side) and a digest of that part; writes the whole to PNG when that is named.
"""
import hashlib
import struct
import sys

from pngio import write_png


def main() -> None:
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    header = struct.unpack_from(">25I", data)
    width, height, bits, stride, colours = (header[i] for i in (4, 5, 11, 12, 19))
    if header[1] != 7 or bits != 32:
        sys.exit("not a screen of 32 bits a pixel")
    start = header[0] + 12 * colours  # BGRX, little-endian
    rows = [data[start + y * stride : start + y * stride + 4 * width] for y in range(height)]
    middle = [row[width : 3 * width] for row in rows[height // 4 : 3 * height // 4]]
    found = {row[i : i + 3] for row in middle for i in range(0, len(row), 4)}
    print(len(found), hashlib.sha256(b"".join(middle)).hexdigest())
    if len(sys.argv) > 2:
        values = [row[4 * x + c] for row in rows for x in range(width) for c in (2, 1, 0)]
        write_png(sys.argv[2], width, height, 3, 8, values)


main()
