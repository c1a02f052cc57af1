"""A heavy ball rolls down a ramp and breaks a wall of bricks.

`--param frame=int(20,90)` of rv-seed says when the picture is taken.
"""

import math

import rv

BRICK = (0.50, 0.24, 0.20)  # metres
ROWS, COLUMNS = 9, 8
SLOPE, LENGTH, RADIUS = 35, 7.0, 0.55  # degrees, metres, metres


class WallScene(rv.Scene):
    def generate(self, seed):
        rng = self.rng("wall")
        ground = self.objects.plane("Ground", size=80).set_tags("ground")
        ground.set_material(
            self.materials.basic("Ground").set_params(base_color=(0.50, 0.47, 0.40))
        )
        ground.add_rigidbody(mode="box", body_type="PASSIVE", friction=0.9)
        self.build_wall(rng)
        self.release_ball(rng.uniform(-0.3, 0.3))
        rv.simulate_physics(
            frames=self.params.get("frame", 62),
            substeps=12,
            solver_iterations=30,
            use_split_impulse=True,
        )

        self.world = rv.BasicWorld().set_params(color=(0.70, 0.82, 1.0), strength=0.6)
        sun = self.lights.sun(power=4).set_angle(4).set_color((1.0, 0.88, 0.72))
        sun.rotate_around_axis((1, 0, 0), 48).rotate_around_axis((0, 0, 1), 40)
        target = self.objects.empty().set_location((0.3, -0.6, 0.8))
        self.camera.set_fov(42).set_location((5.5, -7.0, 3.2)).point_at(target)

    def build_wall(self, rng):
        """Rows of bricks, every second one shifted by half a brick."""
        paints = [
            self.materials.basic(f"Clay {i}").set_params(base_color=color, roughness=0.9)
            for i, color in enumerate(((0.42, 0.12, 0.06), (0.52, 0.18, 0.09), (0.33, 0.09, 0.06)))
        ]
        width, _, height = BRICK
        for row in range(ROWS):
            for column in range(COLUMNS):
                brick = self.objects.cube("Brick", size=1).set_tags("brick")
                brick.set_material(rng.choice(paints)).set_scale(BRICK)
                x = (column - (COLUMNS - 1) / 2 + (row % 2 - 0.5) / 2) * (width + 0.002)
                brick.set_location((x, 0, (row + 0.5) * height))
                brick.add_rigidbody(mode="box", mass=0.3, friction=0.7, collision_margin=0.0)

    def release_ball(self, x):
        """A ramp behind the wall, and a ball at its upper end."""
        slope = math.radians(SLOPE)
        steel = self.materials.basic("Steel").set_params(
            base_color=(0.12, 0.14, 0.17), metallic=0.8, roughness=0.3
        )
        wood = self.materials.basic("Wood").set_params(base_color=(0.45, 0.30, 0.16))
        foot = 1.1  # metres from the wall
        ramp = self.objects.cube("Ramp", size=1).set_tags("ramp").set_material(wood)
        ramp.set_scale((2.0, LENGTH, 0.1)).rotate_around_axis((1, 0, 0), SLOPE)
        middle = foot + LENGTH / 2 * math.cos(slope), LENGTH / 2 * math.sin(slope)
        ramp.set_location((0, *middle))
        ramp.add_rigidbody(mode="box", body_type="PASSIVE", friction=0.9, collision_margin=0.0)

        along, off = LENGTH - 1.0, RADIUS + 0.06  # up the ramp, and off its surface
        ball = self.objects.sphere("Ball", radius=RADIUS).set_shading("smooth").set_tags("ball")
        ball.set_material(steel).set_location(
            (
                x,
                foot + along * math.cos(slope) - off * math.sin(slope),
                along * math.sin(slope) + off * math.cos(slope),
            )
        )
        ball.add_rigidbody(mode="sphere", mass=25, friction=0.9)
