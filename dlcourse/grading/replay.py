"""Form a verdict again from its record: the same bytes, or what differs."""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dlcourse.grading.directory import Course, named_unit, to_json
from dlcourse.grading.engine import Engine
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.handed import handed_by
from dlcourse.grading.intake import Handed
from dlcourse.grading.recording import sha256_of
from dlcourse.grading.sandbox import UNSAFE_LEVEL, Limits, require
from dlcourse.grading.spec import Unit
from dlcourse.grading.verdict import SCHEMA, Job, tasks_version

#: What a record needs for a replay.
_NEEDED = ("unit", "student", "status", "submission", "release", "tasks_version", "seed", "limits")


def read_record(path: Path) -> dict[str, Any]:
    """Read a verdict that a person named.

    Parameters
    ----------
    path : Path
        Such as ``verdicts/1-neuron/s01.json``.

    Returns
    -------
    dict
        The record.

    Raises
    ------
    DlcourseError
        When the file is not a verdict that this version can read.
    """
    try:
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DlcourseError(
            f"cannot read the verdict {path} ({getattr(error, 'strerror', None) or error}); "
            "name a file such as verdicts/1-neuron/STUDENT.json"
        ) from error
    if not isinstance(record, dict) or any(key not in record for key in _NEEDED):
        raise DlcourseError(
            f"{path} is not a verdict; name a file such as verdicts/1-neuron/STUDENT.json"
        )
    if record.get("schema") != SCHEMA:
        raise DlcourseError(
            f"{path} is a verdict of schema {record.get('schema')!r} and this version reads "
            f"{SCHEMA}; replay it with the version that wrote it"
        )
    return record


def replay(course: Course, path: Path, unsafe: bool = False) -> list[str]:
    """Mark the submission of a record again, with its seed and its limits.

    Parameters
    ----------
    course : Course
        Where the submission and the release are.
    path : Path
        The record.
    unsafe : bool
        Go without a sandbox, as the record did.

    Returns
    -------
    list of str
        Lines of a difference, record first; empty when the bytes are the same.

    Raises
    ------
    DlcourseError
        When the submission, the release or the tasks are not those of the record.
    """
    record = read_record(path)
    job = _job(course, record, path)
    if record.get("sandbox") == UNSAFE_LEVEL and not unsafe:
        raise DlcourseError(
            f"{path} was formed without a sandbox; give --unsafe-no-sandbox to replay it so"
        )
    require(unsafe)
    ((_, marked),) = Engine(1, unsafe).run([job])
    if marked.verdict["status"] == "infrastructure_error":
        raise DlcourseError(f"{path} could not be replayed: {marked.verdict['reason']}")
    before, after = path.read_text("utf-8"), to_json(marked.verdict)
    difference = list(
        difflib.unified_diff(
            before.splitlines(), after.splitlines(), str(path), "replay", lineterm=""
        )
    )
    if before != after and not difference:  # such as a missing final newline
        difference = [f"{path} has the same lines but not the same bytes"]
    return difference


def _job(course: Course, record: dict[str, Any], path: Path) -> Job:
    """Find all that the record was made of, or say what is not the same."""
    if record["status"] == "infrastructure_error":
        raise DlcourseError(
            f"{path} says that the grader failed, so there is nothing to replay; "
            "run `dlcourse grade` again"
        )
    unit = named_unit(record["unit"])
    release = course.release(unit)
    if record["tasks_version"] != tasks_version():
        raise DlcourseError(
            f"{path} was formed by tasks {record['tasks_version']} and these are "
            f"{tasks_version()}; go back to that version of the course to replay it"
        )
    if not release.is_file() or sha256_of(release) != record["release"]:
        raise DlcourseError(
            f"{release} is not the notebook that was released when {path} was formed "
            f"(SHA-256 {record['release'][:12]}); put that one back to replay it"
        )
    handed = _handed(course, unit, record)
    if handed is None:
        raise DlcourseError(
            f"no folder in {course.root / 'submitted'} has the submission of {path} "
            f"(SHA-256 {record['submission'][:12]}); put that file back to replay it"
        )
    limits = _limits(record["limits"], path)
    seed, student = record["seed"], record["student"]
    return Job(unit.name, student, handed, release.read_bytes(), seed, limits)


def _handed(course: Course, unit: Unit, record: dict[str, Any]) -> Handed | None:
    """Find a submission by its digest: the student's own folder first, then the others."""
    for student in (record["student"], *course.students(unit)):
        handed = handed_by(course, unit, student)
        if handed.digest == record["submission"]:
            return handed
    return None


def _limits(recorded: dict[str, Any], path: Path) -> Limits:
    known = asdict(Limits())
    if not isinstance(recorded, dict) or set(recorded) != set(known):
        raise DlcourseError(
            f"{path} was formed under limits that this version does not have; replay it with the "
            "version that wrote it"
        )
    return Limits(**recorded)
