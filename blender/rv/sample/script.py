# SPDX-License-Identifier: MIT
"""Scene scripts: loading one, finding its Scene class, telling what went wrong in it."""

from __future__ import annotations

import inspect
import os
import sys
import traceback
import types
from typing import Any, List, Optional, Set, Type

from ..plain import compiled
from ..plain.errors import SceneError
from ..plain.paths import is_below, shown_path
from ..scenes.maker import SceneMaker
from ..scenes.scene import Scene
from . import hints
from .protocol import Request

MODULE = "dynamic_module"
FRAMES_MAX = 12  # lines of a traceback that are shown


class Raised(RuntimeError):
    """The code of a script raised `error`."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error


def load_scene_class(path: str, root: str) -> Type[Scene]:
    """The Scene subclass of the script at `path`, which is run as the module `dynamic_module`.

    Of subclasses of one another the last one counts; then there must be exactly one. A class that
    stands for a scene (SceneMaker) counts as one. A script in a package, beside an `__init__.py`,
    may import from it. SceneError otherwise, and for anything that the script raises.
    """
    if not path.endswith(".py"):
        raise SceneError(f"the scene {shown_path(path, root)} is no Python file (.py)")
    try:
        with open(path, "rb") as file:
            source = file.read()
    except OSError as error:
        shown = shown_path(path, root)
        raise SceneError(f"cannot read the scene {shown}: {error.strerror}") from None
    module = types.ModuleType(MODULE)
    module.__file__ = path
    module.__package__ = _package_of(path)
    sys.modules[MODULE] = module
    try:
        exec(compiled.compiled(source, path), module.__dict__)
    except BaseException as error:  # a script may raise anything, SystemExit too
        raise Raised(error) from error
    return _choose(module, path, root)


def _package_of(path: str) -> str:
    """The package that a file is in, "" for none; Python finds it from then on."""
    names: List[str] = []
    place = os.path.dirname(path)
    while os.path.isfile(os.path.join(place, "__init__.py")):
        names.insert(0, os.path.basename(place))
        place = os.path.dirname(place)
    if names and place not in sys.path:
        sys.path.insert(0, place)
    return ".".join(names)


def _choose(module: types.ModuleType, path: str, root: str) -> Type[Scene]:
    classes = {
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, (Scene, SceneMaker)) and value is not Scene
    }
    last = [c for c in classes if not any(o is not c and issubclass(o, c) for o in classes)]
    last = [c for c in last if not (issubclass(c, SceneMaker) and c.is_base())]
    if len(last) == 1:
        (found,) = last
        return found.scene_class() if issubclass(found, SceneMaker) else found
    shown = shown_path(path, root)
    if not last:
        raise SceneError(f"{shown} has no subclass of rv.Scene")
    names = ", ".join(sorted(c.__name__ for c in last))
    raise SceneError(f"{shown} has {len(last)} subclasses of rv.Scene, there must be one: {names}")


def construct(scene_class: Type[Scene], request: Request) -> Scene:
    """The scene with everything that `generate` may read."""
    try:
        scene = scene_class(request.out)
    except BaseException as error:
        raise Raised(error) from error
    prepare(scene, request)
    return scene


def prepare(scene: Scene, request: Request) -> None:
    """Gives a scene what the request says, for its `generate` to read."""
    stage = scene._stage
    stage.root, stage.cwd, stage.work = request.root, request.cwd, request.work
    stage.number = request.record.get("index")
    if request.settings.resolution is not None:
        scene.resolution = request.settings.resolution
    if request.settings.time_limit is not None:
        scene.time_limit = request.settings.time_limit or None
    scene.seed = request.seed
    scene.seed_mode = request.record.get("seed_mode")
    scene.params = dict(request.record.get("params") or {})
    scene.gen = dict(request.record.get("gen") or {})


def generate(scene: Scene, seed: int) -> None:
    """Calls the scene's `generate`, with the seed when it takes a positional argument."""
    try:
        if takes_seed(scene.generate):
            scene.generate(seed)
        else:
            scene.generate()
    except BaseException as error:
        raise Raised(error) from error


def takes_seed(method: Any) -> bool:
    """Whether a bound method has any positional parameter."""
    function = getattr(method, "__func__", None)
    if isinstance(function, types.FunctionType) and not vars(function):  # nothing that decorates it
        code = function.__code__
        return code.co_argcount > 1 or bool(code.co_flags & inspect.CO_VARARGS)
    kinds = (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        inspect.Parameter.VAR_POSITIONAL,
    )
    return any(p.kind in kinds for p in inspect.signature(method).parameters.values())


def explain(error: BaseException, path: str, root: str) -> str:
    """Where and what was raised (`scene.py:5: ...`), then the traceback within the user's files."""
    what = str(error) if isinstance(error, SceneError) else hints.told(error)
    lines = []
    package = os.path.dirname(os.path.abspath(__file__))
    frames: List[str] = []
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        mine = frame.filename == path or is_below(frame.filename, root)
        if mine and not is_below(frame.filename, package):
            line = f": {frame.line}" if frame.line else ""
            shown = shown_path(frame.filename, root)
            frames.append(f"  {shown}, line {frame.lineno}, in {frame.name}{line}")
            place = f"{shown}:{frame.lineno}: "
    if isinstance(error, SyntaxError) and error.filename:
        shown = shown_path(error.filename, root)
        lines.append(f"  {shown}, line {error.lineno}: {(error.text or '').strip()}")
        place = f"{shown}:{error.lineno}: "
    if len(frames) > FRAMES_MAX:
        frames[FRAMES_MAX // 2 : -FRAMES_MAX // 2] = ["  ..."]
    return "\n".join([place + what, *lines, *frames]).replace(os.path.join(root, ""), "")


def files_of(error: Optional[BaseException]) -> Set[str]:
    """The Python files that an exception, and those that led to it, came through."""
    found: Set[str] = set()
    while error is not None:
        found.update(frame.filename for frame in traceback.extract_tb(error.__traceback__))
        if isinstance(error, SyntaxError) and error.filename:
            found.add(error.filename)
        error = error.__cause__ or error.__context__
    return found
