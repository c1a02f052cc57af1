# SPDX-License-Identifier: MIT
"""Objects, materials and worlds out of .blend files, objects out of those of other programs."""

from __future__ import annotations

import os
import warnings
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Set, Tuple

import bpy

from ..engine import compat, measure
from ..engine.importers import BLEND, check_format, suffix_of
from ..engine.owned import own
from ..engine.shelf import SHELF
from ..plain import blendfile
from ..plain.files import existing, listed, listing, matching
from ..plain.values import number, refuse, text
from .folder import Folder
from .loaded import Loaded
from .objects import ObjectLoader
from .stage import SceneLike, Stage


def expand(path: str) -> str:
    """`path` with `~` expanded and a leading `./` dropped. TypeError unless it is a path."""
    try:
        given = os.fspath(path)
    except TypeError:
        refuse(TypeError, "a file", "a path", path)
    expanded = os.path.expanduser(text(given, "a file"))
    return expanded[2:] if expanded.startswith("./") else expanded


def names_in(kind: str, path: str) -> List[str]:
    """Names of the data-blocks of a kind (`objects`, `materials`, `worlds`) in a file.

    OSError when it is unreadable, or only a newer Blender can open it.
    """
    blendfile.check(existing(path), compat.VERSION)
    with bpy.data.libraries.load(os.path.abspath(path), link=False) as (source, _):
        return list(getattr(source, kind))


def append_all(stage: Stage, kind: str, path: str, names: Sequence[str]) -> List[Any]:
    """Copies of data-blocks out of a file, in the order of `names`.

    Whatever came along starts with index 0: indices are given by the scene alone.
    """
    stage.add_dependency(os.path.abspath(path))
    blendfile.check(path, compat.VERSION)
    return _appended(kind, os.path.abspath(path), names)


def _appended(kind: str, absolute: str, names: Sequence[str]) -> List[Any]:
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


class _Contents(NamedTuple):
    """What is known of the objects of a file, by their names."""

    children: Dict[str, List[str]]
    """What hangs on whom, in the order of the file."""
    surfaces: List[str]
    """Those that have a surface, sorted: no cameras, lights and empties."""


class _Families:
    """Which objects of a file hang on which. A worker looks once at each file."""

    def __init__(self) -> None:
        self._known: Dict[Tuple[str, int, int], _Contents] = {}

    def of(self, path: str) -> _Contents:
        """What is in a file.

        Blender tells only of what is loaded: everything is, and goes again.
        """
        status = os.stat(path)
        key = (path, status.st_mtime_ns, status.st_size)
        if key not in self._known:
            before = set(bpy.data.libraries)
            with bpy.data.libraries.load(path, link=True) as (source, target):
                target.objects = list(source.objects)
            found: Dict[str, List[str]] = {}
            for obj in target.objects:
                if obj is not None and obj.parent is not None:
                    found.setdefault(obj.parent.name, []).append(obj.name)
            linked = [obj for obj in target.objects if obj is not None]
            surfaces = sorted(obj.name for obj in linked if obj.type in measure.SOLID)
            new = [library for library in bpy.data.libraries if library not in before]
            bpy.data.batch_remove(linked + new)
            self._known[key] = _Contents(found, surfaces)
        return self._known[key]

    def below(self, path: str, names: Sequence[str]) -> List[str]:
        """`names`, and all that hang on those."""
        children, found = self.of(path).children, list(names)
        for name in found:  # grows meanwhile
            found.extend(child for child in children.get(name, ()) if child not in found)
        return found


FAMILIES = _Families()  # outlasts a sample


