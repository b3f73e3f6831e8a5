"""What the fast trainers share: one flat vector of weights, and passes that allocate nothing.

The readable functions of the book make a new array at every step.  Here the same equations write
into buffers that are made once.  Three choices carry the speed:

- Weights and biases of a layer are one matrix (`dlcourse.packing`), and every signal carries a
  last row of ones.  One product then does the weights and the bias, forward and backward.
- Signals are stored with one *column* for each example.  The rows of a signal are contiguous, so
  ReLU, softmax and their gradients run over long unbroken stretches.
- All weights of a network are one vector, so an optimizer is a handful of calls, however many
  layers there are.

A leading axis, when there is one, runs over networks of the same shape (`dlcourse.ensemble`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlcourse.backend import Array, namespace
from dlcourse.inplace_numpy import Kernels
from dlcourse.packing import unpack

#: From this width on, inputs are kept one example a row: copying long rows beats transposing.
WIDE = 32
#: Batch sizes whose buffers are kept: a full batch and a last, smaller one are usual.
KEPT_SIZES = 4


def kernels(array: Array) -> Any:
    """Find the in-place kernels for the library of an array.

    Parameters
    ----------
    array : array
        NumPy array or torch tensor.

    Returns
    -------
    class
        `Kernels` of `dlcourse.inplace_numpy` or of `dlcourse.inplace_torch`.

    Raises
    ------
    TypeError
        For arrays of any other library, which cannot be changed in place.

    Notes
    -----
    Section "Why it is faster" of chapter 7.

    Examples
    --------
    >>> import numpy as np
    >>> kernels(np.ones(1)).__module__
    'dlcourse.inplace_numpy'
    """
    library = namespace(array).__name__.split(".")[-1]
    if library == "numpy":
        return Kernels
    if library == "torch":
        from dlcourse import inplace_torch

        return inplace_torch.Kernels
    raise TypeError(f"got arrays of {library}, wanted NumPy arrays or torch tensors")


class Pass:
    """Forward and backward through a ReLU network, for one batch size, in buffers made once.

    Parameters
    ----------
    weights, grads : array, shape (p,) or (m, p)
        What `dlcourse.packing.pack` returned, and the vector that receives the gradient.
    sizes : sequence of int
        Widths of the network.
    n : int
        Number of examples of a batch.

    Notes
    -----
    Equation `eq-intensity` of chapter 7 says what its products cost.  `Stepper` uses
    one for each batch size it meets.

    Examples
    --------
    >>> import numpy as np
    >>> weights, grads = np.zeros(4), np.zeros(4)  # one input, two classes: (W, b) packed
    >>> loss = Pass(weights, grads, [1, 2], n=1)(np.array([[1.0]]), np.array([0]))
    >>> round(loss.item(), 4)  # log 2
    0.6931
    """

    def __init__(self, weights: Array, grads: Array, sizes: Sequence[int], n: int) -> None:
        ops = self._ops = kernels(weights)
        lead = tuple(weights.shape[:-1])
        signals = [ops.filled(weights, (*lead, width + 1, n), 1.0) for width in sizes[:-1]]
        if sizes[0] >= WIDE:
            signals[0] = ops.filled(weights, (*lead, n, sizes[0] + 1), 1.0).swapaxes(-1, -2)
        errors = [ops.filled(weights, (*lead, width, n), 0.0) for width in sizes[1:]]
        inner = [signal[..., :-1, :] for signal in signals]
        self._matmul, self._relu = ops.product(weights), ops.relu
        self._inputs = inner[0].swapaxes(-1, -2)
        self._criterion = ops.criterion(errors[-1])
        matrices = unpack(weights, sizes)
        transposed = [matrix.swapaxes(-1, -2) for matrix in matrices]
        self._hidden = list(zip(transposed[:-1], signals[:-1], inner[1:], signals[1:], strict=True))
        self._last = (transposed[-1], signals[-1], errors[-1])
        turned = [error.swapaxes(-1, -2) for error in errors]
        self._gradients = list(zip(signals, turned, unpack(grads, sizes), strict=True))
        bodies = [matrix[..., :-1, :] for matrix in matrices]
        self._backward = [
            (bodies[i], errors[i], errors[i - 1], ops.gate(inner[i])) for i in range(1, len(errors))
        ]

    def __call__(self, X: Array, y: Array) -> Array:
        """Fill the gradient; return the mean cross-entropy of each network before the step.

        Parameters
        ----------
        X : array, shape (n, d) or (m, n, d)
            One example a row.
        y : int array, shape (n,) or (m, n)
            Class of each example.

        Returns
        -------
        array, shape () or (m,)
            Loss in nats.
        """
        matmul = self._matmul
        self._ops.copy(X, self._inputs)
        for W, signal, out, out_and_ones in self._hidden:
            matmul(W, signal, out=out)
            self._relu(out_and_ones)  # the ones stay ones, and the stretch is unbroken
        W, signal, logits = self._last
        matmul(W, signal, out=logits)
        loss = self._criterion(y)
        for depth in range(len(self._gradients) - 1, -1, -1):
            signal, d_out, d_W = self._gradients[depth]
            matmul(signal, d_out, out=d_W)
            if depth:
                W, d_out, d_signal, gate = self._backward[depth - 1]
                matmul(W, d_out, out=d_signal)
                gate(d_signal)
        return loss


class Stepper:
    """Train packed weights in place: what a trainer of one network or of many is made of.

    Parameters
    ----------
    weights : array, shape (p,) or (m, p)
        What `dlcourse.packing.pack` returned; changed by every step.
    sizes : sequence of int
        Widths of the network.
    optimizer : {'adam', 'momentum', 'sgd'}
        The rule.
    constants : dict
        Constants of the rule by name.

    Raises
    ------
    ValueError
        When the optimizer is none of these.

    Notes
    -----
    Section "Why it is faster" of chapter 7.

    Examples
    --------
    >>> import numpy as np
    >>> stepper = Stepper(np.zeros(4), [1, 2], "sgd", {})
    >>> round(stepper.step(np.array([[1.0]]), np.array([0]), 2.0).item(), 4)  # log 2
    0.6931
    >>> stepper.weights.tolist()
    [1.0, -1.0, 1.0, -1.0]
    """

    def __init__(
        self,
        weights: Array,
        sizes: Sequence[int],
        optimizer: str,
        constants: dict[str, float],
    ) -> None:
        self._ops = kernels(weights)
        if optimizer not in self._ops.optimizers:
            known = ", ".join(repr(name) for name in self._ops.optimizers)
            raise ValueError(f"got the optimizer {optimizer!r}, wanted one of {known}")
        self.weights, self.sizes = weights, tuple(sizes)
        self.grads = self._ops.filled(weights, tuple(weights.shape), 0.0)
        self._passes: dict[int, Pass] = {}
        self._optimizer = self._ops.optimizers[optimizer](weights, self.grads, **constants)

    def step(self, X: Array, y: Array, rate: Any) -> Array:
        """Take one step on a batch; return the loss before it."""
        loss = self.backpropagate(X, y)
        self._optimizer.step(rate)
        return loss

    def backpropagate(self, X: Array, y: Array) -> Array:
        """Fill `grads` and return the loss; the weights stay as they are."""
        X, y = self._ops.array(X, self.weights), self._ops.labels(y, self.weights)
        n = self._examples(X)
        if n not in self._passes:
            while len(self._passes) >= KEPT_SIZES:
                self._passes.pop(next(iter(self._passes)))
            self._passes[n] = Pass(self.weights, self.grads, self.sizes, n)
        return self._passes[n](X, y)

    def _examples(self, X: Array) -> int:
        lead, shape = tuple(self.weights.shape[:-1]), tuple(X.shape)
        if len(shape) < 2 or shape[:-2] not in ((), lead) or shape[-1] != self.sizes[0]:
            wanted = ", ".join(map(str, (*lead, "n", self.sizes[0])))
            raise ValueError(f"got X of shape {shape}, wanted ({wanted})")
        if shape[-2] == 0:
            raise ValueError("got a batch without examples, wanted at least one row in X")
        return shape[-2]
