# SPDX-License-Identifier: MIT
"""The scene: what a script subclasses, and what everything in a sample belongs to."""

from __future__ import annotations

import os
from random import Random
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Iterable,
    List,
    Literal,
    Optional,
    Tuple,
    Union,
)

import bpy

from ..engine import backdrop, measure
from ..engine.measure import ObjectStats
from ..engine.passes import PassName, RenderPass, RenderPassSet, parse_all
from ..plain.categories import Categories, checked_categories
from ..plain.checked import checked
from ..plain.errors import SceneError
from ..plain.files import existing
from ..plain.rng import Stream
from ..plain.sampling import Range
from ..plain.tags import Tagged
from ..plain.types import Float3, PairLike, Resolution, SemanticChannelSet
from ..plain import values
from ..plain.values import channel_name, flag, number, refuse, texts, whole
from . import placing, scatter
from .assets import AssetFactory, expand
from .camera import Camera
from .domain import Domain
from .factories import LightFactory, MaterialFactory, ObjectFactory
from .folder import Folder, pictures_of
from .generators import GeneratorFactory
from .lights import Light
from .materials import Material
from .objects import Object, ObjectLoader, inspected, loaders_of, several
from .placing import Turning
from .scatter import Copies, Method, Rules, ScatterSource, Singles
from .shader import load_image
from .stage import Stage
from .timed import Timed
from .views import Viewed
from .worlds import SkyWorld, World
from .wrap import wrap

if TYPE_CHECKING:
    from typing import Self


def _limit(value: Any, what: str, *, of: object = None) -> Optional[float]:
    return None if value is None else number(value, what, above=0, of=of)


def _share(value: Any, what: str, *, of: object = None) -> float:
    return number(value, what, 0, 1, of=of)


def _channels(value: Any, what: str, *, of: object = None) -> SemanticChannelSet:
    items = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
    return {channel_name(name) for name in texts(items, "a semantic channel", of=of)}


def _world(value: Any, what: str, *, of: object = None) -> World:
    if not isinstance(value, World):
        refuse(TypeError, what, "an rv.World", value, of)
    return value


