# SPDX-License-Identifier: MIT
"""What scene scripts see: the scene, objects, lights, materials, worlds, domains."""
