# SPDX-License-Identifier: MIT
"""The renders of a client: frames are dealt, rendered, labelled, published, and described."""

from __future__ import annotations

import os
import shutil
import threading
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence

from . import errors, transforms
from .job import Job, frame, whole
from .operations import Operations
from .outputs import Outputs
from .parts import notation
from .tools import Settings, label

UpdateFn = Callable[..., Any]
TRANSFORMS = "transforms.json"


class Later:
    """The result of a render that goes on in the background."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._result: Any = None
        self._error: Optional[BaseException] = None

        def run() -> None:
            try:
                self._result = work()
            except BaseException as error:  # it is raised where `value` is read
                self._error = error

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()

    @property
    def ready(self) -> bool:
        """Whether it has ended, one way or the other."""
        return not self._thread.is_alive()

    @property
    def error(self) -> bool:
        """Whether it has failed."""
        return self.ready and self._error is not None

    def wait(self, timeout: Optional[float] = None) -> None:
        """Waits for its end. TimeoutError after so many seconds."""
        self._thread.join(timeout)
        if self._thread.is_alive():
            raise TimeoutError(f"not rendered within {timeout:g} s")

    @property
    def value(self) -> Any:
        """What the render returned, once it has ended; raises what it raised."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._result


class _Ticks:
    """Calls of `update_fn`: the total once, then one for each frame."""

    def __init__(self, update_fn: Optional[UpdateFn], total: int) -> None:
        self._update_fn = update_fn
        self._left = total
        if update_fn is not None:
            update_fn(total=total)

    def reach(self, done: int, total: int) -> None:
        """`done` of `total` frames are there. What is rendered twice counts once."""
        while self._update_fn is not None and self._left > max(total - done, 0):
            self._left -= 1
            self._update_fn(advance=1)


