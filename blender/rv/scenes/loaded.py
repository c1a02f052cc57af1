# SPDX-License-Identifier: MIT
"""What a file has brought into the scene, as one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterator, Mapping, NoReturn, Optional, Tuple, Union

import bpy

from ..plain.files import listed
from ..plain.meant import nearest
from .objects import Object
from .stage import SceneLike


class Loaded:
    """The objects of a file that was loaded; they can be gone through, counted, and had by place or
    by their name in the file: `loaded[0]`, `loaded["Wheel"]`.

    `unit` scales them, by what hangs on nothing. ValueError when that is animated.
    """

    def __init__(
        self, blocks: Mapping[str, bpy.types.Object], scene: SceneLike, unit: float = 1.0
    ) -> None:
        self._named: Dict[str, Object] = {}
        for name, block in blocks.items():
            scene._stage.link(block)
            self._named[name] = scene._stage.wrap(block, scene, True)
        self.objects: Tuple[Object, ...] = tuple(self._named.values())
        """All of them, sorted by their names in the file."""
        self.roots: Tuple[Object, ...] = tuple(o for o in self if o.obj.parent is None)
        """Those that hang on no other."""
        self.scene = scene
        """The scene that they are in."""
        self._root: Optional[Object] = self.roots[0] if len(self.roots) == 1 else None
        if unit != 1.0:
            self._enlarge(unit)

    def __repr__(self) -> str:
        return f"rv.Loaded of {len(self.objects)} objects"

    def __len__(self) -> int:
        return len(self.objects)

    def __iter__(self) -> Iterator[Object]:
        return iter(self.objects)

    def __getitem__(self, which: Union[int, str]) -> Object:
        if not isinstance(which, str):
            return self.objects[which]
        if which not in self._named:
            names = list(self._named)
            raise KeyError(
                f"no object {which!r}{nearest(which, names)}; there are: {listed(names)}"
            )
        return self._named[which]

    @property
    def root(self) -> Object:
        """What to move, turn, scale or copy for all of them: the one that all others hang on.

        Where there is none, an empty at the origin is made that the roots are hung on.
        """
        if self._root is None:
            empty = bpy.data.objects.new("Root", None)
            self.scene._stage.link(empty)
            self._root = Object(empty, self.scene)
            for root in self.roots:
                root.obj.parent = empty
        return self._root

    if not TYPE_CHECKING:  # which are to find a name that is not there themselves

        def __getattr__(self, name: str) -> NoReturn:
            meant = f", did you mean 'root.{name}'?" if hasattr(Object, name) else ""
            text = f"{type(self).__name__!r} object has no attribute {name!r}{meant}"
            raise AttributeError(text, name=name, obj=self)

    def _enlarge(self, factor: float) -> None:
        for root in self.roots:
            if root.obj.animation_data is not None:
                raise ValueError(f"{root!r} is animated: scale it by `root` in the place of unit")
            root.obj.location *= factor
            root.obj.scale *= factor
