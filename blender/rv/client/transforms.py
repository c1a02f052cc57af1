# SPDX-License-Identifier: MIT
"""transforms.json: the camera of each frame, for nerfstudio, instant-ngp and the original NeRF.

Matrices are camera to world with OpenGL axes (x right, y up, looking along -z). Pixels go right
and down, and the centre of the first one is at (0.5, 0.5). Angles are in radians.
"""

from __future__ import annotations

import math
from typing import Any, Dict, List, Mapping

# Role to the key that names its file in a frame.
KEYS = {
    "image": "file_path",
    "depth": "depth_file_path",
    "normal_camera": "normal_file_path",
    "flow_forward": "flow_forward_file_path",
    "flow_backward": "flow_backward_file_path",
    "flow": "flow_file_path",  # one of the two
    "index": "segmentation_file_path",
    "material_index": "material_file_path",
    "position": "points_file_path",
    "diffuse_color": "diffuse_color_file_path",
    "diffuse_direct": "diffuse_direct_file_path",
    "diffuse_indirect": "diffuse_indirect_file_path",
    "glossy_color": "specular_color_file_path",
    "glossy_direct": "specular_direct_file_path",
    "glossy_indirect": "specular_indirect_file_path",
}
CHANNELS = {"BW": 1, "RGB": 3, "RGBA": 4}


def lens(camera: Mapping[str, Any], resolution: List[int]) -> Dict[str, Any]:
    """What a camera has besides its pose; of one that is no pinhole only what it has."""
    found: Dict[str, Any] = {"type": camera["type"], "w": resolution[0], "h": resolution[1]}
    if camera["K"] is not None:
        k, fov = camera["K"], [math.radians(angle) for angle in camera["fov"]]
        found["camera_model"] = "PINHOLE"
        found.update(fl_x=k[0][0], fl_y=k[1][1], cx=k[0][2], cy=k[1][2])
        found.update(camera_angle_x=fov[0], camera_angle_y=fov[1])
        found.update(angle=max(fov), angle_x=fov[0], angle_y=fov[1], intrinsics=k)
    elif camera.get("ortho_scale") is not None:
        found["ortho_scale"] = camera["ortho_scale"]
    found["clip_start"], found["clip_end"] = camera["clip"]
    return found


def entries(record: Mapping[str, Any], files: Mapping[str, List[str]]) -> Dict[int, Dict[str, Any]]:
    """Frame number to its entry, with its whole lens, of the sequence that a record describes."""
    found: Dict[int, Dict[str, Any]] = {}
    for i, frame in enumerate(record["frames"]):
        camera = frame.get("camera", record["camera"])
        entry: Dict[str, Any] = {"frame": frame["frame"]}
        entry.update({KEYS[role]: names[i] for role, names in files.items() if role in KEYS})
        entry["transform_matrix"] = camera["matrix_world"]
        entry["lens"] = lens(camera, record["resolution"])
        found[frame["frame"]] = entry
    return found


def document(
    frames: Mapping[int, Mapping[str, Any]], head: Mapping[str, Any], more: Mapping[str, Any]
) -> Dict[str, Any]:
    """transforms.json of `entries`: `head` with the lens of the first frame, `more`, the frames.

    A frame whose lens is another has those members that differ.
    """
    listed: List[Dict[str, Any]] = []
    common: Dict[str, Any] = {}
    for number in sorted(frames):
        entry = dict(frames[number])
        own = entry.pop("lens")
        common = common or own
        entry.update({key: value for key, value in own.items() if common.get(key) != value})
        listed.append(entry)
    return {**common, **head, **more, "frames": listed}
