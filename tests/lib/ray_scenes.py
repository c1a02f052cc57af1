# SPDX-License-Identifier: MIT
"""Makes scenes, and tells what is in them: triangles and cameras, as Blender evaluates them.

    blender --background --factory-startup --python ray_scenes.py -- DIR [NAME...] >log

Writes of each scene (all, or those named) DIR/NAME.blend, and a line of JSON into DIR/truth.jsonl:

    id, resolution, unit      `unit`: metres per unit of Blender's
    record                    members of the record that the scene is to be rendered with
    frames                    of each: `frame`, `camera`, `parts`
    camera                    what Blender has of it: `matrix`, `lens`, `shift` and so on
    parts                     one for each object and instance with a surface: `object`, `parent`
                              (what makes the instance), `matrix`, `points` in its own space,
                              `faces` (three points each), `smooth` (of each face: whether its
                              normal is no longer the triangle's)

It knows Blender alone, and nothing of rv. A scene is a function of SCENES: it gets an empty scene
with a camera that looks from (0, -10, 4) at the origin, a lamp and a floor, and returns what its
record has besides, if anything.
"""

import json
import math
import os
import sys

import bmesh
import bpy
from mathutils import Matrix, Vector

SIZE = (64, 64)
SCENES = []
ON_PARTS = ("VERTS", "FACES")  # of an object, there are instances of its children
CURVES = ("CURVE", "FONT", "SURFACE")


def scene_of(function):
    """Adds a scene to the table."""
    SCENES.append(function)
    return function


# -- what scenes are made of


def add(name, data, at=(0, 0, 0), turn=(0, 0, 0), scale=(1, 1, 1), parent=None):
    """An object in the scene; `turn` is in degrees."""
    obj = bpy.data.objects.new(name, data)
    obj.location, obj.scale, obj.parent = at, scale, parent
    obj.rotation_euler = [math.radians(angle) for angle in turn]
    bpy.context.scene.collection.objects.link(obj)
    return obj


def mesh(name, make, **options):
    """The mesh that one of bmesh's operators makes."""
    built = bmesh.new()
    make(built, **options)
    data = bpy.data.meshes.new(name)
    built.to_mesh(data)
    built.free()
    return data


def box(name, at=(0, 0, 0), turn=(0, 0, 0), size=(1, 1, 1), **more):
    """A box with edges of these lengths."""
    return add(name, mesh(name, bmesh.ops.create_cube, size=1.0), at, turn, size, **more)


def ball(name, at=(0, 0, 0), radius=1.0, **more):
    """A ball of some flat faces."""
    shape = {"u_segments": 8, "v_segments": 6, "radius": radius}
    return add(name, mesh(name, bmesh.ops.create_uvsphere, **shape), at, **more)


def plane(name, at=(0, 0, 0), turn=(0, 0, 0), size=1.0, **more):
    """A square."""
    return add(name, mesh(name, bmesh.ops.create_grid, size=size / 2), at, turn, **more)


def some(seed=1, count=8):
    """Things of different kinds, some before others, some cut by the picture's border."""
    for i in range(count):
        angle = 2.4 * i + seed
        at = (0.55 * i * math.cos(angle), 0.55 * i * math.sin(angle), 0.8 + 0.15 * i)
        turn = (37 * i + 11 * seed, 23 * i, 71 * i)
        if i % 2:
            box(f"Box {i}", at, turn, (1.3, 0.8 + 0.1 * i, 0.5))
        else:
            ball(f"Ball {i}", at, 0.8, turn=turn)


def look(obj, at, target=(0, 0, 0)):
    """Stands there, and looks at the target, with Z up in the picture."""
    way = Vector(target) - Vector(at)
    obj.matrix_world = Matrix.Translation(at) @ way.to_track_quat("-Z", "Y").to_matrix().to_4x4()


def nodes_of(data):
    """The nodes of a material or a world."""
    if not data.use_nodes:
        data.use_nodes = True
    return data.node_tree


def paint(obj, alpha=1.0, transmission=0.0):
    """A material of its own."""
    made = bpy.data.materials.new(obj.name)
    shader = next(n for n in nodes_of(made).nodes if n.type == "BSDF_PRINCIPLED")
    shader.inputs["Alpha"].default_value = alpha
    name = "Transmission" if "Transmission" in shader.inputs else "Transmission Weight"
    shader.inputs[name].default_value = transmission
    obj.data.materials.append(made)
    return made


