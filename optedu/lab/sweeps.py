"""Sweeps: one run for every combination of settings and seeds, on one core or on a cluster.

A run is a function of its settings and a seed. What carries it out is joblib, so that the same
call runs in this process, in several, or on any backend that joblib has, such as Dask or Ray.
"""

import inspect
import itertools
import math
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.image import AxesImage
from tqdm import tqdm

from ..core import checks


@dataclass(frozen=True)
class Failure:
    """A run that raised.

    Attributes
    ----------
    settings : dict
        What the run was called with, the seed included.
    error : str
        Type and message of the exception.
    traceback : str
        Where it was raised, as text: it survives the way back from another machine.
    """

    settings: dict[str, Any]
    error: str
    traceback: str


@dataclass(frozen=True)
class Sweep:
    """The results of a sweep, in an order that depends on the grid alone.

    Attributes
    ----------
    axes : dict
        The values of each setting, as in the grid, and those of ``"seed"`` last.
    results : tuple
        What the runs returned, one for each combination, the seed changing fastest. In
        the place of a run that raised stands a `Failure`.
    """

    axes: dict[str, tuple[Any, ...]]
    results: tuple[Any, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values on each axis."""
        return tuple(len(values) for values in self.axes.values())

    @property
    def failures(self) -> list[Failure]:
        """The runs that raised."""
        return [result for result in self.results if isinstance(result, Failure)]

    def rows(self) -> list[dict[str, Any]]:
        """One dict a run: its settings, its seed and its ``"result"``."""
        return [
            dict(zip(self.axes, values, strict=True), result=result)
            for values, result in zip(itertools.product(*self.axes.values()), self.results, strict=True)
        ]

    def array(self, read: Callable[[Any], float] = float) -> np.ndarray:
        """One number of each run.

        Parameters
        ----------
        read : callable, default float
            Takes the number out of a result: ``lambda trial: trial.val_loss[-1]``.

        Returns
        -------
        array, shape `shape`
            One axis for each setting, in order, and the seeds as the last. NaN where a run raised.
        """
        numbers = [math.nan if isinstance(r, Failure) else read(r) for r in self.results]
        return np.array(numbers, dtype=np.float64).reshape(self.shape)


class SweepError(RuntimeError):
    """Some runs raised; the others are not lost.

    Attributes
    ----------
    sweep : Sweep
        With a `Failure` in the place of every run that raised.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        failed = sweep.failures
        lines = [f"{_call(f.settings)}: {f.error}" for f in failed[:5]]
        more = [f"and {len(failed) - 5} more"] * (len(failed) > 5)
        first = f"The first of them:\n{failed[0].traceback.rstrip()}"
        super().__init__("\n".join([f"{len(failed)} of {len(sweep.results)} runs raised", *lines, *more, first]))

    def __reduce__(self) -> tuple[Any, ...]:
        return SweepError, (self.sweep,)


def sweep(
    run: Callable[..., Any],
    grid: Mapping[str, Iterable[Any]],
    seeds: Iterable[int] = range(5),
    n_jobs: int | None = None,
    progress: bool | None = None,
) -> Sweep:
    """Call ``run(**settings, seed=seed)`` for every combination of settings and every seed.

    Parameters
    ----------
    run : callable
        What it returns must depend on its arguments alone. To run in other processes it and
        its results have to be picklable; joblib and Dask also send functions of a notebook.
    grid : dict
        Setting to the values that it takes: ``{"method": ["SGD", "Adam"], "lr": [0.01, 0.1]}``.
        Values are hashable and distinct (names rather than objects).
    seeds : iterable of int
    n_jobs : int, optional
        Number of workers, -1 for one on each core. By default what
        `joblib.parallel_config` says, and 1 outside of it: another backend needs no other call::

            with joblib.parallel_config("dask"):
                sweep(run, grid)
    progress : bool, optional
        Whether to show a bar, on stderr. By default where stderr is a terminal. With a
        backend that hands over all results at once, such as Ray's, it fills at the end.

    Returns
    -------
    Sweep
        In the order of the grid, whichever run ends first.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused, or `run` does not take these settings. No run has begun then.
    SweepError
        If runs raised. It names their settings and carries the results of the others; the
        sweep goes on to its end before.
    """
    axes = _axes(run, grid, seeds)
    if n_jobs is not None and checks.count("n_jobs", abs(n_jobs) if isinstance(n_jobs, int) else n_jobs) == 0:
        raise ValueError("n_jobs must not be 0: None for joblib's choice, -1 for one on each core")
    if progress is not None:
        progress = checks.flag("progress", progress)
    calls = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]
    jobs = (delayed(_attempt)(i, run, settings) for i, settings in enumerate(calls))
    results: list[Any] = [None] * len(calls)
    hide = None if progress is None else not progress
    with tqdm(total=len(calls), disable=hide, unit="run") as bar:
        for i, result in _pool(n_jobs)(jobs):
            results[i] = result
            bar.update()
    done = Sweep(axes, tuple(results))
    if done.failures:
        raise SweepError(done)
    return done


