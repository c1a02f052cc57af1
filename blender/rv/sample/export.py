# SPDX-License-Identifier: MIT
"""A built scene as a .blend file, with metadata from which rv makes the same objects again.

Everything is in custom properties, JSON as text with sorted keys; the schema has version 1:

* the scene: `rv_exported`, `rv_scene_json` (script, seed, resolution, tags and so on);
* the collection `Generated`: `rv_generated_collection`;
* every object and light: `rv_generated`, `rv_object_index`, `rv_tags_json`, `rv_object_json` (as in
  a sample's record);
* every material that was assigned: `rv_generated`, `rv_material_index`, `rv_material_json`;
* each of them: `rv_export_version`.

No path in the metadata is absolute: below the root it is relative to that, below the generators'
work directory to that, elsewhere only the last name is kept (`work_dir` is "" without generators).
Paths of images and other resources are relative to the file. Blender itself writes the place where
a file was saved, and its own version, into it: two exports of the same scene hold the same, but are
not the same bytes.
"""

from __future__ import annotations

import json
import os
from itertools import groupby
from typing import Any, Dict, Optional

import bpy

from ..engine import bodies, passes
from ..engine.owned import is_alive
from ..plain.errors import RenderError
from ..plain.meta import plain, without_path
from ..scenes.scene import Scene
from ..scenes.stage import COLLECTION
from .protocol import Export, Request

VERSION = 1


def _text(value: Any, request: Request) -> str:
    """`value` as JSON, its paths as the metadata may show them."""
    for path in (request.work, request.root):
        value = value if path is None else without_path(value, path)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True)


def export(scene: Scene, request: Request, how: Export) -> Dict[str, Any]:
    """Writes the scene to `how.path`; the members of the reply's record.

    SceneError for metadata that JSON cannot hold, RenderError when the file cannot be written.
    """
    frozen = freeze_physics(request) if how.freeze_physics else 0
    write_metadata(scene, request)
    _save(how.path, how.pack_resources)
    return {
        "objects": len(scene.generated_objects),
        "lights": len(scene.generated_lights),
        "materials": len(scene.generated_materials),
        "frozen": frozen,
    }


def freeze_physics(request: Request) -> int:
    """Makes what physics did permanent: the number of objects that were rigid bodies.

    They keep the evaluated pose of the present frame; nothing is simulated. No rigid body, and no
    rigid body world, is left.
    """
    blender = bpy.context.scene
    moved = [obj for obj in blender.objects if obj.rigid_body is not None]
    depsgraph = bpy.context.evaluated_depsgraph_get()
    poses = {obj: obj.evaluated_get(depsgraph).matrix_world.copy() for obj in moved}
    bodies.take(moved)
    for obj in moved:
        obj.animation_data_clear()
    if blender.rigidbody_world is not None:
        bpy.ops.rigidbody.world_remove()
    for _, level in groupby(sorted(moved, key=_depth), _depth):
        bpy.context.view_layer.update()  # a pose is set relative to the parent's
        for obj in level:
            obj.matrix_world = poses[obj]
            obj["rv_physics_frozen"] = True
    bpy.context.view_layer.update()
    blender["rv_physics_frozen"] = True
    blender["rv_physics_freeze_json"] = _text(
        {
            "frozen_objects": len(moved),
            "frame": blender.frame_current,
            "method": "final_transform_snapshot",
        },
        request,
    )
    return len(moved)


def _depth(obj: bpy.types.Object) -> int:
    return 0 if obj.parent is None else 1 + _depth(obj.parent)


def write_metadata(scene: Scene, request: Request) -> None:
    """Puts the metadata on Blender's scene, collection, objects, lights and materials."""
    blender = bpy.context.scene
    blender["rv_export_version"] = VERSION
    blender["rv_exported"] = True
    blender["rv_scene_json"] = _text(_scene_meta(scene, request), request)
    collection = bpy.data.collections.get(COLLECTION)
    if collection is not None:
        collection["rv_export_version"] = VERSION
        collection["rv_generated_collection"] = True
    depsgraph = bpy.context.evaluated_depsgraph_get()
    for item in (*scene.generated_objects, *scene.generated_lights):
        if is_alive(item.obj):
            meta = item._get_meta(depsgraph)
            item.obj["rv_export_version"] = VERSION
            item.obj["rv_generated"] = True
            item.obj["rv_object_index"] = item.index
            item.obj["rv_tags_json"] = _text(meta["tags"], request)
            item.obj["rv_object_json"] = _text(meta, request)
    for material in scene.generated_materials:
        if material.is_made:
            made: Any = material._material
            made["rv_export_version"] = VERSION
            made["rv_generated"] = True
            made["rv_material_index"] = material.index
            made["rv_material_json"] = _text(material._get_meta(scene._stage), request)


def _scene_meta(scene: Scene, request: Request) -> Dict[str, Any]:
    return {
        "schema_version": VERSION,
        "script_path": scene._stage.public_path(request.scene),
        "root_dir": scene._stage.public_path(request.root),
        "cwd": scene._stage.public_path(request.cwd),
        "work_dir": _work_dir(scene, request.work),
        "resolution": list(scene.resolution),
        "time_limit": plain(scene.time_limit, "time_limit"),
        "seed": scene.seed,
        "seed_mode": scene.seed_mode,
        "passes": sorted(passes.parse(name).value for name in scene.passes),
        "tags": plain(scene.tags, "tags of the scene"),
        "semantic_channels": sorted(scene.semantic_channels),
        "semantic_mask_threshold": scene.semantic_mask_threshold,
        "custom_meta": plain(scene.custom_meta, "custom_meta of the scene"),
    }


def _work_dir(scene: Scene, work: Optional[str]) -> str:
    """Where generators have put files; "" when there are none."""
    return scene._stage.public_path(work) if work is not None and os.path.isdir(work) else ""


def _save(path: str, pack: bool) -> None:
    files = bpy.context.preferences.filepaths
    files.save_version = 0  # no backups beside it
    if hasattr(files, "file_preview_type"):
        files.file_preview_type = "NONE"
    try:
        if pack:
            bpy.ops.file.pack_all()
        _write(path)
        if bpy.utils.blend_paths(absolute=False, packed=False, local=True):
            bpy.ops.file.make_paths_relative()  # relative to the file, which has to be there
            _write(path)
    except RuntimeError as error:
        message = str(error).strip().replace(os.path.join(os.path.dirname(path), ""), "")
        raise RenderError(f"cannot export: {message}") from None


def _write(path: str) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=path, check_existing=False, compress=False)
    if not os.path.isfile(path):
        raise RenderError("Blender wrote no file")
