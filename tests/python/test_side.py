# SPDX-License-Identifier: MIT
"""Side renders: what each member does, what their files and record are, and that the picture, the
next render and the next sample are as without them."""

import json
import math
import os
from unittest import mock

import bpy
from mathutils import Matrix
from rv.engine.adjust import Changes
from rv.sample.side import MEMBERS, SideRenders
from support import GREY, HANDLER, FileCase, SampleCase, box, image, passes, scene

DOWN = GREY + "self.camera.set_location((0, 0, 10)).set_fov(90)\n"  # 20 x 20 m, 32 x 32 px
ABOVE = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 10], [0, 0, 0, 1]]
LABELS = {
    "name": "labels",
    "samples": 1,
    "pinhole": True,
    "shutter": False,
    "bounces": 0,
    "transparent_bounces": 1024,
    "alpha_threshold": 0.001,
    "denoise": False,
}

# Everything that noise depends on: many lights, some of them meshes, transparency, a lens, motion.
RICH = scene(
    GREY,
    """
    blender = rv.bpy.context.scene
    blender.render.use_motion_blur = seed % 2 == 0
    self.camera.set_location((0, -9, 3)).point_at(self.objects.empty())
    lens = self.camera.obj.data.dof
    lens.use_dof, lens.focus_distance, lens.aperture_fstop = True, 8.0, 0.3
    for i in range(6):
        paint = self.materials.basic().set_params(
            base_color=(i / 6, 0.5, 1 - i / 6), emission_color=(1, i / 6, 0.2),
            emission_strength=2 * (i % 2), alpha=0.4 if i == 4 else 1,
        )
        ball = self.objects.sphere(radius=0.7).set_location((1.5 * (i % 3) - 1.5, i // 3, 0.3 * i))
        ball.set_material(paint)
        if i < 2:
            ball.keyframe(1, location=(-2, i, 0), visible=True)
            ball.keyframe(3, location=(2, i, 1), visible=True)
    self.lights.area(power=300).set_location((1, 2, 5)).set_size(2)
    """,
)
ROWS = {
    "resolution": [24, 40],
    "camera": {"matrix_world": ABOVE, "fov": [60, 50]},
    "visible": [3, 4],
    "hidden": [2, 3, 5],
    "holdout": True,
    "samples": 1,
    "seed": 5,
    "passes": ["Normal", "CryptoObject"],
    "pinhole": True,
    "shutter": False,
    "bounces": 0,
    "transparent_bounces": 1,
    "alpha_threshold": 0.001,
    "denoise": False,
    "instances": "real",
    "world": False,
}
ALSO = {"holdout": {"hidden": [2, 3, 5]}}


def every_row():
    """A side render for each member, and a view with many."""
    rows = [{"name": f"of_{name}", name: v, **ALSO.get(name, {})} for name, v in ROWS.items()]
    local = {"matrix_local": Matrix.Translation((0.1, 0, 0)), "clip": [0.5, 50]}
    local["matrix_local"] = [list(row) for row in local["matrix_local"]]
    return [*rows, LABELS, {**LABELS, "name": "right", "view": True, "camera": local, "seed": 1}]


def settings_of():
    """All that a side render could have left changed, of the scene and its objects."""
    blender, layer = bpy.context.scene, bpy.context.view_layer
    owners = [blender.render, blender.cycles, layer, layer.cycles, blender.camera.data.dof]
    owners += [blender.camera.data, *bpy.data.objects]
    found = []
    for owner in owners:
        for prop in owner.bl_rna.properties:
            if prop.identifier not in ("filepath", "file_extension") and prop.type in (
                "BOOLEAN",
                "INT",
                "FLOAT",
                "ENUM",
                "STRING",
            ):
                value = getattr(owner, prop.identifier)
                found.append((str(owner), prop.identifier, str(value)))
    return found


