#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints ssim.json: SSIM and PSNR of pairs of pictures, by NumPy, straight from the definitions.

The window is a square of weights, doubles throughout, NumPy's own reflection beyond the border. The
pictures are those of tests/unit/ssim.c: see `pictures`. Needs NumPy.
"""

import json

import numpy


def pictures(width, height, noise):
    """Two of them: a pattern, and the same with noise."""
    x, y = numpy.meshgrid(numpy.arange(width), numpy.arange(height))
    a = (x * 7 + y * 3 + x * y // 5) % 256
    change = (x * 31 + y * 17 + x * y) % (2 * noise + 1) - noise
    return a.astype(float), numpy.clip(a + change, 0, 255).astype(float)


def ssim(a, b):
    """Wang et al. 2004: mean over all pixels, window 11x11, sigma 1.5."""
    steps = numpy.arange(-5, 6)
    window = numpy.exp(-(steps[:, None] ** 2 + steps[None, :] ** 2) / (2 * 1.5**2))
    window /= window.sum()

    def mean(plane):
        wide = numpy.pad(plane, 5, mode="reflect")
        views = numpy.lib.stride_tricks.sliding_window_view(wide, (11, 11))
        return (views * window).sum(axis=(2, 3))

    mean_a, mean_b = mean(a), mean(b)
    var_a, var_b = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2
    covariance = mean(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    above = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    return (above / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))).mean()


def main():
    """A line for each pair."""
    sizes = [
        (64, 48, 3),
        (64, 48, 40),
        (97, 33, 200),
        (40, 7, 20),
        (3, 50, 9),
        (1, 2, 60),
        (2, 1, 5),
        (300, 200, 1),
        (131, 20, 30),
        (128, 11, 60),
    ]
    pairs = []
    for width, height, noise in sizes:
        a, b = pictures(width, height, noise)
        psnr = 10 * numpy.log10(255**2 / ((a - b) ** 2).mean())
        pair = {"width": width, "height": height, "noise": noise}
        pairs.append({**pair, "ssim": round(float(ssim(a, b)), 9), "psnr": round(float(psnr), 9)})
    print(json.dumps(pairs, indent=1))


if __name__ == "__main__":
    main()
