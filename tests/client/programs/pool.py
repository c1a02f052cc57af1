# SPDX-License-Identifier: MIT
from pathlib import Path

from rv.client import BlenderClients


def render(client, blend_file):
    root = Path("renders") / Path(blend_file).stem
    client.initialize(Path(blend_file).resolve(), root)
    client.include_frames()
    client.set_resolution((512, 512))
    client.move_keyframes(scale=0.5)
    client.render_animation()


if __name__ == "__main__":
    with BlenderClients.pool(2, log="logs", timeout=60) as pool:
        # Note: The client will be automagically passed to `render` here.
        pool.map(render, ["assets/monkey.blend", "assets/cube.blend", "assets/metaballs.blend"])
