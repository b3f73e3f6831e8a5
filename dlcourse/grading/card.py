"""What a student sees after a check: the same words as plain text and as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from textwrap import indent
from typing import Any

import numpy as np

from dlcourse.grading.spec import Case, CriterionResult, Function, Made, Random, TaskResult

_LONGEST_LINE = 80
_LONGEST_CALL = 900
_FORMULAS = {
    "identity": "{}",
    "tanh": "np.tanh({})",
    "sin": "np.sin({})",
    "arctan": "np.arctan({})",
    "square": "np.square({})",
    "step": "(({}) > 0)",
    "sum-of-sines": "np.sum(np.sin({}))",
    "log-sum-exp": "np.log(np.sum(np.exp({})))",
}


@dataclass(frozen=True)
class Card:
    """The result of a check, to be read by the student."""

    result: TaskResult
    lines_printed: int = 0

    def __repr__(self) -> str:
        """Plain text, for a terminal and for notebooks without HTML."""
        result = self.result
        rows = (line for one in _shortened(result.criteria) for line in _text_lines(one))
        lines = [self._title(), *rows]
        notes = [f"{head}: {text}" if head else text for head, text in self._notes()]
        call = self._call()
        return "\n".join([*lines, *notes, *([f"The call that shows it:\n{call}"] if call else [])])

    def _repr_html_(self) -> str:
        """Make a table that a screen reader can walk, in the colors of the page around it."""
        rows = "".join(_html_row(one) for one in _shortened(self.result.criteria))
        notes = "".join(_html_note(head, text) for head, text in self._notes())
        caption = f'<caption style="{_CAPTION}">{escape(self._title())}</caption>'
        return (
            '<div class="dlcourse-check tex2jax_ignore mathjax_ignore" '
            'style="border-left: 0.25em solid currentColor; padding-left: 1em; max-width: 50em">'
            f'<table style="margin: 0 0 1em">{caption}<thead><tr>{_HEADINGS}</tr></thead>'
            f"<tbody>{rows}</tbody></table>{notes}{_html_call(self._call())}</div>"
        )

    def _title(self) -> str:
        result = self.result
        end = ". Everything passed." if result.passed else ""
        return f"{result.name}: {result.score:g} of {result.max_score:g} points{end}"

    def _notes(self) -> Iterator[tuple[str, str]]:
        """Pairs of a heading and a sentence."""
        result = self.result
        if result.misconception:
            yield "What to look at", result.message
        for remark in dict.fromkeys(one.remark for one in result.criteria if one.remark):
            yield "Note", remark
        if self.lines_printed:
            yield "Note", f"your function printed {_lines(self.lines_printed)}, kept off this page"
        if not result.passed:
            yield "Read", _where(result.section)

    def _call(self) -> str:
        """Write the first call that went wrong as Python that can be pasted into a cell."""
        given = (one.example for one in self.result.criteria)
        # With a truth of its own, a call is too much data to paste.
        examples = [case for case in given if case is not None and case.truth is None]
        return call_text(self.result.name, examples[0]) if examples else ""


_LEFT = "text-align: left"
_CAPTION = f"{_LEFT}; color: inherit; font-weight: bold"
_PRE = "font-family: monospace; white-space: pre; overflow-x: auto"
_HEADINGS = "".join(
    f'<th scope="col" style="{_LEFT}">{heading}</th>' for heading in ("Asked", "Result", "Points")
)


def call_text(name: str, case: Case) -> str:
    """Write a call as Python, numbers shortened to four digits.

    Parameters
    ----------
    name : str
        Name of the function.
    case : Case
        Its arguments.

    Returns
    -------
    str
        Can be pasted into a cell that has imported NumPy as ``np``.

    Examples
    --------
    >>> call_text("leaky_relu", Case((np.array([-1.0, 2.0]),), {"alpha": 0.5}))
    'leaky_relu(np.array([-1.0, 2.0]), alpha=0.5)'
    """
    positional = [_python(value) for value in case.args]
    named = [f"{key}={_python(value)}" for key, value in case.kwargs.items()]
    text = f"{name}({', '.join(positional + named)})"
    if "\n" in text or len(text) > _LONGEST_LINE:
        lines = indent("".join(f"{argument},\n" for argument in positional + named), "    ")
        text = f"{name}(\n{lines})"
    return text if len(text) <= _LONGEST_CALL else text[:_LONGEST_CALL] + " ..."


def _python(value: Any) -> str:
    if isinstance(value, np.ndarray):
        style: Any = {"float_kind": _digits}
        numbers = np.array2string(value, separator=", ", prefix="np.array(", formatter=style)
        kind = "" if value.dtype == np.float64 else f", dtype=np.{value.dtype}"
        return f"np.array({numbers}{kind})"
    if isinstance(value, np.number):
        return f"np.{value.dtype}({_digits(value)})"
    if isinstance(value, list | tuple):
        parts = ", ".join(_python(part) for part in value)
        return f"[{parts}]" if isinstance(value, list) else f"({parts})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {_python(part)}" for key, part in value.items()) + "}"
    if isinstance(value, Random):
        return f"np.random.default_rng({value.seed})"
    if isinstance(value, Made):
        call = call_text(value.function, Case(value.args))
        return call if value.part is None else f"{call}[{value.part}]"
    return _formula(value) if isinstance(value, Function) else _number(value)


def _number(value: Any) -> str:
    return _digits(value) if isinstance(value, float) else repr(value)


def _digits(value: Any) -> str:
    """Write four digits of a floating number; ``2.0`` stays a floating number."""
    text = f"{value:.4g}"
    return text if set(text) & set(".en") else f"{text}.0"


def _formula(function: Function) -> str:
    a, b, c = (float(f"{number:.4g}") for number in function.coefficients)
    inner = _FORMULAS[function.kind].format(f"{b:g} * z")
    return f"lambda z: {a:g} * {inner} {'-' if c < 0 else '+'} {abs(c):g}"


def _shortened(criteria: tuple[CriterionResult, ...]) -> Iterator[CriterionResult]:
    """Say only once what went wrong in the same way several times."""
    said = set()
    for one in criteria:
        yield replace(one, came="for the same reason") if one.came in said else one
        said |= {one.came} - {""}


def _result(one: CriterionResult) -> str:
    return "passed" if one.passed else f"not yet: {one.came}"


def _text_lines(one: CriterionResult) -> Iterator[str]:
    yield f"  {one.asks}: {one.score:g} of {one.max_score:g}"
    if not one.passed:
        yield f"    {_result(one)}"


def _html_row(one: CriterionResult) -> str:
    points = f"{one.score:g} of {one.max_score:g}"
    mark = "" if one.passed else "; font-weight: bold"
    first, *rest = _result(one).split(": ", 1)
    result = f'<span style="{mark[2:]}">{first}</span>' + "".join(f": {escape(r)}" for r in rest)
    return (
        f'<tr><th scope="row" style="{_LEFT}; font-weight: normal">{escape(one.asks)}</th>'
        f'<td style="{_LEFT}">{result}</td>'
        f'<td style="{_LEFT}; white-space: nowrap">{points}</td></tr>'
    )


def _html_note(head: str, text: str) -> str:
    return f"<p><strong>{escape(head)}:</strong> {escape(text)}</p>"


def _html_call(call: str) -> str:
    shown = f'<pre style="{_PRE}">{escape(call)}</pre>'
    return f"<p>The call that shows it:</p>{shown}" if call else ""


def _where(section: str) -> str:
    """Turn ``neuron.html#sec-softmax`` into words."""
    page, _, anchor = section.partition("#")
    name = anchor.removeprefix("sec-").replace("-", " ")
    return f'the chapter "{page.removesuffix(".html")}" of the book, section "{name}" ({section})'


def _lines(count: int) -> str:
    return "one line" if count == 1 else f"{count} lines"
