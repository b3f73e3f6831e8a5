"""Every sentence that the grader can say to a student, on one page: ``book/messages.md``.

The page is built from the code: the teacher's sentences from the tasks, the others from the
modules that say them, where every sentence is a string.  What differs from case to case is shown
as three dots, with an example where a wrong answer to a task gives one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dlcourse.grading.calling import calls
from dlcourse.grading.check import PUBLIC_SEED
from dlcourse.grading.judging import judge
from dlcourse.grading.spec import Task
from dlcourse.grading.tasks import UNITS

_HERE = Path(__file__).parent
_GAP = "…"

#: Where the sentences are, group by group: files that match these patterns.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "In the notebook": ("check.py", "card.py", "judging.py"),
    "About what came": ("compare.py", "calling.py", "tasks/*/*.py", "tasks/*.py"),
    "When code stops": (
        "run.py",
        "session.py",
        "exchange.py",
        *(f"inside/{name}.py" for name in ("worker", "cells", "stub", "packing", "kernel")),
    ),
    "About the file that was handed in": ("intake.py", "staging.py"),
    "On the page with the marks": ("templates/feedback.html",),
}

#: Errors that no honest student sees: of a task's author, and of a process that breaks the rules.
_NOT_SHOWN = ("ValueError", "KeyError", "TypeError", "AttributeError", "ProtocolError")

#: Results that are wrong in a way that any function can be.
_ODD_VALUES: tuple[Any, ...] = (
    None,
    np.nan,
    "text",
    np.zeros((2, 2)),
    np.zeros(3, dtype=np.float32),
    [1.0, [2.0]],
    ((np.ones((2, 2)), np.ones(2)), (np.ones((2, 1)), np.ones(1))),
    (np.ones(2), np.ones(2)),
)


@dataclass(frozen=True)
class Message:
    """A sentence; `place` is the file that says it, `gaps` what the dots stand for."""

    text: str
    place: str
    gaps: tuple[str, ...] = ()

    def matches(self, sentence: str) -> bool:
        """Tell whether a sentence that was said is this one."""
        parts = map(re.escape, self.text.split(_GAP))
        return re.search("(.*?)".join(parts), sentence, re.DOTALL) is not None


def messages(group: str) -> list[Message]:
    """Collect the sentences of a group.

    Parameters
    ----------
    group : str
        A key of `GROUPS`.

    Returns
    -------
    list of Message
        In the order of the code, each text once.
    """
    asked = {one.asks for unit in UNITS for task in unit.tasks for one in task.criteria}
    found: dict[str, Message] = {}
    for pattern in GROUPS[group]:
        for path in sorted(_HERE.glob(pattern)):
            for message in _of_template(path) if path.suffix == ".html" else _of_module(path):
                if not any(message.matches(phrase) for phrase in asked):
                    found.setdefault(message.text, message)
    return list(found.values())


def teachers() -> Iterator[tuple[Task, str, str]]:
    """Go through the sentences that name a misconception.

    Yields
    ------
    task : Task
        What was asked.
    name : str
        The misconception.
    sentence : str
        What the student reads.
    """
    for unit in UNITS:
        for task in unit.tasks:
            for known in task.misconceptions:
                yield task, known.name, known.says


# ---- sentences in modules


def _of_module(path: Path) -> Iterator[Message]:
    place = path.relative_to(_HERE).as_posix()
    for node in _strings(ast.parse(path.read_text("utf-8"))):
        text, gaps = _template(node)
        if _is_sentence(text):
            yield Message(text, place, gaps)


def _strings(node: ast.AST) -> Iterator[ast.expr]:
    """Find strings that are not docstrings, notes of developers' errors, or parts of others."""
    if isinstance(node, ast.JoinedStr) or _is_text(node):
        yield node  # type: ignore[misc]
    if isinstance(node, ast.Raise) and _raises(node) in _NOT_SHOWN:
        return
    for child in ast.iter_child_nodes(node):
        inside = isinstance(node, ast.JoinedStr) and _is_text(child)
        if not inside and not (isinstance(child, ast.Expr) and _is_text(child.value)):
            yield from _strings(child)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _raises(node: ast.Raise) -> str:
    error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return error.id if isinstance(error, ast.Name) else ""


def _template(node: ast.expr) -> tuple[str, tuple[str, ...]]:
    if isinstance(node, ast.Constant):
        return str(node.value), ()
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    gaps = tuple(ast.unparse(p.value) for p in parts if isinstance(p, ast.FormattedValue))
    text = "".join(str(p.value) if isinstance(p, ast.Constant) else _GAP for p in parts)
    return re.sub(f"{_GAP}+", _GAP, text), gaps


def _is_sentence(text: str) -> bool:
    """Whether this is for people: words, not markup, style, code, or a pattern."""
    words = re.search(r"[a-z]{2,},? [a-z]{2,}|^[a-z]{4,} …$", text, re.IGNORECASE)
    enough = len(re.findall(r"[a-z]+|…", text, re.IGNORECASE)) >= 2 + (_GAP not in text)
    odd = re.search(r"[<>\\]|[\w-]+: [\w.#% ]+; [\w-]+:|^import |lambda|\bint8\b|\n", text)
    return words is not None and enough and odd is None and text != "divide by zero"


def _of_template(path: Path) -> Iterator[Message]:
    text = re.sub(r"{{.*?}}", _GAP, path.read_text("utf-8"))
    text = re.sub(r"{%.*?%}", "", text)
    for _, inner in re.findall(r"<(p|h2|caption|span)\b[^>]*>(.*?)</\1>", text, re.DOTALL):
        plain = " ".join(re.sub(r"<.*?>", "", inner).split())
        if _is_sentence(plain):
            yield Message(plain, path.relative_to(_HERE).as_posix())


# ---- examples


def said() -> list[str]:
    """Say what comes back for wrong answers to every task.

    Returns
    -------
    list of str
        Findings and remarks, shortest first.
    """
    sentences = set()
    for unit in UNITS:
        for task in unit.tasks:
            wrong = [known.wrong for known in task.misconceptions]
            for answer in (*wrong, *map(_always, _ODD_VALUES)):
                for one in judge(task, calls(answer), PUBLIC_SEED).criteria:
                    sentences |= {one.came, one.remark}
    return sorted(sentences - {""}, key=lambda sentence: (len(sentence), sentence))


def _always(value: Any) -> Callable[..., Any]:
    return lambda *_, **__: value


def example(message: Message, sentences: Iterable[str]) -> str:
    """Find a sentence that was said with a message in it.

    Parameters
    ----------
    message : Message
        The message.
    sentences : iterable of str
        What was said (`said`).

    Returns
    -------
    str
        The first that fits; empty when there is none.
    """
    return next((each for each in sentences if message.gaps and message.matches(each)), "")
