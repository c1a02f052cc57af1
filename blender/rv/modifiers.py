# SPDX-License-Identifier: MIT
"""Finding the input of a geometry nodes modifier that a script names."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

import bpy

from . import compat


def _normal(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _matches(modifier: Any, input_name: str) -> List[str]:
    wanted = _normal(input_name)
    return [
        identifier
        for name, identifier in compat.modifier_inputs(modifier)
        if wanted in (_normal(name), _normal(identifier))
    ]


def find_input(
    obj: bpy.types.Object, input_name: str, modifier_name: Optional[str]
) -> Tuple[Any, str]:
    """The modifier and the identifier of its input. ValueError when no, or more than one, fits."""
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
    found = [(m, identifier) for m in candidates for identifier in _matches(m, input_name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(
        f"{m.name}: {name}" for m in candidates for name, _ in compat.modifier_inputs(m)
    )
    problem = "no input" if not found else "more than one input"
    raise ValueError(f"{obj.name} has {problem} {input_name!r}, it has: {names or 'none'}")
