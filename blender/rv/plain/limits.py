# SPDX-License-Identifier: MIT
"""Numbers and words that several parts hold values to. Needs no Blender, nor this package."""

RESOLUTION_MIN = 4  # pixels of a side; Blender makes smaller ones larger
RESOLUTION_MAX = 65536
FRAME_MAX = 999999  # frames name files, with six digits
FRAME_LIMIT = 1048574  # Blender's last frame
CATEGORY_ID_MAX = 2147483647  # readers of datasets keep ids in 32 bits
INDEX_MAX = 32767  # Blender gives every object beyond it this same index
PRIVATE_FD = 200  # the worker's own descriptors are above: out of the way of scenes that close some

IMAGE_DEPTHS = {"PNG": (8, 16), "OPEN_EXR": (16, 32)}
IMAGE_SUFFIXES = {"PNG": ".png", "OPEN_EXR": ".exr"}
IMAGE_COLORS = ("BW", "RGB", "RGBA")

# begin table limits
WHOLE_RANGES = {
    "samples": (1, 16777216),
    "min_samples": (0, 4096),
    "seed_cycles": (0, 2147483647),
}
REAL_RANGES = {
    "noise_threshold": (0.0, 1.0),
    "time_limit": (0.0, 1000000000.0),
    "fps": (0.001, 1000.0),
    "percentage": (1.0, 32767.0),
}
CHOICES = {
    "device": ("auto", "optix", "cuda", "hip", "oneapi", "metal", "cpu"),
    "codec": ("none", "rle", "zips", "zip", "piz"),
    "index": ("auto", "names", "file"),
}
# end table limits

SAMPLES_MAX = WHOLE_RANGES["samples"][1]
FPS_MIN, FPS_MAX = REAL_RANGES["fps"]