class MemberTest(SampleCase):
    """What each member does to the render, on planes seen from above."""

    SCENE = scene(
        DOWN,
        """
        for x, z in ((-5, 0), (5, 0), (5, 2)):
            self.objects.plane(size=4).set_location((x, 0, z))
        """,
    )

    def side(self, script=None, **members):
        """Passes and entry of a side render of the scene."""
        line, out = self.request(script or self.SCENE)
        reply = self.ask(line, renders=[{"name": "a", **members}])
        self.assertTrue(reply["ok"], reply)
        self.out, entry = out, reply["record"]["renders"]["a"]
        exr = passes(out, entry["files"]["passes"])
        return exr, entry, exr.plane(entry["channels"]["index"])

    def test_hidden_is_away(self):
        _, _, rows = self.side(hidden=[4])
        self.assertEqual({v for row in rows for v in row}, {0, 2, 3})
        self.assertIsNotNone(box(rows, 3))

    def test_visible_alone_shows_its_whole_shape(self):
        exr, entry, rows = self.side(visible=[3])
        self.assertEqual({v for row in rows for v in row}, {0, 3})
        self.assertEqual(box(rows, 3), (21, 13, 26, 18))
        self.assertEqual(exr.plane(entry["channels"]["depth"])[16][24], 10)
        self.assertEqual({v for row in self.side(visible=[])[2] for v in row}, {0})

    def test_away_casts_no_shadow_and_is_no_mirror_image(self):
        lit = scene(
            "self.world = rv.BasicWorld().set_params(strength=0)\n"
            "self.camera.set_location((0, 0, 10)).set_fov(40)\n"
            "self.lights.sun(power=5)\n"
            "self.objects.plane(size=30)\n"
            "self.objects.plane(size=30).set_location((0, 0, 20))"
        )
        exr, _, _ = self.side(lit)
        self.assertEqual(exr.plane("ViewLayer.Combined.R")[16][16], 0)
        exr, _, _ = self.side(lit, hidden=[3])
        self.assertGreater(exr.plane("ViewLayer.Combined.R")[16][16], 0.1)

    def test_holdout_still_hides(self):
        for members in ({"hidden": [4]}, {"visible": [2, 3]}):
            self.assertEqual(self.side(**members)[2][16][24], 3)
            exr, entry, rows = self.side(**members, holdout=True)
            self.assertEqual((rows[16][21], rows[16][24], rows[16][8]), (3, 0, 2))
            self.assertEqual(exr.plane("ViewLayer.Combined.A")[16][24], 0)

    def test_what_is_away_is_so_whatever_keys_say(self):
        script = scene(
            DOWN,
            "p = self.objects.plane(size=4)\n"
            "p.keyframe(1, location=(0, 0, 0), visible=True)\n"
            "p.keyframe(2, location=(0, 0, 0), visible=True)",
        )
        self.assertEqual({v for row in self.side(script, hidden=[2])[2] for v in row}, {0})

    def test_resolution(self):
        exr, entry, rows = self.side(resolution=[64, 48])
        self.assertEqual((exr.width, exr.height), (64, 48))
        self.assertEqual(entry["resolution"], [64, 48])
        self.assertEqual(entry["camera"]["K"], [[32, 0, 32], [0, 32, 24], [0, 0, 1]])
        self.assertEqual(box(rows, 2), (10, 18, 21, 29))

    def test_passes(self):
        exr, entry, _ = self.side(passes=["Normal", "CryptoObject"])
        self.assertEqual(sorted(entry["channels"]), ["crypto_object", "depth", "index", "normal"])
        listed = {c for v in entry["channels"].values() for c in ([v] if isinstance(v, str) else v)}
        self.assertEqual(set(exr.types) - listed, {f"ViewLayer.Combined.{c}" for c in "RGBA"})
        self.assertEqual([exr.plane(n)[16][8] for n in entry["channels"]["normal"]], [0, 0, 1])

    def test_seed_and_samples(self):
        noisy = scene(
            DOWN,
            "self.lights.area(power=900).set_size(9).set_location((6, 0, 6))",
            "self.objects.sphere(radius=3)",
        )

        def red(**members):
            return self.side(noisy, **members)[0].plane("ViewLayer.Combined.R")

        self.assertTrue(red() == passes(self.out).plane("ViewLayer.Combined.R"))
        self.assertFalse(red(seed=7) == red())
        self.assertTrue(red(seed=7) == red(seed=7))
        self.assertFalse(red(samples=8) == red())

    def test_bounces(self):
        closed = scene(
            "self.world = rv.BasicWorld().set_params(strength=0)\n"
            "self.lights.area(power=90).set_size(3).set_location((0, 0, 4))\n"
            "self.lights.lights[-1].set_rotation(rv.Euler((0, 3.14159, 0)))\n"
            "self.camera.set_location((0, 0, 3)).set_fov(40)\n"
            "self.objects.plane(size=9)\n"
            "self.objects.plane(size=9).set_location((0, 0, 9))"
        ).replace("self.lights.lights[-1].set_rotation", "self.generated_lights[-1].set_rotation")
        closed = closed.replace("rv.Euler", "rv.mathutils.Euler")
        exr, _, _ = self.side(closed, bounces=0, samples=16)
        self.assertEqual(exr.plane("ViewLayer.Combined.R")[16][16], 0)
        exr, _, _ = self.side(closed, bounces=3, samples=16)
        self.assertGreater(exr.plane("ViewLayer.Combined.R")[16][16], 0)

    def test_transparent_bounces(self):
        stack = scene(
            DOWN,
            """
            clear = self.materials.basic().set_params(alpha=0.0)
            for i in range(12):
                self.objects.plane(size=19).set_location((0, 0, 1 + i / 10)).set_material(clear)
            self.objects.plane(size=30)
            """,
        )
        _, _, rows = self.side(stack, transparent_bounces=1024)
        self.assertEqual({v for row in rows for v in row}, {14})
        rows = passes(self.out).plane("ViewLayer.IndexOB.X")
        self.assertNotEqual({v for row in rows for v in row}, {14})

    def test_alpha_threshold(self):
        faint = scene(
            DOWN,
            "paint = self.materials.basic().set_params(alpha=0.2)\n"
            "self.objects.plane(size=40).set_material(paint)",
        )
        _, _, rows = self.side(faint, alpha_threshold=0.001)
        self.assertEqual({v for row in rows for v in row}, {2})
        rows = passes(self.out).plane("ViewLayer.IndexOB.X")
        self.assertEqual({v for row in rows for v in row}, {0, 2})

    def test_pinhole(self):
        near = scene(
            DOWN,
            "lens = self.camera.obj.data.dof\n"
            "lens.use_dof, lens.focus_distance, lens.aperture_fstop = True, 2.0, 0.02\n"
            "self.objects.plane(size=10)",
        )
        _, _, rows = self.side(near, pinhole=True)
        self.assertEqual(box(rows, 2), (8, 8, 23, 23))
        self.assertEqual(sum(v == 2 for row in rows for v in row), 16 * 16)
        rows = passes(self.out).plane("ViewLayer.IndexOB.X")
        self.assertNotEqual(sum(v == 2 for row in rows for v in row), 16 * 16)

    def test_shutter(self):
        fast = scene(
            DOWN,
            """
            rv.bpy.context.scene.render.use_motion_blur = True
            fast = self.objects.plane(size=5)
            fast.keyframe(0, location=(-5, 0, 0)).keyframe(2, location=(5, 0, 0))
            self.set_frames(1, 2)
            """,
        )
        line, out = self.request(fast)
        reply = self.ask(line, renders=[{**LABELS, "passes": ["Vector"]}])
        self.assertTrue(reply["ok"], reply)
        entry = reply["record"]["renders"]["labels"]
        exr = passes(out, entry["files"]["passes"][0])
        rows = exr.plane(entry["channels"]["index"])
        self.assertEqual(box(rows, 2), (12, 12, 19, 19))
        vector = [exr.plane(name)[16][16] for name in entry["channels"]["vector"]]
        for value, expected in zip(vector, (-8, 0, -8, 0)):
            self.assertAlmostEqual(value, expected, delta=0.01)
        rows = passes(out, "passes/000001.exr").plane("ViewLayer.IndexOB.X")
        self.assertNotEqual(sum(v == 2 for row in rows for v in row), 64)

    def test_what_is_given_with_null_is_as_in_the_picture(self):
        given = {name: None for name in ("camera", "samples", "passes", "hidden", "view", "image")}
        exr, entry, _ = self.side(**given)
        self.assertEqual(exr.chunks, passes(self.out).chunks)
        self.assertEqual(sorted(entry), ["channels", "files"])


