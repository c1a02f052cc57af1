# SPDX-License-Identifier: MIT
"""Names of visionsim that are not here, and what to use instead."""

from __future__ import annotations

from abc import ABCMeta
from typing import Any, Callable, NoReturn

NO_SERVER = "there is no server, as no port is opened: BlenderClient.spawn() starts rv-blend"
NO_ADDRESS = "a client has no address: spawn(conn=['ssh', 'box', 'rv-blend']) works on another host"
NO_HEAT = "thermal radiation is not rendered"

OF_MODULES = {"BlenderServer": NO_SERVER, "BlenderService": NO_SERVER}
OF_CLIENTS = {
    "addr": NO_ADDRESS,
    "auto_connect": NO_ADDRESS,
    "conn": NO_ADDRESS,
    "include_emission": "rv-blend --passes Emission renders it",
    "include_thermal": NO_HEAT,
    "prepare_thermal": NO_HEAT,
    "save_lighting": "`lights` of rv-blend's records have it",
    "save_occlusion": "rv-blend --passes AO renders it",
}


def of_module(module: str) -> Callable[[str], NoReturn]:
    """`__getattr__` of a module; what is known is an ImportError, as `from ... import` shows it."""

    def absent(name: str) -> NoReturn:
        if name in OF_MODULES:
            raise ImportError(f"{module} has no {name}: {OF_MODULES[name]}")
        raise AttributeError(f"module {module!r} has no attribute {name!r}")

    return absent


def missing(owner: str, name: str) -> AttributeError:
    """The error for an attribute that a client, or its class, does not have."""
    hint = OF_CLIENTS.get(name)
    return AttributeError(f"{owner} has no {name}" + (f": {hint}" if hint else ""))


class Hinting(ABCMeta):
    """Of classes that say what to use instead."""

    def __getattr__(cls, name: str) -> Any:
        raise missing(cls.__name__, name)
