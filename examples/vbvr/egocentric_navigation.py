# SPDX-License-Identifier: MIT
"""Egocentric navigation: a walk through a maze to the ball of a stated colour, in first person.

The maze's walls are low: from its entrance, which the first frame shows, all of it is seen. The
answer is the shortest way (breadth-first search), whose length goes with the difficulty. There are
loops, so that other ways lead to the goal, too. The camera goes along the middle of the cells,
around corners in quarter circles, and halts at the border of the goal's cell, before the ball.

Checked in what was built: no frame is nearer to a wall than `CLEAR`; the goal is seen in the first
frame; it is before the camera in the last one, and no other ball is as large.
"""

import math
from collections import deque

from looks import LIGHTS, light, paint, plaster, rounded, tiles, wood
from task import Again, Task, covers, moves, steady, within

# By difficulty: columns and rows of cells, least and most cells of the way, other balls, loops.
MAZES = {"easy": (3, (3, 4), 1, 2), "medium": (4, (5, 6), 2, 4), "hard": (5, (7, 9), 3, 6)}
COLORS = ("green", "cyan", "blue", "purple", "pink")
CELL, WALL_HIGH, WALL_THICK, FACES = 2.0, 0.42, 0.12, 0.006  # metres
BALL_RADIUS, BALL_HIGH = 0.3, 1.35
EYES, PITCH, FOV = 1.75, -13, 72  # metres, degrees
BACK = 1.6  # metres from the entrance's middle to where the walk begins
LOOK_AHEAD = 0.9  # metres along the way
CLEAR = 0.6  # metres from the camera to walls, at least
YARD = 6.0  # metres about the maze
SEEN_MIN = 0.5  # of the goal in the first frame
DETOUR = 1.8  # ways to the goal that are longer by this factor are no other right answer
ARRIVES, HALTS, ENDS = 0.92, 0.95, 0.97  # times: the walk is over; it must be; the goal is judged
HALT_WAY = 0.006  # of the goal from HALTS on, of the diagonal: more is no halt
STEP = 0.1  # of the goal between two frames of 60, of the diagonal: no less is a jump
STEPS = ((0, 1), (1, 0), (0, -1), (-1, 0))


