#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check labels that are asked for against the passes, by arithmetic of their own.

    label_checks.py LABEL PRISTINE [NAME=VALUE...] <records

PRISTINE holds the samples as they were before rv-mask. Prints what is wrong, exits 1; says how many
things were compared.
"""

import json
import os
import sys

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check_labels import decode_rle, read_exr, read_png  # noqa: E402
from make_sample import crypto_float  # noqa: E402
from palette_checks import table  # noqa: E402

wrong, compared = [], 0


def check(condition: bool, what: str) -> None:
    """Note what is wrong unless the condition holds."""
    global compared
    compared += 1
    if not condition:
        wrong.append(what)


class Picture:
    """A picture of a record, the passes that were rendered for it, and its camera."""

    def __init__(self, record: dict, pristine: str, view: dict, frame: int, options: dict):
        self.record, self.view, self.frame, self.options = record, view, frame, options
        self.pristine = pristine
        before = os.path.join(pristine, record["id"])
        with open(os.path.join(before, "_meta.json"), encoding="utf-8") as file:
            meta = json.load(file)
        holder = next(v for v in meta["views"] if v["name"] == view["name"]) if view else meta
        self.files, self.number = (view or record)["files"], frame
        self.before = holder
        passes = holder["files"]["passes"]
        self.is_sequence = isinstance(passes, list)
        self.channels = holder.get("channels", meta["channels"])
        self.planes = read_exr(os.path.join(before, passes[frame] if self.is_sequence else passes))
        state = (view or record)["frames"][frame] if self.is_sequence else view or record
        self.annotations = state["annotations"]
        self.moved = record["frames"][frame] if self.is_sequence else {}
        own = (view or self.moved).get("camera")
        self.camera = (state.get("camera") if view else None) or own or record["camera"]
        self.what = f"{record['id']}{'/' + view['name'] if view else ''} {frame}: "

    def other(self, frame: int) -> "Picture":
        """Return another frame of the same camera."""
        return Picture(self.record, self.pristine, self.view, frame, self.options)

    def plane(self, role: str) -> np.ndarray:
        """Return a pass; of several channels an array with these last."""
        names = self.channels[role]
        if isinstance(names, str):
            return np.array(self.planes[names], np.float64)
        return np.stack([np.array(self.planes[name], np.float64) for name in names], -1)

    def path(self, role: str) -> str:
        """Return the path of a role's file."""
        path = self.files[role]
        return os.path.join(self.record["dir"], path[self.number] if self.is_sequence else path)

    def image(self) -> str:
        """Return the path of the picture below the sample's directory."""
        path = self.files["image"]
        return path[self.number] if self.is_sequence else path

    def png(self, role: str) -> np.ndarray:
        """Return the pixels of a role's PNG file, channels last where there are several."""
        image = read_png(self.path(role))
        rows = np.array(image["rows"])
        n = image["channels"]
        return rows if n == 1 else rows.reshape(image["height"], image["width"], n)

    def objects(self) -> dict:
        """Return the objects of the record as they are in this frame, by index."""
        known = {o["index"]: dict(o) for o in self.record["objects"]}
        for moved in self.moved.get("objects", []):
            known[moved["index"]].update(moved)
        return known


def pictures(record: dict, pristine: str, options: dict) -> list:
    """Return all pictures of a record."""
    found = []
    for view in [None, *record.get("views", [])]:
        passes = len((view or record).get("frames", [0]))
        found += [Picture(record, pristine, view, i, options) for i in range(passes)]
    return found


# ---- labels


def project(camera: dict, world: list) -> tuple:
    """Return pixel and depth of a point of the world."""
    pose = np.array(camera["matrix_world"])
    x, y, z = np.linalg.inv(pose[:3, :3]) @ (np.array(world) - pose[:3, 3])
    if z >= 0:
        return None, -z
    k = np.array(camera["K"])
    return [k[0, 2] + k[0, 0] * x / -z, k[1, 2] + k[1, 1] * y / -z * -1], -z


