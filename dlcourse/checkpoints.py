"""Keep a run in a file, and take it up again.

A name ending in ``.npz`` needs only NumPy; ``.safetensors`` needs that package, and other
programs read it without running any code.  Both hold the arrays and one JSON text; no pickle.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from dlcourse.backend import Array, moved
from dlcourse.pytrees import Tree, leaves, rebuild
from dlcourse.stepping import OptimizerState
from dlcourse.training import Snapshot

_TEXT = "dlcourse"  # the key of the JSON text beside the arrays


def save_checkpoint(path: str | Path, run: Snapshot) -> None:
    """Write a run to a file, whole or not at all.

    Parameters
    ----------
    path : str or Path
        Where to; the ending ``.npz`` or ``.safetensors`` decides the format.  The folder exists.
    run : Snapshot
        What `train` returned or a callback was given.

    Raises
    ------
    ValueError
        For any other ending.
    ImportError
        When the ending is ``.safetensors`` and the package is not installed.

    Notes
    -----
    Section "Checkpoints" of chapter 5.  The file is written beside its place and then renamed,
    so a run that is killed leaves the last good one.

    Examples
    --------
    >>> import tempfile
    >>> run = Snapshot([(np.eye(2), np.zeros(2))], OptimizerState(0, ()), {})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_checkpoint(f"{folder}/best.npz", run)
    ...     load_checkpoint(f"{folder}/best.npz").params[0][0].tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    path = Path(path)
    arrays = {f"params.{i}": _numpy(leaf) for i, leaf in enumerate(leaves(run.params))}
    for slot, memory in enumerate(run.state.memories):
        arrays |= {f"memory.{slot}.{i}": _numpy(leaf) for i, leaf in enumerate(memory)}
    text = json.dumps(_described(run), default=np.ndarray.tolist)
    partial = path.with_name(f".{path.stem}.partial{path.suffix}")
    if _ending(path) == ".npz":
        np.savez(partial, **{_TEXT: np.array(text)}, **arrays)  # type: ignore[arg-type]
    else:
        _safetensors().numpy.save_file(arrays, partial, metadata={_TEXT: text})
    os.replace(partial, path)


def load_checkpoint(path: str | Path, like: Array | None = None) -> Snapshot:
    """Read a run from a file.

    Parameters
    ----------
    path : str or Path
        What `save_checkpoint` wrote.
    like : array, optional
        An array of the library, and on the device, that the arrays should come to; NumPy
        without it.

    Returns
    -------
    Snapshot
        The run, for its parameters or for ``train(..., resume=run)``.

    Raises
    ------
    ValueError
        When the ending is unknown or the file was not written by `save_checkpoint`.
    ImportError
        When the ending is ``.safetensors`` and the package is not installed.

    Notes
    -----
    Section "Checkpoints" of chapter 5.

    Examples
    --------
    >>> load_checkpoint("model.pt")
    Traceback (most recent call last):
    ValueError: got the file model.pt, wanted a name that ends in .npz or .safetensors
    """
    path = Path(path)
    read = _read_npz if _ending(path) == ".npz" else _read_safetensors
    text, arrays = read(path)
    if text is None:
        raise ValueError(f"got the file {path}, wanted one that save_checkpoint wrote")
    about = json.loads(text)
    if like is not None:
        arrays = {name: moved(array, like) for name, array in arrays.items()}
    skeleton = _restored(about["structure"])
    count = len(leaves(skeleton))
    memories = tuple(
        [arrays[f"memory.{slot}.{i}"] for i in range(count)] for slot in range(about["memories"])
    )
    params = rebuild(skeleton, [arrays[f"params.{i}"] for i in range(count)])
    state = OptimizerState(about["steps"], memories)
    return Snapshot(params, state, about["rng_state"], tuple(about["history"]))


def _described(run: Snapshot) -> dict[str, Any]:
    return {
        "structure": _structure(run.params),
        "steps": run.state.steps,
        "memories": len(run.state.memories),
        "rng_state": run.rng_state,
        "history": list(run.history),
    }


def _structure(tree: Tree) -> Any:
    """Describe the nesting without its arrays; JSON knows only lists, so a tuple says so."""
    if not isinstance(tree, (list, tuple)):
        return None
    return ["list" if isinstance(tree, list) else "tuple", *map(_structure, tree)]


def _restored(structure: Any) -> Tree:
    if structure is None:
        return None
    kind, *branches = structure
    built = [_restored(branch) for branch in branches]
    return built if kind == "list" else tuple(built)


def _numpy(leaf: Array) -> np.ndarray:
    """Copy an array of any library to NumPy; tensors know the way from their device."""
    host = leaf.detach().cpu() if hasattr(leaf, "detach") else leaf
    return np.asarray(host, order="C")


def _read_npz(path: Path) -> tuple[str | None, dict[str, np.ndarray]]:
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    text = arrays.pop(_TEXT, None)
    return (None if text is None else str(text)), arrays


def _read_safetensors(path: Path) -> tuple[str | None, dict[str, np.ndarray]]:
    with _safetensors().safe_open(path, framework="numpy") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return (file.metadata() or {}).get(_TEXT), arrays


def _safetensors() -> Any:
    try:
        import safetensors.numpy
    except ImportError:
        raise ImportError(
            "safetensors is not installed: pip install safetensors, or end the name in .npz"
        ) from None
    return safetensors


def _ending(path: Path) -> str:
    if path.suffix not in (".npz", ".safetensors"):
        raise ValueError(f"got the file {path}, wanted a name that ends in .npz or .safetensors")
    return path.suffix
