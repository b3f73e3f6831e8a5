"""What the proofs of each unit come to, in numbers."""

from __future__ import annotations

import re
import runpy
from collections import Counter
from dataclasses import dataclass
from functools import cache

from kills import SEEDS, noticed_by
from proofs import Proof, proofs
from test_tasks import ROOT, judged
from weakenings import Weakening, weakenings

from dlcourse.grading.spec import Task, Unit


@dataclass(frozen=True)
class Row:
    """One task.

    `fair` counts right answers with full marks, of `styles`; `confusion` the names that each
    misconception was given, `below` those that lose points; `noticed` holds every weakening with
    the proof that notices it.
    """

    task: Task
    difficulty: str
    minutes: int
    fair: int
    styles: int
    confusion: dict[str, Counter[str | None]]
    below: int
    mutants: int
    noticed: tuple[tuple[Weakening, Proof | None], ...]

    @property
    def named(self) -> int:
        """How many misconceptions are named as themselves and as nothing else."""
        return sum(set(names) == {known} for known, names in self.confusion.items())

    @property
    def unnoticed(self) -> list[str]:
        """Weakenings that no proof notices."""
        return [f"{self.task.name}: {weak.what}" for weak, by in self.noticed if by is None]


@cache
def rows(unit: Unit) -> tuple[Row, ...]:
    """Prove every task of a unit."""
    return tuple(_row(unit, task) for task in unit.tasks)


@cache
def told(unit: Unit) -> dict[str, tuple[str, int]]:
    """Difficulty and minutes of every task and question, as the notebook tells them."""
    text = (ROOT / "solutions" / unit.name / f"{unit.slug}.md").read_text("utf-8")
    tasks = re.findall(r"\*\*Task `(\w+)`\*\* · (\w+) · (\d+) minutes", text)
    questions = re.findall(r"\*\*Question `(\w+)`\*\* · (\d+) minutes", text)
    found = {name: (difficulty, int(minutes)) for name, difficulty, minutes in tasks}
    return found | {name: ("", int(minutes)) for name, minutes in questions}


def _row(unit: Unit, task: Task) -> Row:
    difficulty, minutes = told(unit)[task.name]
    answers = _fair_answers(unit, task)
    weaker = weakenings(task) if proofs(unit, task) else ()
    results = {
        known.name: [judged(task, known.wrong, seed) for seed in SEEDS]
        for known in task.misconceptions
    }
    return Row(
        task,
        difficulty,
        minutes,
        fair=sum(judged(task, answer).passed for answer in answers),
        styles=len(answers),
        confusion={
            name: Counter(one.misconception for one in several) for name, several in results.items()
        },
        below=sum(all(one.score < task.points for one in each) for each in results.values()),
        mutants=sum(proof.by == "mutant" for proof in proofs(unit, task)),
        noticed=tuple((weak, noticed_by(unit, task, weak)) for weak in weaker),
    )


def _fair_answers(unit: Unit, task: Task) -> list:
    folder = ROOT / "tests" / "fairness" / unit.slug
    return [_scope(str(path))[task.name] for path in sorted(folder.glob("*.py"))]


@cache
def _scope(path: str) -> dict:
    return runpy.run_path(path)
