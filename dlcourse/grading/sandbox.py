"""Where submissions run: one pre-warmed process behind bubblewrap, one forked child a submission.

The walls are probed at start, and `Sandbox.level` names those that stand.  When submissions cannot
be kept from the machine and from each other, nothing runs.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Self

from dlcourse.grading.engines import FAST, KERNEL, NEEDED, kernel_is_installed
from dlcourse.grading.inside import wire
from dlcourse.grading.launch import SandboxUnavailable, commands, require
from dlcourse.grading.sandbox_parts import INSTALL, Part, Probe, level_of, namespace_fix, walls
from dlcourse.grading.session import (
    Cell,
    CellOutcome,
    InfrastructureError,
    Limits,
    Resources,
    Session,
)

__all__ = [
    "Cell",
    "CellOutcome",
    "InfrastructureError",
    "Limits",
    "Part",
    "Probe",
    "Resources",
    "Sandbox",
    "SandboxUnavailable",
    "Session",
    "probe",
    "require",
]

UNSAFE_LEVEL = "none (--unsafe-no-sandbox)"

_START_SECONDS = 60.0
_CONTROL_SECONDS = 20.0


class Sandbox:
    """Runs submissions.

    Start it in a thread that lives as long as the sandbox: the kernel ends the sandbox with the
    thread that started it.  One session at a time; take a sandbox for each engine worker.

    Parameters
    ----------
    unsafe : bool, default False
        Run submissions with the rights of the grader.  For machines without a sandbox, and only
        for code that is trusted.
    nested : bool, default True
        Give each submission namespaces of its own where that is possible.
    engine : str, default "fast"
        What runs the cells: "fast", or "kernel" for notebooks that need Jupyter.
    """

    def __init__(self, unsafe: bool = False, nested: bool = True, engine: str = FAST) -> None:
        self.unsafe = unsafe
        self.nested = nested
        self.engine = engine
        self._other: Sandbox | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self.report: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def running(self, engine: str) -> Sandbox:
        """Give the sandbox for an engine: this one, or one beside it, made when first needed.

        Parameters
        ----------
        engine : str
            "fast" or "kernel".

        Returns
        -------
        Sandbox
            Closed together with this one.

        Raises
        ------
        InfrastructureError
            The engine is not installed, or does not start.
        """
        if engine == self.engine:
            return self
        if engine == KERNEL and not kernel_is_installed():
            raise InfrastructureError(
                f"this notebook has magics, widgets or await, which need {NEEDED}, and that is "
                f"not installed: pip install {NEEDED} ipywidgets"
            )
        if self._other is None:
            self._other = Sandbox(self.unsafe, self.nested, engine)
        try:
            self._other.start()
        except SandboxUnavailable as error:
            # Others of the class can still be marked.
            raise InfrastructureError(f"the engine {engine} does not start: {error}") from None
        return self._other

    @property
    def level(self) -> str:
        """The walls that stand, in words that are the same on every run; starts the sandbox."""
        self.start()
        return UNSAFE_LEVEL if self.unsafe else level_of(self.report)

    def start(self) -> None:
        """Start the pre-warmed process, if it does not run.

        Raises
        ------
        SandboxUnavailable
            There is no sandbox on this machine.
        """
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        attempts = list(commands(self.unsafe, self.engine))
        for number, (program, settings) in enumerate(attempts):
            try:
                self._launch(program, settings | {"nested": self.nested})
                return
            except SandboxUnavailable:
                self.close()
                if number == len(attempts) - 1:
                    raise

    def close(self) -> None:
        """End the sandbox and everything in it."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._control = None
        if self._other is not None:
            self._other.close()

    @contextmanager
    def session(self, limits: Limits | None = None) -> Iterator[Session]:
        """Fork a child for one submission.

        Parameters
        ----------
        limits : Limits, optional
            How much it may use.

        Yields
        ------
        Session
            Runs cells and calls functions; its `resources` are filled in when it ends.

        Raises
        ------
        InfrastructureError
            The child could not be made.
        """
        limits = limits or Limits()
        self.start()
        ours, theirs = socket.socketpair()
        session = Session(ours, limits, self._stop)
        try:
            with theirs:
                self._order(b"+", _start_request(limits), theirs.fileno())
            self._await_child(ours)
            yield session
        finally:
            session.close()

    def _launch(self, program: list[str], settings: dict[str, Any]) -> None:
        ours, theirs = socket.socketpair()
        settings = settings | {"control": theirs.fileno()}
        command = [json.dumps(settings) if word == "SETTINGS" else word for word in program]
        with tempfile.TemporaryFile() as complaints, theirs:
            self._control = ours
            self._process = subprocess.Popen(
                command,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                cwd="/",
            )
            theirs.close()
            self.report = self._first_report(complaints)
            self.report["ordinary_user"] = bool(settings["uid"]) or os.geteuid() != 0
        if not self.report["separate"]:
            raise SandboxUnavailable(
                "submissions cannot be kept apart on this machine: "
                + "; ".join(self.report["failures"].values())
                + ". "
                + namespace_fix()
            )

    def _first_report(self, complaints: IO[bytes]) -> dict[str, Any]:
        try:
            report = wire.decode(*wire.receive(self._started(), _after(_START_SECONDS)))
        except (wire.ClosedError, wire.ProtocolError, TimeoutError) as error:
            self.close()
            complaints.seek(0)
            said = complaints.read().decode("utf-8", "replace").strip().splitlines()
            reason = said[-1] if said else str(error)
            raise SandboxUnavailable(
                f"the sandbox does not start here ({reason}). {namespace_fix()}"
            ) from None
        return dict(report)

    def _started(self) -> socket.socket:
        if self._control is None:
            raise InfrastructureError("the sandbox is not running; call start()")
        return self._control

    def _order(self, order: bytes, request: dict[str, Any], descriptor: int | None = None) -> None:
        control = self._started()
        control.settimeout(_CONTROL_SECONDS)
        try:
            socket.send_fds(control, [order], [] if descriptor is None else [descriptor])
            wire.send(control, wire.encode(request), _after(_CONTROL_SECONDS))
        except OSError as error:
            self.close()
            raise InfrastructureError(f"the sandbox does not obey ({error})") from error

    def _await_child(self, channel: socket.socket) -> None:
        try:
            said = wire.decode(*wire.receive(channel, _after(_CONTROL_SECONDS)))
        except (wire.ClosedError, wire.ProtocolError, TimeoutError) as error:
            raise InfrastructureError(f"the sandbox made no child ({error})") from error
        if said != "ready":
            raise InfrastructureError(f"the child could not build its walls ({said})")

    def _stop(self, patience: float) -> tuple[int | None, Resources]:
        if self._control is None:
            return None, {}
        self._order(b"-", {"patience": patience})
        try:
            bill = wire.decode(*wire.receive(self._started(), _after(_CONTROL_SECONDS)))
        except (wire.ClosedError, wire.ProtocolError, TimeoutError) as error:
            self.close()
            raise InfrastructureError(f"the sandbox did not end a submission ({error})") from error
        if not bill.pop("clean"):
            # What could not be removed would meet the next submission: start afresh.
            self.close()
        return bill.pop("status"), bill


def probe() -> Probe:
    """Find out what the sandbox is made of on this machine.

    Returns
    -------
    Probe
        Its level and its parts, each with what would help when it does not work.
    """
    program = shutil.which("bwrap")
    parts = [Part("bubblewrap", program is not None, program or "missing", INSTALL)]
    try:
        with Sandbox() as sandbox:
            return Probe(sandbox.level, (*parts, *walls(sandbox.report)))
    except SandboxUnavailable as error:
        if program is not None:
            parts.append(Part("start of the sandbox", False, str(error), namespace_fix()))
        return Probe("", tuple(parts))


def _start_request(limits: Limits) -> dict[str, Any]:
    return {
        "output_bytes": limits.output_bytes,
        "bounds": {
            "memory_bytes": limits.memory_bytes,
            "file_bytes": limits.file_bytes,
            "tmp_bytes": limits.tmp_bytes,
            # A backstop: the grader's clock comes first.
            "cpu_seconds": int(limits.total_seconds + limits.grace_seconds) + 5,
        },
    }


def _after(seconds: float) -> float:
    return time.monotonic() + seconds
