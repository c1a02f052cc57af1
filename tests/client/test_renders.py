# SPDX-License-Identifier: MIT
"""Renders of a client: what is written, what a second run does, what happens when things break."""

import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
from unittest import mock

from rv.client import BlenderClient, BlenderClients, RemoteError, RenderConfig, render_job
from support import (
    ClientCase,
    children,
    holding_blender,
    scene,
    tree,
    wait_until,
    wait_until_held,
)

FLIP = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 3], [0, 0, 0, 1]]


def focal(width):
    """Pixels: the default camera has a lens of 50 mm before 36 mm of sensor."""
    return width * 50 / 36


class RendersTest(ClientCase):
    def setUp(self):
        super().setUp()
        self.client = BlenderClient.spawn(timeout=60)
        self.addCleanup(self.client.close)
        self.client.initialize(scene(), "renders/monkey")

    def tearDown(self):
        self.client.close()
        super().tearDown()

    def saved(self, root="renders/monkey"):
        with open(f"{root}/transforms.json", encoding="utf-8") as file:
            return json.load(file)

    def close_to(self, found, expected, places=5):
        for row, wanted in zip(found, expected):
            for value, other in zip(row, wanted):
                self.assertAlmostEqual(value, other, places)

    def test_what_the_file_says(self):
        client = self.client
        self.assertEqual(client.animation_range(), range(1, 6))
        self.assertEqual(client.animation_range_tuple(), (1, 5, 1))
        self.assertEqual((client.original_fps(), client.get_original_fps()), (12, 12.0))
        client.set_current_frame(3)
        down = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 13], [0, 0, 0, 1]]
        self.close_to(client.camera_extrinsics(), down)
        self.close_to(
            client.camera_intrinsics(), [[focal(32), 0, 16], [0, focal(32), 8], [0, 0, 1]]
        )
        empty = client.empty_transforms()
        self.assertEqual((empty["w"], empty["h"], empty["c"], empty["frames"]), (32, 16, 4, []))
        self.assertEqual(empty["fps"], 12)

    def test_animation_and_its_moves(self):
        client = self.client
        client.set_animation_range(start=2, stop=5)
        self.assertEqual(client.animation_range(), range(2, 5))
        client.move_keyframes(scale=2)
        client.move_keyframes(shift=10)
        self.assertEqual(client.animation_range(), range(14, 20))
        client.set_animation_range(stop=0)
        self.assertEqual(len(client.animation_range()), 0)
        self.assertEqual(client.render_animation()["frames"], [])
        with self.assertRaisesRegex(RuntimeError, "range becomes"):
            client.move_keyframes(scale=1e6)
        self.assertEqual(len(client._task.blend["keyframes"]), 2)

    def test_an_animation(self):
        client, calls = self.client, []
        client.set_resolution((24, 36))
        client.include_frames()
        client.include_depths()
        client.include_normals()
        client.include_flows(direction="backward")
        client.include_segmentations()
        client.include_materials()
        client.include_points()
        client.include_diffuse_pass()
        client.include_specular_pass()
        client.move_keyframes(shift=10)
        found = client.render_animation(12, 15, 3, update_fn=lambda **call: calls.append(call))
        self.assertEqual(calls, [{"total": 2}, {"advance": 1}, {"advance": 1}])
        self.assertEqual(found, self.saved())
        self.assertEqual([frame["frame"] for frame in found["frames"]], [12, 15])
        self.assertEqual((found["w"], found["h"], found["c"], found["fps"]), (36, 24, 3, 12))
        for key, value in (("fl_x", 50), ("fl_y", 50), ("cx", 18), ("cy", 12)):
            self.assertAlmostEqual(found[key], value, 4)
        self.assertAlmostEqual(found["camera_angle_x"], 2 * math.atan(18 / 50), 5)
        for frame, height in zip(found["frames"], (12, 15)):
            self.assertAlmostEqual(frame["transform_matrix"][2][3], height, 4)
            files = [value for key, value in frame.items() if key.endswith("file_path")]
            self.assertEqual(len(files), 15)
            for name in files:
                self.assertGreater(os.path.getsize(f"renders/monkey/{name}"), 0)
            self.assertEqual(frame["flow_file_path"], frame["flow_backward_file_path"])
        self.assertEqual([entry["name"] for entry in found["objects"]], ["Box"])
        self.assertEqual([entry["name"] for entry in found["materials"]], ["Paint"])
        # The cube's top is at z = 1, the camera at 12.
        exr = [sys.executable, os.environ["RV_EXR_AT"], "renders/monkey/depth/000012.exr"]
        depth = subprocess.run([*exr, "18", "12"], stdout=subprocess.PIPE, check=True)
        self.assertEqual(depth.stdout.decode().strip(), "V=11.0000")
        self.assertTrue(os.path.exists("renders/monkey/depth_preview/000015.png"))
        client.close()
        self.assertEqual(os.listdir("renders"), ["monkey"])

    def test_composites(self):
        client = self.client
        with self.assertRaisesRegex(RuntimeError, "monkey.blend has no compositor"):
            client.include_composites()
        client.render_frames([1])  # as if it had not been asked for
        self.assertFalse(os.path.exists("renders/monkey/composite"))
        client.initialize(scene("inverted"), "renders/inverted")
        client.include_composites("OPEN_EXR", "RGB", bit_depth=32)
        with self.assertRaises(ValueError):
            client.include_frames()
        client.include_frames("OPEN_EXR", bit_depth=32)
        found = client.render_frames([2, 4])
        self.assertEqual(found, self.saved("renders/inverted"))
        self.assertEqual(
            [frame["composite_file_path"] for frame in found["frames"]],
            ["composite/000002.exr", "composite/000004.exr"],
        )
        for frame in found["frames"]:
            for key, value in (("file_path", "0.2500"), ("composite_file_path", "0.7500")):
                path = os.path.join("renders/inverted", frame[key])
                exr = [sys.executable, os.environ["RV_EXR_AT"], path, "0", "0"]
                pixel = subprocess.run(exr, stdout=subprocess.PIPE, check=True).stdout.decode()
                self.assertEqual(pixel.split(), [f"{name}={value}" for name in "BGR"])

    def test_frames_one_by_one(self):
        client = self.client
        client.unbind_camera()
        for number in (1, 3):
            client.set_current_frame(number)
            client.position_camera((0, -5, number), look_at=(0, 0, number))
            entry = client.render_current_frame()
            self.assertEqual(
                (entry["frame"], entry["file_path"]), (number, f"frames/00000{number}.png")
            )
            level = [[1, 0, 0, 0], [0, 0, -1, -5], [0, 1, 0, number], [0, 0, 0, 1]]
            self.close_to(entry["transform_matrix"], level)
        entry = client.render_frame(2, dry_run=True)
        self.assertFalse(os.path.exists("renders/monkey/frames/000002.png"))
        self.assertEqual([frame["frame"] for frame in self.saved()["frames"]], [1, 3])

    def test_camera_step_by_step(self):
        client = self.client
        client.unbind_camera()
        client.position_camera((0, 0, 5), rotation=[[1, 0, 0], [0, 1, 0], [0, 0, 1]])
        client.rotate_camera(math.pi / 2)  # clockwise: the camera's right is the world's -y
        clockwise = [[0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 1, 5], [0, 0, 0, 1]]
        self.close_to(client.camera_extrinsics(), clockwise)
        client.offset_camera((1, 0, 0))
        self.close_to(client.camera_extrinsics()[:2], [[0, 1, 0, 0], [-1, 0, 0, -1]])
        client.offset_camera((1, 0, 0))
        client.rotate_camera(-math.pi / 2)
        self.close_to(client.camera_extrinsics()[:2], [[1, 0, 0, 0], [0, 1, 0, -2]])
        client.position_camera((0, 0, 7))  # does not turn
        client.position_camera(look_at=(0, 0, 9))  # does not move
        self.assertAlmostEqual(client.camera_extrinsics()[2][2], -1, 5)

    def test_the_other_eye(self):
        client = self.client
        client.offset_camera((1, 0, 0))
        client.rotate_camera(math.pi / 2)
        client.offset_camera((0.5, 0, 0))
        for frame, entry in enumerate(client.render_animation(dry_run=True)["frames"], 1):
            clockwise = [[0, 1, 0, 1], [-1, 0, 0, -0.5], [0, 0, 1, 10 + frame]]
            self.close_to(entry["transform_matrix"], clockwise)

    def test_camera_keyframes(self):
        client = self.client
        client.set_camera_keyframe(1, FLIP)
        client.position_camera((0, 0, 7))
        client.set_camera_keyframe(5)
        found = client.render_frames([1, 3, 5], dry_run=True)
        heights = [frame["transform_matrix"][2][3] for frame in found["frames"]]
        self.close_to([heights], [[3, 5, 7]])

    def test_a_second_run_renders_nothing(self):
        self.client.include_segmentations()
        self.client.render_frames([1, 2, 3])
        first = tree("renders/monkey", hidden=True)
        inodes = {name: os.stat(f"renders/monkey/{name}").st_ino for name in first}
        self.client.close()
        again = self.client = BlenderClient.spawn(log="log")
        again.initialize(scene(), "renders/monkey")
        again.include_segmentations()
        calls = []
        again.render_frames([3, 2, 1, 1], update_fn=lambda **call: calls.append(call))
        self.assertEqual(calls, [{"total": 3}] + 3 * [{"advance": 1}])
        self.assertEqual(tree("renders/monkey", hidden=True), first)
        del inodes["transforms.json"]
        self.assertEqual(
            {name: os.stat(f"renders/monkey/{name}").st_ino for name in inodes}, inodes
        )
        # Also in the same process, and without it.
        again.render_frames([1, 2, 3])
        self.assertEqual(
            {name: os.stat(f"renders/monkey/{name}").st_ino for name in inodes}, inodes
        )
        again.render_frames([1, 2, 3], allow_skips=False)
        self.assertEqual(tree("renders/monkey", hidden=True), first)
        self.assertNotEqual(
            {name: os.stat(f"renders/monkey/{name}").st_ino for name in inodes}, inodes
        )
        # Something else takes its place.
        again.set_resolution(8, 8)
        again.render_frames([1, 2, 3])
        self.assertNotEqual(tree("renders/monkey")["frames/000001.png"], first["frames/000001.png"])
        self.assertEqual(self.saved()["w"], 8)
        self.assertEqual(len(os.listdir("renders/monkey/.rv")), 2)
        again.initialize(scene(), "renders/monkey")
        again.set_resolution(8, 8)
        again.render_frames([1, 2, 3])
        self.assertEqual(len(os.listdir("renders/monkey/.rv")), 1)

    def test_a_repeated_render_starts_nothing(self):
        client, pids = self.client, set()
        first = client.render_animation()
        blender = children()
        for again in (
            lambda: client.render_animation(),
            lambda: client.render_frame(2),
            lambda: client.render_frame(2),
            lambda: client.render_frame(2, allow_skips=False),
            lambda: client.set_resolution(8, 8),
            lambda: client.render_animation(),
            lambda: client.set_resolution(16, 32),
            lambda: client.render_animation(),
            lambda: client.initialize(scene(), "renders/monkey"),
            lambda: client.render_animation(),
        ):
            found = again()
            pids.add(client.pid)
        self.assertEqual(pids, {client.pid})
        self.assertEqual(children(), blender)
        self.assertEqual(found, first)

    def test_nothing_moves(self):
        self.client.initialize(scene("still"), "renders/still")
        with self.assertRaisesRegex(ValueError, r"nothing moves: .* render_frame\(1\)"):
            self.client.render_animation()
        with self.assertLogs("rv.client", "WARNING") as heard:
            self.assertEqual(len(self.client.render_animation(1, 2)["frames"]), 2)
        self.assertIn("nothing moves: the 2 frames", "\n".join(heard.output))
        self.client.set_camera_keyframe(1, FLIP)
        self.assertEqual(len(self.client.render_animation(dry_run=True)["frames"]), 5)

    def test_arrays_where_numpy_is(self):
        pose = self.client.camera_extrinsics()
        with mock.patch.dict(sys.modules, numpy=None):
            self.assertIsInstance(self.client.camera_extrinsics(), list)
        try:
            import numpy
        except ImportError:
            self.skipTest("numpy is not installed")
        self.assertEqual(pose[:3, 3].tolist(), [0.0, 0.0, 11.0])
        self.assertEqual(self.client.camera_intrinsics().shape, (3, 3))
        self.client.set_camera_keyframe(1, numpy.array(FLIP))
        self.client.position_camera(numpy.array((0.0, 0.0, 2.0)))

    def test_the_files_of_visionsim(self):
        self.client.close()
        self.client = client = BlenderClient.spawn(layout="visionsim")
        client.initialize(scene(), "renders/monkey")
        client.include_frames()
        client.include_depths()
        client.include_normals()
        client.include_flows()
        client.include_segmentations()
        client.render_animation(2, 3)
        found = tree("renders/monkey")
        expected = {f"frames/frame_{n:06d}.png" for n in (2, 3)} | {"transforms.json"}
        for folder, kind in (
            ("depths", "depth"),
            ("normals", "normal"),
            ("segmentations", "segmentation"),
            ("flows", "flow"),
        ):
            shown = "fwd_flow" if kind == "flow" else kind
            for n in (2, 3):
                expected |= {f"{folder}/{kind}_{n:06d}.exr", f"{folder}/debug_{shown}_{n:06d}.png"}
        self.assertEqual(set(found), expected)
        frame = self.saved()["frames"][1]
        for key in ("file_path", "depth_file_path", "normal_file_path", "flow_file_path"):
            self.assertIn(frame[key], found)
        self.assertEqual(frame["segmentation_file_path"], "segmentations/segmentation_000003.exr")

        # The cube goes 0.5 right a frame, its top is 12 from the camera at frame 3.
        def pixel(name):
            exr = [sys.executable, os.environ["RV_EXR_AT"], f"renders/monkey/{name}", "18", "8"]
            said = subprocess.run(exr, stdout=subprocess.PIPE, check=True).stdout.decode()
            return {k: float(v) for k, v in (one.split("=") for one in said.split())}

        self.assertEqual(pixel("depths/depth_000003.exr"), {"V": 12.0})
        self.assertEqual(pixel("normals/normal_000003.exr"), {"R": 0.0, "G": 0.0, "B": 1.0})
        self.assertEqual(pixel("segmentations/segmentation_000003.exr"), {"V": 1.0})
        flow = pixel("flows/flow_000003.exr")
        self.assertLess(flow["R"], -1)  # where it was: left
        self.assertLess(flow["B"], -1)  # and where it will be, turned round
        # Made once.
        times = {name: os.stat(f"renders/monkey/{name}").st_ino for name in found}
        client.render_animation(2, 3)
        del times["transforms.json"]
        self.assertEqual({n: os.stat(f"renders/monkey/{n}").st_ino for n in times}, times)

    def test_pictures_of_other_formats(self):
        self.client.include_frames("JPEG", quality=70)
        self.client.include_depths(file_format="HDR")
        found = self.client.render_frames([2])
        frame = found["frames"][0]
        self.assertEqual(frame["file_path"], "frames/000002.jpg")
        self.assertEqual(frame["depth_file_path"], "depth/000002.hdr")
        for name, start in (("file_path", b"\xff\xd8\xff"), ("depth_file_path", b"#?RADIANCE")):
            with open(os.path.join("renders/monkey", frame[name]), "rb") as file:
                self.assertTrue(file.read().startswith(start))

    def test_a_job(self):
        config = RenderConfig(height=8, width=16)
        config.device_type, config.max_samples, config.depths = "hip", 1, True
        config.keyframe_multiplier = 0.5
        with self.assertLogs("rv.client", "WARNING") as heard:
            found = render_job(
                self.client,
                scene(),
                "renders/job",
                config=config,
                output_blend_file="renders/saved.blend",
            )
        self.assertIn("there is no device of the kind hip", "\n".join(heard.output))
        self.assertEqual((found["w"], found["h"], len(found["frames"])), (16, 8, 3))
        self.assertTrue(os.path.getsize("renders/job/depth_preview/000001.png"))
        self.assertTrue(os.path.getsize("renders/saved.blend"))

    def test_a_part_of_it_is_damaged(self):
        self.client.render_frames([1, 2])
        first = tree("renders/monkey")
        os.truncate("renders/monkey/frames/000002.png", 0)
        self.client.initialize(scene(), "renders/monkey")
        self.client.render_frames([1, 2])
        self.assertEqual(tree("renders/monkey"), first)

    def test_a_file_that_changes(self):
        with open(scene(), "rb") as file, open("own.blend", "wb") as copy:
            copy.write(file.read())
        self.client.initialize("own.blend", "renders/own")
        self.client.render_frames([1])
        first = tree("renders/own")["frames/000001.png"]
        with open(scene("metaballs"), "rb") as file, open("own.blend", "wb") as copy:
            copy.write(file.read())
        self.client.initialize("own.blend", "renders/own")
        self.client.render_frames([1])
        self.assertNotEqual(tree("renders/own")["frames/000001.png"], first)

    def test_one_process_for_several_files(self):
        self.client.render_frames([1])
        pid = self.client.pid
        self.client.initialize(scene("cube"), "renders/cube")
        self.client.render_frames([1])
        self.assertEqual(self.client.pid, pid)
        self.assertNotEqual(
            tree("renders/cube")["frames/000001.png"], tree("renders/monkey")["frames/000001.png"]
        )

    def test_a_root_that_is_a_mount(self):
        self.client.render_frames([1, 2])
        with mock.patch("os.path.ismount", return_value=True):
            self.client.initialize(scene(), "mounts/monkey")
            self.client.render_frames([1])
            self.assertEqual(os.listdir("mounts"), ["monkey"])
            self.client.render_frames([1, 2])
            self.client.close()
        self.assertEqual(tree("mounts"), tree("renders"))
        self.assertEqual(sorted(os.listdir("mounts/monkey")), [".rv", "frames", "transforms.json"])

    def test_names_that_are_no_ids(self):
        self.client.initialize(scene(), "renders/a b.c \u00fc")
        self.client.render_frames([2])
        self.assertEqual(
            sorted(tree("renders/a b.c \u00fc")), ["frames/000002.png", "transforms.json"]
        )

    def test_save_file(self):
        self.client.set_resolution(10, 20)
        self.client.move_keyframes(shift=3)
        self.client.save_file("saved.blend")
        self.client.initialize("saved.blend", "renders/saved")
        self.assertEqual(self.client.animation_range(), range(4, 9))
        self.assertEqual(self.client.empty_transforms()["h"], 10)
        self.assertEqual(os.listdir("renders/monkey"), [])

    def test_in_the_background(self):
        later = self.client.render_frames_async([1, 2])
        self.client.wait()
        self.assertTrue(later.ready and not later.error)
        self.assertEqual(len(later.value["frames"]), 2)
        later = self.client.render_animation_async(1, 2, 0)
        later.wait()
        self.assertTrue(later.error)
        with self.assertRaisesRegex(ValueError, "frame_step"):
            self.client.wait()

    def test_remote_errors(self):
        with self.assertRaisesRegex(RemoteError, "no_such_addon") as caught:
            self.client.load_addons("NO_such_addon")
            self.client.render_frames([1])
        self.assertEqual(caught.exception.code, "scene_error")
        with open("broken.blend", "wb") as file:
            file.write(b"BLENDER but not really")
        self.client.initialize("broken.blend", "renders/broken")
        with self.assertRaisesRegex(RemoteError, "broken.blend"):
            self.client.render_frames([1])
        # The client goes on.
        self.client.initialize(scene(), "renders/monkey")
        with self.assertRaises(RuntimeError):
            self.client.cycles_settings(device_type="metal", use_cpu=False)
        self.client.initialize(scene(), "renders/monkey")
        self.client.render_frames([1])

    def test_cycles_settings(self):
        (name,) = self.client.cycles_settings("cpu", use_cpu=True, max_samples=3)
        self.assertNotIn(name, ("", "CPU"))
        self.client.render_frames([1])
        kept = os.listdir("renders/monkey/.rv")[0]
        with open(f"renders/monkey/.rv/{kept}/_meta.json", encoding="utf-8") as file:
            self.assertEqual(json.load(file)["render"]["samples"], 3)


