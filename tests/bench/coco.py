# SPDX-License-Identifier: MIT
"""COCO of the records in ./records by Python's json: coco.py DIR SIDE.

Pictures have SIDE x SIDE pixels.
"""

import json
import os
import shutil
import sys

target, side = sys.argv[1], int(sys.argv[2])
os.makedirs(f"{target}/images")
images, annotations = [], []
with open("records") as records:
    for line in records:
        record = json.loads(line)
        name = f"{record['id']}.png"
        shutil.copyfile(f"{record['dir']}/Image.png", f"{target}/images/{name}")
        image = {"id": len(images) + 1, "file_name": name, "width": side, "height": side}
        images.append(image)
        for a in record["annotations"]:
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image["id"],
                    "bbox": a["bbox"],
                    "area": a["area"],
                    "category_id": 1,
                    "iscrowd": 0,
                    "segmentation": a["rle"],
                }
            )
with open(f"{target}/annotations.json", "w") as file:
    json.dump({"images": images, "annotations": annotations}, file)
