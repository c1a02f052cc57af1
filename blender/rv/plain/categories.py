# SPDX-License-Identifier: MIT
"""A scene's own table of categories: the names that objects may have, and their ids in every
dataset. Needs no Blender."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, TypedDict, Union

from .limits import CATEGORY_ID_MAX
from .values import refuse, text, whole

_MEMBERS = ("id", "name", "supercategory")


class CategoryName(TypedDict):
    """What every category has."""

    name: str
    """What objects of it are called."""


class Category(CategoryName, total=False):
    """A category: `id` (its place in the list, from 1, when left out), `name`, `supercategory`."""

    id: int
    """In datasets, from 0 on."""
    supercategory: str
    """What it is one of."""


Categories = Iterable[Union[str, Category]]
"""Names, or dicts with `name`, `id` and `supercategory`."""


def checked_categories(
    value: Any, what: str = "categories", *, of: object = None
) -> Optional[List[Dict[str, Any]]]:
    """The table as a record has it, sorted by id; None for none.

    TypeError for what is neither a name nor such a dict, ValueError for names and ids that are
    there twice.
    """
    if value is None:
        return None
    if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__iter__"):
        refuse(TypeError, what, "names, or dicts with a name", value, of)
    table = [_category(item, place, what, of) for place, item in enumerate(value, 1)]
    for key in ("name", "id"):
        known: Dict[Any, Dict[str, Any]] = {}
        for category in table:
            other = known.setdefault(category[key], category)
            if other is not category:
                refuse(ValueError, what, f"different in their {key}", [other, category], of)
    return sorted(table, key=lambda category: int(category["id"]))


def _category(item: Any, place: int, what: str, of: object) -> Dict[str, Any]:
    one = f"{what}[{place - 1}]"
    given = {"name": item} if isinstance(item, str) else item
    if not isinstance(given, dict) or not {"name"} <= given.keys() <= set(_MEMBERS):
        refuse(TypeError, one, f"a name, or a dict with a name, of {', '.join(_MEMBERS)}", item, of)
    above = given.get("supercategory", "")
    return {
        "id": whole(given.get("id", place), f"{one}: id", 0, CATEGORY_ID_MAX, of=of),
        "name": text(given["name"], f"{one}: name", of=of),
        "supercategory": text(above, f"{one}: supercategory", of=of) if above != "" else "",
    }
