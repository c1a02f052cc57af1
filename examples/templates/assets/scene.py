# SPDX-License-Identifier: MIT
"""Models of your own: each file in models/ is a class, named as the file is.

Put .blend, .obj, .ply, .stl, .glb or .fbx files there; the ones that come with it show how it
works.
"""

import os

import rv

KINDS = (".blend", ".obj", ".ply", ".stl", ".glb", ".gltf", ".fbx")


class Models(rv.Scene):
    def generate(self, seed):
        rng = self.rng("models")
        slate = self.materials.basic("Slate").set_params(base_color=(0.14, 0.17, 0.19))
        self.objects.plane("Floor", size=40).set_material(slate)
        files = [path for path in self.assets.folder("models/*") if path.endswith(KINDS)]
        count = rng.integer(3, 6)
        for i in range(count):
            path = rng.choice(files)
            kind = os.path.splitext(os.path.basename(path))[0]
            model = self.assets.load(path)
            model.root.set_location(((i - (count - 1) / 2) * 1.6, rng.uniform(-1, 1), 0))
            model.root.rotate_around_axis((0, 0, 1), rng.uniform(0, 360))
            for part in model:
                part.set_tags(kind)
        self.world = rv.BasicWorld().set_params(color=(0.6, 0.7, 0.85), strength=0.4)
        self.lights.sun(power=3).set_angle(3).set_rotation(rv.mathutils.Euler((0.7, 0.2, 0.5)))
        self.camera.set_location((2.5, -7.5, 4)).point_at((0, 0, 0.5))