def keypoints(picture: Picture) -> None:
    """Compare places and visibility of keypoints."""
    depth, index = picture.plane("depth"), picture.plane("index")
    height, width = depth.shape
    below = float(picture.options.get("below", 0))
    known = picture.objects()
    for annotation in picture.annotations:
        number = annotation["index"]
        wanted = known[number].get("keypoints")
        what = f"{picture.what}{number}"
        check(("keypoints" in annotation) == bool(wanted), f"{what}: there are keypoints")
        check(annotation.get("skeleton") == known[number].get("skeleton"), f"{what}: skeleton")
        for point, got in zip(wanted or [], annotation.get("keypoints", [])):
            pixel, metres = point["pixel"], point["depth"]
            is_inside = point["in_frame"]
            if picture.view:
                pixel, metres = project(picture.camera, point["world"])
                is_inside = pixel is not None
            is_inside = is_inside and 0 <= pixel[0] < width and 0 <= pixel[1] < height
            seen = 0
            if is_inside:
                x, y = int(pixel[0]), int(pixel[1])
                near = (slice(max(y - 1, 0), y + 2), slice(max(x - 1, 0), x + 2))
                same = index[near] == index[y, x]
                limit = depth[near][same].max() * 1.001 + (below if index[y, x] == number else 0)
                seen = 2 if metres <= limit else 1
            check(got["name"] == point["name"], f"{what}: name of a keypoint")
            check((got["pixel"] is None) == (pixel is None), f"{what}: {got['pixel']} for {pixel}")
            if pixel:
                check(np.allclose(got["pixel"], pixel, atol=1e-9), f"{what}: pixel")
            check(got["visibility"] == seen, f"{what} {point['name']}: {got}, wanted {seen}")


def palette_of(picture: Picture) -> dict:
    """Return index -> colour of the record's objects; 0 is black, a floor is grey."""
    objects = [o for o in picture.record["objects"] if o.get("index")]
    dealt = table()
    colours = {o["index"]: tuple(dealt[i % len(dealt)]) for i, o in enumerate(objects)}
    bare = [o for o in objects if not o["tags"] and not o["properties"].get("category")]
    if bare and len(bare) < len(objects):
        floor = max(bare, key=lambda o: np.prod(sorted(o["dimensions"])[1:]))
        colours[floor["index"]] = (0x1A, 0x1F, 0x29)
    return {0: (0, 0, 0), **colours}


def material_color(picture: Picture) -> None:
    """Compare the colours of the map of materials with those of the materials' ranks."""
    dealt, index = table(), picture.plane("material_index").astype(int)
    ranks = {m["index"]: i for i, m in enumerate(picture.record["materials"])}
    colours = {i: dealt[ranks.get(i, i - 1)] if i else (0, 0, 0) for i in np.unique(index)}
    check(len(colours) > 1, picture.what + "there are materials")
    wanted = np.array([[colours[i] for i in row] for row in index])
    check((picture.png("material_index_preview") == wanted).all(), picture.what + "colours")


def index_color(picture: Picture) -> None:
    """Compare the colours of the index map with those that the record's objects have."""
    index, colours = picture.plane("index"), palette_of(picture)
    wanted = np.array([[colours[int(i)] for i in row] for row in index])
    check((picture.png("index_color_preview") == wanted).all(), picture.what + "colours of indices")


def category_of(known: dict, blend: bool = False):
    """Return the category of an object of the record."""
    kind = known.get("properties", {}).get("category")
    return kind if isinstance(kind, str) else "+".join(sorted(known["tags"])) or None


def classes(picture: Picture) -> None:
    """Compare the maps of classes with the categories and tags of the record's objects."""
    if "classes" in picture.options:
        ids = {name: i for i, name in enumerate(picture.options["classes"].split(","), 1)}
    else:
        ids = {item["name"]: item["id"] for item in picture.record["categories"]}
    by_index = [0] * 65536
    for known in picture.objects().values():
        names = [category_of(known), *known["tags"]]
        by_index[known["index"]] = next((i for name, i in ids.items() if name in names), 0)
    index = picture.plane("index").astype(int)
    wanted = np.array(by_index)[index]
    check((picture.png("class_index") == wanted).all(), f"{picture.what}class_index")
    check(len(np.unique(wanted)) > 2, f"{picture.what}too few classes to tell")
    colours = np.vstack([[[0, 0, 0]], table()])[wanted]
    check((picture.png("class_color") == colours).all(), f"{picture.what}class_color")


