"""Turned, painted things on a table: a labelled still life per seed.

Every object has a tag that names its kind, and a painted band; the semantic channel `stripe` covers
the bands.
"""

import math

import rv

GROUND = (0.56, 0.47, 0.38)
COLORS = (  # linear RGB
    (0.80, 0.13, 0.08),  # vermilion
    (0.90, 0.42, 0.06),  # amber
    (0.07, 0.34, 0.36),  # teal
    (0.06, 0.14, 0.42),  # ultramarine
    (0.36, 0.48, 0.10),  # moss
    (0.44, 0.10, 0.28),  # plum
    (0.82, 0.72, 0.52),  # sand
)
SPREAD = 2.7  # radius of the layout, metres
SEGMENTS = 64


def arc(center_r, center_z, radius, start, end, steps):
    """Points (r, z) on an arc; angles in degrees, 0 outwards, 90 up."""
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(center_r + radius * math.cos(a), center_z + radius * math.sin(a)) for a in angles]


# Profiles (r, z) from the bottom up, for things of height and width about 1, and the heights of
# their bands.
PROFILES = {
    "cylinder": (
        [
            (0, 0),
            *arc(0.44, 0.06, 0.06, -90, 0, 4),
            (0.5, 0.4),
            (0.5, 0.7),
            *arc(0.44, 0.94, 0.06, 0, 90, 4),
            (0, 1),
        ],
        (0.4, 0.7),
    ),
    "cone": (
        [
            (0, 0),
            *arc(0.47, 0.05, 0.05, -90, 25, 4),
            (0.36, 0.4),
            (0.25, 0.68),
            *arc(0, 1.1, 0.06, 25, 90, 4),
        ],
        (0.4, 0.68),
    ),
    "ring": (arc(0.42, 0.19, 0.19, -180, 180, 32), (0.27, 0.4)),
    "vase": (
        [
            (0, 0),
            (0.26, 0),
            (0.3, 0.04),
            *arc(0.14, 0.42, 0.36, -50, 60, 16),
            (0.2, 0.84),
            (0.19, 0.92),
            (0.25, 1.08),
            (0.27, 1.1),
            (0.25, 1.1),
            (0.16, 0.92),
            (0.17, 0.82),
            (0.1, 0.6),
            (0, 0.5),
        ],
        (0.36, 0.6),
    ),
    "pawn": (
        [
            (0, 0),
            (0.42, 0),
            (0.44, 0.03),
            (0.44, 0.09),
            (0.36, 0.16),
            (0.24, 0.28),
            (0.17, 0.5),
            (0.15, 0.66),
            (0.26, 0.7),
            (0.26, 0.74),
            (0.14, 0.78),
            *arc(0, 0.98, 0.23, -58, 90, 20),
        ],
        (0.16, 0.5),
    ),
    "ball": (arc(0, 0.5, 0.5, -90, 90, 32), (0.36, 0.64)),
    "bowl": (
        [
            (0, 0),
            (0.22, 0),
            (0.24, 0.04),
            *arc(0, 0.62, 0.58, -65, -4, 16),
            (0.575, 0.6),
            *arc(0, 0.62, 0.53, -4, -90, 16),
        ],
        (0.3, 0.48),
    ),
}


