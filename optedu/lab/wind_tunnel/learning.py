"""How a rule learns, with a tuned learning rate and several seeds, beside known ones: digits, or a transformer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np

from ...optim.adam import AdamW
from ..networks import Trial, train
from ..sweeps import valley
from .specimen import Arrays, Specimen, of_row

COARSE = tuple(10.0**k for k in range(-5, 3))
FINE = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""Powers of ten around the best rate of the coarse search, which is run with one seed and a part of the steps."""

WITHIN = 1.1
"""A rate is good if its loss is at most so many times the least."""

REST = 3e-3
"""Learning rate of AdamW for what is no matrix, where a rule takes matrices only."""


@dataclass(frozen=True)
class Task:
    """What is learned.

    Attributes
    ----------
    name : str
    train : callable
        ``train(make, seed, length)``: a run, whose last validation loss counts.
    coarse, length, seeds : int
        Length of a run in the coarse search and in the fine one, whose runs have so many seeds each.
    right : str
        What is counted right.
    """

    name: str
    train: Callable[[Any, int, int], Trial]
    coarse: int
    length: int
    seeds: int
    right: str


def _digits(make: Any, seed: int, length: int) -> Trial:
    return train(make, seed, epochs=length)


def _characters(make: Any, seed: int, length: int) -> Trial:
    from ..transformer import Transformer, train

    return train(make, lambda: Transformer(layers=1), seed=seed, steps=length)


DIGITS = Task("Digits", _digits, 2, 10, 5, "of the test digits")
TRANSFORMER = Task("Character transformer", _characters, 50, 200, 2, "of the next characters in the test text")


@dataclass(frozen=True)
class Learned:
    """What came of training.

    Attributes
    ----------
    name : str
    lrs : tuple of float
        Rates of the fine search; empty if there is no rate.
    runs : tuple of tuple of float
        The last validation loss of each seed, for each rate, or once if there is none.
    best : float
        The rate with the least median of them; NaN without a rate.
    accuracy : float
        On the test set, median over seeds, at the best rate.
    valley : float
        Ratio of the largest and the smallest good rate.
    words : str
        In a sentence, or why it was not tried.
    """

    name: str
    lrs: tuple[float, ...]
    runs: tuple[tuple[float, ...], ...]
    best: float
    accuracy: float
    valley: float
    words: str

    @property
    def losses(self) -> tuple[float, ...]:
        """Median over seeds of the last validation loss, for each rate, in nats."""
        return tuple(float(np.median(some)) for some in self.runs)

    @property
    def loss(self) -> float:
        """The least of `losses`; NaN if it was not tried."""
        return min(self.losses, default=float("nan"))

    @property
    def spread(self) -> tuple[float, float]:
        """Least and largest loss of the seeds at the best rate; NaN if it was not tried."""
        some = self.runs[self.losses.index(self.loss)] if self.runs else (float("nan"),)
        return min(some), max(some)

    def facts(self) -> dict[str, Any]:
        """All of it as plain numbers and words, for JSON."""
        return {
            "lrs": list(self.lrs), "losses": [plain(x) for x in self.losses],
            "spreads": [[plain(min(some)), plain(max(some))] for some in self.runs],
            "best": plain(self.best), "loss": plain(self.loss), "accuracy": plain(self.accuracy),
            "valley": plain(self.valley), "words": self.words,
        }  # fmt: skip


def plain(x: float) -> float | str | None:
    """A number with four digits; infinity as a word, and None for what is no number."""
    if np.isnan(x):
        return None
    return float(f"{x:.4g}") if np.isfinite(x) else "inf" if x > 0 else "-inf"


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


def learned(one: Specimen, task: Task = DIGITS) -> Learned:
    """Learn with the best learning rate.

    Parameters
    ----------
    one : Specimen
    task : Task
        `DIGITS`: a network of 64, 32 and 10 units, 1,000 digits, ten epochs. `TRANSFORMER`: 200 steps of the character
        transformer of the book, with one block. Seeds are those of the start and of the batches.

    Raises
    ------
    ModuleNotFoundError
        If the transformer is asked for where torch is not installed.
    """
    if one.takes == "closure":
        nan, why = float("nan"), "it evaluates the loss several times in a step, and each batch is another loss"
        return Learned(one.row or one.name, (), (), nan, nan, nan, why)

    def trials(lr: float | None, length: int, count: int) -> list[Trial]:
        make: Any = partial(_made, one, {} if lr is None else {"lr": lr})
        return [task.train(make, seed, length) for seed in range(count)]

    rates: tuple[float | None, ...] = (None,)
    if "lr" in one.settings:
        rough = {lr: trials(lr, task.coarse, 1)[0].val_loss[-1] for lr in COARSE}
        center = min(rough, key=lambda lr: rough[lr])
        rates = tuple(float(f"{center * 10**power:.3g}") for power in FINE)
    tried = [trials(lr, task.length, task.seeds) for lr in rates]
    runs = tuple(tuple(float(trial.val_loss[-1]) for trial in some) for some in tried)
    losses = [float(np.median(some)) for some in runs]
    k = int(np.argmin(losses))
    accuracy = float(np.median([trial.test_accuracy for trial in tried[k]]))
    lrs = tuple(lr for lr in rates if lr is not None)
    width = float("nan")
    if lrs and np.isfinite(losses[k]):
        low, high = valley(lrs, losses, WITHIN * losses[k])
        width = high / low
    rate = f"lr {lrs[k]:.3g}" if lrs else "its own settings"
    words = f"validation loss {losses[k]:.3g} ({min(runs[k]):.3g} to {max(runs[k]):.3g} over {task.seeds} seeds) at "
    words += f"{rate}, {100 * accuracy:.1f}% {task.right} right"
    if width == width:
        words += f"; good rates span a factor of {width:.2g}"
    if one.takes == "matrix":
        words += f"; parameters with one axis are AdamW's, at lr {REST:g}"
    return Learned(one.row or one.name, lrs, runs, lrs[k] if lrs else float("nan"), accuracy, width, words)


@cache
def known(row: str, task: Task = DIGITS) -> Learned:
    """The same of a row of the table of the zoo."""
    return learned(of_row(row), task)
