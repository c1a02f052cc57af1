# SPDX-License-Identifier: MIT
"""Perception: a thing that is not in view, but that a mirror or a prism of glass shows.

The camera turns the short way until that thing itself is in the middle of the picture.

    easy     a mirror that faces the camera; 2 things
    medium   a mirror that is turned, so that it is not the side of the image that tells; 3 things
    hard     a prism, which bends what is behind it to where the thing is not; 3 things

Rays tell that no thing is in the first picture, that mirror or prism show the one that is asked for
and no other, and that at last it is in view and no other is. `wrong`: the camera turns to another
thing. `other`: it turns at another pace, in another light.
"""

import math

import looks
import numpy as np
import props
import sight
from task import Again, Task, covers, moves, within

import rv

COLORS = ("red", "green", "blue", "purple")
COUNTS = {"easy": 2, "medium": 3, "hard": 3}
EYE = (0.0, -2.2, 1.55)
LENSES = {"easy": 34, "medium": 34, "hard": 63}
MIRROR = (1.9, 2.1)  # metres: width, height
MIRROR_AT = (0.0, 3.0, 1.18)
PRISM, PRISM_AT, IOR = (1.3, 0.92), (0.0, 1.5, 1.5), 1.5  # metres: side, height
ROOM, HEIGHT = ((-5.0, -6.5), (5.0, 6.0)), 4.2
SHOWN_MIN = {"easy": 0.002, "medium": 0.002, "hard": 0.004}  # of the picture
SEEN_MIN = 0.01
START, END = 0.1, (0.8, 0.9)  # when the camera turns
STAND, TALL = 0.75, 0.85  # metres: heights of stands and things
PROFILES = {  # (radius, height), of a thing as high as 1
    "vase": ((0.19, 0), (0.3, 0.22), (0.33, 0.42), (0.2, 0.7), (0.13, 0.84), (0.21, 1.0)),
    "bottle": ((0.23, 0), (0.25, 0.1), (0.25, 0.52), (0.1, 0.7), (0.09, 0.94), (0.12, 1.0)),
    "pawn": (
        (0.32, 0),
        (0.31, 0.1),
        (0.15, 0.24),
        (0.12, 0.52),
        (0.26, 0.74),
        (0.2, 0.93),
        (0.02, 1),
    ),
    "goblet": (
        (0.28, 0),
        (0.2, 0.05),
        (0.06, 0.12),
        (0.06, 0.42),
        (0.26, 0.56),
        (0.32, 0.8),
        (0.29, 1),
    ),
    "gourd": (
        (0.2, 0),
        (0.36, 0.2),
        (0.35, 0.4),
        (0.19, 0.57),
        (0.24, 0.74),
        (0.18, 0.92),
        (0.03, 1),
    ),
}
WALLS = ((40, 0.10, 0.82), (150, 0.12, 0.7), (205, 0.14, 0.72), (340, 0.10, 0.78))  # hue, ...
PROMPTS = (
    "The {color} {kind} is not in view: only the {device} shows it. Turn the camera on the spot, "
    "the short way, until the {color} {kind} itself stands in the middle of the picture.",
    "What the {device} shows stands outside of the picture. On which side of the camera is the "
    "{color} {kind}? Turn to that side and stop when it is in the middle.",
    "{count} things stand in this room where the camera does not look. Turn it to the one that can "
    "be seen in the {device}, the {color} {kind}, and end with it in the centre.",
)


