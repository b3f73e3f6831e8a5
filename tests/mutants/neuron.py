"""Unit 1: what the course promises, and wrong answers that a criterion must see.

Each row is a mutant: the reference, but with a fault in the calls that the row picks.  The fault is
what the criterion looks at: the value, the dtype, or what becomes of the arguments.
"""

import numpy as np

TASKS = [
    "neuron",
    "sigmoid",
    "sigmoid_grad",
    "tanh_grad",
    "relu",
    "relu_grad",
    "leaky_relu",
    "leaky_relu_grad",
    "softmax",
    "gate_weights",
    "xor_network",
    "collapse",
    "mlp_forward",
]
FREE_TEXT = ["naive_bayes_vs_logistic"]
POINTS = 50


def large(z):
    return np.abs(z).max() > 50


def vector(z, alpha=0.01):
    return np.ndim(z) == 1 and not large(z)


def matrix(z, alpha=0.01):
    return np.ndim(z) == 2


def column(z, alpha=None):
    return np.ndim(z) == 2 and np.shape(z)[1] == 1


def by_default(where):
    """The same calls, but only those that leave alpha out."""
    return lambda z, alpha=None: alpha is None and where(z)


def square(layers):
    return all(len(W) == W.shape[1] for W, _ in layers)


#: Calls that only one criterion makes.
ONLY = {
    "values": lambda z: np.ndim(z) == 3,
    "extremes": lambda z: np.ndim(z) == 1 and large(z),
    "corner": lambda z, alpha=0: np.any(z == 0),
    "numbers": lambda z, alpha=0: np.ndim(z) == 0,
    "default": lambda z, alpha=None: alpha is None,
    "alpha": lambda z, alpha=0.01: alpha > 0.5,
    "levels": lambda z: z.ndim == 2 and large(z),
    "softmax.one-example": lambda z: z.shape == (3,),
    "softmax.many-examples": lambda z: z.shape == (3, 3),
    "neuron.one-example": lambda x, w, b, activation: x.shape == (5,),
    "neuron.many-examples": lambda x, w, b, activation: x.shape == (4, 4),
    "and": lambda name: name == "and",
    "or": lambda name: name == "or",
    "nand": lambda name: name == "nand",
    "xor": lambda: True,
    "two-layers": lambda layers: layers[0][0].shape == (3, 4),
    "any-depth": lambda layers: len(layers) > 2,
    "no-hidden-layer": lambda x, params, activation: len(params) == 1,
    "one-hidden-layer": lambda x, params, activation: len(params) == 2 and len(x) == 5,
    "deeper": lambda x, params, activation: len(params) > 2,
}

#: What answers trip over that handle some calls of a criterion and not others.
KINDS_OF_Z = {
    "asks a vector for columns": vector,
    "loops over one axis": lambda z: matrix(z) and not column(z),
    "squeezes a column": column,
}
KINDS_OF_NUMBER = {
    "writes into a number": lambda z, alpha=0.01: isinstance(z, np.float64),
    "loops over an array without axes": lambda z, alpha=0.01: (
        isinstance(z, np.ndarray) and z.ndim == 0
    ),
}

#: Calls that a criterion makes, perhaps with others: a mutant each.
ALSO = {
    "values": KINDS_OF_Z,
    "relu.values": KINDS_OF_Z | {"caps large numbers": lambda z: z.ndim == 1 and large(z)},
    "relu_grad.values": KINDS_OF_Z | {"caps large numbers": lambda z: z.ndim == 1 and large(z)},
    "default": {
        name: by_default(where)
        for name, where in (
            KINDS_OF_Z
            | {
                "caps large numbers": lambda z: z.ndim == 1 and large(z),
                "knows two axes at most": lambda z: z.ndim == 3,
            }
        ).items()
    },
    "alpha": {
        "wrong for vectors": lambda z, alpha=0.01: vector(z) and alpha > 0,
        "alpha only by name": lambda z, alpha=0.01: z.shape == (3, 4),
        "takes alpha = 0 for the default": lambda z, alpha=0.01: alpha == 0,
    },
    "numbers": KINDS_OF_NUMBER,
    "neuron.many-examples": {
        "as many rows as features": lambda x, *_: x.shape in [(5, 3), (3, 4)],
        "squeezes a single row": lambda x, *_: x.shape == (1, 3),
    },
    "softmax.many-examples": {
        "broadcasts over rows": lambda z: z.shape in [(4, 3), (2, 5)],
        "squeezes a single row": lambda z: z.shape == (1, 4),
    },
    "two-layers": {"mixes up rows and columns": square},
    "any-depth": {
        "needs two layers": lambda layers: len(layers) == 1,
        "only equal widths": lambda layers: len(layers) > 2 and not square(layers),
        "mixes up rows and columns": lambda layers: len(layers) > 2 and square(layers),
    },
    "one-hidden-layer": {
        "mixes up rows and columns": lambda x, params, activation: square(params),
    },
    "deeper": {
        "only equal widths": lambda x, params, activation: not square(params),
        "mixes up rows and columns": lambda x, params, activation: square(params),
    },
}
