# SPDX-License-Identifier: MIT
"""What Python tells of a sample: files that it reads, environment variables, warnings."""

import os

from support import GREY, SampleCase, scene

HEAD = "import json, os, tempfile, warnings\nimport rv"


class Heard(SampleCase):
    def reply(self, *bodies, head=HEAD):
        reply, _ = self.run_sample(scene(GREY, *bodies, head=head))
        self.assertTrue(reply["ok"], reply)
        return reply

    def test_files_that_a_script_opens_are_dependencies(self):
        """There or missing, below the root or not; but what it has written itself, and Python's."""
        self.write("data/places.json", "[1, 2, 3]")
        self.write("table.txt", "1 2 3\n")
        self.write("helper.py", "with open('table.txt') as file:\n    TABLE = file.read()\n")
        body = """
        import helper, wave
        with open("data/places.json") as file:
            place = json.load(file)
        fd = os.open(os.path.abspath("data/places.json"), os.O_RDONLY)
        os.close(fd)
        try:
            open("may/come.txt")
        except FileNotFoundError:
            pass
        with open("made.txt", "w") as file:
            file.write("x")
        with open("made.txt") as file:
            file.read()
        with open(wave.__file__) as file:
            file.read(1)
        self.objects.cube().set_location(place)
        """
        expected = ["data/places.json", "helper.py", "may/come.txt", "scene.py", "table.txt"]
        self.assertEqual(self.reply(body)["deps"], expected)
        self.assertEqual(self.reply(body)["deps"], expected, "so in the second sample")
        self.assertEqual(self.reply()["deps"], ["scene.py"])

    def test_files_of_a_sample_that_failed_are_told_too(self):
        self.write("bad.json", "{")
        reply, _ = self.run_sample(scene('json.load(open("bad.json"))', head=HEAD))
        self.assertEqual(reply["run"]["deps"], ["bad.json", "scene.py"])

    def test_environment_variables_that_a_script_reads_are_named(self):
        os.environ["RV_ENV_RV_TEST_PLACE"] = "theirs"
        self.addCleanup(os.environ.pop, "RV_ENV_RV_TEST_PLACE", None)
        body = """
        seen = [os.environ["RV_TEST_PLACE"], os.environ.get("RV_TEST_NONE", "no")]
        seen += [os.getenv("HOME"), "RV_TEST_OTHER" in os.environ]
        tempfile.gettempdir()
        self.set_custom_meta(seen=seen[:2])
        """
        reply = self.reply(body)
        names = [w.split("variable ")[1].split(":")[0] for w in reply["run"]["warnings"]]
        self.assertEqual(names, ["RV_TEST_PLACE", "RV_TEST_NONE", "HOME", "RV_TEST_OTHER"])
        self.assertTrue(reply["run"]["warnings"][0].startswith("scene.py reads the environment"))
        self.assertEqual(reply["record"]["custom_meta"], {"seen": ["theirs", "no"]})
        self.assertEqual(self.reply()["run"]["warnings"], [])
        self.assertNotIn("RV_TEST_PLACE", os.environ, "it is the caller's, not the worker's")

    def test_warnings_reach_the_reply(self):
        body = """
        for _ in range(3):
            warnings.warn("my own\\n words")
        rv.Domain.convex_hull(self.objects.cube("Cube"))
        self.scatter(self.objects.cube(), 50, rv.Domain.rect(size=(0.5, 0.5)))
        """
        for _ in range(2):  # a warning is given to each sample
            warnings = self.reply(body)["run"]["warnings"]
            self.assertEqual(len(warnings), 3, warnings)
            self.assertRegex(warnings[0], r"^scene.py, line \d+: my own words$")
            self.assertRegex(warnings[1], r"^scene.py, line \d+: Domain.convex_hull is deprecated")
            self.assertRegex(warnings[2], r"^scene.py, line \d+: scatter placed \d of 50 objects$")

    def test_warnings_may_be_errors_of_the_script(self):
        body = "warnings.simplefilter('error')\nwarnings.warn('no')"
        self.fails(scene(body, head=HEAD), "scene_error", "UserWarning: no")
        self.reply("warnings.warn('yes')")
