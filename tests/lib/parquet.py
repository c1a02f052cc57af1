# SPDX-License-Identifier: MIT
"""Apache Parquet as rv-mux has it, written without rv: tables that rv-verify is to find faults in.

    write(path, rows)      one row group, not compressed
    row(record, image)     what a table says of a still
"""

import struct

REQUIRED, OPTIONAL, REPEATED = range(3)
INT64, BYTES = 2, 6
LISTS = (("category", BYTES), ("area", INT64), ("index", INT64))


def varint(value):
    """Return a number as Thrift has it."""
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def thrift(fields):
    """Return a struct of (number, kind, value) in the compact protocol."""
    kinds = {"i32": 5, "i64": 6, "binary": 8, "list": 9, "struct": 12}
    out, last = b"", 0
    for number, kind, value in fields:
        out += bytes([(number - last) << 4 | kinds[kind]]) + plain(kind, value)
        last = number
    return out + b"\0"


def plain(kind, value):
    """Return a value in the compact protocol."""
    if kind in ("i32", "i64"):
        return varint(value << 1)
    if kind == "binary":
        data = value if isinstance(value, bytes) else value.encode()
        return varint(len(data)) + data
    if kind == "struct":
        return thrift(value)
    of, items = value
    head = bytes([min(len(items), 15) << 4 | {"i32": 5, "binary": 8, "struct": 12}[of]])
    return (
        head
        + (varint(len(items)) if len(items) > 14 else b"")
        + b"".join(plain(of, item) for item in items)
    )


def node(name, kind=None, repetition=REQUIRED, children=0):
    """Return an element of the schema."""
    fields = [(1, "i32", kind)] if kind is not None else []
    fields += [(3, "i32", repetition), (4, "binary", name)]
    return fields + ([(5, "i32", children)] if children else [])


def listed(name, *element):
    """Return the three levels of a list."""
    return [node(name, children=1), node("list", None, REPEATED, 1), *element]


def schema():
    """Return the schema."""
    nodes = [node("schema", children=9)]
    nodes += [node(name, BYTES) for name in ("id", "view", "frame")]
    nodes += [node("seed", INT64, OPTIONAL), node("width", INT64), node("height", INT64)]
    nodes += [node("prompt", BYTES), node("image", children=2)]
    nodes += [node("bytes", BYTES), node("path", BYTES), node("objects", children=4)]
    nodes += listed("bbox", *listed("element", node("element", INT64)))
    for name, kind in LISTS:
        nodes += listed(name, node("element", kind))
    return nodes


def value_bytes(value):
    """Return a plain value."""
    if isinstance(value, int):
        return struct.pack("<q", value)
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<I", len(data)) + data


def levels(numbers):
    """Return levels as runs of one."""
    data = b"".join(bytes([2, number]) for number in numbers)
    return struct.pack("<I", len(data)) + data


def columns(rows):
    """Yield each column: its path, its kind, and (repetition, definition, value) of all values."""
    for name in ("id", "view", "frame"):
        yield [name], BYTES, [(0, 0, row[name]) for row in rows]
    yield ["seed"], INT64, [(0, 1, row["seed"]) for row in rows]
    for name in ("width", "height"):
        yield [name], INT64, [(0, 0, row[name]) for row in rows]
    yield ["prompt"], BYTES, [(0, 0, row["prompt"]) for row in rows]
    for name in ("bytes", "path"):
        yield ["image", name], BYTES, [(0, 0, row["image"][name]) for row in rows]
    values = []
    for row in rows:
        for i, box in enumerate(row["objects"]["bbox"]):
            values += [(2 if k else int(i > 0), 2, side) for k, side in enumerate(box)]
        values += [] if row["objects"]["bbox"] else [(0, 0, None)]
    yield ["objects", "bbox", "list", "element", "list", "element"], INT64, values
    for name, kind in LISTS:
        values = []
        for row in rows:
            values += [(int(i > 0), 1, item) for i, item in enumerate(row["objects"][name])]
            values += [] if row["objects"][name] else [(0, 0, None)]
        yield ["objects", name, "list", "element"], kind, values


def write(path, rows, change_page=lambda column, data: data, change_chunk=lambda fields: fields):
    """Write rows; the functions may change a column's page and what the footer says of it."""
    data, chunks = b"PAR1", []
    for names, kind, values in columns(rows):
        page = levels([v[0] for v in values]) if "list" in names else b""
        page += levels([v[1] for v in values]) if "list" in names or names == ["seed"] else b""
        page += b"".join(value_bytes(v[2]) for v in values if v[2] is not None)
        page = change_page(names[-3 if "list" in names else -1], page)
        about = [(1, "i32", len(values)), (2, "i32", 0), (3, "i32", 3), (4, "i32", 3)]
        head = [(1, "i32", 0), (2, "i32", len(page)), (3, "i32", len(page)), (5, "struct", about)]
        start, page = len(data), thrift(head) + page
        data += page
        fields = [(1, "i32", kind), (2, "list", ("i32", [0, 3])), (3, "list", ("binary", names))]
        fields += [(4, "i32", 0), (5, "i64", len(values)), (6, "i64", len(page))]
        fields += [(7, "i64", len(page)), (9, "i64", start)]
        chunks.append([(2, "i64", start), (3, "struct", change_chunk(fields))])
    group = [(1, "list", ("struct", chunks)), (2, "i64", len(data)), (3, "i64", len(rows))]
    footer = [(1, "i32", 1), (2, "list", ("struct", schema())), (3, "i64", len(rows))]
    footer = thrift(footer + [(4, "list", ("struct", [group])), (6, "binary", "rv")])
    with open(path, "wb") as file:
        file.write(data + footer + struct.pack("<I", len(footer)) + b"PAR1")


def row(record, image):
    """Return the row of a still."""
    with open(image, "rb") as file:
        data = file.read()
    width, height = struct.unpack(">II", data[16:24])
    labels = [item for item in record["annotations"] if item["area"] > 0]
    return {
        "id": record["id"],
        "view": "",
        "frame": "",
        "seed": record.get("seed", 0),
        "width": width,
        "height": height,
        "prompt": "",
        "image": {"bytes": data, "path": f"{record['id']}.png"},
        "objects": {
            "bbox": [item["bbox"] for item in labels],
            "category": ["x" for _ in labels],
            "area": [item["area"] for item in labels],
            "index": [item["index"] for item in labels],
        },
    }
