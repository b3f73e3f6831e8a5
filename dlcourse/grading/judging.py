"""From answers to points: run a task's criteria, and name the mistake behind a failure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from dlcourse.grading.calling import calls, fresh, same
from dlcourse.grading.compare import Finding, compare, precision, wrong_dtype
from dlcourse.grading.diagnosis import recognize
from dlcourse.grading.inside.rules import FLOATING_POINT_WARNINGS, visible
from dlcourse.grading.spec import (
    Answer,
    Ask,
    AsksAhead,
    Case,
    Criterion,
    CriterionResult,
    Task,
    TaskResult,
)

__all__ = ["FLOATING_POINT_WARNINGS", "calls", "judge", "precision"]

#: What is said of a task whose stub is as it was released.
UNWRITTEN = "this task is not written yet"
_SKIPPED = "not tried: an earlier call of this task did not come back"


def judge(task: Task, ask: Ask, seed: str) -> TaskResult:
    """Judge a student's function.

    Parameters
    ----------
    task : Task
        What is asked.
    ask : callable
        Calls the student's function with a `Case`, gives an `Answer`.
    seed : str
        Decides the inputs: public in a notebook, secret in grading.

    Returns
    -------
    TaskResult
        Points by criterion, the misconception if one explains the answers, and a sentence.
    """
    drawn = list(_draw_all(task, seed))
    answers = list(_ask_all(drawn, ask))
    results = tuple(
        _judge_criterion(task, criterion, cases, given)
        for (criterion, cases), given in zip(drawn, answers, strict=True)
    )
    result = TaskResult(task.name, results, task.section)
    if result.passed:
        return result
    judged = [
        (criterion, cases, given, one)
        for (criterion, cases), given, one in zip(drawn, answers, results, strict=True)
    ]
    known = recognize(task, judged)
    if known is not None:
        return replace(result, misconception=known.name, message=known.says)
    if all(one.error.startswith("NotImplementedError") for given in answers for one in given):
        return replace(result, message=UNWRITTEN)
    return replace(result, message=next(one.came for one in results if not one.passed))


def _draw_all(task: Task, seed: str) -> Iterator[tuple[Criterion, list[Case]]]:
    shared: dict[str, list[Case]] = {}
    for criterion in task.criteria:
        if criterion.draws not in shared:
            shared[criterion.draws or criterion.name] = _draw(task, criterion, seed)
        yield criterion, shared[criterion.draws or criterion.name]


def _draw(task: Task, criterion: Criterion, seed: str) -> list[Case]:
    key = hashlib.blake2b(f"{seed}/{task.name}/{criterion.name}".encode(), digest_size=16)
    return criterion.cases(np.random.default_rng(int.from_bytes(key.digest(), "little")))


def _ask_all(drawn: list[tuple[Criterion, list[Case]]], ask: Ask) -> Iterator[list[Answer]]:
    """Ask every case; after a call that did not come back, the rest of the task is not tried."""
    asked = {criterion.draws or criterion.name: cases for criterion, cases in drawn}
    watched = {each.draws or each.name for each, _ in drawn if each.aspect == "arguments"}
    every = [(case, name in watched) for name, cases in asked.items() for case in cases]
    coming = ask.ahead(every) if isinstance(ask, AsksAhead) else (ask(case) for case, _ in every)
    given: dict[str, list[Answer]] = {}
    dead = False
    for name, cases in asked.items():
        given[name] = []
        for _ in cases:
            answer = Answer(error=_SKIPPED) if dead else next(coming)
            dead = dead or answer.fatal
            given[name].append(answer)
    for criterion, _ in drawn:
        yield given[criterion.draws or criterion.name]


def _judge_criterion(
    task: Task, criterion: Criterion, cases: list[Case], answers: list[Answer]
) -> CriterionResult:
    remark = ""
    for case, answer in zip(cases, answers, strict=True):
        finding = _judge_case(task, criterion, case, answer)
        if finding.wrong:
            return CriterionResult(
                criterion.name, 0.0, criterion.points, criterion.asks, finding.wrong, example=case
            )
        remark = remark or finding.remark
    points = criterion.points
    wrong = _judge_together(criterion, cases, answers)
    if wrong:
        return CriterionResult(criterion.name, 0.0, points, criterion.asks, wrong, example=cases[0])
    return CriterionResult(criterion.name, points, points, criterion.asks, remark=remark)


def _judge_together(criterion: Criterion, cases: list[Case], answers: list[Answer]) -> str:
    if criterion.together is None:
        return ""
    return criterion.together(cases, [answer.value for answer in answers])


def _judge_case(task: Task, criterion: Criterion, case: Case, answer: Answer) -> Finding:
    if answer.error:
        return Finding(answer.error)
    finding = _judge_value(task, case, answer.value)
    if finding.wrong and criterion.aspect in ("dtype", "arguments"):
        return Finding(f"the value comes first: {finding.wrong}")
    if finding.wrong:
        return finding
    wrong = ""
    if criterion.aspect == "quiet" and answer.warnings:
        wrong = f"the numbers are right, but NumPy warned: {answer.warnings[0]}"
    elif criterion.aspect == "dtype":
        wrong = wrong_dtype(case, answer.value)
    elif criterion.aspect == "arguments" and not same(answer.arguments, case.args):
        wrong = "the function changed an array that it was given; work on a copy"
    return replace(finding, wrong=wrong)


def _judge_value(task: Task, case: Case, value: Any) -> Finding:
    if task.verify is not None:
        return Finding(task.verify(case, value))
    return compare(value, _truth(task, case), precision(case) or "float64")


def _truth(task: Task, case: Case) -> Any:
    """Ask the reference in float64, so that float32 inputs are held to a float64 truth."""
    with np.errstate(all="ignore"):
        value = task.reference(*fresh(case.args, widen=True), **fresh(dict(case.kwargs)))
    return visible(value, case.hides)
