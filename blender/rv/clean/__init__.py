# SPDX-License-Identifier: MIT
"""What keeps one sample away from the next: guards of the interpreter, the process and Blender."""
