"""Seven optimizers, ten learning rates, seven seeds, three problems: the sweep of the chapter on sensitivity.

`run` is one of its runs. All of them take a quarter of a minute, so `benchmarks/sensitivity.py` makes them once and
`recorded` reads what they ended with.
"""

import dataclasses
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from .. import SGD, Adagrad, Adam, AdamW, Lion, RMSprop
from .networks import Data, digits, train

TABLE = Path(__file__).with_suffix(".json")
METHODS: dict[str, Callable[..., Any]] = {
    "SGD": SGD,
    "momentum": lambda w, lr: SGD(w, lr=lr, momentum=0.9),
    "Adagrad": Adagrad,
    "RMSprop": RMSprop,
    "Adam": Adam,
    "AdamW": AdamW,
    "Lion": Lion,
}
PROBLEMS: dict[str, dict[str, Any]] = {
    "network": dict(epochs=5),
    "softmax": dict(epochs=3, sizes=(64, 10)),
    "badly scaled": dict(epochs=3, sizes=(64, 10)),
}
RATES = [3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
MORE = {("badly scaled", "SGD"): [30.0, 100.0]}
"""Rates beyond the grid, where the best would otherwise be at its edge."""
SEEDS = range(7)


@cache
def badly_scaled() -> Data:
    """Digits whose pixels are multiplied by factors between 0.01 and 1, evenly drawn in the logarithm."""
    data, scale = digits(), 10 ** np.random.default_rng(7).uniform(-2, 0, 64)
    pixels = {part: getattr(data, part) * scale for part in ("x_train", "x_val", "x_test")}
    return dataclasses.replace(data, **pixels)


def run(problem: str, method: str, lr: float, seed: int) -> np.ndarray:
    """Validation loss before the first epoch and after each.

    Parameters
    ----------
    problem, method : str
        One of `PROBLEMS`, one of `METHODS`.
    lr : float
    seed : int
        Of the initial weights and the order of the batches.

    Returns
    -------
    array, shape (epochs + 1,)
        Infinite after a divergence.

    Raises
    ------
    ValueError
        If there is no such problem or method.
    """
    for name, value, known in (("problem", problem, PROBLEMS), ("method", method, METHODS)):
        if value not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, got {value!r}")
    data = badly_scaled() if problem == "badly scaled" else digits()
    make = METHODS[method]
    return train(lambda w: make(w, lr=lr), seed, data=data, **PROBLEMS[problem]).val_loss


def rates(problem: str, method: str) -> list[float]:
    """The rates tried, in order."""
    return RATES + MORE.get((problem, method), [])


def recorded() -> dict[tuple[str, str], np.ndarray]:
    """The losses of all runs.

    Returns
    -------
    dict of (problem, method) to array, shape (rates, seeds, epochs + 1)
        For the rates of `rates` and the seeds of `SEEDS`, to four digits.
    """
    table = json.loads(TABLE.read_text("utf8"))
    return {(problem, method): np.array(table[problem][method]) for problem in PROBLEMS for method in METHODS}
