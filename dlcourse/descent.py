"""One step downhill: gradient descent, and the three ways to give it momentum.

Each function is one equation.  It takes the weights, the gradient and what it remembers, and
returns the new weights and the new memory; nothing is changed in place.  Memories start at zero.
"""

from __future__ import annotations

from dlcourse.backend import Array, as_floating


def sgd_step(w: Array, g: Array, lr: float) -> Array:
    r"""Walk against the gradient: :math:`w \leftarrow w - \eta\, g`.

    Parameters
    ----------
    w : array
        Weights, any shape.
    g : array, shape of `w`
        Gradient of the loss with respect to the weights.
    lr : float
        Learning rate :math:`\eta`.

    Returns
    -------
    array
        New weights, shape and dtype of `w`.

    Raises
    ------
    ValueError
        When the shapes differ.

    Notes
    -----
    Equation `eq-sgd` of chapter 4; Robbins and Monro (1951) [1]_ for noisy gradients.

    References
    ----------
    .. [1] H. Robbins and S. Monro, "A stochastic approximation method", Annals of Mathematical
       Statistics 22(3), 1951.

    Examples
    --------
    >>> sgd_step(1.0, 4.0, lr=0.5).item()
    -1.0
    """
    w, g = like_weights(w, g=g)
    return w - lr * g


def momentum_step(
    w: Array, g: Array, v: Array, lr: float, beta: float = 0.9
) -> tuple[Array, Array]:
    r"""Let gradients add up: :math:`v \leftarrow \beta v + g,\; w \leftarrow w - \eta v`.

    Parameters
    ----------
    w : array
        Weights, any shape.
    g : array, shape of `w`
        Gradient of the loss with respect to the weights.
    v : array, shape of `w`
        Velocity; zeros at the start.
    lr : float
        Learning rate :math:`\eta`.
    beta : float, default 0.9
        Share of the velocity that is kept, 0 <= beta < 1.

    Returns
    -------
    w : array
        New weights, shape and dtype of the old.
    v : array
        New velocity.

    Raises
    ------
    ValueError
        When the shapes differ or `beta` is outside [0, 1).

    Notes
    -----
    Equation `eq-momentum` of chapter 4; Polyak (1964) [1]_, in torch's form.  Under a constant
    gradient the velocity grows to :math:`g / (1 - \beta)`: ten times the gradient for 0.9.

    References
    ----------
    .. [1] B. T. Polyak, "Some methods of speeding up the convergence of iteration methods",
       USSR Computational Mathematics and Mathematical Physics 4(5), 1964.

    Examples
    --------
    >>> w, v = momentum_step(1.0, 4.0, 2.0, lr=0.5, beta=0.5)
    >>> w.item(), v.item()
    (-1.5, 5.0)
    """
    w, g, v = like_weights(w, g=g, v=v)
    v = fraction("beta", beta) * v + g
    return w - lr * v, v


def ema_momentum_step(
    w: Array, g: Array, v: Array, lr: float, beta: float = 0.9
) -> tuple[Array, Array]:
    r"""Follow the running mean: :math:`v \leftarrow \beta v + (1 - \beta) g`, then `w - lr v`.

    Not torch's momentum: the gradient enters with weight :math:`1 - \beta`, so the same path
    needs a learning rate :math:`1 / (1 - \beta)` times as large as in `momentum_step`.

    Parameters
    ----------
    w : array
        Weights, any shape.
    g : array, shape of `w`
        Gradient of the loss with respect to the weights.
    v : array, shape of `w`
        Exponential moving average of the gradients; zeros at the start.
    lr : float
        Learning rate :math:`\eta`.
    beta : float, default 0.9
        Share of the average that is kept, 0 <= beta < 1.

    Returns
    -------
    w : array
        New weights, shape and dtype of the old.
    v : array
        New average.

    Raises
    ------
    ValueError
        When the shapes differ or `beta` is outside [0, 1).

    Notes
    -----
    Equation `eq-ema-momentum` of chapter 4.  Unrolled from zero,
    :math:`v_t = (1 - \beta) \sum_{i \le t} \beta^{t - i} g_i`: old gradients fade.

    Examples
    --------
    >>> w, v = ema_momentum_step(1.0, 4.0, 2.0, lr=0.5, beta=0.5)
    >>> w.item(), v.item()
    (-0.5, 3.0)
    """
    w, g, v = like_weights(w, g=g, v=v)
    v = fraction("beta", beta) * v + (1 - beta) * g
    return w - lr * v, v