def panoptic(picture: Picture) -> None:
    """Compare ids of segments with the annotations, both ways, and with those of the objects."""
    rgb = picture.png("panoptic")
    ids = rgb[:, :, 0] + 256 * rgb[:, :, 1] + 65536 * rgb[:, :, 2]
    stuff = picture.options.get("stuff", "").split(",")
    index = picture.plane("index").astype(int)
    areas = {}
    for annotation in picture.annotations:
        number, category = annotation["index"], annotation["category"]
        segment = number if category else None
        if category in stuff:
            kin = [o["index"] for o in picture.objects().values() if category_of(o) == category]
            segment = min(kin)
        what = f"{picture.what}segment of {number}"
        check(annotation.get("segment") == segment, f"{what}: {annotation.get('segment')}")
        check(annotation.get("stuff", False) == (category in stuff), f"{what}: stuff")
        check((ids[index == number] == (segment or 0)).all(), what)
        areas[segment or 0] = areas.get(segment or 0, 0) + annotation["area"]
    for segment in np.unique(ids[ids > 0]).tolist():
        check((ids == segment).sum() == areas.get(segment), f"{picture.what}area of {segment}")


def index_palette(picture: Picture) -> None:
    """Compare the numbers of the picture with a palette with the index map, its colours too."""
    image = read_png(picture.path("index_palette"))
    index = picture.plane("index").astype(int)
    numbers = np.array(image["rows"])
    check((numbers == np.where(index > 253, 255, index)).all(), f"{picture.what}numbers")
    palette = np.array(list(image["palette"])).reshape(-1, 3)
    check(len(palette) == 256, f"{picture.what}{len(palette)} colours")
    for number, colour in palette_of(picture).items():
        check(number > 253 or tuple(palette[number]) == colour, f"{picture.what}colour of {number}")
    check(tuple(palette[255]) == (255, 255, 255), f"{picture.what}colour of void")


def depth_formats(picture: Picture) -> None:
    """Compare depth in other formats with the pass, what does not fit with nothing."""
    depth = picture.plane("depth").astype(np.float32)
    metres = np.where(depth < 1e9, depth, 0).astype(np.float64)
    for role, scale in (("depth_mm", 1000), ("depth_kitti", 256)):
        got = picture.png(role)
        wanted = np.floor(metres * scale + 0.5)
        wanted[wanted > 65535] = 0
        check((got == wanted).all(), f"{picture.what}{role}")
    array = np.load(picture.path("depth_npy"), allow_pickle=False)
    check(array.dtype == np.float32 and array.shape == depth.shape, f"{picture.what}array")
    check((array == metres).all(), f"{picture.what}depth_npy")


def distance(picture: Picture) -> None:
    """Compare distance with depth along the rays of a pinhole."""
    depth = picture.plane("depth").astype(np.float32)
    (fx, _, cx), (_, fy, cy), _ = picture.camera["K"]
    ys, xs = np.indices(depth.shape) + 0.5
    wanted = np.where(
        depth < 1e9, depth * np.hypot(np.hypot((xs - cx) / fx, (ys - cy) / fy), 1), 1e10
    )
    got = np.array(read_exr(picture.path("distance"))["V"])
    off = np.abs(got / wanted - 1).max()
    check(off < 1e-6, f"{picture.what}distance is off by {off}")


def edges(picture: Picture) -> None:
    """Compare the borders with where the index map differs."""
    index = picture.plane("index")
    wanted = np.zeros(index.shape, bool)
    down, right = index[1:] != index[:-1], index[:, 1:] != index[:, :-1]
    wanted[1:] |= down
    wanted[:-1] |= down
    wanted[:, 1:] |= right
    wanted[:, :-1] |= right
    check((picture.png("edges") == wanted * 255).all(), f"{picture.what}edges")


def coverage_of(picture: Picture) -> dict:
    """Return the coverage of each object, of Cryptomatte's ranks divided by their sum above 1."""
    planes = picture.plane("crypto_object")
    ids, shares = planes[:, :, 0::2].astype(np.float32), planes[:, :, 1::2]
    shares = shares / np.maximum(shares.sum(-1, keepdims=True), 1)
    covered = {}
    for known in picture.objects().values():
        number = np.float32(crypto_float(known["name"]))
        covered[known["index"]] = np.where(ids == number, shares, 0).sum(-1)
    return covered


