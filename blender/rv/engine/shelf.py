# SPDX-License-Identifier: MIT
"""What importers have made of files, kept for the samples that follow.

An importer takes its time, and the same file gives the same every time: it is read once in a
worker, written as a .blend file among Blender's temporary ones, and appended from there, the first
time as well. A file that has changed meanwhile is read anew.
"""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List, NamedTuple, Set
from urllib.parse import unquote

import bpy

from ..plain.files import State, state
from .importers import imported, suffix_of

BYTES_MAX = 1 << 30  # of all that is kept; what was not wanted for the longest time goes


class Kept(NamedTuple):
    """A file that was read: the .blend file `path` has the objects `names`, sorted.

    `files` are those that it was made of, with what they were then.
    """

    path: str
    names: List[str]
    files: Dict[str, State]
    size: int


class Shelf:
    """The files that this Blender has read; `reads` counts them, each time that it did."""

    def __init__(self) -> None:
        self.reads = 0
        self._kept: Dict[str, Kept] = {}  # the one that was wanted last stands last

    def get(self, path: str) -> Kept:
        """What an importer has made of the file at an absolute path.

        Errors as in `imported`, ValueError when there is nothing in it.
        """
        kept = self._kept.pop(path, None)
        if kept is None or not _is_current(kept):
            self._drop(kept)
            kept = self._read(path)
        self._kept[path] = kept
        while sum(other.size for other in self._kept.values()) > BYTES_MAX and len(self._kept) > 1:
            self._drop(self._kept.pop(next(iter(self._kept))))
        return kept

    def clear(self) -> None:
        """Forgets all of them."""
        while self._kept:
            self._drop(self._kept.popitem()[1])

    def _drop(self, kept: Any) -> None:
        if kept is not None and os.path.exists(kept.path):
            os.remove(kept.path)

    def _read(self, path: str) -> Kept:
        files = {file: state(file) for file in sorted({path, *_parts(path)})}
        self.reads += 1
        target = os.path.join(bpy.app.tempdir, f"rv-import-{self.reads}.blend")
        with imported(path) as objects:
            if not objects:
                raise ValueError(f"{path} has no objects")
            bpy.data.libraries.write(target, set(objects))
            names = [obj.name for obj in objects]
        return Kept(target, names, files, os.path.getsize(target))


def _is_current(kept: Kept) -> bool:
    return os.path.exists(kept.path) and all(
        state(path) == before for path, before in kept.files.items()
    )


def _parts(path: str) -> Set[str]:
    """Files that an importer reads besides, as far as Blender does not tell of them later."""
    suffix = suffix_of(path)
    if suffix not in (".obj", ".gltf"):
        return set()
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        names = _of_obj(file) if suffix == ".obj" else _of_gltf(file)
    folder = os.path.dirname(path)
    return {os.path.normpath(os.path.join(folder, name)) for name in names if "\0" not in name}


def _of_obj(file: Any) -> Set[str]:
    return {line[7:].strip() for line in file if line.startswith("mtllib ")}


def _of_gltf(file: Any) -> Set[str]:
    try:
        tree = json.load(file)
        members = [*tree.get("buffers", ()), *tree.get("images", ())]
        uris = [member.get("uri", "data:") for member in members]
        return {unquote(uri) for uri in uris if not uri.startswith("data:")}
    except (ValueError, AttributeError, TypeError):
        return set()  # the importer says what is wrong with it


SHELF = Shelf()  # outlasts a sample
