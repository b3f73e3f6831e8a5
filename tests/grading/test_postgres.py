"""PostgreSQL holds the same gradebook as SQLite, for us and for nbgrader."""

import csv
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from commands import nbgrader
from courses import copied, marks
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from dlcourse.grading.classroom import Settings, grade
from dlcourse.grading.directory import Course, open_course
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.gradebook import GradeBook
from dlcourse.grading.journal import verify
from dlcourse.grading.sample import course_copy
from dlcourse.grading.tasks import find_unit

pytest.importorskip("psycopg")

UNIT = find_unit(1)
ROOT = Path(__file__).parents[2]
PASSWORD = "s3cret/with@odd:signs%41"
STUDENTS = [
    "right-as-taught",
    "right-in-loops",
    "half-done",
    "blank",
    "crashes",
    "corrupted-upload",
    "cheat-patches-numpy",
]


def programs():
    """The folder of PostgreSQL's server programs, which Debian keeps off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.skip("PostgreSQL's server is not installed: apt-get install postgresql")
    return found[-1].parent if found else Path(on_path).parent


def somebody():
    """An ordinary user to run the server as, where the tests run as root: it refuses root."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


@pytest.fixture(scope="session")
def server():
    """A server on a Unix socket in a folder of its own; tests make their databases on it."""
    bin_, user = programs(), somebody()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # pytest's own is closed to other users
    (folder / "password").write_text(PASSWORD)
    identity = {}
    if user:
        for path in (folder, folder / "password"):
            os.chown(path, user.pw_uid, user.pw_gid)
        identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def run(program, *words):
        command = [bin_ / program, "-D", folder / "data", *words]
        out = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, check=True, cwd=folder, **out, **identity)

    login = ("-U", "grader", "-A", "scram-sha-256", "--pwfile", folder / "password")
    run("initdb", *login, "--no-sync", "-E", "UTF8", "--locale", "C")
    run("pg_ctl", "-w", "-l", folder / "log", "-o", f"-F -h '' -k {folder}", "start")
    yield Server(folder)
    run("pg_ctl", "-m", "immediate", "stop")
    shutil.rmtree(folder)


class Server:
    """Makes databases and gives their addresses."""

    def __init__(self, folder):
        login = URL.create("postgresql+psycopg", "grader", PASSWORD, database="postgres")
        self.base = login.set(query={"host": str(folder)})
        self.count = 0

    def database(self):
        self.count += 1
        name = f"course{self.count}"
        engine = create_engine(self.base, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"create database {name}"))
        engine.dispose()
        return shown(self.base.set(database=name))


def shown(url):
    return url.render_as_string(hide_password=False)


def configure(course, url):
    """Write the address where nbgrader reads it."""
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write(f"c.CourseDirectory.db_url = {url!r}\n")