class CameraTest(SampleCase):
    def view(self, camera, script=None, **members):
        """Record and entry of a view, the index map of which goes along."""
        line, out = self.request(script or scene(DOWN, "self.objects.plane(size=4)"))
        view = {"name": "v", "view": True, "camera": camera, **members}
        reply = self.ask(line, renders=[view])
        self.assertTrue(reply["ok"], reply)
        self.out, (entry,) = out, reply["record"]["views"]
        exr = passes(out, entry["files"]["passes"])
        return reply["record"], entry, exr.plane(entry["channels"]["index"])

    def close(self, found, expected):
        """Asserts that two matrices are the same but for what 32-bit floats lose."""
        for row, other in zip(found, expected):
            for value, wanted in zip(row, other):
                self.assertAlmostEqual(value, wanted, delta=1e-4)

    def test_files(self):
        record, entry, _ = self.view(None)
        names = {"image": "views/v/Image.png", "passes": "views/v/passes.exr"}
        self.assertEqual(entry["files"], names)
        self.assertEqual(entry["camera"], record["camera"])
        self.assertEqual(image(self.out, names["image"]).rows, image(self.out).rows)
        self.assertEqual(passes(self.out, names["passes"]).chunks, passes(self.out).chunks)

    def test_matrix_world(self):
        moved = [[1, 0, 0, 5], [0, 1, 0, 0], [0, 0, 1, 10], [0, 0, 0, 1]]
        record, entry, rows = self.view({"matrix_world": moved})
        self.assertEqual(entry["camera"]["matrix_world"], moved)
        (camera, plane) = record["objects"]
        self.assertEqual([o["index"] for o in entry["objects"]], [2])
        for seen, own in zip(entry["objects"][0]["box3d"]["pixels"], plane["box3d"]["pixels"]):
            self.assertAlmostEqual(seen[0], own[0] - 8, delta=1e-4)
            self.assertAlmostEqual(seen[1], own[1], delta=1e-4)
        self.assertEqual(entry["camera"]["K"], record["camera"]["K"])
        self.assertEqual(entry["camera"]["name"], "v")
        self.assertEqual(box(rows, 2), (5, 13, 10, 18))

    def test_a_records_camera_gives_the_same_view(self):
        tilted = scene(
            GREY,
            "self.camera.set_location((3, -4, 5)).point_at(self.objects.cube()).set_fov(51)\n"
            "self.camera.obj.data.shift_x = 0.07",
        )
        record, _ = self.render(tilted)
        _, entry, _ = self.view(record["camera"], tilted)
        self.close(entry["camera"]["K"], record["camera"]["K"])
        self.close(entry["camera"]["matrix_world"], record["camera"]["matrix_world"])
        self.assertEqual(entry["camera"]["clip"], record["camera"]["clip"])
        self.assertEqual(entry["camera"]["name"], record["camera"]["name"])

    def test_lengths_are_metres(self):
        for kind in ("PERSP", "ORTHO"):
            script = scene(
                DOWN,
                f"self.camera.obj.data.type = '{kind}'",
                "rv.bpy.context.scene.unit_settings.scale_length = 0.25",
                "self.objects.plane(size=4).set_location((1, 2, 0))",
            )
            record, entry, _ = self.view({"matrix_world": ABOVE}, script)
            self.assertEqual(entry["camera"]["matrix_world"], ABOVE)
            record, entry, rows = self.view(record["camera"], script)
            self.assertEqual(entry["camera"], record["camera"])
            self.assertEqual(entry["camera"]["matrix_world"][2][3], 2.5)
            own = passes(self.out).plane(record["channels"]["index"])
            self.assertEqual(rows, own)
            local = [list(row) for row in ABOVE]
            local[0][3], local[2][3] = 0.25, 0
            _, entry, _ = self.view({"matrix_local": local}, script)
            self.assertEqual(entry["camera"]["matrix_world"][0][3], 0.25)

    def test_intrinsics(self):
        matrix = [[20, 0, 10], [0, 40, 12], [0, 0, 1]]
        camera = {"matrix_world": ABOVE, "K": matrix, "clip": [0.5, 30]}
        _, entry, rows = self.view(camera, resolution=[48, 40])
        self.close(entry["camera"]["K"], matrix)
        self.assertEqual(entry["camera"]["clip"], [0.5, 30])
        self.assertEqual(box(rows, 2), (6, 4, 13, 19))  # 10 +- 4, 12 +- 8
        wide = {"matrix_world": ABOVE, "fov": [90, 2 * math.degrees(math.atan(0.5))]}
        _, entry, rows = self.view(wide, resolution=[32, 32])
        self.close(entry["camera"]["K"], [[16, 0, 16], [0, 32, 16], [0, 0, 1]])

    def test_orthographic(self):
        camera = {"matrix_world": ABOVE, "type": "ORTHO", "ortho_scale": 8}
        _, entry, rows = self.view(camera)
        self.assertEqual((entry["camera"]["type"], entry["camera"]["ortho_scale"]), ("ORTHO", 8))
        self.assertEqual(box(rows, 2), (8, 8, 23, 23))

    def test_local_goes_along(self):
        script = scene(
            DOWN,
            """
            self.objects.plane(size=4)
            self.camera.set_scale(2)
            self.camera.keyframe(1, location=(0, 0, 10)).keyframe(3, location=(4, 0, 10))
            self.set_frames(1, 3)
            """,
        )
        local = [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
        line, out = self.request(script, passes=["Vector"])
        reply = self.ask(
            line, renders=[{"name": "r", "view": True, "camera": {"matrix_local": local}}]
        )
        self.assertTrue(reply["ok"], reply)
        (entry,) = reply["record"]["views"]
        self.assertEqual(entry["camera"]["matrix_world"][0], [1, 0, 0, 1])
        places = [f.get("camera", entry["camera"])["matrix_world"][0][3] for f in entry["frames"]]
        self.assertEqual(places, [1, 3, 5])
        self.assertEqual([f["frame"] for f in entry["frames"]], [1, 2, 3])
        left = [f["objects"][0]["box3d"]["pixels"][0][0] for f in entry["frames"]]
        for value, place in zip(left, places):
            self.assertAlmostEqual(value, 16 - 1.6 * (2 + place), delta=1e-4)
        names = [f"views/r/frames/{frame:06d}.png" for frame in (1, 2, 3)]
        self.assertEqual(entry["files"]["image"], names)
        for i, name in enumerate(entry["files"]["passes"]):
            exr = passes(out, name)
            self.assertEqual(
                box(exr.plane(entry["channels"]["index"]), 2)[0], 13 - round(1.6 * places[i])
            )
        exr = passes(out, entry["files"]["passes"][1])
        self.assertAlmostEqual(exr.plane(entry["channels"]["vector"][0])[16][12], 3.2, delta=0.01)


class FileViewTest(FileCase):
    def test_a_marker_does_not_take_the_view_back(self):
        blender = self.begin()
        self.cube()
        other = self.add("Other", self.camera.data, (2, 0, 10))
        for frame, camera in ((1, self.camera), (2, other)):
            blender.timeline_markers.new(camera.name, frame=frame).camera = camera
        path = self.save()
        moved = [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 10], [0, 0, 0, 1]]
        line, out = self.request(path, frames="1..2", resolution=None, samples=None)
        reply = self.ask(
            line, renders=[{"name": "v", "view": True, "camera": {"matrix_world": moved}}]
        )
        self.assertTrue(reply["ok"], reply)
        record = reply["record"]
        self.assertEqual(record["frames"][1]["camera"]["name"], "Other")
        (entry,) = record["views"]
        self.assertFalse(any("camera" in frame for frame in entry["frames"]))
        for name in entry["files"]["passes"]:
            self.assertEqual(
                box(passes(out, name).plane(entry["channels"]["index"]), 1), (8, 12, 15, 19)
            )

    def test_instances_go_with_what_they_are_of(self):
        self.begin()
        source = bpy.data.collections.new("Source")
        cube = self.cube(size=1)
        bpy.context.scene.collection.objects.unlink(cube)
        source.objects.link(cube)
        for x in (-2, 2):
            empty = self.add(f"At {x}", None, (x, 0, 0))
            empty.instance_type, empty.instance_collection = "COLLECTION", source
        self.cube("Other", (0, 2, 0), 1)
        path = self.save()
        line, out = self.request(path, resolution=None, samples=None)
        renders = [{"name": "a", "hidden": [1]}, {"name": "b", "visible": [1]}]
        reply = self.ask(line, renders=renders)
        self.assertTrue(reply["ok"], reply)
        self.assertEqual(reply["record"]["objects"][0]["name"], "Cube")
        found = {}
        for name, entry in reply["record"]["renders"].items():
            rows = passes(out, entry["files"]["passes"]).plane(entry["channels"]["index"])
            found[name] = {v for row in rows for v in row}
        self.assertEqual(found, {"a": {0, 2}, "b": {0, 1}})


