# SPDX-License-Identifier: MIT
"""Tries what users care about in this very Blender, and writes a line per feature.

    blender -b --factory-startup --python tests/matrix/probe.py -- FILE
    blender --factory-startup --python tests/matrix/probe.py -- FILE      (the window only)

A line of FILE is `GROUP<tab>FEATURE<tab>ANSWER`. The answer is `yes`, or `no: ` and what rv itself
said about it, or `FAILS: ` and what went wrong: then the exit status is 1. Nothing here asks for
Blender's version: each feature is used and its result looked at.
"""

import json
import os
import platform
import re
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(ROOT, "blender"), os.path.join(ROOT, "tests", "python")]

import bpy  # noqa: E402
import rv  # noqa: E402
from rv.engine import compat, device  # noqa: E402
from rv.plain import blendfile  # noqa: E402
from support import SampleCase, image, passes, scene  # noqa: E402

ROCKS = os.path.join(ROOT, "examples", "2_properties", "rock.blend")
SAVED = os.path.join(ROOT, "tests", "data", "blend")

# Something for every pass: light, shade, glass, a mirror, colour, a lamp, motion, a piece of sky.
STAGE = """
self.world = rv.BasicWorld().set_params(color=(0.2, 0.4, 0.8), strength=0.5)
ground = self.objects.plane(size=4)
ground.set_material(self.materials.basic().set_params(base_color=(0.8, 0.4, 0.2)))
glass = self.objects.plane(size=2).set_location((-1, 0, 1))
glass.set_rotation(rv.mathutils.Euler((1.2, 0, 0)))
glass.set_material(self.materials.basic().set_params(transmission=1.0, roughness=0.3))
lamp = self.objects.cube(size=1).set_location((1, 0, 0.5))
lamp.set_material(
    self.materials.basic().set_params(emission_color=(1, 1, 1), emission_strength=2.0)
)
mirror = self.objects.cube(size=1).set_location((0.2, 1.4, 0.5))
mirror.set_material(self.materials.basic().set_params(metallic=1.0, roughness=0.1))
self.lights.point(power=300.0).set_location((-1, 2, 2)).set_radius(0.3)
self.lights.sun(power=3.0).set_rotation(rv.mathutils.Euler((0.6, 0.3, 0)))
for frame, x in ((0, 0.5), (2, 1.5)):
    lamp.obj.location.x = x
    lamp.obj.keyframe_insert("location", frame=frame)
self.camera.set_location((0, -6, 4)).point_at(self.objects.empty())
"""

PROBES = []


class Lacking(Exception):
    """This Blender cannot: the message says why."""


class Lab(SampleCase):
    """What a probe works with; see support.SampleCase."""

    def runTest(self):
        """Not a test."""

    def sample(self, *bodies, **settings):
        """Record, output directory and warnings of a sample. Lacking with what rv says."""
        settings.setdefault("resolution", [24, 24])
        settings.setdefault("samples", 4)
        reply, out = self.run_sample(scene(*bodies), **settings)
        if not reply["ok"]:
            message = reply["error"]["message"].removeprefix("RuntimeError: ")
            raise Lacking(message.partition("scene.py, line")[0])
        return reply["record"], out, reply["run"]["warnings"]


def probe(group, feature):
    """Registers a function of a Lab that uses a feature."""

    def register(function):
        PROBES.append((group, feature, function))
        return function

    return register


def values(out, record, role):
    """All values of a pass of a sample, which is in the file for labels where that is there."""
    is_apart = role in record.get("label_channels", ())
    exr = passes(out, record["files"]["label_passes" if is_apart else "passes"])
    names = record["label_channels" if is_apart else "channels"][role]
    names = [names] if isinstance(names, str) else names
    return [value for name in names for row in exr.plane(name) for value in row]


def try_pass(member):
    def run(lab):
        # What catches a shadow is only there for this pass.
        catcher = "ground.obj.is_shadow_catcher = True" if "Catcher" in member.value else ""
        record, out, warnings = lab.sample(STAGE, catcher, passes=[member.value])
        role = {"Z": "depth", "ObjectIndex": "index"}.get(member.value)
        role = role or "".join("_" + c.lower() if c.isupper() else c for c in member.value)[1:]
        role = {"a_o": "ao", "u_v": "uv"}.get(role, role)
        if role not in {**record["channels"], **record.get("label_channels", {})}:
            raise Lacking("; ".join(warnings))
        assert len(set(values(out, record, role))) > 1, "the same value everywhere"

    return run


