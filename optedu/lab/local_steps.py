"""Workers that take steps of their own between two exchanges: DiLoCo, and where such workers settle.

Douillard et al. (2023); with an outer learning rate of 1 and no outer momentum it is local SGD (Stich, 2019).
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.optimizer import Optimizer

Arrays = list[np.ndarray]
Worker = tuple[Arrays, Optimizer]
"""The parameters of a worker, and the inner optimizer that moves them."""
Gradient = Callable[[int, int, Arrays], Arrays]
"""``gradient(k, h, own)``: of worker k in its inner step h, at its own parameters, in their shapes."""


def diloco(
    common: Arrays,
    workers: Sequence[Worker],
    outer: Optimizer,
    gradient: Gradient,
    H: int,
) -> None:
    """H inner steps on every worker, then one
    outer step for the common parameters."""
    ends = []
    for k, (own, inner) in enumerate(workers):
        for p, c in zip(own, common, strict=True):
            p[...] = c
        for h in range(H):
            inner.step(gradient(k, h, own))
        ends.append([p.copy() for p in own])
    outer.step(outer_gradient(common, ends))


def outer_gradient(old: list, ends: list) -> list:
    """How far it is back to the old parameters,
    on average over the workers."""
    pairs = zip(old, *ends, strict=True)
    return [c - np.mean(e, 0) for c, *e in pairs]


def pull(h: Any, gamma: Any, H: Any) -> Any:
    """The part of its way to the minimum of ``h/2 (x - c)^2`` that a worker goes in H steps of gradient descent.

    Parameters
    ----------
    h : number
        Curvature, at least 0.
    gamma : number
        Learning rate, with ``gamma * h <= 1``.
    H : number
        Inner steps, at least 1.
    """
    return 1 - (1 - gamma * h) ** H


def settles(h1: Any, c1: Any, h2: Any, c2: Any, gamma: Any, H: Any) -> Any:
    """Where the outer gradient of two workers vanishes: the mean of their minima, weighted by `pull`.

    Parameters
    ----------
    h1, c1, h2, c2 : number
        Curvature and minimum of each worker's loss.
    gamma, H : number
        As in `pull`.
    """
    q1, q2 = pull(h1, gamma, H), pull(h2, gamma, H)
    return (q1 * c1 + q2 * c2) / (q1 + q2)
