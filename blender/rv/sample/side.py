# SPDX-License-Identifier: MIT
"""Side renders: further renders of a scene, made right after the picture's of each frame.

They look at what was built for the picture, before anything of it is torn down, and Blender keeps
for them what it has made of the scene (persistent data): one with a single sample costs little. A
request asks for them with `renders`, a record with `blend.renders`: lists of objects; a scene may
have views of its own.

    {"name": "labels", "samples": 1, "pinhole": true, "shutter": false, "bounces": 0}
    {"name": "left", "view": true, "camera": {"matrix_world": [...]}}

`name`, `view` and `image` say what files it has (frames.SideFiles): a view is a picture of its own,
with passes, in the record's list `views`; any other is EXR alone, under its name in the record's
`renders`. Everything else is a row of MEMBERS: how its value is checked, and what it changes in
Blender. What is not given, or null, is as in the picture. A change puts itself back when the render
is done (adjust.Changes), so neither the picture, nor another side render, nor the next frame or
sample is other for it; a test holds every row to that.

    sides = SideRenders(side_request.parse(request.renders, settings.renders), scene, ...)
    sides.begin()                        # tries every change once: what cannot be, is told now
    members = sides.members(frames)      # `renders` and `views`, as far as was noted
    sides.note()                         # at each frame of a sequence, before it is drawn
    sides.draw(directory, names, ...)    # after the picture was drawn

What a member may be is checked when a request is taken apart (side_request.py). What depends on the
scene (indices of objects, cameras, passes that this Blender does not have) is a SceneError of
`begin`. Messages name the render, the member, its value, and what is allowed.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field, replace
from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Tuple,
    Union,
)

import bpy

from ..engine import adjust, alpha, compat, passes, raster
from ..engine.adjust import Changes
from ..engine.owned import is_alive
from ..engine.passes import RenderPass
from ..engine.second_camera import SecondCamera, Sight
from ..plain import fields
from ..plain.errors import RenderError, SceneError
from ..plain.fields import Check
from ..plain.frames import AmodalFiles, LabelFiles, LonePassesFiles, SideFiles
from ..plain.limits import SAMPLES_MAX
from ..scenes.camera import camera_meta
from ..scenes.scene import Scene
from . import labels, render, side_values
from .amodal import Amodal
from .file_scene import WITHOUT_SURFACE
from .instances import Instances
from .settings import ImageFormat
from .spatial import Surveyor

BOUNCES_MAX = 1024  # Blender's


@dataclass(frozen=True)
class SideRender:
    """What was asked for: the files, and the members that change something, checked."""

    name: str
    is_view: bool
    has_image: bool
    wants: Mapping[str, Any]


@dataclass
class _Shot:
    """A side render of the scene that is built; `where` names it in messages."""

    side: SideRender
    files: Union[SideFiles, LabelFiles]
    where: str
    scene: Scene
    instances: Instances
    passes: Set[RenderPass]
    camera: Optional[SecondCamera] = None
    real: Dict[int, bpy.types.Object] = field(default_factory=dict)  # instances, while it is made
    amodal: Optional[Amodal] = None  # it tells what is hidden; None: it is a render
    first: Dict[str, Any] = field(default_factory=dict)  # what `look` found at the first frame
    seen: List[Dict[str, Any]] = field(default_factory=list)  # and at those that were noted

    @property
    def wants(self) -> Mapping[str, Any]:
        return self.side.wants

    @property
    def sees_anew(self) -> bool:
        """Whether its camera is not recorded as that of the record."""
        wants = self.wants
        return self.side.is_view or "camera" in wants or "resolution" in wants

    def draw(self, directory: str, names: Dict[str, str], codec: str, picture: ImageFormat) -> None:
        """Writes its files of the frame, with all changes made. SceneError, RenderError."""
        if self.amodal is not None:
            self.amodal.draw(directory, names["passes"])
        else:
            render.render(directory, names, codec, picture)

    @property
    def camera_type(self) -> str:
        """Blender's, of the camera that it sees by."""
        sight = self.wants.get("camera")
        own: str = bpy.context.scene.camera.data.type
        return own if sight is None or sight.type is None else sight.type

    def look(self) -> Dict[str, Any]:
        """What is recorded of the camera that Blender's scene has now; of a view, with objects."""
        depsgraph = bpy.context.evaluated_depsgraph_get()
        found: Dict[str, Any] = {"camera": camera_meta(bpy.context.scene, depsgraph)}
        if "camera" in self.wants:
            found["camera"]["name"] = self.wants["camera"].name or self.side.name
        if self.side.is_view:
            surveyor = Surveyor(bpy.context.scene, depsgraph)
            alive = [o for o in self.scene.generated_objects if is_alive(o.obj)]
            objects = [(o.index, surveyor.meta(o)) for o in alive]
            found["objects"] = [{"index": i, **meta} for i, meta in objects if any(meta.values())]
            found["objects"] += self.instances.seen_by(surveyor)
        return found


