# SPDX-License-Identifier: MIT
"""Scene scripts: how they are loaded and called, and what is said of bad ones."""

import os
import unittest
from importlib.util import find_spec

from rv.plain import compiled
from support import GREY, SampleCase, scene


class ScriptTest(SampleCase):
    def test_generate_signatures(self):
        for signature, call in (
            ("self", "None"),
            ("self, seed", "seed"),
            ("self, seed=None", "seed"),
            ("self, *args", "args[0]"),
            ("self, /, s", "s"),
            ("self, *, seed=5", "seed"),
            ("self, **kw", "len(kw)"),
        ):
            script = (
                f"import rv\nclass T(rv.Scene):\n  def generate({signature}):\n"
                f"    self.set_custom_meta(v={call})\n"
            )
            expected = {"None": None, "len(kw)": 0}.get(call, 5 if "seed=5" in signature else 7)
            record, _ = self.render(script, seed=7)
            self.assertEqual(record["custom_meta"]["v"], expected, signature)

    def test_seeds_of_64_bits(self):
        script = scene(
            "self.set_custom_meta(seeds=[str(seed), str(self.seed)], draw=self.rng().uniform(0, 1))"
        )
        draws = {}
        for wide in ("-5", "5", "-9223372036854775808", "9223372036854775807"):
            record, _ = self.render(script, record={"params": {"seed64": wide}}, dry_run=True)
            self.assertEqual(record["custom_meta"]["seeds"], [wide, wide])
            draws[wide] = record["custom_meta"]["draw"]
        self.assertEqual(len(set(draws.values())), 4)
        record, _ = self.render(script, seed=5, dry_run=True)
        self.assertEqual(record["custom_meta"]["draw"], draws["5"])
        for wrong in (-5, "5.0", "", "0x5", "9223372036854775808", "-9223372036854775809"):
            text = "params.seed64 is"
            self.fails(script, "scene_error", text, record={"params": {"seed64": wrong}})

    @unittest.skipIf(find_spec("numpy") is None, "there is no NumPy")
    def test_names_that_importers_want_of_numpy(self):
        record, _ = self.render(
            scene(
                """
                import numpy
                self.set_custom_meta(v=str(numpy.array([1, 0]).astype(numpy.bool)))
                """
            )
        )
        self.assertEqual(record["custom_meta"]["v"], "[ True False]")

    def test_module(self):
        body = """
            self.set_custom_meta(
                name=__name__,
                here=os.getcwd() == sys.path[0],
                file=os.path.basename(__file__),
                known=sys.modules[__name__].Test is type(self),
            )
            """
        record, _ = self.render(scene(body, head="import os\nimport sys\nimport rv"))
        meta = {"name": "dynamic_module", "here": True, "file": "scene.py", "known": True}
        self.assertEqual(record["custom_meta"], meta)

    def test_changed_files_are_not_remembered(self):
        """Same length, same second; what was compiled counts by its text alone."""
        for value in (1, 2, 3, 1):
            self.write("helper.py", f"value = {value}\n")
            script = scene(
                f"self.set_custom_meta(a=helper.value, b={value})", head="import helper\nimport rv"
            )
            self.assertEqual(self.render(script)[0]["custom_meta"], {"a": value, "b": value})

    def test_compiled_once(self):
        compiled._compile_quietly.cache_clear()
        self.write("helper.py", "value = 1\n")
        script = scene("pass", head="import helper\nimport rv")
        for _ in range(3):
            self.render(script)
        found = compiled._compile_quietly.cache_info()
        self.assertEqual((found.misses, found.hits), (2, 4))

    def test_warnings_and_errors_of_the_compiler_come_each_time(self):
        strict = "import warnings\nimport rv\nwarnings.simplefilter('error')\nimport helper"
        self.write("helper.py", "value = 1 is 2\n")
        for _ in range(2):
            self.render(scene("pass", head="import helper\nimport rv"))
            self.fails(scene("pass", head=strict), "scene_error", "SyntaxError", "helper.py")
        self.write("helper.py", "value = (\n")
        for _ in range(2):
            self.fails(scene("pass", head=strict), "scene_error", "SyntaxError", "helper.py")

    def test_base_classes(self):
        self.write("base.py", "import rv\nclass Base(rv.Scene):\n  size = 3\n")
        record, _ = self.render(
            "from base import Base\nclass Leaf(Base):\n"
            "  def generate(self):\n    self.set_custom_meta(size=self.size)\n"
        )
        self.assertEqual(record["custom_meta"], {"size": 3})
        self.write("whole.py", scene("self.set_custom_meta(a=1)"))
        record, _ = self.render("from whole import Test\n")
        self.assertEqual(record["custom_meta"], {"a": 1})

    def test_module_is_run_anew(self):
        self.write("helper.py", "count = 0\n")
        script = scene(
            "global count\ncount += 1\nhelper.count += 1\n"
            "self.set_custom_meta(a=count, b=helper.count)",
            head="import helper\nimport rv\ncount = 0",
        )
        for _ in range(2):
            self.assertEqual(self.render(script)[0]["custom_meta"], {"a": 1, "b": 1})
        self.write("helper.py", "count = 10  # changed\n")
        self.assertEqual(self.render(script)[0]["custom_meta"], {"a": 1, "b": 11})

    def test_dependencies(self):
        self.write("package/__init__.py", "")
        self.write("package/part.py", "")
        self.write("data.txt", "")
        reply, _ = self.run_sample(
            scene(
                "self.add_dependency('data.txt')",
                head="import json\nimport rv\nimport package.part",
            )
        )
        self.assertEqual(
            reply["deps"], ["data.txt", "package/__init__.py", "package/part.py", "scene.py"]
        )

    def test_dependencies_outside(self):
        inside = self.write("inside/scene.py", scene("self.add_dependency('../outside.txt')"))
        outside = self.write("outside.txt", "")
        self.root = os.path.dirname(inside)
        reply, _ = self.run_sample(inside)
        self.assertEqual(reply["deps"], [outside, "scene.py"])


