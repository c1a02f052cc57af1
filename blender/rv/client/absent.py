# SPDX-License-Identifier: MIT
"""Names that are not here: those of visionsim, with what to use instead, and misspelled ones."""

from __future__ import annotations

import sys
from abc import ABCMeta
from typing import Any, Callable, Iterable, NoReturn

from ..plain.meant import nearest

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
        meant = nearest(name, sys.modules[module].__all__)
        raise AttributeError(f"module {module!r} has no attribute {name!r}{meant}")

    return absent


def missing(owner: str, name: str, names: Iterable[str]) -> AttributeError:
    """The error for an attribute that a client, or its class, does not have: it has `names`."""
    hint = OF_CLIENTS.get(name)
    meant = nearest(name, [other for other in names if not other.startswith("_")])
    return AttributeError(f"{owner} has no {name}" + (f": {hint}" if hint else meant))


class Hinting(ABCMeta):
    """Of classes that say what to use instead."""

    def __getattr__(cls, name: str) -> Any:
        raise missing(cls.__name__, name, dir(cls))
