# SPDX-License-Identifier: MIT
"""What scenes, objects, lights and materials have in common: tags and custom metadata.

Needs no Blender.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Set

from .values import flatten

if TYPE_CHECKING:
    from typing import Self


class CustomMeta:
    """Carries `custom_meta`, a dict that goes into the record."""

    custom_meta: Dict[str, Any]
    """What goes into the record as `custom_meta`."""

    def set_custom_meta(self, **values: Any) -> Self:
        """Merges `values` (JSON values, ObjectStats, vectors) into the custom metadata."""
        for key, value in values.items():
            self.custom_meta[key] = value.to_dict() if hasattr(value, "to_dict") else value
        return self


class Tagged(CustomMeta):
    """Carries `tags`, a set of strings, as well."""

    tags: Set[str]
    """Its tags."""

    def set_tags(self, *tags: Any) -> Self:
        """Replaces the tags. Each argument is a tag, or a list, tuple or set of tags."""
        self.tags = set(flatten(tags))
        return self

    def add_tags(self, *tags: Any) -> Self:
        """Adds to the tags; arguments as for `set_tags`."""
        self.tags |= set(flatten(tags))
        return self