class BreakTest(ClientCase):
    """Whatever is killed, the same again completes it."""

    def client(self, **options):
        client = BlenderClient.spawn(**{"executable": holding_blender(), **options})
        self.addCleanup(client.close)
        client.initialize(scene(), "renders/monkey")
        client.animation_range()  # starts rv-blend
        return client

    def test_rv_blend_is_killed(self):
        client = self.client()
        later = client.render_animation_async()
        wait_until_held()
        os.kill(client.pid, signal.SIGKILL)
        with self.assertRaisesRegex(RemoteError, "rv-blend was killed by signal 9") as caught:
            later.value
        self.assertEqual(caught.exception.code, "child")
        self.assertFalse(os.path.exists("renders/monkey/transforms.json"))
        os.remove("hold")
        client.render_animation()
        whole = tree("renders/monkey")
        client.initialize(scene(), "quiet/monkey")
        client.render_animation()
        self.assertEqual(tree("quiet/monkey"), whole)
        client.close()

    def test_a_worker_is_killed(self):
        client = self.client()
        later = client.render_animation_async()
        wait_until_held()
        (blender,) = [pid for pid, name in children() if name.startswith("blender")]
        os.kill(blender, signal.SIGKILL)
        os.remove("hold")
        self.assertEqual(len(later.value["frames"]), 5)
        client.close()

    def test_closed_in_the_middle(self):
        client = self.client()
        later = client.render_animation_async()
        wait_until_held()
        client.close()
        self.assertEqual(children(), [])
        with self.assertRaises(RuntimeError):
            later.value

    def test_interrupted(self):
        def interrupt():
            wait_until_held()
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        self.addCleanup(thread.join)  # whatever comes before: the signal is for this test
        with self.assertRaises(KeyboardInterrupt):
            with self.client() as client:
                client.render_animation()

    def program(self):
        """A program that renders, in a session of its own; the pid of its rv-blend."""
        program = (
            "from rv.client import BlenderClient\n"
            "import sys\n"
            "client = BlenderClient.spawn(executable=sys.argv[2])\n"
            "client.initialize(sys.argv[1], 'renders/monkey')\n"
            "client.animation_range()\n"
            "print(client.pid, flush=True)\n"
            "client.render_animation()\n"
        )
        command = [sys.executable, "-c", program, scene(), holding_blender()]
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        pid = int(child.stdout.readline())
        wait_until_held()
        return child, pid

    def test_a_program_that_dies(self):
        child, pid = self.program()
        child.kill()
        child.communicate()
        self.check_gone(pid)

    def test_control_c_reaches_all_of_them(self):
        child, pid = self.program()
        os.killpg(child.pid, signal.SIGINT)
        errors = child.communicate(timeout=60)[1].decode()
        self.assertNotEqual(child.returncode, 0)
        self.assertRegex(errors, "KeyboardInterrupt|rv-blend (was killed|ended)")
        self.check_gone(pid)

    def check_gone(self, pid):
        wait_until(lambda: not os.path.exists(f"/proc/{pid}"))

    def test_a_blender_that_does_not_start(self):
        with open("blender", "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\nexec sleep 600\n")
        os.chmod("blender", 0o755)
        started = time.monotonic()
        with self.assertRaises(TimeoutError):
            self.client(timeout=1, executable=os.path.abspath("blender"))
        self.assertLess(time.monotonic() - started, 60)
        with self.assertRaisesRegex(RemoteError, "/none") as caught:
            self.client(executable="/none")
        self.assertEqual(caught.exception.code, "child")


