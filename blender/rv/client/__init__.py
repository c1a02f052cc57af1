# SPDX-License-Identifier: MIT
"""Rendering .blend files from a Python program outside of Blender, with nothing but Python 3.9.

    from rv.client import BlenderClient

    with BlenderClient.spawn() as client:
        client.initialize("walk.blend", "renders/walk")
        client.include_depths()
        transforms = client.render_animation()

A client starts `rv-blend`, writes records to it, and has `rv-mask` make labels of what comes back:
no port, no remote call. Methods note what is to be done; a render sends all of it in one record.
"""

from .absent import of_module
from .client import BlenderClient
from .clients import BlenderClients
from .config import RenderConfig
from .errors import RemoteError
from .job import render_job
from .pool import Pool
from .progress import PoolProgress, Tick

__all__ = [
    "BlenderClient",
    "BlenderClients",
    "Pool",
    "PoolProgress",
    "RemoteError",
    "RenderConfig",
    "Tick",
    "render_job",
]

__getattr__ = of_module(__name__)
