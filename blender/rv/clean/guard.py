# SPDX-License-Identifier: MIT
"""Restore or retire: what a sample has changed is put back, or the worker is not used again.

A guard knows one kind of thing as the worker found it, and puts it back after each sample. Raising
`Spoiled` it says that it cannot; then, or when it fails in whatever way, rv-blend replaces the
worker before the next sample. One failing guard does not keep the others from their work.

Samples may have patched anything, these guards among it: each is called by a method that was bound
at the start, and `Code`, which comes first, needs nothing that can be patched. Needs no Blender.
"""

from __future__ import annotations

from typing import List, Protocol, Sequence


class Spoiled(Exception):
    """Something cannot be put back; the text says what."""


class Guard(Protocol):
    """One kind of thing that outlives a sample."""

    def restore(self) -> object:
        """Puts it back as it was at the start. Spoiled when that cannot be."""


class Guards:
    """All guards, in the order in which they put things back."""

    def __init__(self, guards: Sequence[Guard]) -> None:
        self._restores = [(type(guard).__name__, guard.restore) for guard in guards]

    def restore(self) -> List[str]:
        """Lets all of them do their work; why the worker is spoiled, empty when it is not."""
        reasons: List[str] = []
        for name, restore in self._restores:
            try:
                restore()
            except Spoiled as error:
                reasons.append(str(error))
            except BaseException as error:  # what a sample left behind may raise anything
                reasons.append(f"{name}: {type(error).__name__}: {error}")
        return reasons
