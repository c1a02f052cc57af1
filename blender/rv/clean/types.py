# SPDX-License-Identifier: MIT
"""What scripts add to Blender's types: properties, methods, classes of their own."""

from __future__ import annotations

from typing import AbstractSet, Any, Dict, Iterator, List, Mapping, Set

import bpy

from .altered import altered, real_dict

# How data-blocks are called of which there are several types.
_DERIVED = ("Curve", "Light", "NodeTree", "Texture")
# Types, besides data-blocks, that take properties, as far as a Blender has them.
_OTHERS = (
    "Bone",
    "BoneCollection",
    "EditBone",
    "Node",
    "NodeSocket",
    "Operator",
    "Panel",
    "PoseBone",
    "PropertyGroup",
    "Sequence",
    "Strip",
    "TimelineMarker",
    "View3DShading",
    "ViewLayer",
)


def _types() -> Iterator[Any]:
    """The types whose additions are undone; of data-blocks with those derived from them."""
    pending: List[Any] = [bpy.types.ID]
    names = [name for name in dir(bpy.types) if name.endswith(_DERIVED)]
    for prop in bpy.types.BlendData.bl_rna.properties:
        if prop.type == "COLLECTION":
            names.append(prop.fixed_type.identifier)
    for name in names:
        getattr(bpy.types, name)  # a class is made when it is asked for
    while pending:
        kind = pending.pop()
        yield kind
        pending.extend(kind.__subclasses__())
    yield from (getattr(bpy.types, name) for name in _OTHERS if hasattr(bpy.types, name))


class Registered:
    """Blender's types as the worker found them. From then on it sees what is registered.

    What the modules `usual` register is theirs: add-ons that are always on.
    """

    def __init__(self, usual: AbstractSet[str]) -> None:
        self._types = [(kind, dict(vars(kind))) for kind in dict.fromkeys(_types())]
        self._altered = altered()
        for kind, _ in self._types:
            self._altered.add(real_dict(kind))
        self._new: List[Any] = []
        register: Any = bpy.utils.register_class

        def register_class(kind: Any) -> None:
            register(kind)
            if kind.__module__.partition(".")[0] not in usual:
                self._new.append(kind)

        register_class.__doc__ = register.__doc__
        bpy.utils.register_class = register_class

    def restore(self) -> None:
        """Takes off what was added since the last time; properties first, they may be of the
        classes."""
        for kind, kept in map(self._types.__getitem__, self._altered.places()):
            if not _is_same(vars(kind), kept):
                _undo(kind, kept)
        self._altered.settle()
        done: Set[Any] = set()
        while self._new:
            kind = self._new.pop()
            if kind not in done and "bl_rna" in vars(kind):
                try:
                    bpy.utils.unregister_class(kind)
                except BaseException as error:  # its own `unregister` may raise anything
                    print(f"[rv] {kind.__name__} stays registered: {error}")
            done.add(kind)


def _is_same(now: Mapping[str, Any], kept: Dict[str, Any]) -> bool:
    try:
        return now == kept
    except BaseException:  # what a script puts there compares as it likes
        return False


def _undo(kind: Any, kept: Dict[str, Any]) -> None:
    for name in vars(kind).keys() - kept.keys():
        delattr(kind, name)
    for name, value in kept.items():
        if vars(kind).get(name) is not value:
            try:
                setattr(kind, name, value)
            except (TypeError, ValueError):
                continue  # a property of a class that has been loaded anew
