# SPDX-License-Identifier: MIT
"""What scenes, objects, lights and materials have in common: tags and custom metadata.

Needs no Blender.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterable, Set, Union

from .checked import checked
from .meta import plain
from .values import mapping, texts

if TYPE_CHECKING:
    from typing import Self


def _tags(value: Any, what: str, *, of: object = None) -> Set[str]:
    """A set of tags, from one tag or several."""
    return set(texts([value], "a tag", of=of))


class CustomMeta:
    """Carries `custom_meta`, a dict that goes into the record."""

    custom_meta: Dict[str, Any] = checked(mapping, dict)
    """What goes into the record as `custom_meta`."""

    def set_custom_meta(self, **values: Any) -> Self:
        """Merges `values` (JSON values, ObjectStats, vectors, arrays) into the custom metadata.

        SceneError for what JSON cannot hold.
        """
        for key, value in values.items():
            plain(value, f"{self!r}: custom_meta {key}")
            self.custom_meta[key] = value.to_dict() if hasattr(value, "to_dict") else value
        return self


class Tagged(CustomMeta):
    """Carries `tags`, a set of strings, as well."""

    tags: Set[str] = checked(_tags, set)
    """Its tags."""

    def set_tags(self, *tags: Union[str, Iterable[str]]) -> Self:
        """Replaces the tags. Each argument is a tag, or a list, tuple or set of tags.

        TypeError for what is no str.
        """
        self.tags = set(texts(tags, "a tag", of=self))
        return self

    def add_tags(self, *tags: Union[str, Iterable[str]]) -> Self:
        """Adds to the tags; arguments as for `set_tags`."""
        self.tags = self.tags | set(texts(tags, "a tag", of=self))
        return self
