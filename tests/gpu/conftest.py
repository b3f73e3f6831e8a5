"""Where the tests of the GPU path run: plain torch, Triton's interpreter, a GPU if there is one.

The kernels are made for one of the last two when they are first imported, so a process has either
the interpreter or the GPU.
"""

import os

import pytest
import torch

GPU = torch.cuda.is_available()
if not GPU:
    os.environ["TRITON_INTERPRET"] = "1"

from dlcourse.gpu import machine, triton_kernels  # noqa: E402, F401  made now, for this process


@pytest.fixture(params=["torch", "interpreter", "cuda"])
def device(request, monkeypatch):
    """The device to put tensors on, with the code that is to work on them."""
    if request.param == "cuda" and not GPU:
        pytest.skip(f"needs a GPU: {' '.join(machine.missing())}")
    if request.param == "interpreter" and GPU:
        pytest.skip("the kernels were compiled for the GPU of this machine")
    if request.param == "torch":
        monkeypatch.setenv("TRITON_INTERPRET", "0")
    return torch.device("cuda" if request.param == "cuda" else "cpu")
