# SPDX-License-Identifier: MIT
"""The clients under the name of visionsim's module, with its decorators and `iter_fcurves`."""

from __future__ import annotations

from ..plain.curves import iter_fcurves
from .absent import of_module
from .checks import (
    require_connected_client,
    require_connected_clients,
    require_initialized_service,
    validate_camera_moved,
)
from .client import BlenderClient
from .clients import BlenderClients
from .errors import RemoteError

__all__ = [
    "BlenderClient",
    "BlenderClients",
    "RemoteError",
    "iter_fcurves",
    "require_connected_client",
    "require_connected_clients",
    "require_initialized_service",
    "validate_camera_moved",
]

__getattr__ = of_module(__name__)