for _member in rv.RenderPass:
    probe("passes", _member.name)(try_pass(_member))


@probe("labels", "semantic channels (AOV)")
def _(lab):
    record, out, _ = lab.sample(
        STAGE,
        "self.enable_semantic_channels('hot')",
        "lamp.set_material(self.materials.basic().set_semantic('hot', 0.75))",
    )
    found = values(out, record, "mask_hot")
    assert max(found) == 0.75 and min(found) == 0.0, (min(found), max(found))


@probe("labels", "instances by geometry nodes are objects of their own")
def _(lab):
    body = """
    group = bpy.data.node_groups.new("Group", "GeometryNodeTree")
    if hasattr(group, "interface"):
        for side in ("INPUT", "OUTPUT"):
            group.interface.new_socket("G", in_out=side, socket_type="NodeSocketGeometry")
    else:
        group.inputs.new("NodeSocketGeometry", "G")
        group.outputs.new("NodeSocketGeometry", "G")
    start, end = group.nodes.new("NodeGroupInput"), group.nodes.new("NodeGroupOutput")
    spread = group.nodes.new("GeometryNodeInstanceOnPoints")
    source = group.nodes.new("GeometryNodeObjectInfo")
    source.inputs["Object"].default_value = lamp.obj
    source.inputs["As Instance"].default_value = True
    group.links.new(start.outputs[0], spread.inputs["Points"])
    group.links.new(source.outputs["Geometry"], spread.inputs["Instance"])
    group.links.new(spread.outputs[0], end.inputs[0])
    ground.obj.modifiers.new("Nodes", "NODES").node_group = group
    """
    record, out, _ = lab.sample(STAGE, "import bpy", body)
    found = set(values(out, record, "index"))
    made = {o["index"]: (o["name"], o["parent"]) for o in record["objects"] if "instance_of" in o}
    assert set(made.values()) == {("Cube", "Plane")} and found & set(made), (made, found)


@probe("rendering", "denoiser")
def _(lab):
    record, _, warnings = lab.sample(STAGE, denoise=True)
    if not record["render"]["denoise"]:
        raise Lacking("; ".join(warnings))


@probe("rendering", "noise threshold")
def _(lab):
    record, _, _ = lab.sample(STAGE, noise_threshold=0.5, samples=16)
    assert record["render"]["noise_threshold"] == 0.5


@probe("rendering", "motion blur")
def _(lab):
    sharp = image(lab.sample(STAGE)[1]).rows
    blurred = image(lab.sample(STAGE, "import bpy", BLUR)[1]).rows
    assert sharp != blurred


BLUR = "bpy.context.scene.render.use_motion_blur = True"


@probe("rendering", "transparent background")
def _(lab):
    _, out, _ = lab.sample(STAGE, "import bpy", "bpy.context.scene.render.film_transparent = True")
    alpha = {row[i] for row in image(out).rows for i in range(3, len(row), 4)}
    assert {0, 255} <= alpha, alpha


@probe("rendering", "sequences")
def _(lab):
    record, out, _ = lab.sample(STAGE, "self.set_frames(0, 2)")
    assert len(record["files"]["image"]) == 3, record["files"]
    assert any(frame.get("objects") for frame in record["frames"]), record["frames"]


for _codec in ("NONE", "ZIP", "ZIPS", "PIZ", "RLE"):

    @probe("rendering", f"passes.exr by {_codec}")
    def _(lab, codec=_codec):
        _, out, _ = lab.sample(STAGE, codec=codec.lower())
        assert passes(out).compression == ["NONE", "RLE", "ZIPS", "ZIP", "PIZ"].index(codec)


for _kind in device.PREFERENCE:

    @probe("devices known to the build", _kind)
    def _(lab, kind=_kind):
        preferences = bpy.context.preferences.addons["cycles"].preferences
        before = preferences.compute_device_type
        try:
            preferences.compute_device_type = "NONE" if kind == "CPU" else kind
        except TypeError:
            raise Lacking(f"this build of Blender knows no {kind}") from None
        preferences.compute_device_type = before
        if kind == "CPU":
            assert lab.sample(STAGE, device="cpu")[0]["render"]["device"] == "CPU"


