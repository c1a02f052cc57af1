# SPDX-License-Identifier: MIT
from .config import TaskConfig  # noqa: F401
from .generator import RampGenerator  # noqa: F401
