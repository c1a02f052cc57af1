"""Makes the textures of the scene: python3 textures.py [DIRECTORY]

bricks.png holds colours, bricks_normal.png the slope of the surface: red and green are the x and y
of the normal, blue its z, each from -1 (0) to 1 (255).
"""

import math
import os
import random
import struct
import sys
import zlib

SIZE = 192  # pixels
ROWS, COLUMNS = 8, 4  # bricks
JOINT, BEVEL = 2.5, 3.5  # pixels
MORTAR = (168, 160, 148)


def brick_at(x, y):
    """The number of the brick at a pixel, and the distance from its edge in pixels."""
    height, width = SIZE / ROWS, SIZE / COLUMNS
    row = int(y / height)
    shifted = (x + (row % 2) * width / 2) % SIZE
    column = int(shifted / width)
    u, v = shifted - column * width, y - row * height
    return row * COLUMNS + column, min(u, width - u, v, height - v)


def height_at(x, y):
    """Height of the wall: 0 in the joints, 1 on the bricks, rounded between."""
    edge = brick_at(x % SIZE, y % SIZE)[1]
    part = min(max((edge - JOINT) / BEVEL, 0.0), 1.0)
    return math.sin(part * math.pi / 2)


def png(path, pixel):
    """Writes a picture of 8-bit RGB, row by row from the top."""
    rows = bytearray()
    for y in range(SIZE):
        rows.append(0)
        for x in range(SIZE):
            rows += bytes(pixel(x + 0.5, y + 0.5))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for kind, body in (
            (b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(bytes(rows), 9)),
            (b"IEND", b""),
        ):
            file.write(struct.pack(">I", len(body)) + kind + body)
            file.write(struct.pack(">I", zlib.crc32(kind + body)))


def main():
    directory = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    rng = random.Random(8)
    shades = [rng.uniform(0.75, 1.15) for _ in range(ROWS * COLUMNS)]

    def color(x, y):
        number, edge = brick_at(x, y)
        if edge < JOINT:
            return MORTAR
        return [min(int(c * shades[number]), 255) for c in (176, 84, 60)]

    def normal(x, y):
        slope_x = height_at(x - 1, y) - height_at(x + 1, y)
        slope_y = height_at(x, y + 1) - height_at(x, y - 1)  # v goes up, rows go down
        length = math.sqrt(slope_x**2 + slope_y**2 + 1)
        return [round(127.5 + 127.5 * c / length) for c in (slope_x, slope_y, 1)]

    png(os.path.join(directory, "bricks.png"), color)
    png(os.path.join(directory, "bricks_normal.png"), normal)


if __name__ == "__main__":
    main()
