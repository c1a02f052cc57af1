# SPDX-License-Identifier: MIT
"""Objects of a scene: what a script moves, turns, paints, tags and copies.

Angles are in degrees unless a method says radians; lengths are in metres; the world's Z axis points
up. Values are checked before anything is changed: a call that is refused changes nothing.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import (
    TYPE_CHECKING,
    Any,
    Dict,
    Iterable,
    Iterator,
    List,
    Literal,
    Mapping,
    Optional,
    Set,
    Tuple,
)

import bpy
from mathutils import Matrix

from ..engine import compat, measure, units
from ..engine.inputs import find_input, put
from ..engine.measure import ObjectStats
from ..plain.checked import checked
from ..plain.errors import SceneError
from ..plain.exported import restore
from ..plain.meta import about, f32_list, f32_rows, plain
from ..plain.tags import Tagged
from ..plain.types import Float3, VectorLike
from ..plain.values import (
    checked_keypoints,
    choice,
    flag,
    mapping,
    plain_value,
    refuse,
    text,
    whole,
)
from . import physics
from .placed import Placed
from .stage import Resolvable, SceneLike
from .timed import Animated

if TYPE_CHECKING:
    from typing import Self


RAY_VISIBILITY = (
    "visible_camera",
    "visible_diffuse",
    "visible_glossy",
    "visible_transmission",
    "visible_volume_scatter",
    "visible_shadow",
)
SPACES = ("world", "local")


def _keypoints(value: Any, what: str, *, of: object = None) -> Dict[str, Float3]:
    return checked_keypoints(value, of=of)


class Object(Tagged, Placed, Animated):
    """A Blender object (`obj`) that belongs to `scene`.

    A registered object has an `index` from 1 on, unique in the scene, which is its value in the
    index map. An object that is not registered counts as background.
    """

    properties: Dict[str, Any] = checked(mapping, dict)
    """What `set_property` set, by key."""
    keypoints: Dict[str, Float3] = checked(_keypoints, dict)
    """What `set_keypoints` set: name to (x, y, z) in its own axes."""

    def __init__(
        self, obj: bpy.types.Object, scene: SceneLike, register_object: bool = True
    ) -> None:
        if not isinstance(obj, bpy.types.Object):
            refuse(TypeError, "obj", "an object of Blender (bpy.types.Object)", obj)
        self.obj = obj
        """Blender's object, of type `bpy.types.Object`."""
        self.scene = scene
        """The scene that it belongs to."""
        self.modifier_parameters: List[Dict[str, Any]] = []
        """What `set_modifier_input` set: `modifier_name`, `parameter_name`, `value`."""
        self.index: Optional[int] = None
        """Its value in the index map, from 1 on; None when it is not registered."""
        self._restore()
        self._adopt()
        if register_object:
            self._register()

    def __repr__(self) -> str:
        try:
            return f"rv.{type(self).__name__} {self.obj.name!r}"
        except ReferenceError:
            return f"rv.{type(self).__name__} (removed)"

    def _adopt(self) -> None:
        """Makes Blender's object one of the scene's."""
        self.obj.rotation_mode = "QUATERNION"
        self.obj.pass_index = 0

    def _register(self) -> None:
        self.scene._stage.register_object(self, self.obj)

    def _restore(self) -> None:
        """Takes over what an exported object says about itself."""
        found = restore(self.obj)
        self.tags.update(found.get("tags", ()))
        self.properties.update(found.get("properties", {}))
        self.modifier_parameters.extend(found.get("modifier_parameters", ()))
        self.custom_meta.update(found.get("custom_meta", {}))

    # -- copies

    def as_loader(self) -> ObjectLoader:
        """A loader of copies of this object, with its tags, properties and metadata."""
        return ObjectLoader(self.obj, self.scene, source_wrapper=self)

    def copy(
        self, name: Optional[str] = None, linked_data: bool = True, register_object: bool = True
    ) -> Self:
        """A duplicate, with copies of its children; of a light or camera another one.

        With `linked_data` False it has a mesh (or light, camera) of its own.
        """
        made: Any = self.as_loader().create_instance(name, register_object, linked_data)
        return made

    def _copy_state_from(self, other: Object) -> None:
        self.tags = other.tags
        self.properties = dict(other.properties)
        self.modifier_parameters = [dict(entry) for entry in other.modifier_parameters]
        self.custom_meta = dict(other.custom_meta)
        self.keypoints = other.keypoints

    # -- properties and modifiers

    def set_property(self, key: str, value: Any) -> Self:
        """Sets a custom property, which a material reads by an Attribute node of type Object.

        TypeError for a value that Blender does not take, ValueError for a number that is not
        finite.
        """
        name = text(key, "the name of a property", of=self)
        self._put_property(name, plain_value(value, f"property {name!r}", of=self), value)
        self.obj.update_tag()
        return self

    def _put_property(self, name: str, value: Any, given: Any) -> None:
        try:
            self.obj[name] = value
        except (TypeError, OverflowError):
            wanted = "a number, a text, a list of them, or a data-block of Blender"
            refuse(TypeError, f"property {name!r}", wanted, given, self)
        self.properties[name] = value

    def set_keypoints(self, keypoints: Mapping[str, VectorLike]) -> Self:
        """Names points of it, in the place of those it had: name to (x, y, z).

        In its own axes and before its scale, in metres. They move with it and are copied with it;
        the record tells for each where it is in the world and in the picture. TypeError unless it
        maps texts to three numbers, ValueError for an empty name and numbers that are not finite.
        """
        self.keypoints = keypoints  # type: ignore[assignment]
        return self

    def set_modifier_input(
        self, input_name: str, value: Any, modifier_name: Optional[str] = None
    ) -> Self:
        """Sets an input of a geometry nodes modifier, or a setting of any other: a Bevel's `width`,
        an Array's `count`, by its name in Blender or its label there.

        Upper and lower case, spaces and `_` of the name do not count. The value is one that Blender
        takes (angles in radians), an object for an object. Without `modifier_name`, an input of
        geometry nodes comes before other modifiers' settings of that name.
        ValueError when no, or more than one, modifier or input fits, or the value is out of range,
        TypeError when it is none for it.
        """
        modifier, found = find_input(self.obj, text(input_name, "input_name"), modifier_name)
        given = put(modifier, found, value.obj if isinstance(value, Object) else value)
        self.obj.update_tag()
        shown = plain_value(sorted(given) if isinstance(given, set) else given, input_name)
        entry = {"modifier_name": modifier.name, "parameter_name": input_name, "value": shown}
        for old in self.modifier_parameters:
            if old["modifier_name"] == modifier.name and old["parameter_name"] == input_name:
                old.update(entry)
                return self
        self.modifier_parameters.append(entry)
        return self

    # -- materials

    def _material_slots(self) -> Any:
        slots = getattr(self.obj.data, "materials", None)
        if slots is None:
            raise TypeError(f"{self!r} is a {self.obj.type} and has no materials")
        return slots

    def _made(self, material: Any) -> bpy.types.Material:
        if not callable(getattr(material, "resolve", None)):
            refuse(TypeError, "material", "an rv.Material", material, self)
        made: bpy.types.Material = material.resolve(self.scene)
        return made

    def set_material(self, material: Resolvable, slot: int = 0) -> Self:
        """Puts a material into a slot. TypeError without geometry, ValueError when `slot` < 0."""
        slots, place = self._material_slots(), whole(slot, "slot", 0, of=self)
        made = self._made(material)
        while len(slots) <= place:
            slots.append(None)
        slots[place] = made
        return self

    def add_material(self, material: Resolvable) -> Self:
        """Appends a slot with a material. TypeError without geometry."""
        self._material_slots().append(self._made(material))
        return self

    def clear_materials(self) -> Self:
        """Removes all slots. TypeError without geometry."""
        self._material_slots().clear()
        return self

    # -- look

    def set_shading(self, shading: Literal["flat", "smooth", "auto"]) -> Self:
        """`flat`, `smooth`, or `auto` (edges above 30 degrees stay sharp). ValueError otherwise."""
        choice(shading, "shading", ("flat", "smooth", "auto"), of=self)
        if self.obj.type == "MESH":
            compat.set_shading(self.obj, shading)
        return self

    def hide(self, view: Literal["wireframe", "none"] = "wireframe") -> Self:
        """Keeps it out of the render; the viewport shows a `wireframe`, or nothing (`none`)."""
        choice(view, "view", ("wireframe", "none"), of=self)
        self.obj.hide_render = True
        for name in RAY_VISIBILITY:
            setattr(self.obj, name, False)
        if view == "wireframe":
            self.obj.display_type = "WIRE"
        else:
            self.obj.hide_viewport = True
        return self

    def show_debug_axes(self, show: bool = True) -> Self:
        """Shows its axes in the viewport."""
        self.obj.show_axis = flag(show, "show", of=self)
        return self

    def show_debug_name(self, show: bool) -> Self:
        """Shows its name in the viewport."""
        self.obj.show_name = flag(show, "show", of=self)
        return self

    # -- measures

    def get_dimensions(self, space: Literal["world", "local"] = "world") -> Float3:
        """Size along its own axes, with its scale (`world`) or without (`local`)."""
        return measure.dimensions(self.obj, choice(space, "space", SPACES, of=self))

    def get_bounds(self, space: Literal["world", "local"] = "world") -> Dict[str, Float3]:
        """`min`, `max`, `center`, `size` of the box around the mesh, modifiers applied, along the
        axes of the world or its own."""
        return measure.bounds(self.obj, choice(space, "space", SPACES, of=self))

    def inspect(self, applied_scale: bool = True) -> ObjectStats:
        """Its measures, which are recorded in the scene's custom metadata too."""
        return inspected(self.scene, measure.stats(self.obj, flag(applied_scale, "applied_scale")))

    # -- physics

    def add_rigidbody(
        self,
        mode: Literal["box", "sphere", "hull", "mesh", "capsule", "cylinder", "cone"] = "hull",
        mesh_source: Literal["BASE", "DEFORM", "FINAL"] = "FINAL",
        body_type: Literal["ACTIVE", "PASSIVE"] = "ACTIVE",
        mass: float = 1.0,
        friction: float = 0.5,
        restitution: float = 0.0,
        linear_damping: float = 0.04,
        angular_damping: float = 0.1,
        use_margin: bool = True,
        collision_margin: Optional[float] = None,
        use_deactivation: Optional[bool] = None,
        deactivate_linear_velocity: Optional[float] = None,
        deactivate_angular_velocity: Optional[float] = None,
        start_deactivated: Optional[bool] = None,
        velocity: Optional[VectorLike] = None,
        angular_velocity: Optional[VectorLike] = None,
    ) -> Self:
        """Makes it a rigid body for `rv.simulate_physics`, or changes the one that it is.

        `mode`: its shape. `mesh_source`: its mesh without modifiers, with those that deform, or
        with all. `body_type`: ACTIVE ones move, PASSIVE ones are moved into; a fast body can fall
        through one without thickness. `mass` in kilograms; `collision_margin` in metres, 1 % of
        the smallest dimension when None. Velocities below which it comes to rest: metres and
        radians per second. `velocity` and `angular_velocity`: how it moves on the first frame, in
        metres and radians per second along and about the world's axes. What is None else stays as
        it is. TypeError for what is no mesh, ValueError for other words, a mass that is not above
        0, damping that is not in 0 to 1, other numbers below 0, and a PASSIVE body with a velocity.
        """
        values = {key: value for key, value in locals().items() if key != "self"}
        physics.add_rigidbody(self.obj, of=self, **values)
        return self

    def remove_rigidbody(self, keep_transform: bool = True) -> Self:
        """Makes it an ordinary object again.

        It stays where the simulation has put it, or goes back (`keep_transform` False). Others stay
        where they are on this frame.
        """
        physics.remove_rigidbody(self.obj, flag(keep_transform, "keep_transform", of=self))
        return self

    # -- record

    def _is_visible(self) -> bool:
        """Whether the render has it."""
        return not self.obj.hide_render and self.scene._stage.is_shown(self.obj)

    def _state(self, depsgraph: Any) -> Tuple[Any, ...]:
        """What `_frame_meta` is made from, quick to get and compare."""
        evaluated = self.obj.evaluated_get(depsgraph)
        box = tuple(tuple(corner) for corner in evaluated.bound_box)
        return (self.obj.hide_render, box, *(tuple(row) for row in evaluated.matrix_world))

    def _frame_meta(self, depsgraph: Any) -> Dict[str, Any]:
        """What may change from frame to frame."""
        matrix = self.obj.evaluated_get(depsgraph).matrix_world
        return {
            "index": self.index,
            "visible": self._is_visible(),
            **pose_meta(matrix, f"object {self.obj.name!r}"),
        }

    def _get_meta(self, depsgraph: Any = None) -> Dict[str, Any]:
        evaluated = self.obj.evaluated_get(depsgraph or bpy.context.evaluated_depsgraph_get())
        where = f"object {self.obj.name!r}"
        with about(f"{where}: dimensions"):
            dimensions = f32_list(units.metres(measure.size(evaluated)))
        return {
            "index": self.index,
            "name": self.obj.name,
            "type": self.obj.type,
            "tags": sorted(self.tags),
            "visible": self._is_visible(),
            "properties": plain(self.properties, f"{where}: property"),
            **pose_meta(evaluated.matrix_world, where),
            "dimensions": dimensions,
            "materials": [s.material.name for s in self.obj.material_slots if s.material],
            "modifier_parameters": plain(self.modifier_parameters, f"{where}: modifier", False),
            "custom_meta": plain(self.custom_meta, f"{where}: custom_meta"),
        }


