# SPDX-License-Identifier: MIT
"""Parquet of records by pyarrow alone, as rv-mux writes it: arrow.py RECORDS FILE.

Its own reader of JSON, a few MiB at a time; zstd, no dictionaries. Pictures have 256 x 256 pixels.
"""

import sys

import pyarrow as pa
import pyarrow.json
import pyarrow.parquet

THING = pa.struct(
    [
        ("index", pa.int64()),
        ("category", pa.string()),
        ("bbox", pa.list_(pa.int64())),
        ("area", pa.int64()),
    ]
)
SCHEMA = pa.schema([("id", pa.string()), ("dir", pa.string()), ("annotations", pa.list_(THING))])


def read(path):
    """Return the bytes of a file."""
    with open(path, "rb") as file:
        return file.read()


def table_of(batch):
    """Return a row for each record."""
    things, n = batch.column("annotations"), batch.num_rows
    ids, folders = (batch.column(name).to_pylist() for name in ("id", "dir"))
    files = pa.array([read(f"{folder}/Image.png") for folder in folders], pa.binary())
    names = pa.array([f"{name}.png" for name in ids])
    keys = ["bbox", "category", "area", "index"]
    lists = [pa.ListArray.from_arrays(things.offsets, things.values.field(key)) for key in keys]
    none, side = pa.array([""] * n), pa.array([256] * n, pa.int64())
    return pa.table(
        {
            "id": batch.column("id"),
            "view": none,
            "frame": none,
            "width": side,
            "height": side,
            "prompt": none,
            "image": pa.StructArray.from_arrays([files, names], names=["bytes", "path"]),
            "objects": pa.StructArray.from_arrays(lists, names=keys),
        }
    )


parse = pyarrow.json.ParseOptions(explicit_schema=SCHEMA, unexpected_field_behavior="ignore")
blocks = pyarrow.json.ReadOptions(block_size=8 << 20)
writer = None
with pyarrow.json.open_json(sys.argv[1], parse_options=parse, read_options=blocks) as batches:
    for items in batches:
        table = table_of(items)
        writer = writer or pyarrow.parquet.ParquetWriter(
            sys.argv[2], table.schema, compression="zstd", use_dictionary=False
        )
        writer.write_table(table)
writer.close()
