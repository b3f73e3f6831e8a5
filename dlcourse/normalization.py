"""Normalize what a layer says: over the batch (one feature at a time) or over the features.

Both subtract a mean, divide by a standard deviation, then let the network choose its own scale
`gamma` and shift `beta`.  They differ in the axis, and in what happens at test time.
"""

from __future__ import annotations

from dlcourse import checks
from dlcourse.backend import Array, as_floating, namespace

#: What a backward function needs: normalized input, gamma, 1 / deviation, and whether mean and
#: variance were computed from the input (else they were given constants).
Cache = tuple[Array, Array, Array, bool]


def batch_norm(
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    momentum: float = 0.9,
    eps: float = 1e-5,
    train: bool = True,
) -> tuple[Array, Cache, Array, Array]:
    r"""Give every feature mean 0 and variance 1 over the batch, then scale and shift.

    .. math:: \hat x = (x - \mu) / \sqrt{\sigma^2 + \epsilon}, \qquad y = \gamma \hat x + \beta.

    Parameters
    ----------
    x : array, shape (n, d)
        One example a row.
    gamma, beta : array, shape (d,)
        Scale and shift, learned.
    running_mean, running_var : array, shape (d,)
        Averages over the batches so far; start with zeros and ones.
    momentum : float, default 0.9
        Share of the old average that stays, in [0, 1].
    eps : float, default 1e-5
        Added to the variance, at least 0.
    train : bool, default True
        True: use this batch's mean and variance, and update the averages.  False: use the
        averages and return them as they are.

    Returns
    -------
    out : array, shape (n, d)
        Dtype of `x`.
    cache : tuple
        What `batch_norm_backward` needs.
    running_mean, running_var : array, shape (d,)
        The new averages; the arguments are left alone.

    Raises
    ------
    ValueError
        When the shapes do not fit, `x` holds a NaN, or a batch of one is to be trained on: its
        variance is 0 and every output would be `beta`.

    Notes
    -----
    Equation `eq-batch-norm` of chapter 4; Ioffe and Szegedy (2015) [1]_.  Two differences from
    torch: `momentum` is the share of the old (torch's is the share of the new, 0.1), and the
    variance divides by n in both places (torch's running variance divides by n - 1).

    References
    ----------
    .. [1] S. Ioffe and C. Szegedy, "Batch normalization", ICML, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> ones, zeros = np.ones(1), np.zeros(1)
    >>> out, _, mean, var = batch_norm([[1.0], [5.0]], ones, zeros, zeros, ones, 0.5, eps=0.0)
    >>> out.tolist(), mean.tolist(), var.tolist()
    ([[-1.0], [1.0]], [1.5], [2.5])
    """
    x, gamma, beta = _layer(x, gamma, beta, ndims=(2,))
    old_mean, old_var = (
        _per_feature(name, value, x)
        for name, value in (("running_mean", running_mean), ("running_var", running_var))
    )
    checks.within("momentum", momentum, 0, 1)
    if not train:
        out, cache = _scaled(x - old_mean, old_var, gamma, beta, eps, own=False)
        return out, cache, old_mean, old_var
    if x.shape[0] < 2:
        raise ValueError("x: got a batch of 1, wanted at least 2 rows (or train=False)")
    xp = namespace(x)
    mean = xp.mean(x, axis=0)
    var = xp.mean((x - mean) ** 2, axis=0)
    out, cache = _scaled(x - mean, var, gamma, beta, eps, own=True)
    new = 1 - momentum
    return out, cache, momentum * old_mean + new * mean, momentum * old_var + new * var


def batch_norm_backward(d_out: Array, cache: Cache) -> tuple[Array, Array, Array]:
    r"""Carry a gradient back through `batch_norm`.

    .. math:: d_x = \tfrac{1}{n \sigma} \bigl(n\, d_{\hat x} - \sum_i d_{\hat x, i}
              - \hat x \sum_i d_{\hat x, i} \hat x_i\bigr), \qquad d_{\hat x} = \gamma d_{out}.

    Parameters
    ----------
    d_out : array, shape (n, d)
        Gradient of the objective with respect to the output.
    cache : tuple
        What `batch_norm` returned.

    Returns
    -------
    d_x : array, shape (n, d)
        Gradient with respect to the inputs.
    d_gamma, d_beta : array, shape (d,)
        Gradients with respect to scale and shift.

    Notes
    -----
    Equation `eq-batch-norm-backward` of chapter 4.  Every row moves the batch's mean and
    variance, hence the two sums; with ``train=False`` they are constants and the sums go.

    Examples
    --------
    >>> import numpy as np
    >>> ones, zeros = np.ones(1), np.zeros(1)
    >>> _, cache, _, _ = batch_norm([[1.0], [5.0]], ones, zeros, zeros, ones, eps=0.0)
    >>> d_x, d_gamma, d_beta = batch_norm_backward(np.array([[1.0], [1.0]]), cache)
    >>> d_x.tolist(), d_gamma.tolist(), d_beta.tolist()  # a common shift is taken out
    ([[0.0], [0.0]], [0.0], [2.0])
    """
    return _backward(d_out, cache, axis=0)


