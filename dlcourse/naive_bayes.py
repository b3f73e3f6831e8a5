"""Gaussian naive Bayes: the generative neighbor of logistic regression.

It describes each class (how common, what its features look like) and lets Bayes' rule answer.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from dlcourse.activations import softmax
from dlcourse.backend import Array, as_floating, namespace
from dlcourse.classical import examples


class NaiveBayes(NamedTuple):
    """A Gaussian naive Bayes classifier: for each class its share and one bell curve a feature.

    Attributes
    ----------
    prior : array, shape (k,)
        Share of each class.
    mean : array, shape (k, d)
        Mean of each feature in each class.
    variance : array, shape (k, d)
        Variance of each feature in each class.

    Notes
    -----
    Section "Two ways to draw a line" of chapter 1.

    Examples
    --------
    >>> model = NaiveBayes(np.array([0.5, 0.5]), np.array([[-1.0], [1.0]]), np.ones((2, 1)))
    >>> naive_bayes_predict(model, [[-3.0], [3.0]]).argmax(axis=1).tolist()
    [0, 1]
    """

    prior: Array
    mean: Array
    variance: Array


def naive_bayes_fit(X: Array, y: Array, k: int, smallest: float = 1e-9) -> NaiveBayes:
    r"""Describe every class by itself: count it, and measure each feature's mean and variance.

    Parameters
    ----------
    X : array, shape (n, d)
        One example a row.
    y : int array, shape (n,)
        Class of each example, in ``0 .. k-1``; every class occurs.
    k : int
        Number of classes.
    smallest : float, default 1e-9
        Added to every variance, so that a feature that never varies does no harm.

    Returns
    -------
    NaiveBayes
        The fitted classifier.

    Raises
    ------
    ValueError
        When `X` and `y` have different numbers of rows, or a class has no example.

    Notes
    -----
    Section "Two ways to draw a line" of chapter 1.  "Naive" is the assumption that features are
    independent within a class.  Variances divide by the class size, not by one less.

    Examples
    --------
    >>> model = naive_bayes_fit([[0.0], [2.0], [10.0], [12.0]], [0, 0, 1, 1], k=2)
    >>> model.prior.tolist(), model.mean.tolist()
    ([0.5, 0.5], [[1.0], [11.0]])
    """
    X, y = examples(X, y)
    xp = namespace(X)
    groups = [X[y == label, :] for label in range(k)]
    sizes = [group.shape[0] for group in groups]
    if sum(sizes) != X.shape[0] or min(sizes) == 0:
        raise ValueError(f"got classes of sizes {sizes}, wanted labels 0 .. {k - 1}, each present")
    prior = xp.asarray(sizes, dtype=X.dtype) / X.shape[0]
    mean = xp.stack([xp.mean(group, axis=0) for group in groups])
    variance = xp.stack([xp.mean((g - m) ** 2, axis=0) for g, m in zip(groups, mean, strict=True)])
    return NaiveBayes(prior, mean, variance + smallest)


def naive_bayes_scores(model: NaiveBayes, X: Array) -> Array:
    r"""Log-probability of a class and an example together: :math:`\log p(c) + \log p(x \mid c)`.

    Parameters
    ----------
    model : NaiveBayes
        The fitted classifier.
    X : array, shape (n, d)
        One example a row.

    Returns
    -------
    array, shape (n, k)
        One score for each class, in nats; softmax turns them into probabilities.

    Notes
    -----
    Equation `eq-naive-bayes` of chapter 1.

    Examples
    --------
    >>> model = NaiveBayes(np.array([0.5, 0.5]), np.array([[-1.0], [1.0]]), np.ones((2, 1)))
    >>> scores = naive_bayes_scores(model, [[0.0]])
    >>> bool(scores[0, 0] == scores[0, 1])  # halfway: no preference
    True
    """
    X = as_floating(X)
    xp = namespace(X)
    gap = X[:, None, :] - model.mean[None, :, :]  # (n, k, d)
    log_density = -0.5 * (xp.log(2 * math.pi * model.variance) + gap**2 / model.variance)
    return xp.log(model.prior) + xp.sum(log_density, axis=-1)


def naive_bayes_predict(model: NaiveBayes, X: Array) -> Array:
    r"""Probability of each class, by Bayes' rule.

    Parameters
    ----------
    model : NaiveBayes
        The fitted classifier.
    X : array, shape (n, d)
        One example a row.

    Returns
    -------
    array, shape (n, k)
        Rows sum to 1.

    Notes
    -----
    Equation `eq-bayes` of chapter 1: dividing by the sum over the classes is a softmax of
    `naive_bayes_scores`.

    Examples
    --------
    >>> model = NaiveBayes(np.array([0.5, 0.5]), np.array([[-1.0], [1.0]]), np.ones((2, 1)))
    >>> naive_bayes_predict(model, [[0.0]]).tolist()
    [[0.5, 0.5]]
    """
    return softmax(naive_bayes_scores(model, X))


def naive_bayes_sample(
    model: NaiveBayes, labels: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Make new examples of the given classes: what only a generative model can do.

    Parameters
    ----------
    model : NaiveBayes
        The fitted classifier, in NumPy arrays.
    labels : int array, shape (n,)
        The class to draw for each row.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    array, shape (n, d)
        One made example a row.

    Notes
    -----
    Section "Two ways to draw a line" of chapter 1.

    Examples
    --------
    >>> model = NaiveBayes(np.array([1.0]), np.array([[5.0, 7.0]]), np.array([[0.0, 0.0]]))
    >>> naive_bayes_sample(model, np.array([0]), np.random.default_rng(0)).tolist()
    [[5.0, 7.0]]
    """
    mean, spread = model.mean[labels], np.sqrt(model.variance[labels])
    return mean + spread * rng.standard_normal(mean.shape)


