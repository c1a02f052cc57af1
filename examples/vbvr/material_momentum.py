# SPDX-License-Identifier: MIT
"""Material and momentum: a ball of a stated material rolls down a ramp into a tower of blocks. Does
the tower fall?

The answer follows from what is drawn. The ball rolls h down and has the speed

    v = sqrt(10 g h / 7) (2 + 5 cos a) / 7

when it has passed the foot of the ramp, whose slope is a. The tower resists with the momentum by
which its lowest block, between the table and those above, would slide out by half of its width:

    R = m sqrt(g f (2 n - 1) w)

for n blocks of the mass m and the width w with friction f. It falls where the momentum of the ball,
M v, is above R times a margin, and stands where it is below R by that margin; what is between is
drawn again, and what the simulation does not confirm, too. The outcome is drawn once, so that both
are as frequent, whatever is drawn again. The harder, the nearer to the threshold.
"""

import math

import rv
from looks import LIGHTS, ROOMS, banded, light, paint, plaster, rounded, wood
from task import Again, Task, at, moves, within

GRAVITY = 9.81
# Of a ball: density in kg/m3, friction, restitution, finish.
MATERIALS = {
    "foam": (30, 0.6, 0.3, "porous"),
    "cork": (220, 0.6, 0.4, "porous"),
    "wood": (650, 0.5, 0.5, "grained"),
    "rubber": (1200, 0.9, 0.8, "matte"),
    "glass": (2500, 0.4, 0.6, "gloss"),
    "iron": (7800, 0.5, 0.4, "metal"),
}
BLOCK_DENSITY, BLOCK_FRICTION, BLOCK_RESTITUTION = 600, 0.7, 0.2
FRICTION = BLOCK_FRICTION**2  # between two of them, and with the table
MARGIN = 1.8  # of the momentum by the resistance, or the other way round
WRONG_MARGIN = 3.0  # the same in wrong answers
# By difficulty: how far from 1 the momentum by the resistance is, at least and at most.
MARGINS = {"easy": (8.0, 80.0), "medium": (3.5, 8.0), "hard": (MARGIN, 3.5)}
COLORS = ("green", "blue", "purple", "pink")  # which wood and warm light do not have
TRIES = 400
PUSH = 0.06  # metres per second at most: of another right answer
GAP = 0.16  # metres from the foot of the ramp to the tower
WIDE = 0.34  # metres: the ramp
CLIP_END = 0.92  # from here on the top block is to lie still
TOLERANCE = 0.05  # of paths, share of the diagonal
SEEN_MIN = 0.4  # of the top block at the end


