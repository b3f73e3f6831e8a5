"""The command that starts the sandbox: which files of this machine are in it, and nothing else.

Inside are the system's libraries, this Python without its site-packages, and the distributions
that students may use with what they need.  The course itself, its reference answers, other
packages, the home directories and the submissions are not.
"""

from __future__ import annotations

import csv
import glob
import importlib.metadata as metadata
import os
import platform
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath

#: What a submission can import besides the standard library.
DISTRIBUTIONS = ("numpy", "matplotlib")
#: What the kernel engine has in addition, so far as it is installed.
NOTEBOOK = ("ipykernel", "ipywidgets")
#: Required by others, but of no use to a submission: a debugger with native code.
_LEFT_OUT = frozenset({"debugpy"})
RUNTIME = "/opt/grader/dlcourse/grading/inside"
SITE = "/opt/site"
TMP_BYTES = 64 << 20
SANDBOX_UID = 65533

_DEVICES = ("null", "zero", "full", "random", "urandom")
_LINKS = ("/lib", "/lib64")
#: Packages that a system Python would offer; hidden, for they may hold answers.
_HIDDEN = (
    "/usr/lib/python3*/dist-packages",
    "/usr/lib/python3*/site-packages",
    "/usr/lib64/python3*/site-packages",
    "/usr/local/lib/python3*/dist-packages",
    "/usr/local/lib/python3*/site-packages",
)
_ENVIRONMENT = {
    "HOME": "/tmp",
    "TMPDIR": "/tmp",
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin",
    # One thread: two BLAS threads on busy cores are ten times slower than one.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    # Sets and dicts in the same order on every regrade.
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "Agg",
}
_START = (
    f"import sys; sys.path = [p for p in sys.path if p] + ['{PurePosixPath(RUNTIME).parents[2]}', "
    f"'{SITE}']; from dlcourse.grading.inside.zygote import main; main()"
)


def closure(names: Iterable[str]) -> list[metadata.Distribution]:
    """Find installed distributions and all that they require, extras left out.

    Parameters
    ----------
    names : iterable of str
        Where to begin.

    Returns
    -------
    list of Distribution
        Sorted by name.
    """
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    found: dict[str, metadata.Distribution] = {}
    waiting = list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found or name in _LEFT_OUT:
            continue
        found[name] = metadata.distribution(name)
        for line in found[name].requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return [found[name] for name in sorted(found)]


def site_entries(distribution: metadata.Distribution) -> dict[str, Path]:
    """List the top-level files and directories that a distribution puts into site-packages.

    Parameters
    ----------
    distribution : Distribution
        An installed distribution.

    Returns
    -------
    dict
        Name in site-packages to path on this machine.
    """
    # `Distribution.files` makes an object of each of thousands of names.
    record = csv.reader((distribution.read_text("RECORD") or "").splitlines())
    names = [row[0] for row in record if row] or list(map(str, distribution.files or ()))
    tops = {name.partition("/")[0] or "/" for name in names or [distribution.name]}
    paths = {top: Path(str(distribution.locate_file(top))) for top in tops}
    wanted = {top: path for top, path in paths.items() if top not in ("..", "/", "__pycache__")}
    return {top: path for top, path in sorted(wanted.items()) if path.exists()}


@cache
def version(program: str) -> tuple[int, ...]:
    """Ask bubblewrap for its version.

    Parameters
    ----------
    program : str
        Path of ``bwrap``.

    Returns
    -------
    tuple of int
        Such as ``(0, 8, 0)``; empty when it does not say.
    """
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return tuple(int(part) for part in re.findall(r"\d+", done.stdout))


def tmp_is_capped(program: str) -> bool:
    """Say whether this bubblewrap can limit the size of /tmp.

    Parameters
    ----------
    program : str
        Path of ``bwrap``.

    Returns
    -------
    bool
        True from version 0.7 on.
    """
    return version(program) >= (0, 7)


def installed(names: Iterable[str]) -> tuple[str, ...]:
    """Pick the distributions that are installed here.

    Parameters
    ----------
    names : iterable of str
        Distributions.

    Returns
    -------
    tuple of str
        Some of them.
    """
    return tuple(name for name in names if _is_installed(name))


