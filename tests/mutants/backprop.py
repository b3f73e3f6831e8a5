"""Unit 3: what the course promises, and wrong answers that a single criterion sees."""

import numpy as np

from dlcourse.grading.tasks.backprop.byhand import PARTS

TASKS = [
    "forward_321",
    "step_by_hand",
    "step_321",
    "dense_forward",
    "dense_backward",
    "sigmoid_backward",
    "relu_backward",
    "logistic_grad",
    "mlp_loss_and_grads",
    "numerical_gradient",
    "relative_error",
    "gradient_norms_by_depth",
]
FREE_TEXT = ["paths_and_products", "a_gradient_that_fails"]
POINTS = 50


def enters_wrong(part):
    """Spoil the last number of a part of the step by hand."""
    return lambda: lambda numbers: numbers | {PARTS[part][-1]: 7.0}


def loses(part, where):
    """Spoil one part of a tuple for some calls; who looks at other parts does not see it."""

    def spoil(*args):
        return where(*args) and (lambda value: (*value[:part], None, *value[part + 1 :]))

    return spoil


def tilts(activation, scale):
    """Let the norms of one kind of network grow faster from layer to layer."""

    def spoil(depth, width, kind, size, rng):
        chosen = depth == 12 and (kind, size) == (activation, scale)
        return chosen and (lambda norms: norms * np.exp(np.arange(depth)))

    return spoil


#: Calls that only one criterion makes, or what is done to the value of a call.
ONLY = {
    "forward_321.hidden": loses(0, lambda params, x: np.abs(x).min() > 1.5),
    "forward_321.out": loses(1, lambda params, x: np.abs(x).max() < 0.65),
    "forward_321.extremes": lambda params, x: np.abs(params["W1"]).max() > 100,
    "forward": enters_wrong("forward"),
    "output": enters_wrong("output"),
    "hidden": enters_wrong("hidden"),
    "step": lambda params, x, target, lr: target == 1.5,
    "rates": lambda params, x, target, lr: lr == 2.5,
    "dense_forward.out": lambda x, W, b: x.shape == (3, 3),
    "dense_backward.inputs": loses(0, lambda d_out, cache: d_out.shape == (4, 2)),
    "dense_backward.weights": loses(1, lambda d_out, cache: d_out.shape == (4, 2)),
    "dense_backward.biases": loses(2, lambda d_out, cache: d_out.shape == (4, 2)),
    "values": lambda d_out, value: np.shape(value) == (2, 3, 2),
    "corner": lambda d_out, z: np.any(z == 0),
    "numbers": lambda d_out, value: np.ndim(value) == 0,
    "logistic_grad.weights": loses(0, lambda w, b, X, y: X.shape == (5, 3)),
    "logistic_grad.bias": loses(1, lambda w, b, X, y: X.shape == (5, 3)),
    "soft": lambda w, b, X, y: np.any(y * (1 - y) > 0),
    "logistic_grad.extremes": lambda w, b, X, y: X.shape == (8, 3),
    "loss": loses(0, lambda params, X, y: X.shape == (5, 3)),
    "no-hidden-layer": lambda params, X, y: len(params) == 1,
    "one-hidden-layer": lambda params, X, y: len(params) == 2 and X.shape == (6, 3),
    "deeper": lambda params, X, y: len(params) == 4,
    "mlp_loss_and_grads.extremes": lambda params, X, y: len(X) == 7,
    "numerical_gradient.vectors": lambda f, x, eps=1e-6: x.shape == (6,),
    "numerical_gradient.shapes": lambda f, x, eps=1e-6: x.ndim == 3,
    "eps": lambda f, x, eps=1e-6: eps > 1e-3,
    "numerical_gradient.single": lambda f, x, eps=1e-6: x.dtype == np.float32,
    "relative_error.vectors": lambda a, b: a.shape == (8,),
    "relative_error.shapes": lambda a, b: a.ndim == 2,
    "zeros": lambda a, b: np.any(a == 0),
    "tiny": lambda a, b: 0 < np.abs(a).max() < 1e-9,
    "relative_error.single": lambda a, b: a.dtype == np.float32,
    "sigmoid": tilts("sigmoid", 0.1),
    "strong-sigmoid": tilts("sigmoid", 0.4),
    "tanh": tilts("tanh", 0.4),
    "relu": tilts("relu", 0.08),
    "generator": lambda depth, *rest: depth == 7 and np.ones_like,
}


def square(d_out, cache):
    return d_out.shape == (3, 3)


def four_by_four(w, b, X, y):
    return X.shape == (4, 4)


#: Calls that one kind of case of a criterion makes, by what goes wrong there.
ALSO = {
    "rates": {"caps small rates": lambda params, x, target, lr: lr == 0.05},
    "dense_forward.out": {
        "broadcasts over rows": lambda x, W, b: x.shape == (4, 3),
        "squeezes a single row": lambda x, W, b: x.shape == (1, 2),
    },
    "dense_backward.inputs": {"mixes up rows and columns": loses(0, square)},
    "dense_backward.weights": {"mixes up rows and columns": loses(1, square)},
    "dense_backward.biases": {"mixes up rows and columns": loses(2, square)},
    "values": {
        "asks for columns": lambda d_out, value: np.shape(d_out) == (6,),
        "loops over one axis": lambda d_out, value: np.shape(d_out) == (3, 4),
        "mixes up rows and columns": lambda d_out, value: np.shape(d_out) == (3, 3),
    },
    "numbers": {
        "writes into a number": lambda d_out, value: isinstance(d_out, np.float64),
        "loops over an array without axes": lambda d_out, value: (
            isinstance(d_out, np.ndarray) and d_out.ndim == 0
        ),
    },
    "logistic_grad.weights": {"mixes up rows and columns": loses(0, four_by_four)},
    "logistic_grad.bias": {"mixes up rows and columns": loses(1, four_by_four)},
    "loss": {
        "needs one hidden layer": loses(0, lambda params, X, y: len(params) == 3 and len(X) == 4)
    },
    "one-hidden-layer": {"mixes up rows and columns": lambda params, X, y: X.shape == (4, 3)},
    "numerical_gradient.shapes": {
        "loops over one axis": lambda f, x, eps=0.0: x.shape == (3, 4),
        "mixes up rows and columns": lambda f, x, eps=0.0: x.shape == (3, 3),
        "needs an axis": lambda f, x, eps=0.0: x.shape == (),
    },
    "eps": {
        "knows eps by position": lambda f, x, *rest, **named: "eps" in named,
        "knows eps by name": lambda f, x, *rest, **named: bool(rest),
    },
    "relative_error.shapes": {
        "loops over one axis": lambda a, b: a.shape == (3, 4),
        "mixes up rows and columns": lambda a, b: a.shape == (3, 3),
    },
}
