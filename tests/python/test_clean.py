# SPDX-License-Identifier: MIT
"""Restore or retire: what one sample does, row by row, leaves no trace in the next.

After each row the same sample is rendered as alone: record, picture, passes, and what it can see of
the state of things. What cannot be put back is tried in workers of their own, which then say so.
"""

import json
import os
import sys
import types
import unittest

from rv.clean import altered
from support import GREY, HANDLER, SampleCase, image, passes, scene
from test_worker import Worker

# One line each; a name before `|` is that of a module that has to be there.
ROWS = r"""
faulthandler.dump_traceback_later(40, exit=True)
rv.Object.set_location = lambda self, place: self
rv.Object.set_location.__code__ = (lambda self, place: self).__code__
rv.Object.copy.__defaults__ = ("Other", False, False)
rv.plain.rng.Stream.unit = lambda self: 0.25
rv.plain.rng.ROUNDS = 1
rv.SkyWorld.__init__ = rv.BasicWorld.__init__ = None
del rv.BasicWorld.set_params
rv.BasicWorld.__eq__ = lambda self, other: True
rv.Light.light_data = property(lambda self: None)
rv.Scene.rng = None
rv.extra = rv.Scene.extra = 1
rv.Scene.__bases__ = (type("Mixed", (), {}), *rv.Scene.__bases__)
rv.Camera.__bases__ = (rv.Light,)
rv.plain.meta.f32 = lambda value: 1.0
rv.plain.limits.RESOLUTION_MAX = 1
rv.engine.compat.VERSION = (9, 9, 9)
rv.engine.compat._PRINCIPLED["roughness"] = ("Metallic",)
rv.engine.passes._PASSES.clear()
rv.sample.settings._CHECKS.clear()
rv.scenes.physics.SHAPES["box"] = "SPHERE"
rv.sample.render.render = rv.sample.record.describe = None
rv.sample.handler.SampleHandler.__call__ = rv.clean.guard.Guards.restore = None
rv.clean.code.Code.restore = rv.clean.process.Process.restore = None
rv.clean.code._same = lambda now, kept: True; rv.plain.limits.RESOLUTION_MAX = 1
rv.clean.altered._Tagged.places = lambda self: (); rv.plain.limits.RESOLUTION_MAX = 1
rv.clean.altered._Watched.places = lambda self: (); rv.plain.limits.RESOLUTION_MAX = 1
rv.clean.altered._Unknown.places = lambda self: (); rv.engine.passes._PASSES.clear()
vars(sys.modules["rv"]).clear()
sys.modules["rv.plain.meta"] = sys.modules["rv"] = None
subprocess.Popen = subprocess.run = None
inspect.signature = inspect.Parameter = None
traceback.format_exception_only = traceback.extract_tb = None
json.dumps = json.loads = json.JSONEncoder.default = None
json.JSONEncoder.item_separator = "; "
json._default_encoder.item_separator = "; "
calendar.setfirstweekday(3)
copy._deepcopy_dispatch.clear()
logging.addLevelName(25, "LEFT")
shutil.register_archive_format("left", print)
xml.etree.ElementTree.register_namespace("left", "urn:left")
os.path.join = os.path.abspath = os.path.realpath = lambda *parts: "/"
os.listdir = os.makedirs = os.path.isfile = lambda *parts: []
math.isfinite = math.radians = math.dist = lambda *numbers: 0.0
random.Random.uniform = random.random = lambda *numbers: 0.5
random.seed = lambda *seed: None
tempfile.tempdir = "/nonexistent"
shutil.rmtree = shutil.copy = None
threading.Thread.start = threading.excepthook = None
time.monotonic = time.time = lambda: 0.0
dataclasses.dataclass = enum.Enum.__call__ = None
warnings.warn = warnings.showwarning = None
struct.Struct = struct.pack = None
builtins.len = builtins.print = builtins.open = builtins.isinstance = None
builtins.extra = 1
sys.path[:] = []
sys.path = sys.meta_path = sys.modules = []
sys.argv[:] = ["x"]
sys.setrecursionlimit(90)
sys.setswitchinterval(9.0)
sys.dont_write_bytecode = False
getattr(sys, "set_int_max_str_digits", print)(640)
sys.tracebacklimit = 0
sys.excepthook = sys.displayhook = sys.unraisablehook = None
sys.stdout = sys.stderr = None
sys.stderr.close()
os.close(1); os.close(2)
sys.settrace(lambda *event: 1 / 0)
sys.setprofile(lambda *event: 1 / 0)
threading.settrace(lambda *event: None)
sys.set_asyncgen_hooks(lambda generator: None)
os.environ.clear()
os.environ["RV_LEFT"] = "1"
os.putenv("RV_LEFT", "1")
os.environ["TZ"] = "Asia/Tokyo"; time.tzset()
os.environ["TZ"] = "Asia/Tokyo"; time.tzset(); del os.environ["TZ"]
os.chdir("/")
os.umask(0)
locale.setlocale(locale.LC_ALL, "C")
signal.signal(signal.SIGUSR1, lambda *call: None)
signal.signal(signal.SIGALRM, lambda *call: 1 / 0); signal.setitimer(signal.ITIMER_REAL, 9)
signal.signal(signal.SIGVTALRM, lambda *call: 1 / 0); signal.setitimer(signal.ITIMER_VIRTUAL, 9)
signal.signal(signal.SIGPROF, lambda *call: 1 / 0); signal.setitimer(signal.ITIMER_PROF, 9)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGCHLD})
gc.disable(); gc.set_threshold(1, 1, 1)
gc.callbacks.append(lambda *call: 1 / 0)
threading.stack_size(1 << 20)
socket.setdefaulttimeout(0.001)
os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (9, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
open("/proc/self/oom_score_adj", "w").write("900")
sys.modules["left"] = types.ModuleType("left")
codecs.register(lambda name: codecs.lookup("ascii") if name == "left" else None); "".encode("left")
codecs.unregister(encodings.search_function)
codecs.register_error("strict", lambda error: ("", error.end))
codecs.register_error("left", lambda error: ("", error.end))
ctypes.CDLL(None).prctl(29, 9999999, 0, 0, 0)
ctypes.CDLL(None).personality(0x0040000)
decimal.getcontext().prec = 3
decimal.DefaultContext.prec = 3
csv.register_dialect("excel", delimiter=";"); csv.field_size_limit(3)
logging.disable(logging.CRITICAL); logging.root.setLevel(1); logging.getLogger("x").setLevel(1)
logging.addLevelName(logging.WARNING, "HINT")
warnings.simplefilter("error")
copyreg.dispatch_table[rv.Vector] = None
random.seed(5); random.random()
numpy | np.set_printoptions(precision=2)
numpy | np.seterr(all="raise")
numpy | np.random.seed(5); np.random.random()
numpy | np.array = np.zeros = np.float64 = None
numpy | np.random.random = lambda *size: 0.5
rv.bpy.app.driver_namespace["left"] = 1
rv.bpy.app.handlers.frame_change_pre.append(lambda *call: 1 / 0)
rv.bpy.context.window_manager["left"] = 1
rv.bpy.context.preferences.edit.use_global_undo = False
rv.bpy.context.preferences.view.language = "DEFAULT"
rv.bpy.context.preferences.filepaths.temporary_directory = "/nonexistent"
rv.bpy.context.scene["left"] = rv.bpy.context.view_layer["left"] = 1
rv.bpy.utils.register_class = rv.bpy.path.abspath = None
rv.bpy.types.Object.left = rv.bpy.props.IntProperty()
rv.bpy.types.Scene.frame_set = None
rv.mathutils.Vector = rv.mathutils.Matrix = None
rv.mathutils.noise.seed_set(9); rv.mathutils.noise.random()
rv.bpy.ops.wm.read_factory_settings()
rv.bpy.context.scene.unit_settings.scale_length = 0.01
rv.bpy.data.scenes.new("Left").collection["left"] = 1
subprocess.Popen(["sleep", "99"], start_new_session=True)
os.fork() or time.sleep(99)
threading.Thread(target=lambda: [time.sleep(0.01) for _ in range(9999)]).start()
ctypes.CDLL(None).setenv(b"RV_LEFT", b"1", 1)
"""

