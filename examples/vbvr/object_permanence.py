# SPDX-License-Identifier: MIT
"""Object permanence: things move behind a screen; the named one comes out where and when it must.

Everything moves along x, each thing in a lane of its own, as its start and its speed say. Without a
wall behind the screen its place is

    x(t) = start + speed t                 t from 0 to 1, the clip; speeds in metres per clip

With one, whose top is seen over the screen, it turns there and comes back as fast as it went in:
x = 2 turn - (start + speed t) from when it is at `turn` on. The harder, the more things there are,
the longer the named one is hidden, and walls come in.

Checked in what was built, by rays in each frame: the named thing is whole before, wholly hidden for
the share of the clip that the difficulty wants, and whole after that. The rule leaves out the first
and the last of the hidden frames, in which a pixel's centre may see what is between two rays.
"""

import math

from looks import LIGHTS, ROOMS, banded, light, paint, plaster, rounded, wood
from task import Again, Task, at, covers

# By difficulty: things, width of the screen in metres, least share of the clip that the named thing
# is hidden, whether there may be a wall.
LEVELS = {
    "easy": (1, 0.46, 0.12, False),
    "medium": (2, 0.62, 0.2, True),
    "hard": (3, 0.76, 0.28, True),
}
COLORS = ("green", "blue", "purple", "pink")  # which wood and warm light do not have
KINDS = ("ball", "cube", "cylinder")
HALF = 0.085  # metres: of a thing's size
LANES = (0.02, 0.23, 0.44)  # metres: y of things
SCREEN_Y, SCREEN_THICK, SCREEN_HIGH = -0.16, 0.025, 0.43
WALL_THICK, WALL_HIGH = 0.05, 0.62
OUTSIDE = (0.31, 0.41)  # metres beyond the edges of the screen: where things start and end
APART = 0.06  # metres at least between start and end of what comes back
EDGES = 0.1  # share of the clip that the named thing is seen whole, at least, before and after
WHOLE = 0.97  # visible share of what is not hidden
HIDDEN_MAX = 0.0005  # of the picture: what is hidden
TOLERANCE = 0.05  # of paths, share of the diagonal
WRONGS = ("turns", "another", "stays")


