"""One implementation for all libraries: training, evaluation and the classical models.

The operators have the same checks in `test_operators.py`.  Functions are found by discovery: one
without a call here, or a reason in `NUMPY_ONLY`, fails the suite.
"""

import importlib
import inspect

import array_api_strict
import numpy as np
import pytest
import torch

from dlcourse.backend import distinct
from dlcourse.pytrees import leaves, rebuild

MODULES = [
    "adaptive",
    "augmentation",
    "callbacks",
    "checkpoints",
    "clipping",
    "data",
    "descent",
    "evaluation",
    "idx",
    "neighbors",
    "optimizers",
    "polynomials",
    "pytrees",
    "schedules",
    "search",
    "spaces",
    "splits",
    "stepping",
    "toys",
    "training",
    "trees",
]

#: Functions that no array of another library passes through, each with the reason.
NUMPY_ONLY = {
    "callbacks": "they look at numbers and files",
    "checkpoints": "files hold NumPy arrays; tensors go in and out in test_training.py",
    "data": "files hold NumPy arrays",
    "idx": "files hold NumPy arrays",
    "toys": "made by NumPy's generators",
    "spaces": "settings are Python numbers, drawn by NumPy's generators",
    "search": "settings are Python numbers",
    "pytrees": "arrays are passed on, not looked at",
    "optimizers": "each walks a path in three libraries in test_optimizers.py",
    "stepping.make_optimizer": "what all of those are made with",
    "descent.fraction": "a Python number",
    "schedules.constant": "a Python number",
    "schedules.step_decay": "a Python number",
    "schedules.exponential_decay": "a Python number",
    "schedules.inverse_time": "a Python number",
    "schedules.cosine_decay": "a Python number",
    "splits.kfold_indices": "row numbers, drawn by NumPy's generators",
    "splits.leave_one_out": "row numbers",
    "clipping.clipped": "clip_by_norm before an optimizer",
    "evaluation.cross_validate": "hands rows to functions of the reader",
    "evaluation.learning_curve": "hands rows to functions of the reader",
    "training.train": "the run on torch is in test_training.py; the rest is the reader's function",
    "trees.tree_probabilities": "called by tree_predict",
}

w, g, m, v = np.random.default_rng(0).normal(size=(4, 3, 2))
v = v**2
X = np.random.default_rng(1).integers(-3, 4, (20, 2)).astype(float)
Q = np.random.default_rng(2).integers(-3, 4, (6, 2)).astype(float)
y = np.random.default_rng(3).normal(size=20)
labels = np.random.default_rng(4).integers(0, 3, 20)
signs = 2 * (labels > 0) - 1


def rng():
    return np.random.default_rng(5)


#: Arguments; the arrays among them are converted.
CALLS = {
    "descent.sgd_step": (w, g, 0.1),
    "descent.momentum_step": (w, g, m, 0.1),
    "descent.ema_momentum_step": (w, g, m, 0.1),
    "descent.nesterov_step": (w, g, m, 0.1),
    "descent.like_weights": (w,),
    "adaptive.adagrad_step": (w, g, v, 0.1),
    "adaptive.rmsprop_step": (w, g, v, 0.1),
    "adaptive.adam_step": (w, g, m, v, 3),
    "adaptive.adamw_step": (w, g, m, v, 3),
    "clipping.clip_by_norm": ([w, (g,)], 0.5),
    "clipping.clip_by_value": ([w, (g,)], 0.5),
    "schedules.stable_lr_limit": (w.T @ w + np.eye(2),),
    "training.minibatches": (X, labels, 6, rng),
    "splits.train_validation_test_split": (X, labels, rng),
    "evaluation.accuracy": (labels, labels[::-1].copy()),
    "evaluation.confusion_matrix": (labels, labels[::-1].copy(), 3),
    "evaluation.bias_variance": (w, g[0]),
    "evaluation.expected_error": (w, g),
    "neighbors.knn_predict": (X, y, Q, 3),
    "neighbors.knn_classify": (X, labels, Q, 3),
    "neighbors.nearest_mean_predict": (X, labels, Q),
    "neighbors.leave_one_out_nearest_mean": (y, signs),
    "polynomials.ridge_fit": (X, y, 0.3),
    "polynomials.polynomial_fit": (y, y**2, 4, 0.3),
    "polynomials.polynomial_predict": (m[0], y),
    "trees.decision_stump": (X, labels),
    "trees.tree_fit": (X, labels, 2),
    "trees.tree_predict": None,  # takes a tree: below
    "augmentation.augment_shift": (np.random.default_rng(6).normal(size=(4, 5, 3)), 2, rng),
}


