# SPDX-License-Identifier: MIT
"""The only file that knows Blender's versions: the rest asks it for names and to do things.

Written for 3.4 to 5.2. Where a property tells whether a thing is there, the property is asked, not
the version.
"""

from __future__ import annotations

import math
from itertools import accumulate
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Tuple

import bpy

from ..plain.curves import channel_bags, iter_fcurves

VERSION: Tuple[int, ...] = tuple(bpy.app.version)
VERSION_TEXT = "%d.%d.%d" % VERSION

# Names of the passes in an EXR since 5.0, by the names before.
_PASS_NAMES_5: Dict[str, str] = {
    "IndexOB": "Object Index",
    "IndexMA": "Material Index",
    "DiffCol": "Diffuse Color",
    "DiffDir": "Diffuse Direct",
    "DiffInd": "Diffuse Indirect",
    "GlossCol": "Glossy Color",
    "GlossDir": "Glossy Direct",
    "GlossInd": "Glossy Indirect",
    "TransCol": "Transmission Color",
    "TransDir": "Transmission Direct",
    "TransInd": "Transmission Indirect",
    "Emit": "Emission",
    "Env": "Environment",
    "AO": "Ambient Occlusion",
}

# Sockets of the Principled BSDF that were renamed in 4.0: the first that is there counts.
_PRINCIPLED: Dict[str, Tuple[str, ...]] = {
    "base_color": ("Base Color",),
    "metallic": ("Metallic",),
    "roughness": ("Roughness",),
    "specular": ("Specular IOR Level", "Specular"),
    "normal": ("Normal",),
    "emission_color": ("Emission Color", "Emission"),
    "emission_strength": ("Emission Strength",),
    "alpha": ("Alpha",),
    "transmission": ("Transmission Weight", "Transmission"),
    "ior": ("IOR",),
}


# Those of the vertices of meshes of more than 1024 faces: see steady.py.
NORMALS_DEPEND_ON_THREADS = VERSION < (4, 1, 0)
_STAMPS = [
    name for name in bpy.types.RenderSettings.bl_rna.properties.keys() if "use_stamp" in name
]


# What belongs to Blender's window, not to a scene; shape keys go with their meshes; all_ids lists
# everything again.
_KEPT = ("window_managers", "screens", "workspaces", "scenes", "shape_keys", "all_ids")
_EMPTIED = [
    prop.identifier
    for prop in bpy.types.BlendData.bl_rna.properties
    if prop.type == "COLLECTION" and prop.identifier not in _KEPT
]


# What Blender keeps of the scenes that were there until a file is read. Each change of a data-block
# leaves a note for a window that never takes it, and each removal of a data-block looks through all
# notes; before 4.0 those of removed data-blocks stay as well. Since 4.4 the last picture of a
# removed scene stays. As shares of what is worth the time that reading a file takes.
_SHARE_OF_DATA_BLOCK = 1 / 768
_SHARE_OF_PICTURE_BYTE = 1 / (16 << 20) if bpy.app.version >= (4, 4, 0) else 0.0
_PIXEL_BYTES = 16


def data_blocks() -> Iterator[Any]:
    """All data-blocks but scenes, libraries and what belongs to the window."""
    for name in _EMPTIED:
        if name != "libraries":
            yield from getattr(bpy.data, name)


def forget_library(path: str) -> None:
    """Leaves no trace of a .blend file that was appended from: data that objects share keeps the
    path, but copies of it do not."""
    libraries = [library for library in bpy.data.libraries if library.filepath == path]
    known = [
        block
        for block in data_blocks()
        if getattr(block.library_weak_reference, "filepath", None) == path
    ]
    for block in known:
        name, copied = block.name, block.copy()
        block.user_remap(copied)
        block.name = name + " "
        copied.name = name
    bpy.data.batch_remove([*known, *libraries])


class _Litter:
    """How much of it there is since a file was read; above 1.0 is too much."""

    def __init__(self) -> None:
        self.share = 0.0


