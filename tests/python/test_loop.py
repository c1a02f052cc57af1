# SPDX-License-Identifier: MIT
"""Requests and replies without a render: what is refused, and that no exception ends the loop."""

import io
import json
import unittest

from rv.sample import loop, protocol
from rv.plain.errors import RenderError, SceneError

GOOD = {
    "record": {"seed": 3},
    "out": "/o",
    "scene": "/s.py",
    "root": "/",
    "cwd": "/",
    "settings": {},
}


def line(**changes):
    message = {**GOOD, **changes}
    return json.dumps({k: v for k, v in message.items() if v is not ...}).encode()


class LoopTest(unittest.TestCase):
    def answer(self, request, handle=lambda request, run: ({}, [])):
        return json.loads(loop.answer(request, handle))

    def test_success(self):
        def handle(request, run):
            run["device"] = "CPU"
            return {"b": 1, "a": 2}, ["x"]

        text = loop.answer(line(), handle)
        self.assertEqual(
            text, '{"ok":true,"record":{"b":1,"a":2},"deps":["x"],"run":{"device":"CPU"}}'
        )

    def test_defaults(self):
        request = protocol.parse_request(line().decode())
        self.assertEqual(request.settings, protocol.Settings())
        self.assertEqual(request.seed, 3)
        settings = {
            "resolution": None,
            "samples": None,
            "device": None,
            "passes": None,
            "codec": None,
            "blend": None,
        }
        self.assertEqual(protocol.parse_request(line(settings=settings).decode()), request)

    def test_bad_requests(self):
        bad = [
            b"{",
            b"[]",
            b"\xff\xfe",
            line(record=...),
            line(record={}),
            line(out=...),
            line(scene=3),
            line(settings=[]),
            *(line(record={"seed": s}) for s in (-1, 1.5, 2**53, "1", True, None)),
        ]
        for request in bad:
            with self.subTest(request=request):
                reply = self.answer(request)
                self.assertFalse(reply["ok"])
                self.assertEqual(reply["error"]["code"], "bad_request")

    def test_bad_settings(self):
        for settings in (
            {"resolution": [64]},
            {"resolution": [0, 64]},
            {"resolution": [64.5, 64]},
            {"samples": 0},
            {"samples": 1.5},
            {"samples": True},
            {"noise_threshold": -1},
            {"time_limit": "3"},
            {"seed_cycles": 2**31},
            {"device": "TPU"},
            {"codec": "DWAA"},
            {"passes": [1]},
            {"device": "CPU"},
            {"setting": 1},
        ):
            with self.subTest(settings=settings):
                error = self.answer(line(settings=settings))["error"]
                self.assertEqual(error["code"], "usage")
                self.assertIn("the command's settings", error["message"])
        error = self.answer(line(settings={"blend": {"samples": 0}}))["error"]
        self.assertEqual(error["code"], "usage")
        self.assertIn("the command's blend.samples is 0", error["message"])

    def test_exceptions(self):
        for error, code in (
            (SceneError("x"), "scene_error"),
            (RenderError("x"), "render_error"),
            (ValueError("x"), "internal_error"),
            (SystemExit(0), "internal_error"),
            (KeyboardInterrupt(), "internal_error"),
            (MemoryError(), "internal_error"),
        ):

            def handle(request, run):
                run["device"] = "CPU"
                raise error

            reply = self.answer(line(), handle)
            self.assertEqual(reply["error"]["code"], code)
            self.assertTrue(reply["error"]["message"])
            self.assertEqual(reply["run"], {"device": "CPU"})

    def test_long_message(self):
        def handle(request, run):
            raise SceneError("é" * 5000)

        message = self.answer(line(), handle)["error"]["message"]
        self.assertLessEqual(len(message.encode()), protocol.MESSAGE_MAX)
        self.assertTrue(message.endswith("é..."))

    def test_serve(self):
        requests = io.BytesIO(line() + b"\n\n{\n" + line())
        replies = io.BytesIO()
        loop.serve(requests, replies, lambda request, run: ({}, []))
        oks = [json.loads(text)["ok"] for text in replies.getvalue().splitlines()]
        self.assertEqual(oks, [True, False, True])
