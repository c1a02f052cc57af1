# SPDX-License-Identifier: MIT
"""Objects, materials and worlds out of .blend files."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Optional, Sequence, Tuple

import bpy

from ..engine import compat
from ..engine.owned import own
from ..plain import blendfile
from .objects import ObjectLoader
from .stage import SceneLike, Stage


def expand(path: str) -> str:
    """`path` with `~` expanded and a leading `./` dropped."""
    path = os.path.expanduser(str(path))
    return path[2:] if path.startswith("./") else path


def names_in(kind: str, path: str) -> List[str]:
    """Names of the data-blocks of a kind (`objects`, `materials`, `worlds`) in a file.

    OSError when it is unreadable, or only a newer Blender can open it.
    """
    blendfile.check(path, compat.VERSION)
    with bpy.data.libraries.load(os.path.abspath(path), link=False) as (source, _):
        return list(getattr(source, kind))


def append_all(stage: Stage, kind: str, path: str, names: Sequence[str]) -> List[Any]:
    """Copies of data-blocks out of a file, in the order of `names`.

    Whatever came along starts with index 0: indices are given by the scene alone.
    """
    absolute = os.path.abspath(path)
    stage.add_dependency(absolute)
    blendfile.check(path, compat.VERSION)
    known = {block.as_pointer() for blocks in _indexed() for block in blocks}
    with bpy.data.libraries.load(absolute, link=False) as (_, target):
        setattr(target, kind, list(names))
    for blocks in _indexed():
        for block in blocks:
            if block.as_pointer() not in known:
                block.pass_index = 0
    blocks = list(getattr(target, kind))
    for block in blocks:
        own(block)
        own(getattr(block, "data", None))
    return blocks


def _indexed() -> Tuple[Any, Any]:
    return bpy.data.objects, bpy.data.materials


def choose(kind: str, path: str, name: Optional[str]) -> str:
    """`name`, or the first one's. ValueError when there is none in the file."""
    available = names_in(kind, path)
    if not available:
        raise ValueError(f"{path} has no {kind}")
    if name is None:
        return available[0]
    if name not in available:
        raise ValueError(f"{path} has no {kind[:-1]} {name!r}, it has: {', '.join(available)}")
    return name


def append(stage: Stage, kind: str, path: str, name: Optional[str]) -> Any:
    """A copy of one data-block out of a file: the one with that name, or the first."""
    return append_all(stage, kind, path, [choose(kind, path, name)])[0]


class AssetFactory:
    """Loaders of objects from .blend files.

    A file's object is read once per sample, however often it is asked for.
    """

    def __init__(self, scene: SceneLike) -> None:
        self.scene = scene
        """The scene that it belongs to."""
        self._loaded: Dict[Tuple[str, str], bpy.types.Object] = {}

    def _loaders(self, path: str, names: Sequence[str]) -> List[ObjectLoader]:
        absolute = os.path.abspath(path)
        missing = [name for name in names if (absolute, name) not in self._loaded]
        if missing:
            for name, obj in zip(missing, append_all(self.scene._stage, "objects", path, missing)):
                self._loaded[absolute, name] = obj
        return [ObjectLoader(self._loaded[absolute, name], self.scene) for name in names]

    def object(self, blendfile: str, import_name: Optional[str] = None) -> ObjectLoader:
        """A loader of the object with that name, or of the first one.

        OSError when the file cannot be read, ValueError when it has no such object.
        """
        path = expand(blendfile)
        return self._loaders(path, [choose("objects", path, import_name)])[0]

    def objects(
        self, blendfile: str, import_names: Optional[Sequence[str]] = None
    ) -> List[ObjectLoader]:
        """Loaders of all objects, or of those named, in the order of the file.

        Errors as for `object`.
        """
        path = expand(blendfile)
        available = names_in("objects", path)
        wanted = set(available if import_names is None else import_names)
        missing = sorted(wanted - set(available))
        if missing:
            raise ValueError(
                f"{path} has no object {', '.join(missing)}, it has: {', '.join(available)}"
            )
        return self._loaders(path, [name for name in available if name in wanted])
