# SPDX-License-Identifier: MIT
"""Prints what the labels of docs/labels/clear.py are in 64x40 pixels.

    clear_check.py SAMPLE STRICT

Of each thing the indices at two pixels, the first before nothing, the second before the wall, in
both samples and in the first one's view `through`; then the first one's alpha, and its depth of
the holdout. STRICT has a higher alpha threshold.
"""

import sys

from check_labels import read_exr, read_png

PLACES = {
    "Glass": ((6, 17), (6, 21)),
    "Pane": ((31, 17), (31, 21)),
    "Holdout": ((44, 17), (44, 21)),
    "Hair": ((54, 18), (54, 21)),
    "Catcher": ((32, 29), (32, 33)),
}
FOG = [
    (x, y) for y in (17, 18, 20, 21) for x in range(15, 23)
]  # two rows before nothing, two before the wall
PANE = [(x, 17) for x in range(28, 36)]


def at(path, places):
    """The values of a map at some pixels."""
    rows = read_png(path)["rows"]
    return [rows[y][x] for x, y in places]


def main(sample, strict):
    maps = [f"{folder}/IndexOB.png" for folder in (sample, strict, f"{sample}/views/through")]
    for name, places in PLACES.items():
        print(name, *(at(path, places) for path in maps))
    for half, places in ("upper", FOG[:16]), ("lower", FOG[16:]):
        print("Fog", half, *(sorted(set(at(path, places))) for path in maps))
    for name in ("Glass", "Holdout", "Catcher"):
        print("alpha", name, *(a / 255 for a in at(f"{sample}/Alpha.png", PLACES[name])))
    pane, fog = (
        sum(at(f"{sample}/Alpha.png", places)) / 255 / len(places) for places in (PANE, FOG[:16])
    )
    print(f"alpha Pane {pane:.1f}")
    print("alpha Fog in part:", 0 < fog < 1)
    index, alpha = (read_png(f"{sample}/{name}.png")["rows"] for name in ("IndexOB", "Alpha"))
    for name, number in ("Hair", 8), ("Catcher", 3):
        shares = [a / 255 for rows in zip(index, alpha) for i, a in zip(*rows) if i == number]
        print(
            "alpha",
            name,
            "from less than 0.3 to more than 0.5:",
            min(shares) < 0.3,
            max(shares) > 0.5,
        )
    (depth,) = read_exr(f"{sample}/Depth.exr").values()
    print("depth Holdout", *(depth[y][x] for x, y in PLACES["Holdout"]))


main(*sys.argv[1:])
