# SPDX-License-Identifier: MIT
"""The picture that a scene's own compositor makes, from the render that is there already.

A copy of the scene runs it. To the copy the scene itself is another scene, whose render result its
Render Layers nodes take as it is; only view layers that the scene does not render, but its
compositor wants, are rendered by the copy. Nothing of the scene itself is changed.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator, Set

import bpy

from ..plain.errors import SceneError
from . import compat

WRITES_FILES = "OUTPUT_FILE"  # type of the nodes that do


def check(scene: bpy.types.Scene, name: str) -> None:
    """SceneError unless a compositor makes a picture; `name` is that of the scene's file."""
    tree = compat.compositor(scene)
    if tree is None:
        raise SceneError(f"composite: {name} has no compositor")
    if not any(socket.is_linked for socket in compat.compositor_pictures(tree)):
        raise SceneError(f"composite: nothing is linked to the picture of the compositor of {name}")


class Compositor:
    """The compositor of a scene for which `check` went well, that is set up to be rendered.

    `others` are the names of view layers that the file renders, but rv does not. `scene` of the
    object is what the picture is saved with.
    """

    def __init__(self, scene: bpy.types.Scene, others: Iterable[str]) -> None:
        self._original = scene
        self.scene = scene.copy()
        self.scene.render.use_compositing = True
        wanted: Set[str] = set()
        for node in _own_nodes(compat.own_compositor(self.scene), {}):
            if node.type == WRITES_FILES:
                node.mute = True
            elif hasattr(node, "scene"):
                self._connect(node, set(others), wanted)
        for layer in self.scene.view_layers:
            layer.use = layer.name in wanted

    def _connect(self, node: Any, others: Set[str], wanted: Set[str]) -> None:
        """Gives a node that takes a render the right one."""
        if node.scene not in (None, self.scene, self._original):
            compat.make_neutral(node.scene)  # a third one, which Blender renders for it
            node.scene.cycles.device = self.scene.cycles.device
            return
        node.scene = self._original
        layer = getattr(node, "layer", "")
        if layer in others and not node.mute:
            node.scene = self.scene
            wanted.add(layer)

    def draw(self) -> None:
        """Makes the picture of the frame that was rendered last. RuntimeError when it cannot.

        Blender gives a scene that it is told to render the frame of the one that it stands at.
        """
        used = [layer for layer in self._original.view_layers if layer.use]
        for layer in used:
            layer.use = False  # or it would be rendered again
        try:
            bpy.ops.render.render(scene=self.scene.name)
        finally:
            for layer in used:
                layer.use = True


def _own_nodes(tree: Any, copies: Dict[Any, Any]) -> Iterator[Any]:
    """The nodes of a tree and its groups, of which it gets copies. `copies`: group to its copy."""
    for node in tree.nodes:
        if node.type == "GROUP" and node.node_tree is not None:
            group = node.node_tree
            if group not in copies:
                copies[group] = group.copy()
                yield from _own_nodes(copies[group], copies)
            node.node_tree = copies[group]
        else:
            yield node
