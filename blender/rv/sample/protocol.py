# SPDX-License-Identifier: MIT
"""The messages between rv-blend and a worker, as blender/PROTOCOL.md defines them.

Needs no Blender.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

from ..plain.errors import ProtocolError, RvError, SceneError
from ..plain.meta import dumps
from ..plain.values import shown
from .settings import Settings, of_command

MESSAGE_MAX = 2000  # bytes of an error message
DEFAULT_SAMPLES = 64
_WHOLE = re.compile(r"-?[0-9]{1,19}")


@dataclass(frozen=True)
class Export:
    """The scene is written to a .blend file in place of being rendered."""

    path: str
    freeze_physics: bool = False
    pack_resources: bool = False


@dataclass(frozen=True)
class Resume:
    """Where a sequence's frames are kept until all are there; `key` stands for the request."""

    dir: str
    key: str


@dataclass(frozen=True)
class Request:
    """One sample to render."""

    record: Dict[str, Any]
    out: str
    scene: str
    root: str
    cwd: str
    settings: Settings = field(default_factory=Settings)  # of the command, but for
    blend: Any = None  # its --blend, see settings.of_sample
    work: Optional[str] = None
    export: Optional[Export] = None
    resume: Optional[Resume] = None
    renders: Tuple[Any, ...] = ()  # besides the picture's: see side.py
    assist: bool = False  # another worker renders the sequence: help it

    @property
    def seed(self) -> int:
        """What makes the sample's randomness: `params.seed64`, else the record's seed."""
        wide = _wide_seed(self.record)
        return self.record["seed"] if wide is None else int(wide)


def _get(owner: Dict[str, Any], key: str, kinds: Any, default: Any = None) -> Any:
    value = owner.get(key)
    if value is None:
        if default is None:
            raise ProtocolError(f"the request has no {key}")
        return default
    if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
        raise ProtocolError(f"{key} is {value!r}")
    return value


def _export(values: Dict[str, Any]) -> Export:
    path = _get(values, "path", str)
    if not os.path.isabs(path):
        raise ProtocolError(f"export.path is {path!r}, it must be absolute")
    return Export(
        path=path,
        freeze_physics=_get(values, "freeze_physics", bool, False),
        pack_resources=_get(values, "pack_resources", bool, False),
    )


def _resume(values: Any) -> Optional[Resume]:
    if not isinstance(values, dict):
        return None
    return Resume(dir=_get(values, "dir", str), key=_get(values, "key", str))


def _wide_seed(record: Dict[str, Any]) -> Optional[str]:
    """The seed that is outside of what a record's `seed` can be. SceneError when it is none."""
    params = record.get("params")
    wide = params.get("seed64") if isinstance(params, dict) else None
    if wide is None:
        return None
    if isinstance(wide, str) and _WHOLE.fullmatch(wide) and -(2**63) <= int(wide) < 2**63:
        return wide
    wanted = "a string of a whole number from -2^63 to 2^63 - 1"
    raise SceneError(f"params.seed64 is {shown(wide)}, it must be {wanted}")


def parse_request(line: str) -> Request:
    """The request in a line of JSON. ProtocolError when it is none, UsageError for its settings."""
    try:
        message = json.loads(line)
    except ValueError as error:
        raise ProtocolError(f"not JSON: {error}") from None
    if not isinstance(message, dict):
        raise ProtocolError("not a JSON object")
    record = _get(message, "record", dict)
    seed = record.get("seed")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**53:
        raise ProtocolError(f"record.seed is {seed!r}, allowed is 0 to 2^53 - 1")
    _wide_seed(record)
    settings = dict(_get(message, "settings", dict, {}))
    blend = settings.pop("blend", None)
    return Request(
        record=record,
        out=_get(message, "out", str),
        scene=_get(message, "scene", str),
        root=_get(message, "root", str),
        cwd=_get(message, "cwd", str),
        settings=of_command(settings, blend),
        blend=blend,
        work=_get(message, "work", str, "") or None,
        export=_export(message["export"]) if isinstance(message.get("export"), dict) else None,
        resume=_resume(message.get("resume")),
        renders=tuple(_get(message, "renders", list, [])),
        assist=_get(message, "assist", bool, False),
    )


def shorten(text: str, limit: int = MESSAGE_MAX) -> str:
    """`text` cut at `limit` bytes of UTF-8, at a character's end."""
    data = text.encode("utf-8", "replace")
    if len(data) <= limit:
        return data.decode()
    return data[: limit - 3].decode("utf-8", "ignore") + "..."


def success(record: Dict[str, Any], deps: List[str], run: Dict[str, Any]) -> str:
    """The reply to a request that went well."""
    return dumps({"ok": True, "record": record, "deps": deps, "run": run})


def failure(error: BaseException, run: Dict[str, Any]) -> str:
    """The reply to a request that did not."""
    code = error.code if isinstance(error, RvError) else RvError.code
    message = shorten(str(error) or type(error).__name__)
    return dumps({"ok": False, "error": {"code": code, "message": message}, "run": run})


def trying(kind: str) -> str:
    """Tells, before the hello, on which kind of device a picture is rendered for nobody."""
    return dumps({"trying": kind})


def progress(what: str, number: int) -> str:
    """Tells how far a sequence is, before the reply, which may take its time.

    `what` is `frames` (how many are to be rendered), `frame` (this one is done), `passed` (the
    worker went past this one, which another one renders) or `starting` (1: an engine that takes
    long to be made ready).
    """
    return dumps({what: number})


def hello(facts: Dict[str, Any]) -> str:
    """The first line of a worker."""
    return dumps({"hello": 1, **facts})
