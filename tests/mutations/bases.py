# SPDX-License-Identifier: MIT
"""What mutations damage: samples and datasets, each made in a directory of its own.

A sample is in out/ID, its record in record.json; a dataset in ds/.
"""

import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import tarfile

import foreign_trees
import labelled
import make_planes
import make_sample
import parquet

CAMERA = {
    "type": "PERSP",
    "K": [[30, 0, 20.5], [0, 31, 14], [0, 0, 1]],
    "matrix_world": [[1, 0, 0, 0.5], [0, 0, -1, -5], [0, 1, 0, 0.1], [0, 0, 0, 1]],
}


class Base:
    """One of them, and how rv-verify is to look at it."""

    def __init__(self, name, make, is_dataset, options=()):
        self.name, self.make, self.is_dataset = name, make, is_dataset
        self.options = list(options)


def dump(value):
    """Return compact JSON and a newline."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False) + "\n"


def save(record):
    """Write the record of a sample, on the stream and in its directory."""
    with open("record.json", "w", encoding="utf-8") as file:
        file.write(dump(record))
    with open(f"{record['dir']}/_meta.json", "w", encoding="utf-8") as file:
        file.write(dump({k: v for k, v in record.items() if k not in ("dir", "run", "verify")}))


# ---- samples


def still():
    """A still of three objects."""
    return save(labelled.sample("out", "a", 0))


def sequence():
    """Three frames of them."""
    return save(labelled.sequence("out", "a", 3))


def views():
    """A still with two views besides the record's own camera."""
    record, *others = [labelled.sample("out", f"a-{i}", i) for i in range(3)]
    shutil.move("out/a-0", "out/a")
    record.update(id="a", dir="out/a", views=[])
    os.makedirs("out/a/views")
    for name, other in zip(("left", "right"), others):
        shutil.move(other["dir"], f"out/a/views/{name}")
        os.remove(f"out/a/views/{name}/_meta.json")
        files = {
            role: [f"views/{name}/{path}" for path in paths]
            if isinstance(paths, list)
            else f"views/{name}/{paths}"
            for role, paths in other["files"].items()
        }
        for item in other["annotations"]:
            item["mask"] = f"views/{name}/{item['mask']}"
        record["views"].append({"name": name, "files": files, "annotations": other["annotations"]})
    return save(record)


def mask_samples(command, *options, change=lambda record: None):
    """Run a maker of a sample and rv-mask on its record, changed by a function before."""
    record = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    change(record)
    done = subprocess.run(
        ["rv-mask", *options], input=dump(record), capture_output=True, text=True, check=True
    )
    return save(json.loads(done.stdout))


def labelled_by_mask(*options, mask=(), change=lambda record: None):
    """A sample with every pass, labelled by rv-mask."""
    make = [make_sample.__file__, "out", "--size", "32", "24", "--passes", *options]
    more = ["--instances", "--normals", "camera", "--flow-format", "flo,kitti", *mask]
    return mask_samples(make, *more, change=change)


def passes():
    """A still of it."""
    return labelled_by_mask()


def moving_passes():
    """Two frames of it."""
    return labelled_by_mask("--frames", "2")


def planes():
    """Three frames of a camera that goes past two planes."""
    return mask_samples([make_planes.__file__, "out"])


def moves():
    """The same with scene flow and occlusion masks."""
    return mask_samples([make_planes.__file__, "out"], "--scene-flow", "--occlusion")


def deforming():
    """The same with a wall that may deform, so that nothing is known of its motion but its box."""

    def change(record):
        ends = ((-50, 50), (6, 6.001), (0, 3))
        corners = [[ends[axis][k >> axis & 1] for axis in range(3)] for k in range(8)]
        record["objects"][1].update(deforms=True, box3d={"corners": corners})

    options = ["--scene-flow", "--occlusion"]
    return mask_samples([make_planes.__file__, "out"], *options, change=change)


def stereo():
    """The same as a stereo pair with disparity: the camera, and a view beside it."""
    return mask_samples([make_planes.__file__, "out", "--stereo", "0.5"], "--disparity")


def distances():
    """The same with distances."""
    return mask_samples([make_planes.__file__, "out"], "--distance")


def tracked():
    """The same with tracks of points on both planes."""
    return mask_samples([make_planes.__file__, "out", "--tracks"])


def parallel():
    """The same, seen by an orthographic camera."""
    return mask_samples([make_planes.__file__, "out", "--orthographic", "--tracks"])


