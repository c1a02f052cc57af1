# SPDX-License-Identifier: MIT
"""What may make a frame of Blender's scene another than the one before."""

from __future__ import annotations

from typing import Any, Iterator

import bpy

from . import compat, timeline

BY_FRAME = ("BUILD", "CLOTH", "DYNAMIC_PAINT", "EXPLODE", "FLUID", "OCEAN", "SOFT_BODY", "WAVE")
BY_FILE = ("MESH_CACHE", "MESH_SEQUENCE_CACHE")
OF_TIME = ("GeometryNodeInputSceneTime", "GeometryNodeSimulationInput")
OURS = "rv"  # the package of our own handlers


def animated() -> Iterator[Any]:
    """Every data-block that has animation data, node trees inside others included."""
    for block in _blocks():
        if getattr(block, "animation_data", None) is not None:
            yield block


def _blocks() -> Iterator[Any]:
    for prop in bpy.types.BlendData.bl_rna.properties:
        if prop.type == "COLLECTION" and prop.identifier != "all_ids":
            for block in getattr(bpy.data, prop.identifier):
                yield block
                yield getattr(block, "node_tree", None)


def moves() -> bool:
    """False when every frame is certain to be the same."""
    scene = bpy.context.scene
    return (
        any(_is_driven(owner.animation_data) for owner in animated())
        or any(_has_clock(obj) for obj in scene.objects)
        or any(image.source in ("MOVIE", "SEQUENCE") for image in bpy.data.images)
        or any(marker.camera is not None for marker in scene.timeline_markers)
        or any(node.bl_idname in OF_TIME for tree in bpy.data.node_groups for node in tree.nodes)
        or any(getattr(volume, "is_sequence", False) for volume in bpy.data.volumes)
        or len(bpy.data.cache_files) > 0
        or len(bpy.data.grease_pencils) > 0
        or _is_heard()
    )


def _is_driven(data: Any) -> bool:
    action = data.action
    return (
        len(data.drivers) > 0
        or any(len(track.strips) > 0 and not track.mute for track in data.nla_tracks)
        or (action is not None and timeline.HELD_BACK in action.keys())
        or (action is not None and any(not c.mute for c in compat.action_fcurves(action)))
    )


def _has_clock(obj: Any) -> bool:
    kinds = {modifier.type for modifier in obj.modifiers}
    bound = obj.rigid_body is not None or len(obj.particle_systems) > 0
    return bound or not kinds.isdisjoint((*BY_FRAME, *BY_FILE))


def _is_heard() -> bool:
    """Whether somebody's code runs when the frame changes."""
    handlers = bpy.app.handlers
    every = (*handlers.frame_change_pre, *handlers.frame_change_post)
    return any((one.__module__ or "").partition(".")[0] != OURS for one in every)