def _pool(n_jobs: int | None) -> Parallel:
    try:
        return Parallel(n_jobs=n_jobs, return_as="generator_unordered")
    except ValueError:  # a backend that hands over all results at the end, as Ray's does
        return Parallel(n_jobs=n_jobs)


def _attempt(i: int, run: Callable[..., Any], settings: dict[str, Any]) -> tuple[int, Any]:
    """One run; an exception is a result, so that it costs no other run."""
    try:
        return i, run(**settings)
    except Exception as error:
        return i, Failure(settings, f"{type(error).__name__}: {error}", traceback.format_exc())


def _axes(run: Any, grid: Any, seeds: Any) -> dict[str, tuple[Any, ...]]:
    if not callable(run):
        raise TypeError(f"run must be a function of the settings and a seed, got {run!r}")
    if not isinstance(grid, Mapping):
        raise TypeError(f"grid must be a dict of setting to values, got {grid!r}")
    axes = {}
    for name, values in grid.items():
        if not isinstance(name, str):
            raise TypeError(f"grid has the key {name!r}: settings are named by strings")
        if name in ("seed", "result"):
            raise ValueError(f"grid must not have the key {name!r}: seeds are an argument of their own")
        axes[name] = _values(f"grid[{name!r}]", values)
    axes["seed"] = tuple(checks.count(f"seeds[{i}]", s) for i, s in enumerate(_values("seeds", seeds)))
    try:
        inspect.signature(run).bind(**dict.fromkeys(axes))
    except TypeError as error:
        raise TypeError(f"run cannot be called as run({', '.join(f'{name}=...' for name in axes)}): {error}") from None
    except ValueError:  # a callable that does not tell its signature
        pass
    return axes


def _values(name: str, values: Any) -> tuple[Any, ...]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise TypeError(f"{name} must be a list of values, got {values!r}")
    values = tuple(values)
    if not values:
        raise ValueError(f"{name} is empty: there is nothing to run")
    try:
        seen = set(values)
    except TypeError as error:
        raise TypeError(f"{name} must have hashable values, such as names and numbers: {error}") from None
    if len(seen) < len(values):
        raise ValueError(f"{name} has a value twice: {list(values)!r}")
    return values


def _call(settings: dict[str, Any]) -> str:
    return f"run({', '.join(f'{name}={value!r}' for name, value in settings.items())})"


