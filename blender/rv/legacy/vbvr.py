# SPDX-License-Identifier: MIT
"""Generators of video tasks as VBVR's 3D template has them: `from rv.vbvr import ...`.

A generator written for that template renders under rv when its import lines name this module. rv
renders each sample once, after `generate_task_pair`, whatever that renders itself:
`render_first_frame` and `render_video` note which frames are wanted. Chance (module `random`,
NumPy's) is seeded for each sample. The prompt and the metadata of the TaskPair go into the record;
of the record, parameters that are fields of the generator's config replace their values:

    rv-seed seq 10 | rv-blend src/generator.py -o out | rv-mux --format vbvr:task=ball
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import warnings
from typing import Any, Dict, List, Optional, Set, Tuple, Type

import bpy

from ..engine import compat, timeline
from ..engine.owned import begin_sample
from ..plain import model
from ..plain.errors import SceneError
from ..plain.meta import plain, without_path
from ..sample.file_scene import FileCamera, FileScene, FileWorld, share
from ..scenes.camera import Camera
from ..scenes.maker import SceneMaker
from ..scenes.scene import Scene
from ..scenes.worlds import SkyWorld


def _pydantic() -> Any:
    """pydantic where this Python has it, or what stands in for it."""
    try:
        return importlib.import_module("pydantic")
    except ImportError:
        return model


_models: Any = _pydantic()
BaseModel, Field = _models.BaseModel, _models.Field
_SUN_ELEVATION, _SKY_STRENGTH = 35.0, 1.2  # degrees; factor


class GenerationConfig(BaseModel):  # type: ignore[misc, valid-type]
    """Settings of a generator; subclass it as `TaskConfig` and give `domain` a default."""

    num_samples: int
    domain: str
    difficulty: Optional[str] = None
    output_dir: str = "data/questions"
    image_size: Tuple[int, int] = (800, 500)
    video_fps: int = 30
    video_frames: int = 60
    render_samples: int = 50
    random_seed: Optional[int] = None
    no_video: bool = False
    dry_run: bool = False


class TaskPair(BaseModel):  # type: ignore[misc, valid-type]
    """What `generate_task_pair` returns; pictures and videos are paths from rv's methods."""

    model_config = {"arbitrary_types_allowed": True}

    task_id: str
    domain: str
    prompt: str
    first_image: Any
    final_image: Any = None
    first_video: Any = None
    last_video: Any = None
    ground_truth_video: Any = None
    metadata: Dict[str, Any] = Field(default_factory=dict)


_PICTURES = ("first_image", "final_image", "first_video", "last_video", "ground_truth_video")
_GIVEN = {"first_image": "FirstImage.png", "final_image": "FinalImage.png"}  # in the sample
_PNG = b"\x89PNG\r\n\x1a\n"


