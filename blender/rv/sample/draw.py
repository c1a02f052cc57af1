# SPDX-License-Identifier: MIT
"""A built sample becomes files and a record: a still in one render, a sequence frame by frame."""

from __future__ import annotations

import dataclasses
import os
import time
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional, Sequence, Set

import bpy

from ..engine import adjust, compositor, motion, passes, raster, timeline
from ..plain.errors import SceneError
from ..plain.frames import FrameFiles
from ..plain.meta import without_path
from ..plain.paths import is_below, real, shown_path
from ..scenes.scene import Scene
from . import labels, operations, record, render, sequence, store
from .deforming import Deforming
from .file_scene import FileScene
from .instances import Instances
from .protocol import Request
from .settings import Settings
from .side import SideRenders
from .tracks import Tracks

Tell = Callable[[str, int], None]  # hears how far a sequence is, as protocol.progress


@dataclass(frozen=True)
class Sample:
    """What was asked for and what was built of it.

    `frames` are those of a sequence, None for a still; `wanted` the passes that are on; `sides` the
    renders besides the picture's; `instances` what Blender makes of objects, `tracks` the points
    that are followed, `deforming` what changes its shape; `rendering` is the record's member
    `render`; `files` tells what was read for it so far; `run` takes what is told of this run alone.
    """

    request: Request
    settings: Settings
    scene: Scene
    frames: Optional[Sequence[int]]
    wanted: Set[passes.RenderPass]
    sides: SideRenders
    instances: Instances
    tracks: Tracks
    deforming: Deforming
    rendering: Dict[str, Any]
    files: Callable[[], Set[str]]
    run: Dict[str, Any]

    @property
    def is_dry(self) -> bool:
        """Whether everything is done but the render."""
        return bool(self.settings.dry_run)

    @property
    def frame_files(self) -> FrameFiles:
        """All files that are rendered."""
        return dataclasses.replace(self.settings.files, sides=self.sides.files)

    def rendering_of(self, tell: Tell) -> store.DrawFiles:
        """What renders the files of the frame that Blender stands at.

        It tells when it may take long, as the engine has to be made ready first.
        """
        made = None
        if self.settings.composite:
            made = compositor.Compositor(bpy.context.scene, self.scene._layers_left_out)
        codec, picture = self.settings.codec, self.settings.image
        roles, returns = self.settings.files.of(None), adjust.Returns()

        def draw_files(directory: str, names: Dict[str, str]) -> None:
            own = {role: names[role] for role in roles}
            if own:
                if raster.is_used(bpy.context.scene) and not raster.STARTED.is_done:
                    tell("starting", 1)
                returns.begin_render(bpy.context.scene)
                render.render(directory, own, codec, picture, made)
            self.sides.draw(directory, names, codec, picture)

        return draw_files


def output(sample: Sample, tell: Tell) -> Dict[str, Any]:
    """Renders the sample; the members of its record."""
    request, settings, frames = sample.request, sample.settings, sample.frames
    render.show_as_rendered(bpy.context.scene)
    clock = timeline.timeline()
    if settings.composite and settings.no_image:
        raise SceneError("composite is made of the picture, which no_image leaves out")
    if settings.composite:
        compositor.check(bpy.context.scene, os.path.relpath(request.scene, request.root))
    members = _describe(sample)
    token = "" if frames is None or sample.is_dry else _token(sample, members)
    if request.assist:
        _assist(sample, token, tell)
        return {}
    members["files"].update(sample.scene._given_files)
    if settings.save:
        members["files"]["blend"] = operations.SAVED
        if not request.settings.dry_run:
            operations.save(request.out)
    sample.sides.begin()
    started = time.monotonic()
    if frames is not None:
        members["fps"] = timeline.current_fps()
    if sample.is_dry:
        members["timeline"] = {**clock, "moves": motion.moves()}
        if frames is not None:
            members["frames"] = sequence.walk(sample.scene, frames, lambda _: _note(sample))
    elif frames is not None:
        members["frames"] = _draw_frames(sample, token, tell)
    else:
        sample.tracks.note()
        store.drop(request.resume)
        sample.rendering_of(tell)(request.out, sample.frame_files.names(None))
    if frames is not None:
        sample.instances.add_frames(members)
        record.note_deforming(sample.scene, members["objects"])
    if not sample.is_dry:
        sample.tracks.write(request.out)
        sample.deforming.write(request.out)
        members["files"].update(sample.deforming.files)
    members.update(sample.sides.members(frames))
    sample.run["render_s"] = round(time.monotonic() - started, 6)
    return members


def _describe(sample: Sample) -> Dict[str, Any]:
    """The members of the record, of a sequence all that its first frame tells."""
    scene = sample.scene
    record.check_indices(scene)
    if bpy.context.scene.camera is None:
        raise render.RenderError("the scene has no camera")
    if sample.frames is None:
        sequence.begin_still()
    else:
        sequence.begin(sample.frames)
    sample.instances.begin()
    taken = labels.wants(
        sample.sides.views,
        sample.wanted,
        scene.semantic_channels,
        sample.settings,
        sample.instances.may_be,
    )
    sample.sides.take_labels(taken, bool(sample.settings.no_image))
    if sample.settings.amodal:
        _check_amodal(sample)
        sample.sides.take_amodal(labels.members(sample.settings, sample.instances.may_be))
    written = [member for member in sample.wanted if passes.is_written(member)]
    members = record.describe(scene, _files_of(sample), written)
    members["objects"] += sample.instances.objects()
    if not sample.is_dry:
        members.update(sample.tracks.begin())
        members["files"].update(sample.tracks.files)
    work = scene._stage.work
    if work is not None and os.path.isdir(work):
        # What a generator was told, and what it made, is the same wherever the project lies. The
        # paths may have been given as ./here, which the script sees without the dot.
        for path in (work, sample.request.root):
            for spelt in (path, os.path.normpath(path)):
                members = without_path(members, spelt) if spelt != os.sep else members
    members["render"] = {
        **sample.rendering,
        **({} if taken is None else {"labels": labels.described(taken, sample.settings)}),
        **({"no_image": True} if sample.settings.no_image else {}),
        **({"amodal": True} if sample.settings.amodal else {}),
        **({"blend_file": True} if isinstance(scene, FileScene) else {}),
    }
    return members


