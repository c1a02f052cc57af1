# SPDX-License-Identifier: MIT
"""What a worker adds to a sample's record: the evaluated scene, after `generate`."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List

import bpy

from ..engine import contacts, measure, shown, units
from ..engine.owned import is_alive
from ..engine.passes import RenderPass
from ..plain.errors import SceneError
from ..plain.meta import f32, plain
from ..scenes.camera import camera_meta
from ..scenes.objects import Object
from ..scenes.scene import Scene
from ..scenes.stage import pass_index
from .spatial import Surveyor


def check_indices(scene: Scene) -> None:
    """SceneError unless every index in the index maps is that of exactly one registered object or
    material; of materials where their pass is on."""
    if bpy.context.view_layer.use_pass_material_index:
        _check_materials(scene)
    alive = [o for o in scene.generated_objects if is_alive(o.obj)]
    owners = {o.obj.as_pointer(): pass_index(o.index or 0) for o in alive}
    for obj in bpy.data.objects:
        if obj.type == "LIGHT":
            continue
        expected = owners.get(obj.as_pointer(), 0)
        if obj.pass_index == expected:
            continue
        if expected:
            raise SceneError(
                f"{obj.name} has index {expected}, but its pass_index is {obj.pass_index}"
            )
        raise SceneError(
            f"{obj.name} is not registered, but has the pass_index {obj.pass_index}: set that to 0"
            " (background) or wrap the object with rv.Object(obj, scene)"
        )


def _check_materials(scene: Scene) -> None:
    indices = {
        owner._material.as_pointer(): owner.index
        for owner in scene.generated_materials
        if owner._material is not None and owner.is_made
    }
    for material in bpy.data.materials:
        expected = indices.get(material.as_pointer(), 0)
        if material.pass_index == expected or not material.users:
            continue
        told = f"material {material.name!r} has the pass_index {material.pass_index}"
        if expected:
            raise SceneError(f"{told}, but its index is {expected}")
        raise SceneError(f"{told}, but is not of the scene: set that to 0 (background)")


def _collisions(scene: Scene) -> List[Dict[str, Any]]:
    """Which objects with an index have begun to touch, and when, as far as that was asked for."""
    indices = {o.obj.name: o.index for o in scene.generated_objects if is_alive(o.obj)}
    return [
        {"frame": frame, "objects": sorted((indices[a], indices[b]))}
        for frame, a, b in contacts.kept()
        if indices.get(a) and indices.get(b)
    ]


def describe(scene: Scene, files: Dict[str, Any], passes: List[RenderPass]) -> Dict[str, Any]:
    """The record's new members, all but `render` and those of a sequence, in their order.

    The first are `files`.
    """
    context = bpy.context
    depsgraph = context.evaluated_depsgraph_get()  # brings the scene up to date
    render = context.scene.render
    surveyor = Surveyor(context.scene, depsgraph)
    scene._stage.shown = shown.shown()

    def members(rv_objects: Iterable[Object]) -> List[Dict[str, Any]]:
        alive = [o for o in rv_objects if is_alive(o.obj)]
        return [{**o._get_meta(depsgraph), **surveyor.meta(o)} for o in alive]

    described = {
        **files,
        "resolution": [render.resolution_x, render.resolution_y],
        "unit_scale": f32(units.scale()),
        "camera": camera_meta(context.scene, depsgraph),
        "objects": members(scene.generated_objects),
        "lights": members(scene.generated_lights),
        "materials": [m._get_meta(scene._stage) for m in scene.generated_materials if m.is_made],
        "tags": plain(scene.tags, "tags of the scene"),
        **({} if scene.categories is None else {"categories": scene.categories}),
        "semantic_channels": sorted(scene.semantic_channels),
        "semantic_mask_threshold": plain(scene.semantic_mask_threshold, "semantic_mask_threshold"),
        "passes": sorted(member.value for member in passes),
        "time_limit": plain(scene.time_limit, "time_limit"),
        "custom_meta": plain(scene.custom_meta, "custom_meta of the scene"),
    }
    collisions = _collisions(scene)
    if collisions:
        described["collisions"] = collisions
    if scene.prompt is not None:
        described["prompt"] = scene.prompt
    if scene.metadata:
        described["metadata"] = plain(scene.metadata, "metadata")
    return described


def note_deforming(scene: Scene, objects: List[Dict[str, Any]]) -> None:
    """Notes in a sequence's `objects` which may change by themselves, beside moving."""
    deforming = {
        o.index for o in scene.generated_objects if is_alive(o.obj) and measure.may_deform(o.obj)
    }
    for entry in objects:
        if entry.get("instance_of", entry["index"]) in deforming:
            entry["deforms"] = True
