"""One grader at a time: two of them would mark twice and write over each other's records.

The lock is the kernel's, on an open file: it ends with the process that holds it, however that
ends.  What the file says is only for people; a file that is left behind holds nothing.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import platform
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from dlcourse.grading.errors import DlcourseError

fcntl: Any = None
with contextlib.suppress(ImportError):  # not on Windows, where one grader at a time is up to you
    import fcntl


@contextlib.contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Keep other graders of the same course out while the statement's body runs.

    Parameters
    ----------
    path : Path
        The lock file, such as ``.dlcourse/lock``; it stays there.

    Yields
    ------
    None
        The body runs here.

    Raises
    ------
    DlcourseError
        When another process holds the lock: who, where and since when.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = open(path, "a+", encoding="utf-8")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise DlcourseError(
            f"cannot write {path}: {error.strerror or error}; check the permissions of the folder"
        ) from error
    with file:
        try:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise DlcourseError(
                f"this course is being graded already, {_holder(file.read())}; wait until that is "
                "done, or stop it, and run the command again"
            ) from None
        file.truncate(0)
        file.write(json.dumps(_me()))
        file.flush()
        yield


def _me() -> dict[str, Any]:
    return {
        "process": os.getpid(),
        "host": platform.node(),
        "user": _user(),
        "since": datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S"),
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in some containers
        return str(os.getuid())


def _holder(text: str) -> str:
    try:
        about = json.loads(text)
        return (
            f"by process {about['process']} of {about['user']} on {about['host']} "
            f"since {about['since']}"
        )
    except (ValueError, TypeError, KeyError):  # it has the lock and has not said so yet
        return "by a process that has just begun"
