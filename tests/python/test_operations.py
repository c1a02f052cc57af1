# SPDX-License-Identifier: MIT
"""What command and record do to a .blend file, each operation against an answer that is known."""

import json
import math
import os

import addon_utils
import bpy
from mathutils import Euler, Matrix
from rv.engine import compat
from rv.plain import frames
from rv.plain.errors import SceneError
from rv.plain.limits import IMAGE_KINDS
from rv.sample import poses
from rv.sample.settings import Settings, of_command, of_sample
from support import GREY, Exr, FileCase, SampleCase, box, image, passes, scene

INDEX = "ViewLayer.IndexOB.X"
IDENTITY = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]


def place(x=0.0, y=0.0, z=0.0):
    """A pose that looks down, as rows."""
    return [[1, 0, 0, x], [0, 1, 0, y], [0, 0, 1, z], [0, 0, 0, 1]]


class OperationCase(FileCase):
    def near(self, found, expected, delta=1e-4):
        """Asserts that numbers, in lists of lists, are equal but for rounding."""
        if isinstance(expected, dict):
            self.assertEqual(list(found), list(expected))
            self.near(list(found.values()), list(expected.values()), delta)
        elif isinstance(expected, (list, tuple)):
            self.assertEqual(len(found), len(expected), f"{found} {expected}")
            for a, b in zip(found, expected):
                self.near(a, b, delta)
        else:
            self.assertAlmostEqual(found, expected, delta=delta)

    def track(self, path, which="Cube", **blend):
        """Frame to x of an object's place, of a sequence."""
        record, _ = self.open(path, {"blend": blend}, dry_run=True)
        if which == "camera":
            first, entries = record["camera"], [f.get("camera") for f in record["frames"]]
            return {
                f["frame"]: (e or first)["matrix_world"][0][3]
                for f, e in zip(record["frames"], entries)
            }
        first = {o["name"]: o for o in record["objects"]}[which]
        found = {}
        for frame in record["frames"]:
            moved = {o["index"]: o for o in frame.get("objects", ())}
            found[frame["frame"]] = moved.get(first["index"], first)["location"][0]
        return found