class Scene(Tagged, Timed, Viewed):
    """Subclass it once per script and write `generate(self, seed)`.

    Base classes of scenes can be imported, or stand in the script: of classes derived from one
    another the last one is the script's scene.

    Before `generate` runs, `seed`, `seed_mode`, `params` and `gen` come from the record and
    `resolution` from the command. What `generate` sets wins over the command, except the number of
    samples.
    """

    resolution: Resolution = checked(values.resolution)
    """Width and height of the picture in pixels, 4 to 65536 each; at first (640, 640)."""
    time_limit: Optional[float] = checked(_limit)
    """Seconds per picture, or None; see `set_rendering_time_limit`."""
    passes: RenderPassSet = checked(parse_all)
    """What is recorded besides picture, depth and object index."""
    semantic_channels: SemanticChannelSet = checked(_channels)
    """Names of the semantic channels, in their normal form."""
    semantic_mask_threshold: float = checked(_share)
    """A mask covers the pixels where its channel is above this; at first 0.5."""
    categories: Optional[Categories] = checked(checked_categories)
    """The categories of the dataset: names, or dicts with `id`, `name`, `supercategory`; ids count
    from 1 where they are left out. None: those of the objects, in the order in which they come. The
    record has the table, and an object whose category is not in it is an error of rv-mux."""
    world: World = checked(_world)
    """What surrounds the scene; assign another."""

    def __init__(self, output_dir: Optional[str] = None) -> None:
        self._stage = Stage(wrap)
        self.output_dir = output_dir
        """Where the worker writes; of no use to a script."""
        self.subdir: Optional[str] = None
        """Has no effect: a sample's directory is named by its id."""
        self.resolution = (640, 640)
        self.time_limit = None
        self.passes = set()
        self.semantic_channels = set()
        self.semantic_mask_threshold = 0.5
        self.categories = None
        self.params: Dict[str, Any] = {}
        """The record's parameters by name."""
        self.gen: Dict[str, Any] = {}
        """The record's results of generators by name."""
        self._start_time()
        self._background: Optional[bpy.types.Image] = None
        self._start_views()
        self._denoise: Optional[bool] = None  # of a .blend file: what it says
        self._given_files: Dict[str, str] = {}  # by role, that it wrote into the sample itself
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
        self.world = SkyWorld()
        self.camera = self._create_camera()

    def __repr__(self) -> str:
        return f"rv.Scene {type(self).__name__!r}"

    def generate(self, seed: Optional[int] = None) -> None:
        """Builds the scene. A subclass writes it; it may leave `seed` out."""
        raise NotImplementedError("a scene needs a method generate")

    def _create_camera(self) -> Camera:
        obj = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
        self._stage.link(obj)
        bpy.context.scene.camera = obj
        return Camera(obj, self).set_location((0.0, 0.0, 10.0))

    @property
    def camera(self) -> Camera:
        """The camera, at (0, 0, 10) and looking down at first. Assign another one of the scene."""
        return self._camera

    @camera.setter
    def camera(self, camera: Camera) -> None:
        if not isinstance(camera, Camera):
            refuse(TypeError, "camera", "an rv.Camera", camera, self)
        if camera.scene is not self:
            raise ValueError(f"{self!r}: {camera!r} belongs to another scene")
        bpy.context.scene.camera = camera.obj
        self._camera = camera

    # -- settings

    def background(self, picture: Union[str, Folder]) -> Self:
        """Puts a picture behind everything: seen where nothing else is, lighting nothing.

        A file, or a folder, a pattern such as `photos/*.jpg` or what `assets.folder` gives: then
        one by chance, by the stream `background`. Its middle fills the frame, in its own colours,
        as the view transform becomes Standard. Labels are as without it. The record tells which
        one it is by `custom_meta["background"]`. FileNotFoundError tells what there is instead.
        """
        if isinstance(picture, str) and not picture:
            refuse(
                ValueError,
                "background",
                "the path of a picture, a folder or a pattern",
                picture,
                self,
            )
        if isinstance(picture, str) and not os.path.isfile(expand(picture)):
            picture = pictures_of(self.assets.folder(picture))
        chosen = picture.choice(self.rng("background")) if isinstance(picture, Folder) else picture
        path = existing(expand(chosen))
        self._background = load_image(self._stage, path)
        if not all(self._background.size):
            raise ValueError(f"{self._stage.public_path(path)} is no picture that Blender can read")
        bpy.context.scene.view_settings.view_transform = "Standard"  # shows colours as they are
        self.custom_meta["background"] = self._stage.public_path(os.path.abspath(path))
        return self

    def _apply_world(self) -> None:
        """Gives Blender's scene the world, and what is behind it."""
        self.world.apply(self)
        if self._background is not None:
            backdrop.show(bpy.context.scene, self._background, self.resolution)

    def set_rendering_time_limit(self, time_limit: Optional[float] = 3.0) -> Self:
        """Stops rendering after so many seconds; the picture then depends on the machine.

        None: no limit. ValueError unless above 0.
        """
        self.time_limit = time_limit
        return self

    def set_passes(
        self, *passes: Union[RenderPass, PassName, Iterable[Union[RenderPass, PassName]]]
    ) -> Self:
        """Replaces the passes (rv.RenderPass). Depth and object index are always there.

        ValueError for a name that is none of theirs.
        """
        self.passes = parse_all(passes, of=self)
        return self

    def enable_semantic_channels(self, *channels: Union[str, Iterable[str]]) -> Self:
        """Adds semantic channels.

        Materials write them: with an AOV Output node of that name, or `Material.set_semantic`.
        TypeError for what is no text, ValueError for a name without letter or digit.
        """
        added = _channels(channels, "semantic_channels", of=self)
        self.semantic_channels = self.semantic_channels | added
        return self

    def set_semantic_mask_threshold(self, threshold: float) -> Self:
        """A mask covers the pixels where its channel is above this. ValueError outside 0 to 1."""
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
        scaled = flag(applied_scale, "applied_scale", of=self)
        if isinstance(loader_or_obj, ObjectLoader):
            with loader_or_obj.probe() as probe:
                stats = measure.stats(probe.obj, scaled)
        elif isinstance(loader_or_obj, Object):
            stats = measure.stats(loader_or_obj.obj, scaled)
        else:
            refuse(TypeError, "what is inspected", "an rv.Object or rv.ObjectLoader", loader_or_obj)
        return inspected(self, stats)

    def scatter(
        self,
        source: ScatterSource,
        count: int,
        domain: Domain,
        *,
        method: Method = "auto",
        gap: float = 0.0,
        scale: Union[float, PairLike] = 1.0,
        rotation: Literal["yaw", "free"] = "yaw",
        yaw: PairLike = (0.0, 360.0),
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
        stock = Copies(loaders_of(source), flag(unique_data, "unique_data"))
        return self._scatter(stock, rules, self._scatter_rng(seed), seed, on_create)

    def place(
        self,
        objects: Union[Object, Iterable[Object]],
        domain: Optional[Domain] = None,
        *,
        on: Optional[Object] = None,
        above: Range = 0.0,
        gap: float = 0.0,
        rotation: Turning = "keep",
        obstacles: Union[Object, Iterable[Object]] = (),
        max_attempts: int = 100,
    ) -> List[Object]:
        """Gives different objects places at random, none closer than `gap` to another.

        In a domain, or `on` an object with its lowest point, so far `above` it (metres, or lowest
        and highest); with both, over the domain's area. `rotation`: they `keep` theirs, stand
        `upright`, or are turned in all ways (`uniform`). They keep away from `obstacles` too. What
        hangs on an object goes along. Those that found a place; the others stay where they are,
        with a UserWarning. Places come from the stream `place`. ValueError for what has no faces.
        """
        wanted = several(objects, "objects", of=self)
        rules = placing.Placing(domain, on, above, gap, rotation, obstacles, max_attempts)
        return placing.place(wanted, rules, self.rng("place"))

    def point_of_interest(
        self, objects: Optional[Union[Object, Iterable[Object]]] = None
    ) -> Float3:
        """Where to look: the middle of that object whose middle is nearest to the mean of all.

        Of the objects given, else of all of the scene. ValueError when none has a surface.
        """
        chosen = self.generated_objects if objects is None else objects
        return placing.point_of_interest(several(chosen, "objects", of=self))

    def _scatter_rng(self, seed: Optional[int]) -> Random:
        """Numbers for the next run; text seeds go through SHA-512: the same on every host."""
        if seed is not None:
            return Random(whole(seed, "seed", of=self))
        run = len(self.custom_meta.get("scatter_runs", ()))
        return Random(f"{self.seed}/scatter/{run}")

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
                "seed": self.seed if seed is None else seed,
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