LITTER = _Litter()  # what a sample leaves outlasts it: no variable of the module


def _count_litter() -> float:
    """What is kept with the present scenes, that are about to go, among it."""
    for scene in bpy.data.scenes:  # the compositor renders more than one
        render = scene.render
        size = (
            render.resolution_x * render.resolution_y * render.resolution_percentage**2 // 10000
        )
        LITTER.share += size * _PIXEL_BYTES * _SHARE_OF_PICTURE_BYTE
    LITTER.share += sum(len(getattr(bpy.data, name)) for name in _EMPTIED) * _SHARE_OF_DATA_BLOCK
    return LITTER.share


def _read_start_up_file() -> bpy.types.Scene:
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    LITTER.share = 0.0
    return bpy.context.scene


def _empty_scene(opens_file: bool = False) -> bpy.types.Scene:
    """A new scene with nothing else in Blender: all data-blocks go, settings start anew.

    For all that has to do with rendering the same as reading the factory's start-up file (a test
    compares the two), but 20 times faster, unless there is much to remove. A sample that opened or
    saved a file, or appended from one, has changed more than data-blocks: then the start-up file is
    read, unless the next one opens a file in its place. Not in a window, whose layout would go with
    it.
    """
    is_too_much = _count_litter() > 1.0
    is_dirty = not opens_file and (bpy.data.filepath or bpy.data.libraries)
    if bpy.app.background and (is_too_much or is_dirty):
        return _read_start_up_file()
    scene = bpy.data.scenes.new("Scene")
    bpy.context.window.scene = scene
    doomed = [other for other in bpy.data.scenes if other != scene]
    for name in _EMPTIED:
        doomed.extend(getattr(bpy.data, name))
    bpy.data.batch_remove(doomed)
    scene.name = "Scene"
    # Where the start-up file and the defaults of a new scene are not the same.
    scene.sync_mode = "NONE"
    scene.tool_settings.annotation_stroke_placement_view2d = "IMAGE"
    scene.render.simplify_subdivision_render = 6
    scene.render.simplify_child_particles_render = 1.0
    if hasattr(scene.view_settings, "white_balance_temperature"):
        scene.view_settings.white_balance_temperature = 6500.0
        scene.view_settings.white_balance_tint = 10.0
    return scene


def reset(opens_file: bool = False) -> bpy.types.Scene:
    """Empties Blender and puts every setting in one known state, in about a millisecond.

    After a .blend file in ten, unless `opens_file` says that the next thing is to open another.
    Python's references into Blender are invalid afterwards.
    """
    scene = _empty_scene(opens_file)
    make_neutral(scene)
    scene.render.resolution_percentage = 100
    scene.render.dither_intensity = 0.0
    scene.cycles.use_adaptive_sampling = False
    scene.cycles.time_limit = 0.0
    set_view_transform(scene)
    return scene


def open_file(path: str, autoexec: bool) -> None:
    """Opens a .blend file in place of what Blender has, without its windows. RuntimeError.

    A window keeps to the name of its view layer where the file has one of that name; the file's
    own active one is wanted. Nobody has given a layer the name that it gets here.
    """
    bpy.context.view_layer.name = "\x01 the file's own"
    bpy.ops.wm.open_mainfile(filepath=path, load_ui=False, use_scripts=autoexec)
    LITTER.share = 0.0


def make_neutral(scene: bpy.types.Scene) -> None:
    """Cycles alone makes the picture, without what depends on the machine or leaves traces."""
    render = scene.render
    if render.engine != "CYCLES":  # to set it takes long
        render.engine = "CYCLES"
    render.use_compositing = False
    render.use_sequencer = False
    if hasattr(render, "compositor_device"):
        render.compositor_device = "CPU"  # 5.x aborts without a display when it is the GPU
    for name in _STAMPS:
        setattr(render, name, False)  # dates, times, host and file names in the files' metadata
    scene.cycles.use_denoising = False  # where it is wanted it is turned on again


