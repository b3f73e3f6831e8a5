"""Many small networks of one shape, trained at once.

One small network keeps a computer busy with calls, not with arithmetic.  Stacked, m networks
share every call, and the results are those of training each alone.  That makes repeated
experiments cheap: the spread over data sets, a race of learning rates, a search.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from dlcourse.activations import relu
from dlcourse.backend import Array, as_floating, namespace
from dlcourse.inplace import Stepper, kernels
from dlcourse.layers import Layer
from dlcourse.packing import as_layers, pack


def stack(networks: Sequence[Sequence[Layer]]) -> list[Layer]:
    """Stack the weights of networks of one shape.

    Parameters
    ----------
    networks : list of list of (W, b)
        m networks, each its layers in order.

    Returns
    -------
    list of (W, b)
        Layers with a leading axis: W ``(m, d, h)``, b ``(m, h)``.

    Raises
    ------
    ValueError
        When there is no network or their shapes differ.

    Notes
    -----
    Section "Many networks at once" of chapter 6.

    Examples
    --------
    >>> import numpy as np
    >>> network = [(np.ones((2, 3)), np.zeros(3))]
    >>> [part.shape for part in stack([network, network])[0]]
    [(2, 2, 3), (2, 3)]
    """
    shapes = [[tuple(tuple(part.shape) for part in layer) for layer in net] for net in networks]
    if not shapes or any(shape != shapes[0] for shape in shapes):
        found = " and ".join(str(shape) for shape, _ in itertools.groupby(shapes)) or "none"
        raise ValueError(f"got networks of shapes {found}; wanted at least one, all of one shape")
    xp = namespace(networks[0][0][0])
    layers = zip(*networks, strict=True)
    return [tuple(xp.stack(parts) for parts in zip(*layer, strict=True)) for layer in layers]


def ensemble_forward(X: Array, params: Sequence[Layer]) -> Array:
    r"""Compute the logits of m networks at once, each a product of three-way arrays.

    Parameters
    ----------
    X : array, shape (n, d) or (m, n, d)
        One example a row; one set for all networks, or one for each.
    params : list of (W, b)
        Stacked layers: W ``(m, d, h)``, b ``(m, h)``; the hidden ones are followed by ReLU.

    Returns
    -------
    array, shape (m, n, k)
        Logits.

    Notes
    -----
    Section "Many networks at once" of chapter 6.

    Examples
    --------
    >>> import numpy as np
    >>> twice_and_thrice = [(np.array([[[2.0]], [[3.0]]]), np.zeros((2, 1)))]
    >>> ensemble_forward(np.array([[1.0]]), twice_and_thrice).tolist()
    [[[2.0]], [[3.0]]]
    """
    xp = namespace(X, params[0][0])
    signal = X
    for position, (W, b) in enumerate(params, start=1):
        signal = xp.matmul(signal, W) + b[:, None, :]
        if position < len(params):
            signal = relu(signal)
    return signal


class Ensemble:
    """m ReLU networks of one shape, each with its own weights, data and learning rate.

    `step` does for every member what `dlcourse.trainer.Trainer.step` does for one.

    Parameters
    ----------
    networks : list of list of (W, b)
        m networks, each its layers in order; NumPy arrays or torch tensors.
    learning_rate : float or array, shape (m,)
        Length of the steps, for all or for each.
    optimizer : {'adam', 'momentum', 'sgd'}
        The rule, as in `dlcourse.optimizers`.
    **constants : float
        ``beta1, beta2, eps`` of Adam, ``beta`` of momentum.

    Raises
    ------
    ValueError
        When the networks differ in shape, or there is not one learning rate for each.

    Notes
    -----
    Section "Many networks at once" of chapter 6.  Members are trained in groups whose weights
    and signals fit the cache; a network that fills it alone is trained alone.

    Examples
    --------
    >>> import numpy as np
    >>> network = [(np.zeros((1, 2)), np.zeros(2))]
    >>> race = Ensemble([network, network], learning_rate=[2.0, 4.0], optimizer="sgd")
    >>> race.step(np.array([[1.0]]), np.array([0])).round(4).tolist()  # log 2, twice
    [0.6931, 0.6931]
    >>> race.members[1][0][0].tolist()
    [[2.0, -2.0]]
    """

    def __init__(
        self,
        networks: Sequence[Sequence[Layer]],
        learning_rate: Any = 1e-3,
        optimizer: str = "adam",
        **constants: float,
    ) -> None:
        floating = [[(as_floating(W), as_floating(b)) for W, b in layers] for layers in networks]
        flat, self._sizes = pack(stack(floating))
        ops = kernels(flat)
        self._weights = ops.plain(flat)
        self._groups = _groups(self._weights, ops.group_bytes)
        self._steppers = [
            Stepper(self._weights[group], self._sizes, optimizer, constants)
            for group in self._groups
        ]
        self._rates = _rates(learning_rate, self._weights, self._groups)

    @property
    def members(self) -> list[list[Layer]]:
        """The networks, each a list of (W, b), as views, which later steps change."""
        return [as_layers(weights, self._sizes) for weights in self._weights]

    @property
    def params(self) -> list[Layer]:
        """The stacked layers, W ``(m, d, h)`` and b ``(m, h)``: views, which later steps change."""
        return as_layers(self._weights, self._sizes)

    def step(self, X: Array, y: Array) -> Array:
        """Take one step with every member.

        Parameters
        ----------
        X : array, shape (n, d) or (m, n, d)
            One example a row; one batch for all members, or one for each.
        y : int array, shape (n,) or (m, n)
            Class of each example, in ``0 .. k-1``.

        Returns
        -------
        array, shape (m,)
            Mean cross-entropy of each member before the step, in nats.

        Raises
        ------
        ValueError
            When the shapes do not fit the networks or a label is not one of the classes.
        """
        m, losses = len(self._weights), []
        xp = namespace(self._weights)
        X, y = xp.asarray(X), xp.asarray(y)
        for axes, name, values in ((3, "X", X), (2, "y", y)):
            if values.ndim == axes and len(values) != m:
                raise ValueError(f"got {name} for {len(values)} networks, wanted it for {m}")
        for group, stepper, rate in zip(self._groups, self._steppers, self._rates, strict=True):
            own_X = X[group] if X.ndim == 3 else X
            own_y = y[group] if y.ndim == 2 else y
            losses.append(xp.reshape(stepper.step(own_X, own_y, rate), (-1,)))
        return losses[0] if len(losses) == 1 else xp.concat(losses)


def _groups(weights: Array, group_bytes: int) -> list[Any]:
    """Members that are trained together: slices of them, or single ones."""
    m, p = weights.shape
    most = max(1, group_bytes // (p * weights.itemsize))
    size = -(-m // -(-m // most))  # as few groups as can be, all about equal
    if size == 1:
        return list(range(m))
    return [slice(start, start + size) for start in range(0, m, size)]


def _rates(learning_rate: Any, weights: Array, groups: list[Any]) -> list[Any]:
    """Find what multiplies the steps of each group: a number, or a column beside its weights."""
    if isinstance(learning_rate, int | float):
        return [learning_rate] * len(groups)
    if len(learning_rate) != len(weights):
        raise ValueError(
            f"got {len(learning_rate)} learning rates for {len(weights)} networks, wanted one "
            "for all or one for each"
        )
    column = kernels(weights).column(learning_rate, weights)
    return [
        column[group] if isinstance(group, slice) else float(column[group, 0]) for group in groups
    ]