def valley(lrs: Sequence[float], losses: Sequence[float], limit: float) -> tuple[float, float]:
    """The range of learning rates around the best one where the loss is at most `limit`.

    Between two rates of the grid the logarithm of the loss is taken to be linear in the
    logarithm of the rate. Next to a loss that is not finite the range ends at the grid.

    Parameters
    ----------
    lrs : sequence of float, shape (n,)
        Positive and increasing.
    losses : sequence of float, shape (n,)
        Positive; infinite or NaN where training diverged.
    limit : float
        In units of the loss, at least the least loss: ``1.1 * min(losses)``.

    Returns
    -------
    tuple of float
        The lowest and the highest rate. Where this is an end of the grid, the valley may be wider.

    Raises
    ------
    ValueError
        If the arrays do not fit, or no loss is within the limit.
    """
    x, y = (np.asarray(checks.array(name, a), dtype=np.float64) for name, a in [("lrs", lrs), ("losses", losses)])
    limit = checks.positive("limit", limit)
    if x.ndim != 1 or x.shape != y.shape or not x.size:
        raise ValueError(f"lrs and losses must be lists of one length, got shapes {x.shape} and {y.shape}")
    if not (np.isfinite(x).all() and x[0] > 0 and (np.diff(x) > 0).all()):
        raise ValueError(f"lrs must be positive and increasing, got {x.tolist()}")
    y = np.where(np.isfinite(y), y, np.inf)
    if (y <= 0).any():
        raise ValueError("losses must be > 0: their logarithm is interpolated")
    best = int(y.argmin())
    if not y[best] <= limit:
        raise ValueError(f"limit is {limit!r}, the least of the losses is {y[best]!r}: no rate is within it")

    def edge(step: int) -> float:
        i = best
        while 0 <= i + step < len(x) and y[i + step] <= limit:
            i += step
        j = i + step
        if not 0 <= j < len(x) or y[j] == np.inf:
            return float(x[i])
        share = math.log(limit / y[i]) / math.log(y[j] / y[i])
        return float(x[i] * (x[j] / x[i]) ** share)

    return edge(-1), edge(1)


def heat_map(
    ax: Axes,
    losses: np.ndarray,
    rows: Sequence[str],
    lrs: Sequence[float],
    within: float = 1.1,
    limits: tuple[float, float] | None = None,
) -> AxesImage:
    """Draw losses as colours, a row for each method and a column for each learning rate.

    A star marks the best rate of a row, a dot those within a factor of it, a cross divergence.

    Parameters
    ----------
    losses : array, shape (methods, rates)
        Positive, one number for each cell, such as the median over seeds; not finite where diverged.
    rows : sequence of str, shape (methods,)
    lrs : sequence of float, shape (rates,)
    within : float, default 1.1
        Factor, at least 1, of the row's least loss.
    limits : pair of float, optional
        Losses of the first and the last colour, for several maps with one scale; by default
        the least and the largest. Losses beyond have the colour of the end.

    Returns
    -------
    AxesImage
        For a colour bar.

    Raises
    ------
    ValueError
        If the shapes do not fit, `within` is below 1, or no loss is finite.
    """
    losses = np.asarray(checks.array("losses", losses), dtype=np.float64)
    if losses.shape != (len(rows), len(lrs)):
        raise ValueError(f"losses has shape {losses.shape}, rows and lrs ask for {(len(rows), len(lrs))}")
    within = checks.number("within", within)
    if within < 1:
        raise ValueError(f"within must be >= 1, got {within!r}")
    finite = np.isfinite(losses)
    if not finite.any():
        raise ValueError("losses are all not finite: there is nothing to draw")
    shown = np.where(finite, losses, np.nan)
    low, high = (np.nanmin(shown), np.nanmax(shown)) if limits is None else checks.number_pair("limits", limits)
    if not 0 < low <= high:
        raise ValueError(f"limits must be 0 < low <= high, got {(low, high)!r}: the scale is logarithmic")
    image = ax.imshow(np.clip(shown, low, high), cmap="viridis", norm=LogNorm(low, high), aspect="auto")
    for i, j in np.ndindex(losses.shape):
        best = np.nanmin(shown[i]) if finite[i].any() else np.nan
        mark = "★" if losses[i, j] == best else "•" if losses[i, j] <= within * best else "" if finite[i, j] else "×"
        ax.text(j, i, mark, ha="center", va="center", color="white" if finite[i, j] else "#777777")
    labels = [f"$10^{{{round(math.log10(lr))}}}$" if _is_power_of_ten(lr) else "" for lr in lrs]
    ax.set(xticks=range(len(lrs)), xticklabels=labels, yticks=range(len(rows)), yticklabels=rows)
    ax.set_xlabel("learning rate")
    ax.grid(False)
    return image


def _is_power_of_ten(lr: float) -> bool:
    return math.isclose(math.log10(lr), round(math.log10(lr)), abs_tol=1e-9)