class MaterialMomentum(Task):
    def _begin(self):
        super()._begin()
        self.outcome = self.rng(f"outcome {self.difficulty}").choice(["falls", "stands"])

    def plan(self, rng):
        low, high = MARGINS[self.difficulty]
        for _ in range(TRIES):
            plan = {
                "outcome": self.outcome,
                "material": rng.choice(sorted(MATERIALS)),
                "radius_m": round(rng.uniform(0.055, 0.08), 4),
                "slope_degrees": round(rng.uniform(20, 30), 2),
                "way_m": round(rng.uniform(0.46, 0.6), 4),
                "blocks": rng.integer(3, 5),
                "block_m": round(rng.uniform(0.115, 0.145), 4),
            }
            if low <= surely(self.outcome, plan, plan["material"]) <= high and liars(plan):
                break
        else:
            raise Again(f"no momentum is so far from the resistance that the tower {self.outcome}")
        ball, top = rng.sample(COLORS, 2)
        wall, table = rng.choice(ROOMS)
        return {
            **plan,
            "momentum": round(momentum(plan, plan["material"]), 4),
            "resistance": round(resistance(plan), 4),
            "ball_color": ball,
            "top_color": top,
            "light": rng.choice(sorted(LIGHTS)),
            "grain": round(rng.uniform(0, 50), 2),
            "table_tone": round(rng.uniform(0.55, 0.75), 3),
            "wall_hue": wall,
            "table_hue": table,
            "yaw_degrees": round(rng.uniform(-16, 16), 2),
        }

    def build(self, plan, answer, rng):
        material, push, lighting = plan["material"], 0.0, plan["light"]
        if answer == "wrong":
            material, push = rng.choice(liars(plan)), rng.uniform(0, 1) * PUSH
        elif answer == "other":
            push = rng.uniform(0.4, 1) * PUSH
            lighting = rng.choice([name for name in sorted(LIGHTS) if name != lighting])
        light(self, lighting, sky=1.4)
        self.surroundings(plan)
        self.ramp(plan)
        self.blocks = self.tower(plan, rng)
        self.ball = self.roll(plan, material, push)
        self.look(plan)
        self.simulate()
        self.seen = self.watch()

    # -- the scene

    def surroundings(self, plan):
        table = self.objects.cube("Table", size=1).set_scale((3.2, 1.7, 0.06))
        table.set_location((0.2, 0.1, -0.03)).set_tags("table").set_property("grain", plan["grain"])
        table.set_material(plaster("Table", plan["table_tone"], plan["table_hue"], 0.12))
        table.add_rigidbody("box", body_type="PASSIVE", friction=BLOCK_FRICTION)
        wall = self.objects.plane("Wall", size=12).set_rotation((90, 0, 0)).set_tags("wall")
        wall.set_location((0, 1.9, 0))
        wall.set_material(plaster("Wall", tone=0.8, hue=plan["wall_hue"], saturation=0.2))

    def ramp(self, plan):
        """A wedge, whose foot is at x = 0."""
        slope, half = math.radians(plan["slope_degrees"]), WIDE / 2
        length = ramp_length(plan)
        high = length * math.tan(slope)
        points = [
            (x, y, z) for y in (-half, half) for x, z in ((0, 0), (-length, 0), (-length, high))
        ]
        faces = [(0, 2, 1), (3, 4, 5), (0, 1, 4, 3), (1, 2, 5, 4), (2, 0, 3, 5)]
        ramp = self.objects.mesh(points, faces, name="Ramp").set_tags("ramp")
        ramp.set_material(wood("Birch", tone=0.9, saturation=0.36, fine=1.6)).set_shading("flat")
        ramp.add_rigidbody("hull", body_type="PASSIVE", friction=0.9, collision_margin=0.0)

    def tower(self, plan, rng):
        size, blocks = plan["block_m"], []
        tones = [
            wood(f"Block {i}", tone, 36, 0.34, 1.6, along=i % 2)
            for i, tone in enumerate((1.0, 0.8, 0.9))
        ]
        for i in range(plan["blocks"]):
            block = self.objects.cube(f"Block {i + 1}", size=size).set_tags("block")
            rounded(block, 0.06 * size).set_material(tones[i % len(tones)])
            block.set_property("grain", plan["grain"] + 3 * i)
            block.set_location((GAP + size / 2, 0, (i + 0.5) * size))
            block.add_rigidbody(
                "box",
                mass=block_mass(plan),
                friction=BLOCK_FRICTION,
                restitution=BLOCK_RESTITUTION,
                collision_margin=0.0,
            )
            blocks.append(block)
        top = self.key(blocks[-1], plan["top_color"]).add_tags("top")
        top.set_material(paint("Top", plan["top_color"], "satin"))
        return blocks

    def roll(self, plan, material, push):
        """The ball, at rest at the upper end of the ramp but for a push; it looks as planned."""
        _, friction, restitution, _ = MATERIALS[material]
        slope, radius, way = math.radians(plan["slope_degrees"]), plan["radius_m"], plan["way_m"]
        ball = self.objects.sphere("Ball", radius=radius, segments=64, ring_count=32)
        finish = MATERIALS[plan["material"]][3]
        ball.set_shading("smooth").set_tags("ball", plan["material"])
        ball.set_material(paint("Ball", plan["ball_color"], finish))
        banded(ball, paint("Band", plan["ball_color"], finish, value=0.5)).set_rotation((25, 10, 0))
        down = (math.cos(slope), 0, -math.sin(slope))
        start = (
            radius * math.sin(slope) - way * down[0],
            0,
            radius * math.cos(slope) - way * down[2],
        )
        ball.set_location(start)
        ball.add_rigidbody(
            "sphere",
            mass=ball_mass(plan, material),
            friction=friction,
            restitution=restitution,
            linear_damping=0.0,
            angular_damping=0.02,
            velocity=[push * part for part in down],
            angular_velocity=(0, push / radius, 0),
        )
        return self.key(ball, plan["ball_color"])

    def look(self, plan):
        """From the side: all of the ramp, and the table about the tower for what falls."""
        left, right = -ramp_length(plan) - 0.05, GAP + plan["block_m"] + 0.36
        high = plan["blocks"] * plan["block_m"]
        target = ((left + right) / 2, 0, 0.4 * high)
        yaw, away = math.radians(plan["yaw_degrees"]), 1.5 * max(right - left, 1.85 * high)
        place = (target[0] + away * math.sin(yaw), -away * math.cos(yaw), target[2] + 0.34 * away)
        self.camera.set_lens(50).set_location(place).point_at(target)

    # -- the answer

    def watch(self):
        """(time, place of the ball, of the top block) for each frame."""
        seen = []
        for frame, time in self.times():
            rv.bpy.context.scene.frame_set(frame)
            places = [o.get_matrix().translation.copy() for o in (self.ball, self.blocks[-1])]
            seen.append((time, *places))
        return seen

    def check(self, plan, answer):
        falls = (plan["outcome"] == "falls") != (answer == "wrong")
        self.check_outcome(plan, falls)
        hit = self.hit(plan)
        approach = [[time, *self.seen_at(ball)] for time, ball, _ in self.seen if time <= hit]
        if answer == "truth":
            self.approach = approach
            return self.prompts(plan), self.rule(plan, falls, hit)
        known = {time: place for time, *place in self.approach}
        off = [self.apart(place, known[time]) for time, *place in approach if time in known]
        if answer == "other" and max(off) > TOLERANCE / 2:
            raise Again("the push makes the ball arrive elsewhere")
        return None

    def check_outcome(self, plan, falls):
        """The top block is down at the end, or is where it was; it is seen."""
        (_, _, start), (_, _, end) = self.seen[0], self.seen[-1]
        if falls and end.z > 1.3 * plan["block_m"]:
            raise Again("the top block does not come down")
        if not falls and (end - start).length > 0.4 * plan["block_m"]:
            raise Again("the top block moves")
        late = [place for time, _, place in self.seen if time >= CLIP_END]
        if any((place - end).length > 0.5 * plan["block_m"] for place in late):
            raise Again("the top block does not come to rest")
        if any(not 0.05 < part < 0.95 for _, _, top in self.seen for part in self.seen_at(top)):
            raise Again("the top block leaves the picture")
        if self.camera.visible_fraction(self.blocks[-1]) < SEEN_MIN:
            raise Again("the top block is hidden at the end")

    def hit(self, plan):
        """The time of the last frame before the ball touches the tower."""
        face, last = GAP - plan["radius_m"] - 0.004, None
        for time, ball, _ in self.seen:
            if ball.x >= face or (last is not None and ball.x < last[1]):
                break
            last = time, ball.x
        else:
            raise Again("the ball does not get to the tower")
        return last[0]

    def rule(self, plan, falls, hit):
        ball, block = f"the {plan['ball_color']} ball", f"the {plan['top_color']} block"
        way = self.way([place for _, *place in self.approach])
        rolls = [
            at("Ball", self.approach, TOLERANCE, f"{ball} rolls to the tower", required=True),
            moves("Ball", 0, hit, way / 2, 2 * way, f"{ball} moves", required=True),
        ]
        return rolls + (self.fall(plan, block) if falls else self.stand(plan, block, hit))

    def fall(self, plan, block):
        top = self.blocks[-1]
        middle = self.seen_at((GAP, 0, plan["blocks"] * plan["block_m"] / 2))[1]
        if any(self.seen_at(corner)[1] < middle for corner in corners(top)):
            raise Again("what is left of the tower holds the top block up")
        low = [(0, middle), (1, middle), (1, 1), (0, 1)]
        way = self.way([self.seen_at(place) for _, _, place in self.seen])
        says = f"{block} ends low"
        return [
            within(top.obj.name, low, CLIP_END, 1, 0.8, says, weight=2, required=True),
            moves(top.obj.name, 0, 1, 0.3 * way, 3 * way, f"{block} falls"),
        ]

    def stand(self, plan, block, hit):
        top = self.blocks[-1].obj.name
        place = self.seen_at(self.seen[0][2])
        face = self.seen_at((GAP + plan["block_m"], 0, plan["radius_m"]))[0]
        left = [(0, 0), (face, 0), (face, 1), (0, 1)]
        stays, says = [[time, *place] for time in (0, 1)], f"{block} stays on the tower"
        return [
            at(top, stays, TOLERANCE, says, weight=2, required=True),
            within("Ball", left, min(1, hit + 0.1), 1, 0.8, "the tower stops the ball"),
        ]

    def prompts(self, plan):
        material, ball, top = plan["material"], plan["ball_color"], plan["top_color"]
        n, deg = plan["blocks"], round(plan["slope_degrees"])
        return [
            f"The {ball} ball is solid {material}. It is let go on the ramp and hits a tower of "
            f"{n} wooden blocks with the {top} one on top. Show what happens to the tower.",
            f"A {ball} ball made of {material} rolls down a ramp of {deg} degrees towards {n} "
            f"stacked wooden blocks. Does the {top} block come down or stay up? Show it.",
            f"Continue the video: the solid {material} ball ({ball}) rolls into the tower. The "
            f"tower has {n} blocks of wood, and its top block is {top}.",
            f"Watch the {top} block. The {ball} ball, which is of {material} all through, runs "
            f"down and meets the tower of {n} blocks. Let the motion play out as physics demand.",
        ]