# -- what members change; the value is checked already


def _resize(changes: Changes, shot: _Shot, size: Tuple[int, int]) -> None:
    settings = bpy.context.scene.render
    changes.set(settings, "resolution_x", size[0])
    changes.set(settings, "resolution_y", size[1])


def _by_cycles(changes: Changes, shot: _Shot, value: bool) -> None:
    if value:
        changes.set(bpy.context.scene.render, "engine", "CYCLES")


def _see_from(changes: Changes, shot: _Shot, sight: Sight) -> None:
    if shot.camera is None:
        shot.camera = SecondCamera(f"side render {shot.side.name}", sight)
    shot.camera.use(changes, bpy.context.scene)


def _make_real(changes: Changes, shot: _Shot, value: str) -> None:
    shot.real = shot.instances.make_real(changes)
    changes.callback(shot.real.clear)


def _show(changes: Changes, shot: _Shot, indices: Sequence[int]) -> None:
    shown = {obj.as_pointer() for obj in _objects(shot, "visible", indices)}
    surfaces = [obj for obj in bpy.data.objects if obj.type not in WITHOUT_SURFACE]
    _remove(changes, shot, [obj for obj in surfaces if obj.as_pointer() not in shown])


def _hide(changes: Changes, shot: _Shot, indices: Sequence[int]) -> None:
    _remove(changes, shot, _objects(shot, "hidden", indices))


def _objects(shot: _Shot, member: str, indices: Sequence[int]) -> List[bpy.types.Object]:
    """Those of these indices, with all instances of them that are objects here."""
    known = {o.index or 0: [o.obj] for o in shot.scene.generated_objects}
    for index, owners in shot.instances.owners().items():
        made = shot.real.get(index)
        known.setdefault(index, []).extend([] if made is None else [made])
        for owner in owners if made is not None else ():
            known[owner].append(made)
    for i, index in enumerate(indices):
        if index not in known:
            there = ", ".join(map(str, sorted(known))) or "none"
            raise SceneError(f"{member}[{i}] is {index}, objects of the scene have: {there}")
    return [obj for index in indices for obj in known[index]]


def _remove(changes: Changes, shot: _Shot, objects: Sequence[bpy.types.Object]) -> None:
    if shot.wants.get("holdout"):
        adjust.hold_out(changes, objects)
    else:
        adjust.send_away(changes, bpy.context.scene, objects)


def _sample(changes: Changes, shot: _Shot, count: int) -> None:
    """Exactly so many for each pixel."""
    if raster.is_used(bpy.context.scene):
        changes.set(*raster.setting_of(bpy.context.scene, count))
        return
    cycles = bpy.context.scene.cycles
    changes.set(cycles, "samples", count)
    changes.set(cycles, "use_adaptive_sampling", False)
    changes.set(cycles, "time_limit", 0.0)
    changes.set(bpy.context.view_layer, "samples", 0)  # its own count would win


def _cycles(name: str) -> Apply:
    """Sets a property of Cycles to the value."""
    return lambda changes, shot, value: changes.set(bpy.context.scene.cycles, name, value)


