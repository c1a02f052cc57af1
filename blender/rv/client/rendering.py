# SPDX-License-Identifier: MIT
"""The renders of a client: frames are dealt, rendered, labelled, published, and described."""

from __future__ import annotations

import os
import shutil
import threading
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence

from . import errors, layout, transforms
from .arguments import frame, whole
from .operations import Operations
from .outputs import Outputs
from .parts import notation
from .service import Service
from .task import Task
from .tools import label

UpdateFn = Callable[..., Any]
"""What is told of progress: it is called with `total=N` once, then with `advance=1` per frame."""
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
    """The render in the background, None where there is none."""
    _service: Service

    @property
    def _layout(self) -> str:
        return self._service.settings.layout

    def _exchange(
        self, task: Task, records: Sequence[Dict[str, Any]], on_frames: Callable[[int], None]
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

        ValueError when animations are disabled, or when nothing moves and no frames were named
        here: they would all be equal. Else as `render_frames`.
        """
        if self._task.blend.get("animations") is False:
            raise ValueError("animations are disabled: use_animations(True), or render frames")
        own = self.animation_range()
        if (frame_start, frame_end) == (None, None) and len(own) > 1 and not self._moves():
            raise ValueError(f"nothing moves: render one frame, as render_frame({own.start})")
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
        task = self._task
        frames = sorted({frame(number, "frame number") for number in frame_numbers})
        ticks = _Ticks(update_fn, len(frames))
        if not frames:
            return self.empty_transforms()
        blend = {**task.operations(), "frames": notation(frames)}
        if dry_run:
            record = self._ask(task, blend)
            task.ledger.fps = record["fps"]
            return self._document(task, self._entries(task, record))
        name = task.parts.name(task.scene, blend, task.outputs())
        if allow_skips:
            task.parts.give(name)
        else:
            task.parts.drop(name)
        request = task.record(name, blend)
        records = self._exchange(task, [request], lambda done: ticks.reach(done, len(frames)))
        records = label([errors.check(records[0])], task.outputs(), self._service.settings)
        return self._publish(task, errors.check(records[0]), ticks, frames)

    def _publish(
        self, task: Task, record: Dict[str, Any], ticks: _Ticks, frames: List[int]
    ) -> Dict[str, Any]:
        """Puts the frames of a labelled record in their places, transforms.json last."""
        with task.ledger.lock:
            return self._put(task, record, ticks, frames)

    def _put(
        self, task: Task, record: Dict[str, Any], ticks: _Ticks, frames: List[int]
    ) -> Dict[str, Any]:
        name = record["id"]
        task.parts.take(name)
        task.ledger.used.add(name)
        published = ("image", "composite", *sorted(task.roles))
        made = {r: record["files"][r] for r in published if r in record["files"]}
        layout.publish(task.parts, name, layout.files(self._layout, made, task.depth_suffix))
        found = self._entries(task, record)
        task.ledger.fps = record["fps"]
        for entry in record["objects"]:
            task.ledger.objects[entry["index"]] = _pick(entry, "index", "name", "type", "tags")
        for entry in record["materials"]:
            task.ledger.materials[entry["index"]] = _pick(entry, "index", "name")
        task.ledger.done.update(found)
        task.parts.write(TRANSFORMS, self._document(task, task.ledger.done))
        task.parts.prune(task.ledger.used, set(task.ledger.done))
        ticks.reach(len(frames), len(frames))
        return self._document(task, found)

    def _entries(self, task: Task, record: Dict[str, Any]) -> Dict[int, Dict[str, Any]]:
        files = dict(record["files"])
        numbers = [entry["frame"] for entry in record["frames"]]
        wanted = {role: files[role] for role in ("image", "composite") if role in files}
        for role in transforms.KEYS:
            if role in task.roles:
                suffix = ".png" if role.endswith("index") else ".exr"
                wanted[role] = files.get(role, [f"{role}/{n:06d}{suffix}" for n in numbers])
        made = layout.files(self._layout, wanted, task.depth_suffix)
        names = {role: [one.name for one in ones] for role, ones in made.items()}
        if "flow_forward" in names:
            names["flow"] = names[f"flow_{task.flow}"]
        return transforms.entries(record, names)

    def _document(self, task: Task, found: Dict[int, Dict[str, Any]]) -> Dict[str, Any]:
        more: Dict[str, Any] = {}
        if "index" in task.roles and task.ledger.objects:
            more["objects"] = [task.ledger.objects[index] for index in sorted(task.ledger.objects)]
        if "material_index" in task.roles and task.ledger.materials:
            more["materials"] = [
                task.ledger.materials[index] for index in sorted(task.ledger.materials)
            ]
        return transforms.document(found, self._head(task.ledger.fps), more)

    # -- in the background

    def _in_background(self, work: Callable[[], Any]) -> Later:
        if self.awaitable is not None and not self.awaitable.ready:
            raise RuntimeError("a render goes on in the background: wait for it")
        self.awaitable = Later(work)
        return self.awaitable

    def render_animation_async(self, *args: Any, **kwargs: Any) -> Later:
        """`render_animation` in the background."""
        return self._in_background(lambda: self.render_animation(*args, **kwargs))

    def render_frames_async(self, *args: Any, **kwargs: Any) -> Later:
        """`render_frames` in the background."""
        return self._in_background(lambda: self.render_frames(*args, **kwargs))

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
        task = self._task
        if os.path.exists(path):
            raise ValueError(f"{os.fspath(path)} is there already")
        blend = {**task.operations(), "save": True}
        name = task.parts.name(task.scene, blend, "save")
        try:
            record = self._exchange(task, [task.record(name, blend)], lambda done: None)[0]
            made = os.path.join(task.parts.work, name, errors.check(record)["files"]["blend"])
            shutil.copyfile(made, f"{os.fspath(path)}.new")
            os.replace(f"{os.fspath(path)}.new", path)
        finally:
            task.parts.drop(name)


def _pick(entry: Dict[str, Any], *names: str) -> Dict[str, Any]:
    """What an object or material is, whatever the frame."""
    return {**{name: entry[name] for name in names}, "properties": entry["properties"]}
