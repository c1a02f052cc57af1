#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares a JPEG file with the picture that it was made from, by Pillow.

    jpeg_check.py PICTURE JPEG QUALITY

It is JFIF, 4:4:4, with the tables that Pillow's libjpeg makes of the quality, but for their first
number; and no further from the picture than libjpeg's own file of it, by the mean over all pixels
and half a step of the 8 bits that the average of a block has.
"""

import io
import sys

import numpy
from PIL import Image

from pictures import check


def main():
    """Compare the two."""
    picture, path, quality = Image.open(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    if picture.mode.startswith("I"):
        picture = Image.fromarray(((numpy.array(picture) + 128) // 257).astype(numpy.uint8))
    wanted, other = picture.convert("RGB"), io.BytesIO()
    wanted.save(other, "JPEG", quality=quality, subsampling=0)
    own, found = Image.open(other), Image.open(path)
    check(found.format == "JPEG" and found.mode == "RGB", path, found.format, found.mode)
    check("jfif" in found.info, path, found.info)
    check(len({layer[1:3] for layer in found.layer}) == 1, path, "is not 4:4:4", found.layer)
    for one, two in zip(found.layer, own.layer):
        cells = [list(i.quantization[at[3]][1:]) for i, at in ((found, one), (own, two))]
        check(cells[0] == cells[1], path, "table of", one[0], *cells)
    truth = numpy.array(wanted).astype(int)
    errors = [numpy.abs(numpy.array(image).astype(int) - truth).mean() for image in (found, own)]
    check(errors[0] <= errors[1] + 0.5, path, "is far from the picture:", *errors)


if __name__ == "__main__":
    main()
