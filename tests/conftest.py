"""Which tests share a process when several run side by side (``pytest -n 2``).

A file stays together, because its fixtures are made once for it.  What installs Node.js packages or
builds the site stays together as a whole: two at once would write to the same folders.
"""

import os
from pathlib import Path

import pytest

# Read by NumPy when it is imported: two tests on two cores are faster with one thread each.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

HERE = Path(__file__).parent
# Files like this one all have one name, and hold no examples.
collect_ignore = [str(path) for path in HERE.rglob("conftest.py")]
# Answers, right and wrong, which the tests of the tasks read.
collect_ignore_glob = [f"{HERE}/{folder}/*" for folder in ("fairness", "mistaken", "mutants")]
TOGETHER = {"site", "test_graded_pages.py"}


# First, because xdist reads the marks in a hook of the same name.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    # What takes longest in one piece begins first.
    items.sort(key=lambda item: not TOGETHER.intersection(item.path.parts))
    for item in items:
        whole = TOGETHER.intersection(item.path.parts)
        item.add_marker(pytest.mark.xdist_group("site" if whole else str(item.path)))
