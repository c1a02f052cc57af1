# SPDX-License-Identifier: MIT
"""Which of many dicts have been altered, told without a look at what they hold.

To compare twenty thousand values costs a millisecond right after a render, which has driven them
out of the processor's caches. CPython knows by itself: from 3.12 on it calls watchers
(`PyDict_Watch` of its C API); before, each dict has a number that every change replaces
(`ma_version_tag`, PEP 509). Where neither is at hand, any dict may have been altered. Needs no
Blender.
"""

from __future__ import annotations

import ctypes
import gc
import operator
import weakref
from itertools import compress, count
from typing import Any, Callable, Dict, List, Protocol, Sequence, Set

_TAG_OFFSET = 3 * ctypes.sizeof(ctypes.c_ssize_t)  # after the count of references, type, and length
_namespace: Any = vars(type)["__dict__"]  # of a class, whatever that calls its own
_HEAR: Any = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p
)


class Altered(Protocol):
    """Looks after dicts, which it does not keep alive; the first that is added is dict 0."""

    def add(self, space: Dict[str, Any]) -> None:
        """Looks after one more dict from now on."""

    def places(self) -> Sequence[int]:
        """Numbers of the dicts that may have been altered since `settle`; some may be as before."""

    def settle(self) -> None:
        """What the dicts hold now is what they are to hold."""


class _Watched:
    """By a watcher of CPython's (3.12 and later)."""

    def __init__(self) -> None:
        self._places: Dict[int, int] = {}  # by the address of the dict
        self._heard: Set[int] = set()
        note = self._heard.add

        def hear(_event: int, address: int, _key: int, _value: int) -> int:
            note(address)
            return 0

        callback = _HEAR(hear)
        self._watch: Any = ctypes.pythonapi.PyDict_Watch
        self._watcher: int = ctypes.pythonapi.PyDict_AddWatcher(callback)
        # Dicts may go after this; at the end of Python they do.
        weakref.finalize(self, _end, self._watcher, callback)

    def add(self, space: Dict[str, Any]) -> None:
        self._places[id(space)] = len(self._places)
        self._watch(self._watcher, ctypes.py_object(space))

    def places(self) -> Sequence[int]:
        return sorted(self._places[address] for address in self._heard)

    def settle(self) -> None:
        self._heard.clear()


def _end(watcher: int, _callback: Any) -> None:
    ctypes.pythonapi.PyDict_ClearWatcher(watcher)


class _Tagged:
    """By the tags of PEP 509 (before 3.12)."""

    def __init__(self) -> None:
        self._tags: List[Any] = []
        self._kept: List[int] = []
        # Bound now, as a script may patch what they are taken from.
        self._value, self._map = operator.attrgetter("value"), map
        self._differ, self._numbers, self._pick = operator.ne, count, compress

    def add(self, space: Dict[str, Any]) -> None:
        self._tags.append(ctypes.c_uint64.from_address(id(space) + _TAG_OFFSET))
        self._kept.append(self._tags[-1].value)

    def places(self) -> Sequence[int]:
        now = [*self._map(self._value, self._tags)]
        if now == self._kept:
            return ()
        return [*self._pick(self._numbers(), self._map(self._differ, now, self._kept))]

    def settle(self) -> None:
        self._kept = [*self._map(self._value, self._tags)]


class _Unknown:
    """Any dict may have been altered."""

    def __init__(self) -> None:
        self._count = 0

    def add(self, _space: Dict[str, Any]) -> None:
        self._count += 1

    def places(self) -> Sequence[int]:
        return range(self._count)

    def settle(self) -> None:
        pass


def _tells(altered: Altered) -> bool:
    """Whether it tells of each kind of change, and of nothing else."""
    first: Dict[str, Any] = {"a": 1, "b": 2}
    second = dict(first)
    altered.add(first)
    altered.add(second)
    altered.settle()
    told = [list(altered.places())]
    for change in (
        lambda: second.update(a=2),
        lambda: second.update(c=3),
        lambda: second.pop("b"),
        second.clear,
    ):
        change()
        told.append(list(altered.places()))
        altered.settle()
    return told == [[], [1], [1], [1], [1]]


def altered() -> Altered:
    """What tells of dicts by the best means that this Python has."""
    kind: Callable[[], Altered] = _Tagged
    if hasattr(ctypes.pythonapi, "PyDict_Watch"):
        kind = _Watched
    try:
        return kind() if _tells(kind()) else _Unknown()
    except RuntimeError:  # there are as many watchers as there can be
        return _Unknown()


def real_dict(kind: type) -> Dict[str, Any]:
    """The dict behind the read-only view that a class gives of its own."""
    (real,) = gc.get_referents(_namespace.__get__(kind))
    return real
