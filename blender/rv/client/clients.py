# SPDX-License-Identifier: MIT
"""A client, and several that render one file together."""

from __future__ import annotations

import atexit
import os
import threading
import weakref
from dataclasses import replace
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

from . import errors
from .job import Job, whole
from .parts import Parts, leave
from .pool import Pool
from .rendering import Rendering
from .tools import Renderer, Settings

Log = Union[str, "os.PathLike[str]", Any]


def _settings(
    jobs: int,
    timeout: float,
    log: Log,
    autoexec: bool,
    executable: Union[str, "os.PathLike[str]", None],
    options: Sequence[str],
) -> Settings:
    if whole(jobs, "jobs") < 1:
        raise ValueError(f"jobs is {jobs}, it must be at least 1")
    if isinstance(log, (str, os.PathLike)):
        log = os.path.abspath(log)
    elif log is not None and not hasattr(log, "write"):
        raise TypeError(f"log must be a directory or an open text file, not {log!r}")
    return Settings(
        blender=None if executable is None else os.fspath(executable),
        autoexec=bool(autoexec),
        start_timeout=timeout if timeout > 0 else None,
        log=log,
        options=tuple(options),
        jobs=jobs,
    )


class BlenderClient(Rendering):
    """One Blender that stays warm between renders. `spawn` makes it; leaving a `with` ends it.

    Its methods come from `Operations` (what is done to the file), `Outputs` (what is written for
    each frame) and `Rendering`.
    """

    def __init__(self, settings: Settings = Settings()) -> None:
        self._settings = settings
        self._current: Optional[Job] = None
        self._renderer: Optional[Renderer] = None
        self._seen: Dict[str, Tuple[int, int]] = {}
        self._queries = 0
        self._closed = False
        self._lock = threading.RLock()
        _open.add(self)

    @classmethod
    def spawn(
        cls,
        timeout: float = -1.0,
        log: Log = None,
        autoexec: bool = False,
        executable: Union[str, "os.PathLike[str]", None] = None,
        log_dir: Log = None,
        options: Sequence[str] = (),
    ) -> BlenderClient:
        """A client whose Blender starts with its first work.

        `timeout`: so many seconds Blender may take to start, else TimeoutError (from the work that
        needs it). `log`: a directory for what Blender and the tools say, or an open text file for
        the tools' part; `log_dir` is another name. `autoexec`: scripts inside .blend files may
        run. `executable`: the Blender to use. `options`: more of rv-blend's own.
        """
        log = log_dir if log is None else log
        return cls(_settings(1, timeout, log, autoexec, executable, options))

    @property
    def pid(self) -> Optional[int]:
        """Of rv-blend; None when none runs."""
        renderer = self._renderer
        return renderer.pid if renderer is not None and renderer.is_running else None

    # -- from here to there

    @property
    def _job(self) -> Job:  # type: ignore[override]
        if self._closed:
            raise RuntimeError("the client is closed")
        if self._current is None:
            raise RuntimeError("call initialize first")
        return self._current

    def initialize(self, blend_file: Any, root_path: Any) -> None:
        """Begins anew, with a .blend file and the directory where its renders go.

        FileNotFoundError without that file, ValueError when it is no .blend file or when there is
        something else than a directory at `root_path`.
        """
        if self._closed:
            raise RuntimeError("the client is closed")
        scene, root = os.path.realpath(blend_file), os.path.abspath(root_path)
        if not scene.endswith(".blend"):
            raise ValueError(f"{os.fspath(blend_file)} is no .blend file")
        if not os.path.isfile(scene):
            raise FileNotFoundError(f"there is no file {os.fspath(blend_file)}")
        if os.path.exists(root) and not os.path.isdir(root):
            raise ValueError(f"{root} is no directory")
        if root == os.path.dirname(root):
            raise ValueError("renders cannot go to the root of the file system")
        with self._lock:
            os.makedirs(root, exist_ok=True)
            self.reset()
            self._current = Job(scene, Parts(root))

    def reset(self) -> None:
        """Forgets what was initialized; Blender stays."""
        with self._lock:
            self._current = None
            self._settings = replace(self._settings, device=None, with_cpu=False)

    def _use_device(self, device: Optional[str], with_cpu: Optional[bool]) -> None:
        settings = self._settings
        if device is not None:
            settings = replace(settings, device=device)
        if with_cpu is not None and settings.device != "cpu":
            settings = replace(settings, with_cpu=with_cpu)
        self._settings = settings

    def _started(self, job: Job, idents: Sequence[str]) -> Renderer:
        """The rv-blend for these records: the one that runs when it fits."""
        stat = os.stat(job.scene)
        version = (stat.st_mtime_ns, stat.st_size)
        old = self._renderer
        if old is not None:
            fits = old.is_running and old.out == job.parts.work and old.settings == self._settings
            fits = fits and not any(old.has_seen(ident) for ident in idents)
            # It remembers what the files were like that it has read.
            fits = fits and self._seen.get(job.scene, version) == version
            if not fits:
                self._end_renderer()
        if self._renderer is None:
            if self._closed:
                raise RuntimeError("the client is closed")
            self._renderer = Renderer(self._settings, job.parts.work)
            if self._closed:  # meanwhile, by another thread
                raise RuntimeError("the client is closed")
        self._seen[job.scene] = version
        return self._renderer

    def _end_renderer(self) -> None:
        renderer, self._renderer = self._renderer, None
        if renderer is not None:
            renderer.stop()
            leave(renderer.out)
        self._seen.clear()

    def _exchange(
        self, job: Job, records: Sequence[Dict[str, Any]], on_frames: Callable[[int], None]
    ) -> List[Dict[str, Any]]:
        with self._lock:
            try:
                renderer = self._started(job, [record["id"] for record in records])
                return renderer.exchange(records, on_frames)
            except BaseException:
                self._end_renderer()  # whatever it is at is not wanted any more
                raise

    def _ask(self, job: Job, blend: Dict[str, Any]) -> Dict[str, Any]:
        with self._lock:
            state = job.state(blend) + repr(self._settings.device)
            if state not in job.asked:
                self._queries += 1
                request = job.record(f"q{self._queries}", {**blend, "dry_run": True})
                answer = self._exchange(job, [request], lambda done: None)[0]
                job.asked[state] = errors.check(answer)
            found: Dict[str, Any] = job.asked[state]
            return found

    # -- the end

    def close(self) -> None:
        """Ends rv-blend and Blender, also in the middle of a render; done when they have gone."""
        self._closed = True
        renderer = self._renderer
        if renderer is not None:
            renderer.stop()
            leave(renderer.out)
        _open.discard(self)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()


