"""Wrong answers for early stopping, and what a teacher says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dlcourse.grading.spec import Misconception


def _below(loss: float, best: float, delta: float) -> bool:
    return loss < best - delta


def _rule(
    improves: Callable[[float, float, float], bool] = _below,
    resets: bool = True,
    allowed: int = 0,
    compares: str = "best",
    result: Callable[..., Any] = lambda epoch, best, losses: (epoch, best),  # noqa: ARG005
    delta_counts: bool = True,
) -> Callable[..., Any]:
    """Make a rule in which one thing is not as it should be."""

    def early_stopping(losses: Any, patience: int, min_delta: float = 0.0) -> Any:
        delta = min_delta if delta_counts else 0.0
        best, best_epoch, waited, epoch = float("inf"), 0, 0, 0
        for epoch, loss in enumerate(losses):
            if improves(loss, best, delta):
                best, best_epoch = loss, epoch
                waited = 0 if resets else waited
            else:
                waited += 1
                best = {"best": best, "last": loss, "lowest": min(best, loss)}[compares]
            if waited >= patience + allowed:
                break
        return result(epoch, best_epoch, losses)

    return early_stopping


def _lowest(losses: Any) -> int:
    return min(range(len(losses)), key=lambda epoch: losses[epoch])


def _overrun(losses: Any, patience: int, min_delta: float = 0.0) -> Any:
    _, best = _rule()(losses, patience, min_delta)
    return best + patience, best


STOPPING = (
    Misconception(
        "ties-improve",
        _rule(improves=lambda loss, best, delta: loss <= best - delta),
        "You count an epoch as an improvement when it is exactly as good as asked. The task wants "
        "it to be better: look at your comparison.",
    ),
    Misconception(
        "never-resets",
        _rule(resets=False),
        "You count all epochs without improvement. Only those in a row count: an improvement "
        "starts the count again.",
    ),
    Misconception(
        "one-more",
        _rule(allowed=1),
        "You run one epoch too many: training stops in the epoch that makes the count reach "
        "patience.",
    ),
    Misconception(
        "compares-with-last",
        _rule(compares="last"),
        "You compare with the epoch before. After a bad epoch that asks too little: the best epoch "
        "so far is the measure.",
    ),
    Misconception(
        "best-creeps",
        _rule(compares="lowest"),
        "You lower the mark after gains that do not count, so that many small gains together never "
        "count either. The mark moves only with a real improvement.",
    ),
    Misconception(
        "delta-ignored",
        _rule(delta_counts=False),
        "min_delta has no effect. An epoch counts as an improvement only if it is better by more "
        "than that.",
    ),
    Misconception(
        "delta-added",
        _rule(improves=lambda loss, best, delta: loss < best + delta),
        "You allow a loss to be min_delta above the best one. It has to be below it by more than "
        "that.",
    ),
    Misconception(
        "looks-ahead",
        lambda losses, patience, min_delta=0.0: (
            _rule()(losses, patience, min_delta)[0],
            _lowest(losses),
        ),
        "Your best epoch may come after training has stopped. Look only at epochs that were run.",
    ),
    Misconception(
        "lowest-of-those-run",
        _rule(result=lambda epoch, _, losses: (epoch, _lowest(losses[: epoch + 1]))),
        "Your best epoch is the one with the lowest loss. It should be the last one that improved "
        "by more than min_delta.",
    ),
    Misconception(
        "never-stops",
        _rule(allowed=10**6),
        "Your training always runs to the end of the list. It should stop when patience is used "
        "up.",
    ),
    Misconception(
        "runs-past-the-end",
        _overrun,
        "Your last epoch may lie beyond the end of the list. A run that is never stopped ends "
        "with its last loss.",
    ),
    Misconception(
        "exchanged",
        _rule(result=lambda epoch, best, _: (best, epoch)),
        "The two epochs come in the opposite order: first the last one that was run, then the "
        "best one.",
    ),
    Misconception(
        "counts-from-one",
        _rule(result=lambda epoch, best, _: (epoch + 1, best + 1)),
        "You count epochs from 1. Here the first epoch has the number 0, as in the list.",
    ),
    Misconception(
        "first-not-run",
        _rule(result=lambda epoch, best, _: (epoch + 1, best)),
        "You gave the first epoch that was not run. The last one that was run is asked for.",
    ),
    Misconception(
        "best-loss",
        _rule(result=lambda epoch, best, losses: (epoch, losses[best])),
        "You returned the best loss. The number of its epoch is asked for: that is where the "
        "weights were saved.",
    ),
)