def copied():
    """A still whose third object is an instance of the first, turned by 90 degrees."""

    def change(record):
        first, third = record["objects"][0], record["objects"][2]
        x, y, z = (row[3] for row in first["matrix_world"][:3])
        turned = [[0, -1, 0, 3], [1, 0, 0, 4], [0, 0, 1, 5], [0, 0, 0, 1]]
        third.update(instance_of=1, parent="Object 2", matrix_world=turned)
        for own, point in zip(third["keypoints"], first["keypoints"]):
            u, v, w = point["world"]
            own["world"] = [3 - (v - y), 4 + (u - x), 5 + (w - z)]

    return labelled_by_mask(change=change)


def asked():
    """A still with labels that are made where they are asked for."""
    options = "--classes box,window --panoptic --palette --edges --soft --depth-format mm,kitti,npy"
    return labelled_by_mask(mask=options.split())


def whole():
    """A still with whole objects, of which some are hidden, and some go beyond the border."""
    make = ["--amodal", "--objects", "9", "--seed", "4"]
    return labelled_by_mask(*make, mask=["--amodal-masks"])


def seen(camera, point):
    """Return the pixel of a point of the world, None behind the camera."""
    pose, lens = camera["matrix_world"], camera["K"]
    off = [point[k] - pose[k][3] for k in range(3)]
    x, y, z = (sum(pose[k][axis] * off[k] for k in range(3)) for axis in range(3))
    return [lens[0][0] * x / -z + lens[0][2], lens[1][1] * y / z + lens[1][2]] if z < 0 else None


def shapes():
    """A still with shapes of masks, outlines of boxes, parts and groups."""
    options = "--polygons edge,center --shapes border,centroid,obb --box3d-hull"
    more = "--parts material,masks --groups parent,collection"

    def change(record):
        for thing in record["objects"]:
            thing["collections"] = [("Even", "Odd")[thing["index"] % 2]]
            thing["box3d"]["pixels"] = [
                seen(record["camera"], p) for p in thing["box3d"]["corners"]
            ]
        record["objects"][0]["parent"] = "Object 2"
        record["objects"][1]["parent"] = "Object 3"

    return labelled_by_mask("--corners", mask=[*options.split(), *more.split()], change=change)


def simplified():
    """A still of larger objects with simplified polygons."""
    options = ["--polygons", "edge,center", "--simplify", "1.5"]
    return labelled_by_mask("--size", "200", "150", mask=options)


def named():
    """A still with categories from the objects' names."""
    return labelled_by_mask(mask=["--category-from", "name"])


def claimed():
    """A still whose disc has a material that writes the channel of its mask."""
    record = labelled.sample("out", "a", 0)
    kinds = {"Gloss": {"disc": {"type": "Value", "value": 1}}, "Chalk": {}}
    record["materials"] = [
        {"index": i, "name": name, "semantics": value}
        for i, (name, value) in enumerate(kinds.items(), 1)
    ]
    record["semantic_mask_threshold"] = 0.5
    record["objects"] = [
        {**thing, "materials": ["Gloss" if thing["index"] == 2 else "Chalk"]}
        for thing in record["objects"]
    ]
    return save(record)


def stuff():
    """A still with segments of whole categories."""
    return labelled_by_mask(mask=["--panoptic", "--stuff", "box"])


def texture(seed):
    """Return rows of pixels at random, those of a good picture as far as brightness goes."""
    chance = random.Random(seed)
    return [
        [tuple(chance.randrange(256) for _ in range(3)) for _ in range(labelled.WIDTH)]
        for _ in range(labelled.HEIGHT)
    ]


def photo():
    """A still whose image has a texture."""
    record = labelled.sample("out", "a", 0)
    labelled.png("out/a/Image.png", texture(0), 3, 8)
    return save(record)


def clip():
    """Four frames of a texture over which a bright square moves."""
    record = labelled.sequence("out", "a", 4)
    for number, path in enumerate(record["files"]["image"]):
        rows = texture(0)
        for y in range(5, 15):
            rows[y][8 * number : 8 * number + 6] = [(255, 255, 255)] * 6
        labelled.png(f"out/a/{path}", rows, 3, 8)
    return save(record)


