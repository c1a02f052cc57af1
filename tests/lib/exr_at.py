#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Print the values of a pixel of an OpenEXR file, by channel: exr_at.py FILE X Y."""

import sys

from check_labels import read_exr

values = read_exr(sys.argv[1])
x, y = int(sys.argv[2]), int(sys.argv[3])
print(" ".join(f"{name}={rows[y][x] + 0.0:.4f}" for name, rows in values.items()))
