"""Figures of the digits: what they look like, how a network learns them and what it mixes up."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from dlcourse.activations import relu
from dlcourse.backprop import mlp_loss_and_grads
from dlcourse.data import Examples, digits
from dlcourse.evaluation import accuracy, confusion_matrix
from dlcourse.figures import drawing
from dlcourse.figures.drawing import bare, finish, panels
from dlcourse.figures.made import random_layers
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.grading.tasks.project.pictures import disguise, originals, pictures
from dlcourse.layers import Layer, mlp_forward
from dlcourse.logits import sparse_cross_entropy
from dlcourse.optimizers import adam
from dlcourse.schedules import cosine_decay
from dlcourse.splits import kfold_indices, train_validation_test_split
from dlcourse.training import Snapshot, train

#: The recipe of the chapter: widths, passes over the data, rows in a batch, first learning rate.
SIZES, EPOCHS, BATCH, RATE = (64, 128, 10), 40, 32, 3e-3


def predict(params: list[Layer], X: np.ndarray) -> np.ndarray:
    """Name the class with the largest logit.

    Parameters
    ----------
    params : list of (W, b)
        A ReLU classifier.
    X : array, shape (n, d)
        One example a row.

    Returns
    -------
    int array, shape (n,)
        Classes.
    """
    return mlp_forward(X, params, relu)[-1].argmax(axis=1)


def learn(
    data: Examples, rng: np.random.Generator, epochs: int = EPOCHS, **watching: Any
) -> Snapshot:
    """Train a network by the recipe of the chapter.

    Parameters
    ----------
    data : tuple (X, y)
        Pictures and classes.
    rng : numpy.random.Generator
        Source of starting weights and of the order of the rows.
    epochs : int
        Passes over the data.
    **watching : Any
        Passed on to `train`: ``evaluate``, ``callbacks``.

    Returns
    -------
    Snapshot
        The finished run.
    """
    steps = epochs * -(-len(data[0]) // BATCH)
    return train(
        random_layers(SIZES, rng), data, mlp_loss_and_grads, adam(cosine_decay(RATE, steps)),
        epochs=epochs, size=BATCH, rng=rng, **watching,
    )  # fmt: skip


class Result(NamedTuple):
    """A run of the recipe, with its data.

    Attributes
    ----------
    run : Snapshot
        The finished run.
    test : tuple (X, y)
        Pictures that took no part in it.
    """

    run: Snapshot
    test: Examples


@cache
def recipe(seed: int = 0) -> Result:
    """Split the digits, train, and watch the validation part after each epoch.

    Parameters
    ----------
    seed : int, default 0
        Seed of split, weights and order.

    Returns
    -------
    Result
        The run and the test part.
    """
    rng = np.random.default_rng(seed)
    part, (X_val, y_val), test = train_validation_test_split(*digits(), rng)

    def evaluate(params: Any) -> dict[str, float]:
        logits = mlp_forward(X_val, params, relu)[-1]
        return {
            "val_loss": float(sparse_cross_entropy(logits, y_val)),
            "val_accuracy": float(accuracy(y_val, logits.argmax(axis=1))),
        }

    return Result(learn(part, rng, evaluate=evaluate), test)


@cache
def all_judged(seed: int = 0, k: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Judge every digit by a network that has not seen it: cross-validation (chapter 6).

    Parameters
    ----------
    seed : int, default 0
        Seed of folds, weights and order.
    k : int, default 5
        Number of folds, and of networks.

    Returns
    -------
    said : int array, shape (1797,)
        The class that each digit was taken for.
    per_fold : array, shape (k,)
        Share of right answers of each network.
    """
    X, y = digits()
    rng = np.random.default_rng(seed)
    said, per_fold = np.zeros(len(y), dtype=np.int64), []
    for learned, held_out in kfold_indices(len(y), k, rng):
        said[held_out] = predict(learn((X[learned], y[learned]), rng).params, X[held_out])
        per_fold.append(float(accuracy(y[held_out], said[held_out])))
    return said, np.array(per_fold)


