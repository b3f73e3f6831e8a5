"""The attacks share the notebooks of the grader's tests, and write the table of the book."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "grading"))


def pytest_addoption(parser):
    parser.addoption(
        "--write-table", action="store_true", help="write book/_includes/attacks.md afresh"
    )