def moving(name, seed):
    """A clip of a texture that slides, its record."""
    record = labelled.sequence("out", name, 4)
    rows = texture(seed)
    for number, path in enumerate(record["files"]["image"]):
        slid = [row[3 * number :] + row[: 3 * number] for row in rows]
        labelled.png(f"out/{name}/{path}", slid, 3, 8)
    return {**record, "fps": 12, "prompt": f"{name} slides", "metadata": {"size": 0.5}}


# ---- datasets


def textured(count):
    """Return the records of stills of one object each, of two categories at random."""
    chance, records = random.Random(4), []
    rows = [[int(5 < x < 20 and 5 < y < 20) for x in range(40)] for y in range(30)]
    for number in range(count):
        name = f"{number:02d}"
        kind = chance.choice(("box", "disc"))
        thing = {"index": 1, "name": "Thing", "tags": [kind], "properties": {}}
        os.makedirs(f"out/{name}")
        labelled.png(f"out/{name}/Image.png", texture(number), 3, 8)
        one = {**labelled.annotation(rows, thing), "category": kind}
        del one["mask"]
        records.append(
            {
                "id": name,
                "index": number,
                "seed": number,
                "dir": f"out/{name}",
                "params": {"room": f"room {number}"},
                "files": {"image": "Image.png"},
                "resolution": [labelled.WIDTH, labelled.HEIGHT],
                "objects": [thing],
                "annotations": [one],
                "split": "train" if number < 18 else "val",
            }
        )
    return records


def photos():
    """Stills of two splits in YOLO's folders."""
    mux(textured(24), "yolo")


def photo_shards():
    """The same in shards."""
    mux(textured(24), "webdataset")


def bright_clips():
    """A video."""
    clip()
    with open("record.json", encoding="utf-8") as file:
        mux([json.load(file)], "video")


def mux(records, formats, *options):
    """Let rv-mux make a dataset of records."""
    command = ["rv-mux", "-q", "-f", formats, "-o", "ds", *options]
    subprocess.run(command, input="".join(map(dump, records)), text=True, check=True, stdout=-3)


def dataset():
    """Two stills in all formats but cameras."""
    records = [labelled.sample("out", name, i) for i, name in enumerate("ab")]
    mux(records, "coco,webdataset,video,sheet")


def described():
    """Two stills of which it is told what they are."""
    records = [labelled.sample("out", name, i) for i, name in enumerate("ab")]
    info = ["name=x", "license=MIT", "creator=y", "url=https://z", "date=2020-01-01"]
    mux(records, "coco,webdataset,hf", *(f"--info={text}" for text in info))


def compressed():
    """Three stills in compressed shards of two."""
    records = [labelled.sample("out", name, i) for i, name in enumerate("abc")]
    mux(records, "webdataset:zstd:shard-count=2")


def cameras():
    """Two stills with cameras."""
    records = [labelled.sample("out", name, i) for i, name in enumerate("ab")]
    mux([{**record, "camera": CAMERA} for record in records], "coco,webdataset,transforms")


def sequences():
    """A sequence in all formats."""
    record = labelled.sequence("out", "a", 3)
    mux([{**record, "camera": CAMERA}], "coco,webdataset,video,transforms")


def several():
    """A still with views, another without, and a sequence, in all formats."""
    views()
    with open("record.json", encoding="utf-8") as file:
        records = [json.load(file)]
    records += [labelled.sample("out", "b", 1), labelled.sequence("out", "c", 2)]
    mux([{**record, "camera": CAMERA} for record in records], "coco,webdataset,video,transforms")


def outlines():
    """Two stills in Roboflow's folders, of two splits, with outlines and classes from 0."""
    records = [labelled.sample("out", name, i) for i, name in enumerate("ab")]
    for record in records:
        for item in record["annotations"]:
            x, y, w, h = item["bbox"]
            ring = [x, y, x + w, y, x + w, y + h, x, y + h]
            item.update(polygons={"edge": [ring]}, area=w * h)
    mux(
        [records[0], {**records[1], "split": "val"}],
        "coco:layout=roboflow:segmentation=polygon:base=0",
    )


def simplified_outlines():
    """A still in COCO's form with simplified outlines."""
    simplified()
    with open("record.json", encoding="utf-8") as file:
        mux([json.load(file)], "coco:segmentation=polygon,webdataset")


def boxes():
    """Two stills in YOLO's folders, of two splits."""
    records = [labelled.sample("out", name, i) for i, name in enumerate("ab")]
    mux([records[0], {**records[1], "split": "val"}], "yolo,webdataset")