def soft(picture: Picture) -> None:
    """Compare soft masks and areas with the coverage."""
    covered = coverage_of(picture)
    paths = []
    for annotation in picture.annotations:
        wanted = covered[annotation["index"]]
        what = f"{picture.what}{annotation['index']}"
        paths.append(annotation["soft"])
        got = read_png(os.path.join(picture.record["dir"], annotation["soft"]))
        off = np.abs(np.array(got["rows"]) - wanted * 65535).max()
        check(got["depth"] == 16 and off <= 1, f"{what}: soft mask off by {off}")
        off = abs(annotation["area_soft"] - wanted.sum())
        check(off < 1e-3, f"{what}: area_soft {annotation['area_soft']}, not {wanted.sum()}")
    listed = picture.files["soft"]
    part = f"/{picture.number + 1:06d}/" if picture.is_sequence else "/"
    check([p for p in listed if part in p] == paths, f"{picture.what}files.soft")


def whole_of(picture: Picture) -> tuple:
    """Return the pixels of each index that rv-blend tells, and the unknown."""
    path = picture.before["files"]["amodal_runs"]
    path = path[picture.number] if picture.is_sequence else path
    with open(os.path.join(picture.pristine, picture.record["id"], path), encoding="ascii") as file:
        said = json.load(file)
    found = {}
    for entry in said["objects"]:
        pixels = found[entry["index"]] = set()
        for y, runs in enumerate(entry["rows"], entry["top"]):
            for x, count in zip(runs[0::2], runs[1::2]):
                pixels.update((at, y) for at in range(x, x + count))
    return found, said["unknown"]


def amodal(picture: Picture) -> None:
    """Compare whole objects with the pixels that rv-blend tells; the masks, too, where they are."""
    found, unknown = whole_of(picture)
    index, depth = picture.plane("index"), picture.plane("depth")
    height, width = index.shape
    for annotation in picture.annotations:
        number, what = annotation["index"], f"{picture.what}{annotation['index']}"
        if number in unknown:
            check(
                "amodal" not in annotation and "visib_fract" not in annotation, f"{what}: unknown"
            )
            continue
        seen = {(x, y) for y, x in np.argwhere(index == number).tolist()}
        whole = seen | found.get(number, set())
        inside = {(x, y) for x, y in whole if 0 <= x < width and 0 <= y < height}
        mask = np.zeros(index.shape, bool)
        for x, y in inside:
            mask[y, x] = True
        check(decode_rle(annotation["amodal"]) == inside, f"{what}: amodal")
        xs, ys = zip(*whole)
        box = [min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1]
        check(annotation["amodal_bbox"] == box, f"{what}: {annotation['amodal_bbox']}, not {box}")
        check(annotation["amodal_area"] == len(whole), f"{what}: amodal_area")
        check(
            abs(annotation["visib_fract"] - len(seen) / len(whole)) <= 5e-7, f"{what}: visib_fract"
        )
        hidden = mask & (index != number)
        covers = [(depth[hidden & (index == i)].min(), int(i)) for i in np.unique(index[hidden])]
        covers = [
            {"index": i, "area": int((hidden & (index == i)).sum())} for _, i in sorted(covers)
        ]
        check(annotation["occluded_by"] == covers, f"{what}: {annotation['occluded_by']}")
        if "amodal" in picture.files:
            folder = f"{picture.number + 1:06d}/" if picture.is_sequence else ""
            prefix = f"views/{picture.view['name']}/" if picture.view else ""
            name = f"{prefix}amodal/{folder}{number:05d}.png"
            check(name in picture.files["amodal"], f"{what}: no {name}")
            rows = read_png(os.path.join(picture.record["dir"], name))["rows"]
            check((np.array(rows) == mask * 255).all(), f"{what}: {name}")


def masks_from(picture: Picture) -> None:
    """Compare the index map with what covers most of each pixel; ties are left out."""
    covered = coverage_of(picture)
    numbers = np.array([0, *covered])
    planes = picture.plane("crypto_object")[:, :, 1::2].sum(-1)
    shares = np.stack([np.maximum(1 - planes, 0), *covered.values()], -1)
    order = np.sort(shares, -1)
    clear = order[:, :, -1] - order[:, :, -2] > 1e-5
    index = picture.png("index")
    check((index == numbers[shares.argmax(-1)])[clear].all(), f"{picture.what}index")
    areas = {a["index"]: a["area"] for a in picture.annotations}
    for number in np.unique(index[index > 0]).tolist():
        check(areas.get(number) == (index == number).sum(), f"{picture.what}area of {number}")


