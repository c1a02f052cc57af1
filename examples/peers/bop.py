"""Parts on a table in millimetres, a real camera's K, a textured top: for poses as in BOP."""

import rv


class Bop(rv.Scene):
    def generate(self, seed):
        rng = self.rng()
        self.world = rv.BasicWorld().set_params(strength=rng.uniform(0.3, 0.8))
        lamp = self.lights.area(power=rng.uniform(30, 80)).set_size(0.5)
        lamp.set_location(rng.in_shell(radius=(1.2, 1.8), elevation=(50, 85))).point_at((0, 0, 0))
        table = self.objects.cube("Table", size=1.2).set_location((0, 0, -0.6))
        table.set_material(self.materials.textures("oak", tiles=4))
        table.add_rigidbody(mode="box", body_type="PASSIVE", friction=1)
        parts = []
        for number in range(1, 6):
            part = self.assets.load("part.ply", unit=0.001).root
            part.set_property("category", "angle").set_property("number", number)
            paint = self.materials.basic().set_params(base_color=rng.color_hsv())
            paint.set_params(roughness=rng.uniform(0.1, 0.9), metallic=float(rng.bool()))
            parts.append(part.set_tags("part").set_material(paint))
        air = rv.Domain.box(center=(0, 0, 0.2), size=(0.4, 0.4, 0.3))
        for part in self.place(parts, air, rotation="uniform"):
            part.add_rigidbody(mode="hull", collision_margin=0.0005, friction=1)
        rv.simulate_physics(frames=60, substeps=20)
        self.camera.set_intrinsics([572.4114, 0, 325.26, 0, 573.57, 242.05, 0, 0, 1], 640, 480)
        self.camera.set_location(rng.in_shell(radius=(0.6, 0.9), elevation=(35, 80)))
        self.camera.point_at(self.point_of_interest(parts), angle=rng.uniform(-30, 30))
