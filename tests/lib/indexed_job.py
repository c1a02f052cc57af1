#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs an Indexed Job of Kubernetes here, as its controller would: a process for each container.

    indexed_job.py FILE [--path OLD=NEW]... [--fresh DIR] [--stop INDEX:ID]

One index comes after the other. Containers get JOB_COMPLETION_INDEX; those without a command run
by the image's entry point; --path says where here is what has another place in the image. A pod
whose exit status no rule of podFailurePolicy knows is tried again, backoffLimitPerIndex times.
--fresh is emptied before each pod. --stop ends the first pod of that index by SIGTERM when the fake
Blender is at sample ID, as an eviction does, and then makes the file `go` for it.

Prints {"succeeded":[...],"failed":[...],"stopped":null or a reason,"pods":N}.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import time

import yaml

ENTRYPOINT = os.path.join(os.environ["RV_ROOT"], "docker/entrypoint.sh")
EVICTED = -1


def command_of(container, paths):
    """What a container runs, with the paths of this machine."""
    words = container.get("command", []) + container.get("args", [])
    for old, new in paths:
        words = [word.replace(old, new) for word in words]
    return words if "command" in container else [ENTRYPOINT, *words]


def run(container, index, paths, stop):
    """The exit status of a container; `stop` is a condition upon which it is told to end."""
    environment = {entry["name"]: entry["value"] for entry in container.get("env", [])}
    process = subprocess.Popen(
        command_of(container, paths),
        env={**os.environ, **environment, "JOB_COMPLETION_INDEX": str(index)},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    while stop and process.poll() is None:
        if stop():
            os.killpg(process.pid, signal.SIGTERM)  # as tini -g does
            process.wait()
            return EVICTED
        time.sleep(0.02)
    status = process.wait()
    return 128 - status if status < 0 else status


def action_of(rules, name, status):
    """What the policy says of a container's status; None: nothing."""
    for rule in rules:
        if status == EVICTED:
            conditions = rule.get("onPodConditions", [])
            if any(c["type"] == "DisruptionTarget" and c["status"] == "True" for c in conditions):
                return rule["action"]
        elif "onExitCodes" in rule:
            codes = rule["onExitCodes"]
            if codes.get("containerName", name) == name and (status in codes["values"]) == (
                codes["operator"] == "In"
            ):
                return rule["action"]
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--path", action="append", default=[])
    parser.add_argument("--fresh")
    parser.add_argument("--stop", default=":")
    options = parser.parse_args()
    stop_index, stop_id = options.stop.split(":")
    paths = [path.split("=", 1) for path in options.path]
    with open(options.file, encoding="utf-8") as file:
        (job,) = [doc["spec"] for doc in yaml.safe_load_all(file) if doc["kind"] == "Job"]
    pod = job["template"]["spec"]
    containers = pod.get("initContainers", []) + pod["containers"]
    rules = job["podFailurePolicy"]["rules"]
    limit = job.get("backoffLimitPerIndex", job.get("backoffLimit"))
    result = {"succeeded": [], "failed": [], "stopped": None, "pods": 0}

    def has_begun():
        try:
            with open(os.path.join(os.environ["FAKE_DIR"], "renders.log"), encoding="utf-8") as log:
                return stop_id in log.read().split()
        except FileNotFoundError:
            return False

    for index in range(job.get("completions", 1)):
        tries = 0
        while index not in result["succeeded"] + result["failed"] and not result["stopped"]:
            result["pods"] += 1
            stop = has_begun if stop_index == str(index) else None
            if options.fresh:
                shutil.rmtree(options.fresh, ignore_errors=True)
                os.makedirs(options.fresh)
            for container in containers:
                status = run(container, index, paths, stop)
                if status != 0:
                    break
            if status == 0:
                result["succeeded"].append(index)
                break
            action = action_of(rules, container["name"], status)
            if action == "Ignore":
                stop_index = None
                with open(os.path.join(os.environ["FAKE_DIR"], "go"), "w", encoding="utf-8") as go:
                    go.write("go\n")
            elif action == "FailJob":
                result["stopped"] = f"{container['name']} ended with {status}"
            elif action == "FailIndex" or tries == limit:
                result["failed"].append(index)
            else:
                tries += 1
        if result["stopped"] or len(result["failed"]) > job.get("maxFailedIndexes", 0):
            break
    print(json.dumps(result))


main()
