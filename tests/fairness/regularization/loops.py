"""Right answers in plain loops that fill arrays number by number."""

import numpy as np


def _sum(function, w):
    total = 0.0
    for entry in np.asarray(w).flat:
        total += function(float(entry))
    return total


def _each(function, w):
    w = np.asarray(w)
    out = np.empty_like(w)
    for index in np.ndindex(w.shape):
        out[index] = function(float(w[index]), index)
    return out


def l1_penalty(w, lam):
    return lam * _sum(lambda v: v if v > 0 else -v, w)


def l1_subgradient(w, lam):
    return _each(lambda v, _: lam if v > 0 else -lam if v < 0 else 0, w)


def l2_penalty(w, lam):
    return lam * _sum(lambda v: v * v, w)


def l2_grad(w, lam):
    return _each(lambda v, _: lam * (v + v), w)


def elastic_net_penalty(w, lam1, lam2):
    return _sum(lambda v: lam1 * abs(v) + lam2 * v**2, w)


def weight_decay_step(w, g, lr, decay):
    return _each(lambda v, index: v - lr * float(g[index]) - lr * decay * v, w)


def dropout_train(x, p_drop, rng):
    out, mask = np.zeros_like(x), np.zeros_like(x)
    for index in np.ndindex(x.shape):
        if rng.random() >= p_drop:
            mask[index] = 1
            out[index] = x[index] / (1 - p_drop)
    return out, mask


def dropout_backward(d_out, mask, p_drop):
    return _each(lambda v, index: v / (1 - p_drop) if mask[index] else 0.0, d_out)


def plain_dropout_train(x, p_keep, rng):
    out, mask = np.zeros_like(x), np.zeros(x.shape, dtype=int)
    for index in np.ndindex(x.shape):
        if rng.random() < p_keep:
            mask[index] = 1
            out[index] = x[index]
    return out, mask


def plain_dropout_test(x, p_keep):
    return _each(lambda v, _: v * p_keep, x)


def early_stopping(val_losses, patience, min_delta=0.0):
    best = val_losses[0]
    best_epoch = 0
    waited = 0
    for epoch in range(1, len(val_losses)):
        if best - val_losses[epoch] > min_delta:
            best = val_losses[epoch]
            best_epoch = epoch
            waited = 0
        else:
            waited += 1
        if waited == patience:
            break
    else:
        epoch = len(val_losses) - 1
    return epoch, best_epoch


def augment_shift(images, max_shift, rng):
    n, h, w = images.shape
    new = np.zeros_like(images)
    for k in range(n):
        down = int(rng.integers(2 * max_shift + 1)) - max_shift
        right = int(rng.integers(2 * max_shift + 1)) - max_shift
        for i in range(h):
            for j in range(w):
                if 0 <= i - down < h and 0 <= j - right < w:
                    new[k, i, j] = images[k, i - down, j - right]
    return new
