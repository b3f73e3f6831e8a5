"""Train a ReLU network fast: the equations of `dlcourse.backprop`, in buffers made once.

The readable functions stay the reference; the tests hold this class equal to them.
"""

from __future__ import annotations

from collections.abc import Sequence

from dlcourse.backend import Array, as_floating
from dlcourse.inplace import Stepper, kernels
from dlcourse.layers import Layer
from dlcourse.packing import as_layers, pack


class Trainer:
    """A ReLU network with softmax cross-entropy and its optimizer, changed in place by `step`.

    Unlike the functions of this library it has a state: that is what makes it fast.  It copies
    the weights that it is given and never touches the originals.

    Parameters
    ----------
    params : list of (W, b)
        Layers in order, W ``(d, h)`` and b ``(h,)``; NumPy arrays or torch tensors, whose
        library, dtype and device are kept.
    learning_rate : float, default 1e-3
        Length of the steps.
    optimizer : {'adam', 'momentum', 'sgd'}
        The rule, as in `dlcourse.optimizers`.
    **constants : float
        ``beta1, beta2, eps`` of Adam, ``beta`` of momentum.

    Attributes
    ----------
    learning_rate : float
        Set it between steps to follow a schedule.

    Raises
    ------
    ValueError
        When the shapes do not chain or the optimizer is none of these.

    Notes
    -----
    Section "Why it is faster" of chapter 7.

    Examples
    --------
    >>> import numpy as np
    >>> trainer = Trainer([(np.zeros((1, 2)), np.zeros(2))], learning_rate=2.0, optimizer="sgd")
    >>> round(trainer.step(np.array([[1.0]]), np.array([0])).item(), 4)  # log 2
    0.6931
    >>> [part.tolist() for part in trainer.params[0]]
    [[[1.0, -1.0]], [1.0, -1.0]]
    """

    def __init__(
        self,
        params: Sequence[Layer],
        learning_rate: float = 1e-3,
        optimizer: str = "adam",
        **constants: float,
    ) -> None:
        flat, sizes = pack([(as_floating(W), as_floating(b)) for W, b in params])
        self._stepper = Stepper(kernels(flat).plain(flat), sizes, optimizer, constants)
        self.learning_rate = learning_rate

    @property
    def params(self) -> list[Layer]:
        """The layers as (W, b), as views, which later steps change."""
        return as_layers(self._stepper.weights, self._stepper.sizes)

    @property
    def grads(self) -> list[Layer]:
        """The last gradient, shaped as `params`: views, which later steps change."""
        return as_layers(self._stepper.grads, self._stepper.sizes)

    def step(self, X: Array, y: Array) -> Array:
        """Take one step on a batch.

        Parameters
        ----------
        X : array, shape (n, d)
            One example a row.
        y : int array, shape (n,)
            Class of each example, in ``0 .. k-1``.

        Returns
        -------
        array, shape ()
            Mean cross-entropy before the step, in nats.

        Raises
        ------
        ValueError
            When the shapes do not fit the network or a label is not one of the classes; the
            weights are as they were.
        """
        return self._stepper.step(X, y, self.learning_rate)

    def backpropagate(self, X: Array, y: Array) -> Array:
        """Compute the loss and `grads` on a batch; the weights stay as they are.

        Parameters
        ----------
        X : array, shape (n, d)
            One example a row.
        y : int array, shape (n,)
            Class of each example, in ``0 .. k-1``.

        Returns
        -------
        array, shape ()
            Mean cross-entropy, in nats.
        """
        return self._stepper.backpropagate(X, y)
