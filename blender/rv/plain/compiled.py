# SPDX-License-Identifier: MIT
"""Compiled Python code of the user's, remembered by its text: scripts and their modules are loaded
anew for each sample, but compiled once. Needs no Blender."""

from __future__ import annotations

import importlib.machinery
import os
import types
import warnings
from functools import lru_cache
from typing import Any

REMEMBERED = 256  # files; of usual ones each takes some tens of KiB


@lru_cache(maxsize=REMEMBERED)
def _compile_quietly(source: bytes, path: str) -> types.CodeType:
    """Raises for a warning, too: what is remembered would not give it again."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return compile(source, path, "exec", dont_inherit=True)


def compiled(source: bytes, path: str) -> types.CodeType:
    """The code of a file. Raises what `compile` does."""
    try:
        return _compile_quietly(source, path)
    except (SyntaxError, ValueError, Warning):
        return compile(source, path, "exec", dont_inherit=True)


def remember_modules() -> None:
    """From now on modules that are imported from source are remembered as well."""
    usual: Any = importlib.machinery.SourceFileLoader.source_to_code

    def source_to_code(loader: Any, data: Any, path: Any, *more: Any, **options: Any) -> Any:
        if isinstance(data, bytes) and not more and not options:
            return compiled(data, os.fspath(path))
        return usual(loader, data, path, *more, **options)

    importlib.machinery.SourceFileLoader.source_to_code = source_to_code  # type: ignore
