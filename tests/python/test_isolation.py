# SPDX-License-Identifier: MIT
"""A sample does not know what ran before it: not in Blender, not in the interpreter."""

import builtins
import contextlib
import gc
import json
import os
import random
import resource
import signal
import sys
import threading
import time
import unittest
from unittest import mock

import addon_utils
import bpy
from rv.clean import leftovers
from rv.engine import compat
from rv.sample.handler import resident_bytes
from support import GREY, SampleCase, image, passes, scene

BODY = (
    GREY
    + """
rng = random.Random(seed)
self.enable_semantic_channels("painted")
paint = self.materials.basic("Paint").set_params(base_color=(0.8, 0.1, 0.1))
paint.set_semantic("painted")
for i in range(4):
    cube = self.objects.cube().set_location((rng.uniform(-3, 3), rng.uniform(-3, 3), 0))
    cube.set_tags("cube").set_material(paint).set_property("n", i)
self.lights.area(power=300).set_location((1, 2, 5)).set_size(2)
self.set_custom_meta(
    draw=random.random(),
    stream=self.rng("x").unit(),
    frame=rv.bpy.context.scene.frame_current,
    extra=os.environ.get("RV_EXTRA"),
    path="/extra" in sys.path,
)
"""
)
HEAD = "import os\nimport random\nimport sys\nimport rv"

DIRTY = """
b = rv.bpy
s = b.context.scene
s.frame_set(77)
s.render.fps = 7
s.render.film_transparent = True
s.render.use_motion_blur = True
s.render.pixel_aspect_x = 2
s.view_settings.exposure = 3
s.view_settings.gamma = 0.5
s.cycles.samples = 3
s.cycles.max_bounces = 0
s.cycles.pixel_filter_type = "BOX"
s.unit_settings.scale_length = 5
b.context.view_layer.aovs.add().name = "leak"
b.context.view_layer.use_pass_normal = True
b.context.view_layer.material_override = b.data.materials.new("Override")
for name in ("Cube", "Camera", "Paint"):
    b.data.objects.new(name, b.data.meshes.new(name))
    b.data.materials.new(name)
    b.data.images.new(name, 8, 8)
s.collection.objects.link(b.data.objects["Cube"])
b.ops.rigidbody.world_add()
b.data.scenes.new("Second")
b.app.handlers.render_pre.append(hook)
b.app.handlers.depsgraph_update_post.append(hook)
os.environ["RV_EXTRA"] = "1"
os.environ.pop("PATH", None)
os.chdir("/")
sys.path.insert(0, "/extra")
sys.stdout = None
os.umask(0)
random.seed(5)
rv.BasicWorld().set_params(color=(9, 9, 9)).apply(self)
"""
DIRTY_HEAD = (
    HEAD
    + """
import atexit
from bpy.app.handlers import persistent

@persistent
def hook(*args):
    rv.bpy.context.scene.render.film_transparent = True
"""
)


ADDED = """
class Extra(bpy.types.PropertyGroup):
    x: bpy.props.IntProperty()

class LEAK_OT_extra(bpy.types.Operator):
    bl_idname = "leak.extra"
    bl_label = "Extra"

def add():
    for kind in (Extra, LEAK_OT_extra):
        bpy.utils.register_class(kind)
    bpy.types.Object.extra = bpy.props.IntProperty(default=3)
    bpy.types.Scene.extra = bpy.props.PointerProperty(type=Extra)
    bpy.types.SunLight.extra = bpy.props.CollectionProperty(type=Extra)
    bpy.types.PoseBone.extra = bpy.props.BoolProperty()
    bpy.types.Object.method = lambda self: 1
    bpy.types.Mesh.from_pydata = None
    bpy.context.scene.extra.x = 4
"""

THREADS = """
def busy():
    while True:
        try:
            sum(range(100))
        except Exception:
            pass

def late(fd, path):
    os.read(fd, 1)
    open(path, "w").close()
"""


