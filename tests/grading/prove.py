"""Prove every task, print the tables, and write the two pages of the book that show them.

python tests/grading/prove.py          print, and write book/proofs.md and book/messages.md
python tests/grading/prove.py weak     print every weaker check and the proof that notices it
"""

# ruff: noqa: T201 (a command prints)
from __future__ import annotations

import sys
import time
import warnings

from proof_pages import PAGES, confusion, unit_cells
from tables import rows
from test_tasks import ROOT

from dlcourse.grading.directory import write_atomically
from dlcourse.grading.tasks import UNITS


def main() -> int:
    """Run and print; 1 when a proof is missing."""
    warnings.simplefilter("ignore")  # wrong answers overflow, as they should
    gaps = []
    for unit in UNITS:
        started = time.perf_counter()
        found = rows(unit)
        if sys.argv[1:] == ["weak"]:
            print_weakenings(found)
        else:
            for row in found:
                print(f"\n{row.task.name}\n{confusion(row)}")
        seconds = time.perf_counter() - started
        cells = ", ".join(f"{name}: {value}" for name, value in unit_cells(unit))
        print(f"\n{unit.name}: {cells} ({seconds:.1f} s)")
        gaps += [gap for row in found for gap in row.unnoticed]
    for name, page in PAGES.items():
        write_atomically(ROOT / "book" / name, page())
    print("\n".join([f"{len(gaps)} weaker checks that no proof notices", *gaps]))
    return int(bool(gaps))


def print_weakenings(found) -> None:
    """Print the kill table of a unit."""
    for row in found:
        for weak, by in row.noticed:
            print(f"{row.task.name:24} {weak.what:72} {by.name if by else 'NOTHING'}")


if __name__ == "__main__":
    sys.exit(main())
