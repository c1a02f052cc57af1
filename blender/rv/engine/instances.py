# SPDX-License-Identifier: MIT
"""What Blender makes of objects without their being objects: instances of collections, of geometry
nodes, of particles, of vertices and faces. All of one source have its index.

`found` tells which there are at the present frame; `make_real` puts an object of its own in the
place of each for a render. The picture is never rendered so: random colours, noise and the like go
by the object.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

import bpy
from mathutils import Matrix

from . import measure
from .adjust import Changes, send_away
from .measure import Extent

Key = Tuple[str, str, Tuple[int, ...]]  # what makes it, what it is of, and which one it is
_NONE = 2**31 - 1  # ends the list of numbers that an instance has
_OF_OBJECTS = ("NONE", "OBJECT", "COLLECTION")  # what particles may be rendered as
# What Blender shows, and renders, as an instance of itself with a mesh.
_COMES_AS_MESH = ("CURVE", "FONT", "SURFACE")
# What has no surface, and so needs none.
_WITHOUT_SURFACE = ("ARMATURE", "CAMERA", "EMPTY", "LATTICE", "LIGHT", "LIGHT_PROBE", "SPEAKER")


@dataclass(frozen=True)
class Instance:
    """One of them. `extent` is that of its geometry in its own space, in Blender's unit."""

    key: Key
    source: bpy.types.Object
    matrix: Matrix
    extent: Optional[Extent]
    materials: Tuple[str, ...]


@dataclass
class Group:
    """All that one object makes, sorted by their keys, and what they are of.

    `obstacle` says why they cannot be told apart, None: they can.
    """

    maker: bpy.types.Object
    instances: List[Instance] = field(default_factory=list)
    sources: List[bpy.types.Object] = field(default_factory=list)
    obstacle: Optional[str] = None


def found() -> List[Group]:
    """Those of the present frame that have an index by their source, by what makes them."""
    depsgraph = bpy.context.evaluated_depsgraph_get()
    if not any(entry.is_instance for entry in depsgraph.object_instances):
        return []
    groups: Dict[str, Group] = {}
    extents: Dict[Any, Optional[Extent]] = {}
    with Changes() as changes:
        for entry in _rendered(changes):
            if _is_instance(entry):
                maker = entry.parent.original
                group = groups.setdefault(maker.name_full, Group(maker))
                _add(group, entry, extents)
    for group in groups.values():
        group.instances.sort(key=lambda instance: instance.key)
        if any(s.settings.render_type not in _OF_OBJECTS for s in group.maker.particle_systems):
            group.obstacle = "it has strands or points besides"
    indexed = (g for g in groups.values() if any(source.pass_index for source in g.sources))
    return sorted(indexed, key=lambda group: group.maker.name_full)


def _rendered(changes: Changes) -> Iterator[Any]:
    """What a render of the present frame has; Python sees what the viewport has."""
    for owner in (*bpy.data.collections, *bpy.data.objects):
        changes.set(owner, "hide_viewport", owner.hide_render)
    for entry in bpy.context.evaluated_depsgraph_get().object_instances:
        if entry.object.type not in _COMES_AS_MESH:
            yield entry


def _is_instance(entry: Any) -> bool:
    """Whether it is something besides the object that it is of, and not that one's own mesh."""
    if not entry.is_instance or entry.parent is None:
        return False
    numbers = [n for n in entry.persistent_id if n != _NONE]
    return entry.object.original != entry.parent.original or len(numbers) > 1


def _add(group: Group, entry: Any, extents: Dict[Any, Optional[Extent]]) -> None:
    obj = entry.object
    if obj.type in _WITHOUT_SURFACE:
        return
    group.sources.append(obj.original)
    if obj.type not in measure.SOLID or obj.type == "META":
        group.obstacle = f"one is of the type {obj.type}"
        return
    at = _geometry(obj)
    if at not in extents:
        extents[at] = measure.extent(obj)
    materials = tuple(slot.material.name_full for slot in obj.material_slots if slot.material)
    matrix = entry.matrix_world.copy()
    group.instances.append(Instance(_key(entry), obj.original, matrix, extents[at], materials))


