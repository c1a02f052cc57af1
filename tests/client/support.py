# SPDX-License-Identifier: MIT
"""What the tests of rv.client share: small .blend files, and a scratch directory for each test."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

MADE = os.environ.get("RV_CLIENT_SCENES", "")  # where the .blend files lie

# A cube goes from x = 0 at frame 1 to x = 2 at frame 5, the camera is at (0, 0, 10 + frame) and
# looks down; frames 1 to 5. `name` differs in the colour only; `inverted` has a compositor, that
# inverts; `still` has that, too, and nothing moves.
MAKE = """
import sys
import bpy
from mathutils import Matrix

bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
scene = bpy.context.scene
shades = {"monkey": 0.2, "cube": 0.5, "metaballs": 0.8, "inverted": 0.25, "still": 0.5}
for name, shade in shades.items():
    if name == "monkey":
        bpy.ops.mesh.primitive_cube_add(size=2)
        cube = bpy.context.object
        cube.name = "Box"
        for frame, x in ((1, 0), (5, 2)):
            cube.location = (x, 0, 0)
            cube.keyframe_insert("location", frame=frame)
        paint = bpy.data.materials.new("Paint")
        cube.data.materials.append(paint)
        data = bpy.data.cameras.new("Eye")
        eye = bpy.data.objects.new("Eye", data)
        scene.collection.objects.link(eye)
        scene.camera = eye
        for frame in (1, 5):
            eye.location = (0, 0, 10 + frame)
            eye.keyframe_insert("location", frame=frame)
        for action in bpy.data.actions:
            curves = getattr(action, "fcurves", None)
            if curves is None:
                curves = action.layers[0].strips[0].channelbag(action.slots[0]).fcurves
            for curve in curves:
                for point in curve.keyframe_points:
                    point.interpolation = "LINEAR"
        scene.world = bpy.data.worlds.new("Sky")
        scene.render.engine = "CYCLES"
        scene.cycles.samples = 1
        scene.cycles.use_denoising = False
        scene.render.resolution_x, scene.render.resolution_y = 32, 16
        scene.render.fps = 12
        scene.frame_start, scene.frame_end = 1, 5
    paint.diffuse_color = (shade, shade, shade, 1)
    scene.world.color = (shade, shade, shade)
    if name == "inverted":
        sky = scene.world.node_tree
        if sky is not None:
            sky.nodes["Background"].inputs["Color"].default_value = (shade, shade, shade, 1)
        scene.view_settings.view_transform = "Raw"
        if "compositing_node_group" in scene.bl_rna.properties:
            tree = bpy.data.node_groups.new("Compositing", "CompositorNodeTree")
            tree.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
            scene.compositing_node_group = tree
            end = tree.nodes.new("NodeGroupOutput")
        else:
            scene.use_nodes = True
            tree = scene.node_tree
            tree.nodes.clear()
            end = tree.nodes.new("CompositorNodeComposite")
        render = tree.nodes.new("CompositorNodeRLayers")
        invert = tree.nodes.new("CompositorNodeInvert")
        tree.links.new(render.outputs["Image"], invert.inputs["Color"])
        tree.links.new(invert.outputs["Color"], end.inputs[0])
    if name == "still":
        for action in list(bpy.data.actions):
            bpy.data.actions.remove(action)
        for obj in bpy.data.objects:
            obj.animation_data_clear()
    bpy.ops.wm.save_as_mainfile(filepath=sys.argv[-1] + "/" + name + ".blend", copy=True)
"""


# While there is a file `hold`, rendering stops at frame 2 and makes a file `held`.
HOLD = """
import os
import time
import bpy

@bpy.app.handlers.persistent
def hold(scene, *_):
    while scene.frame_current >= 2 and os.path.exists({hold!r}):
        open({held!r}, "w").close()
        time.sleep(0.02)

