# SPDX-License-Identifier: MIT
"""Small model files of every format, to be loaded: a box of 1 x 2 x 3 along its file's axes."""

import base64
import json
import os
import struct
import zlib

CORNERS = [(x, y, z) for x in (0.0, 1.0) for y in (0.0, 2.0) for z in (0.0, 3.0)]
QUADS = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
TRIANGLES = [t for a, b, c, d in QUADS for t in ((a, b, c), (a, c, d))]
RED = (230, 20, 20)


def png(color=RED):
    """A picture of 2 x 2 pixels in one colour."""
    rows = (b"\0" + bytes(color) * 2) * 2

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def save(folder, name, data):
    """Writes a file; its path."""
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())
    return path


def obj(folder, name="box.obj", groups=("Box",)):
    """An .obj with a .mtl and a texture, a box for each group."""
    lines, first = ["mtllib box.mtl"], 1
    for group in groups:
        lines += [f"o {group}", *(f"v {x} {y} {z}" for x, y, z in CORNERS)]
        lines += ["vt 0 0", "vt 1 0", "vt 1 1", "vt 0 1", "usemtl Paint"]
        at = 1 + 4 * ((first - 1) // 8)
        lines += [
            "f " + " ".join(f"{first + corner}/{at + i}" for i, corner in enumerate(quad))
            for quad in QUADS
        ]
        first += 8
    save(folder, "skin.png", png())
    save(folder, "box.mtl", "newmtl Paint\nKd 1 1 1\nmap_Kd skin.png\n")
    return save(folder, name, "\n".join(lines) + "\n")


def ply(folder, name="box.ply"):
    """An ASCII .ply."""
    head = f"ply\nformat ascii 1.0\nelement vertex {len(CORNERS)}\n"
    head += "property float x\nproperty float y\nproperty float z\n"
    head += f"element face {len(QUADS)}\nproperty list uchar int vertex_indices\nend_header\n"
    lines = [" ".join(map(str, c)) for c in CORNERS] + [f"4 {' '.join(map(str, q))}" for q in QUADS]
    return save(folder, name, head + "\n".join(lines) + "\n")


def stl(folder, name="box.stl"):
    """A binary .stl."""
    body = b"".join(
        struct.pack("<12fH", 0, 0, 0, *(v for i in t for v in CORNERS[i]), 0) for t in TRIANGLES
    )
    return save(folder, name, bytes(80) + struct.pack("<I", len(TRIANGLES)) + body)


def gltf_tree(corners=CORNERS, triangles=TRIANGLES):
    """The JSON and the buffer of a glTF: a node Car at (5, 0, 0) with the children Body, a box with
    a textured material, and Wheel, the same box at (0, 0, 2)."""
    points = b"".join(struct.pack("<3f", *c) for c in corners)
    uvs = b"".join(struct.pack("<2f", c[0] % 1, c[2] % 1) for c in corners)
    numbers = b"".join(struct.pack("<3I", *t) for t in triangles)
    picture = png()
    views, at = [], 0
    for part in (points, uvs, numbers, picture):
        views.append({"buffer": 0, "byteOffset": at, "byteLength": len(part)})
        at += len(part)
    low, high = ([f(c[i] for c in corners) for i in range(3)] for f in (min, max))
    accessor = {"componentType": 5126, "count": len(corners)}
    attributes = {"POSITION": 0, "TEXCOORD_0": 1}
    texture = {"baseColorTexture": {"index": 0}, "metallicFactor": 0.0}
    tree = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [
            {"name": "Car", "translation": [5, 0, 0], "children": [1, 2]},
            {"name": "Wheel", "mesh": 0, "translation": [0, 0, 2]},
            {"name": "Body", "mesh": 0},
        ],
        "meshes": [
            {
                "name": "Box",
                "primitives": [{"attributes": attributes, "indices": 2, "material": 0}],
            }
        ],
        "materials": [{"name": "Paint", "pbrMetallicRoughness": texture}],
        "textures": [{"source": 0}],
        "images": [{"bufferView": 3, "mimeType": "image/png", "name": "skin"}],
        "accessors": [
            {**accessor, "bufferView": 0, "type": "VEC3", "min": low, "max": high},
            {**accessor, "bufferView": 1, "type": "VEC2"},
            {"bufferView": 2, "componentType": 5125, "count": 3 * len(triangles), "type": "SCALAR"},
        ],
        "bufferViews": views,
        "buffers": [{"byteLength": at}],
    }
    return tree, points + uvs + numbers + picture


def glb(folder, name="car.glb", **mesh):
    """A binary glTF of `gltf_tree`."""
    tree, data = gltf_tree(**mesh)
    data += bytes(-len(data) % 4)
    tree["buffers"][0]["byteLength"] = len(data)
    text = json.dumps(tree).encode()
    text += b" " * (-len(text) % 4)
    parts = struct.pack("<I4s", len(text), b"JSON") + text
    parts += struct.pack("<I4s", len(data), b"BIN\0") + data
    return save(folder, name, struct.pack("<4sII", b"glTF", 2, 12 + len(parts)) + parts)


def gltf(folder, name="car.gltf"):
    """A glTF with a buffer and a picture beside it, the buffer's name with a space."""
    tree, data = gltf_tree()
    tree["buffers"][0]["uri"] = "car%20data.bin"
    tree["images"] = [{"uri": "skin.png", "name": "skin"}]
    save(folder, "car data.bin", data)
    save(folder, "skin.png", png())
    return save(folder, name, json.dumps(tree))


def gltf_inline(folder, name="inline.gltf"):
    """A glTF with all in one text file."""
    tree, data = gltf_tree()
    tree["buffers"][0]["uri"] = (
        "data:application/octet-stream;base64," + base64.b64encode(data).decode()
    )
    return save(folder, name, json.dumps(tree))
