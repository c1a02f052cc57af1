#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compare labels with rays that are cast here, pixel by pixel.

    ray_check.py TRUTH <records

TRUTH is what ray_scenes.py told of the scenes. Through the centre of each pixel goes a ray, in
double precision. Which triangle it meets first, and where, is what index, depth, position and
normal, and boxes, areas and run lengths have to say. The rays are those of Blender's cameras. What
a record says of its camera has to lead from the depth back to the same point.

Four more rays pass each centre at NEAR_PX. Where they do not all meet the same object the pixel is
on an edge, and its index may be either; where they do not meet the same triangle its depth,
position and normal are left out. How many pixels these may be is limited.
"""

import json
import os
import sys

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check_labels import decode_rle, read_exr, read_png  # noqa: E402

NEAR_PX = 1e-3
NEAR = 3e-5  # of a length: what single precision may cost
EDGES_MAX = 0.01  # of all pixels
PARTS_MIN = 0.97  # of all pixels: those whose depth is compared
BACKGROUND = 1e10
OFFSETS = NEAR_PX * np.array([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)])
wrong = []


def check(condition: bool, what: str) -> None:
    """Note what is wrong unless the condition holds."""
    if not condition:
        wrong.append(what)


# -- cameras, as Blender has them


class Rays:
    """From where, in which direction, between which of its multiples; a row each."""

    def __init__(self, start: np.ndarray, way: np.ndarray, near: float, far: float):
        self.start, self.way, self.near, self.far = start, way, near, far


def unit_pose(camera: dict) -> np.ndarray:
    """Return where the camera stands, with axes of length 1."""
    pose = np.array(camera["matrix"])
    pose[:3, :3] /= np.linalg.norm(pose[:3, :3], axis=0)
    return pose


def frame_of(camera: dict, size: list) -> tuple:
    """Return the side that the sensor is fitted to, in pixel widths; a pixel's height by width."""
    tall = camera["pixel_aspect"][1] / camera["pixel_aspect"][0]
    is_wide = size[0] >= tall * size[1] if camera["sensor_fit"] == "AUTO" else None
    is_wide = camera["sensor_fit"] == "HORIZONTAL" if is_wide is None else is_wide
    return (size[0] if is_wide else tall * size[1]), tall


def flat_rays(camera: dict, size: list, pixels: np.ndarray) -> tuple:
    """Return starts and ways of a camera with a plane, in its own axes; z of a way is -1."""
    side, tall = frame_of(camera, size)
    across = (pixels[:, 0] - size[0] / 2) / side + camera["shift"][0]
    up = (size[1] / 2 - pixels[:, 1]) * tall / side + camera["shift"][1]
    zero, one = np.zeros(len(pixels)), np.ones(len(pixels))
    if camera["type"] == "ORTHO":
        scale = camera["ortho_scale"]
        return np.stack([across * scale, up * scale, zero], 1), np.stack([zero, zero, -one], 1)
    upright = camera["sensor_fit"] == "VERTICAL"
    share = camera["sensor_height" if upright else "sensor_width"] / camera["lens"]
    return np.zeros((len(pixels), 3)), np.stack([across * share, up * share, -one], 1)


def of_length_1(ways: np.ndarray) -> np.ndarray:
    """Return them of length 1."""
    return ways / np.linalg.norm(ways, axis=1, keepdims=True)