# Who has the right to can put these back.
PRIVILEGED = {
    "os.nice(5)": "priority",
    "resource.setrlimit(resource.RLIMIT_NOFILE, (90, 90))": "limit",
    "resource.setrlimit(resource.RLIMIT_FSIZE, (9, 9))": "limit",
}

# What cannot be put back: the worker says why it is spoiled.
SPOILING = {
    "sys.addaudithook(lambda event, values: None)": "audit hook",
    'sys.addaudithook(lambda event, values: event == "open" and 1 / 0)': "audit hook",
    "os.setresuid(1, 1, 1)": "user",
    "os.setsid() if os.getpid() != os.getsid(0) else os.setpgid(0, 0)": "session",
    "ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)": "privileges",
    "kept.extend(open('/dev/null') for _ in range(200))": "files were left open",
    "rv.bpy.ops.preferences.addon_disable(module='cycles')": "settings of add-ons are gone",
    "threading.Thread(target=os.read, args=(os.pipe()[0], 1), daemon=True).start()": "thread",
}

HEAD = """
import builtins, calendar, codecs, copy, copyreg, csv, ctypes, dataclasses, decimal, encodings
import enum, faulthandler, gc, inspect, json, locale, logging, math, os, random, resource, shutil
import signal, socket, struct, subprocess, sys, tempfile, threading, time, traceback, types
import warnings
import xml.etree.ElementTree
import rv, rv.sample.handler

try:
    import numpy as np
except ImportError:
    np = None
kept = sys.__dict__.setdefault("kept", [])
"""

