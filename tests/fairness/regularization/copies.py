"""Right answers that work in place, on copies of their own, in the dtype that they were given."""

import numpy as np


def l1_penalty(w, lam):
    w = np.array(w)
    np.abs(w, out=w)
    return w.sum() * lam


def l1_subgradient(w, lam):
    out = np.zeros_like(w)
    out = np.where(w > 0, out + lam, out)
    return np.where(w < 0, out - lam, out)


def l2_penalty(w, lam):
    w = np.array(w)
    w *= w
    return lam * w.sum()


def l2_grad(w, lam):
    out = np.array(w)
    out *= 2
    out *= lam
    return out


def elastic_net_penalty(w, lam1, lam2):
    return l1_penalty(w, lam1) + l2_penalty(w, lam2)


def weight_decay_step(w, g, lr, decay):
    step = g.copy()
    step += decay * w
    step *= -lr
    step += w
    return step


def dropout_train(x, p_drop, rng):
    out = x.copy()
    dropped = rng.random(out.shape) < p_drop
    out[dropped] = 0
    out /= 1 - p_drop
    return out, ~dropped


def dropout_backward(d_out, mask, p_drop):
    out = d_out.copy()
    out[np.asarray(mask) == 0] = 0
    out *= 1 / (1 - p_drop)
    return out


def plain_dropout_train(x, p_keep, rng):
    mask = np.ones_like(x)
    mask[rng.uniform(size=x.shape) >= p_keep] = 0
    out = x.copy()
    out *= mask
    return out, mask


def plain_dropout_test(x, p_keep):
    out = np.array(x)
    out *= p_keep
    return out


def early_stopping(val_losses, patience, min_delta=0.0):
    history = {"best": (0, val_losses[0]), "waited": 0}
    for epoch, loss in list(enumerate(val_losses))[1:]:
        if loss < history["best"][1] - min_delta:
            history.update(best=(epoch, loss), waited=0)
            continue
        history["waited"] += 1
        if history["waited"] >= patience:
            return [epoch, history["best"][0]]
    return [len(val_losses) - 1, history["best"][0]]


def augment_shift(images, max_shift, rng):
    new = images.copy()
    for image in new:
        dy, dx = rng.integers(-max_shift, max_shift + 1, 2)
        image[...] = np.roll(image, (dy, dx), axis=(0, 1))
        if dy > 0:
            image[:dy] = 0
        if dy < 0:
            image[dy:] = 0
        if dx > 0:
            image[:, :dx] = 0
        if dx < 0:
            image[:, dx:] = 0
    return new
