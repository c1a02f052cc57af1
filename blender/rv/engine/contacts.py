# SPDX-License-Identifier: MIT
"""Which rigid bodies touch, frame by frame, as a simulation goes on.

Blender tells neither contacts nor impulses. Two bodies touch on a frame when their meshes are
closer than their collision margins and TOLERANCE; and between two frames, when one of them did not
move as it would have on its own, and they came that close within the way that they went. Each event
is the frame on which a pair begins to touch.
"""

from __future__ import annotations

import itertools
import json
from typing import Any, Dict, List, NamedTuple, Optional, Set, Tuple

import bpy
from mathutils import Matrix, Vector

from . import measure
from .distance import Placed, Solid, solid_of

TOLERANCE = 1e-3  # metres
PUSH = 0.02  # metres per second: a change of velocity that no flight explains
EVENTS = "_rv_collisions"  # property of Blender's scene

Pair = Tuple[str, str]


class _State(NamedTuple):
    """A body on a frame. `step`: its way since the frame before; None on the first."""

    matrix: Matrix
    step: Optional[Vector]
    pushed: bool
    box: measure.Extent


class Contacts:
    """Looks at the bodies of a world on each frame; `seconds` is what a frame takes.

    Its `events` are (frame, name, name), in order.
    """

    def __init__(self, world: Any, seconds: float) -> None:
        self.events: List[Tuple[int, str, str]] = []
        self._seconds = seconds
        scene = bpy.context.scene
        gravity = Vector(scene.gravity) if scene.use_gravity else Vector()
        self._fall = gravity * (world.effector_weights.gravity if world.effector_weights else 1.0)
        self._bodies = {o.name: o for o in world.collection.objects if o.rigid_body is not None}
        self._solids: Dict[str, Solid] = {}
        self._last: Dict[str, _State] = {}
        self._touching: Set[Pair] = set()

    def look(self, frame: int) -> None:
        """Takes down what has begun on the frame that Blender stands at."""
        depsgraph = bpy.context.evaluated_depsgraph_get()
        now = {
            name: self._state(name, obj.evaluated_get(depsgraph))
            for name, obj in self._bodies.items()
        }
        places: Dict[Tuple[str, bool], Placed] = {}
        touching = set()
        for pair in itertools.combinations(sorted(now), 2):
            kinds = {self._bodies[name].rigid_body.type for name in pair}
            if kinds != {"PASSIVE"} and self._touch(pair, now, places):
                touching.add(pair)
        self.events += [(frame, *pair) for pair in sorted(touching - self._touching)]
        self._last, self._touching = now, touching

    def _state(self, name: str, evaluated: bpy.types.Object) -> _State:
        matrix = evaluated.matrix_world.copy()
        corners = [matrix @ Vector(corner) for corner in evaluated.bound_box]
        before = self._last.get(name)
        if before is None:
            return _State(matrix, None, False, measure.around(corners))
        step = matrix.translation - before.matrix.translation
        body: Any = self._bodies[name].rigid_body
        pushed = False
        if before.step is not None and body.type == "ACTIVE":
            slowed = before.step * (1.0 - body.linear_damping) ** self._seconds
            free = slowed + self._fall * self._seconds**2
            pushed = (step - free).length > PUSH * self._seconds
        return _State(matrix, step, pushed, measure.around(corners))

    def _touch(
        self, pair: Pair, now: Dict[str, _State], places: Dict[Tuple[str, bool], Placed]
    ) -> bool:
        a, b = (now[name] for name in pair)
        gap = TOLERANCE + sum(self._margin(name) for name in pair)
        reach = (a.step - b.step).length if a.step is not None and b.step is not None else 0.0
        reach = gap + (reach if a.pushed or b.pushed else 0.0)
        if not _near(a.box, b.box, reach):
            return False
        if self._closer(pair, now, places, True, reach):
            return True
        return reach > gap and self._closer(pair, self._last, places, False, reach)

    def _margin(self, name: str) -> float:
        body: Any = self._bodies[name].rigid_body
        return body.collision_margin if body.use_margin else 0.0

    def _closer(
        self,
        pair: Pair,
        states: Dict[str, _State],
        places: Dict[Tuple[str, bool], Placed],
        present: bool,
        gap: float,
    ) -> bool:
        for name in pair:
            if name not in self._solids:
                self._solids[name] = solid_of(self._bodies[name])
            if (name, present) not in places:
                places[name, present] = self._solids[name].placed(states[name].matrix)
        first, second = (places[name, present] for name in pair)
        return first.closer_than(second, gap)


def _near(a: measure.Extent, b: measure.Extent, gap: float) -> bool:
    return all(a[0][i] <= b[1][i] + gap and b[0][i] <= a[1][i] + gap for i in range(3))


def keep(events: List[Tuple[int, str, str]]) -> None:
    """Leaves the events of a simulation with Blender's scene, in the place of earlier ones."""
    scene = bpy.context.scene
    if events:
        scene[EVENTS] = json.dumps(events)
    elif EVENTS in scene:
        del scene[EVENTS]


def kept() -> List[Tuple[int, str, str]]:
    """The events that were left: frame and the names of two objects, in order."""
    return [(frame, a, b) for frame, a, b in json.loads(bpy.context.scene.get(EVENTS, "[]"))]
