# SPDX-License-Identifier: MIT
"""The tools of rv as child processes: rv-blend, which stays, and rv-mask, once per render."""

from __future__ import annotations

import collections
import json
import logging
import os
import queue
import shlex
import shutil
import subprocess
import threading
from dataclasses import dataclass, field
from typing import IO, Any, Callable, Deque, Dict, List, Optional, Sequence, Tuple

from .errors import RemoteError

END_S = 10.0  # how long a tool may take to end before it is killed
LAST_WORDS = 20  # lines of a tool that go with its error
NOT_STARTED = "did not start: Blender was not ready after"

logger = logging.getLogger("rv.client")


def find_tool(name: str) -> str:
    """A tool in PATH, else the one that belongs to this file. FileNotFoundError without one."""
    home = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    installed = os.path.join(home, "..", "..", "..", "bin")  # home is share/rv/blender
    built = os.path.join(home, "..", "build", "release", "bin")
    for path in (None, installed, built):
        found = shutil.which(name, path=path)
        if found is not None:
            return os.path.abspath(found)
    raise FileNotFoundError(f"there is no {name} in PATH: install rv, or add its bin directory")


@dataclass(frozen=True)
class Settings:
    """How rv-blend is started.

    `command` starts it, with its options behind; None: the rv-blend that is found here.
    `start_timeout` is in seconds, None for its default; `log` a directory or an open text file;
    `layout` how files are called in the end.
    """

    command: Optional[Tuple[str, ...]] = None
    blender: Optional[str] = None
    autoexec: bool = False
    start_timeout: Optional[float] = None
    log: Any = None
    options: Tuple[str, ...] = ()
    device: Optional[str] = None
    with_cpu: bool = False
    layout: str = "rv"
    jobs: int = 1
    logger: Any = field(default=logger, compare=False)


class _Log:
    """Where the lines of a tool go: a file, and warnings to `logging`; the last ones are kept."""

    def __init__(self, settings: Settings) -> None:
        self.tail: Deque[str] = collections.deque(maxlen=LAST_WORDS)
        self._file: Optional[IO[str]] = None
        self._is_ours = False
        self.logger = settings.logger
        if settings.log is not None and hasattr(settings.log, "write"):
            self._file = settings.log
        elif settings.log is not None:
            os.makedirs(settings.log, exist_ok=True)
            path = os.path.join(settings.log, "rv.log")
            self._file = open(path, "a", encoding="utf-8", errors="replace")
            self._is_ours = True

    def take(self, line: str) -> None:
        """One line."""
        self.tail.append(line)
        self.logger.log(logging.WARNING if "warning:" in line else logging.INFO, "%s", line)
        if self._file is not None and not self._file.closed:
            self._file.write(line + "\n")
            self._file.flush()

    def close(self) -> None:
        """No more lines."""
        if self._file is not None and self._is_ours:
            self._file.close()


def _ended(name: str, status: int, log: _Log) -> RemoteError:
    how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
    return RemoteError("child", "\n".join([f"{name} {how}", *log.tail]))


