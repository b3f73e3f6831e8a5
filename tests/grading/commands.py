"""The commands as a person types them, and three submissions to type them for."""

import os
import subprocess
import sys
from pathlib import Path

from notebooks import ROOT, SOLVED, answer, dump, load

DONE, NO, FAILED = 0, 1, 2


def dlcourse(*words, env=None, cwd=ROOT):
    """Run the command in a process of its own, as a person does."""
    return subprocess.run(
        [sys.executable, "-m", "dlcourse", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | {"COLUMNS": "200"} | (env or {}),
        check=False,
        timeout=120,
    )


def nbgrader(*words, cwd):
    """Run nbgrader's command; it calls alembic by name, so its programs must be on the path."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PATH": path},
        check=False,
        timeout=300,
    )


def refused(done):
    """The one sentence of a command that could not be carried out."""
    assert done.returncode == FAILED, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    return lines[0]


def hand_in_three(course):
    """One right submission, one with a wrong relu, one that is no notebook."""
    for student, data in {
        "s01": SOLVED.read_bytes(),
        "s02": dump(with_wrong_relu()),
        "s03": b"{ not a notebook",
    }.items():
        folder = course.root / "submitted" / student / "1-neuron"
        folder.mkdir(parents=True)
        (folder / "neuron.ipynb").write_bytes(data)


def with_wrong_relu():
    return answer(load(), {"relu": "def relu(z):\n    return np.abs(z)"})
