#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads BOP's scenes as its toolkit does, and compares them with the samples they were made from.

    bop_check.py DATASET/bop RECORDS [DEPTH_SCALE]
    bop_check.py --shards DATASET/bop TREE

The second makes folders in TREE, a directory to be made, of scenes that are shards, as the toolkit
reads them: tarfile, key_to_shard.json, and run lengths, which are lists down columns.

A model's corners, through pose and intrinsics, must fall where the record's box does; depth times
its scale must be the record's; masks are read by Pillow. Exit status 1 at the first thing that is
wrong; prints how many objects were compared.
"""

import collections
import itertools
import json
import os
import shutil
import sys
import tarfile

import numpy
from PIL import Image

from check_labels import decode_rle, read_exr_file
from pictures import check, extension, pictures

SIGNS = numpy.array(list(itertools.product((-0.5, 0.5), repeat=3)))


def load(*parts):
    """Return what a JSON file holds."""
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return json.load(file)


def rotation(quaternion):
    """Return the matrix of a quaternion w x y z."""
    w, x, y, z = quaternion
    cross = numpy.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return numpy.eye(3) + 2 * w * cross + 2 * cross @ cross


def project(k, points):
    """Return pixels of points in OpenCV's camera axes."""
    points = points @ numpy.reshape(k, (3, 3)).T
    return points[:, :2] / points[:, 2:]


def seen_in(record, box):
    """Return the corners of a record's box in pixels whose centres are whole numbers."""
    pose, k = numpy.array(record["camera"]["matrix_world"]), record["camera"]["K"]
    corners = SIGNS * box["size"] @ rotation(box["rotation_quaternion"]).T + box["center"]
    camera = (corners - pose[:3, 3]) @ pose[:3, :3] * [1, -1, -1]
    return project(k, camera) - 0.5


def compare_depth(path, record, files, scale):
    """Compare a depth map with the record's."""
    steps = numpy.array(Image.open(path)).astype(float)
    wanted = numpy.array(read_exr_file(f"{record['dir']}/{files['depth']}")[0]["V"]) * 1000
    known = wanted < 65535.5 * scale
    check((abs(steps * scale - wanted)[known] <= scale / 2 + 0.01).all(), path, "is another depth")
    check((steps[~known] == 0).all(), path, "has depth where nothing is seen")


def compare_object(scene, names, thing, info, record, files, item, models):
    """Compare an object with its annotation."""
    stem, number = names
    masks = [
        numpy.array(Image.open(f"{scene}/{kind}/{stem}_{number:06d}.png"))
        for kind in ("mask", "mask_visib")
    ]
    indices = numpy.array(Image.open(f"{record['dir']}/{files['index']}"))
    wanted = (indices == item["index"]) * 255
    whole = wanted
    if "amodal" in item:
        whole = numpy.zeros_like(wanted)
        for x, y in decode_rle(item["amodal"]):
            whole[y, x] = 255
    check((masks[0] == whole).all() and (masks[1] == wanted).all(), scene, names, "other masks")
    box, area = item.get("amodal_bbox", item["bbox"]), item.get("amodal_area", item["area"])
    check(info["bbox_visib"] == item["bbox"] and info["bbox_obj"] == box, scene, names, info)
    check(
        info["px_count_visib"] == item["area"] and info["px_count_all"] == area, scene, names, info
    )
    check(abs(info["visib_fract"] - item["area"] / area) < 1e-12, scene, names, info)
    box = next(t for t in record["objects"] if t["index"] == item["index"])["box3d"]
    model = models[str(thing["obj_id"])]
    size = numpy.array([model["size_x"], model["size_y"], model["size_z"]])
    low = numpy.array([model["min_x"], model["min_y"], model["min_z"]])
    corners = low + (SIGNS + 0.5) * size
    turned = corners @ numpy.reshape(thing["cam_R_m2c"], (3, 3)).T + thing["cam_t_m2c"]
    camera = load(scene, "scene_camera.json")[str(int(stem))]
    off = abs(project(camera["cam_K"], turned) - seen_in(record, box)).max()
    check(off < 1e-6, scene, names, "corners are off by", off)
    rows = numpy.reshape(camera["cam_R_w2c"], (3, 3))
    middle = rows @ numpy.array(box["center"]) * 1000 + camera["cam_t_w2c"]
    check(abs(middle - thing["cam_t_m2c"]).max() < 1e-6, scene, names, "camera is elsewhere")
    check(abs(model["diameter"] - numpy.linalg.norm(size)) < 1e-6, model)


FIELDS = ["camera.json", "gt.json", "gt_info.json", "mask.json", "mask_visib.json"]


