# SPDX-License-Identifier: MIT
"""Instances as objects of a record: an index each, with the pose and box of the instance.

    instances = Instances(scene, limit, warn)
    instances.begin()                 # at the first frame: who makes some, and which there are
    members["objects"] += instances.objects()
    instances.note()                  # at each frame of a sequence
    instances.add_frames(members)     # what was noted

Indices follow those of the scene's own objects, in the order of makers, sources and Blender's own
numbers of instances; what comes later in a sequence gets the next ones. The instances of what makes
some that cannot be told apart, or too many of them, keep the index of their source: then there is a
warning, and no box of the source that would be another's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Set, Tuple

import bpy
from mathutils import Matrix

from ..engine import instances
from ..engine.adjust import Changes
from ..engine.instances import Group, Instance, Key
from ..engine.measure import Extent
from ..engine.owned import is_alive
from ..plain.limits import INDEX_MAX
from ..plain.meta import f32_list
from ..plain.types import Float3
from ..scenes.objects import Object, pose_meta
from ..scenes.scene import Scene
from .spatial import Surveyor

_KEPT = ("tags", "properties", "custom_meta")  # what an instance has of its source


@dataclass(frozen=True)
class _State:
    """Of an instance in a frame. `seen` are the members that depend on the camera; keypoints and
    extent are in its own space, `matrix` takes them to the world: all in Blender's unit."""

    visible: bool
    matrix: Matrix
    points: Mapping[str, Float3]
    extent: Optional[Extent]
    seen: Dict[str, Any]


