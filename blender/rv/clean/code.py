# SPDX-License-Identifier: MIT
"""The code that all samples share: modules and classes of Python, of NumPy and of rv.

A script that patches a function, wraps a method or sets a constant of theirs changes its own sample
alone. What is looked at are the variables of modules and classes, by identity, where `altered` says
that there may be other ones; and dicts, lists and sets among the variables of rv, and public ones
of Python, by content. Of the objects that modules of Python have among their variables (the first
weekday of `calendar`, the default encoder of `json`) it is the attributes, by identity. What
functions consist of is the business of heard.py. Needs no Blender.
"""

from __future__ import annotations

import builtins
import copy
import sys
from itertools import chain
from types import FunctionType, ModuleType
from typing import Any, Dict, Iterable, List

from .altered import altered, real_dict

_CAN_CHANGE = 1 << 9  # flag of classes that are no built-in ones
OURS = __name__.partition(".")[0]
_CONTAINERS = (dict, list, set)
# Of Python's private containers, which mostly are caches, those that public functions fill.
_REGISTRIES = {
    "copy._copy_dispatch",
    "copy._deepcopy_dispatch",
    "copyreg._extension_registry",
    "copyreg._inverted_registry",
    "gettext._localedirs",
    "logging._levelToName",
    "logging._nameToLevel",
    "shutil._ARCHIVE_FORMATS",
    "shutil._UNPACK_FORMATS",
    "webbrowser._browsers",
    "xml.etree.ElementTree._namespace_map",
}
# Variables that Python itself adds to modules and classes, when they are asked for.
_LAZY = {
    "__annotate__",
    "__annotate_func__",
    "__annotations__",
    "__annotations_cache__",
    "__non_callable_proto_members__",
    "__protocol_attrs__",
    "__slotnames__",
    "__warningregistry__",
}


def is_watched(name: str) -> bool:
    """Whether a module of that name is one of those that are looked after."""
    top = name.partition(".")[0]
    return top in (OURS, "numpy") or (top in sys.stdlib_module_names and name != "sys")