def round_rays(camera: dict, size: list, pixels: np.ndarray) -> np.ndarray:
    """Return the ways of a panoramic camera in its own axes; NaN where it sees nothing."""
    u = pixels[:, 0] / size[0] + camera["shift"][0]
    v = 1 - pixels[:, 1] / size[1] + camera["shift"][1]
    kind = camera["panorama_type"]
    if kind == "EQUIRECTANGULAR":
        (west, east), (south, north) = camera["longitude"], camera["latitude"]
        turn, rise = west + (east - west) * u, south + (north - south) * v
        across, up = np.sin(turn) * np.cos(rise), np.sin(rise)
        return np.stack([across, up, -np.cos(turn) * np.cos(rise)], 1)
    if kind == "CENTRAL_CYLINDRICAL":
        (west, east), (low, high) = camera["turn"], camera["rise"]
        turn = west + (east - west) * u
        return of_length_1(np.stack([np.sin(turn), low + (high - low) * v, -np.cos(turn)], 1))
    x, y = 2 * u - 1, 2 * v - 1
    if kind == "EQUIANGULAR_CUBEMAP_FACE":
        across, up = np.tan(x * np.pi / 4), np.tan(y * np.pi / 4)
        return of_length_1(np.stack([across, up, -np.ones(len(x))], 1))
    if kind == "MIRRORBALL":  # -z, mirrored by a ball with the normal x, y, -z
        z = np.sqrt(np.where(np.hypot(x, y) > 1, np.nan, 1 - x**2 - y**2))
        return np.stack([2 * x * z, 2 * y * z, 1 - 2 * z**2], 1)
    limit = camera["fisheye_fov"] / 2
    if kind == "FISHEYE_EQUIDISTANT":
        angle = np.hypot(x, y) * limit
    else:
        side, tall = frame_of(camera, size)
        sensor = camera["sensor_height" if camera["sensor_fit"] == "VERTICAL" else "sensor_width"]
        x, y = x * size[0] / side * sensor / 2, y * size[1] * tall / side * sensor / 2
        radius = np.hypot(x, y)
        if kind == "FISHEYE_EQUISOLID":
            angle = 2 * np.arcsin(np.minimum(radius / (2 * camera["fisheye_lens"]), 1))
        else:
            angle = -np.polynomial.polynomial.polyval(radius, camera["polynomial"])
    angle = np.where(angle > limit, np.nan, angle)
    radius = np.maximum(np.hypot(x, y), 1e-30)
    across, up = x / radius * np.sin(angle), y / radius * np.sin(angle)
    return np.stack([across, up, -np.cos(angle)], 1)


def rays_of(camera: dict, size: list, pixels: np.ndarray) -> Rays:
    """Return the rays through points of the picture, in the world."""
    pose = unit_pose(camera)
    if camera["type"] == "PANO":
        start, way = np.zeros((len(pixels), 3)), round_rays(camera, size, pixels)
    else:
        start, way = flat_rays(camera, size, pixels)
    return Rays(start @ pose[:3, :3].T + pose[:3, 3], way @ pose[:3, :3].T, *camera["clip"])


# -- what rays meet


class Mesh:
    """Triangles of all parts: their corners in the world, and which part each is of."""

    def __init__(self, parts: list):
        corners, owners, smooth = [], [], []
        for number, part in enumerate(parts):
            matrix = np.array(part["matrix"])
            points = np.array(part["points"]) @ matrix[:3, :3].T + matrix[:3, 3]
            corners.append(points[np.array(part["faces"], int).reshape(-1, 3)])
            owners += [number] * len(part["faces"])
            smooth += part["smooth"]
        self.corners, self.owners = np.concatenate(corners), np.array(owners)
        self.is_smooth = np.array(smooth)

    def cast(self, rays: Rays) -> tuple:
        """Return the first triangle that each ray meets, -1 for none, and how far it is away.

        A ray passes a triangle inside when it passes all edges on the same side. Which side that
        is follows from the line's six Pluecker coordinates, its direction and its moment.
        """
        middle = self.corners.reshape(-1, 3).mean(0)
        corners, start = self.corners - middle, rays.start - middle
        line = np.concatenate([rays.way, np.cross(start, rays.way)], 1)
        sides = []
        for i in range(3):
            a, b = corners[:, i], corners[:, (i + 1) % 3]
            sides.append(line @ np.concatenate([np.cross(a, b), b - a], 1).T)
        inside = (np.minimum.reduce(sides) >= 0) | (np.maximum.reduce(sides) <= 0)
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        with np.errstate(divide="ignore", invalid="ignore"):
            away = (normals * corners[:, 0]).sum(1) - start @ normals.T
            away = away / (rays.way @ normals.T)
            away[~(inside & (away >= rays.near) & (away <= rays.far))] = np.inf
        first = away.argmin(1)
        away = away[np.arange(len(first)), first]
        return np.where(np.isfinite(away), first, -1), away

    def normals(self, triangles: np.ndarray, ways: np.ndarray) -> np.ndarray:
        """Return the normals of triangles, on the side that the ray comes from."""
        a, b, c = (self.corners[triangles, i] for i in range(3))
        normal = np.cross(b - a, c - a)
        normal /= np.linalg.norm(normal, axis=1)[:, None]
        return normal * -np.sign((normal * ways).sum(1))[:, None]