class IsolationTest(SampleCase):
    def same(self, first, second):
        """Asserts that two samples are the same, record, picture and passes."""
        self.assertEqual(first[0], second[0])
        self.assertEqual(image(first[1]).rows, image(second[1]).rows)
        self.assertEqual(passes(first[1]).stable(), passes(second[1]).stable())

    def clean(self, seed=3):
        return self.render(scene(BODY, head=HEAD), seed=seed, samples=4)

    def test_same_again(self):
        first = self.clean()
        self.same(first, self.clean())
        other = self.clean(seed=4)
        self.assertNotEqual(first[0]["objects"], other[0]["objects"])
        self.assertNotEqual(image(first[1]).rows, image(other[1]).rows)
        self.same(first, self.clean())

    def test_after_a_dirty_sample(self):
        first = self.clean()
        environment, path, streams = dict(os.environ), list(sys.path), (sys.stdout, sys.stderr)
        here, mask = os.getcwd(), os.umask(0o022)
        os.umask(mask)
        for ending in ("", "raise ValueError('x')\n", "sys.exit(1)\n"):
            self.run_sample(scene(DIRTY + ending, head=DIRTY_HEAD))
            self.assertEqual(dict(os.environ), environment)
            self.assertEqual(sys.path, path)
            self.assertEqual((sys.stdout, sys.stderr), streams)
            self.assertEqual(os.getcwd(), here)
            self.assertEqual(os.umask(mask), mask)
            self.same(first, self.clean())
        self.assertEqual(list(bpy.app.handlers.render_pre), [])

    def test_what_our_own_code_needs_is_put_back(self):
        """Even before the picture of the sample itself."""
        first = self.clean()
        head = HEAD + "\nimport builtins, gc, resource, signal"
        for dirt in (
            "sys.stderr.close()",
            "os.close(2)",
            "os.close(1)",
            "os.close(0)",
            "builtins.print = builtins.sorted = None",
            "builtins.extra = 1",
        ):
            self.same(first, self.render(scene(BODY, dirt, head=head), seed=3, samples=4))
            for fd in range(3):
                os.fstat(fd)
            self.assertFalse(sys.stderr.closed)
            self.assertNotIn("extra", vars(builtins))
            self.same(first, self.clean())

    def test_modules_of_python_are_put_back(self):
        first = self.clean()
        dirt = """
            import json
            sys.modules["random"] = None
            sys.modules["json"] = rv
            sys.modules["tabnanny"] = None
            random.random = lambda: 0.5
            """
        self.run_sample(scene(dirt, head=HEAD))
        self.assertIs(sys.modules["random"], random)
        self.assertIs(sys.modules["json"], json)
        self.assertNotIn("tabnanny", sys.modules)
        self.same(first, self.clean())

    def test_limits_and_masks_are_put_back(self):
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)
        pace, processors = gc.get_threshold(), os.sched_getaffinity(0)
        dirt = """
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
            gc.set_threshold(1, 1, 1)
            """
        self.run_sample(scene(dirt, head=HEAD + "\nimport gc, resource, signal"))
        self.assertEqual(signal.pthread_sigmask(signal.SIG_BLOCK, ()), mask)
        self.assertEqual(resource.getrlimit(resource.RLIMIT_NOFILE), limit)
        self.assertEqual(os.sched_getaffinity(0), processors)
        self.assertEqual(gc.get_threshold(), pace)

    def test_the_dirty_sample_is_dirty(self):
        """What the test above relies on: the dirt has an effect in its own sample."""
        record, out = self.render(scene(BODY, DIRTY, head=DIRTY_HEAD))
        self.assertIn("ViewLayer.leak.R", passes(out).types)
        self.assertIn(
            0, {alpha for row in image(out).rows for alpha in row[3::4]}, "transparent film"
        )

    def test_modules_of_the_user_are_forgotten(self):
        self.write("state.py", "seen = []\n")
        script = scene(
            "state.seen.append(seed)\nself.set_custom_meta(seen=state.seen)",
            head="import state\nimport rv",
        )
        for seed in (1, 2):
            self.assertEqual(self.render(script, seed=seed)[0]["custom_meta"], {"seen": [seed]})
        self.assertNotIn("state", sys.modules)

    def test_folders_of_modules_are_forgotten(self):
        """Packages without an __init__.py, which Python makes of folders, and what is in them."""
        for name in ("parts/state.py", "parts/inner/state.py", "venv/site-packages/both/other.py"):
            self.write(name, "seen = []\n")
        self.write("both/state.py", "seen = []\n")
        body = """
            sys.path.append("venv/site-packages")
            from both import other, state
            from parts import state as first
            from parts.inner import state as second
            other.seen.append(seed)
            for one in (state, first, second):
                one.seen.append(seed)
            seen = [one.seen for one in (state, first, second)]
            self.set_custom_meta(seen=seen, stays=other.seen)
            """
        script = scene(body, head="import sys\nimport rv")
        for name in ("both", "both.other"):
            self.addCleanup(sys.modules.pop, name, None)
        for seed in (1, 2):
            told = self.render(script, seed=seed)[0]["custom_meta"]
            self.assertEqual(told, {"seen": [[seed]] * 3, "stays": [1, 2][:seed]})
        self.assertEqual([name for name in sys.modules if "parts" in name], [])
        self.write("parts/__init__.py", "whole = True\n")
        script = scene("import parts\nself.set_custom_meta(whole=parts.whole)")
        self.assertEqual(self.render(script)[0]["custom_meta"], {"whole": True})

    def test_modules_that_no_import_made_are_forgotten(self):
        """But for those that an installed package has put below its own name."""
        self.write("venv/site-packages/maker.py", "import sys\nsys.modules['maker.sub'] = sys\n")
        self.write("own/__init__.py", "")
        body = """
            sys.path.append("venv/site-packages")
            import maker, own
            for name in ("made", "made.below", "own.made"):
                sys.modules[name] = types.ModuleType(name)
            sys.modules["alias"] = maker
            sys.modules["nothing"] = sys.modules["maker.nothing"] = None
            """
        for name in ("maker", "maker.sub"):
            self.addCleanup(sys.modules.pop, name, None)
        self.render(scene("pass"))
        before = set(sys.modules)
        self.render(scene(body, head="import sys, types\nimport rv"))
        self.assertEqual(set(sys.modules) - before, {"maker", "maker.sub"})

    def test_installed_packages_stay(self):
        """Many cannot be loaded twice, and none of them is the user's."""
        self.write("venv/lib/site-packages/installed.py", "runs = []\n")
        body = """
            sys.path.append("venv/lib/site-packages")
            import installed
            installed.runs.append(seed)
            self.set_custom_meta(runs=list(installed.runs))
            """
        script = scene(body, head="import sys\nimport rv")
        self.addCleanup(sys.modules.pop, "installed", None)
        reply, _ = self.run_sample(script, seed=1)
        self.assertEqual(reply["deps"], ["scene.py"])
        record, _ = self.render(script, seed=2)
        self.assertEqual(record["custom_meta"]["runs"], [1, 2])

    def test_package_below_the_root_stays(self):
        """A root that holds this very package must not make it load anew."""
        import rv

        script = self.write("elsewhere/scene.py", scene("pass"))
        self.root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(rv.__file__))))
        self.render(script)
        self.assertIs(sys.modules["rv"], rv)

    def test_types_are_put_back(self):
        """Properties, methods and classes that a script adds to Blender's, in any order."""
        first = self.clean()
        head = HEAD + "\nimport bpy\n" + ADDED
        meshes = bpy.types.Mesh.from_pydata
        for body in (
            "add()",
            "add()\nraise ValueError('x')",
            "bpy.utils.register_class(Extra)\nbpy.utils.unregister_class(Extra)\nadd()",
        ):
            for _ in range(2):  # a second time nothing is there yet
                reply, _ = self.run_sample(scene(body, head=head))
                self.assertEqual(reply["ok"], "raise" not in body, reply)
                for kind in (bpy.types.Object, bpy.types.Scene, bpy.types.SunLight):
                    self.assertFalse(hasattr(kind, "extra"))
                    self.assertNotIn("extra", kind.bl_rna.properties)
                self.assertNotIn("extra", bpy.types.PoseBone.bl_rna.properties)
                self.assertFalse(hasattr(bpy.types.Object, "method"))
                self.assertIs(bpy.types.Mesh.from_pydata, meshes)
                self.assertNotIn("extra", dir(bpy.ops.leak))
                names = [kind.__name__ for kind in bpy.types.PropertyGroup.__subclasses__()]
                self.assertNotIn("Extra", [n for n in names if hasattr(bpy.types, n)])
        self.same(first, self.clean())

    def test_add_ons_are_put_back(self):
        """Those that a script turns on or off by itself, also by reading factory settings."""
        first = self.clean()
        name = "node_wrangler"
        before = set(bpy.context.preferences.addons.keys())
        self.assertFalse(addon_utils.check(name)[1])
        for body in (
            f"addon_utils.enable({name!r})",
            f"addon_utils.enable({name!r}, default_set=True)\nraise ValueError('x')",
            f"rv.bpy.ops.preferences.addon_enable(module={name!r})",
            "addon_utils.disable('cycles', default_set=True)",
            "addon_utils.disable_all()",
            "rv.bpy.ops.wm.read_factory_settings(use_empty=True)",
            "rv.bpy.ops.wm.read_factory_settings()",
            "rv.bpy.ops.wm.read_homefile()",
        ):
            with self.subTest(body):
                self.run_sample(scene(body, head=HEAD + "\nimport addon_utils"))
                self.assertFalse(addon_utils.check(name)[1])
                self.assertEqual(set(bpy.context.preferences.addons.keys()), before)
                self.same(first, self.clean())

    def test_processes_end_with_their_sample(self):
        """Those that have left its group, and those whose parents are gone, too."""
        head = HEAD + "\nimport subprocess"
        for body in (
            "subprocess.Popen(['sleep', '99'])",
            "subprocess.Popen(['sleep', '99'], start_new_session=True)\nraise ValueError('x')",
            "subprocess.run(['sh', '-c', 'sleep 99 & setsid sleep 98 &'])",
            "subprocess.Popen(['sh', '-c', 'sleep 99 & (setsid sleep 98 &) ; sleep 97'])",
            "os.fork() or os.execlp('sleep', 'sleep', '99')",
            "os.fork() or os._exit(0)",
        ):
            with self.subTest(body):
                self.run_sample(scene(body, head=head))
                with self.assertRaises(ChildProcessError):
                    os.waitpid(-1, os.WNOHANG)

    def test_threads_end_with_their_sample(self):
        before = set(sys._current_frames())
        head = HEAD + "\nimport threading, time, _thread\n" + THREADS
        patience = mock.patch.object(leftovers, "PATIENCE_S", 60)
        patience.start()
        self.addCleanup(patience.stop)
        for body in (
            "threading.Thread(target=busy, daemon=True).start()",
            "threading.Thread(target=busy).start()\nraise ValueError('x')",
            "_thread.start_new_thread(busy, ())",
        ):
            with self.subTest(body):
                reply, _ = self.run_sample(scene(body, head=head))
                self.assertEqual(set(sys._current_frames()), before)
                self.assertEqual(reply["run"]["warnings"], [])

    def test_a_thread_that_waits_ends_before_it_does_anything(self):
        """Until then the worker is spoiled."""
        path = os.path.join(self.scratch, "late")
        reading, writing = os.pipe()
        body = f"threading.Thread(target=late, args=({reading}, {path!r})).start()"
        head = HEAD + "\nimport threading, time\n" + THREADS
        reply, _ = self.run_sample(scene(body, head=head))
        self.assertEqual(reply["run"]["spoiled"], ["1 thread of the script did not end"])
        self.assertEqual(threading.active_count(), 2)
        os.write(writing, b"x")
        deadline = time.monotonic() + 60
        while threading.active_count() > 1 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(threading.active_count(), 1)
        self.assertFalse(os.path.exists(path))
        os.close(reading)
        os.close(writing)
        reply, _ = self.run_sample(scene("pass", head=HEAD))
        self.assertNotIn("spoiled", reply["run"])

    def test_random_state(self):
        self.clean()
        after = random.random()
        self.run_sample(scene("random.seed()", head=HEAD))
        self.clean()
        self.assertEqual(random.random(), after)

    def test_memory_stays_flat(self):
        script = scene(BODY, head=HEAD)
        sizes = [self.run_sample(script, seed=i)[0]["run"]["rss"] for i in range(60)]
        if not sizes[0]:
            self.skipTest("no /proc")
        self.assertLess(max(sizes[30:]) - max(sizes[10:30]), 8 << 20)


