# SPDX-License-Identifier: MIT
"""What a client refuses, and what it makes of arguments; no Blender is started."""

import copy
import dataclasses
import logging
import math
import os
import pathlib
import pickle
import struct
import zlib
from array import array
from unittest import mock

import rv.client
from rv.client import BlenderClient, BlenderClients, RemoteError, RenderConfig, blender, pixels
from rv.client.config import memory
from rv.client.parts import Parts, notation
from rv.client.service import connection, text_of
from rv.client.tools import Renderer, Settings, find_tool
from rv.client.transforms import document, entries
from support import ClientCase, scene


class ArgumentsTest(ClientCase):
    def setUp(self):
        super().setUp()
        self.client = BlenderClient.spawn()
        self.addCleanup(self.client.close)

    def begin(self):
        self.client.initialize(scene(), "root")
        return self.client

    def test_everything_needs_initialize(self):
        public = [name for name in dir(self.client) if not name.startswith("_")]
        free = {"spawn", "close", "reset", "initialize", "wait", "awaitable", "pid"}
        free |= {"render_animation_async", "render_frames_async", "with_logger"}
        free |= {"closed", "initialized", "logger", "process"}
        needed = {
            "set_camera_keyframe": (1,),
            "set_current_frame": (1,),
            "rotate_camera": (0.1,),
            "offset_camera": ((0, 0, 1),),
            "use_motion_blur": (False,),
            "use_animations": (True,),
            "render_frame": (1,),
            "render_frames": ([1],),
            "save_file": ("new.blend",),
            "position_camera": ((1, 2, 3),),
        }
        tried = set(public) - free
        self.assertGreater(len(tried), 30)
        for name in sorted(tried):
            with self.subTest(method=name), self.assertRaisesRegex(RuntimeError, "initialize"):
                getattr(self.client, name)(*needed.get(name, ()))
        with self.assertRaisesRegex(RuntimeError, "initialize"):
            self.client.render_animation_async().value

    def test_initialize(self):
        with self.assertRaises(FileNotFoundError):
            self.client.initialize("none.blend", "root")
        open("scene.txt", "w").close()
        with self.assertRaisesRegex(ValueError, "no .blend file"):
            self.client.initialize("scene.txt", "root")
        with self.assertRaisesRegex(ValueError, "no directory"):
            self.client.initialize(scene(), "scene.txt")
        with self.assertRaisesRegex(ValueError, "root of the file system"):
            self.client.initialize(scene(), "/")
        self.client.close()
        with self.assertRaisesRegex(RuntimeError, "closed"):
            self.client.initialize(scene(), "root")

    def test_resolution(self):
        client = self.begin()
        for arguments in (((1, 2), 3), ((1, 2, 3),), (0, 1), (1, 65537), (5, -1)):
            with self.subTest(arguments=arguments), self.assertRaises(ValueError):
                client.set_resolution(*arguments)
        with self.assertRaises(TypeError):
            client.set_resolution(1.5, 2)
        client.set_resolution((16, 24))  # height first
        self.assertEqual(client._task.blend["resolution"], [24, 16])
        client.set_resolution(height=6, width=8)
        self.assertEqual(client._task.blend["resolution"], [8, 6])

    def test_pictures(self):
        client = self.begin()
        for arguments in (
            {"file_format": "GIF"},
            {"file_format": "JPEG", "bit_depth": 16},
            {"file_format": "JPEG", "color_mode": "RGBA"},
            {"file_format": "WEBP", "quality": 0},
            {"file_format": "PNG", "quality": 50},
            {"bit_depth": 32},
            {"file_format": "OPEN_EXR", "bit_depth": 8},
            {"color_mode": "CMYK"},
        ):
            with self.subTest(**arguments), self.assertRaises(ValueError):
                client.image_settings(**arguments)
        client.image_settings("open_exr", 16)
        client.image_settings(color_mode="BW")
        self.assertEqual(
            client._task.blend["image"], {"format": "OPEN_EXR", "depth": 16, "color": "BW"}
        )
        client.image_settings("PNG")
        self.assertEqual(client._task.blend["image"]["depth"], 16)
        client.image_settings("jpeg", quality=80)
        self.assertEqual(
            client._task.blend["image"],
            {"format": "JPEG", "depth": 8, "color": "BW", "quality": 80},
        )
        client.include_frames("HDR")
        self.assertEqual(
            client._task.blend["image"], {"format": "HDR", "depth": 32, "color": "RGB"}
        )

    def test_outputs(self):
        client = self.begin()
        with self.assertRaises(ValueError):
            client.include_depths(file_format="PNG")
        with self.assertRaises(ValueError):
            client.include_depths(exr_codec="LZW")
        with self.assertRaises(ValueError):
            client.include_flows(direction="sideways")
        with self.assertRaises(ValueError):
            client.include_composites(file_format="GIF")
        client.include_frames()
        with self.assertRaisesRegex(ValueError, "OPEN_EXR for composites, but PNG for pictures"):
            client.include_composites(file_format="open_exr", bit_depth=32)
        client.include_depths(debug=False)
        self.assertEqual(client._task.roles, {"depth"})

    def test_flow_with_motion_blur(self):
        client = self.begin()
        client.use_motion_blur(True)
        client.include_flows()
        self.assertEqual(client._task.blend["motion_blur"], True)
        self.assertIn("Vector", client._task.passes)

    def test_cycles(self):
        client = self.begin()
        with self.assertRaisesRegex(ValueError, "use_cpu"):
            client.cycles_settings(device_type="cuda")
        with self.assertRaises(ValueError):
            client.cycles_settings(device_type="abacus", use_cpu=False)
        with self.assertRaises(ValueError):
            client.cycles_settings(adaptive_threshold=2)
        with self.assertRaises(ValueError):
            client.cycles_settings(max_samples=0)

    def test_camera(self):
        client = self.begin()
        with self.assertRaisesRegex(ValueError, "both"):
            client.position_camera(rotation=[[1, 0, 0]] * 3, look_at=(0, 0, 0))
        for location in ((1, 2), "abc", 5):
            with self.subTest(location=location), self.assertRaises(ValueError):
                client.position_camera(location)
        with self.assertRaises(ValueError):
            client.position_camera(rotation=[[1, 0], [0, 1]])
        with self.assertRaises(ValueError):
            client.set_camera_keyframe(1, [[1, 0, 0]] * 3)
        for number in (math.nan, math.inf):
            with self.assertRaisesRegex(ValueError, "finite"):
                client.position_camera((number, 0, 0))
            with self.assertRaisesRegex(ValueError, "finite"):
                client.position_camera(look_at=(0, number, 0))
            with self.assertRaisesRegex(ValueError, "finite"):
                client.set_camera_keyframe(1, [[number] * 4] * 4)
            with self.assertRaises(ValueError):
                client.rotate_camera(number)
        with self.assertRaises(TypeError):
            client.unbind_camera(clear_animations="no")
        client.unbind_camera(clear_animations=False)
        self.assertIs(client._task.blend["unbind_parents"], True)
        with self.assertRaises(TypeError):
            client.rotate_camera("a bit")

    def test_frames(self):
        client = self.begin()
        for frames in ([-1], [1000000], [1, 2**31]):
            with self.subTest(frames=frames), self.assertRaises(RuntimeError):
                client.render_frames(frames)
        with self.assertRaises(TypeError):
            client.render_frames([1.5])
        with self.assertRaises(RuntimeError):
            client.set_current_frame(-1)
        with self.assertRaises(ValueError):
            client.set_animation_range(step=0)
        with self.assertRaises(ValueError):
            client.set_animation_range(stop=-1)
        client.use_animations(False)
        with self.assertRaisesRegex(ValueError, "disabled"):
            client.render_animation()

    def test_a_camera_that_has_not_moved(self):
        client = self.begin()
        with self.assertLogs("rv.client", "WARNING") as heard:
            client.rotate_camera(0.0)
            client.offset_camera((0, 0, 0.0))
        self.assertEqual(len(heard.output), 2)
        with self.assertNoLogs("rv.client", "WARNING"):
            client.rotate_camera(0.5)
        own = logging.getLogger("own")
        client.with_logger(own)
        with self.assertLogs(own, "WARNING"):
            client.rotate_camera(0.0)
        with self.assertRaisesRegex(TypeError, "logger"):
            client.with_logger("own")

    def test_options_of_open_mainfile(self):
        self.client.initialize(scene(), "root", load_ui=False, use_scripts=True)
        self.assertIs(self.client._task.autoexec, True)
        with self.assertRaisesRegex(TypeError, "use_script"):
            self.client.initialize(scene(), "root", use_script=True)

    def test_save_file_never_overwrites(self):
        open("there.blend", "w").close()
        with self.assertRaises(ValueError):
            self.begin().save_file("there.blend")

    def test_spawn(self):
        for jobs in (0, -1):
            with self.assertRaises(ValueError):
                BlenderClients.spawn(jobs=jobs)
            with self.assertRaises(ValueError):
                BlenderClients.pool(jobs)
        with self.assertRaises(TypeError):
            BlenderClient.spawn(log=5)

    def test_no_addresses(self):
        for kind in (BlenderClient, BlenderClients):
            with self.assertRaisesRegex(TypeError, "spawn"):
                kind(("localhost", 18811))

    def test_names_that_stay_out(self):
        for name in ("BlenderServer", "BlenderService"):
            with self.assertRaisesRegex(ImportError, "no port is opened: BlenderClient.spawn"):
                getattr(blender, name)
        with self.assertRaisesRegex(AttributeError, r"spawn\(conn="):
            BlenderClient.auto_connect()
        for owner in (self.client, BlenderClients.spawn()):
            with self.assertRaisesRegex(AttributeError, r"spawn\(conn="):
                owner.addr
            self.assertFalse(hasattr(owner, "nothing_like_it"))

    def test_misspelled_names(self):
        for owner in (self.client, BlenderClient, BlenderClients.spawn()):
            for name, meant in (("include_depth", "include_depths"), ("spwan", "spawn")):
                with self.assertRaisesRegex(AttributeError, f"{name}, did you mean '{meant}'"):
                    getattr(owner, name)
            with self.assertRaisesRegex(AttributeError, "has no nothing_like_it$"):
                owner.nothing_like_it
        with self.assertRaisesRegex(AttributeError, "did you mean 'BlenderClient'"):
            rv.client.BlenderCleint

    def test_commands(self):
        for given, text in (
            ("flatpak run org.blender.Blender", "flatpak run org.blender.Blender"),
            (["env", "A=1 2", "blender"], "env 'A=1 2' blender"),
            (pathlib.Path("/a b/blender"), "/a b/blender"),
        ):
            with self.subTest(text=text):
                self.assertEqual(text_of(given), text)
        with self.assertRaises(ValueError):
            text_of([])
        for conn in (("localhost", 18811), [], "", 7):
            with self.subTest(conn=conn), self.assertRaisesRegex(TypeError, "no port|not iterable"):
                BlenderClients.pool(conns=[conn])
        with self.assertRaisesRegex(ValueError, "conns is empty"):
            BlenderClients.pool(conns=[])

    def test_a_shell_at_the_other_end_reads_words(self):
        box = connection("ssh box rv-blend")
        command = Renderer.command(Settings(command=box, options=("--addon", "a b")), "/r s/x")
        self.assertEqual(command[:5], ["ssh", "box", "rv-blend", "-o", "'/r s/x'"])
        self.assertEqual(command[-1], "'a b'")
        here = Renderer.command(Settings(command=("run-there", "rv-blend")), "/r s/x")
        self.assertEqual(here[3], "/r s/x")

    def test_no_tools(self):
        with mock.patch.dict(os.environ, PATH="/nonexistent"):
            with self.assertRaisesRegex(FileNotFoundError, "there is no rv-nothing in PATH"):
                find_tool("rv-nothing")

    def test_remote_errors_can_be_passed_on(self):
        error = pickle.loads(pickle.dumps(RemoteError("timeout", "too long", 3)))
        self.assertEqual((error.code, error.message, error.attempts), ("timeout", "too long", 3))
        self.assertIsInstance(error, RuntimeError)


