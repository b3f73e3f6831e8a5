"""The words in which a graded task is written: what is asked, and how it is judged.

A `Task` is data.  Its criteria draw inputs, its reference says what is right, and its
misconceptions are the wrong answers that students really give.  The same task runs in a
notebook (`dlcourse.grading.check`) and in grading (`dlcourse.grading.verdict`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np

from dlcourse.grading.inside.rules import SHAPES, shaped

#: What a criterion looks at, beyond the value being right.
Aspect = Literal["values", "quiet", "dtype", "arguments"]


@dataclass(frozen=True)
class Function:
    """A function that crosses to the sandbox as data: ``a * kind(b * z) + c``."""

    kind: str
    coefficients: tuple[float, float, float] = (1.0, 1.0, 0.0)

    def __post_init__(self) -> None:
        if self.kind not in SHAPES:
            raise ValueError(f"got kind {self.kind!r}, wanted one of {', '.join(SHAPES)}")

    def __call__(self, z: Any) -> Any:
        """Apply the function to a number or an array."""
        return shaped(self.kind, self.coefficients)(z)


@dataclass(frozen=True)
class Random:
    """Stands for ``numpy.random.default_rng(seed)``, made afresh for every call."""

    seed: int

    def generator(self) -> np.random.Generator:
        """Make the generator."""
        return np.random.default_rng(self.seed)


@dataclass(frozen=True)
class Made:
    """An argument that another function of the student's makes, such as the cache of a layer.

    Parameters
    ----------
    function : str
        The other function.
    args : tuple
        What it is called with.
    part : int or None
        Which part of the tuple that it returns is the argument; None for all that it returns,
        which then is what the task cannot be done without.
    otherwise : object
        What is handed over when that function is blank or fails, so that each task can be done
        by itself.
    """

    function: str
    args: tuple[Any, ...]
    part: int | None
    otherwise: Any


@dataclass(frozen=True)
class Then:
    """Another function of the student's, which is called with a value and further arguments."""

    function: str
    args: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Case:
    """One call of the student's function.

    `hides` names the parts of the returned tuple that nobody looks at: they stay in the student's
    process, whatever they are, and None stands for them.  With `then`, the whole value stays
    there: it is handed to another function of the student's, and what that one returns is the
    answer.  `truth` is what the judge knows of the right answer; it never crosses.
    """

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    hides: tuple[int, ...] = ()
    then: Then | None = None
    truth: Any = None


@dataclass(frozen=True)
class Answer:
    """What came back from one call.

    `error` is empty when the call returned; `fatal` says that the student's process is gone.
    `warnings` holds NumPy's floating-point warnings, `arguments` the arguments after the call.
    """

    value: Any = None
    error: str = ""
    warnings: tuple[str, ...] = ()
    arguments: tuple[Any, ...] = ()
    fatal: bool = False


#: Calls the function under test: in place, or across the wall of the sandbox.
Ask = Callable[[Case], Answer]


@runtime_checkable
class AsksAhead(Protocol):
    """An `Ask` that is quicker when it knows what comes next."""

    def __call__(self, case: Case) -> Answer:
        """Call once."""

    def ahead(self, cases: Sequence[tuple[Case, bool]]) -> Iterator[Answer]:
        """Call with each case in turn; after a fatal answer nothing more comes.

        Beside each case stands whether its arguments, as they are after the call, are wanted.
        """


