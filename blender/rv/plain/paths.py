# SPDX-License-Identifier: MIT
"""Where files lie, and how a record or a message shows that. Needs no Blender."""

from __future__ import annotations

import os


def is_below(path: str, root: str) -> bool:
    """Whether `path` lies in the directory `root`."""
    return os.path.realpath(path).startswith(os.path.join(os.path.realpath(root), ""))


def shown_path(path: str, root: str) -> str:
    """`path` relative to `root` when inside."""
    return os.path.relpath(path, root) if is_below(path, root) else path