def truncation(picture: Picture) -> None:
    """Compare outlines of boxes, and the part beyond the picture, with points of their edges."""
    import cv2

    height, width = picture.plane("index").shape
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    pose, k = np.array(picture.camera["matrix_world"]), np.array(picture.camera["K"])
    steps = np.linspace(0, 1, 4001)[:, None]
    hulls = 0
    for annotation in picture.annotations:
        what = f"{picture.what}{annotation['index']}"
        known = picture.objects()[annotation["index"]]["box3d"]
        own = [o["index"] for o in (picture.view or picture.moved).get("objects", [])]
        if "corners" not in known or annotation["index"] in own:
            continue
        corners = (np.array(known["corners"]) - pose[:3, 3]) @ pose[:3, :3] * [1, -1, -1]
        edges = [(i, i | bit) for i in range(8) for bit in (1, 2, 4) if not i & bit]
        points = np.concatenate([corners[a] + (corners[b] - corners[a]) * steps for a, b in edges])
        points = points[points[:, 2] >= picture.camera["clip"][0]]
        check(("truncation" in annotation) == (len(points) > 2), f"{what}: truncation is there")
        if len(points) <= 2 or "truncation" not in annotation:
            continue
        pixels = points[:, :2] / points[:, 2:] * [k[0, 0], k[1, 1]] + [k[0, 2], k[1, 2]]
        hull = cv2.convexHull(pixels.astype(np.float32))
        area = cv2.contourArea(hull)
        inside = cv2.intersectConvexConvex(hull, frame)[0]
        wanted = 1 - inside / area
        off = abs(annotation["truncation"] - wanted)
        check(off < 0.01, f"{what}: truncation {annotation['truncation']}, not {wanted:.4f}")
        got = np.array(annotation["box3d_hull"], np.float32)
        check(abs(cv2.contourArea(got) / area - 1) < 0.02, f"{what}: area of the outline")
        nearest = np.abs(got[:, None] - hull[:, 0]).max(-1).min(1)
        check((nearest < 0.01 * np.abs(got).max() + 0.1).all(), f"{what}: corners {nearest}")
        check(got[0, 1] == got[:, 1].min(), f"{what}: the uppermost is first")
        hulls += 1
    check(hulls > 2, f"{picture.what}{hulls} outlines")


def same_mask(got: dict, wanted: np.ndarray, what: str) -> None:
    """Compare box, area and run lengths with a mask."""
    ys, xs = np.nonzero(wanted)
    if not len(xs):
        check(False, f"{what}: nothing is there")
        return
    box = [xs.min(), ys.min(), xs.max() - xs.min() + 1, ys.max() - ys.min() + 1]
    check(got["bbox"] == box and got["area"] == len(xs), f"{what}: box or area")
    check(decode_rle(got["rle"]) == set(zip(xs.tolist(), ys.tolist())), f"{what}: run lengths")


def parts(picture: Picture) -> None:
    """Compare the parts of objects by material and semantic mask with the passes."""
    index = picture.plane("index").astype(int)
    names = {m["index"]: m["name"] for m in picture.record["materials"]}
    above = {
        role[5:]: picture.plane(role) > picture.record["semantic_mask_threshold"]
        for role in picture.channels
        if role.startswith("mask_")
    }
    for annotation in picture.annotations:
        here = index == annotation["index"]
        what = f"{picture.what}{annotation['index']}"
        wanted = []
        if "material_index" in picture.channels:
            materials = picture.plane("material_index").astype(int)
            for number in sorted(set(materials[here].tolist()) - {0}):
                head = {"material": names.get(number), "index": number}
                wanted.append((head, here & (materials == number)))
        wanted += [({"mask": n}, here & a) for n, a in sorted(above.items()) if (here & a).any()]
        check(len(annotation["parts"]) == len(wanted), f"{what}: {len(wanted)} parts")
        for got, (head, mask) in zip(annotation["parts"], wanted):
            check({k: got[k] for k in head} == head, f"{what}: {head}")
            same_mask(got, mask, f"{what} {head}")


def top_of(known: dict, index: int):
    """Return the topmost parent of an object; a parent is of its own group."""
    by_name = {o["name"]: o for o in known.values()}
    parents = {o.get("parent") for o in known.values()}
    name = known[index]["name"]
    if name in parents and not known[index].get("parent"):
        return name
    top = known[index].get("parent")
    while top in by_name and by_name[top].get("parent"):
        top = by_name[top]["parent"]
    return top


