# SPDX-License-Identifier: MIT
"""What is written for each frame: the methods `include_...` of a client."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Optional

from ..plain.limits import IMAGE_KINDS, image_problem
from .arguments import flag, real, whole
from .task import Task

DEPTH_FORMATS = {"OPEN_EXR": ".exr", "HDR": ".hdr"}
CODECS = ("NONE", "PXR24", "ZIP", "PIZ", "RLE", "ZIPS", "DWAA", "DWAB")


class Outputs:
    """Files are those of rv-mask: numbers as float EXR, without loss, whatever codec is named.

    Pictures are always written. `preview` (its older name is `debug`) adds pictures for people.
    """

    _task: Task

    def _look(self, keyed: bool = True) -> Dict[str, Any]:
        """The record of a dry run."""
        raise NotImplementedError

    def _include(
        self,
        roles: Iterable[str],
        passes: Iterable[str],
        preview: Optional[str],
        wants_preview: bool,
        exr_codec: Optional[str],
    ) -> None:
        if exr_codec is not None and str(exr_codec).upper() not in CODECS:
            raise ValueError(f"exr_codec is {exr_codec!r}, it must be one of {', '.join(CODECS)}")
        task = self._task
        task.passes.update(passes)
        task.roles.update(roles)
        if preview is not None and flag(wants_preview, "preview"):
            task.roles.add(preview)

    def image_settings(
        self,
        file_format: Optional[str] = None,
        bit_depth: Optional[int] = None,
        color_mode: Optional[str] = None,
        quality: Optional[int] = None,
    ) -> None:
        """How the picture is written; None: as it was, at first 8-bit RGBA in PNG files.

        PNG, OPEN_EXR (scene-linear, 16 or 32 bits), JPEG, WEBP, TIFF, HDR and all else that this
        Blender writes; BW, RGB or RGBA; `quality` 1 to 100 where the format has one. ValueError
        for what the format has not; what this Blender does not write is a RemoteError of the
        render.
        """
        task = self._task
        image = dict(task.blend.get("image", {"format": "PNG", "depth": 8, "color": "RGBA"}))
        if file_format is not None:
            image["format"] = str(file_format).upper()
            if image["format"] not in IMAGE_KINDS:
                known = ", ".join(IMAGE_KINDS)
                raise ValueError(f"file_format is {file_format!r}, it must be one of {known}")
        form = IMAGE_KINDS[image["format"]]
        if bit_depth is not None:
            image["depth"] = whole(bit_depth, "bit_depth")
        elif image["depth"] not in form.depths:
            image["depth"] = form.depths[-1]
        if color_mode is not None:
            image["color"] = str(color_mode).upper()
        elif image["color"] not in form.colors:
            image["color"] = form.colors[-1]
        if quality is not None:
            image["quality"] = int(real(whole(quality, "quality"), "quality", 1, 100))
        elif not form.has_quality:
            image.pop("quality", None)
        problem = image_problem(
            image["format"], image["depth"], image["color"], image.get("quality")
        )
        if problem is not None:
            raise ValueError(problem)
        _check_same(task.composite, image)
        task.blend["image"] = image
        task.color = image["color"]

    def include_frames(
        self,
        file_format: str = "PNG",
        color_mode: str = "RGB",
        exr_codec: Optional[str] = "ZIP",
        bit_depth: Optional[int] = None,
        quality: Optional[int] = None,
    ) -> None:
        """The picture, in `frames/`; 8 bits where the format has them."""
        self._include((), (), None, False, exr_codec)
        form = IMAGE_KINDS.get(str(file_format).upper())
        if bit_depth is None and form is not None:
            bit_depth = form.depths[0]
        self.image_settings(file_format, bit_depth, color_mode, quality)

    def include_depths(
        self,
        preview: bool = True,
        file_format: str = "OPEN_EXR",
        exr_codec: Optional[str] = "ZIP",
        bit_depth: int = 32,
        debug: Optional[bool] = None,
    ) -> None:
        """Metres from the camera's plane, 1e10 where there is nothing, in `depth/`.

        As HDR they keep eight bits of precision. ValueError for another format.
        """
        suffix = DEPTH_FORMATS.get(str(file_format).upper())
        if suffix is None or bit_depth != 32:
            known = " or ".join(DEPTH_FORMATS)
            raise ValueError(f"depths are {known} of 32 bits, not {file_format} of {bit_depth}")
        self._task.depth_suffix = suffix
        self._include(("depth",), (), "depth_preview", _either(preview, debug), exr_codec)

    def include_normals(
        self,
        preview: bool = True,
        exr_codec: Optional[str] = "ZIP",
        debug: Optional[bool] = None,
    ) -> None:
        """Normals in the camera's space (x right, y up, z to the camera), in `normal_camera/`."""
        shown = _either(preview, debug)
        self._include(("normal_camera",), ("Normal",), "normal_preview", shown, exr_codec)

    def include_flows(
        self,
        direction: str = "forward",
        preview: bool = True,
        exr_codec: Optional[str] = "ZIP",
        debug: Optional[bool] = None,
    ) -> None:
        """Motion in pixels (right, down) to the next and to the previous frame.

        In `flow_forward/` and `flow_backward/`, always both; `direction` (forward, backward or
        both) says which one `flow_file_path` names: of both the forward one. With motion blur it
        is that of the frame's own time. ValueError for another direction.
        """
        if direction not in ("forward", "backward", "both"):
            raise ValueError(f"direction is {direction!r}, not forward, backward or both")
        roles = ("flow_forward", "flow_backward")
        self._include(roles, ("Vector",), "flow_preview", _either(preview, debug), exr_codec)
        self._task.flow = "backward" if direction == "backward" else "forward"

    def include_segmentations(
        self,
        shuffle: bool = True,
        preview: bool = True,
        seed: int = 1234,
        exr_codec: Optional[str] = "ZIP",
        debug: Optional[bool] = None,
    ) -> None:
        """The index of the object that is seen, 0 for none, as 16-bit PNG in `index/`.

        transforms.json names the objects. Indices are the file's own or follow the names, and
        colours are dealt in their order: `shuffle` and `seed` make no difference.
        """
        self._include(("index",), (), "index_color_preview", _either(preview, debug), exr_codec)

    def include_materials(
        self,
        shuffle: bool = True,
        preview: bool = True,
        seed: int = 1234,
        exr_codec: Optional[str] = "ZIP",
    ) -> None:
        """The index of the material that is seen, likewise, in `material_index/`."""
        roles, passes = ("material_index",), ("MaterialIndex",)
        self._include(roles, passes, "material_index_preview", preview, exr_codec)

    def include_points(self, preview: bool = True, exr_codec: Optional[str] = "ZIP") -> None:
        """The place of what is seen in the world, metres, in `position/`; it has no preview."""
        self._include(("position",), ("Position",), None, preview, exr_codec)

    def include_diffuse_pass(self, exr_codec: Optional[str] = "ZIP") -> None:
        """Diffuse colour, direct and indirect light, scene-linear, in `diffuse_.../`."""
        roles = ("diffuse_color", "diffuse_direct", "diffuse_indirect")
        passes = ("DiffuseColor", "DiffuseDirect", "DiffuseIndirect")
        self._include(roles, passes, None, False, exr_codec)

    def include_specular_pass(self, exr_codec: Optional[str] = "ZIP") -> None:
        """Glossy colour, direct and indirect light, scene-linear, in `glossy_.../`."""
        roles = ("glossy_color", "glossy_direct", "glossy_indirect")
        passes = ("GlossyColor", "GlossyDirect", "GlossyIndirect")
        self._include(roles, passes, None, False, exr_codec)

    def include_composites(
        self,
        file_format: Optional[str] = None,
        color_mode: Optional[str] = None,
        exr_codec: Optional[str] = None,
        bit_depth: Optional[int] = None,
    ) -> None:
        """What the file's own compositor makes of the picture, in `composite/`.

        It is written as the picture is: what is given here holds for both, ValueError when
        something else was said of the picture. RuntimeError for a file without a compositor.
        """
        task = self._task
        given = {"format": file_format, "color": color_mode, "depth": bit_depth}
        asked = {
            k: v.upper() if isinstance(v, str) else v for k, v in given.items() if v is not None
        }
        if "image" in task.blend:
            _check_same(asked, task.blend["image"])
        else:
            self.image_settings(file_format, bit_depth, color_mode)
        self._include((), (), None, False, exr_codec)
        task.blend["composite"] = True
        try:
            self._look()
        except BaseException:
            del task.blend["composite"]
            raise
        task.composite = asked


def _check_same(composite: Dict[str, Any], image: Dict[str, Any]) -> None:
    """ValueError when the composite was asked for in another way than the picture."""
    for name, value in composite.items():
        if image[name] != value:
            raise ValueError(f"{name} is {value} for composites, but {image[name]} for pictures")


def _either(preview: bool, debug: Optional[bool]) -> bool:
    return preview if debug is None else debug
