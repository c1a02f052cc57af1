# SPDX-License-Identifier: MIT
"""NumPy's .npz files without NumPy: name -> [type, shape, bytes], as "<f4", (2, 3) and 24 bytes."""

import ast
import io
import zipfile


def read(path: str) -> dict:
    """Return the arrays of a file."""
    found = {}
    with zipfile.ZipFile(path) as file:
        for name in file.namelist():
            data = file.read(name)
            start = 10 + int.from_bytes(data[8:10], "little")
            head = ast.literal_eval(data[10:start].decode())
            found[name.removesuffix(".npy")] = [head["descr"], head["shape"], data[start:]]
    return found


def packed(arrays: dict) -> bytes:
    """Return the file of some arrays, sorted by name, uncompressed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(arrays):
            kind, shape, data = arrays[name]
            head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {tuple(shape)}, }}"
            head += " " * (-(11 + len(head)) % 64) + "\n"
            start = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode()
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), start + data)
    return file.getvalue()