def groups(picture: Picture) -> None:
    """Compare groups of objects with the index pass and the record."""
    index = picture.plane("index").astype(int)
    known = picture.objects()
    names = {
        "parent": {i: top_of(known, i) for i in known},
        "collection": {i: (known[i].get("collections") or [None])[0] for i in known},
    }
    for kind, of_object in names.items():
        told = set()
        there = [a["index"] for a in picture.annotations]
        for annotation in picture.annotations:
            name, got = of_object[annotation["index"]], annotation["groups"].get(kind)
            what = f"{picture.what}{annotation['index']} {kind} {name}"
            check((got or {}).get("name") == name, f"{what}: {got}")
            check(not got or (len(got) > 1) == (name not in told), f"{what}: told once")
            if got and name not in told:
                same = [i for i in there if of_object[i] == name]
                same_mask(got, np.isin(index, same), what)
                told.add(name)
        check(len(told) > 1, f"{picture.what}{len(told)} groups by {kind}")


def overlay(picture: Picture) -> None:
    """Compare the picture with labels over it where neither outlines nor names are: most of it."""
    rows = read_png(os.path.join(picture.record["dir"], picture.image()), is_bare=False)["rows"]
    index = picture.plane("index").astype(int)
    below = np.array(rows).reshape(*index.shape, -1)[:, :, :3]
    shown = picture.png("overlay")
    colours = palette_of(picture)
    near = np.zeros(index.shape, bool)  # the border of an object
    for dy in range(-4, 5):
        for dx in range(-4, 5):
            near |= index != np.roll(np.roll(index, dy, 0), dx, 1)
    told = {a["index"]: a for a in picture.annotations}
    n_filled = 0
    for number in np.unique(index).tolist():
        inside = (index == number) & ~near
        box = told[number]["bbox"] if number in told else [0, 0, 0, 0]
        is_floor = colours[number] == (0x1A, 0x1F, 0x29)
        is_filled = number in told and max(box[2:]) >= 12 and not is_floor
        share = 0.45 if is_filled else 0
        wanted = below * (1 - share) + np.array(colours[number]) * share
        same = (np.abs(shown - wanted).max(-1) <= 1)[inside]
        if inside.sum() > 400:
            check(same.mean() > 0.4, f"{picture.what}{number}: {same.mean():.0%} as it should be")
            n_filled += is_filled
    check(n_filled > 1, f"{picture.what}{n_filled} objects to look at")


def pixels_of_box(camera: dict, corners: list, size: tuple) -> np.ndarray:
    """Return the pixels [x, y] within the picture that the edges of a box go through."""
    pose, is_parallel = np.array(camera["matrix_world"]), camera.get("type") == "ORTHO"
    if is_parallel:
        scale, middle = camera["projection"]["scale"], camera["projection"]["center"]
    else:
        k = np.array(camera["K"])
        scale, middle = [k[0, 0], k[1, 1]], [k[0, 2], k[1, 2]]
    steps = np.linspace(0, 1, 2001)[:, None]
    seen = (np.array(corners) - pose[:3, 3]) @ pose[:3, :3] * [1, -1, -1]
    edges = [(i, i | bit) for i in range(8) for bit in (1, 2, 4) if not i & bit]
    points = np.concatenate([seen[a] + (seen[b] - seen[a]) * steps for a, b in edges])
    points = points[points[:, 2] >= camera["clip"][0]]
    pixels = points[:, :2] / (1 if is_parallel else points[:, 2:]) * scale + middle
    inside = ((pixels >= 0) & (pixels < size)).all(1)
    return np.unique(pixels[inside].astype(int), axis=0)


