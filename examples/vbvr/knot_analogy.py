# SPDX-License-Identifier: MIT
"""Abstraction: which of the knots in front is the same as the one of brass?

The right one goes to the empty pedestal beside it. In the truth it unbends on its way, and bends to
the shape of the brass one, which shows that they are the same.

    easy     2 knots; the right one is only turned
    medium   3 knots, bent a little
    hard     3 knots of up to 8 crossings, bent much, 2 of them with the same determinant

Which knot each is says its polynomial, computed from the points of the mesh that was built, at
every step of the way. `wrong`: another knot goes, and is bent in the same way. `other`: the right
one goes another way at another pace, in another light.
"""

import math

import knots
import looks
import numpy as np
import props
from task import Again, Task, moves, steady, within

import rv

SIZE = 0.62  # metres: radius of a knot
TUBE = 0.115  # radius, as a share of SIZE
ROOM = 2.05 * TUBE  # least distance of strands
STEPS = 16  # from shape to shape on the way
# Of a level: how many knots; sum of height times length of the waves; radians of twist; tilt.
LEVELS = {"easy": (2, 0.0, 0.0, 60), "medium": (3, 0.35, 0.3, 70), "hard": (3, 0.6, 0.8, 80)}
SMALL = ("unknot", "trefoil", "figure-eight", "cinquefoil")
COLORS = ("red", "green", "blue", "purple")
WALLS = ((30, 0.2), (150, 0.15), (200, 0.1), (330, 0.12))  # hue, saturation
FRONT, BACK = (-0.8, 0.3), (1.0, 1.2)  # of the pedestals: y, height
PLACES = {2: (-1.6, 1.6), 3: (-1.7, 0.0, 1.7)}  # x of those in front, by how many
BRASS = 0.9  # x of those at the back
START, END = 0.1, 0.84  # when the knot goes
PROMPTS = (
    "The knot of brass stands on the {side} pedestal at the back. One of the {count} coloured "
    "knots in front is the same knot: it becomes the brass one by bending and turning, without "
    "a cut. Move it onto the empty pedestal.",
    "Which of the {count} coloured knots can be deformed into the brass knot without cutting it? "
    "Put that one on the free pedestal beside the brass knot; leave the others where they are.",
    "Exactly one of the {colors} knots is the same knot as the brass one. It rises from its place "
    "and settles on the empty pedestal at the back; the others stay.",
)


