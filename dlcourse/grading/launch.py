"""The commands that start a sandbox: the best way of this machine first."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

from dlcourse.grading import bubblewrap
from dlcourse.grading.engines import FAST, KERNEL
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.sandbox_parts import INSTALL

_START = "from dlcourse.grading.inside.zygote import main; main()"


class SandboxUnavailable(DlcourseError):  # noqa: N818 (what it says is the condition)
    """Submissions cannot be run safely on this machine; the message says what would help."""


def commands(unsafe: bool, engine: str = FAST) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """Write the commands that start a sandbox here.

    Parameters
    ----------
    unsafe : bool
        Without a sandbox.
    engine : str, default "fast"
        Decides what submissions can import.

    Yields
    ------
    command : list of str
        The word SETTINGS stands for the settings, as JSON.
    settings : dict
        For `zygote.main`.

    Raises
    ------
    SandboxUnavailable
        On another system than Linux, or without bubblewrap.
    """
    common = {"engine": engine}
    if unsafe:
        program = [sys.executable, "-B", "-c", _START, "SETTINGS"]
        yield program, common | {"jailed": False, "uid": 0, "tmp_is_capped": False}
        return
    bwrap = _bubblewrap()
    settings = common | {"jailed": True, "tmp_is_capped": bubblewrap.tmp_is_capped(bwrap)}
    extra = bubblewrap.installed(bubblewrap.NOTEBOOK) if engine == KERNEL else ()
    names = (*bubblewrap.DISTRIBUTIONS, *extra)
    if os.geteuid() == 0:
        # Root drops to an unprivileged user, unless what Python needs is closed to others.
        yield (
            bubblewrap.command(bwrap, "SETTINGS", user_namespace=False, names=names),
            settings | {"uid": bubblewrap.SANDBOX_UID},
        )
    command = bubblewrap.command(bwrap, "SETTINGS", user_namespace=True, names=names)
    yield command, settings | {"uid": 0}


def require(unsafe: bool = False) -> None:
    """Refuse at once where there plainly is no sandbox; the rest shows when one is started.

    Parameters
    ----------
    unsafe : bool
        Do without a sandbox: nothing is refused.

    Raises
    ------
    SandboxUnavailable
        On another system than Linux, or without bubblewrap.
    """
    if not unsafe:
        _bubblewrap()


def _bubblewrap() -> str:
    if not sys.platform.startswith("linux"):
        raise SandboxUnavailable(
            "the sandbox needs Linux: grade in a Linux machine or container, or trust the "
            "submissions and give --unsafe-no-sandbox"
        )
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxUnavailable(f"bubblewrap (bwrap) is not installed: {INSTALL}")
    return bwrap