def each() -> Iterator[Tuple[bpy.types.Object, Key, bpy.types.Object, Matrix]]:
    """All of the present frame: what makes it, its key, its evaluated object, and where it is.

    The object is that of Blender's iteration: good until the next one.
    """
    with Changes() as changes:
        for entry in _rendered(changes):
            if _is_instance(entry):
                yield entry.parent.original, _key(entry), entry.object, entry.matrix_world.copy()


def make_real(
    changes: Changes,
    makers: List[bpy.types.Object],
    index_of: Callable[[Key, bpy.types.Object], int],
) -> Dict[int, bpy.types.Object]:
    """Puts objects in the place of what these make, and of their own geometry; by their indices.

    They are away then, with all that they make.
    """
    scene = bpy.context.scene
    names = {maker.name_full for maker in makers}
    meshes: Dict[Any, bpy.types.Mesh] = {}
    placed: List[Tuple[bpy.types.Object, bpy.types.Mesh, Matrix, int]] = []
    with Changes() as seen:
        for entry in _rendered(seen):
            obj = entry.object
            is_instance = _is_instance(entry)
            maker = entry.parent.original if is_instance else obj.original
            if maker.name_full not in names or obj.type not in measure.SOLID:
                continue
            if not is_instance and not shows_itself(maker):
                continue
            at = (is_instance, *_geometry(obj))
            if at not in meshes:
                meshes[at] = _mesh_of(obj)
            index = maker.pass_index
            if is_instance:
                index = index_of(_key(entry), obj.original)
            placed.append((maker, meshes[at], entry.matrix_world.copy(), index))
    changes.callback(bpy.data.batch_remove, list(meshes.values()))
    made: List[bpy.types.Object] = []
    changes.callback(bpy.data.batch_remove, made)
    real = {index: obj for index, obj in _objects(placed, made)}
    send_away(changes, scene, makers)
    return real


def _mesh_of(obj: bpy.types.Object) -> bpy.types.Mesh:
    """A mesh like that of an evaluated object, with its materials."""
    mesh = bpy.data.meshes.new_from_object(obj)
    for i, slot in enumerate(obj.material_slots):
        if slot.link == "OBJECT" and slot.material is not None and i < len(mesh.materials):
            mesh.materials[i] = slot.material.original
    return mesh


def _objects(
    placed: List[Tuple[bpy.types.Object, bpy.types.Mesh, Matrix, int]],
    made: List[bpy.types.Object],
) -> Iterator[Tuple[int, bpy.types.Object]]:
    """Each goes along with what has made it: so it has that one's motion."""
    anchors: Dict[str, bpy.types.Object] = {}
    for maker, mesh, matrix, index in placed:
        if maker.name_full not in anchors:
            # Not the maker itself: it would make instances of what hangs on it.
            anchor = anchors[maker.name_full] = _link("anchor", None, made)
            anchor.constraints.new("COPY_TRANSFORMS").target = maker
        obj = _link("instance", mesh, made)
        obj.pass_index = index
        obj.parent = anchors[maker.name_full]
        obj.matrix_parent_inverse = maker.matrix_world.inverted_safe() @ matrix
        yield index, obj


def _link(name: str, data: Any, made: List[bpy.types.Object]) -> bpy.types.Object:
    obj = bpy.data.objects.new(name, data)
    made.append(obj)
    bpy.context.scene.collection.objects.link(obj)
    return obj


def _geometry(obj: bpy.types.Object) -> Tuple[Any, ...]:
    """What is alike for those with the same geometry and materials."""
    return obj.original.name_full, obj.data.as_pointer()


def _key(entry: Any) -> Key:
    numbers = tuple(n for n in entry.persistent_id if n != _NONE)
    return entry.parent.original.name_full, entry.object.original.name_full, numbers


def shows_itself(maker: bpy.types.Object) -> bool:
    """Whether renders show an object besides what it makes."""
    may_hide = maker.particle_systems or maker.instance_type != "NONE"
    return maker.show_instancer_for_render if may_hide else True
