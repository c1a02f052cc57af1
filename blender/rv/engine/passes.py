# SPDX-License-Identifier: MIT
"""Render passes: their names, how they are turned on, and their channels in passes.exr."""

from __future__ import annotations

import re
from enum import Enum
from typing import (
    Any,
    Dict,
    Iterable,
    Iterator,
    List,
    Literal,
    NamedTuple,
    Optional,
    Set,
    Tuple,
    Union,
)

from ..plain.meant import nearest
from ..plain.values import flatten, refuse
from . import compat

Channels = Union[str, List[str]]


class RenderPass(Enum):
    """What can be recorded per pixel besides the picture."""

    Z = "Z"
    """Metres from the camera's plane, of a panorama along the ray; always recorded."""
    VECTOR = "Vector"
    """Motion in pixels from the previous and to the next frame."""
    MIST = "Mist"
    """Distance, from 0 to 1, by the settings of the world."""
    POSITION = "Position"
    """Place in the world, metres."""
    NORMAL = "Normal"
    """Normal of the surface in the world."""
    UV = "UV"
    """UV coordinates."""
    OBJECT_INDEX = "ObjectIndex"
    """Index of the object; always recorded."""
    MATERIAL_INDEX = "MaterialIndex"
    """Index of the material."""
    SHADOW = "Shadow"
    """Shadows; Blender writes it before 4.0 only."""
    AO = "AO"
    """Ambient occlusion."""
    EMISSION = "Emission"
    """Light that surfaces emit."""
    ENVIRONMENT = "Environment"
    """The world behind everything."""
    SHADOW_CATCHER = "ShadowCatcher"
    """What falls onto shadow catchers; not in every Blender."""
    DIFFUSE_COLOR = "DiffuseColor"
    """Surface colour for diffuse light."""
    DIFFUSE_DIRECT = "DiffuseDirect"
    """Diffuse light straight from lights."""
    DIFFUSE_INDIRECT = "DiffuseIndirect"
    """Diffuse light by way of other surfaces."""
    GLOSSY_COLOR = "GlossyColor"
    """Surface colour for glossy light."""
    GLOSSY_DIRECT = "GlossyDirect"
    """Glossy light straight from lights."""
    GLOSSY_INDIRECT = "GlossyIndirect"
    """Glossy light by way of other surfaces."""
    TRANSMISSION_COLOR = "TransmissionColor"
    """Surface colour for transmitted light."""
    TRANSMISSION_DIRECT = "TransmissionDirect"
    """Transmitted light straight from lights."""
    TRANSMISSION_INDIRECT = "TransmissionIndirect"
    """Transmitted light by way of other surfaces."""
    CRYPTO_OBJECT = "CryptoObject"
    """Cryptomatte of objects."""
    CRYPTO_MATERIAL = "CryptoMaterial"
    """Cryptomatte of materials."""
    CRYPTO_ASSET = "CryptoAsset"
    """Cryptomatte of assets: objects with one topmost parent."""


class _Pass(NamedTuple):
    flag: str  # property of the view layer
    name: str  # in the EXR, before Blender 5.0
    channels: str


