#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Gives samples the markers of rv-blend and rv-mask, which prove that their files are rv's.

    mark_samples.py DIR

Of each sample below DIR that has none, the first file by name is rv-blend's, the others are
rv-mask's.
"""
import json
import os
import sys


def main() -> None:
    for name in os.listdir(sys.argv[1]):
        sample = os.path.join(sys.argv[1], name)
        if os.path.exists(os.path.join(sample, ".rv-blend.json")):
            continue
        files = sorted(
            [os.path.relpath(os.path.join(folder, file), sample), 0, ""]
            for folder, _, found in os.walk(sample)
            for file in found
        )
        for marker, listed in ((".rv-blend.json", files[:1]), (".rv-mask.json", files[1:])):
            with open(os.path.join(sample, marker), "w", encoding="utf-8") as out:
                json.dump({"version": 2, "files": listed}, out, separators=(",", ":"))


if __name__ == "__main__":
    main()
