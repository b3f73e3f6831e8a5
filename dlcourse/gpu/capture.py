"""Work that is given to the GPU once and then repeated by a single call: a CUDA graph.

A small step consists of some twenty operations of a few microseconds, and starting each from
Python takes longer than doing it.  A graph remembers them all, with the addresses they work on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from dlcourse.gpu.machine import fused

#: Runs before the recording, in which libraries choose their kernels and Triton compiles.
_WARM_UP = 3


class Captured:
    """A piece of work, recorded on a GPU with Triton and simply called elsewhere.

    Parameters
    ----------
    work : callable
        Takes nothing and writes into tensors that stay where they are.  It may not wait for the
        device.
    state : sequence of tensor
        What `work` changes and what has to be afterwards as it was before: trying the work out
        must not be noticed.

    Notes
    -----
    Section "On a GPU" of chapter 7.

    Examples
    --------
    >>> x = torch.zeros(1)
    >>> add = Captured(lambda: x.add_(1), [x])
    >>> add(), add(), x.item()
    (None, None, 2.0)
    """

    def __init__(self, work: Callable[[], object], state: Sequence[torch.Tensor]) -> None:
        self._work: Callable[[], object] = work
        device = state[0].device
        if device.type != "cuda" or not fused(state[0]):
            return  # without Triton, Adam asks the device for its step count
        before = [part.clone() for part in state]
        stream = torch.cuda.Stream(device)
        stream.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(stream):
            for _ in range(_WARM_UP):
                work()
        torch.cuda.current_stream(device).wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            work()
        for part, old in zip(state, before, strict=True):
            part.copy_(old)
        self._work = graph.replay

    def __call__(self) -> None:
        """Do the work once, in the order of the current stream."""
        self._work()
