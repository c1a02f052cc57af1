#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write small trees of formats as other programs do, by the formats' own rules and without rv.

    foreign_trees.py yolo|coco|voc|webdataset DIR
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


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
