# SPDX-License-Identifier: MIT
"""Objects of a scene: what a script moves, turns, paints, tags and copies.

Angles are in degrees unless a method says radians; lengths are in metres; the world's Z axis points
up.
"""

from __future__ import annotations

import math
from typing import (
    TYPE_CHECKING,
    Any,
    Dict,
    List,
    Mapping,
    Optional,
    Sequence,
    Set,
    Tuple,
    Union,
)

import bpy
from mathutils import Euler, Matrix, Quaternion, Vector

from ..engine import compat, measure
from ..engine.inputs import converted, find_input
from ..engine.measure import ObjectStats
from ..plain.errors import SceneError
from ..plain.exported import restore
from ..plain.meta import f32_list, f32_rows, plain
from ..plain.tags import Tagged
from ..plain.types import Float3
from ..plain.values import checked_keypoints, is_number, vector
from . import physics
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


class Object(Tagged, Animated):
    """A Blender object (`obj`) that belongs to `scene`.

    A registered object has an `index` from 1 on, unique in the scene, which is its value in the
    index map. An object that is not registered counts as background.
    """

    def __init__(
        self, obj: bpy.types.Object, scene: SceneLike, register_object: bool = True
    ) -> None:
        self.obj = obj
        """Blender's object, of type `bpy.types.Object`."""
        self.scene = scene
        """The scene that it belongs to."""
        self.tags: Set[str] = set()
        self.properties: Dict[str, Any] = {}
        """What `set_property` set, by key."""
        self.modifier_parameters: List[Dict[str, Any]] = []
        """What `set_modifier_input` set: `modifier_name`, `parameter_name`, `value`."""
        self.custom_meta: Dict[str, Any] = {}
        self.keypoints: Dict[str, Float3] = {}
        """What `set_keypoints` set: name to (x, y, z) in its own axes."""
        self.index: Optional[int] = None
        """Its value in the index map, from 1 on; None when it is not registered."""
        self._restore()
        self._adopt()
        if register_object:
            self._register()

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
    ) -> Object:
        """A duplicate; with `linked_data` False it has a mesh (or light, camera) of its own."""
        return self.as_loader().create_instance(name, register_object, linked_data)

    def _copy_state_from(self, other: Object) -> None:
        self.tags = set(other.tags)
        self.properties = dict(other.properties)
        self.modifier_parameters = [dict(entry) for entry in other.modifier_parameters]
        self.custom_meta = dict(other.custom_meta)
        self.keypoints = dict(other.keypoints)

    # -- place

    def set_location(self, location: Union[Vector, Sequence[float]]) -> Self:
        """Moves it to (x, y, z). TypeError when that is not three numbers."""
        self.obj.location = vector(location, "location")
        return self

    def get_location(self) -> Float3:
        """(x, y, z), relative to the parent where there is one."""
        x, y, z = self.obj.location
        return x, y, z

    def move(self, dx: float = 0, dy: float = 0, dz: float = 0) -> Self:
        """Moves it by an offset."""
        self.obj.location += Vector((dx, dy, dz))
        return self

    def set_rotation(self, rotation: Union[Euler, Quaternion]) -> Self:
        """Turns it to an Euler (radians) or Quaternion. TypeError for anything else."""
        if isinstance(rotation, Euler):
            rotation = rotation.to_quaternion()
        if not isinstance(rotation, Quaternion):
            raise TypeError(f"rotation must be a mathutils.Euler or Quaternion, not {rotation!r}")
        self.obj.rotation_quaternion = rotation
        return self

    def set_scale(self, scale: Union[float, Vector, Sequence[float]]) -> Self:
        """Scales it: one number, or one per axis. TypeError for anything else."""
        if is_number(scale):
            self.obj.scale = (float(scale),) * 3
        elif isinstance(scale, (Vector, list, tuple)):
            self.obj.scale = vector(scale, "scale")
        else:
            raise TypeError(f"scale must be a number or 3 numbers, not {scale!r}")
        return self

    def point_at(self, rv_obj: Object, angle: float = 0.0) -> Self:
        """Aims its -Z axis at another object's origin, +Y up, then rolls it `angle` degrees.

        ValueError when both are in the same place.
        """
        bpy.context.view_layer.update()
        depsgraph = bpy.context.evaluated_depsgraph_get()
        target = rv_obj.obj.evaluated_get(depsgraph).matrix_world.translation
        aim = target - self.obj.matrix_world.translation
        if aim.length == 0.0:
            raise ValueError(f"{self.obj.name} cannot point at {rv_obj.obj.name}: same place")
        rotation = Quaternion(aim.normalized(), math.radians(angle)) @ aim.to_track_quat("-Z", "Y")
        if self.obj.parent is not None:
            frame = self.obj.parent.matrix_world @ self.obj.matrix_parent_inverse
            rotation = frame.to_quaternion().inverted() @ rotation
        self.obj.rotation_quaternion = rotation
        return self

    def rotate_around_axis(self, axis: Union[Vector, Sequence[float]], angle: float) -> Self:
        """Turns it `angle` degrees about a world axis through its own origin."""
        turn = Quaternion(Vector(vector(axis, "axis")), math.radians(angle))
        self.obj.rotation_quaternion = turn @ self.obj.rotation_quaternion
        return self

    # -- properties and modifiers

    def set_property(self, key: str, value: Any) -> Self:
        """Sets a custom property, which a material reads by an Attribute node of type Object."""
        self.obj[key] = value
        self.obj.update_tag()
        self.properties[key] = value
        return self

    def set_keypoints(self, keypoints: Mapping[str, Sequence[float]]) -> Self:
        """Names points of it, in the place of those it had: name to (x, y, z).

        In its own axes and before its scale, in metres. They move with it and are copied with it;
        the record tells for each where it is in the world and in the picture. TypeError unless it
        maps texts to three numbers, ValueError for an empty name and numbers that are not finite.
        """
        self.keypoints = checked_keypoints(keypoints)
        return self

    def set_modifier_input(
        self, input_name: str, value: Any, modifier_name: Optional[str] = None
    ) -> Self:
        """Sets an input of a geometry nodes modifier.

        Upper and lower case, spaces and `_` of the name do not count.
        ValueError when no, or more than one, modifier or input fits, TypeError when the value is
        none for it.
        """
        modifier, socket = find_input(self.obj, input_name, modifier_name)
        compat.set_modifier_input(modifier, socket.identifier, converted(socket, value))
        self.obj.update_tag()
        shown = value.name if isinstance(value, bpy.types.ID) else value
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
            raise TypeError(f"{self.obj.name} is a {self.obj.type} and has no materials")
        return slots

    def set_material(self, material: Resolvable, slot: int = 0) -> Self:
        """Puts a material into a slot. TypeError without geometry, ValueError when `slot` < 0."""
        slots = self._material_slots()
        if slot < 0:
            raise ValueError(f"slot must be >= 0, not {slot}")
        while len(slots) <= slot:
            slots.append(None)
        slots[slot] = material.resolve(self.scene)
        return self

    def add_material(self, material: Resolvable) -> Self:
        """Appends a slot with a material. TypeError without geometry."""
        self._material_slots().append(material.resolve(self.scene))
        return self

    def clear_materials(self) -> Self:
        """Removes all slots. TypeError without geometry."""
        self._material_slots().clear()
        return self

    # -- look

    def set_shading(self, shading: str) -> Self:
        """`flat`, `smooth`, or `auto` (edges above 30 degrees stay sharp). ValueError otherwise."""
        if shading not in ("flat", "smooth", "auto"):
            raise ValueError(f"shading must be flat, smooth or auto, not {shading!r}")
        if self.obj.type == "MESH":
            compat.set_shading(self.obj, shading)
        return self

    def hide(self, view: str = "wireframe") -> Self:
        """Keeps it out of the render; the viewport shows a `wireframe`, or nothing (`none`)."""
        self.obj.hide_render = True
        for name in RAY_VISIBILITY:
            setattr(self.obj, name, False)
        if view == "wireframe":
            self.obj.display_type = "WIRE"
        elif view == "none":
            self.obj.hide_viewport = True
        else:
            raise ValueError(f"view must be wireframe or none, not {view!r}")
        return self

    def show_debug_axes(self, show: bool = True) -> Self:
        """Shows its axes in the viewport."""
        self.obj.show_axis = show
        return self

    def show_debug_name(self, show: bool) -> Self:
        """Shows its name in the viewport."""
        self.obj.show_name = show
        return self

    # -- measures

    def get_dimensions(self, space: str = "world") -> Float3:
        """Size along its own axes, with its scale (`world`) or without (`local`)."""
        return measure.dimensions(self.obj, space)

    def get_bounds(self, space: str = "world") -> Dict[str, Float3]:
        """`min`, `max`, `center`, `size` of the box around the evaluated mesh, along the axes."""
        return measure.bounds(self.obj, space)

    def inspect(self, applied_scale: bool = True) -> ObjectStats:
        """Its measures, which are recorded in the scene's custom metadata too."""
        return inspected(self.scene, measure.stats(self.obj, applied_scale))

    # -- physics

    def add_rigidbody(
        self,
        mode: str = "hull",
        mesh_source: str = "FINAL",
        body_type: str = "ACTIVE",
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
    ) -> Self:
        """Makes it a rigid body for `rv.simulate_physics`, or changes the one that it is.

        `mode`: its shape, one of box, sphere, hull, mesh, capsule, cylinder, cone. `mesh_source`:
        BASE, DEFORM or FINAL (with all modifiers). `body_type`: ACTIVE ones move, PASSIVE ones are
        moved into; a fast body can fall through one without thickness. `mass` in kilograms;
        `collision_margin` in metres, 1 % of the smallest dimension when None. Velocities below
        which it comes to rest: metres and radians per second. What is None else stays as it is.
        TypeError for what is no mesh, ValueError for other words or numbers below 0.
        """
        values = {key: value for key, value in locals().items() if key != "self"}
        physics.add_rigidbody(self.obj, **values)
        return self

    def remove_rigidbody(self, keep_transform: bool = True) -> Self:
        """Makes it an ordinary object again.

        It stays where the simulation has put it, or goes back (`keep_transform` False). Others stay
        where they are on this frame.
        """
        physics.remove_rigidbody(self.obj, keep_transform)
        return self

    # -- record

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
            "visible": not self.obj.hide_render,
            **pose_meta(matrix, f"object {self.obj.name!r}"),
        }

    def _get_meta(self, depsgraph: Any = None) -> Dict[str, Any]:
        evaluated = self.obj.evaluated_get(depsgraph or bpy.context.evaluated_depsgraph_get())
        where = f"object {self.obj.name!r}"
        return {
            "index": self.index,
            "name": self.obj.name,
            "type": self.obj.type,
            "tags": plain(self.tags, f"{where}: tags"),
            "visible": not self.obj.hide_render,
            "properties": plain(self.properties, f"{where}: property"),
            **pose_meta(evaluated.matrix_world, where),
            "dimensions": f32_list(measure.size(evaluated)),
            "materials": [s.material.name for s in self.obj.material_slots if s.material],
            "modifier_parameters": plain(self.modifier_parameters, f"{where}: modifier", False),
            "custom_meta": plain(self.custom_meta, f"{where}: custom_meta"),
        }


