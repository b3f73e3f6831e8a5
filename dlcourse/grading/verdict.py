"""One submission, one verdict: formed here, outside the student's process.

The record holds no times: the same submission, release, seed and version give the same bytes.
"""

from __future__ import annotations

import functools
import hashlib
import platform
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import dlcourse
from dlcourse.grading.engines import engine_versions
from dlcourse.grading.intake import Handed, UnreadableError, read_handed
from dlcourse.grading.run import Run
from dlcourse.grading.sandbox import Limits, Sandbox
from dlcourse.grading.spec import CriterionResult, TaskResult, Unit
from dlcourse.grading.staging import Release, flags, stage
from dlcourse.grading.tasks import find_unit

SCHEMA = 1


@dataclass(frozen=True)
class Job:
    """All that is needed to mark one submission; crosses to a worker process as it is.

    No file of the grader's machine and no secret of the course is in it: the worker may be on
    another machine.  An `engine` that is named runs every notebook; else each gets the one that
    it needs.
    """

    unit: str
    student: str
    handed: Handed
    release: bytes = field(repr=False)
    seed: str = field(repr=False)
    limits: Limits = field(default_factory=Limits)
    engine: str = ""


@dataclass
class Marked:
    """A verdict, what it cost, and the code by task (for the search for near-identical ones)."""

    verdict: dict[str, Any]
    resources: dict[str, float]
    answers: dict[str, str]


def mark(job: Job, sandbox: Sandbox) -> Marked:
    """Mark one submission.

    Parameters
    ----------
    job : Job
        Holds the submission and the release.
    sandbox : Sandbox
        Where the student's code runs.

    Returns
    -------
    Marked
        The verdict; an unreadable submission gets one too.
    """
    started = time.perf_counter()
    unit = find_unit(job.unit)
    record = _header(job, unit, sandbox.level)
    try:
        submitted = read_handed(job.handed)
    except UnreadableError as reason:
        record |= {"status": "ungradable", "reason": str(reason)}
        record["submission"] = job.handed.digest
        return Marked(record, {"wall_s": time.perf_counter() - started}, {})
    staged = stage(submitted, _release(job.release, job.unit))
    engine = job.engine or staged.engine
    run = Run(staged, sandbox.running(engine), job.limits)
    tasks = run.judge_all(unit, job.seed)
    record |= {
        "status": "graded",
        "submission": staged.digest,
        "seed": job.seed,
        "engine": engine,
        "versions": record["versions"] | engine_versions(engine),
        "score": sum(task.score for task in tasks),
        "repairs": list(staged.repairs),
        "flags": list(flags(submitted, unit)),
        "cells": run.errors(),
        "tasks": [task_record(task) for task in tasks],
    }
    resources = run.resources | {"wall_s": time.perf_counter() - started}
    return Marked(record, resources, staged.answers)


@functools.lru_cache(maxsize=1)
def _release(data: bytes, unit: str) -> Release:
    """Read the release once for the whole class."""
    return Release(data, find_unit(unit))


def seed_of(secret: bytes, unit: str, student: str, handed: Handed) -> str:
    """Draw the seed of a submission's hidden inputs from the course's secret.

    Parameters
    ----------
    secret : bytes
        The course's secret.
    unit, student : str
        Whose work it is.
    handed : Handed
        What was handed in.

    Returns
    -------
    str
        The same for the same submission, and known to nobody without the secret.
    """
    text = f"{unit}/{student}/{handed.digest}"
    return hashlib.blake2b(text.encode(), key=secret, digest_size=16).hexdigest()


def failed(job: Job, reason: str) -> dict[str, Any]:
    """Make the verdict of a submission that the grader itself could not mark.

    Parameters
    ----------
    job : Job
        What was tried.
    reason : str
        What happened.

    Returns
    -------
    dict
        A record with the status ``infrastructure_error``; scores in the gradebook stay.
    """
    unit = find_unit(job.unit)
    record = _header(job, unit, "none: the sandbox did not answer")
    return record | {"status": "infrastructure_error", "reason": reason}


@functools.cache
def tasks_version() -> str:
    """Digest of everything that decides a mark: tasks, judging and the reference.

    Returns
    -------
    str
        Changes when a source changes; part of every verdict.
    """
    package = Path(dlcourse.__file__).parent
    grading = package / "grading"
    modules = (
        "spec compare calling judging diagnosis run staging intake reading engines inside/rules"
    )
    named = [grading / f"{name}.py" for name in modules.split()]
    paths = [*package.glob("*.py"), *named, *(grading / "tasks").rglob("*.py")]
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def versions() -> dict[str, str]:
    """List the programs that take part in a verdict.

    Returns
    -------
    dict
        Versions by name; part of every verdict.
    """
    return {
        "dlcourse": dlcourse.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def task_record(result: TaskResult) -> dict[str, Any]:
    """Turn a result into what the verdict records: no inputs, they are hidden.

    Parameters
    ----------
    result : TaskResult
        How a task went.

    Returns
    -------
    dict
        JSON-ready.
    """
    return {
        "name": result.name,
        "grade_id": f"test-{result.name}",
        "score": result.score,
        "max_score": result.max_score,
        "section": result.section,
        "misconception": result.misconception,
        "message": result.message,
        "criteria": [_criterion_record(criterion) for criterion in result.criteria],
    }


def _criterion_record(result: CriterionResult) -> dict[str, Any]:
    record = {name: value for name, value in vars(result).items() if name != "example"}
    return record | {"passed": result.passed}


def _header(job: Job, unit: Unit, level: str) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "unit": unit.name,
        "notebook": unit.slug,
        "student": job.student,
        "status": "",
        "reason": "",
        "submission": "",
        "release": hashlib.sha256(job.release).hexdigest(),
        "tasks_version": tasks_version(),
        "seed": "",
        "sandbox": level,
        "engine": "",
        "limits": asdict(job.limits),
        "versions": versions(),
        "score": 0.0,
        "max_score": unit.points,
        "repairs": [],
        "flags": [],
        "cells": [],
        "tasks": [],
    }
