# SPDX-License-Identifier: MIT
"""What has an index in the frame that Blender stands at: objects, and instances as objects."""

from __future__ import annotations

from typing import Iterator, Tuple

import bpy
from mathutils import Matrix

from ..engine.owned import is_alive
from ..scenes.objects import Object
from ..scenes.scene import Scene
from ..scenes.stage import pass_index
from .instances import Instances

Item = Tuple[int, bpy.types.Object, Matrix]  # index, evaluated object, its space to the world


def own(scene: Scene) -> Iterator[Tuple[Object, Item]]:
    """The scene's own objects, visible or not."""
    depsgraph = bpy.context.evaluated_depsgraph_get()
    for owner in scene.generated_objects:
        if is_alive(owner.obj) and owner.index:
            evaluated = owner.obj.evaluated_get(depsgraph)
            yield owner, (pass_index(owner.index), evaluated, evaluated.matrix_world.copy())


def present(scene: Scene, apart: Instances) -> Iterator[Item]:
    """All of them, visible or not. An instance's object is good until the next one."""
    for _, item in own(scene):
        yield item
    yield from apart.surfaces()
