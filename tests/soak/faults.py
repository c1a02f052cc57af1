# SPDX-License-Identifier: MIT
"""What samples do, and what must come of it."""

CRASH, TIMEOUT, SCENE, GENERATOR = "worker_crashed", "timeout", "scene_error", "generator_failed"

# What makes an error of its sample, and which.
BAD = {
    "raise": SCENE,
    "exit": SCENE,
    "interrupt": SCENE,
    "recursion": SCENE,
    "memory_error": SCENE,
    "generator_fails": SCENE,
    "generator_hangs": SCENE,
    "generator_babbles": SCENE,
    "os_exit": CRASH,
    "segv": CRASH,
    "abort": CRASH,
    "kill": CRASH,
    "close_all": CRASH,
    "forge": CRASH,
    "fork_and_die": CRASH,
    "hang": TIMEOUT,
    "spin": TIMEOUT,
    "sleep": TIMEOUT,
    "stop": TIMEOUT,
    "bloat": "max_rss",
}
# What harms nobody, the sample itself included.
GOOD = (
    "quit chatter close_fds close_streams daemon child outside chdir del thread raising_thread"
    " python builtins signals generator_leaves"
).split()
# What may harm the sample itself. Newer Pythons notice when the stack is at its end.
OPEN = ["state", "limits", "stack"]
# What can also happen at a frame of a sequence.
AT_FRAME = set(
    "os_exit segv abort stack kill close_all forge fork_and_die hang spin sleep stop bloat"
    " chatter close_fds daemon child thread".split()
)
# What fills the disk for a while: only where that is a small one, and never in the last run.
FILLS = "fill"

FAKE_BAD = {
    "scene_error": SCENE,
    "render_error": "render_error",
    "segv": CRASH,
    "kill": CRASH,
    "exit": CRASH,
    "partial": CRASH,
    "child": CRASH,
    "lie": CRASH,
    "garbage": CRASH,
    "forge": CRASH,
    "mute": CRASH,
    "hang": TIMEOUT,
    "deaf": TIMEOUT,
    "daemon": TIMEOUT,
}
FAKE_GOOD = ["chatter", "env"]
FAKE_AT_FRAME = set("segv kill exit child garbage forge mute hang deaf daemon".split())

# Of the program that rv-gen runs (generator.py): it is not tried again in the same run.
GENERATOR_BAD = {
    "exit": GENERATOR,
    "segv": GENERATOR,
    "kill": GENERATOR,
    "garbage": GENERATOR,
    "silence": GENERATOR,
    "fork_and_die": GENERATOR,
    "text": "bad_result",
    "flood": "limit",
    "hang": TIMEOUT,
    "stop": TIMEOUT,
    "close": TIMEOUT,
}
GENERATOR_GOOD = ["daemon", "child", "chatter", "deaf"]


class Plan:
    """What the samples of a round do."""

    def __init__(self, rng, fake, frames, has_disk, has_generator):
        self.rng, self.frames = rng, frames
        self.fills_disk, self.has_generator = has_disk and not fake, has_generator
        self.bad, self.good, self.at_frame = BAD, GOOD + OPEN, AT_FRAME
        if fake:
            self.bad, self.good, self.at_frame = FAKE_BAD, FAKE_GOOD, FAKE_AT_FRAME

    def params(self, name):
        """The params of a sample: {} for one that only renders."""
        params = {}
        if self.has_generator and self.rng.random() < 0.3:
            params["generator"] = self.rng.choice([*GENERATOR_BAD, *GENERATOR_GOOD])
            if self.rng.random() < 0.5:
                params["generator_times"] = 1
        chance = self.rng.random()
        if chance < 0.2:
            fault = self.rng.choice(self.good)
        elif chance < 0.4:
            fault = self.rng.choice(sorted(self.bad))
            if self.bad[fault] == TIMEOUT and self.rng.random() < 0.5:
                fault = self.rng.choice(sorted(self.bad))  # they take the most time
        elif chance < 0.5 and self.fills_disk:
            fault = FILLS
        else:
            return dict(params, name=name) if params else params
        params.update(name=name, fault=fault)
        code = self.bad.get(fault)
        if code and code not in (SCENE, "render_error"):
            # A poison sample costs three Blenders: most harm is done once.
            if (code != CRASH or self.rng.random() < 0.6) and self.rng.random() < 0.9:
                params["times"] = 1
        if self.frames and fault in self.at_frame and self.rng.random() < 0.7:
            params["at"] = self.rng.choice(self.frames)
        return params

    def wanted(self, params):
        """(tool, code) of a sample's error; (None, None): it is good; code "?": either will do."""
        generator, fault = params.get("generator"), params.get("fault")
        if generator in GENERATOR_BAD and "generator_times" not in params:
            return "rv-gen", GENERATOR_BAD[generator]
        if fault in OPEN:
            return "rv-blend", "?"
        code = self.bad.get(fault) if "times" not in params else None
        return code and "rv-blend", code


def words(params):
    """What a sample does, for the tally."""
    said = []
    if "generator" in params:
        once = " once" if "generator_times" in params else ""
        said.append(f"generator's {params['generator']}{once}")
    if "fault" in params:
        at_frame = " at a frame" if "at" in params else ""
        said.append(f"{params['fault']}{' once' if 'times' in params else ''}{at_frame}")
    return said
