# SPDX-License-Identifier: MIT
"""Makes a Blender ready for scene scripts: what runners call before they import rv."""

import os
import sys


def bootstrap_runtime(libpath: str, cwd: str) -> None:
    """Goes to `cwd`; sys.path begins with it and then with `libpath`, where the package rv lies."""
    root, library = os.path.abspath(cwd), os.path.abspath(libpath)
    os.chdir(root)
    sys.path[:] = [root, library, *(p for p in sys.path if p not in (root, library))]