def engine_name(engine: str) -> str:
    """What Blender calls `eevee` or `workbench`; 4.2 to 4.5 have another EEVEE."""
    if engine == "eevee" and (4, 2, 0) <= VERSION < (5, 0, 0):
        return "BLENDER_EEVEE_NEXT"
    return f"BLENDER_{engine.upper()}"


def follow_scene_colors(scene: bpy.types.Scene) -> bool:
    """Files get the colours of the scene, not of the Output panel; whether that is new."""
    settings = scene.render.image_settings
    if settings.color_management == "FOLLOW_SCENE":
        return False
    settings.color_management = "FOLLOW_SCENE"
    return True


def set_view_transform(scene: bpy.types.Scene) -> None:
    """AgX, or Filmic where there is no AgX (before 4.0)."""
    for name in ("AgX", "Filmic"):
        try:
            scene.view_settings.view_transform = name
            return
        except TypeError:
            continue


def set_multilayer(image_settings: Any, codec: str) -> None:
    """One multilayer EXR in a single part.

    16 bits: labels and geometry stay 32-bit floats, colours become halves.
    """
    if hasattr(image_settings, "media_type"):
        image_settings.media_type = "MULTI_LAYER_IMAGE"
    image_settings.file_format = "OPEN_EXR_MULTILAYER"
    image_settings.color_depth = "16"
    image_settings.exr_codec = codec.upper()
    if hasattr(image_settings, "use_exr_interleave"):
        image_settings.use_exr_interleave = True


def set_picture(image_settings: Any, kind: str, depth: int, color: str, quality: int) -> None:
    """The format of a picture, by Blender's name; bits of a channel; BW, RGB or RGBA; 1 to 100.

    RuntimeError when this Blender does not write it.
    """
    if hasattr(image_settings, "media_type"):
        image_settings.media_type = "IMAGE"
    try:
        image_settings.file_format = kind
    except TypeError:
        raise RuntimeError(f"this Blender writes no {kind}") from None
    image_settings.color_mode = color
    image_settings.color_depth = str(depth)
    image_settings.compression = 15  # of PNG
    image_settings.quality = quality
    image_settings.exr_codec = "ZIP"
    image_settings.tiff_codec = "DEFLATE"
    image_settings.jpeg2k_codec = "JP2"
    for flag in ("cineon_log", "jpeg2k_cinema_48", "jpeg2k_cinema_preset", "jpeg2k_ycc"):
        setattr(image_settings, f"use_{flag}", False)


def pass_name(name: str) -> str:
    """The name that a pass has in an EXR, by its name before 5.0."""
    return _PASS_NAMES_5.get(name, name) if VERSION >= (5, 0, 0) else name


def pass_is_written(name: str) -> bool:
    """False for a pass that can be turned on but never gets into the file."""
    return not (name == "Shadow" and VERSION >= (4, 0, 0))


def name_aov_output(node: bpy.types.Node, name: str) -> None:
    """Makes an AOV Output node write the AOV `name`."""
    if hasattr(node, "aov_name"):
        node.aov_name = name
        return
    other = node.id_data.nodes.get(name)
    if other is not None:
        other.name = (
            name + " node"
        )  # before 4.0 the node's own name is the AOV's: no suffix may come
    node.name = name


def use_nodes(owner: Any) -> Any:
    """The node tree of a material or world, made when there is none."""
    if owner.node_tree is None or not owner.use_nodes:
        owner.use_nodes = True
    return owner.node_tree


def new_light(name: str, kind: str) -> bpy.types.Light:
    """A light that starts as in 4.0 and later: point and spot are points."""
    light = bpy.data.lights.new(name, kind)
    if kind in ("POINT", "SPOT"):
        light.shadow_soft_size = 0.0
    return light