class EgocentricNavigation(Task):
    def plan(self, rng):
        size, (least, most), others, loops = MAZES[self.difficulty]
        entrance = [rng.integer(0, size - 1), -1]
        doors = maze(size, loops, rng)
        doors.add(edge(entrance, (entrance[0], 0)))
        far = {cell: len(way) - 1 for cell, way in ways(doors, tuple(entrance)).items()}
        near = [
            cell for cell in sorted(far) if least <= far[cell] <= most and ahead(entrance, cell)
        ]
        if not near:
            raise Again("no cell that is seen from the entrance is as far as the difficulty wants")
        goal = rng.choice(near)
        way = ways(doors, tuple(entrance))[goal]
        free = [cell for cell in sorted(far) if cell not in way and ahead(entrance, cell)]
        if len(free) < others:
            raise Again("there is no room for the other balls")
        colors = rng.sample(COLORS, 1 + others)
        return {
            "rule_answers": "several",
            "size": size,
            "doors": sorted([list(a), list(b)] for a, b in doors),
            "entrance": entrance,
            "goal": list(goal),
            "goal_color": colors[0],
            "way": [list(cell) for cell in way],
            "cells": len(way) - 1,
            "others": [
                {"color": color, "cell": list(cell)}
                for color, cell in zip(colors[1:], rng.sample(free, others))
            ],
            "light": rng.choice(sorted(LIGHTS)),
            "floor_tone": round(rng.uniform(0.5, 0.7), 3),
            "floor_hue": rng.choice([35, 210]),
            "wall_tone": round(rng.uniform(0.5, 0.85), 3),
            "yard_hue": rng.choice([30, 48, 190, 215]),
            "grain": round(rng.uniform(0, 50), 2),
        }

    def build(self, plan, answer, rng):
        self.way_of(plan, answer, rng)
        light(self, plan["light"], sky=1.7)
        self.yard(plan)
        self.walls = self.maze_walls(plan)
        self.goal = self.ball("Goal", plan["goal"], plan["goal_color"])
        self.others = [
            self.ball(f"Ball {i + 1}", other["cell"], other["color"])
            for i, other in enumerate(plan["others"])
        ]
        self.walk()

    def way_of(self, plan, answer, rng):
        """Which cells the walk is through, how it speeds up, and where it ends."""
        self.cells, self.pace, self.share = [tuple(cell) for cell in plan["way"]], 1.0, 1.0
        if answer == "other":
            self.cells, self.pace = rng.choice(self.other_ways(plan)), rng.uniform(1.15, 1.4)
        elif answer == "wrong" and rng.unit() < 0.6:
            self.cells = self.wrong_way(plan, tuple(rng.choice(plan["others"])["cell"]))
        elif answer == "wrong":
            self.share = rng.uniform(0.3, 0.5)

    def wrong_way(self, plan, end):
        """The shortest way to another ball."""
        found = ways(doors_of(plan), tuple(plan["entrance"]), taken(plan, end))
        if end not in found:
            raise Again("other balls are in the way to that one")
        return found[end]

    def other_ways(self, plan):
        """Ways to the goal that are not too long, the shortest one among them."""
        start, goal = tuple(plan["entrance"]), tuple(plan["goal"])
        longest = DETOUR * plan["cells"]
        found, open_ways, blocked = [], [[start]], taken(plan, goal)
        doors = doors_of(plan)
        while open_ways:
            way = open_ways.pop()
            if way[-1] == goal:
                found.append(way)
            elif len(way) <= longest:
                beyond = neighbours(doors, way[-1], blocked)
                open_ways += [[*way, cell] for cell in beyond if cell not in way]
        return found

    # -- the scene

    def yard(self, plan):
        side = plan["size"] * CELL
        high, wide = 3.0, side + 2 * YARD
        floor = self.objects.plane("Floor", size=wide + 2 * CELL).set_tags("floor")
        floor.set_location((side / 2, side / 2 - CELL, 0))
        hue, tone = plan["floor_hue"], plan["floor_tone"]
        floor.set_material(tiles("Tiles", CELL / 3, tone, hue))
        paint_of_wall = plaster("Yard", 0.82, plan["yard_hue"], 0.14)
        for name, x, y, long, turn in (
            ("Far", side / 2, side + YARD, wide, 0),
            ("Left", -YARD, side / 2 - CELL, wide + 2 * CELL, 90),
            ("Right", side + YARD, side / 2 - CELL, wide + 2 * CELL, 90),
        ):
            wall = self.objects.cube(f"{name} wall", size=1).set_scale((long, 0.3, high))
            wall.set_location((x, y, high / 2)).set_rotation((0, 0, turn)).set_tags("yard wall")
            wall.set_material(paint_of_wall)

    def maze_walls(self, plan):
        """A box for each run of closed borders of cells."""
        birch = wood("Birch", plan["wall_tone"], 34, 0.26, 0.5)
        walls = []
        for (x0, y0), (x1, y1) in runs(plan["size"], doors_of(plan)):
            wall = self.objects.cube(f"Wall {len(walls) + 1}", size=1).set_tags("wall")
            long = math.dist((x0, y0), (x1, y1)) * CELL + WALL_THICK
            across = x0 == x1  # a little smaller: no face lies in one of another wall
            size = [length - FACES * across for length in (long, WALL_THICK, WALL_HIGH)]
            wall.set_scale(size).set_rotation((0, 0, 90 * across))
            wall.set_location(((x0 + x1) / 2 * CELL, (y0 + y1) / 2 * CELL, size[2] / 2))
            wall.set_material(birch).set_property("grain", plan["grain"] + 2 * len(walls))
            walls.append(wall)
        return walls

    def ball(self, name, cell, color):
        """A ball on a stand in the middle of a cell."""
        x, y = middle(cell)
        high = BALL_HIGH - BALL_RADIUS
        stand = self.objects.cylinder(f"{name} stand", radius=0.13, height=high).set_tags("stand")
        rounded(stand, 0.02).set_location((x, y, high / 2)).set_material(plaster("Stand", 0.85))
        ball = self.objects.sphere(name, radius=BALL_RADIUS, segments=64, ring_count=32)
        ball.set_location((x, y, BALL_HIGH)).set_shading("smooth").set_tags("ball", color)
        return self.key(ball.set_material(paint(name, color, "satin")), color)

    # -- the walk

    def walk(self):
        """Keys the camera along the way. `self.places` and `self.seen` have for each frame where it
        is and what it sees of the goal: place and size in the picture."""
        self.camera.set_fov(FOV)
        track = Track(self.cells)
        self.places, self.seen = [], []
        for frame, time in self.times():
            gone = track.length * self.share * eased(min(1.0, time / ARRIVES), self.pace)
            place, next_place = track.at(gone), track.at(gone + LOOK_AHEAD)
            heading = math.degrees(math.atan2(place[0] - next_place[0], next_place[1] - place[1]))
            self.camera.keyframe(frame, (*place, EYES), (90 + PITCH, 0, heading))
            self.places.append(place)
            self.seen.append((self.place_in_picture(self.goal), self.size(self.goal)))
            if frame == 1 and self.camera.visible_fraction(self.goal) < SEEN_MIN:
                raise Again("the goal is hidden in the first frame")

    # -- the answer

    def check(self, plan, answer):
        self.check_clear()
        arrives = math.dist(self.places[-1], middle(plan["goal"])) < 0.6 * CELL
        if arrives == (answer == "wrong"):
            raise Again("the walk ends at the goal" if arrives else "the walk does not get there")
        if answer == "wrong":
            return None
        self.check_end()
        return None if answer == "other" else (self.prompts(plan), self.rule(plan))

    def check_clear(self):
        boxes = [wall.get_bounds() for wall in self.walls]
        boxes += [ball.get_bounds() for ball in (self.goal, *self.others)]
        for place in self.places:
            near = min(
                math.hypot(
                    *(max(box["min"][i] - place[i], 0, place[i] - box["max"][i]) for i in (0, 1))
                )
                for box in boxes
            )
            if near < CLEAR:
                raise Again(f"the way is {near:.2f} m from a wall or a ball")

    def check_end(self):
        """The goal is before the camera and whole, and larger than others."""
        place, size = self.seen[-1]
        if place is None or math.dist(place, (0.5, 0.5)) > 0.25:
            raise Again("the goal is not in the middle of the last frame")
        if self.camera.visible_fraction(self.goal) < 0.95:
            raise Again("the goal is hidden in the last frame")
        if any(self.size(ball) > size / 6 for ball in self.others):
            raise Again("another ball is near in the last frame")
        if self.seen[0][1] > size / 10:
            raise Again("the goal is near in the first frame")

    def place_in_picture(self, ball):
        """Where a ball is seen, as the camera is now; None when its middle is outside."""
        place = self.seen_at(ball.get_location())
        return place if place is not None and all(0 <= part <= 1 for part in place) else None

    def size(self, ball):
        """How much of the picture a ball would cover if it were in its middle and not hidden."""
        far = math.dist((*self.camera.get_matrix().translation,), ball.get_location())
        width, height = self.resolution
        radius = math.tan(math.asin(BALL_RADIUS / far)) / math.tan(math.radians(FOV / 2)) / 2
        return math.pi * radius**2 * width / height

    def rule(self, plan):
        goal, size = f"the {plan['goal_color']} ball", self.seen[-1][1]
        before = [(0.2, 0.05), (0.8, 0.05), (0.8, 0.95), (0.2, 0.95)]
        steps = [
            self.apart(a, b)
            for (a, _), (b, _) in zip(self.seen, self.seen[1:])
            if a is not None and b is not None
        ]
        step = max(STEP, 1.5 * max(steps) * (self.clip - 1) / 59)
        says = f"the walk ends before {goal}"
        halts = max(HALTS, min(time for _, time in self.times() if time >= ARRIVES))
        return [
            covers("Goal", ENDS, 1, 0.5 * size, 2 * size, says, weight=3, required=True),
            within("Goal", before, ENDS, 1, 0.8, f"{goal} is in the middle", required=True),
            moves("Goal", halts, 1, 0, HALT_WAY, "the walk comes to a halt", weight=3),
            covers("Goal", 0, 0.1, 0, size / 4, "the walk begins at the entrance", required=True),
            steady("Goal", 0, 1, step, "the camera does not jump"),
            *(
                covers(ball.obj.name, ENDS, 1, 0, size / 4, f"no walk to the {other['color']} ball")
                for ball, other in zip(self.others, plan["others"])
            ),
        ]

    def prompts(self, plan):
        color = plan["goal_color"]
        return [
            f"You stand at the entrance of a maze with low walls. Walk to the {color} ball and "
            "stop right in front of it. Never cross a wall. Show what you see on the way.",
            f"First-person view: find the way through the maze to the {color} ball, on the floor "
            "between the walls, and come to a halt before it.",
            "Continue this view as a walk that leads, without stepping over any wall, to the "
            f"{color} ball and stops before it. Ignore the balls of other colours.",
            f"The camera is a visitor of this courtyard who wants to see the {color} ball from "
            "close up. The walls must not be crossed. Film the visitor's way until it halts there.",
        ]


