# SPDX-License-Identifier: MIT
"""A scene that does what params.fault says, to Blender, to its process and to the machine.

For tests/soak/soak.py. With params.times a fault happens in so many attempts only, with params.at
when that frame of a sequence comes. The environment: SOAK_DIR, a directory where attempts are
counted; SOAK_QUIET, when set nothing happens; SOAK_DISK, a directory whose disk may be filled.
"""

import builtins
import ctypes
import gc
import os
import random
import resource
import signal
import sys
import threading
import time

import bpy
import rv

DIR = os.environ.get("SOAK_DIR", "")


def attempt(name):
    """Which attempt at the sample this is, from 1."""
    path = os.path.join(DIR, name)
    with open(path, "a", encoding="ascii") as file:
        file.write("x")
    return os.path.getsize(path)


def leave_daemon(seconds):
    """A process in a session of its own whose parents are gone."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for fd in range(3):
                os.close(fd)
            time.sleep(seconds)
        os._exit(0)
    os.wait()


# ---- what ends the sample: fault -> the codes that its error may have ----


def fault_raise():
    raise ValueError("as asked for")


def fault_exit():
    sys.exit(3)


def fault_interrupt():
    raise KeyboardInterrupt


def fault_recursion():
    def deeper():
        return deeper()

    deeper()


def fault_memory_error():
    bytearray(1 << 50)


def fault_generator_fails(scene):
    scene.generators.init("echo as asked for >&2; sleep 600 & exit 3").generate()


def fault_generator_hangs(scene):
    generator = scene.generators.init("sleep 600 & trap '' TERM; sleep 600")
    generator.timeout_s = 0.5
    generator.generate()


def fault_generator_babbles(scene):
    scene.generators.init("yes babble").generate()


def fault_os_exit():
    os._exit(0)


def fault_segv():
    ctypes.string_at(0)


def fault_abort():
    os.abort()


def fault_stack():
    """Recursion that Python does not stop."""
    sys.setrecursionlimit(1 << 30)
    threading.stack_size(0)

    class Deep:
        def __repr__(self):
            return repr(self)

    repr(Deep())


def fault_kill():
    os.kill(os.getpid(), signal.SIGKILL)


def fault_hang():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while True:
        time.sleep(1)


def fault_spin():
    while True:
        pass


def fault_sleep():
    time.sleep(600)


def fault_stop():
    os.kill(os.getpid(), signal.SIGSTOP)


def fault_bloat():
    """Grows fast, but not without end."""
    blocks = []
    while len(blocks) < 64:
        blocks.append(bytearray(b"x") * (32 << 20))
    time.sleep(600)


def fault_close_all():
    os.closerange(0, 4096)


def fault_forge():
    """Writes into every descriptor that it finds."""
    for fd in range(3, 1024):
        try:
            os.write(fd, b"forged\n")
        except OSError:
            pass
    time.sleep(600)


def fault_fork_and_die():
    leave_daemon(600)
    if os.fork() == 0:
        time.sleep(600)
    ctypes.string_at(0)


# ---- what must harm nobody ----


def fault_generator_leaves(scene):
    left = "setsid sleep 600 >/dev/null 2>&1 & sleep 600 >/dev/null 2>&1 &"
    scene.generators.init(left + """ echo '{"result":1}'""").generate()


def fault_quit():
    bpy.ops.wm.quit_blender()


def fault_chatter():
    for _ in range(200):
        print("chatter " * 2000)
        print("chatter " * 2000, file=sys.stderr)
    os.write(1, b"raw " * 500000)
    os.write(2, b"raw " * 500000)


def fault_close_fds():
    for fd in range(5):
        try:
            os.close(fd)
        except OSError:
            pass


def fault_close_streams():
    sys.stdout.close()
    sys.stderr.close()
    sys.stdin = None


def fault_daemon():
    leave_daemon(600)


def fault_child():
    if os.fork() == 0:
        try:
            time.sleep(600)
        finally:
            os._exit(0)


def fault_outside():
    with open(os.path.join(DIR, "outside"), "a", encoding="ascii") as file:
        file.write("x")


def fault_chdir():
    gone = os.path.join(DIR, f"gone-{os.getpid()}")
    os.makedirs(gone, exist_ok=True)
    os.chdir(gone)
    os.rmdir(gone)


def fault_del():
    class Sore:
        def __del__(self):
            raise RuntimeError("in __del__")

    sore = Sore()
    sore.itself = sore
    bpy.app.driver_namespace["sore"] = Sore()


def fault_thread():
    """A thread that goes on printing long after the sample."""

    def run():
        for i in range(2000):
            print("still here", i)
            time.sleep(0.01)

    threading.Thread(target=run, daemon=True).start()


def fault_raising_thread():
    threading.Thread(target=fault_raise).start()


def fault_state():
    """All that belongs to everybody, changed; the sample itself is done by then."""

    def later(scene, *_):
        for item in list(bpy.data.objects):
            item.location.x += 3

    bpy.app.handlers.depsgraph_update_post.append(later)
    bpy.app.handlers.render_write.append(fault_raise_handler)
    bpy.app.timers.register(lambda: 0.001, persistent=True)
    bpy.context.preferences.edit.use_duplicate_mesh = True
    bpy.data.scenes.new("Second")
    bpy.app.handlers.depsgraph_update_post.remove(later)


def fault_raise_handler(*_):
    raise ValueError("in a handler")


def fault_python():
    sys.path.clear()
    sys.path_hooks.clear()
    sys.modules["random"] = None
    os.environ.clear()
    os.umask(0o777)
    sys.setrecursionlimit(120)
    gc.disable()
    gc.set_threshold(1, 1, 1)
    sys.setswitchinterval(1e-6)
    random.random = lambda: 0.5
    sys.stdout = sys.stderr = None
    sys.excepthook = None


def fault_builtins():
    builtins.print = None
    builtins.sorted = reversed
    builtins.rv_leak = 1


def fault_signals():
    for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except OSError:
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def fault_limits():
    """Soft limits; the hard ones stay."""
    for name in ("RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE"):
        number = getattr(resource, name)
        _, hard = resource.getrlimit(number)
        resource.setrlimit(number, (0 if name != "RLIMIT_NOFILE" else 64, hard))


# ---- what harms those who need the disk now, the sample itself included ----


def fault_fill():
    """Takes all of it for a second, by a file without a name that this process holds."""
    disk = os.environ.get("SOAK_DISK")
    if not disk:
        return
    fd = os.open(disk, os.O_TMPFILE | os.O_WRONLY, 0o600)
    room = os.fstatvfs(fd)
    try:
        os.posix_fallocate(fd, 0, room.f_bavail * room.f_frsize)
    except OSError:
        pass  # somebody else was quicker
    threading.Timer(1, os.close, [fd]).start()


def do(fault, scene):
    """Lets it happen, unless it has happened often enough."""
    if attempt(f"{scene.params['name']}.attempts") <= scene.params.get("times", 1 << 30):
        action = globals()[f"fault_{fault}"]
        action(scene) if fault.startswith("generator") else action()


class Soak(rv.Scene):
    """A few things that the seed places; then the fault."""

    def generate(self, seed):
        rng = random.Random(seed)
        self.world = rv.BasicWorld().set_params(color=(rng.random(), 0.5, 0.6))
        self.enable_semantic_channels("red")
        red = self.materials.basic("Red").set_params(base_color=(0.8, 0.1, rng.random()))
        red.set_semantic("red")
        cube = self.objects.cube(size=0.8).set_material(red).set_tags("cube")
        cube.set_location((rng.uniform(-1, 1), rng.uniform(-1, 1), 0))
        self.objects.sphere(radius=0.4, segments=8, ring_count=4).set_tags("sphere").set_location(
            (rng.uniform(-1, 1), 1, rng.uniform(-1, 1))
        )
        self.lights.sun(power=3.0)
        cube.keyframe(1).keyframe(8, location=(0, 0, self.gen.get("place", 1)))
        fault, at = self.params.get("fault"), self.params.get("at")
        if not fault or os.environ.get("SOAK_QUIET"):
            return
        if at is None:
            do(fault, self)
        else:
            bpy.app.handlers.frame_change_post.append(
                lambda scene, *_: do(fault, self) if scene.frame_current == at else None
            )
