# SPDX-License-Identifier: MIT
"""Surfaces that are there in part: which materials have some, and how all or nothing is made of it.

A ray goes through a surface of alpha 0.3 by chance, in three of ten samples not. A label is no
matter of chance: where alpha is above a threshold the surface is there, else it is not. A ray that
meets a shadow catcher goes on, too, and normals are added up twice; to a label it is a surface.
In a volume a ray ends at a place of chance: labels are of a scene without volumes.
"""

from __future__ import annotations

from typing import Any, Iterable, Iterator, List, Optional, Set, Tuple

import bpy

from . import adjust, compat
from .adjust import Changes

ALPHA_MAX = 1.0 - 2.0**-20  # what is opaque is above every threshold


def has_see_through() -> bool:
    """Whether a material that is in use may let a ray pass straight through its surface, some
    object is a shadow catcher, or there is a volume."""
    return (
        any(_may_pass(node) or _has_volume(node) for _, node in _nodes())
        or any(_catchers())
        or any(_clouds())
    )


def sharpen(changes: Changes, threshold: float) -> None:
    """Makes every surface opaque where its alpha is above the threshold, else invisible; shadow
    catchers are objects like others; takes volumes out, and what has no surface besides.

    What mixes light with something transparent in other ways than by a Principled BSDF's alpha or a
    Mix Shader stays as it is.
    """
    for obj in list(_catchers()):
        changes.set(obj, "is_shadow_catcher", False)
    clouds = list(_clouds())
    if clouds:
        adjust.send_away(changes, bpy.context.scene, clouds)
    bound = min(threshold, ALPHA_MAX)
    for tree, node in list(_nodes()):
        if node.type == "BSDF_PRINCIPLED" and _may_pass(node):
            _step(changes, tree, node.inputs["Alpha"], bound)
        elif node.type == "MIX_SHADER":
            factor, first, second = node.inputs[:3]
            is_first, is_second = _is_transparent(first), _is_transparent(second)
            if is_first != is_second:  # the factor is the second one's share
                _step(changes, tree, factor, bound if is_first else 1.0 - bound)
        elif _has_volume(node):
            _clear(changes, tree, node)


def _catchers() -> Iterator[bpy.types.Object]:
    """Shadow catchers; lights, which are some from the start, are in no label."""
    return (obj for obj in bpy.data.objects if obj.is_shadow_catcher and obj.type != "LIGHT")


def _clouds() -> Iterable[bpy.types.Object]:
    """Objects that are nothing but a volume."""
    return (obj for obj in bpy.data.objects if obj.type == "VOLUME")


def _nodes() -> Iterator[Tuple[Any, Any]]:
    """The nodes of all materials, of the world, and of the groups in them, with their trees."""
    seen: Set[int] = set()
    world = bpy.context.scene.world
    waiting: List[Any] = [
        owner.node_tree
        for owner in (*bpy.data.materials, *([world] if world else []))
        if owner.users and owner.use_nodes and owner.node_tree is not None
    ]
    while waiting:
        tree = waiting.pop()
        if tree.as_pointer() in seen:
            continue
        seen.add(tree.as_pointer())
        for node in tree.nodes:
            if node.type == "GROUP" and node.node_tree is not None:
                waiting.append(node.node_tree)
            yield tree, node


def _may_pass(node: Any) -> bool:
    if node.type == "BSDF_PRINCIPLED":
        alpha = node.inputs["Alpha"]
        return alpha.is_linked or alpha.default_value < 1.0 or _is_moved(node.id_data, alpha)
    return node.type == "BSDF_TRANSPARENT"


def _has_volume(node: Any) -> bool:
    return node.type in ("OUTPUT_MATERIAL", "OUTPUT_WORLD") and node.inputs["Volume"].is_linked


def _is_moved(tree: Any, socket: Any) -> bool:
    """Whether keys or drivers set a socket's value."""
    data = tree.animation_data
    if data is None:
        return False
    path = socket.path_from_id("default_value")
    return any(curve.data_path == path for curve in (*compat.fcurves(tree), *data.drivers))


def _is_transparent(socket: Any) -> bool:
    """Whether what is linked to a socket is a Transparent BSDF, and nothing else."""
    node = _source(socket)
    return node is not None and node.type == "BSDF_TRANSPARENT"


def _source(socket: Any) -> Optional[Any]:
    while socket.is_linked:
        node = socket.links[0].from_node
        if node.type != "REROUTE":
            return node
        socket = node.inputs[0]
    return None


def _step(changes: Changes, tree: Any, socket: Any, bound: float) -> None:
    """Puts 1 in the place of a socket's value where that is above the bound, else 0."""
    node = tree.nodes.new("ShaderNodeMath")
    changes.callback(tree.nodes.remove, node)
    node.operation = "GREATER_THAN"
    node.inputs[1].default_value = bound
    if socket.is_linked:
        source = socket.links[0].from_socket
        changes.callback(tree.links.new, source, socket)
        tree.links.new(source, node.inputs[0])
    else:
        node.inputs[0].default_value = socket.default_value
    tree.links.new(node.outputs[0], socket)


def _clear(changes: Changes, tree: Any, output: Any) -> None:
    """Takes the volume from an output; a material that has no surface either lets all rays pass."""
    surface, volume = output.inputs["Surface"], output.inputs["Volume"]
    changes.callback(tree.links.new, volume.links[0].from_socket, volume)
    tree.links.remove(volume.links[0])
    if output.type == "OUTPUT_MATERIAL" and _source(surface) is None:
        if surface.is_linked:  # to nothing, by a reroute
            changes.callback(tree.links.new, surface.links[0].from_socket, surface)
        node = tree.nodes.new("ShaderNodeBsdfTransparent")
        changes.callback(tree.nodes.remove, node)
        tree.links.new(node.outputs[0], surface)
