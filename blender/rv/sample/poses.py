# SPDX-License-Identifier: MIT
"""Files of camera poses: JSON Lines, or one JSON array, of objects with a matrix. Needs no Blender.

    {"frame": 1, "matrix": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 10], [0, 0, 0, 1]]}

`matrix` is camera to world with OpenGL axes, in metres; `transform_matrix` is another name for it.
Members that nobody asks for may be there. SceneError names the file, and the line or the element.
"""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, List, Tuple

from ..plain import fields
from ..plain.errors import SceneError
from ..plain.fields import Rows
from ..plain.limits import FRAME_LIMIT


def read(path: str, name: str, what: str) -> str:
    """The text of the file, which messages call `name`; `what` asks for it."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise SceneError(f"{what}: cannot read {name}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SceneError(f"{what}: {name} is not UTF-8") from None


def entries(text: str, name: str) -> Iterator[Tuple[str, Dict[str, Any]]]:
    """Each pose with the place where it stands."""
    is_empty = True
    for where, entry in _values(text, name):
        if not isinstance(entry, dict):
            raise SceneError(f"{where}: not a JSON object")
        is_empty = False
        yield where, entry
    if is_empty:
        raise SceneError(f"{name} has no pose")


def _values(text: str, name: str) -> Iterator[Tuple[str, Any]]:
    if text.lstrip().startswith("["):
        try:
            values: List[Any] = json.loads(text)
        except ValueError as error:
            raise SceneError(f"{name}: not JSON: {error}") from None
        yield from ((f"{name}[{i}]", value) for i, value in enumerate(values))
        return
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{name}, line {number}"
        if line.strip():
            try:
                yield where, json.loads(line)
            except ValueError as error:
                raise SceneError(f"{where}: not JSON: {error}") from None


def matrix_of(entry: Dict[str, Any], where: str) -> Rows:
    """The pose of an entry."""
    return fields.pose(entry.get("matrix", entry.get("transform_matrix")), f"{where}: matrix")


def keys(text: str, name: str) -> Tuple[Tuple[float, Rows], ...]:
    """The keys of a trajectory, in the order of their frames.

    `frame` defaults to the number of the pose, from 1.
    """
    found: Dict[float, Rows] = {}
    for where, entry in entries(text, name):
        frame = fields.real(-FRAME_LIMIT, FRAME_LIMIT)(
            entry.get("frame", len(found) + 1), f"{where}: frame"
        )
        if frame in found:
            raise SceneError(f"{where}: frame {frame:g} comes twice")
        found[frame] = matrix_of(entry, where)
    return tuple(sorted(found.items()))
