# SPDX-License-Identifier: MIT
"""Files of other programs, read by Blender's own importers in a scene of their own.

What an importer makes gets the names that it would have in an empty Blender, whatever the scene
has already: the same file gives the same data-blocks in every sample. What it changes of the
scene (frames, units, the selection) goes with the scene that it is given.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Sequence, Tuple

import addon_utils
import bpy

from ..plain import gltf
from ..plain.errors import SceneError
from ..plain.files import listed
from ..plain.meant import nearest
from . import compat

BLEND = ".blend"
_ASIDE = "\x01"  # how names of data-blocks begin that an importer is not to meet


class Importer(NamedTuple):
    """An operator of Blender; `addon` is the one that it is of, or empty."""

    module: str
    name: str
    addon: str = ""
    options: Sequence[Tuple[str, Any]] = ()


# The first one that this Blender has is used.
_GLTF = (Importer("import_scene", "gltf", "io_scene_gltf2"),)
_USD = (Importer("wm", "usd_import"),)
_IMPORTERS: Dict[str, Sequence[Importer]] = {
    ".obj": (Importer("wm", "obj_import", options=(("validate_meshes", True),)),),
    ".ply": (Importer("wm", "ply_import"), Importer("import_mesh", "ply", "io_mesh_ply")),
    ".stl": (Importer("wm", "stl_import"), Importer("import_mesh", "stl", "io_mesh_stl")),
    ".glb": _GLTF,
    ".gltf": _GLTF,
    ".fbx": (Importer("wm", "fbx_import"), Importer("import_scene", "fbx", "io_scene_fbx")),
    ".usd": _USD,
    ".usda": _USD,
    ".usdc": _USD,
    ".usdz": _USD,
}


def suffix_of(path: str) -> str:
    """The end of a file's name that tells its format, in lower case."""
    return os.path.splitext(path)[1].lower()


def check_format(path: str) -> None:
    """ValueError for a file of a format that no Blender reads, SceneError for this Blender."""
    suffix = suffix_of(path)
    if suffix == BLEND or any(map(_is_there, _IMPORTERS.get(suffix, ()))):
        return
    known = [BLEND, *(end for end, some in _IMPORTERS.items() if any(map(_is_there, some)))]
    if suffix not in _IMPORTERS:
        near = nearest(suffix, known)
        raise ValueError(f"{path}: there is no importer for {suffix!r}{near}; {listed(known)} are")
    blender = f"Blender {compat.VERSION_TEXT} was built without an importer for {suffix}"
    raise SceneError(f"{path}: this {blender}; it reads {listed(known)}")


def _operator(importer: Importer) -> Callable[..., Any]:
    operator: Callable[..., Any] = getattr(getattr(bpy.ops, importer.module), importer.name)
    return operator


def _is_there(importer: Importer) -> bool:
    """Whether this Blender has it, or the add-on that it is of."""
    if importer.addon:
        return any(module.__name__ == importer.addon for module in addon_utils.modules())
    try:
        _operator(importer).get_rna_type()  # type: ignore[attr-defined]
        return True
    except KeyError:
        return False


@contextmanager
def imported(path: str) -> Iterator[List[bpy.types.Object]]:
    """The objects of a file, by name, for as long as the context lasts; then they are gone.

    Errors as in `check_format`, OSError when the file cannot be read.
    """
    check_format(path)
    if suffix_of(path) in (".glb", ".gltf"):
        gltf.check(path)
    importer = next(filter(_is_there, _IMPORTERS[suffix_of(path)]))
    with _put_aside(), _scene_of_its_own() as scene, _enabled(importer.addon):
        try:
            _operator(importer)(filepath=path, **dict(importer.options))
        except RuntimeError as error:
            raise OSError(f"{path} cannot be read: {_last_line(error)}") from None
        yield sorted(scene.collection.all_objects, key=lambda obj: obj.name)


def _last_line(error: RuntimeError) -> str:
    lines = [line.strip() for line in str(error).splitlines()]
    told = [line for line in lines if line and not line.startswith("Location: ")]
    return told[-1] if told else "the importer failed"


@contextmanager
def _enabled(addon: str) -> Iterator[None]:
    """With an add-on turned on that may be off."""
    if not addon or addon_utils.check(addon)[1]:
        yield
        return
    if addon_utils.enable(addon, default_set=False) is None:
        raise SceneError(f"the add-on {addon} of this Blender cannot be enabled")
    try:
        yield
    finally:
        addon_utils.disable(addon, default_set=False)


@contextmanager
def _put_aside() -> Iterator[None]:
    """With names of their own for all that is there; what is new afterwards is removed."""
    kept = [(block, block.name) for block in compat.data_blocks() if _may_be_named(block)]
    for number, (block, _) in enumerate(kept):
        block.name = f"{_ASIDE}{number}"
    before = {block.as_pointer() for block in compat.data_blocks()}
    try:
        yield
    finally:
        new = [block for block in compat.data_blocks() if block.as_pointer() not in before]
        bpy.data.batch_remove(new)
        for block, name in kept:
            block.name = name


def _may_be_named(block: Any) -> bool:
    return block.library is None and getattr(block, "source", "") != "VIEWER"


@contextmanager
def _scene_of_its_own() -> Iterator[bpy.types.Scene]:
    """With an empty scene as the present one."""
    window = bpy.context.window
    kept, layer = window.scene, window.view_layer
    scene = bpy.data.scenes.new("Scene")
    window.scene = scene
    try:
        yield scene
    finally:
        window.scene = kept
        window.view_layer = layer
        bpy.data.scenes.remove(scene)
