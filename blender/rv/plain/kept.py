# SPDX-License-Identifier: MIT
"""Programs that outlive the sample that started them: those of the worker's generators.

What ends a sample's child processes spares them; all end with the worker. Needs no Blender.
"""

from __future__ import annotations

from typing import Any, Dict, Hashable, Optional, Protocol, Set

KEPT_MAX = 8  # the one that was not asked for longest makes room for the next


class Program(Protocol):
    """A program that runs."""

    pids: Set[int]
    """Its processes, as far as they are ours."""

    def end(self) -> None:
        """Ends it."""


class Kept:
    """Programs by what they were started from. One that is at work is not among them."""

    def __init__(self) -> None:
        self._programs: Dict[Hashable, Any] = {}

    def take(self, key: Hashable) -> Optional[Any]:
        """The program of a key, which is now the caller's; None when there is none."""
        return self._programs.pop(key, None)

    def put(self, key: Hashable, program: Program) -> None:
        """Keeps a program."""
        self._programs[key] = program
        while len(self._programs) > KEPT_MAX:
            self._programs.pop(next(iter(self._programs))).end()

    def pids(self) -> Set[int]:
        """Processes that are to stay."""
        return set().union(*(program.pids for program in self._programs.values()))

    def end(self) -> None:
        """Ends them all."""
        while self._programs:
            self._programs.popitem()[1].end()


KEPT = Kept()
