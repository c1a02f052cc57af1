# SPDX-License-Identifier: MIT
"""Whether the numbers in a glTF file can be: an importer believes them, and asks for the memory.

Needs no Blender.
"""

from __future__ import annotations

import json
import os
import struct
from typing import Any, Dict, List
from urllib.parse import unquote

_COMPONENTS = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}  # bytes of each
_ELEMENTS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_UNSTORED_MAX = 1000  # elements for each byte of the file, of what is packed or all zero
_INLINE = "data:"


def check(path: str) -> None:
    """OSError for a .glb or .gltf file with an accessor of more elements than its bytes hold.

    What else is wrong with a file its importer tells.
    """
    try:
        tree = _tree(path)
        sizes = [
            (int(accessor["count"]), _limit(tree, accessor, path))
            for accessor in _members(tree, "accessors")
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, struct.error):
        return
    for number, (count, limit) in enumerate(sizes):
        if not 0 <= count <= limit:
            told = f"accessor {number} says it has {count} elements, its bytes hold {limit}"
            raise OSError(f"{path} is damaged: {told}")


def _tree(path: str) -> Dict[str, Any]:
    """The JSON of a file, which is its first chunk when it is binary."""
    with open(path, "rb") as file:
        head = file.read(20)
        text = file.read(struct.unpack("<I", head[12:16])[0]) if head[:4] == b"glTF" else None
        return dict(json.loads(head + file.read() if text is None else text))


def _members(tree: Dict[str, Any], key: str) -> List[Dict[str, Any]]:
    return list(tree.get(key, ()))


def _limit(tree: Dict[str, Any], accessor: Dict[str, Any], path: str) -> int:
    """How many elements an accessor can have at most."""
    if "bufferView" not in accessor:
        return _UNSTORED_MAX * os.path.getsize(path)
    view = _members(tree, "bufferViews")[accessor["bufferView"]]
    uri = _members(tree, "buffers")[view["buffer"]].get("uri", _INLINE)
    if not uri.startswith(_INLINE):
        path = os.path.join(os.path.dirname(path), unquote(uri))
    element = _COMPONENTS[accessor["componentType"]] * _ELEMENTS[accessor["type"]]
    return min(int(view["byteLength"]), os.path.getsize(path)) // element