def _enable(changes: Changes, shot: _Shot, wanted: Set[RenderPass]) -> None:
    layer = bpy.context.view_layer
    before = passes.enabled(layer)
    changes.callback(passes.enable, layer, before)
    passes.enable(layer, wanted | (before & passes.CRYPTO))  # without, Blender would start anew


def _pinhole(changes: Changes, shot: _Shot, value: bool) -> None:
    if value:
        changes.set(bpy.context.scene.camera.data.dof, "use_dof", False)


def _shutter(changes: Changes, shot: _Shot, value: bool) -> None:
    if not value:
        changes.set(bpy.context.scene.render, "use_motion_blur", False)


def _world(changes: Changes, shot: _Shot, value: bool) -> None:
    if not value:
        changes.callback(adjust.forget_render, bpy.context.scene)
        changes.set(bpy.context.scene, "world", None)


def _denoise(changes: Changes, shot: _Shot, value: bool) -> None:
    scene = bpy.context.scene
    if value and not compat.has_denoiser(scene):
        raise SceneError("denoise is true, but this build of Blender has no denoiser")
    changes.set(scene.cycles, "use_denoising", value)


def _alpha(changes: Changes, shot: _Shot, value: float) -> None:
    changes.set(bpy.context.view_layer, "pass_alpha_threshold", value)
    alpha.sharpen(changes, value)


def _nothing(changes: Changes, shot: _Shot, value: Any) -> None:
    """Of a member that another one looks at."""


# -- all of them

Apply = Callable[[Changes, _Shot, Any], None]


class Member(NamedTuple):
    """How a value is checked, and what it changes. `check` is None: no request may have it."""

    check: Optional[Check]
    apply: Apply = _nothing


MEMBERS: Dict[str, Member] = {  # in the order in which they are applied
    "by_cycles": Member(None, _by_cycles),
    "resolution": Member(fields.resolution, _resize),
    "camera": Member(side_values.camera, _see_from),
    "instances": Member(fields.choice("real"), _make_real),
    "visible": Member(side_values.indices, _show),
    "hidden": Member(side_values.indices, _hide),
    "holdout": Member(fields.flag),
    "samples": Member(fields.whole(1, SAMPLES_MAX), _sample),
    "seed": Member(fields.whole(0, 2**31 - 1), _cycles("seed")),
    "passes": Member(side_values.wanted_passes, _enable),
    "pinhole": Member(fields.flag, _pinhole),
    "shutter": Member(fields.flag, _shutter),
    "bounces": Member(fields.whole(0, BOUNCES_MAX), _cycles("max_bounces")),
    "transparent_bounces": Member(fields.whole(0, BOUNCES_MAX), _cycles("transparent_max_bounces")),
    "alpha_threshold": Member(fields.real(0.0, 1.0), _alpha),
    "denoise": Member(fields.flag, _denoise),
    "world": Member(fields.flag, _world),
}


# -- the renders


