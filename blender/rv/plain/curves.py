# SPDX-License-Identifier: MIT
"""Curves of an action of Blender, which has kept them in two ways. Needs no Blender itself."""

from __future__ import annotations

from typing import Any, Iterator


def channel_bags(action: Any) -> Iterator[Any]:
    """Where an action has its curves since 4.4; those of each slot."""
    for layer in action.layers:
        for strip in layer.strips:
            yield from strip.channelbags


def iter_fcurves(action: Any) -> Iterator[Any]:
    """All animation curves of an action, whatever they move, in any Blender."""
    if hasattr(action, "fcurves"):
        yield from action.fcurves
    else:
        for bag in channel_bags(action):
            yield from bag.fcurves