def figures(picture: Picture) -> None:
    """Compare the lines of boxes and the discs of keypoints with where the record has them.

    What is drawn later covers some of them: most points must have their colour, and only there.
    """
    shown, index = picture.png("overlay"), picture.plane("index")
    height, width = index.shape
    colours, known = palette_of(picture), picture.objects()
    hit, wanted, rings = 0, 0, 0
    for annotation in picture.annotations:
        number = annotation["index"]
        colour = np.array(colours[number])
        if "corners" in known[number]["box3d"]:  # what moved has pixels alone there
            x, y = pixels_of_box(
                picture.camera, known[number]["box3d"]["corners"], [width, height]
            ).T
            hit += (np.abs(shown[y, x] - colour).max(-1) <= 60).sum()
            wanted += len(x)
        for point in annotation.get("keypoints", []):
            if point["visibility"]:
                u, v = (int(side) for side in point["pixel"])
                core = np.abs(shown[v, u] - (colour if point["visibility"] == 2 else 0)).max()
                rings += core <= 60
    points = [p for a in picture.annotations for p in a.get("keypoints", []) if p["visibility"]]
    check(wanted > 100 and hit > 0.7 * wanted, f"{picture.what}{hit} of {wanted} pixels of edges")
    check(points and rings > 0.7 * len(points), f"{picture.what}{rings} of {len(points)} discs")


def limb(picture: Picture) -> None:
    """Compare the edge of a skeleton with the same picture without: a line between two points."""
    annotation = picture.annotations[0]
    ends = {p["name"]: np.array(p["pixel"]) for p in annotation["keypoints"] if p["pixel"]}
    shown = picture.png("overlay")
    bare = np.array(read_png(picture.options["bare"], is_bare=False)["rows"]).reshape(shown.shape)
    height, width = shown.shape[:2]
    along = ends["on"] - ends["below"]
    length = np.hypot(*along)
    middles = np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), -1)
    away = middles - ends["below"]
    off = np.abs(away[..., 0] * along[1] - away[..., 1] * along[0]) / length
    share = away @ along / length**2
    changed = (shown != bare).any(-1)
    near = (off < 2.5) & (share > -3 / length) & (share < 1 + 3 / length)
    check(not (changed & ~near).any(), f"{picture.what}pixels beside the line")
    line = (off < 0.2) & (share > 8 / length) & (share < 1 - 8 / length)
    colour = palette_of(picture)[annotation["index"]]
    check(line.sum() > 5, f"{picture.what}{line.sum()} pixels of a line")
    share = (np.abs(shown[line] - colour).max(-1) <= 40).mean()  # the name may be on it
    check(share > 0.7, f"{picture.what}{share:.0%} of a line in its colour")


