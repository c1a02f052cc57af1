# SPDX-License-Identifier: MIT
"""One sample from request to reply: reset, run the script, describe the scene, render it."""

from __future__ import annotations

import functools
import os
import sys
import tempfile
import time
from typing import Any, Callable, Dict, List, Optional, Sequence, Set

import bpy
from mathutils import noise

from . import animation, code, compositor, export, operations, passes, record, render, resume
from . import script, sequence
from .addons import Addons
from .build import build, is_file
from .device import Devices, print_info
from .errors import RenderError, SceneError
from .file_scene import FileScene
from .frames import FrameFiles
from .isolation import Isolation, is_below
from .leftovers import Leftovers
from .loop import Outcome
from .meta import without_path
from .overrides import Overrides, parse
from .protocol import Request
from .registered import Registered
from .scene import Scene
from .session import Session


class SampleHandler:
    """Renders the sample of a request. Holds nothing but what the worker started with.

    `tell` is called with what there is to say while a sequence is rendered (protocol.progress).
    """

    def __init__(self, tell: Callable[[str, int], None] = lambda what, number: None) -> None:
        self._tell = tell
        code.remember_modules()
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
            overrides = parse(request.settings.blend, request.record.get("blend"))
            scene = build(request, overrides, self._addons, warnings)
            self._isolation.mend()
            rendering = render.apply_settings(scene, request, overrides, self._devices, warnings)
            print(f"[rv] selected_gpu_backend={rendering['device'].lower()}", file=sys.stderr)
            print_info(bpy.context.scene, sys.stderr)
            more = (*request.settings.passes, *overrides.passes)
            wanted = enable_passes(scene, more, warnings)
            frames = sequence.wanted(overrides, scene)
            if request.export is not None:
                animation.start(frames)
                exported = export.export(scene, request, request.export)
                return exported, self._dependencies(scene, request)
            members = self._output(scene, request, overrides, frames, wanted, rendering, run)
            run["device"] = rendering["device"]
            run["build_s"] = round(time.monotonic() - started - run.get("render_s", 0.0), 6)
            return members, self._dependencies(scene, request)
        except BaseException as error:
            found = script.files_of(error) | self._files(request)
            run["deps"] = _listed({path for path in found if is_below(path, request.root)}, request)
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

    def _describe(
        self,
        scene: Scene,
        files: FrameFiles,
        frames: Optional[Sequence[int]],
        wanted: Set[passes.RenderPass],
        rendering: Dict[str, Any],
    ) -> Dict[str, Any]:
        """The members of the record, of a sequence all that its first frame tells."""
        record.check_indices(scene)
        if bpy.context.scene.camera is None:
            raise render.RenderError("the scene has no camera")
        if frames is None:
            sequence.begin_still()
        else:
            sequence.begin(frames)
        channels = passes.channels(bpy.context.view_layer, wanted, scene.semantic_channels)
        written = [member for member in wanted if passes.is_written(member)]
        members = record.describe(scene, files.of_all(frames), channels, written)
        if scene._work is not None and os.path.isdir(scene._work):
            members = without_path(members, scene._work)
        members["render"] = rendering
        if isinstance(scene, FileScene):
            members["render"] = {**rendering, "blend_file": True}
        return members

    def _output(
        self,
        scene: Scene,
        request: Request,
        overrides: Overrides,
        frames: Optional[Sequence[int]],
        wanted: Set[passes.RenderPass],
        rendering: Dict[str, Any],
        run: Dict[str, Any],
    ) -> Dict[str, Any]:
        """Renders; the members of the record."""
        dry = request.settings.dry_run or overrides.dry_run
        render.show_as_rendered(bpy.context.scene)
        timeline = animation.timeline()
        if overrides.composite:
            compositor.check(bpy.context.scene, os.path.relpath(request.scene, request.root))
        members = self._describe(scene, overrides.files, frames, wanted, rendering)
        token = "" if frames is None or dry else self._token(scene, request, members)
        if request.assist:
            return self._assist(scene, request, overrides, frames, token)
        if overrides.save:
            members["files"]["blend"] = operations.SAVED
            if not request.settings.dry_run:
                operations.save(request.out)
        started = time.monotonic()
        if frames is not None:
            members["fps"] = animation.current_fps()
        if dry:
            members["timeline"] = timeline
        if dry and frames is not None:
            members["frames"] = sequence.walk(scene, frames, lambda frame: None)
        elif frames is not None:
            members["frames"] = self._draw_frames(scene, request, overrides, frames, token, run)
        elif not dry:
            resume.drop(request.resume)
            rendering_of(scene, request, overrides)(request.out, overrides.files.of(None))
        run["render_s"] = round(time.monotonic() - started, 6)
        return members

    def _token(self, scene: Scene, request: Request, members: Dict[str, Any]) -> str:
        """What the frames that are kept must be of.

        With all that is known of the first frame in it, and of files that generators have made: a
        scene that comes out differently each time shares no frames with itself.
        """
        if request.resume is None:
            return ""
        found = self._files(request) | scene._dependencies
        paths = {name: os.path.join(request.root, name) for name in _listed(found, request)}
        if request.work is not None:
            work = os.path.realpath(request.work)
            made = [os.path.realpath(path) for path in found if is_below(path, work)]
            paths.update({os.path.relpath(path, work): path for path in made})
        return resume.token(request.resume.key, members, paths)

    def _draw_frames(
        self,
        scene: Scene,
        request: Request,
        overrides: Overrides,
        frames: Sequence[int],
        token: str,
        run: Dict[str, Any],
    ) -> List[Dict[str, Any]]:
        """Renders the frames, but for those that others do; the record's `frames`."""
        draw_files = rendering_of(scene, request, overrides)
        with resume.store(request.resume, token, request.out, overrides.files) as store:
            missing = len(store.missing(frames))
            self._tell("frames", missing)
            if missing < len(frames):
                run["frames_kept"] = len(frames) - missing
            made: List[int] = []
            draw = self._drawing(store, draw_files, made)
            entries = sequence.walk(scene, frames, draw)
            others = store.missing(frames)
            while others:
                if any(store.free(others)):  # who was at it is lost
                    sequence.visit(frames, 0, draw)
                else:
                    time.sleep(resume.POLL_S)
                others = store.missing(others)
            if len(made) < missing:
                run["frames_by_others"] = missing - len(made)
            store.finish(request.out)
        return entries

    def _assist(
        self,
        scene: Scene,
        request: Request,
        overrides: Overrides,
        frames: Optional[Sequence[int]],
        token: str,
    ) -> Dict[str, Any]:
        """Renders frames of a sequence that another worker answers for; nothing for the record."""
        with resume.others_store(request.resume, token, overrides.files) as store:
            if store is not None and frames is not None:
                start = resume.middle_of_longest(store.free(frames))
                draw_files = rendering_of(scene, request, overrides)
                sequence.visit(frames, start, self._drawing(store, draw_files, []))
        return {}

    def _drawing(
        self, store: resume.Store, draw_files: resume.DrawFiles, made: List[int]
    ) -> sequence.Draw:
        """What renders a frame that neither is done nor is rendered by another worker.

        Its number goes to `made`, too.
        """

        def draw(frame: int) -> None:
            done = store.make(frame, draw_files)
            made.extend([frame] if done else [])
            self._tell("frame" if done else "passed", frame)

        return draw

    def _dependencies(self, scene: Scene, request: Request) -> List[str]:
        return _listed(self._files(request) | scene._dependencies, request)

    def _files(self, request: Request) -> Set[str]:
        """What was read so far, as far as Blender and Python tell."""
        found = {request.scene, *self._isolation.user_modules(request.root)}
        found.update(bpy.utils.blend_paths(absolute=True, packed=False, local=False))
        return found


def rendering_of(scene: Scene, request: Request, overrides: Overrides) -> resume.DrawFiles:
    """What renders the files of the frame that Blender stands at."""
    made = None
    if overrides.composite:
        made = compositor.Compositor(bpy.context.scene, scene._layers_left_out)
    return functools.partial(
        render.render, codec=request.settings.codec, picture=overrides.image, compositor=made
    )


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


def _listed(paths: Set[str], request: Request) -> List[str]:
    """`paths` as a reply lists them.

    Those that are not there are in it, since the sample changes when they come; directories not.
    """
    real = {os.path.realpath(path) for path in paths}
    root = os.path.realpath(request.root)
    if request.work is not None:  # made anew with the sample
        real = {path for path in real if not is_below(path, request.work)}
    return sorted(
        os.path.relpath(path, root) if is_below(path, root) else path
        for path in real
        if os.path.isfile(path) or not os.path.lexists(path)
    )


def resident_bytes() -> int:
    """Memory of this process, 0 where it cannot be told."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
