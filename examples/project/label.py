"""The generator of labels: draws a code as bars (interleaved 2 of 5), answers with the PNG."""

import json
import os
import struct
import sys
import zlib

BARS = "nnwwn wnnnw nwnnw wwnnn nnwnw wnwnn nwwnn nnnww wnnwn nwnwn".split()  # of each digit
NARROW, WIDE, QUIET, HEIGHT = 2, 5, 20, 80  # pixels


def row(code):
    """One row of 8-bit grey: black bars carry the first digit of a pair, the gaps the second."""
    widths = [NARROW] * 4
    for first, second in zip(code[::2], code[1::2]):
        for bar, gap in zip(BARS[int(first)], BARS[int(second)]):
            widths += [WIDE if kind == "w" else NARROW for kind in (bar, gap)]
    widths += [WIDE, NARROW, NARROW]
    line = b"".join(bytes([0 if i % 2 == 0 else 255]) * width for i, width in enumerate(widths))
    quiet = b"\xff" * QUIET
    return quiet + line + quiet


def write_png(path, line):
    white = b"\0" + b"\xff" * len(line)
    pixels = white * QUIET + (b"\0" + line) * HEIGHT + white * QUIET
    head = struct.pack(">IIBBBBB", len(line), HEIGHT + 2 * QUIET, 8, 0, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for kind, body in ((b"IHDR", head), (b"IDAT", zlib.compress(pixels)), (b"IEND", b"")):
            file.write(struct.pack(">I", len(body)) + kind + body)
            file.write(struct.pack(">I", zlib.crc32(kind + body)))


request = json.load(sys.stdin)
code = request["params"]["code"]
if len(code) % 2 or not code.isdigit():
    sys.exit(f"label.py: {code!r} is not an even number of digits")
name = f"{code}.png"
write_png(os.path.join(request["work_dir"], name), row(code))
json.dump({"result": name}, sys.stdout)
