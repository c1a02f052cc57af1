# SPDX-License-Identifier: MIT
"""Progress of the tasks of a pool: bars where `rich` is installed, else lines on stderr."""

from __future__ import annotations

import importlib.util
import sys
import threading
import time
from typing import Any, Dict, List, Optional

LINE_S = 1.0  # between two lines about one task


class Tick:
    """Tells the progress of one task: call it as `update_fn`. It ends with the task it is given to,
    or outside of a pool when all its steps are done."""

    def __init__(self, owner: PoolProgress, show: Any) -> None:
        self._owner = owner
        self._show = show
        self.total: Optional[float] = None
        self.completed = 0.0
        self.is_pooled = False
        self.has_ended = False
        self.error: Optional[BaseException] = None

    def __call__(
        self,
        total: Optional[float] = None,
        completed: Optional[float] = None,
        advance: Optional[float] = None,
        **more: Any,
    ) -> None:
        """As the `update` of rich's Progress; `more` may be description, visible, refresh."""
        with self._owner.changed:
            self.total = self.total if total is None else total
            self.completed = self.completed if completed is None else completed
            self.completed += advance or 0.0
            given = {"total": total, "completed": completed, "advance": advance, **more}
            self._show({key: value for key, value in given.items() if value is not None})
            if not self.is_pooled and self.total is not None and self.completed >= self.total:
                self.has_ended = True
            self._owner.changed.notify_all()

    def end(self, error: Optional[BaseException] = None) -> None:
        """The task has ended, well or by an error."""
        with self._owner.changed:
            if not self.has_ended or error is not None:
                self.has_ended = True
                self.error = error
                if error is not None:
                    self._show({"error": error})
            self._owner.changed.notify_all()


class PoolProgress:
    """Shows tasks while they run in a pool; a context manager. Arguments are those of rich's
    Progress and count only where it is."""

    def __init__(self, *columns: Any, **options: Any) -> None:
        self.changed = threading.Condition(threading.RLock())
        self._ticks: List[Tick] = []
        self._bars: Any = None
        if importlib.util.find_spec("rich") is not None:
            rich = importlib.import_module("rich.progress")
            self._bars = rich.Progress(*columns, **options)

    def add_task(self, description: str, total: Optional[float] = None, **fields: Any) -> Tick:
        """A task to show; give what is returned to its function."""
        if self._bars is not None:
            task = self._bars.add_task(description, total=total, **fields)
            tick = Tick(self, lambda given: self._draw(task, description, given))
        else:
            line = _Line(description, total)
            tick = Tick(self, line.update)
        tick.total = total
        with self.changed:
            self._ticks.append(tick)
        return tick

    def _draw(self, task: Any, description: str, given: Dict[str, Any]) -> None:
        error = given.pop("error", None)
        if error is not None:
            self._bars.update(task, description=f"{description} failed")
            self._bars.stop_task(task)
        else:
            self._bars.update(task, **given)

    def wait(self, timeout: Optional[float] = None) -> None:
        """Waits until all tasks have ended, those that failed too: errors are told by the results
        of the pool. TimeoutError after so many seconds."""
        with self.changed:
            if not self.changed.wait_for(lambda: all(t.has_ended for t in self._ticks), timeout):
                raise TimeoutError(f"tasks go on after {timeout:g} s")

    def start(self) -> None:
        """Begins to show."""
        if self._bars is not None:
            self._bars.start()

    def stop(self) -> None:
        """Shows no more."""
        if self._bars is not None:
            self._bars.stop()

    def __enter__(self) -> PoolProgress:
        self.start()
        return self

    def __exit__(self, *exception: Any) -> None:
        self.stop()


class _Line:
    """A task as lines on stderr, not more than one a second."""

    def __init__(self, description: str, total: Optional[float]) -> None:
        self._description = description
        self._total = total
        self._completed = 0.0
        self._shown_s = 0.0

    def update(self, given: Dict[str, Any]) -> None:
        """Takes what a tick was told."""
        self._description = given.get("description", self._description)
        self._total = given.get("total", self._total)
        self._completed = given.get("completed", self._completed) + given.get("advance", 0.0)
        now = time.monotonic()
        error = given.get("error")
        is_last = error is not None or self._completed == self._total
        if is_last or now - self._shown_s >= LINE_S:
            self._shown_s = now
            of = "" if self._total is None else f"/{self._total:g}"
            text = f"failed: {error}" if error is not None else f"{self._completed:g}{of}"
            print(f"{self._description} {text}", file=sys.stderr)