def off_line(middles: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return how far places are from the line between two others."""
    along = b - a
    share = np.clip((middles - a) @ along / max(along @ along, 1e-9), 0, 1)
    off = middles - (a + share[..., None] * along)
    return np.hypot(off[..., 0], off[..., 1])


def tails(picture: Picture) -> None:
    """Compare the tracks with the same picture without: a disc and a tail where a point is seen.

    Where points are seen is what the file of tracks says. A floor has none; no names are on them.
    """
    shown, path = picture.png("overlay"), picture.path("overlay")
    before = path.replace(
        picture.record["dir"], f"{picture.options['bare']}/{picture.record['id']}"
    )
    bare = np.array(read_png(before)["rows"]).reshape(shown.shape)
    changed = (shown != bare).any(-1)
    tracks = np.load(os.path.join(picture.record["dir"], picture.files["tracks"]))
    seen = np.where(tracks["visible"][..., None], tracks["xy"], np.nan)[: picture.number + 1][-8:]
    on_floor = [palette_of(picture)[i] == (0x1A, 0x1F, 0x29) for i in tracks["object"]]
    numbers = np.flatnonzero(tracks["visible"][picture.number] & ~np.array(on_floor))
    middles = np.stack(np.meshgrid(*(np.arange(s) + 0.5 for s in changed.shape[::-1])), -1)
    nearest = np.full(changed.shape, np.inf)
    colours, n_free = table(), 0
    for i in numbers[::-1]:  # the last one is drawn over the others
        places = seen[:, i]
        x, y = (int(v) for v in places[-1])
        if nearest[y, x] > 4:
            n_free += 1
            off = np.abs(shown[y, x] - colours[i % len(colours)]).max()
            check(off <= 1, f"{picture.what}track {i}: its disc is off by {off}")
        for a, b in zip(places, [*places[1:], places[-1]]):
            if not np.isnan([*a, *b]).any():
                nearest = np.minimum(nearest, off_line(middles, a, b))
    check(any(on_floor), f"{picture.what}no point is on the floor")
    check(n_free > 2, f"{picture.what}only {n_free} discs lie free")
    check(not (changed & (nearest > 3.5)).any(), f"{picture.what}pixels beside the tails")
    share = changed[nearest < 0.7].mean()  # what lies behind may be of the same colour
    check(share > 0.99, f"{picture.what}{share:.1%} of the tails are there")


def sheet(picture: Picture) -> None:
    """Compare the panels of the sheet with the files that they show, where no title is."""
    rows = read_png(os.path.join(picture.record["dir"], picture.image()), is_bare=False)["rows"]
    index = picture.plane("index")
    image = np.array(rows).reshape(*index.shape, -1)[:, :, :3]
    got = picture.png("sheet")
    height, width = (side // 2 for side in index.shape)
    panels = [
        image,
        picture.png("overlay"),
        picture.png("index_color_preview"),
        picture.png("depth_color_preview"),
    ]
    for number, panel in enumerate(panels):
        cut = panel[: 2 * height, : 2 * width].reshape(height, 2, width, 2, 3)
        wanted = np.floor(cut.sum((1, 3)) / 4 + 0.5)
        y, x = number // 2 * height, number % 2 * width
        off = np.abs(got[y : y + height, x : x + width] - wanted).max(-1)
        last = height - 12 if number == 3 else height  # the scale of depth is not there
        same = (off[12:last] == 0).mean() if last > 12 else 1
        check(same == 1, f"{picture.what}panel {number}: {same:.1%} as it should be")


def seen_range(depth: np.ndarray) -> tuple:
    """Return what is left of the depths that are seen, without 2 % at either end."""
    seen = np.sort(depth[depth < 1e9].astype(np.float32))
    cut = int(len(seen) * 0.02)
    return (seen[cut], seen[-1 - cut]) if len(seen) else (np.float32(0), np.float32(0))


def depth_color(picture: Picture) -> None:
    """Compare depth in colours with OpenCV's Turbo, and the range with that of the clip."""
    import cv2

    shown = picture.png("depth_color_preview").astype(int)
    depth = picture.plane("depth")
    if "range" in picture.options:
        near, far = (float(word) for word in picture.options["range"].split(","))
    else:
        n = len(picture.files["image"]) if picture.is_sequence else 1
        frames = {0, n // 2, n - 1} if picture.is_sequence else {picture.frame}
        ranges = [seen_range(picture.other(i).plane("depth")) for i in frames]
        ranges = [pair for pair in ranges if pair[1] > 0]
        near = min((pair[0] for pair in ranges), default=0)
        far = max((pair[1] for pair in ranges), default=0)
    seen = depth < 1e9
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (1 / depth - 1 / far) / (1 / near - 1 / far) if far > near else depth * 0
    grey = (np.clip(np.where(seen, share, 0), 0, 1) * 255 + 0.5).astype(np.uint8)
    wanted = cv2.applyColorMap(grey, cv2.COLORMAP_TURBO)[:, :, ::-1].astype(int)
    wanted[~seen] = 26
    height, width = depth.shape
    top = height - (6 if height >= 18 and far > 0 else 0)
    has_numbers = width >= 120 and 18 <= height
    clear = top - (12 if width >= 50 and top < height else 0)  # above the numbers
    off = abs(shown - wanted)
    check(off[:clear].max(initial=0) <= 7, f"{picture.what}colours of depth off by {off.max()}")
    check((off[:clear][~seen[:clear]] == 0).all(), f"{picture.what}colour of nothing")
    if top < height:
        bar = 255 - np.round((np.arange(width) + 0.5) / width * 255).astype(np.uint8)
        bar = cv2.applyColorMap(bar, cv2.COLORMAP_TURBO)[0 if width == 1 else slice(None)]
        bar = bar.reshape(width, 3)[:, ::-1].astype(int)
        check(abs(shown[top:] - bar).max() <= 9, f"{picture.what}the scale")
        check(not has_numbers or (shown[clear:top] == 255).any(), f"{picture.what}no number")


def main() -> None:
    """Check each record on standard input."""
    label, pristine = sys.argv[1:3]
    options = dict(word.split("=", 1) for word in sys.argv[3:])
    for line in sys.stdin:
        for picture in pictures(json.loads(line), pristine, options):
            globals()[label](picture)
    if wrong or not compared:
        sys.exit("\n".join(wrong[:20] or ["nothing to compare"]) + f"\n{len(wrong)} are wrong")
    print(f"{compared} comparisons")


if __name__ == "__main__":
    main()
