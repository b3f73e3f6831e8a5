"""Right answers that print, warn and log, and silence NumPy where they know better."""
# ruff: noqa: T201

import functools
import logging
import math
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
        return function(*args, **kwargs)

    return changed


@noisy
def l1_penalty(w, lam):
    return math.fsum(np.ravel(np.abs(w))) * lam


@noisy
def l1_subgradient(w, lam):
    with np.errstate(invalid="ignore", divide="ignore"):
        slopes = np.divide(w, np.abs(w))
    return np.nan_to_num(slopes) * lam


@noisy
def l2_penalty(w, lam):
    return lam * np.linalg.norm(w) ** 2


@noisy
def l2_grad(w, lam):
    print("gradient of", np.shape(w))
    return lam * w + lam * w


@noisy
def elastic_net_penalty(w, lam1, lam2):
    l1, l2 = np.sum(np.abs(w)), np.sum(np.power(w, 2))
    print(l1, l2)
    return lam1 * l1 + lam2 * l2


@noisy
def weight_decay_step(w, g, lr, decay):
    total = g + decay * w
    assert total.shape == w.shape
    return w - lr * total


@noisy
def dropout_train(x, p_drop, rng):
    keep = 1.0 - p_drop
    mask = (rng.uniform(0.0, 1.0, size=x.shape) < keep).astype(x.dtype)
    print("kept", mask.mean())
    return x * mask / keep, mask


@noisy
def dropout_backward(d_out, mask, p_drop):
    scale = 1.0 / (1.0 - p_drop)
    return scale * np.multiply(d_out, mask)


@noisy
def plain_dropout_train(x, p_keep, rng):
    # the mask is drawn flat, twice as long as needed
    drawn = rng.random(2 * x.size)[::2]
    mask = np.less(drawn, p_keep).reshape(x.shape)
    return mask * x, mask.astype(np.uint8)


@noisy
def plain_dropout_test(x, p_keep):
    return x * p_keep


@noisy
def early_stopping(val_losses, patience, min_delta=0.0):
    best, best_epoch, bad = math.inf, -1, 0
    for epoch, loss in enumerate(val_losses):
        print(f"epoch {epoch}: {loss}")
        if loss + min_delta < best:
            best, best_epoch, bad = loss, epoch, 0
        else:
            bad += 1
            if bad >= patience:
                print("stopping early")
                break
    return epoch, best_epoch


@noisy
def augment_shift(images, max_shift, rng):
    n, h, w = images.shape
    new = np.zeros(images.shape, dtype=images.dtype)
    dys = rng.integers(low=-max_shift, high=max_shift + 1, size=n)
    dxs = rng.integers(low=-max_shift, high=max_shift + 1, size=n)
    for k, (dy, dx) in enumerate(zip(dys, dxs, strict=True)):
        to_rows = slice(max(dy, 0), h + min(dy, 0))
        to_columns = slice(max(dx, 0), w + min(dx, 0))
        from_rows = slice(max(-dy, 0), h + min(-dy, 0))
        from_columns = slice(max(-dx, 0), w + min(-dx, 0))
        new[k, to_rows, to_columns] = images[k, from_rows, from_columns]
    return new