class SeveralTest(ClientCase):
    def test_two_write_what_one_writes(self):
        for jobs in (1, 2, 8):
            with BlenderClients.spawn(jobs=jobs) as clients:
                clients.initialize(scene(), f"jobs{jobs}/monkey")
                clients.include_frames()
                clients.include_depths()
                clients.include_flows()
                clients.include_segmentations()
                self.assertEqual(len(clients), jobs)
                self.assertEqual(clients.common_animation_range(), range(1, 6))
                self.assertEqual(clients.common_animation_range_tuple(), (1, 5, 1))
                self.assertEqual(clients.original_fps(), (12,) * jobs)
                calls = []
                clients.render_animation(update_fn=lambda **call: calls.append(call))
                self.assertEqual(calls, [{"total": 5}] + 5 * [{"advance": 1}])
        expected = tree("jobs1/monkey")
        self.assertEqual(len(expected), 1 + 5 * (1 + 2 + 3 + 2))
        self.assertEqual(tree("jobs2/monkey"), expected)
        self.assertEqual(tree("jobs8/monkey"), expected)
        self.assertEqual(len(os.listdir("jobs8/monkey/.rv")), 1)

    def test_one_of_them_renders(self):
        with BlenderClients.spawn(jobs=2) as clients:
            clients.initialize(scene(), "renders/monkey")
            clients.render_frames([1])
            for frame, client in enumerate(clients, 2):
                client.render_frame(frame)
            self.assertEqual(len({client.pid for client in clients}), 1)
        with open("renders/monkey/transforms.json", encoding="utf-8") as file:
            self.assertEqual([f["frame"] for f in json.load(file)["frames"]], [1, 2, 3])