def principled(tree: Any) -> bpy.types.Node:
    """A Principled BSDF that starts as in 4.0 and later: emission white, strength 0, IOR 1.5.

    The one that a new material comes with is used when it is there.
    """
    node = tree.nodes.get("Principled BSDF") or tree.nodes.new("ShaderNodeBsdfPrincipled")
    node.inputs["IOR"].default_value = 1.5
    if "Emission" in node.inputs:
        node.inputs["Emission"].default_value = (1.0, 1.0, 1.0, 1.0)
        node.inputs["Emission Strength"].default_value = 0.0
    return node


def principled_socket(node: bpy.types.Node, field: str) -> bpy.types.NodeSocket:
    """The input of a Principled BSDF for a field of rv.PrincipledBSDF."""
    for name in _PRINCIPLED[field]:
        if name in node.inputs:
            return node.inputs[name]
    raise RuntimeError(f"this Blender's Principled BSDF has no input for {field}")


def set_blended(material: bpy.types.Material) -> None:
    """Tells rasterisers that the material is transparent; Cycles does not need it."""
    if hasattr(material, "blend_method"):
        material.blend_method = "BLEND"


def set_sky(node: bpy.types.Node, **values: Optional[float]) -> None:
    """Sets inputs of a sky texture; None leaves one as it is. Angles in radians.

    Names: sun_size, sun_intensity, sun_elevation, altitude, air_density, aerosol_density,
    ozone_density.
    """
    for name, value in values.items():
        if value is not None:
            setattr(node, sky_name(name), value)


def sky_name(name: str) -> str:
    """What this Blender calls an input of a sky texture."""
    if name == "aerosol_density" and name not in bpy.types.ShaderNodeTexSky.bl_rna.properties:
        return "dust_density"
    return name


def add_faces(mesh: bpy.types.Mesh, sizes: List[int]) -> None:
    """Adds flat faces with so many corners each to a mesh that has the corners, in their order."""
    mesh.polygons.add(len(sizes))
    starts = [0, *accumulate(sizes)][:-1]
    mesh.polygons.foreach_set("loop_start", starts)
    if not bpy.types.MeshPolygon.bl_rna.properties["loop_total"].is_readonly:  # before 4.1
        mesh.polygons.foreach_set("loop_total", sizes)
    mesh.polygons.foreach_set("use_smooth", [False] * len(sizes))


def panorama(data: bpy.types.Camera) -> Any:
    """What holds the settings of a panoramic camera: before 5.0 those of Cycles."""
    return data if hasattr(data, "panorama_type") else data.cycles


def set_shading(obj: bpy.types.Object, shading: str) -> None:
    """`flat`, `smooth`, or `auto`: smooth with sharp edges above 30 degrees."""
    mesh = obj.data
    mesh.polygons.foreach_set("use_smooth", [shading != "flat"] * len(mesh.polygons))
    if hasattr(mesh, "use_auto_smooth"):
        mesh.use_auto_smooth = shading == "auto"
        mesh.auto_smooth_angle = math.radians(30.0)
    elif shading == "auto":
        mesh.set_sharp_from_angle(angle=math.radians(30.0))
    elif "sharp_edge" in mesh.attributes:
        mesh.attributes.remove(mesh.attributes["sharp_edge"])
    mesh.update()


def has_exact_box(evaluated: bpy.types.Object) -> bool:
    """False where bounding box and dimensions of an evaluated mesh are not those of its vertices.

    Since 5.0 they may be those from before the subdivision, which only happens on demand.
    """
    return VERSION < (5, 0, 0) or not any(
        modifier.type == "SUBSURF" and modifier.show_viewport for modifier in evaluated.modifiers
    )


class ModifierInput(NamedTuple):
    """An input of a geometry nodes modifier; `kind` as in `VALUE`, `INT`, `VECTOR`."""

    name: str
    identifier: str
    kind: str