# Uses as much as it can of what a row may have broken, and tells what it sees.
PROBE = (
    GREY
    + """
rng = self.rng("places")
light = self.lights.point("Lamp", power=500).set_location((1, -2, 3))
paint = self.materials.basic("Paint").set_params(base_color=(0.8, 0.1, 0.1), roughness=0.3)
for i in range(3):
    cube = self.objects.cube("Box").set_location((rng.uniform(-2, 2), rng.unit(), 0))
    cube.set_material(paint).set_tags("box").copy().move(dz=1)
self.scatter(cube, 3, rv.Domain.rect(size=(6, 6)), gap=0.1)
answer = self.generators.init("sh answer.sh").generate_str()
shell = subprocess.run(["sh", "-c", "echo $RV_LEFT"], stdout=subprocess.PIPE).stdout.decode()
try:
    1 / 0
except ZeroDivisionError as error:
    told = traceback.format_exception_only(type(error), error)
saved = csv.reader(["a,b"])
try:
    codec = codecs.lookup("left").name
except LookupError:
    codec = None
try:
    handler = codecs.lookup_error("left") and "left"
except LookupError:
    handler = None
c = ctypes.CDLL(None)
b = rv.bpy
self.set_custom_meta(
    numbers=[random.random(), random.Random(3).uniform(0, 1), rng.normal(), math.radians(90)],
    answer=answer, shell=shell, told=told, row=list(saved),
    third=str(decimal.Decimal(1) / 3), digits=sys.getrecursionlimit(),
    big=getattr(sys, "get_int_max_str_digits", int)(), bytecode=sys.dont_write_bytecode,
    hooks=[str(h) for h in (sys.excepthook, sys.displayhook)] and "x",
    trace=[sys.gettrace(), sys.getprofile(), sys.getswitchinterval()],
    environment=sorted(name for name in os.environ if "LEFT" in name), zone=list(time.tzname),
    here=os.path.basename(os.getcwd()) == os.path.basename(os.path.realpath(os.getcwd())),
    mask=os.umask(0o22) and os.umask(0o22), locale=locale.setlocale(locale.LC_ALL),
    signals=[str(signal.getsignal(n)) for n in (10, 14, 26, 27)],
    blocked=sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
    timers=[signal.getitimer(n) for n in range(3)],
    collector=[gc.isenabled(), gc.get_threshold(), len(gc.callbacks)],
    timeout=[socket.getdefaulttimeout(), threading.stack_size()],
    processors=len(os.sched_getaffinity(0)), files=resource.getrlimit(resource.RLIMIT_NOFILE),
    level=[logging.root.level, logging.root.manager.disable, logging.getLevelName(30)],
    loggers=logging.getLogger("x").level, table=len(copyreg.dispatch_table),
    dumped=json.dumps(copy.deepcopy([1, 2])), weekday=calendar.firstweekday(),
    formats=len(shutil.get_archive_formats()), name=logging.getLevelName(25),
    spaces=xml.etree.ElementTree.tostring(xml.etree.ElementTree.Element("{urn:left}a")).decode(),
    codec=codec, handler=handler, late=[c.prctl(30, 0, 0, 0, 0), c.personality(-1)],
    decoder=codecs.lookup("latin-1").name,
    modules=[name for name in sys.modules if "left" in name],
    worth=open("/proc/self/oom_score_adj").read(),
    decoded=b"\\xc3\\xa4".decode(), left=[hasattr(rv, "extra"), hasattr(builtins, "extra")],
    drivers=sorted(b.app.driver_namespace.keys()), manager=sorted(b.context.window_manager.keys()),
    handlers=len(b.app.handlers.frame_change_pre), scenes=len(b.data.scenes),
    undo=b.context.preferences.edit.use_global_undo,
    unit=b.context.scene.unit_settings.scale_length,
    added=[hasattr(b.types.Object, "left"), b.path.abspath("/x"), len(rv.Vector((1, 2, 3)))],
    noise=rv.mathutils.noise.random(), scene=sorted(b.context.scene.keys()),
    numpy=None if np is None else [
        str(np.array([1 / 3])), np.geterr(), float(np.random.random()), str(np.float64(0.5))
    ],
)
warnings.warn("told")
"""
)


