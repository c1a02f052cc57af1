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
    "composite": "composite_file_path",
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


def _angle(side: float, focal: float) -> float:
    """Of view; with fewer digits than a float has, so that any C library gives the same."""
    return float(f"{2 * math.atan(side / (2 * focal)):.12g}")


def lens(camera: Mapping[str, Any], resolution: List[int]) -> Dict[str, Any]:
    """What a camera has besides its pose; of one that is no pinhole only what it has."""
    width, height = resolution
    found: Dict[str, Any] = {"type": camera["type"], "w": width, "h": height}
    if camera["K"] is not None:
        k = camera["K"]
        across, down = _angle(width, k[0][0]), _angle(height, k[1][1])
        found["camera_model"] = "PINHOLE"
        found.update(fl_x=k[0][0], fl_y=k[1][1], cx=k[0][2], cy=k[1][2])
        found.update(camera_angle_x=across, camera_angle_y=down)
        found.update(angle=max(across, down), angle_x=across, angle_y=down, intrinsics=k)
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
    """transforms.json of `entries`: the lens, `head`, `more`, the frames.

    Members of the lens that are not the same for all frames stand in each of them instead: readers
    do not look there for what stands at the top.
    """
    own = [frames[number]["lens"] for number in sorted(frames)]
    names = list(dict.fromkeys(name for one in own for name in one))
    common = {
        name: own[0][name]
        for name in names
        if all(name in one and one[name] == own[0].get(name) for one in own)
    }
    listed: List[Dict[str, Any]] = []
    for number in sorted(frames):
        entry = dict(frames[number])
        for name, value in entry.pop("lens").items():
            if name not in common:
                entry[name] = value
        listed.append(entry)
    return {**common, **head, **more, "frames": listed}
