# SPDX-License-Identifier: MIT
"""What an open .blend file names and does not find, and what of it was not allowed to run."""

from __future__ import annotations

import os
from typing import Any, Iterator, List

import bpy

from ..plain.paths import shown_path

# Data-blocks with a path, and what they are called.
_KINDS = (
    ("libraries", "library"),
    ("images", "image"),
    ("fonts", "font"),
    ("cache_files", "cache"),
    ("volumes", "volume"),
)
_OF_FILES = ("FILE", "SEQUENCE", "MOVIE", "TILED")  # sources of images
_BUILT_IN = "<builtin>"


def warnings(root: str) -> List[str]:
    """A text for each file that is not there, and one for scripts that were held back.

    Paths below `root` are shown from there on.
    """
    found = [
        f"the {word} {block.name} is missing: {shown_path(path, root)}"
        for kind, word in _KINDS
        for block in sorted(getattr(bpy.data, kind), key=lambda block: block.name_full)
        for path in _paths(block)
        if not os.path.exists(path)
    ]
    if bpy.app.autoexec_fail:
        what = bpy.app.autoexec_fail_message
        found.append(f"scripts in the file did not run, --autoexec lets them: {what}")
    return found


def _paths(block: Any) -> Iterator[str]:
    """The absolute path of the file that a data-block is in; none for what is in no file."""
    is_packed = getattr(block, "packed_file", None) is not None
    if is_packed or block.filepath in ("", _BUILT_IN):
        return
    path = bpy.path.abspath(block.filepath, library=getattr(block, "library", None))
    if isinstance(block, bpy.types.Image):
        if block.source not in _OF_FILES:
            return
        if block.source == "TILED":
            for tile in block.tiles:
                yield path.replace("<UDIM>", str(tile.number))
            return
    yield os.path.normpath(path)