def keys(owner, path, values):
    """Keys a property: frame to value."""
    for frame, value in values.items():
        setattr(owner, path, value)
        owner.keyframe_insert(path, frame=frame)


def copies(source, name, places):
    """Instances of a collection that holds the objects and is in no scene."""
    made = bpy.data.collections.new(name)
    for obj in source:
        bpy.context.scene.collection.objects.unlink(obj)
        made.objects.link(obj)
    for i, (at, turn, scale) in enumerate(places):
        empty = add(f"{name} {i}", None, at, turn, scale)
        empty.instance_type, empty.instance_collection = "COLLECTION", made


def eye():
    """The camera's data."""
    return bpy.context.scene.camera.data


def panorama(kind, **values):
    """Sees all around, or by a fisheye."""
    data = eye()
    data.type = "PANO"
    owner = data if hasattr(data, "panorama_type") else data.cycles
    owner.panorama_type = kind
    for name, value in values.items():
        setattr(owner, name, value)


# -- the scenes


@scene_of
def plain():
    some()


@scene_of
def thin():
    """Rods and plates down to a tenth of a pixel."""
    for i, width in enumerate((0.02, 0.04, 0.08, 0.16, 0.3)):
        box(f"Rod {i}", (i - 2, -1, 1.5), (13 * i, 17 + 20 * i, 5), (width, width, 5))
        box(f"Plate {i}", (i - 2, 1, 0.5 + i / 2), (7 * i, 3, 41 * i), (3, 2, width / 4))


@scene_of
def intersecting():
    """Surfaces that go through each other."""
    for i in range(5):
        box(f"Box {i}", (0.3 * i - 0.6, 0.2 * i, 1), (31 * i, 47 * i, 13 * i), (3, 1.4, 1))
    ball("Ball", (0, -0.5, 1.2), 1.1)


@scene_of
def clipped():
    """Cut by the planes where the camera begins and ends to see."""
    some(2)
    eye().clip_start, eye().clip_end = 9.3, 11.4


@scene_of
def inside():
    """Surfaces from behind: the camera is in a box."""
    box("Room", (0, 0, 3), (0, 0, 20), (24, 25, 11))
    some(3)


@scene_of
def orthographic():
    some(4)
    eye().type, eye().ortho_scale = "ORTHO", 7.0


@scene_of
def orthographic_shifted():
    some(5)
    eye().type, eye().ortho_scale = "ORTHO", 8.0
    eye().shift_x, eye().shift_y = 0.15, -0.1
    eye().clip_start, eye().clip_end = 8.0, 12.0
    render = bpy.context.scene.render
    render.resolution_x, render.resolution_y = 72, 56
    render.pixel_aspect_x, render.pixel_aspect_y = 1.0, 1.25


@scene_of
def shifted():
    some(6)
    eye().shift_x, eye().shift_y = -0.2, 0.17


@scene_of
def tall_pixels():
    some(7)
    bpy.context.scene.render.pixel_aspect_y = 1.5
    eye().shift_y = 0.1


@scene_of
def wide_pixels():
    some(8)
    render = bpy.context.scene.render
    render.pixel_aspect_x, render.resolution_x, render.resolution_y = 2.0, 40, 72
    eye().shift_x = 0.1


@scene_of
def sensor_fitted_upright():
    some(9)
    render = bpy.context.scene.render
    render.resolution_x, render.resolution_y = 80, 48
    eye().sensor_fit, eye().sensor_height, eye().lens = "VERTICAL", 30.0, 28.0


@scene_of
def bordered():
    """With a border in the file: rv renders the whole picture."""
    some(10)
    render = bpy.context.scene.render
    render.use_border = render.use_crop_to_border = True
    render.border_min_x, render.border_max_x = 0.3, 0.6


@scene_of
def equirectangular():
    some(11)
    look(bpy.context.scene.camera, (0.4, -2.3, 2.2), (0, 3, 1))
    bpy.context.scene.render.resolution_x = 96
    panorama("EQUIRECTANGULAR")


@scene_of
def equirectangular_part():
    some(12)
    names = ("latitude_min", "latitude_max", "longitude_min", "longitude_max")
    panorama("EQUIRECTANGULAR", **dict(zip(names, (-0.6, 0.3, -0.7, 0.9))))
    eye().shift_x, eye().shift_y = 0.1, -0.05
    bpy.context.scene.render.pixel_aspect_y = 1.5


