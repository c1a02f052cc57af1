"""Simulates a heap of cubes once, to be saved by `rv export` and used by import.py."""

import rv

COUNT = 24
COLORS = [(0.85, 0.30, 0.12), (0.92, 0.68, 0.28), (0.12, 0.38, 0.42), (0.72, 0.12, 0.20)]


class HeapScene(rv.Scene):
    def generate(self, seed):
        rng = self.rng("heap")
        floor = self.objects.plane("Floor", size=40)
        floor.add_rigidbody(mode="box", body_type="PASSIVE", friction=0.9)
        paints = [
            self.materials.basic(f"Paint {i}").set_params(base_color=color, roughness=0.4)
            for i, color in enumerate(COLORS)
        ]
        for i in range(COUNT):
            size = rng.uniform(0.35, 0.7)
            cube = self.objects.cube(f"Cube {i:02d}", size=size).set_tags("cube")
            cube.set_property("category", "large" if size > 0.5 else "small")
            cube.set_material(rng.choice(paints))
            turn = rv.mathutils.Euler([rng.uniform(-1, 1) for _ in range(3)])
            cube.set_rotation(turn).set_location(
                (rng.uniform(-0.6, 0.6), rng.uniform(-0.6, 0.6), 0.7 + 0.65 * i)
            )
            cube.add_rigidbody(mode="box", mass=size**3, friction=0.9, angular_damping=0.5)
        rv.simulate_physics(frames=150, substeps=10)
        self.camera.set_location((0, -8, 4)).point_at(floor)
