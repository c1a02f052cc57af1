# SPDX-License-Identifier: MIT
"""What the tasks for video models have in common: drawing and validating, the rule, the clip.

A task subclasses `Task` and writes `plan`, `build` and `check`. Its truth is drawn until the scene
that was built is what the plan says; then, where the record asks for it, another answer is built in
its place:

    rv-seed seq 10 --param 'difficulty=choice(easy,medium,hard)' --param 'answer=choice(wrong)'

Parameters of a record:

* `difficulty`: `easy`, `medium` (where it is left out) or `hard`;
* `answer`: `truth` (where it is left out); `other`, a right answer that is not the truth; `wrong`;
* `frames`: how many the clip has, 60 where it is left out, at least 8. Clips of any number show the
  same. (`rv-blend --frames` renders a part of the clip, of which the rule is none.)

A time is a share of the clip, from 0 (first frame) to 1 (last frame). A place is [x, y] in shares
of the picture's width and height; [0, 0] is its upper left corner. A length in the picture is a
share of its diagonal.
"""

import colorsys
import difflib
import math

import rv
from bpy_extras.object_utils import world_to_camera_view

ANSWERS = ("truth", "other", "wrong")
DIFFICULTIES = ("easy", "medium", "hard")
FRAMES, FRAMES_MIN, FPS, SAMPLES, RESOLUTION = 60, 8, 30, 50, (800, 500)
SECONDS = (FRAMES - 1) / FPS  # what happens in a clip takes so long, whatever its frames
STEPS = 600  # of physics, per second
DRAWS_MAX = 20
DIGITS = 4  # of numbers in rules

# Colours that key objects have, by their hues in degrees, 44 and more apart.
HUES = {
    "red": 0,
    "yellow": 52,
    "green": 125,
    "cyan": 180,
    "blue": 225,
    "purple": 270,
    "pink": 315,
}
HUE_WIDTH = 40  # degrees: a pixel is of a colour up to half of it to each side
SATURATION_MIN, VALUE_MIN = 0.5, 0.12


class Again(Exception):
    """What was drawn makes no valid task: another is to be drawn."""


# -- clauses of a rule


def at(name, points, tolerance, says, *, weight=1.0, required=False):
    """The centroid of an object's pixels is within `tolerance` of a path of [t, x, y], which is
    straight between them; it counts from the first point's time to the last one's."""
    path = [[_number(value) for value in point] for point in points]
    times = [point[0] for point in path]
    if not path or times != sorted(set(times)) or any(len(point) != 3 for point in path):
        raise ValueError(f"at {name}: the points must be [t, x, y] in the order of their times")
    _share("the first time", times[0]), _share("the last time", times[-1])
    return _clause("at", name, says, weight, required, points=path, tolerance=_size(tolerance))


def within(name, polygon, start, end, share, says, *, weight=1.0, required=False):
    """From `start` to `end` at least that share of an object's pixels lies in a polygon."""
    corners = [[_number(x), _number(y)] for x, y in polygon]
    if len(corners) < 3:
        raise ValueError(f"in {name}: the polygon has {len(corners)} corners, must have 3 or more")
    values = {"polygon": corners, **_span(start, end), "share": _share("share", share)}
    return _clause("in", name, says, weight, required, **values)


def covers(name, start, end, least, most, says, *, weight=1.0, required=False):
    """From `start` to `end` an object covers between `least` and `most` of the picture."""
    values = {**_span(start, end), **_range(least, most, 1.0)}
    return _clause("covers", name, says, weight, required, **values)


def moves(name, start, end, least, most, says, *, weight=1.0, required=False):
    """From `start` to `end` the way of an object's centroid is between `least` and `most` long."""
    values = {**_span(start, end), **_range(least, most, math.inf)}
    return _clause("moves", name, says, weight, required, **values)


def steady(name, start, end, step, says, *, weight=1.0, required=False):
    """From `start` to `end` an object's centroid makes no step longer than `step` between two
    frames of a clip of 60."""
    return _clause("steady", name, says, weight, required, **_span(start, end), step=_size(step))


def _clause(kind, name, says, weight, required, **values):
    if not name or not says or not weight > 0:
        raise ValueError(f"{kind}: needs the name of an object, words for people, a weight above 0")
    clause = {"kind": kind, "object": name, **values, "weight": _number(weight), "says": says}
    return {**clause, "required": True} if required else clause


def _number(value):
    return round(float(value), DIGITS) + 0.0


def _size(value):
    if not value > 0:
        raise ValueError(f"{value} must be above 0")
    return _number(value)


def _share(what, value):
    if not 0 <= value <= 1:
        raise ValueError(f"{what} is {value}, must be a share from 0 to 1")
    return _number(value)


def _span(start, end):
    if not 0 <= start <= end <= 1:
        raise ValueError(f"from {start} to {end}: must be shares of the clip in this order")
    return {"from": _number(start), "to": _number(end)}


def _range(least, most, limit):
    if not 0 <= least <= most <= limit or math.isinf(most):
        raise ValueError(f"{least} to {most}: must be numbers from 0 on in this order")
    return {"min": _number(least), "max": _number(most)}


# -- colours


def linear(hue, saturation, value):
    """The linear colour of hue (degrees), saturation and value (0 to 1) of an sRGB picture."""
    channels = colorsys.hsv_to_rgb(hue % 360 / 360, saturation, value)
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)


# -- tasks


