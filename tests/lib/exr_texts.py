#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Print the Cryptomatte attributes of an OpenEXR file, "NAME TEXT" a line: exr_texts.py FILE."""

import sys

from check_labels import read_exr_file

for name, text in read_exr_file(sys.argv[1])[2].items():
    if name.startswith("cryptomatte/"):
        print(name, text.decode())