class Instances:
    """Those of one sample; at most `limit` of them are objects of their own."""

    def __init__(self, scene: Scene, limit: int, warn: Callable[[str], None]) -> None:
        self._scene = scene
        self._limit = limit
        self._count = 0  # of those that are told apart, when they were first seen
        self._warn = warn
        self._makers: Dict[str, bpy.types.Object] = {}  # of those that are told apart
        self._merged: Set[str] = set()  # makers of which it was said that they are not
        self._indices: Dict[Key, int] = {}
        self._owners: Dict[int, Tuple[int, ...]] = {}
        self._members: Dict[int, Dict[str, Any]] = {}  # of each, as they were first seen
        self._present: Dict[int, _State] = {}  # what those of this frame look like
        self._first: Dict[int, _State] = {}
        self._frames: List[List[Dict[str, Any]]] = []

    @property
    def may_be(self) -> bool:
        """Whether there are some that are told apart, or may come."""
        return bool(self._makers) or any(
            system.settings.render_type in ("OBJECT", "COLLECTION")
            for obj in bpy.context.scene.objects
            for system in obj.particle_systems
        )

    def begin(self) -> None:
        """Looks at the first frame, before the record is made of it."""
        self.look()
        self._first = dict(self._present)

    def objects(self) -> List[Dict[str, Any]]:
        """Those of the first frame, as a record's `objects` are."""
        return [self._members[index] for index in sorted(self._first)]

    def note(self) -> None:
        """Takes down where those of the frame are that Blender stands at."""
        before = set(self._members)
        self.look()
        for index in set(self._members) - before:  # they come later
            self._first[index] = replace(self._present[index], visible=False)
            self._members[index]["visible"] = False
        entries = []
        for index, first in sorted(self._first.items()):
            state = self._present.get(index, replace(first, visible=False))
            if state != first:
                pose = pose_meta(state.matrix, f"instance {index}")
                entries.append({"index": index, "visible": state.visible, **pose, **state.seen})
        self._frames.append(entries)

    def add_frames(self, members: Dict[str, Any]) -> None:
        """Adds what was noted to a record that has its frames."""
        known = {entry["index"] for entry in members["objects"]}
        late = [self._members[index] for index in sorted(set(self._members) - known)]
        members["objects"] += late
        for frame, entries in zip(members["frames"], self._frames):
            if entries:
                frame["objects"] = frame.get("objects", []) + entries

    def seen_by(self, surveyor: Surveyor) -> List[Dict[str, Any]]:
        """Index, keypoints and box of those of the present frame, as another camera sees them."""
        return [
            {"index": index, **surveyor.of_instance(state.points, state.extent, state.matrix)}
            for index, state in sorted(self._present.items())
        ]

    def surfaces(self) -> Iterator[Tuple[int, bpy.types.Object, Matrix]]:
        """Those of the present frame that have an index: that, the evaluated object, and where it
        is. The object is good until the next one."""
        for maker, key, evaluated, matrix in instances.each() if self._indices else ():
            if maker.name_full in self._makers and key in self._indices:
                yield self._indices[key], evaluated, matrix

    def owners(self) -> Dict[int, Tuple[int, ...]]:
        """By the index of each the indices of its source and, where it has one, of its maker."""
        return dict(self._owners)

    def make_real(self, changes: Changes) -> Dict[int, bpy.types.Object]:
        """Puts an object in the place of each for a render; by their indices."""
        if not self._makers:
            return {}
        return instances.make_real(changes, list(self._makers.values()), self._index_of)

    def _index_of(self, key: Key, source: bpy.types.Object) -> int:
        """That of the source for one that came when there were no indices any more."""
        return self._indices.get(key, source.pass_index)

    # -- looking

    def look(self) -> None:
        """Finds those of the frame that Blender stands at, and gives new ones their indices."""
        groups = instances.found()
        for group in groups:
            name = group.maker.name_full
            if name not in self._makers and name not in self._merged:
                self._decide(group)
        depsgraph = bpy.context.evaluated_depsgraph_get()
        surveyor = Surveyor(bpy.context.scene, depsgraph)
        owners = {o.obj: o for o in self._scene.generated_objects if is_alive(o.obj)}
        self._present = {}
        for group in groups:
            if group.maker.name_full in self._makers:
                for instance in group.instances:
                    owner = owners.get(instance.source)
                    if owner is not None:
                        self._take(group, instance, owner, surveyor, depsgraph)

    def _decide(self, group: Group) -> None:
        """Whether what an object makes is told apart."""
        name, count = group.maker.name_full, len(group.sources)
        stage, reason = self._scene._stage, group.obstacle
        if reason is None and self._count + count > self._limit:
            reason = f"more than {self._limit} in all (--expand-instances)"
        promised = self._count - len(self._indices)
        if reason is None and stage.highest["objects"] + promised + count > INDEX_MAX:
            reason = f"the index map has {INDEX_MAX} indices"
        if reason is None:
            self._makers[name] = group.maker
            self._count += count
            stage.apart.add(name)
            return
        self._merged.add(name)
        stage.merged.update(s.name_full for s in group.sources if s != group.maker)
        self._warn(f"{name}: its {count} instances have the index of what they are of: {reason}")

    def _take(
        self, group: Group, instance: Instance, owner: Object, surveyor: Surveyor, depsgraph: Any
    ) -> None:
        stage = self._scene._stage
        if instance.key not in self._indices:
            if stage.highest["objects"] >= INDEX_MAX:
                return
            stage.highest["objects"] += 1
            self._indices[instance.key] = stage.highest["objects"]
        index = self._indices[instance.key]
        # What nodes make of a mesh of their own has the maker for a source, but not its shape.
        points = {} if instance.source == group.maker else owner.keypoints
        seen = surveyor.of_instance(points, instance.extent, instance.matrix)
        self._present[index] = _State(True, instance.matrix, points, instance.extent, seen)
        if index not in self._members:
            owned = {owner.index or 0, group.maker.pass_index} - {0}
            self._owners[index] = tuple(sorted(owned))
            meta = owner._get_meta(depsgraph)
            box = seen["box3d"]
            self._members[index] = {
                "index": index,
                "name": meta["name"],
                "type": meta["type"],
                "instance_of": owner.index,
                "parent": group.maker.name_full,
                "visible": True,
                **{key: meta[key] for key in _KEPT},
                **pose_meta(instance.matrix, f"instance {index}"),
                "dimensions": box["size"] if box is not None else f32_list((0.0, 0.0, 0.0)),
                "materials": list(instance.materials),
                **seen,
            }
