#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads visionsim's folders as its Dataset does, and compares them with the sequences they are of.

    visionsim_check.py DATASET/visionsim RECORDS

Flow must be Blender's own vectors, which visionsim stores as they are, wherever rv knows it. Exit
status 1 at the first thing that is wrong; prints how many files were compared.
"""

import json
import os
import sys

import numpy

from check_labels import read_exr_file, read_png
from pictures import check, pictures

SCHEMA = ("fl_x", "fl_y", "cx", "cy", "h", "w", "c", "frames")


def planes(path, channels):
    """Return the channels of an OpenEXR file, which must have no others."""
    found, types, _ = read_exr_file(path)
    check(sorted(found) == sorted(channels) and set(types.values()) == {"f"}, path, list(found))
    return numpy.array([found[channel] for channel in channels])


def compare(home, entry, record, files):
    """Compare the files of a frame; return how many there are."""

    def of(role, channels):
        found = read_exr_file(f"{record['dir']}/{files[role]}")[0]
        return numpy.array([found[channel] for channel in channels])

    with open(f"{home}/{entry['file_path']}", "rb") as one, open(
        f"{record['dir']}/{files['image']}", "rb"
    ) as two:
        check(one.read() == two.read(), entry, "is another picture")
    number = entry["file_path"].rsplit("_", 1)[1].split(".")[0]
    depth = planes(f"{home}/depths/depth_{number}.exr", "V")
    check((depth == of("depth", "V")).all(), number, "depth")
    normal = planes(f"{home}/normals/normal_{number}.exr", "RGB")
    check((normal == of("normal_camera", "XYZ")).all(), number, "normal")
    index = numpy.array(read_png(f"{record['dir']}/{files['index']}")["rows"])
    segments = planes(f"{home}/segmentations/segmentation_{number}.exr", "V")
    check((segments[0] == index).all(), number, "segmentation")
    flow = planes(f"{home}/flows/flow_{number}.exr", "RGBA")
    vector, n_known = of("vector", "XYZW"), 0
    for half, role in ((slice(0, 2), "flow_backward"), (slice(2, 4), "flow_forward")):
        known = (abs(of(role, "UV")) < 1e9).all(0)
        away = abs(flow[half] - vector[half])[:, known]
        check(away.size == 0 or away.max() < 1e-3, number, role, away.max() if away.size else 0)
        check((flow[half][:, ~known] == 0).all(), number, role, "is not 0 where it is not known")
        n_known += known.sum()
    check(n_known > index.size / 2, number, "no flow is known")
    return 5


def main():
    """Compare all."""
    folder, records = sys.argv[1:]
    names, n_files = set(os.listdir(folder)), 0
    for line in open(records, encoding="utf-8"):
        record = json.loads(line)
        frames = {}
        for stem, files, _ in pictures(record):
            name, number = stem.rsplit(".", 1)
            frames.setdefault(name, []).append((number, files))
        for name, wanted in frames.items():
            names.remove(name)
            home = os.path.join(folder, name)
            with open(f"{home}/transforms.json", encoding="utf-8") as file:
                document = json.load(file)
            check(len(document["frames"]) == len(wanted), name, len(document["frames"]))
            for i, (entry, (number, files)) in enumerate(zip(document["frames"], wanted)):
                lens = {**document, **entry}
                check(all(key in lens for key in SCHEMA), name, sorted(lens))
                state = record["frames"][i]
                camera = state.get("camera", record["camera"])
                k = camera["K"]
                check([lens["fl_x"], lens["fl_y"]] == [k[0][0], k[1][1]], name, lens["fl_x"])
                check([lens["cx"], lens["cy"]] == [k[0][2], k[1][2]], name, lens["cx"])
                check(lens["intrinsics"] == k, name, lens["intrinsics"])
                check(entry["transform_matrix"] == camera["matrix_world"], name, i)
                check(entry["file_path"] == f"frames/frame_{number}.png", name, entry)
                n_files += compare(home, entry, record, files)
    check(not names, "folders of no sample:", names)
    print(f"{n_files} files")


if __name__ == "__main__":
    main()