def naive_bayes_as_neuron(model: NaiveBayes) -> tuple[Array, Array]:
    r"""Read a two-class naive Bayes as one sigmoid neuron.

    With one variance :math:`s_j^2` a feature, shared by both classes,

    .. math:: w_j = \frac{\mu_{1j} - \mu_{0j}}{s_j^2}, \qquad
       b = \log\frac{p(1)}{p(0)} - \sum_j \frac{\mu_{1j}^2 - \mu_{0j}^2}{2 s_j^2}.

    Parameters
    ----------
    model : NaiveBayes
        Two classes; their variances are averaged, weighted by their shares.

    Returns
    -------
    w : array, shape (d,)
        Weights.
    b : array, shape ()
        Bias.

    Raises
    ------
    ValueError
        When the model does not have two classes.

    Notes
    -----
    Equation `eq-naive-bayes-neuron` of chapter 1; Ng and Jordan (2002) [1]_ call the two
    classifiers a generative-discriminative pair.

    References
    ----------
    .. [1] A. Y. Ng and M. I. Jordan, "On discriminative vs. generative classifiers", NIPS 14,
       2002.

    Examples
    --------
    >>> model = NaiveBayes(np.array([0.5, 0.5]), np.array([[-1.0], [1.0]]), np.ones((2, 1)))
    >>> w, b = naive_bayes_as_neuron(model)
    >>> w.tolist(), b.item()
    ([2.0], 0.0)
    """
    if model.mean.shape[0] != 2:
        raise ValueError(f"got {model.mean.shape[0]} classes, wanted 2: one neuron has two answers")
    xp = namespace(model.mean)
    shared = xp.sum(model.prior[:, None] * model.variance, axis=0)
    first, second = model.mean[0, :], model.mean[1, :]
    odds = xp.log(model.prior[1]) - xp.log(model.prior[0])
    return (second - first) / shared, odds - xp.sum((second**2 - first**2) / (2 * shared))
