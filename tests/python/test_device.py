# SPDX-License-Identifier: MIT
"""Which device is chosen, on machines that this one is not: with stand-ins for preferences."""

import types
import unittest
from unittest import mock

import bpy
from rv.engine import device
from rv.sample import render
from rv.plain.errors import RenderError


class Preferences:
    """Those of the add-on cycles in a build that knows some kinds of devices."""

    def __init__(self, known, *found):
        self._known = ("NONE", *known)
        self._kind = "NONE"
        self.devices = [types.SimpleNamespace(name=n, type=t, use=False) for n, t in found]

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


class DeviceTest(unittest.TestCase):
    def setUp(self):
        render.prepare(1)

    def machine(self, known, *found):
        preferences = Preferences(known, *found, ("AMD EPYC", "CPU"))
        patch = mock.patch.object(device, "_preferences", lambda: preferences)
        patch.start()
        self.addCleanup(patch.stop)
        return preferences

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
