# SPDX-License-Identifier: MIT
"""Generator programs that scenes run: what they get, what may come back, and what stays of them."""

import json
import os
import subprocess
import sys
import tempfile
import textwrap
import time
from unittest import mock

import rv
from rv.clean import leftovers
from rv.plain.kept import KEPT, KEPT_MAX
from rv.scenes import programs
from rv.scenes.shader import TextureImage
from support import GREY, SampleCase, SceneCase, scene

ECHO = """#!/bin/sh
printf '{"result":%s}' "$(cat)"
"""
PPM = """#!/bin/sh
cat >request.json
work=$(sed 's/.*"work_dir": "\\([^"]*\\)".*/\\1/' request.json)
rm request.json
printf 'P3 1 1 255 255 0 0 ' >"$work/red.ppm"
echo '{"result": "red.ppm"}'
"""
# Answers a line with its process, how often it was asked, and how much; misbehaves when told.
COUNTER = """
import json, os, sys, time
with open("starts", "a") as file:
    file.write("start\\n")
n = 0
for line in sys.stdin:
    request = json.loads(line)
    params, n = request["params"], n + 1
    fault = params.get("fault")
    if fault == "die":
        sys.exit("out of ideas")
    if fault == "hang":
        time.sleep(300)
    if fault == "nonsense":
        print("[]", flush=True)
        continue
    if fault == "chatter":
        sys.stderr.write("chatter\\n" * 100000)
    if "file" in params:
        with open(os.path.join(request["work_dir"], params["file"]), "w") as file:
            file.write(str(request["seed"]))
    result = params["file"] if params.get("path") else [os.getpid(), n, len(params.get("text", ""))]
    answer = json.dumps({"result": result}) + "\\n"
    sys.stdout.write(answer * 2 if fault == "twice" else answer)
    sys.stdout.flush()
    if fault == "late":
        time.sleep(0.2)
        print("and this", flush=True)
        open("said", "w").close()
"""


