# SPDX-License-Identifier: MIT
"""Numbers and words that several parts hold values to. Needs no Blender, nor this package."""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple

RESOLUTION_MIN = 4  # pixels of a side; Blender makes smaller ones larger
RESOLUTION_MAX = 65536
FRAME_MAX = 999999  # frames name files, with six digits
FRAME_LIMIT = 1048574  # Blender's last frame
CATEGORY_ID_MAX = 2147483647  # readers of datasets keep ids in 32 bits
VIEWS_MAX = 10000  # of a scene
INDEX_MAX = 32767  # of Blender's index pass, which gives all beyond it this same index
OBJECTS_MAX = 65535  # of a record's objects: an index map has 16 bits
PRIVATE_FD = 200  # the worker's own descriptors are above: out of the way of scenes that close some


# begin table limits
WHOLE_RANGES = {
    "samples": (1, 16777216),
    "min_samples": (0, 4096),
    "seed_cycles": (0, 2147483647),
    "expand_instances": (0, 32767),
    "tracks": (0, 100000),
}
REAL_RANGES = {
    "noise_threshold": (0.0, 1.0),
    "time_limit": (0.0, 1000000000.0),
    "fps": (0.001, 1000.0),
    "percentage": (1.0, 32767.0),
    "alpha_threshold": (0.0, 1.0),
}
CHOICES = {
    "engine": ("cycles", "eevee", "workbench"),
    "device": ("auto", "optix", "cuda", "hip", "oneapi", "metal", "cpu"),
    "codec": ("none", "rle", "zips", "zip", "piz"),
    "index": ("auto", "names", "file"),
}
# end table limits

SAMPLES_MAX = WHOLE_RANGES["samples"][1]
FPS_MIN, FPS_MAX = REAL_RANGES["fps"]


class ImageKind(NamedTuple):
    """A format of pictures: how files end, bits of a channel, channels, whether it has a quality.

    The first of the bits and the last of the channels are the default.
    """

    suffix: str
    depths: Tuple[int, ...]
    colors: Tuple[str, ...]
    has_quality: bool = False


_GREY_TO_RGBA = ("BW", "RGB", "RGBA")
IMAGE_COLORS = _GREY_TO_RGBA
IMAGE_QUALITY = 90  # where none is given
# Every still format that some Blender writes, by Blender's names.
IMAGE_KINDS = {
    "PNG": ImageKind(".png", (8, 16), _GREY_TO_RGBA),
    "OPEN_EXR": ImageKind(".exr", (16, 32), _GREY_TO_RGBA),
    "JPEG": ImageKind(".jpg", (8,), ("BW", "RGB"), True),
    "WEBP": ImageKind(".webp", (8,), ("RGB", "RGBA"), True),
    "AVIF": ImageKind(".avif", (8, 10, 12), _GREY_TO_RGBA, True),
    "TIFF": ImageKind(".tif", (8, 16), _GREY_TO_RGBA),
    "HDR": ImageKind(".hdr", (32,), ("BW", "RGB")),
    "BMP": ImageKind(".bmp", (8,), ("BW", "RGB")),
    "TARGA": ImageKind(".tga", (8,), _GREY_TO_RGBA),
    "TARGA_RAW": ImageKind(".tga", (8,), _GREY_TO_RGBA),
    "JPEG2000": ImageKind(".jp2", (8, 12, 16), _GREY_TO_RGBA, True),
    "DPX": ImageKind(".dpx", (8, 10, 12, 16), ("RGB", "RGBA")),
    "CINEON": ImageKind(".cin", (10,), ("RGB",)),
    "IRIS": ImageKind(".rgb", (8,), _GREY_TO_RGBA),
}


def image_problem(kind: str, depth: int, color: str, quality: Optional[int]) -> Optional[str]:
    """What is wrong with the form of a picture of one of IMAGE_KINDS; None: nothing."""
    form = IMAGE_KINDS[kind]
    if depth not in form.depths:
        return f"depth is {depth}, {kind} has {' or '.join(map(str, form.depths))}"
    if color not in form.colors:
        return f"color is {color}, {kind} has {' or '.join(form.colors)}"
    if quality is not None and not form.has_quality:
        return f"quality is {quality}, {kind} has none"
    return None
