"""What the sandbox is made of on this machine, and what would help where a part is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

INSTALL = "sudo apt install bubblewrap (Debian, Ubuntu) or sudo dnf install bubblewrap (Fedora)"
_LANDLOCK_FIX = "start a kernel from 5.13 on with landlock in its lsm= option"
_USER_FIX = "let everybody read the Python installation (chmod -R go+rX), or grade as another user"
_APPARMOR = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
_NAMESPACES = "/proc/sys/user/max_user_namespaces"


@dataclass(frozen=True)
class Part:
    """One wall of the sandbox: whether it stands here, and what would help if it does not."""

    name: str
    works: bool
    detail: str = ""
    fix: str = ""
    needed: bool = True


@dataclass(frozen=True)
class Probe:
    """What the sandbox is made of on this machine; `level` is empty when there is none."""

    level: str
    parts: tuple[Part, ...]


def walls(report: dict[str, Any]) -> Iterator[Part]:
    """Name the walls behind bubblewrap.

    Parameters
    ----------
    report : dict
        What `zygote.main` reported, and whether it runs as an ordinary user.

    Yields
    ------
    Part
        Each of them, standing or not.
    """
    failures, abi = report["failures"], report["landlock"]
    nested = "one set for each submission" if report["nested"] else failures.get("nested", "")
    yield Part("namespaces", report["nested"], nested, namespace_fix(), needed=False)
    ordinary = report["ordinary_user"]
    told = "submissions run as one" if ordinary else "submissions run as root without its rights"
    yield Part("ordinary user", ordinary, told, _USER_FIX, needed=False)
    yield Part("seccomp", "seccomp" not in failures, failures.get("seccomp", "works"))
    found = f"version {abi}" if abi else failures["landlock"]
    yield Part("Landlock", bool(abi), found, _LANDLOCK_FIX, needed=False)


def level_of(report: dict[str, Any]) -> str:
    """Name the walls that stand, for the records.

    Parameters
    ----------
    report : dict
        What `zygote.main` reported.

    Returns
    -------
    str
        The same words on every run.
    """
    words = ["bubblewrap namespaces" if report["nested"] else "bubblewrap, shared by submissions"]
    words.append("seccomp")
    if report["landlock"]:
        words.append(f"landlock {report['landlock']}")
    return ", ".join(words)


def namespace_fix() -> str:
    """Say what would let bubblewrap make namespaces here.

    Returns
    -------
    str
        A sentence with the command.
    """
    if _reads(_APPARMOR, "1"):
        return (
            "AppArmor keeps ordinary users from making namespaces: "
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
        )
    if _reads(_NAMESPACES, "0"):
        return "User namespaces are switched off: sudo sysctl -w user.max_user_namespaces=15000"
    return (
        "In a container, start it with --security-opt seccomp=unconfined "
        "--security-opt systempaths=unconfined --cap-add SYS_ADMIN"
    )


def _reads(path: str, text: str) -> bool:
    try:
        with open(path) as file:
            return file.read().strip() == text
    except OSError:
        return False
