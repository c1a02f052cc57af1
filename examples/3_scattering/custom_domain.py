"""Balls where abs(z) > x^2 + y^2: a domain of your own, told by two functions."""

import math

import rv

HEIGHT = 3.0
COLORS = [(0.85, 0.10, 0.22), (0.92, 0.36, 0.10), (0.93, 0.68, 0.22), (0.92, 0.88, 0.72)]
COLORS += [(0.30, 0.66, 0.62), (0.08, 0.34, 0.56), (0.10, 0.12, 0.36)]


def contains(point, margin):
    """Inside one of the two bowls, at least `margin` below the rim and above the wall."""
    radius, height = math.hypot(point.x, point.y), abs(point.z)
    # The wall rises by 2 r per metre outwards: so far it is along the axis, when `margin` is
    # measured across.
    rise = margin * math.sqrt(1 + 4 * radius * radius)
    return radius * radius + rise < height <= HEIGHT - margin


def box(inset_margin):
    """Corners of a box around both bowls."""
    width, height = math.sqrt(HEIGHT), HEIGHT - inset_margin
    return rv.Vector((-width, -width, -height)), rv.Vector((width, width, height))


class CustomDomainScene(rv.Scene):
    def generate(self, seed):
        domain = rv.Domain.custom(dimension=3, contains_point=contains, aabb=box).inset(0.08)
        ball = self.objects.sphere("Ball", radius=0.13, segments=24, ring_count=12)
        ball.set_shading("smooth").set_tags("ball")
        paints = [
            self.materials.basic(f"Paint {i}").set_params(base_color=color, roughness=0.35)
            for i, color in enumerate(COLORS)
        ]

        def paint(obj, rng, index):
            part = (obj.get_location()[2] + HEIGHT) / (2 * HEIGHT)
            obj.set_material(paints[min(int(part * len(paints)), len(paints) - 1)])

        # Each copy has a mesh of its own, so that each can have a material of its own.
        self.scatter(ball, 700, domain, method="fast", unique_data=True, on_create=paint)
        ball.hide()

        wall = self.materials.basic("Wall").set_params(base_color=(0.80, 0.76, 0.70))
        self.objects.plane("Ground", size=100).set_material(wall).set_location((0, 0, -3.1))
        self.world = rv.BasicWorld().set_params(color=(0.85, 0.92, 1.0), strength=0.6)
        target = self.objects.empty().set_location((0, 0, -0.1))
        key = self.lights.area("Key", power=900).set_size(5).set_color((1.0, 0.88, 0.75))
        key.set_location((-5, -5, 5)).point_at(target)
        self.camera.set_fov(42).set_location((0, -13, 3)).point_at(target)