def labelled_tree():
    """A tree of Pascal VOC that another program made."""
    foreign_trees.voc("ds")


def split_lists():
    """Three stills, of train, train and val, where splits are lists and documents."""
    records = [labelled.sample("out", name, i) for i, name in enumerate("abc")]
    splits = ("train", "train", "val")
    mux([{**r, "camera": CAMERA, "split": s} for r, s in zip(records, splits)], "coco,transforms")


def nerf():
    """Two stills, of train and val, with the documents of the original NeRF."""
    records = [labelled.sample("out", name, i) for i, name in enumerate("ab")]
    camera = {**CAMERA, "K": [[30, 0, 20], [0, 30, 15], [0, 0, 1]]}
    splits = zip(records, ("train", "val"))
    mux([{**r, "camera": camera, "split": s} for r, s in splits], "transforms:nerf,webdataset")


def keypoints():
    """A still whose objects have two keypoints each, as YOLO has them."""
    record = labelled.sample("out", "a", 0)
    places = [{"name": f"p{i}", "pixel": p} for i, p in enumerate([[4.5, 6.5], [30, 20]])]
    own = [{**place, "depth": 1, "in_frame": True} for place in places]
    record["objects"] = [{**thing, "keypoints": own} for thing in record["objects"]]
    for item in record["annotations"]:
        item["keypoints"] = [{**place, "visibility": 2} for place in places]
    mux([record], "yolo:task=pose,webdataset")


def classes():
    """Two stills in YOLO's folders with masks of classes, of two splits."""
    records = [labelled.sample("out", name, i) for i, name in enumerate("ab")]
    mux([records[0], {**records[1], "split": "val"}], "yolo:task=semantic,webdataset")


def coco_keypoints():
    """A still whose objects have two keypoints each, as COCO has them."""
    record = labelled.sample("out", "a", 0)
    for item in record["annotations"]:
        places = enumerate([[4.5, 6.5], None])
        item["keypoints"] = [
            {"name": f"p{i}", "pixel": p, "visibility": 2 if p else 0} for i, p in places
        ]
    mux([record], "coco:keypoints,webdataset")


def segments():
    """Two stills with COCO's segments, the second of things and of stuff, of two splits."""
    make = [make_sample.__file__, "out", "--size", "32", "24", "--passes", "--count", "2"]
    lines = subprocess.run(make, capture_output=True, text=True, check=True).stdout.splitlines()
    records = []
    for line, options in zip(lines, ([], ["--stuff", "box"])):
        command = ["rv-mask", "--panoptic", *options]
        done = subprocess.run(command, input=line, capture_output=True, text=True, check=True)
        records.append(json.loads(done.stdout))
    mux([records[0], {**records[1], "split": "val"}], "coco:panoptic,webdataset")


def masks():
    """Two stills with masks, in Pascal VOC's folders, of two splits."""
    records = [labelled.sample("out", name, i) for i, name in enumerate("ab")]
    mux([records[0], {**records[1], "split": "val"}], "voc:masks,webdataset")


def folders():
    """Two stills in Hugging Face's folders, of two splits."""
    records = [labelled.sample("out", name, i) for i, name in enumerate("ab")]
    mux([records[0], {**records[1], "split": "val"}], "hf,webdataset")


def tables():
    """Two stills in Parquet, of two splits; and the first again in a table of another writer."""
    records = [labelled.sample("out", name, i) for i, name in enumerate("ab")]
    mux([records[0], {**records[1], "split": "val"}], "parquet,webdataset")
    save(records[0])
    parquet.write("ds/parquet/train/000000.parquet", [parquet.row(records[0], "out/a/Image.png")])
    seal()


def tapvid():
    """A clip with tracks of points."""
    tracked()
    with open("record.json", encoding="utf-8") as file:
        mux([json.load(file)], "tracks")


def clips():
    """Two sequences in Hugging Face's folders."""
    mux([labelled.sequence("out", name, 2) for name in "ab"], "hfvideo,webdataset")


def sliding():
    """Two such clips, in all formats of clips, the tables' in segments of two frames."""
    formats = "video:metadata:segments=2,hfvideo,control,vbvr,webdataset"
    mux([moving(name, number) for number, name in enumerate("ab")], formats)


LEVEL = {
    "K": [[30, 0, 20], [0, 30, 15], [0, 0, 1]],
    "matrix_world": [[1, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1]],
}


