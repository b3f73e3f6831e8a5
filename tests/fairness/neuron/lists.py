"""Right answers without a single array: lists, tuples and Python numbers."""

import math


def _nested(z):
    return z.tolist() if hasattr(z, "tolist") else z


def _each(function, z):
    z = _nested(z)
    return [_each(function, part) for part in z] if isinstance(z, list) else function(z)


def neuron(x, w, b, activation):
    x, w = _nested(x), _nested(w)
    if isinstance(x[0], list):
        return [neuron(row, w, b, activation) for row in x]
    return float(activation(sum(p * q for p, q in zip(x, w, strict=True)) + b))


def sigmoid(z):
    return _each(lambda v: 0.5 * (1 + math.tanh(v / 2)), z)


def sigmoid_grad(z):
    return _each(lambda v: 0.25 * (1 - math.tanh(v / 2) ** 2), z)


def tanh_grad(z):
    return _each(lambda v: (1 - math.tanh(v)) * (1 + math.tanh(v)), z)


def relu(z):
    return _each(lambda v: v if v > 0 else 0, z)


def relu_grad(z):
    return _each(lambda v: int(v > 0), z)


def leaky_relu(z, alpha=0.01):
    return _each(lambda v: max(v, alpha * v), z)


def leaky_relu_grad(z, alpha=0.01):
    return _each(lambda v: 1 if v > 0 else alpha, z)


def softmax(z):
    z = _nested(z)
    if isinstance(z[0], list):
        return [softmax(row) for row in z]
    powers = [math.exp(v - max(z)) for v in z]
    return [power / sum(powers) for power in powers]


def gate_weights(name):
    return {"and": [(2, 2), -3], "or": [(5, 5), -1], "nand": [(-2, -2), 3]}[name]


def xor_network():
    hidden = [[[1, -1, 0], [1, -1, 0]], [-0.5, 1.5, -1]]
    return [hidden, [[[1], [1], [7]], -1.5]]


def _times(left, right):
    return [
        [sum(map(lambda p, q: p * q, row, c)) for c in zip(*right, strict=True)] for row in left
    ]


def _layer(x, W, b):
    return [[v + shift for v, shift in zip(row, b, strict=True)] for row in _times(x, W)]


def collapse(layers):
    A, c = map(_nested, layers[0])
    for W, b in layers[1:]:
        A, c = _times(A, _nested(W)), _layer([c], _nested(W), _nested(b))[0]
    return [A, c]


def mlp_forward(x, params, activation):
    outputs, x = (), _nested(x)
    for number, (W, b) in enumerate(params, start=1):
        z = _layer(x, _nested(W), _nested(b))
        x = z if number == len(params) else _each(lambda v: float(activation(v)), z)
        outputs += (x,)
    return outputs