class PartsTest(ClientCase):
    def part(self):
        os.makedirs("renders/root")
        parts = Parts(os.path.abspath("renders/root"))
        os.makedirs("renders/.rv-client/id/frames")
        with open("renders/.rv-client/id/frames/000001.png", "w", encoding="utf-8") as file:
            file.write("picture")
        parts.take("id")
        return parts

    def test_files_are_links(self):
        parts = self.part()
        parts.link("id", "frames/000001.png", "frames/000001.png")
        parts.link("id", "frames/000001.png", "frames/000001.png")
        self.assertTrue(
            os.path.samefile(
                "renders/root/frames/000001.png", "renders/root/.rv/id/frames/000001.png"
            )
        )
        self.assertEqual(os.listdir("renders/root/frames"), ["000001.png"])

    def test_files_are_copies_where_there_are_no_links(self):
        parts = self.part()
        with mock.patch("os.link", side_effect=PermissionError):
            parts.link("id", "frames/000001.png", "frames/000001.png")
        with open("renders/root/frames/000001.png", encoding="utf-8") as file:
            self.assertEqual(file.read(), "picture")
        self.assertEqual(os.listdir("renders/root/frames"), ["000001.png"])

    def test_what_is_replaced_goes(self):
        parts = self.part()
        parts.prune({"other"}, {2, 3})
        self.assertEqual(os.listdir("renders/root/.rv"), ["id"])
        parts.prune({"id"}, {1, 2})
        self.assertEqual(os.listdir("renders/root/.rv"), ["id"])
        parts.prune({"other"}, {1, 2})
        self.assertEqual(os.listdir("renders/root/.rv"), [])


