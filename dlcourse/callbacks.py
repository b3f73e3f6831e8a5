"""What looks at a run after each epoch: early stopping, checkpoints, a log, a progress bar.

A callback is a function of the `Snapshot` that returns True to stop the run.  It keeps nothing to
itself: what it needs is in the history, so a run that is resumed stops where it would have.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from dlcourse.checkpoints import save_checkpoint
from dlcourse.training import Callback, Snapshot


def early_stopping(
    val_losses: Sequence[float], patience: int, min_delta: float = 0.0
) -> tuple[int, int]:
    """Find where training stops when the validation loss no longer improves.

    An epoch improves if its loss is below the best so far by more than `min_delta`.  Training
    stops after `patience` epochs in a row without improvement, or at the end of the list.

    Parameters
    ----------
    val_losses : list of float
        Validation loss after each epoch, at least one.
    patience : int
        Epochs in a row that may bring nothing, at least 1.
    min_delta : float, default 0.0
        What does not count as an improvement, at least 0.

    Returns
    -------
    stop_epoch : int
        The last epoch run, counted from 0.
    best_epoch : int
        The last epoch that improved, counted from 0; its weights are the ones to keep.

    Raises
    ------
    ValueError
        When there is no loss, or `patience` or `min_delta` is out of its range.

    Notes
    -----
    Section "Early stopping" of chapter 5; Prechelt (1998) [1]_ compares such rules.  A NaN
    improves nothing.

    References
    ----------
    .. [1] L. Prechelt, "Early stopping - but when?", in Neural Networks: Tricks of the Trade,
       Springer, 1998.

    Examples
    --------
    >>> early_stopping([5.0, 4.0, 4.5, 4.2, 3.0], patience=2)
    (3, 1)
    """
    if len(val_losses) == 0 or patience < 1 or not min_delta >= 0:
        raise ValueError(
            f"got {len(val_losses)} losses, patience = {patience}, min_delta = {min_delta}; "
            "wanted at least one loss, patience >= 1, min_delta >= 0"
        )
    best, best_epoch = float("inf"), 0
    for epoch, loss in enumerate(val_losses):
        if loss < best - min_delta:
            best, best_epoch = loss, epoch
        if epoch - best_epoch >= patience:
            return epoch, best_epoch
    return len(val_losses) - 1, best_epoch


def stop_early(
    patience: int, min_delta: float = 0.0, watch: str = "val_loss", largest: bool = False
) -> Callback:
    """Stop a run when a measured quantity no longer improves.

    Parameters
    ----------
    patience : int
        Epochs in a row that may bring nothing, at least 1.
    min_delta : float, default 0.0
        What does not count as an improvement.
    watch : str, default 'val_loss'
        The quantity: ``loss``, or a name that `evaluate` returns.
    largest : bool, default False
        Whether more is better, as for an accuracy.

    Returns
    -------
    callable
        Callback for `train`.

    Notes
    -----
    Section "Early stopping" of chapter 5; the rule is `early_stopping`.

    Examples
    --------
    >>> from dlcourse.stepping import OptimizerState
    >>> run = Snapshot([], OptimizerState(0, ()), {}, ({"val_loss": 1.0}, {"val_loss": 2.0}))
    >>> stop_early(patience=1)(run), stop_early(patience=2)(run)
    (True, False)
    """

    def callback(run: Snapshot) -> bool:
        losses = _to_shrink(run, watch, largest)
        _, best_epoch = early_stopping(losses, patience, min_delta)
        return len(losses) - 1 - best_epoch >= patience

    return callback


def keep_best(path: str | Path, watch: str = "val_loss", largest: bool = False) -> Callback:
    """Write a checkpoint whenever a measured quantity is the best so far.

    Parameters
    ----------
    path : str or Path
        Where to; ``.npz`` or ``.safetensors``.
    watch : str, default 'val_loss'
        The quantity: ``loss``, or a name that `evaluate` returns.
    largest : bool, default False
        Whether more is better, as for an accuracy.

    Returns
    -------
    callable
        Callback for `train`; it never stops the run.

    Notes
    -----
    Section "Checkpoints" of chapter 5.

    Examples
    --------
    >>> callable(keep_best("best.npz", watch="accuracy", largest=True))
    True
    """

    def callback(run: Snapshot) -> bool:
        losses = _to_shrink(run, watch, largest)
        _, best_epoch = early_stopping(losses, patience=len(losses))
        if best_epoch == len(losses) - 1:
            save_checkpoint(path, run)
        return False

    return callback


def keep_last(path: str | Path) -> Callback:
    """Write a checkpoint after every epoch, to resume from.

    Parameters
    ----------
    path : str or Path
        Where to; ``.npz`` or ``.safetensors``.

    Returns
    -------
    callable
        Callback for `train`; it never stops the run.

    Notes
    -----
    Section "Checkpoints" of chapter 5.

    Examples
    --------
    >>> callable(keep_last("last.npz"))
    True
    """

    def callback(run: Snapshot) -> bool:
        save_checkpoint(path, run)
        return False

    return callback


def write_csv(path: str | Path) -> Callback:
    """Write the history as a table after every epoch: one row an epoch.

    Parameters
    ----------
    path : str or Path
        Where to.  The file is written anew each time, so a resumed run has one whole table.

    Returns
    -------
    callable
        Callback for `train`; it never stops the run.

    Notes
    -----
    Section "Reading a run" of chapter 7.

    Examples
    --------
    >>> import tempfile
    >>> from dlcourse.stepping import OptimizerState
    >>> run = Snapshot([], OptimizerState(0, ()), {}, ({"epoch": 1, "loss": 0.5},))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     stop = write_csv(f"{folder}/log.csv")(run)
    ...     Path(f"{folder}/log.csv").read_text().split()
    ['epoch,loss', '1,0.5']
    """
    path = Path(path)

    def callback(run: Snapshot) -> bool:
        names = list(dict.fromkeys(name for record in run.history for name in record))
        partial = path.with_name(f".{path.name}.partial")
        with partial.open("w", newline="") as file:
            table = csv.DictWriter(file, names, lineterminator="\n")
            table.writeheader()
            table.writerows(run.history)
        os.replace(partial, path)
        return False

    return callback


class ProgressBar:
    """A bar that grows with the epochs; silent where rich is not installed.

    Use it as a context, so that the terminal is left in order however the run ends:
    ``with ProgressBar(epochs=10) as bar: train(..., epochs=10, callbacks=[bar])``.

    Parameters
    ----------
    epochs : int
        Length of the whole run.
    console : rich.console.Console, optional
        Where to draw; the terminal without it.

    Notes
    -----
    Section "Reading a run" of chapter 7.

    Examples
    --------
    >>> from dlcourse.training import Snapshot
    >>> bar = ProgressBar(epochs=2)
    >>> bar(Snapshot([], None, {}, ({"epoch": 1, "loss": 0.5},)))  # never asks to stop
    False
    """

    def __init__(self, epochs: int, console: Any = None) -> None:
        self.epochs = epochs
        self.bar: Any = None
        self.task: Any = None
        try:
            from rich.progress import Progress
        except ImportError:
            return
        self.bar = Progress(console=console)

    def __enter__(self) -> ProgressBar:
        if self.bar is not None:
            self.bar.start()
            self.task = self.bar.add_task("training", total=self.epochs)
        return self

    def __call__(self, run: Snapshot) -> bool:
        """Show an epoch and its loss; never stops the run."""
        if self.task is not None:
            label = f"epoch {run.epoch}, loss {run.values('loss')[-1]:.4g}"
            self.bar.update(self.task, completed=run.epoch, description=label)
        return False

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.bar is not None:
            self.bar.stop()


def _to_shrink(run: Snapshot, watch: str, largest: bool) -> list[float]:
    """Watched values with the sign that makes smaller better."""
    return [-value if largest else value for value in run.values(watch)]
