"""Right answers that print, warn and log, and give (1,) where a number is usual."""
# ruff: noqa: T201

import functools
import logging
import sys
import warnings

import numpy as np


def noisy(function):
    @functools.wraps(function)
    def changed(*args, **kwargs):
        print("calling", function.__name__)
        print("to stderr", file=sys.stderr)
        warnings.warn("this function has not been optimized", stacklevel=1)
        logging.getLogger(__name__).warning("called with %d arguments", len(args))
        out = np.asarray(function(*args, **kwargs))
        return out if out.ndim else out[None]

    return changed


@noisy
def mse(y_pred, y):
    return np.square(y_pred - y).mean()


@noisy
def mse_grad(y_pred, y):
    return (y_pred - y) * 2 / len(y.ravel())


@noisy
def one_hot(labels, k):
    return np.vstack([np.eye(k)[label] for label in labels])


@noisy
def binary_cross_entropy(p, y):
    with np.errstate(all="ignore"):
        losses = np.nan_to_num(-y * np.log(p), nan=0.0, posinf=np.inf)
        losses = losses + np.nan_to_num(-(1 - y) * np.log(1 - p), nan=0.0, posinf=np.inf)
    return losses.mean()


@noisy
def bce_from_logits(z, y):
    return np.mean(np.maximum(z, 0) - z * y + np.log(1 + np.exp(-np.abs(z))))


@noisy
def cross_entropy(p, t):
    with np.errstate(all="ignore"):
        losses = np.where(t == 0, 0, t * np.log(p))
    return -losses.sum() / p.shape[0]


@noisy
def log_softmax(z):
    shifted = z - np.amax(z, -1)[..., np.newaxis]
    return shifted - np.log(np.exp(shifted).sum(-1))[..., np.newaxis]


@noisy
def sparse_cross_entropy(logits, labels):
    rows = log_softmax.__wrapped__(logits)
    return -sum(rows[i, labels[i]] for i in range(len(rows))) / len(rows)


@noisy
def softmax_cross_entropy_grad(logits, labels):
    p = np.exp(log_softmax.__wrapped__(logits))
    hot = np.zeros_like(p)
    hot[np.arange(len(labels)), labels] = 1
    return (p - hot) / p.shape[0]


@noisy
def entropy(p, base=2.0):
    with np.errstate(all="ignore"):
        return np.nansum(-p * np.log(p) / np.log(base))


@noisy
def cross_entropy_dist(p, q, base=2.0):
    with np.errstate(all="ignore"):
        surprise = -np.log2(q) / np.log2(base)
    return np.sum(np.multiply(p, surprise, where=p > 0, out=np.zeros_like(p)))


@noisy
def kl_divergence(p, q, base=2.0):
    with np.errstate(all="ignore"):
        terms = p * (np.log(p) - np.log(q))
    terms[p == 0] = 0
    return terms.sum() / np.log(base)


@noisy
def information_gain(labels, split):
    def bits(chosen):
        p = np.bincount(chosen) / max(len(chosen), 1)
        p = p[p > 0]
        return -np.sum(p * np.log2(p))

    yes = split.mean()
    after = yes * bits(labels[split]) + (1 - yes) * bits(labels[np.logical_not(split)])
    return bits(labels) - after
