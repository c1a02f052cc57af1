# SPDX-License-Identifier: MIT
"""Attributes that scripts set, checked when they are set. Needs no Blender."""

from __future__ import annotations

from typing import Any, Callable

Check = Callable[..., Any]  # check(value, name, of=owner): the value, or an error that says why not


class _Checked:
    """An attribute that holds what a check makes of what it is set to."""

    def __init__(self, check: Check, first: Callable[[], Any] | None) -> None:
        self._check = check
        self._first = first
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        if owner is None:
            return self
        values = vars(owner)
        if self._name not in values:
            if self._first is None:
                raise AttributeError(f"{owner!r} has no {self._name}")
            values[self._name] = self._first()
        return values[self._name]

    def __set__(self, owner: Any, value: Any) -> None:
        vars(owner)[self._name] = self._check(value, self._name, of=owner)


def checked(check: Check, first: Callable[[], Any] | None = None) -> Any:
    """For the body of a class: `size: float = checked(number)`.

    `first` makes what an instance has before it sets any; without it, it has none.
    """
    return _Checked(check, first)
