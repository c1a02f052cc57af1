# SPDX-License-Identifier: MIT
"""A .blend file as a scene: rendered as it stands, every object with an index and a name."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Tuple

import bpy

from ..engine import compat, opened, passes
from ..plain import blendfile
from ..plain.errors import SceneError
from ..plain.limits import INDEX_MAX, OBJECTS_MAX
from ..plain.meta import plain
from ..plain.values import channel_name, resolution
from ..scenes.camera import Camera
from ..scenes.lights import Light
from ..scenes.materials import Material
from ..scenes.objects import Object
from ..scenes.scene import Scene
from ..scenes.stage import SceneLike, Stage, pass_index
from ..scenes.worlds import World

# Types of objects that have no surface and so never get into the index map.
WITHOUT_SURFACE = ("ARMATURE", "CAMERA", "EMPTY", "LATTICE", "LIGHT", "LIGHT_PROBE", "SPEAKER")
_OURS = ("rv_", "_rv_", "_RNA_UI", "cycles")  # how custom properties start that are not the user's

Warn = Callable[[str], None]


class _AsItStands:
    """Of a file: nothing about it is changed when it is wrapped."""

    obj: bpy.types.Object
    scene: SceneLike

    def _adopt(self) -> None:
        """Leaves the rotation mode, which the file's animation counts on."""

    def _get_meta(self, *context: Any) -> Dict[str, Any]:
        meta: Dict[str, Any] = super()._get_meta(*context)  # type: ignore[misc]
        # With the library, where they come from one.
        meta["name"] = self.obj.name_full
        if "materials" in meta:
            slots = self.obj.material_slots
            meta["materials"] = [slot.material.name_full for slot in slots if slot.material]
        meta["properties"] = {**custom_properties(self.obj), **meta["properties"]}
        return meta


class FileObject(_AsItStands, Object):
    """An object of a .blend file."""


class FileCamera(_AsItStands, Camera):
    """The camera of a .blend file; it has no index."""


class FileLight(_AsItStands, Light):
    """A light of a .blend file."""


class FileMaterial(Material):
    """A material of a .blend file."""

    def __init__(self, made: bpy.types.Material) -> None:
        super().__init__(made.name_full)
        self._material = made

    def _get_meta(self, stage: Stage) -> Dict[str, Any]:
        return {**super()._get_meta(stage), "name": self.name}

    def _material_meta(self, stage: Stage, where: str) -> Dict[str, Any]:
        return {"properties": custom_properties(self._material)}


class FileWorld(World):
    """The world of the file."""

    def apply(self, scene: SceneLike) -> None:
        """Does nothing: it is there."""


class FileScene(Scene):
    """The scene of the .blend file that Blender has open.

    `indexing` says how objects with a surface, and materials, get their indices: `file` takes the
    file's own and gives the free ones, from 1 on, to those that have none, in the order of their
    names; `names` numbers all by their names; `auto` is `file` where the file's own are unique,
    else `names` with a warning.
    """

    def __init__(self, output_dir: str, indexing: str, warn: Warn) -> None:
        camera = bpy.context.scene.camera
        if camera is None:
            raise SceneError("the file's scene has no camera; an orbit or views do without one")
        if camera.type != "CAMERA":
            raise SceneError(f"the file's scene is seen from {camera.name}, which is no camera")
        super().__init__(output_dir)
        render = bpy.context.scene.render
        percentage = render.resolution_percentage
        self.resolution = share((render.resolution_x, render.resolution_y), percentage)
        self.world = FileWorld()
        self.time_limit = bpy.context.scene.cycles.time_limit or None
        self._denoise = bpy.context.scene.cycles.use_denoising
        self._take_objects(indexing, warn)
        self._take_materials(indexing, warn)
        self._take_passes(warn)

    def generate(self, seed: Any = None) -> None:
        """Does nothing: everything is there."""

    def _create_camera(self) -> Camera:
        return FileCamera(bpy.context.scene.camera, self, register_object=False)

    def _take_objects(self, indexing: str, warn: Warn) -> None:
        everything = sorted(bpy.data.objects, key=lambda obj: obj.name_full)
        seen = [obj for obj in everything if obj.type not in WITHOUT_SURFACE]
        indices = assign_indices(seen, indexing, "objects", warn)
        for obj in everything:
            if obj.type != "LIGHT":
                obj.pass_index = pass_index(indices.get(obj.name_full, 0))
        for obj in sorted(seen, key=lambda obj: indices[obj.name_full]):
            wrapped = FileObject(obj, self, register_object=False)
            wrapped.index = indices[obj.name_full]
            self._stage.objects.append(wrapped)
        self._stage.highest["objects"] = max(indices.values(), default=0)
        for obj in everything:
            if obj.type == "LIGHT":
                FileLight(obj, self)

    def _take_materials(self, indexing: str, warn: Warn) -> None:
        everything = sorted(bpy.data.materials, key=lambda material: material.name_full)
        everything = [m for m in everything if not m.is_grease_pencil]
        indices = assign_indices(everything, indexing, "materials", warn)
        for material in sorted(everything, key=lambda m: indices[m.name_full]):
            material.pass_index = indices[material.name_full]
            wrapped = FileMaterial(material)
            wrapped.index = indices[material.name_full]
            self._stage.materials.append(wrapped)
        self._stage.highest["materials"] = max(indices.values(), default=0)

    def _take_passes(self, warn: Warn) -> None:
        layer = bpy.context.view_layer
        layer.use_pass_combined = True  # the picture
        for other in bpy.context.scene.view_layers:
            if other.use and other != layer:
                self._layers_left_out.append(other.name)
            other.use = other == layer
        self.passes = passes.enabled(layer)
        for aov in layer.aovs:
            try:
                usual = channel_name(aov.name) == aov.name and aov.type == "VALUE"
            except ValueError:
                usual = False
            if usual:
                self.semantic_channels.add(aov.name)
            else:
                warn(f"the AOV {aov.name!r} ({aov.type}) is no semantic channel: it has no role")


