"""Which tests share a process when several run side by side (``pytest -n 2``).

A file stays together, because its fixtures are made once for it.  What installs Node.js packages or
builds the site stays together as a whole: two at once would write to the same folders.
"""

import os
from pathlib import Path, PurePosixPath

import pytest
from xdist.scheduler import LoadScopeScheduling

# Read by NumPy when it is imported: two tests on two cores are faster with one thread each.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

HERE = Path(__file__).parent
# Files like this one all have one name, and hold no examples.
collect_ignore = [str(path) for path in HERE.rglob("conftest.py")]
# Answers, right and wrong, which the tests of the tasks read.
collect_ignore_glob = [f"{HERE}/{folder}/*" for folder in ("fairness", "mistaken", "mutants")]
TOGETHER = {"site", "test_graded_pages.py"}


def share(nodeid: str) -> str:
    """Name what has to run in one process with this test."""
    path = PurePosixPath(nodeid.partition("::")[0])
    return "site" if TOGETHER.intersection(path.parts[1:]) else str(path)


class Scheduling(LoadScopeScheduling):
    """Hand out tests by what `share` says, in the order in which they were found."""

    def _split_scope(self, nodeid: str) -> str:
        return share(nodeid)


# Optional: make mutants runs pytest without its plugins.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)


def pytest_collection_modifyitems(items):
    # What takes longest in one piece begins first.
    items.sort(key=lambda item: share(item.nodeid) != "site")