class AssetFactory:
    """Objects out of files: all of one (`load`), or loaders of single ones of a .blend file.

    A .blend file's object is read once per sample, however often it is asked for; what hangs on it
    in the file comes with it.
    """

    def __init__(self, scene: SceneLike) -> None:
        self.scene = scene
        """The scene that it belongs to."""
        self._loaded: Dict[Tuple[str, str], bpy.types.Object] = {}

    def _loaders(self, path: str, names: Sequence[str]) -> List[ObjectLoader]:
        absolute = os.path.abspath(path)
        wanted = FAMILIES.below(absolute, names)
        missing = [name for name in wanted if (absolute, name) not in self._loaded]
        if missing:
            for name, obj in zip(missing, append_all(self.scene._stage, "objects", path, missing)):
                self._loaded[absolute, name] = obj
        sources = [self._loaded[absolute, name] for name in names]
        loaders = [ObjectLoader(source, self.scene) for source in sources]
        for loader in loaders:
            loader._without.update(sources)
        return loaders

    def load(self, path: str, unit: float = 1.0) -> Loaded:
        """All objects of a file: .blend, .obj, .ply, .stl, .glb, .gltf, .fbx.

        They are where they are in the file, one on another, with their materials and textures, and
        sorted by name. Paths are relative to the script's folder. `unit` is how many metres a unit
        of the file is: 0.001 for one in millimetres. The axis that points up is the format's: Y in
        .obj and .gltf, Z in .ply and .stl. A worker reads a file once, however many samples have
        it.
        FileNotFoundError tells what there is instead; OSError when the file cannot be read,
        ValueError for another format and a file without objects, SceneError for a format (.usd)
        that this Blender was built without.
        """
        file = existing(expand(path))
        check_format(file)
        factor, stage = number(unit, "unit", above=0), self.scene._stage
        if suffix_of(file) == BLEND:
            names = sorted(names_in("objects", file))
            blocks = append_all(stage, "objects", file, names)
        else:
            kept = SHELF.get(os.path.abspath(file))
            for part in kept.files:
                stage.add_dependency(part)
            names, blocks = kept.names, _appended("objects", kept.path, kept.names)
            compat.forget_library(kept.path)
            meshes = [block.data for block in blocks if block.type == "MESH"]
            if meshes and not any(len(mesh.vertices) for mesh in meshes):
                raise ValueError(f"{path} has no vertices: it is damaged, or of another format")
        if not blocks:
            raise ValueError(f"{path} has no objects")
        return Loaded(dict(zip(names, blocks)), self.scene, factor)

    def folder(self, pattern: str) -> Folder:
        """The files that match a pattern such as `hdris/*.exr`, or those of a folder, sorted.

        When other files match, the sample is rendered anew. FileNotFoundError when there is none.
        """
        given = expand(pattern)
        found = matching(given)
        self.scene._stage.add_listing(listing(given))
        return Folder(given, found)

    def object(self, blendfile: str, import_name: Optional[str] = None) -> ObjectLoader:
        """A loader of the object with that name; without one, of the first that has a surface.

        Sorted by name, with a UserWarning when there are several; of a file that has none, of the
        first object. OSError when the file cannot be read, ValueError when it has no such object.
        """
        path = expand(blendfile)
        name = choose("objects", path, import_name)
        surfaces = FAMILIES.of(os.path.abspath(path)).surfaces if import_name is None else []
        if surfaces:
            name = surfaces[0]
        if len(surfaces) > 1:
            text = f"{path} has several objects: {listed(surfaces)}; {name!r} was taken, name one"
            warnings.warn(text, UserWarning, stacklevel=2)
        return self._loaders(path, [name])[0]

    def objects(
        self, blendfile: str, import_names: Optional[Sequence[str]] = None
    ) -> List[ObjectLoader]:
        """Loaders of all objects, or of those named, in the order of the file.

        What hangs on one of them and has a loader of its own does not come with it. Errors as for
        `object`.
        """
        path = expand(blendfile)
        available = names_in("objects", path)
        if isinstance(import_names, str):
            refuse(TypeError, "import_names", "a list of names", import_names)
        wanted: Set[str] = set(available if import_names is None else import_names)
        missing = sorted(wanted - set(available))
        if missing:
            raise ValueError(
                f"{path} has no object {', '.join(missing)}, it has: {', '.join(available)}"
            )
        return self._loaders(path, [name for name in available if name in wanted])
