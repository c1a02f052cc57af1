# SPDX-License-Identifier: MIT
"""What is done in Blender: its versions, meshes, passes, devices, time. No scene of ours."""
