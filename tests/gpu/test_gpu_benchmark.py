"""The benchmark of the GPU path does what it will do on a GPU, but tiny and on the CPU."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "gpu.py"


def run(*arguments):
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False
    )


def test_every_case_is_proved_and_has_its_table():
    done = run("--rehearse")
    assert done.returncode == 0, done.stderr[-2000:]
    cases = done.stdout.split("\n### ")[1:]
    assert len(cases) == 2 + 1 + 1 + 9 + 1
    for case in cases:
        assert re.search(r"^Right: .* of (float64|torch)", case, re.MULTILINE), case
        rows = re.findall(r"^\| (.*?) \| [\d.]+ (?:ms|µs) \|", case, re.MULTILINE)
        assert len(rows) >= 2
        assert any("dlcourse.gpu" in row for row in rows)
    assert "a rehearsal" in done.stdout


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_without_a_gpu_it_says_what_is_missing():
    done = run()
    assert done.returncode == 1
    assert done.stderr.startswith("cannot measure a GPU here:\nno GPU: torch")
    assert done.stdout == ""