def discovered():
    """Public functions of the modules above, as ``module.name``."""
    for module in MODULES:
        found = importlib.import_module(f"dlcourse.{module}")
        for name, thing in inspect.getmembers(found, inspect.isfunction):
            if thing.__module__ == found.__name__ and not name.startswith("_"):
                yield f"{module}.{name}", thing


FUNCTIONS = dict(discovered())


def call(name, convert):
    """The function's answer as a flat list of arrays and numbers, for arrays of one library."""
    arguments = [argument() if argument is rng else argument for argument in CALLS[name]]
    flat = [convert(leaf) if isinstance(leaf, np.ndarray) else leaf for leaf in leaves(arguments)]
    answer = FUNCTIONS[name](*rebuild(arguments, flat))
    return leaves(list(answer) if inspect.isgenerator(answer) else answer)


def test_every_function_is_called_or_excused():
    for name in FUNCTIONS:
        excused = name in NUMPY_ONLY or name.split(".")[0] in NUMPY_ONLY
        assert (name in CALLS) != excused, f"add a call for {name}, or the reason against one"
    named = {name for name in NUMPY_ONLY if "." in name} | set(CALLS)
    assert named <= set(FUNCTIONS), f"no such function: {sorted(named - set(FUNCTIONS))}"


@pytest.mark.parametrize("library", [torch, array_api_strict], ids=["torch", "strict"])
@pytest.mark.parametrize("name", [name for name, arguments in CALLS.items() if arguments])
def test_other_libraries_get_numpys_answer_as_their_own(name, library):
    kind = type(library.asarray([0.0]))
    theirs = call(name, library.asarray)
    mine = call(name, np.asarray)
    assert any(isinstance(part, kind) for part in theirs) or name == "trees.decision_stump"
    for one, other in zip(mine, theirs, strict=True):
        if isinstance(one, np.ndarray | np.generic):
            assert isinstance(other, kind)
            assert str(other.dtype).split(".")[-1] == one.dtype.name
            np.testing.assert_allclose(one, np.asarray(other), rtol=1e-10, atol=1e-12)
        elif isinstance(one, float):
            assert other == pytest.approx(one, rel=1e-12, nan_ok=True)
        else:
            assert one == other


@pytest.mark.parametrize("name", [name for name, arguments in CALLS.items() if arguments])
def test_arguments_are_left_alone(name):
    arrays = [leaf for leaf in leaves(list(CALLS[name])) if isinstance(leaf, np.ndarray)]
    before = [array.copy() for array in arrays]
    call(name, lambda array: array)
    for array, old in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, old)


@pytest.mark.parametrize("library", [torch, array_api_strict], ids=["torch", "strict"])
def test_a_tree_of_another_library_answers_in_it(library):
    fit, predict = FUNCTIONS["trees.tree_fit"], FUNCTIONS["trees.tree_predict"]
    tree = fit(library.asarray(X), library.asarray(labels), 3)
    answer = predict(tree, library.asarray(Q))
    assert isinstance(answer, type(library.asarray([0])))
    assert np.asarray(answer).tolist() == predict(fit(X, labels, 3), Q).tolist()


@pytest.mark.parametrize("library", [np, torch, array_api_strict], ids=["numpy", "torch", "strict"])
def test_distinct_values_are_in_ascending_order(library):
    values = library.asarray([907, -41, 3, 907, 65536, 12, 3, -7])
    answer = distinct(values)
    assert isinstance(answer, type(values))
    assert np.asarray(answer).tolist() == [-41, -7, 3, 12, 907, 65536]
