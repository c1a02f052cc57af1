# SPDX-License-Identifier: MIT
"""The scene API's older dialect: the same things under the names that scripts of rv 0.2 call.

Everything here is done by today's methods. Scripts of both dialects share all other methods, so
angles are in degrees there (`SunLight.set_angle`, `SpotLight.set_spot_size`, `rotation_z` of the
worlds), although rv 0.2 took radians: a method cannot know which dialect calls it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from random import Random
from typing import TYPE_CHECKING, Any, List, Literal, Optional, Union

from ..plain.types import PairLike
from ..plain.values import choice, refuse
from ..scenes import scatter
from ..scenes.domain import Domain
from ..scenes.objects import Object, ObjectLoader, loaders_of
from ..scenes.scatter import ScatterSource
from ..scenes.scene import Scene

if TYPE_CHECKING:
    from typing import Self

    from ..scenes.assets import AssetFactory
    from ..scenes.camera import Camera
    from ..scenes.factories import LightFactory, MaterialFactory, ObjectFactory
    from ..scenes.lights import AreaLight, PointLight, SpotLight, SunLight
    from ..scenes.materials import BasicMaterial, ImportedMaterial
    from ..scenes.worlds import World

_METHODS = {"sphere": "fast", "bvh": "exact"}


def _arguments(function: Callable[..., Any]) -> int:
    """How many positional arguments it can be called with."""
    kinds = inspect.signature(function).parameters.values()
    if any(p.kind is p.VAR_POSITIONAL for p in kinds):
        return 2
    return sum(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in kinds)


class ParametricSource:
    """Copies of an object that differ: the sampler draws parameters, the applier sets them.

    `sampler(rng)` or `sampler(rng, number)` gets a `random.Random` and the copy's number from 0 on;
    what it returns goes to `applier(obj, parameters)`. TypeError unless `source` is an Object or
    ObjectLoader.
    """

    def __init__(self, source: Union[Object, ObjectLoader]) -> None:
        self.loader: ObjectLoader = loaders_of(source)[0]
        """Makes the copies."""
        self._sampler: Optional[Callable[..., Any]] = None
        self._applier: Optional[Callable[..., Any]] = None

    def set_sampler(self, sampler: Callable[..., Any]) -> Self:
        """What draws the parameters of a copy. TypeError when it cannot be called."""
        if not callable(sampler):
            refuse(TypeError, "sampler", "callable", sampler)
        self._sampler = sampler
        return self

    def set_applier(self, applier: Callable[..., Any]) -> Self:
        """What gives a copy its parameters. TypeError when it cannot be called."""
        if not callable(applier):
            refuse(TypeError, "applier", "callable", applier)
        self._applier = applier
        return self

    def _make(self, rng: Random, number: int, linked_data: bool) -> List[Object]:
        """A copy with parameters of its own, and its children, not registered yet."""
        made = self.loader._copies(None, False, linked_data)
        parameters = None
        if self._sampler is not None:
            parameters = self._sampler(*(rng, number)[: _arguments(self._sampler)])
        if self._applier is not None:
            self._applier(made[0], parameters)
        return made


class OlderDialect:
    """Methods that every `Scene` has besides its own, as rv 0.2 named them.

    What each stands for is in its description.

    Angles are in degrees here too, and in all methods that both dialects share.
    """

    objects: ObjectFactory
    lights: LightFactory
    materials: MaterialFactory
    assets: AssetFactory
    camera: Camera
    world: World

    def create_empty(self, name: str = "Empty") -> Object:
        """`self.objects.empty`."""
        return self.objects.empty(name)

    def create_sphere(
        self,
        name: str = "Sphere",
        radius: float = 1.0,
        segments: int = 32,
        ring_count: int = 16,
    ) -> Object:
        """`self.objects.sphere`."""
        return self.objects.sphere(name, radius, segments, ring_count)

    def create_cube(self, name: str = "Cube", size: float = 2.0) -> Object:
        """`self.objects.cube`."""
        return self.objects.cube(name, size)

    def create_plane(self, name: str = "Plane", size: float = 2.0) -> Object:
        """`self.objects.plane`."""
        return self.objects.plane(name, size)

    def create_point_light(self, name: str = "Point", power: float = 1000.0) -> PointLight:
        """`self.lights.point`."""
        return self.lights.point(name, power)

    def create_sun_light(self, name: str = "Sun", power: float = 1.0) -> SunLight:
        """`self.lights.sun`."""
        return self.lights.sun(name, power)

    def create_area_light(self, name: str = "Area", power: float = 100.0) -> AreaLight:
        """`self.lights.area`."""
        return self.lights.area(name, power)

    def create_spot_light(self, name: str = "Spot", power: float = 1000.0) -> SpotLight:
        """`self.lights.spot`."""
        return self.lights.spot(name, power)

    def get_camera(self) -> Camera:
        """`self.camera`."""
        return self.camera

    def get_world(self) -> World:
        """`self.world`."""
        return self.world

    def set_world(self, world: World) -> Self:
        """`self.world = world`."""
        self.world = world
        return self

    def load_object(self, blendfile: str, import_name: Optional[str] = None) -> ObjectLoader:
        """`self.assets.object`."""
        return self.assets.object(blendfile, import_name)

    def load_objects(
        self, blendfile: str, import_names: Optional[Sequence[str]] = None
    ) -> List[ObjectLoader]:
        """`self.assets.objects`."""
        return self.assets.objects(blendfile, import_names)

    def create_material(self, name: str = "Material") -> BasicMaterial:
        """`self.materials.basic`."""
        return self.materials.basic(name)

    def import_material(
        self, blendfile: str, material_name: Optional[str] = None
    ) -> ImportedMaterial:
        """`self.materials.imported`."""
        return self.materials.imported(blendfile, material_name)

    def scatter_by_sphere(
        self,
        source: ScatterSource,
        count: int,
        domain: Domain,
        min_gap: float = 0.0,
        yaw_range: PairLike = (0.0, 360.0),
        rotation_mode: Literal["yaw", "free"] = "yaw",
        scale_range: PairLike = (1.0, 1.0),
        max_attempts_per_object: int = 100,
        boundary_mode: Literal["center_margin"] = "center_margin",
        boundary_margin: float = 0.0,
        seed: Optional[int] = None,
        linked_data: bool = True,
    ) -> List[Object]:
        """`self.scatter` with the method `fast`.

        gap = min_gap, yaw = yaw_range (degrees), rotation = rotation_mode, scale = scale_range,
        margin = boundary_margin, unique_data = not linked_data. ValueError for a `boundary_mode`
        other than center_margin.
        """
        arguments = {key: value for key, value in locals().items() if key != "self"}
        return _scatter(self, "sphere", **arguments)

    def scatter_by_bvh(
        self,
        source: ScatterSource,
        count: int,
        domain: Domain,
        min_gap: float = 0.0,
        yaw_range: PairLike = (0.0, 360.0),
        rotation_mode: Literal["yaw", "free"] = "yaw",
        scale_range: PairLike = (1.0, 1.0),
        max_attempts_per_object: int = 100,
        boundary_mode: Literal["center_margin"] = "center_margin",
        boundary_margin: float = 0.0,
        seed: Optional[int] = None,
        linked_data: bool = True,
    ) -> List[Object]:
        """`self.scatter` with the method `exact`; arguments as for `scatter_by_sphere`."""
        arguments = {key: value for key, value in locals().items() if key != "self"}
        return _scatter(self, "bvh", **arguments)

    def scatter_parametric(
        self,
        source: ParametricSource,
        count: int,
        domain: Domain,
        strategy: Literal["sphere", "bvh"] = "sphere",
        min_gap: float = 0.0,
        yaw_range: PairLike = (0.0, 360.0),
        rotation_mode: Literal["yaw", "free"] = "yaw",
        scale_range: PairLike = (1.0, 1.0),
        max_attempts_per_object: int = 100,
        boundary_mode: Literal["center_margin"] = "center_margin",
        boundary_margin: float = 0.0,
        seed: Optional[int] = None,
        linked_data: bool = True,
    ) -> List[Object]:
        """Scatters copies that each have parameters of their own.

        They get them first, and keep their distance as the shapes that they have with them.
        `strategy` is sphere or bvh (ValueError otherwise); the other arguments are those of
        `scatter_by_sphere`. TypeError when `source` is no ParametricSource.
        """
        if not isinstance(source, ParametricSource):
            refuse(TypeError, "source", "an rv.ParametricSource", source)
        arguments = {key: value for key, value in locals().items() if key != "self"}
        return _scatter(self, **arguments)


def _scatter(
    scene: Any,
    strategy: str,
    source: Any,
    count: int,
    domain: Domain,
    min_gap: float,
    yaw_range: PairLike,
    rotation_mode: str,
    scale_range: PairLike,
    max_attempts_per_object: int,
    boundary_mode: str,
    boundary_margin: float,
    seed: Optional[int],
    linked_data: bool,
) -> List[Object]:
    choice(strategy, "strategy", _METHODS)
    choice(boundary_mode, "boundary_mode", ("center_margin",))
    rules = scatter.Rules(
        count=count,
        domain=domain,
        method=_METHODS[strategy],
        gap=min_gap,
        scale=scale_range,
        rotation=rotation_mode,
        yaw=yaw_range,
        margin=boundary_margin,
        max_attempts_per_object=max_attempts_per_object,
    )
    rng = scene._scatter_rng(seed)
    if not isinstance(source, ParametricSource):
        copies = scatter.Copies(loaders_of(source), unique_data=not linked_data)
        return scene._scatter(copies, rules, rng, seed)
    singles = scatter.Singles([source._make(rng, i, linked_data) for i in range(count)])
    try:
        return scene._scatter(singles, rules, rng, seed)
    finally:
        singles.remove_rest()


for _name, _method in vars(OlderDialect).items():
    if not _name.startswith("_"):
        setattr(Scene, _name, _method)
