# SPDX-License-Identifier: MIT
"""Decorators for methods of clients, also for those of your own."""

from __future__ import annotations

import functools
from typing import Any, Callable, TypeVar, cast

UNMOVED = {"rotate": 0.0, "offset": [0.0, 0.0, 0.0]}

Method = TypeVar("Method", bound=Callable[..., Any])


def require_connected_client(method: Method) -> Method:
    """RuntimeError once the client is closed."""

    @functools.wraps(method)
    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.closed:
            raise RuntimeError("the client is closed")
        return method(self, *args, **kwargs)

    return cast(Method, checked)


require_connected_clients = require_connected_client  # they are closed together


def require_initialized_service(method: Method) -> Method:
    """RuntimeError before `initialize`."""

    @functools.wraps(method)
    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not self.initialized:
            raise RuntimeError("call initialize first")
        return method(self, *args, **kwargs)

    return cast(Method, checked)


def validate_camera_moved(method: Method) -> Method:
    """Warns, through `logging`, when the camera was put where it was."""

    @functools.wraps(method)
    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = {**UNMOVED, **self._task.pose}
        found = method(self, *args, **kwargs)
        if {**UNMOVED, **self._task.pose} == before:
            self.logger.warning("the camera has not moved: it is where it was")
        return found

    return cast(Method, checked)
