# SPDX-License-Identifier: MIT
"""Names by which runners and tests of other versions of rv drive a scene in their own Blender.

Scripts do not need them. Each does what the worker does, by the same code; none is called by it.
"""

from __future__ import annotations

import json
import os
import random
import uuid
from types import SimpleNamespace
from typing import Any, Dict, Iterator, Optional, Tuple, Type

import bpy

from ..engine import owned, passes
from ..engine.device import Devices, print_info
from ..plain.errors import RenderError
from ..plain.frames import FrameFiles
from ..plain.values import is_number
from ..sample import build, handler, record, render, script
from ..sample.protocol import Request
from ..sample.settings import ImageFormat, Settings
from ..scenes.scene import Scene
from ..scenes.stage import Stage
from ..scenes.worlds import World
from ..scenes.wrap import wrap

SEEDS = 2**53


def __getattr__(name: str) -> Any:
    if name == "_ACTIVE_RUN_ID":
        return owned.RUN.id
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _internal_begin_run(purge_orphans: bool = True) -> str:
    """Removes what earlier runs have made, starts a new one; its id."""
    owned.clear(purge_orphans)
    return owned.begin()


def _internal_end_run(purge_orphans: bool = False) -> None:
    """Ends the run; what it has made stays."""
    owned.end()
    if purge_orphans:
        bpy.data.orphans_purge(do_recursive=True)


def _internal_load_scene_class(path: str) -> Type[Scene]:
    """The Scene subclass of a script. RuntimeError unless there is exactly one."""
    return script.load_scene_class(os.path.abspath(path), os.getcwd())


def _internal_run_scene_generate(
    scene: Scene, seed: Optional[int], seed_mode: Optional[str] = None
) -> None:
    """Gives the scene its seed and calls its `generate`; what that raises is raised."""
    scene.seed, scene.seed_mode = seed, seed_mode
    print(f"[rv] seed={seed}")
    if script.takes_seed(scene.generate):
        scene.generate(seed)
    else:
        scene.generate()


def _internal_resolve_seed(
    mode: str, value: Optional[int] = None, base: int = 0, index: int = 0
) -> int:
    """The seed of sample `index`: `rand` (`random`), `seq` (base + index), `fixed` (`value`).

    ValueError for another mode, and for `fixed` without a value.
    """
    name = str(mode).lower()
    if name in ("rand", "random"):
        return random.SystemRandom().randrange(SEEDS)
    if name == "seq":
        return base + index
    if name != "fixed":
        raise ValueError(f"the seed mode is {mode!r}, must be rand, seq or fixed")
    if value is None:
        raise ValueError("the seed mode fixed needs a value")
    return int(value)


def _internal_parse_resolution(raw: str, arg_name: str = "--resolution") -> Tuple[int, int]:
    """`W,H` as two integers above 0. ValueError, which names the argument, for other text."""
    parts = str(raw).split(",")
    try:
        width, height = (int(part) for part in parts)
    except ValueError:
        raise ValueError(f"{arg_name} is {raw!r}, must be WIDTH,HEIGHT") from None
    if width <= 0 or height <= 0:
        raise ValueError(f"{arg_name} is {raw!r}, both must be > 0")
    return width, height


def _internal_set_time_limit(scene: Scene, limit: Optional[float]) -> None:
    """Sets the scene's time limit in seconds; None leaves it. ValueError unless above 0."""
    if limit is None:
        return
    if not is_number(limit) or not limit > 0:
        raise ValueError(f"the time limit is {limit!r}, must be > 0")
    scene.time_limit = float(limit)


def _internal_configure_cycles_backend(name: str) -> str:
    """Makes Cycles render on a backend (`auto` chooses); the name of what was chosen.

    RuntimeError when it is not there.
    """
    try:
        chosen = Devices().apply(bpy.context.scene, str(name).lower()).lower()
    except RenderError as error:
        raise RuntimeError(str(error)) from None
    print(f"[rv] selected_gpu_backend={chosen}")
    return chosen


def _internal_iter_cycles_devices(prefs: Any) -> Iterator[Any]:
    """The devices in the preferences of the add-on cycles."""
    yield from prefs.devices


def _internal_print_cycles_device_info() -> None:
    """Prints what renders."""
    print_info(bpy.context.scene)


def _configure_generator_runtime(
    port: Optional[int], root_dir: Optional[str], work_dir: Optional[str]
) -> None:
    """Where generators of scenes made from now on run and put their files.

    `port` is not used: programs are run by the scene itself, there is no service.
    """
    Stage.default_root = os.path.abspath(root_dir) if root_dir else None
    Stage.default_work = os.path.abspath(work_dir) if work_dir else None


# -- methods of a scene and a world, by these names


def _request(scene: Scene) -> Request:
    width, height = scene.resolution
    return Request(
        record={"seed": scene.seed or 0},
        out=_directory(scene),
        scene="",
        root=scene._stage.root,
        cwd=scene._stage.cwd,
        settings=Settings(resolution=(width, height)),
    )


def _directory(scene: Scene) -> str:
    return os.path.join(scene.output_dir or os.getcwd(), scene.subdir or "")


def post_gen(self: Scene) -> None:
    """After `generate`: its settings, world and passes reach Blender's scene."""
    if self.subdir is None:
        self.subdir = str(uuid.uuid4())
    render.apply_resolution(self)
    build.apply_world(self)
    render.apply_settings(self, Settings(), Devices(), [])
    handler.enable_passes(self, Settings(), [])


def render_files(self: Scene) -> None:
    """Writes Image.png and passes.exr into OUTPUT_DIR/SUBDIR."""
    directory = _directory(self)
    os.makedirs(directory, exist_ok=True)
    render.render(directory, FrameFiles().of(None), Settings().codec, ImageFormat())


def save_metadata(self: Scene, filename: str) -> None:
    """Writes `scene_meta` into the file of that name in OUTPUT_DIR/SUBDIR."""
    directory = _directory(self)
    os.makedirs(directory, exist_ok=True)
    text = json.dumps(scene_meta(self), indent=4, ensure_ascii=False, allow_nan=False)
    with open(os.path.join(directory, filename), "w", encoding="utf-8") as file:
        file.write(text)


def scene_meta(self: Scene) -> Dict[str, Any]:
    """What the record of the scene says about it, with the keys that come first elsewhere first."""
    wanted = {passes.parse(p) for p in self.passes}
    found = record.describe(self, {}, sorted(wanted, key=lambda p: p.value))
    first = ("custom_meta", "resolution", "time_limit")
    seed = {"seed": self.seed, "seed_mode": self.seed_mode}
    then = ("passes", "tags", "semantic_channels", "semantic_mask_threshold")
    last = ("objects", "materials", "lights", "camera")
    meta = {key: found[key] for key in first}
    return {**meta, **seed, **{key: found[key] for key in (*then, *last)}}


def world_post_gen(self: World) -> None:
    """Makes it the world of Blender's scene."""
    self.apply(SimpleNamespace(_stage=Stage(wrap), custom_meta={}))


Scene._get_meta = scene_meta  # type: ignore[attr-defined]
Scene._internal_post_gen = post_gen  # type: ignore[attr-defined]
Scene._internal_render = render_files  # type: ignore[attr-defined]
Scene._internal_save_metadata = save_metadata  # type: ignore[attr-defined]
World._internal_post_gen = world_post_gen  # type: ignore[attr-defined]