_PASSES: Dict[RenderPass, _Pass] = {
    RenderPass.Z: _Pass("use_pass_z", "Depth", "Z"),
    RenderPass.VECTOR: _Pass("use_pass_vector", "Vector", "XYZW"),
    RenderPass.MIST: _Pass("use_pass_mist", "Mist", "Z"),
    RenderPass.POSITION: _Pass("use_pass_position", "Position", "XYZ"),
    RenderPass.NORMAL: _Pass("use_pass_normal", "Normal", "XYZ"),
    RenderPass.UV: _Pass("use_pass_uv", "UV", "UVA"),
    RenderPass.OBJECT_INDEX: _Pass("use_pass_object_index", "IndexOB", "X"),
    RenderPass.MATERIAL_INDEX: _Pass("use_pass_material_index", "IndexMA", "X"),
    RenderPass.SHADOW: _Pass("use_pass_shadow", "Shadow", "RGB"),
    RenderPass.AO: _Pass("use_pass_ambient_occlusion", "AO", "RGB"),
    RenderPass.EMISSION: _Pass("use_pass_emit", "Emit", "RGB"),
    RenderPass.ENVIRONMENT: _Pass("use_pass_environment", "Env", "RGB"),
    RenderPass.SHADOW_CATCHER: _Pass("use_pass_shadow_catcher", "Shadow Catcher", "RGB"),
    RenderPass.DIFFUSE_COLOR: _Pass("use_pass_diffuse_color", "DiffCol", "RGB"),
    RenderPass.DIFFUSE_DIRECT: _Pass("use_pass_diffuse_direct", "DiffDir", "RGB"),
    RenderPass.DIFFUSE_INDIRECT: _Pass("use_pass_diffuse_indirect", "DiffInd", "RGB"),
    RenderPass.GLOSSY_COLOR: _Pass("use_pass_glossy_color", "GlossCol", "RGB"),
    RenderPass.GLOSSY_DIRECT: _Pass("use_pass_glossy_direct", "GlossDir", "RGB"),
    RenderPass.GLOSSY_INDIRECT: _Pass("use_pass_glossy_indirect", "GlossInd", "RGB"),
    RenderPass.TRANSMISSION_COLOR: _Pass("use_pass_transmission_color", "TransCol", "RGB"),
    RenderPass.TRANSMISSION_DIRECT: _Pass("use_pass_transmission_direct", "TransDir", "RGB"),
    RenderPass.TRANSMISSION_INDIRECT: _Pass("use_pass_transmission_indirect", "TransInd", "RGB"),
    RenderPass.CRYPTO_OBJECT: _Pass("use_pass_cryptomatte_object", "CryptoObject", "crypto"),
    RenderPass.CRYPTO_MATERIAL: _Pass("use_pass_cryptomatte_material", "CryptoMaterial", "crypto"),
    RenderPass.CRYPTO_ASSET: _Pass("use_pass_cryptomatte_asset", "CryptoAsset", "crypto"),
}

PassName = Literal[
    "Z",
    "Vector",
    "Mist",
    "Position",
    "Normal",
    "UV",
    "ObjectIndex",
    "MaterialIndex",
    "Shadow",
    "AO",
    "Emission",
    "Environment",
    "ShadowCatcher",
    "DiffuseColor",
    "DiffuseDirect",
    "DiffuseIndirect",
    "GlossyColor",
    "GlossyDirect",
    "GlossyIndirect",
    "TransmissionColor",
    "TransmissionDirect",
    "TransmissionIndirect",
    "CryptoObject",
    "CryptoMaterial",
    "CryptoAsset",
]
"""What a pass is called; the same names as those of `RenderPass`."""
RenderPassSet = Set[RenderPass]
"""Passes of a scene."""
PASS_MAP: Dict[RenderPass, str] = {key: entry.flag for key, entry in _PASSES.items()}
"""Pass to the property of Blender's view layer that turns it on."""
ALWAYS = frozenset((RenderPass.Z, RenderPass.OBJECT_INDEX))
# What a pixel shows of a surface: one point's, else a mixture of several is in it. Of these the
# first are the mean of a pixel's samples, the others those of its centre in any case.
AVERAGED = frozenset((RenderPass.VECTOR, RenderPass.MIST, RenderPass.NORMAL, RenderPass.UV))
OF_SURFACES = AVERAGED | ALWAYS | {RenderPass.POSITION, RenderPass.MATERIAL_INDEX}
CRYPTO = frozenset((RenderPass.CRYPTO_OBJECT, RenderPass.CRYPTO_MATERIAL, RenderPass.CRYPTO_ASSET))
_ROLES = {RenderPass.Z: "depth", RenderPass.OBJECT_INDEX: "index", RenderPass.UV: "uv"}