class Rendering(Operations, Outputs):
    """Finished frames are not rendered again; what is there is replaced when something changed."""

    awaitable: Optional[Later] = None
    _settings: Settings

    def _exchange(
        self, job: Job, records: Sequence[Dict[str, Any]], on_frames: Callable[[int], None]
    ) -> List[Dict[str, Any]]:
        """Records after rv-blend."""
        raise NotImplementedError

    def render_current_frame(
        self, allow_skips: bool = True, dry_run: bool = False
    ) -> Dict[str, Any]:
        """Renders the current frame: its entry in transforms.json."""
        return self.render_frame(self._current_frame(), allow_skips, dry_run)

    def render_frame(
        self, frame_number: int, allow_skips: bool = True, dry_run: bool = False
    ) -> Dict[str, Any]:
        """Makes a frame the current one and renders it: its entry in transforms.json."""
        self.set_current_frame(frame_number)
        found = self.render_frames([frame_number], allow_skips, dry_run)["frames"][0]
        assert isinstance(found, dict)
        return found

    def render_animation(
        self,
        frame_start: Optional[int] = None,
        frame_end: Optional[int] = None,
        frame_step: Optional[int] = None,
        allow_skips: bool = True,
        dry_run: bool = False,
        update_fn: Optional[UpdateFn] = None,
    ) -> Dict[str, Any]:
        """Renders frames from start to end, which is one of them; None: those of the file.

        ValueError when animations are disabled. Else as `render_frames`.
        """
        if self._job.blend.get("animations") is False:
            raise ValueError("animations are disabled: use_animations(True), or render frames")
        own = self.animation_range()
        first = own.start if frame_start is None else whole(frame_start, "frame_start")
        last = own.stop - 1 if frame_end is None else whole(frame_end, "frame_end")
        step = own.step if frame_step is None else whole(frame_step, "frame_step")
        if step < 1:
            raise ValueError(f"frame_step is {step}, it must be at least 1")
        return self.render_frames(range(first, last + 1, step), allow_skips, dry_run, update_fn)

    def render_frames(
        self,
        frame_numbers: Iterable[int],
        allow_skips: bool = True,
        dry_run: bool = False,
        update_fn: Optional[UpdateFn] = None,
    ) -> Dict[str, Any]:
        """Renders frames, each once, in ascending order; transforms.json with these.

        On disk it has all that were rendered since `initialize`. `update_fn` is called with
        total=N once, then with advance=1 for each frame. With `allow_skips` frames that were made
        from the same things before stay; `dry_run` renders nothing. RuntimeError for frames beyond
        0 to 999999 and when a render fails (`RemoteError`).
        """
        job = self._job
        frames = sorted({frame(number, "frame number") for number in frame_numbers})
        ticks = _Ticks(update_fn, len(frames))
        if not frames:
            return self.empty_transforms()
        blend = {**job.operations(), "frames": notation(frames)}
        if dry_run:
            record = self._ask(job, blend)
            job.fps = record["fps"]
            return self._document(job, self._entries(job, record))
        name = job.parts.name(job.scene, blend, job.outputs())
        if allow_skips:
            job.parts.give(name)
        else:
            job.parts.drop(name)
        request = job.record(name, blend)
        records = self._exchange(job, [request], lambda done: ticks.reach(done, len(frames)))
        records = label([errors.check(records[0])], job.outputs(), self._settings)
        return self._publish(job, errors.check(records[0]), ticks, frames)

    def _publish(
        self, job: Job, record: Dict[str, Any], ticks: _Ticks, frames: List[int]
    ) -> Dict[str, Any]:
        """Puts the frames of a labelled record in their places, transforms.json last."""
        name = record["id"]
        job.parts.take(name)
        job.used.add(name)
        for role in ("image", "composite", *sorted(job.roles)):
            job.parts.publish(name, record["files"].get(role, ()))
        found = self._entries(job, record)
        job.fps = record["fps"]
        for entry in record["objects"]:
            job.objects[entry["index"]] = _pick(entry, "index", "name", "type", "tags")
        for entry in record["materials"]:
            job.materials[entry["index"]] = _pick(entry, "index", "name")
        job.done.update(found)
        job.parts.write(TRANSFORMS, self._document(job, job.done))
        job.parts.prune(job.used, set(job.done))
        ticks.reach(len(frames), len(frames))
        return self._document(job, found)

    def _entries(self, job: Job, record: Dict[str, Any]) -> Dict[int, Dict[str, Any]]:
        files = dict(record["files"])
        numbers = [entry["frame"] for entry in record["frames"]]
        wanted = {role: files[role] for role in ("image", "composite") if role in files}
        for role in transforms.KEYS:
            if role in job.roles:
                suffix = ".png" if role.endswith("index") else ".exr"
                wanted[role] = files.get(role, [f"{role}/{n:06d}{suffix}" for n in numbers])
        if "flow_forward" in wanted:
            wanted["flow"] = wanted[f"flow_{job.flow}"]
        return transforms.entries(record, wanted)

    def _document(self, job: Job, found: Dict[int, Dict[str, Any]]) -> Dict[str, Any]:
        more: Dict[str, Any] = {}
        if "index" in job.roles and job.objects:
            more["objects"] = [job.objects[index] for index in sorted(job.objects)]
        if "material_index" in job.roles and job.materials:
            more["materials"] = [job.materials[index] for index in sorted(job.materials)]
        return transforms.document(found, self._head(job.fps), more)

    # -- in the background

    def _start(self, work: Callable[[], Any]) -> Later:
        if self.awaitable is not None and not self.awaitable.ready:
            raise RuntimeError("a render goes on in the background: wait for it")
        self.awaitable = Later(work)
        return self.awaitable

    def render_animation_async(self, *args: Any, **kwargs: Any) -> Later:
        """`render_animation` in the background."""
        return self._start(lambda: self.render_animation(*args, **kwargs))

    def render_frames_async(self, *args: Any, **kwargs: Any) -> Later:
        """`render_frames` in the background."""
        return self._start(lambda: self.render_frames(*args, **kwargs))

    def wait(self) -> None:
        """Waits for the render in the background, if there is one; raises what it raised."""
        later, self.awaitable = self.awaitable, None
        if later is not None:
            later.value

    # -- the file

    def save_file(self, path: Any) -> None:
        """Saves the file as it is rendered, with all that was done to it.

        It is saved by a render of the frame at which the file stands. ValueError when `path` is
        there.
        """
        job = self._job
        if os.path.exists(path):
            raise ValueError(f"{os.fspath(path)} is there already")
        blend = {**job.operations(), "save": True}
        name = job.parts.name(job.scene, blend, "save")
        try:
            record = self._exchange(job, [job.record(name, blend)], lambda done: None)[0]
            made = os.path.join(job.parts.work, name, errors.check(record)["files"]["blend"])
            shutil.copyfile(made, f"{os.fspath(path)}.new")
            os.replace(f"{os.fspath(path)}.new", path)
        finally:
            job.parts.drop(name)


def _pick(entry: Dict[str, Any], *names: str) -> Dict[str, Any]:
    """What an object or material is, whatever the frame."""
    return {**{name: entry[name] for name in names}, "properties": entry["properties"]}
