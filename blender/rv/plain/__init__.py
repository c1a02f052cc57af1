# SPDX-License-Identifier: MIT
"""What needs no Blender: values, limits, texts, numbers, polygons."""