# -- mazes: cells are (column, row), doors are pairs of cells in order


def edge(a, b):
    """The border of two cells."""
    return tuple(sorted((tuple(a), tuple(b))))


def doors_of(plan):
    return {edge(a, b) for a, b in plan["doors"]}


def maze(size, loops, rng):
    """Doors of a maze in which each cell is reached, with so many loops if there is room."""
    start = (rng.integer(0, size - 1), rng.integer(0, size - 1))
    doors, seen, way = set(), {start}, [start]
    while way:
        nexts = [cell for cell in beside(way[-1], size) if cell not in seen]
        if not nexts:
            way.pop()
            continue
        cell = rng.choice(nexts)
        doors.add(edge(way[-1], cell))
        seen.add(cell)
        way.append(cell)
    closed = [border for border in borders(size) if border not in doors]
    return doors | set(rng.sample(closed, min(loops, len(closed))))


def beside(cell, size):
    """Cells of the maze that have a border with a cell."""
    places = [(cell[0] + dx, cell[1] + dy) for dx, dy in STEPS]
    return [(x, y) for x, y in places if 0 <= x < size and 0 <= y < size]


def borders(size):
    """All borders between cells of the maze."""
    cells = [(x, y) for x in range(size) for y in range(size)]
    return sorted({edge(cell, other) for cell in cells for other in beside(cell, size)})