class BaseBlenderGenerator(SceneMaker):
    """A generator: subclass it and write `generate_task_pair`.

    `self.config` are its settings, `self.bpy` is Blender's module.
    """

    def __init__(self, config: Any) -> None:
        self.config = config
        self.bpy = bpy
        self._scene: Optional[Scene] = None
        self._frames: Set[int] = set()
        if config.random_seed is not None:
            random.seed(config.random_seed)

    @classmethod
    def scene_class(cls) -> Type[Scene]:
        return type(cls.__name__, (GeneratorScene,), {"generator": cls})

    def generate_task_pair(self, task_id: str) -> TaskPair:
        """Builds the task in Blender and says which frames to render."""
        raise NotImplementedError

    def clear_scene(self) -> None:
        """Empties Blender and applies the settings."""
        seed = bpy.context.scene.cycles.seed
        compat.reset()
        begin_sample(seed)
        bpy.context.scene.cycles.seed = seed
        self._setup_blender_env()

    def _setup_blender_env(self) -> None:
        """Engine, samples, size, frames per second, range of frames."""
        scene, config = bpy.context.scene, self.config
        scene.render.engine = "CYCLES"
        scene.cycles.samples = config.render_samples
        scene.render.resolution_x, scene.render.resolution_y = config.image_size
        scene.render.resolution_percentage = 100
        scene.frame_start, scene.frame_end = 1, config.video_frames
        of_command = None if self._scene is None else self._scene._fps_of_command
        timeline.apply_fps(config.video_fps if of_command is None else of_command)
        self._configure_cycles_device(scene)

    def _configure_cycles_device(self, scene: bpy.types.Scene) -> None:
        """Does nothing: rv-blend says where to render (--device)."""

    def _sky_world(self) -> None:
        """A clear sky with the sun at 35 degrees."""
        if self._scene is not None:
            sky = SkyWorld().set_params(strength=_SKY_STRENGTH, sun_elevation=_SUN_ELEVATION)
            sky.apply(self._scene)

    def render_first_frame(self, path: str) -> str:
        """Wants frame 1. The path."""
        self._frames.add(1)
        bpy.context.scene.frame_set(1)
        return _promise(path)

    def render_video(self, path: str, *, bake_physics: bool = True) -> Optional[str]:
        """Wants all frames, after physics have run. The path, or None when no video is wanted."""
        return self.render_video_segment(
            path, 1, self.config.video_frames, bake_physics=bake_physics
        )

    def render_video_segment(
        self, path: str, frame_start: int, frame_end: int, *, bake_physics: bool = False
    ) -> Optional[str]:
        """Wants the frames from `frame_start` to `frame_end`, both included. As `render_video`."""
        if not 0 <= frame_start <= frame_end:
            raise ValueError(f"frames {frame_start} to {frame_end}: no range of frames")
        if self.config.no_video:
            return None
        if bake_physics:
            _bake(self.config.video_frames)
        self._frames.update(range(frame_start, frame_end + 1))
        return _promise(path)

    def _task_dir(self, task_id: str) -> str:
        """Where the template has a task's files."""
        return os.path.join(str(self.config.output_dir), f"{self.config.domain}_task", task_id)

    def generate_dataset(self) -> List[str]:
        """Makes all samples, through rv's tools in the search path; the ids of the tasks.

        What is there already is reused. RuntimeError when a tool fails.
        """
        if self._scene is not None:
            raise RuntimeError(
                "generate_dataset() must not be called here: rv-blend makes the samples itself"
            )
        config = self.config
        ids = [task_id(config.domain, number) for number in range(config.num_samples)]
        if config.dry_run:
            print("\n".join(ids))
        else:
            _run(_commands(config, inspect.getfile(type(self))))
            print(f"{len(ids)} tasks are in {os.path.join(str(config.output_dir), 'vbvr')}")
        return ids


class GeneratorScene(FileScene):
    """The scene that a generator leaves, taken as it stands."""

    generator: Type[BaseBlenderGenerator]

    def __init__(self, output_dir: str) -> None:
        Scene.__init__(self, output_dir)

    def _create_camera(self) -> Camera:
        obj = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
        bpy.context.scene.collection.objects.link(obj)
        bpy.context.scene.camera = obj
        return FileCamera(obj, self, register_object=False)

    def generate(self, seed: Any = None) -> None:
        """Runs the generator once."""
        with tempfile.TemporaryDirectory(dir=self.output_dir) as place:
            config = self._config(place, seed)
            generator = self.generator(config)
            generator._scene = self
            generator._setup_blender_env()
            random.seed(seed)
            number = self._stage.number or 0
            pair = generator.generate_task_pair(task_id(config.domain, number))
            if not isinstance(pair, TaskPair):
                kind = type(pair).__name__
                raise SceneError(f"generate_task_pair returned a {kind}, must be a TaskPair")
            self._take_pair(pair, place)
            given = {name: _picture(getattr(pair, name)) for name in _GIVEN}
        self._take_scene(generator)
        for name, png in given.items():
            if png is not None:
                self._keep(name, png)

    def _config(self, place: str, seed: Any) -> Any:
        kind = config_class(self.generator)
        known = {name: value for name, value in self.params.items() if name in kind.model_fields}
        values = {"num_samples": 1, "output_dir": place, "random_seed": int(seed or 0), **known}
        return kind(**values)

    def _take_pair(self, pair: TaskPair, place: str) -> None:
        self.set_prompt(pair.prompt)
        self.metadata = without_path(plain(pair.metadata, "metadata"), place)
        for name in _PICTURES:
            value = getattr(pair, name)
            is_path = value is None or isinstance(value, (str, os.PathLike))
            if not is_path and not (name in _GIVEN and hasattr(value, "save")):
                kind = type(value).__name__
                warnings.warn(f"{name} ({kind}) is no path of a rendering: left out", stacklevel=2)

    def _keep(self, name: str, png: bytes) -> None:
        """Writes a picture of the generator's own beside the renderings."""
        size = struct.unpack(">II", png[16:24])
        if size != tuple(self.resolution):
            sides = [f"{width}x{height}" for width, height in (size, self.resolution)]
            warnings.warn(f"{name} is {sides[0]}, must be {sides[1]}: left out", stacklevel=2)
            return
        with open(os.path.join(str(self.output_dir), _GIVEN[name]), "wb") as file:
            file.write(png)
        self._given_files[name] = _GIVEN[name]

    def _take_scene(self, generator: BaseBlenderGenerator) -> None:
        blender = bpy.context.scene
        if blender.camera is None or blender.camera.type != "CAMERA":
            raise SceneError("generate_task_pair left the scene without a camera")
        self._camera = FileCamera(blender.camera, self, register_object=False)
        self.world = FileWorld()
        render = blender.render
        size = (render.resolution_x, render.resolution_y)
        self.resolution = share(size, render.resolution_percentage)
        frames = sorted(generator._frames)
        if not frames:
            raise SceneError("generate_task_pair asked for no frame: call render_first_frame")
        self.frames = None if len(frames) == 1 else frames
        blender.frame_set(frames[0])
        self._take_objects("names", warnings.warn)
        self._take_materials("names", warnings.warn)