class ObjectPermanence(Task):
    def plan(self, rng):
        count, wide, _, may_turn = LEVELS[self.difficulty]
        has_wall = may_turn and rng.unit() < 0.5
        middle = round(rng.uniform(-0.06, 0.06), 4)
        wall = round(middle + rng.uniform(-0.08, 0.08), 4) if has_wall else None
        colors, lanes = rng.sample(COLORS, count), rng.sample(LANES, count)
        return {
            "screen_m": [middle, wide],
            "wall_m": wall,
            "things": [
                thing(rng, rng.choice(KINDS), color, lane, wide, wall)
                for color, lane in zip(colors, lanes)
            ],
            "look": look(rng),
            "yaw_degrees": round(rng.uniform(-5, 5), 2),
        }

    def build(self, plan, answer, rng):
        self.wrong = rng.choice(WRONGS) if answer == "wrong" else None
        seen_as = plan["look"]
        if answer == "other":
            seen_as = look(rng)
            if seen_as["light"] == plan["look"]["light"]:
                raise Again("the light is that of the truth")
        light(self, seen_as["light"], sky=1.4)
        self.stage(plan, seen_as)
        self.view(plan)
        self.move(plan)

    # -- the scene

    def stage(self, plan, seen_as):
        table = self.objects.cube("Table", size=1).set_scale((4.4, 3.2, 0.06)).set_tags("table")
        table.set_location((0, 0.2, -0.03)).set_property("grain", seen_as["grain"])
        table.set_material(plaster("Table", seen_as["table_tone"], seen_as["table_hue"], 0.12))
        back = self.objects.plane("Back", size=12).set_rotation((90, 0, 0)).set_tags("back")
        back.set_location((0, 1.9, 0))
        back.set_material(plaster("Back", 0.8, seen_as["back_hue"], 0.2))
        middle, wide = plan["screen_m"]
        panel = plaster("Panel", seen_as["screen_tone"], 40, 0.06)
        if seen_as["screen"] == "wood":
            panel = wood("Panel", seen_as["screen_tone"], 30, 0.42)
        screen = self.objects.cube("Screen", size=1).set_tags("screen")
        screen.set_scale((wide, SCREEN_THICK, SCREEN_HIGH)).set_material(panel)
        screen.set_location((middle, SCREEN_Y, SCREEN_HIGH / 2))
        rounded(screen.set_property("grain", seen_as["grain"] + 5), 0.006)
        for side in (-1, 1):
            foot = self.objects.cube(f"Foot {'left' if side < 0 else 'right'}", size=1)
            foot.set_scale((0.03, 0.12, 0.03)).set_tags("screen").set_material(panel)
            foot.set_location((middle + side * (wide / 2 - 0.06), SCREEN_Y, 0.015))
        if plan["wall_m"] is not None:
            wall = self.objects.cube("Wall", size=1).set_tags("wall")
            wall.set_scale((WALL_THICK, LANES[-1] - LANES[0] + 0.22, WALL_HIGH))
            wall.set_location((plan["wall_m"], (LANES[0] + LANES[-1]) / 2, WALL_HIGH / 2))
            rounded(wall, 0.006).set_material(plaster("Stone", 0.5, 40, 0.08))

    def view(self, plan):
        yaw = math.radians(plan["yaw_degrees"])
        away = 3.5 * (plan["screen_m"][1] / 2 + OUTSIDE[1] + 1.5 * HALF)
        place = (away * math.sin(yaw), -away * math.cos(yaw), 0.44 * away)
        self.camera.set_lens(70).set_location(place)
        self.camera.point_at((0, 0.1, 0.24))

    def shaped(self, name, part):
        kind, color = part["kind"], part["color"]
        if kind == "ball":
            made = self.objects.sphere(name, radius=HALF, segments=64, ring_count=32)
            banded(made.set_shading("smooth"), paint(f"{name} band", color, value=0.55))
        elif kind == "cube":
            made = rounded(self.objects.cube(name, size=2 * HALF), 0.008)
        else:
            made = self.objects.cylinder(name, radius=HALF, height=2 * HALF, segments=64)
            rounded(made, 0.008)
        return self.key(made.set_material(paint(name, color)).set_tags(kind, color), color)

    # -- motion

    def move(self, plan):
        """Keys all things; `self.seen` has for each frame its time and of each thing the place in
        the picture and how much of it is seen."""
        parts, paths = list(plan["things"]), [place_of] * len(plan["things"])
        if self.wrong is not None:
            paths[0] = {"turns": turned, "another": stopped, "stays": stopped}[self.wrong]
        if self.wrong == "another":
            known = [part["color"] for part in parts]
            unused = [color for color in COLORS if color not in known]
            parts, paths = [*parts, {**parts[0], "color": unused[0]}], [*paths, left]
        self.things = [self.shaped(f"Thing {i + 1}", part) for i, part in enumerate(parts)]
        self.seen = []
        for frame, time in self.times():
            for made, part, path in zip(self.things, parts, paths):
                x = path(part, plan, time)
                turn = (25, math.degrees(x / HALF), 0) if part["kind"] == "ball" else (0, 0, 0)
                made.keyframe(frame, (x, part["lane_m"], HALF), turn)
            self.seen.append((time, [self.look_at(made) for made in self.things]))

    def look_at(self, made):
        return self.seen_at(made.get_location()), self.camera.visible_fraction(made)

    # -- the answer

    def check(self, plan, answer):
        before, after = self.spans(0)
        if answer == "wrong":
            self.check_wrong(after)
            return None
        times = [time for time, _ in self.seen]
        if before is None or after is None or before[0] > 0 or after[-1] < 1:
            raise Again("the named thing is not whole at the start and at the end")
        hidden = [time for time, seen in self.seen if seen[0][1] == 0]
        if not hidden or hidden != times[times.index(hidden[0]) : times.index(hidden[-1]) + 1]:
            raise Again("the named thing is not hidden in one go")
        if len(hidden) < 3 or hidden[-1] - hidden[0] < LEVELS[self.difficulty][2]:
            raise Again("the named thing is hidden too shortly")
        if answer == "other":
            return None
        self.last = self.seen[-1][1][0][0]
        return self.prompts(plan), self.rule(plan, before, hidden[1:-1], after)

    def spans(self, i):
        """The times in which a thing is seen whole: from its first one on, up to its last one; None
        where that is too short."""
        whole = [time for time, seen in self.seen if seen[i][1] >= WHOLE]
        gaps = [
            k for k, (a, b) in enumerate(zip(whole, whole[1:])) if b - a > 1.5 / (self.clip - 1)
        ]
        if len(gaps) != 1:
            return None, None
        spans = whole[: gaps[0] + 1], whole[gaps[0] + 1 :]
        return tuple(span if span[-1] - span[0] >= EDGES else None for span in spans)

    def check_wrong(self, after):
        place, share = self.seen[-1][1][0]
        if share > 0 and self.apart(place, self.last) < 3 * TOLERANCE:
            raise Again("the named thing comes out where it must")

    def rule(self, plan, before, hidden, after):
        clauses = []
        for i, part in enumerate(plan["things"]):
            name, words = self.things[i].obj.name, f"the {part['color']} {part['kind']}"
            spans = (before, after) if i == 0 else self.spans(i)
            for span, says in zip(spans, ("moves to the screen", "comes out where it must")):
                if span is not None:
                    path = [[time, *seen[i][0]] for time, seen in self.seen if time in span]
                    says = f"{words} {says}"
                    weight = 2 if i == 0 else 0.5
                    clauses.append(at(name, path, TOLERANCE, says, weight=weight, required=i == 0))
        words = f"the {plan['things'][0]['color']} {plan['things'][0]['kind']} is hidden"
        first, last = hidden[0], hidden[-1]
        clauses.append(covers("Thing 1", first, last, 0, HIDDEN_MAX, words, required=True))
        return clauses

    def prompts(self, plan):
        named = plan["things"][0]
        what = f"{named['color']} {named['kind']}"
        wall = ""
        if plan["wall_m"] is not None:
            wall = (
                "Behind the screen stands a wall, whose top is seen; what runs into it comes "
                "straight back at the same speed. "
            )
        return [
            f"The {what} moves at a constant speed and goes behind the screen. {wall}Show when "
            "and where it comes out again.",
            f"{wall}Follow the {what} as it passes out of sight behind the screen, and go on with "
            "the video until it has come out. Nothing changes its speed on the way.",
            f"Things slide and roll over a table without slowing down. {wall}Keep track of the "
            f"{what}, also while it is hidden, and show where it is at the end.",
            f"Where does the {what} appear again? {wall}Everything keeps its speed. Continue the "
            "video.",
        ]