def settings_of(owner, path=""):
    """Plain values of a data-block's settings and of what it owns, by path."""
    found = {}
    for prop in owner.bl_rna.properties:
        name, value = prop.identifier, getattr(owner, prop.identifier, None)
        if prop.type == "POINTER":
            if path.endswith(".image_settings"):
                continue  # of an override that is off
            if isinstance(value, bpy.types.PropertyGroup) or name in OWNED:
                found.update(settings_of(value, f"{path}.{name}"))
        elif prop.type != "COLLECTION" and name not in OF_NO_CONCERN:
            found[f"{path}.{name}"] = tuple(value) if getattr(prop, "is_array", False) else value
    return found


OWNED = ("render", "image_settings", "view_settings", "display_settings", "unit_settings", "cycles")
OF_NO_CONCERN = ("filepath", "exr_codec", "session_uid", "use_stamp_memory", "gi_cache_info")


class ResetTest(unittest.TestCase):
    """A fast reset is as good as reading the factory's start-up file."""

    def state(self):
        scene, layer = bpy.context.scene, bpy.context.view_layer
        names = {
            p.identifier for p in bpy.types.BlendData.bl_rna.properties if p.type == "COLLECTION"
        }
        names -= {
            "screens",
            "workspaces",
            "window_managers",
            "all_ids",
            "brushes",
            "palettes",
            "linestyles",
        }
        data = {name: sorted(item.name for item in getattr(bpy.data, name)) for name in names}
        return {**settings_of(scene), **settings_of(layer, "layer"), "data": data}

    maxDiff = None

    @contextlib.contextmanager
    def files_read(self):
        """A list that gets an item for each file that Blender reads."""
        found = []
        note = bpy.app.handlers.persistent(lambda *arguments: found.append(True))
        bpy.app.handlers.load_post.append(note)
        yield found
        bpy.app.handlers.load_post.remove(note)

    @staticmethod
    def fill(count):
        """Puts `count` objects with a mesh each into the scene and moves them."""
        for i in range(count):
            obj = bpy.data.objects.new("Object", bpy.data.meshes.new("Mesh"))
            bpy.context.scene.collection.objects.link(obj)
            obj.location = obj.scale = (i, 1, 1)

    def test_much_goes_with_a_file(self):
        """To remove thousands of data-blocks one by one takes seconds."""
        compat.reset()
        self.fill(1000)
        with self.files_read() as read:
            compat.reset()
            self.assertEqual(len(read), 1)
            bpy.context.scene.render.resolution_percentage = 1
            compat.reset()
            self.assertEqual(len(read), 1)  # nothing is there

    def test_scenes_before_leave_nothing(self):
        sizes = []
        for _ in range(400):
            bpy.context.scene.render.resolution_percentage = 1
            self.fill(60)
            compat.reset()
            sizes.append(resident_bytes())
        self.assertLess(max(sizes[300:]) - max(sizes[50:100]), 1 << 20)

    def test_settings_are_those_of_the_factory(self):
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        expected = self.state()
        self.assertGreater(len(expected), 250)
        bpy.app.handlers.depsgraph_update_post.clear()  # a sample's, gone before the next one
        scene = bpy.context.scene
        scene.frame_set(77)
        scene.render.fps = 7
        scene.render.film_transparent = True
        scene.cycles.samples = 3
        scene.view_settings.exposure = 3
        scene.unit_settings.scale_length = 5
        bpy.context.view_layer.use_pass_normal = True
        bpy.context.view_layer.aovs.add().name = "leak"
        bpy.ops.mesh.primitive_cube_add()
        for small in (scene, bpy.data.scenes.new("Second")):
            small.render.resolution_percentage = 1  # a picture that may stay
        compat.LITTER.share = 0.0
        with self.files_read() as read:
            compat._empty_scene()
        self.assertEqual(read, [])
        bpy.context.view_layer.update()
        found = self.state()
        different = {
            key: (expected.get(key), found.get(key))
            for key in expected
            if expected[key] != found.get(key)
        }
        self.assertEqual(different, {})
