#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What Blender shows on the screen of an Xvfb: screen.py FILE EXPRESSION.

FILE is what `Xvfb -fbdir` keeps, an X window dump. Ends with 0 if the expression is true of `scene`
and `text`, which it prints: how many pixels are light in the middle of the screen (half of each
side), and in the left half of its last lines, where Blender tells its status.
"""
import struct
import sys

STATUS_LINES = 20
LIGHT = 120


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
    status = [row[: 2 * width] for row in rows[-STATUS_LINES:]]
    scene, text = (
        sum(min(row[i : i + 3]) >= LIGHT for row in part for i in range(0, len(row), 4))
        for part in (middle, status)
    )
    print(f"scene {scene}, text {text}")
    sys.exit(not eval(sys.argv[2], {"scene": scene, "text": text}))


main()