class SideRenders:
    """The side renders of a sample.

    `wanted` are the passes of its picture, `suffix` its name's.
    """

    def __init__(
        self,
        sides: Sequence[SideRender],
        scene: Scene,
        wanted: Set[RenderPass],
        suffix: str,
        instances: Instances,
    ) -> None:
        self._scene = scene
        self._wanted = wanted
        self._instances = instances
        own = render.picture_passes(wanted)
        left_out = passes.ALWAYS - wanted
        self._shots = [
            _Shot(
                side=side if side.is_view else _by_numbers(side),
                files=SideFiles(side.name, side.is_view, suffix if side.has_image else None),
                where=f"renders.{side.name}",
                scene=scene,
                instances=instances,
                passes=side.wants.get("passes", own) - left_out,
            )
            for side in sides
        ]
        self._labels: Dict[Optional[str], _Shot] = {}  # by the view's name; None: the picture's
        self._amodal: Dict[Optional[str], _Shot] = {}  # likewise
        self._is_alone = False  # no pictures are rendered

    @property
    def views(self) -> List[Mapping[str, Any]]:
        """The members of those that are pictures of their own."""
        return [shot.wants for shot in self._shots if shot.side.is_view]

    def take_labels(self, wants: Optional[Mapping[str, Any]], is_alone: bool = False) -> None:
        """Adds what labels come from, a render of each picture that comes right after it, or in its
        place (`is_alone`).

        `wants` is what labels.py wants of them; None: they come from the pictures' own passes.
        """
        self._is_alone = is_alone
        if wants is not None:
            for view, own in self._pictures():
                members = {"passes": self._wanted, **own, **wants}
                left_out = passes.ALWAYS - self._wanted
                members["passes"] = labels.passes_of(members["passes"], is_alone) - left_out
                files = LonePassesFiles(view) if is_alone else LabelFiles(view)
                self._labels[view] = self._shot_of("labels", files, members)

    def take_amodal(self, wants: Mapping[str, Any]) -> None:
        """Adds what tells of each picture what is hidden in it; `wants` as for labels."""
        for view, own in self._pictures():
            index = {passes.RenderPass.OBJECT_INDEX}
            members = {**own, **wants, "passes": index, "world": False}
            shot = self._shot_of("amodal", AmodalFiles(view), members)
            shot.amodal = Amodal(shot.side.name)
            self._amodal[view] = shot

    def _pictures(self) -> Iterator[Tuple[Optional[str], Mapping[str, Any]]]:
        """The picture (None) and each view, with its members."""
        yield None, {}
        yield from ((s.side.name, s.wants) for s in self._shots if s.side.is_view)

    def _shot_of(self, what: str, files: LabelFiles, wants: Dict[str, Any]) -> _Shot:
        view = files.view
        return _Shot(
            side=SideRender(what if view is None else f"{what} of {view}", False, False, wants),
            files=files,
            where=what if view is None else f"renders.{view}: {what}",
            scene=self._scene,
            instances=self._instances,
            passes=wants["passes"],
        )

    @property
    def _all(self) -> List[_Shot]:
        """In the order in which they are made."""
        return [*self._labels.values(), *self._shots, *self._amodal.values()]

    @property
    def _drawn(self) -> List[_Shot]:
        """All but the pictures, where there are to be none."""
        return [shot for shot in self._all if not (self._is_alone and shot.side.is_view)]

    @property
    def files(self) -> Tuple[Union[SideFiles, LabelFiles], ...]:
        """The files of each that is rendered."""
        return tuple(shot.files for shot in self._drawn)

    def begin(self) -> None:
        """Prepares Blender, and tries every change at the first frame.

        SceneError when one cannot be made.
        """
        if self._all:
            bpy.context.scene.render.use_persistent_data = True
        for shot in self._all:
            with _telling(shot), Changes() as changes:
                _apply(changes, shot, MEMBERS)
                written = render.picture_passes(shot.passes)
                if written != shot.passes and not shot.side.is_view:
                    raise SceneError("its pass Vector is all zeros with motion blur: set shutter")
                shot.passes = written
                shot.first = shot.look() if shot.sees_anew else {}

    def note(self) -> None:
        """Takes down what is recorded of the frame that Blender stands at."""
        for shot in self._shots:
            if shot.sees_anew:
                with _telling(shot), Changes() as changes:
                    _apply(changes, shot, ("resolution", "camera"))
                    shot.seen.append(shot.look())

    def label_files(self, view: Optional[str], frames: Optional[Sequence[int]]) -> Dict[str, Any]:
        """Those of a view, or the picture (None), that its labels come from; none without."""
        shots = (made[view] for made in (self._labels, self._amodal) if view in made)
        return {role: name for shot in shots for role, name in shot.files.of_all(frames).items()}

    def channels(
        self, view: Optional[str], own: Set[RenderPass], camera_type: str
    ) -> Dict[str, Any]:
        """The members that say which channels a view, or the picture (None), and its labels have;
        `own` are the passes that it has besides those of its labels, seen by a camera of that
        type."""
        found, shot = self._channels(own, camera_type), self._labels.get(view)
        if shot is None:
            return {"channels": found}
        apart = self._channels(shot.passes, shot.camera_type)
        if self._is_alone:
            return {"channels": apart}
        rest = {role: found[role] for role in found if role not in apart}
        return {"channels": rest, "label_channels": apart}

    def _channels(self, of: Set[RenderPass], camera_type: str) -> Dict[str, passes.Channels]:
        layer, semantic = bpy.context.view_layer, self._scene.semantic_channels
        return passes.channels(layer, of, semantic, camera_type)

    def members(self, frames: Optional[Sequence[int]]) -> Dict[str, Any]:
        """The record's `renders` and `views`, where there are any."""
        members: Dict[str, Any] = {}
        for shot in self._shots:
            entry = self._entry(shot, frames)
            if shot.side.is_view:
                members.setdefault("views", []).append({"name": shot.side.name, **entry})
            else:
                members.setdefault("renders", {})[shot.side.name] = entry
        return members

    def _entry(self, shot: _Shot, frames: Optional[Sequence[int]]) -> Dict[str, Any]:
        entry: Dict[str, Any] = {}
        if "resolution" in shot.wants:
            entry["resolution"] = list(shot.wants["resolution"])
        if shot.first:
            entry["camera"] = shot.first["camera"]
        view = shot.side.name if shot.side.is_view else ""
        own = shot.files.of_all(frames) if shot in self._drawn else {}
        entry["files"] = {**own, **self.label_files(view, frames)}
        entry.update(self.channels(view, shot.passes, shot.camera_type))
        if frames is None and "objects" in shot.first:
            entry["objects"] = shot.first["objects"]
        moves = shot.side.is_view or any(seen != shot.first for seen in shot.seen)
        if frames is not None and moves:
            entry["frames"] = [
                {"frame": frame, **_changed(seen, shot.first)}
                for frame, seen in zip(frames, shot.seen)
            ]
        return entry

    def draw(
        self, directory: str, names: Mapping[str, str], codec: str, picture: ImageFormat
    ) -> None:
        """Renders the frame that was rendered last. RenderError when Blender cannot."""
        of_picture = before = render.kind()
        for shot in self._drawn:
            own = shot.files.taken(names)
            for name in own.values():
                os.makedirs(os.path.dirname(os.path.join(directory, name)), exist_ok=True)
            with _telling(shot), Changes() as changes:
                _apply(changes, shot, MEMBERS)
                self._follow(before, render.kind())
                before = render.kind()
                shot.draw(directory, own, codec, picture)
        self._follow(before, of_picture)

    def _follow(self, before: render.Kind, kind: render.Kind) -> None:
        """Makes Blender start anew where what it has kept would be wrong."""
        if not kind.may_follow(before):
            adjust.forget_render(bpy.context.scene)


def _by_numbers(side: SideRender) -> SideRender:
    """One that is no view is there for its passes, which Cycles alone has."""
    return replace(side, wants={**side.wants, "by_cycles": True})


def _changed(seen: Dict[str, Any], first: Dict[str, Any]) -> Dict[str, Any]:
    """What a frame has of its own: all objects, and the camera where it has moved."""
    return {key: seen[key] for key in seen if key == "objects" or seen[key] != first[key]}


@contextlib.contextmanager
def _telling(shot: _Shot) -> Iterator[None]:
    """Names the render in what is raised."""
    try:
        yield
    except RenderError as error:
        raise RenderError(f"{shot.where}: {error}") from None
    except (SceneError, RuntimeError, ValueError) as error:
        raise SceneError(f"{shot.where}: {error}") from None


def _apply(changes: Changes, shot: _Shot, names: Iterable[str]) -> None:
    """Makes the changes of these members, in the order of MEMBERS."""
    for name in names:
        if name in shot.wants:
            MEMBERS[name].apply(changes, shot, shot.wants[name])