class Renderer:
    """One rv-blend whose samples go to the directory `out`; it ends with `stop`.

    One exchange at a time; `stop` may come from any thread.
    """

    def __init__(self, settings: Settings, out: str) -> None:
        self.settings = settings
        self.out = out
        self._frames = 0
        self._events: "queue.Queue[Tuple[str, Any]]" = queue.Queue()
        self._log = _Log(settings)
        try:
            os.makedirs(out, exist_ok=True)
            self.process = subprocess.Popen(
                self.command(settings, out),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except BaseException:
            self._log.close()
            raise
        self._threads = [
            threading.Thread(target=read, daemon=True)
            for read in (self._read_records, self._read_messages)
        ]
        for thread in self._threads:
            thread.start()

    @staticmethod
    def command(settings: Settings, out: str) -> List[str]:
        """What starts rv-blend."""
        command = ["-o", out, "--share", "--again", "--cwd", os.path.dirname(out)]
        command += ["--gen-dir", os.path.join(out, "generated")]
        command += ["-j", str(settings.jobs), "--progress", "json", "--json"]
        if settings.blender is not None:
            command += ["--blender", settings.blender]
        if settings.autoexec:
            command.append("--autoexec")
        if settings.start_timeout is not None:
            command += ["--start-timeout", f"{settings.start_timeout:g}s"]
        if settings.device is not None:
            command += ["--device", settings.device]
        if settings.with_cpu:
            command.append("--with-cpu")
        if settings.log is not None and not hasattr(settings.log, "write"):
            command += ["--log", os.fspath(settings.log)]
        command += settings.options
        if settings.command is None:
            return [find_tool("rv-blend"), *command]
        if os.path.basename(settings.command[0]) == "ssh":  # a shell reads what it sends
            command = [shlex.quote(word) for word in command]
        return [*settings.command, *command]

    @property
    def is_running(self) -> bool:
        """False once rv-blend has ended."""
        return self.process.poll() is None

    def use_logger(self, to: Any) -> None:
        """Where messages go from now on."""
        self._log.logger = to

    def exchange(
        self, records: Sequence[Dict[str, Any]], on_frames: Callable[[int], None]
    ) -> List[Dict[str, Any]]:
        """Sends records and waits for all of them.

        `on_frames` is told how many frames of these records have been rendered. RemoteError when
        rv-blend ends meanwhile, TimeoutError when Blender does not start in time.
        """
        before = self._frames
        assert self.process.stdin is not None
        try:
            for record in records:
                line = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
                self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError):
            raise self._end() from None
        answers: List[Dict[str, Any]] = []
        while len(answers) < len(records):
            kind, value = self._events.get()
            if kind == "record":
                answers.append(value)
            elif kind == "frames":
                self._frames = value
                on_frames(value - before)
            elif kind == "late":
                raise TimeoutError(value)
            else:
                raise self._end()
        return answers

    def _end(self) -> RemoteError:
        self.process.wait()
        for thread in self._threads:
            thread.join()
        return _ended("rv-blend", self.process.returncode, self._log)

    def _read_records(self) -> None:
        assert self.process.stdout is not None
        try:
            with self.process.stdout as stream:
                for line in stream:
                    self._events.put(("record", json.loads(line)))
        except ValueError:
            pass  # it was killed within a line
        finally:
            self._events.put(("end", None))

    def _read_messages(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stream:
            for raw in stream:
                line = raw.decode("utf-8", "replace").rstrip("\n")
                if line.startswith('{"done":'):
                    self._events.put(("frames", json.loads(line)["frames"]))
                    continue
                self._log.take(line)
                if self.settings.start_timeout is not None and NOT_STARTED in line:
                    self._events.put(("late", line))
        self._log.close()

    def stop(self) -> None:
        """Ends rv-blend and its Blenders, whatever they are at; done when they have gone."""
        process = self.process
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdin is not None
        try:
            process.stdin.close()
        except OSError:
            pass  # what it was not sent any more
        if threading.current_thread() not in self._threads:
            for thread in self._threads:
                thread.join()


def label(
    records: Sequence[Dict[str, Any]], options: Sequence[str], settings: Settings
) -> List[Dict[str, Any]]:
    """Has rv-mask make the labels of rendered samples. RemoteError when it does not finish."""
    command = [find_tool("rv-mask"), "--json", "-j", str(settings.jobs), *options]
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    log = _Log(settings)
    try:
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            try:
                output, messages = process.communicate(lines.encode())
            except BaseException:
                process.kill()
                raise
        for line in messages.decode("utf-8", "replace").splitlines():
            log.take(line)
        answers = [json.loads(line) for line in output.splitlines()]
        if len(answers) != len(records):
            raise _ended("rv-mask", process.returncode, log)
        return answers
    finally:
        log.close()
