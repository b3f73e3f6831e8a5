"""Right answers without a single array: lists, tuples and Python numbers."""


def _nested(z):
    return z.tolist() if hasattr(z, "tolist") else z


def _flat(z):
    z = _nested(z)
    return [leaf for part in z for leaf in _flat(part)] if isinstance(z, list) else [z]


def _each(function, first, *others):
    if isinstance(first, list):
        return [_each(function, *parts) for parts in zip(first, *others, strict=True)]
    return function(first, *others)


def l1_penalty(w, lam):
    return lam * sum(map(abs, _flat(w)))


def l1_subgradient(w, lam):
    return _each(lambda v: lam * ((v > 0) - (v < 0)), _nested(w))


def l2_penalty(w, lam):
    return lam * sum(v**2 for v in _flat(w))


def l2_grad(w, lam):
    return _each(lambda v: 2 * v * lam, _nested(w))


def elastic_net_penalty(w, lam1, lam2):
    return sum(lam1 * abs(v) for v in _flat(w)) + sum(lam2 * v * v for v in _flat(w))


def weight_decay_step(w, g, lr, decay):
    return _each(lambda v, slope: v - lr * (slope + decay * v), _nested(w), _nested(g))


def _pairs(tree, place):
    if isinstance(tree, list):
        return [_pairs(branch, place) for branch in tree]
    return tree[place]


def dropout_train(x, p_drop, rng):
    def one(v):
        kept = int(rng.random() > p_drop)
        return v * kept / (1 - p_drop), kept

    drawn = _each(one, _nested(x))
    return [_pairs(drawn, 0), _pairs(drawn, 1)]


def dropout_backward(d_out, mask, p_drop):
    return _each(lambda v, kept: v * kept / (1 - p_drop), _nested(d_out), _nested(mask))


def plain_dropout_train(x, p_keep, rng):
    def one(v):
        kept = rng.random() < p_keep
        return (v if kept else 0.0), kept

    drawn = _each(one, _nested(x))
    return _pairs(drawn, 0), _pairs(drawn, 1)


def plain_dropout_test(x, p_keep):
    return _each(lambda v: v * p_keep, _nested(x))


def early_stopping(val_losses, patience, min_delta=0.0):
    def run(epoch, best_epoch):
        if epoch == len(val_losses):
            return epoch - 1, best_epoch
        if val_losses[epoch] < val_losses[best_epoch] - min_delta:
            return run(epoch + 1, epoch)
        if epoch - best_epoch >= patience:
            return epoch, best_epoch
        return run(epoch + 1, best_epoch)

    return run(1, 0)


def augment_shift(images, max_shift, rng):
    new = []
    for image in _nested(images):
        dy, dx = (int(rng.integers(-max_shift, max_shift, endpoint=True)) for _ in range(2))
        rows, columns = range(len(image)), range(len(image[0]))
        new.append(
            [
                [
                    image[i - dy][j - dx] if i - dy in rows and j - dx in columns else 0
                    for j in columns
                ]
                for i in rows
            ]
        )
    return new
