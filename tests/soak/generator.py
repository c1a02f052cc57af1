#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A generator program that does what params.generator says, as scene.py does; see rv-gen(1).

With params.generator_times in so many attempts only, and not in the last run (SOAK_LAST).
"""

import json
import os
import signal
import sys
import time

request = json.load(sys.stdin)
params, answer = request["params"], {"result": request["seed"] % 7 / 10}


def attempt():
    """Which attempt this is, from 1."""
    path = os.path.join(os.environ["SOAK_DIR"], f"{params['name']}.generator")
    with open(path, "a", encoding="ascii") as file:
        file.write("x")
    return os.path.getsize(path)


def leave(new_session):
    """A child that keeps our descriptors open and lives on."""
    if os.fork() == 0:
        if new_session:
            os.setsid()
        time.sleep(600)
        os._exit(0)


def die(number):
    os.kill(os.getpid(), number)
    time.sleep(600)


def misbehave(fault):
    if fault == "exit":
        sys.exit("as asked for")
    elif fault in ("segv", "kill", "stop"):
        die(getattr(signal, f"SIG{fault.upper()}"))
    elif fault == "garbage":
        print('{"result":')
        sys.exit(0)
    elif fault == "silence":
        sys.exit(0)
    elif fault == "text":
        answer["result"] = "seven"
    elif fault == "flood":
        while True:
            os.write(1, b"flood " * 10000)
    elif fault == "hang":
        time.sleep(600)
    elif fault == "close":
        os.closerange(0, 100)
        time.sleep(600)
    elif fault == "deaf":
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
    elif fault == "chatter":
        os.write(2, b"chatter " * 500000)
    else:
        leave(new_session=fault != "child")
        if fault == "fork_and_die":
            die(signal.SIGSEGV)


chosen = params.get("generator")
times = params.get("generator_times")
if chosen and not os.environ.get("SOAK_QUIET"):
    if times is None or ("SOAK_LAST" not in os.environ and attempt() <= times):
        misbehave(chosen)
with open(os.path.join(request["work_dir"], "file"), "w", encoding="ascii") as made:
    made.write("generated\n" * 1000)
print(json.dumps(answer))
