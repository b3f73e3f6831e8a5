"""A build fails when it should, and gives the same pages twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import make_project

from dlcourse import site

TOC = "format: jb-book\nroot: index\n"
HEADER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  name: python3
---
"""


def test_a_failing_cell_fails_the_build_every_time(tools, tmp_path: Path):
    page = HEADER + "\n# Page\n\n```{code-cell} ipython3\nassert 1 + 1 == 3\n```\n"
    project = make_project(tmp_path, {"index": page}, TOC)
    for _ in range(2):
        with pytest.raises(SystemExit) as stopped:
            site.build(project, project)
        assert stopped.value.code not in (0, None)


def test_a_warning_fails_the_build(tools, tmp_path: Path):
    project = make_project(tmp_path, {"index": "# Page\n\nSee {ref}`nowhere`.\n"}, TOC)
    with pytest.raises(SystemExit):
        site.build(project, project)


def test_a_linted_page_fails_the_build(tools, tmp_path: Path):
    project = make_project(tmp_path, {"index": "# Page\n\nText\n$$\nx\n$$\n"}, TOC)
    with pytest.raises(SystemExit, match="no blank line before"):
        site.build(project, project)


def test_a_change_of_one_page_builds_only_that_page(tools, tmp_path: Path):
    toc = TOC + "chapters:\n  - file: other\n"
    project = make_project(tmp_path, {"index": "# One\n", "other": "# Two\n"}, toc)
    pages = site.build(project, project)
    (project / "book" / "other.md").write_text("# Three\n", encoding="utf-8")
    site.build(project, project)
    assert "Three" in (pages / "other.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_two_builds_give_the_same_files(specimen: Path, specimen_project: Path, tmp_path: Path):
    again = site.build(tmp_path, specimen_project)
    files = sorted(path.relative_to(specimen) for path in specimen.rglob("*") if path.is_file())
    assert files == sorted(p.relative_to(again) for p in again.rglob("*") if p.is_file())
    changed = [f for f in files if (specimen / f).read_bytes() != (again / f).read_bytes()]
    assert changed == []
