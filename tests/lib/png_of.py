#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write a PNG whose last channel has four values, or say what is in a grey one.

    png_of.py FILE WIDTH HEIGHT CHANNELS DEPTH      the last channel is 300..303, or 44..47
    png_of.py --values FILE                         prints "CHANNELS DEPTH: VALUE..."
"""

import struct
import sys

from check_labels import read_png
from make_sample import png_bytes

if sys.argv[1] == "--values":
    image = read_png(sys.argv[2])
    values = sorted({value for row in image["rows"] for value in row})
    print(f"{image['channels']} {image['depth']}:", *values)
else:
    width, height, channels, depth = map(int, sys.argv[2:])
    rows = []
    for y in range(height):
        values = [
            7 * x % 250 if c + 1 < channels else 300 + (x + y) % 4
            for x in range(width)
            for c in range(channels)
        ]
        rows.append(
            struct.pack(f">{len(values)}H", *values)
            if depth == 16
            else bytes(v % 256 for v in values)
        )
    with open(sys.argv[1], "wb") as file:
        file.write(png_bytes(width, height, rows, {1: 0, 2: 4, 3: 2, 4: 6}[channels], depth))
