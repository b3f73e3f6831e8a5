"""The pre-warmed process: imports NumPy and matplotlib once, then forks a child per submission.

It obeys the grader over a control socket, one child at a time, and never runs student code itself.
Runs inside the sandbox.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from dlcourse.grading.inside import jail, landlock, seccomp, wire, worker

_TMP = "/tmp"
_GRACE_SECONDS = 0.5
_SHORTEST_WAIT = 0.001
START, STOP = b"+", b"-"
READY = "ready"
KERNEL = "kernel"

_TRIAL_BOUNDS = jail.Bounds(
    memory_bytes=256 << 20, file_bytes=1 << 20, tmp_bytes=1 << 20, cpu_seconds=10
)


class Child:
    """A forked child, from its start to the bill."""

    def __init__(self, pid: int, nested: bool) -> None:
        self.pid = pid
        # What waits in front of nested namespaces passes SIGTERM on as SIGKILL.
        self.kill_signal = signal.SIGTERM if nested else signal.SIGKILL
        self.started = time.monotonic()

    def finish(self, patience: float) -> dict[str, Any]:
        """End the child and say what it used.

        Parameters
        ----------
        patience : float
            Seconds to let a child that hung up end by itself, so that its exit status is told.

        Returns
        -------
        dict
            ``status`` (an exit status, or minus a signal, or None when it had to be killed) and
            the resources used.
        """
        done = self._wait(patience)
        status = None if done is None else os.waitstatus_to_exitcode(done[0])
        if done is None:
            os.kill(self.pid, self.kill_signal)
            done = os.wait4(self.pid, 0)[1:]
        usage = done[1]
        unit = 1 if sys.platform == "darwin" else 1024
        return {
            "status": status,
            "wall_s": time.monotonic() - self.started,
            "cpu_s": usage.ru_utime + usage.ru_stime,
            "peak_bytes": usage.ru_maxrss * unit,
        }

    def _wait(self, seconds: float) -> tuple[int, resource.struct_rusage] | None:
        deadline, pause = time.monotonic() + seconds, _SHORTEST_WAIT
        while True:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                return status, usage
            if time.monotonic() >= deadline:
                return None
            time.sleep(pause)


class Zygote:
    """The loop that starts and stops children."""

    def __init__(self, control: socket.socket, walls: jail.Jail | None, make: worker.Make) -> None:
        self.control = control
        self.walls = walls
        self.make = make
        self.child: Child | None = None
        self.count = 0

    def serve(self) -> None:
        """Obey until the grader hangs up."""
        while True:
            order, descriptors, _, _ = socket.recv_fds(self.control, 1, 1)
            if not order:
                return
            request = wire.decode(*wire.receive(self.control))
            if order == START:
                self._start(descriptors[0], request)
            else:
                self._stop(request["patience"])

    def _start(self, descriptor: int, request: dict[str, Any]) -> None:
        self.count += 1
        folder = self._folder()
        pid = os.fork()
        if pid == 0:
            _live(descriptor, request, self.walls, folder, self.make)
        os.close(descriptor)
        self.child = Child(pid, self.walls is not None and self.walls.nested)

    def _stop(self, patience: float) -> None:
        if self.child is None:
            raise RuntimeError("there is no child to stop")
        bill = self.child.finish(patience)
        self.child = None
        clean = self._folder() == _TMP or _remove(self._folder())
        wire.send(self.control, wire.encode(bill | {"clean": clean}))

    def _folder(self) -> str:
        """Writable directory of the current child: its own mount, or a directory of its own."""
        if self.walls is not None and self.walls.nested:
            return _TMP
        return f"{os.environ.get('TMPDIR', _TMP)}/submission-{os.getpid()}-{self.count}"


def _remove(folder: str) -> bool:
    """Remove what a submission left; say whether it is gone."""

    def open_up(_: object, path: str, __: object) -> None:
        for place in (os.path.dirname(path), path):
            if os.path.isdir(place) and not os.path.islink(place):
                with contextlib.suppress(OSError):
                    os.chmod(place, 0o700)

    shutil.rmtree(folder, onerror=open_up)
    shutil.rmtree(folder, ignore_errors=True)
    return not os.path.lexists(folder)


def _live(
    descriptor: int,
    request: dict[str, Any],
    walls: jail.Jail | None,
    folder: str,
    make: worker.Make,
) -> None:
    """Be the child: close everything, build the walls, report, serve; never return."""
    try:
        channel = _only(descriptor)
        os.environ.update(HOME=folder, TMPDIR=folder)
        Path(folder).mkdir(mode=0o700, exist_ok=True)
        bounds = jail.Bounds(**request["bounds"])
        if walls is None:
            jail.limit(bounds)
            os.chdir(folder)
        else:
            jail.enter(walls, bounds, folder)
        wire.send(channel, wire.encode(READY))
    except BaseException as error:
        wire.send(channel, wire.encode(f"{type(error).__name__}: {error}"))
        os._exit(1)
    worker.run(channel, request["output_bytes"], make)


def _only(descriptor: int) -> socket.socket:
    """Keep one descriptor: standard streams lead nowhere, the rest is closed."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    kept = os.dup2(descriptor, 3) if descriptor != 3 else 3
    os.closerange(4, 4096)
    return socket.socket(fileno=kept)