class Shapes(rv.Scene):
    def generate(self, seed):
        self.enable_semantic_channels("stripe")
        self.set_tags("still-life")
        self.make_light()
        ground = self.materials.basic("Ground").set_params(
            base_color=GROUND, roughness=0.9, specular=0.2
        )
        self.objects.plane("Ground", size=60).set_material(ground)
        self.bodies = {}
        for kind, x, y, size in self.layout():
            self.place(kind, x, y, size)
        self.aim_camera()

    def layout(self):
        """Kinds, places and sizes of things that do not touch each other."""
        rng = self.rng("layout")
        placed = []
        count = rng.integer(9, 13)
        for _ in range(400):
            if len(placed) == count:
                break
            size = rng.uniform(0.8, 1.5)
            distance, angle = SPREAD * math.sqrt(rng.unit()), rng.uniform(0, 2 * math.pi)
            x, y = distance * math.cos(angle), distance * math.sin(angle)
            if all(math.hypot(x - a, y - b) > 0.56 * (size + s) for _, a, b, s in placed):
                placed.append((rng.choice(list(PROFILES)), x, y, size))
        return placed

    def turn(self, kind):
        """A loader of a profile turned around the Z axis; the faces of its band use slot 1."""
        profile, (low, high) = PROFILES[kind]
        points, faces, painted = [], [], []
        for r, z in profile:
            for i in range(SEGMENTS):
                angle = 2 * math.pi * i / SEGMENTS
                points.append((r * math.cos(angle), r * math.sin(angle), z))
        for row in range(len(profile) - 1):
            for i in range(SEGMENTS):
                a, b = row * SEGMENTS + i, row * SEGMENTS + (i + 1) % SEGMENTS
                faces.append((a, b, b + SEGMENTS, a + SEGMENTS))
                (r0, z0), (r1, z1) = profile[row], profile[row + 1]
                outside = (z1 > z0 or kind == "ring") and min(r0, r1) > 0.1
                painted.append(int(outside and low <= (z0 + z1) / 2 <= high))
        mesh = rv.bpy.data.meshes.new(kind)
        mesh.from_pydata(points, [], faces)
        mesh.materials.append(None)
        mesh.materials.append(None)
        mesh.polygons.foreach_set("material_index", painted)
        mesh.validate()
        return rv.ObjectLoader(rv.bpy.data.objects.new(kind.capitalize(), mesh), self)

    def place(self, kind, x, y, size):
        """Puts one thing on the table and paints it."""
        rng = self.rng("paint")
        body, band = rng.sample(COLORS, 2)
        gloss = rng.uniform(0.15, 0.55)
        paint = self.materials.basic("Body").set_params(base_color=body, roughness=gloss)
        stripe = (
            self.materials.basic("Stripe")
            .set_params(base_color=band, roughness=gloss)
            .set_semantic("stripe")
        )
        if kind not in self.bodies:
            self.bodies[kind] = self.turn(kind)
        thing = self.bodies[kind].create_instance(linked_data=False)
        thing.set_location((x, y, 0)).set_scale(size).set_shading("auto").set_tags(kind)
        thing.set_material(paint).set_material(stripe, slot=1).set_property("gloss", gloss)

    def make_light(self):
        """A large warm window, a cool one opposite, and a dim sky: soft, and quick to render."""
        turn = self.rng("light").uniform(0, 360)
        middle = self.objects.empty("Middle").set_location((0, 0, 0.4))
        for name, angle, height, distance, size, power, color in (
            ("Key", 0, 6.5, 6, 4.0, 800, (1.0, 0.86, 0.7)),
            ("Fill", 150, 4, 7, 5, 180, (0.6, 0.75, 1.0)),
        ):
            around = math.radians(turn + angle)
            light = self.lights.area(name, power).set_size(size).set_color(color)
            light.set_location(
                (distance * math.cos(around), distance * math.sin(around), height)
            ).point_at(middle)
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.6, 0.75), strength=0.3)
        cycles = rv.bpy.context.scene.cycles
        cycles.max_bounces = 3
        cycles.caustics_reflective = cycles.caustics_refractive = False

    def aim_camera(self):
        """Somewhere on a ring around the table, looking down."""
        rng = self.rng("camera")
        angle, height = rng.uniform(0, 2 * math.pi), rng.uniform(4.6, 6.4)
        target = self.objects.empty("Target").set_location(
            (rng.uniform(-0.3, 0.3), rng.uniform(-0.3, 0.3), 0.3)
        )
        self.camera.set_fov(38).set_location(
            (8.6 * math.cos(angle), 8.6 * math.sin(angle), height)
        ).point_at(target)