def lit(lab, body):
    """The mean of a picture's colours under a light alone."""
    dark = "self.world = rv.BasicWorld().set_params(color=(0, 0, 0))"
    look = "self.objects.plane(size=9)\nself.camera.set_location((0, 0, 5))"
    _, out, _ = lab.sample(dark, look, body)
    rows = image(out).rows
    return sum(map(sum, rows)) / len(rows) / len(rows[0]) - 255 / 4


for _light, _body in {
    "point": "point(power=400).set_location((0, 0, 3)).set_radius(0.5)",
    "sun": "sun(power=3).set_angle(10)",
    "area": "area(power=400).set_location((0, 0, 3)).set_size(2)",
    "spot": "spot(power=900).set_location((0, 0, 3)).set_spot_size(90).set_blend(0.5)",
}.items():

    @probe("light", f"{_light} light")
    def _(lab, body=_body):
        mean = lit(lab, f"self.lights.{body}")
        assert mean > 5, mean


@probe("light", "SkyWorld")
def _(lab):
    sky = "self.world = rv.SkyWorld().set_params(sun_elevation={}, aerosol_density=0.5, ozone=1)"
    noon, dawn = (image(lab.sample(STAGE, sky.format(e))[1]).rows for e in (80, 3))
    assert noon != dawn


@probe("light", "ImportedWorld")
def _(lab):
    path = os.path.join(SAVED, "saved-by-3.4.blend")
    lab.sample(STAGE, f"self.world = rv.ImportedWorld({path!r})")


def sky_kind(name, *spellings):
    @probe("light", f"sky texture {name}")
    def _(lab):
        node = bpy.data.worlds.new("Probe")
        tree = compat.use_nodes(node)
        sky = tree.nodes.new("ShaderNodeTexSky")
        for spelling in spellings:
            try:
                sky.sky_type = spelling
                return
            except TypeError:
                continue
        raise Lacking(f"this Blender's sky texture has no {name}")


sky_kind("single scattering (Nishita)", "SINGLE_SCATTERING", "NISHITA")
sky_kind("multiple scattering", "MULTIPLE_SCATTERING")
sky_kind("Hosek-Wilkie", "HOSEK_WILKIE")
sky_kind("Preetham", "PREETHAM")


@probe("shape", "inputs of geometry nodes")
def _(lab):
    body = f"""
    loader = self.assets.object({ROCKS!r}, "Rock")
    for seed in (1, 2):  # the input is no integer: one has to do all the same
        loader.create_instance().set_modifier_input("seed", seed).set_tags("rock")
    """
    record, _, _ = lab.sample(STAGE, body)
    sizes = {tuple(o["dimensions"]) for o in record["objects"] if "rock" in o["tags"]}
    assert len(sizes) == 2, sizes


@probe("shape", "auto smooth")
def _(lab):
    """Sharp edges stay, round ones do not: a cube looks flat, a sphere smooth."""

    def normals(shape, shading):
        body = f"self.objects.{shape}.set_shading({shading!r})"
        look = "self.camera.set_location((3, 2, 4)).point_at(self.objects.empty())"
        record, out, _ = lab.sample(body, look, passes=["Normal"], samples=1)
        return values(out, record, "normal")

    for shape, like, unlike in (("cube()", "flat", "smooth"), ("sphere()", "smooth", "flat")):
        auto = normals(shape, "auto")

        def apart(other):
            return max(abs(a - b) for a, b in zip(auto, normals(shape, other)))

        assert apart(like) < 1e-4 < apart(unlike), (shape, apart(like), apart(unlike))


@probe("shape", "measures of subdivided meshes")
def _(lab):
    body = "lamp.obj.modifiers.new('S', 'SUBSURF').render_levels = 2"
    record, _, _ = lab.sample(STAGE, body)
    side = next(o for o in record["objects"] if o["name"] == "Cube")["dimensions"][0]
    assert 0.7 < side < 0.95, side


@probe("shape", "every field of PrincipledBSDF")
def _(lab):
    fields = {
        "base_color": "(1, 0, 0)",
        "metallic": "0.5",
        "roughness": "0.1",
        "specular": "0.9",
        "emission_color": "(0, 1, 0)",
        "emission_strength": "0.5",
        "alpha": "0.5",
        "transmission": "0.5",
        "ior": "2.0",
    }
    plain = image(lab.sample(STAGE)[1]).rows
    for name, value in fields.items():
        other = "emission_strength=1, " if name == "emission_color" else ""
        body = f"mirror.set_material(self.materials.basic().set_params({other}{name}={value}))"
        assert image(lab.sample(STAGE, body)[1]).rows != plain, name


