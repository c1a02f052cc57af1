"""Blocks and balls fall on the floor and come to rest."""

import math

import rv

COLORS = [(0.80, 0.12, 0.08), (0.90, 0.50, 0.05), (0.08, 0.36, 0.20), (0.05, 0.22, 0.55)]
COLORS += [(0.45, 0.12, 0.42), (0.85, 0.72, 0.45)]


class SimpleScene(rv.Scene):
    def generate(self, seed):
        rng = self.rng("blocks")
        floor = self.objects.plane("Floor", size=60).set_tags("floor")
        floor.set_material(self.materials.basic("Floor").set_params(base_color=(0.55, 0.50, 0.44)))
        floor.add_rigidbody(mode="box", body_type="PASSIVE", friction=0.9)

        for i in range(self.params.get("bodies", 9)):
            color = COLORS[i % len(COLORS)]
            paint = self.materials.basic("Paint").set_params(base_color=color, roughness=0.4)
            # Spheres roll for ever: damping stands for the friction that Bullet leaves out.
            if i % 3 == 2:
                body = self.objects.sphere("Ball", radius=0.42).set_shading("smooth")
                body.set_tags("ball").add_rigidbody(mode="sphere", angular_damping=0.98)
            else:
                body = self.objects.cube("Block", size=rng.uniform(0.65, 0.9))
                body.set_tags("block").add_rigidbody(mode="box", friction=0.7, angular_damping=0.6)
            turn = [math.radians(rng.uniform(-40, 40)) for _ in range(3)]
            body.set_material(paint).set_rotation(rv.mathutils.Euler(turn))
            x, y = (i % 3 - 1) * 1.1, (i // 3 % 3 - 1) * 1.1
            body.set_location((x + rng.uniform(-0.3, 0.3), y + rng.uniform(-0.3, 0.3), 1 + 0.5 * i))
        rv.simulate_physics(frames=120, substeps=10)

        self.world = rv.BasicWorld().set_params(color=(0.75, 0.85, 1.0), strength=0.5)
        sun = self.lights.sun(power=3.5).set_angle(8).set_color((1.0, 0.9, 0.78))
        sun.rotate_around_axis((1, 0, 0), 42).rotate_around_axis((0, 0, 1), -45)
        target = self.objects.empty().set_location((0, 0, 0.4))
        self.camera.set_fov(42).set_location((0.8, -7.6, 5.4)).point_at(target)