def dlcourse(course, *words, **settings):
    return subprocess.Popen(
        [sys.executable, "-m", "dlcourse", *words, "--course", str(course.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env=os.environ | settings,
    )


@pytest.fixture
def small_class(sample_class, tmp_path, server):
    """A few of the sample class, not graded yet, and the whole class graded with SQLite."""
    course = copied(sample_class[0], tmp_path / "course", STUDENTS)
    configure(course, server.database())
    return course, sample_class[0]


def expected(place):
    return [row for row in marks(place) if row[0] in STUDENTS]


def test_the_gradebook_is_that_of_sqlite_and_nbgrader_exports_it(small_class):
    course, place = small_class
    grade(course, UNIT, Settings(workers=2), lambda verdict, left: None)
    assert not (course.root / "gradebook.db").exists()
    assert marks(course) == expected(place)
    done = nbgrader("export", "--to", "grades.csv", cwd=course.root)
    assert done.returncode == 0, done.stderr
    with open(course.root / "grades.csv") as file:
        exported = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    totals = dict.fromkeys(STUDENTS, 0.0)
    for student, _, auto, *_ in expected(place):
        totals[student] += auto or 0.0
    assert exported == totals


def test_killed_in_the_middle_and_run_again_the_gradebook_is_the_same(small_class):
    course, place = small_class
    for verdicts in (1, 3, 5):
        process = dlcourse(course, "grade", "1", "--workers", "2")
        while len(list(course.verdicts(UNIT))) < verdicts and process.poll() is None:
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert len(list(course.verdicts(UNIT))) < len(STUDENTS)
    again = dlcourse(course, "grade", "1")
    assert again.communicate()[0].count("\n") > 1
    assert again.returncode == 0
    assert marks(course) == expected(place)
    assert verify(course.journal) == []


def test_every_command_takes_the_address_and_none_shows_the_password(
    sample_class, tmp_path, server
):
    course = copied(sample_class[0], tmp_path / "course", STUDENTS[:2])
    url = server.database()
    said = []
    for words in (("grade", "1"), ("feedback", "1"), ("report", "1"), ("export", "1")):
        process = dlcourse(course, *words, DLCOURSE_DB_URL=url)
        said.append(process.communicate()[0])
        assert process.returncode == 0, said[-1]
    assert not (course.root / "gradebook.db").exists()
    assert {row[0] for row in marks(Course(course.root, url))} == set(STUDENTS[:2])
    wrong = shown(make_url(url).set(password="not-" + PASSWORD))
    for address in (wrong, url.replace("postgresql+psycopg://", "postgresql psycopg/")):
        process = dlcourse(course, "grade", "1", "--db-url", address)
        said.append(process.communicate()[0])
        assert process.returncode == 2, said[-1]
        assert said[-1].count("\n") == 1
    assert "it does not take this name and password" in said[-2]
    assert "is not the address of a database" in said[-1]
    assert not any(secret in text for text in said for secret in (PASSWORD, quote(PASSWORD, "")))


def test_no_server_is_one_clear_sentence(sample_class, tmp_path):
    place, _, _ = sample_class
    url = f"postgresql+psycopg://grader:{quote(PASSWORD, '')}@/course?host={tmp_path}"
    with pytest.raises(DlcourseError, match="its server does not answer; start the server") as said:
        GradeBook(url, UNIT, place.release(UNIT))
    assert PASSWORD not in str(said.value)
    assert "grader:***@" in str(said.value)


def test_no_such_database_is_one_clear_sentence(sample_class, server):
    place, _, _ = sample_class
    url = shown(server.base.set(database="nowhere"))
    with pytest.raises(DlcourseError, match="has no such database; make it with createdb"):
        GradeBook(url, UNIT, place.release(UNIT))


def test_a_missing_driver_is_said(sample_class):
    place, _, _ = sample_class
    with pytest.raises(DlcourseError, match=r"is not installed; .*dlcourse\[postgres\]"):
        GradeBook("postgresql+pg8000://grader@localhost/course", UNIT, place.release(UNIT))


def test_a_writer_that_never_ends_is_not_waited_for(small_class, monkeypatch):
    course, _ = small_class
    monkeypatch.setattr("dlcourse.grading.gradebook_setup.PATIENCE", 1)
    with GradeBook(course.db_url, UNIT, course.release(UNIT)):
        pass
    engine = create_engine(course.db_url)
    with engine.connect() as other:
        other.execute(text("lock table submitted_assignment"))
        with pytest.raises(DlcourseError, match="another program is writing to it; wait until"):
            grade(course, UNIT, Settings(workers=2), lambda verdict, left: None)
    engine.dispose()
    grade(course, UNIT, Settings(workers=2), lambda verdict, left: None)
    assert {row[0] for row in marks(course)} == set(STUDENTS)


def test_a_sample_class_never_enters_the_course_s_database(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(ROOT / "exercises", source / "exercises")
    shutil.copytree(ROOT / "solutions", source / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", source)
    configure(Course(source), "postgresql+psycopg://real@host/marks")
    made = course_copy(open_course(source), tmp_path / "demo", (UNIT,))
    assert open_course(source).db_url == "postgresql+psycopg://real@host/marks"
    assert made.db_url == f"sqlite:///{made.root}/gradebook.db"


def test_a_relative_address_is_that_of_the_course_s_folder(tmp_path):
    course = Course(tmp_path)
    assert course.db_url == f"sqlite:///{tmp_path}/gradebook.db"
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    configure(course, "sqlite:///marks/book.db")
    assert course.db_url == f"sqlite:///{tmp_path}/marks/book.db"
    configure(course, "sqlite:////elsewhere/book.db")
    assert course.db_url == "sqlite:////elsewhere/book.db"
    assert Course(tmp_path, "sqlite://").db_url == "sqlite://"


def test_a_configuration_that_fails_is_said(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("import os\nos.environ['no such name']\n")
    with pytest.raises(DlcourseError, match=r"nbgrader_config\.py fails with KeyError"):
        assert Course(tmp_path).db_url
