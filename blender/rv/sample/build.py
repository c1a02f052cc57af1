# SPDX-License-Identifier: MIT
"""From a request to the scene that will be rendered: run a script or open a .blend file, then do
what command and record ask for besides."""

from __future__ import annotations

import sys
from typing import List

import bpy

from ..clean.addons import Addons
from ..engine import motion, timeline
from ..plain.errors import SceneError
from ..plain.paths import shown_path
from ..scenes.scene import Scene
from . import file_scene, missing, operations, render, script, sequence, viewpoints
from .protocol import Request
from .settings import Settings


def build(request: Request, settings: Settings, addons: Addons, warnings: List[str]) -> Scene:
    """The scene, but for settings of the render and passes. SceneError when it cannot be had,
    UsageError when the command asks for an add-on that is not there."""
    of_command = (*request.settings.addons, *(request.blend or {}).get("addons", ()))
    addons.enable(settings.addons, of_command)
    if is_file(request.scene):
        shown = shown_path(request.scene, request.root)
        warnings += file_scene.open_file(request.scene, shown, bool(settings.autoexec))
        choose_camera(settings)
        settings = viewpoints.with_camera(settings, warnings.append)
        scene = of_file(request, settings, warnings)
    else:
        scene = generate(request, settings)
    if settings.resolution is not None:
        scene.resolution = settings.resolution
    if settings.percentage is not None:
        scene.resolution = file_scene.share(scene.resolution, settings.percentage)
    render.apply_resolution(scene)
    operations.apply(settings, scene, request.root, warnings.append)
    if settings.background is not None:
        put_behind(scene, settings.background)
    apply_world(scene)
    if isinstance(scene, file_scene.FileScene):
        bpy.context.view_layer.update()  # drivers tell
        warnings.extend(missing.warnings(request.root))
        frames = sequence.wanted(settings, scene) or ()
        if len(frames) > 1 and not motion.moves():
            warnings.append(f"nothing moves: the {len(frames)} frames differ in their noise alone")
    return scene


def is_file(path: str) -> bool:
    """Whether a scene is a .blend file, not a script."""
    return path.endswith(".blend")


def generate(request: Request, settings: Settings) -> Scene:
    """The scene of a script after its `generate`."""
    scene_class = script.load_scene_class(request.scene, request.root)
    scene = script.construct(scene_class, request)
    if settings.fps is not None:
        scene._fix_fps(settings.fps)
    print(f"[rv] seed={request.seed}", file=sys.stderr)
    script.generate(scene, request.seed)
    choose_camera(settings)
    return scene


def choose_camera(settings: Settings) -> None:
    """Renders from the camera that is asked for. SceneError when there is none of that name."""
    if settings.camera is not None and settings.camera.name is not None:
        operations.choose_camera(settings.camera.name)


def of_file(request: Request, settings: Settings, warnings: List[str]) -> Scene:
    """The scene of the .blend file that is open."""
    bpy.context.scene.cycles.seed = request.seed % 2**31
    scene = file_scene.FileScene(request.out, settings.index, warnings.append)
    script.prepare(scene, request)
    if settings.fps is not None:
        timeline.apply_fps(settings.fps)
    return scene


def put_behind(scene: Scene, picture: str) -> None:
    """Puts a picture behind the scene, in the place of its own. SceneError when that cannot be."""
    try:
        scene.background(picture)
    except (OSError, RuntimeError, ValueError) as error:
        raise SceneError(f"background: {error}") from None


def apply_world(scene: Scene) -> None:
    """Gives Blender's scene the world. SceneError when that cannot be."""
    try:
        scene._apply_world()
    except (OSError, RuntimeError, ValueError, TypeError, AttributeError) as error:
        raise SceneError(f"world {type(scene.world).__name__}: {error}") from error