def cars(record):
    """Return a record seen by a level camera, whose objects are cars, with a 3D box around all."""
    box = {"center": [0, 10, 0], "size": [16, 2, 12], "rotation_quaternion": [1, 0, 0, 0]}
    things = [{**t, "properties": {"category": "car"}, "box3d": box} for t in record["objects"]]
    for state in record.get("frames", [record]):
        state["annotations"] = [{**item, "category": "car"} for item in state["annotations"]]
    return {**record, "camera": LEVEL, "objects": things}


def clip_tables():
    """Two sequences as clips, with tables of them."""
    records = [{**labelled.sequence("out", name, 3), "prompt": 'a "b",\nc'} for name in "ab"]
    mux(records, "video:metadata,webdataset")


def clip_segments():
    """A sequence of five frames, cut into clips of two."""
    mux([labelled.sequence("out", "a", 5)], "video:segments=2,webdataset")


def clip_tiles():
    """Three sequences, two of them of three frames, in clips of two tiles."""
    records = [labelled.sequence("out", name, n) for name, n in (("a", 3), ("b", 2), ("c", 3))]
    mux(records, "video:tiles=1x2,webdataset")


def boxes3d():
    """Two stills, in KITTI's folders, of two splits, the first with 3D boxes."""
    records = [cars(labelled.sample("out", name, i)) for i, name in enumerate("ab")]
    records[1]["objects"] = [{**thing, "box3d": None} for thing in records[1]["objects"]]
    mux([records[0], {**records[1], "split": "val"}], "kitti,webdataset")


def tracked_boxes():
    """Two sequences with 3D boxes, in the folders of KITTI's tracking benchmark, of two splits."""
    records = [cars(labelled.sequence("out", name, 3)) for name in "ab"]
    mux([records[0], {**records[1], "split": "test"}], "kitti-tracking,webdataset")


def tracked_masks():
    """Two sequences with masks, in KITTI MOTS's folders, of two splits."""
    records = [cars(labelled.sequence("out", name, 3)) for name in "ab"]
    mux([records[0], {**records[1], "split": "test"}], "mots,webdataset")


def controls():
    """Three sequences as control clips, the last of two frames."""
    records = [labelled.sequence("out", name, n) for name, n in (("a", 3), ("b", 3), ("c", 2))]
    mux(records, "control,webdataset")


def folders_of_frames():
    """A sequence with every pass, in visionsim's folders."""
    mask_samples([make_planes.__file__, "out"], "--normals", "camera")
    with open("record.json", encoding="utf-8") as file:
        mux([json.load(file)], "visionsim,webdataset")


def models():
    """Two stills with cameras and depth, as a model of COLMAP."""
    records = [labelled.sample("out", name, i) for i, name in enumerate("ab")]
    mux([{**record, "camera": CAMERA} for record in records], "colmap:points=20,webdataset")


def tracks():
    """A sequence in MOT's folders, and one that is for validation."""
    records = [labelled.sequence("out", name, 3) for name in "ab"]
    mux([records[0], {**records[1], "split": "val"}], "mot:other=pedestrian,webdataset")


def clip_masks():
    """Two sequences in DAVIS's folders, of two splits."""
    records = [labelled.sequence("out", name, 3) for name in "ab"]
    mux([records[0], {**records[1], "split": "val"}], "davis,webdataset")


def instances():
    """Two sequences as YouTube-VIS has them, of two splits."""
    records = [labelled.sequence("out", name, 3) for name in "ab"]
    mux([records[0], {**records[1], "split": "val"}], "youtube-vis,webdataset")


def video_tasks():
    """Two sequences with prompts, in the folders of VBVR's generators."""
    records = [labelled.sequence("out", name, 3) for name in "ab"]
    tasks = [
        {**r, "prompt": f"What moves in {r['id']}?", "metadata": {"size": 0.5}} for r in records
    ]
    mux(tasks, "vbvr,webdataset")


def ruled_tasks():
    """A sequence whose rule asks for a picture that is all there, and noise floors."""
    clause = {"kind": "covers", "object": "all", "from": 0, "to": 1, "min": 0.5, "max": 1}
    metadata = {"rule": [{**clause, "says": "it is all there"}], "rule_objects": {"all": {}}}
    names = ["first", "final", "smooth", "quality", "motion", "rule", "similarity"]
    with open("floor.json", "w", encoding="utf-8") as file:
        file.write(dump({"floor": dict.fromkeys(names, 0)}))
    task = {**labelled.sequence("out", "a", 3), "prompt": "What is there?", "metadata": metadata}
    mux([task], "vbvr:floor=floor.json,webdataset")


