"""Unit 3: gradients by hand, through layers and networks, checked and measured."""

from __future__ import annotations

from dlcourse import backprop, gradcheck, graphs
from dlcourse.grading.spec import Task, Unit
from dlcourse.grading.tasks.backprop import byhand, depth, elementwise, layers, models, networks
from dlcourse.grading.tasks.backprop.mistakes import byhand as hand_mistakes
from dlcourse.grading.tasks.backprop.mistakes import depth as depth_mistakes
from dlcourse.grading.tasks.backprop.mistakes import gradients as gradient_mistakes
from dlcourse.grading.tasks.backprop.mistakes import layers as layer_mistakes
from dlcourse.grading.tasks.backprop.mistakes import small, tools

_PAGE = "backprop.html#sec-"

_FORWARD_321 = Task(
    "forward_321", graphs.forward_321, networks.FORWARD_321, small.FORWARD_321, f"{_PAGE}321"
)

_STEP_BY_HAND = Task(
    "step_by_hand",
    byhand.step_by_hand,
    networks.STEP_BY_HAND,
    hand_mistakes.STEP_BY_HAND,
    f"{_PAGE}321",
    verify=byhand.verify,
    fingerprint=byhand.fingerprint(hand_mistakes.TABLES),
)

_STEP_321 = Task("step_321", graphs.step_321, networks.STEP_321, small.STEP_321, f"{_PAGE}321")

_DENSE_FORWARD = Task(
    "dense_forward",
    layers.dense_forward,
    networks.DENSE_FORWARD,
    layer_mistakes.DENSE_FORWARD,
    f"{_PAGE}dense",
)

_DENSE_BACKWARD = Task(
    "dense_backward",
    layers.dense_backward,
    networks.DENSE_BACKWARD,
    layer_mistakes.DENSE_BACKWARD,
    f"{_PAGE}dense",
)

_SIGMOID_BACKWARD = Task(
    "sigmoid_backward",
    backprop.sigmoid_backward,
    elementwise.SIGMOID_BACKWARD,
    layer_mistakes.SIGMOID_BACKWARD,
    f"{_PAGE}local-gradients",
)

_RELU_BACKWARD = Task(
    "relu_backward",
    backprop.relu_backward,
    elementwise.RELU_BACKWARD,
    layer_mistakes.RELU_BACKWARD,
    f"{_PAGE}local-gradients",
)

_LOGISTIC_GRAD = Task(
    "logistic_grad",
    backprop.logistic_grad,
    models.LOGISTIC_GRAD,
    gradient_mistakes.LOGISTIC_GRAD,
    f"{_PAGE}logistic",
)

_MLP_LOSS_AND_GRADS = Task(
    "mlp_loss_and_grads",
    backprop.mlp_loss_and_grads,
    models.MLP_LOSS_AND_GRADS,
    gradient_mistakes.MLP_LOSS_AND_GRADS,
    f"{_PAGE}backprop",
)

_NUMERICAL_GRADIENT = Task(
    "numerical_gradient",
    gradcheck.numerical_gradient,
    elementwise.NUMERICAL_GRADIENT,
    tools.NUMERICAL_GRADIENT,
    f"{_PAGE}checking",
    forbidden=("scipy.optimize.approx_fprime",),
)

_RELATIVE_ERROR = Task(
    "relative_error",
    gradcheck.relative_error,
    elementwise.RELATIVE_ERROR,
    tools.RELATIVE_ERROR,
    f"{_PAGE}checking",
)

_GRADIENT_NORMS = Task(
    "gradient_norms_by_depth",
    backprop.gradient_norms_by_depth,
    depth.GRADIENT_NORMS,
    depth_mistakes.GRADIENT_NORMS,
    f"{_PAGE}vanishing",
    verify=depth.verify,
    fingerprint=depth.fingerprint,
)

UNIT = Unit(
    number=3,
    slug="backprop",
    title="Backpropagation by hand",
    tasks=(
        _FORWARD_321,
        _STEP_BY_HAND,
        _STEP_321,
        _DENSE_FORWARD,
        _DENSE_BACKWARD,
        _SIGMOID_BACKWARD,
        _RELU_BACKWARD,
        _LOGISTIC_GRAD,
        _MLP_LOSS_AND_GRADS,
        _NUMERICAL_GRADIENT,
        _RELATIVE_ERROR,
        _GRADIENT_NORMS,
    ),
    free_text=("paths_and_products", "a_gradient_that_fails"),
)