def inspected(scene: SceneLike, stats: ObjectStats) -> ObjectStats:
    """Adds measures to the scene's custom metadata; the measures."""
    scene.custom_meta.setdefault("inspected_objects", []).append(stats.to_dict())
    return stats


def pose_meta(matrix: Matrix, where: str) -> Dict[str, Any]:
    """The members of the record that tell where something is, all from its world matrix.

    SceneError, which names `where`, for a matrix with numbers that are not finite.
    """
    if not all(math.isfinite(value) for row in matrix for value in row):
        raise SceneError(f"{where}: its place is not finite")
    location, rotation, scale = matrix.decompose()
    if rotation.w < 0.0:  # q and -q turn alike
        rotation = -rotation
    return {
        "matrix_world": f32_rows(matrix),
        "location": f32_list(location),
        "rotation": f32_list(rotation.to_euler("XYZ")),
        "rotation_quaternion": f32_list(rotation),
        "scale": f32_list(scale),
    }


class ObjectLoader:
    """Makes copies of an object, which itself need not be in the scene."""

    def __init__(
        self, obj: bpy.types.Object, scene: SceneLike, source_wrapper: Optional[Object] = None
    ) -> None:
        self.obj = obj
        """Blender's object that is copied."""
        self.scene = scene
        """The scene that copies are made in."""
        self.source_wrapper = source_wrapper
        """The Object whose tags, properties and metadata are copied; or None."""

    def set_source(self, source: Object) -> ObjectLoader:
        """Copies `source` from now on.

        TypeError when it is no Object, ValueError when of another scene.
        """
        if not isinstance(source, Object):
            raise TypeError(f"source must be an Object, not {source!r}")
        if source.scene is not self.scene:
            raise ValueError("source belongs to another scene")
        self.obj = source.obj
        self.source_wrapper = source
        return self

    def create_instance(
        self, name: Optional[str] = None, register_object: bool = True, linked_data: bool = True
    ) -> Object:
        """A copy in the scene, with the tags, properties and metadata of the source."""
        obj = self.obj.copy()
        if not linked_data and obj.data is not None:
            obj.data = obj.data.copy()
        if name is not None:
            obj.name = name
        self.scene._stage.link(obj)
        instance = Object(obj, self.scene, register_object)
        if self.source_wrapper is not None:
            instance._copy_state_from(self.source_wrapper)
        return instance