def directories():
    """A still and a clip of three frames, as directories."""
    records = [labelled.sample("out", "a", 0), labelled.sequence("out", "b", 3)]
    mux(records, "dir,webdataset")


def page():
    """A still and a clip of three frames, as a page."""
    records = [labelled.sample("out", "a", 0), labelled.sequence("out", "b", 3)]
    mux(records, "html,webdataset")


def poses(layout="scenes"):
    """Two stills in BOP's scenes, of two splits, with two objects each that have boxes."""
    camera = {
        "K": [[30, 0, 20], [0, 30, 15], [0, 0, 1]],
        "matrix_world": [[1, 0, 0, 0], [0, 0, -1, -10], [0, 1, 0, 0], [0, 0, 0, 1]],
    }
    records = [{**labelled.sample("out", n, i), "camera": camera} for i, n in enumerate("ab")]
    for record in records:
        places = zip(record["objects"], [[-3, 0, 0], [1.5, 0, 0]], [[8, 2, 9], [7, 2, 7]])
        boxes = {
            thing["index"]: {"center": c, "size": s, "rotation_quaternion": [1, 0, 0, 0]}
            for thing, c, s in places
        }
        record["objects"] = [{**t, "box3d": boxes.get(t["index"])} for t in record["objects"]]
    mux([records[0], {**records[1], "split": "test"}], f"bop:layout={layout},webdataset")


def posed_shards():
    """The same in shards."""
    poses("webdataset")


def partly():
    """Two stills, of which COCO leaves one out."""
    first, second = [labelled.sample("out", name, i) for i, name in enumerate("ab")]
    mux([first], "coco,webdataset")
    os.rename("ds", "first")
    mux([first, second], "webdataset")
    shutil.move("first/coco", "ds/coco")
    shutil.move("first/categories.json", "ds/categories.json")
    seal(formats=["coco", "webdataset"], left_out={"coco": 1})


def rendered():
    """Two stills of tests/lib/fake-blender, as directories, beside what they are made of."""
    with open("scene.py", "w", encoding="utf-8") as file:
        file.write("import rv\n")
    pipe = (
        "rv-seed seq 2 | rv-blend -q scene.py --resolution 8,6 | rv-mask | rv-mux -q -f dir -o ds"
    )
    blender = os.path.join(os.path.dirname(labelled.__file__), "fake-blender")
    os.environ.update(RV_BLENDER=blender, FAKE_DIR="")
    subprocess.run(pipe, shell=True, check=True, stdout=-3)


def listed(skip):
    """Yield each file of the dataset but those of these names, and what it holds."""
    paths = [os.path.relpath(os.path.join(d, f), "ds") for d, _, fs in os.walk("ds") for f in fs]
    for path in sorted(paths, key=os.fsencode):
        if path not in skip:
            with open(f"ds/{path}", "rb") as file:
                yield path, file.read()


def seal(sums=True, **head):
    """Put the present sizes and digests into the lists, and these members into the first line.

    Without sums SHA256SUMS stays as it is, there or not."""
    lists = ("manifest.jsonl", "SHA256SUMS")
    if sums:
        with open("ds/SHA256SUMS", "w", encoding="utf-8") as file:
            for path, data in listed(lists):
                file.write(f"{hashlib.sha256(data).hexdigest()}  {path}\n")
    with open("ds/manifest.jsonl", encoding="utf-8") as file:
        text = dump({**json.loads(file.readline()), **head})
    for path, data in listed(lists[:1]):
        digest = hashlib.sha256(data).hexdigest()
        text += dump({"path": path, "bytes": len(data), "sha256": digest})
    text += dump({"manifest_sha256": hashlib.sha256(text.encode()).hexdigest()})
    with open("ds/manifest.jsonl", "w", encoding="utf-8") as file:
        file.write(text)


# ---- shards, without rv


def fields(record):
    """Yield the field of each file that a record names, and its path."""
    for view, files in [("", record.get("files"))] + [
        (f"views.{view.get('name')}.", view.get("files")) for view in record.get("views") or []
    ]:
        for role, value in files.items() if isinstance(files, dict) else ():
            for number, path in enumerate(value if isinstance(value, list) else [value]):
                is_list = isinstance(value, list)
                is_plain = role == "image" and not view and not is_list
                name = (
                    view + ("" if is_plain else f"{role}.") + (f"{number:06d}." if is_list else "")
                )
                if isinstance(path, str) and role != "passes":
                    yield (name + path.rsplit(".", 1)[-1]).lower(), path


