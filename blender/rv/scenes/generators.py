# SPDX-License-Identifier: MIT
"""Programs that a scene runs to get a file, a text or a number. Needs no Blender.

The command is given to /bin/sh in the root directory, with the environment that rv was started
with. It reads one JSON object: `params`, `seed`, `seed_mode`, `root_dir`, `work_dir`; and writes
one with `result`. The work directory belongs to this sample alone; what is left there lives until
the sample is rendered (`--gen-retain` keeps it longer).

A program that takes long to start may be kept for the samples that follow (`persistent`): it reads
a request a line and writes an answer a line, at once, until its input ends. Its answers must not
depend on what it was asked before. Answers of programs that take long to answer may be kept on disk
(`cache`). Both are as those of rv-gen, and may be the same programs and the same directory.
"""

from __future__ import annotations

import json
import os
import shlex
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Optional

from ..plain.values import flag, text, texts
from .answers import Answers
from .programs import ProgramError, ask_kept, ask_once

if TYPE_CHECKING:
    from .stage import SceneLike

TIMEOUT_S = 60.0


class GeneratorFactory:
    """`self.generators` of a scene."""

    def __init__(self, scene: SceneLike) -> None:
        self.scene = scene
        """The scene that it belongs to."""

    def init(
        self,
        command: str,
        *,
        persistent: bool = False,
        cache: Optional[str] = None,
        files: Iterable[str] = (),
    ) -> GeneratorHandle:
        """A handle for a shell command, which runs when it is asked for something.

        `persistent`: the program goes on, and is asked for the samples that follow, too. `cache` is
        a directory, from the root on, where answers are kept with the files that the program left
        in the work directory: the same command, content of its files, `params`, `seed` and
        `seed_mode` then give them again, without the program.

        Files below the root directory that the command names are dependencies of the sample, and
        so are `files`, on which answers depend besides. ValueError for None or a blank command.
        """
        if command is None or not str(command).strip():
            raise ValueError("a generator needs a command")
        return GeneratorHandle(
            self.scene, str(command).strip(), persistent=persistent, cache=cache, files=files
        )


class GeneratorHandle:
    """A generator program; make it with `self.generators.init(command)`.

    Every call runs the program once, or asks the one that is kept. RuntimeError when it fails (its
    last words are in the message), takes longer than `timeout_s` seconds (60 at first), writes no
    JSON object with `result`, or writes too much. One that is kept is then ended, and started anew
    for the next call. TypeError for parameters that JSON cannot hold.
    """

    def __init__(
        self,
        scene: SceneLike,
        command: str,
        *,
        persistent: bool = False,
        cache: Optional[str] = None,
        files: Iterable[str] = (),
    ) -> None:
        self.scene = scene
        """The scene that it runs for."""
        self.command = command
        """The command, as a shell reads it."""
        self.timeout_s = TIMEOUT_S
        """Seconds after which it is killed."""
        self.persistent = flag(persistent, "persistent", of=self)
        """Whether it is kept for further calls and samples."""
        self.cache: Optional[str] = None if cache is None else text(cache, "cache", of=self)
        """Where its answers are kept; None: nowhere."""
        self.files = texts([files], "files", of=self)
        """Files on whose content its answers depend, besides those that the command names."""

    def __repr__(self) -> str:
        return f"generator {self.command!r}"

    def generate(self, **params: Any) -> Any:
        """The result, whatever it is: a JSON value."""
        stage = self.scene._stage
        work = stage.work
        if work is None:
            raise self._failure("there is no work directory for generators here")
        asked: Dict[str, Any] = {"params": params}
        if stage.seed is not None:
            asked["seed"] = stage.seed
        if stage.seed_mode:
            asked["seed_mode"] = stage.seed_mode
        try:
            json.dumps(asked, allow_nan=False)
        except ValueError as error:
            raise TypeError(f"parameters of a generator: {error}") from None
        os.makedirs(work, mode=0o755, exist_ok=True)
        for path in (*self._named_files(), *self._declared()):
            stage.add_dependency(path)
        try:
            return _result(self._known(asked, work) if self.cache else self._ask(asked, work))
        except (OSError, ProgramError, ValueError) as error:
            raise self._failure(str(error)) from None

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
        return RuntimeError(f"{self!r}: {reason}")

    def _known(self, asked: Dict[str, Any], work: str) -> bytes:
        """The answer that is kept, or else the program's, which is then kept."""
        root = self.scene._stage.root
        directory = os.path.join(root, str(self.cache))
        answers = Answers(directory, self.command, root, self._declared())
        compact = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
        key = answers.key(compact.encode())
        answer = answers.take(key, work)
        if answer is None:
            before = Answers.files_in(work)
            answer = self._ask(asked, work)
            answers.put(key, work, before, answer)
        return answer

    def _ask(self, asked: Dict[str, Any], work: str) -> bytes:
        """The program's answer, which has a result."""
        root = self.scene._stage.root
        request = json.dumps({**asked, "root_dir": root, "work_dir": work}).encode()
        if self.persistent:
            files = [*self._named_files(), *self._declared()]
            return ask_kept(self.command, root, files, request, self.timeout_s, _result)
        answer = ask_once(self.command, root, request, self.timeout_s)
        _result(answer)
        return answer

    def _declared(self) -> List[str]:
        return [os.path.join(self.scene._stage.root, path) for path in self.files]

    def _named_files(self) -> List[str]:
        """Files in the root directory that the command names."""
        try:
            words = shlex.split(self.command)
        except ValueError:
            words = self.command.split()
        root = self.scene._stage.root
        paths = [os.path.normpath(os.path.join(root, word.rpartition("=")[2])) for word in words]
        return [p for p in paths if p.startswith(os.path.join(root, "")) and os.path.isfile(p)]


def _result(answer: bytes) -> Any:
    """What an answer says. ProgramError when it is none."""
    if not answer.strip():
        raise ProgramError("it wrote nothing")
    try:
        found = json.loads(answer)
    except ValueError as error:
        raise ProgramError(f"its output is not JSON: {error}") from None
    if not isinstance(found, dict) or "result" not in found:
        raise ProgramError("its output is no JSON object with a result")
    return found["result"]