def ramp_length(plan):
    """Of its foot on the table: metres."""
    return (plan["way_m"] + 2.2 * plan["radius_m"]) * math.cos(math.radians(plan["slope_degrees"]))


# -- the prediction


def ball_mass(plan, material):
    return MATERIALS[material][0] * 4 / 3 * math.pi * plan["radius_m"] ** 3


def block_mass(plan):
    return BLOCK_DENSITY * plan["block_m"] ** 3


def momentum(plan, material):
    """Of the ball behind the foot of the ramp: kg m/s."""
    slope = math.radians(plan["slope_degrees"])
    foot = math.sqrt(10 * GRAVITY * plan["way_m"] * math.sin(slope) / 7)
    return ball_mass(plan, material) * foot * (2 + 5 * math.cos(slope)) / 7


def resistance(plan):
    """Of the tower: kg m/s."""
    way = (2 * plan["blocks"] - 1) * plan["block_m"]
    return block_mass(plan) * math.sqrt(GRAVITY * FRICTION * way)


def surely(outcome, plan, material):
    """How far on that outcome's side of the threshold a ball of the material is, as a factor."""
    ratio = momentum(plan, material) / resistance(plan)
    return ratio if outcome == "falls" else 1 / ratio


def liars(plan):
    """Materials with which it would come out the other way."""
    outcome = "stands" if plan["outcome"] == "falls" else "falls"
    return [name for name in sorted(MATERIALS) if surely(outcome, plan, name) >= WRONG_MARGIN]


# -- places


def corners(obj):
    """Those of an object's box, in the world."""
    return [obj.get_matrix() @ rv.Vector(corner) for corner in obj.obj.bound_box]