@cache
def examination(seed: int = 0) -> float:
    """Take the examination of the graded notebook with the recipe of the chapter.

    Parameters
    ----------
    seed : int, default 0
        Seed of the pictures and of the run.

    Returns
    -------
    float
        Share of 1000 new pictures that are recognized.
    """
    rng = np.random.default_rng(seed)
    worn = disguise(rng)
    # Four times as many pictures, so fewer passes make as many steps.
    run = learn(pictures(rng, 4000, worn, held_out=False), rng, epochs=12)
    new, truth = pictures(rng, 1000, worn, held_out=True)
    return float(accuracy(truth, predict(run.params, new)))


def digit_rows(theme: Theme) -> Picture:
    """Show some digits of each class.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        Three rows of ten.
    """
    X, y = digits()
    with styled(theme):
        figure, axes = panels(3, 10, height=2.3, gridspec_kw={"wspace": 0.05, "hspace": 0.05})
        for place, axis in enumerate(axes):
            row, digit = divmod(place, 10)
            drawing.digit(axis, theme, X[np.flatnonzero(y == digit)[7 * row]])
        return finish(
            figure,
            """Thirty handwritten digits in three rows, each row from 0 to 9, drawn with eight by
            eight gray pixels. The strokes are coarse, and nearly all of them can be read.""",
        )


def confusions(theme: Theme) -> Picture:
    """Draw the confusion matrix of all digits, and some that were taken for others.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        A matrix and eight digits.
    """
    X, y = digits()
    said, _ = all_judged()
    wrong = np.flatnonzero(said != y)
    matrix = confusion_matrix(y, said, 10)
    counts = matrix - np.diag(np.diag(matrix))
    i, j = np.unravel_index(counts.argmax(), counts.shape)
    with styled(theme):
        figure, axes = panels(1, 2, height=3.0, gridspec_kw={"width_ratios": [1.15, 1]})
        _matrix(axes[0], theme, matrix)
        bare(axes[1])
        for place, row in enumerate(wrong[np.linspace(0, len(wrong) - 1, 8).astype(int)]):
            down, right = divmod(place, 4)
            small = axes[1].inset_axes((0.26 * right, 0.56 - 0.55 * down, 0.22, 0.34))
            drawing.digit(small, theme, X[row])
            small.set_title(f"{y[row]} as {said[row]}", fontsize=9)
        return finish(
            figure,
            f"""A ten by ten table with nearly all of 1797 digits on its diagonal and
            {len(wrong)} beside it; most often, {counts[i, j]} times, a digit {i} is taken for a
            {j}. Right: eight of these, some hard to read for a person too.""",
        )


def examined(theme: Theme) -> Picture:
    """Show originals, and what the examination makes of them.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        Two rows of eight.
    """
    rng = np.random.default_rng(3)
    worn = disguise(rng)
    X, y = originals(held_out=False)
    made, names = pictures(rng, 200, worn, held_out=False)
    with styled(theme):
        figure, axes = panels(2, 8, height=2.0)
        for digit in range(8):
            name = int(worn.names[digit])
            drawing.digit(axes[digit], theme, X[np.flatnonzero(y == digit)[0]])
            axes[digit].set_title(f"“{digit}”", fontsize=9)
            drawing.digit(axes[8 + digit], theme, made[np.flatnonzero(names == name)[0]])
            axes[8 + digit].set_title(f"“{name}”", fontsize=9)
        return finish(
            figure,
            """Top: a digit of each class from 0 to 7, upright, under its name. Bottom: a blend
            of each class, moved, noisy, turned or mirrored, under another name.""",
        )


def _matrix(axis: Axes, theme: Theme, matrix: np.ndarray) -> None:
    axis.grid(visible=False)
    beside = matrix * (1 - np.eye(10, dtype=int))
    cmap = "Oranges" if theme.name == "light" else "copper"
    axis.imshow(np.sqrt(beside), cmap=cmap, vmin=0, vmax=4)
    for (i, j), count in np.ndenumerate(matrix):
        if count:
            axis.text(j, i, str(count), ha="center", va="center", fontsize=7, color=theme.ink)
    axis.set(xticks=range(10), yticks=range(10), xlabel="taken for", ylabel="is")
