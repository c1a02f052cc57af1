# SPDX-License-Identifier: MIT
"""Programs that a scene runs to get a file, a text or a number. Needs no Blender.

The command is given to /bin/sh in the root directory, with the environment that rv was started
with. It reads one JSON object: `params`, `seed`, `seed_mode`, `root_dir`, `work_dir`; and writes
one with `result`. The work directory belongs to this sample alone; what is left there lives until
the sample is rendered (`--gen-retain` keeps it longer).
"""

from __future__ import annotations

import json
import os
import selectors
import shlex
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Any, Dict, List, Tuple

if TYPE_CHECKING:
    from .stage import SceneLike

TIMEOUT_S = 60.0
OUTPUT_MAX_BYTES = 16 << 20
TAIL_BYTES = 2000  # of what a failed program said
READ_BYTES = 1 << 16
FINAL_READS = 32  # more than the largest pipe holds
_SAVED = "RV_ENV_"

# Ends the program when we are killed: its input is a pipe from us.
_GUARD = ["/bin/sh", "-c", 'read _; kill -9 "-$1" 2>/dev/null', "rv-guard"]


class GeneratorFactory:
    """`self.generators` of a scene."""

    def __init__(self, scene: SceneLike) -> None:
        self.scene = scene
        """The scene that it belongs to."""

    def init(self, command: str) -> GeneratorHandle:
        """A handle for a shell command, which runs when it is asked for something.

        Files below the root directory that the command names are dependencies of the sample.
        ValueError for None or a blank command.
        """
        if command is None or not str(command).strip():
            raise ValueError("a generator needs a command")
        return GeneratorHandle(self.scene, str(command).strip())


class GeneratorHandle:
    """A generator program; make it with `self.generators.init(command)`.

    Every call runs the program once. RuntimeError when it fails (its last words are in the
    message), runs longer than `timeout_s` seconds (60 at first), writes no JSON object with
    `result`, or writes too much. TypeError for parameters that JSON cannot hold.
    """

    def __init__(self, scene: SceneLike, command: str) -> None:
        self.scene = scene
        """The scene that it runs for."""
        self.command = command
        """The command, as a shell reads it."""
        self.timeout_s = TIMEOUT_S
        """Seconds after which it is killed."""

    def generate(self, **params: Any) -> Any:
        """The result, whatever it is: a JSON value."""
        stage = self.scene._stage
        work = stage.work
        if work is None:
            raise self._failure("there is no work directory for generators here")
        request: Dict[str, Any] = {"params": params}
        if stage.seed is not None:
            request["seed"] = stage.seed
        if stage.seed_mode:
            request["seed_mode"] = stage.seed_mode
        request["root_dir"] = stage.root
        request["work_dir"] = work
        try:
            text = json.dumps(request, allow_nan=False)
        except ValueError as error:
            raise TypeError(f"parameters of a generator: {error}") from None
        os.makedirs(work, mode=0o755, exist_ok=True)
        for path in self._named_files():
            stage.add_dependency(path)
        try:
            answer = json.loads(self._run(text.encode()))
        except ValueError as error:
            raise self._failure(f"its output is not JSON: {error}") from None
        if not isinstance(answer, dict) or "result" not in answer:
            raise self._failure("its output is no JSON object with a result")
        return answer["result"]

    def generate_path(self, **params: Any) -> str:
        """A file or directory, as an absolute path; a relative result lies in the work directory.

        RuntimeError also when the result is no string, or nothing is there.
        """
        result = self.generate(**params)
        if not isinstance(result, str) or not result:
            raise self._failure(f"its result must be a path, it is {result!r}")
        path = os.path.normpath(
            os.path.join(str(self.scene._stage.work), os.path.expanduser(result))
        )
        if not os.path.exists(path):
            raise self._failure(f"its result {result!r} does not exist")
        self.scene._stage.add_dependency(path)
        return path

    def generate_str(self, **params: Any) -> str:
        """A string. RuntimeError also for any other result."""
        result = self.generate(**params)
        if not isinstance(result, str):
            raise self._failure(f"its result must be a string, it is {result!r}")
        return result

    def generate_num(self, **params: Any) -> float:
        """A number. RuntimeError also for any other result, true and false among them."""
        result = self.generate(**params)
        if isinstance(result, bool) or not isinstance(result, (int, float)):
            raise self._failure(f"its result must be a number, it is {result!r}")
        return float(result)

    def _failure(self, reason: str) -> RuntimeError:
        return RuntimeError(f"generator {self.command!r}: {reason}")

    def _named_files(self) -> List[str]:
        """Files in the root directory that the command names."""
        try:
            words = shlex.split(self.command)
        except ValueError:
            words = self.command.split()
        root = self.scene._stage.root
        paths = [os.path.normpath(os.path.join(root, word.rpartition("=")[2])) for word in words]
        return [p for p in paths if p.startswith(os.path.join(root, "")) and os.path.isfile(p)]

    def _run(self, request: bytes) -> bytes:
        """What the program wrote, whole."""
        # A pipe could block on a program that reads late.
        with open(os.memfd_create("rv-generator"), "w+b") as stdin:
            stdin.write(request)
            stdin.seek(0)
            process = subprocess.Popen(
                ["/bin/sh", "-c", self.command],
                cwd=self.scene._stage.root,
                env=callers_environment(),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        guard = subprocess.Popen(
            [*_GUARD, str(process.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            output, errors = self._listen(process)
        finally:
            try:  # whatever it has started ends with it
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
            guard.kill()
            guard.wait()
            for stream in (process.stdout, process.stderr, guard.stdin):
                if stream is not None:
                    stream.close()
        if process.returncode != 0:
            said = (errors.strip() or output.strip())[-TAIL_BYTES:].decode("utf-8", "replace")
            raise self._failure(f"exit status {process.returncode}: {said}")
        if not output.strip():
            raise self._failure("it wrote nothing")
        return output

    def _listen(self, process: subprocess.Popen[bytes]) -> Tuple[bytes, bytes]:
        """Reads until the process has ended; all of stdout, the end of stderr.

        Its end counts, not that of its outputs: what it has left behind may hold them open.
        """
        deadline = time.monotonic() + self.timeout_s
        output, errors = bytearray(), bytearray()
        end, ended = os.pidfd_open(process.pid), False
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(end, selectors.EVENT_READ)
                for stream, buffer in ((process.stdout, output), (process.stderr, errors)):
                    assert stream is not None
                    os.set_blocking(stream.fileno(), False)
                    selector.register(stream, selectors.EVENT_READ, buffer)
                while not ended:
                    ready = selector.select(max(0.0, deadline - time.monotonic()))
                    if not ready:
                        raise self._failure(f"it took longer than {self.timeout_s:g} s")
                    ended = any(key.fd == end for key, _ in ready)
                    for key in list(selector.get_map().values()):
                        for _ in range(FINAL_READS if ended else 1):
                            if key.fd == end or not _read(selector, key):
                                break
                    del errors[: -TAIL_BYTES or None]
                    if len(output) > OUTPUT_MAX_BYTES:
                        raise self._failure(f"it wrote more than {OUTPUT_MAX_BYTES} bytes")
        finally:
            os.close(end)
        process.wait()
        return bytes(output), bytes(errors)


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
