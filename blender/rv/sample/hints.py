# SPDX-License-Identifier: MIT
"""What was raised in one line, with the name that was meant where one was mistyped.

Newer versions of Python tell that of some errors themselves. Needs no Blender.
"""

from __future__ import annotations

import builtins
import inspect
import re
import sys
import traceback
from difflib import get_close_matches
from typing import Any, Iterable, List, Tuple

PACKAGE = __name__.partition(".")[0]
PACKAGES = "Scenes see packages of a folder: 'rv python site FOLDER PACKAGE', then --site FOLDER"
_ARGUMENT = re.compile(r"([\w.]+)\(\) got an unexpected keyword argument '(\w+)'$")


def told(error: BaseException) -> str:
    """The exception's kind and message, and the name that was meant, or where packages belong."""
    text = traceback.format_exception_only(type(error), error)[-1].strip()
    if "did you mean" in text.lower():
        return text
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] != PACKAGE:
        return f"{text}. {PACKAGES}"
    name, names = _asked(error)
    near = get_close_matches(name, names, 1)
    return f"{text}. Did you mean: {near[0]!r}?" if near else text


def _asked(error: BaseException) -> Tuple[str, List[str]]:
    """The name that is not there, and those that are."""
    if isinstance(error, AttributeError) and error.name:
        return error.name, _public(dir(error.obj))
    if isinstance(error, NameError) and error.name:
        return error.name, _in_reach(error)
    match = _ARGUMENT.search(str(error)) if isinstance(error, TypeError) else None
    return (match[2], _parameters(match[1])) if match else ("", [])


def _public(names: Iterable[str]) -> List[str]:
    return [name for name in names if not name.startswith("_")]


def _in_reach(error: BaseException) -> List[str]:
    """The names where it was raised."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    frame = at.tb_frame if at is not None else None
    spaces = [frame.f_locals, frame.f_globals, vars(builtins)] if frame is not None else []
    return _public(name for space in spaces for name in space)


def _parameters(function: str) -> List[str]:
    """Names of the parameters of a function of rv, by its qualified name."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == PACKAGE:
            found: Any = module
            for part in function.split("."):
                found = getattr(found, part, None)
            if callable(found):
                return _public(inspect.signature(found).parameters)
    return []
