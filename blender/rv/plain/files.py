# SPDX-License-Identifier: MIT
"""Files that a script names: are they there, and what is there instead. Needs no Blender."""

from __future__ import annotations

import glob
import os
from typing import List, Optional, Tuple

from .values import nearest

LISTED_MAX = 10  # names in a message

State = Optional[Tuple[int, int]]
"""When a file was changed last, and its size; None when it is not there."""


def state(path: str) -> State:
    """What tells a file from what it was before."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def listed(names: List[str]) -> str:
    """Names in a message, the first ones of many."""
    more = f" and {len(names) - LISTED_MAX} more" if len(names) > LISTED_MAX else ""
    return ", ".join(names[:LISTED_MAX]) + more or "nothing"


def existing(path: str) -> str:
    """`path`, which is a file. FileNotFoundError tells what is in its folder otherwise."""
    if os.path.isfile(path):
        return path
    folder, name = os.path.split(path)
    shown = folder or "the folder of the scene"
    try:
        names = sorted(os.listdir(folder or "."))
    except OSError:
        raise FileNotFoundError(f"there is no file {path}: {shown} is no folder") from None
    raise FileNotFoundError(
        f"there is no file {path}{nearest(name, names)}; {shown} has: {listed(names)}"
    )


def matching(pattern: str) -> List[str]:
    """Paths that match a pattern with `*`, `?` and `[...]`, sorted by their characters.

    Of a folder: its files. FileNotFoundError when there is none, with what its folder has.
    """
    found = sorted(glob.glob(listing(pattern)))
    if os.path.isdir(pattern):
        found = [path for path in found if os.path.isfile(path)]
    if not found:
        folder = os.path.dirname(listing(pattern))
        shown = folder or "the folder of the scene"
        names = sorted(os.listdir(folder or ".")) if os.path.isdir(folder or ".") else []
        raise FileNotFoundError(f"no file matches {pattern!r}; {shown} has: {listed(names)}")
    return found


def listing(pattern: str) -> str:
    """The pattern whose matches `matching` looks at."""
    return os.path.join(glob.escape(pattern), "*") if os.path.isdir(pattern) else pattern