class Code:
    """Modules as they were when they were added, with all of their classes."""

    def __init__(self) -> None:
        self._builtins = vars(builtins)
        self._builtins_kept = dict(self._builtins)
        self._owners: List[Any] = []  # modules and classes
        self._are_ours: List[bool] = []
        self._spaces: List[Dict[str, Any]] = []  # where each has its variables
        self._labels: List[str] = []
        self._names: List[List[str]] = []
        self._values: List[List[Any]] = []
        self._containers: List[Any] = []
        self._places: List[str] = []  # where each of the containers is
        self._contents: List[Any] = []
        self._dicts: List[int] = []  # which of them are dicts of which `altered` can tell
        self._altered_dicts = altered()
        self._others: List[int] = []
        self._before: List[Any] = []  # contents when the import began that is going on
        self._known: set[int] = set()
        self._altered = altered()
        # Bound now: a script may patch what they are taken from.
        self._same, self._places_of, self._dicts_of = (
            _same,
            self._altered.places,
            self._altered_dicts.places,
        )
        self.add(m for n, m in list(sys.modules.items()) if m is not None and is_watched(n))

    def add(self, modules: Iterable[Any]) -> None:
        """Looks after further modules, as they are now."""
        for module in modules:
            if isinstance(getattr(module, "__dict__", None), dict):
                self._add(module, module.__dict__)

    def _add(self, owner: Any, space: Dict[str, Any]) -> None:
        if id(owner) in self._known:
            return
        self._known.add(id(owner))
        self._owners.append(owner)
        is_ours = _home(owner).partition(".")[0] == OURS
        self._are_ours.append(is_ours)
        self._spaces.append(space)
        self._altered.add(space)
        label = getattr(owner, "__qualname__", _home(owner))
        self._labels.append(label)
        self._names.append(list(space))
        self._values.append(list(space.values()))
        if not is_watched(_home(owner)):
            return  # of Blender's: its variables are all that is looked after
        for name, value in list(space.items()):
            if type(value) in _CONTAINERS:
                is_private = name.startswith("__" if is_ours else "_")
                if not is_private or f"{label}.{name}" in _REGISTRIES:
                    self._add_container(value, f"{label}.{name}" if is_ours else "")
            elif isinstance(value, type):
                if is_watched(_home(value)) and value.__flags__ & _CAN_CHANGE:
                    self._add(value, real_dict(value))
            elif not is_ours and isinstance(owner, ModuleType) and _is_object(value):
                self._add_container(value.__dict__, "", is_nested=False)

    def _add_container(self, value: Any, place: str, is_nested: bool = True) -> None:
        """`is_nested`: containers inside of it are its own."""
        if id(value) in self._known:
            return
        try:
            kept = copy.deepcopy(value) if is_nested and _is_plain(value) else copy.copy(value)
        except Exception:  # whatever it holds cannot be copied
            return
        self._known.add(id(value))
        if type(value) is dict and not (is_nested and _is_nested(value)):
            self._dicts.append(len(self._containers))
            self._altered_dicts.add(value)
        else:
            self._others.append(len(self._containers))
        self._containers.append(value)
        self._places.append(place)
        self._contents.append(kept)

    def begin_import(self) -> None:
        """From here on what changes in a container is the business of an import."""
        self._before = [*map(copy.copy, self._containers)]

    def end_import(self, modules: Iterable[Any]) -> None:
        """The import is over: what it has added to containers stays; looks after its modules."""
        for place, (value, before) in enumerate(zip(self._containers, self._before)):
            if not _same(value, before):
                _adopt(self._contents[place], value, before)
        self._before = []
        self.add(modules)

    def mend(self) -> List[str]:
        """Puts back Python's built-in names, without which nothing works; those that differed."""
        now, kept = self._builtins, self._builtins_kept
        if now == kept:
            return []
        changed = [name for name in kept if name not in now or now[name] is not kept[name]]
        for name in now.keys() - kept.keys():
            del now[name]
        now.update(kept)
        return [f"builtins.{name}" for name in changed]

    def restore(self) -> List[str]:
        """Puts back what differs; that which rv may not work without.

        Needs nothing that can be patched.
        """
        mended = self.mend()
        for place in self._places_of():
            if not self._same(list(self._spaces[place].values()), self._values[place]):
                mended += self._mend(place)
        self._altered.settle()
        for place in [*map(self._dicts.__getitem__, self._dicts_of()), *self._others]:
            value, kept = self._containers[place], self._contents[place]
            if not self._same(value, kept):
                mended += [self._places[place]] if self._places[place] else []
                _refill(value, kept)
        self._altered_dicts.settle()
        return mended

    def _mend(self, place: int) -> List[str]:
        """Puts back the variables of one module or class; functions and classes, and all of ours.

        Modules that have become variables of their packages, since they were imported, stay.
        """
        owner, space = self._owners[place], self._spaces[place]
        kept = dict(zip(self._names[place], self._values[place]))
        mended: List[str] = []
        for name in [n for n in space if n not in kept]:
            if isinstance(owner, ModuleType) and _is_submodule(owner, name, space[name]):
                kept[name] = space[name]
            elif name not in _LAZY:
                _kind(owner).__delattr__(owner, name)
        for name, value in kept.items():
            if name not in space or space[name] is not value:
                if callable(value) or self._are_ours[place]:
                    mended.append(f"{self._labels[place]}.{name}")
                _kind(owner).__setattr__(owner, name, value)
        # In the order in which they are now: what was deleted and put back stands at the end.
        self._names[place] = list(space)
        self._values[place] = list(space.values())
        return mended


def _kind(owner: Any) -> Any:
    """Whose methods set the variables of a module or class, whatever its own type allows."""
    return type if isinstance(owner, type) else ModuleType


def _home(value: Any) -> str:
    """The name of the module that something is, or is of."""
    home = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "")
    return home if isinstance(home, str) else ""


def _is_object(value: Any) -> bool:
    """Whether something is an object with attributes of its own, of a class of Python or NumPy."""
    kind = type(value)
    return (
        kind not in (FunctionType, ModuleType)
        and is_watched(_home(kind))
        and type(getattr(value, "__dict__", None)) is dict
    )


def _is_submodule(package: ModuleType, name: str, value: Any) -> bool:
    return isinstance(value, ModuleType) and sys.modules.get(f"{package.__name__}.{name}") is value


def _is_plain(value: Any) -> bool:
    """Whether a container holds containers of its own, and nothing but plain values."""
    members = chain.from_iterable(value.items()) if isinstance(value, dict) else value
    return all(
        isinstance(m, (str, int, float, bool, bytes, tuple, frozenset, *_CONTAINERS, type(None)))
        for m in members
    )


def _is_nested(table: Dict[Any, Any]) -> bool:
    return any(type(value) in _CONTAINERS for value in table.values())


def _same(now: Any, kept: Any) -> bool:
    """Members that are the same objects need no `==`; for others it may raise, or be no bool."""
    try:
        return bool(now == kept)
    except BaseException:
        return False


def _adopt(kept: Any, now: Any, before: Any) -> None:
    """Adds to `kept` what `now` has and `before` had not."""
    if isinstance(now, dict):
        kept.update({key: now[key] for key in now if key not in before})
    elif isinstance(now, set):
        kept |= now - before
    else:
        kept += now[len(before) :]


def _refill(value: Any, kept: Any) -> None:
    if isinstance(value, list):
        value[:] = copy.copy(kept)
    else:
        value.clear()
        value.update(copy.copy(kept))
