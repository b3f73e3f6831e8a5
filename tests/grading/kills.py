"""Which proof notices which weakening."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from proofs import Proof, proofs
from weakenings import Weakening

from dlcourse.grading import compare
from dlcourse.grading.spec import Task, Unit

SEEDS = ("a", "b", "c")


def noticed_by(unit: Unit, task: Task, weakening: Weakening) -> Proof | None:
    """Find a proof that fails when a task is weakened; None when all of them still hold."""
    drawn = (witnesses(unit, task, weakening, seed) for seed in SEEDS)
    return next((proof for found in drawn for proof in found), None)


def witnesses(unit: Unit, task: Task, weakening: Weakening, seed: str) -> Iterator[Proof]:
    """Find every proof that fails on a draw when a task is weakened, the likeliest first."""

    def unlikely(proof: Proof) -> tuple[bool, bool, bool, int]:
        meant = proof.criterion == weakening.criterion != ""
        elsewhere = weakening.criterion not in ("", *proof.loses)
        return not meant, elsewhere, proof.by == "misconception", len(proof.loses)

    with tolerance(weakening.looseness):
        for proof in sorted(proofs(unit, task), key=unlikely):
            if not proof.sees(weakening.task, seed):
                yield proof


@contextmanager
def tolerance(looseness: float) -> Iterator[None]:
    """Judge with tolerances that are so many times as loose."""
    kept = dict(compare._TOLERANCES)
    try:
        for name, (rtol, atol) in kept.items():
            compare._TOLERANCES[name] = (looseness * rtol, looseness * atol)
        yield
    finally:
        compare._TOLERANCES.update(kept)
