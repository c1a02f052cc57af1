# SPDX-License-Identifier: MIT
"""Settings of the process and of the interpreter, one row each.

A setting is read after each sample and set back when it differs; where it cannot be set, or stays
as it is, the worker is spoiled. Needs no Blender.
"""

from __future__ import annotations

import _signal  # whose getsignal makes no enum of each handler
import codecs
import ctypes
import faulthandler
import fcntl
import gc
import locale
import os
import resource
import signal
import socket
import sys
import threading
import time
import tracemalloc
from functools import partial
from operator import is_
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from ..plain.limits import PRIVATE_FD
from .guard import Spoiled

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_GET_NO_NEW_PRIVS, _PR_GET_SECCOMP, _PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 39, 21, 3, 4
_PR_SET_TIMERSLACK, _PR_GET_TIMERSLACK = 29, 30
_PR_GET_PDEATHSIG, _PR_SET_PDEATHSIG, _PR_GET_NAME, _PR_SET_NAME = 2, 1, 16, 15
LIMITS = sorted({getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")})
_LIMIT = "a limit of resources"
TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)


class Setting(NamedTuple):
    """`get` reads it, `put` sets it; without `put` it cannot be undone."""

    name: str
    get: Callable[[], Any]
    put: Optional[Callable[[Any], Any]] = None


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _spread(put: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda values: put(*values)


def _set_signals(handlers: Dict[int, Any]) -> None:
    for number, handler in handlers.items():
        if signal.getsignal(number) is not handler and handler is not None:
            signal.signal(number, handler)


def _set_locale(name: str) -> None:
    locale.setlocale(locale.LC_ALL, name)


def _wakeup_fd() -> int:
    fd = signal.set_wakeup_fd(-1)
    if fd != -1:
        signal.set_wakeup_fd(fd)
    return fd


def _processor_time() -> Any:
    return os.sched_getscheduler(0), os.sched_getparam(0)


def _thread_name() -> bytes:
    text = ctypes.create_string_buffer(16)
    _LIBC.prctl(_PR_GET_NAME, text)
    return text.value


def _death_signal() -> int:
    number = ctypes.c_int()
    _LIBC.prctl(_PR_GET_PDEATHSIG, ctypes.byref(number))
    return number.value


def _stop_tracing(was_tracing: bool) -> None:
    if was_tracing:
        tracemalloc.start()
    else:
        tracemalloc.stop()


def _set_collector(enabled: bool) -> None:
    (gc.enable if enabled else gc.disable)()


def _oom_score() -> Optional[Setting]:
    """Who is ended first when memory runs out; None where the system does not tell."""
    try:
        low = os.open("/proc/self/oom_score_adj", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    fd = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, PRIVATE_FD)
    os.close(low)
    return Setting(
        "its turn when memory runs out",
        lambda: os.pread(fd, 16, 0),
        lambda kept: os.pwrite(fd, kept, 0),
    )


def _codecs() -> List[Any]:
    """The list of functions that Python asks for codecs; empty where it cannot be had."""

    def probe(name: str) -> None:
        return None

    codecs.register(probe)
    found = [at for at in gc.get_referrers(probe) if isinstance(at, list) and at[-1] is probe]
    codecs.unregister(probe)
    return found[0] if found else []


def _error_handlers() -> Dict[str, Any]:
    """The table of handlers of encoding errors; an empty one where it cannot be had."""
    strict = codecs.lookup_error("strict")
    found = [at for at in gc.get_referrers(strict) if isinstance(at, dict)]
    return next((table for table in found if table.get("strict") is strict), {})


def _set_handlers(now: Dict[str, Any], kept: Dict[str, Any]) -> None:
    now.clear()
    now.update(kept)


def _set_codecs(now: List[Any], kept: List[Any]) -> None:
    for search in list(now):
        codecs.unregister(search)  # which forgets all that were found
    for search in kept:
        codecs.register(search)


def _root_directory() -> Any:
    place = os.stat("/")
    return place.st_dev, place.st_ino


def _tools() -> List[Optional[str]]:
    """Names of those that watch the interpreter (3.12 and later)."""
    return [sys.monitoring.get_tool(number) for number in range(6)]  # type: ignore[attr-defined]


def _free_tools(names: List[Optional[str]]) -> None:
    monitoring = sys.monitoring  # type: ignore[attr-defined]
    for number, name in enumerate(names):
        if monitoring.get_tool(number) != name:
            monitoring.set_events(number, 0)
            monitoring.free_tool_id(number)


def settings() -> List[Setting]:
    """All of them, as far as this Python and this system have them."""
    signals = [n for n in signal.valid_signals() if n not in (signal.SIGKILL, signal.SIGSTOP)]
    searches, handlers = _codecs(), _error_handlers()
    rows = [
        # What may interrupt the rest comes first.
        *(
            Setting(
                "a timer",
                lambda which=which: signal.getitimer(which)[1:] != (0.0,)  # type: ignore[misc]
                or signal.getitimer(which)[0] != 0.0,
                lambda _, which=which: signal.setitimer(which, 0),  # type: ignore[misc]
            )
            for which in TIMERS
        ),
        Setting("tracing", sys.gettrace, sys.settrace),
        Setting("profiling", sys.getprofile, sys.setprofile),
        Setting(
            "signal handlers", lambda: {n: _signal.getsignal(n) for n in signals}, _set_signals
        ),
        Setting(
            "masked signals",
            lambda: signal.pthread_sigmask(signal.SIG_BLOCK, ()),
            lambda mask: signal.pthread_sigmask(signal.SIG_SETMASK, mask),
        ),
        Setting("the descriptor of signals", _wakeup_fd, signal.set_wakeup_fd),
        Setting("the working directory", os.getcwd, os.chdir),
        Setting("umask", _umask, os.umask),
        Setting("the time zone", lambda: (time.tzname, time.timezone), lambda _: time.tzset()),
        Setting("the locale", lambda: locale.setlocale(locale.LC_ALL), _set_locale),
        Setting("the recursion limit", sys.getrecursionlimit, sys.setrecursionlimit),
        Setting("the switch interval", sys.getswitchinterval, sys.setswitchinterval),
        Setting("dlopen flags", sys.getdlopenflags, sys.setdlopenflags),
        Setting("hooks of generators", sys.get_asyncgen_hooks, _spread(sys.set_asyncgen_hooks)),
        Setting(
            "the depth of coroutine origins",
            sys.get_coroutine_origin_tracking_depth,
            sys.set_coroutine_origin_tracking_depth,
        ),
        Setting("garbage collection", gc.isenabled, _set_collector),
        Setting("thresholds of the collector", gc.get_threshold, _spread(gc.set_threshold)),
        Setting("debugging of the collector", gc.get_debug, gc.set_debug),
        Setting("the stack size of threads", threading.stack_size, threading.stack_size),
        Setting("the timeout of sockets", socket.getdefaulttimeout, socket.setdefaulttimeout),
        Setting("tracemalloc", tracemalloc.is_tracing, _stop_tracing),
        Setting("handlers of encoding errors", handlers.copy, partial(_set_handlers, handlers)),
        Setting("codecs", lambda: [*searches], partial(_set_codecs, searches)),
        Setting(
            "processors",
            lambda: os.sched_getaffinity(0),
            lambda kept: os.sched_setaffinity(0, kept),
        ),
        *(
            Setting(
                _LIMIT,
                partial(resource.getrlimit, number),
                partial(resource.setrlimit, number),
            )
            for number in LIMITS
        ),
        Setting(
            "the priority (nice)",
            lambda: os.getpriority(os.PRIO_PROCESS, 0),
            lambda kept: os.setpriority(os.PRIO_PROCESS, 0, kept),
        ),
        Setting(
            "the scheduler",
            _processor_time,
            lambda kept: os.sched_setscheduler(0, *kept),
        ),
        Setting("the user", os.getresuid),
        Setting("the group", lambda: (os.getresgid(), sorted(os.getgroups()))),
        Setting("the session", lambda: (os.getsid(0), os.getpgrp())),
        Setting("the root directory", _root_directory),
        Setting(
            "privileges",
            lambda: (
                _LIBC.prctl(_PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
                _LIBC.prctl(_PR_GET_SECCOMP, 0, 0, 0, 0),
            ),
        ),
        Setting(
            "whether it may be dumped",
            lambda: _LIBC.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0),
            lambda kept: _LIBC.prctl(_PR_SET_DUMPABLE, kept, 0, 0, 0),
        ),
        Setting(
            "the signal at the parent's death",
            _death_signal,
            lambda kept: _LIBC.prctl(_PR_SET_PDEATHSIG, kept, 0, 0, 0),
        ),
        Setting(
            "how late its timers may be",
            lambda: _LIBC.prctl(_PR_GET_TIMERSLACK, 0, 0, 0, 0),
            lambda kept: _LIBC.prctl(_PR_SET_TIMERSLACK, kept, 0, 0, 0),
        ),
        Setting("its personality", lambda: _LIBC.personality(-1), _LIBC.personality),
        Setting("its name", _thread_name, lambda kept: _LIBC.prctl(_PR_SET_NAME, kept)),
    ]
    oom_score = _oom_score()
    if oom_score is not None:
        rows.append(oom_score)
    if hasattr(sys, "get_int_max_str_digits"):
        rows.append(
            Setting(
                "the digits of integers", sys.get_int_max_str_digits, sys.set_int_max_str_digits
            )
        )
    if hasattr(sys, "monitoring"):
        rows.append(Setting("monitoring", _tools, _free_tools))
    return rows


class Process:
    """All of these settings as the worker found them."""

    def __init__(self) -> None:
        self._kept = [(setting, setting.get()) for setting in settings()]
        self._limits = [(row, kept) for row, kept in self._kept if row.name == _LIMIT]
        self._system = {
            name: value for name, value in vars(sys).items() if not name.startswith("last_")
        }
        self._names: List[str] = []  # of all that there was when it was last put back
        self._values: List[Any] = []
        self._arguments = list(sys.argv)
        self._faults = faulthandler.is_enabled()

    def restore(self) -> None:
        """Sets back what differs. Spoiled for what cannot be set."""
        faulthandler.cancel_dump_traceback_later()
        if faulthandler.is_enabled() != self._faults:
            if self._faults:
                faulthandler.enable()
            else:
                faulthandler.disable()
        left: List[str] = []
        for setting, kept in self._kept:
            try:
                if setting.get() != kept:
                    if setting.put is not None:
                        setting.put(kept)
                    if setting.get() != kept:
                        left.append(setting.name)
            except Exception as error:
                left.append(f"{setting.name}: {error}")
        self.mend()
        if left:
            raise Spoiled(f"it changed what cannot be put back: {', '.join(dict.fromkeys(left))}")

    def mend(self) -> List[str]:
        """Puts back what watches the interpreter, limits of resources, and the variables of sys,
        but for the streams, which are the business of Descriptors; those that rv may not work
        without, and limits."""
        watched = sys.gettrace() is not None or sys.getprofile() is not None
        sys.settrace(None)
        sys.setprofile(None)
        mended = ["sys.settrace or sys.setprofile"] if watched else []
        for limit, kept in self._limits:
            if limit.put is not None and limit.get() != kept:
                mended.append(limit.name)
                try:
                    limit.put(kept)
                except (OSError, ValueError):
                    pass  # `restore` tells
        now = vars(sys)
        if [*now] != self._names or not all(map(is_, now.values(), self._values)):
            for name in [n for n in now if n not in self._system and not n.startswith("last_")]:
                del now[name]
            for name, value in self._system.items():
                if now.get(name) is not value and name not in ("stdin", "stdout", "stderr"):
                    now[name] = value
                    mended += [f"sys.{name}"] if callable(value) else []
            self._names, self._values = [*now], [*now.values()]
        sys.argv[:] = self._arguments
        return mended


class Environment:
    """Environment variables, those of the C library as well, which programs inherit."""

    def __init__(self) -> None:
        self._variables = dict(os.environ)
        self._encoded = dict(os.environ._data)  # type: ignore[attr-defined]
        self._lines = _lines()
        self._block = _block(len(self._lines))

    def restore(self) -> None:
        """Puts them back, and what depends on them."""
        encoded = os.environ._data  # type: ignore[attr-defined]
        if encoded == self._encoded and _block(len(self._lines)) == self._block:
            return
        os.environ.clear()
        _LIBC.clearenv()
        os.environ.update(self._variables)
        for line in self._lines:
            name, _, value = line.partition(b"=")
            os.putenv(name, value)
        self._block = _block(len(self._lines))
        time.tzset()


def _block(count: int) -> bytes:
    """Where the C library has its first `count` variables, and the end: each that was set lies
    elsewhere."""
    address = ctypes.c_void_p.in_dll(_LIBC, "environ").value
    size = ctypes.sizeof(ctypes.c_void_p) * (count + 1)
    return ctypes.string_at(address, size) if address else b""


def _lines() -> List[bytes]:
    """What the C library has: NAME=VALUE each."""
    block = ctypes.POINTER(ctypes.c_char_p).in_dll(_LIBC, "environ")
    found: List[bytes] = []
    while block and block[len(found)] is not None:
        found.append(block[len(found)])  # type: ignore[arg-type]
    return found
