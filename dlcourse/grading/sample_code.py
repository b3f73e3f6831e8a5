"""What the students of the sample class write: `dlcourse.grading.sample` hands it in."""

LOOPS = {
    "sigmoid": """
import math

def sigmoid(z):
    def one(v):
        v = float(v)
        return 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))
    flat = [one(v) for v in np.ravel(z)]
    return np.array(flat, dtype=getattr(z, "dtype", float)).reshape(np.shape(z))
""",
    "relu": """
def relu(z):
    z = np.asarray(z)
    flat = [v if v > 0 else v * 0 for v in z.ravel()]
    return np.array(flat, dtype=z.dtype if z.dtype.kind == "f" else float).reshape(z.shape)
""",
    "collapse": """
def collapse(layers):
    A, c = layers[0]
    for W, b in layers[1:]:
        rows, inner, columns = A.shape[0], W.shape[0], W.shape[1]
        product = np.zeros((rows, columns), A.dtype)
        for i in range(rows):
            for j in range(columns):
                product[i, j] = sum(A[i, k] * W[k, j] for k in range(inner))
        c = np.array([sum(c[k] * W[k, j] for k in range(inner)) + b[j] for j in range(columns)],
                     dtype=A.dtype)
        A = product
    return A, c
""",
}

LISTS = {
    "gate_weights": """
def gate_weights(name):
    return {"and": ([2, 2], -3), "or": ([5, 5], -1), "nand": ([-2, -2], 3)}[name]
""",
    "xor_network": """
def xor_network():
    hidden = ([[1, -1], [1, -1]], [-0.5, 1.5])
    return [hidden, ([[1], [1]], [-1.5])]
""",
    "neuron": """
def neuron(x, w, b, activation):
    x, w = np.asarray(x), np.asarray(w)
    if x.ndim == 1:
        return activation(sum(a * c for a, c in zip(x, w)) + b)
    return [activation(sum(a * c for a, c in zip(row, w)) + b) for row in x]
""",
}

#: Student, what it is, task and wrong code; the grader must name each of these mistakes.
WRONG = (
    (
        "wrong-sigmoid-sign",
        "sigmoid with the wrong sign",
        "sigmoid",
        "def sigmoid(z):\n    return 1 / (1 + np.exp(z))",
    ),
    (
        "wrong-sigmoid-overflow",
        "sigmoid that overflows",
        "sigmoid",
        "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))",
    ),
    (
        "wrong-softmax-axis",
        "softmax over the columns",
        "softmax",
        "def softmax(z):\n"
        "    z = np.asarray(z)\n"
        "    e = np.exp(z - z.max(axis=0, keepdims=True))\n"
        "    return e / e.sum(axis=0, keepdims=True)",
    ),
    (
        "wrong-neuron-no-bias",
        "a neuron without its bias",
        "neuron",
        "def neuron(x, w, b, activation):\n    return activation(np.asarray(x) @ np.asarray(w))",
    ),
    (
        "wrong-mlp-last-layer",
        "an activated last layer",
        "mlp_forward",
        "def mlp_forward(x, params, activation):\n"
        "    outputs = []\n"
        "    for W, b in params:\n"
        "        x = activation(x @ W + b)\n"
        "        outputs.append(x)\n"
        "    return outputs",
    ),
    (
        "wrong-collapse-bias",
        "only the last bias kept",
        "collapse",
        "def collapse(layers):\n"
        "    A, c = layers[0]\n"
        "    for W, b in layers[1:]:\n"
        "        A, c = A @ W, b\n"
        "    return A, c",
    ),
)

NOISE = """
import warnings
print("hello from", __name__, "<script>alert(1)</script>")
warnings.warn("this model has not been trained")
"""

CRASH = """
import os

def relu_grad(z):
    os._exit(0)
"""

EARLY_ERROR = "values = np.array([1, 2, 3])\nprint(values[7])"

LOOP = """
def leaky_relu(z, alpha=0.01):
    while True:
        z = z
"""

STUBBORN_LOOP = """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""

EVERYTHING_EQUAL = """
class Right:
    __array_priority__ = 1e9
    shape = ()
    def __eq__(self, other): return True
    def __array__(self, *args, **kwargs): return np.array(self, dtype=object)
    def __float__(self): return float("nan")
    def __reduce__(self): return (eval, ("1/0",))
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self

for name in "{names}".split():
    globals()[name] = Right()
"""

PATCHES = """
import builtins, numpy.testing, unittest
for module in (np, numpy.testing):
    for name in dir(module):
        if "close" in name or "equal" in name:
            setattr(module, name, lambda *args, **kwargs: True)
builtins.abs = builtins.max = builtins.sum = lambda *args, **kwargs: 0
try:
    get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\\n"])
except NameError:
    pass
for name in "{names}".split():
    globals()[name] = lambda *args, **kwargs: float("nan")
"""

THIEF = """
import glob, os, sys

def stolen():
    places = ["/", "..", "../..", os.path.expanduser("~"), "/proc/1/root", *sys.path]
    for place in places:
        for pattern in ("**/neuron.md", "**/neuron.ipynb", "**/gradebook.db", "**/activations.py"):
            for path in glob.iglob(os.path.join(place, pattern), recursive=True):
                return open(path, "rb").read()
    return b""

loot = stolen() if os.path.exists("/proc") else b""
for name in "{names}".split():
    globals()[name] = lambda *args, **kwargs: loot.decode("latin-1")
"""

FORGER = """
import json, os, struct

message = json.dumps({{"score": 1e9, "passed": True, "value": 1, "nonce": 0}}).encode()
for descriptor in range(3, 64):
    for frame in (struct.pack("<II", len(message), 0) + message, b"\\xff" * 4096):
        try:
            os.write(descriptor, frame)
        except OSError:
            pass
for name in "{names}".split():
    globals()[name] = lambda *args, **kwargs: None
"""

IMPORTER = """
from dlcourse.activations import *
from dlcourse.layers import collapse, mlp_forward
from dlcourse.neuron import gate_weights, neuron, xor_network
"""
