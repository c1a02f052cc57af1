# SPDX-License-Identifier: MIT
"""Numbers and words that several parts hold values to. Needs no Blender, nor this package."""

RESOLUTION_MIN = 4  # pixels of a side; Blender makes smaller ones larger
RESOLUTION_MAX = 65536
SAMPLES_MAX = 1 << 24
FRAME_MAX = 999999  # frames name files, with six digits
FRAME_LIMIT = 1048574  # Blender's last frame
FPS_MIN = 1e-3
FPS_MAX = 1000.0
CATEGORY_ID_MAX = 2147483647  # readers of datasets keep ids in 32 bits
INDEX_MAX = 32767  # Blender gives every object beyond it this same index
PRIVATE_FD = 200  # the worker's own descriptors are above: out of the way of scenes that close some

DEVICES = ("AUTO", "OPTIX", "CUDA", "HIP", "ONEAPI", "METAL", "CPU")
CODECS = ("NONE", "RLE", "ZIPS", "ZIP", "PIZ")  # the lossless ones: labels travel in the same file
IMAGE_DEPTHS = {"PNG": (8, 16), "OPEN_EXR": (16, 32)}
IMAGE_SUFFIXES = {"PNG": ".png", "OPEN_EXR": ".exr"}
IMAGE_COLORS = ("BW", "RGB", "RGBA")