class MirrorReasoning(Task):
    def plan(self, rng):
        count = COUNTS[self.difficulty]
        side = rng.choice(("left", "right"))
        places, turned = self._places(rng, -1 if side == "left" else 1, count)
        kinds, colors = rng.sample(list(PROFILES), count), rng.sample(COLORS, count)
        things = [dict(zip(("kind", "color", "place"), row)) for row in zip(kinds, colors, places)]
        return {
            "shown": things[0],
            "side": side,
            "others": things[1:],
            "device": "prism" if self.difficulty == "hard" else "mirror",
            "mirror_degrees": turned,
            "wall": list(rng.choice(WALLS)),
            "light": _numbers(rng.uniform(-60, 60), rng.uniform(45, 62)),
            "turn_ends": round(rng.uniform(*END), 4),
        }

    def _places(self, rng, side, count):
        """Places [x, y] of the things, of the one that is shown first; degrees of the mirror."""
        turned = 0.0
        if self.difficulty == "easy":
            first = side * rng.uniform(0.8, 1.7), rng.uniform(-3.9, -3.0)
        elif self.difficulty == "medium":
            turned = rng.uniform(13, 21)
            angle, far = math.radians(2 * turned + rng.uniform(-4, 4)), rng.uniform(3.8, 4.6)
            first = side * far * math.sin(angle), MIRROR_AT[1] - far * math.cos(angle)
        else:
            out, ahead = _bent(rng.uniform(0.42, 0.58))
            first = out + ahead * rng.uniform(3.2, 3.8)
            first = side * first.x, first.y
        others = [(-side * rng.uniform(2.0, 3.6), rng.uniform(-2.6, -0.4))]
        others.append((rng.uniform(-2.5, 2.5), rng.uniform(-5.3, -4.2)))
        places = [_numbers(x, y) for x, y in (first, *others[: count - 1])]
        return places, round(side * turned, 4)

    # ---- what is built

    def build(self, plan, answer, rng):
        self._room(plan)
        self._light(plan, answer, rng)
        self.things = [self._thing(thing) for thing in (plan["shown"], *plan["others"])]
        if plan["device"] == "mirror":
            self.device, self.ior = self._mirror(plan["mirror_degrees"]), None
        else:
            self.device, self.ior = self._prism(-1 if plan["side"] == "left" else 1), IOR
        self.goal, end = self.things[0], plan["turn_ends"]
        if answer == "wrong":
            self.goal = rng.choice(self.things[1:])
        if answer == "other":
            end = rng.uniform(0.6, 0.72)
        self.camera.set_location(EYE).set_lens(LENSES[self.difficulty])
        self._turn(end)

    def _room(self, plan):
        hue, saturation, value = plan["wall"]
        (left, front), (right, back) = ROOM
        props.planks(
            self,
            ROOM,
            [
                looks.wood(f"Oak{n}", tone, saturation=0.4)
                for n, tone in enumerate((0.58, 0.65, 0.72))
            ],
        )
        paints = (
            ("Wall", 0.0, HEIGHT, 0.2, looks.plaster("WallPaint", value, hue, saturation)),
            ("Dado", 0.0, 1.0, 0.26, looks.plaster("DadoPaint", 0.88, hue, saturation / 3)),
            ("Rail", 1.0, 1.06, 0.34, looks.plaster("RailPaint", 0.9)),
            ("Skirting", 0.0, 0.16, 0.32, looks.plaster("SkirtingPaint", 0.9)),
        )
        middle, sides = ((left + right) / 2, (front + back) / 2), (right - left, back - front)
        walls = ((0, -1), (0, 1), (-1, 0), (1, 0))
        for name, low, high, thick, material in paints:
            for n, (x, y) in enumerate(walls):
                size = (sides[0] if y else thick, sides[1] if x else thick, high - low)
                place = (
                    middle[0] + x * sides[0] / 2,
                    middle[1] + y * sides[1] / 2,
                    (low + high) / 2,
                )
                slab = (
                    self.objects.cube(f"{name}{n + 1}", size=1).set_scale(size).set_location(place)
                )
                slab.set_material(material).set_tags("wall")

    def _light(self, plan, answer, rng):
        turn, height = plan["light"]
        if answer == "other":
            turn, height = -turn, rng.uniform(40, 60)
        rv.bpy.context.scene.cycles.caustics_refractive = False  # noise
        self.world = rv.BasicWorld().set_params(color=(0.9, 0.94, 1.0), strength=0.9)
        sun = self.lights.sun("Sun", power=2.6).set_angle(8).set_color((1.0, 0.93, 0.83))
        sun.rotate_around_axis((1, 0, 0), 90 - height).rotate_around_axis((0, 0, 1), turn)

    def _thing(self, thing):
        (x, y), name = thing["place"], f"{thing['color'].capitalize()}{thing['kind'].capitalize()}"
        stone = looks.plaster("Stone", 0.84)
        stand = props.lathe(self, f"{name}Stand", props.rounded(0.36, STAND))
        stand.set_material(stone).set_location((x, y, 0)).set_tags("stand")
        made = props.lathe(self, name, props.smooth(np.array(PROFILES[thing["kind"]]) * TALL))
        made.set_material(looks.paint(f"{name}Glaze", thing["color"], "gloss"))
        made.set_location((x, y, STAND)).set_tags("thing")
        made.set_property("kind", thing["kind"])
        return self.key(made, thing["color"])

    def _mirror(self, turned):
        width, height = MIRROR
        silver = looks.metal("Silver", 0, 0.0, 0.97, roughness=0.0)
        gilt = looks.metal("Gilt", 38, 0.45, 0.8, roughness=0.35)
        bars = [(x * (width + 0.1) / 2, 0.0, (0.12, 0.12, height + 0.22)) for x in (-1, 1)]
        bars += [(0.0, z * (height + 0.1) / 2, (width - 0.02, 0.12, 0.12)) for z in (-1, 1)]
        for n, (x, z, size) in enumerate(bars):
            bar = (
                self.objects.cube(f"MirrorFrame{n + 1}", size=1).set_scale(size).set_material(gilt)
            )
            self._hang(bar, x, z, turned)
        glass = self.objects.cube("Mirror", size=1).set_scale((width, 0.04, height))
        return self._hang(glass.set_material(silver), 0.0, 0.0, turned).set_tags("mirror")

    def _hang(self, part, x, z, turned):
        angle = math.radians(turned)
        place = np.array(MIRROR_AT) + (x * math.cos(angle), x * math.sin(angle), z)
        return part.set_location(place).set_rotation((0, 0, turned)).set_tags("frame")

    def _prism(self, side):
        """It stands with an edge to one side, and bends what is seen through it to the other."""
        gilt, (x, y, z), high = (
            looks.metal("Gilt", 38, 0.45, 0.8, roughness=0.35),
            PRISM_AT,
            PRISM[1],
        )
        foot = props.lathe(self, "PrismStand", props.rounded(0.62, z - high / 2 - 0.05))
        foot.set_location((x, y, 0)).set_material(looks.plaster("Stone", 0.6)).set_tags("stand")
        for name, middle in (("Foot", z - high / 2 - 0.025), ("Cap", z + high / 2 + 0.025)):
            plate = self._wedge(f"Prism{name}", side, 1.05 * PRISM[0], 0.048)
            plate.set_location((x, y, middle)).set_material(gilt).set_tags("frame")
        clear = rv.PrincipledBSDF(base_color=(1, 1, 1), roughness=0.0, transmission=1.0, ior=IOR)
        prism = self._wedge("Prism", side, PRISM[0], high).set_location(PRISM_AT)
        return prism.set_material(rv.ShaderMaterial(clear, name="Glass")).set_tags("mirror")

    def _wedge(self, name, side, long, high):
        corners = [(side * a, b, c) for c in (-high / 2, high / 2) for a, b in _triangle(long)]
        faces = [(2, 1, 0), (3, 4, 5), (0, 1, 4, 3), (1, 2, 5, 4), (2, 0, 3, 5)]
        faces = [face[::-1] for face in faces] if side < 0 else faces
        return self.objects.mesh(corners, faces, name=name)

    # ---- what happens

    def _turn(self, end):
        at = self.goal.get_bounds()
        middle = [(a + b) / 2 for a, b in zip(at["min"], at["max"])]
        first, last = _angles(self.device.get_location()), _angles(middle)
        turn = (last[1] - first[1] + 180) % 360 - 180
        self.views = []
        for frame, t in self.times():
            u = props.eased((t - START) / (end - START))
            rotation = (90 + first[0] + u * (last[0] - first[0]), 0, first[1] + u * turn)
            self.camera.keyframe(frame, rotation=rotation)
            self.views.append(rotation)
        self.degrees = turn

    def check(self, plan, answer):
        names = [thing.obj.name for thing in self.things]
        key, goal = names[0], self.goal.obj.name
        cell = 1.0 / len(sight.cells(self.resolution))
        self.camera.set_rotation(self.views[0])
        seen, shown = sight.look(self, self.device, self.ior)
        if any(seen[name] for name in names):
            raise Again("a thing is in view at first")
        if any(shown[name] for name in names[1:]):
            raise Again("another thing is shown")
        if len(shown[key]) * cell < SHOWN_MIN[self.difficulty]:
            raise Again(f"too little of {key} is shown")
        self.camera.set_rotation(self.views[-1])
        last, _ = sight.look(self)
        if len(last[goal]) * cell < SEEN_MIN or any(last[n] for n in names if n != goal):
            raise Again(f"{goal} is not what is seen alone at last")
        if answer != "truth":
            return [], []
        if (self.degrees > 0) != (plan["side"] == "left"):
            raise Again("the short way is to the other side")
        values = {
            **plan["shown"],
            "device": plan["device"],
            "count": ("Two", "Three")[len(names) - 2],
        }
        return [p.format(**values) for p in PROMPTS], self._rule(plan, shown[key], last[key], cell)

    def _rule(self, plan, shown, seen, cell):
        color, kind, name = plan["shown"]["color"], plan["shown"]["kind"], self.goal.obj.name
        share, what = len(seen) * cell, f"the {color} {kind}"
        rest = 0.94
        clauses = [
            within(
                name,
                sight.box(seen, 0.03),
                rest,
                1,
                0.8,
                f"{what} is in the middle at last",
                weight=2,
                required=True,
            ),
            covers(
                name,
                rest,
                1,
                share / 2,
                min(1.0, 1.6 * share),
                f"{what} is as large as it is from there",
            ),
            moves(name, rest, 1, 0, 0.02, "the camera has come to rest"),
            within(
                name,
                sight.box(shown, 0.03),
                0,
                0.07,
                0.6,
                f"{what} is first seen in the {plan['device']} alone",
            ),
        ]
        for thing, made in zip(plan["others"], self.things[1:]):
            says = f"the {thing['color']} {thing['kind']} is not in view at last"
            clauses.append(covers(made.obj.name, rest, 1, 0, 0.0005, says))
        return clauses


