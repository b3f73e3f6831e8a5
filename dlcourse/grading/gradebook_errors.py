"""What a database complains about, in one sentence that says what to do and shows no password."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from dlcourse.grading.errors import DlcourseError

#: What databases say, what it means, what to do.
_MEANINGS = (
    (
        "lock timeout",
        "another program is writing to it",
        "wait until that is done (or close formgrader), then run the command again",
    ),
    (
        "No module named",
        "the program that speaks to this kind of database is not installed",
        "for PostgreSQL run pip install 'dlcourse[postgres]' and write the address as "
        "postgresql+psycopg://user@host/course",
    ),
    (
        "password authentication failed",
        "it does not take this name and password",
        "put them right in db_url or --db-url, then run the command again",
    ),
    (
        "no password supplied",
        "it wants a password",
        "write it into db_url or ~/.pgpass, then run the command again",
    ),
    (
        "Is the server running",
        "its server does not answer",
        "start the server, or put the address right, then run the command again",
    ),
    (
        "FATAL:  database",
        "its server has no such database",
        "make it with createdb, then run the command again",
    ),
    (
        "permission denied",
        "this user may not write there",
        "grant the user the rights, then run the command again",
    ),
    (
        "locked",
        "another program is writing to it",
        "wait until that is done (or close formgrader), then run the command again",
    ),
    (
        "readonly",
        "it may only be read",
        "make the file and its folder writable, then run the command again",
    ),
    (
        "unable to open",
        "it cannot be opened",
        "check that its folder exists and may be written, then run the command again",
    ),
    (
        "not a database",
        "the file is not a database",
        "move it away or put back a copy, then run the command again",
    ),
    (
        "malformed",
        "the file is damaged",
        "put back a copy (manual marks are nowhere else), then run the command again",
    ),
    (
        "no such column",
        "an older nbgrader made it",
        "run `nbgrader db upgrade` there",
    ),
    ("disk is full", "the disk is full", "make room, then run the command again"),
)


class GradebookError(DlcourseError):
    """The gradebook cannot be read or written; the verdicts are kept and nothing is lost."""


@contextlib.contextmanager
def explained(db_url: str) -> Iterator[None]:
    """Turn a database's errors into one sentence that says what to do.

    Parameters
    ----------
    db_url : str
        Address of the database.

    Yields
    ------
    None
        The statement's body runs here.

    Raises
    ------
    GradebookError
        Instead of an error of the database.
    """
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    try:
        yield
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        if isinstance(error, ArgumentError):
            # The address is not shown: a password may stand in it.
            raise GradebookError(
                "what db_url or --db-url gives is not the address of a database; wanted is one "
                "such as sqlite:////course/gradebook.db or postgresql+psycopg://user@host/course"
            ) from None
        said = str(getattr(error, "orig", None) or error)
        what, todo = _meaning(said)
        raise GradebookError(
            f"cannot use the gradebook {_shown(db_url)}: {what}; {todo}. "
            "The verdicts are kept; nothing is lost."
        ) from error


def _meaning(said: str) -> tuple[str, str]:
    for words, what, todo in _MEANINGS:
        if words in said:
            return what, todo
    return f"it answers {said.splitlines()[0]!r}", "put that right, then run the command again"


def _shown(db_url: str) -> str:
    from sqlalchemy.engine import make_url

    return make_url(db_url).render_as_string(hide_password=True)
