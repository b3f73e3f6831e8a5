"""Wrong answers for the gates and for XOR, and what a teacher says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _gates(and_: Any, or_: Any, nand: Any) -> Callable[[str], Any]:
    answers = {"and": and_, "or": or_, "nand": nand}
    return lambda name: (np.array(answers[name][0], dtype=float), answers[name][1])


_AND, _OR, _NAND = ((1, 1), -1.5), ((1, 1), -0.5), ((-1, -1), 1.5)

GATES = (
    Misconception(
        "bias-sign",
        _gates(((1, 1), 1.5), ((1, 1), 0.5), ((-1, -1), -1.5)),
        "Your bias has the opposite sign. The rule is w @ x + b > 0: a threshold moves to the left "
        "side and changes its sign.",
    ),
    Misconception(
        "at-zero",
        _gates(((1, 1), -2.0), ((1, 1), -1.0), ((-1, -1), 2.0)),
        "Some of your sums are exactly 0, and exactly 0 does not fire. Put the threshold between "
        "two values, not on one.",
    ),
    Misconception(
        "no-bias",
        _gates(((1, 1), 0.0), ((1, 1), 0.0), ((-1, -1), 0.0)),
        "Without a bias the border goes through (0, 0), whatever the weights are. AND and NAND "
        "need it elsewhere.",
    ),
    Misconception(
        "and-or-swapped",
        _gates(_OR, _AND, _NAND),
        "Your AND and OR are exchanged. How many ones does it take to make each of them fire?",
    ),
    Misconception(
        "nor",
        _gates(_AND, _OR, ((-1, -1), 0.5)),
        "What you gave for NAND is NOR: it fires only when both inputs are 0. NAND is silent only "
        "when both are 1.",
    ),
    Misconception(
        "nand-is-and",
        _gates(_AND, _OR, _AND),
        "For NAND you returned AND. NAND fires exactly where AND does not.",
    ),
    Misconception(
        "half-negated-weights",
        _gates(_AND, _OR, ((-1, -1), -1.5)),
        "For NAND you changed the sign of the weights only, and the neuron never fires. To turn "
        "an answer round, all of w @ x + b changes its sign.",
    ),
    Misconception(
        "half-negated-bias",
        _gates(_AND, _OR, ((1, 1), 1.5)),
        "For NAND you changed the sign of the bias only, and the neuron always fires. To turn an "
        "answer round, all of w @ x + b changes its sign.",
    ),
    Misconception(
        "plus-minus-one",
        _gates(_AND, ((1, 1), 1.0), ((-1, -1), 1.0)),
        "These weights suit inputs of -1 and +1. Here an input is 0 or 1.",
    ),
    Misconception(
        "one-gate",
        _gates(_AND, _AND, _AND),
        "You return the same neuron for every name. Look at the argument.",
    ),
    Misconception(
        "no-pair",
        lambda name: np.array([1.0, 1.0, -1.5]) if name == "and" else np.array([1.0, 1.0, -0.5]),
        "You put weights and bias into one array. Return a pair: the two weights, then the bias.",
    ),
)


def _network(hidden: Any, output: Any) -> Callable[[], Any]:
    parts = [tuple(np.array(part, dtype=float) for part in layer) for layer in (hidden, output)]
    return lambda: tuple(parts)


_OR_AND = ([[1, 1], [1, 1]], [-0.5, -1.5])
_OR_NAND = ([[1, -1], [1, -1]], [-0.5, 1.5])

XOR = (
    Misconception(
        "or",
        _network(_OR_AND, ([[1], [0]], [-0.5])),
        "Your network computes OR: it also fires for (1, 1). The second hidden unit must be able "
        "to hold it back.",
    ),
    Misconception(
        "output-or",
        _network(_OR_NAND, ([[1], [1]], [-0.5])),
        "Your output fires for every input. OR and NAND are the right pieces, but both must "
        "fire: what gate joins them?",
    ),
    Misconception(
        "output-and",
        _network(_OR_AND, ([[1], [1]], [-1.5])),
        "Your network computes AND. Where AND fires, the output must be held back, not pushed.",
    ),
    Misconception(
        "xnor",
        _network(_OR_AND, ([[-1], [1]], [0.5])),
        "Your network fires exactly where XOR does not: this is XNOR. The signs of the output "
        "unit are turned round.",
    ),
    Misconception(
        "transposed",
        _network(([[1, 1], [-1, -1]], [-0.5, 1.5]), ([[1], [1]], [-1.5])),
        "Rows and columns of W1 are exchanged. A column holds the weights of one hidden unit, a "
        "row those of one input.",
    ),
    Misconception(
        "silent",
        _network(([[1, 1], [1, 1]], [-1, -2]), ([[1], [-1]], [-1])),
        "Your network never fires. Look for sums that are exactly 0: exactly 0 does not fire, so "
        "a threshold lies between two values.",
    ),
    Misconception(
        "nand",
        _network(_OR_NAND, ([[0], [1]], [-0.5])),
        "Your network computes NAND: it also fires for (0, 0). The OR unit has no say in the "
        "output yet.",
    ),
    Misconception(
        "flat",
        lambda: tuple(
            part for layer in _network(_OR_AND, ([[1], [-1]], [-0.5]))() for part in layer
        ),
        "The four arrays come in one row. Return two pairs, one for each layer.",
    ),
    Misconception(
        "truth-table",
        lambda: np.array([0.0, 1.0, 1.0, 0.0]),
        "This is the truth table of XOR, what the network should say. Asked for are weights and "
        "biases that make it say so.",
    ),
)
