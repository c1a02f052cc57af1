#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make squares of the labels of records, as rv-mask tells them of objects that others hide.

    hide.py ROWS[xTIMES]... <RECORDS >RECORDS

The n-th word is about the n-th annotation of each picture: a square of 10 rows in the picture, of
which ROWS are seen; with TIMES the whole object is that many squares, the others beyond the border.
"""

import json
import sys

from mux_samples import encode

SIDE = 10


def rows_of(x, y, count, width, height):
    """Return the run lengths of the first rows of a square."""
    mask = [0] * (width * height)
    for row in range(y, y + count):
        mask[row * width + x : row * width + x + SIDE] = [1] * SIDE
    return {"size": [height, width], "counts": encode(mask, width, height)}


def hide(annotation, x, word):
    """Change an annotation."""
    rows, _, times = word.partition("x")
    seen, whole = SIDE * int(rows), SIDE * SIDE * int(times or 1)
    height, width = annotation["rle"]["size"]
    annotation["bbox"] = [x, 0, SIDE, int(rows)]
    annotation["area"] = seen
    annotation["rle"] = rows_of(x, 0, int(rows), width, height)
    annotation["amodal"] = rows_of(x, 0, SIDE, width, height)
    annotation["amodal_bbox"] = [x, SIDE - whole // SIDE, SIDE, whole // SIDE]
    annotation["amodal_area"] = whole
    annotation["visib_fract"] = seen / whole
    annotation["occluded_by"] = [{"index": 0, "area": SIDE * SIDE - seen}] if seen < 100 else []


def main():
    """Do what the command line says."""
    for line in sys.stdin:
        record = json.loads(line)
        for picture in [record, *record.get("frames", [])]:
            for number, (annotation, word) in enumerate(
                zip(picture.get("annotations", []), sys.argv[1:])
            ):
                hide(annotation, 2 * SIDE * number, word)
        print(json.dumps(record, separators=(",", ":")))


if __name__ == "__main__":
    main()
