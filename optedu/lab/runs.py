"""Recorded runs: an optimizer on a function, every step kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core.optimizer import Optimizer
from .surfaces import Surface


@dataclass(frozen=True)
class Run:
    """What happened in a run of T steps.

    Attributes
    ----------
    label : str
    path : array, shape (T + 1, ...)
        The parameter before the first and after each step.
    grads : array, shape (T, ...)
        The gradients that the optimizer was given.
    values : array, shape (T + 1,)
        The function along the path.
    """

    label: str
    path: np.ndarray
    grads: np.ndarray
    values: np.ndarray

    @property
    def effective_lr(self) -> np.ndarray:
        """Length of each step divided by that of its gradient (nan where the gradient is zero)."""
        axes = tuple(range(1, self.path.ndim))
        moved = np.sqrt((np.diff(self.path, axis=0) ** 2).sum(axes))
        slope = np.sqrt((self.grads**2).sum(axes))
        return np.divide(moved, slope, out=np.full_like(moved, np.nan), where=slope > 0)


def descend(
    make: Callable[[list[np.ndarray]], Optimizer],
    surface: Surface,
    steps: int = 100,
    start: tuple[float, ...] | None = None,
    noise: float = 0.0,
    seed: int = 0,
    label: str | None = None,
) -> Run:
    """Run an optimizer on `surface` and record every step.

    Parameters
    ----------
    make : callable
        Builds the optimizer from a list of parameters: ``lambda w: SGD(w, lr=0.1)``.
    surface : Surface
        Anything with ``value``, ``grad`` and ``start``.
    steps : int
    start : tuple of float, optional
        In the place of ``surface.start``.
    noise : float
        Standard deviation of normal noise added to each component of the gradient.
    seed : int
        Of that noise.
    label : str, optional
        Name in plots; the class name otherwise.
    """
    p = np.array(surface.start if start is None else start, dtype=np.float64)
    opt = make([p])
    rng = np.random.default_rng(seed)
    path, grads = [p.copy()], []
    for _ in range(steps):
        g = surface.grad(p)
        if noise:
            g = g + noise * rng.standard_normal(p.shape)
        opt.step([g])
        grads.append(g)
        path.append(p.copy())
    values = np.array([surface.value(q) for q in path], dtype=np.float64)
    return Run(label or type(opt).__name__, np.array(path), np.array(grads), values)


def feed(make: Callable[[list[np.ndarray]], Any], grads: np.ndarray, start: float = 0.0) -> np.ndarray:
    """Hand an optimizer a fixed sequence of gradients, and return the parameter after each.

    Parameters
    ----------
    make : callable
        As for `descend`; what it builds has a ``step``.
    grads : array, shape (T, ...)
        ``grads[t]`` is the gradient of step ``t + 1``, whatever the parameter is.
    start : float
        Initial value of every component.

    Returns
    -------
    array, shape (T + 1, ...)
        The parameter before the first and after each step.
    """
    grads = np.asarray(grads, dtype=np.float64)
    p = np.full(grads.shape[1:], float(start))
    opt, path = make([p]), [p.copy()]
    for g in grads:
        opt.step([g])
        path.append(p.copy())
    return np.array(path)
