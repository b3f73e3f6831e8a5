"""The notes, recomputed: what five sets of lecture notes say, what is true, and a verdict.

``book/ledger/<note>.toml`` holds the rows.  A row has these keys, all but the first four optional:

- ``topic``, ``says`` (the few words or the formula of the notes), ``true``, ``verdict``;
- ``said``: the numbers of the notes, as written, so that their digits tell how exact they are;
- ``compute``: an expression for the right numbers, in the same order (more may follow);
- ``origin``: an expression that gives the notes' first number, to explain how it came about;
- ``holds``: an expression that must be true; ``fails``: the notes' claim, which must be false;
- ``labels``: places in the book, of which the first that exists is linked;
- ``given``: names for the row's expressions; one table of them serves the whole file.

``[[.3f]]`` in ``true`` stands for the first computed number in that format, ``[[1:.3f]]`` for the
second.  Expressions are part of this repository and are run with the library at hand.
"""

from __future__ import annotations

import functools
import importlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

VERDICTS = ("agrees", "rounding", "slip", "wrong", "convention", "unreadable")

#: Where expressions find their functions; of equal names the last module's counts.
_MODULES = (
    *("activations", "adaptive", "backprop", "callbacks", "classical", "descent", "dropout"),
    *("evaluation", "graphs", "information", "layers", "logits", "losses", "naive_bayes"),
    *("neighbors", "neuron", "normalization", "polynomials", "regularizers", "schedules"),
    *("spaces", "splits"),
)
_PLACE = re.compile(r"\[\[(?:(\d+):)?([^\]]*)\]\]")
_SLACK = 1 + 1e-9  # a half of the last digit is not exact in binary


@dataclass(frozen=True)
class Row:
    """One claim of the notes, checked.

    Attributes
    ----------
    note : str
        File of the notes, such as ``"000"``.
    number : int
        Place in its file, from 1.
    topic, says, true, verdict : str
        What it is about, what stands there, what is right, and how the two compare.
    said : tuple of str
        Numbers of the notes, as written.
    compute, origin, holds, fails : str
        Expressions, empty when there is none.
    labels : tuple of str
        Places in the book, the best first.
    given : mapping
        Names for the expressions, and the expressions that they stand for.
    """

    note: str
    number: int
    topic: str
    says: str
    true: str
    verdict: str
    said: tuple[str, ...] = ()
    compute: str = ""
    origin: str = ""
    holds: str = ""
    fails: str = ""
    labels: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        """Name of the row in an address."""
        return f"note-{self.note}-{self.number}"

    @property
    def computable(self) -> bool:
        """Whether anything in the row is run."""
        return bool(self.compute or self.holds or self.fails)

    @functools.cached_property
    def names(self) -> dict[str, Any]:
        """What the row's expressions may name: the library, NumPy and what is given."""
        names = dict(_library())
        for name, expression in self.given.items():
            names[name] = _run(expression, names)
        return names

    @functools.cached_property
    def values(self) -> tuple[float, ...]:
        """The right numbers; none where nothing is computed."""
        if not self.compute:
            return ()
        computed = np.asarray(_run(self.compute, self.names), dtype=float)
        return tuple(float(value) for value in computed.ravel())

    @property
    def truth(self) -> str:
        """What is right, with the computed numbers put in."""
        return _PLACE.sub(lambda m: format(self.values[int(m[1] or 0)], m[2]), self.true)


def read_note(path: Path) -> tuple[str, list[Row]]:
    """Read the rows of one set of notes.

    Parameters
    ----------
    path : Path
        A file of ``book/ledger``.

    Returns
    -------
    title : str
        What the notes are.
    rows : list of Row
        The claims, in the order of the notes.

    Raises
    ------
    ValueError
        When a row has a key that means nothing, or lacks one that it needs.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    given = table.get("given", {})
    rows = []
    for number, entry in enumerate(table["row"], start=1):
        entry = entry | {"given": given | entry.get("given", {})}
        for key in ("said", "labels"):
            value = entry.get(key, ())
            entry[key] = (value,) if isinstance(value, str) else tuple(value)
        try:
            rows.append(Row(path.stem, number, **entry))
        except TypeError as error:
            raise ValueError(f"{path.name}, row {number}: {error}; see {__name__}") from error
    return table["title"], rows


def faults(row: Row) -> Iterator[str]:
    """Find where a row contradicts itself when it is computed.

    Parameters
    ----------
    row : Row
        A claim.

    Yields
    ------
    str
        What is wrong with it.

    Notes
    -----
    A number of the notes *agrees* when it is the right one rounded to its digits, and is a
    *rounding* when it is off by more than that and by no more than 1 % or three units of its last
    digit.  A *slip* and a *wrong* number are not the right one, however it is rounded.
    """
    if row.verdict not in VERDICTS:
        yield f"verdict {row.verdict!r}, wanted one of {', '.join(VERDICTS)}"
    if row.holds and not bool(_run(row.holds, row.names)):
        yield f"`{row.holds}` does not hold"
    if row.fails and bool(_run(row.fails, row.names)):
        yield f"`{row.fails}` holds, so the notes were right"
    if row.verdict == "agrees" and row.fails:
        yield "agrees, and yet has a claim that fails"
    yield from _faults_of_numbers(row)


def _faults_of_numbers(row: Row) -> Iterator[str]:
    if row.said and len(row.values) < len(row.said):
        yield f"{len(row.said)} numbers of the notes and {len(row.values)} computed ones"
        return
    pairs = list(zip(row.said, row.values, strict=False))
    close = all(_agrees(said, value) for said, value in pairs)
    refused = row.verdict == "agrees" if not close else row.verdict in ("rounding", "slip", "wrong")
    if pairs and refused:
        yield f"verdict {row.verdict} for {row.said} beside {row.values[: len(row.said)]}"
    if row.verdict == "rounding" and not all(_near(said, value) for said, value in pairs):
        yield f"{row.said} is too far from {row.values} to be a rounding"
    if any(said.lstrip("-") not in _plain(row.says) for said in row.said):
        yield f"`said` has numbers that `says` has not: {row.said}"
    if row.origin and not _agrees(row.said[0], float(_run(row.origin, row.names))):
        yield f"`{row.origin}` does not give {row.said[0]}"


def _unit(said: str) -> float:
    """Worth of the last digit of a number as written."""
    return 10.0 ** -len(said.partition(".")[2])


def _agrees(said: str, value: float) -> bool:
    return abs(float(said) - value) <= 0.5 * _unit(said) * _SLACK


def _near(said: str, value: float) -> bool:
    return abs(float(said) - value) <= max(3 * _unit(said), 0.01 * abs(value))


def _plain(text: str) -> str:
    """Write every minus of a text as Python does."""
    return text.replace("−", "-")


def _run(expression: str, names: Mapping[str, Any]) -> Any:
    try:
        # One dictionary for both scopes, or comprehensions would not see the names.
        return eval(expression, dict(names))
    except Exception as error:
        raise ValueError(f"`{expression}` raised {type(error).__name__}: {error}") from error


def _is_ours(value: Any) -> bool:
    """Whether a module of the course made it; some hand on what others make."""
    return str(getattr(value, "__module__", "")).startswith("dlcourse.")


@functools.cache
def _library() -> dict[str, Any]:
    """NumPy and every public function of the chapters' modules."""
    names: dict[str, Any] = {"np": np, "functools": functools}
    for name in _MODULES:
        module = importlib.import_module(f"dlcourse.{name}")
        names |= {
            key: value
            for key, value in vars(module).items()
            if not key.startswith("_") and _is_ours(value)
        }
    return names