class ConfigTest(ClientCase):
    def test_names_of_members(self):
        config = RenderConfig("blender", width=32)
        for name, meant in (
            ("widht", "width"),
            ("depth", "depths"),
            ("Max_Samples", "max_samples"),
        ):
            message = f"RenderConfig has no '{name}', did you mean '{meant}'"
            with self.subTest(name=name):
                with self.assertRaisesRegex(TypeError, message):
                    RenderConfig(height=24, **{name: 1})
                with self.assertRaisesRegex(AttributeError, message):
                    setattr(config, name, 1)
        with self.assertRaisesRegex(AttributeError, "has no 'colour'$"):
            config.colour = 1
        copied = copy.deepcopy(pickle.loads(pickle.dumps(config)))
        self.assertEqual((copied, copied.executable), (config, "blender"))

        @dataclasses.dataclass
        class Own(RenderConfig):
            tonemap: str = "none"

        self.assertEqual((Own(tonemap="log").tonemap, Own(width=8).width), ("log", 8))
        with self.assertRaisesRegex(TypeError, "Own has no 'tone_map', did you mean 'tonemap'"):
            Own(tone_map="log")

    def test_memory(self):
        for text, size in ((7, 7), ("2K", 2048), ("1.5 GiB", 3 << 29), ("4gb", 4 << 30)):
            with self.subTest(text=text):
                self.assertEqual(memory(text), size)
        for text in ("", "GB", "-1G", "4 apples", 0):
            with self.subTest(text=text), self.assertRaises(ValueError):
                memory(text)

    def test_as_many_as_fit_on_the_cards(self):
        with open("nvidia-smi", "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\necho 9000\necho 5000\n")
        os.chmod("nvidia-smi", 0o755)
        with mock.patch.dict(os.environ, PATH=os.getcwd()):
            self.assertEqual(RenderConfig(max_job_vram="4GB").jobs_that_fit(), 3)
            with self.assertRaisesRegex(RuntimeError, "no card has 9GB"):
                RenderConfig(max_job_vram="9GB").jobs_that_fit()
        with mock.patch.dict(os.environ, PATH="/nonexistent"):
            with self.assertLogs("rv.client", "WARNING"):
                self.assertEqual(RenderConfig(jobs=2, max_job_vram="4GB").jobs_that_fit(), 2)
        with self.assertRaisesRegex(ValueError, "max_job_vram"):
            RenderConfig(autoscale=True).spawn()

    def test_spawn(self):
        with RenderConfig(jobs=3, log_dir=None).spawn(layout="visionsim") as clients:
            self.assertEqual(len(clients), 3)