class SameTest(SampleCase):
    """What is rendered, and what stays as it was."""

    def test_every_member_is_tried(self):
        of_requests = [name for name, member in MEMBERS.items() if member.check is not None]
        self.assertEqual(sorted(ROWS), sorted(of_requests))

    def stable(self, out, record):
        """Picture and passes of a sample."""
        files = record["files"]
        names = {role: v if isinstance(v, list) else [v] for role, v in files.items()}
        images = [image(out, name).rows for name in names["image"]]
        return images, [passes(out, name).stable() for name in names["passes"]]

    def test_the_picture_is_the_same(self):
        for seed in (1, 2):  # 2: with motion blur
            for frames in (None, "1..3"):
                with self.subTest(seed=seed, frames=frames):
                    given = {"seed": seed, "samples": 2, **({"frames": frames} if frames else {})}
                    record, out = self.render(RICH, **given)
                    line, side_out = self.request(RICH, **given)
                    reply = self.ask(line, renders=every_row())
                    self.assertTrue(reply["ok"], reply)
                    found = dict(reply["record"])
                    entries = {**found.pop("renders"), "right": found.pop("views")[0]}
                    self.assertEqual(found, record)
                    self.assertEqual(self.stable(side_out, found), self.stable(out, record))
                    again, again_out = self.render(RICH, **given)  # the next sample
                    self.assertEqual(self.stable(again_out, again), self.stable(out, record))
                    for entry in entries.values():
                        names = entry["files"]["passes"]
                        for name in names if frames else [names]:
                            self.assertTrue(os.path.isfile(os.path.join(side_out, name)))

    def test_a_view_is_the_same_after_any_other(self):
        view = {"name": "right", "view": True, "camera": {"matrix_world": ABOVE}}
        line, alone = self.request(RICH, samples=2)
        reply = self.ask(line, renders=[view])
        (name,) = [entry["files"]["passes"] for entry in reply["record"]["views"]]
        for render in ({"name": "dark", "world": False}, {"name": "few", "visible": [3]}, LABELS):
            line, out = self.request(RICH, samples=2)
            reply = self.ask(line, renders=[render, view])
            self.assertTrue(reply["ok"], reply)
            with self.subTest(render["name"]):
                self.assertEqual(passes(alone, name).stable(), passes(out, name).stable())

    def test_each_render_is_the_same_alone(self):
        # Labels after a render without a world have other light on 5.2, which nobody looks at.
        renders = [render for render in every_row() if render["name"] != "of_world"]
        line, out = self.request(RICH, samples=2)
        reply = self.ask(line, renders=renders)
        self.assertTrue(reply["ok"], reply)
        for render in renders:
            line, alone = self.request(RICH, samples=2)
            other = self.ask(line, renders=[render])
            self.assertTrue(other["ok"], other)
            with self.subTest(render["name"]):
                if "renders" in other["record"]:
                    entry = other["record"]["renders"][render["name"]]
                    self.assertEqual(entry, reply["record"]["renders"][render["name"]])
                else:
                    (entry,) = other["record"]["views"]
                name = entry["files"]["passes"]
                self.assertEqual(passes(alone, name).stable(), passes(out, name).stable())

    def test_every_setting_is_put_back(self):
        seen, draw = [], SideRenders.draw

        def watched(sides, *arguments):
            before = settings_of()
            draw(sides, *arguments)
            seen.append((before, settings_of()))

        line, _ = self.request(RICH)
        with mock.patch.object(SideRenders, "draw", watched):
            reply = self.ask(line, renders=every_row())
        self.assertTrue(reply["ok"], reply)
        ((before, after),) = seen
        self.assertEqual(before, after)

    def test_what_fails_is_put_back_and_named(self):
        line, _ = self.request(RICH)
        line = json.loads(line)
        os.makedirs(os.path.join(line["out"], "renders", "labels.exr"))  # nothing can be written
        before, draw = [], SideRenders.draw

        def watched(*arguments):
            before.extend(settings_of())
            draw(*arguments)

        with mock.patch.object(SideRenders, "draw", watched):
            reply = self.ask(json.dumps(line), renders=[LABELS])
        self.assertEqual(settings_of(), before)
        self.assertEqual(reply["error"]["code"], "render_error", reply)
        self.assertTrue(reply["error"]["message"].startswith("renders.labels: "), reply)

    def test_changes_go_back_last_first(self):
        blender = bpy.context.scene
        with self.assertRaises(ZeroDivisionError), Changes() as changes:
            samples = blender.cycles.samples
            changes.set(blender.cycles, "samples", 11)
            changes.set(blender.cycles, "samples", 12)
            self.assertEqual(blender.cycles.samples, 12)
            raise ZeroDivisionError
        self.assertEqual(blender.cycles.samples, samples)
        with self.assertRaisesRegex(ValueError, "Blender makes 1024 of max_bounces 5000"):
            with Changes() as changes:
                changes.set(blender.cycles, "max_bounces", 5000)