def command(
    program: str, settings: str, user_namespace: bool, names: Iterable[str] = DISTRIBUTIONS
) -> list[str]:
    """Write the command that starts the sandbox.

    Parameters
    ----------
    program : str
        Path of ``bwrap``.
    settings : str
        JSON for `zygote.main`.
    user_namespace : bool
        True for an ordinary user.  False for root, who needs none: the process inside then
        becomes an unprivileged user, which root's own namespace could not map.
    names : iterable of str, default DISTRIBUTIONS
        Distributions that submissions may use.

    Returns
    -------
    list of str
        The command.
    """
    words = [program, "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    if user_namespace:
        user = str(SANDBOX_UID)
        words += ["--unshare-all", "--uid", user, "--gid", user]
    else:
        words += [f"--unshare-{kind}" for kind in ("pid", "net", "ipc", "uts", "cgroup-try")]
        words += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    words += ["--hostname", "sandbox", "--chdir", "/tmp"]
    words += _file_system(tmp_is_capped(program), names)
    for name, value in _ENVIRONMENT.items():
        words += ["--setenv", name, value]
    return [*words, "--", _interpreter(), "-s", "-S", "-B", "-c", _START, settings]


def _is_installed(name: str) -> bool:
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False


def _file_system(cap_tmp: bool, names: Iterable[str]) -> list[str]:
    binds = {place: source for place, source in _binds(names) if os.path.exists(source)}
    devices = [f"/dev/{name}" for name in _DEVICES]
    words: list[str] = []
    # Parents made on the way to a mount are closed to an unprivileged user; those made by hand
    # are not.
    for parent in sorted({str(up) for place in [*binds, *devices] for up in Path(place).parents}):
        words += ["--dir", parent] if parent != "/" else []
    for link in _LINKS:
        words += ["--symlink", os.readlink(link), link] if os.path.islink(link) else []
    for place, source in binds.items():
        words += ["--ro-bind", source, place]
    for hidden in _hidden(binds):
        words += ["--tmpfs", hidden, "--remount-ro", hidden]
    for device in devices:
        words += ["--dev-bind", device, device]
    words += ["--proc", "/proc"]
    words += ["--perms", "1777"] + (["--size", str(TMP_BYTES)] if cap_tmp else [])
    return [*words, "--tmpfs", "/tmp", "--remount-ro", "/"]


def _binds(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of place in the sandbox and source, parents before what lies in them."""
    for place in [*_system_libraries(), *_python_libraries()]:
        yield place, place
    yield _interpreter(), _interpreter()
    yield RUNTIME, str(Path(__file__).parent / "inside")
    for distribution in closure(names):
        for top, path in site_entries(distribution).items():
            yield f"{SITE}/{top}", str(path)


def _system_libraries() -> Iterator[str]:
    """Name what the linker needs; no more, where libraries have a directory of their own."""
    own = f"/usr/lib/{platform.machine()}-linux-gnu"
    yield from ("/usr/lib64", own if os.path.isdir(own) else "/usr/lib", "/etc/ld.so.cache")
    yield from sorted(glob.glob("/usr/lib/ld-linux*"))
    yield from (link for link in _LINKS if not os.path.islink(link))


def _python_libraries() -> Iterator[str]:
    if sys.base_prefix in ("/usr", "/usr/local"):
        base = {"base": sys.base_prefix, "platbase": sys.base_prefix}
        scheme = "posix_prefix"
        kinds = ("stdlib", "platstdlib")
        yield from sorted({sysconfig.get_path(kind, scheme, base) for kind in kinds})
        yield from sorted(glob.glob(f"{sys.base_prefix}/lib/libpython*.so*"))
    else:
        yield os.path.join(sys.base_prefix, "lib")


def _hidden(binds: dict[str, str]) -> list[str]:
    """Directories of packages that lie in what is bound."""
    scheme = sysconfig.get_preferred_scheme("prefix")
    base = {"base": sys.base_prefix, "platbase": sys.base_prefix}
    own = {sysconfig.get_path(kind, scheme, base) for kind in ("purelib", "platlib")}
    system = {path for pattern in _HIDDEN for path in glob.glob(pattern)}
    real = {os.path.realpath(path) for path in own | system if os.path.isdir(path)}
    return sorted(path for path in real if any(path.startswith(place + "/") for place in binds))


def _interpreter() -> str:
    """Find the Python that this one's virtual environment was made from."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
