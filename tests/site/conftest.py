"""The built site, once a session: the book itself, and a page that has everything on it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from projects import make_project

from dlcourse import site

HERE = Path(__file__).parent
_TOC = """\
format: jb-book
root: index
parts:
  - numbered: true
    chapters:
      - file: specimen
"""


@pytest.fixture(scope="session")
def tools() -> None:
    """Node.js and its packages; without Node.js there is no site to test."""
    if shutil.which("node") is None:
        pytest.fail("Node.js is missing; run scripts/system-packages.sh test")
    site.install_node_packages()


@pytest.fixture(scope="session")
def book(tools: None) -> Path:
    """The book, built in the repository's own _build, so that what is unchanged is reused."""
    return site.build(site.ROOT)


@pytest.fixture(scope="session")
def specimen_project(tools: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pages = {
        "index": "# Specimen\n\nThe cover of a book with one page.\n",
        "specimen": (HERE / "specimen" / "specimen.md").read_text(encoding="utf-8"),
    }
    return make_project(tmp_path_factory.mktemp("specimen"), pages, _TOC)


@pytest.fixture(scope="session")
def specimen(specimen_project: Path) -> Path:
    """A small book whose page uses every directive."""
    return site.build(specimen_project, specimen_project)


@pytest.fixture(scope="session")
def browse(tools: None) -> Callable[..., Any]:
    """Run one of the browser scripts beside this file and read the JSON that it prints."""
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        pytest.fail("Chromium is missing; run scripts/system-packages.sh test")

    def run(script: str, *arguments: str | Path) -> Any:
        done = subprocess.run(
            ["node", str(HERE / script), *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    return run
