# SPDX-License-Identifier: MIT
"""A sample from request to reply."""
