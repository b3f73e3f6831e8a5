"""Open nbgrader's database, enter a unit into it as `nbgrader generate_assignment` would."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from dlcourse.grading.gradebook_errors import GradebookError
from dlcourse.grading.nbgrader_api import load_api
from dlcourse.grading.released import Released, ReleasedCell
from dlcourse.grading.spec import Unit

#: Seconds to wait while another program writes.
PATIENCE = 30

#: Where nbgrader keeps the version of its tables.
_VERSION = "alembic_version"


@dataclass(frozen=True)
class Cells:
    """Ids in the database: the assignment, its notebook, and its cells by id.

    `grades` and `comments` give the grade id of a cell, `checks` the points of a check by grade id
    and `written` the points of a free-text question by grade id.
    """

    assignment: str
    notebook: str
    grades: dict[str, str]
    comments: dict[str, str]
    checks: dict[str, float]
    written: dict[str, float]


def open_book(db_url: str, course_id: str) -> Any:
    """Open the database with nbgrader, making it when it is not there.

    Parameters
    ----------
    db_url : str
        Address of the database.
    course_id : str
        nbgrader's name of the course.

    Returns
    -------
    nbgrader.api.Gradebook
        The open gradebook.
    """
    api = load_api()
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url

    url = make_url(db_url)
    if url.get_backend_name() == "sqlite" and "timeout" not in url.query:
        url = url.update_query_dict({"timeout": str(PATIENCE)})
    if url.get_backend_name() == "postgresql" and "options" not in url.query:
        url = url.update_query_dict({"options": f"-c lock_timeout={PATIENCE}s"})
    engine = create_engine(url)
    _make_tables(engine, api)
    engine.dispose()
    return api.Gradebook(url.render_as_string(hide_password=False), course_id)


def _make_tables(engine: Any, api: ModuleType) -> None:
    """Make what is missing, and note the version as nbgrader would, which starts a program for it.

    A run may have been killed between any two of these steps.
    """
    from sqlalchemy import inspect, text

    with engine.begin() as connection:
        there = inspect(connection).has_table(_VERSION)
        if there and connection.scalar(text(f"SELECT version_num FROM {_VERSION}")):
            return
        from alembic.script import ScriptDirectory
        from nbgrader.dbutil import ALEMBIC_DIR

        api.Base.metadata.create_all(connection)
        if not there:
            connection.execute(text(f"CREATE TABLE {_VERSION} (version_num VARCHAR(32) NOT NULL)"))
        version = ScriptDirectory(ALEMBIC_DIR).get_current_head()
        connection.execute(text(f"INSERT INTO {_VERSION} VALUES ('{version}')"))


def set_up(book: Any, unit: Unit, released: Released) -> Cells:
    """Enter a unit's notebook and cells, or bring them up to date, in one transaction.

    Parameters
    ----------
    book : nbgrader.api.Gradebook
        The open gradebook.
    unit : Unit
        The unit.
    released : Released
        Its released notebook.

    Returns
    -------
    Cells
        Ids of what is entered.
    """
    session = book.db
    try:
        assignment, notebook = _find_or_add(session, unit, book.course_id, released.kernelspec)
        _update_cells(session, notebook, unit, released.cells)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return _cells(session, assignment.id, notebook.id)


def _find_or_add(session: Any, unit: Unit, course_id: str, kernelspec: str) -> tuple[Any, Any]:
    from nbgrader import api
    from sqlalchemy import select

    assignment = session.scalar(select(api.Assignment).where(api.Assignment.name == unit.name))
    if assignment is None:
        assignment = api.Assignment(name=unit.name, course_id=course_id or "default_course")
        session.add(assignment)
        session.flush()
    notebook = session.scalar(
        select(api.Notebook).where(
            api.Notebook.assignment_id == assignment.id, api.Notebook.name == unit.slug
        )
    )
    if notebook is None:
        notebook = api.Notebook(name=unit.slug, assignment_id=assignment.id)
        session.add(notebook)
    notebook.kernelspec = kernelspec
    session.flush()
    return assignment, notebook


def _update_cells(session: Any, notebook: Any, unit: Unit, cells: tuple[ReleasedCell, ...]) -> None:
    from nbgrader import api

    graded = {
        cell.name: {"max_score": cell.points, "cell_type": cell.cell_type}
        for cell in cells
        if cell.grade
    }
    solutions: dict[str, dict[str, Any]] = {cell.name: {} for cell in cells if cell.solution}
    sources = {
        cell.name: {
            "cell_type": cell.cell_type,
            "locked": cell.locked,
            "source": cell.source,
            "checksum": cell.checksum,
        }
        for cell in cells
        if cell.grade or cell.solution or cell.locked
    }
    for table, wanted in (
        (api.GradeCell, graded),
        (api.SolutionCell, solutions),
        (api.SourceCell, sources),
    ):
        _update_table(session, table, notebook, wanted, unit)


def _update_table(
    session: Any, table: Any, notebook: Any, wanted: dict[str, dict[str, Any]], unit: Unit
) -> None:
    from nbgrader import api
    from sqlalchemy import exists, select

    there = {
        cell.name: cell
        for cell in session.scalars(select(table).where(table.notebook_id == notebook.id))
    }
    for name, values in wanted.items():
        cell = there.get(name)
        if cell is None:
            session.add(table(name=name, notebook_id=notebook.id, **values))
        else:
            for key, value in values.items():
                setattr(cell, key, value)
    gone = sorted(set(there) - set(wanted))
    used = exists().where(api.SubmittedNotebook.notebook_id == notebook.id)
    if gone and session.scalar(select(used)):
        raise GradebookError(
            f"the gradebook has marks for cells of {unit.name} that the released notebook lacks "
            f"({', '.join(gone)}); release the notebook with these cells again, or move "
            "gradebook.db away to start anew"
        )
    for name in gone:
        session.delete(there[name])
    session.flush()


def _cells(session: Any, assignment: str, notebook: str) -> Cells:
    from nbgrader import api
    from sqlalchemy import select

    columns = select(api.GradeCell.id, api.GradeCell.name, api.GradeCell.max_score)
    grades = session.execute(columns.where(api.GradeCell.notebook_id == notebook)).all()
    columns = select(api.SolutionCell.id, api.SolutionCell.name)
    solutions = session.execute(columns.where(api.SolutionCell.notebook_id == notebook)).all()
    answers = {name for _, name in solutions}
    session.commit()
    return Cells(
        assignment=assignment,
        notebook=notebook,
        grades={id_: name for id_, name, _ in grades},
        comments={row.id: row.name for row in solutions},
        checks={name: points for _, name, points in grades if name not in answers},
        written={name: points for _, name, points in grades if name in answers},
    )
