# SPDX-License-Identifier: MIT
"""What an object in a .blend file that `rv export` wrote says about itself. Needs no Blender."""

from __future__ import annotations

import json
from typing import Any, Dict, Mapping

_KINDS = {"tags": list, "properties": dict, "modifier_parameters": list, "custom_meta": dict}
_ENTRY = {"modifier_name", "parameter_name", "value"}


def restore(obj: Mapping[str, Any]) -> Dict[str, Any]:
    """`tags`, `properties`, `modifier_parameters` and `custom_meta`, those that are there.

    `obj` is a Blender object, or any mapping with its custom properties. Text that is not what
    export writes is ignored.
    """
    meta = _parsed(obj.get("rv_object_json"), dict)
    if meta is None:
        meta = {"tags": _parsed(obj.get("rv_tags_json"), list)}
    found = {key: meta[key] for key, kind in _KINDS.items() if isinstance(meta.get(key), kind)}
    if not all(isinstance(tag, str) for tag in found.get("tags", ())):
        del found["tags"]
    entries = found.get("modifier_parameters", ())
    if not all(isinstance(entry, dict) and _ENTRY <= entry.keys() for entry in entries):
        del found["modifier_parameters"]
    return found


def _parsed(text: Any, kind: type) -> Any:
    """The JSON value in `text`; None unless it is of that kind."""
    if not isinstance(text, str):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, kind) else None
