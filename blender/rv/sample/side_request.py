# SPDX-License-Identifier: MIT
"""From a request, a record and a scene to the side renders that they ask for, with checked members.

ProtocolError for the request's own, SceneError for a record's or a scene's.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence, Set, Tuple

from ..engine.owned import is_alive
from ..plain import fields
from ..plain.errors import ProtocolError, SceneError
from ..plain.fields import Check
from ..plain.values import shown
from ..scenes.scene import Scene
from . import labels, side_values
from .side import MEMBERS, SideRender

THROUGH = "through"  # the view of what is behind something; of a view through_NAME
_CHECKS: Dict[str, Check] = {
    "name": side_values.name_of,
    "view": fields.flag,
    "image": fields.flag,
    **{name: member.check for name, member in MEMBERS.items() if member.check is not None},
}


def parse(request: Sequence[Any], record: Sequence[Any]) -> Tuple[SideRender, ...]:
    """The renders of a request's own list, then those of the record's (or the command's) `blend`.

    ProtocolError for the request's, SceneError for the others.
    """
    try:
        sides = _parse_list(request, "renders", ())
    except SceneError as error:
        raise ProtocolError(str(error)) from None
    return sides + _parse_list(record, "blend.renders", sides)


def views(scene: Scene, before: Sequence[SideRender]) -> Tuple[SideRender, ...]:
    """The views that a scene has of its own, after the others. SceneError."""
    return _parse_list(list(scene._views.values()), "views", before)


def through(scene: Scene, words: Sequence[str], before: Sequence[SideRender]) -> List[SideRender]:
    """Of the scene's camera, and of each view, the view of what is behind objects that have one of
    these names or tags: labels alone.

    SceneError when no object has, another render is called so, or a view holds objects out.
    """
    if not words:
        return []
    removed: Set[int] = set()
    for word in words:
        objects = [o for o in scene.generated_objects if is_alive(o.obj)]
        found = [o.index or 0 for o in objects if word in (o.obj.name, *o.tags)]
        if not found:
            raise SceneError(f"through: no object has the name or tag {word!r}")
        removed.update(found)
    pictures: List[Tuple[str, Mapping[str, Any]]] = [(THROUGH, {})]
    pictures += [(f"{THROUGH}_{side.name}", side.wants) for side in before if side.is_view]
    for name, wants in pictures:
        side_values.name_of(name, "through: the name of a view's layer")
        if name in (side.name for side in before):
            raise SceneError(f"through: another render is called {name!r}")
        if wants.get("holdout"):
            raise SceneError(
                f"through: {name!r} would be of a view with holdout, give hidden alone"
            )
    return [
        SideRender(name, True, False, {**_without(wants, removed - {0}), **labels.SHARP})
        for name, wants in pictures
    ]


def _without(wants: Mapping[str, Any], removed: Set[int]) -> Dict[str, Any]:
    """The members of a view with these objects gone, besides those that it does not show itself."""
    if "visible" in wants:
        return {**wants, "visible": tuple(i for i in wants["visible"] if i not in removed)}
    return {**wants, "hidden": tuple(sorted(removed.union(wants.get("hidden", ()))))}


def _parse_list(
    values: Sequence[Any], where: str, before: Sequence[SideRender]
) -> Tuple[SideRender, ...]:
    names = {side.name for side in before}
    sides = []
    for i, value in enumerate(values):
        place = f"{where}[{i}]"
        if not isinstance(value, dict):
            raise SceneError(f"{place} is {shown(value)}, it must be an object")
        name = side_values.name_of(value.get("name"), f"{place}.name")
        if name in names:
            raise SceneError(f"{place}.name is {name!r}, as of another render")
        names.add(name)
        sides.append(_parse_one(name, value, f"{where}.{name}"))
    return tuple(sides)


def _parse_one(name: str, value: Dict[str, Any], where: str) -> SideRender:
    wants = fields.members(value, where, _CHECKS)
    if "visible" in wants and "hidden" in wants:
        raise SceneError(f"{where} has both visible and hidden: give one of them")
    if "holdout" in wants and not ("visible" in wants or "hidden" in wants):
        raise SceneError(f"{where}.holdout is of no use: give visible or hidden, too")
    is_view = wants.pop("view", False)
    return SideRender(wants.pop("name"), is_view, wants.pop("image", is_view), wants)
