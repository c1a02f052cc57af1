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
from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional, Tuple, Type

import bpy

from . import build, ownership, passes, record, render, sample, script
from .device import Devices, print_info
from .errors import RenderError
from .frames import FrameFiles
from .overrides import ImageFormat, Overrides
from .protocol import Request, Settings
from .scene import Scene
from .values import is_number

if TYPE_CHECKING:
    from .worlds import World

SEEDS = 2**53


def __getattr__(name: str) -> Any:
    if name == "_ACTIVE_RUN_ID":
        return ownership.active_run_id
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _internal_begin_run(purge_orphans: bool = True) -> str:
    """Removes what earlier runs have made, starts a new one; its id."""
    ownership.clear(purge_orphans)
    return ownership.begin()


def _internal_end_run(purge_orphans: bool = False) -> None:
    """Ends the run; what it has made stays."""
    ownership.end()
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
        chosen = Devices().apply(bpy.context.scene, str(name).upper()).lower()
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
    Scene._default_root = os.path.abspath(root_dir) if root_dir else None
    Scene._default_work = os.path.abspath(work_dir) if work_dir else None


# -- methods of a scene and a world, by these names


def _request(scene: Scene) -> Request:
    width, height = scene.resolution
    return Request(
        record={"seed": scene.seed or 0},
        out=_directory(scene),
        scene="",
        root=scene._root,
        cwd=scene._cwd,
        settings=Settings(resolution=(width, height)),
    )


def _directory(scene: Scene) -> str:
    return os.path.join(scene.output_dir or os.getcwd(), scene.subdir or "")


def post_gen(scene: Scene) -> None:
    """After `generate`: its settings, world and passes reach Blender's scene."""
    if scene.subdir is None:
        scene.subdir = str(uuid.uuid4())
    render.apply_resolution(scene)
    build.apply_world(scene)
    render.apply_settings(scene, _request(scene), Overrides(), Devices(), [])
    sample.enable_passes(scene, _request(scene).settings.passes, [])


def render_files(scene: Scene) -> None:
    """Writes Image.png and passes.exr into OUTPUT_DIR/SUBDIR."""
    directory = _directory(scene)
    os.makedirs(directory, exist_ok=True)
    render.render(directory, FrameFiles().of(None), Settings().codec, ImageFormat())


def save_metadata(scene: Scene, filename: str) -> None:
    """Writes `scene_meta` into the file of that name in OUTPUT_DIR/SUBDIR."""
    directory = _directory(scene)
    os.makedirs(directory, exist_ok=True)
    text = json.dumps(scene_meta(scene), indent=4, ensure_ascii=False, allow_nan=False)
    with open(os.path.join(directory, filename), "w", encoding="utf-8") as file:
        file.write(text)


def scene_meta(scene: Scene) -> Dict[str, Any]:
    """What the record of the scene says about it, with the keys that come first elsewhere first."""
    wanted = {passes.parse(p) for p in scene.passes}
    found = record.describe(scene, {}, {}, sorted(wanted, key=lambda p: p.value))
    first = ("custom_meta", "resolution", "time_limit")
    seed = {"seed": scene.seed, "seed_mode": scene.seed_mode}
    then = ("passes", "tags", "semantic_channels", "semantic_mask_threshold")
    last = ("objects", "materials", "lights", "camera")
    meta = {key: found[key] for key in first}
    return {**meta, **seed, **{key: found[key] for key in (*then, *last)}}


def world_post_gen(world: World) -> None:
    """Makes it the world of Blender's scene."""
    world.apply(SimpleNamespace(add_dependency=lambda path: None))  # type: ignore[arg-type]
