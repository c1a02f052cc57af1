# SPDX-License-Identifier: MIT
"""What a script can set of a modifier: the inputs of geometry nodes, and the settings of all others
(the width of a Bevel, the count of an Array), by name or by the label that Blender shows."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

import bpy

from ..plain.values import flag, is_number, number, refuse, rgba, text, vector
from . import compat

# Of every modifier: how it is shown and when it is applied.
_COMMON = set(bpy.types.Modifier.bl_rna.properties.keys())


class Setting(NamedTuple):
    """A property of a modifier that is no geometry nodes."""

    name: str
    identifier: str
    prop: Any


Input = Union[compat.ModifierInput, Setting]


def _normal(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _inputs(modifier: Any) -> List[Input]:
    if modifier.type == "NODES":
        return list(compat.modifier_inputs(modifier))
    return [
        Setting(prop.name, prop.identifier, prop)
        for prop in modifier.bl_rna.properties
        if prop.identifier not in _COMMON and not prop.is_readonly and prop.type != "COLLECTION"
    ]


def _matches(modifier: Any, input_name: str) -> List[Input]:
    """Those of that name; a property's own name counts before labels, which several may share."""
    wanted = _normal(input_name)
    inputs = _inputs(modifier)
    own: List[Input] = [
        i for i in inputs if isinstance(i, Setting) and _normal(i.identifier) == wanted
    ]
    return own or [i for i in inputs if wanted in (_normal(i.name), _normal(i.identifier))]


def find_input(
    obj: bpy.types.Object, input_name: str, modifier_name: Optional[str]
) -> Tuple[Any, Input]:
    """The modifier and its input. Without the modifier's name, geometry nodes come first.

    ValueError when no, or more than one, fits.
    """
    candidates = list(obj.modifiers)
    if modifier_name is not None:
        modifier = obj.modifiers.get(modifier_name)
        if modifier is None:
            available = ", ".join(m.name for m in obj.modifiers) or "none"
            raise ValueError(f"{obj.name} has no modifier {modifier_name!r}, it has: {available}")
        candidates = [modifier]
    if not candidates:
        raise ValueError(f"{obj.name} has no modifier")
    found = [(m, i) for m in candidates for i in _matches(m, input_name)]
    nodes = [(m, i) for m, i in found if m.type == "NODES"]
    found = nodes or found
    if len(found) == 1:
        return found[0]
    shown = candidates if not found else [m for m, _ in found]
    names = [f"{m.name}: {i.name}" for m in dict.fromkeys(shown) for i in _inputs(m)]
    problem = "no input" if not found else "more than one input"
    known = ", ".join(names) or "none"
    raise ValueError(f"{obj.name} has {problem} {input_name!r}, it has: {known}")


def put(modifier: Any, found: Input, value: Any) -> Any:
    """Sets an input; what it has become, as a record shows it. TypeError and ValueError."""
    if isinstance(found, Setting):
        given = _setting(found, value)
        setattr(modifier, found.identifier, given)
        return _shown(getattr(modifier, found.identifier) if found.prop.type == "ENUM" else given)
    given = converted(found, value)
    compat.set_modifier_input(modifier, found.identifier, given)
    return _shown(value)


def _shown(value: Any) -> Any:
    return value.name if isinstance(value, bpy.types.ID) else value


def _setting(found: Setting, value: Any) -> Any:
    """`value` in the type of a property, within its range: Blender itself would cut it."""
    prop, what = found.prop, f"the input {found.name!r}"
    if prop.type in ("FLOAT", "INT", "BOOLEAN") and prop.is_array:
        values = list(value) if hasattr(value, "__len__") and not isinstance(value, str) else []
        if len(values) != prop.array_length:
            refuse(TypeError, what, f"{prop.array_length} values", value)
        return [_single(prop, member, what) for member in values]
    return _single(prop, value, what)


def _single(prop: Any, value: Any, what: str) -> Any:
    if prop.type == "FLOAT":
        return number(value, what, prop.hard_min, prop.hard_max)
    if prop.type == "INT":
        return int(number(value, what, prop.hard_min, prop.hard_max))
    if prop.type == "BOOLEAN":
        return bool(value) if is_number(value) and value in (0, 1) else flag(value, what)
    if prop.type == "STRING":
        return text(value, what) if value != "" else ""
    if prop.type == "ENUM":
        return _choice(prop, value, what)
    if value is not None and not isinstance(value, bpy.types.ID):
        refuse(TypeError, what, "an object or data-block of Blender, or None", value)
    return value


def _choice(prop: Any, value: Any, what: str) -> Any:
    """An item of an enumeration by its name or label; of several, a set of them."""
    items: Dict[str, str] = {}
    for item in prop.enum_items:
        items[_normal(item.name)] = item.identifier
    for item in prop.enum_items:
        items[_normal(item.identifier)] = item.identifier
    wanted = ", ".join(item.identifier for item in prop.enum_items)
    members = value if prop.is_enum_flag and isinstance(value, (set, list, tuple)) else [value]
    found = [items.get(_normal(member)) if isinstance(member, str) else None for member in members]
    if None in found or not found:
        refuse(ValueError, what, f"one of {wanted}", value)
    return set(found) if prop.is_enum_flag else found[0]


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
