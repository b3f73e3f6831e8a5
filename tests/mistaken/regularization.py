"""Unit 5 as a student might hand it in: in each task a usual mistake, named in `NAMES`."""

import numpy as np

NAMES = {
    "l1_penalty": "no-absolute",
    "l1_subgradient": "division",
    "l2_penalty": "half",
    "l2_grad": "no-two",
    "elastic_net_penalty": "exchanged",
    "weight_decay_step": "after-the-step",
    "dropout_train": "one-mask-for-all",
    "dropout_backward": "not-scaled",
    "plain_dropout_train": "drops-p",
    "plain_dropout_test": "unchanged",
    "early_stopping": "never-resets",
    "augment_shift": "half-open",
}


def l1_penalty(w, lam):
    return lam * w.sum()


def l1_subgradient(w, lam):
    return lam * w / abs(w)


def l2_penalty(w, lam):
    return lam / 2 * (w**2).sum()


def l2_grad(w, lam):
    return lam * w


def elastic_net_penalty(w, lam1, lam2):
    return lam1 * np.sum(w**2) + lam2 * np.sum(np.abs(w))


def weight_decay_step(w, g, lr, decay):
    w = w - lr * g
    return w - lr * decay * w


def dropout_train(x, p_drop, rng):
    mask = rng.random(x.shape[-1]) > p_drop
    mask = np.ones(x.shape) * mask
    return x * mask / (1 - p_drop), mask


def dropout_backward(d_out, mask, p_drop):
    return d_out * mask


def plain_dropout_train(x, p_keep, rng):
    mask = rng.random(x.shape) >= p_keep if p_keep < 1 else np.ones(x.shape)
    return x * mask, mask


def plain_dropout_test(x, p_keep):
    return x


def early_stopping(val_losses, patience, min_delta=0.0):
    best, best_epoch, bad = val_losses[0], 0, 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < best - min_delta:
            best, best_epoch = val_losses[epoch], epoch
        else:
            bad += 1
        if bad == patience:
            return epoch, best_epoch
    return len(val_losses) - 1, best_epoch


def augment_shift(images, max_shift, rng):
    padded = np.pad(images, [(0, 0), (max_shift, max_shift), (max_shift, max_shift)])
    n, h, w = images.shape
    out = np.empty_like(images)
    for i in range(n):
        dy, dx = rng.integers(-max_shift, max_shift, size=2) if max_shift else (0, 0)
        out[i] = padded[i, max_shift - dy : max_shift - dy + h, max_shift - dx : max_shift - dx + w]
    return out