bpy.app.handlers.render_pre.append(hold)
"""


def holding_blender():
    """The path of a Blender that renders the first frame only, until the file `hold` is removed."""
    with open("hold.py", "w", encoding="utf-8") as file:
        file.write(HOLD.format(hold=os.path.abspath("hold"), held=os.path.abspath("held")))
    blender = shutil.which(os.environ.get("RV_BLENDER", "blender"))
    with open("holding", "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\nexec "{blender}" --python "{os.path.abspath("hold.py")}" "$@"\n')
    os.chmod("holding", 0o755)
    open("hold", "w").close()
    return os.path.abspath("holding")


def wait_until(condition):
    """Until it holds; after a minute something hangs."""
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("in vain")
        time.sleep(0.02)


def wait_until_held():
    wait_until(lambda: os.path.exists("held"))


def make_scenes(directory):
    """Writes the .blend files."""
    os.makedirs(directory)
    script = os.path.join(directory, "make.py")
    with open(script, "w", encoding="utf-8") as file:
        file.write(MAKE)
    blender = os.environ.get("RV_BLENDER", "blender")
    command = [blender, "-b", "--factory-startup", "-noaudio", "--python-exit-code", "70"]
    command += ["--python", script, "--", directory]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


def scene(name="monkey"):
    """The path of a .blend file."""
    return os.path.join(MADE, f"{name}.blend")


def tree(directory, hidden=False):
    """Relative path to digest of the files below a directory, but for hidden ones."""
    found = {}
    for base, folders, names in os.walk(directory):
        if not hidden:
            folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = os.path.join(base, name)
            with open(path, "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
            found[os.path.relpath(path, directory)] = digest
    return found


def ssh_to_here():
    """The command `ssh HERE`, to an sshd of its own that listens nowhere. SkipTest without one."""
    sshd = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:" + os.environ["PATH"])
    if sshd is None or shutil.which("ssh") is None:
        raise unittest.SkipTest("there is no sshd and ssh")
    place = os.path.abspath("ssh")
    os.mkdir(place, 0o700)
    for name in ("host", "user"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{place}/{name}"]
        subprocess.run(key, check=True)
    with open(f"{place}/config", "w", encoding="utf-8") as file:
        file.write(
            f"HostKey {place}/host\nAuthorizedKeysFile {place}/user.pub\n"
            "StrictModes no\nUsePAM no\nPidFile none\n"
        )
    command = ["ssh", "-F", "none", "-i", f"{place}/user", "-o", "BatchMode=yes"]
    command += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
    server = f"{sshd} -i -f {place}/config"
    if os.geteuid() == 0 and not os.path.isdir("/run/sshd"):  # which it wants: for it alone
        room = f"mount -t tmpfs none /run && mkdir -m 755 /run/sshd && exec {server}"
        server = f"unshare -m sh -c '{room}'"
    command += ["-o", "LogLevel=ERROR", "-o", f"ProxyCommand={server}"]
    if subprocess.run([*command, "here", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        raise unittest.SkipTest("this sshd lets nobody in")
    return [*command, "here"]


def children():
    """Pids and names of the processes that this one has started, and theirs."""
    listing = subprocess.run(["ps", "-e", "-o", "pid=,ppid=,comm="], stdout=subprocess.PIPE)
    rows = [line.split(None, 2) for line in listing.stdout.decode().splitlines()]
    ours, found = {str(os.getpid())}, []
    for pid, parent, name in sorted(rows, key=lambda row: int(row[0])):
        if parent in ours and name != "ps":
            ours.add(pid)
            found.append((int(pid), name))
    return found


class ClientCase(unittest.TestCase):
    """Each test works in a scratch directory and leaves no process behind."""

    maxDiff = None

    def setUp(self):
        self._place = tempfile.TemporaryDirectory(prefix="rv-client-")
        self.addCleanup(self._place.cleanup)
        self._before = os.getcwd()
        self.addCleanup(os.chdir, self._before)
        os.chdir(self._place.name)

    def tearDown(self):
        self.assertEqual(children(), [], "processes were left behind")


if __name__ == "__main__":
    make_scenes(os.path.abspath(sys.argv[1]))
