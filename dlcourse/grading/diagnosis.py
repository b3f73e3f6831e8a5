"""Names the misconception that explains the answers.

A wrong answer is compared with what each known wrong function gives for the same inputs.  The
name decides no point; it decides which sentence the student reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlcourse.grading.calling import calls, same
from dlcourse.grading.compare import precision, same_numbers, wrong_dtype
from dlcourse.grading.spec import Answer, Case, Criterion, CriterionResult, Misconception, Task

#: A criterion, its calls, what came, and how it was judged.
Judged = tuple[Criterion, list[Case], list[Answer], CriterionResult]


def recognize(task: Task, judged: list[Judged]) -> Misconception | None:
    """Find the misconception that gives the same answers.

    Parameters
    ----------
    task : Task
        What was asked.
    judged : list of tuple
        Every criterion with its calls, the answers and the result.

    Returns
    -------
    Misconception or None
        The one that agrees everywhere.  If there is none, the only one that agrees on the
        numbers of those criteria that came through without an error: a known mistake is
        recognized even when the dtype or a single number goes wrong in another way.
    """
    exact = [known for known in task.misconceptions if _agrees(task, known, judged)]
    if exact:
        return exact[0]
    plain = [entry for entry in judged if _only_numbers(entry)]
    if all(result.passed for *_, result in plain):
        return None
    near = [known for known in task.misconceptions if _agrees(task, known, plain)]
    return near[0] if len(near) == 1 else None


def _only_numbers(entry: Judged) -> bool:
    criterion, _, answers, _ = entry
    return criterion.aspect == "values" and not any(answer.error for answer in answers)


def _agrees(task: Task, known: Misconception, judged: list[Judged]) -> bool:
    return all(_agrees_on(task, known, entry) for entry in judged)


def _agrees_on(task: Task, known: Misconception, entry: Judged) -> bool:
    criterion, cases, answers, _ = entry
    ask, given = calls(known.wrong), []
    for case, answer in zip(cases, answers, strict=True):
        given.append(ask(case))
        if not alike(task, criterion, case, answer, given[-1]):
            return False
    return _seen_together(criterion, cases, answers) == _seen_together(criterion, cases, given)


def _seen_together(criterion: Criterion, cases: list[Case], answers: list[Answer]) -> str:
    """Ask what the criterion says of all values, if each came without an error."""
    if criterion.together is None or any(answer.error for answer in answers):
        return ""
    sentence = criterion.together(cases, [answer.value for answer in answers])
    return re.sub(r" \([^)]*\)", "", sentence)


def alike(task: Task, criterion: Criterion, case: Case, left: Answer, right: Answer) -> bool:
    """Compare two answers as far as a criterion can see.

    Parameters
    ----------
    task : Task
        Its fingerprint, if it has one, stands for the value.
    criterion : Criterion
        Its aspect says what is seen beside the value.
    case : Case
        The call.
    left, right : Answer
        What came back.

    Returns
    -------
    bool
        Whether the criterion cannot tell them apart.
    """
    if left.error or right.error:
        return _class(left.error) == _class(right.error)
    return _same_value(task, case, left, right) and _same_aspect(criterion, case, left, right)


def _same_value(task: Task, case: Case, left: Answer, right: Answer) -> bool:
    if task.fingerprint is not None:
        return same(task.fingerprint(case, left.value), task.fingerprint(case, right.value))
    return same_numbers(left.value, right.value, precision(case) or "float64")


def _same_aspect(criterion: Criterion, case: Case, left: Answer, right: Answer) -> bool:
    if criterion.aspect == "quiet":
        return set(_kinds(left)) == set(_kinds(right))
    if criterion.aspect == "dtype":
        return wrong_dtype(case, left.value) == wrong_dtype(case, right.value)
    if criterion.aspect == "arguments":
        return same(left.arguments, case.args) == same(right.arguments, case.args)
    return True


def _kinds(answer: Answer) -> Iterator[str]:
    """Kinds of NumPy's warnings: ``overflow``, ``invalid value``, ``divide by zero``."""
    for text in answer.warnings:
        yield text.split(" encountered")[0]


def _class(error: str) -> str:
    found = re.match(r"[\w.]*", error)
    return found.group() if found else ""
