# SPDX-License-Identifier: MIT
"""Makes pictures of labels in floats, for docs/labels.sh.

    labels.py KIND FILE.exr >PICTURE.ppm

KIND says what the numbers are, and how they are shown:

    length     one number: the larger the brighter; 0 and 1e10 are black
    near       the same: the smaller the brighter
    vector     three: 0 is grey, x is red, y green, z blue; 1e10 is black
    place      three, metres in the world: the same, in cubes of half a metre
    coverage   ids and coverages of Cryptomatte: a colour for each id, by how much it covers
"""

import array
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "blender"))
from rv.client import pixels  # noqa: E402

NOTHING = 1e9  # as much and more is no length
CUBE_M = 0.5


def byte(share):
    """A share of white."""
    return round(255 * min(max(share, 0.0), 1.0))


def greys(values):
    """Nothing is black, the least that there is dark grey."""
    seen = [v for v in values if v > 0]
    low, high = min(seen), max(seen)
    scale = 0.85 / (high - low) if high > low else 0.0
    return [(byte(1 - (high - v) * scale) if v > 0 else 0,) * 3 for v in values]


def length(planes):
    """Metres, pixels, shares."""
    (values,) = planes.values()
    return greys([v if 0 < v < NOTHING else 0 for v in values])


def near(planes):
    """Metres, as rv-mask shows depth: by their reciprocals."""
    (values,) = planes.values()
    return greys([1 / v if 0 < v < NOTHING else 0 for v in values])


def vector(planes):
    """By roots: what moves little is seen beside what moves much."""
    found = list(zip(*(planes[c] for c in "XYZ")))
    most = max(abs(v) for three in found for v in three if abs(v) < NOTHING)

    def shown(v):
        return byte(0.5 + 0.5 * math.copysign(math.sqrt(abs(v) / most), v))

    return [tuple(map(shown, t)) if abs(t[0]) < NOTHING else (0, 0, 0) for t in found]


def place(planes):
    """As far as 4 m to each side. Cubes begin a bit below the ground."""
    found = list(zip(*(planes[c] for c in "XYZ")))
    odd = [sum(math.floor((v + 0.1) / CUBE_M) for v in three) % 2 for three in found]
    return [
        tuple(byte((0.5 + v / 8) * (0.7 if dark else 1)) if any(three) else 0 for v in three)
        for three, dark in zip(found, odd)
    ]


def coverage(planes):
    """Ranks are pairs of channels, an id and its coverage, named by level and letter."""
    names = sorted(planes, key=lambda n: (n[:-1], "rgba".index(n[-1])))
    picture = [[0.0, 0.0, 0.0] for _ in planes[names[0]]]
    for ids, covers in zip(names[::2], names[1::2]):
        bits = array.array("I", planes[ids].tobytes())
        for pixel, number, share in zip(picture, bits, planes[covers]):
            for i in range(3):
                pixel[i] += share * (0.25 + 0.75 * (number >> 8 * i & 255) / 255 if number else 0)
    return [tuple(map(byte, pixel)) for pixel in picture]


def main():
    """Reads the file, writes the picture."""
    with open(sys.argv[2], "rb") as file:
        width, height, planes = pixels.read_exr(file.read())
    shown = {f.__name__: f for f in (length, near, vector, place, coverage)}[sys.argv[1]](planes)
    sys.stdout.buffer.write(b"P6 %d %d 255\n" % (width, height))
    sys.stdout.buffer.write(bytes(value for pixel in shown for value in pixel))


main()