def neighbours(doors, cell, blocked=()):
    places = [(cell[0] + dx, cell[1] + dy) for dx, dy in STEPS]
    return [place for place in places if edge(cell, place) in doors and place not in blocked]


def ways(doors, start, blocked=()):
    """By breadth-first search: the shortest way from `start` to each cell that is reached."""
    found, waiting = {start: [start]}, deque([start])
    while waiting:
        cell = waiting.popleft()
        for place in neighbours(doors, cell, blocked):
            if place not in found:
                found[place] = [*found[cell], place]
                waiting.append(place)
    return found


def taken(plan, end):
    """Cells of balls, but for the one at the end of the way."""
    balls = [plan["goal"], *(other["cell"] for other in plan["others"])]
    return {tuple(cell) for cell in balls} - {tuple(end)}


def runs(size, doors):
    """Walls as ((x, y), (x, y)) between corners of cells: closed borders that go on, joined."""
    found = []
    for level in (False, True):  # walls along y, along x
        for line in range(size + 1):
            start = None
            for i in range(size + 1):
                if i < size and is_closed(size, doors, level, line, i):
                    start = i if start is None else start
                elif start is not None:
                    ends = ((line, start), (line, i))
                    found.append(tuple((b, a) for a, b in ends) if level else ends)
                    start = None
    return found


def is_closed(size, doors, level, line, i):
    """Whether there is a wall on the border with that number in a line of the grid."""
    before, behind = ((i, line - 1), (i, line)) if level else ((line - 1, i), (line, i))
    return edge(before, behind) not in doors


# -- places in metres


def middle(cell):
    return (cell[0] + 0.5) * CELL, (cell[1] + 0.5) * CELL


def ahead(entrance, cell):
    """Whether the middle of a cell is well within the view from the entrance."""
    (x, y), (x0, y0) = middle(cell), middle(entrance)
    return abs(math.degrees(math.atan2(x - x0, y - y0 + BACK))) < 0.42 * FOV


def eased(time, pace):
    """Share of the way at a time: 0 to 1, slow at both ends; `pace` above 1 starts later."""
    time = time**pace
    return time * time * (3 - 2 * time)


class Track:
    """A way through cells: from before the first one to the border of the last one, straight
    through cells or around their corners in quarter circles."""

    def __init__(self, cells):
        x, y = middle(cells[0])
        joints = [(x, y - BACK)]
        for a, b in zip(cells, cells[1:]):
            joints.append(tuple((p + q) / 2 for p, q in zip(middle(a), middle(b))))
        self.points = [joints[0]]
        for i, (start, end) in enumerate(zip(joints, joints[1:])):
            self.points += bend(start, end, middle(cells[i])) if i else [end]
        lengths = [math.dist(a, b) for a, b in zip(self.points, self.points[1:])]
        self.gone = [sum(lengths[:i]) for i in range(len(self.points))]
        self.length = self.gone[-1]

    def at(self, gone):
        """The place (x, y) after so many metres; behind the end straight on."""
        i = max(j for j in range(len(self.points) - 1) if j == 0 or self.gone[j] <= gone)
        a, b = self.points[i], self.points[i + 1]
        share = (gone - self.gone[i]) / math.dist(a, b)
        return tuple(p + share * (q - p) for p, q in zip(a, b))


def bend(start, end, center, pieces=24):
    """Points behind `start` up to `end` on a cell's border: a quarter circle about its corner."""
    corner = tuple(p + q - r for p, q, r in zip(start, end, center))
    if math.dist(corner, center) < 1e-6:  # they are opposite: straight
        return [end]
    points = []
    for i in range(1, pieces + 1):
        turn = math.pi / 2 * i / pieces
        sides = zip(corner, start, end)
        points.append(
            tuple(c + (s - c) * math.cos(turn) + (e - c) * math.sin(turn) for c, s, e in sides)
        )
    return points