class BlenderClients(BlenderClient):
    """Several Blenders that render one file and share its frames.

    What is written is what one client writes, and methods return what they return there.
    """

    @classmethod
    def spawn(  # type: ignore[override]
        cls,
        jobs: int = 1,
        timeout: float = -1.0,
        log: Log = None,
        autoexec: bool = False,
        executable: Union[str, "os.PathLike[str]", None] = None,
        log_dir: Log = None,
        options: Sequence[str] = (),
    ) -> BlenderClients:
        """As `BlenderClient.spawn`, with so many Blenders."""
        log = log_dir if log is None else log
        return cls(_settings(jobs, timeout, log, autoexec, executable, options))

    def __len__(self) -> int:
        return self._settings.jobs

    def __bool__(self) -> bool:
        return True

    def common_animation_range(self) -> range:
        """The frames that are rendered."""
        return self.animation_range()

    def common_animation_range_tuple(self) -> Tuple[int, int, int]:
        """First frame, last frame, step."""
        found = self.common_animation_range()
        return found.start, found.stop - 1, found.step

    @staticmethod
    def pool(
        jobs: int = 1,
        timeout: float = -1.0,
        log: Log = None,
        autoexec: bool = False,
        executable: Union[str, "os.PathLike[str]", None] = None,
        log_dir: Log = None,
        options: Sequence[str] = (),
    ) -> Pool:
        """A pool whose functions get a client of their own as first argument. See `Pool`."""
        log = log_dir if log is None else log
        settings = _settings(1, timeout, log, autoexec, executable, options)
        if whole(jobs, "jobs") < 1:
            raise ValueError(f"jobs is {jobs}, it must be at least 1")

        def client(number: int) -> BlenderClient:
            own = settings
            if isinstance(settings.log, str):
                own = replace(settings, log=os.path.join(settings.log, f"job{number:03d}"))
            return BlenderClient(own)

        return Pool([client(number) for number in range(jobs)])


_open: "weakref.WeakSet[BlenderClient]" = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for client in list(_open):
        client.close()
