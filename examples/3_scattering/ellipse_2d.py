"""350 sweets in an ellipse: fast placement in the plane."""

import rv

COLORS = [  # linear RGB
    (0.80, 0.06, 0.10),
    (0.90, 0.30, 0.03),
    (0.90, 0.65, 0.06),
    (0.12, 0.45, 0.18),
    (0.06, 0.30, 0.65),
    (0.38, 0.12, 0.50),
]


class EllipseScene(rv.Scene):
    def generate(self, seed):
        sweets = []
        for i, color in enumerate(COLORS):
            glaze = self.materials.basic(f"Glaze {i}").set_params(base_color=color, roughness=0.25)
            sweet = self.objects.sphere("Sweet", radius=0.28).set_shading("smooth")
            sweets.append(sweet.set_tags("sweet").set_material(glaze))

        domain = rv.Domain.ellipse(center=(0, 0), radii=(8, 6), z=0.2)
        placed = self.scatter(sweets, 350, domain, gap=0.02, scale=(0.6, 1.1), margin=0.25)
        for sweet in placed:
            sweet.obj.scale.z *= 0.6
        for source in sweets:  # they were copied, themselves they are not wanted
            source.hide()

        plate = self.materials.basic("Plate").set_params(base_color=(0.85, 0.82, 0.76))
        self.objects.plane("Ground", size=80).set_material(plate)
        self.world = rv.BasicWorld().set_params(color=(0.8, 0.9, 1.0), strength=0.6)
        sun = self.lights.sun(power=3).set_angle(12).set_color((1.0, 0.9, 0.78))
        sun.rotate_around_axis((1, 0, 0), 50).rotate_around_axis((0, 0, 1), -50)
        target = self.objects.empty().set_location((0, -0.3, 0))
        self.camera.set_fov(40).set_location((0, -17, 14.5)).point_at(target)
