"""Unit 1: one neuron, its activation functions, and what changes when neurons are stacked."""

from __future__ import annotations

from dlcourse import activations, layers, neuron
from dlcourse.grading.spec import Task, Unit
from dlcourse.grading.tasks.neuron import gates, networks
from dlcourse.grading.tasks.neuron.elementwise import one_argument, with_alpha
from dlcourse.grading.tasks.neuron.mistakes import curves, neurons, rectifiers
from dlcourse.grading.tasks.neuron.mistakes import gates as gate_mistakes
from dlcourse.grading.tasks.neuron.mistakes import layers as layer_mistakes

_PAGE = "neuron.html#sec-"

_NEURON = Task("neuron", neuron.neuron, networks.NEURON, neurons.NEURON, f"{_PAGE}neuron")

_SIGMOID = Task(
    "sigmoid",
    activations.sigmoid,
    one_argument(2.5, extremes=1.0),
    curves.SIGMOID,
    f"{_PAGE}sigmoid",
    forbidden=("scipy.special.expit",),
)

_SIGMOID_GRAD = Task(
    "sigmoid_grad",
    activations.sigmoid_grad,
    one_argument(1.0, extremes=0.5),
    curves.SIGMOID_GRAD,
    f"{_PAGE}sigmoid",
)

_TANH_GRAD = Task(
    "tanh_grad",
    activations.tanh_grad,
    one_argument(1.0, extremes=0.5),
    curves.TANH_GRAD,
    f"{_PAGE}tanh",
)

_RELU = Task("relu", activations.relu, one_argument(1.5), rectifiers.RELU, f"{_PAGE}relu")

_RELU_GRAD = Task(
    "relu_grad",
    activations.relu_grad,
    one_argument(1.0, corner=0.5),
    rectifiers.RELU_GRAD,
    f"{_PAGE}relu",
)

_LEAKY_RELU = Task(
    "leaky_relu", activations.leaky_relu, with_alpha(), rectifiers.LEAKY_RELU, f"{_PAGE}leaky-relu"
)

_LEAKY_RELU_GRAD = Task(
    "leaky_relu_grad",
    activations.leaky_relu_grad,
    with_alpha(corner=0.5),
    rectifiers.LEAKY_RELU_GRAD,
    f"{_PAGE}leaky-relu",
)

_SOFTMAX = Task(
    "softmax",
    activations.softmax,
    networks.SOFTMAX,
    neurons.SOFTMAX,
    f"{_PAGE}softmax",
    forbidden=("scipy.special.softmax", "scipy.special.log_softmax"),
)

_GATE_WEIGHTS = Task(
    "gate_weights",
    neuron.gate_weights,
    networks.GATES,
    gate_mistakes.GATES,
    f"{_PAGE}gates",
    verify=gates.verify_gate,
    fingerprint=gates.gate_fingerprint,
)

_XOR_NETWORK = Task(
    "xor_network",
    neuron.xor_network,
    networks.XOR,
    gate_mistakes.XOR,
    f"{_PAGE}xor",
    verify=gates.verify_xor,
    fingerprint=gates.xor_fingerprint,
)

_COLLAPSE = Task(
    "collapse", layers.collapse, networks.COLLAPSE, layer_mistakes.COLLAPSE, f"{_PAGE}collapse"
)

_MLP_FORWARD = Task(
    "mlp_forward",
    layers.mlp_forward,
    networks.MLP_FORWARD,
    layer_mistakes.MLP_FORWARD,
    f"{_PAGE}layers",
)

UNIT = Unit(
    number=1,
    slug="neuron",
    title="The neuron",
    tasks=(
        _NEURON,
        _SIGMOID,
        _SIGMOID_GRAD,
        _TANH_GRAD,
        _RELU,
        _RELU_GRAD,
        _LEAKY_RELU,
        _LEAKY_RELU_GRAD,
        _SOFTMAX,
        _GATE_WEIGHTS,
        _XOR_NETWORK,
        _COLLAPSE,
        _MLP_FORWARD,
    ),
    free_text=("naive_bayes_vs_logistic", "choose_the_output"),
)