@dataclass(frozen=True)
class Criterion:
    """One thing that is judged, all or nothing.

    Parameters
    ----------
    name : str
        Slug, unique in the task.
    points : float
        What it is worth.
    asks : str
        What the student is told is asked: one phrase.
    cases : callable
        Draws the calls from a `numpy.random.Generator`.
    aspect : {'values', 'quiet', 'dtype', 'arguments'}
        What must hold besides the value being right: nothing; no NumPy warning; the dtype of
        the first floating array argument; arguments left as they were.
    together : callable, optional
        ``together(cases, values)`` judges what no single value shows, after each value is right:
        an empty string, or a sentence; a student's own numbers stand in parentheses, so that
        the same mistake is told in the same words.
    draws : str, optional
        Criteria of a task with the same name here share the calls of the first of them, and the
        answers: what takes long is asked once.
    """

    name: str
    points: float
    asks: str
    cases: Callable[[np.random.Generator], list[Case]]
    aspect: Aspect = "values"
    together: Callable[[list[Case], list[Any]], str] | None = None
    draws: str = ""


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that students really give, and the sentence that a teacher would say."""

    name: str
    wrong: Callable[..., Any]
    says: str


@dataclass(frozen=True)
class Task:
    """A function that the student writes.

    Parameters
    ----------
    name : str
        Name of the function.
    reference : callable
        The right answer, from floor 1.
    criteria : tuple of Criterion
        What is judged.
    misconceptions : tuple of Misconception
        Named wrong answers; each must lose at least one criterion.
    section : str
        Where to read: page and anchor of the book, such as ``neuron.html#sec-softmax``.
    verify : callable, optional
        For tasks with many right answers: ``verify(case, value)`` returns an empty string when
        the value is right and a sentence when it is not.  Replaces the comparison with the
        reference.
    fingerprint : callable, optional
        With `verify`: ``fingerprint(case, value)`` reduces a value to what tells
        misconceptions apart.
    forbidden : tuple of str
        Library functions that would do the task, such as ``scipy.special.softmax``.  The
        sandbox lacks them; using one is flagged.
    seconds : float
        Wall time of one call, where the usual limit is too short; 0 for the usual one.
    """

    name: str
    reference: Callable[..., Any]
    criteria: tuple[Criterion, ...]
    misconceptions: tuple[Misconception, ...]
    section: str
    verify: Callable[[Case, Any], str] | None = None
    fingerprint: Callable[[Case, Any], Any] | None = None
    forbidden: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def extra_seconds(self) -> float:
        """Time for all its calls, on top of what a submission usually has."""
        return self.seconds * len({one.draws or one.name for one in self.criteria})

    @property
    def points(self) -> float:
        """Points for a right answer."""
        return sum(criterion.points for criterion in self.criteria)


@dataclass(frozen=True)
class Unit:
    """One graded notebook: its number, its name and its tasks in order."""

    number: int
    slug: str
    title: str
    tasks: tuple[Task, ...]
    free_text: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the assignment and of its directories, such as ``1-neuron``."""
        return f"{self.number}-{self.slug}"

    @property
    def points(self) -> float:
        """Points for all tasks, free text not counted."""
        return sum(task.points for task in self.tasks)

    def task(self, name: str) -> Task:
        """Find a task by the name of its function."""
        for task in self.tasks:
            if task.name == name:
                return task
        known = ", ".join(task.name for task in self.tasks)
        raise KeyError(f"unit {self.name} has no task {name!r}; its tasks are {known}")


@dataclass(frozen=True)
class CriterionResult:
    """How one criterion went; `example` holds the call that shows it (public inputs only)."""

    name: str
    score: float
    max_score: float
    asks: str
    came: str = ""
    remark: str = ""
    example: Case | None = None

    @property
    def passed(self) -> bool:
        """Whether the criterion was met."""
        return not self.came


@dataclass(frozen=True)
class TaskResult:
    """How one task went.

    `message` is the teacher's sentence of the misconception when one was recognized, else what
    was found first; empty when everything passed.
    """

    name: str
    criteria: tuple[CriterionResult, ...]
    section: str
    misconception: str | None = None
    message: str = ""

    @property
    def score(self) -> float:
        """Points earned."""
        return sum(criterion.score for criterion in self.criteria)

    @property
    def max_score(self) -> float:
        """Points for a right answer."""
        return sum(criterion.max_score for criterion in self.criteria)

    @property
    def passed(self) -> bool:
        """Whether every criterion was met."""
        return all(criterion.passed for criterion in self.criteria)
