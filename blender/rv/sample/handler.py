# SPDX-License-Identifier: MIT
"""One sample from request to reply: reset, build the scene, render it, clean up."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from typing import Any, Dict, List, Sequence, Set

import bpy
from mathutils import noise

from ..clean.addons import Addons
from ..clean.interpreter import Isolation
from ..clean.leftovers import Leftovers
from ..clean.session import Session
from ..clean.types import Registered
from ..engine import passes, timeline
from ..engine.device import Devices, print_info
from ..plain import compiled
from ..plain.errors import RenderError, SceneError
from ..plain.paths import is_below
from ..scenes.scene import Scene
from . import draw, export, render, script, sequence
from .build import build, is_file
from .draw import Sample, Tell
from .loop import Outcome
from .overrides import parse
from .protocol import Request


class SampleHandler:
    """Renders the sample of a request. Holds nothing but what the worker started with.

    `tell` is called with what there is to say while a sequence is rendered (protocol.progress).
    """

    def __init__(self, tell: Tell = lambda what, number: None) -> None:
        self._tell = tell
        compiled.remember_modules()
        self._devices = Devices()
        self._session = Session()
        self._isolation = Isolation()
        self._addons = Addons()
        self._registered = Registered(self._addons.usual)
        self._leftovers = Leftovers()

    def warm_up(self, device: str) -> None:
        """Renders for nobody: at its first picture Blender sets up what takes a second.

        `device` as in a request's settings. No sample is other than without it.
        """
        with tempfile.TemporaryDirectory() as out:
            try:
                render.render_nothing(out, self._devices, device)
            except RenderError:
                pass  # the first sample will tell

    def __call__(self, request: Request, run: Dict[str, Any]) -> Outcome:
        started = time.monotonic()
        warnings: List[str] = []
        self._session.restore()
        render.prepare(request.seed, opens_file=is_file(request.scene))
        noise.seed_set(request.seed % (2**31 - 1) + 1)  # 0 would mean the clock
        try:
            self._enter(request)
            sample = self._build(request, warnings, run)
            if request.export is not None:
                timeline.start(sample.frames)
                members = export.export(sample.scene, request, request.export)
            else:
                members = self._output(sample)
                run["device"] = sample.rendering["device"]
                run["build_s"] = round(time.monotonic() - started - run.get("render_s", 0.0), 6)
            return members, draw.listed(
                self._files(request) | sample.scene._stage.dependencies, request
            )
        except BaseException as error:
            found = script.files_of(error) | self._files(request)
            below = {path for path in found if is_below(path, request.root)}
            run["deps"] = draw.listed(below, request)
            raise
        finally:
            self._isolation.mend()
            warnings.extend(self._leftovers.end())
            self._addons.restore()
            self._registered.restore()
            self._isolation.leave(request.root)
            run["rss"] = resident_bytes()
            run["warnings"] = warnings

    def _enter(self, request: Request) -> None:
        try:
            self._isolation.enter(request.root, request.seed)
        except OSError as error:
            raise SceneError(f"cannot enter the root directory: {error.strerror}") from None

    def _build(self, request: Request, warnings: List[str], run: Dict[str, Any]) -> Sample:
        overrides = parse(request.settings.blend, request.record.get("blend"))
        scene = build(request, overrides, self._addons, warnings)
        self._isolation.mend()
        rendering = render.apply_settings(scene, request, overrides, self._devices, warnings)
        print(f"[rv] selected_gpu_backend={rendering['device'].lower()}", file=sys.stderr)
        print_info(bpy.context.scene, sys.stderr)
        more = (*request.settings.passes, *overrides.passes)
        return Sample(
            request=request,
            overrides=overrides,
            scene=scene,
            frames=sequence.wanted(overrides, scene),
            wanted=enable_passes(scene, more, warnings),
            rendering=rendering,
            files=self._files(request),
            run=run,
        )

    def _output(self, sample: Sample) -> Dict[str, Any]:
        return draw.output(sample, self._tell)

    def _files(self, request: Request) -> Set[str]:
        """What was read so far, as far as Blender and Python tell."""
        found = {request.scene, *self._isolation.user_modules(request.root)}
        found.update(bpy.utils.blend_paths(absolute=True, packed=False, local=False))
        return found


def enable_passes(scene: Scene, more: Sequence[str], warnings: List[str]) -> Set[passes.RenderPass]:
    """Turns on the scene's passes and those named in `more`; all of them."""
    view_layer = bpy.context.view_layer
    try:
        wanted = {passes.parse(p) for p in (*scene.passes, *more)}
        wanted |= passes.ALWAYS
        if passes.RenderPass.VECTOR in wanted and bpy.context.scene.render.use_motion_blur:
            raise SceneError("the pass Vector is all zeros with motion blur: turn one of them off")
        passes.enable(view_layer, wanted)
    except RuntimeError as error:
        raise SceneError(str(error)) from None
    for member in sorted(wanted, key=lambda m: m.value):
        if not passes.is_written(member):
            warnings.append(f"this Blender does not write the pass {member.value}")
    passes.add_semantic_channels(view_layer, sorted(scene.semantic_channels))
    return wanted


def resident_bytes() -> int:
    """Memory of this process, 0 where it cannot be told."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
