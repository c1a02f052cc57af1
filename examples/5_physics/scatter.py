"""Cubes dropped into a box: a pile, as it is in a crate of parts."""

import rv

WIDTH, HEIGHT, THICKNESS = 3.0, 1.1, 0.12  # of the box inside, metres
COLORS = [(0.90, 0.58, 0.10), (0.85, 0.26, 0.08), (0.55, 0.07, 0.10), (0.10, 0.32, 0.38)]
COLORS += [(0.75, 0.70, 0.58)]


class PileScene(rv.Scene):
    def generate(self, seed):
        self.make_box()
        sources = []
        for i, color in enumerate(COLORS):
            paint = self.materials.basic(f"Paint {i}").set_params(base_color=color, roughness=0.35)
            source = self.objects.cube("Cube", size=0.42).set_tags("cube").set_material(paint)
            sources.append(source)
        # They start apart from each other, in the air above the box.
        air = rv.Domain.box(center=(0, 0, 4.5), size=(WIDTH - 0.9, WIDTH - 0.9, 6))
        for cube in self.scatter(
            sources,
            self.params.get("cubes", 60),
            air,
            method="fast",
            rotation="free",
            gap=0.01,
            scale=(0.8, 1.1),
        ):
            cube.add_rigidbody(
                mode="box",
                mass=0.2,
                friction=0.8,
                collision_margin=0.004,
                use_deactivation=True,
                deactivate_linear_velocity=0.15,
                deactivate_angular_velocity=0.2,
            )
        for source in sources:
            source.hide()
        rv.simulate_physics(frames=130, substeps=12, solver_iterations=30, use_split_impulse=True)

        self.world = rv.BasicWorld().set_params(color=(0.75, 0.85, 1.0), strength=0.5)
        target = self.objects.empty().set_location((0, 0, 0.35))
        key = self.lights.area("Key", power=700).set_size(3).set_color((1.0, 0.9, 0.78))
        key.set_location((-4, -3, 6)).point_at(target)
        self.camera.set_fov(40).set_location((2.2, -5.2, 5.4)).point_at(target)

    def make_box(self):
        """An open box on a table; nothing of them moves."""
        table = self.materials.basic("Table").set_params(base_color=(0.36, 0.40, 0.44))
        self.objects.plane("Table", size=60).set_material(table).set_location((0, 0, -THICKNESS))
        wood = self.materials.basic("Wood").set_params(base_color=(0.50, 0.32, 0.17), roughness=0.7)
        outside, middle = WIDTH + 2 * THICKNESS, (WIDTH + THICKNESS) / 2
        height, z = HEIGHT + THICKNESS, (HEIGHT - THICKNESS) / 2
        for place, size in (
            ((0, 0, -THICKNESS / 2), (WIDTH, WIDTH, THICKNESS)),
            ((middle, 0, z), (THICKNESS, outside, height)),
            ((-middle, 0, z), (THICKNESS, outside, height)),
            ((0, middle, z), (WIDTH, THICKNESS, height)),
            ((0, -middle, z), (WIDTH, THICKNESS, height)),
        ):
            part = self.objects.cube("Box", size=1).set_tags("box").set_material(wood)
            part.set_scale(size).set_location(place)
            part.add_rigidbody(
                mode="box", body_type="PASSIVE", friction=0.8, collision_margin=0.004
            )