@probe("physics", "rigid bodies")
def _(lab):
    record, _, _ = lab.sample(STAGE, "lamp.add_rigidbody()", "rv.simulate_physics(frames=10)")
    height = next(o for o in record["objects"] if o["name"] == "Cube")["matrix_world"][2][3]
    assert height < 0.4, height


for _name, _value in {
    "use_split_impulse": "True",
    "split_impulse_penetration_threshold": "0.01",
}.items():

    @probe("physics", f"simulate_physics({_name})")
    def _(lab, argument=f"{_name}={_value}"):
        lab.sample(STAGE, "lamp.add_rigidbody()", f"rv.simulate_physics(frames=3, {argument})")


@probe("files", "export and import")
def _(lab):
    path = os.path.join(lab.root, "made.blend")
    line, _ = lab.request(scene(STAGE, "lamp.set_tags('lamp')"))
    from rv.sample import loop
    from support import HANDLER

    message = {**json.loads(line), "export": {"path": path}}
    reply = json.loads(loop.answer(json.dumps(message).encode(), HANDLER))
    assert reply["ok"], reply
    assert blendfile.read(path).version == compat.VERSION[:2]
    record, _, _ = lab.sample(
        STAGE, f"self.assets.object({path!r}, 'Cube').create_instance(name='Again')"
    )
    again = next(o for o in record["objects"] if o["name"] == "Again")
    assert again["tags"] == ["lamp"], again


for _version in ("3.4", "4.3", "5.2"):

    @probe("files", f"assets saved by Blender {_version}")
    def _(lab, path=os.path.join(SAVED, f"saved-by-{_version}.blend")):
        try:
            lab.sample(STAGE, f"self.assets.object({path!r}).create_instance()")
        except Lacking as lacking:
            # The reason is what follows the path.
            raise Lacking("it" + str(lacking).partition(".blend")[2]) from None


def facts():
    """What is so without being good or bad."""
    yield "Blender", compat.VERSION_TEXT.rpartition(".")[0]
    yield "Python", platform.python_version().rpartition(".")[0]
    yield "picture's view transform", compat.reset().view_settings.view_transform
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    tree = compat.use_nodes(bpy.data.worlds.new("Probe"))
    sky = tree.nodes.new("ShaderNodeTexSky").sky_type
    yield "sky of SkyWorld", sky.replace("_", " ").lower()
    yield "pass of ObjectIndex in passes.exr", compat.pass_name("IndexOB")


def answer(function):
    """Runs one probe; its answer."""
    lab = Lab()
    lab.setUp()
    try:
        function(lab)
        return "yes"
    except Lacking as lacking:
        text = re.sub(r"^\S+:\d+: (\w+: )?", "", str(lacking))  # without the place
        known = any(what in text for what in ("this Blender", "this build", "this is Blender"))
        return ("no: " if known else "FAILS: ") + text
    except Exception as error:  # whatever goes wrong is the answer
        return f"FAILS: {type(error).__name__}: {error}"
    finally:
        lab.doCleanups()


def main():
    """All probes, in the order of this file."""
    path = sys.argv[sys.argv.index("--") + 1]
    failed = False
    with open(path, "w", encoding="utf-8") as file:
        for name, value in facts():
            print("facts", name, value, sep="\t", file=file)
        for group, feature, function in PROBES:
            text = " ".join(answer(function).split())
            failed |= text.startswith("FAILS")
            print(group, feature, text, sep="\t", file=file, flush=True)
    return failed


def window():
    """Called once Blender's window is there."""
    path = sys.argv[sys.argv.index("--") + 1]
    found = bpy.context.window_manager.windows
    text = "yes" if found and found[0].width > 0 else "FAILS: no window"
    with open(path, "w", encoding="utf-8") as file:
        print("preview", "window", text, sep="\t", file=file)
    bpy.ops.wm.quit_blender()


if bpy.app.background:
    started = time.monotonic()
    status = main()
    print(f"probed in {time.monotonic() - started:.1f} s", file=sys.stderr)
    sys.exit(status)
bpy.app.timers.register(window, first_interval=0.5)
