# SPDX-License-Identifier: MIT
"""The vertices of what deforms, frame by frame."""

import os
import zipfile
from array import array

import bpy
from support import FileCase, scene

VECTOR = {"frames": "1..3", "passes": ["Vector"]}
CUBE = """
    soft = self.objects.cube()
    soft.obj.shape_key_add(name="Basis")
    key = soft.obj.shape_key_add(name="High")
    for point in key.data:
        point.co.z += 2
    for frame in (1, 2, 3):
        key.value = frame / 4
        key.keyframe_insert("value", frame=frame)
    """
GROWS = """
    grows = self.objects.cube("Grows").obj
    grows.modifiers.new("Array", "ARRAY")
    for frame in (1, 2, 3):
        grows.modifiers["Array"].count = 2 if frame == 2 else 1
        grows.keyframe_insert('modifiers["Array"].count', frame=frame)
    """


def numbers(out, name, kind):
    """An array of the file."""
    with zipfile.ZipFile(os.path.join(out, "surfaces.npz")) as file:
        data = file.read(f"{name}.npy")
    return array(kind, data[10 + int.from_bytes(data[8:10], "little") :])


class DeformingTest(FileCase):
    """Scripts and files with what deforms, and what does not."""

    def render_warned(self, script, **settings):
        reply, out = self.run_sample(script, **settings)
        self.assertTrue(reply["ok"], reply)
        return reply["record"]["files"], out, " ".join(reply["run"].get("warnings", []))

    def test_vertices(self):
        """Those of each frame, and triangles that are the same in all."""
        files, out, warned = self.render_warned(scene(CUBE, "self.objects.sphere()"), **VECTOR)
        self.assertEqual(files["surfaces"], "surfaces.npz")
        self.assertNotIn("deforms", warned)
        vertices = numbers(out, "2.vertices", "f")
        self.assertEqual(len(vertices), 3 * 8 * 3)
        for frame in range(3):
            heights = sorted(set(vertices[24 * frame + 2 : 24 * (frame + 1) : 3]))
            for height, wanted in zip(heights, (-1, 1)):
                self.assertAlmostEqual(height, wanted + (frame + 1) / 2, places=5)
        self.assertEqual(len(numbers(out, "2.triangles", "i")), 12 * 3)
        self.assertEqual(list(numbers(out, "2.triangulation", "i")), [0, 0, 0])

    def test_other_faces(self):
        """A frame with other faces is not known, and it is said once."""
        _, out, warned = self.render_warned(scene(GROWS), **VECTOR)
        self.assertEqual(list(numbers(out, "2.triangulation", "i")), [0, -1, 0])
        self.assertEqual(warned.count("object 2 deforms: its motion is not known"), 1)
        self.assertIn("it has other faces in frame 2", warned)

    def test_without_faces(self):
        """Of a metaball there is no file, but a word."""
        self.begin()
        ball = bpy.data.metaballs.new("Ball")
        ball.elements.new()
        self.add("Ball", ball)
        files, _, warned = self.render_warned(self.save(), **VECTOR)
        self.assertNotIn("surfaces", files)
        self.assertIn("its motion is not known, as it has no faces that last", warned)

    def test_camera_and_light_with_keys(self):
        """Their data are animated, but are no surface."""
        script = scene(
            CUBE,
            """
            for data in (self.camera.obj.data, self.lights.point().obj.data):
                name = "lens" if data.bl_rna.identifier == "Camera" else "energy"
                for frame in (1, 3):
                    setattr(data, name, 30 + frame)
                    data.keyframe_insert(name, frame=frame)
            """,
        )
        reply, _ = self.run_sample(script, **VECTOR)
        self.assertEqual(reply["run"]["warnings"], [])
        things = reply["record"]["objects"]
        self.assertEqual([o["index"] for o in things if o.get("deforms")], [2])

    def test_nobody_asks(self):
        """Neither a still nor a sequence without vectors has a file."""
        for settings in ({"passes": ["Vector"]}, {"frames": "1..2"}):
            files, _, warned = self.render_warned(scene(CUBE, GROWS), **settings)
            self.assertNotIn("surfaces", files)
            self.assertNotIn("deforms", warned)
