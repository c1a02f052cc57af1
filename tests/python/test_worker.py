# SPDX-License-Identifier: MIT
"""worker.py as a process of its own: descriptors, hello, end, samples alone and after others."""

import json
import os
import subprocess
import sys

import bpy
from support import GREY, SampleCase, image, passes, scene
from test_isolation import BODY, DIRTY, DIRTY_HEAD, HEAD

WORKER = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "..", "blender", "worker.py"
)

LOUD = (
    GREY
    + """
print("{}")
os.write(1, b'{"ok":true}\\n')
sys.stdout.write("no newline")
subprocess.run(["sh", "-c", "echo '{}'; echo '{}' >&2; echo '{}' >&4"])
links = ["/proc/self/fd/%d" % fd for fd in range(3, 300)]
found = subprocess.run(["readlink", *links], stdout=subprocess.PIPE, text=True, close_fds=False)
self.set_custom_meta(pipes=[t for t in found.stdout.split() if t.startswith("pipe:")])
"""
)


class Worker:
    """A worker and the two pipes to it."""

    def __init__(self, log, hash_seed="0", options=()):
        requests, self._requests = os.pipe()
        self._replies, replies = os.pipe()

        def descriptors():
            high = [os.dup(fd) for fd in (requests, replies)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)
            for fd in high:
                os.close(fd)

        kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        with open(log, "wb") as file:
            self.process = subprocess.Popen(
                [
                    bpy.app.binary_path,
                    "--background",
                    "--factory-startup",
                    "-noaudio",
                    "-t",
                    "1",
                    "--python-use-system-env",
                    "--python-exit-code",
                    "70",
                    "--python",
                    WORKER,
                    "--",
                    "--requests",
                    "3",
                    "--replies",
                    "4",
                    *options,
                ],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                pass_fds=(3, 4),
                preexec_fn=descriptors,
                env={**kept, "PYTHONHASHSEED": hash_seed, "PYTHONNOUSERSITE": "1"},
            )
        os.close(requests)
        os.close(replies)
        self.replies = os.fdopen(self._replies, "rb")
        self.hello = json.loads(self.replies.readline())

    def ask(self, line):
        os.write(self._requests, line + b"\n")
        return json.loads(self.replies.readline())

    def end(self):
        """Closes the requests; what else came, and the exit status."""
        os.close(self._requests)
        rest = self.replies.read()
        self.replies.close()
        return rest, self.process.wait(60)


class WorkerTest(SampleCase):
    def worker(self, **options):
        return Worker(os.path.join(self.root, "log"), **options)

    def log(self):
        with open(os.path.join(self.root, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def test_hello_and_end(self):
        worker = self.worker()
        self.assertEqual(worker.hello["hello"], 1)
        self.assertEqual(worker.hello["blender"], "%d.%d.%d" % tuple(bpy.app.version))
        self.assertEqual(worker.hello["python"], "%d.%d.%d" % sys.version_info[:3])
        self.assertEqual(worker.hello["device"], worker.hello["devices"][0])
        self.assertEqual(worker.hello["devices"][-1], "CPU")
        self.assertIs(type(worker.hello["denoiser"]), bool)
        self.assertEqual(worker.end(), (b"", 0))

    def test_nothing_but_replies(self):
        worker = self.worker()
        head = "import os\nimport subprocess\nimport sys\nimport rv"
        for _ in range(2):
            reply = worker.ask(self.request(scene(LOUD, head=head))[0])
            self.assertTrue(reply["ok"], reply)
            self.assertEqual(reply["record"]["custom_meta"], {"pipes": []})
        self.assertFalse(worker.ask(b"nonsense")["ok"])
        self.assertFalse(worker.ask(self.request(scene("sys.exit(1)", head=head))[0])["ok"])
        self.assertEqual(worker.end(), (b"", 0))
        self.assertIn("no newline", self.log())
        self.assertFalse(os.path.exists(os.path.join(self.root, "__pycache__")))

    def test_alone_and_after_others(self):
        clean, dirty = scene(BODY, head=HEAD), scene(DIRTY, head=DIRTY_HEAD)
        found = []
        for before in ((), (dirty, clean), (scene("raise ValueError", head=HEAD), dirty)):
            worker = self.worker()
            for script in before:
                worker.ask(self.request(script, seed=8)[0])
            line, out = self.request(clean, seed=3, samples=4)
            reply = worker.ask(line)
            self.assertTrue(reply["ok"], reply)
            self.assertEqual(worker.end()[1], 0)
            found.append((json.dumps(reply["record"]), image(out).rows, passes(out).stable()))
        self.assertEqual(found[0], found[1])
        self.assertEqual(found[0], found[2])

    def test_warm(self):
        """What is drawn before the hello is in no sample, and saves the first one time."""
        script = scene(BODY, head=HEAD)
        replies, times = [], []
        for options in ((), ("--warm", "auto"), ("--warm", "metal")):
            worker = self.worker(options=options)
            line, out = self.request(script, seed=3)
            replies.append((worker.ask(line), out))
            times.append(replies[-1][0]["run"]["render_s"])
            self.assertEqual(worker.end(), (b"", 0))
        for reply, out in replies[1:]:
            self.assertEqual(reply["record"], replies[0][0]["record"])
            self.assertEqual(image(out).rows, image(replies[0][1]).rows)
            self.assertEqual(passes(out).stable(), passes(replies[0][1]).stable())
        self.assertLess(times[1], times[0] / 2)

    def test_order_of_sets(self):
        script = scene("self.set_custom_meta(order=list({'cube', 'cone', 'ball', 'ring', 'rod'}))")
        orders = []
        for _ in range(2):
            worker = self.worker()
            orders.append(worker.ask(self.request(script)[0])["record"]["custom_meta"])
            worker.end()
        self.assertEqual(*orders)

    def test_no_camera_then_a_good_one(self):
        worker = self.worker()
        reply = worker.ask(self.request(scene("rv.bpy.context.scene.camera = None"))[0])
        self.assertEqual(reply["error"]["code"], "render_error")
        self.assertTrue(worker.ask(self.request(scene(GREY))[0])["ok"])
        worker.end()