class SequenceTest(SampleCase):
    """Frames that were kept have their side renders, too."""

    SCRIPT = scene(
        DOWN,
        "plane = self.objects.plane(size=4)",
        "plane.keyframe(1, location=(0, 0, 0)).keyframe(4, location=(3, 0, 0))",
        "self.set_frames(1, 4)",
    )
    RENDERS = ({**LABELS, "image": True}, {"name": "v", "view": True, "hidden": [2]})

    def attempt(self, renders=RENDERS, **members):
        line, out = self.request(self.SCRIPT)
        store = {"dir": os.path.join(self.scratch, "store"), "key": "k"}
        return self.ask(line, resume=store, renders=renders, **members), out

    def test_files(self):
        reply, out = self.attempt()
        self.assertTrue(reply["ok"], reply)
        found = []
        for folder, _, names in os.walk(out):
            found += [os.path.relpath(os.path.join(folder, name), out) for name in names]
        record, wanted = reply["record"], []
        for files in (
            record["files"],
            record["renders"]["labels"]["files"],
            record["views"][0]["files"],
        ):
            wanted += [name for names in files.values() for name in names]
        self.assertEqual(sorted(found), sorted(wanted))
        self.assertIn("renders/labels/000001.exr", found)
        self.assertIn("renders/labels-image/000004.png", found)
        self.assertIn("views/v/frames/000002.png", found)
        rows = passes(out, "renders/labels/000004.exr").plane(record["channels"]["index"])
        self.assertEqual(box(rows, 2), (18, 13, 23, 18))

    def test_goes_on_where_it_stopped(self):
        whole, out = self.attempt()
        tell = HANDLER._tell

        def lost(what, number):
            if (what, number) == ("frame", 2):
                raise RuntimeError("lost")

        HANDLER._tell = lost
        self.addCleanup(setattr, HANDLER, "_tell", tell)
        self.assertFalse(self.attempt()[0]["ok"])
        HANDLER._tell = tell
        self.assertFalse(self.attempt(assist=True)[0]["record"])
        reply, again = self.attempt()
        self.assertTrue(reply["ok"], reply)
        self.assertEqual(reply["run"]["frames_kept"], 3)  # 1 and 2, and one of the helper
        self.assertEqual(reply["record"], whole["record"])
        for name in ("renders/labels/000003.exr", "views/v/passes/000001.exr", "passes/000002.exr"):
            self.assertEqual(passes(again, name).stable(), passes(out, name).stable())

    def test_frames_of_other_renders_are_not_taken(self):
        tell = HANDLER._tell
        self.addCleanup(setattr, HANDLER, "_tell", tell)
        HANDLER._tell = lambda what, number: 1 / (number != 2)
        self.assertFalse(self.attempt()[0]["ok"])
        HANDLER._tell = tell
        reply, _ = self.attempt([{**LABELS, "image": True, "seed": 9}, self.RENDERS[1]])
        self.assertTrue(reply["ok"], reply)
        self.assertNotIn("frames_kept", reply["run"])

    def test_passes_of_one_render_are_not_those_of_another(self):
        """Cryptomatte and motion, which Blender keeps where it should not."""
        fast = scene(
            DOWN,
            """
            fast = self.objects.plane(size=5)
            fast.keyframe(0, location=(-5, 0, 0)).keyframe(2, location=(5, 0, 0))
            self.set_frames(0, 1)
            """,
        )
        wanted = [["CryptoObject"], ["Normal"], ["Vector"], [], ["Vector", "CryptoAsset"], []]
        renders = [{"name": f"r{i}", "passes": names} for i, names in enumerate(wanted)]
        line, out = self.request(fast)
        reply = self.ask(line, renders=renders)
        self.assertTrue(reply["ok"], reply)
        for render in renders:
            line, other = self.request(fast)
            entry = self.ask(line, renders=[render])["record"]["renders"][render["name"]]
            for channels in entry["channels"].values():
                for channel in [channels] if isinstance(channels, str) else channels:
                    for name in entry["files"]["passes"]:
                        found = [passes(at, name).plane(channel) for at in (out, other)]
                        self.assertEqual(*found, (name, channel))
        plain, other = self.render(fast)
        for name in plain["files"]["passes"]:
            self.assertEqual(passes(out, name).stable(), passes(other, name).stable(), name)


