# SPDX-License-Identifier: MIT
"""The scene: what a script subclasses, and what everything in a sample belongs to."""

from __future__ import annotations

import os
from random import Random
from typing import Any, Callable, Dict, List, Optional, Sequence, Set, Tuple, Union

import bpy

from ..engine import measure
from ..engine.measure import ObjectStats
from ..engine.passes import RenderPassSet
from ..plain.errors import SceneError
from ..plain.rng import Stream
from ..plain.tags import Tagged
from ..plain.types import SemanticChannelSet
from ..plain.values import channel_name, flatten
from . import scatter
from .assets import AssetFactory
from .camera import Camera
from .domain import Domain
from .factories import LightFactory, MaterialFactory, ObjectFactory
from .generators import GeneratorFactory
from .lights import Light
from .materials import Material
from .objects import Object, ObjectLoader, inspected
from .scatter import Copies, Rules, Singles
from .stage import Stage
from .timed import Timed
from .worlds import SkyWorld, World


class Scene(Tagged, Timed):
    """Subclass it once per script and write `generate(self, seed)`.

    Base classes of scenes can be imported, or stand in the script: of classes derived from one
    another the last one is the script's scene.

    Before `generate` runs, `seed`, `seed_mode`, `params` and `gen` come from the record and
    `resolution` from the command. What `generate` sets wins over the command, except the number of
    samples.
    """

    def __init__(self, output_dir: Optional[str] = None) -> None:
        self._stage = Stage()
        self.output_dir = output_dir
        """Where the worker writes; of no use to a script."""
        self.subdir: Optional[str] = None
        """Has no effect: a sample's directory is named by its id."""
        self.resolution: Tuple[int, int] = (640, 640)
        """Width and height of the picture in pixels."""
        self.time_limit: Optional[float] = None
        """Seconds per picture, or None; see `set_rendering_time_limit`."""
        self.passes: RenderPassSet = set()
        """What is recorded besides picture, depth and object index."""
        self.tags: Set[str] = set()
        self.custom_meta: Dict[str, Any] = {}
        self.semantic_channels: SemanticChannelSet = set()
        """Names of the semantic channels, in their normal form."""
        self.semantic_mask_threshold = 0.5
        """A mask covers the pixels where its channel is above this."""
        self.params: Dict[str, Any] = {}
        """The record's parameters by name."""
        self.gen: Dict[str, Any] = {}
        """The record's results of generators by name."""
        self._start_time()
        self._denoise: Optional[bool] = None  # of a .blend file: what it says
        self._layers_left_out: List[str] = []  # view layers that it renders, but rv does not
        self._streams: Dict[str, Stream] = {}
        self.objects = ObjectFactory(self)
        """Makes primitives."""
        self.lights = LightFactory(self)
        """Makes lights."""
        self.materials = MaterialFactory(self)
        """Describes materials."""
        self.assets = AssetFactory(self)
        """Loads objects from .blend files."""
        self.generators = GeneratorFactory(self)
        """Runs generator programs."""
        self.world: World = SkyWorld()
        """What surrounds the scene; assign another."""
        self.camera: Camera = self._create_camera()
        """The camera, at (0, 0, 10) and looking down at first."""

    def generate(self, seed: Optional[int] = None) -> None:
        """Builds the scene. A subclass writes it; it may leave `seed` out."""
        raise NotImplementedError("a scene needs a method generate")

    def _create_camera(self) -> Camera:
        obj = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
        self._stage.link(obj)
        bpy.context.scene.camera = obj
        return Camera(obj, self).set_location((0.0, 0.0, 10.0))

    # -- settings

    def set_rendering_time_limit(self, time_limit: Optional[float] = 3.0) -> Scene:
        """Stops rendering after so many seconds; the picture then depends on the machine.

        None: no limit.
        """
        self.time_limit = time_limit
        return self

    def set_passes(self, *passes: Any) -> Scene:
        """Replaces the passes (rv.RenderPass). Depth and object index are always there."""
        self.passes = set(flatten(passes))
        return self

    def enable_semantic_channels(self, *channels: Any) -> Scene:
        """Adds semantic channels.

        Materials write them: with an AOV Output node of that name, or `Material.set_semantic`.
        ValueError for a name without letter or digit.
        """
        self.semantic_channels |= {channel_name(name) for name in flatten(channels)}
        return self

    def set_semantic_mask_threshold(self, threshold: float) -> Scene:
        """A mask covers the pixels where its channel is above this. ValueError outside [0, 1]."""
        if not 0 <= threshold <= 1:
            raise ValueError(f"threshold must be in [0, 1], not {threshold}")
        self.semantic_mask_threshold = threshold
        return self

    # -- what is in it

    @property
    def seed(self) -> Optional[int]:
        """The sample's seed; None before `generate`."""
        return self._stage.seed

    @seed.setter
    def seed(self, seed: Optional[int]) -> None:
        self._stage.seed = seed

    @property
    def seed_mode(self) -> Optional[str]:
        """`seq`, `rand`, `fixed` or `list`; None before `generate`."""
        return self._stage.seed_mode

    @seed_mode.setter
    def seed_mode(self, mode: Optional[str]) -> None:
        self._stage.seed_mode = mode

    @property
    def object_index_counter(self) -> int:
        """The highest index of an object so far."""
        return self._stage.highest["objects"]

    @property
    def material_index_counter(self) -> int:
        """The highest index of a material so far."""
        return self._stage.highest["materials"]

    @property
    def light_index_counter(self) -> int:
        """The highest index of a light so far."""
        return self._stage.highest["lights"]

    @property
    def generated_objects(self) -> Tuple[Object, ...]:
        """Registered objects by index, the camera first."""
        return tuple(self._stage.objects)

    @property
    def generated_materials(self) -> Tuple[Material, ...]:
        """Materials that were made, by index."""
        return tuple(self._stage.materials)

    @property
    def generated_lights(self) -> Tuple[Light, ...]:
        """Lights by index."""
        return tuple(self._stage.lights)

    def inspect_object(
        self, loader_or_obj: Union[Object, ObjectLoader], applied_scale: bool = True
    ) -> ObjectStats:
        """Measures an object, or what a loader makes.

        The measures are added to `custom_meta["inspected_objects"]` too.
        """
        if isinstance(loader_or_obj, ObjectLoader):
            probe = loader_or_obj.create_instance(register_object=False)
            stats = measure.stats(probe.obj, applied_scale)
            bpy.data.objects.remove(probe.obj)
        elif isinstance(loader_or_obj, Object):
            stats = measure.stats(loader_or_obj.obj, applied_scale)
        else:
            raise TypeError(f"cannot inspect {loader_or_obj!r}, only an Object or ObjectLoader")
        return inspected(self, stats)

    def scatter(
        self,
        source: Union[Object, ObjectLoader, Sequence[Union[Object, ObjectLoader]]],
        count: int,
        domain: Domain,
        *,
        method: str = "auto",
        gap: float = 0.0,
        scale: Union[float, Sequence[float]] = 1.0,
        rotation: str = "yaw",
        yaw: Sequence[float] = (0.0, 360.0),
        margin: float = 0.0,
        seed: Optional[int] = None,
        unique_data: bool = False,
        on_create: Optional[Callable[[Object, Random, int], Any]] = None,
        max_attempts_per_object: int = 100,
    ) -> List[Object]:
        """Places up to `count` copies of the sources at random in a domain, at least `gap` apart.

        `method`: `fast` keeps spheres about the objects' origins apart (circles in a 2D domain),
        `exact` the meshes themselves, `auto` is fast in 2D with yaw and else exact. `scale`: a
        number or (min, max). `rotation`: `yaw` about Z within `yaw` degrees, or `free` (3D only).
        `margin`: distance of the origins from the domain's border. `seed`: None takes the scene's,
        with a stream of its own for each call. `on_create(obj, rng, index)` is called for each
        object as it is placed. What happened goes to `custom_meta["scatter_runs"]`; fewer objects
        than asked for are a UserWarning. TypeError and ValueError for wrong arguments.
        """
        rules = Rules(
            count=count,
            domain=domain,
            method=method,
            gap=gap,
            scale=scale,
            rotation=rotation,
            yaw=yaw,
            margin=margin,
            max_attempts_per_object=max_attempts_per_object,
        )
        stock = Copies(scatter.loaders_of(source), unique_data)
        return self._scatter(stock, rules, self._scatter_rng(seed), seed, on_create)

    def _scatter_rng(self, seed: Optional[int]) -> Random:
        """Numbers for the next run; text seeds go through SHA-512: the same on every host."""
        run = len(self.custom_meta.get("scatter_runs", ()))
        return Random(seed if seed is not None else f"{self.seed}/scatter/{run}")

    def _scatter(
        self,
        stock: Union[Copies, Singles],
        rules: Rules,
        rng: Random,
        seed: Optional[int],
        on_create: Optional[Callable[[Object, Random, int], Any]] = None,
    ) -> List[Object]:
        objects, counts = scatter.scatter(stock, rules, rng, on_create)
        self.custom_meta.setdefault("scatter_runs", []).append(
            {
                "requested": rules.count,
                "placed": len(objects),
                **counts,
                "strategy": rules.strategy,
                "domain_kind": rules.domain.kind,
                "seed": seed,
            }
        )
        return objects

    # -- inputs of the sample

    def rng(self, name: str = "scene") -> Stream:
        """The random stream of that name: it depends on the seed and the name alone.

        SceneError without a seed.
        """
        if self.seed is None:
            raise SceneError("the scene has no seed yet: use self.rng in generate, not in __init__")
        if name not in self._streams:
            self._streams[name] = Stream(self.seed, name)
        return self._streams[name]

    def gen_path(self, name: str) -> str:
        """The absolute path of the file that generator `name` made.

        SceneError when there is none.
        """
        value = self.gen.get(name)
        if not isinstance(value, str):
            known = ", ".join(sorted(self.gen)) or "none"
            problem = "is no path" if name in self.gen else "is not there"
            raise SceneError(f"the result of generator {name!r} {problem}, there are: {known}")
        path = os.path.normpath(os.path.join(self._stage.cwd, value))
        if not os.path.exists(path):
            raise SceneError(f"the file of generator {name!r} does not exist: {value}")
        self.add_dependency(path)
        return path

    def add_dependency(self, path: str) -> Scene:
        """Tells of a file that the script reads itself: when it changes, the sample is stale."""
        self._stage.add_dependency(path)
        return self
