"""The student's code in the sandbox, from the first cell to the last call.

A cell or a task that ends the process costs itself only: the cells run again without the culprit,
and the other tasks are judged as if it were not there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

from dlcourse.grading.inside.worker import TOO_LATE
from dlcourse.grading.judging import judge
from dlcourse.grading.sandbox import Cell, Limits, Sandbox, Session
from dlcourse.grading.spec import Answer, Case, Task, TaskResult, Unit
from dlcourse.grading.staging import Staged, StagedCell

#: How often the cells are run again after the student's process died.
MAX_RESTARTS = 8

#: Numbers in a student's error message may be hidden inputs; shapes and counts are whole.
_DECIMALS = re.compile(r"-?\d*\.\d+(?:e[-+]?\d+)?|-?\d+(?:\.\d*)?e[-+]?\d+", re.IGNORECASE)

_OUT_OF_TIME = "not tried: the submission had used up its time"


class Run:
    """One submission in the sandbox, started again where the student's process died."""

    def __init__(self, staged: Staged, sandbox: Sandbox, limits: Limits) -> None:
        self.cells = _joined(staged.cells)
        self.sandbox = sandbox
        self.limits = limits
        self.deadline = time.monotonic() + limits.total_seconds
        self.failures: dict[str, tuple[str, int | None]] = {}
        self.resources: dict[str, float] = {"cpu_s": 0.0, "peak_bytes": 0.0, "restarts": -1}

    def judge_all(self, unit: Unit, seed: str) -> list[TaskResult]:
        """Judge every task, opening sessions as they are needed."""
        results: list[TaskResult] = []
        self.deadline += sum(task.extra_seconds for task in unit.tasks)
        while len(results) < len(unit.tasks):
            if self._spent():
                return results + [judge(task, _never, seed) for task in unit.tasks[len(results) :]]
            self._one_session(unit, seed, results)
        return results

    def errors(self) -> list[dict[str, Any]]:
        """List the cells that raised, in order."""
        return [
            {"cell": place, "error": error, "line": line}
            for place, (error, line) in self.failures.items()
        ]

    def _spent(self) -> bool:
        return self.resources["restarts"] >= MAX_RESTARTS or time.monotonic() >= self.deadline

    def _one_session(self, unit: Unit, seed: str, results: list[TaskResult]) -> None:
        """Judge tasks until the process dies or all are done."""
        self.resources["restarts"] += 1
        left = max(1.0, self.deadline - time.monotonic())
        with self.sandbox.session(replace(self.limits, total_seconds=left)) as session:
            if self._run_cells(session):
                for task in unit.tasks[len(results) :]:
                    ask = _Asking(session, task)
                    results.append(judge(task, ask, seed))
                    if not ask.alive:
                        break
        self._count(session)

    def _run_cells(self, session: Session) -> bool:
        """Run the cells; when one ends the process, leave it out from now on."""
        for position, outcome in enumerate(session.run_cells(self.cells)):
            if outcome.error and outcome.id not in self.failures:
                self.failures[outcome.id] = (outcome.error, outcome.line)
            if outcome.fatal:
                self.cells[position] = Cell(outcome.id, "", self.cells[position].takes)
                return False
        return True

    def _count(self, session: Session) -> None:
        used = session.resources
        self.resources["cpu_s"] += used.get("cpu_s", 0.0)
        self.resources["peak_bytes"] = max(
            self.resources["peak_bytes"], used.get("peak_bytes", 0.0)
        )


def _joined(cells: Iterable[StagedCell]) -> list[Cell]:
    """Have what a check takes taken right after the code above it: one trip instead of two."""
    joined: list[Cell] = []
    for cell in cells:
        if joined and not cell.source:
            above = joined[-1]
            joined[-1] = replace(above, takes=(*above.takes, *cell.takes))
        else:
            joined.append(Cell(cell.id, cell.source, cell.takes))
    return joined


def _never(case: Case) -> Answer:  # noqa: ARG001 (an Ask takes the case)
    return Answer(error=_OUT_OF_TIME)


class _Asking:
    """An `Ask` for one task, which remembers whether the process outlived it.

    A call that uses up its time is the task's last: a loop that never ends in one call seldom
    ends in the next.
    """

    def __init__(self, session: Session, task: Task) -> None:
        self.session = session
        self.task = task
        self.alive = True

    def __call__(self, case: Case) -> Answer:
        [answer] = self.ahead([(case, True)])
        return answer

    def ahead(self, cases: Sequence[tuple[Case, bool]]) -> Iterator[Answer]:
        """Call with each case in turn; numbers in what it complains of are masked."""
        left = len(cases)
        with closing(
            self.session.calls(self.task.name, cases, seconds=self.task.seconds)
        ) as answers:
            for answer, late in answers:
                error = _DECIMALS.sub("#", answer.error)
                if late:
                    error = f"{error}: is there a loop that never ends?"
                self.alive = self.alive and not answer.fatal
                left -= 1
                yield replace(answer, error=error)
                if late or answer.fatal:
                    break
        if self.alive:
            yield from [Answer(error=TOO_LATE)] * left