def put_in_shard(record):
    """Make ds/, a dataset of one shard with this sample, as it is."""
    os.makedirs("ds/webdataset")
    stored = {k: v for k, v in record.items() if k not in ("dir", "run", "verify")}
    if isinstance(stored.get("files"), dict):
        stored["files"] = {k: v for k, v in stored["files"].items() if k != "passes"}
    members = {"json": dump(stored).encode()}
    for field, path in fields(record):
        full = os.path.join(record["dir"], path)
        if os.path.isfile(full):
            with open(full, "rb") as file:
                members[field] = file.read()
    write_shard([(f"{record['id']}.{field}", data) for field, data in members.items()])
    head = {"rv_manifest": 1, "rv": "0.1.0", "formats": ["webdataset"], "samples": 1, "errors": 0}
    with open("ds/manifest.jsonl", "w", encoding="utf-8") as file:
        file.write(dump(head))
    seal()


def write_shard(members, path="ds/webdataset/shard-000000.tar"):
    """Write a shard of (name, data)."""
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as out:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))


REPLAY = ["--replay", "2", "--replay-from", "out", "--script", "scene.py"]
SHARDS = ["--quality", "--group-by", ".params.room", "--limit=balance=20", "--limit=runs=3"]

ALL = [
    Base("still", still, False),
    Base("sequence", sequence, False),
    Base("views", views, False),
    Base("passes", passes, False),
    Base("moving-passes", moving_passes, False),
    Base("planes", planes, False),
    Base("moves", moves, False),
    Base("deforming", deforming, False),
    Base("stereo", stereo, False),
    Base("distances", distances, False),
    Base("tracked", tracked, False),
    Base("parallel", parallel, False),
    Base("copied", copied, False),
    Base("asked", asked, False),
    Base("whole", whole, False),
    Base("shapes", shapes, False),
    Base("simplified", simplified, False),
    Base("named", named, False),
    Base("stuff", stuff, False),
    Base("claimed", claimed, False),
    Base("photo", photo, False, ["--quality"]),
    Base("clip", clip, False, ["--quality"]),
    Base("photos", photos, True, ["--quality"]),
    Base("photo-shards", photo_shards, True, SHARDS),
    Base("bright-clips", bright_clips, True, ["--quality"]),
    Base("dataset", dataset, True),
    Base("described", described, True),
    Base("compressed", compressed, True),
    Base("cameras", cameras, True),
    Base("sequences", sequences, True),
    Base("several", several, True),
    Base("outlines", outlines, True),
    Base("simplified-outlines", simplified_outlines, True),
    Base("boxes", boxes, True),
    Base("labelled-tree", labelled_tree, True, ["--as", "voc"]),
    Base("split-lists", split_lists, True),
    Base("nerf", nerf, True),
    Base("keypoints", keypoints, True),
    Base("classes", classes, True),
    Base("coco-points", coco_keypoints, True),
    Base("segments", segments, True),
    Base("masks", masks, True),
    Base("folders", folders, True),
    Base("tables", tables, True),
    Base("clips", clips, True),
    Base("sliding", sliding, True),
    Base("clip-tables", clip_tables, True),
    Base("clip-segments", clip_segments, True),
    Base("clip-tiles", clip_tiles, True),
    Base("boxes-3d", boxes3d, True),
    Base("tracked-boxes", tracked_boxes, True),
    Base("tracked-masks", tracked_masks, True),
    Base("controls", controls, True),
    Base("folders-of-frames", folders_of_frames, True),
    Base("models", models, True),
    Base("tracks", tracks, True),
    Base("tapvid", tapvid, True),
    Base("clip-masks", clip_masks, True),
    Base("instances", instances, True),
    Base("video-tasks", video_tasks, True),
    Base("ruled-tasks", ruled_tasks, True),
    Base("directories", directories, True),
    Base("page", page, True),
    Base("poses", poses, True),
    Base("posed_shards", posed_shards, True),
    Base("partly", partly, True),
    Base("rendered", rendered, True, REPLAY),
]
BY_NAME = {base.name: base for base in ALL}
