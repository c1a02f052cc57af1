# SPDX-License-Identifier: MIT
"""The pool and its progress."""

import contextlib
import importlib.util
import io
import os
import shutil
import threading
from unittest import mock

from rv.client import BlenderClients, PoolProgress, RemoteError
from rv.client.tools import find_tool
from support import ClientCase, holding_blender, scene, ssh_to_here, tree, wait_until_held

BLENDER = shutil.which(os.environ.get("RV_BLENDER", "blender"))
NAMES = ["monkey", "cube", "metaballs"]


def render(client, name, tick=None):
    client.initialize(scene(name), f"renders/{name}")
    return len(client.render_frames([1, 2], update_fn=tick)["frames"])


def fail(client, tick=None):
    client.initialize(scene(), "renders/failed")
    client.load_addons("no_such_addon")
    client.render_frames([1], update_fn=tick)


class PoolTest(ClientCase):
    def test_every_way_to_call(self):
        with BlenderClients.pool(2, log="logs", timeout=60) as pool:
            self.assertEqual(pool.map(render, NAMES), [2, 2, 2])
            self.assertEqual(pool.map_async(render, NAMES).get(), [2, 2, 2])
            self.assertEqual(list(pool.imap(render, NAMES)), [2, 2, 2])
            self.assertEqual(list(pool.imap_unordered(render, NAMES)), [2, 2, 2])
            self.assertEqual(pool.starmap(render, [(name, None) for name in NAMES]), [2, 2, 2])
            self.assertEqual(pool.starmap_async(render, [("cube",)]).get(), [2])
            self.assertEqual(pool.apply(render, ("cube",), {"tick": None}), 2)
            self.assertEqual(pool.apply_async(render, kwds={"name": "cube"}).get(), 2)
            pool.close()
            pool.join()
        self.assertEqual(len(tree("renders")), 3 * 3)
        self.assertEqual(sorted(os.listdir("logs")), ["job000", "job001"])

    def test_clients_are_not_shared(self):
        meeting = threading.Barrier(2, timeout=60)

        def meet(client, number):
            meeting.wait()
            return id(client)

        with BlenderClients.pool(2) as pool:
            self.assertEqual(len(set(pool.map(meet, range(2)))), 2)

    def test_an_earlier_call_leaves_nothing(self):
        def begin(client):
            client.initialize(scene(), "root")

        with BlenderClients.pool(1) as pool:
            pool.apply(begin)
            with self.assertRaisesRegex(RuntimeError, "initialize"):
                pool.apply(lambda client: client.include_depths())

    def test_connections_are_commands(self):
        with open("there", "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\necho "$1" >>{os.path.abspath("used")}; shift; exec "$@"\n')
        os.chmod("there", 0o755)
        there = os.path.abspath("there")
        conns = [[there, name, find_tool("rv-blend")] for name in ("one", "two")]
        meeting = threading.Barrier(2, timeout=60)

        def both(client, name):
            meeting.wait()
            return render(client, name)

        with BlenderClients.pool(conns=conns) as pool:
            self.assertEqual(pool.map(both, NAMES[:2]), [2, 2])
        with open("used", encoding="utf-8") as file:
            self.assertEqual(sorted(file), ["one\n", "two\n"])

    def test_errors_arrive(self):
        with BlenderClients.pool(1) as pool:
            with self.assertRaises(RemoteError) as caught:
                pool.apply(fail)
            self.assertEqual(caught.exception.code, "scene_error")
            with self.assertRaises(ZeroDivisionError):
                pool.map(lambda client, n: 1 // n, [1, 0])
            self.assertEqual(pool.apply(render, ("cube",)), 2)

    def check_progress(self):
        with BlenderClients.pool(2) as pool, PoolProgress() as progress:
            ticks, results = [], []
            for name in NAMES:
                ticks.append(progress.add_task(f"Rendering {name}..."))
                results.append(pool.apply_async(render, args=(name, ticks[-1])))
            ticks.append(progress.add_task("This one fails"))
            bad = pool.apply_async(fail, kwds={"tick": ticks[-1]})
            ticks.append(progress.add_task("This one, too", total=7))
            worse = pool.apply_async(lambda client, tick: 1 // 0, (ticks[-1],))
            progress.wait(timeout=120)
            self.assertTrue(all(tick.has_ended for tick in ticks))
            self.assertEqual([(tick.completed, tick.total) for tick in ticks[:3]], 3 * [(2, 2)])
            self.assertEqual([result.get() for result in results], [2, 2, 2])
            with self.assertRaises(RemoteError):
                bad.get()
            with self.assertRaises(ZeroDivisionError):
                worse.get()
            self.assertIsInstance(ticks[3].error, RemoteError)

    def test_progress_with_bars(self):
        if importlib.util.find_spec("rich") is None:
            self.skipTest("rich is not installed")
        with contextlib.redirect_stdout(io.StringIO()):
            self.check_progress()

    def test_progress_with_lines(self):
        with mock.patch("importlib.util.find_spec", return_value=None):
            with contextlib.redirect_stderr(io.StringIO()) as output:
                self.check_progress()
        lines = output.getvalue().splitlines()
        for name in NAMES:
            self.assertIn(f"Rendering {name}... 2/2", lines)
        self.assertTrue(
            any(line.startswith("This one fails failed: scene_error") for line in lines)
        )

    def test_progress_outside_of_a_pool(self):
        with contextlib.redirect_stderr(io.StringIO()):
            with mock.patch("importlib.util.find_spec", return_value=None):
                progress = PoolProgress()
            tick = progress.add_task("by hand")
            with self.assertRaises(TimeoutError):
                progress.wait(timeout=0.1)
            tick(total=2)
            tick(advance=1)
            with self.assertRaises(TimeoutError):
                progress.wait(timeout=0.1)
            tick(completed=2)
            progress.wait(timeout=60)

    def test_left_in_the_middle(self):
        def slow(client, tick):
            client.initialize(scene(), "renders/slow")
            client.render_animation(update_fn=tick)

        with mock.patch("importlib.util.find_spec", return_value=None):
            progress = PoolProgress()
        with contextlib.redirect_stderr(io.StringIO()):
            with BlenderClients.pool(1, executable=holding_blender()) as pool:
                ticks = [progress.add_task(str(i)) for i in range(3)]
                for tick in ticks:
                    pool.apply_async(slow, (tick,))
                wait_until_held()
            progress.wait(timeout=60)
        self.assertTrue(all(tick.error is not None for tick in ticks))


class SshTest(ClientCase):
    def test_another_host(self):
        conn = [*ssh_to_here(), find_tool("rv-blend")]
        os.mkdir("over there")
        os.chdir("over there")
        with BlenderClients.pool(conns=[conn, conn], executable=BLENDER) as pool:
            self.assertEqual(pool.map(render, NAMES), [2, 2, 2])
            with self.assertRaises(RemoteError) as caught:
                pool.apply(fail)
            self.assertEqual(caught.exception.code, "scene_error")
        os.chdir("..")
        os.mkdir("here")
        os.chdir("here")
        with BlenderClients.pool(1) as pool:
            pool.map(render, NAMES)
        there = tree("../over there/renders")
        self.assertEqual(len(there), 3 * 3)
        self.assertEqual(there, tree("renders"))