def inspected(scene: SceneLike, stats: ObjectStats) -> ObjectStats:
    """Adds measures to the scene's custom metadata; the measures."""
    scene.custom_meta.setdefault("inspected_objects", []).append(stats.to_dict())
    return stats


def pose_meta(matrix: Matrix, where: str) -> Dict[str, Any]:
    """The members of the record that tell where something is, all from its world matrix; metres.

    SceneError, which names `where`, for a matrix with numbers that are not finite.
    """
    if not all(math.isfinite(value) for row in matrix for value in row):
        raise SceneError(f"{where}: its place is not finite")
    location, rotation, scale = matrix.decompose()
    if rotation.w < 0.0:  # q and -q turn alike
        rotation = -rotation
    return {
        "matrix_world": f32_rows(units.placed(matrix)),
        "location": f32_list(units.metres(location)),
        "rotation": f32_list(rotation.to_euler("XYZ")),
        "rotation_quaternion": f32_list(rotation),
        "scale": f32_list(scale),
    }


class ObjectLoader:
    """Makes copies of an object, which itself need not be in the scene, and of its children."""

    def __init__(
        self, obj: bpy.types.Object, scene: SceneLike, source_wrapper: Optional[Object] = None
    ) -> None:
        self.obj = obj
        """Blender's object that is copied."""
        self.scene = scene
        """The scene that copies are made in."""
        self.source_wrapper = source_wrapper
        """The Object whose tags, properties and metadata are copied; or None."""
        self._without: Set[bpy.types.Object] = set()  # children that have loaders of their own
        self._sources: List[Tuple[bpy.types.Object, Optional[Object]]] = []

    def set_source(self, source: Object) -> Self:
        """Copies `source` from now on.

        TypeError when it is no Object, ValueError when of another scene.
        """
        if not isinstance(source, Object):
            refuse(TypeError, "source", "an rv.Object", source)
        if source.scene is not self.scene:
            raise ValueError(f"{source!r} belongs to another scene")
        self.obj = source.obj
        self.source_wrapper = source
        self._sources = []
        return self

    def create_instance(
        self, name: Optional[str] = None, register_object: bool = True, linked_data: bool = True
    ) -> Object:
        """A copy in the scene, with the tags, properties and metadata of the source.

        Copies of the children that the source had at the first copy come with it, and are objects
        of their own.
        """
        if name is not None:
            text(name, "name")
        return self._copies(name, register_object, linked_data)[0]

    @contextmanager
    def probe(self) -> Iterator[Object]:
        """An instance to measure, which goes again with its children."""
        made = self._copies(None, False, True)
        try:
            yield made[0]
        finally:
            bpy.data.batch_remove([rv_obj.obj for rv_obj in made])

    def _copies(
        self, name: Optional[str], register_object: bool, linked_data: bool
    ) -> List[Object]:
        """Copies of the source and its children, the source's first."""
        copies: Dict[bpy.types.Object, bpy.types.Object] = {}
        made: List[Object] = []
        for source, known in self._all_sources():
            obj = source.copy()
            if not linked_data and obj.data is not None:
                obj.data = obj.data.copy()
            if source.parent in copies:
                obj.parent = copies[source.parent]
            if name is not None and not made:
                obj.name = name
            copies[source] = obj
            self.scene._stage.link(obj)
            made.append(self.scene._stage.wrap(obj, self.scene, register_object))
            if known is not None:
                made[-1]._copy_state_from(known)
        return made

    def _all_sources(self) -> List[Tuple[bpy.types.Object, Optional[Object]]]:
        """The source and what hangs on it, with what the scene knows of them."""
        if not self._sources:
            self._sources = [(self.obj, self.source_wrapper)]
            children = measure.family(self.obj, self._without)
            stage = self.scene._stage
            owners = stage.alive((*stage.objects, *stage.lights)) if children else []
            known = {owner.obj: owner for owner in owners}
            self._sources += [(child, known.get(child)) for child in children]
        return self._sources


def several(given: Any, what: str, *, of: object = None) -> List[Object]:
    """One object, or several. TypeError for anything else."""
    found = [given] if isinstance(given, Object) else given
    if isinstance(found, str) or not hasattr(found, "__iter__"):
        refuse(TypeError, what, "an rv.Object or several", given, of)
    listed = list(found)
    if not all(isinstance(item, Object) for item in listed):
        refuse(TypeError, what, "an rv.Object or several", given, of)
    return listed


def loaders_of(source: Any) -> List[ObjectLoader]:
    """One loader per source. TypeError for anything but objects, loaders, or a list of them."""
    items: Iterable[Any] = source if isinstance(source, (list, tuple)) else [source]
    found = list(items)
    if not found or not all(isinstance(item, (Object, ObjectLoader)) for item in found):
        refuse(TypeError, "source", "an rv.Object, an rv.ObjectLoader, or a list of them", source)
    return [item.as_loader() if isinstance(item, Object) else item for item in found]