@scene_of
def fisheye_equidistant():
    some(13)
    look(bpy.context.scene.camera, (0.4, -3, 2.5))
    panorama("FISHEYE_EQUIDISTANT", fisheye_fov=math.radians(200))
    bpy.context.scene.render.resolution_x = 80
    eye().clip_end = 9.0
    eye().shift_x, eye().shift_y = 0.05, 0.1


@scene_of
def fisheye_equisolid():
    some(14)
    look(bpy.context.scene.camera, (0.4, -3, 2.5))
    panorama("FISHEYE_EQUISOLID", fisheye_lens=15.0, fisheye_fov=math.radians(150))
    bpy.context.scene.render.resolution_y = 48
    bpy.context.scene.render.pixel_aspect_y = 1.5
    eye().shift_x = -0.08


@scene_of
def fisheye_polynomial():
    some(15)
    look(bpy.context.scene.camera, (0.4, -3, 2.5))
    panorama("FISHEYE_LENS_POLYNOMIAL", fisheye_fov=math.radians(170))
    bpy.context.scene.render.resolution_x = 48
    eye().sensor_fit, eye().sensor_height = "VERTICAL", 30.0


@scene_of
def mirror_ball():
    some(14)
    panorama("MIRRORBALL")
    bpy.context.scene.render.resolution_x = 72
    eye().shift_x, eye().shift_y = 0.1, -0.05


@scene_of
def cube_face():
    some(13)
    look(bpy.context.scene.camera, (0.4, -3, 2.5))
    panorama("EQUIANGULAR_CUBEMAP_FACE")
    bpy.context.scene.render.resolution_y = 48
    eye().shift_x, eye().shift_y = -0.05, 0.1


@scene_of
def cylindrical():
    """Blender has it from 4.3 on: before, the scene is seen all around."""
    some(12)
    panorama("EQUIRECTANGULAR")
    owner = eye() if hasattr(eye(), "panorama_type") else eye().cycles
    if hasattr(owner, "central_cylindrical_radius"):
        owner.panorama_type = "CENTRAL_CYLINDRICAL"
        owner.central_cylindrical_radius = 2.0
        for name, value in (("u_min", -0.7), ("u_max", 1.1), ("v_min", -1.5), ("v_max", 0.8)):
            setattr(owner, f"central_cylindrical_range_{name}", value)
    eye().shift_x, eye().shift_y = 0.1, -0.05


@scene_of
def depth_of_field():
    some(16)
    eye().dof.use_dof, eye().dof.focus_distance, eye().dof.aperture_fstop = True, 7.0, 0.1


@scene_of
def motion_blur():
    """Things and a camera that move, with the shutter open all the time."""
    some(17)
    scene = bpy.context.scene
    scene.render.use_motion_blur, scene.render.motion_blur_shutter = True, 1.0
    keys(scene.objects["Box 1"], "location", {1: (-2, 0, 1), 4: (2, 0, 1)})
    keys(scene.objects["Box 3"], "rotation_euler", {1: (0, 0, 0), 4: (1, 2, 3)})
    keys(scene.camera, "location", {1: scene.camera.location.copy(), 4: (0.5, -9, 4)})
    return {"blend": {"frames": "1,3"}}


@scene_of
def deforming():
    """Shape keys, a lattice and modifiers, over frames."""
    wave = plane("Wave", (0, 0, 1), (60, 0, 0), 4)
    bend = wave.modifiers.new("Divide", "SUBSURF")
    bend.subdivision_type, bend.levels, bend.render_levels = "SIMPLE", 2, 2
    wave.modifiers.new("Wave", "WAVE").height = 0.6
    shaped = box("Shaped", (-2, -1, 1), (10, 20, 30))
    shaped.shape_key_add(name="Basis")
    key = shaped.shape_key_add(name="Other")
    for i, point in enumerate(key.data):
        point.co = point.co * (1.5 + 0.3 * i)
    keys(key, "value", {1: 0.0, 5: 1.0})
    row = box("Row", (1, -2, 0.8), (0, 0, 15), (0.5, 0.5, 0.5))
    row.modifiers.new("Array", "ARRAY").count = 3
    row.modifiers.new("Bevel", "BEVEL").width = 0.1
    keys(row, "scale", {1: (0.5, 0.5, 0.5), 5: (0.3, 0.9, 0.5)})
    return {"blend": {"frames": "1..5:2"}}


