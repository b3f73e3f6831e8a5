"""The graded cells of a released notebook, as nbgrader's database keeps them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlcourse.grading.errors import DlcourseError


@dataclass(frozen=True)
class ReleasedCell:
    """One cell with a grade id: what it is for, what it is worth, what it says."""

    name: str
    cell_type: str
    source: str
    grade: bool
    solution: bool
    locked: bool
    points: float
    checksum: str


@dataclass(frozen=True)
class Released:
    """The cells with a grade id in order, and the kernel that the notebook names."""

    cells: tuple[ReleasedCell, ...]
    kernelspec: str


def read_released(path: Path) -> Released:
    """Read the graded cells of a released notebook.

    Parameters
    ----------
    path : Path
        The notebook that students get.

    Returns
    -------
    Released
        Its graded cells and kernel.

    Raises
    ------
    DlcourseError
        When the file is missing or is not a notebook.
    """
    try:
        document = json.loads(path.read_bytes())
        cells = tuple(_cell(cell) for cell in document["cells"] if _grading(cell).get("grade_id"))
        kernelspec = json.dumps(document.get("metadata", {}).get("kernelspec", {}))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DlcourseError(
            f"cannot read the released notebook {path} ({error}); make it with `dlcourse release`"
        ) from error
    return Released(cells, kernelspec)


def _grading(cell: dict[str, Any]) -> dict[str, Any]:
    return cell.get("metadata", {}).get("nbgrader") or {}


def _cell(cell: dict[str, Any]) -> ReleasedCell:
    about = _grading(cell)
    grade, solution = bool(about.get("grade")), bool(about.get("solution"))
    locked = not solution and (grade or bool(about.get("locked")))
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    points = float(about.get("points") or 0)
    found = ReleasedCell(
        name=about["grade_id"],
        cell_type="code" if cell["cell_type"] == "code" else "markdown",
        source=source,
        grade=grade,
        solution=solution,
        locked=locked,
        points=points,
        checksum=about.get("checksum") or "",
    )
    return found if found.checksum else _with_checksum(found)


def _with_checksum(cell: ReleasedCell) -> ReleasedCell:
    """Sum up a cell as `nbgrader.utils.compute_checksum` does."""
    parts = [cell.source, cell.cell_type, str(cell.grade), str(cell.solution), str(cell.locked)]
    parts += [cell.name, *([str(cell.points)] if cell.grade else [])]
    checksum = hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()
    return ReleasedCell(**{**vars(cell), "checksum": checksum})
