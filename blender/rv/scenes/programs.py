# SPDX-License-Identifier: MIT
"""The process of a generator: a shell command in a session of its own, which ends with us.

Asked once, it reads the request to the end of its input and writes until it ends itself. One that
is kept reads a request a line and writes an answer a line. Needs no Blender.
"""

from __future__ import annotations

import os
import select
import selectors
import signal
import subprocess
import time
from typing import Any, Callable, Dict, Sequence, Tuple

from ..plain.files import state
from ..plain.kept import KEPT

OUTPUT_MAX_BYTES = 16 << 20
TAIL_BYTES = 2000  # of what a failed program said
READ_BYTES = 1 << 16
FINAL_READS = 32  # more than the largest pipe holds
END_S = 1.0  # from the end of its input to SIGKILL
_SAVED = "RV_ENV_"

# Ends the program when we are killed: its input is a pipe from us, which tells the program first.
_GUARD = ["/bin/sh", "-c", 'read pid && { read _; kill -9 "-$pid" 2>/dev/null; }', "rv-guard"]


class ProgramError(Exception):
    """A program failed; the text says how."""


def ask_once(command: str, root: str, request: bytes, timeout_s: float) -> bytes:
    """Runs a command in `root`; all that it wrote. ProgramError when it fails."""
    # A pipe could block on a program that reads late.
    with open(os.memfd_create("rv-generator"), "w+b") as stdin:
        stdin.write(request)
        stdin.seek(0)
        program = _Program(command, root, callers_environment(), stdin)
    try:
        output, said = program.listen(timeout_s)
    finally:
        program.kill()
    if program.status != 0:
        raise ProgramError(f"exit status {program.status}: {said or _tail(output)}")
    return output


def ask_kept(
    command: str,
    root: str,
    files: Sequence[str],
    request: bytes,
    timeout_s: float,
    check: Callable[[bytes], object],
) -> bytes:
    """Asks the program that is kept for a command in `root`, with this environment and `files` as
    they are now; starts it when there is none. The line that it answers.

    One that fails, or whose answer `check` does not like, is ended.
    """
    environment = callers_environment()
    states = tuple((path, state(path)) for path in files)
    key = (command, root, tuple(sorted(environment.items())), states)
    program = KEPT.take(key)
    if program is not None and not program.is_quiet():
        program.kill()
        program = None
    if program is None:
        program = _Program(command, root, environment, subprocess.PIPE)
    try:
        answer = program.ask(request + b"\n", timeout_s)
        check(answer)
    except BaseException:
        program.kill()
        raise
    KEPT.put(key, program)
    return answer


class _Program:
    """A command that runs, and what ends it when we are killed. `kill` or `end` is to be called."""

    def __init__(self, command: str, root: str, environment: Dict[str, str], stdin: Any) -> None:
        self._guard = subprocess.Popen(
            _GUARD,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self._guard.stdin is not None
        try:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", command],
                cwd=root,
                env=environment,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except BaseException:
            self._end_guard()
            raise
        _send(self._guard.stdin.fileno(), b"%d\n" % self._process.pid)
        self.pids = {self._process.pid, self._guard.pid}

    @property
    def status(self) -> Any:
        """Its exit status, once it has ended."""
        return self._process.returncode

    def is_quiet(self) -> bool:
        """Whether it runs and has written nothing since its answer: what comes before the next
        request would be taken for the answer to that."""
        assert self._process.stdout is not None
        poll = select.poll()
        poll.register(self._process.stdout.fileno(), select.POLLIN)
        return self._process.poll() is None and not poll.poll(0)

    def ask(self, request: bytes, timeout_s: float) -> bytes:
        """Sends a line; the line that comes back."""
        answer, said = self.listen(timeout_s, request)
        line, newline, more = answer.partition(b"\n")
        if more:
            raise ProgramError("it answered a request with more than a line")
        if not newline:
            raise ProgramError(f"exit status {self.status} before it answered: {said}")
        return line

    def listen(self, timeout_s: float, request: bytes = b"") -> Tuple[bytes, str]:
        """Reads until the process has ended, or after a request until a line is there: what it
        wrote, and the end of what it said.

        Its end counts, not that of its outputs: what it has left behind may hold them open.
        """
        process = self._process
        deadline = time.monotonic() + timeout_s
        output, errors = bytearray(), bytearray()
        end, is_over, unsent = os.pidfd_open(process.pid), False, request
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(end, selectors.EVENT_READ)
                for stream, buffer in ((process.stdout, output), (process.stderr, errors)):
                    assert stream is not None
                    os.set_blocking(stream.fileno(), False)
                    selector.register(stream, selectors.EVENT_READ, buffer)
                if request:
                    assert process.stdin is not None
                    os.set_blocking(process.stdin.fileno(), False)
                    selector.register(process.stdin, selectors.EVENT_WRITE)
                while not is_over:
                    ready = selector.select(max(0.0, deadline - time.monotonic()))
                    if not ready:
                        raise ProgramError(f"it took longer than {timeout_s:g} s")
                    has_ended = any(key.fd == end for key, _ in ready)
                    for key in (key for key, _ in ready if key.fileobj is process.stdin):
                        unsent = _send(key.fd, unsent)
                        if not unsent:
                            selector.unregister(key.fileobj)
                    seen = len(output)
                    for key in list(selector.get_map().values()):
                        for _ in range(FINAL_READS if has_ended else 1):
                            if key.data is None or not _read(selector, key):
                                break
                    del errors[: -TAIL_BYTES or None]
                    if len(output) > OUTPUT_MAX_BYTES:
                        raise ProgramError(f"it wrote more than {OUTPUT_MAX_BYTES} bytes")
                    is_over = has_ended or (bool(request) and b"\n" in output[seen:])
        finally:
            os.close(end)
        if has_ended:
            process.wait()
        return bytes(output), _tail(errors)

    def end(self) -> None:
        """Closes its input, gives it a moment, and kills it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            pass
        self.kill()

    def kill(self) -> None:
        """Kills it, and whatever it has started."""
        process = self._process
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        self._end_guard()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()

    def _end_guard(self) -> None:
        self._guard.kill()
        self._guard.wait()
        assert self._guard.stdin is not None
        self._guard.stdin.close()


def _tail(text: bytes) -> str:
    return text.strip()[-TAIL_BYTES:].decode("utf-8", "replace")


def _send(fd: int, data: bytes) -> bytes:
    """Writes what fits into a pipe; what is left, nothing when nobody reads it.

    SIGPIPE, which not every Blender ignores, does not get through.
    """
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
    try:
        return data[os.write(fd, data) :]
    except BlockingIOError:
        return data
    except BrokenPipeError:
        signal.sigtimedwait({signal.SIGPIPE}, 0)
        return b""
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _read(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> bool:
    """Reads once from a pipe into its buffer; whether there may be more."""
    try:
        data = os.read(key.fd, READ_BYTES)
    except BlockingIOError:
        return False
    key.data.extend(data)
    if not data:
        selector.unregister(key.fileobj)
    return bool(data)


def callers_environment() -> Dict[str, str]:
    """The environment that rv was started with: without what is set for Blender's sake."""
    ours = os.environ.get("RV_ENV", "").split(",")
    environment = {
        name: value
        for name, value in os.environ.items()
        if name != "RV_ENV" and name not in ours and not name.startswith(_SAVED)
    }
    for name, value in os.environ.items():
        if name.startswith(_SAVED):
            environment[name[len(_SAVED) :]] = value
    return environment
