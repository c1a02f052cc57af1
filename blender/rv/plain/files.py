# SPDX-License-Identifier: MIT
"""Files that a script names: are they there, and what is there instead. Needs no Blender."""

from __future__ import annotations

import glob
import os
from typing import List, Optional, Tuple

from .paths import is_below
from .meant import nearest

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
    """`path`, which is a file. FileNotFoundError tells what is in its folder otherwise.

    What lies outside of the working directory, which is the root of a scene, is not told.
    """
    if os.path.isfile(path):
        return path
    if not path:
        raise FileNotFoundError("the path of a file is empty")
    if os.path.isdir(path):
        raise FileNotFoundError(f"{path} is a folder, not a file{_has(path)}")
    folder, name = os.path.split(path)
    if not os.path.isdir(folder or "."):
        raise FileNotFoundError(f"there is no file {path}, as {_no_folder(folder)}")
    raise FileNotFoundError(f"there is no file {path}{_has(folder, name)}")


def existing_folder(path: str) -> str:
    """`path`, which is a folder. FileNotFoundError tells what there is otherwise."""
    if not os.path.isdir(path):
        raise FileNotFoundError(_no_folder(path))
    return path


def _no_folder(path: str) -> str:
    """What to say of a folder that is not there: the first part that is missing."""
    folder, name = os.path.split(path.rstrip(os.sep))
    while not os.path.isdir(folder or "."):
        folder, name = os.path.split(folder)
    return f"there is no folder {os.path.join(folder, name)}{_has(folder, name)}"


def _has(folder: str, name: str = "") -> str:
    """The end of a message: what a folder has, and what of that `name` was meant to be."""
    if not is_below(os.path.join(folder, "*"), os.getcwd()):
        return ""
    names = sorted(os.listdir(folder or "."))
    shown = folder or "the folder of the scene"
    return f"{nearest(name, names)}; {shown} has: {listed(names)}"


def matching(pattern: str) -> List[str]:
    """Paths that match a pattern with `*`, `?` and `[...]`, sorted by their characters.

    Of a folder: its files. FileNotFoundError when there is none, with what its folder has.
    """
    found = sorted(glob.glob(listing(pattern)))
    if os.path.isdir(pattern):
        found = [path for path in found if os.path.isfile(path)]
    if not found:
        folder = os.path.dirname(listing(pattern))
        told = _has(folder) if os.path.isdir(folder or ".") else f"; {_no_folder(folder)}"
        raise FileNotFoundError(f"no file matches {pattern!r}{told}")
    return found


def listing(pattern: str) -> str:
    """The pattern whose matches `matching` looks at."""
    return os.path.join(glob.escape(pattern), "*") if os.path.isdir(pattern) else pattern
