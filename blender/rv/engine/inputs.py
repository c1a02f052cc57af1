# SPDX-License-Identifier: MIT
"""Inputs of geometry nodes modifiers: the one that a script names, and values for it."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

import bpy

from ..plain.values import is_number, rgba, vector
from . import compat


def _normal(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _matches(modifier: Any, input_name: str) -> List[compat.ModifierInput]:
    wanted = _normal(input_name)
    return [
        socket
        for socket in compat.modifier_inputs(modifier)
        if wanted in (_normal(socket.name), _normal(socket.identifier))
    ]


def find_input(
    obj: bpy.types.Object, input_name: str, modifier_name: Optional[str]
) -> Tuple[Any, compat.ModifierInput]:
    """The modifier and its input. ValueError when no, or more than one, fits."""
    if modifier_name is None:
        candidates = [m for m in obj.modifiers if m.type == "NODES"]
        if not candidates:
            raise ValueError(f"{obj.name} has no geometry nodes modifier")
    else:
        modifier = obj.modifiers.get(modifier_name)
        if modifier is None:
            available = ", ".join(m.name for m in obj.modifiers) or "none"
            raise ValueError(f"{obj.name} has no modifier {modifier_name!r}, it has: {available}")
        if modifier.type != "NODES":
            raise ValueError(f"modifier {modifier_name!r} is no geometry nodes modifier")
        candidates = [modifier]
    found = [(m, socket) for m in candidates for socket in _matches(m, input_name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(
        f"{m.name}: {socket.name}" for m in candidates for socket in compat.modifier_inputs(m)
    )
    problem = "no input" if not found else "more than one input"
    raise ValueError(f"{obj.name} has {problem} {input_name!r}, it has: {names or 'none'}")


def converted(socket: compat.ModifierInput, value: Any) -> Any:
    """`value` in the type of an input: of another one Blender would take no notice.

    An integer drops the fraction. TypeError when it cannot be one.
    """
    what = f"the input {socket.name!r}"
    if socket.kind in ("VALUE", "INT"):
        if not isinstance(value, bool) and not is_number(value):
            raise TypeError(f"{what} must be a number, not {value!r}")
        return float(value) if socket.kind == "VALUE" else int(value)
    if socket.kind == "BOOLEAN":
        if value not in (0, 1):
            raise TypeError(f"{what} must be True or False, not {value!r}")
        return bool(value)
    if socket.kind == "VECTOR":
        return vector(value, what)
    if socket.kind == "RGBA":
        return rgba(value, what)
    if socket.kind == "STRING" and not isinstance(value, str):
        raise TypeError(f"{what} must be a text, not {value!r}")
    return value
