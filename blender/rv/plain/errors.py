# SPDX-License-Identifier: MIT
"""What can go wrong with a sample, one class per code of the worker protocol."""


class RvError(Exception):
    """A failure with a message for the user; `code` is what the reply carries."""

    code = "internal_error"


class SceneError(RvError, RuntimeError):
    """The scene script cannot be read, raised, or built something that has no correct label."""

    code = "scene_error"


class UsageError(RvError):
    """What the command asks for can be had by no sample."""

    code = "usage"


class RenderError(RvError):
    """Blender refused to render or could not write what it rendered."""

    code = "render_error"


class DeviceError(RenderError):
    """The device does not render any more, whatever the scene."""

    code = "device_error"


class ProtocolError(RvError):
    """A request that is not what PROTOCOL.md says."""

    code = "bad_request"
