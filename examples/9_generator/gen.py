"""A generator: a request on stdin, {"result": ...} on stdout. Plain Python, no Blender.

With the parameter `text` it draws that as a board (a PNG in the work directory) and answers with
its path; without, it makes up a few places and distances from the seed.
"""

import json
import os
import random
import struct
import sys
import zlib

# Letters of 5 by 7 points, a number per row; the highest of the five bits is the left point.
FONT = {
    " ": "00 00 00 00 00 00 00",
    "0": "0e 11 13 15 19 11 0e",
    "1": "04 0c 04 04 04 04 0e",
    "2": "0e 11 01 02 04 08 1f",
    "3": "1f 02 04 02 01 11 0e",
    "4": "02 06 0a 12 1f 02 02",
    "5": "1f 10 1e 01 01 11 0e",
    "6": "06 08 10 1e 11 11 0e",
    "7": "1f 01 02 04 08 08 08",
    "8": "0e 11 11 0e 11 11 0e",
    "9": "0e 11 11 0f 01 02 0c",
    "A": "0e 11 11 1f 11 11 11",
    "B": "1e 11 11 1e 11 11 1e",
    "C": "0e 11 10 10 10 11 0e",
    "D": "1c 12 11 11 11 12 1c",
    "E": "1f 10 10 1e 10 10 1f",
    "F": "1f 10 10 1e 10 10 10",
    "G": "0e 11 10 17 11 11 0f",
    "H": "11 11 11 1f 11 11 11",
    "I": "0e 04 04 04 04 04 0e",
    "J": "07 02 02 02 02 12 0c",
    "K": "11 12 14 18 14 12 11",
    "L": "10 10 10 10 10 10 1f",
    "M": "11 1b 15 15 11 11 11",
    "N": "11 11 19 15 13 11 11",
    "O": "0e 11 11 11 11 11 0e",
    "P": "1e 11 11 1e 10 10 10",
    "Q": "0e 11 11 11 15 12 0d",
    "R": "1e 11 11 1e 14 12 11",
    "S": "0f 10 10 0e 01 01 1e",
    "T": "1f 04 04 04 04 04 04",
    "U": "11 11 11 11 11 11 0e",
    "V": "11 11 11 11 11 0a 04",
    "W": "11 11 11 15 15 15 0a",
    "X": "11 11 0a 04 0a 11 11",
    "Y": "11 11 11 0a 04 04 04",
    "Z": "1f 01 02 04 08 10 1f",
}
ROWS = {char: [int(row, 16) for row in rows.split()] for char, rows in FONT.items()}
POINT = 6  # pixels
WIDTH, HEIGHT = 480, 72  # pixels of a board
PAPER, INK = (236, 224, 196), (38, 30, 26)

STARTS = ["NORTH", "OLD", "WHITE", "STONE", "GREEN", "LONG", "FOX", "MILL"]
ENDS = ["HARBOUR", "BRIDGE", "FIELD", "HILL", "POINT", "LAKE", "FORD", "GATE"]


def places(rng, count):
    """Names of places, and how far they are."""
    names = [a + b for a in STARTS for b in ENDS if len(a + b) <= 10]
    return [f"{name} {rng.randint(1, 99)}" for name in rng.sample(names, count)]


def board(text):
    """Rows of 8-bit RGB: the text in the middle of a board."""
    left = (WIDTH - POINT * (6 * len(text) - 1)) // 2
    top = (HEIGHT - POINT * 7) // 2
    for y in range(HEIGHT):
        line = bytearray()
        for x in range(WIDTH):
            column, row = (x - left) // POINT, (y - top) // POINT
            inked = False
            if 0 <= row < 7 and 0 <= column < 6 * len(text) and column % 6 < 5:
                inked = ROWS[text[column // 6]][row] >> (4 - column % 6) & 1
            line += bytes(INK if inked else PAPER)
        yield bytes(line)


def write_png(path, rows):
    """A PNG of 8-bit RGB rows."""
    packed = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for kind, body in (
            (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)),
            (b"IDAT", packed),
            (b"IEND", b""),
        ):
            file.write(struct.pack(">I", len(body)) + kind + body)
            file.write(struct.pack(">I", zlib.crc32(kind + body)))


def main():
    request = json.load(sys.stdin)
    parameters = request.get("params", {})
    if "text" in parameters:
        text = parameters["text"]
        if len(text) > 13 or any(char not in ROWS for char in text):
            sys.exit(f"gen.py: cannot draw {text!r}: up to 13 of A to Z, 0 to 9 and blank")
        name = text.replace(" ", "_") + ".png"
        write_png(os.path.join(request["work_dir"], name), board(text))
        result = name
    else:
        result = places(random.Random(request["seed"]), parameters.get("count", 3))
    json.dump({"result": result}, sys.stdout)


main()