def nesterov_step(
    w: Array, g: Array, v: Array, lr: float, beta: float = 0.9
) -> tuple[Array, Array]:
    r"""Look ahead: :math:`v \leftarrow \beta v + g,\; w \leftarrow w - \eta (g + \beta v)`.

    Parameters
    ----------
    w : array
        Weights, any shape.
    g : array, shape of `w`
        Gradient of the loss with respect to the weights.
    v : array, shape of `w`
        Velocity; zeros at the start.
    lr : float
        Learning rate :math:`\eta`.
    beta : float, default 0.9
        Share of the velocity that is kept, 0 <= beta < 1.

    Returns
    -------
    w : array
        New weights, shape and dtype of the old.
    v : array
        New velocity.

    Raises
    ------
    ValueError
        When the shapes differ or `beta` is outside [0, 1).

    Notes
    -----
    Equation `eq-nesterov` of chapter 4; Nesterov (1983) [1]_ in the form of torch, where `w` is
    the point that the next step would look ahead to.

    References
    ----------
    .. [1] Y. Nesterov, "A method for solving the convex programming problem with convergence
       rate O(1/k^2)", Soviet Mathematics Doklady 27, 1983.

    Examples
    --------
    >>> w, v = nesterov_step(1.0, 4.0, 2.0, lr=0.5, beta=0.5)
    >>> w.item(), v.item()
    (-2.25, 5.0)
    """
    w, g, v = like_weights(w, g=g, v=v)
    v = fraction("beta", beta) * v + g
    return w - lr * (g + beta * v), v


def like_weights(w: Array, **others: Array) -> tuple[Array, ...]:
    """Read the weights and what belongs to them, and hold all to one shape.

    A gradient of another shape would be broadcast in silence, and the weights would grow.

    Parameters
    ----------
    w : array
        Weights, any shape.
    **others : array
        Gradient and memories by name, each of the shape of `w`.

    Returns
    -------
    tuple of array
        `w` and the others, as floating arrays, in the order given.

    Raises
    ------
    ValueError
        When a shape is not that of `w`.

    Notes
    -----
    Section "One step for all weights" of chapter 4.

    Examples
    --------
    >>> w, g = like_weights(1, g=2)
    >>> w.item(), g.item()
    (1.0, 2.0)
    """
    w = as_floating(w, name="w")
    arrays = [as_floating(other, like=w, name=name) for name, other in others.items()]
    for name, array in zip(others, arrays, strict=True):
        if array.shape != w.shape:
            raise ValueError(
                f"got {name} of shape {tuple(array.shape)} for weights of shape "
                f"{tuple(w.shape)}, wanted the same shape"
            )
    return w, *arrays


def fraction(name: str, value: float) -> float:
    """Check a share of memory that is kept: at least 0, below 1.

    Parameters
    ----------
    name : str
        What to call it in the error.
    value : float
        The share.

    Returns
    -------
    float
        `value`.

    Raises
    ------
    ValueError
        When it is outside [0, 1).

    Notes
    -----
    Section "Momentum" of chapter 4: at 1 nothing is ever forgotten and the average never moves.

    Examples
    --------
    >>> fraction("beta", 0.9)
    0.9
    """
    if not 0 <= value < 1:
        raise ValueError(f"got {name} = {value}, wanted a share with 0 <= {name} < 1")
    return value
