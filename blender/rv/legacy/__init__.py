# SPDX-License-Identifier: MIT
"""Names of other versions: the older dialect of scripts, and what runners call."""