class DecoratorsTest(ClientCase):
    class Own(BlenderClient):
        @blender.require_connected_client
        def connected(self):
            return 1

        @blender.require_initialized_service
        def initial(self):
            return 2

        @blender.validate_camera_moved
        def turn(self, angle):
            self._task.pose["rotate"] = angle

    def test_them(self):
        client = self.Own.spawn()
        self.assertEqual(client.connected(), 1)
        with self.assertRaisesRegex(RuntimeError, "initialize"):
            client.initial()
        client.initialize(scene(), "root")
        self.assertEqual(client.initial(), 2)
        client.turn(1.0)
        with self.assertLogs("rv.client", "WARNING"):
            client.turn(1.0)
        client.close()
        with self.assertRaisesRegex(RuntimeError, "closed"):
            client.connected()


class CollectionTest(ClientCase):
    def setUp(self):
        super().setUp()
        self.clients = BlenderClients.spawn(jobs=3)
        self.addCleanup(self.clients.close)

    def test_a_sequence(self):
        first, second, third = self.clients
        self.assertIs(self.clients[0], first)
        self.assertEqual(self.clients[1:], [second, third])
        self.assertIsInstance(first, BlenderClient)
        self.assertEqual(len(list(self.clients)), len(self.clients))

    def test_what_one_is_told(self):
        self.clients.initialize(scene(), "root")
        self.assertIsNone(self.clients.include_depths())
        for client in self.clients:
            client.set_resolution(8, 8)
        self.clients[1].rotate_camera(1.0)
        with self.assertRaisesRegex(RuntimeError, "clients 0 and 1 were told different things"):
            self.clients.render_animation(1, 2)
        self.clients.reset()
        with self.assertRaisesRegex(RuntimeError, "initialize"):
            self.clients[2].include_depths()


