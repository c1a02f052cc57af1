# SPDX-License-Identifier: MIT
"""A pool of threads, each call with a client of its own."""

from __future__ import annotations

import queue
from multiprocessing.pool import ThreadPool
from typing import Any, Callable, Iterable, List, Mapping, Optional, Sequence, Set

from .progress import Tick


class Pool(ThreadPool):
    """`multiprocessing.pool.ThreadPool` (map, imap, imap_unordered, starmap, apply and their
    variants), where each call gets a client of its own as first argument: warm, and without what an
    earlier call told it. The work is done by other processes, so threads are enough, and nothing
    has to be pickled.

    Leaving a `with` ends all clients, also in the middle of renders.
    """

    def __init__(self, clients: Sequence[Any]) -> None:
        self._clients = list(clients)
        self._free: "queue.Queue[Any]" = queue.Queue()
        self._ticks: Set[Tick] = set()
        for client in self._clients:
            self._free.put(client)
        super().__init__(len(self._clients))

    def _with_client(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            ticks = self._take_ticks(args, kwargs)
            client = self._free.get()
            error: Optional[BaseException] = None
            try:
                return function(client, *args, **kwargs)
            except BaseException as raised:
                error = raised
                raise
            finally:
                client.reset()
                self._free.put(client)
                for tick in ticks:
                    tick.end(error)
                    self._ticks.discard(tick)

        return call

    def _take_ticks(self, args: Iterable[Any], kwargs: Mapping[str, Any]) -> List[Tick]:
        """The ticks among arguments: they end with the call."""
        ticks = [value for value in (*args, *kwargs.values()) if isinstance(value, Tick)]
        for tick in ticks:
            tick.is_pooled = True
            self._ticks.add(tick)
        return ticks

    def apply_async(
        self,
        func: Callable[..., Any],
        args: Iterable[Any] = (),
        kwds: Optional[Mapping[str, Any]] = None,
        callback: Any = None,
        error_callback: Any = None,
    ) -> Any:
        """`func(client, *args, **kwds)` in the background; `get` of the result raises its error."""
        args, kwds = tuple(args), dict(kwds or {})
        self._take_ticks(args, kwds)
        call = self._with_client(func)
        return super().apply_async(call, args, kwds, callback, error_callback)

    def map(self, func: Any, iterable: Any, chunksize: Optional[int] = 1) -> Any:
        """`func(client, item)` of each item, the results in order; raises the first error."""
        return super().map(self._with_client(func), iterable, chunksize)

    def map_async(
        self,
        func: Any,
        iterable: Any,
        chunksize: Optional[int] = 1,
        callback: Any = None,
        error_callback: Any = None,
    ) -> Any:
        """The same in the background."""
        call = self._with_client(func)
        return super().map_async(call, iterable, chunksize, callback, error_callback)

    def starmap(self, func: Any, iterable: Any, chunksize: Optional[int] = 1) -> Any:
        """`func(client, *item)` of each item, the results in order; raises the first error."""
        return super().starmap(self._with_client(func), iterable, chunksize)

    def starmap_async(
        self,
        func: Any,
        iterable: Any,
        chunksize: Optional[int] = 1,
        callback: Any = None,
        error_callback: Any = None,
    ) -> Any:
        """The same in the background."""
        call = self._with_client(func)
        return super().starmap_async(call, iterable, chunksize, callback, error_callback)

    def imap(self, func: Any, iterable: Any, chunksize: Optional[int] = 1) -> Any:
        """An iterator over the results in order; raises an item's error in its place."""
        return super().imap(self._with_client(func), iterable, chunksize)

    def imap_unordered(self, func: Any, iterable: Any, chunksize: Optional[int] = 1) -> Any:
        """The same in the order in which they come."""
        return super().imap_unordered(self._with_client(func), iterable, chunksize)

    def terminate(self) -> None:
        """Ends all clients at once and throws away what has not begun."""
        for client in self._clients:
            client.close()
        super().terminate()
        for tick in list(self._ticks):
            tick.end(RuntimeError("the pool was terminated"))

    def join(self) -> None:
        """Waits for the end of all tasks, after `close`; then ends the clients."""
        super().join()
        for client in self._clients:
            client.close()