class BadScriptTest(SampleCase):
    def test_classes(self):
        self.fails("x = 1\n", "scene_error", "scene.py has no subclass of rv.Scene")
        two = "import rv\nclass B(rv.Scene):\n  pass\nclass A(rv.Scene):\n  pass\n"
        self.fails(two, "scene_error", "2 subclasses", "A, B")
        self.fails(
            "import rv\nclass T(rv.Scene):\n  pass\n", "scene_error", "needs a method generate"
        )

    def test_files(self):
        self.fails("missing.py", "scene_error", "cannot read the scene missing.py")
        self.fails("missing.blend", "scene_error", "cannot open missing.blend")

    def test_syntax_error(self):
        message = self.fails(
            "import rv\nclass T(rv.Scene)\n  pass\n",
            "scene_error",
            "scene.py, line 2",
        )
        self.assertTrue(message.startswith("scene.py:2: SyntaxError: "), message)
        self.assertNotIn(self.root, message)
        message = self.fails("import rv\nimport absent\n", "scene_error")
        first = "scene.py:2: ModuleNotFoundError: No module named 'absent'. Scenes see packages of "
        self.assertTrue(message.startswith(first), message)
        message = self.fails("import rv.absent\n", "scene_error")
        first = "scene.py:1: ModuleNotFoundError: No module named 'rv.absent'"
        self.assertEqual(message.splitlines()[0], first)
        self.write("broken.py", "x = (\n")
        self.fails(
            "import broken\n", "scene_error", "SyntaxError", "broken.py, line 1", "scene.py, line 1"
        )
        self.fails("x = '\0'\n", "scene_error", "null byte")

    def test_exception(self):
        self.write("deep.py", "def fall():\n    raise KeyError('gone')\n")
        message = self.fails(scene("deep.fall()", head="import deep\nimport rv"), "scene_error")
        lines = message.splitlines()
        self.assertEqual(lines[0], "deep.py:2: KeyError: 'gone'")
        self.assertEqual(lines[1], "  scene.py, line 7, in generate: deep.fall()")
        self.assertEqual(lines[2], "  deep.py, line 2, in fall: raise KeyError('gone')")
        self.assertEqual(len(lines), 3)

    def test_long_traceback(self):
        body = "def down(n):\n    return down(n - 1) if n else 1 / 0\ndown(50)"
        lines = self.fails(scene(body), "scene_error").splitlines()
        self.assertEqual(lines[0], "scene.py:7: ZeroDivisionError: division by zero")
        self.assertIn("in generate", lines[1])
        self.assertIn("1 / 0", lines[-1])
        self.assertIn("  ...", lines)
        self.assertLess(len(lines), 16)

    def test_errors_of_the_api(self):
        message = self.fails(
            scene("self.objects.cube().set_scale('big')"),
            "scene_error",
            "TypeError: rv.Object 'Cube': scale must be a number or 3 numbers",
        )
        self.assertNotIn("objects.py", message)

    def test_ends_of_the_process(self):
        for body, text in (
            ("sys.exit(3)", "SystemExit: 3"),
            ("sys.exit()", "SystemExit"),
            ("raise KeyboardInterrupt", "KeyboardInterrupt"),
            ("raise GeneratorExit", "GeneratorExit"),
            ("def f(): f()\nf()", "RecursionError"),
        ):
            self.fails(scene(body, head="import sys\nimport rv"), "scene_error", text)
        self.fails("import sys\nsys.exit(1)\n", "scene_error", "SystemExit: 1")
        self.render(scene(GREY))

    def test_constructor(self):
        self.fails(
            "import rv\nclass T(rv.Scene):\n  def __init__(self, output_dir):\n    1 / 0\n",
            "scene_error",
            "ZeroDivisionError",
            "scene.py, line 4",
        )

    def test_world(self):
        for world, text in (
            ("rv.HDRIWorld('no.hdr')", "HDRIWorld"),
            ("rv.ImportedWorld('no.blend')", "ImportedWorld"),
            ("None", "world must be an rv.World"),
        ):
            self.fails(scene(f"self.world = {world}"), "scene_error", text)
