# SPDX-License-Identifier: MIT
"""A reader for each format: what is in its tree, by the names of things that everything.py has.

    READERS["coco"](folder, used)    thing -> {sample or picture: what it is}

`used` takes the names of the programs and modules that have read. Readers know a format's rules,
not rv: rows with other columns than they know end the program.
"""

import collections
import configparser
import csv
import glob
import io
import json
import os
import subprocess
import tarfile
import xml.etree.ElementTree

import numpy

from check_labels import read_exr_file
from coco_check import decode
from everything import FPS, SIZE, digest, truth
from pictures import check

READERS, WIDTH, HEIGHT = {}, *SIZE


def reader(function):
    """Make a function the reader of the format that is called like it."""
    READERS[function.__name__.replace("_", "-")] = function
    return function


def things():
    """Return a table to be filled: thing -> {key: value}."""
    return collections.defaultdict(dict)


# ---- files


def load(used, *parts):
    """Return what a JSON file holds."""
    used.add("json")
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return json.load(file)


def lines(used, *parts):
    """Return the values of JSON Lines."""
    used.add("json")
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def text(*parts):
    """Return a text."""
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return file.read()


def png(used, *parts):
    """Return the numbers of a picture: of one with a palette, places in it."""
    from PIL import Image

    used.add("Pillow")
    return numpy.array(Image.open(os.path.join(*parts)))


def exr(used, path, channels):
    """Return planes of an OpenEXR file, which has no others."""
    used.add("own reader")
    found = read_exr_file(path)[0]
    check(sorted(found) == sorted(channels), path, sorted(found))
    return numpy.array([found[channel] for channel in channels])


