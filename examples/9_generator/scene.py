"""A signpost whose boards are drawn by a program of its own, outside of Blender."""

import math

import rv

HEIGHT = 3.0


class SignpostScene(rv.Scene):
    def generate(self, seed):
        rng = self.rng("post")
        generator = self.generators.init("python3 gen.py")
        texts = generator.generate(count=3)
        self.set_custom_meta(texts=texts)  # what a reader of the picture should find

        wood = self.materials.basic("Wood").set_params(base_color=(0.22, 0.12, 0.06), roughness=0.8)
        post = self.objects.cube("Post", size=1).set_scale((0.16, 0.16, HEIGHT)).set_tags("post")
        post.set_material(wood).set_location((0, 0, HEIGHT / 2))
        for i, text in enumerate(texts):
            texture = generator.generate_path(text=text)
            self.hang(text, texture, wood, HEIGHT - 0.4 - 0.52 * i, rng.uniform(-28, 28))

        grass = self.materials.basic("Grass").set_params(base_color=(0.16, 0.24, 0.07))
        self.objects.plane("Ground", size=80).set_material(grass)
        self.world = rv.BasicWorld().set_params(color=(0.35, 0.58, 1.0), strength=0.8)
        sun = self.lights.sun(power=3.5).set_angle(3).set_color((1.0, 0.88, 0.72))
        sun.rotate_around_axis((1, 0, 0), 50).rotate_around_axis((0, 0, 1), rng.uniform(-60, 60))
        target = self.objects.empty().set_location((0, 0, 1.95))
        self.camera.set_fov(42).set_location((rng.uniform(-1.2, 1.2), -4.6, 1.5)).point_at(target)

    def hang(self, text, texture, wood, height, turn):
        """A board on the post, with its picture on the front."""
        shader = rv.PrincipledBSDF(base_color=rv.TextureImage(texture), roughness=0.7)
        picture = rv.ShaderMaterial(shader, name=f"Picture of {text}")
        board = self.objects.cube("Board", size=1).set_tags("board").set_material(wood)
        board.set_scale((2.1, 0.06, 0.36)).rotate_around_axis((0, 0, 1), turn)
        front = self.objects.plane("Front", size=1).set_tags("text").set_material(picture)
        front.set_property("text", text).set_scale((2.0, 0.3, 1))
        front.rotate_around_axis((1, 0, 0), 90).rotate_around_axis((0, 0, 1), turn)
        for part, distance in ((board, 0.12), (front, 0.152)):  # from the axis of the post
            angle = math.radians(turn)
            part.set_location((distance * math.sin(angle), -distance * math.cos(angle), height))
