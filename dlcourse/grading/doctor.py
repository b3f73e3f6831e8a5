"""What works on this machine, and how to put right what does not."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from dataclasses import dataclass

from dlcourse.grading.sandbox import probe


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `needed` says whether grading can do without it."""

    what: str
    works: bool
    found: str
    fix: str = ""
    needed: bool = True


def usable_cores() -> int:
    """Count the processors that this process may use.

    Returns
    -------
    int
        At least 1.
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def examine() -> list[Finding]:
    """Look at everything that the course needs.

    Returns
    -------
    list of Finding
        In the order in which to put things right.
    """
    version = sys.version.split()[0]
    findings = [
        Finding("Python", sys.version_info >= (3, 11), version, "install Python 3.11 or newer"),
        *_sandbox(),
        _package("ipykernel", "submissions with magics or widgets"),
        _package("nbgrader", "the gradebook"),
        _package("jupyter_book", "the site"),
        _package("torch", "the torch path of the book", needed=False),
        _program("node", "formulas of the site"),
        _program("chromium", "tests of the pages", needed=False),
        Finding("processors", True, f"{usable_cores()} usable"),
    ]
    return [
        finding if not finding.works else Finding(finding.what, True, finding.found)
        for finding in findings
    ]


def _sandbox() -> list[Finding]:
    found = probe()
    parts = [Finding(part.name, part.works, part.detail, part.fix) for part in found.parts]
    return [*parts, Finding("sandbox", bool(found.level), found.level or "none")]


def _package(name: str, role: str, needed: bool = True) -> Finding:
    there = importlib.util.find_spec(name) is not None
    fix = "pip install torch" if name == "torch" else "pip install 'dlcourse[course]'"
    found = f"installed ({role})" if there else f"missing ({role})"
    return Finding(name, there, found, fix, needed)


def _program(name: str, role: str, needed: bool = True) -> Finding:
    path = shutil.which(name)
    found = f"{path} ({role})" if path else f"missing ({role})"
    return Finding(name, path is not None, found, f"install the package {name}", needed)