def layer_norm(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> tuple[Array, Cache]:
    r"""Give every example mean 0 and variance 1 over its features, then scale and shift.

    Parameters
    ----------
    x : array, shape (n, d) or (d,)
        One example a row, or a single example.
    gamma, beta : array, shape (d,)
        Scale and shift, learned.
    eps : float, default 1e-5
        Added to the variance, at least 0.

    Returns
    -------
    out : array, shape of `x`
        Dtype of `x`; the same in training and at test time.
    cache : tuple
        What `layer_norm_backward` needs.

    Raises
    ------
    ValueError
        When the shapes do not fit or `x` holds a NaN.

    Notes
    -----
    Equation `eq-layer-norm` of chapter 4; Ba, Kiros and Hinton (2016) [1]_.

    References
    ----------
    .. [1] J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer normalization", arXiv:1607.06450, 2016.

    Examples
    --------
    >>> out, _ = layer_norm([1.0, 5.0], [1.0, 1.0], [0.0, 0.0], eps=0.0)
    >>> out.tolist()
    [-1.0, 1.0]
    """
    x, gamma, beta = _layer(x, gamma, beta, ndims=(1, 2))
    xp = namespace(x)
    centered = x - xp.mean(x, axis=-1, keepdims=True)
    var = xp.mean(centered**2, axis=-1, keepdims=True)
    return _scaled(centered, var, gamma, beta, eps, own=True)


def layer_norm_backward(d_out: Array, cache: Cache) -> tuple[Array, Array, Array]:
    r"""Carry a gradient back through `layer_norm`.

    Parameters
    ----------
    d_out : array, shape (n, d) or (d,)
        Gradient of the objective with respect to the output.
    cache : tuple
        What `layer_norm` returned.

    Returns
    -------
    d_x : array, shape of `d_out`
        Gradient with respect to the inputs.
    d_gamma, d_beta : array, shape (d,)
        Gradients with respect to scale and shift.

    Notes
    -----
    Equation `eq-batch-norm-backward` of chapter 4 with the sums over the features of a row.

    Examples
    --------
    >>> import numpy as np
    >>> _, cache = layer_norm([1.0, 5.0], [1.0, 1.0], [0.0, 0.0], eps=0.0)
    >>> [gradient.tolist() for gradient in layer_norm_backward(np.array([1.0, 1.0]), cache)]
    [[0.0, 0.0], [-1.0, 1.0], [1.0, 1.0]]
    """
    return _backward(d_out, cache, axis=-1)


def _scaled(
    centered: Array, var: Array, gamma: Array, beta: Array, eps: float, own: bool
) -> tuple[Array, Cache]:
    checks.within("eps", eps, 0, float("inf"), open_high=True)
    inverse = 1 / namespace(centered).sqrt(var + eps)
    x_hat = centered * inverse
    return gamma * x_hat + beta, (x_hat, gamma, inverse, own)


def _backward(d_out: Array, cache: Cache, axis: int) -> tuple[Array, Array, Array]:
    x_hat, gamma, inverse, own = cache
    xp = namespace(d_out, x_hat)
    width = x_hat.shape[-1]
    d_beta = xp.sum(xp.reshape(d_out, (-1, width)), axis=0)
    d_gamma = xp.sum(xp.reshape(d_out * x_hat, (-1, width)), axis=0)
    d_x_hat = d_out * gamma
    if own:
        common = xp.mean(d_x_hat, axis=axis, keepdims=True)
        along = xp.mean(d_x_hat * x_hat, axis=axis, keepdims=True)
        d_x_hat = d_x_hat - common - x_hat * along
    return d_x_hat * inverse, d_gamma, d_beta


def _layer(
    x: Array, gamma: Array, beta: Array, ndims: tuple[int, ...]
) -> tuple[Array, Array, Array]:
    x = as_floating(x, name="x")
    if x.ndim not in ndims or 0 in x.shape:
        wanted = " or ".join({1: "(d,)", 2: "(n, d)"}[ndim] for ndim in ndims)
        raise ValueError(f"x: got the shape {tuple(x.shape)}, wanted {wanted}, not empty")
    checks.no_nan("x", x)
    return x, _per_feature("gamma", gamma, x), _per_feature("beta", beta, x)


def _per_feature(name: str, value: Array, x: Array) -> Array:
    array = as_floating(value, like=x, name=name)
    if tuple(array.shape) != tuple(x.shape[-1:]):
        raise ValueError(
            f"{name}: got the shape {tuple(array.shape)}, wanted ({x.shape[-1]},), "
            "one number for each feature of x"
        )
    return namespace(array).astype(array, x.dtype, copy=False)
