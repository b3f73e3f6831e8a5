"""Unit 1: what the course promises, and wrong answers that a single criterion sees."""

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
