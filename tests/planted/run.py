"""Plant every fault, one at a time, and print which test notices it.

Each fault lives in a process of its own, forked from one that has NumPy, torch and pytest
loaded.  A fault that no test notices is a hole in the suite; the exit status says so.

    python tests/planted/run.py            all
    python tests/planted/run.py adam       those whose module or kind has "adam" in it
"""

# ruff: noqa: E402 (threads are limited before NumPy is loaded)
from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

import array_api_strict  # noqa: F401 (loaded once, for all processes)
import pytest
import torch  # noqa: F401 (loaded once, for all processes)
from plan import ROOT, Fault, faults
from planting import FirstFailure, plant
from rich.console import Console
from rich.markup import escape
from rich.table import Table

#: Seconds after which a fault that loops for ever counts as noticed.
PATIENCE = 120
SURVIVED, SLOW = "", "a test that then never ends"
#: The tests could not even be collected: the fault is no fault but nonsense.
BROKEN = "nothing: the tests do not start"


def main() -> int:
    """Run and print; 0 when every fault was noticed and the library itself passes."""
    wanted = sys.argv[1:]
    chosen = [
        fault
        for fault in faults()
        if not wanted or any(word in f"{fault.module} {fault.kind}" for word in wanted)
    ]
    started = time.perf_counter()
    console = Console(width=160)
    tests = dict.fromkeys(test for fault in chosen for test in fault.tests)
    jobs = [(None, tuple(tests)), *((fault, fault.tests) for fault in chosen)]
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        sound, *killers = pool.imap(noticed_by, jobs)
    table = Table("module", "fault", "noticed by")
    for fault, killer in zip(chosen, killers, strict=True):
        table.add_row(fault.module, fault.kind, escape(killer) or "[bold red]NO TEST[/]")
    console.print(table)
    if sound != SURVIVED:
        console.print(f"The library without a fault fails {sound}: the table says nothing.")
    killed = sum(killer not in (SURVIVED, BROKEN) for killer in killers)
    seconds = time.perf_counter() - started
    console.print(f"{killed} of {len(chosen)} faults noticed, in {seconds:.0f} s")
    return int(killed < len(chosen) or sound != SURVIVED)


def noticed_by(job: tuple[Fault | None, tuple[str, ...]]) -> str:
    """Run tests with a fault planted, or without any; the first that fails, or nothing."""
    fault, tests = job
    if fault is not None:
        plant(fault)
        signal.signal(signal.SIGALRM, give_up)
        signal.alarm(PATIENCE)
    first = FirstFailure()
    options = ["-x", "-q", "-p", "no:cacheprovider", "--rootdir", str(ROOT), "--no-header"]
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            status = pytest.main([*options, *tests], [first])
    except TimeoutError:
        return SLOW
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return BROKEN if not first.test else first.test
    return first.test.removeprefix("tests/")


def give_up(*_: object) -> None:
    """End a test that hangs."""
    raise TimeoutError


if __name__ == "__main__":
    sys.exit(main())
