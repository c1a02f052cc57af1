"""A model, a light, and the camera at poses from a file; normals besides depth and index."""

import json

import rv


class Basic(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(strength=0.3)
        self.assets.load("chair.obj").root.set_property("category", "chair")
        self.lights.point(power=300).set_location((1, -2, 3))
        with open("poses.json", encoding="utf-8") as file:
            poses = json.load(file)
        self.set_frames(len(poses))
        for frame, pose in enumerate(poses, start=1):
            self.camera.set_matrix(pose).keyframe(frame, interpolation="CONSTANT")
        self.set_passes("Normal")
