#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write small trees of formats as other programs do, by the formats' own rules and without rv.

    foreign_trees.py yolo|coco|voc|webdataset|kitti|mot|hf DIR
"""

import io
import json
import os
import sys
import tarfile

from pngio import write_png

WIDTH, HEIGHT = 40, 30


def text(path, content):
    """Write a text file, and the folders that it is in."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(content)


def picture(path):
    """Write a picture."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    write_png(path, WIDTH, HEIGHT, 3, 8, [(x * 7) % 256 for x in range(WIDTH * HEIGHT * 3)])


def yolo(root):
    """Names with blanks and dots, rows with more blanks, other ends of lines, a list of names."""
    text(
        f"{root}/data.yaml",
        "# ours\ntrain: images/train\nval: images/val\nnc: 2\nnames: ['a, b', dog] # two\n",
    )
    rows = {
        "my cat.v2": "0 0.5 0.5 0.2 0.2\r\n\r\n1  0.1 0.1 0.1 0.1",
        "b": "1.0 0.5 0.5 0.5 0.5\n",
        "none": None,
    }
    for split in ("train", "val"):
        for name, row in rows.items():
            picture(f"{root}/images/{split}/{name}.png")
            if row:
                text(f"{root}/labels/{split}/{name}.txt", row)
    text(f"{root}/notes/read me.txt", "nobody reads this\n")


def coco_document():
    """Return a document: boxes alone, outlines between pixels, a crowd, overlapping masks."""
    images = [
        {"id": 7 + i, "file_name": f"a b.{i}.png", "width": WIDTH, "height": HEIGHT}
        for i in range(3)
    ]
    crowd = {"size": [HEIGHT, WIDTH], "counts": [0, 5, WIDTH * HEIGHT - 5]}
    outline = [[1.5, 2.25, 9.75, 2.5, 8.0, 9.5]]
    shapes = [None, outline, outline, crowd]
    annotations = []
    for number, shape in enumerate(shapes):
        one = {
            "id": 1 + number,
            "image_id": 7 + number // 2,
            "category_id": 90,
            "area": 31.7,
            "iscrowd": 0,
        }
        one["bbox"] = [1.5, 2.25, 8.25, 7.25]
        if shape:
            one.update(segmentation=shape, iscrowd=int(shape is crowd))
        annotations.append(one)
    return {
        "info": {},
        "images": images,
        "annotations": annotations,
        "categories": [{"id": 90, "name": "clock"}],
    }


def coco(root):
    """The layout of COCO itself: a folder of a split's pictures beside that of the documents."""
    document = coco_document()
    for image in document["images"]:
        picture(f"{root}/val2017/{image['file_name']}")
    text(f"{root}/annotations/instances_val2017.json", json.dumps(document))


def voc(root):
    """As labelImg writes it: attributes, a path, fractions in boxes; lists of classes; no masks."""
    for name in ("2008_000001", "a b.c", "none"):
        picture(f"{root}/JPEGImages/{name}.png")
        if name != "none":
            text(
                f"{root}/Annotations/{name}.xml",
                '<?xml version="1.0"?>\n<!-- ours -->\n<annotation verified="no"><folder>x</folder>'
                f"<filename>{name}.png</filename><path>C:\\{name}.png</path><source/>"
                f"<size><width>{WIDTH}</width><height>{HEIGHT}</height><depth>3</depth></size>"
                "<object><name>d&apos;s</name><bndbox><xmin>1.5</xmin><ymin>2</ymin>"
                "<xmax>20</xmax><ymax>30</ymax></bndbox></object></annotation>",
            )
    text(f"{root}/ImageSets/Main/train.txt", "2008_000001\na b.c\n")
    text(f"{root}/ImageSets/Main/trainval.txt", "2008_000001\r\nnone\r\n")
    text(f"{root}/ImageSets/Main/cat_train.txt", "2008_000001  1\nnone -1\n")