class KnotAnalogy(Task):
    def plan(self, rng):
        count, bent, twist, tilt = LEVELS[self.difficulty]
        chosen, right = self._chosen(rng, count)
        colors = rng.sample(COLORS, count)
        return {
            "knots": chosen,
            "polynomials": [knots.KNOTS[name][1] for name in chosen],
            "colors": colors,
            "right": right,
            "knot": chosen[right],
            "color": colors[right],
            "side": rng.choice(("left", "right")),
            "bends": [_bend(rng, bent, twist) for _ in range(count + 1)],
            "turns": [
                _numbers(rng.uniform(40, tilt), 0, rng.uniform(-60, 60)) for _ in range(count + 1)
            ],
            "wall": list(rng.choice(WALLS)),
            "light": _numbers(rng.uniform(-40, 40), rng.uniform(0.9, 1.15)),
        }

    def _chosen(self, rng, count):
        """Names of knots, and which of them is the right one."""
        if self.difficulty != "hard":
            return rng.sample(SMALL, count), rng.below(count)
        twins = list(rng.choice(knots.twins()))
        right = rng.choice(twins)
        third = rng.choice([name for name in knots.KNOTS if name not in twins])
        chosen = rng.sample([*twins, third], count)
        return chosen, chosen.index(right)

    # ---- what is built

    def build(self, plan, answer, rng):
        self._studio(plan, answer, rng)
        brass = looks.metal("Brass", 38, 0.72, 0.86)
        places = PLACES[len(plan["knots"])]
        x = -BRASS if plan["side"] == "left" else BRASS
        for n, place in enumerate(places):
            self._pedestal(f"Pedestal{n + 1}", place, FRONT)
        self._pedestal("BrassPedestal", x, BACK)
        self._pedestal("EmptyPedestal", -x, BACK)
        self.brass = self._knot("BrassKnot", plan, plan["right"], -1, brass).set_tags("target")
        self._stand(self.brass, x, BACK)
        self.knots = []
        for n, (color, place) in enumerate(zip(plan["colors"], places)):
            glaze = looks.paint(f"{color.capitalize()}Glaze", color, "gloss")
            knot = self._knot(f"{color.capitalize()}Knot", plan, n, n, glaze).set_tags("candidate")
            self._stand(knot.set_property("knot", plan["knots"][n]), place, FRONT)
            self.knots.append(self.key(knot, color))
        self.camera.set_location((0, -8.8, 3.1)).set_lens(52).point_at((0, 0.1, 1.22))
        going = plan["right"]
        if answer == "wrong":
            going = rng.choice([n for n in range(len(self.knots)) if n != going])
        bow = (0.0, 1.0)
        if answer == "wrong":  # it may have to pass above the others
            bow = (0.0, rng.uniform(1.0, 1.35))
        if answer == "other":  # on the side away from the brass knot
            bow = (math.copysign(rng.uniform(0.5, 1.1), -x), rng.uniform(0.65, 0.85))
        self._move(plan, going, -x, bow)

    def _studio(self, plan, answer, rng):
        hue, saturation = plan["wall"]
        props.backdrop(self).set_material(looks.plaster("Wall", 0.62, hue, saturation))
        turn, power = plan["light"]
        if answer == "other":
            turn, power = -turn + rng.uniform(-10, 10), rng.uniform(0.85, 1.0)
        props.studio_light(self, turn, power)

    def _pedestal(self, name, x, row):
        y, height = row
        column = props.lathe(self, name, props.rounded(0.5, height)).set_material(
            looks.plaster("Plaster", 0.84)
        )
        return column.set_location((x, y, 0)).set_tags("pedestal")

    def _curve(self, plan, n, bend, share):
        return knots.fitted(knots.bend(knots.knot(plan["knots"][n]), share, **plan["bends"][bend]))

    def _knot(self, name, plan, n, bend, material):
        tube, curve = props.Tube(TUBE), self._curve(plan, n, bend, 1.0)
        thing = self.objects.mesh(tube.points(curve), tube.faces(len(curve)), name=name)
        thing.set_shading("smooth").set_material(material).set_scale(SIZE)
        return thing.set_rotation(plan["turns"][bend])

    def _stand(self, thing, x, row):
        y, height = row
        points = np.array([v.co for v in thing.obj.data.vertices])
        thing.set_location((x, y, height - _lowest(points, thing.obj.rotation_quaternion)))

    # ---- what happens

    def _move(self, plan, n, x, bow):
        """Knot `n` goes to the empty pedestal at x; `bow`: to the side, and height of the way."""
        thing, half = self.knots[n], STEPS // 2
        shapes = [self._curve(plan, n, n, 1 - step / half) for step in range(half)]
        shapes += [self._curve(plan, n, -1, step / half) for step in range(half + 1)]
        tube = props.Tube(TUBE)
        keys = [thing.obj.shape_key_add(name="Basis")]
        tube.points(shapes[0])
        for step, shape in enumerate(shapes[1:]):
            points = tube.points(shape)
            keys.append(thing.obj.shape_key_add(name=f"Step{step + 1}", from_mix=False))
            keys[-1].data.foreach_set("co", points.ravel())
        turns = [rv.mathutils.Quaternion(thing.obj.rotation_quaternion)]
        turns.append(self.brass.obj.rotation_quaternion.copy())
        start = np.array(thing.get_location())
        end = np.array((x, BACK[0], BACK[1] - _lowest(points, turns[1])))
        out = np.array((bow[0], 0.0, 1.3 * bow[1]))
        corners = np.array((start, start + out, end + out * (1, 1, 0.8), end))
        self.going, self.path, self.places = thing, [], []
        for frame, t in self.times():
            u = props.eased((t - START) / (END - START))
            place = _bezier(corners, u)
            change = props.eased((u - 0.2) / 0.6)
            thing.keyframe(frame, location=place, rotation=turns[0].slerp(turns[1], change))
            for step, key in enumerate(keys[1:], 1):
                key.value = max(0.0, 1.0 - abs(change * STEPS - step))
                key.keyframe_insert("value", frame=frame)
            self.path.append(self.seen_at(place))
            self.places.append(place)
        self.poses = ((1, start, turns[0]), (self.clip, end, turns[1]))

    def _pose(self, frame, place, turn):
        rv.bpy.context.scene.frame_set(frame)  # its shape; poses of keys wait for the render
        self.going.set_location(place).set_rotation(turn)

    def check(self, plan, answer):
        right = plan["right"]
        for n, thing in enumerate([*self.knots, self.brass]):
            name = plan["knots"][right if thing is self.brass else n]
            self._check_knot(thing, name)
        if any(place is None or not 0.08 < place[1] < 0.9 for place in self.path):
            raise Again("the way leaves the picture")
        still = [t.get_location() for t in (*self.knots, self.brass) if t is not self.going]
        if min(math.dist(place, other) for place in self.places for other in still) < 2.0 * SIZE:
            raise Again("knots may meet on the way")
        self._pose(*self.poses[0])
        for thing in (*self.knots, self.brass):
            if self.camera.visible_fraction(thing) < 0.97:
                raise Again(f"{thing.obj.name} is hidden in part")
        self._pose(*self.poses[1])
        box = props.seen_box(self, self.going, 0.02)
        if self.camera.visible_fraction(self.going) < 0.97:
            raise Again("the pedestal is hidden in part")
        self._pose(*self.poses[0])
        if answer != "truth":
            return [], []
        values = {"side": plan["side"], "count": ("two", "three")[len(plan["knots"]) - 2]}
        values["colors"] = " and ".join(", ".join(plan["colors"]).rsplit(", ", 1))
        return [text.format(**values) for text in PROMPTS], self._rule(plan, box)

    def _check_knot(self, thing, name):
        """Raises Again unless the mesh is that knot in all its shapes, with room for its tube."""
        mesh = thing.obj.data
        shapes = mesh.shape_keys.key_blocks if mesh.shape_keys else [mesh]
        for shape in shapes:
            points = shape.data if shape is not mesh else mesh.vertices
            flat = np.empty(3 * len(points))
            points.foreach_get("co", flat)
            curve = flat.reshape(knots.RINGS, -1, 3).mean(axis=1)
            if knots.clearance(curve, 5 * TUBE) < ROOM:
                raise Again(f"strands of {thing.obj.name} touch")
            found = knots.alexander(curve)
            if found != knots.KNOTS[name][1]:
                raise ValueError(f"{thing.obj.name} has the polynomial {found}, must be a {name}")

    def _rule(self, plan, box):
        name = self.going.obj.name
        step = max(math.dist(a, b) for a, b in zip(self.path, self.path[1:])) * (self.clip - 1) / 59
        clauses = [
            within(
                name,
                box,
                0.92,
                1.0,
                0.9,
                f"the {plan['color']} knot ends on the empty pedestal",
                weight=2,
                required=True,
            ),
            steady(
                name, 0.0, 1.0, 2.0 * step, f"the {plan['color']} knot goes there without a jump"
            ),
        ]
        for color, thing in zip(plan["colors"], self.knots):
            if thing is not self.going:
                clauses.append(
                    moves(thing.obj.name, 0.0, 1.0, 0.0, 0.06, f"the {color} knot stays")
                )
        return clauses


def _bend(rng, bent, twist):
    waves = []
    for _ in range(3 if bent else 0):
        along = np.array(rng.on_sphere()) * rng.uniform(1.2, 2.6)
        height = bent / 3.0 / np.linalg.norm(along)
        waves.append(
            [
                _numbers(*rng.on_sphere()),
                _numbers(*along),
                *_numbers(rng.uniform(0, 2 * math.pi), height),
            ]
        )
    return {"waves": waves, "twist": round(twist * rng.uniform(-1, 1), 4)}


def _numbers(*values):
    return [round(float(value), 4) for value in values]


def _lowest(points, turn):
    """How high the lowest of a knot's points is above its middle, when it is turned so."""
    return float((points @ np.array(turn.to_matrix()).T)[:, 2].min()) * SIZE


def _bezier(corners, u):
    weights = (1 - u) ** 3, 3 * u * (1 - u) ** 2, 3 * u * u * (1 - u), u**3
    return tuple(float(value) for value in np.array(weights) @ corners)
