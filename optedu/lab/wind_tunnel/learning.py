"""How a rule learns: a small network on digits, with a tuned learning rate and several seeds, beside known ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np

from ...optim.adam import AdamW
from ..networks import train
from ..sweeps import valley
from .specimen import Arrays, Specimen, of_row

EPOCHS, SEEDS = 10, 5
COARSE = tuple(10.0**k for k in range(-5, 3))
FINE = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""Powers of ten around the best rate of the coarse search, which is run for two epochs with one seed."""

WITHIN = 1.1
"""A rate is good if its loss is at most so many times the least."""

REST = 3e-3
"""Learning rate of AdamW for biases, where a rule takes matrices only."""


@dataclass(frozen=True)
class Learned:
    """What came of training on digits.

    Attributes
    ----------
    name : str
    lrs : tuple of float
        Rates of the fine search; empty if there is no rate.
    losses : tuple of float
        Median over seeds of the last validation loss, for each rate.
    best : float
        The rate with the least of them; NaN without a rate.
    loss : float
        That least loss, in nats.
    spread : tuple of float
        Least and largest loss of the seeds at the best rate.
    accuracy : float
        On the test set, median over seeds, at the best rate.
    valley : float
        Ratio of the largest and the smallest good rate.
    words : str
        In a sentence, or why it was not tried.
    """

    name: str
    lrs: tuple[float, ...]
    losses: tuple[float, ...]
    best: float
    loss: float
    spread: tuple[float, float]
    accuracy: float
    valley: float
    words: str


class _Matrices:
    """Matrices are the specimen's, all else AdamW's."""

    def __init__(self, one: Specimen, params: Arrays, **changes: Any) -> None:
        self.mine = [p.ndim == 2 for p in params]
        self.first = one.start([p for p in params if p.ndim == 2], **changes)
        self.rest = AdamW([p for p in params if p.ndim != 2], lr=REST)

    def step(self, grads: Sequence[np.ndarray]) -> None:
        self.first.step([g for g, mine in zip(grads, self.mine, strict=True) if mine])
        self.rest.step([g for g, mine in zip(grads, self.mine, strict=True) if not mine])


def _made(one: Specimen, changes: dict[str, Any], params: Arrays) -> Any:
    return _Matrices(one, params, **changes) if one.takes == "matrix" else one.start(params, **changes)


def learned(one: Specimen, seeds: int = SEEDS) -> Learned:
    """Train a network of 64, 32 and 10 units on 1,000 digits for ten epochs.

    Parameters
    ----------
    one : Specimen
    seeds : int
        Of the start and of the order of the batches.
    """
    if one.takes == "closure":
        nan = float("nan")
        why = "it evaluates the loss several times in a step, and each batch is another loss"
        return Learned(one.row or one.name, (), (), nan, nan, (nan, nan), nan, nan, why)

    def trials(lr: float | None, epochs: int, count: int) -> list[Any]:
        make: Any = partial(_made, one, {} if lr is None else {"lr": lr})
        return [train(make, seed, epochs=epochs) for seed in range(count)]

    if "lr" not in one.settings:
        lrs: tuple[float, ...] = ()
        runs = [trials(None, EPOCHS, seeds)]
    else:
        rough = {lr: trials(lr, 2, 1)[0].val_loss[-1] for lr in COARSE}
        center = min(rough, key=lambda lr: rough[lr])
        lrs = tuple(float(f"{center * 10**power:.3g}") for power in FINE)
        runs = [trials(lr, EPOCHS, seeds) for lr in lrs]
    losses = tuple(float(np.median([trial.val_loss[-1] for trial in some])) for some in runs)
    k = int(np.argmin(losses))
    last = [float(trial.val_loss[-1]) for trial in runs[k]]
    accuracy = float(np.median([trial.test_accuracy for trial in runs[k]]))
    width = float("nan")
    if lrs and np.isfinite(losses[k]):
        low, high = valley(lrs, losses, WITHIN * losses[k])
        width = high / low
    rate = f"lr {lrs[k]:.3g}" if lrs else "its own settings"
    words = f"validation loss {losses[k]:.3g} ({min(last):.3g} to {max(last):.3g} over {seeds} seeds) at {rate}"
    words += f", {100 * accuracy:.1f}% of the test digits right"
    if width == width:
        words += f"; good rates span a factor of {width:.2g}"
    if one.takes == "matrix":
        words += f"; the biases are AdamW's, at lr {REST:g}"
    best, spread = (lrs[k] if lrs else float("nan")), (min(last), max(last))
    return Learned(one.row or one.name, lrs, losses, best, losses[k], spread, accuracy, width, words)


@cache
def known(row: str, seeds: int = SEEDS) -> Learned:
    """The same of a row of the table of the zoo."""
    return learned(of_row(row), seeds)
