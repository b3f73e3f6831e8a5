"""What the first pictures of the book claim is what its digits and its neuron do."""

from __future__ import annotations

import numpy as np
import pytest

from dlcourse.data import digits
from dlcourse.figures import opening, start
from dlcourse.figures.style import LIGHT


def test_threes_and_eights_are_those_of_the_digits():
    X, y = opening.threes_and_eights()
    _, names = digits()
    assert X.shape == (np.sum(names == 3) + np.sum(names == 8), 64)
    assert y.sum() == np.sum(names == 8)


def test_the_rule_wants_ink_in_both_places():
    images = np.zeros((4, 8, 8))
    images[1:3, 2, 2] = 1.0  # above
    images[2:, 4, 1] = 1.0  # below
    assert opening.looks_like_eight(images.reshape(4, 64)).tolist() == [False, False, True, False]


def test_the_rule_is_the_best_of_its_kind_and_still_loses():
    X, y = opening.threes_and_eights()
    images = X.reshape(-1, 8, 8)
    (top, _, left, right), (low, lowest, *_) = opening.PLACES

    def right_share(up: int, down: int, ink: float) -> float:
        above = images[:, up : up + 1, left : right + 1].max(axis=(1, 2))
        below = images[:, down : down + lowest - low + 1, left : right + 1].max(axis=(1, 2))
        return float(np.mean((np.minimum(above, below) > ink) == y))

    rule, neuron = opening.shares_right()
    others = [
        right_share(up, down, ink)
        for up in (top - 1, top, top + 1)
        for down in (low - 1, low, low + 1)
        for ink in (0.3, opening.INK, 0.7)
    ]
    assert max(others) == pytest.approx(rule)
    assert neuron > rule + 0.02


def test_the_neuron_looks_where_the_rule_looks():
    w = opening.neuron_for_eights()[0].reshape(8, 8)
    row, column = np.unravel_index(np.argmax(w), w.shape)
    inside = np.zeros((8, 8), dtype=bool)
    for top, bottom, left, right in opening.PLACES:
        inside[top : bottom + 1, left : right + 1] = True
    assert inside[row, column]
    assert w[inside].mean() > 0.1 > w[~inside].mean()
    assert f"row {row + 1}, column {column + 1}" in opening.weights(LIGHT).alt


def test_the_loop_names_a_chapter_for_each_step():
    alt = start.loop(LIGHT).alt
    assert [chapter for _, chapter in start.STEPS] == [4, 1, 2, 3, 4, 7]
    assert all(f"(chapter {chapter})" in alt for _, chapter in start.STEPS)
