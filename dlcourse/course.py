"""Builds the graded notebooks: one MyST source a unit, two notebooks out of it.

``solutions/<unit>/<slug>.md`` is written by hand.  From it come the notebook with answers beside
it and the students' notebook in ``exercises/`` (`dlcourse.notebooks` says how).

``python -m dlcourse.course build`` writes the notebooks, ``check`` compares them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from dlcourse.grading.directory import write_atomically
from dlcourse.grading.spec import Unit
from dlcourse.grading.tasks import UNITS, find_unit
from dlcourse.notebooks import CourseError, release_notebook, require_no_leak, solution_notebook


def build(unit: Unit | str | None = None, root: Path | str = ".") -> list[Path]:
    """Build the notebooks of a unit, or of all.

    Parameters
    ----------
    unit : Unit or str, optional
        The unit, or its number or name; all of them by default.
    root : path
        The course directory.

    Returns
    -------
    list of Path
        The notebooks that were written: with answers, then the students'.
    """
    return _build(unit, Path(root), Path(root))


def drift(root: Path | str = ".") -> list[Path]:
    """Find notebooks that are not what their sources would give.

    Parameters
    ----------
    root : path
        The course directory.

    Returns
    -------
    list of Path
        Relative to the course directory; empty when nothing was forgotten.
    """
    root = Path(root)
    with tempfile.TemporaryDirectory() as place:
        built = _build(None, root, Path(place))
        pairs = [(path, path.relative_to(place)) for path in built]
        return [name for path, name in pairs if not _same_file(path, root / name)]


def _same_file(left: Path, right: Path) -> bool:
    return right.is_file() and left.read_bytes() == right.read_bytes()


def _build(unit: Unit | str | None, root: Path, target: Path) -> list[Path]:
    one = find_unit(unit) if isinstance(unit, str) else unit
    written = []
    for each in UNITS if one is None else (one,):
        source = root / "solutions" / each.name / f"{each.slug}.md"
        if not source.is_file():
            raise CourseError(
                f"there is no {source}, from which unit {each.name} is built; name the folder "
                "that has it with --course DIR"
            )
        solved = solution_notebook(each, source.read_text("utf-8"))
        released = release_notebook(solved)
        require_no_leak(each, solved, released)
        for folder, notebook in (("solutions", solved), ("exercises", released)):
            written.append(_write(target / folder / each.name / f"{each.slug}.ipynb", notebook))
    return written


def _write(path: Path, notebook: Any) -> Path:
    import nbformat

    write_atomically(path, nbformat.writes(notebook) + "\n")
    return path


def main(arguments: list[str] | None = None) -> int:
    """Run ``build`` or ``check`` in the current directory.

    Parameters
    ----------
    arguments : list of str, optional
        The command line without the program.

    Returns
    -------
    int
        Exit status: 1 when ``check`` finds a notebook that is out of date.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments == ["build"]:
        for path in build():
            sys.stdout.write(f"{path}\n")
        return 0
    if arguments == ["check"]:
        stale = drift()
        for path in stale:
            sys.stderr.write(f"{path} is out of date; run: python -m dlcourse.course build\n")
        return 1 if stale else 0
    sys.stderr.write("usage: python -m dlcourse.course build | check\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