@scene_of
def mirrored():
    """Negative and uneven scales, parents that shear."""
    parent = add("Parent", None, (0, 0, 1), (0, 0, 30), (1.5, 0.6, 1))
    for i, scale in enumerate(((-1, 1, 1), (1, -0.7, 2), (-0.5, -1, -1))):
        shape = bpy.data.objects["Wedge 0"].data if i else None
        wedge = box(f"Wedge {i}", (1.4 * i - 1.4, 0, 0), (20, 30 * i, 50), scale, parent=parent)
        if shape is None:
            wedge.data.vertices[0].co.x += 0.7
        else:
            wedge.data = shape


@scene_of
def shapes():
    """What is no mesh: text, a curve, a surface, balls that melt."""
    text = bpy.data.curves.new("Text", "FONT")
    text.body, text.extrude = "rv", 0.1
    add("Text", text, (-2, -2, 0.5), (70, 0, 10), (2, 2, 2))
    curve = bpy.data.curves.new("Curve", "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", 0.15, 1
    spline = curve.splines.new("POLY")
    spline.points.add(3)
    for point, at in zip(spline.points, ((-3, 1, 1), (-1, 0, 3), (1, 0, 1), (3, 1, 3))):
        point.co = (*at, 1)
    add("Curve", curve)
    family = bpy.data.metaballs.new("Balls")
    family.resolution = family.render_resolution = 0.4
    for x in (0.0, 0.9):
        family.elements.new().co = (x, 0, 0)
    add("Balls", family, (1, -2, 1))


@scene_of
def collections():
    """Instances of collections, turned and scaled; one within another."""
    first, second = box("Box", (0.5, 0, 0), (20, 0, 0)), ball("Ball", (-0.6, 0, 0.5), 0.6)
    text = bpy.data.curves.new("Text", "FONT")
    text.body, text.extrude = "rv", 0.1
    places = [((2 * i - 3, i - 1, 1), (0, 25 * i, 40 * i), (1, 1 + i / 4, 1)) for i in range(4)]
    copies([first, second, add("Text", text, (-0.5, 0, 1), (70, 0, 0))], "Group", places)
    bpy.context.scene.render.use_motion_blur = True


@scene_of
def instances_of_nodes():
    """Instances that geometry nodes make of an object, with noise in their poses."""
    seed = box("Seed", (0, 30, 0), (0, 0, 0), (0.6, 0.4, 0.9))
    group = bpy.data.node_groups.new("Scatter", "GeometryNodeTree")
    if hasattr(group, "interface"):
        for way in ("INPUT", "OUTPUT"):
            group.interface.new_socket("G", in_out=way, socket_type="NodeSocketGeometry")
    else:
        group.inputs.new("NodeSocketGeometry", "G")
        group.outputs.new("NodeSocketGeometry", "G")
    names = ("NodeGroupInput", "NodeGroupOutput", "GeometryNodeInstanceOnPoints")
    start, end, places = (group.nodes.new(name) for name in names)
    info, turn = group.nodes.new("GeometryNodeObjectInfo"), group.nodes.new(
        "FunctionNodeRandomValue"
    )
    info.inputs["Object"].default_value = seed
    turn.data_type = "FLOAT_VECTOR"
    group.links.new(start.outputs[0], places.inputs["Points"])
    group.links.new(info.outputs["Geometry"], places.inputs["Instance"])
    group.links.new(turn.outputs[0], places.inputs["Rotation"])
    group.links.new(places.outputs[0], end.inputs[0])
    data = mesh("Points", bmesh.ops.create_grid, x_segments=3, y_segments=2, size=2)
    add("Points", data, (0, 0, 1)).modifiers.new("Scatter", "NODES").node_group = group


@scene_of
def instances_of_vertices():
    """Instances on the vertices of one mesh, and on the faces of another."""
    for kind, at in (("VERTS", (-2, 0, 1)), ("FACES", (2, 0, 1))):
        data = mesh(kind, bmesh.ops.create_grid, x_segments=2, y_segments=2, size=1.2)
        maker = add(f"Maker {kind}", data, at, (20, 10, 0))
        maker.instance_type = kind
        maker.show_instancer_for_render = maker.show_instancer_for_viewport = False
        box(f"Copy {kind}", (0, 0, 0), (10, 20, 30), (0.5, 0.3, 0.8), parent=maker)


@scene_of
def particles():
    """Objects in the place of hair."""
    maker = box("Maker", (0, 0, 1), (0, 0, 10), (4, 3, 0.5))
    maker.modifiers.new("Particles", "PARTICLE_SYSTEM")
    settings = maker.particle_systems[0].settings
    settings.type, settings.count, settings.hair_length = "HAIR", 12, 1.0
    settings.render_type, settings.particle_size = "OBJECT", 0.6
    settings.instance_object = box("Seed", (0, 30, 0), (0, 0, 0), (0.5, 0.5, 1.5))


@scene_of
def alpha():
    """Surfaces that are there in part: above the threshold they are there, at 0 they are not."""
    some(18, 4)
    for i, value in enumerate((0.0, 0.02, 0.3, 0.0, 0.7, 1.0)):
        paint(plane(f"Pane {i}", (i - 2.5, -2 - 0.2 * i, 1.5), (80, 0, 20 * i), 1.8), value)
    cut = ball("Cut", (0, -1, 2.6), 0.9)
    paint(cut)
    cut.data.materials.append(paint(box("Hidden away", (0, 30, 0)), 0.0))
    for i, face in enumerate(cut.data.polygons):
        face.material_index = i % 2


@scene_of
def glass():
    """Glass is what it looks like: a surface. With many samples, and a film that lets through."""
    some(19)
    paint(ball("Glass", (0, -3, 1.5), 1.2), transmission=1.0)
    bpy.context.scene.render.film_transparent = True
    bpy.context.scene.cycles.samples = 4


@scene_of
def hidden():
    """What is not rendered, what cameras do not see, and what hides behind a whole collection."""
    some(20)
    objects = bpy.context.scene.objects
    objects["Box 1"].hide_render = objects["Box 1"].hide_viewport = True
    objects["Ball 2"].visible_camera = False
    apart = bpy.data.collections.new("Apart")
    bpy.context.scene.collection.children.link(apart)
    bpy.context.scene.collection.objects.unlink(objects["Box 3"])
    apart.objects.link(bpy.data.objects["Box 3"])
    apart.hide_render = apart.hide_viewport = True


@scene_of
def units():
    """In centimetres: labels are in metres."""
    some(21)
    settings = bpy.context.scene.unit_settings
    settings.system, settings.scale_length = "METRIC", 0.01


@scene_of
def far_away():
    """A kilometre from the origin."""
    some(22)
    for obj in bpy.context.scene.objects:
        obj.location += Vector((1000, -500, 200))


@scene_of
def views():
    """From elsewhere, by another lens, in another size, without some objects."""
    some(23)
    camera = bpy.context.scene.camera
    look(camera, (4, -8, 3))
    aside = [list(row) for row in camera.matrix_world]
    look(camera, (0, -10, 4))
    k = [[70.0, 0.0, 30.0], [0.0, 80.0, 20.0], [0.0, 0.0, 1.0]]
    renders = [
        {"name": "aside", "view": True, "camera": {"matrix_world": aside}},
        {"name": "lens", "view": True, "camera": {"matrix_world": aside, "K": k}},
        {"name": "less", "view": True, "resolution": [48, 40], "hidden": [1, 4]},
    ]
    return {"blend": {"renders": renders}}


# -- what is in them


def begin():
    """An empty scene but for camera, lamp, world and floor."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.resolution_x, scene.render.resolution_y = SIZE
    scene.cycles.samples, scene.cycles.use_denoising = 2, False
    scene.camera = add("Camera", bpy.data.cameras.new("Camera"))
    look(scene.camera, (0, -10, 4))
    add("Sun", bpy.data.lights.new("Sun", "SUN"), turn=(30, 20, 0))
    plane("Floor", (0.3, 0.2, 0), size=9)
    scene.view_layers[0].use_pass_position = scene.view_layers[0].use_pass_normal = True
    return scene


def camera_of(scene, depsgraph):
    """All that says how the camera sees, as Blender has it."""
    evaluated = scene.camera.evaluated_get(depsgraph)
    data, render = evaluated.data, scene.render
    owner = data if hasattr(data, "panorama_type") else data.cycles
    names = ("lens", "sensor_fit", "sensor_width", "sensor_height", "ortho_scale", "type")
    found = {name: getattr(data, name) for name in names}
    found.update((name, getattr(owner, name)) for name in ("panorama_type", "fisheye_fov"))
    found["fisheye_lens"] = owner.fisheye_lens
    found["polynomial"] = [getattr(owner, f"fisheye_polynomial_k{i}") for i in range(5)]
    for name in ("latitude", "longitude"):
        found[name] = [getattr(owner, f"{name}_{end}") for end in ("min", "max")]
    if hasattr(owner, "central_cylindrical_radius"):
        for side, name in (("u", "turn"), ("v", "rise")):
            ends = (f"central_cylindrical_range_{side}_{end}" for end in ("min", "max"))
            found[name] = [getattr(owner, end) for end in ends]
        found["rise"] = [end / owner.central_cylindrical_radius for end in found["rise"]]
    found["shift"] = [data.shift_x, data.shift_y]
    found["clip"] = [data.clip_start, data.clip_end]
    found["pixel_aspect"] = [render.pixel_aspect_x, render.pixel_aspect_y]
    found["matrix"] = [list(row) for row in evaluated.matrix_world]
    return found


def is_shown(original):
    """Whether a camera sees an object at all."""
    return not original.hide_render and original.visible_camera


def is_there(material):
    """Whether a material's surface is above the threshold of labels."""
    if material is None or not material.use_nodes:
        return True
    shaders = [n for n in material.node_tree.nodes if n.type == "BSDF_PRINCIPLED"]
    return all(n.inputs["Alpha"].default_value > 0.001 for n in shaders)


def parts_of(depsgraph):
    """Everything with a surface."""
    parts = []
    for entry in depsgraph.object_instances:
        original = entry.object.original
        maker = entry.parent.original if entry.is_instance else None
        if not entry.show_self or not is_shown(original) or not is_shown(maker or original):
            continue
        if maker is None and original.parent and original.parent.instance_type in ON_PARTS:
            continue  # there are only its copies
        if entry.object.type in CURVES:
            continue  # it comes again as a mesh
        if maker == original and original.type != "MESH":
            maker = None
        obj, matrix = entry.object, [list(row) for row in entry.matrix_world]
        shape = obj.data if obj.type == "MESH" else None
        if shape is None or not shape.polygons:
            continue
        shape.calc_loop_triangles()
        slots = [slot.material for slot in obj.material_slots] or [None]
        shown = [
            triangle
            for triangle in shape.loop_triangles
            if is_there(slots[min(triangle.material_index, len(slots) - 1)])
        ]
        parts.append(
            {
                "object": original.name,
                "parent": maker.name if maker else None,
                "matrix": matrix,
                "points": [list(vertex.co) for vertex in shape.vertices],
                "faces": [list(triangle.vertices) for triangle in shown],
                "smooth": [triangle.use_smooth for triangle in shown],
            }
        )
    return parts


def frames_of(record):
    """The frames that a record asks for; None: the present one."""
    text = record.get("blend", {}).get("frames")
    if text is None:
        return [None]
    if ".." not in text:
        return [int(word) for word in text.split(",")]
    ends, _, step = text.partition(":")
    first, last = ends.split("..")
    return list(range(int(first), int(last) + 1, int(step or 1)))


def main():
    """Make the scenes."""
    directory, *names = sys.argv[sys.argv.index("--") + 1 :]
    directory = os.path.abspath(directory)
    with open(os.path.join(directory, "truth.jsonl"), "w", encoding="utf-8") as truth:
        for build in SCENES:
            if names and build.__name__ not in names:
                continue
            scene = begin()
            record = build() or {}
            path = os.path.join(directory, f"{build.__name__}.blend")
            bpy.ops.wm.save_as_mainfile(filepath=path)
            frames = []
            for number in frames_of(record):
                if number is not None:
                    scene.frame_set(number)
                depsgraph = bpy.context.evaluated_depsgraph_get()
                seen = {"camera": camera_of(scene, depsgraph), "parts": parts_of(depsgraph)}
                frames.append({"frame": number, **seen})
            units = scene.unit_settings
            told = {
                "id": build.__name__,
                "resolution": [scene.render.resolution_x, scene.render.resolution_y],
                "unit": 1.0 if units.system == "NONE" else units.scale_length,
                "record": record,
                "frames": frames,
            }
            truth.write(json.dumps(told) + "\n")


main()
