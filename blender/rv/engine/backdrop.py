# SPDX-License-Identifier: MIT
"""A picture behind the scene: what the camera sees where nothing else is.

It is a part of the world that camera rays alone see, at the same place of the frame whatever the
camera; light and mirror images stay those of the world. So edges, blur and every format of picture
are right, and no label knows of it.
"""

from __future__ import annotations

from typing import Any, Tuple

import bpy

from . import compat


def _covering(picture: Tuple[int, int], frame: Tuple[int, int]) -> Tuple[float, float]:
    """The share of a picture's width and height that fills a frame without distortion."""
    wide = picture[0] * frame[1] / (picture[1] * frame[0])  # picture's aspect by the frame's
    return min(1.0, 1.0 / wide), min(1.0, wide)


def show(scene: bpy.types.Scene, image: bpy.types.Image, frame: Tuple[int, int]) -> None:
    """Puts a picture behind everything; its middle fills the frame. The film is opaque."""
    if scene.world is None:
        scene.world = bpy.data.worlds.new("World")
    tree = compat.use_nodes(scene.world)
    output = tree.get_output_node("CYCLES") or tree.nodes.new("ShaderNodeOutputWorld")
    links = output.inputs["Surface"].links
    rest = links[0].from_socket if links else tree.nodes.new("ShaderNodeBackground").outputs[0]
    if _is_even(rest):
        scene.world.cycles.sampling_method = "NONE"  # it stays the same light from all sides
    mix, path = tree.nodes.new("ShaderNodeMixShader"), tree.nodes.new("ShaderNodeLightPath")
    tree.links.new(path.outputs["Is Camera Ray"], mix.inputs[0])
    tree.links.new(rest, mix.inputs[1])
    tree.links.new(_shader(tree, image, frame), mix.inputs[2])
    tree.links.new(mix.outputs[0], output.inputs["Surface"])
    scene.render.film_transparent = False


def _is_even(socket: Any) -> bool:
    node = socket.node
    return node.type == "BACKGROUND" and not any(given.is_linked for given in node.inputs)


def _shader(tree: Any, image: bpy.types.Image, frame: Tuple[int, int]) -> Any:
    """The picture as it lies in the frame."""
    coordinates = tree.nodes.new("ShaderNodeTexCoord")
    mapping = tree.nodes.new("ShaderNodeMapping")
    for axis, share in enumerate(_covering((image.size[0], image.size[1]), frame)):
        mapping.inputs["Scale"].default_value[axis] = share
        mapping.inputs["Location"].default_value[axis] = (1.0 - share) / 2.0
    texture = tree.nodes.new("ShaderNodeTexImage")
    texture.image, texture.extension = image, "EXTEND"
    background = tree.nodes.new("ShaderNodeBackground")
    tree.links.new(coordinates.outputs["Window"], mapping.inputs["Vector"])
    tree.links.new(mapping.outputs["Vector"], texture.inputs["Vector"])
    tree.links.new(texture.outputs["Color"], background.inputs["Color"])
    return background.outputs[0]
