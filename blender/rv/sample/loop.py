# SPDX-License-Identifier: MIT
"""Request in, reply out, until there are no more.

What a request does is passed in, so this needs no Blender.
"""

from __future__ import annotations

import contextvars
import traceback
from typing import Any, BinaryIO, Callable, Dict, List, Tuple

from ..plain.errors import RvError, SceneError
from . import protocol

Outcome = Tuple[Dict[str, Any], List[str]]  # the record's new members, the dependencies
Handler = Callable[[protocol.Request, Dict[str, Any]], Outcome]


def answer(line: bytes, handle: Handler) -> str:
    """The reply to one line.

    Nothing that a sample does gets past this, short of the process's end.
    """
    run: Dict[str, Any] = {}
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        return protocol.failure(protocol.ProtocolError(f"not UTF-8: {error}"), run)
    try:
        request = protocol.parse_request(text)
        # What a script sets in a context (decimal, NumPy) goes with it.
        record, deps = contextvars.copy_context().run(handle, request, run)
        return protocol.success(record, deps, run)
    except RvError as error:
        return protocol.failure(error, run)
    except UnicodeError as error:  # of a name in a file, mostly
        return protocol.failure(SceneError(f"a text is no UTF-8: {error}"), run)
    except BaseException as error:  # SystemExit too: the sample ends, not the worker
        return protocol.failure(RvError(f"{type(error).__name__}: {error}\n{_told(error)}"), run)


def _told(error: BaseException) -> str:
    """Its traceback; empty when even that cannot be had."""
    try:
        return "".join(traceback.format_exception(type(error), error, error.__traceback__))
    except BaseException:  # it takes files to be opened
        return ""


def serve(requests: BinaryIO, replies: BinaryIO, handle: Handler) -> None:
    """Answers every line of `requests` in order. Returns at its end."""
    for line in iter(requests.readline, b""):
        if line.strip():
            send(replies, answer(line, handle))


def send(replies: BinaryIO, text: str) -> None:
    """Writes one message."""
    replies.write(text.encode("utf-8", "replace") + b"\n")
    replies.flush()
