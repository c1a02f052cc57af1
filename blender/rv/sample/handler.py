# SPDX-License-Identifier: MIT
"""One sample from request to reply: reset, build the scene, render it, clean up."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from functools import partial
from typing import Any, Callable, Dict, List, Sequence, Set

import bpy
from mathutils import noise

from ..clean.addons import Addons
from ..clean.code import Code
from ..clean.descriptors import Descriptors
from ..clean.guard import Guards
from ..clean.heard import Opened, Replaced, Variables, Warnings
from ..clean.leftovers import Leftovers
from ..clean.libraries import Logging, Numbers, Numpy
from ..clean.modules import Modules
from ..clean.process import Environment, Process
from ..clean.session import Session
from ..clean.types import Registered
from ..engine import compat, passes, raster, steady, timeline
from ..engine.device import Devices, made_by, print_info
from ..plain import compiled
from ..plain.errors import DeviceError, RenderError, RvError, SceneError
from ..plain.paths import is_below
from ..scenes.scene import Scene
from . import draw, export, labels, render, script, sequence, side, side_request
from .build import build, is_file
from .deforming import Deforming
from .draw import Sample, Tell
from .instances import Instances
from .loop import Outcome
from .protocol import Request
from .settings import Settings, of_sample
from .tracks import Tracks

PATCHED_MAX = 5  # names in a message
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BLENDERS = ("addon_utils", "bmesh", "bpy", "bpy_extras", "mathutils", "rna_prop_ui")


class SampleHandler:
    """Renders the sample of a request. Holds nothing but what the worker started with.

    `tell` is called with what there is to say while a sequence is rendered (protocol.progress);
    `site` is a directory of packages that is in the search path; `without` are kinds of devices
    that are not used.
    """

    def __init__(
        self,
        tell: Tell = lambda what, number: None,
        site: str = "",
        without: Sequence[str] = (),
    ) -> None:
        self._tell = tell
        steady.begin()
        compiled.remember_modules()
        self._devices = Devices(without)
        self._made_by = made_by()
        self._addons = Addons()
        self._descriptors = Descriptors()
        self._opened = Opened()
        self._variables = Variables()
        self._warnings = Warnings(script.MODULE)
        self._process = Process()
        self._replaced = Replaced()
        self._patched: List[str] = []  # by the present sample
        numpy, registered = Numpy(), Registered(self._addons.usual)
        # What patches modules for good is made before them.
        self._code = Code()
        self._code.add(module for name, module in list(sys.modules.items()) if _is_blenders(name))
        self._modules = Modules(self._code, {"numpy": [compat.mend_numpy, numpy.take]}, site)
        self._guards = Guards(
            [
                self._replaced,
                self._code,
                self._process,
                self._descriptors,
                self._opened,
                self._variables,
                self._warnings,
                Environment(),
                Leftovers(),
                self._addons,
                registered,
                Session(),
                Logging(),
                Numbers(),
                numpy,
                self._modules,
            ]
        )
        self._restore = self._guards.restore  # bound now: a script may patch the class
        self._scratch = os.environ.get("TMPDIR")

    def warm_up(self, device: str) -> None:
        """Renders for nobody: at its first picture Blender sets up what takes a second.

        `device` as in a request's settings. No sample is other than without it.
        """
        try:
            self._render_nothing(device)
        except RenderError:
            pass  # the first sample will tell

    def try_device(self, tell: Callable[[str], None]) -> None:
        """Makes sure that what `auto` chose does render; RenderError when it does not.

        `tell` is called with the kind before it is tried: it may end the process. Processors are
        not tried, nor is what has rendered before.
        """
        kind = self._devices.auto
        if kind == "CPU" or self._devices.trial(kind).is_passed():
            return
        tell(kind)
        self._render_nothing(kind)
        self._devices.trial(kind).passed()

    def _render_nothing(self, device: str) -> None:
        with tempfile.TemporaryDirectory() as out:
            render.render_nothing(out, self._devices, device)

    def __call__(self, request: Request, run: Dict[str, Any]) -> Outcome:
        started = time.monotonic()
        warnings: List[str] = []
        restore = self._restore
        try:
            self._begin(request, warnings)
            sample = self._build(request, warnings, run)
            if request.export is not None:
                timeline.start(sample.frames)
                members = export.export(sample.scene, request, request.export)
            else:
                members = self._output(sample)
                run["device"] = sample.rendering["device"]
                if raster.is_used(bpy.context.scene):
                    run["driver"] = raster.driver()
                run["devices"] = self._devices.names(run["device"])
                run.update(build=self._made_by["build"], cpu=self._made_by["cpu"])
                run["build_s"] = round(time.monotonic() - started - run.get("render_s", 0.0), 6)
            return members, draw.listed(
                self._files(request) | sample.scene._stage.dependencies, request
            )
        except BaseException as error:
            # Telling what went wrong takes more than a script may have left.
            patched = [*self._patched, *self._warnings.replaced(), *self._mend()]
            patched += [*self._replaced.names(), *self._code.restore()]
            found = script.files_of(error) | self._files(request)
            below = {path for path in found if is_below(path, request.root)}
            run["deps"] = draw.listed(below, request)
            if isinstance(error, script.Raised):
                text = script.explain(error.error, request.scene, request.root)
                raise SceneError(text) from error.error
            if not isinstance(error, RvError) and self._is_of_script(error):
                raise SceneError(script.explain(error, request.scene, request.root)) from error
            if patched and not isinstance(error, RvError):
                told = f"{type(error).__name__}: {error}"
                names = ", ".join(dict.fromkeys(patched[:PATCHED_MAX]))
                text = f"{told}: the script has replaced what rv needs: {names}"
                raise SceneError(text) from error
            raise
        finally:
            reasons = restore()
            if reasons:
                run["spoiled"] = reasons
                warnings.append(f"the worker is replaced after the sample: {'; '.join(reasons)}")
            run["rss"] = resident_bytes()
            run["warnings"] = warnings

    def _begin(self, request: Request, warnings: List[str]) -> None:
        """Empties Blender and goes to the root; from now on the sample is listened to."""
        self._patched = []
        render.prepare(request.seed, opens_file=is_file(request.scene))
        noise.seed_set(request.seed % (2**31 - 1) + 1)  # 0 would mean the clock
        try:
            os.chdir(request.root)
        except OSError as error:
            raise SceneError(f"cannot enter the root directory: {error.strerror}") from None
        self._modules.begin(request.root, request.seed % 2**64)  # random takes -5 for 5
        self._opened.begin()
        self._variables.begin(self._modules.is_users, warnings.append)
        self._replaced.begin(self._modules.is_users)
        self._warnings.begin(warnings.append)

    def _build(self, request: Request, warnings: List[str], run: Dict[str, Any]) -> Sample:
        settings = of_sample(request.settings, request.blend, request.record.get("blend"))
        sides = side_request.parse(request.renders, settings.renders)
        scene = build(request, settings, self._addons, warnings)
        sides += side_request.views(scene, sides)
        sides += tuple(side_request.through(scene, settings.through, sides))
        self._opened.end()  # what is read from here on is ours
        self._patched = self._mend()
        rendering = render.apply_settings(scene, settings, self._devices, warnings)
        print(f"[rv] selected_gpu_backend={rendering['device'].lower()}", file=sys.stderr)
        print_info(bpy.context.scene, sys.stderr)
        wanted = enable_passes(scene, settings, warnings)
        frames = sequence.wanted(settings, scene)
        if settings.fps is not None and frames is None and is_file(request.scene):
            warnings.append("fps is of no use for a still: say which frames there are")
        asked = wanted.union(*(one.wants.get("passes", ()) for one in sides))
        moving = len(frames) if frames and passes.RenderPass.VECTOR in asked else 0
        apart = Instances(scene, labels.expand_instances(settings), warnings.append)
        return Sample(
            request=request,
            settings=settings,
            scene=scene,
            frames=frames,
            wanted=wanted,
            sides=side.SideRenders(sides, scene, wanted, settings.image.suffix, apart),
            instances=apart,
            tracks=Tracks(scene, apart, settings.tracks or 0, warnings.append),
            deforming=Deforming(scene, apart, moving, warnings.append),
            rendering=rendering,
            files=partial(self._files, request),
            run=run,
        )

    def _is_of_script(self, error: BaseException) -> bool:
        """Whether code of the user's own raised it, by a hook or a handler, in ours."""
        files = script.files_of(error)
        return any(self._modules.is_users(f) and not is_below(f, _PACKAGE) for f in files)

    def _mend(self) -> List[str]:
        """Puts back what our own code cannot work without; what of it the script had replaced."""
        mended = [*self._process.mend(), *self._code.mend()]
        self._descriptors.mend()
        return mended + self._addons.mend()

    def _output(self, sample: Sample) -> Dict[str, Any]:
        try:
            return draw.output(sample, self._tell)
        except RenderError as error:
            self._suspect(sample.rendering["device"].partition("+")[0], error)
            raise

    def _suspect(self, kind: str, error: RenderError) -> None:
        """DeviceError when it is the device's fault that a sample was not rendered."""
        if kind == "CPU":
            return
        try:
            self._render_nothing(kind)
        except RenderError:
            self._devices.trial(kind).failed()
            raise DeviceError(f"{kind} does not render any more: {error}") from error

    def _files(self, request: Request) -> Set[str]:
        """What was read so far, as far as Blender and Python tell."""
        ours = [request.out, *([request.resume.dir] if request.resume is not None else [])]
        if self._scratch is not None and not is_below(request.root, self._scratch):
            ours.append(self._scratch)
        opened = {
            path
            for path in self._opened.files()
            if self._modules.is_users(path) and not any(is_below(path, at) for at in ours)
        }
        found = {request.scene, *self._modules.user_files(), *opened}
        found.update(bpy.utils.blend_paths(absolute=True, packed=False, local=False))
        return found