# -- what a record says


def indices_of(parts: list, objects: list, unit: float) -> np.ndarray:
    """Return the index of each part: by its name, of instances by source, maker and pose."""
    named = {o["name"]: o["index"] for o in objects if "instance_of" not in o}
    found = []
    for part in parts:
        if part["parent"] is None:
            found.append(named[part["object"]])
            continue
        pose = np.array(part["matrix"])
        pose[:3] *= unit
        source = named[part["object"]]
        off = {
            o["index"]: np.abs(np.array(o["matrix_world"]) - pose).max()
            for o in objects
            if o.get("instance_of") == source and o["parent"] == part["parent"]
        }
        nearest = min(off, key=off.get, default=-1)
        check(off.get(nearest, 1) < 1e-4, f"{part['object']} of {part['parent']}: no such instance")
        found.append(nearest)
    return np.array([*found, 0])  # the last is that of nothing


def objects_of(record: dict, frame: dict) -> list:
    """Return the objects of a record as they are in a frame."""
    now = {o["index"]: o for o in frame.get("objects", [])}
    return [{**o, **now.get(o["index"], {})} for o in record["objects"]]


class Picture:
    """What is there of a picture: a still, a frame or a view."""

    def __init__(self, record: dict, holder: dict, number, name: str):
        self.record, self.holder, self.number, self.name = record, holder, number, name
        self.state = holder["frames"][number] if "frames" in holder else holder
        self.frame = record["frames"][number] if "frames" in record else record
        self.camera = self.state.get("camera") or holder.get("camera") or record["camera"]

    def read(self, role: str) -> np.ndarray:
        """Return a label's numbers."""
        path = self.holder["files"][role]
        path = os.path.join(
            self.record["dir"], path if isinstance(path, str) else path[self.number]
        )
        if path.endswith(".png"):
            return np.array(read_png(path)["rows"]).ravel()
        planes = read_exr(path)
        order = [name for name in "VXYZ" if name in planes]
        return np.stack([np.array(planes[name], float).ravel() for name in order], 1)


def pictures_of(record: dict, truth: dict) -> list:
    """Return all pictures of a record with what is known of them: camera, parts, size."""
    made = []
    for number, frame in enumerate(truth["frames"]):
        size = record["resolution"]
        name = f"{record['id']} {frame['frame'] or ''}:"
        made.append((Picture(record, record, number, name), frame["camera"], frame["parts"], size))
    asked = truth["record"].get("blend", {}).get("renders", [])
    for view, wanted in zip(record.get("views", []), asked):
        parts, camera = truth["frames"][0]["parts"], dict(truth["frames"][0]["camera"])
        away = {o["name"] for o in record["objects"] if o["index"] in wanted.get("hidden", [])}
        size = wanted.get("resolution", record["resolution"])
        given = wanted.get("camera", {})
        camera["matrix"] = given.get("matrix_world", camera["matrix"])
        if "K" in given:
            (fx, _, cx), (_, fy, cy), _ = given["K"]
            camera.update(lens=fx / size[0], sensor_width=1, sensor_fit="HORIZONTAL")
            camera["pixel_aspect"] = [1, fx / fy]
            camera["shift"] = [0.5 - cx / size[0], (cy - size[1] / 2) * fx / fy / size[0]]
        picture = Picture(record, view, 0, f"{record['id']} {view['name']}:")
        made.append((picture, camera, [p for p in parts if p["object"] not in away], size))
    return made


