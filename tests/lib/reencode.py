#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Encodes the pictures of records anew, by Pillow, and removes the old ones.

    reencode.py ENDING <RECORDS

Their names end in ENDING then ("jpg", "webp", ...), alpha is dropped. Prints the records that name
the new files.
"""

import json
import os
import sys

from PIL import Image


def main():
    """Do it."""
    for line in sys.stdin:
        record = json.loads(line)
        for holder in (record, *record.get("views", [])):
            images = holder["files"].get("image", [])
            names = []
            for name in images if isinstance(images, list) else [images]:
                path = os.path.join(record["dir"], name)
                names.append(os.path.splitext(name)[0] + "." + sys.argv[1])
                image = Image.open(path).convert("RGB")
                image.save(os.path.join(record["dir"], names[-1]), quality=90, subsampling=0)
                if names[-1] != name:
                    os.remove(path)
            if images:
                holder["files"]["image"] = names if isinstance(images, list) else names[0]
        print(json.dumps(record, separators=(",", ":")))


if __name__ == "__main__":
    main()
