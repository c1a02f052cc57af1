# SPDX-License-Identifier: MIT
"""Runs the Python tests inside Blender.

    blender -b --factory-startup --python-exit-code 70 --python tests/python/run.py -- [--tap FILE]
    [PATTERN]...

TAP goes to FILE (default: stdout, amid Blender's chatter). PATTERN: only tests whose names contain
it. Exit status 0, or 1 when a test failed.
"""

import os
import sys
import traceback
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


class TapResult(unittest.TestResult):
    """Writes a line per test as it ends."""

    def __init__(self, stream, total):
        super().__init__()
        self._stream = stream
        self._total = total
        self._notes = []
        print(f"1..{total}", file=stream, flush=True)

    def startTest(self, test):
        super().startTest(test)
        self._notes = []

    def _note(self, error):
        self._notes += "".join(traceback.format_exception(*error)).splitlines()

    def addError(self, test, err):
        super().addError(test, err)
        self._note(err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._note(err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._notes.append(str(subtest))
            self._note(err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._line("ok", test, f" # skip {reason}")

    def stopTest(self, test):
        super().stopTest(test)
        if not any(skipped is test for skipped, _ in self.skipped):
            self._line("not ok" if self._notes else "ok", test)
        for note in self._notes:
            print("#", note, file=self._stream, flush=True)

    def _line(self, verdict, test, suffix=""):
        name = test.id().replace("#", "")
        print(f"{verdict} {self.testsRun} {name}{suffix}", file=self._stream, flush=True)


def flat(suite):
    """All test cases of a suite."""
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from flat(item)
        else:
            yield item


def main():
    arguments = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    stream = sys.stdout
    if "--tap" in arguments:
        at = arguments.index("--tap")
        stream = open(arguments[at + 1], "w", encoding="utf-8")
        del arguments[at : at + 2]
    sys.dont_write_bytecode = True
    sys.path[:0] = [os.path.join(ROOT, "blender"), HERE]
    found = unittest.defaultTestLoader.discover(HERE, "test_*.py")
    cases = [
        case
        for case in flat(found)
        if not arguments or any(pattern in case.id() for pattern in arguments)
    ]
    result = TapResult(stream, len(cases))
    unittest.TestSuite(cases).run(result)
    stream.flush()
    sys.exit(0 if result.wasSuccessful() and cases else 1)


main()
