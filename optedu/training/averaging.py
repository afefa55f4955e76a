"""Averages of the parameters along a run: EMA and SWA."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..core import checks


def ema(average, p, *, n, decay):
    """Exponential moving average after `n`
    updates: ``(average, p) -> average``."""
    if not n:
        return p
    return average + (1 - decay) * (p - average)


def swa(average, p, *, n):
    """Mean of all iterates so far, `p` the next
    after `n`: ``(average, p) -> average``."""
    return average + (p - average) / (n + 1)


class AveragedParameters:
    """Base of averages that follow parameters, which stay as they are.

    Parameters
    ----------
    params : iterable of array
        The float arrays that an optimizer changes in place.

    Attributes
    ----------
    averages : list of array
        The average of each parameter; the parameters themselves before the first `update`.
    n_averaged : int
        Number of updates.
    """

    def __init__(self, params: Iterable[np.ndarray]) -> None:
        if isinstance(params, (np.ndarray, Mapping, str)) or not isinstance(params, Iterable):
            raise TypeError(f"params must be a list of arrays, got {type(params).__name__}")
        self.params: list[np.ndarray] = [checks.parameter(f"params[{i}]", p) for i, p in enumerate(params)]
        if not self.params:
            raise ValueError("params is empty: there is nothing to average")
        self.averages: list[np.ndarray] = [p.copy() for p in self.params]
        self.n_averaged: int = 0

    def _next(self, average: np.ndarray, p: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def update(self) -> None:
        """Take the parameters, as they are now, into the average."""
        with np.errstate(all="ignore"):  # what overflows shows in the average: nothing stops half-way
            for average, p in zip(self.averages, self.params, strict=True):
                average[...] = self._next(average, p)
        self.n_averaged += 1

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Within the block the parameters hold their averages, afterwards what they held before."""
        for i, p in enumerate(self.params):
            checks.parameter(f"params[{i}]", p)  # it may have become read-only
        kept = [p.copy() for p in self.params]
        try:
            for p, average in zip(self.params, self.averages, strict=True):
                p[...] = average
            yield
        finally:
            for p, old in zip(self.params, kept, strict=True):
                p[...] = old

    def state_dict(self) -> dict[str, Any]:
        """A snapshot: copies of the averages, and how many updates they have seen."""
        return {"averages": [a.copy() for a in self.averages], "n_averaged": self.n_averaged}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore a snapshot.

        Raises
        ------
        TypeError, ValueError
            If it does not fit these parameters. Nothing has been changed then.
        """
        if not isinstance(state_dict, Mapping) or set(state_dict) != {"averages", "n_averaged"}:
            raise TypeError("state_dict must be a dict with the keys 'averages' and 'n_averaged'")
        saved = state_dict["averages"]
        if not isinstance(saved, (list, tuple)):
            raise TypeError(f"averages must be a list of arrays, got {type(saved).__name__}")
        if len(saved) != len(self.params):
            raise ValueError(f"state_dict has {len(saved)} averages for {len(self.params)} parameters")
        pairs = zip(saved, self.params, strict=True)
        new = [checks.gradient(f"averages[{i}]", a, p).copy() for i, (a, p) in enumerate(pairs)]
        n_averaged = checks.count("n_averaged", state_dict["n_averaged"])
        self.averages, self.n_averaged = new, n_averaged


class EMA(AveragedParameters):
    r"""Exponential moving average of the parameters.

    .. math:: \bar\theta \leftarrow \beta\,\bar\theta + (1-\beta)\,\theta

    The first update copies the parameters, so that nothing is to be corrected.

    Parameters
    ----------
    params : iterable of array
        The float arrays that an optimizer changes in place.
    decay : float, default 0.999
        :math:`\beta \in [0, 1)`; the average reaches back about :math:`1/(1-\beta)` updates.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused; the message names it.

    Notes
    -----
    As ``torch.optim.swa_utils.AveragedModel`` with ``get_ema_multi_avg_fn``.
    Book: *Averaging*.

    References
    ----------
    Polyak and Juditsky (1992) for the idea; the name follows its use in practice.
    """

    def __init__(self, params: Iterable[np.ndarray], decay: float = 0.999) -> None:
        super().__init__(params)
        self.decay: float = checks.decay("decay", decay)

    def _next(self, average: np.ndarray, p: np.ndarray) -> np.ndarray:
        new: np.ndarray = ema(average, p, n=self.n_averaged, decay=self.decay)
        return new


class SWA(AveragedParameters):
    r"""Stochastic weight averaging: the plain mean of the parameters at each update.

    .. math:: \bar\theta \leftarrow \bar\theta + (\theta - \bar\theta) / (n + 1)

    Parameters
    ----------
    params : iterable of array
        The float arrays that an optimizer changes in place.

    Raises
    ------
    TypeError, ValueError
        If `params` is refused.

    Notes
    -----
    As ``torch.optim.swa_utils.AveragedModel``. Statistics of batch normalization are not
    averaged: estimate them anew. Book: *Averaging*.

    References
    ----------
    Izmailov et al. (2018), algorithm 1; as an estimator, Ruppert (1988), Polyak and Juditsky (1992).
    """

    def _next(self, average: np.ndarray, p: np.ndarray) -> np.ndarray:
        new: np.ndarray = swa(average, p, n=self.n_averaged)
        return new
