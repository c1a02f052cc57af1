"""Three materials from two textures, by arithmetic on shader nodes."""

import rv


class ShaderGraphScene(rv.Scene):
    def generate(self, seed):
        rng = self.rng("look")
        bricks = rv.TextureImage("bricks.png")
        normal = rv.NormalMap(
            color=rv.TextureImage("bricks_normal.png", colorspace="Non-Color"), strength=1.0
        )
        tint = [rng.uniform(0.1, 1.0) for _ in range(3)]
        graphs = {
            "Plain": rv.PrincipledBSDF(base_color=bricks, roughness=0.9),
            "Whitewashed": rv.PrincipledBSDF(
                base_color=bricks * 0.35 + 0.5, roughness=0.8, normal=normal
            ),
            # What is dark in the texture becomes bright, and takes the tint.
            "Glazed": rv.PrincipledBSDF(
                base_color=(1.0 - bricks) * tint, roughness=0.2, metallic=0.6, normal=normal
            ),
        }
        for i, (name, shader) in enumerate(graphs.items()):
            x = (i - 1) * 2.5
            material = rv.ShaderMaterial(shader, name=name)
            ball = self.objects.sphere(f"{name} ball", radius=0.85, segments=64, ring_count=32)
            ball.set_shading("smooth").set_tags("ball", name.lower()).set_material(material)
            ball.set_location((x - 0.3, 0.9, 0.85)).rotate_around_axis((0, 0, 1), 80)
            cube = self.objects.cube(f"{name} cube", size=1.0)
            cube.set_tags("cube", name.lower()).set_material(material)
            cube.set_location((x + 0.35, -1.0, 0.5)).rotate_around_axis((0, 0, 1), 28 + 10 * i)

        board = self.materials.basic("Board").set_params(base_color=(0.45, 0.47, 0.50))
        self.objects.plane("Ground", size=60).set_material(board)
        self.world = rv.BasicWorld().set_params(color=(0.75, 0.85, 1.0), strength=0.5)
        target = self.objects.empty().set_location((0, 0, 0.55))
        key = self.lights.area("Key", power=700).set_size(3).set_color((1.0, 0.9, 0.78))
        key.set_location((-5, -3.5, 5)).point_at(target)
        self.camera.set_fov(40).set_location((0, -10.5, 4.6)).point_at(target)