def _numbers(*values):
    return [round(float(value), 4) for value in values]


def _triangle(long):
    """The corners of a prism whose base is at +X: in front, behind, and the edge at -X."""
    base, edge = long / math.sqrt(12), -long / math.sqrt(3)
    return (base, -long / 2), (base, long / 2), (edge, 0.0)


def _bent(share):
    """Where the eye's ray that meets the front of such a prism at a share of the way from its base
    to its edge comes out, and in which direction."""
    front, behind, edge = (rv.Vector((*corner, 0)) for corner in _triangle(PRISM[0]))
    eye = rv.Vector((EYE[0] - PRISM_AT[0], EYE[1] - PRISM_AT[1], 0))
    place = front.lerp(edge, share)
    normal = rv.Vector((-0.5, -math.sqrt(3) / 2, 0))
    ahead = sight.refracted((place - eye).normalized(), normal, 1 / IOR)
    normal.y = -normal.y  # of the side behind
    place = place + ahead * ((behind - place).dot(normal) / ahead.dot(normal))
    out = sight.refracted(ahead, -normal, IOR)
    return place + rv.Vector((*PRISM_AT[:2], 0)), out


def _angles(point):
    """Degrees up and to the left, from straight along +Y, from the eye to a point."""
    x, y, z = (b - a for a, b in zip(EYE, point))
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(-x, y))