def task_id(domain: str, number: int) -> str:
    """How a task is called."""
    return f"{domain}_{number:08d}"


def config_class(generator: Type[BaseBlenderGenerator]) -> Any:
    """The subclass of GenerationConfig in a generator's module, or that. SceneError for two."""
    values = vars(sys.modules[generator.__module__]).values()
    found = {v for v in values if isinstance(v, type) and issubclass(v, GenerationConfig)}
    last = [c for c in found if not any(o is not c and issubclass(o, c) for o in found)]
    if len(last) > 1:
        names = ", ".join(sorted(c.__name__ for c in last))
        raise SceneError(f"{generator.__module__} has {len(last)} configs, must be one: {names}")
    return last[0] if last else GenerationConfig


def _picture(value: Any) -> Optional[bytes]:
    """A picture that the generator made itself, as a PNG: one of PIL, or a file that has content.
    None for a path that rv promised."""
    if isinstance(value, (str, os.PathLike)):
        with contextlib.suppress(OSError), open(value, "rb") as file:
            png = file.read()
            return png if png.startswith(_PNG) else None
    if not hasattr(value, "save"):
        return None
    made = io.BytesIO()
    value.save(made, format="PNG")
    return made.getvalue()


def _promise(path: str) -> str:
    """Makes a file, so that it is there, of which rv renders the content later."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "ab"):
        return path


def _bake(frames: int) -> None:
    """Runs physics over the frames from 1 on, once."""
    world = bpy.context.scene.rigidbody_world
    if world is not None:
        world.point_cache.frame_start = 1
        world.point_cache.frame_end = max(frames, 2)
    bpy.ops.ptcache.bake_all(bake=True)


def _commands(config: Any, script: str) -> List[List[str]]:
    """The pipe that makes a dataset."""
    own = {"num_samples", "output_dir", "random_seed", "dry_run"}
    params = plain(config.model_dump(mode="json", exclude=own, exclude_unset=True), "config")
    seeds = ["rv-seed", "seq", str(config.num_samples)]
    if config.random_seed is not None:
        seeds = ["rv-seed", "--key", str(config.random_seed), "rand", str(config.num_samples)]
    output = str(config.output_dir)
    # JSON is a jq filter, too.
    given = ["--set", f".params += {json.dumps(params)}"]
    return [
        seeds,
        ["rv-blend", script, "-o", f"{output}.samples", *given],
        ["rv-mux", "-f", f"vbvr:task={config.domain}", "-o", output],
    ]


def _run(commands: List[List[str]]) -> None:
    """Runs them as a pipe. RuntimeError when one of them fails."""
    processes: List[Any] = []
    environment = {**os.environ, "RV_BLENDER": bpy.app.binary_path}
    for command in commands:
        source = processes[-1].stdout if processes else subprocess.DEVNULL
        is_last = command is commands[-1]
        sink = subprocess.DEVNULL if is_last else subprocess.PIPE
        try:
            process = subprocess.Popen(command, stdin=source, stdout=sink, env=environment)
        except FileNotFoundError:
            raise RuntimeError(f"{command[0]} is not in the search path") from None
        if processes:
            processes[-1].stdout.close()
        processes.append(process)
    failed = [c[0] for c, process in zip(commands, processes) if process.wait() != 0]
    if failed:
        raise RuntimeError(f"{', '.join(failed)} failed")
