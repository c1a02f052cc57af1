# SPDX-License-Identifier: MIT
"""What a mistyped name was meant to be. Needs no Blender, nor the rest of rv."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Iterable

NEARLY = 0.7  # from this likeness on a name is taken for a mistyped one


def nearest(name: str, names: Iterable[str]) -> str:
    """The end of a message about a name that is none of `names`: the one that was meant, if any."""
    known = list(names)
    near = get_close_matches(name.lower(), [other.lower() for other in known], 1, NEARLY)
    meant = [other for other in known if other.lower() in near]
    return f", did you mean {meant[0]!r}?" if meant else ""
