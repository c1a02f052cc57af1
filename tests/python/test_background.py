# SPDX-License-Identifier: MIT
"""Pictures behind scenes: their pixels where nothing is, and labels as without them."""

import struct
import zlib

import model_files
from support import FileCase, SampleCase, image, passes, scene

COLORS = ((250, 10, 20), (20, 240, 30), (40, 50, 230), (120, 130, 140))
SIZE = 32


def quarters(width, height):
    """A picture of four colours, in the order of reading."""
    rows = b"".join(
        b"\0"
        + b"".join(bytes(COLORS[2 * (2 * y >= height) + (2 * x >= width)]) for x in range(width))
        for y in range(height)
    )

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


SETTING = """
self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5))
rv.bpy.context.scene.view_settings.view_transform = "Standard"
self.objects.cube(size=2).set_rotation((20, 30, 0))
self.objects.sphere(radius=0.5).set_location((2, 1, 0)).set_shading("smooth")
self.camera.set_location((0, 0, 9))
self.set_passes(rv.RenderPass.NORMAL, rv.RenderPass.POSITION)
"""
PHOTO = "self.background('photo.png')\n"
LABELS = ("IndexOB.X", "Depth.Z", "Normal.X", "Position.Y")


class BackgroundTest(SampleCase):
    def setUp(self):
        super().setUp()
        model_files.save(self.scratch, "photo.png", quarters(SIZE, SIZE))

    def pixel(self, picture, x, y):
        at = 4 * x
        return picture.rows[y][at : at + 3]

    def assert_near(self, found, wanted):
        self.assertTrue(all(abs(a - b) <= 1 for a, b in zip(found, wanted)), (found, wanted))

    def assert_quarters(self, picture, free):
        """The colours in the middle of each quarter of a square, where nothing hides them."""
        self.assertGreaterEqual(len(free), 3)
        for x, y in free:
            wanted = COLORS[2 * (2 * y >= SIZE) + (2 * x >= SIZE)]
            self.assert_near(self.pixel(picture, x, y), wanted)

    def test_the_picture_where_nothing_is_and_labels_as_without(self):
        corners = [(3, 3), (28, 3), (3, 28), (28, 28)]
        for lens in ("", "self.camera.set_orthographic(8)\n", "self.camera.set_shift(0.1, 0.1)\n"):
            with self.subTest(lens):
                (bare, out), (record, shown) = (
                    self.render(scene(SETTING, lens, more), samples=4) for more in ("", PHOTO)
                )
                planes = [passes(o) for o in (out, shown)]
                for name in LABELS:
                    a, b = (plane.plane(f"ViewLayer.{name}") for plane in planes)
                    self.assertEqual(a, b, name)
                self.assert_quarters(image(shown), corners)
                self.assertEqual(record["custom_meta"], {"background": "photo.png"})
                self.assertEqual(record["render"]["view_transform"], "Standard")
                self.assertEqual(record["objects"], bare["objects"])
                # What stands before it has the light of the world, not that of the picture.
                middle = [self.pixel(image(o), 15, 15) for o in (out, shown)]
                self.assert_near(*middle)

    def test_its_middle_fills_the_frame(self):
        model_files.save(self.scratch, "photo.png", quarters(64, 16))
        record, out = self.render(scene(SETTING, PHOTO), samples=4)
        self.assert_quarters(image(out), [(3, 3), (28, 3), (3, 28), (28, 28)])
        model_files.save(self.scratch, "photo.png", quarters(16, 64))
        record, out = self.render(scene(SETTING, PHOTO), samples=4)
        self.assert_quarters(image(out), [(3, 3), (28, 3), (3, 28), (28, 28)])

    def test_one_of_a_folder_by_the_seed(self):
        for number in range(4):
            model_files.save(
                self.scratch, f"photos/{number}.png", model_files.png((60 * number, 0, 0))
            )
        body = "self.world = rv.BasicWorld()\nself.background('photos/*.png')\n"
        found = {}
        for seed in range(8):
            reply, out = self.run_sample(scene(body), seed=seed)
            self.assertTrue(reply["ok"], reply)
            name = reply["record"]["custom_meta"]["background"]
            self.assertEqual(reply["deps"], ["photos/*.png/", name, "scene.py"])
            self.assert_near(self.pixel(image(out), 9, 9), (60 * int(name[7]), 0, 0))
            found[seed] = name
        self.assertGreater(len(set(found.values())), 1)
        record, _ = self.render(scene(body), seed=5)
        self.assertEqual(record["custom_meta"]["background"], found[5])

    def test_it_stands_while_the_camera_moves(self):
        body = """
            self.world = rv.BasicWorld()
            self.background("photo.png")
            self.set_frames(2)
            self.camera.keyframe(1, rotation=(0, 0, 0)).keyframe(2, rotation=(30, 20, 45))
            """
        _, out = self.render(scene(body), samples=4)
        for frame in ("frames/000001.png", "frames/000002.png"):
            self.assert_quarters(image(out, frame), [(3, 3), (28, 3), (3, 28), (28, 28)])

    def test_missing(self):
        self.fails(
            scene("self.background('foto.png')"),
            "scene_error",
            "no file matches 'foto.png'",
            "photo.png",
        )

        self.fails(
            scene("self.background('')"), "scene_error", "background must be the path of a picture"
        )

    def test_what_is_no_picture(self):
        """A folder's other files are never drawn; one that is asked for is told."""
        self.write("mixed/words.txt", "x")
        self.write("cut.png", "no picture")
        script = scene("self.background('mixed')")
        self.fails(script, "scene_error", "none of the 1 files of mixed is a picture")
        script = scene("self.background('cut.png')")
        self.fails(script, "scene_error", "Cannot read 'cut.png': it is no picture")


class FileTest(FileCase):
    def test_behind_a_file(self):
        """By the command, and by the record, which wins."""
        model_files.save(self.root, "photo.png", quarters(SIZE, SIZE))
        model_files.save(self.root, "red.png", model_files.png((250, 0, 0)))
        self.begin()
        self.cube()
        path = self.save()
        bare, out = self.open(path)
        shown, behind = self.open(path, background="photo.png")
        self.assertEqual(shown["custom_meta"], {"background": "photo.png"})
        self.assertEqual(bare["objects"], shown["objects"])
        planes = [passes(o).plane("ViewLayer.IndexOB.X") for o in (out, behind)]
        self.assertEqual(*planes)
        self.assertEqual(tuple(image(behind).rows[3][12:15]), COLORS[0])
        again, other = self.open(
            path, record={"blend": {"background": "red.*"}}, background="photo.png"
        )
        self.assertEqual(again["custom_meta"], {"background": "red.png"})
        self.assertEqual(image(other).rows[3][12:15], bytes((250, 0, 0)))

    def test_none_there(self):
        self.begin()
        told = "background: no file matches 'none.png'"
        self.fails(self.save(), "scene_error", told, background="none.png")