class PictureTest(OperationCase):
    def emitter(self):
        """A file that shows nothing but an even light of (2.5, 0.5, 0.125)."""
        blender = self.begin()
        blender.view_settings.view_transform = "Standard"
        blender.render.dither_intensity = 0
        node = compat.use_nodes(blender.world).nodes["Background"]
        node.inputs["Color"].default_value = (1.0, 0.2, 0.05, 1.0)
        node.inputs["Strength"].default_value = 2.5
        return self.save()

    def test_png(self):
        path = self.emitter()
        srgb = [
            v * 12.92 if v <= 0.0031308 else 1.055 * min(v, 1.0) ** (1 / 2.4) - 0.055
            for v in (2.5, 0.5, 0.125)
        ]
        for depth in (8, 16):
            for color, channels in (("RGB", 3), ("RGBA", 4)):
                blend = {"image": {"format": "PNG", "depth": depth, "color": color}}
                record, out = self.open(path, {"blend": blend})
                self.assertEqual(record["files"]["image"], "Image.png")
                found = image(out)
                self.assertEqual((found.depth, found.color), (depth, {3: 2, 4: 6}[channels]))
                top = 2**depth - 1
                row = [v / top for v in found.values(0)]
                expected = [min(v, 1.0) for v in srgb] + [1.0] * (channels - 3)
                self.near(row[:channels], expected, 1.6 / 255 if depth == 8 else 2e-3)
        record, out = self.open(path, {"blend": {"image": {"color": "BW"}}})
        self.assertEqual(image(out).channels, 1)

    def test_exr(self):
        """Scene-linear, whatever the view makes of it."""
        path = self.emitter()
        for depth, code in ((16, ("e", 2)), (32, ("f", 4))):
            blend = {"image": {"format": "OPEN_EXR", "depth": depth, "color": "RGB"}}
            record, out = self.open(path, {"blend": blend})
            self.assertEqual(record["files"]["image"], "Image.exr")
            self.assertEqual(sorted(os.listdir(out)), ["Image.exr", "passes.exr"])
            exr = Exr(os.path.join(out, "Image.exr"))
            self.assertEqual(exr.types, dict.fromkeys("RGB", code))
            self.near([exr.plane(c)[20][5] for c in "RGB"], [2.5, 0.5, 0.125], 1e-3)

    def test_exr_sequence(self):
        blend = {"image": {"format": "OPEN_EXR"}, "frames": "2..3"}
        record, out = self.open(self.emitter(), {"blend": blend})
        self.assertEqual(record["files"]["image"], ["frames/000002.exr", "frames/000003.exr"])
        self.assertTrue(os.path.isfile(os.path.join(out, "frames/000003.exr")))

    def test_every_still_format(self):
        """As this Blender writes it; twice the same, though the clock goes on."""
        path = self.emitter()
        starts = {
            "JPEG": b"\xff\xd8\xff",
            "WEBP": b"RIFF",
            "TIFF": b"II*\0",
            "HDR": b"#?RADIANCE",
            "BMP": b"BM",
            "JPEG2000": b"\0\0\0\x0cjP",
        }
        kinds = bpy.context.scene.render.image_settings.bl_rna.properties["file_format"]
        known = {item.identifier for item in kinds.enum_items}
        stills = known - {"AVI_JPEG", "AVI_RAW", "FFMPEG", "OPEN_EXR_MULTILAYER"}
        self.assertLessEqual(stills, set(IMAGE_KINDS))
        for kind, form in IMAGE_KINDS.items():
            if kind == "AVIF" and kind in stills and not self.writes_avif(path):
                continue
            if kind not in stills:
                blend = {"image": {"format": kind}}
                text = f"this Blender writes no {kind}"
                self.fails(path, "render_error", text, record={"blend": blend})
                continue
            for depth in form.depths:
                for color in form.colors:
                    with self.subTest(kind, depth=depth, color=color):
                        blend = {"image": {"format": kind, "depth": depth, "color": color}}
                        written = []
                        for _ in range(2):
                            record, out = self.open(path, {"blend": blend})
                            self.assertEqual(record["files"]["image"], f"Image{form.suffix}")
                            with open(os.path.join(out, f"Image{form.suffix}"), "rb") as file:
                                written.append(file.read())
                        self.assertTrue(written[0].startswith(starts.get(kind, b"")))
                        if kind not in ("PNG", "OPEN_EXR"):  # which rv-blend rids of dates
                            self.assertEqual(written[0], written[1])
                            for word in (b"Blender:", b"cycles.", b"render_time", b"out/"):
                                self.assertNotIn(word, written[0])
                            self.assertNotRegex(written[0], rb"20\d\d[:-]\d\d[:-]\d\d")
                            if kind == "TIFF":
                                self.assertOpens(os.path.join(out, "Image.tif"))
        sizes = []
        for quality in (10, 95):
            blend = {"image": {"format": "JPEG", "quality": quality}, "index": "names"}
            _, out = self.open(self.noisy(), {"blend": blend})
            sizes.append(os.path.getsize(os.path.join(out, "Image.jpg")))
        self.assertLess(sizes[0], sizes[1])

    def assertOpens(self, path):
        """Blender itself reads the file, of which rv rewrote a part."""
        image = bpy.data.images.load(path)
        self.assertGreater(min(image.size), 0)
        bpy.data.images.remove(image)

    def writes_avif(self, path):
        """Some builds of Blender offer it and cannot."""
        record = {"blend": {"image": {"format": "AVIF"}}}
        reply, _ = self.run_sample(path, record=record, resolution=None, samples=None)
        if not reply["ok"]:
            self.assertEqual(reply["error"]["code"], "render_error")
            self.assertIn("Image.avif", reply["error"]["message"])
        return reply["ok"]

    def noisy(self):
        """A file whose picture has detail."""
        self.begin()
        for i in range(9):
            self.cube(f"Cube {i}", (i % 3 * 2 - 2.2, i // 3 * 2 - 2.1, i / 9), size=1)
        return self.save()

    def test_refusals(self):
        for blend, text in (
            ({"image": {"format": "GIF"}}, "blend.image.format is 'GIF', it must be one of PNG"),
            ({"image": {"format": "PNG", "quality": 9}}, "quality is 9, PNG has none"),
            ({"image": {"format": "HDR", "color": "RGBA"}}, "color is RGBA, HDR has BW or RGB"),
            ({"image": {"format": "PNG", "depth": 32}}, "PNG has 8 or 16"),
            ({"image": {"format": "OPEN_EXR", "depth": 8}}, "OPEN_EXR has 16 or 32"),
            ({"image": {"color": "CMYK"}}, "must be one of BW, RGB, RGBA"),
            ({"image": 7}, "the record's blend.image is 7, it must be an object"),
            ({"resolution": [0, 5]}, "blend.resolution[0] is 0"),
            ({"resolution": [5]}, "it must be [width, height]"),
            ({"percentage": 0}, "blend.percentage is 0, it must be in 1 to 32767"),
            ({"percentage": True}, "it must be a number"),
            ({"samples": 1.5}, "blend.samples is 1.5, it must be a whole number"),
            ({"sample": 1}, "has an unknown member 'sample', the members are: addons,"),
            ({"keyframes": {"scale": 0}}, "blend.keyframes.scale is 0"),
            ({"keyframes": [{"scale": 1}, {"shift": "x"}]}, "blend.keyframes[1].shift is 'x'"),
            ({"frames": "5..2"}, "blend.frames: "),
            ({"fps": 0}, "blend.fps is 0"),
            ({"animations": "off"}, "blend.animations is 'off', it must be true or false"),
            ({"camera": {"look_at": [0, 0]}}, "blend.camera.look_at is [0, 0]"),
            ({"camera": {"look_at": [0, 0, 0], "rotation": IDENTITY}}, "both rotation and look_at"),
            ({"camera": {"rotation": [[1, 0], [0, 1]]}}, "must be a matrix of 3x3 or 4x4 numbers"),
            ({"camera": {"keyframes": []}}, "it must be a list of keys"),
            ({"camera": {"keyframes": [{"frame": 1}]}}, "keyframes[0] has no matrix"),
            ({"camera": {"keyframes": [{"matrix": IDENTITY}]}}, "keyframes[0] has no frame"),
            ({"index": "all"}, "must be one of auto, names, file"),
            ({"addons": "one"}, "blend.addons is 'one', it must be a list of names"),
            ([], "the record's blend is [], it must be an object"),
        ):
            with self.subTest(blend=blend), self.assertRaises(SceneError) as caught:
                of_sample(Settings(), {}, blend)
            self.assertIn(text, str(caught.exception))

    def test_record_wins_member_by_member(self):
        options = {"samples": 4, "fps": 5, "percentage": 50, "codec": "zip", "passes": ["UV"]}
        blend = {"fps": 6, "camera": {"offset": [1, 0, 0]}, "passes": ["Z"]}
        record = {"samples": 2, "camera": {"rotate": 90}, "percentage": None, "passes": ["AO"]}
        found = of_sample(of_command(options), blend, record)
        self.assertEqual((found.samples, found.fps, found.percentage), (2, 6.0, 50.0))
        self.assertEqual((found.camera.rotate, found.camera.offset), (90.0, None))
        self.assertEqual((found.codec, found.passes), ("zip", ("UV", "AO")))

    def test_who_may_set_what(self):
        with self.assertRaisesRegex(SceneError, "unknown member 'codec'"):
            of_sample(Settings(), None, {"codec": "zip"})
        with self.assertRaisesRegex(SceneError, "the command's blend has an unknown"):
            of_sample(Settings(), {"device": "cpu"}, None)
        for record in ({}, {"dry_run": False}):
            self.assertIs(of_sample(of_command({"dry_run": True}), None, record).dry_run, True)
        self.assertIs(of_sample(Settings(), None, {"dry_run": True}).dry_run, True)
        # A resolution of the options is the scene's before its script, which may change it.
        options = of_command({"resolution": [8, 6]})
        self.assertIsNone(of_sample(options, None, None).resolution)
        self.assertEqual(of_sample(options, None, {"resolution": [4, 4]}).resolution, (4, 4))


class AnimationTest(OperationCase):
    def moving(self):
        """A cube that moves a metre a frame."""
        blender = self.begin()
        blender.frame_start, blender.frame_end = 1, 4
        self.keys(self.cube(size=1), "location", {1: (0, 0, 0), 11: (10, 0, 0)})
        return blender

    def test_still_and_all(self):
        blender = self.moving()
        blender.frame_set(3)
        path = self.save()
        record, out = self.open(path)
        self.near(record["objects"][0]["location"], [2, 0, 0])
        self.assertEqual(box(passes(out).plane(INDEX), 1), (22, 14, 25, 17))
        self.near(self.track(path, frames="all"), {1: 0, 2: 1, 3: 2, 4: 3})
        self.near(self.track(path, frames="2..8:3"), {2: 1, 5: 4, 8: 7})

    def test_off(self):
        self.moving()
        cube = self.cube("Driven", size=1)
        curve = cube.driver_add("location", 0)
        curve.driver.expression = "frame * 2"
        still = self.cube("Quiet", (7, 0, 0), size=1)
        for curve in self.keys(still, "location", {1: (7, 0, 0), 11: (9, 0, 0)}):
            curve.mute = True
        still.location = (5, 0, 0)
        strip = self.cube("Strip", size=1)
        self.strip(strip)
        path = self.save()
        on = {name: self.track(path, name, frames="1..3:2") for name in ("Cube", "Quiet", "Strip")}
        self.near(on["Cube"], {1: 0, 3: 2})
        self.near(on["Quiet"], {1: 5, 3: 5})
        self.near(on["Strip"], {1: 0, 3: 2})
        for name in on:
            same = self.track(path, name, frames="1..3:2", animations=True)
            self.near(same, on[name])
        for name, at in (("Cube", 0), ("Quiet", 5), ("Strip", 0)):
            found = self.track(path, name, frames="1..3:2", animations=False)
            self.assertEqual(len(set(found.values())), 1, (name, found))
            if name == "Quiet":
                self.near(found, {1: at, 3: at})
        self.near(self.track(path, "Driven", frames="1..3:2", animations=False), {1: 2, 3: 6})

    def strip(self, obj, start=1):
        """Puts a metre a frame into an NLA strip from frame `start` on."""
        self.keys(obj, "location", {1: (0, 0, 0), 11: (10, 0, 0)})
        data = obj.animation_data
        action, slot = data.action, getattr(data, "action_slot", None)
        data.action = None
        made = data.nla_tracks.new().strips.new("Strip", start, action)
        if slot is not None and made.action_slot is None:
            made.action_slot = slot
        return made

    def test_embedded_animation(self):
        """What is keyed in node trees inside other things stands still, too."""
        blender = self.begin()
        material = bpy.data.materials.new("Glow")
        tree = compat.use_nodes(material)
        node = tree.nodes.new("ShaderNodeEmission")
        tree.links.new(node.outputs[0], tree.nodes["Material Output"].inputs["Surface"])
        strength = node.inputs["Strength"]
        for frame, value in ((1, 0.0), (2, 1.0)):
            strength.default_value = value
            strength.keyframe_insert("default_value", frame=frame)
        self.cube(size=4).data.materials.append(material)
        blender.view_settings.view_transform = "Standard"
        blender.frame_set(1)
        path = self.save()
        _, out = self.open(path, frames="1..2")
        found = [image(out, frames.image_name(f)).rows[16][16 * 4] for f in (1, 2)]
        self.assertEqual(found, [0, 255])
        _, out = self.open(path, {"blend": {"animations": False}}, frames="1..2")
        first, second = (image(out, frames.image_name(f)).rows[16][16 * 4] for f in (1, 2))
        self.assertEqual(first, second)

    def test_scale_and_shift(self):
        blender = self.moving()
        blender.frame_start, blender.frame_end = 1, 100
        blender.render.motion_blur_shutter = 0.5
        blender.timeline_markers.new("m", frame=6)
        path = self.save()
        # x = f - 1 before, so x = (g - shift) / scale - 1 after.
        for retimes in (
            {"scale": 2},
            {"shift": 4},
            {"scale": 2, "shift": -1},
            [{"scale": 2}, {"scale": 0.5, "shift": 3}],
            [{"shift": 2}, {"scale": 3}, {"scale": 0.5}],
        ):
            steps = retimes if isinstance(retimes, list) else [retimes]
            scale, shift = 1.0, 0.0
            for step in steps:
                scale *= step.get("scale", 1)
                shift = shift * step.get("scale", 1) + step.get("shift", 0)
            at = [round(scale * f + shift) for f in (3, 5, 9)]
            found = self.track(path, frames=",".join(map(str, at)), keyframes=retimes)
            for g in at:
                self.assertAlmostEqual(found[g], (g - shift) / scale - 1, delta=1e-4)

    def state(self, path, **blend):
        """The file as it is after the operations, open in Blender."""
        _, out = self.open(path, {"blend": {"save": True, **blend}})
        bpy.ops.wm.open_mainfile(filepath=os.path.join(out, "scene.blend"))
        self.addCleanup(compat.reset)
        return bpy.context.scene

    def test_range(self):
        for span, retime, expected in (
            ((1, 100), {"scale": 0.2}, (0, 19)),
            ((1, 100), {"scale": 2}, (2, 201)),
            ((0, 9), {"scale": 2}, (0, 19)),
            ((1, 10), {"shift": 100}, (101, 110)),
            ((10, 20), {"shift": -10}, (0, 10)),
            ((1, 3), {"scale": 0.1}, (0, 0)),
        ):
            blender = self.begin()
            blender.frame_start, blender.frame_end = span
            blender.render.motion_blur_shutter = 0.5
            blender.timeline_markers.new("m", frame=span[1])
            path = self.save()
            scale, shift = retime.get("scale", 1), retime.get("shift", 0)
            after = self.state(path, keyframes=retime)
            self.assertEqual((after.frame_start, after.frame_end), expected)
            self.assertAlmostEqual(after.render.motion_blur_shutter, 0.5 / scale, delta=1e-6)
            self.assertEqual(after.timeline_markers[0].frame, round(scale * span[1] + shift))

    def test_range_is_refused(self):
        blender = self.begin()
        blender.frame_start, blender.frame_end = 1, 100
        path = self.save()
        for retime, text in (
            ({"shift": -2}, "the range becomes -1 to 98, it must be within 0 to 1048574"),
            ({"scale": 20000}, "the range becomes 20000 to 2019999, it must be within"),
        ):
            self.fails(path, "scene_error", text, record={"blend": {"keyframes": retime}})

    def test_handles(self):
        self.begin()
        cube = self.cube()
        for frame, value in ((0, 0.0), (10, 5.0)):
            cube.location.x = value
            cube.keyframe_insert("location", index=0, frame=frame)
        (curve,) = compat.fcurves(cube)
        for point, left, right in zip(curve.keyframe_points, (-4, 6), (3, 12)):
            point.handle_left_type = point.handle_right_type = "FREE"
            point.handle_left, point.handle_right = (left, 1.0), (right, 2.0)
        path = self.save()
        before = self.track(path, frames="0..10")
        after = self.track(path, frames="5..25:2", keyframes={"scale": 2, "shift": 5})
        self.near(list(after.values()), list(before.values()))
        self.assertNotAlmostEqual(before[3], 1.5, delta=0.01, msg="the handles bend it")
        self.state(path, keyframes={"scale": 2, "shift": 5})
        (curve,) = compat.fcurves(bpy.data.objects["Cube"])
        points = curve.keyframe_points
        self.near([p.co.x for p in points], [5, 25])
        self.near([tuple(p.handle_left) for p in points], [(-3, 1), (17, 1)])
        self.near([tuple(p.handle_right) for p in points], [(11, 2), (29, 2)])

    def test_strips(self):
        for retime in ({"scale": 2}, {"scale": 0.5}, {"shift": 20}, {"scale": 2, "shift": -2}):
            self.begin()
            cube = self.cube(size=1)
            first = self.strip(cube, 3)
            # A second strip right after the first: they must not be in one another's way.
            track = cube.animation_data.nla_tracks[0]
            second = track.strips.new("Second", int(first.frame_end), first.action)
            if hasattr(first, "action_slot"):
                second.action_slot = first.action_slot
            path = self.save()
            before = self.track(path, frames="4..20:4")
            scale, shift = retime.get("scale", 1), retime.get("shift", 0)
            at = {f: round(scale * f + shift) for f in before}
            text = ",".join(map(str, at.values()))
            after = self.track(path, frames=text, keyframes=retime)
            self.near([after[at[f]] for f in before], list(before.values()))

    def test_curve_modifiers(self):
        for bounded in (False, True):
            self.begin()
            curve = self.keys(self.cube(size=1), "location", {1: (0, 0, 0), 5: (2, 0, 0)})[0]
            modifier = curve.modifiers.new("CYCLES")
            if bounded:
                modifier.use_restricted_range = True
                modifier.frame_start, modifier.frame_end = 1, 9
            path = self.save()
            before = self.track(path, frames="2..14:3")
            after = self.track(path, frames="6..30:6", keyframes={"scale": 2, "shift": 2})
            self.near(list(after.values()), list(before.values()))
            self.assertEqual(before[11] == before[14], bounded)
        modifier = self.keys(self.moved(), "location", {1: (0, 0, 0)})[0].modifiers.new("NOISE")
        modifier.scale, modifier.offset = 3.0, 1.0
        path = self.save()
        self.state(path, keyframes={"scale": 2, "shift": 5})
        (noise,) = compat.fcurves(bpy.data.objects["Cube"])[0].modifiers
        self.assertEqual((noise.scale, noise.offset), (6.0, 7.0))
        (told,) = self.warnings(path, blend={"keyframes": {"scale": 2}})
        self.assertIn("a modifier NOISE of location gets other values", told)

    def moved(self):
        """A cube in an empty file."""
        self.begin()
        return self.cube()

    def test_clocks_are_named(self):
        self.begin()
        cube = self.cube()
        bpy.ops.rigidbody.world_add()
        with bpy.context.temp_override(object=cube, active_object=cube, selected_objects=[cube]):
            bpy.ops.rigidbody.object_add()
        self.cube("Cloth").modifiers.new("Cloth", "CLOTH")
        self.cube("Driven").driver_add("location", 0).driver.expression = "frame / 2"
        variable = self.cube("Counted").driver_add("location", 0).driver.variables.new()
        variable.targets[0].id_type = "SCENE"
        variable.targets[0].id = bpy.context.scene
        variable.targets[0].data_path = "frame_current"
        sparks = self.cube("Sparks")
        sparks.modifiers.new("Particles", "PARTICLE_SYSTEM")
        bender = self.keys(self.cube("Bent"), "location", {1: (0, 0, 0), 5: (1, 0, 0)})[0]
        bender.modifiers.new("STEPPED")
        path = self.save()
        told = self.warnings(path, blend={"keyframes": {"scale": 2}})
        for text in (
            "the rigid body Cube has a clock of its own",
            "CLOTH of Cloth has a clock of its own",
            "a driver of Driven reads the frame",
            "a driver of Counted reads the frame",
            "the particle system of Sparks has a clock of its own",
            "a modifier STEPPED of location stays as it is",
        ):
            self.assertTrue(any(text in line for line in told), (text, told))
        self.assertEqual(self.warnings(path), [])

    def test_fps(self):
        self.moving()
        path = self.save()
        record, _ = self.open(path, {"blend": {"frames": "1..2"}}, dry_run=True)
        self.assertEqual(record["fps"], 24)
        record, _ = self.open(path, {"blend": {"frames": "1..2", "fps": 29.97}}, dry_run=True)
        self.assertAlmostEqual(record["fps"], 29.97, delta=1e-4)

    def test_motion_blur_and_flow(self):
        """A picture with motion blur has no flow: that comes from the render of its labels."""
        blender = self.moving()
        blender.render.use_motion_blur = True
        blurred = self.save("blurred.blend")
        self.moving()
        bpy.context.view_layer.use_pass_vector = True
        flowing = self.save("flowing.blend")
        for path in (blurred, flowing):
            for blur, members in ((True, "label_channels"), (False, "channels")):
                record, _ = self.open(path, {"blend": {"motion_blur": blur}}, passes=["Vector"])
                self.assertIn("Vector", record["passes"])
                self.assertEqual("vector" in record["channels"], not blur)
                self.assertIn("vector", record[members])
        self.assertEqual(self.warnings(flowing, blend={"motion_blur": True}), [])

    def test_motion_blur_blurs(self):
        self.moving()
        path = self.save()
        sizes = {}
        for blur in (False, True):
            _, out = self.open(path, {"blend": {"motion_blur": blur, "samples": 16}}, frames="3")
            rows = image(out, frames.image_name(3)).rows
            sizes[blur] = sum(row[x * 4] != rows[0][0] for row in rows for x in range(32))
        self.assertGreater(sizes[True], sizes[False])


class CameraTest(OperationCase):
    def perspective(self):
        self.begin()
        self.camera.data.type = "PERSP"
        self.camera.data.sensor_width, self.camera.data.lens = 36, 18  # 90 degrees

    def pose(self, path, frame=None, **blend):
        record, _ = self.open(
            path, {"blend": blend}, dry_run=True, **({"frames": frame} if frame else {})
        )
        return record["camera"]["matrix_world"]

    def bound(self, how):
        """A file whose camera hangs on something that moves by (1, 0, 0) a frame."""
        blender = self.begin()
        carrier = self.add("Carrier")
        self.camera.delta_location = (0, 0.5, 0)
        if how == "parent":
            carrier.rotation_euler = (0, 0, math.radians(30))
            carrier.scale = (2, 2, 2)
            self.camera.parent = carrier
            self.camera.matrix_parent_inverse = Matrix.Translation((0, 0, 3))
            self.keys(carrier, "location", {1: (0, 0, 0), 11: (10, 0, 0)})
        elif how == "constraint":
            self.camera.constraints.new("COPY_LOCATION").target = carrier
            track = self.camera.constraints.new("TRACK_TO")
            track.target = self.cube("Target", (3, 4, 0))
            track.track_axis, track.up_axis = "TRACK_NEGATIVE_Z", "UP_Y"
            self.keys(carrier, "location", {1: (0, 0, 5), 11: (10, 0, 5)})
        else:
            self.camera.rotation_mode = "QUATERNION"
            turn = Euler((0.3, 0.2, 0.1)).to_quaternion()
            self.camera.rotation_quaternion = turn
            self.camera.keyframe_insert("rotation_quaternion", frame=1)
            self.keys(self.camera, "location", {1: (0, 0, 10), 11: (10, 0, 10)})
        blender.frame_set(4)
        return self.save(f"{how}.blend")

    def test_unbind(self):
        for how in ("parent", "constraint", "animation"):
            with self.subTest(how):
                path = self.bound(how)
                before = self.pose(path)
                self.near(self.pose(path, unbind_camera=True), before)
                moves = self.track(path, "camera", frames="1..5:2")
                self.assertGreater(moves[5] - moves[1], 3.9)
                record, _ = self.open(
                    path, {"blend": {"unbind_camera": True, "frames": "1..5:2"}}, dry_run=True
                )
                self.near(record["camera"]["matrix_world"], before)
                self.assertTrue(all("camera" not in frame for frame in record["frames"]))

    def test_unbind_but_go_on(self):
        for how in ("parent", "constraint", "animation"):
            with self.subTest(how):
                path = self.bound(how)
                if how != "animation":
                    bpy.ops.wm.open_mainfile(filepath=path)
                    camera = bpy.context.scene.camera
                    self.keys(camera, "location", {1: (0, 0, 10), 11: (0, 10, 10)})
                    bpy.context.scene.frame_set(4)
                    path = self.save(f"{how}.blend")
                before = self.pose(path)
                self.near(self.pose(path, unbind_parents=True), before)
                blend = {"unbind_parents": True, "frames": "4,11"}
                record, _ = self.open(path, {"blend": blend}, dry_run=True)
                self.near(record["camera"]["matrix_world"], before)
                last = record["frames"][1]["camera"]["matrix_world"]
                way = [after[3] - row[3] for after, row in zip(last, before)]
                # Seven frames on: along its own keys, turned and scaled as the carrier was then.
                turn = math.radians(30)
                along = {
                    "parent": (-14 * math.sin(turn), 14 * math.cos(turn), 0),
                    "constraint": None,
                    "animation": (7, 0, 0),
                }[how]
                if along is None:
                    self.assertAlmostEqual(math.dist(way[:3], (0, 0, 0)), 7, delta=1e-3)
                else:
                    self.near(way[:3], along)
        self.fails(
            path, "scene_error", "unbind_parents", record={"blend": {"unbind_parents": "keyed"}}
        )

    def test_location_and_look_at(self):
        self.perspective()
        self.cube(size=1)
        path = self.save()
        for location in ((0, -5, 0), (4, 0, 0), (0, 0, 6), (3, -4, 2)):
            pose = self.pose(path, camera={"location": location, "look_at": [0, 0, 0]})
            self.near([row[3] for row in pose[:3]], location)
            length = math.dist(location, (0, 0, 0))
            self.near([row[2] for row in pose[:3]], [v / length for v in location])
            if location[:2] != (0, 0):
                self.assertAlmostEqual(pose[2][0], 0, delta=1e-6, msg="the horizon is level")
                self.assertGreater(pose[2][1], 0, "up is up")
        record, out = self.open(
            path, {"blend": {"camera": {"location": [0, -5, 0], "look_at": [0, 0, 0]}}}
        )
        left, top, right, bottom = box(passes(out).plane(INDEX), 1)
        self.assertEqual((left + right, top + bottom), (31, 31), "it is in the middle")
        self.fails(
            path,
            "scene_error",
            "camera.look_at is where the camera is",
            record={"blend": {"camera": {"look_at": [0, 0, 10]}}},
        )

    def test_rotation(self):
        self.begin()
        path = self.save()
        turn = Euler((0.4, -0.3, 1.2)).to_matrix()
        rows = [list(row) for row in turn]
        for rotation in (
            rows,
            [list(row) for row in turn.to_4x4()],
            [[3 * v for v in r] for r in rows],
        ):
            pose = self.pose(path, camera={"rotation": rotation})
            self.near([row[:3] for row in pose[:3]], rows)
            self.near([row[3] for row in pose[:3]], [0, 0, 10])
        self.fails(
            path,
            "scene_error",
            "camera.rotation is no rotation",
            record={"blend": {"camera": {"rotation": [[1, 0, 0], [2, 0, 0], [0, 0, 1]]}}},
        )

    def test_rotate_is_clockwise(self):
        """The camera rolls clockwise: what was right of the middle is above it then."""
        self.begin()
        self.cube(location=(3, 0, 0), size=1)
        path = self.save()
        for angle, (x, y) in ((0, (3, 0)), (90, (0, 3)), (180, (-3, 0)), (-90, (0, -3))):
            _, out = self.open(path, {"blend": {"camera": {"rotate": angle}}})
            left, top, right, bottom = box(passes(out).plane(INDEX), 1)
            self.near(((left + right - 31) / 8, (31 - top - bottom) / 8), (x, y), 0.26)

    def test_offset(self):
        """Along the camera's own axes, after it was aimed."""
        self.begin()
        path = self.save()
        pose = self.pose(path, camera={"offset": [0.5, 0, -1]})
        self.near([row[3] for row in pose[:3]], [0.5, 0, 9])
        pose = self.pose(
            path, camera={"location": [0, -5, 0], "look_at": [0, 0, 0], "offset": [1, 2, 3]}
        )
        self.near([row[3] for row in pose[:3]], [1, -8, 2])
        pose = self.pose(path, camera={"rotate": 90, "offset": [1, 0, 0]})
        self.near([row[3] for row in pose[:3]], [0, -1, 10])

    def test_offset_of_a_moving_camera(self):
        """The other eye stays beside the first one."""
        roll = Euler((0, 0, -math.radians(20))).to_matrix().to_4x4()
        for how in ("animation", "parent", "constraint"):
            with self.subTest(how):
                path = self.bound(how)
                blend = {"camera": {"rotate": 20, "offset": [0.5, -0.25, 1]}}
                self.assertEqual(self.warnings(path, record={"blend": blend}), [])
                for frame in ("1", "4", "9"):
                    first = Matrix(self.pose(path, frame))
                    expected = first @ roll @ Matrix.Translation(blend["camera"]["offset"])
                    found = self.pose(path, frame, **blend)
                    self.near(found, [list(row) for row in expected])
                still = self.pose(path, unbind_camera=True, **blend)
                self.near(self.pose(path, **blend), still)

    def test_moving_camera_is_named(self):
        path = self.bound("animation")
        blend = {"camera": {"location": [0, 0, 3]}}
        (told,) = self.warnings(path, record={"blend": blend})
        self.assertIn("the camera Camera is bound or animated: unbind it", told)
        blend = {"unbind_camera": True, **blend}
        self.assertEqual(self.warnings(path, record={"blend": blend}), [])
        self.near([row[3] for row in self.pose(path, **blend)[:3]], [0, 0, 3])

    def test_keyframes(self):
        for how in ("animation", "parent", "constraint"):
            path = self.bound(how)
            keys = [{"frame": 5, "matrix": place(4, 0, 2)}, {"frame": 1, "matrix": place(0, 0, 2)}]
            found = self.track(path, "camera", frames="1..5", camera={"keyframes": keys})
            self.near(list(found.values()), [0, 1, 2, 3, 4])

    def test_keyframes_turn(self):
        self.begin()
        path = self.save()
        keys = []
        for i, degrees in enumerate((170, 190, 350)):
            turn = Euler((0, 0, math.radians(degrees))).to_matrix().to_4x4()
            keys.append({"frame": 1 + 2 * i, "matrix": [list(row) for row in turn]})
        for frame, degrees in ((1, 170), (2, 180), (3, 190), (4, 270), (5, 350)):
            pose = self.pose(path, str(frame), camera={"keyframes": keys})
            expected = Euler((0, 0, math.radians(degrees))).to_matrix()
            self.near([row[:3] for row in pose[:3]], [list(row) for row in expected])

    def test_trajectory(self):
        path = self.bound("parent")
        lines = [
            {"frame": 1, "matrix": place(1, 0, 2)},
            {"frame": 3, "transform_matrix": place(3, 0, 2)},
        ]
        name = "paths/walk.jsonl"
        file = self.write(name, "\n".join(map(json.dumps, lines)) + "\n\n")
        found = self.track(path, "camera", frames="1..3", trajectory=name)
        self.near(list(found.values()), [1, 2, 3])
        line, _ = self.request(
            path, record={"blend": {"trajectory": name, "frames": "1"}}, dry_run=True
        )
        self.assertIn(name, self.ask(line)["deps"])
        self.near(list(self.track(path, "camera", trajectory=name).values()), [1, 2, 3])
        record, _ = self.open(path, record={"blend": {"trajectory": name, "frames": "3"}})
        self.assertEqual([entry["frame"] for entry in record["frames"]], [3])
        script = scene(GREY, "self.set_frames(2)")
        record, _ = self.render(script, record={"blend": {"trajectory": name}})
        self.assertEqual([entry["frame"] for entry in record["frames"]], [1, 2])
        self.write(name, json.dumps({"frame": -4, "matrix": place(1)}))
        self.fails(
            path,
            "scene_error",
            "say which frames there are",
            record={"blend": {"trajectory": name}},
        )
        for content, text in (
            ("{}\n", f"{name}, line 1: matrix is None, it must be a matrix of 4x4 numbers"),
            (f"{json.dumps(lines[0])}\nx\n", f"{name}, line 2: not JSON"),
            (
                f"\n{json.dumps(lines[0])}\n{json.dumps(lines[0])}",
                f"{name}, line 3: frame 1 comes twice",
            ),
            ("7\n", f"{name}, line 1: not a JSON object"),
            ('{"frame":"1"}\n', f"{name}, line 1: frame is '1', it must be a number"),
            ("", f"{name} has no pose"),
            ("\n\n", f"{name} has no pose"),
        ):
            self.write(name, content)
            self.fails(path, "scene_error", text, record={"blend": {"trajectory": name}})
        flat = json.dumps({"matrix": [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]})
        with self.assertRaisesRegex(SceneError, "t, line 1: matrix: its column 1 is zero"):
            poses.keys(flat, "t")
        with open(file, "wb") as binary:
            binary.write(b"\xff\xfe")
        self.fails(path, "scene_error", "is not UTF-8", record={"blend": {"trajectory": name}})
        os.remove(file)
        self.fails(
            path,
            "scene_error",
            f"trajectory: cannot read {name}: No such file",
            record={"blend": {"trajectory": name}},
        )
        self.fails(
            path,
            "scene_error",
            "both keyframes and a trajectory",
            record={
                "blend": {
                    "trajectory": name,
                    "camera": {"keyframes": [{"frame": 1, "matrix": IDENTITY}]},
                }
            },
        )

    def test_what_is_of_no_use_is_told(self):
        self.begin()
        self.cube()
        path = self.save()
        reasons = self.warnings(path, blend={"fps": 12, "keyframes": {"scale": 2}})
        self.assertEqual(len(reasons), 2, reasons)
        self.assertIn("keyframes: there are none to be moved", reasons)
        self.assertIn("fps is of no use for a still: say which frames there are", reasons)

    def test_frames_without_numbers(self):
        keys = poses.keys("\n".join(json.dumps({"matrix": place(x)}) for x in (5, 6)), "t")
        self.assertEqual([(frame, rows[0][3]) for frame, rows in keys], [(1, 5.0), (2, 6.0)])

    def test_scripts_have_operations_too(self):
        script = scene(GREY, "self.objects.cube(size=1)", "self.resolution = (20, 10)")
        record, _ = self.render(
            script,
            record={
                "blend": {
                    "camera": {"location": [0, -5, 0], "look_at": [0, 0, 0]},
                    "percentage": 50,
                }
            },
        )
        self.assertEqual(record["resolution"], [10, 5])
        self.near([row[3] for row in record["camera"]["matrix_world"]], [0, -5, 0, 1])


class OthersTest(OperationCase):
    def test_addons(self):
        """On while the sample is made, then off again."""
        name = "node_wrangler"
        self.assertEqual(addon_utils.check(name)[1], False)
        script = scene(
            GREY,
            f"self.set_custom_meta(on=addon_utils.check('{name}')[1])",
            head="import addon_utils\nimport rv",
        )
        for asked, on in (([name.upper()], True), ([], False)):
            record, _ = self.render(script, record={"blend": {"addons": asked}})
            self.assertEqual(record["custom_meta"], {"on": on})
            self.assertEqual(addon_utils.check(name)[1], False)
        self.begin()
        path = self.save()
        self.fails(
            path,
            "scene_error",
            "addons: this Blender has no add-on 'node_wranglr', did you mean 'node_wrangler'?",
            record={"blend": {"addons": [name, "node_wranglr"]}},
        )
        self.assertEqual(addon_utils.check(name)[1], False)
        for command in ({"addons": [name, "no_such"]}, {"blend": {"addons": ["no_such"]}}):
            for record in ({}, {"blend": {"addons": []}}):
                self.fails(path, "usage", "no add-on 'no_such'", record=record, **command)
        self.assertEqual(addon_utils.check(name)[1], False)
        self.open(path, {"blend": {"addons": ["cycles"]}})
        self.assertEqual(addon_utils.check("cycles")[1], True, "what was on stays on")

    def test_save(self):
        self.begin()
        self.cube(location=(1, 0, 0)).pass_index = 4
        path = self.save()
        blend = {"save": True, "camera": {"location": [0, 0, 7]}, "resolution": [20, 10]}
        record, out = self.open(path, {"blend": blend})
        self.assertEqual(record["files"]["blend"], "scene.blend")
        saved = os.path.join(out, "scene.blend")
        again, other = self.open(saved)
        self.assertEqual(again["objects"], record["objects"])
        self.assertEqual(again["camera"], record["camera"])
        self.assertEqual(image(other).rows, image(out).rows)
        with open(path, "rb") as file:
            before = file.read()
        self.open(path, {"blend": blend})
        with open(path, "rb") as file:
            self.assertEqual(file.read(), before, "the file itself is left alone")

    def test_saved_paths(self):
        """A sample moves to its place when it is done; what it needs is found from there, too."""
        self.begin()
        self.cube("Part")
        library = self.save("parts/lib.blend")
        self.begin()
        made = bpy.data.images.new("Made", 4, 4)
        made.filepath_raw, made.file_format = os.path.join(self.root, "tex.png"), "PNG"
        made.save()
        bpy.data.images.remove(made)
        image_there = bpy.data.images.load(os.path.join(self.root, "tex.png"))
        image_there.use_fake_user = True
        with bpy.data.libraries.load(library, link=True) as (_, target):
            target.objects = ["Part"]
        bpy.context.scene.collection.objects.link(target.objects[0])
        bpy.ops.wm.save_as_mainfile(filepath=os.path.join(self.root, "main.blend"))
        bpy.ops.file.make_paths_relative()
        path = self.save("main.blend")
        _, out = self.open(path, {"blend": {"save": True}})
        moved = os.path.join(self.root, "elsewhere", "deeper", "scene.blend")
        os.makedirs(os.path.dirname(moved))
        os.rename(os.path.join(out, "scene.blend"), moved)
        record, _ = self.open(moved)
        self.assertEqual([o["name"] for o in record["objects"]], ["Part [lib.blend]"])
        self.assertEqual(self.warnings(moved), [])

    def test_whether_anything_moves(self):
        def image():
            clip = bpy.data.images.new("Clip", 4, 4)
            clip.source, clip.use_fake_user = "SEQUENCE", True

        def driven(cube):
            cube.driver_add("location", 0).driver.expression = "frame"

        def keyed(cube):
            self.keys(cube, "location", {1: (0, 0, 0), 3: (2, 0, 0)})

        def muted(cube):
            for curve in self.keys(cube, "location", {1: (0, 0, 0), 3: (2, 0, 0)}):
                curve.mute = True

        def marked(cube):
            bpy.context.scene.timeline_markers.new("Cut", frame=2).camera = self.camera

        def emitting(cube):
            cube.modifiers.new("Dust", "PARTICLE_SYSTEM")

        for make, moves in (
            (lambda cube: None, False),
            (muted, False),
            (keyed, True),
            (driven, True),
            (marked, True),
            (emitting, True),
            (lambda cube: cube.modifiers.new("Wave", "WAVE"), True),
            (lambda cube: cube.modifiers.new("Bevel", "BEVEL"), False),
            (lambda cube: image(), True),
        ):
            self.begin()
            make(self.cube(size=1))
            path = self.save()
            with self.subTest(make.__name__, moves=moves):
                record, _ = self.open(path, dry_run=True)
                self.assertIs(record["timeline"]["moves"], moves)
                reply, _ = self.run_sample(
                    path, record={"blend": {"frames": "1..2"}}, resolution=None, samples=None
                )
                warned = any("nothing moves" in warning for warning in reply["run"]["warnings"])
                self.assertIs(warned, not moves)
                self.assertTrue(all(reply["run"]["devices"]))

    def test_dry_run(self):
        blender = self.begin()
        blender.frame_end = 3
        self.keys(self.cube(size=1), "location", {1: (0, 0, 0), 3: (2, 0, 0)})
        path = self.save()
        blend = {"frames": "all", "save": True}
        told, nothing = self.open(path, {"blend": blend}, dry_run=True)
        done, out = self.open(path, {"blend": blend})
        self.assertEqual(os.listdir(nothing), [])
        self.assertIn("scene.blend", os.listdir(out))
        timeline = told.pop("timeline")
        self.assertEqual([timeline[key] for key in ("start", "end", "step")], [1, 3, 1])
        self.assertEqual(told, done)


class SettingsOfScriptsTest(SampleCase):
    def test_picture(self):
        record, out = self.render(scene(GREY), record={"blend": {"image": {"depth": 16}}})
        self.assertEqual(image(out).depth, 16)
        self.assertEqual(record["files"]["image"], "Image.png")