class PixelsTest(ClientCase):
    def test_floats_there_and_back(self):
        planes = {"V": array("f", range(6)), "A": array("f", [0.5] * 6)}
        width, height, found = pixels.read_exr(pixels.write_exr(3, 2, planes))
        self.assertEqual((width, height, found), (3, 2, planes))
        with self.assertRaisesRegex(ValueError, "no EXR"):
            pixels.read_exr(b"\x89PNG\r\n\x1a\n" + bytes(100))

    def test_radiance(self):
        data = pixels.write_hdr(2, 2, array("f", [0.0, 1.0, 12.0, 1e10]))
        head, _, body = data.partition(b"\n\n-Y 2 +X 2\n")
        self.assertTrue(head.startswith(b"#?RADIANCE"))
        shades = [body[i] / 256 * 2.0 ** (body[i + 3] - 128) for i in range(0, 16, 4)]
        self.assertEqual(shades[:3], [0.0, 1.0, 12.0])
        self.assertAlmostEqual(shades[3] / 1e10, 1.0, 2)

    def test_every_filter_of_png(self):
        values = [[7, 300, 65535, 0], [8, 301, 2, 9], [1, 1, 1, 1], [0, 5, 10, 900], [65535] * 4]
        rows = [b"".join(v.to_bytes(2, "big") for v in row) for row in values]
        filtered, above = b"", bytes(8)
        for kind, row in enumerate(rows):
            line = bytearray()
            for i, value in enumerate(row):
                left, up = row[i - 2] if i > 1 else 0, above[i]
                corner = above[i - 2] if i > 1 else 0
                near = sorted(
                    (abs(left + up - corner - v), n) for n, v in enumerate((left, up, corner))
                )
                paeth = (left, up, corner)[near[0][1]]
                line.append((value - (0, left, up, (left + up) // 2, paeth)[kind]) % 256)
            filtered, above = filtered + bytes([kind]) + line, row
        data = b"\x89PNG\r\n\x1a\n"
        for name, body in (
            (b"IHDR", struct.pack(">IIBBBBB", 4, 5, 16, 0, 0, 0, 0)),
            (b"IDAT", zlib.compress(filtered)),
        ):
            data += struct.pack(">I", len(body)) + name + body + bytes(4)
        width, height, plane = pixels.read_gray16(data)
        self.assertEqual((width, height), (4, 5))
        self.assertEqual(list(plane), [v for row in values for v in row])


class FramesTest(ClientCase):
    def test_notation(self):
        for frames, text in (
            ([7], "7"),
            ([1, 2, 3], "1..3"),
            ([0, 5, 10, 15], "0..15:5"),
            ([1, 2], "1,2"),
            ([1, 5, 9, 10, 11, 12], "1..9:4,10..12"),
            ([1, 4, 5, 6, 20], "1,4..6,20"),
        ):
            with self.subTest(text=text):
                self.assertEqual(notation(frames), text)

    def test_a_lens_that_changes_stands_with_the_frames(self):
        def camera(focal):
            k = [[focal, 0, 16], [0, focal, 8], [0, 0, 1]]
            return {"type": "PERSP", "K": k, "fov": [90, 60], "clip": [1, 9], "matrix_world": []}

        record = {
            "resolution": [32, 16],
            "camera": camera(20),
            "frames": [{"frame": 1}, {"frame": 2, "camera": camera(40)}],
        }
        found = document(entries(record, {"image": ["a", "b"]}), {"c": 3}, {})
        self.assertEqual((found["cx"], found["w"], found["c"]), (16, 32, 3))
        self.assertNotIn("fl_x", found)
        self.assertEqual([frame["fl_x"] for frame in found["frames"]], [20, 40])
        self.assertNotIn("w", found["frames"][1])
