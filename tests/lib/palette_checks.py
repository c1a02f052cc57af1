#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check the colours of tools/lib/palette.c: how far they are apart, for every kind of sight.

Distances are CIE76 in CIELAB (D65), for normal sight and for protan and deutan sight as Machado,
Oliveira and Fernandes (2009) have it, at full severity. Contrast is that of WCAG 2.
"""

import itertools
import os
import re
import sys

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SIGHTS = {
    "normal": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
# number of colours: the least distance for normal, protan, deutan sight
LEAST = {8: (40, 31, 31), 16: (21, 20, 18), 32: (12, 11, 12), 64: (7.7, 7.4, 7.6)}
LIGHTNESS = 0.12
GREYS = np.array([[0, 0, 0], [255, 255, 255], [0x1A, 0x1F, 0x29]], float)  # and the floor


def linear(rgb: np.ndarray) -> np.ndarray:
    """Return linear light of sRGB."""
    v = rgb / 255
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def cielab(light: np.ndarray) -> np.ndarray:
    """Return CIELAB of linear light."""
    t = light @ XYZ.T / XYZ.sum(1)
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], 1)


def lightness(rgb: np.ndarray) -> np.ndarray:
    """Return OKLab's lightness."""
    cones = (
        linear(rgb)
        @ np.array(
            [
                [0.4122214708, 0.5363325363, 0.0514459929],
                [0.2119034982, 0.6806995451, 0.1073969566],
                [0.0883024619, 0.2817188376, 0.6299787005],
            ]
        ).T
    )
    return np.cbrt(cones) @ [0.2104542553, 0.7936177850, -0.0040720468]


def table() -> np.ndarray:
    """Return the colours of the C source, a row each."""
    with open(os.path.join(ROOT, "tools/lib/palette.c"), encoding="utf-8") as file:
        text = file.read().split("colours[RV_PALETTE_LEN]")[1].split("};")[0]
    numbers = [int(word, 16) for word in re.findall(r"0x([0-9a-f]{6})", text)]
    return np.array([[n >> 16, n >> 8 & 255, n & 255] for n in numbers])


def main() -> None:
    """Say what is wrong."""
    colours = table().astype(float)
    wrong = [] if len(colours) == 192 else [f"{len(colours)} colours"]
    for (sight, matrix), k in zip(SIGHTS.items(), itertools.count()):
        lab = cielab(np.clip(linear(colours[:64]) @ matrix.T, 0, 1))
        apart = np.linalg.norm(lab[:, None] - lab[None], axis=2) + 1e9 * np.eye(64)
        for n, least in LEAST.items():
            if apart[:n, :n].min() < least[k] - 0.5:
                wrong.append(f"{n} colours, {sight}: {apart[:n, :n].min():.1f} apart")
        grey = cielab(np.clip(linear(GREYS) @ matrix.T, 0, 1))
        from_grey = np.linalg.norm(lab[:, None] - grey[None], axis=2).min(0)
        if (from_grey < [25, 8, 13]).any():
            wrong.append(f"{sight}: {from_grey} from black, white, the floor's grey")
    for part, sign in ((colours[64:128], 1), (colours[128:], -1)):
        moved = (lightness(part) - lightness(colours[:64])) * sign
        is_cut = (lightness(part) > 0.965) | (lightness(part) < 0.205)
        if not ((abs(moved - LIGHTNESS) < 0.01) | is_cut).all():
            wrong.append(f"lightness differs by {moved}")
    luminance = linear(np.concatenate([colours, GREYS])) @ XYZ[1]
    contrast = np.maximum(1.05 / (luminance + 0.05), (luminance + 0.05) / 0.05)
    if contrast.min() < 4.5:
        wrong.append(f"text has a contrast of {contrast.min():.2f}")
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(colours)} colours, text on them has a contrast of {contrast.min():.2f} or more")


if __name__ == "__main__":
    main()