def modifier_inputs(modifier: Any) -> List[ModifierInput]:
    """The inputs of a geometry nodes modifier, but its geometry."""
    group = modifier.node_group
    if group is None:
        return []
    if not hasattr(group, "interface"):  # before 4.0
        sockets = [ModifierInput(s.name, s.identifier, s.type) for s in group.inputs]
    else:
        sockets = []
        for item in group.interface.items_tree:
            if item.item_type == "SOCKET" and item.in_out == "INPUT":
                kind = item.socket_type.replace("NodeSocket", "").upper()
                kind = {"FLOAT": "VALUE", "BOOL": "BOOLEAN", "COLOR": "RGBA"}.get(kind, kind)
                sockets.append(ModifierInput(item.name, item.identifier, kind))
    return [socket for socket in sockets if socket.kind != "GEOMETRY"]


def set_modifier_input(modifier: Any, identifier: str, value: Any) -> None:
    """Sets an input of a geometry nodes modifier; the value has to be of the input's type."""
    if VERSION >= (5, 2, 0):
        getattr(modifier.properties.inputs, identifier).value = value
    else:
        modifier[identifier] = value


def get_modifier_input(modifier: Any, identifier: str) -> Any:
    """The value of an input of a geometry nodes modifier."""
    if VERSION >= (5, 2, 0):
        return getattr(modifier.properties.inputs, identifier).value
    return modifier[identifier]


def detach_compositor(scene: bpy.types.Scene, wanted: Callable[[Any], bool]) -> None:
    """Takes the compositor's nodes off the scene if they are a data-block (5.0) that is wanted."""
    if wanted(getattr(scene, "compositing_node_group", None)):
        scene.compositing_node_group = None


_COMPOSITOR_IS_GROUP = "compositing_node_group" in bpy.types.Scene.bl_rna.properties  # 5.0


def compositor(scene: bpy.types.Scene) -> Optional[Any]:
    """The nodes that a scene's renders go through when compositing is on; None without any."""
    if _COMPOSITOR_IS_GROUP:
        return scene.compositing_node_group
    return scene.node_tree if scene.use_nodes else None


def compositor_pictures(tree: Any) -> List[Any]:
    """The inputs of a compositor's nodes that take the picture; one of them counts."""
    kind = "GROUP_OUTPUT" if _COMPOSITOR_IS_GROUP else "COMPOSITE"
    ends = [node for node in tree.nodes if node.type == kind and not node.mute]
    return [node.inputs[0] for node in ends if len(node.inputs)]


def own_compositor(scene: bpy.types.Scene) -> Any:
    """The nodes of a scene that has some and is a copy of another: from now on its alone."""
    if _COMPOSITOR_IS_GROUP:
        scene.compositing_node_group = scene.compositing_node_group.copy()
        return scene.compositing_node_group
    return scene.node_tree  # copied with the scene


def mend_numpy(numpy: Any) -> None:
    """Gives NumPy, which was imported just now, names that add-ons of this Blender still use.

    The importers of 3.4 write `numpy.bool`, which was removed in NumPy 1.24.
    """
    for name, kind in (("bool", bool), ("int", int), ("float", float), ("object", object)):
        if VERSION < (4, 0, 0) and name not in vars(numpy):
            setattr(numpy, name, kind)


def has_denoiser(scene: bpy.types.Scene) -> bool:
    """Whether this build can denoise at all."""
    try:
        scene.cycles.denoiser = "OPENIMAGEDENOISE"
        return True
    except TypeError:
        return False


def fcurves(owner: bpy.types.ID) -> List[Any]:
    """The animation curves of a data-block; empty without animation."""
    data = owner.animation_data
    action = data.action if data is not None else None
    if action is None or hasattr(action, "fcurves"):
        return list(action.fcurves) if action is not None else []
    slot = data.action_slot
    bags = [bag for bag in channel_bags(action) if slot is None or bag.slot == slot]
    return [curve for bag in bags for curve in bag.fcurves]


def action_fcurves(action: Any) -> List[Any]:
    """All curves of an action, whatever they move."""
    return list(iter_fcurves(action))
