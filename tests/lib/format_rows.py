#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Proves each cell of the table of formats, rv-mux --formats, on samples that have everything.

    format_rows.py --specs                                      what to write: KIND SPEC
    format_rows.py check FORMAT LIST.json DATASETS RECORDS      proves the row of a format

RECORDS has still.jsonl and sequence.jsonl, as everything.py makes them and rv-mask labels them.
DATASETS/SPEC is the dataset that rv-mux --format SPEC made, DATASETS/SPEC.explained what --explain
said of it. A phrase of the cell "carries" is proved by things that the format's reader finds as the
records have them; one of the cell "cannot carry" by things that it does not find, and whose traces
are nowhere in the tree, or by a test of another file, which must be there. No text of a cell may be
left over, and the cell "in the tests by" must name what has read. Exit status 1 at the first thing
that is wrong, 3 when a reader is not installed; prints how many phrases were proved.
"""

import json
import os
import re
import sys

import numpy

from everything import digest, traces, truth
from pictures import check

TESTS = os.path.join(os.path.dirname(__file__), "..")
EXPLAINED = (
    r"rv-mux: format \S+: of 3 samples it carries: (.*?); it does not carry: (.*?)(?:; it |$)"
)
NEAR = {"pixels": 20, "coarse depth": 2e-3, "truncation": 1e-4, "boxes": 1e-3, "keypoints": 1e-3}
ON_AVERAGE = ("pixels",)

# What --explain tells of, and the things of which one at least is found where it is carried.
TOLD = {
    "boxes": ("boxes", "masks", "rectangles", "centres", "classes"),
    "masks": ("masks", "outlines", "centres", "classes", "index"),
    "keypoints": ("keypoints",),
    "3D boxes": ("boxes3d", "sides3d"),
    "cameras": ("intrinsics",),
    "depth": ("depth", "coarse depth"),
    "normals": ("normals", "camera normals"),
    "flow": ("flow", "flow in Blender's axes"),
    "prompts": ("prompts",),
}
LABELS = ("boxes", "masks", "keypoints", "boxes3d", "categories")
EVERY_LABEL = (*LABELS, "depth", "normals", "flow", "intrinsics")

# Tests of other files.
JPG = (
    "pictures.bats",
    "image=jpg encodes what is no JPEG, once, and leaves the labels as they are",
)
KEPT = ("pictures.bats", "JPEG passes into voc, kitti, bop, colmap and transforms")
KEPT_CLIPS = (
    "pictures.bats",
    "JPEG passes into mot, davis and youtube-vis, one ending for each sequence",
)
LOSSLESS = ("format-video.bats", "ffv1 keeps every pixel")
BARE = "objects without a category"  # the third object, which would be one more in each list
WITH_BOXES_ALONE = {
    BARE: [],
    "masks": ["masks"],
    "depth": ["depth"],
    "cameras": ["intrinsics", "poses"],
    "every other file": ["files"],
}
WITHOUT_JPG = "without image=jpg pictures for readers that look for .jpg alone"
NO_PNG = "pictures that are no PNG files for readers that look for .png alone"

# format: (samples, specs, {phrase: things or a test} that it carries, the same that it cannot)
ROWS = {
    "coco": (
        "still",
        ["coco:keypoints:panoptic", "coco:segmentation=polygon"],
        {
            "boxes": ["boxes"],
            "areas": ["areas"],
            "masks as run lengths or outlines": ["masks", "outlines"],
            "keypoints": ["keypoints"],
            "panoptic segments": ["segments"],
            "categories with their supercategories": ["categories", "supercategories"],
            "splits": ["splits"],
        },
        {
            BARE: [],
            "depth": ["depth"],
            "normals": ["normals"],
            "flow": ["flow"],
            "cameras": ["intrinsics"],
            "poses": ["poses", "boxes3d"],
        },
    ),
    "yolo": (
        "still",
        ["yolo", *(f"yolo:task={task}" for task in ("segment", "obb", "pose", "semantic"))],
        {
            "one of boxes": ["boxes"],
            "outlines": ["centres"],
            "turned rectangles": ["rectangles"],
            "keypoints": ["keypoints"],
            "masks of classes": ["classes"],
            "classes": ["categories"],
            "splits": ["splits"],
        },
        {
            BARE: [],
            "ids": ["ids"],
            "overlaps": ["index"],
            "depth": ["depth"],
            "cameras": ["intrinsics", "poses"],
            "that parts of an object are apart, since its outline joins them": (
                "format-yolo.bats",
                "parts of an object are one row, joined where they are nearest",
            ),
            "a turned rectangle that is wider than the picture is the box": (
                "format-yolo.bats",
                "a rectangle that is wider than the picture becomes the box",
            ),
        },
    ),
    "voc": (
        "still",
        ["voc:masks"],
        {
            "boxes": ["boxes"],
            "categories": ["categories"],
            "truncation": ["cut"],
            "splits": ["splits"],
            "masks of classes and objects": ["masks", "classes"],
        },
        {
            BARE: [],
            "ids": ["ids"],
            "depth": ["depth"],
            "cameras": ["intrinsics", "poses"],
            f"{WITHOUT_JPG}, such as torchvision": JPG,
        },
    ),
    "webdataset": (
        "still",
        ["webdataset"],
        {"every file of a sample and its record": ["files", "records", "masks", "depth", "flow"]},
        {},
    ),
    "hf": (
        "still",
        ["hf"],
        {
            "boxes": ["boxes"],
            "areas": ["areas"],
            "categories by name": ["categories"],
            "prompts": ["prompts"],
            "splits": ["splits"],
        },
        WITH_BOXES_ALONE,
    ),
    "hfvideo": (
        "sequence",
        ["hfvideo"],
        {"the frames of sequences": ["pixels"], "prompts": ["prompts"], "splits": ["splits"]},
        {"every label": EVERY_LABEL, "exact colours, but with codec=ffv1": LOSSLESS},
    ),
    "parquet": (
        "still",
        ["parquet"],
        {
            "pictures": ["pictures"],
            "boxes": ["boxes"],
            "areas": ["areas"],
            "categories by name": ["categories"],
            "prompts": ["prompts"],
            "seeds": ["seeds"],
            "splits": ["splits"],
        },
        WITH_BOXES_ALONE,
    ),
    "video": (
        "sequence",
        ["video:metadata"],
        {
            "the frames of one role": ["pixels"],
            "prompts": ["prompts"],
            "frame rates": ["rates"],
            "sizes with metadata": ["sizes"],
            "places of tiles": (
                "format-video.bats",
                "tiles: samples, cameras and channels fill clips row after row, pixel for pixel",
            ),
        },
        {"every label": EVERY_LABEL, "exact colours, but with codec=ffv1": LOSSLESS},
    ),
    "sheet": (
        "still",
        ["sheet"],
        {
            "what a person wants to see first": (
                "format-sheet.bats",
                "a still: picture with its id, instances, depth, boxes",
            )
        },
        {
            "all but the first samples": (
                "rv-mux.bats",
                "the sheet shows image, instances, depth and boxes of the first samples",
            ),
            "every number": (*EVERY_LABEL, "prompts", "seeds"),
        },
    ),
    "transforms": (
        "still",
        ["transforms"],
        {
            "pictures": ["pictures"],
            "poses": ["poses"],
            "intrinsics": ["intrinsics"],
            "depth": ["depth"],
            "normals": ["normals"],
            "the index map": ["index"],
        },
        {
            "objects": ["boxes3d", "categories"],
            "annotations": ["boxes", "keypoints"],
            "cameras that are not perspective": (
                "transforms.bats",
                "what has no such camera is an error, the others go on",
            ),
        },
    ),
    "colmap": (
        "still",
        ["colmap:points=1728"],
        {
            "pictures": ["pictures"],
            "poses": ["poses"],
            "intrinsics": ["intrinsics"],
            "points with colours where there is depth": ["points"],
        },
        {
            "objects": ["boxes3d", "categories"],
            "annotations": ["boxes", "masks", "keypoints"],
            "cameras that are not perspective": (
                "format-colmap.bats",
                "a camera that is not perspective, and depth of another size, are refused",
            ),
        },
    ),
    "kitti": (
        "still",
        ["kitti"],
        {
            "boxes": ["boxes"],
            "truncation": ["truncation"],
            "3D boxes": ["sides3d", "feet3d"],
            "intrinsics": ["intrinsics"],
            "splits": ["splits"],
            "how much of an object in the picture others hide, in three steps: occluded is 0 where "
            "at least 80 % of it are seen, 1 from 50 % on, else 2": ["hidden"],
        },
        {
            BARE: [],
            "ids": ["ids"],
            "masks": ["masks"],
            "the camera's place": ["poses"],
            "without rv-blend --amodal how much of an object is hidden: then occluded is 3, "
            "unknown": (
                "format-kitti.bats",
                "what others hide of an object in the picture is known where the record has it "
                "whole",
            ),
            "the 3D box of an object that leans, seen from the camera": (
                "format-kitti.bats",
                "an object that leans, or has no box, has a row without one",
            ),
            f"{NO_PNG}, such as OpenPCDet": KEPT,
        },
    ),
    "mot": (
        "sequence",
        ["mot"],
        {
            "boxes": ["boxes"],
            "ids over a clip": ["ids"],
            "how much of an object is seen": ["seen"],
            "splits": ["splits"],
            "the object's index is its id": ["ids"],
        },
        {
            BARE: [],
            "masks": ["masks"],
            "depth": ["depth"],
            "cameras": ["intrinsics", "poses"],
            "without rv-blend --amodal how much of an object is hidden: then visibility is 1": (
                "format-mot.bats",
                "visibility is the share that is seen, 1 where the record does not say it",
            ),
        },
    ),
    "davis": (
        "sequence",
        ["davis"],
        {
            "masks of objects with a number that lasts over the clip": ["masks"],
            "splits": ["splits"],
        },
        {
            "categories": ["categories"],
            "objects without one": [],
            "which object of the record a number is": ["ids"],
            "depth": ["depth"],
            "cameras": ["intrinsics", "poses"],
            WITHOUT_JPG: JPG,
        },
    ),
    "tracks": (
        "sequence",
        ["tracks"],
        {
            "frames": ["pixels"],
            "points in metres as the camera sees them": ["points in space"],
            "in pixels": ["points in the picture"],
            "whether they are visible": ["visibility"],
            "cameras": ["intrinsics", "poses"],
        },
        {
            "points that are never visible, or not known in a frame": (
                "format-tracks.bats",
                "clips are what the tracks of the sample are",
            ),
            "boxes": ["boxes"],
            "masks": ["masks"],
            "depth": ["depth"],
        },
    ),
    "vbvr": (
        "sequence",
        ["vbvr"],
        {
            "prompt": ["prompts"],
            "first and last frame": ["pictures"],
            "the whole video (H.264, crf 20)": ["pixels"],
            "seed": ["seeds"],
            "metadata of the scene": ["metadata"],
        },
        {
            "every label": EVERY_LABEL,
            "splits": ["splits"],
            "the time when it was made": ["time"],
            "the state of a Git repository, which are empty": ["repository"],
            "metadata in the benchmark's dialects": (
                "format-vbvr.bats",
                "each dialect has the folders and files that its tools want",
            ),
        },
    ),
    "html": (
        "still",
        ["html"],
        {
            "pictures": ["pictures"],
            "boxes": ["boxes"],
            "masks": ["masks"],
            "keypoints": ["keypoints"],
            "previews of depth, normals, flow": ["previews"],
            "histograms": ["histograms"],
            "whole records": ["records"],
        },
        {
            "depth": ["depth"],
            "normals": ["normals"],
            "flow as numbers": ["flow"],
        },
    ),
    "bop": (
        "still",
        ["bop"],
        {
            "poses of objects with a category and a box": ["boxes3d", "categories"],
            "cameras": ["intrinsics", "poses"],
            "depth": ["depth"],
            "masks": ["masks", "amodal", "seen"],
            "boxes": ["boxes"],
            "splits": ["splits"],
        },
        {
            "meshes: a model is known by the box around it, with its origin in the middle": [
                "meshes"
            ],
            "without rv-blend --amodal what is hidden of an object: then mask and bbox_obj are "
            "those of what is seen and visib_fract is 1": (
                "format-bop.bats",
                "whole objects: masks, boxes and shares, where the record has them",
            ),
            "objects that nobody sees": (
                "format-bop.bats",
                "what has no box has no pose, and is counted",
            ),
            "symmetries": ["symmetries"],
            "cameras that are not perspective": (
                "format-bop.bats",
                "depth of another size, no camera, and a camera that is not perspective are "
                "refused",
            ),
        },
    ),
    "youtube-vis": (
        "sequence",
        ["youtube-vis"],
        {
            "masks as run lengths": ["masks"],
            "boxes": ["boxes"],
            "areas": ["areas"],
            "categories": ["categories"],
            "objects over a clip": ["ids"],
            "splits": ["splits"],
            "rv_index is the index": ["ids"],
        },
        {
            BARE: [],
            "depth": ["depth"],
            "cameras": ["intrinsics", "poses"],
            WITHOUT_JPG: JPG,
        },
    ),
    "kitti-tracking": (
        "sequence",
        ["kitti-tracking"],
        {
            "boxes": ["boxes"],
            "3D boxes": ["sides3d", "feet3d"],
            "ids over a clip": ["ids"],
            "truncation in three steps": ["truncation in steps"],
            "occluded as in kitti": ["hidden"],
            "intrinsics": ["intrinsics"],
            "splits": ["splits"],
            "the object's index is its id": ["ids"],
        },
        {
            BARE: [],
            "masks": ["masks"],
            "the camera's place": ["poses"],
            "without rv-blend --amodal how much of an object is hidden: then occluded is 0, since "
            "TrackEval does not score 3, unknown": (
                "format-kitti-tracking.bats",
                "what others hide of an object in the picture is known where the record has it "
                "whole",
            ),
            "the 3D box of an object that leans, seen from the camera": (
                "format-kitti-tracking.bats",
                "an object that leans has a row without a 3D box",
            ),
            NO_PNG: KEPT_CLIPS,
        },
    ),
    "mots": (
        "sequence",
        ["mots"],
        {
            "masks of objects with an id that lasts over the clip": ["masks"],
            "two classes": ["two classes"],
            "splits": ["splits"],
        },
        {
            "categories but two": ["categories"],
            "objects without one": [],
            "which object of the record an id is": ["ids"],
            "depth": ["depth"],
            "cameras": ["intrinsics", "poses"],
            NO_PNG: KEPT_CLIPS,
        },
    ),
    "control": (
        "sequence",
        ["control:codec=ffv1"],
        {
            "frames": ["pixels"],
            "depth of 8 bits with its range": ["coarse depth"],
            "objects by colours that last": ["index"],
            "their borders": ["borders"],
            "prompts": ["prompts"],
        },
        {
            "exact depth": ["depth"],
            "categories": ["categories"],
            "cameras": ["intrinsics", "poses"],
            "splits": ["splits"],
            "more than 192 objects share colours": (
                "labels.bats",
                "colours of objects are told apart, by all kinds of sight, and text on them is "
                "read",
            ),
        },
    ),
    "visionsim": (
        "sequence",
        ["visionsim"],
        {
            "frames": ["pictures"],
            "cameras": ["intrinsics", "poses"],
            "depth": ["depth"],
            "normals in the camera's axes": ["camera normals"],
            "flow": ["flow in Blender's axes"],
            "objects' indices": ["index"],
        },
        {
            "categories": ["categories"],
            "boxes": ["boxes", "boxes3d"],
            "prompts": ["prompts"],
            "splits": ["splits"],
            "flow to nothing known, which is 0": (
                "format-visionsim.bats",
                "depth, normals, indices and poses are the sequence's, and flow is Blender's own",
            ),
        },
    ),
    "dir": (
        "still",
        ["dir"],
        {"every file": ["files"], "every member of the record": ["records", "masks", "depth"]},
        {"what was rendered and is kept for labels alone": ["passes"]},
    ),
}


# ---- a phrase


def flat(value):
    """Return lists and arrays as lists of numbers and texts."""
    if isinstance(value, numpy.ndarray):
        return value.ravel().tolist()
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in flat(item)]
    return [value]


def same(thing, one, two):
    """Return whether two values are the same, numbers to what a format rounds them to."""
    one, two = flat(one), flat(two)
    if len(one) != len(two) or not one:
        return False
    if not all(isinstance(v, (int, float)) for v in one + two):
        return one == two
    off = numpy.abs(numpy.array(one, float) - numpy.array(two, float))
    near = NEAR.get(thing, 1e-5)
    return (off.mean() if thing in ON_AVERAGE else off.max()) <= near


def carried(thing, found, wanted):
    """The reader finds a thing of every sample as the records have it, in each tree that has it."""
    there = [tree[thing] for tree in found if tree.get(thing)]
    check(there, "does not have", thing)
    for values in there:
        for key, value in values.items():
            check(key in wanted[thing], thing, "of", key, "is of no sample")
            check(same(thing, value, wanted[thing][key]), thing, key, value, wanted[thing][key])
        missing = set(wanted[thing]) - set(values)
        check(not missing, thing, "is not there of", missing)


def all_files(folder):
    """Yield the paths of a tree's files."""
    for home, _, names in os.walk(folder):
        yield from (os.path.join(home, name) for name in names)


