# SPDX-License-Identifier: MIT
"""Views of a still: where their cameras stand, what they see, and who asks for them."""

import json
import math
import os

from mathutils import Matrix
from support import GREY, FileCase, SampleCase, SceneCase, box, image, passes, scene

DOWN = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 10], [0, 0, 0, 1]]
K = [[16.0, 0.0, 16.0], [0.0, 16.0, 16.0], [0.0, 0.0, 1.0]]


class ArgumentTest(SceneCase):
    def test_poses(self):
        ball = self.scene.objects.sphere().set_location((0, 0, 3))
        self.scene.add_view("a", DOWN).add_view(matrix=Matrix(DOWN), K=K, resolution=(8, 6))
        self.scene.add_view("b", location=(0, 0, 10)).add_view(
            "c", location=(0, 0, 10), rotation=(0, 0, 0)
        )
        self.scene.add_view("d", location=(0, -7, 3), look_at=ball)
        views = self.scene._views
        self.assertEqual(list(views), ["a", "view_001", "b", "c", "d"])
        self.assertEqual(views["view_001"]["camera"], {**views["a"]["camera"], "K": K})
        self.assertEqual(views["view_001"]["resolution"], [8, 6])
        for name in "bc":
            self.assertEqual(views[name]["camera"], views["a"]["camera"])
        level = [[1, 0, 0, 0], [0, 0, -1, -7], [0, 1, 0, 3], [0, 0, 0, 1]]
        for row, expected in zip(views["d"]["camera"]["matrix_world"], level):
            for number, wanted in zip(row, expected):
                self.assertAlmostEqual(number, wanted, places=6)

    def test_refused(self):
        add = self.scene.add_view
        add("taken", DOWN)
        flat = [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
        skew = [[1, 0.5, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
        mirror = [[-1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
        for kind, text, arguments in (
            (ValueError, "no other view's", {"name": "taken", "matrix": DOWN}),
            (ValueError, "a letter and up to", {"name": "Left", "matrix": DOWN}),
            (ValueError, "a letter and up to", {"name": "", "matrix": DOWN}),
            (TypeError, "needs a matrix or a location", {"name": "x"}),
            (TypeError, "has a matrix, or location", {"matrix": DOWN, "location": (0, 0, 1)}),
            (
                TypeError,
                "either rotation or look_at",
                {"location": (0, 0, 1), "rotation": (0, 0, 0), "look_at": (0, 0, 0)},
            ),
            (ValueError, "elsewhere than location", {"location": (0, 0, 1), "look_at": (0, 0, 1)}),
            (TypeError, "a matrix of 4x4 numbers", {"matrix": DOWN[:3]}),
            (TypeError, "a matrix of 4x4 numbers", {"matrix": "4x4"}),
            (TypeError, "a matrix of 4x4 numbers", {"matrix": [[1, 0, 0]] * 4}),
            (ValueError, "right-handed axes", {"matrix": flat}),
            (ValueError, "right-handed axes", {"matrix": skew}),
            (ValueError, "right-handed axes", {"matrix": mirror}),
            (ValueError, "that is finite", {"matrix": [[math.nan] * 4, *DOWN[1:]]}),
            (
                ValueError,
                "fx and fy above 0",
                {"matrix": DOWN, "K": [[0, 0, 1], [0, 1, 1], [0, 0, 1]]},
            ),
            (ValueError, "the width of the resolution", {"matrix": DOWN, "resolution": (2, 6)}),
        ):
            with self.assertRaisesRegex(kind, text):
                add(**arguments)
        for arguments in ((0, 1), (1.5, 1), (3, 0), (3, 1, 91), (3, 1, 0, "x"), (10**6, 1)):
            with self.assertRaises((TypeError, ValueError)):
                self.scene.orbit(*arguments)
        for baseline in (0, -1, math.inf, "wide"):
            with self.assertRaises((TypeError, ValueError)):
                self.scene.set_stereo(baseline)
        self.assertEqual(list(self.scene._views), ["taken"])

    def test_orbit(self):
        self.scene.orbit(4, 2, 30, (1, 2, 3), start=90, name="ring")
        self.assertEqual(list(self.scene._views), [f"ring_{i:03d}" for i in range(4)])
        across, up = 2 * math.cos(math.radians(30)), 2 * math.sin(math.radians(30))
        places = [(1, 2 + across), (1 - across, 2), (1, 2 - across), (1 + across, 2)]
        for view, (x, y) in zip(self.scene._views.values(), places):
            pose = Matrix(view["camera"]["matrix_world"])
            for number, wanted in zip(pose.translation, (x, y, 3 + up)):
                self.assertAlmostEqual(number, wanted, places=5)
            ahead = pose.translation - 2 * pose.to_3x3().col[2]
            self.assertLess((ahead - Matrix.Translation((1, 2, 3)).translation).length, 1e-5)
            self.assertAlmostEqual(pose.to_3x3().determinant(), 1, places=5)
            self.assertAlmostEqual(pose[2][0], 0)  # level
            self.assertGreater(pose[2][1], 0)  # upright
        self.scene.orbit(1, 5, 90, name="top")  # straight down: no pole
        self.scene.orbit(1, 5, -90, name="below")


class ViewTest(SampleCase):
    """What views show: a cube of 2 m at the origin, seen by cameras with a K that is known."""

    def test_orbit_and_stereo(self):
        record, out = self.render(
            scene(
                GREY,
                """
                self.camera.set_location((0, 0, 9)).set_fov(90)
                cube = self.objects.cube("Cube").set_location((4, 0, 0))
                self.orbit(4, 9, 0, cube)
                self.set_stereo(2)
                """,
            )
        )
        views = {view["name"]: view for view in record["views"]}
        self.assertEqual(list(views), [*(f"orbit_{i:03d}" for i in range(4)), "left", "right"])
        for name, view in views.items():
            self.assertEqual(view["camera"]["K"], record["camera"]["K"], name)
            self.assertEqual(view["camera"]["name"], name)
            self.assertTrue(os.path.isfile(os.path.join(out, view["files"]["image"])))
        for i in range(4):  # 8 m from the nearest face, 16 pixels at 1 m: 4 pixels wide
            view = views[f"orbit_{i:03d}"]
            turn = math.radians(90 * i)
            place = [row[3] for row in view["camera"]["matrix_world"][:3]]
            for number, wanted in zip(place, (4 + 9 * math.cos(turn), 9 * math.sin(turn), 0)):
                self.assertAlmostEqual(number, wanted, places=5)
            index = passes(out, view["files"]["passes"]).plane(view["channels"]["index"])
            self.assertEqual(box(index, 2), (14, 14, 17, 17))
        # From x = -1, the near face (8 m away) ends 6 m and the far one (10 m away) begins 4 m to
        # the right: 16 + 16 * 4 / 10 = 22.4 to 16 + 16 * 6 / 8 = 28 pixels; from x = 1, 19.2 to 24.
        for name, x, right in (("left", 22, 27), ("right", 19, 23)):
            view = views[name]
            self.assertEqual(view["camera"]["matrix_world"][0][3], -1 if name == "left" else 1)
            index = passes(out, view["files"]["passes"]).plane(view["channels"]["index"])
            self.assertEqual(box(index, 2), (x, 14, right, 17), name)

    def test_own_lens_and_size(self):
        record, out = self.render(
            scene(
                GREY,
                "self.objects.cube()",
                "self.add_view('near', location=(0, 0, 9), resolution=(16, 8),",
                "    K=[[8, 0, 8], [0, 8, 2], [0, 0, 1]])",
            )
        )
        (view,) = record["views"]
        self.assertEqual(view["resolution"], [16, 8])
        for row, wanted in zip(view["camera"]["K"], ([8, 0, 8], [0, 8, 2], [0, 0, 1])):
            for number, expected in zip(row, wanted):
                self.assertAlmostEqual(number, expected, places=4)
        index = passes(out, view["files"]["passes"]).plane(view["channels"]["index"])
        self.assertEqual(box(index, 2), (7, 1, 8, 2))
        self.assertEqual(image(out, view["files"]["image"]).width, 16)

    def test_stereo_follows_the_camera(self):
        record, _ = self.render(
            scene(
                GREY,
                "self.objects.cube()",
                "self.set_stereo(9).set_stereo(0.5)",
                "self.camera.set_location((7, 1, 2))",
            ),
            dry_run=True,
        )
        self.assertEqual([v["camera"]["matrix_world"][0][3] for v in record["views"]], [6.75, 7.25])

    def test_names_of_others(self):
        self.fails(
            scene(GREY, "self.add_view('a', location=(0, 0, 9))"),
            "scene_error",
            "views[0].name is 'a', as of another render",
            blend={"renders": [{"name": "a"}]},
        )


class ThroughTest(SampleCase):
    """Layers of what is behind objects, of the camera and of each view. A pane hides a cube."""

    SCRIPT = scene(
        GREY,
        """
        self.camera.set_location((0, 0, 10)).set_fov(90)
        self.objects.cube("Cube")
        self.objects.plane("Pane", size=4).set_location((0, 0, 2))
        self.objects.plane("Small", size=1).set_location((0, 0, 3))
        """,
    )

    def seen(self, *views):
        """View to the indices that it shows; 2 is the cube, 3 and 4 the panes."""
        record, out = self.render(
            self.SCRIPT, blend={"renders": list(views), "through": ["Pane"]}, no_image=True
        )
        found = {}
        for view in record["views"]:
            files = passes(out, view["files"]["passes"])
            found[view["name"]] = {
                int(i) for row in files.plane("ViewLayer.IndexOB.X") for i in row
            }
        return found

    def test_views(self):
        """What a view hides or shows itself stays so."""
        found = self.seen(
            {"name": "all", "view": True},
            {"name": "less", "view": True, "hidden": [4]},
            {"name": "few", "view": True, "visible": [3, 4]},
        )
        self.assertEqual(
            found,
            {
                "all": {0, 3, 4},
                "less": {0, 3},
                "few": {0, 3, 4},
                "through": {0, 2, 4},
                "through_all": {0, 2, 4},
                "through_less": {0, 2},
                "through_few": {0, 4},
            },
        )

    def test_refused(self):
        """A view of the name, one whose layer has too long a name, one that holds objects out."""
        for view, message in (
            ({"name": "through"}, "through: another render is called 'through'"),
            (
                {"name": "a" * 60, "view": True},
                "through: the name of a view's layer is 'through_aaa",
            ),
            (
                {"name": "out", "view": True, "hidden": [2], "holdout": True},
                "through: 'through_out' would be of a view with holdout",
            ),
        ):
            blend = {"renders": [view], "through": ["Pane"]}
            self.fails(self.SCRIPT, "scene_error", message, blend=blend)


class FileViewTest(FileCase):
    def file(self, **data):
        """A cube of 2 m at (0, 0, 1), and a camera at (0, -8, 1) that looks at it."""
        blender = self.begin()
        blender.camera.data.type = "PERSP"
        blender.camera.location = (0, -8, 1)
        blender.camera.rotation_euler = (math.radians(90), 0, 0)
        blender.unit_settings.scale_length = data.get("unit", 1)
        self.cube(location=(0, 0, 1))
        return self.save()

    def places(self, record):
        """Where the cameras of the views are."""
        poses = [view["camera"]["matrix_world"] for view in record["views"]]
        return [[round(row[3], 4) for row in pose[:3]] for pose in poses]

    def test_orbit(self):
        path = self.file()
        blend = {"orbit": {"n": 4}}  # about the middle of the cube's front, from the camera on
        record, _ = self.open(path, blend=blend, dry_run=True)
        self.assertEqual(self.places(record), [[0, -8, 1], [7, -1, 1], [0, 6, 1], [-7, -1, 1]])
        first, own = record["views"][0]["camera"], record["camera"]
        for row, expected in zip(first["matrix_world"], own["matrix_world"]):
            for number, wanted in zip(row, expected):
                self.assertAlmostEqual(number, wanted, places=5)
        self.assertEqual(first["K"], own["K"])
        blend = {"orbit": {"n": 2, "radius": 2, "elevation": 90, "target": [0, 0, 1]}}
        record, _ = self.open(path, blend=blend, dry_run=True)
        self.assertEqual(self.places(record), [[0, 0, 3], [0, 0, 3]])
        record, _ = self.open(self.file(unit=0.5), blend={"orbit": {"n": 2}}, dry_run=True)
        self.assertEqual(self.places(record), [[0, -4, 0.5], [0, 3, 0.5]])

    def test_orbit_of_nothing(self):
        self.begin()
        path = self.save()
        self.fails(path, "scene_error", "the camera looks at nothing", blend={"orbit": {"n": 2}})
        there = {"orbit": {"n": 2, "target": [0, 0, 10]}}
        self.fails(path, "scene_error", "orbit.target is where the camera is", blend=there)
        self.fails(path, "usage", "blend.orbit has no n", blend={"orbit": {}})

    def test_orbit_without_a_camera(self):
        """It is about the middle of everything, all of which is in the picture."""
        blender = self.begin()
        self.cube("Cube").location = (1, 2, 3)  # 2 m: within a ball of sqrt(3)
        self.cube("Hidden").hide_render = True
        blender.camera = None
        path = self.save("none.blend")
        told = self.warnings(path, blend={"orbit": {"n": 2}}, dry_run=True)
        self.assertEqual(
            told, ["the file's scene has no camera: one was added that sees all of it"]
        )
        record, _ = self.open(path, blend={"orbit": {"n": 2}}, dry_run=True)
        away = 1.1 * math.sqrt(3) / math.sin(math.atan(18 / 50))  # a lens of 50 mm, a sensor of 36
        rise, turn = math.radians(25), math.radians(-50)
        back = (math.cos(rise) * math.cos(turn), math.cos(rise) * math.sin(turn), math.sin(rise))
        for sign, place in zip((1, -1), self.places(record)):
            expected = (1 + sign * away * back[0], 2 + sign * away * back[1], 3 + away * back[2])
            for number, wanted in zip(place, expected):
                self.assertAlmostEqual(number, wanted, delta=1e-3)
            for view in record["views"]:  # to the middle, whichever the view
                pose = view["camera"]["matrix_world"]
                middle = [row[3] - away * row[2] for row in pose[:3]]
                for number, wanted in zip(middle, (1, 2, 3)):
                    self.assertAlmostEqual(number, wanted, delta=1e-3)
        record, _ = self.open(path, blend={"orbit": {"n": 1, "target": [9, 0, 0]}}, dry_run=True)
        own = [row[3] for row in record["camera"]["matrix_world"][:3]]
        radii = [math.dist(place, (9, 0, 0)) for place in (own, self.places(record)[0])]
        self.assertAlmostEqual(*radii, delta=1e-3)
        self.fails(path, "scene_error", "has no camera; an orbit or views do without one")
        blender = self.begin()
        blender.camera = blender.world = None
        self.cube()
        dark = self.save("dark.blend")
        told = self.warnings(dark, blend={"orbit": {"n": 1}})
        self.assertEqual(told[1], "the file's scene has no light: a light grey sky was added")
        _, out = self.open(dark, blend={"orbit": {"n": 1}})
        self.assertGreater(min(image(out).rows[0][:3]), 150)  # the sky in a corner
        self.begin().camera = None
        nothing = "no camera, and nothing that one could look at"
        self.fails(self.save(), "scene_error", nothing, blend={"orbit": {"n": 2}})

    def test_file_of_poses(self):
        path = self.file()
        poses = [
            {"name": "top", "matrix": DOWN, "resolution": [16, 16]},
            {"transform_matrix": DOWN, "K": K, "file_path": "of no use"},
        ]
        for text in ("\n".join(map(json.dumps, poses)), json.dumps(poses, indent=1)):
            self.write("poses.json", text)
            line, _ = self.request(path, blend={"views": "poses.json"}, dry_run=True)
            reply = self.ask(line)
            self.assertTrue(reply["ok"], reply)
            self.assertIn("poses.json", reply["deps"])
            views = reply["record"]["views"]
            self.assertEqual([view["name"] for view in views], ["top", "view_001"])
            self.assertEqual(self.places(reply["record"]), [[0, 0, 10]] * 2)
            self.assertEqual(views[0]["resolution"], [16, 16])
            self.assertEqual(views[1]["camera"]["K"][0], [16, 0, 16])
        top = json.dumps(poses[0])
        for text, said in (
            (f"{top}\n{top}", "poses.json, line 2: rv.Scene 'FileScene': the name of a view must"),
            (json.dumps([poses[0], 7]), "poses.json[1]: not a JSON object"),
            ("[7", "poses.json: not JSON"),
            ("[]", "poses.json has no pose"),
            ('{"name":"a"}', "poses.json, line 1: matrix is None"),
        ):
            self.write("poses.json", text)
            self.fails(path, "scene_error", said, blend={"views": "poses.json"})
        self.fails(path, "scene_error", "views: cannot read no.json", blend={"views": "no.json"})
