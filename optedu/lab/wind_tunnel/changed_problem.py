"""A problem, and the same problem in other coordinates, units or order: what all comparisons run on."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from .specimen import Specimen

SHAPE = (4, 4)
"""Of the parameter: a matrix, so that rules on matrices can be tried, and square, so that no product of a gradient with
itself lacks rank."""

STEPS = 14
"""More than the first steps that some rules take in another way (RAdam's five, SOAP's one)."""

Map = Callable[[np.ndarray], np.ndarray]


def _same(x: np.ndarray) -> np.ndarray:
    return x


def _one(t: int) -> float:
    return 1.0


@dataclass(frozen=True)
class Change:
    """How a problem is changed; the parameter of the changed problem is q, that of the first one p.

    Attributes
    ----------
    to_p, to_q : callable
        The point p that belongs to a q, and back.
    pull : callable
        A gradient in q from a gradient in p: the transpose of `to_p`.
    weights : callable
        ``weights(t)``: factor of the loss at step t, one number, or one for each coordinate of p.
    """

    to_p: Map = _same
    to_q: Map = _same
    pull: Map = _same
    weights: Callable[[int], Any] = _one


UNCHANGED = Change()


def rotated(left: np.ndarray | None = None, right: np.ndarray | None = None, whole: np.ndarray | None = None) -> Change:
    """q is p with rows and columns, or all coordinates as one vector, turned by orthogonal matrices."""
    if whole is not None:
        return Change(
            lambda q: (whole.T @ q.ravel()).reshape(q.shape),
            lambda p: (whole @ p.ravel()).reshape(p.shape),
            lambda g: (whole @ g.ravel()).reshape(g.shape),
        )
    assert left is not None and right is not None
    return Change(lambda q: left.T @ q @ right, lambda p: left @ p @ right.T, lambda g: left @ g @ right.T)


def scaled(factor: Any) -> Change:
    """p is q times a factor, one for all coordinates or one for each."""
    return Change(lambda q: factor * q, lambda p: p / factor, lambda g: factor * g)


def weighted(weights: Callable[[int], Any]) -> Change:
    """The loss times a factor."""
    return Change(weights=weights)


class Problem:
    """Losses that fix the gradients of each step, whatever the parameter is; for who takes a closure a bowl.

    Parameters
    ----------
    specimen : Specimen
        Who takes a closure sees one loss, the sum over coordinates of ``k/2 (p - a)^2 + (p - a)^4 / 8``.
    seed : int
        Of gradients, start and loss.
    scale : float
        Factor of all losses.
    """

    def __init__(self, specimen: Specimen, seed: int = 0, scale: float = 1.0) -> None:
        rng = np.random.default_rng([17, seed])
        self.specimen = specimen
        self.start: np.ndarray = 1.0 + 0.5 * rng.standard_normal(SHAPE)
        self.stream: np.ndarray = rng.standard_normal((STEPS, *SHAPE)) + 0.3 * rng.standard_normal(SHAPE)
        self.curvature: np.ndarray = rng.uniform(0.5, 2.0, SHAPE)
        self.center: np.ndarray = rng.standard_normal(SHAPE)
        self.scale = scale
        self.closure: bool = specimen.takes == "closure"
        self.steps = 3 if self.closure else STEPS

    @np.errstate(all="ignore")  # a rule that cannot stand a change is a result
    def path(self, change: Change = UNCHANGED, settings: dict[str, Any] | None = None) -> np.ndarray:
        """The way of p when the changed problem is solved: shape (steps + 1, *SHAPE)."""
        q = np.array(change.to_q(self.start))
        limits = {"max_iter": 3} if "max_iter" in self.specimen.settings else {}
        runner = self.specimen.start([q], **{**limits, **(settings or {})})
        found = [self.start]
        for t in range(self.steps):
            runner.descend(partial(self._loss, change, q, t))
            found.append(change.to_p(q.copy()))
        return np.array(found)

    def _loss(self, change: Change, q: np.ndarray, t: int) -> tuple[float, list[np.ndarray]]:
        p, weight = change.to_p(q), self.scale * change.weights(t)
        if self.closure:
            away = p - self.center
            terms = self.curvature / 2 * away**2 + away**4 / 8
            g = self.curvature * away + away**3 / 2
        else:
            g = self.stream[t]
            terms = g * p
        return float((weight * terms).sum()), [np.asarray(change.pull(weight * g), dtype=np.float64)]


def deviation(path: np.ndarray, other: np.ndarray) -> float:
    """The largest of the `deviations`."""
    return float(deviations(path, other).max())


def deviations(path: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Difference of two ways after each step, in units of the longest way that a coordinate of the first has gone.

    NaN if the first one does not move or is not finite; infinite where the second one is not.
    """
    way = float(np.abs(path - path[0]).max())
    if not (np.isfinite(path).all() and way > 0):
        return np.full(len(path), np.nan)
    apart = np.abs(path - other).reshape(len(path), -1).max(1) / way
    return np.where(np.isfinite(apart), apart, np.inf)