def _check_amodal(sample: Sample) -> None:
    """SceneError where it cannot be told what is hidden."""
    sights = [view.get("camera") for view in sample.sides.views]
    types = {bpy.context.scene.camera.data.type, *(s.type for s in sights if s is not None)}
    if "PANO" in types:
        raise SceneError("amodal needs cameras of the type PERSP or ORTHO, one is PANO")
    if passes.RenderPass.OBJECT_INDEX not in sample.wanted:
        raise SceneError("amodal needs the index pass, which cannot tell so many objects apart")


def _files_of(sample: Sample) -> Dict[str, Any]:
    """The members that say where what was rendered is."""
    own = render.picture_passes(sample.wanted)
    kind = bpy.context.scene.camera.data.type
    files = sample.settings.files.of_all(sample.frames)
    return {
        "files": {**files, **sample.sides.label_files(None, sample.frames)},
        **sample.sides.channels(None, own, kind),
    }


def _token(sample: Sample, members: Dict[str, Any]) -> str:
    """What the frames that are kept must be of.

    With all that is known of the first frame in it, and of files that generators have made: a scene
    that comes out differently each time shares no frames with itself.
    """
    request = sample.request
    if request.resume is None:
        return ""
    found = sample.files() | sample.scene._stage.dependencies
    paths = {name: os.path.join(request.root, name) for name in listed(found, request)}
    if request.work is not None:
        work = os.path.realpath(request.work)
        made = [os.path.realpath(path) for path in found if is_below(path, work)]
        paths.update({os.path.relpath(path, work): path for path in made})
    views = list(sample.scene._views.values())
    asked = [members, request.renders, sample.settings.renders, *([views] if views else [])]
    return store.token(request.resume.key, asked, paths)


def _note(sample: Sample) -> None:
    """Takes down what is recorded of the frame that Blender stands at."""
    sample.instances.note()
    sample.sides.note()
    sample.tracks.note()
    sample.deforming.note()


def _draw_frames(sample: Sample, token: str, tell: Tell) -> List[Dict[str, Any]]:
    """Renders the frames, but for those that others do; the record's `frames`."""
    request, frames = sample.request, sample.frames
    assert frames is not None
    draw_files = sample.rendering_of(tell)
    with store.store(request.resume, token, request.out, sample.frame_files) as kept:
        missing = len(kept.missing(frames))
        tell("frames", missing)
        if missing < len(frames):
            sample.run["frames_kept"] = len(frames) - missing
        made: List[int] = []
        draw = _drawing(kept, draw_files, made, tell)

        def look(frame: int) -> None:
            _note(sample)
            draw(frame)

        entries = sequence.walk(sample.scene, frames, look)
        others = kept.missing(frames)
        while others:
            if any(kept.free(others)):  # who was at it is lost
                sequence.visit(frames, 0, draw, sample.instances.look)
            else:
                time.sleep(store.POLL_S)
            others = kept.missing(others)
        if len(made) < missing:
            sample.run["frames_by_others"] = missing - len(made)
        kept.finish(request.out)
    return entries


def _assist(sample: Sample, token: str, tell: Tell) -> None:
    """Renders frames of a sequence that another worker answers for; nothing for the record."""
    frames = sample.frames
    sample.sides.begin()
    with store.others_store(sample.request.resume, token, sample.frame_files) as kept:
        if kept is not None and frames is not None:
            start = store.middle_of_longest(kept.free(frames))
            draw = _drawing(kept, sample.rendering_of(tell), [], tell)
            sequence.visit(frames, start, draw, sample.instances.look)


def _drawing(
    kept: store.Store, draw_files: store.DrawFiles, made: List[int], tell: Tell
) -> sequence.Draw:
    """What renders a frame that neither is done nor is rendered by another worker.

    Its number goes to `made`, too.
    """

    def draw(frame: int) -> None:
        done = kept.make(frame, draw_files)
        made.extend([frame] if done else [])
        tell("frame" if done else "passed", frame)

    return draw


def listed(paths: Set[str], request: Request) -> List[str]:
    """`paths` as a reply lists them.

    Those that are not there are in it, since the sample changes when they come; directories not.
    What ends in `/` is a pattern, and stays as it is.
    """
    patterns = {path for path in paths if path.endswith(os.sep)}
    found, root = {real(path) for path in paths - patterns}, os.path.realpath(request.root)
    if request.work is not None:  # made anew with the sample
        found = {path for path in found if not is_below(path, request.work)}
    files = {
        shown_path(path, root)
        for path in found
        if os.path.isfile(path) or not os.path.lexists(path)
    }
    return sorted(files | patterns)
