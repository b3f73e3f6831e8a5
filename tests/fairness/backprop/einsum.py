"""Right answers by einsum, broadcasting, views and functions made of functions."""

import numpy as np


def _sigmoid(z):
    return np.exp(-np.logaddexp(np.zeros_like(z), -z))


class Cache:
    """An object: a cache can be anything."""

    def __init__(self, x, W):
        self.x, self.W = x, W


def forward_321(params, x):
    hidden = _sigmoid(np.einsum("i,ij->j", x, params["W1"]) + params["b1"])
    return hidden, _sigmoid(np.einsum("i,ij->j", hidden, params["W2"]) + params["b2"])


def step_by_hand():
    W1 = np.array([[0.2, -0.3], [0.4, 0.1], [-0.5, 0.2]])
    p = {"W1": W1, "b1": np.array([-0.4, 0.2]), "W2": np.array([[-0.3], [-0.2]])}
    p["b2"] = np.array([0.1])
    x = np.array([1.0, 0.0, 1.0])
    hidden, out = forward_321(p, x)
    z = x @ W1 + p["b1"]
    new = step_321(p, x, 1.0, 0.9)
    names = ["w14", "w15", "w24", "w25", "w34", "w35", "b4", "b5", "w46", "w56", "b6"]
    after = np.concatenate([new[key].ravel() for key in ("W1", "b1", "W2", "b2")])
    first = {"z4": z[0], "a4": hidden[0], "z5": z[1], "a5": hidden[1], "a6": out}
    more = {"z6": hidden @ p["W2"] + p["b2"], "loss": (1 - out) ** 2 / 2}
    return first | more | dict(zip(names, after, strict=True))


def step_321(params, x, target, lr):
    hidden, out = forward_321(params, x)
    d2 = (out - target) * out * (1 - out)
    d1 = np.einsum("jk,k->j", params["W2"], d2) * hidden * (1 - hidden)
    slopes = {"W1": np.multiply.outer(x, d1), "b1": d1, "W2": np.multiply.outer(hidden, d2)}
    slopes["b2"] = d2
    rate = x.dtype.type(lr)
    return {name: np.subtract(params[name], rate * slopes[name]) for name in params}


def dense_forward(x, W, b):
    return np.einsum("ni,ij->nj", x, W) + b[None], Cache(x, W)


def dense_backward(d_out, cache):
    x, W = (cache.x, cache.W) if isinstance(cache, Cache) else cache[:2]
    return (
        np.einsum("nj,ij->ni", d_out, W),
        np.einsum("ni,nj->ij", x, d_out),
        np.einsum("nj->j", d_out),
    )


def sigmoid_backward(d_out, out):
    return np.multiply(d_out, np.multiply(out, np.subtract(1, out)))


def relu_backward(d_out, z):
    return np.where(np.greater(z, 0), d_out, np.zeros_like(d_out))


def logistic_grad(w, b, X, y):
    with_one = np.concatenate([X, np.ones_like(X[:, :1])], axis=1)
    theta = np.append(w, np.asarray(b, dtype=w.dtype)).astype(w.dtype)
    error = _sigmoid(with_one @ theta) - y
    grads = np.einsum("ni,n->i", with_one, error) / X.dtype.type(len(y))
    return grads[:-1], grads[-1:]


def mlp_loss_and_grads(params, X, y):
    def run(x, rest):
        (W, b), *later = rest
        z = x @ W + b
        if later:
            loss, d_a, grads = run(np.maximum(z, 0), later)
            d = d_a * np.sign(np.maximum(z, 0))
        else:
            log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
            hot = (y[:, None] == np.arange(z.shape[1])).astype(z.dtype)
            loss, d, grads = -np.sum(hot * log_p) / len(y), (np.exp(log_p) - hot) / len(y), []
        return loss, np.einsum("nj,ij->ni", d, W), [(x.T @ d, d.sum(0)), *grads]

    loss, _, grads = run(X, params)
    return loss, grads


def numerical_gradient(f, x, eps=1e-6):
    x = np.asarray(x, dtype=np.float64)
    steps = eps * np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + step) - f(x - step)) / (2 * eps) for step in steps]
    return np.array(slopes).reshape(x.shape)


def relative_error(a, b):
    size = np.max(np.stack([np.abs(a), np.abs(b), np.full_like(a, 1e-12)]), axis=0)
    return np.amax(np.abs(a - b) / size)


def gradient_norms_by_depth(depth, width, activation, scale, rng):
    # several inputs at once, and another loss: the mean of a random weighing of the outputs
    Ws = scale * rng.normal(size=(depth, width, width))
    X = [rng.normal(size=(8, width))]
    functions = {
        "sigmoid": (_sigmoid, lambda a: a * (1 - a)),
        "tanh": (np.tanh, lambda a: 1 - a**2),
        "relu": (lambda z: z.clip(0), np.sign),
    }
    function, slope = functions[activation]
    for W in Ws:
        X.append(function(X[-1] @ W))
    d = rng.normal(size=(8, width)) / 8
    norms = np.empty(depth)
    for place in range(depth)[::-1]:
        d = d * slope(X[place + 1])
        norms[place] = np.sqrt(np.einsum("ij,ij->", X[place].T @ d, X[place].T @ d))
        d = np.einsum("nj,ij->ni", d, Ws[place])
    return norms