def ways_of(camera: dict, size: list, pixels: np.ndarray) -> tuple:
    """Return starts and ways of rays in the camera's own axes, by what the record says of it."""
    zero, one = np.zeros(len(pixels)), np.ones(len(pixels))
    if camera["type"] == "PERSP":
        (fx, _, cx), (_, fy, cy), _ = camera["K"]
        way = np.stack([(pixels[:, 0] - cx) / fx, (cy - pixels[:, 1]) / fy, -one], 1)
        return np.zeros((len(pixels), 3)), way
    told = camera["projection"]
    kind = told["type"]
    if kind == "equirectangular":
        (west, east), (south, north) = np.radians(told["longitude"]), np.radians(told["latitude"])
        lon = west + (east - west) * pixels[:, 0] / size[0]
        lat = north + (south - north) * pixels[:, 1] / size[1]
        way = [np.sin(lon) * np.cos(lat), np.sin(lat), -np.cos(lon) * np.cos(lat)]
        return np.zeros((len(pixels), 3)), np.stack(way, 1)
    if kind == "central_cylindrical":
        (west, east), (low, high) = np.radians(told["longitude"]), told["height"]
        lon = west + (east - west) * pixels[:, 0] / size[0]
        way = [np.sin(lon), high + (low - high) * pixels[:, 1] / size[1], -np.cos(lon)]
        return np.zeros((len(pixels), 3)), of_length_1(np.stack(way, 1))
    x, y = ((pixels - told["center"]) * (1, -1)).T
    if kind == "orthographic":
        sx, sy = told["scale"]
        return np.stack([x / sx, y / sy, zero], 1), np.stack([zero, zero, -one], 1)
    if kind == "equiangular_cubemap_face":
        x, y = (np.tan(np.pi / 2 * v / side) for v, side in zip((x, y), size))
        return np.zeros((len(pixels), 3)), of_length_1(np.stack([x, y, -one], 1))
    width, height = told.get("sensor", (2, 2))
    x, y = x / size[0] * width, y / size[1] * height
    r = np.hypot(x, y)
    if kind == "fisheye_equidistant":
        angle = np.radians(told["fov"]) * r / 2
    elif kind == "fisheye_equisolid":
        angle = 2 * np.arcsin(r / (2 * told["lens"]))
    elif kind == "mirrorball":
        angle = 2 * np.arcsin(r)
    else:
        angle = -sum(c * r**i for i, c in enumerate(told["coefficients"]))
    way = [x / r * np.sin(angle), y / r * np.sin(angle), -np.cos(angle)]
    return np.zeros((len(pixels), 3)), np.stack(way, 1)


def unprojected(camera: dict, size: list, pixels: np.ndarray, away: np.ndarray) -> np.ndarray:
    """Return the points in the world that depth, of panoramas distance, is of."""
    pose = np.array(camera["matrix_world"])
    start, way = ways_of(camera, size, pixels)
    return (start + way * away[:, None]) @ pose[:3, :3].T + pose[:3, 3]


# -- the comparison


def check_masks(picture: Picture, index: np.ndarray, size: list) -> None:
    """Compare boxes, areas and run lengths with an index map."""
    rows = index.reshape(size[1], size[0])
    told = {a["index"]: a for a in picture.state["annotations"]}
    check(sorted(told) == sorted(set(rows.ravel().tolist()) - {0}), f"{picture.name} objects")
    for number, got in told.items():
        ys, xs = np.nonzero(rows == number)
        if len(xs):
            box = [xs.min(), ys.min(), xs.max() - xs.min() + 1, ys.max() - ys.min() + 1]
            check(got["bbox"] == box and got["area"] == len(xs), f"{picture.name} box of {number}")
            mask = set(zip(xs.tolist(), ys.tolist()))
            check(decode_rle(got["rle"]) == mask, f"{picture.name} run lengths of {number}")


