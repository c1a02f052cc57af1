# SPDX-License-Identifier: MIT
"""A window of Blender that shows scenes instead of rendering them.

Requests are answered from a timer, between which Blender is the user's: zoom, look around, change
the shading. That stays from one scene to the next; at the start every 3D view looks through the
scene's camera.
"""

from __future__ import annotations

import os
from typing import Any, BinaryIO, Dict, Iterator, Optional, Set, Tuple

import bpy

from ..engine import device, timeline
from . import loop, protocol
from .draw import Sample
from .handler import SampleHandler
from .loop import Outcome
from .protocol import Request

POLL_S = 0.1
READ_BYTES = 65536
View = Tuple[str, int]  # the screen's name, the place of the area in it


class PreviewHandler(SampleHandler):
    """Builds the scene of a request as for a sample, and leaves it in the window."""

    def __init__(self) -> None:
        super().__init__()
        self._left: Set[View] = set()  # views that the user has turned away from the camera

    def __call__(self, request: Request, run: Dict[str, Any]) -> Outcome:
        if bpy.context.scene.camera is not None:
            self._left = {
                view for view, space in _views() if space.region_3d.view_perspective != "CAMERA"
            }
        status = None
        try:
            return super().__call__(request, run)
        except BaseException as error:
            status = "rv: " + (str(error) or type(error).__name__).splitlines()[0]
            raise
        finally:
            if bpy.context.scene.camera is not None:
                for view, space in _views():
                    if view not in self._left:
                        space.region_3d.view_perspective = "CAMERA"
            bpy.context.window_manager.windows[0].workspace.status_text_set(status)

    def _output(self, sample: Sample) -> Dict[str, Any]:
        timeline.start(sample.frames)
        bpy.context.view_layer.update()
        return {"objects": len(sample.scene.generated_objects)}


def _views() -> Iterator[Tuple[View, bpy.types.SpaceView3D]]:
    for screen in bpy.data.screens:
        for place, area in enumerate(screen.areas):
            if area.type == "VIEW_3D":
                yield (screen.name, place), area.spaces.active


class Window:
    """The timer between the pipes and the handler. At the end of the requests, Blender ends."""

    def __init__(self, requests: BinaryIO, replies: BinaryIO) -> None:
        self._requests = requests.fileno()
        self._kept_open = requests
        self._replies = replies
        self._handler: Optional[PreviewHandler] = None
        self._line = b""

    def open(self) -> None:
        """Returns at once; the hello is sent as soon as Blender has drawn its window."""
        view = bpy.context.preferences.view
        view.show_splash = False
        view.use_save_prompt = False  # nothing here is lost when the window is closed
        os.set_blocking(self._requests, False)
        bpy.app.timers.register(self._tick, first_interval=0.0, persistent=True)

    def _tick(self) -> Optional[float]:
        with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
            if self._handler is None:
                facts = device.facts()
                self._handler = PreviewHandler()
                loop.send(self._replies, protocol.hello(facts))
            return POLL_S if self._serve(self._handler) else None

    def _serve(self, handler: PreviewHandler) -> bool:
        """Answers what has come. False when there will be no more."""
        while True:
            try:
                data = os.read(self._requests, READ_BYTES)
            except BlockingIOError:
                return True
            if not data:
                bpy.ops.wm.quit_blender()
                return False
            *lines, self._line = (self._line + data).split(b"\n")
            for line in lines:
                loop.send(self._replies, loop.answer(line, handler))