def clip(used, path):
    """Return the frames of a clip."""
    (width, height), _ = probe(used, path)
    command = ["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    data = subprocess.run(command, check=True, capture_output=True).stdout
    return numpy.frombuffer(data, numpy.uint8).reshape(-1, height, width, 3)


def probe(used, path):
    """Return size and rate of a clip."""
    used.add("FFmpeg")
    entries = "stream=width,height,r_frame_rate"
    command = ["ffprobe", "-v", "error", "-show_entries", entries, "-of", "csv=p=0", path]
    width, height, rate = subprocess.run(
        command, check=True, capture_output=True, text=True
    ).stdout.split(",")
    over, under = map(int, rate.split("/"))
    return [int(width), int(height)], over / under


def find(*parts):
    """Return the paths that a pattern fits, sorted, at least one."""
    found = sorted(glob.glob(os.path.join(*parts), recursive=True))
    check(found, "nothing is called", parts)
    return found


def stem_of(path):
    """Return the name of a file without its extension."""
    return os.path.splitext(os.path.basename(path))[0]


def pixels(mask):
    """Return the pixels of a mask, sorted."""
    return sorted((int(x), int(y)) for y, x in zip(*numpy.nonzero(mask)))


def run_lengths(used, rle):
    """Return the pixels of COCO's run lengths."""
    used.add("own reader")
    return pixels(numpy.array(decode(rle)).reshape(rle["size"]))


def to_world(rotation, translation):
    """Return the pose, in OpenGL's axes, of a camera that OpenCV's axes are turned into."""
    pose = numpy.eye(4)
    pose[:3, :3] = numpy.reshape(rotation, (3, 3)).T @ numpy.diag([1, -1, -1])
    pose[:3, 3] = -numpy.reshape(rotation, (3, 3)).T @ translation
    return pose


def lens(fx, fy, cx, cy):
    """Return intrinsics."""
    return [[fx, 0, cx], [0, fy, cy], [0, 0, 1]]


# ---- detection and segmentation


@reader
def coco(folder, used):
    """Documents of splits, run lengths or outlines, keypoints, and segments."""
    found = things()
    for path in find(folder, "annotations", "instances_*.json"):
        document, split = load(used, path), stem_of(path).split("_")[1]
        names = {c["id"]: c["name"] for c in document["categories"]}
        for c in document["categories"]:
            found["supercategories"][c["name"]] = c["supercategory"]
        for image in document["images"]:
            stem = os.path.splitext(image["file_name"])[0].replace("/", ".")
            mine = [a for a in document["annotations"] if a["image_id"] == image["id"]]
            found["splits"][stem] = split
            found["pictures"][stem] = digest(os.path.join(folder, "images", image["file_name"]))
            found["boxes"][stem] = [a["bbox"] for a in mine]
            found["areas"][stem] = [a["area"] for a in mine]
            found["categories"][stem] = [names[a["category_id"]] for a in mine]
            if all(isinstance(a["segmentation"], dict) for a in mine):
                found["masks"][stem] = [run_lengths(used, a["segmentation"]) for a in mine]
            else:
                found["outlines"][stem] = [a["segmentation"] for a in mine]
            if any("keypoints" in a for a in mine):
                points = [numpy.reshape(a["keypoints"], (-1, 3)).tolist() for a in mine]
                found["keypoints"][stem] = points
    for path in glob.glob(os.path.join(folder, "annotations", "panoptic_*.json")):
        for image in load(used, path)["annotations"]:
            colours = png(used, folder, "panoptic", image["file_name"]).astype(int)
            ids = colours @ [1, 256, 65536]
            for segment in image["segments_info"]:
                check((ids == segment["id"]).sum() == segment["area"], path, segment)
            found["segments"][stem_of(image["file_name"])] = ids
    return found


@reader
def yolo(folder, used):
    """What yolo_check.py reads as Ultralytics does: rows by their number of columns, or masks."""
    from yolo_check import read_dataset

    used.update(("PyYAML", "OpenCV"))
    names, n_points, rows_of = read_dataset(folder)
    found = things()
    side = numpy.array([WIDTH, HEIGHT])
    for stem, (split, _, rows, rings) in rows_of.items():
        found["splits"][stem] = split
        found["pictures"][stem] = digest(find(folder, "images", split, stem + ".*")[0])
        if rows.dtype == numpy.uint8:
            found["classes"][stem] = rows
            continue
        found["categories"][stem] = [names[int(row[0])] for row in rows]
        corners = [(numpy.array(ring, float) * side).round(3) for ring in rings]
        if rings and all((ring % 1 == 0).all() for ring in corners):
            found["rectangles"][stem] = [sorted(ring.tolist()) for ring in corners]
        elif rings:
            found["centres"][stem] = [ring - 0.5 for ring in corners]
        else:
            found["boxes"][stem] = [
                [*((row[1:3] - row[3:5] / 2) * side), *(row[3:5] * side)] for row in rows
            ]
        if n_points:
            points = [row[5:].reshape(-1, 3) * [*side, 1] for row in rows]
            found["keypoints"][stem] = points
    return found


@reader
def voc(folder, used):
    """XML files, masks with a palette, lists."""
    used.add("ElementTree")
    found = things()
    for path in find(folder, "Annotations", "*.xml"):
        root, stem = xml.etree.ElementTree.parse(path).getroot(), stem_of(path)
        rows = root.findall("object")
        known = {"name", "pose", "truncated", "difficult", "bndbox"}
        check(all({child.tag for child in row} <= known for row in rows), path)
        keys = ("xmin", "ymin", "xmax", "ymax")
        sides = [[int(row.findtext(f"bndbox/{key}")) for key in keys] for row in rows]
        found["boxes"][stem] = [[x - 1, y - 1, X - x + 1, Y - y + 1] for x, y, X, Y in sides]
        found["categories"][stem] = [row.findtext("name") for row in rows]
        found["cut"][stem] = [row.findtext("truncated") == "1" for row in rows]
        found["pictures"][stem] = digest(f"{folder}/JPEGImages/{root.findtext('filename')}")
        if root.findtext("segmented") == "1":
            objects = png(used, folder, "SegmentationObject", stem + ".png")
            found["masks"][stem] = [pixels(objects == i) for i in range(1, len(rows) + 1)]
            found["classes"][stem] = png(used, folder, "SegmentationClass", stem + ".png")
    for split in ("train", "val", "test"):
        for stem in text(folder, "ImageSets", "Main", split + ".txt").split():
            found["splits"][stem] = split
    return found


@reader
def kitti(folder, used):
    """Rows of 15 columns, calibration, lists."""
    used.add("own reader")
    found = things()
    for part in ("training", "testing"):
        for row in text(folder, part, "mapping.txt").splitlines():
            number, stem, view, frame = row.split()
            check((view, frame) == ("-", "-"), row)
            home = os.path.join(folder, part)
            rows = [r.split() for r in text(home, "label_2", number + ".txt").splitlines()]
            found["pictures"][stem] = digest(f"{home}/image_2/{number}.png")
            kitti_rows(found, stem, rows, text(home, "calib", number + ".txt"))
            for split in ("train", "val", "test"):
                listed = text(folder, "ImageSets", split + ".txt").split()
                if number in listed and (split == "test") == (part == "testing"):
                    found["splits"][stem] = split
    return found


def kitti_rows(found, stem, rows, calib):
    """Take rows of 15 columns, and the calibration beside them."""
    check(all(len(row) == 15 for row in rows), rows)
    numbers = [list(map(float, row[1:])) for row in rows]
    found["categories"][stem] = [row[0] for row in rows]
    found["truncation"][stem] = [n[0] for n in numbers]
    found["hidden"][stem] = [n[1] for n in numbers]
    sides = [n[3:7] for n in numbers]
    found["boxes"][stem] = [[x, y, X - x + 1, Y - y + 1] for x, y, X, Y in sides]
    found["sides3d"][stem] = [[n[9], n[8], n[7]] for n in numbers]
    found["feet3d"][stem] = [n[10:13] for n in numbers]
    p2 = dict(line.replace(":", "").split(" ", 1) for line in calib.splitlines())["P2"].split()
    k = numpy.reshape(list(map(float, p2)), (3, 4))[:, :3]
    found["intrinsics"][stem] = k + [[0, 0, 0.5], [0, 0, 0.5], [0, 0, 0]]


@reader
def bop(folder, used):
    """Scenes: poses, cameras, depth, masks."""
    found = things()
    names = {c["id"]: c["name"] for c in load(used, folder, "..", "categories.json")}
    models = load(used, folder, "models", "models_info.json")
    found["meshes"] = set(os.listdir(f"{folder}/models")) - {"models_info.json"}
    found["symmetries"] = [k for model in models.values() for k in model if "symmetries" in k]
    for path in find(folder, "*", "*", "scene_camera.json"):
        scene, cameras = os.path.dirname(path), load(used, path)
        gt, info = (load(used, scene, f"scene_{name}.json") for name in ("gt", "gt_info"))
        for number, camera in cameras.items():
            stem, name = camera["rv_id"], f"{int(number):06d}"
            k = numpy.reshape(camera["cam_K"], (3, 3))
            found["intrinsics"][stem] = k + [[0, 0, 0.5], [0, 0, 0.5], [0, 0, 0]]
            place = numpy.array(camera["cam_t_w2c"]) / 1000
            found["poses"][stem] = to_world(camera["cam_R_w2c"], place)
            found["pictures"][stem] = digest(f"{scene}/rgb/{name}.png")
            if os.path.exists(f"{scene}/depth"):
                steps = png(used, scene, "depth", name + ".png") * camera["depth_scale"]
                found["depth"][stem] = numpy.where(steps, steps / 1000, 1e10)
            found["boxes"][stem] = [row["bbox_visib"] for row in info[number]]
            found["categories"][stem] = [names[row["obj_id"]] for row in gt[number]]
            found["seen"][stem] = [row["visib_fract"] for row in info[number]]
            sizes = [[models[str(row["obj_id"])][f"size_{c}"] for c in "xyz"] for row in gt[number]]
            places = [numpy.array(row["cam_t_m2c"]) / 1000 for row in gt[number]]
            pose = found["poses"][stem]
            centres = [pose[:3, :3] @ (place * [1, -1, -1]) + pose[:3, 3] for place in places]
            found["boxes3d"][stem] = [[c, numpy.array(s) / 1000] for c, s in zip(centres, sizes)]
            found["splits"][stem] = os.path.basename(os.path.dirname(scene))
            for thing, kind in (("masks", "mask_visib"), ("amodal", "mask")):
                files = sorted(glob.glob(f"{scene}/{kind}/{name}_*.png"))
                found[thing][stem] = [pixels(png(used, file)) for file in files]
    return found


# ---- whole samples


def shard_records(folder, used):
    """Return the records in shards as tarfile has them, with `dir` and files by their fields."""
    used.update(("tarfile", "json"))
    records, home = [], os.path.join(folder, "..", "unpacked")
    for path in find(folder, "*.tar"):
        with tarfile.open(path) as shard:
            shard.extractall(home)
    for member in find(home, "*.json"):
        record = {**load(used, member), "dir": home}
        for role, name in record["files"].items():
            names = name if isinstance(name, list) else [name]
            own = [f"{role}.{i:06d}" for i in range(len(names))] if names is name else [role]
            fields = [part + os.path.splitext(old)[1] for part, old in zip(own, names)]
            fields = ["png"] if role == "image" and names is not name else fields
            members = [f"{record['id']}.{field}" for field in fields]
            record["files"][role] = members if names is name else members[0]
        records.append(record)
    return records


@reader
def webdataset(folder, used):
    """Records, and every other member by its field."""
    records = shard_records(folder, used)
    found = truth(records)
    for record in records:
        found["records"][record["id"]] = load(used, record["dir"], record["id"] + ".json")
    return found


def dir_records(folder, used):
    """Return the records of directories of samples, with `dir`."""
    paths = find(folder, "*", "_meta.json")
    return [{**load(used, path), "dir": os.path.dirname(path)} for path in paths]


@reader
def dir(folder, used):
    """Directories of samples."""
    return truth(dir_records(folder, used))


def page_records(folder, used):
    """Return the records of a page: its scripts are calls with JSON."""
    used.add("json")
    scripts = [text(path) for path in find(folder, "data", "records-*.js")]
    lists = [json.loads(script[script.index(",") + 1 : script.rindex(")")]) for script in scripts]
    return [entry["record"] for entries in lists for entry in entries]


@reader
def html(folder, used):
    """The page's records, previews, and histograms."""
    found = things()
    for record in page_records(folder, used):
        labels = [a for a in record["annotations"] if a.get("category")]
        stem = record["id"]
        found["pictures"][stem] = digest(f"{folder}/files/{stem}.image.png")
        found["boxes"][stem] = [a["bbox"] for a in labels]
        found["masks"][stem] = [run_lengths(used, a["rle"]) for a in labels]
        found["categories"][stem] = [a["category"] for a in labels]
        if any("keypoints" in a for a in labels):
            points = [[[*p["pixel"], p["visibility"]] for p in a["keypoints"]] for a in labels]
            found["keypoints"][stem] = points
        found["records"][stem] = record
        found["prompts"][stem] = record["prompt"]
        found["intrinsics"][stem] = record["camera"]["K"]
        boxes = [o["box3d"] for o in record["objects"] if o.get("box3d")]
        found["boxes3d"][stem] = [[box["center"], box["size"]] for box in boxes[:2]]
        for kind in ("depth_color", "normal", "flow"):
            for path in glob.glob(f"{folder}/files/{stem}.{kind}_preview.png"):
                found["previews"][f"{stem}.{kind}"] = png(used, path).shape[:2]
    script = text(folder, "data", "dataset.js")
    histograms = json.loads(script[script.index("(") + 1 : script.rindex(")")])["histograms"]
    found["histograms"] = {"categories": histograms["categories"]}
    return found


@reader
def sheet(folder, used):
    """A picture."""
    check(png(used, os.path.dirname(folder), "sheet.png").size, "no picture")
    return {}


# ---- tables


def table_row(found, row, split):
    """Take a row that hf and parquet have."""
    stem = ".".join(part for part in (row["id"], row["view"], row["frame"]) if part)
    found["splits"][stem], found["prompts"][stem] = split, row["prompt"]
    found["sizes"][stem] = [row["width"], row["height"]]
    keys = {"boxes": "bbox", "areas": "area", "categories": "category", "ids": "index"}
    for thing, key in keys.items():
        found[thing][stem] = row["objects"][key]


@reader
def hf(folder, used):
    """Folders as the card has them."""
    from hf_check import read_dataset

    used.update(("PyYAML", "json"))
    found = things()
    for split, rows in read_dataset(folder)[1].items():
        for row in rows:
            table_row(found, row, {"validation": "val"}.get(split, split))
            found["pictures"][stem_of(row["path"])] = digest(row["path"])
    return found


@reader
def hfvideo(folder, used):
    """Clips as the card has them."""
    from hf_check import read_dataset

    used.update(("PyYAML", "json"))
    found = things()
    for split, rows in read_dataset(folder)[1].items():
        for row in rows:
            name = stem_of(row["path"])
            found["splits"][name] = {"validation": "val"}.get(split, split)
            found["prompts"][name] = row["prompt"]
            for number, frame in enumerate(clip(used, row["path"]), 1):
                found["pixels"][f"{name}.{number:06d}"] = frame
    return found


@reader
def parquet(folder, used):
    """Rows as hyparquet has them."""
    used.add("hyparquet")
    found, home = things(), os.path.dirname(__file__)
    for path in find(folder, "*", "*.parquet"):
        command = ["node", os.path.join(home, "parquet_rows.mjs"), path]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        for row in map(json.loads, out.splitlines()[1:]):
            table_row(found, row, os.path.basename(os.path.dirname(path)))
            found["seeds"][row["id"]] = row["seed"]
            found["pictures"][stem_of(row["image"]["path"])] = row["image"]["bytes"]
    return found


# ---- cameras


@reader
def transforms(folder, used):
    """One document, with the files that it names."""
    found, document = things(), load(used, folder, "transforms.json")
    for frame in document["frames"]:
        stem = stem_of(frame["file_path"])
        found["pictures"][stem] = digest(os.path.join(folder, frame["file_path"]))
        found["poses"][stem] = frame["transform_matrix"]
        found["intrinsics"][stem] = lens(*(document[k] for k in ("fl_x", "fl_y", "cx", "cy")))
        found["index"][stem] = png(used, folder, frame["segmentation_file_path"])
        if "depth_file_path" in frame:
            found["depth"][stem] = exr(used, os.path.join(folder, frame["depth_file_path"]), "V")[0]
        if "normal_file_path" in frame:
            normals = exr(used, os.path.join(folder, frame["normal_file_path"]), "XYZ")
            found["normals"][stem] = normals
    return found


@reader
def colmap(folder, used):
    """What colmap_check.py reads of a model."""
    from colmap_check import read_model

    used.add("own reader")
    found = things()
    for name, (camera, rotation, translation, points) in read_model(folder).items():
        stem = stem_of(name)
        found["pictures"][stem] = digest(os.path.join(folder, "images", name))
        found["poses"][stem] = to_world(rotation, translation)
        found["intrinsics"][stem] = lens(*camera[3:])
        found["points"][stem] = numpy.zeros((HEIGHT, WIDTH, 4))
        for x, y, place, colour in points:
            depth = (rotation @ place + translation)[2]
            found["points"][stem][int(y), int(x)] = [depth, *colour]
    return found


@reader
def visionsim(folder, used):
    """A document for each sequence, with the files that it names."""
    found = things()
    for path in find(folder, "*", "transforms.json"):
        home, document = os.path.dirname(path), load(used, path)
        for frame in document["frames"]:
            stem = f"{os.path.basename(home)}.{stem_of(frame['file_path'])[-6:]}"
            found["pictures"][stem] = digest(os.path.join(home, frame["file_path"]))
            found["poses"][stem] = frame["transform_matrix"]
            found["intrinsics"][stem] = document["intrinsics"]
            for thing, key, channels, part in (
                ("depth", "depth", "V", 0),
                ("index", "segmentation", "V", 0),
                ("camera normals", "normal", "RGB", slice(3)),
                ("flow in Blender's axes", "flow", "RGBA", slice(2, 4)),
            ):
                if key + "_file_path" in frame:
                    path = os.path.join(home, frame[key + "_file_path"])
                    found[thing][stem] = exr(used, path, channels)[part]
    return found


# ---- clips


@reader
def video(folder, used):
    """Clips, and a table of them."""
    found = things()
    for row in lines(used, folder, "metadata.jsonl"):
        name = stem_of(row["file_name"])
        size, rate = probe(used, os.path.join(folder, row["file_name"]))
        check(rate == row["fps"], row, rate)
        found["prompts"][name], found["rates"][name] = row["prompt"], row["fps"]
        found["sizes"][name] = size
        for number, frame in enumerate(clip(used, os.path.join(folder, row["file_name"])), 1):
            found["pixels"][f"{name}.{number:06d}"] = frame
    return found


@reader
def vbvr(folder, used):
    """Folders of tasks."""
    found = things()
    for row in lines(used, folder, "metadata.jsonl"):
        name, path = row["id"], os.path.join(folder, row["ground_truth_video_path"])
        home = os.path.dirname(path)
        metadata = load(used, home, "metadata.json")
        last = f"{name}.{row['frames']:06d}"
        found["prompts"][name] = text(home, "prompt.txt")
        found["seeds"][name] = metadata["generation"]["seed"]
        found["metadata"][name] = metadata["parameters"]
        for number, frame in enumerate(clip(used, path), 1):
            found["pixels"][f"{name}.{number:06d}"] = frame
        found["pictures"][f"{name}.000001"] = digest(f"{home}/first_frame.png")
        found["pictures"][last] = digest(f"{home}/final_frame.png")
        found["time"] = metadata["timestamp"]
        found["repository"] = [v for v in metadata["generation"]["git"].values() if v]
    return found


@reader
def control(folder, used):
    """Clips side by side."""
    found = things()
    for path in find(folder, "*", "control.json"):
        home, said = os.path.dirname(path), load(used, path)
        name = os.path.basename(home)
        found["prompts"][name] = load(used, home, "prompt.json")["prompt"]
        colours = {tuple(o["color"]): o["index"] for o in said["objects"]}
        clips = {kind: clip(used, find(home, kind + ".*")[0]) for kind in said["clips"]}
        for i, frame in enumerate(clips["rgb"]):
            stem = f"{name}.{i + 1:06d}"
            found["pixels"][stem] = frame
            if "depth" in clips:
                grey, (near, far) = clips["depth"][i][..., 0].astype(int), said["depth"].values()
                metres = near + (255 - grey) * (far - near) / 254
                found["coarse depth"][stem] = numpy.where(grey, metres, 1e10)
            colour = png(used, home, "segmentation", f"{i:05d}.png")
            index = [[colours.get(tuple(p), 0) for p in row] for row in colour.tolist()]
            found["index"][stem] = numpy.array(index)
            found["borders"][stem] = clips["edges"][i][..., 0]
    return found


# ---- objects over a clip


@reader
def mot(folder, used):
    """seqinfo.ini and rows of nine columns."""
    used.update(("configparser", "csv"))
    found, classes = things(), {1: "Pedestrian", 3: "Car"}
    for path in find(folder, "*", "*", "seqinfo.ini"):
        info, home = configparser.ConfigParser(), os.path.dirname(path)
        info.read(path)
        name = info["Sequence"]["name"]
        found["splits"][name] = os.path.basename(os.path.dirname(home))
        check(int(info["Sequence"]["frameRate"]) == FPS, path)
        with open(f"{home}/gt/gt.txt", encoding="utf-8", newline="") as file:
            rows = [list(map(float, row)) for row in csv.reader(file)]
        check(all(len(row) == 9 for row in rows), path)
        for number in range(1, int(info["Sequence"]["seqLength"]) + 1):
            stem, mine = f"{name}.{number:06d}", [row for row in rows if row[0] == number]
            sides = [row[2:6] for row in mine]
            found["boxes"][stem] = [[x - 1, y - 1, w, h] for x, y, w, h in sides]
            found["ids"][stem] = [row[1] for row in mine]
            found["categories"][stem] = [classes[row[7]] for row in mine]
            found["seen"][stem] = [row[8] for row in mine]
            found["pictures"][stem] = digest(f"{home}/img1/{number:06d}.png")
    return found


@reader
def davis(folder, used):
    """Masks with a palette, lists."""
    found = things()
    for split in ("train", "val", "test"):
        for name in text(folder, "ImageSets", "2017", split + ".txt").split():
            found["splits"][name] = split
            for path in find(folder, "Annotations", "480p", name, "*.png"):
                stem = f"{name}.{int(stem_of(path)) + 1:06d}"
                numbers = png(used, path)
                found["masks"][stem] = [pixels(numbers == i) for i in range(1, numbers.max() + 1)]
                picture = f"{folder}/JPEGImages/480p/{name}/{stem_of(path)}.png"
                found["pictures"][stem] = digest(picture)
    return found


@reader
def youtube_vis(folder, used):
    """Documents of splits."""
    found = things()
    for path in find(folder, "*", "instances.json"):
        document, home = load(used, path), os.path.dirname(path)
        names = {c["id"]: c["name"] for c in document["categories"]}
        for video_ in document["videos"]:
            mine = [a for a in document["annotations"] if a["video_id"] == video_["id"]]
            for i, file in enumerate(video_["file_names"]):
                stem = f"{os.path.dirname(file)}.{i + 1:06d}"
                found["splits"][os.path.dirname(file)] = os.path.basename(home)
                found["pictures"][stem] = digest(f"{home}/JPEGImages/{file}")
                found["masks"][stem] = [run_lengths(used, a["segmentations"][i]) for a in mine]
                found["boxes"][stem] = [a["bboxes"][i] for a in mine]
                found["areas"][stem] = [a["areas"][i] for a in mine]
                found["categories"][stem] = [names[a["category_id"]] for a in mine]
                found["ids"][stem] = [a["rv_index"] for a in mine]
    return found


def kitti_sequences(folder, name):
    """Yield part, number, id, length and split of each sequence."""
    for part in ("training", "testing"):
        ids = dict(row.split()[:2] for row in text(folder, part, "mapping.txt").splitlines())
        for split in ("train", "val") if part == "training" else ("test",):
            for row in text(folder, part, f"{name}.seqmap.{split}").splitlines():
                number, _, _, length = row.split()
                yield os.path.join(folder, part), number, ids[number], int(length), split


@reader
def kitti_tracking(folder, used):
    """Rows of 17 columns."""
    used.add("own reader")
    found = things()
    for home, number, name, length, split in kitti_sequences(folder, "evaluate_tracking"):
        found["splits"][name] = split
        rows = [r.split() for r in text(home, "label_02", number + ".txt").splitlines()]
        check(all(len(row) == 17 for row in rows), rows)
        for i in range(length):
            stem, mine = f"{name}.{i + 1:06d}", [row for row in rows if int(row[0]) == i]
            kitti_rows(found, stem, [row[2:] for row in mine], text(home, "calib", number + ".txt"))
            found["ids"][stem] = [int(row[1]) for row in mine]
            found["truncation in steps"][stem] = found["truncation"].pop(stem)
            found["pictures"][stem] = digest(f"{home}/image_02/{number}/{i:06d}.png")
    del found["truncation"]
    return found


@reader
def mots(folder, used):
    """PNG files of 16 bits, and rows with run lengths."""
    found = things()
    for home, number, name, length, split in kitti_sequences(folder, "evaluate_mots"):
        found["splits"][name] = split
        for i in range(length):
            stem = f"{name}.{i + 1:06d}"
            ids = png(used, home, "instances", number, f"{i:06d}.png")
            numbers = sorted(set(ids.ravel().tolist()) - {0})
            found["masks"][stem] = [pixels(ids == n) for n in numbers]
            found["two classes"][stem] = [n // 1000 for n in numbers]
            found["pictures"][stem] = digest(f"{home}/image_02/{number}/{i:06d}.png")
    return found


@reader
def tracks(folder, used):
    """NumPy's files."""
    from PIL import Image

    used.update(("NumPy", "Pillow"))
    found = things()
    for path in find(folder, "*", "*.npz"):
        name = stem_of(path)
        found["splits"][name] = os.path.basename(os.path.dirname(path))
        with numpy.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        found["points in space"][name] = arrays["tracks_XYZ"]
        found["points in the picture"][name] = arrays["rv_tracks_xy"]
        found["visibility"][name] = arrays["visibility"]
        for i, data in enumerate(arrays["images_jpeg_bytes"]):
            stem, w2c = f"{name}.{i + 1:06d}", arrays["extrinsics_w2c"][i]
            found["pixels"][stem] = numpy.array(Image.open(io.BytesIO(data)))
            found["intrinsics"][stem] = lens(*arrays["fx_fy_cx_cy"])
            found["poses"][stem] = to_world(w2c[:3, :3], w2c[:3, 3])
    return found