def compare(picture: Picture, camera: dict, parts: list, size: list, unit: float) -> int:
    """Compare a picture's labels with what rays meet; how many pixels' depth was compared."""
    centres = np.stack(np.meshgrid(np.arange(size[0]), np.arange(size[1])), -1).reshape(-1, 2) + 0.5
    mesh, name = Mesh(parts), picture.name
    five = [rays_of(camera, size, centres + offset) for offset in OFFSETS]
    hits = [mesh.cast(rays) for rays in five]
    rays, (triangle, away) = five[0], hits[0]
    owner = np.append(mesh.owners, -1)
    index_of = indices_of(parts, objects_of(picture.record, picture.frame), unit)
    seen = np.stack([index_of[owner[t]] for t, _ in hits])
    is_clear = (seen == seen[0]).all(0)
    check(is_clear.mean() > 1 - EDGES_MAX, f"{name} {(~is_clear).sum()} pixels are on edges")

    index = picture.read("index")
    off = is_clear & (index != seen[0])
    check(not off.any(), f"{name} index of {off.sum()} pixels, the first {centres[off][:1]}")
    check_masks(picture, np.where(is_clear, seen[0], index), size)

    # where all meet the same triangle
    is_flat = np.all([t == triangle for t, _ in hits], 0) & is_clear
    check(is_flat.mean() > PARTS_MIN, f"{name} only {is_flat.mean():.1%} of the pixels compared")
    is_flat_camera = camera["type"] != "PANO"
    check(is_flat_camera == ("depth" in picture.holder["files"]), f"{name} depth is there")
    distance, position, normal = (picture.read(r) for r in ("distance", "position", "normal"))
    depth = picture.read("depth") if is_flat_camera else distance
    nothing = is_flat & (triangle < 0)
    check((depth[nothing] == BACKGROUND).all(), f"{name} depth of nothing")
    is_met = is_flat & (triangle >= 0)
    spread = np.ptp([a[is_met] for _, a in hits], axis=0)
    wanted, got = away[is_met] * unit, depth[is_met, 0]
    room = 2 * spread * unit + NEAR * (wanted + unit * np.abs(rays.start[is_met]).max(initial=0))
    off = np.abs(got - wanted) - room
    check(off.max(initial=0) <= 0, f"{name} depth of {(off > 0).sum()} pixels, by {off.max():.2g}")
    length = np.linalg.norm(rays.way[is_met], axis=1)
    point = (rays.start + rays.way * np.where(np.isfinite(away), away, 0)[:, None])[is_met] * unit
    off = np.linalg.norm(position[is_met] - point, axis=1) - room * length
    check(off.max(initial=0) <= 0, f"{name} position of {(off > 0).sum()}, by {off.max():.2g}")
    facing = mesh.normals(triangle[is_met], rays.way[is_met])
    off = np.abs(normal[is_met] - facing).max(1) - 1e-4 - 1e-6 * np.abs(mesh.corners).max()
    off[mesh.is_smooth[triangle[is_met]]] = 0
    check(off.max(initial=0) <= 0, f"{name} normal of {(off > 0).sum()}, by {off.max():.2g}")
    off = np.abs(distance[is_met, 0] - wanted * length) - room * length
    check(off.max(initial=0) <= 0, f"{name} distance of {(off > 0).sum()}, by {off.max():.2g}")
    check((distance[nothing] == BACKGROUND).all(), f"{name} distance of nothing")
    back = unprojected(picture.camera, size, centres[is_met], got)
    off = np.linalg.norm(back - point, axis=1) - room * length
    check(off.max(initial=0) <= 0, f"{name} its camera: {(off > 0).sum()}, by {off.max():.2g}")
    return int(is_met.sum())


def main() -> None:
    """Check each record on standard input."""
    with open(sys.argv[1], encoding="utf-8") as file:
        truths = {truth["id"]: truth for truth in map(json.loads, file)}
    compared = 0
    for record in map(json.loads, sys.stdin):
        truth = truths.pop(record["id"])
        if "error" in record:
            check(False, f"{record['id']}: {record['error']}")
            continue
        for picture, camera, parts, size in pictures_of(record, truth):
            compared += compare(picture, camera, parts, size, truth["unit"])
    check(not truths, f"without a record: {', '.join(truths)}")
    print("\n".join(wrong) if wrong else f"{compared} pixels")
    sys.exit(1 if wrong or not compared else 0)


if __name__ == "__main__":
    main()