def _is_blenders(name: str) -> bool:
    """Whether a module is one of those of Blender that scripts use."""
    return name.partition(".")[0] in BLENDERS


def enable_passes(scene: Scene, settings: Settings, warnings: List[str]) -> Set[passes.RenderPass]:
    """Turns on the scene's passes and those of the settings; all of them."""
    view_layer = bpy.context.view_layer
    try:
        wanted = {passes.parse(p) for p in (*scene.passes, *settings.passes)}
        wanted |= passes.ALWAYS
        of_light = wanted - passes.OF_SURFACES
        if of_light and raster.is_used(bpy.context.scene):
            names = ", ".join(sorted(member.value for member in of_light))
            raise SceneError(f"passes of light are of the engine cycles alone: {names}")
        if not scene._stage.fits_index_pass:
            wanted = (wanted - {passes.RenderPass.OBJECT_INDEX}) | {passes.RenderPass.CRYPTO_OBJECT}
            warnings.append(
                f"{scene._stage.highest['objects']} objects are more than Blender's index pass can "
                "tell apart: it is left out, labels come from Cryptomatte"
            )
        if settings.no_image:
            of_picture = wanted - labels.passes_of(wanted, True)
            wanted -= of_picture
            if of_picture:
                names = ", ".join(sorted(member.value for member in of_picture))
                warnings.append(f"{names}: of the picture, which no_image leaves out")
        passes.enable(view_layer, render.picture_passes(wanted))
    except (RuntimeError, ValueError) as error:
        raise SceneError(str(error)) from None
    for member in sorted(wanted, key=lambda m: m.value):
        if not passes.is_written(member):
            warnings.append(f"this Blender does not write the pass {member.value}")
    passes.add_semantic_channels(view_layer, sorted(scene.semantic_channels))
    warnings += unheard_channels(scene)
    return wanted


def unheard_channels(scene: Scene) -> List[str]:
    """What to say of semantic channels that materials write and the scene has not enabled."""
    unheard = {
        (channel, material.name)
        for material in scene._stage.materials
        for channel in material.semantics
        if material.is_made and channel not in scene.semantic_channels
    }
    return [
        f"material {name!r} writes the semantic channel {channel!r}, which has no mask: the scene "
        f"has not called enable_semantic_channels({channel!r})"
        for channel, name in sorted(unheard)
    ]


def resident_bytes() -> int:
    """Memory of this process, 0 where it cannot be told."""
    try:
        with open("/proc/self/statm", "rb", buffering=0) as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except Exception:  # a hook of the sample's may refuse it in its own way
        return 0
