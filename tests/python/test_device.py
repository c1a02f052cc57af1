# SPDX-License-Identifier: MIT
"""Which device is chosen, on machines that this one is not: with stand-ins for preferences."""

import os
import tempfile
import types
import unittest
from unittest import mock

import bpy
from rv.engine import device
from rv.plain.errors import DeviceError, RenderError
from rv.sample import render
from rv.sample.handler import SampleHandler


class Preferences:
    """Those of the add-on cycles in a build that knows some kinds of devices."""

    def __init__(self, known, *found):
        self._known = ("NONE", *known)
        self._kind = "NONE"
        self.devices = [
            types.SimpleNamespace(name=n, type=t, id=f"{t}_{n}_01:00", use=False) for n, t in found
        ]

    @property
    def compute_device_type(self):
        return self._kind

    @compute_device_type.setter
    def compute_device_type(self, kind):
        if kind not in self._known:
            raise TypeError(f"enum {kind!r} not found")
        self._kind = kind

    def refresh_devices(self):
        """Nothing changes."""

    get_devices = refresh_devices


class MachineCase(unittest.TestCase):
    """A test on a machine that is made up."""

    def setUp(self):
        render.prepare(1)

    def machine(self, known, *found):
        preferences = Preferences(known, *found, ("AMD EPYC", "CPU"))
        patch = mock.patch.object(device, "_preferences", lambda: preferences)
        patch.start()
        self.addCleanup(patch.stop)
        return preferences


class DeviceTest(MachineCase):
    def used(self, preferences):
        return [d.name for d in preferences.devices if d.use]

    def test_auto_takes_the_best(self):
        for known, found, best in (
            (("CUDA", "OPTIX"), [("A100", "CUDA"), ("A100", "OPTIX")], "OPTIX"),
            (("CUDA", "HIP"), [("A100", "CUDA")], "CUDA"),
            (("CUDA", "HIP"), [("MI300", "HIP")], "HIP"),
            (("CUDA", "ONEAPI"), [("Arc", "ONEAPI")], "ONEAPI"),
            (("METAL",), [("M3", "METAL")], "METAL"),
            (("CUDA", "HIP"), [], "CPU"),
            ((), [("A100", "CUDA")], "CPU"),
        ):
            preferences = self.machine(known, *found)
            chosen = device.Devices().apply(bpy.context.scene, "auto")
            self.assertEqual(chosen, best)
            cycles = bpy.context.scene.cycles
            self.assertEqual(cycles.device, "CPU" if best == "CPU" else "GPU")
            if best != "CPU":
                self.assertEqual(preferences.compute_device_type, best)
                self.assertEqual(self.used(preferences), [n for n, t in found if t == best])

    def test_all_cards_of_a_kind(self):
        preferences = self.machine(("CUDA",), ("A100", "CUDA"), ("H200", "CUDA"))
        self.assertEqual(device.Devices().apply(bpy.context.scene, "cuda"), "CUDA")
        self.assertEqual(self.used(preferences), ["A100", "H200"])

    def test_processors_beside_a_card(self):
        preferences = self.machine(("CUDA",), ("A100", "CUDA"))
        devices = device.Devices()
        self.assertEqual(devices.apply(bpy.context.scene, "auto", with_cpu=True), "CUDA+CPU")
        self.assertEqual(self.used(preferences), ["A100", "AMD EPYC"])
        self.assertEqual(devices.apply(bpy.context.scene, "cuda"), "CUDA")
        self.assertEqual(self.used(preferences), ["A100"])

    def test_without_a_card_they_are_alone(self):
        self.machine(("CUDA",))
        self.assertEqual(device.Devices().apply(bpy.context.scene, "auto", with_cpu=True), "CPU")

    def test_what_is_not_there_is_refused(self):
        self.machine(("CUDA", "HIP"), ("A100", "CUDA"))
        with self.assertRaisesRegex(RenderError, "HIP is not available, .* CUDA, CPU"):
            device.Devices().apply(bpy.context.scene, "hip")

    def test_a_card_that_goes(self):
        preferences = self.machine(("CUDA",), ("A100", "CUDA"))
        devices = device.Devices()
        preferences.devices = preferences.devices[1:]
        with self.assertRaisesRegex(RenderError, "CUDA has gone"):
            devices.apply(bpy.context.scene, "auto")

    def test_kinds_that_are_left_out(self):
        self.machine(("CUDA", "OPTIX"), ("A100", "CUDA"), ("A100", "OPTIX"))
        self.assertEqual(device.Devices(["OPTIX"]).available, ["CUDA", "CPU"])
        self.assertEqual(device.Devices(["OPTIX", "CUDA"]).auto, "CPU")


class TrialTest(MachineCase):
    """Whether a card that is listed does render: with a stand-in for the trial picture."""

    def setUp(self):
        super().setUp()
        home = tempfile.TemporaryDirectory(prefix="rv-test-")
        self.addCleanup(home.cleanup)
        patch = mock.patch.dict(os.environ, XDG_CACHE_HOME=home.name)
        patch.start()
        self.addCleanup(patch.stop)
        self.machine(("CUDA", "OPTIX"), ("A100", "CUDA"), ("A100", "OPTIX"))

    def handler(self, outcome=None, **options):
        """A handler whose trial pictures end so."""
        handler = SampleHandler(**options)
        self.tried = []
        patch = mock.patch.object(
            render,
            "render_nothing",
            lambda out, devices, kind: self.tried.append(kind) or self.raise_(outcome),
        )
        patch.start()
        self.addCleanup(patch.stop)
        return handler

    def raise_(self, outcome):
        if outcome is not None:
            raise outcome

    def test_a_card_that_renders_is_remembered(self):
        told = []
        self.handler().try_device(told.append)
        self.assertEqual((told, self.tried), (["OPTIX"], ["OPTIX"]))
        self.handler().try_device(told.append)
        self.assertEqual((told, self.tried), (["OPTIX"], []))
        # Of another kind, or another card, nothing is known.
        self.handler(without=["OPTIX"]).try_device(told.append)
        self.assertEqual((told, self.tried), (["OPTIX", "CUDA"], ["CUDA"]))
        self.machine(("OPTIX",), ("H200", "OPTIX"))
        self.handler().try_device(told.append)
        self.assertEqual(self.tried, ["OPTIX"])

    def test_one_that_does_not_is_tried_again(self):
        handler = self.handler(RenderError("no kernels"))
        for _ in range(2):
            with self.assertRaisesRegex(RenderError, "no kernels"):
                handler.try_device(lambda kind: None)
        self.assertEqual(self.tried, ["OPTIX", "OPTIX"])

    def test_processors_are_not_tried(self):
        self.handler(without=["OPTIX", "CUDA"]).try_device(self.fail)
        self.assertEqual(self.tried, [])

    def test_whose_fault_it_is(self):
        self.handler().try_device(lambda kind: None)
        error = RenderError("Cannot render, no camera")
        self.handler()._suspect("OPTIX", error)
        self.handler()._suspect("CPU", error)
        with self.assertRaisesRegex(DeviceError, "OPTIX does not render any more: Cannot render"):
            self.handler(RenderError("out of memory"))._suspect("OPTIX", error)
        # It is not relied upon any more.
        self.handler().try_device(lambda kind: None)
        self.assertEqual(self.tried, ["OPTIX"])