class RequestTest(SampleCase):
    """Where renders are asked for, and what is refused."""

    SCRIPT = scene(DOWN, "self.objects.plane(size=4)")

    def test_of_the_record_and_of_the_request(self):
        line, out = self.request(self.SCRIPT, record={"blend": {"renders": [{"name": "b"}]}})
        reply = self.ask(line, renders=[{"name": "a", "image": True}])
        self.assertTrue(reply["ok"], reply)
        self.assertEqual(list(reply["record"]["renders"]), ["a", "b"])
        self.assertNotIn("views", reply["record"])
        names = {"image": "renders/a-image.png", "passes": "renders/a.exr"}
        self.assertEqual(reply["record"]["renders"]["a"]["files"], names)
        self.assertEqual(image(out, names["image"]).rows, image(out).rows)
        self.assertEqual(
            sorted(os.listdir(os.path.join(out, "renders"))), ["a-image.png", "a.exr", "b.exr"]
        )

    def test_none(self):
        for renders in ([], None):
            line, _ = self.request(self.SCRIPT)
            self.assertNotIn("renders", self.ask(line, renders=renders)["record"])

    def test_dry_run(self):
        line, out = self.request(self.SCRIPT, dry_run=True)
        reply = self.ask(line, renders=[{"name": "v", "view": True, "resolution": [8, 8]}])
        self.assertTrue(reply["ok"], reply)
        self.assertEqual(
            reply["record"]["views"][0]["camera"]["K"], [[4, 0, 4], [0, 4, 4], [0, 0, 1]]
        )
        self.assertEqual(os.listdir(out), [])

    def test_values(self):
        pose = {"matrix_world": ABOVE}
        wrong = (
            (7, "renders[0] is 7, it must be an object"),
            ({}, "renders[0].name is None, it must be a letter"),
            ({"name": "A"}, "renders[0].name is 'A', it must be a letter and up to 63 more"),
            ({"name": "a" * 65}, "renders[0].name is 'aaa"),
            ({"name": "../a"}, "renders[0].name is '../a'"),
            ({"samples": 0}, "renders.a.samples is 0, it must be a whole number in 1 to 16777216"),
            ({"samples": 1.5}, "renders.a.samples is 1.5"),
            ({"samples": True}, "renders.a.samples is True"),
            ({"seed": -1}, "renders.a.seed is -1, it must be a whole number in 0 to 2147483647"),
            (
                {"bounces": 1025},
                "renders.a.bounces is 1025, it must be a whole number in 0 to 1024",
            ),
            ({"transparent_bounces": -1}, "renders.a.transparent_bounces is -1"),
            ({"alpha_threshold": 2}, "renders.a.alpha_threshold is 2, it must be in 0 to 1"),
            ({"view": 1}, "renders.a.view is 1, it must be true or false"),
            ({"image": "png"}, "renders.a.image is 'png'"),
            ({"pinhole": None, "shutter": 0}, "renders.a.shutter is 0"),
            (
                {"resolution": [3, 3]},
                "renders.a.resolution[0] is 3, it must be a whole number in 4 to",
            ),
            ({"visible": 1}, "renders.a.visible is 1, it must be a list of indices"),
            ({"hidden": [0]}, "renders.a.hidden[0] is 0, it must be a whole number in 1 to 65535"),
            ({"hidden": [], "visible": []}, "renders.a has both visible and hidden"),
            ({"holdout": True}, "renders.a.holdout is of no use"),
            ({"passes": ["Colour"]}, "renders.a.passes: there is no pass 'Colour'"),
            ({"passes": "Normal"}, "renders.a.passes is 'Normal', it must be a list of names"),
            ({"instances": True}, "renders.a.instances is True"),
            ({"speed": 1}, "renders.a has an unknown member 'speed', the members are: alpha_thr"),
            ({"camera": []}, "renders.a.camera is [], it must be an object"),
            ({"camera": {}}, "renders.a.camera must have either matrix_world or matrix_local"),
            ({"camera": {**pose, "matrix_local": ABOVE}}, "must have either"),
            ({"camera": {"matrix_world": ABOVE[:3]}}, "matrix_world is [[1, 0, 0, 0]"),
            ({"camera": {"matrix_world": [[0] * 4] * 4}}, "column 0 is zero, it must be an axis"),
            ({"camera": {"matrix_world": [[-1, 0, 0, 0], *ABOVE[1:]]}}, "right-handed axes"),
            ({"camera": {"matrix_world": [[1, 1, 0, 0], *ABOVE[1:]]}}, "axes at right angles"),
            (
                {"camera": {**pose, "K": [[1, 2, 3], [0, 1, 1], [0, 0, 1]]}},
                "camera.K is [[1, 2, 3]",
            ),
            ({"camera": {**pose, "fov": [180, 9]}}, "camera.fov is [180, 9]"),
            (
                {"camera": {**pose, "clip": [2, 1]}},
                "camera.clip is [2, 1], it must be 0 < near < far",
            ),
            (
                {"camera": {**pose, "type": "ORTHO", "fov": [9, 9]}},
                "is of the type PERSP, not ORTHO",
            ),
            ({"camera": {**pose, "type": "FISH"}}, "one of PERSP, ORTHO, PANO"),
            ({"camera": {**pose, "ortho_scale": 0}}, "camera.ortho_scale is 0, it must be in"),
        )
        for members, text in wrong:
            render = {"name": "a", **members} if isinstance(members, dict) and members else members
            with self.subTest(text):
                line, _ = self.request(self.SCRIPT)
                error = self.ask(line, renders=[render])["error"]
                self.assertEqual(error["code"], "bad_request", error)
                self.assertIn(text, error["message"])
                line, _ = self.request(self.SCRIPT, record={"blend": {"renders": [render]}})
                error = self.ask(line)["error"]
                self.assertEqual(error["code"], "scene_error", error)
                self.assertIn(text, error["message"])
                self.assertIn("blend.renders", error["message"])

    def test_lists(self):
        line, _ = self.request(self.SCRIPT)
        error = self.ask(line, renders={"name": "a"})["error"]
        self.assertEqual(error["code"], "bad_request")
        line, _ = self.request(self.SCRIPT, record={"blend": {"renders": [{"name": "a"}]}})
        error = self.ask(line, renders=[{"name": "a"}])["error"]
        self.assertEqual(error["code"], "scene_error")
        self.assertIn("blend.renders[0].name is 'a', as of another render", error["message"])

    def test_what_the_scene_does_not_have(self):
        pose = {"matrix_world": ABOVE}
        blurred = scene(DOWN, "rv.bpy.context.scene.render.use_motion_blur = True")
        wrong = (
            (
                self.SCRIPT,
                {"visible": [2, 3]},
                "renders.a: visible[1] is 3, objects of the scene have: 1, 2",
            ),
            (self.SCRIPT, {"camera": {**pose, "type": "PANO"}}, "renders.a: type is PANO"),
            (self.SCRIPT, {"camera": {**pose, "type": "ORTHO"}}, "renders.a: type is ORTHO"),
            (
                self.SCRIPT,
                {"camera": {**pose, "fov": [179, 179]}},
                "renders.a: Blender makes 1.0 of lens",
            ),
            (blurred, {"passes": ["Vector"]}, "renders.a: its pass Vector is all zeros"),
        )
        for script, members, text in wrong:
            with self.subTest(text):
                line, out = self.request(script)
                error = self.ask(line, renders=[{"name": "a", **members}])["error"]
                self.assertEqual(error["code"], "scene_error", error)
                self.assertIn(text, error["message"])
                self.assertEqual(os.listdir(out), [])
