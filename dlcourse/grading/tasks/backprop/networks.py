"""The criteria of the tasks about layers and networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Case, Criterion, Made
from dlcourse.grading.tasks.backprop.byhand import PARTS, judge_part
from dlcourse.grading.tasks.losses.regression import DTYPE, UNCHANGED
from dlcourse.grading.tasks.neuron.inputs import LARGEST, spread, stack


def single(value: Any) -> Any:
    """Convert arguments to single precision, nested; whole numbers stay.

    Parameters
    ----------
    value : object
        Arrays in tuples, lists and dicts.

    Returns
    -------
    object
        The same with float32 arrays.

    Examples
    --------
    >>> single({"b": (np.zeros(1), np.arange(2))})["b"][0].dtype.name
    'float32'
    """
    if isinstance(value, np.ndarray):
        return value.astype(np.float32) if value.dtype.kind == "f" else value
    if isinstance(value, list | tuple):
        return type(value)(single(part) for part in value)
    if isinstance(value, dict):
        return {key: single(part) for key, part in value.items()}
    return value


def _params(rng: np.random.Generator) -> dict[str, np.ndarray]:
    (W1, b1), (W2, b2) = *stack(rng, 3, 2), *stack(rng, 2, 2)
    return {"W1": W1, "b1": b1, "W2": W2[:, :1].copy(), "b2": b2[:1].copy()}


def _run(
    rng: np.random.Generator, low: float = 0.7, high: float = 1.5, hides: tuple[int, ...] = ()
) -> Case:
    return Case((_params(rng), spread(rng, (3,), low, high)), hides=hides)


def _saturated(rng: np.random.Generator) -> list[Case]:
    """Pre-activations of both signs, up to the largest."""
    params = _params(rng)
    x = spread(rng, (3,), 0.5, 1.0)
    weights = np.array([[1.0, -1.0], [0.0, 0.0], [0.0, 0.0]]) * LARGEST / x[0] * 0.9
    far = params | {"W1": weights, "W2": params["W2"] * LARGEST / 2}
    return [Case((far, x)), Case(single((far, x)))]


FORWARD_321 = (
    Criterion(
        "hidden",
        1.0,
        "the two hidden units",
        lambda rng: [_run(rng, 1.6, 2.5, hides=(1,)) for _ in range(3)],
    ),
    Criterion(
        "out",
        1.0,
        "the output, a single number",
        lambda rng: [_run(rng, 0.15, 0.6, hides=(0,)) for _ in range(4)],
    ),
    Criterion(
        "extremes",
        0.5,
        "pre-activations up to 10 000, without a NumPy warning",
        _saturated,
        "quiet",
    ),
    Criterion("dtype", 0.5, DTYPE, lambda rng: [_narrow(_run(rng)), _run(rng)], "dtype"),
    Criterion("arguments", 0.5, UNCHANGED, lambda rng: [_run(rng)], "arguments"),
)


def _narrow(case: Case) -> Case:
    return Case(single(case.args), hides=case.hides)


def _step(rng: np.random.Generator, target: float | None = None) -> Case:
    """Draw a step; the target is far enough from any output that there is something to learn."""
    wanted = rng.uniform(-1.0, -0.5) if target is None else target
    return Case(
        (_params(rng), spread(rng, (3,)), round(wanted, 3), round(rng.uniform(0.3, 0.9), 3))
    )


def _other_rates(rng: np.random.Generator) -> list[Case]:
    rates = (2.5, 0.05)
    return [
        Case((*_step(rng, target).args[:3], lr))
        for target, lr in zip((0.0, 1.0), rates, strict=True)
    ]


STEP_321 = (
    Criterion("step", 2.0, "one step", lambda rng: [_step(rng), _step(rng), _step(rng, 1.5)]),
    Criterion("rates", 1.0, "larger and smaller learning rates", _other_rates),
    Criterion("dtype", 0.5, DTYPE, lambda rng: [_narrow(_step(rng)), _step(rng)], "dtype"),
    Criterion("arguments", 0.5, UNCHANGED, lambda rng: [_step(rng)], "arguments"),
)

_ASKS = {
    "forward": "forward: z and a of the units 4, 5 and 6, and the loss",
    "output": "the weights w46 and w56 and the bias b6 after the step",
    "hidden": "the six weights and two biases of the hidden units after the step",
}
_POINTS = {"forward": 2.0, "output": 1.5, "hidden": 2.0}

STEP_BY_HAND = tuple(
    Criterion(part, _POINTS[part], _ASKS[part], lambda _rng: [Case()], together=judge_part(names))
    for part, names in PARTS.items()
)


def _dense(rng: np.random.Generator, n: int, d: int, h: int) -> tuple[np.ndarray, ...]:
    return (spread(rng, (n, d)), *stack(rng, d, h)[0])


def _dense_cases(rng: np.random.Generator) -> list[Case]:
    return [Case(_dense(rng, *sizes), hides=(1,)) for sizes in [(4, 3, 2), (3, 3, 3), (1, 2, 5)]]


DENSE_FORWARD = (
    Criterion("out", 2.0, "the outputs of the layer", _dense_cases),
    Criterion(
        "dtype",
        0.5,
        DTYPE,
        lambda rng: [Case(single(_dense(rng, 5, 3, 2)), hides=(1,)), *_dense_cases(rng)[:1]],
        "dtype",
    ),
    Criterion(
        "arguments",
        0.5,
        UNCHANGED,
        lambda rng: [Case(_dense(rng, 2, 4, 3), hides=(1,))],
        "arguments",
    ),
)


def _backward(
    rng: np.random.Generator,
    sizes: tuple[int, int, int],
    hides: tuple[int, ...] = (),
    narrow: bool = False,
) -> Case:
    arguments = _dense(rng, *sizes)
    d_out = spread(rng, (sizes[0], sizes[2]))
    if narrow:
        arguments, d_out = single(arguments), single(d_out)
    return Case((d_out, Made("dense_forward", arguments, 1, arguments)), hides=hides)


def _gradients(*hides: int) -> Callable[[np.random.Generator], list[Case]]:
    sizes = [(4, 3, 2), (3, 3, 3), (2, 5, 4)]
    return lambda rng: [_backward(rng, one, hides) for one in sizes]


DENSE_BACKWARD = (
    Criterion("inputs", 1.0, "d_x, the gradient of the inputs", _gradients(1, 2)),
    Criterion("weights", 1.0, "d_W, the gradient of the weights", _gradients(0, 2)),
    Criterion("biases", 1.0, "d_b, the gradient of the biases", _gradients(0, 1)),
    Criterion(
        "dtype",
        0.5,
        DTYPE,
        lambda rng: [_backward(rng, (5, 3, 2), narrow=True), _backward(rng, (5, 2, 3))],
        "dtype",
    ),
    Criterion(
        "arguments",
        0.5,
        "d_out stays as it is",
        lambda rng: [_backward(rng, (6, 3, 2))],
        "arguments",
    ),
)
