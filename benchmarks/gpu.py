"""How near is the GPU path to what the GPU can do?  A few minutes, one table for each case.

First the ceilings are measured: bytes copied and products done in a second.  Then every case is
shown to be right, against float64 or against torch, and only then timed: all ways in turns, the
median of the rounds.  Prints Markdown.

    python benchmarks/gpu.py                 needs a GPU
    python benchmarks/gpu.py --rehearse      on the CPU, tiny, by Triton's interpreter: shows that
                                             the script works; its times mean nothing
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

ROUNDS = 9
#: Seconds of a way in one round.
BLOCK = 0.03


@dataclass(frozen=True)
class Case:
    """Something to do in several ways.

    `work` is bytes or operations, `unit` says which; `floor` is the least time in seconds at
    the measured ceilings.
    """

    title: str
    ways: dict[str, Callable[[], object]]
    base: str
    work: float
    unit: str
    floor: float
    proved: str
    #: Ways that start on so many networks at once; the table then counts network-steps.
    networks: dict[str, int] = field(default_factory=dict)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rehearse", action="store_true", help="tiny, on the CPU")
    options.add_argument("--cases", nargs="+", default=[], help="parts of names; all by default")
    chosen = options.parse_args()
    if chosen.rehearse:
        os.environ["TRITON_INTERPRET"] = "1"

    import gpu_cases
    import torch

    from dlcourse.gpu.machine import missing

    if not chosen.rehearse and missing():
        raise SystemExit("\n".join(["cannot measure a GPU here:", *missing()]))
    device = torch.device("cpu" if chosen.rehearse else "cuda")
    print(heading(device))
    ceilings = gpu_cases.ceilings(device, clock(device))
    measured = "; ".join(f"{name} {rate / 1e12:.3g} T/s" for name, rate in ceilings.items())
    print(f"\nMeasured ceilings: {measured}")
    for make in gpu_cases.MAKERS:
        if not chosen.cases or any(part in make.__name__ for part in chosen.cases):
            for case in make(device, ceilings):
                show(case, device)


def heading(device) -> str:
    """Say where and with what this was measured."""
    import torch
    import triton

    where = torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU, a rehearsal"
    day = time.strftime("%Y-%m-%d", time.gmtime())
    cuda = f", CUDA {torch.version.cuda}" if torch.version.cuda else ""
    return f"## {where}, {day}, torch {torch.__version__}{cuda}, triton {triton.__version__}"


def clock(device) -> Callable[[Callable[[], object], int], float]:
    """Make a function that gives the seconds of a call, averaged over `calls`."""
    import torch

    def on_gpu(way: Callable[[], object], calls: int) -> float:
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        for _ in range(calls):
            way()
        end.record()
        end.synchronize()
        return start.elapsed_time(end) / 1e3 / calls

    def on_cpu(way: Callable[[], object], calls: int) -> float:
        start = time.perf_counter()
        for _ in range(calls):
            way()
        return (time.perf_counter() - start) / calls

    return on_gpu if device.type == "cuda" else on_cpu


def show(case: Case, device) -> None:
    """Time the ways of a case in turns and print its table."""
    seconds, memory = clock(device), {}
    rounds = ROUNDS if device.type == "cuda" else 1
    calls = {}
    for name, way in case.ways.items():
        memory[name] = _peak(way, device)
        calls[name] = max(1, int(BLOCK / max(seconds(way, 2), 1e-6))) if rounds > 1 else 1
    times: dict[str, list[float]] = {name: [] for name in case.ways}
    for _ in range(rounds):
        for name, way in case.ways.items():
            times[name].append(seconds(way, calls[name]))
    counted = bool(case.networks)
    medians = {
        name: statistics.median(found) / case.networks.get(name, 1) for name, found in times.items()
    }
    print(f"\n### {case.title}\n\n{case.proved} Floor: {_readable(case.floor)}.\n")
    rate = "network-steps/s" if counted else case.unit
    print(f"| way | time | {rate} | of the ceiling | times as fast | spread | memory |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, median in sorted(medians.items(), key=lambda item: item[1]):
        per_second = 1 / median if counted else case.work / median / 1e12
        spread = (max(times[name]) - min(times[name])) / statistics.median(times[name])
        print(
            f"| {name} | {_readable(median)} | {per_second:.3g} | {case.floor / median:.0%} | "
            f"{medians[case.base] / median:.2f} | {spread:.0%} | {memory[name]} |"
        )


def _peak(way: Callable[[], object], device) -> str:
    """Run once, and say how much memory it took beyond what was there."""
    import torch

    if device.type != "cuda":
        way()
        return ""
    way()
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    way()
    torch.cuda.synchronize()
    return f"{(torch.cuda.max_memory_allocated() - before) / 1e9:.2f} GB"


def _readable(seconds: float) -> str:
    return f"{seconds * 1e6:.2f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.3f} ms"


if __name__ == "__main__":
    main()
