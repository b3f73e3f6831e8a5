"""What a planted fault is, and where they are written down.

``faults/<module>.txt`` holds the faults of ``dlcourse/<module>.py``; a dot in the name stands for
a folder.  Its first line names the files of tests that must notice them, the fastest to notice
first.  A fault is a line that says
what went wrong, the right lines, marked ``-``, and the wrong lines that replace them, marked
``+``, as in a patch; parts of lines will do, if they occur once.  Doctests are not among the
tests: an example is there to be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FAULTS = Path(__file__).parent / "faults"


@dataclass(frozen=True)
class Fault:
    """One wrong change of a module of the library: `old`, which occurs once, becomes `new`."""

    module: str
    kind: str
    old: str
    new: str
    tests: tuple[str, ...]

    @property
    def source(self) -> Path:
        """The file that is changed."""
        return ROOT / "dlcourse" / f"{self.module.replace('.', '/')}.py"

    def changed(self) -> str:
        """Plant the fault in the source."""
        text = self.source.read_text()
        count = text.count(self.old)
        if count != 1:
            raise ValueError(f"{self.module}: {self.old!r} occurs {count} times, wanted once")
        return text.replace(self.old, self.new)


def faults() -> list[Fault]:
    """All faults, module by module."""
    return [fault for path in sorted(FAULTS.glob("*.txt")) for fault in _read(path)]


def _read(path: Path) -> list[Fault]:
    head, *blocks = path.read_text().rstrip().split("\n\n")
    names = head.removeprefix("tests:").split()
    places = (Path(name) for name in names)
    tests = tuple(f"{ROOT / 'tests' / name.parent / f'test_{name.name}.py'}" for name in places)
    return [_fault(path.stem, tests, block.split("\n")) for block in blocks]


def _fault(module: str, tests: tuple[str, ...], lines: list[str]) -> Fault:
    kind, *marked = lines
    old, new = ("\n".join(x[2:] for x in marked if x.startswith(mark)) for mark in ("- ", "+ "))
    if not old or len(marked) != sum(line.startswith(("- ", "+ ")) for line in marked):
        raise ValueError(f"{module}: {kind!r} wants lines that begin with '- ' and '+ '")
    return Fault(module, kind, old, new, tests)