def share(size: Tuple[int, int], percentage: float) -> Tuple[int, int]:
    """A part of a resolution. SceneError when Blender would render a larger picture."""
    width, height = (int(pixels * percentage / 100.0) for pixels in size)
    try:
        return resolution((width, height))
    except ValueError as error:
        raise SceneError(f"{percentage:g} % of {size[0]}x{size[1]}: {error}") from None


def assign_indices(blocks: Iterable[Any], indexing: str, what: str, warn: Warn) -> Dict[str, int]:
    """Full name to index, all different and from 1 on. `blocks` are in the order of their names.

    SceneError when there are too many, or for `file` when two have the same.
    """
    blocks = list(blocks)
    limit = OBJECTS_MAX if what == "objects" else INDEX_MAX
    if len(blocks) > limit:
        raise SceneError(f"the file has {len(blocks)} {what}, an index map can hold {limit}")
    own: Dict[int, str] = {}
    indices: Dict[str, int] = {}
    for block in blocks if indexing != "names" else ():
        if block.pass_index == 0:
            continue
        other = own.setdefault(block.pass_index, block.name_full)
        if other != block.name_full:
            clash = f"{other} and {block.name_full} both have the index {block.pass_index}"
            if indexing == "file":
                raise SceneError(clash)
            warn(f"{clash}: all {what} are numbered by their names")
            own, indices = {}, {}
            break
        indices[block.name_full] = block.pass_index
    free = (number for number in range(1, limit + 1) if number not in own)
    for block in blocks:
        if block.name_full not in indices:
            indices[block.name_full] = next(free)
    return indices


def custom_properties(block: Any) -> Dict[str, Any]:
    """The user's custom properties of a data-block, those that JSON can hold.

    SceneError where a name is no UTF-8: Blender then lists none of them.
    """
    found: Dict[str, Any] = {}
    try:
        keys = sorted(block.keys())
    except UnicodeDecodeError as error:
        name = bytes(error.object).decode("latin-1")
        told = f"{block.bl_rna.name.lower()} {block.name!r}: the name of its property {name!r}"
        raise SceneError(f"{told} is no UTF-8") from None
    for key in keys:
        if not key.startswith(_OURS):
            try:
                found.update(plain({key: block[key]}, key))
            except SceneError:
                continue  # a reference to another data-block
    return found


def open_file(path: str, shown: str, autoexec: bool) -> List[str]:
    """Opens a .blend file in place of what Blender has; what there is to warn of.

    SceneError when it cannot.
    """
    try:
        blendfile.check(path, compat.VERSION)
        compat.open_file(path, autoexec)
    except (OSError, RuntimeError) as error:
        reason = str(error).strip().replace(path, shown)
        raise SceneError(f"cannot open {shown}: {reason}") from None
    return opened.tidy()
