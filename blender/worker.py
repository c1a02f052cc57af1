# SPDX-License-Identifier: MIT
"""What rv-blend makes Blender run: answers requests until there are no more. See PROTOCOL.md.

`--site` names a directory of packages for scenes. With `--window` (rv preview) Blender has a
window, which shows the scene of the last request. With `--warm DEVICE` it renders for nobody before
it says hello; with `--device auto` it does so on a graphics card, to see whether that renders at
all. `--without` lists kinds of devices that are not used.

The protocol's descriptors are moved out of everybody's reach, and stdout is turned into stderr,
before anything else is imported: neither Blender's chatter, nor a print in a scene, nor a child
process of one can get into a reply.
"""

import fcntl
import gc
import os
import sys

PRIVATE_FD = 200  # as in rv/plain/limits.py, which is not to be imported yet


def take(fd: int) -> int:
    """A private duplicate of `fd` that no child inherits; `fd` itself is closed."""
    duplicate = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, PRIVATE_FD)
    os.close(fd)
    return duplicate


def option(name: str) -> str:
    """What stands after `name` among the arguments behind `--`; empty when that is not there."""
    arguments = sys.argv[sys.argv.index("--") + 1 :]
    return arguments[arguments.index(name) + 1] if name in arguments else ""


def main() -> None:
    requests = os.fdopen(take(int(option("--requests"))), "rb")
    replies = os.fdopen(take(int(option("--replies"))), "wb")
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")
    site, warm_device = option("--site"), option("--warm")
    device_asked, without = option("--device"), option("--without").split(",")
    in_window = "--window" in sys.argv[sys.argv.index("--") :]
    sys.argv = sys.argv[: sys.argv.index("--")]
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    if site:
        sys.path.append(site)  # what Blender's Python has itself stays as it is

    from rv.engine import device
    from rv.plain.kept import KEPT
    from rv.sample import loop, protocol
    from rv.sample.handler import SampleHandler

    if in_window:
        from rv.sample import preview
    sys.dont_write_bytecode = True  # from here on: ours is kept for the next worker, no scene's
    if in_window:
        preview.Window(requests, replies).open()
        return

    def tell(what: str, number: int) -> None:
        loop.send(replies, protocol.progress(what, number))

    try:
        facts = device.facts(without)
        handler = SampleHandler(tell, site, without)
        if device_asked == "auto":
            handler.try_device(lambda kind: loop.send(replies, protocol.trying(kind)))
        if warm_device:
            handler.warm_up(warm_device)
    except Exception as error:
        fault = {
            "code": "no_blender",
            "message": protocol.shorten(f"{type(error).__name__}: {error}"),
        }
        loop.send(replies, protocol.hello({"error": fault}))
        raise
    gc.collect()
    gc.freeze()  # what Blender's add-ons hold stays: no need to look through it again and again
    loop.send(replies, protocol.hello(facts))
    loop.serve(requests, replies, handler)
    KEPT.end()


main()