def lost(thing, trees, found, records):
    """No reader finds a thing, and nothing in the trees has its traces."""
    check(not any(tree.get(thing) for tree in found), "has", thing)
    texts, digests = traces(thing, records)
    for tree in trees:
        for path in all_files(tree):
            check(digest(path) not in digests, path, "is a file of", thing)
            with open(path, "rb") as file:
                data = file.read()
            check(not any(text in data for text in texts), path, "has traces of", thing)


def proved_elsewhere(name, title):
    """The test is there."""
    with open(os.path.join(TESTS, name), encoding="utf-8") as file:
        check(f'@test "{title}" {{\n' in file.read(), name, "has no test", title)


def left_over(cell, phrases):
    """Return what of a cell no phrase is of."""
    for phrase in sorted(phrases, key=len, reverse=True):
        check(phrase in cell, "the cell does not say", phrase)
        cell = cell.replace(phrase, "", 1)
    return re.sub(r"\band\b|[,; ]", "", cell)


# ---- a row


def check_told(spec, home, found):
    """What --explain said of a dataset is what its reader finds."""
    with open(f"{home}/{spec}.explained", encoding="utf-8") as file:
        said = re.search(EXPLAINED, file.read())
    check(said, spec, "nothing was explained")
    has, lacks = (
        {thing.rsplit(" of ", 1)[0] for thing in text.split(", ") if " of " in thing}
        for text in said.groups()
    )
    check(has | lacks == set(TOLD), spec, "explained:", said.groups())
    there = {name for name, any_of in TOLD.items() if any(found.get(t) for t in any_of)}
    check(there == has, spec, "has", sorted(there), "and --explain says", sorted(has))


