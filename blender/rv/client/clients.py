# SPDX-License-Identifier: MIT
"""Several clients that render one file together."""

from __future__ import annotations

import functools
import os
import subprocess
from dataclasses import replace
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple, overload

from .absent import Hinting, missing
from .arguments import whole
from .checks import require_connected_clients
from .client import BlenderClient
from .operations import Operations
from .outputs import Outputs
from .pool import Pool
from .rendering import Later
from .service import Command, Log, Service, connection, settings
from .task import Task


class BlenderClients(Sequence[BlenderClient], metaclass=Hinting):
    """Several Blenders that render one file and share its frames: a sequence of clients.

    Methods of the clients that note or tell something are called on each of them, and what they
    return comes as a tuple, an item of each. A render is shared: what is written is what one client
    writes, and it returns what it returns there. A client of it may render, too: then all Blenders
    work for that one.
    """

    def __init__(self, service: Service) -> None:
        if not isinstance(service, Service):
            raise TypeError("clients have no addresses, since no port is opened: use spawn(jobs=N)")
        self._service = service
        self._clients = [BlenderClient(service) for _ in range(service.settings.jobs)]

    @classmethod
    def spawn(
        cls,
        jobs: int = 1,
        timeout: float = -1.0,
        log: Log = None,
        autoexec: bool = False,
        executable: Command = None,
        log_dir: Log = None,
        options: Sequence[str] = (),
        layout: str = "rv",
        conn: Command = None,
    ) -> BlenderClients:
        """As `BlenderClient.spawn`, with so many Blenders."""
        log = log_dir if log is None else log
        return cls(
            Service(settings(jobs, timeout, log, autoexec, executable, options, layout, conn))
        )

    # -- the sequence

    def __len__(self) -> int:
        return len(self._clients)

    def __iter__(self) -> Iterator[BlenderClient]:
        return iter(self._clients)

    @overload
    def __getitem__(self, index: int) -> BlenderClient:
        ...

    @overload
    def __getitem__(self, index: slice) -> List[BlenderClient]:
        ...

    def __getitem__(self, index: Any) -> Any:
        return self._clients[index]

    @property
    def process(self) -> Optional["subprocess.Popen[bytes]"]:
        """rv-blend, which has all Blenders; None when none runs."""
        return self._service.process

    @property
    def pid(self) -> Optional[int]:
        """Of rv-blend; None when none runs."""
        return self._clients[0].pid

    @property
    def closed(self) -> bool:
        """Whether they were closed."""
        return self._service.closed

    # -- each

    @require_connected_clients
    def initialize(self, blend_file: Any, root_path: Any, **options: Any) -> None:
        """As `BlenderClient.initialize`, for all of them."""
        first = self._clients[0]
        first.initialize(blend_file, root_path, **options)
        told = first._task
        for client in self._clients[1:]:
            client._current = Task(told.scene, told.parts, told.ledger, told.autoexec)

    def reset(self) -> None:
        """Forgets what was initialized; the Blenders stay."""
        for client in self._clients:
            client.reset()

    def with_logger(self, log: Any) -> None:
        """As `BlenderClient.with_logger`."""
        self._clients[0].with_logger(log)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """That method of each client: a tuple of what they return, None when that is nothing."""
        method = next(
            (vars(kind)[name] for kind in (Operations, Outputs) if name in vars(kind)), None
        )
        if name.startswith("_") or not callable(method):
            names = {*dir(self), *vars(Operations), *vars(Outputs)}
            raise missing(type(self).__name__, name, sorted(names))

        @functools.wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:
            found = tuple(getattr(client, name)(*args, **kwargs) for client in self)
            return None if all(one is None for one in found) else found

        return call

    def __dir__(self) -> List[str]:
        each = {name for kind in (Operations, Outputs) for name in vars(kind)}
        return sorted({*super().__dir__(), *(name for name in each if not name.startswith("_"))})

    # -- all of them

    def _agreed(self) -> BlenderClient:
        """One for all. RuntimeError when they were told different things."""
        first, *others = self._clients
        told = first._task.told()
        for number, client in enumerate(others, 1):
            if client._task.told() != told:
                raise RuntimeError(f"clients 0 and {number} were told different things")
        return first

    def common_animation_range(self) -> range:
        """The frames that are rendered. RuntimeError when they are not the same for all."""
        return self._agreed().animation_range()

    def common_animation_range_tuple(self) -> Tuple[int, int, int]:
        """First frame, last frame, step; likewise."""
        return self._agreed().animation_range_tuple()

    def render_current_frame(self, *args: Any, **kwargs: Any) -> Dict[str, Any]:
        """As `BlenderClient.render_current_frame`."""
        return self._agreed().render_current_frame(*args, **kwargs)

    def render_frame(self, frame_number: int, *args: Any, **kwargs: Any) -> Dict[str, Any]:
        """As `BlenderClient.render_frame`."""
        self.set_current_frame(frame_number)
        return self._agreed().render_frame(frame_number, *args, **kwargs)

    def render_frames(self, *args: Any, **kwargs: Any) -> Dict[str, Any]:
        """As `BlenderClient.render_frames`, shared."""
        return self._agreed().render_frames(*args, **kwargs)

    def render_animation(self, *args: Any, **kwargs: Any) -> Dict[str, Any]:
        """As `BlenderClient.render_animation`, shared."""
        return self._agreed().render_animation(*args, **kwargs)

    def render_frames_async(self, *args: Any, **kwargs: Any) -> Later:
        """`render_frames` in the background."""
        return self._clients[0]._in_background(lambda: self.render_frames(*args, **kwargs))

    def render_animation_async(self, *args: Any, **kwargs: Any) -> Later:
        """`render_animation` in the background."""
        return self._clients[0]._in_background(lambda: self.render_animation(*args, **kwargs))

    @property
    def awaitable(self) -> Optional[Later]:
        """The render in the background, if there is one."""
        return self._clients[0].awaitable

    def wait(self) -> None:
        """Waits for the render in the background, if there is one; raises what it raised."""
        self._clients[0].wait()

    def save_file(self, path: Any) -> None:
        """As `BlenderClient.save_file`."""
        self._agreed().save_file(path)

    def close(self) -> None:
        """Ends rv-blend and all Blenders, also in the middle of a render."""
        self._service.close()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    # -- pools

    @staticmethod
    def pool(
        jobs: int = 1,
        timeout: float = -1.0,
        log: Log = None,
        autoexec: bool = False,
        executable: Command = None,
        log_dir: Log = None,
        options: Sequence[str] = (),
        layout: str = "rv",
        conns: Optional[Sequence[Command]] = None,
    ) -> Pool:
        """A pool whose functions get a client of their own as first argument. See `Pool`.

        `conns`: a connection for each of its clients (`conn` of `BlenderClient.spawn`), in place of
        `jobs`.
        """
        log = log_dir if log is None else log
        common = settings(1, timeout, log, autoexec, executable, options, layout)
        if whole(jobs, "jobs") < 1:
            raise ValueError(f"jobs is {jobs}, it must be at least 1")
        if conns is not None and len(conns) == 0:
            raise ValueError("conns is empty: a pool needs a connection at least")
        commands: List[Any] = (
            [None] * jobs if conns is None else [connection(conn) for conn in conns]
        )

        def client(number: int) -> BlenderClient:
            own = replace(common, command=commands[number])
            if isinstance(common.log, str):
                own = replace(own, log=os.path.join(common.log, f"job{number:03d}"))
            return BlenderClient(Service(own))

        return Pool([client(number) for number in range(len(commands))])
