#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads COLMAP's models as text, and compares them with the samples they were made from.

    colmap_check.py DATASET/colmap RECORDS POINTS

Poses must be the records' cameras, and every point the surface that the depth map has in its pixel,
in the colour of the picture. Exit status 1 at the first thing that is wrong; prints how many images
and points were compared.
"""

import json
import os
import sys

import numpy
from PIL import Image

from check_labels import read_exr_file
from pictures import check, extension, pictures


def read_rows(folder, name):
    """Return the rows of a file, without comments."""
    with open(os.path.join(folder, "sparse", "0", name + ".txt"), encoding="utf-8") as file:
        rows = file.read().split("\n")
    check(rows.pop() == "", name, "does not end with a line")
    return [row.split() for row in rows if not row.startswith("#")]


def rotation_of(q):
    """Return the matrix of a quaternion w x y z."""
    w, x, y, z = q
    return numpy.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def read_model(folder):
    """Return {name: (camera, rotation, translation, points)} of a model, points as x, y, point."""
    cameras = {row[0]: [row[1], *map(float, row[2:])] for row in read_rows(folder, "cameras")}
    points = {}
    for row in read_rows(folder, "points3D"):
        check(len(row) == 10 and row[0] not in points, row)
        points[row[0]] = (
            numpy.array(row[1:4], float),
            list(map(int, row[4:7])),
            row[8],
            int(row[9]),
        )
    rows, images = read_rows(folder, "images"), {}
    check(len(rows) % 2 == 0, folder, "has half an image")
    for head, seen in zip(rows[::2], rows[1::2]):
        number, *pose, camera, name = head
        pose = numpy.array(pose, float)
        check(abs(numpy.linalg.norm(pose[:4]) - 1) < 1e-9 and pose[0] >= 0, name, pose)
        found = []
        for i, (x, y, point) in enumerate(zip(seen[::3], seen[1::3], seen[2::3])):
            place, colour, image, index = points.pop(point)
            check((image, index) == (number, i), name, point, image, index)
            found.append((float(x), float(y), place, colour))
        check(name not in images, name, "is there twice")
        images[name] = (cameras[camera], rotation_of(pose[:4]), pose[4:], found)
    check(not points, "points of no image:", list(points))
    return images


def compare(model, name, record, files, camera):
    """Compare an image; return the number of its points."""
    (kind, width, height, fx, fy, cx, cy), rotation, translation, points = model.pop(name)
    k, pose = numpy.array(camera["K"], float), numpy.array(camera["matrix_world"], float)
    check(kind == "PINHOLE" and [width, height] == record["resolution"], name, kind, width, height)
    check([fx, fy, cx, cy] == [k[0, 0], k[1, 1], k[0, 2], k[1, 2]], name, fx, fy, cx, cy)
    to_camera = numpy.linalg.inv(pose @ numpy.diag([1, -1, -1, 1]))
    check(numpy.abs(rotation - to_camera[:3, :3]).max() < 1e-9, name, rotation, to_camera)
    check(numpy.abs(translation - to_camera[:3, 3]).max() < 1e-9, name, translation)
    if "depth" not in files:
        check(not points, name, "has points without depth")
        return 0
    depth = numpy.array(read_exr_file(os.path.join(record["dir"], files["depth"]))[0]["V"])
    image = numpy.array(Image.open(os.path.join(record["dir"], files["image"])))
    near = 0 if files["image"].endswith(".png") else 3  # decoders of JPEG round as they like
    for x, y, place, colour in points:
        row, column = int(y), int(x)
        check((x, y) == (column + 0.5, row + 0.5), name, x, y)
        seen = rotation @ place + translation
        check(abs(seen[2] - depth[row, column]) < 1e-5, name, seen, depth[row, column])
        check(abs(fx * seen[0] / seen[2] + cx - x) < 1e-6, name, seen, x)
        check(abs(fy * seen[1] / seen[2] + cy - y) < 1e-6, name, seen, y)
        check(
            numpy.abs(image[row, column, :3].astype(int) - numpy.array(colour)).max() <= near,
            name,
            colour,
        )
    places = {(x, y) for x, y, _, _ in points}
    check(len(places) == len(points), name, "has a point twice")
    return len(points)


def main():
    """Compare all."""
    folder, records, most = sys.argv[1:]
    n_images = n_points = 0
    stills = os.path.join(folder, "sparse")
    models = {"": read_model(folder)} if os.path.exists(stills) else {}
    for line in open(records, encoding="utf-8"):
        record = json.loads(line)
        is_scene = "frames" in record or "views" in record
        home = os.path.join(folder, record["id"]) if is_scene else folder
        model = read_model(home) if is_scene else models[""]
        views = {view["name"]: view for view in record.get("views", [])}
        for stem, files, _ in pictures(record):
            _, *parts = stem.split(".")
            holder = views.get(parts[0] if parts else "", record)
            frame = [f for f in record.get("frames", []) if f"{f['frame']:06d}" in parts]
            camera = {**record["camera"], **holder.get("camera", {})}
            camera.update(frame[0].get("camera", {}) if frame and holder is record else {})
            name = (".".join(parts) or "0" if is_scene else stem) + extension(files)
            count = compare(model, name, record, files, camera)
            check(count <= int(most), name, count, "points")
            with open(os.path.join(home, "images", name), "rb") as one:
                with open(f"{record['dir']}/{files['image']}", "rb") as two:
                    check(one.read() == two.read(), name, "is another picture")
            n_images, n_points = n_images + 1, n_points + count
        check(not is_scene or not model, "images of no picture:", list(model))
    check(not models.get(""), "images of no picture:", list(models.get("", [])))
    print(f"{n_images} images, {n_points} points")


if __name__ == "__main__":
    main()
