# SPDX-License-Identifier: MIT
"""Where files lie, and how a record or a message shows that. Needs no Blender."""

from __future__ import annotations

import os
from functools import lru_cache


@lru_cache(maxsize=256)
def _real(directory: str) -> str:
    return os.path.join(os.path.realpath(directory), "")


def forget_directories() -> None:
    """To be called before each sample: links may have changed."""
    _real.cache_clear()


def real(path: str) -> str:
    """`path` without links; the directory that it is in is looked up once in a sample."""
    directory, name = os.path.split(path)
    if not os.path.isabs(path) or name in ("", os.curdir, os.pardir) or os.path.islink(path):
        return os.path.realpath(path)
    return _real(directory) + name


def is_below(path: str, root: str) -> bool:
    """Whether `path` lies in the directory `root`, which is looked up once in a sample."""
    return real(path).startswith(_real(root))


def shown_path(path: str, root: str) -> str:
    """`path` relative to `root` when inside."""
    return os.path.relpath(path, root) if is_below(path, root) else path