def check_row(row, home, made):
    """Prove all phrases of a row; return their number."""
    from format_readers import READERS

    name = row["name"]
    check(name in ROWS, name, "has no proof: see ROWS")
    kind, specs, carries, loses = ROWS[name]
    with open(f"{made}/{kind}.jsonl", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    found, used = [], set()
    trees = [f"{home}/{spec}/{name}" for spec in specs]
    for spec, tree in zip(specs, trees):
        found.append(READERS[name](tree, used))
        check_told(spec, home, found[-1])
    wanted = truth(records)
    for cell, phrases in (("carries", carries), ("loses", loses)):
        more = left_over(row[cell], phrases)
        check(not more, cell, "no proof of:", more)
        for phrase, proof in phrases.items():
            if isinstance(proof, tuple) and proof[0].endswith(".bats"):
                proved_elsewhere(*proof)
                continue
            for thing in proof:
                if cell == "carries":
                    carried(thing, found, wanted)
                else:
                    lost(thing, trees, found, records)
    said = ", ".join(sorted(used, key=str.lower))
    check(row["checked"] == said, "read by", said, "and the table says", row["checked"])
    return len(carries) + len(loses)


def main():
    """Do what the command line says."""
    if sys.argv[1] == "--specs":
        for kind, specs, *_ in ROWS.values():
            for spec in specs:
                print(kind, spec)
        return
    name, listed, home, records = sys.argv[2:]
    with open(listed, encoding="utf-8") as file:
        rows = {row["name"]: row for row in json.load(file)}
    check(set(ROWS) <= set(rows), "proofs of no format:", set(ROWS) - set(rows))
    try:
        print(check_row(rows[name], home, records), "phrases")
    except ModuleNotFoundError as error:
        print(f"Python's {error.name} is not installed")
        sys.exit(3)


if __name__ == "__main__":
    main()
