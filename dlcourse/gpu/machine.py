"""What there is to run on: a GPU, Triton, or Triton's interpreter."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
from collections.abc import Iterator

import torch


def missing() -> list[str]:
    """Say what a machine lacks for training on a GPU, and how to get it.

    Returns
    -------
    list of str
        One sentence for each thing; nothing where all is there.

    Notes
    -----
    Section "On a GPU" of chapter 7.

    Examples
    --------
    >>> isinstance(missing(), list)
    True
    """
    found = []
    if not torch.cuda.is_available():
        built = "without CUDA" if torch.version.cuda is None else "with CUDA, but finds no device"
        found.append(
            f"no GPU: torch {torch.__version__} is built {built}. A machine with an NVIDIA GPU, "
            "its driver and a CUDA build of torch is needed; see https://pytorch.org/get-started."
        )
    if not _has_triton():
        found.append("no Triton: install it with `pip install 'dlcourse[gpu]'` (Linux).")
    return found


def fused(tensor: torch.Tensor) -> bool:
    """Tell whether Triton's kernels can work on a tensor.

    Parameters
    ----------
    tensor : tensor
        On any device.

    Returns
    -------
    bool
        True on a GPU where Triton is installed, and everywhere when ``TRITON_INTERPRET=1`` is
        set: then Triton's interpreter runs the kernels, slowly, to test them.

    Notes
    -----
    Section "On a GPU" of chapter 7.

    Examples
    --------
    >>> fused(torch.zeros(1, device="meta"))
    False
    """
    if tensor.device.type not in {"cpu", "cuda"} or not _has_triton():
        return False
    return tensor.is_cuda or os.environ.get("TRITON_INTERPRET") == "1"


@contextlib.contextmanager
def float32_products(precision: str) -> Iterator[None]:
    """Have torch multiply float32 in this way on a GPU, and as before afterwards.

    Parameters
    ----------
    precision : {'highest', 'high'}
        With all 24 significant bits, or with the 11 of ``tf32``.

    Notes
    -----
    Section "On a GPU" of chapter 7.

    Examples
    --------
    >>> with float32_products("high"):
    ...     torch.get_float32_matmul_precision()
    'high'
    """
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(precision)
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


@functools.cache
def _has_triton() -> bool:
    return importlib.util.find_spec("triton") is not None
