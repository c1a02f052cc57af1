# SPDX-License-Identifier: MIT
"""A client: one Blender that stays warm."""

from __future__ import annotations

import os
import subprocess
from typing import Any, Callable, Dict, List, Optional, Sequence

from .absent import Hinting, missing
from .checks import require_connected_client, require_initialized_service
from .parts import Parts
from .rendering import Rendering
from .service import Command, Log, Service, settings
from .task import Task

# What Blender's open_mainfile takes for its window: without one it makes no difference.
OF_THE_WINDOW = frozenset(
    """load_ui display_file_selector state hide_props_region check_existing filter_blender
    filter_backup filter_image filter_movie filter_python filter_font filter_sound filter_text
    filter_archive filter_btx filter_collada filter_alembic filter_usd filter_obj filter_volume
    filter_folder filter_blenlib filemode display_type sort_method""".split()
)


class BlenderClient(Rendering, metaclass=Hinting):
    """One Blender that stays warm between renders. `spawn` makes it; leaving a `with` ends it.

    Its methods come from `Operations` (what is done to the file), `Outputs` (what is written for
    each frame) and `Rendering`.
    """

    def __init__(self, service: Service) -> None:
        if not isinstance(service, Service):
            raise TypeError("clients have no address, since no port is opened: use spawn()")
        self._service = service
        self._current: Optional[Task] = None

    def __getattr__(self, name: str) -> Any:
        raise missing(type(self).__name__, name, dir(self))

    @classmethod
    def spawn(
        cls,
        timeout: float = -1.0,
        log: Log = None,
        autoexec: bool = False,
        executable: Command = None,
        log_dir: Log = None,
        options: Sequence[str] = (),
        layout: str = "rv",
        conn: Command = None,
    ) -> BlenderClient:
        """A client whose Blender starts with its first work.

        `timeout`: so many seconds Blender may take to start, else TimeoutError (from the work that
        needs it). `log`: a directory for what Blender and the tools say, or an open text file for
        the tools' part; `log_dir` is another name. `autoexec`: scripts inside .blend files may
        run. `executable`: the Blender to use, a program or a command with arguments. `options`:
        more of rv-blend's own. `layout`: how files are called, as rv does or as visionsim does.
        `conn`: a command that starts rv-blend, such as ["ssh", "box", "rv-blend"]: there it has to
        find the same files under the same paths as here.
        """
        log = log_dir if log is None else log
        return cls(Service(settings(1, timeout, log, autoexec, executable, options, layout, conn)))

    @property
    def process(self) -> Optional["subprocess.Popen[bytes]"]:
        """rv-blend, which has Blender; None when none runs."""
        return self._service.process

    @property
    def pid(self) -> Optional[int]:
        """Of rv-blend; None when none runs."""
        process = self._service.process
        return None if process is None else process.pid

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._service.closed

    @property
    def initialized(self) -> bool:
        """Whether there is a file to work on."""
        return self._current is not None

    @property
    def logger(self) -> Any:
        """Where warnings go: a logger as those of `logging`."""
        return self._service.settings.logger

    @require_connected_client
    def with_logger(self, log: Any) -> None:
        """Sends messages of the tools and of Blender to a logger; at first it is `rv.client`."""
        if not callable(getattr(log, "warning", None)) or not callable(getattr(log, "log", None)):
            raise TypeError(f"log must be a logger, not {log!r}")
        self._service.use_logger(log)

    @require_connected_client
    def initialize(self, blend_file: Any, root_path: Any, **options: Any) -> None:
        """Begins anew, with a .blend file and the directory where its renders go.

        `options` are those of Blender's `open_mainfile`: `use_scripts` says whether scripts inside
        this file may run, those about Blender's window make no difference. FileNotFoundError
        without that file, ValueError when it is no .blend file or when there is something else
        than a directory at `root_path`, TypeError for other options.
        """
        scripts = options.pop("use_scripts", None)
        unknown = sorted(set(options) - OF_THE_WINDOW)
        if unknown:
            raise TypeError(f"initialize has no option {unknown[0]!r}, nor has open_mainfile")
        scene, root = os.path.realpath(blend_file), os.path.abspath(root_path)
        if not scene.endswith(".blend"):
            raise ValueError(f"{os.fspath(blend_file)} is no .blend file")
        if not os.path.isfile(scene):
            raise FileNotFoundError(f"there is no file {os.fspath(blend_file)}")
        if os.path.exists(root) and not os.path.isdir(root):
            raise ValueError(f"{root} is no directory")
        if root == os.path.dirname(root):
            raise ValueError("renders cannot go to the root of the file system")
        os.makedirs(root, exist_ok=True)
        autoexec = None if scripts is None else bool(scripts)
        self._current = Task(scene, Parts(root), autoexec=autoexec)

    def reset(self) -> None:
        """Forgets what was initialized; Blender stays."""
        self._current = None

    @property
    @require_connected_client
    @require_initialized_service
    def _task(self) -> Task:  # type: ignore[override]
        assert self._current is not None
        return self._current

    def _exchange(
        self, task: Task, records: Sequence[Dict[str, Any]], on_frames: Callable[[int], None]
    ) -> List[Dict[str, Any]]:
        return self._service.exchange(task, records, on_frames)

    def _ask(self, task: Task, blend: Dict[str, Any]) -> Dict[str, Any]:
        return self._service.ask(task, blend)

    def close(self) -> None:
        """Ends rv-blend and Blender, also in the middle of a render; done when they have gone."""
        self._service.close()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()