# -- what is drawn


def thing(rng, kind, color, lane, wide, wall):
    """A thing with its way, from one side; to the other side, or back from a wall."""
    side = rng.choice([-1, 1])
    start, end = (wide / 2 + far for far in ends(rng, wall is not None))
    turn = None if wall is None else wall + side * (WALL_THICK / 2 + HALF)
    length = start + end if turn is None else start + end - 2 * side * turn
    return {
        "kind": kind,
        "color": color,
        "lane_m": lane,
        "start_m": round(side * start, 4),
        "speed_m": round(-side * length, 4),
        "turn_m": None if turn is None else round(turn, 4),
        "comes_out": "left" if (side < 0) == (turn is not None) else "right",
    }


def ends(rng, comes_back):
    """How far beyond the screen a thing starts and ends. One that comes back does not end where it
    started: the clip backwards would be right, too."""
    low, high = OUTSIDE
    if not comes_back:
        return rng.uniform(low, high), rng.uniform(low, high)
    middle = (low + high) / 2
    near, far = rng.uniform(low, middle - APART / 2), rng.uniform(middle + APART / 2, high)
    return rng.sample([near, far], 2)


def look(rng):
    """What the answer does not depend on."""
    back, table = rng.choice(ROOMS)
    return {
        "light": rng.choice(sorted(LIGHTS)),
        "grain": round(rng.uniform(0, 50), 2),
        "table_tone": round(rng.uniform(0.55, 0.75), 3),
        "table_hue": table,
        "back_hue": back,
        "screen": rng.choice(["wood", "plaster"]),
        "screen_tone": round(rng.uniform(0.65, 0.9), 3),
    }


# -- where a thing is on x at a time, in metres


def place_of(part, plan, time):
    """As it must be."""
    x, turn = part["start_m"] + part["speed_m"] * time, part["turn_m"]
    is_behind = turn is not None and (x - turn) * part["speed_m"] > 0
    return 2 * turn - x if is_behind else x


def turned(part, plan, time):
    """A wrong way: back where it must go on, and on where it must come back."""
    x = part["start_m"] + part["speed_m"] * time
    if part["turn_m"] is not None:
        return x
    middle = plan["screen_m"][0]
    return 2 * middle - x if (x - middle) * part["speed_m"] > 0 else x


def stopped(part, plan, time):
    """A wrong way: it stays behind the screen."""
    x, middle = place_of(part, plan, time), hideout(part, plan)
    is_past = (part["start_m"] + part["speed_m"] * time - middle) * part["speed_m"] > 0
    return middle if is_past else x


def left(part, plan, time):
    """Of another thing: hidden behind the screen until the named one must come out."""
    middle = hideout(part, plan)
    x = place_of(part, plan, time)
    gone = part["start_m"] + part["speed_m"] * time
    was_in = (gone - middle) * part["speed_m"] > 0
    return x if was_in else middle


def hideout(part, plan):
    """Where a thing is hidden: the screen's middle, or where it turns."""
    return plan["screen_m"][0] if part["turn_m"] is None else part["turn_m"]
