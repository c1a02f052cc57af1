#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Says where the panels of a contact sheet with one sample are other than files.

    sheet_check.py SHEET FILE...

The files are of one size, that of a panel or a whole fraction of it, one for each panel from the
left. Prints a word for each: `same`, `inside`, or `above`, `below`, `above+below` where only the
upper 16 rows are other, or only the lower ones.
"""
import sys

from pngio import read_png

MARGIN, GAP, SIDE, TITLE = 12, 2, 256, 16


def rgb(path: str) -> list:
    """Return the rows of a picture, each a list of colours."""
    width, height, channels, values = read_png(path)
    top = max(255, 65535 * (max(values) > 255))
    values = [(255 * v + top // 2) // top for v in values]
    colours = [
        tuple(values[i : i + 3]) if channels >= 3 else (values[i],) * 3
        for i in range(0, len(values), channels)
    ]
    return [colours[y * width : (y + 1) * width] for y in range(height)]


def compare(sheet: list, number: int, picture: list) -> str:
    """Return the word for a panel."""
    factor = SIDE // max(len(picture), len(picture[0]))
    height, width = len(picture) * factor, len(picture[0]) * factor
    left = MARGIN + number * (width + GAP)
    off = [
        any(sheet[MARGIN + y][left + x] != picture[y // factor][x // factor] for x in range(width))
        for y in range(height)
    ]
    where = {"above": any(off[:TITLE]), "below": any(off[height - TITLE :])}
    if any(off[TITLE : height - TITLE]):
        return "inside"
    return "+".join(name for name, is_off in where.items() if is_off) or "same"


def main() -> None:
    """Print the words."""
    sheet = rgb(sys.argv[1])
    pictures = [rgb(path) for path in sys.argv[2:]]
    factor = SIDE // max(len(pictures[0]), len(pictures[0][0]))
    width = len(pictures[0][0]) * factor + GAP
    if len(sheet[0]) != 2 * MARGIN + len(pictures) * width - GAP:
        sys.exit(f"{len(sheet[0])} pixels from left to right are no {len(pictures)} panels")
    print(*(compare(sheet, i, picture) for i, picture in enumerate(pictures)))


if __name__ == "__main__":
    main()
