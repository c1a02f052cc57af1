"""Parcels on a belt, each with a printed label that carries its code."""

import math

import rv

BELT_WIDTH = 0.9  # metres
SIZES = ((0.22, 0.16, 0.12), (0.30, 0.22, 0.10), (0.26, 0.26, 0.18))
CARDBOARD = ((0.48, 0.32, 0.17), (0.55, 0.39, 0.23), (0.40, 0.26, 0.14))
LABEL = (0.12, 0.06)


class Parcels(rv.Scene):
    def generate(self, seed):
        rng = self.rng("layout")
        labels = self.generators.init("python3 label.py")
        count = int(self.params.get("parcels", rng.integer(2, 4)))
        for i in range(count):
            code = f"{rng.integer(0, 99_999_999):08d}"
            self.place(code, labels.generate_path(code=code), (i - (count - 1) / 2) * 0.42, rng)
        self.set_custom_meta(parcels=count)
        self.belt()
        self.light()

    def place(self, code, picture, y, rng):
        """A parcel somewhere across the belt, its label on top."""
        size = rng.choice(SIZES)
        turn = rng.uniform(-25, 25)
        x = rng.uniform(-0.5, 0.5) * (BELT_WIDTH - 0.4)
        card = self.materials.basic("Cardboard").set_params(
            base_color=rng.choice(CARDBOARD), roughness=0.85
        )
        parcel = self.objects.cube("Parcel", size=1).set_scale(size).set_tags("parcel")
        parcel.set_material(card).set_property("code", code)
        print_ = rv.PrincipledBSDF(base_color=rv.TextureImage(picture), roughness=0.5)
        label = self.objects.plane("Label", size=1).set_scale((*LABEL, 1)).set_tags("label")
        label.set_material(rv.ShaderMaterial(print_, name=f"Label {code}")).set_property(
            "code", code
        )
        for part, z in ((parcel, size[2] / 2), (label, size[2] + 0.001)):
            part.rotate_around_axis((0, 0, 1), turn).set_location((x, y, z))

    def belt(self):
        rubber = self.materials.basic("Rubber").set_params(
            base_color=(0.02, 0.02, 0.022), roughness=0.7
        )
        self.objects.cube("Belt", size=1).set_scale((BELT_WIDTH, 6, 0.04)).set_material(
            rubber
        ).set_location((0, 0, -0.02))

    def light(self):
        rng = self.rng("light")
        middle = self.objects.empty("Middle")
        lamp = self.lights.area("Lamp", rng.uniform(25, 45)).set_size(1.2)
        lamp.set_location((rng.uniform(-0.6, 0.6), rng.uniform(-0.6, 0.6), 2)).point_at(middle)
        self.world = rv.BasicWorld().set_params(color=(0.8, 0.85, 1.0), strength=0.3)
        angle = math.radians(rng.uniform(-12, 12))
        self.camera.set_fov(42).set_location((1.9 * math.sin(angle), -1.2, 1.5)).point_at(middle)
