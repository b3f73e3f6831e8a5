"""Plant every fault, one at a time, and print which test notices it.

Each fault lives in a process of its own, forked from one that has NumPy, torch and pytest
loaded.  A fault that no test notices is a hole in the suite; the exit status says so.

    python tests/planted/run.py            all
    python tests/planted/run.py adam       those whose module or kind has "adam" in it
"""

# ruff: noqa: E402, T201 (a command prints; threads are limited before NumPy is loaded)
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
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

import array_api_compat.torch
import array_api_strict
import mpmath
import numpy.testing
import planting
import pytest
import torch.optim
from plan import ROOT, Fault, faults

#: What takes long to import is imported here, once for all processes.
LOADED = (array_api_compat.torch, array_api_strict, mpmath, numpy.testing, torch.optim)
#: Seconds after which a fault that loops for ever counts as noticed.
PATIENCE = 300
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
    started, survivors = time.perf_counter(), 0
    pytest_main("--collect-only", planting.__file__)  # loads pytest's own parts
    tests = dict.fromkeys(test for fault in chosen for test in fault.tests)
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        healthy = pool.apply_async(noticed_by, [(None, tuple(tests))])
        killers = pool.imap(noticed_by, [(fault, fault.tests) for fault in chosen])
        for fault, killer in zip(chosen, killers, strict=True):
            survivors += killer in (SURVIVED, BROKEN)
            print(f"{fault.module:14} {fault.kind:52} {killer or 'NO TEST'}", flush=True)
        sound = healthy.get()
    print(f"{'(none)':14} {'the library as it is':52} {sound or 'passes'}")
    seconds = time.perf_counter() - started
    print(f"{len(chosen) - survivors} of {len(chosen)} faults noticed, in {seconds:.0f} s")
    return int(survivors > 0 or sound != SURVIVED)


def noticed_by(job: tuple[Fault | None, tuple[str, ...]]) -> str:
    """Run tests with a fault planted, or without any; the first that fails, or nothing."""
    fault, tests = job
    if fault is not None:
        planting.plant(fault)
        signal.signal(signal.SIGALRM, give_up)
        signal.alarm(PATIENCE)
    first = planting.FirstFailure()
    try:
        status = pytest_main(*tests, plugin=first)
    except TimeoutError:
        return SLOW
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return BROKEN if not first.test else first.test
    return first.test.removeprefix("tests/")


def pytest_main(*arguments: str, plugin: object = None) -> int:
    """Run pytest in this process, in silence, up to the first failure."""
    options = ["-x", "-q", "-p", "no:cacheprovider", "--rootdir", str(ROOT)]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return pytest.main([*options, *arguments], [plugin] if plugin else [])


def give_up(*_: object) -> None:
    """End a test that hangs."""
    raise TimeoutError


if __name__ == "__main__":
    sys.exit(main())