def member(tar, name, data):
    """Add a member."""
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))


def webdataset(root, keys=(("x/a b", "1" * 120), ("2",)), extra=()):
    """Keys with folders and blanks, classes as text, no records; and what readers pass over."""
    os.makedirs(root, exist_ok=True)
    picture(f"{root}/../one.png")
    with open(f"{root}/../one.png", "rb") as file:
        png = file.read()
    for number, names in enumerate(keys):
        with tarfile.open(f"{root}/train-{number:04d}.tar", "w", format=tarfile.GNU_FORMAT) as tar:
            for name in names:
                member(tar, f"{name}.png", png)
                member(tar, f"{name}.cls", b"3")
                member(tar, f"{name}.json", b'{"a": 1}')
            folder = tarfile.TarInfo("x/")
            folder.type = tarfile.DIRTYPE
            tar.addfile(folder)
            for name, data in extra:
                member(tar, name, data)


def kitti(root):
    """As the devkit has it: two decimals, angles that people measured, other ends of lines."""
    rows = [
        "Car 0.00 0 -1.58 10.00 10.50 25.75 20.00 1.65 1.67 3.64 -0.65 1.71 46.70 -1.59",
        "DontCare -1 -1 -10 0.00 0.00 5.00 5.00 -1 -1 -1 -1000 -1000 -1000 -10",
    ]
    for number in range(3):
        name = f"{number:06d}"
        picture(f"{root}/training/image_2/{name}.png")
        text(f"{root}/training/label_2/{name}.txt", "\r\n".join(rows[: 1 + number % 2]) + "\r\n")
        matrix = "7.2e+02 0 20.5 44.8 0 7.2e+02 15.2 2.1 0 0 1 2.7e-03"
        text(f"{root}/training/calib/{name}.txt", f"P0: {matrix}\nP2: {matrix}\n\n")
        picture(f"{root}/testing/image_2/{name}.png")
    text(f"{root}/ImageSets/train.txt", "000000\n000001\n")
    text(f"{root}/ImageSets/val.txt", "000002")
    text(f"{root}/ImageSets/test.txt", "000001\n")
    text(f"{root}/training/mapping.txt", "nobody reads this\n")


def mot(root):
    """As MOT17: boxes that reach out of the picture, rows by id, ten columns, blanks in .ini."""
    for split, name in (("train", "MOT17-02-DPM"), ("train", "MOT17-04"), ("test", "MOT17-01")):
        home = f"{root}/{split}/{name}"
        for number in range(1, 4):
            picture(f"{home}/img1/{number:06d}.png")
        ini = f"[Sequence]\nname = {name}\nimDir=img1\nframeRate=30\nseqLength = 3\n"
        text(f"{home}/seqinfo.ini", ini + f"imWidth={WIDTH}\nimHeight={HEIGHT}\nimExt=.png\n\n")
        if split == "train":
            rows = [
                f"{frame},{one},-3.5,4,10.25,9,1,{one},0.5" for one in (1, 3) for frame in (1, 2, 3)
            ]
            text(f"{home}/gt/gt.txt", "\n".join(rows) + "\n2,7,1,1,4,4,0,8\n")
        text(f"{home}/det/det.txt", "1,-1,1,1,4,4,0.9,-1,-1,-1\n")


def hf(root):
    """A folder with rows, whose pictures lie deeper, and one whose folders are the classes."""
    rows = []
    for name in ("a b", "c.d"):
        picture(f"{root}/train/deep/{name}.png")
        objects = {"bbox": [[1.5, 2, 38.5, 3]], "categories": [4]}
        rows.append(json.dumps({"file_name": f"deep/{name}.png", "text": "t", "objects": objects}))
    text(f"{root}/train/metadata.jsonl", "\n".join(rows) + "\n")
    for kind in ("cat", "dog"):
        picture(f"{root}/test/{kind}/1.png")
    text(f"{root}/README.md", "# ours\n")


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