class AlteredTest(unittest.TestCase):
    """Dicts of which it is told that they were altered."""

    def test_the_best_means_are_at_hand(self):
        kind = "_Watched" if sys.version_info >= (3, 12) else "_Tagged"
        self.assertEqual(type(altered.altered()).__name__, kind)

    def test_each_change_and_nothing_else_is_told(self):
        module, kind = types.ModuleType("module"), type("Kind", (), {"a": 1})
        spaces = [{"a": 1}, vars(module), altered.real_dict(kind)]
        looked = altered.altered()
        for space in spaces:
            looked.add(space)
        looked.settle()
        self.assertEqual((spaces[0]["a"], kind.a, "b" in vars(module)), (1, 1, False))
        self.assertEqual(list(looked.places()), [])
        for change, places in (
            (lambda: setattr(module, "b", 2), [1]),
            (lambda: setattr(kind, "a", 2), [2]),
            (lambda: delattr(kind, "a"), [2]),
            (lambda: exec("global c\nc = 3", vars(module)), [1]),
            (lambda: (spaces[0].setdefault("d", 4), vars(module).clear()), [0, 1]),
        ):
            change()
            self.assertEqual(list(looked.places()), places)
            looked.settle()
            self.assertEqual(list(looked.places()), [])

    def test_more_of_them_than_python_has_watchers(self):
        many = [altered.altered() for _ in range(20)]
        for looked in many:
            space = {}
            looked.add(space)
            looked.settle()
            space["a"] = 1
            self.assertEqual(list(looked.places()), [0])