def choose(nested: bool, tmp_is_capped: bool) -> tuple[jail.Jail | None, dict[str, str]]:
    """Find the strongest walls that can be built here, by building them in a trial child.

    Parameters
    ----------
    nested : bool
        Whether to try namespaces of each submission's own.
    tmp_is_capped : bool
        Whether the /tmp outside the nested namespaces has a size limit.

    Returns
    -------
    Jail or None
        None when submissions could not be kept apart.
    dict
        What failed: name of the part and the reason.
    """
    abi = landlock.version()
    failures: dict[str, str] = {}
    if not abi:
        failures["landlock"] = "this kernel has no Landlock"
    if not seccomp.supported():
        failures["seccomp"] = "there is no table of system calls for this machine"
        return None, failures
    candidates = [jail.Jail(nested=True, landlock=abi)] if nested else []
    if abi and tmp_is_capped:
        candidates.append(jail.Jail(nested=False, landlock=abi))
    for walls in candidates:
        reason = _trial(walls)
        if not reason:
            return walls, failures
        failures["nested" if walls.nested else "seccomp"] = reason
    return None, failures


def _trial(walls: jail.Jail) -> str:
    """Build walls in a child and push against them; empty when they hold."""
    here, there = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        here.close()
        try:
            jail.enter(walls, _TRIAL_BOUNDS, _TMP)
            wire.send(there, wire.encode(_push()))
        except BaseException as error:
            wire.send(there, wire.encode(f"{type(error).__name__}: {error}"))
        finally:
            os._exit(0)
    there.close()
    try:
        return str(wire.decode(*wire.receive(here, time.monotonic() + 10)))
    except (wire.ClosedError, TimeoutError, wire.ProtocolError) as error:
        return f"the trial child did not report ({error})"
    finally:
        here.close()
        Child(pid, walls.nested).finish(_GRACE_SECONDS)


def _push() -> str:
    for name, attempt in (
        ("fork", os.fork),
        ("socket", socket.socket),
        ("signal", lambda: os.kill(os.getppid(), 0)),
        ("write", lambda: Path("/usr/lib/dlcourse-trial").write_text("")),
    ):
        try:
            attempt()
        except OSError:
            continue
        return f"{name} was not refused"
    return ""


def _warm(engine: str) -> worker.Make:
    """Import what submissions import, so that children have it for nothing."""
    import site

    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt  # noqa: F401

    # NumPy loads these when they are first named.
    for name in ("fft", "linalg", "ma", "polynomial", "random", "testing"):
        importlib.import_module(f"numpy.{name}")

    site.setquit()
    site.sethelper()
    make: worker.Make = worker.Worker
    if engine == KERNEL:
        # Where there is a debugger, the kernel starts it.
        sys.modules["debugpy"] = None  # type: ignore[assignment]
        from dlcourse.grading.inside import kernel

        make = kernel.prepare()
    gc.collect()
    gc.freeze()
    return make


def main() -> None:
    """Start up as the JSON in the first argument says, report, and serve."""
    settings = json.loads(sys.argv[1])
    control = socket.socket(fileno=settings["control"])
    if settings["uid"]:
        jail.drop_user(settings["uid"])
    walls: jail.Jail | None = None
    failures: dict[str, str] = {}
    if settings["jailed"]:
        os.environ["MPLCONFIGDIR"] = f"{_TMP}/matplotlib"
    make = _warm(settings["engine"])
    if settings["jailed"]:
        walls, failures = choose(settings["nested"], settings["tmp_is_capped"])
    report = {
        "separate": walls is not None or not settings["jailed"],
        "nested": walls is not None and walls.nested,
        "landlock": walls.landlock if walls else 0,
        "failures": failures,
    }
    wire.send(control, wire.encode(report))
    Zygote(control, walls, make).serve()