class Task(rv.Scene):
    """A task; `difficulty`, `answer`, `clip` (how many frames) are there before `plan`."""

    PARAMETERS = ("difficulty", "answer", "frames")  # a task with others adds them

    def plan(self, rng):
        """Draws all choices of a truth: JSON values by names, which go into the metadata.

        Raises Again for choices that make no task.
        """
        raise NotImplementedError

    def build(self, plan, answer, rng):
        """Builds what shows an answer to the plan's task; of the truth as the plan says alone.

        Another answer draws what is different from `rng`. Looks of objects: `self.key`.
        """
        raise NotImplementedError

    def check(self, plan, answer):
        """Raises Again unless what was built shows that answer.

        Of a truth it returns (prompts, clauses): templates of the question, and the rule.
        """
        raise NotImplementedError

    def __init__(self, output_dir=None):
        super().__init__(output_dir)
        self.resolution = RESOLUTION  # the command's wins
        self.looks = {}
        self._gone = set()

    def generate(self):
        self._begin()
        plan, drawn = self._drawn("truth", self._truth)
        metadata = {**plan, "drawn": drawn, "rule_objects": dict(sorted(self.looks.items()))}
        if self.answer != "truth":
            _, metadata["drawn_answer"] = self._drawn(
                self.answer, lambda rng: self._other(plan, rng)
            )
        self.set_metadata(difficulty=self.difficulty, answer=self.answer, **metadata)
        self.set_frames(self.clip)

    def _begin(self):
        self._check_names()
        self.difficulty = self._word("difficulty", DIFFICULTIES, "medium")
        self.answer = self._word("answer", ANSWERS, "truth")
        self.clip = self.params.get("frames", FRAMES)
        if type(self.clip) is not int or self.clip < FRAMES_MIN:
            raise ValueError(
                f"frames is {self.clip!r}, must be a whole number from {FRAMES_MIN} on"
            )
        self.set_fps(FPS)
        scene = rv.bpy.context.scene
        scene.cycles.samples = SAMPLES  # the command's win
        scene.view_settings.view_transform = "Standard"  # keeps the hues of key objects
        scene.render.resolution_x, scene.render.resolution_y = self.resolution

    def _check_names(self):
        for name in self.params:
            if name not in self.PARAMETERS:
                near = difflib.get_close_matches(name, self.PARAMETERS, n=1)
                meant = f"; did you mean '{near[0]}'?" if near else ""
                known = ", ".join(self.PARAMETERS)
                raise ValueError(f"parameter '{name}' is none of this task's: {known}{meant}")

    def _word(self, name, words, default):
        found = self.params.get(name, default)
        if found not in words:
            raise ValueError(f"{name} is {found!r}, must be one of {', '.join(words)}")
        return found

    def _drawn(self, answer, attempt):
        """What `attempt` makes of the first of an answer's streams that is valid, and how many."""
        for drawn in range(1, DRAWS_MAX + 1):
            self._clear()
            try:
                return attempt(self.rng(f"{answer} {drawn}")), drawn
            except Again as again:
                reason = again
        raise RuntimeError(f"no valid {answer} in {DRAWS_MAX} drawings, the last one: {reason}")

    def _truth(self, rng):
        plan = self.plan(rng)
        self.build(plan, "truth", rng)
        prompts, clauses = self.check(plan, "truth")
        unknown = {clause["object"] for clause in clauses} - self.looks.keys()
        if unknown:
            raise ValueError(f"the rule names objects without a look: {', '.join(sorted(unknown))}")
        self.set_prompt(self.rng("prompt").choice(prompts))
        return {**plan, "rule": clauses}

    def _other(self, plan, rng):
        self.build(plan, self.answer, rng)
        self.check(plan, self.answer)

    def _clear(self):
        """Takes away what was built, but for the camera."""
        owners = (*self.generated_objects, *self.generated_lights)
        objects = [o.obj for o in owners[1:] if o not in self._gone]
        self._gone.update(owners[1:])
        rv.bpy.data.batch_remove([*objects, *rv.bpy.data.materials])
        if rv.bpy.context.scene.rigidbody_world is not None:
            rv.bpy.ops.rigidbody.world_remove()
        rv.bpy.context.scene.frame_set(1)
        self.camera.obj.animation_data_clear()
        self.looks.clear()

    # -- for tasks

    def key(self, obj, color):
        """Makes an object one that rules may name, known in the picture by the hue of a colour of
        HUES, which nothing else in the picture may have. The object."""
        self.looks[obj.obj.name] = {
            "hue": HUES[color],
            "width": HUE_WIDTH,
            "saturation": SATURATION_MIN,
            "value": VALUE_MIN,
        }
        return obj

    def times(self):
        """(frame, time) for each frame of the clip."""
        return [(1 + i, i / (self.clip - 1)) for i in range(self.clip)]

    def simulate(self):
        """Runs physics through the clip, with steps of the same length whatever its frames."""
        scene = rv.bpy.context.scene
        seconds = SECONDS / (self.clip - 1)  # per frame
        rv.simulate_physics(
            frames=self.clip,
            substeps=round(seconds * STEPS),
            time_scale=seconds * scene.render.fps / scene.render.fps_base,
            solver_iterations=50,
        )

    def seen_at(self, point):
        """[x, y] of a point in the picture, as camera and world are now; None behind the camera."""
        rv.bpy.context.view_layer.update()
        scene = rv.bpy.context.scene
        x, y, depth = world_to_camera_view(scene, self.camera.obj, rv.Vector(point))
        return [x, 1 - y] if depth > 0 else None

    def apart(self, place, other):
        """How far two places in the picture are from each other, of its diagonal."""
        way = [(b - a) * side for a, b, side in zip(place, other, self.resolution)]
        return math.hypot(*way) / math.hypot(*self.resolution)

    def way(self, places):
        """How long the way through places in the picture is, of its diagonal."""
        return sum(self.apart(a, b) for a, b in zip(places, places[1:]))