class Generators(SceneCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(KEPT.end)
        directory = tempfile.TemporaryDirectory(prefix="rv-test-")
        self.addCleanup(directory.cleanup)
        self.root = os.path.realpath(directory.name)
        self.scene._stage.root = self.root
        self.scene._stage.work = os.path.join(self.root, "generated", "_rv_x", "a")
        self.scene.seed, self.scene.seed_mode = 7, "seq"

    def init(self, command, **options):
        return self.scene.generators.init(command, **options)

    def counter(self, **options):
        """A program that is kept."""
        if not os.path.exists(os.path.join(self.root, "counter.py")):
            self.script("counter.py", COUNTER)
        return self.init(f"{python()} counter.py", persistent=True, **options)

    def starts(self):
        with open(os.path.join(self.root, "starts"), encoding="ascii") as file:
            return len(file.readlines())

    def script(self, name, text):
        path = os.path.join(self.root, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(text))
        os.chmod(path, 0o755)

    def fails(self, command, *texts, method="generate", **params):
        with self.assertRaises(RuntimeError) as caught:
            getattr(self.init(command), method)(**params)
        for text in ("generator ", *texts):
            self.assertIn(text, str(caught.exception))

    def test_what_a_program_gets(self):
        self.script("echo.sh", ECHO)
        got = self.init("  ./echo.sh ").generate(a=1, b=[None, "ü"])
        expected = {
            "params": {"a": 1, "b": [None, "ü"]},
            "seed": 7,
            "seed_mode": "seq",
            "root_dir": self.root,
            "work_dir": self.scene._stage.work,
        }
        self.assertEqual(got, expected)
        self.assertEqual(list(got), list(expected))
        self.assertTrue(os.path.isdir(self.scene._stage.work))
        self.assertEqual(os.stat(self.scene._stage.work).st_mode & 0o777, 0o755)
        self.scene.seed, self.scene.seed_mode = None, None
        self.assertEqual(
            list(self.init("./echo.sh").generate()), ["params", "root_dir", "work_dir"]
        )

    def test_a_command_is_for_the_shell_in_the_root(self):
        self.script("gen.py", "import json\nprint(json.dumps({'result': __name__}))")
        self.assertEqual(self.init(f"A=1 {sys.executable} gen.py").generate_str(), "__main__")
        self.assertEqual(
            self.init('echo "{\\"result\\": \\"$(pwd)\\"}" | cat').generate_str(), self.root
        )

    def test_results(self):
        one = "cat >/dev/null; echo '  {\"result\": %s}\n\n'"
        self.assertIsNone(self.init(one % "null").generate())
        self.assertEqual(self.init(one % "[1, 2.5]").generate(), [1, 2.5])
        self.assertEqual(self.init(one % "3").generate_num(), 3.0)
        self.assertIsInstance(self.init(one % "3").generate_num(), float)
        self.assertEqual(self.init(one % '"x"').generate_str(), "x")
        self.fails(one % "true", "number", method="generate_num")
        self.fails(one % '"1"', "number", method="generate_num")
        self.fails(one % "1", "string", method="generate_str")
        self.fails(one % "1", "path", method="generate_path")
        self.fails(one % '"no"', "'no' does not exist", method="generate_path")

    def test_paths(self):
        self.script("ppm.sh", PPM)
        path = self.init("./ppm.sh").generate_path()
        self.assertEqual(path, os.path.join(self.scene._stage.work, "red.ppm"))
        self.assertEqual(self.scene._stage.public_path(path), "red.ppm")
        self.assertEqual(
            TextureImage(path).to_meta(self.scene._stage.public_path)["path"], "red.ppm"
        )
        absolute = self.init(f'echo \'{{"result": "{self.root}/ppm.sh"}}\'').generate_path()
        self.assertEqual(absolute, os.path.join(self.root, "ppm.sh"))
        self.assertIn(absolute, self.scene._stage.dependencies)

    def test_failures(self):
        self.fails("echo words >&2; exit 3", "exit status 3", "words")
        self.fails("echo said; exit 4", "exit status 4: said")
        self.fails("kill -9 $$", "exit status -9")
        self.fails("true", "it wrote nothing")
        self.fails("echo no", "not JSON")
        self.fails("echo '[1]'", "no JSON object with a result")
        self.fails("echo '{\"a\": 1}'", "no JSON object with a result")
        self.fails("no-such-program-here", "exit status 127")
        for value in (object(), {1, 2}, float("nan")):
            with self.subTest(value), self.assertRaises(TypeError):
                self.init("true").generate(value=value)
        for blank in (None, "", " \n"):
            with self.subTest(blank), self.assertRaises(ValueError):
                self.init(blank)
        self.scene._stage.work = None
        self.fails("true", "no work directory")

    def test_a_slow_program_is_killed_with_its_children(self):
        handle = self.init(f"sleep 300 & echo $! >{self.root}/pid; wait")
        for handle.timeout_s in (0.5, 5, 50):  # until it has got so far
            with self.assertRaisesRegex(RuntimeError, f"longer than {handle.timeout_s} s"):
                handle.generate()
            if self.pid():
                break
        self.assertGone()

    def test_a_child_that_is_left_behind_is_killed(self):
        command = f"sleep 300 >/dev/null 2>&1 & echo $! >{self.root}/pid; echo '{{\"result\": 1}}'"
        self.assertEqual(self.init(command).generate(), 1)
        self.assertGone()

    def test_a_child_that_holds_the_outputs_open_is_not_waited_for(self):
        left = f"sleep 300 & echo $! >{self.root}/pid"
        started = time.monotonic()
        answer = """head -c 60000 /dev/zero | tr '\\0' ' '; echo '{"result": 1}'"""
        self.assertEqual(self.init(f"{left}; {answer}").generate(), 1)
        self.assertGone()
        self.fails(f"{left}; echo why >&2; exit 3", "exit status 3: why")
        self.assertGone()
        self.assertLess(time.monotonic() - started, 60)

    def pid(self):
        """What a program wrote to the file `pid`; "" before that."""
        try:
            with open(os.path.join(self.root, "pid"), encoding="ascii") as file:
                return file.read().strip()
        except FileNotFoundError:
            return ""

    def assertGone(self, pid=None):
        pid = pid or int(self.pid())
        for _ in range(1200):
            try:
                with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                    if file.read().split()[2] == "Z":
                        return
            except FileNotFoundError:
                return
            time.sleep(0.05)
        self.fail("a child of the generator lives on")

    def test_the_program_ends_with_a_killed_worker(self):
        script = f"""
            import sys
            sys.path.insert(0, {os.path.dirname(os.path.dirname(rv.__file__))!r})
            from rv.scenes.generators import GeneratorHandle
            class S:
                root = {self.root!r}; work = root + "/w"; seed = 1; seed_mode = None
                add_dependency = print
            S._stage = S
            %s
        """
        command = "echo $$ >mine; echo '{\"result\": 1}'; sleep 300"
        kept = f"""
import os, time
GeneratorHandle(S, {command!r}, persistent=True).generate()
os.rename(S.root + "/mine", S.root + "/pid")
time.sleep(300)"""
        once = 'GeneratorHandle(S, "echo $$ >pid; sleep 300").generate()'
        for ask in (once, kept):
            with self.subTest(ask):
                worker = subprocess.Popen([python(), "-c", textwrap.dedent(script) % ask])
                for _ in range(1200):
                    if self.pid():
                        break
                    time.sleep(0.05)
                worker.kill()
                worker.wait()
                self.assertGone()
                os.remove(os.path.join(self.root, "pid"))

    def test_a_kept_program_answers_call_after_call(self):
        first = self.counter().generate()
        big = "x" * (1 << 20)
        self.assertEqual(self.counter().generate(text=big), [first[0], 2, 1 << 20])
        self.assertEqual(self.counter().generate(fault="chatter"), [first[0], 3, 0])
        self.assertEqual(self.init(f"{python()} counter.py").generate()[1:], [1, 0])
        self.assertEqual(self.counter().generate()[:2], [first[0], 4])
        self.assertEqual(self.starts(), 2)

    def test_a_kept_program_is_of_its_environment_and_files(self):
        handle = self.counter(files=["words"])
        self.script("words", "one")
        first = handle.generate()
        with mock.patch.dict(os.environ, MINE="1"):
            other = handle.generate()
        self.assertEqual(other[1], 1)
        self.assertEqual(handle.generate()[:2], [first[0], 2])
        for name in ("words", "counter.py"):
            self.script(name, COUNTER + "# another")
            self.assertEqual(handle.generate()[1], 1)
        self.scene._stage.root = "/"
        self.fails_with(handle, "exit status", "before it answered")

    def fails_with(self, handle, *texts, **params):
        with self.assertRaises(RuntimeError) as caught:
            handle.generate(**params)
        for text in (repr(handle), *texts):
            self.assertIn(text, str(caught.exception))

    def test_a_failure_of_a_kept_program_costs_one_call(self):
        handle = self.counter()
        for fault, text in (
            ("die", "exit status 1 before it answered: out of ideas"),
            ("hang", "longer than 3 s"),
            ("twice", "more than a line"),
            ("nonsense", "no JSON object with a result"),
        ):
            with self.subTest(fault):
                before = handle.generate()
                handle.timeout_s = 3 if fault == "hang" else 60
                self.fails_with(handle, text, fault=fault)
                handle.timeout_s = 60
                self.assertGone(before[0])
                self.assertEqual(handle.generate()[1], 1)
        # What it says too late costs nothing.
        handle.generate(fault="late")
        for _ in range(1200):
            if os.path.exists(os.path.join(self.root, "said")):
                break
            time.sleep(0.05)
        self.assertEqual(handle.generate()[1], 1)
        # One that reads nothing.
        big = "x" * (1 << 20)
        self.fails_with(
            self.init("exec <&-; exit 5", persistent=True), "exit status 5 before", text=big
        )
        self.fails_with(self.init("kill -9 $$", persistent=True), "exit status -9 before")

    def test_few_programs_are_kept(self):
        self.counter()
        handles = [
            self.init(f"{python()} counter.py {n}", persistent=True) for n in range(KEPT_MAX + 1)
        ]
        first, *others = [handle.generate()[0] for handle in handles]
        self.assertGone(first)
        self.assertTrue(all(os.path.exists(f"/proc/{pid}") for pid in others))
        self.assertEqual(len(KEPT.pids()), 2 * KEPT_MAX)
        KEPT.end()
        for pid in others:
            self.assertGone(pid)

    def test_a_cache(self):
        work = self.scene._stage.work
        handle = self.counter(cache="kept/answers")
        first = handle.generate(file="a.txt")
        self.assertEqual(self.counter().generate(file="other.txt")[1], 2)
        os.remove(os.path.join(work, "a.txt"))
        self.assertEqual(handle.generate(file="a.txt"), first)
        with open(os.path.join(work, "a.txt"), encoding="ascii") as file:
            self.assertEqual(file.read(), "7")
        # Its own files are in an entry, not those of others.
        (entry,) = os.listdir(os.path.join(self.root, "kept", "answers"))
        files = os.path.join(self.root, "kept", "answers", entry, "work")
        self.assertEqual(os.listdir(files), ["a.txt"])
        self.assertEqual(handle.generate(path=True, file="b.txt"), "b.txt")
        os.remove(os.path.join(work, "b.txt"))
        path = handle.generate_path(path=True, file="b.txt")
        self.assertEqual(path, os.path.join(work, "b.txt"))
        # Another seed, other content; what is damaged.
        for n, change in enumerate(("seed", "program", "damage", "list"), 2):
            with self.subTest(change):
                if change == "seed":
                    self.scene.seed = 8
                elif change == "program":
                    self.script("counter.py", COUNTER + "# another")
                    handle = self.init(handle.command, persistent=True, cache=handle.cache)
                elif change == "damage":
                    self.spoil("work/a.txt", "8 and more")
                else:
                    self.spoil("files", "[")
                before = handle.generate(file="a.txt")
                self.assertNotEqual(before, first)
                self.assertEqual(handle.generate(file="a.txt"), before)
                first = before
        self.assertEqual([n for n in os.listdir(self.root + "/kept/answers") if n[0] == "."], [])

    def spoil(self, name, text):
        """Changes a file in all entries of the cache that have it."""
        cache = os.path.join(self.root, "kept", "answers")
        for entry in os.listdir(cache):
            path = os.path.join(cache, entry, name)
            if os.path.exists(path):
                with open(path, "w", encoding="ascii") as file:
                    file.write(text)

    def test_what_a_cache_does_not_keep(self):
        cache = os.path.join(self.root, "cache")
        self.fails_with(self.counter(cache="cache"), fault="die")
        echo = self.init(f"{python()} -c 'import sys; print(sys.stdin.read())'", cache="cache")
        self.fails_with(echo, "no JSON object with a result")
        work = self.scene._stage.work
        named = self.init(f'echo \'{{"result": "{work}"}}\'', cache="cache")
        self.assertEqual(named.generate(), work)
        self.assertFalse(os.path.isdir(cache) and os.listdir(cache))
        link = self.init(f"ln -s /etc {work}/etc; echo '{{\"result\": 1}}'", cache="cache")
        self.fails_with(link, "'etc', which it left, is no regular file")
        self.assertEqual(os.listdir(cache), [])
        missing = self.counter(cache="cache", files="no.txt")
        self.fails_with(missing, f"there is no file {self.root}/no.txt")

    def test_options_of_a_program(self):
        for name, value in (("persistent", 1), ("cache", 3), ("files", [3])):
            with self.assertRaisesRegex(TypeError, f"generator 'x': {name} must be"):
                self.init("x", **{name: value})
        with self.assertRaisesRegex(ValueError, "generator 'x': cache must be a str that is not"):
            self.init("x", cache="")

    def test_much_output_is_bounded(self):
        self.fails("head -c 100M /dev/zero", "wrote more than")
        self.assertEqual(
            self.init("head -c 3M /dev/zero >&2; echo '{\"result\": 1}'").generate(), 1
        )
        big = "x" * (1 << 20)
        self.assertEqual(
            self.init("echo '{\"result\": 1}'").generate(text=big), 1  # that reads nothing
        )
        self.script("echo.sh", ECHO)
        self.assertEqual(self.init("./echo.sh").generate(text=big)["params"]["text"], big)

    def test_the_environment_is_the_callers(self):
        kept = dict(os.environ)
        try:
            os.environ.update(
                {
                    "RV_ENV": "TMPDIR,PYTHONHASHSEED",
                    "TMPDIR": "/ours",
                    "PYTHONHASHSEED": "0",
                    "RV_ENV_PYTHONPATH": "/theirs",
                    "RV_ENV_TMPDIR": "/their/tmp",
                    "MINE": "1",
                }
            )
            got = programs.callers_environment()
            printed = self.init('printf \'{"result": "%s"}\' "$PYTHONPATH $TMPDIR"').generate()
        finally:
            os.environ.clear()
            os.environ.update(kept)
        self.assertEqual(printed, "/theirs /their/tmp")
        self.assertEqual((got["MINE"], got["TMPDIR"]), ("1", "/their/tmp"))
        self.assertFalse([name for name in got if name.startswith("RV_ENV") or "HASH" in name])

    def test_files_that_the_command_names_are_dependencies(self):
        for name in ("gen.py", "data.json"):
            self.script(name, "")
        command = (
            "true ./gen.py --data=data.json /etc/passwd missing 'a \"b' .; echo '{\"result\":1}'"
        )
        self.init(command).generate()
        expected = {os.path.join(self.root, name) for name in ("gen.py", "data.json")}
        self.assertEqual(self.scene._stage.dependencies, expected)


def python():
    """A Python interpreter: Blender's own has no name of its own everywhere."""
    return sys.executable if "python" in os.path.basename(sys.executable) else "/usr/bin/python3"


class GeneratorSamples(SampleCase):
    def test_no_path_of_the_work_directory_is_recorded(self):
        self.write("gen.sh", PPM)
        os.chmod(os.path.join(self.scratch, "gen.sh"), 0o755)
        body = """
            path = self.generators.init("./gen.sh").generate_path()
            shader = rv.PrincipledBSDF(base_color=rv.TextureImage(path))
            cube = self.objects.cube().set_material(rv.ShaderMaterial(shader))
            cube.set_property("file", path)
            self.set_custom_meta(path=path, all=[path, self._stage.work])
        """
        line, out = self.request(scene(GREY, body))
        work = json.loads(line)["work"]
        reply = json.loads(rv_answer(line))
        self.assertTrue(reply["ok"], reply)
        self.assertTrue(os.path.exists(os.path.join(work, "red.ppm")))
        self.assertEqual(
            reply["record"]["custom_meta"], {"all": ["red.ppm", ""], "path": "red.ppm"}
        )
        self.assertEqual(reply["record"]["objects"][1]["properties"], {"file": "red.ppm"})
        self.assertEqual(reply["deps"], ["gen.sh", "scene.py"])
        self.assertNotIn("work/", json.dumps(reply["record"]))
        # Given with dots in them.
        other = {
            "root": os.path.join(self.root, "."),
            "work": work.replace(self.scratch, f"{self.scratch}/."),
        }
        self.assertEqual(self.ask(line, **other)["record"]["custom_meta"]["path"], "red.ppm")

    def kept(self, ask, **options):
        """Metadata, dependencies and what is wrong with the worker, of a sample with a program."""
        self.addCleanup(KEPT.end)
        if not os.path.exists(os.path.join(self.scratch, "counter.py")):
            self.write("counter.py", COUNTER)
        given = "".join(f", {name}={value!r}" for name, value in options.items())
        body = f"""
            import subprocess
            generator = self.generators.init("{python()} counter.py"{given})
            subprocess.Popen(["sleep", "300"])
            {ask}
        """
        line, out = self.request(scene(GREY, body))
        reply = json.loads(rv_answer(line))
        self.assertTrue(reply["ok"], reply)
        self.assertNotIn("spoiled", reply["run"])
        return reply["record"].get("custom_meta"), reply["deps"]

    def test_a_kept_program_outlives_its_sample_and_nothing_else_does(self):
        ask = "self.set_custom_meta(said=generator.generate())"
        replies = [self.kept(ask, persistent=True)[0]["said"] for _ in range(3)]
        self.assertEqual([n for _, n, _ in replies], [1, 2, 3])
        self.assertEqual(len({pid for pid, _, _ in replies}), 1)
        self.assertEqual(leftovers._children() - KEPT.pids(), set())
        self.assertEqual(self.kept(ask)[0]["said"][1], 1)

    def test_a_cache_leaves_no_trace_in_a_sample(self):
        ask = """
            path = generator.generate_path(path=True, file="a.txt")
            self.set_custom_meta(path=path, content=open(path).read())
        """
        self.write("words", "")
        plain = self.kept(ask, files=["words"])
        self.assertEqual(plain[0], {"content": "1", "path": "a.txt"})
        self.assertEqual(plain[1], ["counter.py", "scene.py", "words"])
        for _ in range(2):
            self.assertEqual(self.kept(ask, files=["words"], cache="cache"), plain)
            self.assertEqual(self.kept(ask, files=["words"], persistent=True), plain)
        with open(os.path.join(self.scratch, "starts"), encoding="ascii") as file:
            self.assertEqual(len(file.readlines()), 3)

    def test_a_failure_is_the_samples(self):
        self.fails(
            scene("self.generators.init('echo no >&2; exit 1').generate()"),
            "scene_error",
            "RuntimeError: generator",
            "exit status 1: no",
        )


def rv_answer(line):
    from rv.sample import loop
    from support import HANDLER

    return loop.answer(line, HANDLER)
