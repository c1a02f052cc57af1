# SPDX-License-Identifier: MIT
"""What goes wrong on the other side of the pipe."""

from __future__ import annotations

from typing import Any, Dict


class RemoteError(RuntimeError):
    """A sample failed, or a tool of rv did.

    `code` is one of those in rv-record(5), such as `scene_error`, `worker_crashed` or `timeout`;
    `child` when the tool itself ended. `attempts` says how often a sample was tried.
    """

    def __init__(self, code: str, message: str, attempts: int = 0) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.attempts = attempts

    def __reduce__(self) -> Any:
        return type(self), (self.code, self.message, self.attempts)


def check(record: Dict[str, Any]) -> Dict[str, Any]:
    """The record itself. RemoteError when it carries an error."""
    error = record.get("error")
    if error is None:
        return record
    if not isinstance(error, dict):
        raise RemoteError("bad_record", str(error))
    code, message = str(error.get("code", "")), str(error.get("message", ""))
    raise RemoteError(code, message, error.get("attempts") or 0)
