"""Figures about a class: marks, how each question did, what was misunderstood, whom to look at."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Verdict = Mapping[str, Any]

#: Below this, a correlation says nothing.
MIN_STUDENTS = 3


@dataclass(frozen=True)
class Summary:
    """Marks of a class; figures are None where there are too few students."""

    handed_in: int
    graded: int
    ungradable: int
    failed: int
    best: float
    mean: float | None
    low: float | None
    quartiles: tuple[float, float, float] | None
    high: float | None


@dataclass(frozen=True)
class Question:
    """How a task or a criterion did.

    `right` is the share of students with full points, `mean` the mean share of points, and
    `discrimination` the correlation with the points for everything else; None when undefined.
    """

    name: str
    asks: str
    points: float
    right: float
    mean: float
    discrimination: float | None
    criteria: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Misunderstood:
    """A misconception that students showed, and who."""

    task: str
    name: str
    says: str
    students: tuple[str, ...]


def summarize(verdicts: Sequence[Verdict]) -> Summary:
    """Sum up the marks of a class.

    Parameters
    ----------
    verdicts : sequence of dict
        All verdicts of a unit.

    Returns
    -------
    Summary
        Counts, and figures over those that are graded.
    """
    status = [verdict["status"] for verdict in verdicts]
    scores = sorted(verdict["score"] for verdict in graded(verdicts))
    return Summary(
        handed_in=len(verdicts),
        graded=len(scores),
        ungradable=status.count("ungradable"),
        failed=status.count("infrastructure_error"),
        best=max((verdict["max_score"] for verdict in verdicts), default=0.0),
        mean=statistics.fmean(scores) if scores else None,
        low=scores[0] if scores else None,
        quartiles=_quartiles(scores),
        high=scores[-1] if scores else None,
    )


def graded(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Keep the verdicts that have marks.

    Parameters
    ----------
    verdicts : iterable of dict
        Verdicts.

    Returns
    -------
    list of dict
        Those with the status ``graded``.
    """
    return [verdict for verdict in verdicts if verdict["status"] == "graded"]


def histogram(scores: Sequence[float], best: float, bins: int = 10) -> list[int]:
    """Count scores in equal steps from 0 to the best possible, which the last step includes.

    Parameters
    ----------
    scores : sequence of float
        Points.
    best : float
        Points for everything right.
    bins : int
        Number of steps.

    Returns
    -------
    list of int
        Number of students by step.

    Examples
    --------
    >>> histogram([0.0, 4.0, 5.0, 10.0], best=10.0, bins=2)
    [2, 2]
    """
    counts = [0] * bins
    for score in scores:
        step = int(score / best * bins) if best else 0
        counts[min(max(step, 0), bins - 1)] += 1
    return counts


def discrimination(points: Sequence[float], totals: Sequence[float]) -> float | None:
    """Correlate the points for one question with the points for all others.

    For a question that is right or wrong this is the corrected point-biserial correlation.

    Parameters
    ----------
    points, totals : sequence of float
        Points for the question and for everything, by student.

    Returns
    -------
    float or None
        From -1 to 1; None with fewer than three students, or when either does not vary.

    Examples
    --------
    >>> discrimination([0, 0, 1, 1], [1, 1, 5, 5])
    1.0
    >>> discrimination([1, 1, 1], [3, 4, 5]) is None
    True
    """
    # Rounded, for what differs by rounding alone is constant.
    rest = [round(total - own, 9) for own, total in zip(points, totals, strict=True)]
    if len(rest) < MIN_STUDENTS:
        return None
    try:
        return round(statistics.correlation(points, rest), 10)
    except statistics.StatisticsError:  # one of them is constant
        return None


def questions(verdicts: Sequence[Verdict]) -> list[Question]:
    """Say how each task and each criterion did.

    Parameters
    ----------
    verdicts : sequence of dict
        Verdicts of one unit; those without marks are left out.

    Returns
    -------
    list of Question
        Tasks in order, with their criteria.
    """
    marked = graded(verdicts)
    totals = [verdict["score"] for verdict in marked]
    by_task: dict[str, list[Any]] = {}
    for verdict in marked:
        for task in verdict["tasks"]:
            by_task.setdefault(task["name"], []).append(task)
    # A task that a verdict lacks (an older release) cannot be set against the totals.
    whole = {name: tasks for name, tasks in by_task.items() if len(tasks) == len(marked)}
    return [_task(name, tasks, totals) for name, tasks in whole.items()]


def _task(name: str, tasks: Sequence[Mapping[str, Any]], totals: Sequence[float]) -> Question:
    by_name: dict[str, list[Any]] = {}
    for task in tasks:
        for criterion in task["criteria"]:
            by_name.setdefault(criterion["name"], []).append(criterion)
    criteria = tuple(
        _question(each, found[0]["asks"], found, totals)
        for each, found in by_name.items()
        if len(found) == len(tasks)
    )
    return _question(name, "", tasks, totals, criteria)


def _question(
    name: str,
    asks: str,
    items: Sequence[Mapping[str, Any]],
    totals: Sequence[float],
    criteria: tuple[Question, ...] = (),
) -> Question:
    points = [item["score"] for item in items]
    best = items[0]["max_score"]
    return Question(
        name=name,
        asks=asks,
        points=best,
        right=statistics.fmean(item["score"] >= item["max_score"] for item in items),
        mean=statistics.fmean(points) / best if best else 0.0,
        discrimination=discrimination(points, totals),
        criteria=criteria,
    )


def misunderstood(verdicts: Sequence[Verdict]) -> list[Misunderstood]:
    """List the misconceptions that students showed.

    Parameters
    ----------
    verdicts : sequence of dict
        Verdicts of one unit.

    Returns
    -------
    list of Misunderstood
        Most common first.
    """
    found: dict[tuple[str, str, str], list[str]] = {}
    for verdict in graded(verdicts):
        for task in verdict["tasks"]:
            if task["misconception"]:
                key = (task["name"], task["misconception"], task["message"])
                found.setdefault(key, []).append(verdict["student"])
    listed = [Misunderstood(*key, tuple(sorted(students))) for key, students in found.items()]
    return sorted(listed, key=lambda each: (-len(each.students), each.task, each.name))


def to_look_at(verdicts: Sequence[Verdict]) -> list[tuple[str, list[str]]]:
    """List the submissions that a person may want to see, and why.

    Parameters
    ----------
    verdicts : sequence of dict
        Verdicts of one unit.

    Returns
    -------
    list of tuple
        Student and reasons, the most pressing first.
    """
    order = {"infrastructure_error": 0, "ungradable": 1, "graded": 2}
    listed = [(order[each["status"]], each["student"], _reasons(each)) for each in verdicts]
    return [(student, reasons) for _, student, reasons in sorted(listed) if reasons]


def _reasons(verdict: Verdict) -> list[str]:
    if verdict["status"] == "infrastructure_error":
        return [f"the grader failed: {verdict['reason']}"]
    if verdict["status"] == "ungradable":
        return [f"could not be read: {verdict['reason']}"]
    reasons = list(verdict["flags"])
    reasons += [f"repaired: {repair}" for repair in verdict["repairs"]]
    return reasons + [f"{cell['cell']} stopped: {cell['error']}" for cell in verdict["cells"]]


def _quartiles(scores: Sequence[float]) -> tuple[float, float, float] | None:
    if len(scores) < 2:
        return None
    first, second, third = statistics.quantiles(scores, n=4, method="inclusive")
    return first, second, third