def parse(name: Any) -> RenderPass:
    """The pass of a name as in the API (`DiffuseColor`, `DIFFUSE_COLOR`).

    ValueError when there is none.
    """
    if isinstance(name, RenderPass):
        return name
    wanted = str(name).replace("_", "").lower()
    for member in RenderPass:
        if wanted in (member.value.lower(), member.name.replace("_", "").lower()):
            return member
    known = [member.value for member in RenderPass]
    meant = nearest(str(name), known) or f", the passes are: {', '.join(known)}"
    raise ValueError(f"there is no pass {name!r}{meant}")


def parse_all(names: Any, what: str = "passes", *, of: object = None) -> Set[RenderPass]:
    """The passes of names, given one by one or in lists, tuples and sets. ValueError."""
    if isinstance(names, (str, RenderPass)) or not hasattr(names, "__iter__"):
        refuse(TypeError, what, "names of passes", names, of)
    return {parse(name) for name in flatten(names)}


def role(member: RenderPass) -> str:
    """The key of a pass in the record's `channels`."""
    return _ROLES.get(member) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", member.value).lower()


def _flags(view_layer: Any) -> Iterator[Tuple[RenderPass, Any, str, Optional[bool]]]:
    """Each pass with what carries its flag, the view layer or Cycles' part of it; the flag; and
    whether that is on, None: this Blender does not have it."""
    cycles = getattr(view_layer, "cycles", None)
    for member, flag in PASS_MAP.items():
        is_on = getattr(view_layer, flag, None)
        if is_on is None:
            yield member, cycles, flag, getattr(cycles, flag, None)
        else:
            yield member, view_layer, flag, is_on


def enabled(view_layer: Any) -> Set[RenderPass]:
    """The passes that are on."""
    return {member for member, _, _, is_on in _flags(view_layer) if is_on}


def enable(view_layer: Any, wanted: Iterable[RenderPass]) -> None:
    """Turns exactly the `wanted` passes on.

    RuntimeError for one that this Blender does not have.
    """
    on = set(wanted)
    for member, holder, flag, is_on in _flags(view_layer):
        is_wanted = member in on
        if is_on is None and is_wanted:
            raise RuntimeError(f"this Blender has no pass {member.value}")
        if is_on is not None and is_on != is_wanted:
            setattr(holder, flag, is_wanted)


def add_semantic_channels(view_layer: Any, names: Iterable[str]) -> None:
    """One AOV of type VALUE per channel; one of that name that is there is taken."""
    there = {aov.name: aov for aov in view_layer.aovs}
    for name in names:
        aov = there.get(name) or view_layer.aovs.add()
        aov.name = name
        aov.type = "VALUE"


def is_written(member: RenderPass) -> bool:
    """False for a pass that this Blender can turn on but does not write."""
    return compat.pass_is_written(_PASSES[member].name)


def channels(
    view_layer: Any, wanted: Iterable[RenderPass], semantic: Iterable[str], camera_type: str
) -> Dict[str, Channels]:
    """Role to channel name (or names) in passes.exr, sorted by role.

    What Blender calls depth is the distance along the ray where a camera of that type, PANO, has
    no plane to measure from.
    """
    layer = view_layer.name
    found: Dict[str, Channels] = {}
    for member in wanted:
        entry = _PASSES[member]
        if not is_written(member):
            continue
        name = compat.pass_name(entry.name)
        if entry.channels == "crypto":
            count = (view_layer.pass_cryptomatte_depth + 1) // 2
            found[role(member)] = [
                f"{layer}.{name}{i:02}.{c}" for i in range(count) for c in "rgba"
            ]
        elif len(entry.channels) == 1:
            found[role(member)] = f"{layer}.{name}.{entry.channels}"
        else:
            found[role(member)] = [f"{layer}.{name}.{c}" for c in entry.channels]
    if camera_type == "PANO" and "depth" in found:
        found["distance"] = found.pop("depth")
    for name in semantic:
        found[f"mask_{name}"] = f"{layer}.{name}.X"
    return dict(sorted(found.items()))
