# SPDX-License-Identifier: MIT
"""Compares the metadata of one sample from two Blender versions: same_meta.py A/_meta.json B/…

Equal, as rv-record(5) defines it under "Other versions of Blender": the same members in the same
order with the same values, but numbers a and b are equal when |a - b| <= 1e-5 max(1, |a|, |b|), and
what belongs to the version may differ. Prints each difference; exit status 1 when there is one.
"""

import json
import sys

TOLERANCE = 1e-5
OF_THE_VERSION = {".render.blender", ".render.view_transform", ".channels"}


def differences(a, b, path=""):
    """Lines that tell where two values are not equal."""
    if path in OF_THE_VERSION:
        return
    numbers = (int, float)
    if type(a) in numbers and type(b) in numbers:
        if abs(a - b) > TOLERANCE * max(1.0, abs(a), abs(b)):
            yield f"{path}: {a} and {b}"
    elif type(a) is not type(b):
        yield f"{path}: {a!r} and {b!r}"
    elif isinstance(a, dict):
        if list(a) != list(b):
            yield f"{path}: members {list(a)} and {list(b)}"
        for key in a.keys() & b.keys():
            yield from differences(a[key], b[key], f"{path}.{key}")
    elif isinstance(a, list):
        if len(a) != len(b):
            yield f"{path}: {len(a)} and {len(b)} items"
        for at, pair in enumerate(zip(a, b)):
            yield from differences(*pair, f"{path}[{at}]")
    elif a != b:
        yield f"{path}: {a!r} and {b!r}"


def main():
    metas = []
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            metas.append(json.load(file))
    found = sorted(differences(*metas))
    print("\n".join(found))
    sys.exit(1 if found else 0)


main()