class Rows(SampleCase):
    def setUp(self):
        super().setUp()
        self.write("answer.sh", """printf '{"result":"%s"}' "$RV_LEFT"\n""")

    def probe(self):
        reply, out = self.run_sample(scene(PROBE, head=HEAD), seed=3, resolution=[16, 16])
        self.assertTrue(reply["ok"], reply)
        self.assertNotIn("spoiled", reply["run"])
        self.assertTrue(any("told" in text for text in reply["run"]["warnings"]), reply["run"])
        return json.dumps(reply["record"]), image(out).rows, passes(out).stable()

    def test_each_leaves_nothing(self):
        rows = ROWS.strip().split("\n")
        self.assertGreaterEqual(len(rows), 100)
        self.assertEqual(len(set(rows)), len(rows))
        try:
            import numpy
        except ImportError:
            numpy = None
        alone = self.probe()
        for row in rows:
            needs, _, text = row.rpartition(" | ")
            if needs == "numpy" and numpy is None:
                continue
            with self.subTest(text):
                reply, _ = self.run_sample(scene(text, head=HEAD), seed=8, resolution=[16, 16])
                self.assertNotIn("spoiled", reply["run"])
                if not reply["ok"]:
                    self.assertIn(reply["error"]["code"], ("scene_error", "render_error"), reply)
                self.assertEqual(self.probe(), alone)

    def test_what_cannot_be_put_back_is_said(self):
        self.write("scene.py", scene("pass", head=HEAD))
        for text, word in SPOILING.items():
            with self.subTest(text):
                reply, _ = self.after(text)
                self.assertIn(word, " ".join(reply["run"].get("spoiled", [])), reply)
                if "add-ons" in word or "files" in word:  # it can be rendered all the same
                    self.assertTrue(reply["ok"], reply)
                self.assertTrue(any(word in w for w in reply["run"]["warnings"]), reply)

    def test_errors_in_the_place_of_warnings(self):
        """Of them the message tells where they end what rv does; on 5.2 Blender warns of worlds."""
        body = "import warnings\nwarnings.simplefilter('error')"
        reply, _ = self.run_sample(scene(body))
        if not reply["ok"]:
            self.assertEqual(reply["error"]["code"], "scene_error")
            self.assertIn("warnings.filters", reply["error"]["message"])

    def test_what_a_module_sets_as_it_is_imported(self):
        """It stays, and is not called something that the script has replaced."""
        self.assertNotIn("urllib.robotparser", sys.modules)
        body = """
        from urllib.robotparser import RequestRate as kind
        self.set_custom_meta(home=kind.__module__)
        """
        for _ in range(2):
            reply, _ = self.run_sample(scene(body))
            self.assertEqual(reply["record"]["custom_meta"]["home"], "urllib.robotparser")
        body = "import sched\nimport os, rv\nos.path.join = None"
        error = self.run_sample(scene(body))[0]["error"]
        self.assertIn("has replaced what rv needs: posixpath.join", error["message"])

    def test_what_takes_a_right(self):
        """Put back, or said."""
        seen = "[os.getpriority(0, 0), resource.getrlimit(resource.RLIMIT_NOFILE)]"
        before = self.after("pass", f"self.set_custom_meta(seen={seen})")[1]
        for text, word in PRIVILEGED.items():
            with self.subTest(text):
                reply, after = self.after(text, f"self.set_custom_meta(seen={seen})")
                if word not in " ".join(reply["run"].get("spoiled", [])):
                    self.assertEqual(
                        after["record"]["custom_meta"], before["record"]["custom_meta"]
                    )

    def after(self, text, then="pass"):
        """The replies of a worker of its own to a row and to another sample."""
        worker = Worker(os.path.join(self.root, "log"))
        reply = worker.ask(self.request(scene(text, head=HEAD))[0])
        second = None
        if not reply["run"].get("spoiled"):
            second = worker.ask(self.request(scene(then, head=HEAD))[0])
        worker.process.kill()
        worker.process.wait()
        worker.replies.close()
        return reply, second

    def test_one_failing_guard_does_not_stop_the_others(self):
        def fail():
            raise OSError("no")

        restores = HANDLER._guards._restores
        restores.insert(1, ("Broken", fail))
        self.addCleanup(restores.remove, ("Broken", fail))
        alone_mask = os.umask(0o22)
        os.umask(alone_mask)
        reply, _ = self.run_sample(scene("os.umask(0)\nrv.left = 1", head=HEAD))
        self.assertEqual(reply["run"]["spoiled"], ["Broken: OSError: no"])
        self.assertEqual(os.umask(alone_mask), alone_mask)
        import rv

        self.assertFalse(hasattr(rv, "left"))


if __name__ == "__main__":
    unittest.main()
