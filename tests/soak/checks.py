# SPDX-License-Identifier: MIT
"""What the harness looks at files and records with."""

import filecmp
import json
import os


class Fault(Exception):
    """Something that must hold does not."""


def check(holds, message):
    """Raises Fault unless `holds`."""
    if not holds:
        raise Fault(message)


def tree(path):
    """Relative names of the files below `path`."""
    return sorted(
        os.path.relpath(os.path.join(at, name), path)
        for at, _, names in os.walk(path)
        for name in names
    )


def same_tree(a, b, what):
    """Checks that two directories hold the same names and bytes."""
    check(tree(a) == tree(b), f"{what}: {sorted(set(tree(a)) ^ set(tree(b)))} in one only")
    _, differ, odd = filecmp.cmpfiles(a, b, tree(a), shallow=False)
    check(not differ and not odd, f"{what}: {differ + odd} differ")


def lines(path):
    """The records in a file, of which each line must be one."""
    with open(path, "rb") as file:
        data = file.read()
    check(not data or data.endswith(b"\n"), f"{path}: the last line is cut")
    return [json.loads(line) for line in data.splitlines()]
