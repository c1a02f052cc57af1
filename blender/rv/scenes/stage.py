# SPDX-License-Identifier: MIT
"""What a sample is built on: its seed, its files, Blender's collection, and the indices.

A scene has one stage. Objects, lights, materials, worlds, assets and generators know the stage, not
the scene.
"""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, Iterable, List, Optional, Protocol, Set

import bpy

from ..engine.owned import is_alive, own
from ..plain.errors import SceneError
from ..plain.limits import INDEX_MAX, OBJECTS_MAX
from ..plain.paths import is_below
from ..plain.types import Resolution

COLLECTION = "Generated"


class SceneLike(Protocol):
    """What the things in a scene know of it; `rv.Scene` is one."""

    custom_meta: Dict[str, Any]
    """What goes into the record as `custom_meta`."""
    resolution: Resolution
    """Width and height of the picture in pixels."""
    _stage: Stage


class Resolvable(Protocol):
    """A material: something that Blender's can be made of."""

    def resolve(self, scene: SceneLike) -> bpy.types.Material:
        """Blender's material."""


class Indexed(Protocol):
    """An object, light or material with an index of its own."""

    index: Optional[int]


# Makes an Object, Light or Camera of an object of Blender's: wrap(obj, scene, register).
Wrap = Callable[[bpy.types.Object, SceneLike, bool], Any]


def pass_index(index: int) -> int:
    """What Blender's index pass shows of an object of this index; 0 beyond what that can hold."""
    return index if index <= INDEX_MAX else 0


class Stage:
    """The stage of one sample.

    `number` is the sample's index in its dataset; `root` is the root directory, `cwd` where the
    pipeline was started, `work` where generators put their files (None: there are to be none).
    `shown` are the full names of the objects that the render has, once that is known; `apart` of
    those that make instances which are objects of the record, `merged` of those of which others
    make instances that are not.
    """

    default_root: Optional[str] = None
    default_work: Optional[str] = None

    def __init__(self, wrap: Wrap) -> None:
        self.wrap = wrap
        self.seed: Optional[int] = None
        self.seed_mode: Optional[str] = None
        self.number: Optional[int] = None
        self.cwd = os.getcwd()
        self.root = self.default_root or self.cwd
        self.work = self.default_work
        self.dependencies: Set[str] = set()
        self.objects: List[Any] = []
        self.lights: List[Any] = []
        self.materials: List[Any] = []
        self.highest = {"objects": 0, "lights": 0, "materials": 0}
        self.shown: Optional[Set[str]] = None
        self.apart: Set[str] = set()
        self.merged: Set[str] = set()

    # -- files

    def add_dependency(self, path: str) -> None:
        """Notes a file that the sample depends on."""
        self.dependencies.add(os.path.abspath(os.path.expanduser(str(path))))

    def add_listing(self, pattern: str) -> None:
        """Notes that the sample depends on which files match a pattern, from the root on."""
        self.dependencies.add(os.path.normpath(pattern) + os.sep)

    def public_path(self, path: str) -> str:
        """`path` as a record may show it: relative to the root, only its name when outside.

        A file that a generator has made is relative to the work directory.
        """
        if not os.path.isabs(path):
            return path
        base = self.work if self.work and is_below(path, self.work) else self.root
        relative = os.path.relpath(path, base)
        return os.path.basename(path) if relative.startswith("..") else relative

    # -- what is in Blender

    def link(self, obj: bpy.types.Object) -> None:
        """Puts an object that rv has made into the scene's collection."""
        collection = bpy.data.collections.get(COLLECTION)
        if collection is None:
            collection = own(bpy.data.collections.new(COLLECTION))
            bpy.context.scene.collection.children.link(collection)
        collection.objects.link(own(obj))
        own(obj.data)

    def is_shown(self, obj: bpy.types.Object) -> bool:
        """Whether an object is among those of the render, as far as that is known."""
        name = obj.name_full
        return self.shown is None or name in self.shown or name in self.merged

    def alive(self, owners: Iterable[Any]) -> List[Any]:
        """Those whose objects Blender still has."""
        return [owner for owner in owners if is_alive(owner.obj)]

    # -- indices

    @property
    def fits_index_pass(self) -> bool:
        """Whether Blender's index pass can tell all objects apart."""
        return self.highest["objects"] <= INDEX_MAX

    def register_object(self, owner: Indexed, obj: bpy.types.Object) -> None:
        """Gives an object the next index. SceneError when there are too many."""
        owner.index = self._next("objects")
        obj.pass_index = pass_index(owner.index)
        self.objects.append(owner)

    def register_light(self, owner: Indexed, obj: bpy.types.Object) -> None:
        """Gives a light the next index of lights. SceneError when there are too many."""
        owner.index = obj.pass_index = self._next("lights")
        self.lights.append(owner)

    def register_material(self, owner: Indexed, made: bpy.types.Material) -> None:
        """Gives a material the next index of materials. SceneError when there are too many."""
        owner.index = made.pass_index = self._next("materials")
        if owner not in self.materials:
            self.materials.append(owner)

    def _next(self, kind: str) -> int:
        limit = OBJECTS_MAX if kind == "objects" else INDEX_MAX
        if self.highest[kind] >= limit:
            raise SceneError(f"more than {limit} {kind}: no index map can tell them apart")
        self.highest[kind] += 1
        return self.highest[kind]