def unpack_masks(scene, kind, stem, masks):
    """Write the masks of a picture as files."""
    os.makedirs(f"{scene}/{kind}", exist_ok=True)
    for number, runs in masks.items():
        check(sum(runs["counts"]) == numpy.prod(runs["size"]), scene, kind, stem, runs)
        values = numpy.repeat(numpy.arange(len(runs["counts"])) % 2 * 255, runs["counts"])
        mask = values.reshape(runs["size"], order="F").astype(numpy.uint8)
        Image.fromarray(mask).save(f"{scene}/{kind}/{stem}_{int(number):06d}.png")


def unpack_shard(path, scene, keys):
    """Make the folder of a scene from its shard, and take its keys from the list."""
    entries, order = {name: {} for name in FIELDS[:3]}, []
    with tarfile.open(path) as shard:
        for member in shard:
            key, field = member.name.split(".", 1)
            stem, data = key.split("_")[1], shard.extractfile(member).read()
            if not order or order[-1] != key:
                check(key not in order, path, key, "is not in one place")
                check(keys.pop(key) == int(scene[-6:]), path, key, "is of another shard")
                order.append(key)
            if field in FIELDS[:3]:
                entries[field][str(int(stem))] = json.loads(data)
            elif field in FIELDS[3:]:
                unpack_masks(scene, field[:-5], stem, json.loads(data))
            else:
                kind, extension_ = field.split(".")
                os.makedirs(f"{scene}/{kind}", exist_ok=True)
                with open(f"{scene}/{kind}/{stem}.{extension_}", "wb") as file:
                    file.write(data)
    check(len(order) <= 1000 and order == sorted(order), path, "has another order")
    for name, of_pictures in entries.items():
        check(len(of_pictures) == len(order), path, name, "is not of every picture")
        with open(f"{scene}/scene_{name}", "w", encoding="utf-8") as file:
            json.dump(of_pictures, file)


def unpack(root, tree):
    """Make folders of all shards."""
    shutil.copytree(root, tree, ignore=shutil.ignore_patterns("*.tar", "key_to_shard.json"))
    shutil.copy(f"{root}/../categories.json", f"{tree}/../categories.json")
    for split in ("train", "val", "test"):
        if os.path.exists(f"{root}/{split}"):
            keys = load(root, split, "key_to_shard.json")
            for name in sorted(os.listdir(f"{root}/{split}")):
                if name != "key_to_shard.json":
                    scene = f"{tree}/{split}/{name.removeprefix('shard-').removesuffix('.tar')}"
                    unpack_shard(f"{root}/{split}/{name}", scene, keys)
            check(not keys, split, "shards lack", keys)


def main():
    """Compare all."""
    if sys.argv[1] == "--shards":
        unpack(*sys.argv[2:4])
        return
    root, path = sys.argv[1:3]
    scale = float(sys.argv[3]) if len(sys.argv) > 3 else 1.0
    models, n_objects = load(root, "models", "models_info.json"), 0
    names = {c["id"]: c["name"] for c in load(root, "..", "categories.json")}
    at, targets = collections.Counter(), []
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        split = record.get("split", "train")
        for _, files, annotations in pictures(record):
            number, im_id = divmod(at[split], 1000)
            at[split] += 1
            scene, stem = f"{root}/{split}/{number:06d}", f"{im_id:06d}"
            with open(f"{scene}/rgb/{stem}{extension(files)}", "rb") as one, open(
                f"{record['dir']}/{files['image']}", "rb"
            ) as two:
                check(one.read() == two.read(), scene, stem, "is another picture")
            camera = load(scene, "scene_camera.json")[str(im_id)]
            check(camera["rv_id"] == record["id"], camera)
            if "depth" in files:
                check(camera["depth_scale"] == scale, camera)
                compare_depth(f"{scene}/depth/{stem}.png", record, files, scale)
            things = load(scene, "scene_gt.json")[str(im_id)]
            infos = load(scene, "scene_gt_info.json")[str(im_id)]
            boxes = {t["index"]: t.get("box3d") for t in record["objects"]}
            seen = [item for item in annotations if item.get("category") and boxes[item["index"]]]
            check(len(things) == len(infos) == len(seen), scene, stem, len(things), len(seen))
            for i, (thing, info, item) in enumerate(zip(things, infos, seen)):
                check(names[thing["obj_id"]] == item["category"], thing, item["category"])
                compare_object(scene, (stem, i), thing, info, record, files, item, models)
            counts = collections.Counter(t["obj_id"] for t in things) if split == "test" else {}
            for obj_id, count in sorted(counts.items()):
                targets.append(
                    {"im_id": im_id, "inst_count": count, "obj_id": obj_id, "scene_id": number}
                )
            n_objects += len(things)
    if targets:
        check(load(root, "test_targets_bop19.json") == targets, targets)
    print(f"{n_objects} objects")


if __name__ == "__main__":
    main()
