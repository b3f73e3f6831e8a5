"""Compare ways of doing the same thing on a machine that others use too.

All ways run in one process, in short blocks, in an order that is shuffled every round.  For each
block the time that this process's threads spent waiting for a core is read from the kernel
(Linux): a block that waited more than 2 % of its time says something about the neighbors and is
left out.  Where fewer than five clean blocks were had, the least disturbed quarter counts.  The
processor time of a call, summed over threads, is shown as well: with one thread it hardly minds
the neighbors, with several it counts waiting for each other as work.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

#: Share of a block that its threads may wait for a core.
CLEAN = 0.02
ENOUGH = 5


@dataclass(frozen=True)
class Timing:
    """Seconds a call: median of the blocks that count, the best block, the processor's time."""

    median: float
    best: float
    processor: float
    clean: int
    blocks: int


def asked(about: str, sizes: Iterable[str], default: list[str]) -> argparse.Namespace:
    """Read the command line, and give every library, torch included, its threads."""
    options = argparse.ArgumentParser(description=about.splitlines()[0])
    options.add_argument("--sizes", nargs="+", choices=sizes, default=default)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--seconds", type=float, default=40, help="for each size")
    options.add_argument("--without", nargs="*", default=[], help="parts of names to leave out")
    chosen = options.parse_args()
    limit_threads(chosen.threads)
    import torch

    torch.set_num_threads(chosen.threads)
    return chosen


def limit_threads(threads: int) -> None:
    """Give every library this many threads; call it before NumPy or torch is imported."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def measure(
    ways: dict[str, Callable[[], object]], seconds: float, block: float = 0.03
) -> dict[str, Timing]:
    """Time all ways for about this long together."""
    calls = {name: _calls(way, block) for name, way in ways.items()}
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ways}
    rng, names, started = random.Random(0), list(ways), time.perf_counter()
    while time.perf_counter() - started < seconds or len(found[names[0]]) < ENOUGH:
        rng.shuffle(names)
        for name in names:
            found[name].append(_block(ways[name], calls[name]))
    return {name: _timing(found[name]) for name in ways}


def _calls(way: Callable[[], object], block: float) -> int:
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        way()
        best = min(best, time.perf_counter() - started)
    return max(1, int(block / best))


def _block(way: Callable[[], object], calls: int) -> tuple[float, float, float]:
    """Share of the time spent waiting for a core, seconds a call, processor's seconds a call."""
    way()  # fill the caches that the last way emptied, wake the threads
    waited, worked, started = _waiting(), time.process_time(), time.perf_counter()
    for _ in range(calls):
        way()
    spent = time.perf_counter() - started
    worked = time.process_time() - worked
    return (_waiting() - waited) / spent, spent / calls, worked / calls


def _waiting() -> float:
    """Seconds that the threads of this process were ready to run and did not."""
    total = 0
    for task in Path("/proc/self/task").glob("*/schedstat"):
        try:
            total += int(task.read_text().split()[1])
        except OSError:  # the thread has ended
            continue
    return total / 1e9


def _timing(blocks: list[tuple[float, float, float]]) -> Timing:
    clean = [block for block in blocks if block[0] <= CLEAN]
    used = clean if len(clean) >= ENOUGH else sorted(blocks)[: max(3, len(blocks) // 4)]
    _, seconds, worked = (statistics.median(column) for column in zip(*used, strict=True))
    return Timing(seconds, min(block[1] for block in blocks), worked, len(clean), len(blocks))


def show(title: str, timings: dict[str, Timing], base: str, floor: str | None = None) -> None:
    """Print times, how many times as fast as `base`, and the share of the floor (by bests)."""
    table = Table(title=title, title_justify="left")
    columns = ("median", "times as fast", "best", "by best", "processor", "by it", "of floor")
    for column in ("way", *columns, "clean"):
        table.add_column(column, justify="left" if column == "way" else "right")
    first = timings[base]
    for name, timing in sorted(timings.items(), key=lambda item: item[1].median):
        table.add_row(
            name,
            _readable(timing.median),
            f"{first.median / timing.median:.2f}",
            _readable(timing.best),
            f"{first.best / timing.best:.2f}",
            _readable(timing.processor),
            f"{first.processor / timing.processor:.2f}",
            f"{timings[floor].best / timing.best:.2f}" if floor else "",
            f"{timing.clean}/{timing.blocks}",
        )
    console = Console(width=120)
    console.print(table)
    console.print(f"times as fast as: {base}" + (f"; floor: {floor}" if floor else ""))


def _readable(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} us" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"


def load() -> str:
    """Say how busy the machine was: a run on a busy machine flatters what uses one thread."""
    if not hasattr(os, "getloadavg"):
        return "load unknown"
    cores = os.cpu_count()
    return f"load {os.getloadavg()[0]:.1f} on {cores} cores (this process included)"
