"""Schedules along a cosine: annealing, and warm restarts."""

import math
from typing import ClassVar

from ..core import checks
from ..core.checks import Checks
from .base import LRScheduler, Optimized
from .state import positive_count


def cosine(start: float, end: float, done: float) -> float:
    """From `start` at ``done = 0`` to `end` at ``done = 1`` along half a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * done)) / 2


class CosineAnnealingLR(LRScheduler):
    r""":math:`\gamma_t = \gamma_{\min} + \frac12 (\gamma_0 - \gamma_{\min})\,(1 + \cos(\pi t / T))`.

    After :math:`T` steps it rises again: the cosine goes on.

    Parameters
    ----------
    optimizer : Optimizer
    T_max : int
        :math:`T`, steps down to the minimum.
    eta_min : float, default 0
        :math:`\gamma_{\min}`.
    last_epoch : int, default -1
        As in `LRScheduler`.

    References
    ----------
    Loshchilov and Hutter (2017), without the restarts.
    """

    T_max: int
    eta_min: float
    settings: ClassVar[Checks] = dict(T_max=positive_count, eta_min=checks.number)

    def __init__(self, optimizer: Optimized, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, T_max=T_max, eta_min=eta_min)

    @property
    def own_numbers(self) -> bool:  # type: ignore[override]
        """Only from the bottom upwards: what is multiplied there is zero."""
        return (self.last_epoch - self.T_max) % (2 * self.T_max) == 0

    def next_lr(self, k: int, lr: float) -> float:
        t, T = self.last_epoch, self.T_max
        low = self.eta_min
        if self._initial:
            return lr
        if self._step_count == 1 and t > 0:
            return self.closed_form(k)
        if (t - 1 - T) % (2 * T) == 0:  # below: 0/0
            height = self.base_lrs[k] - low
            first = 1 - math.cos(math.pi / T)
            return lr + height * first / 2
        before = 1 + math.cos(math.pi * (t - 1) / T)
        now = 1 + math.cos(math.pi * t / T)
        return now / before * (lr - low) + low

    def closed_form(self, k: int) -> float:
        done = self.last_epoch / self.T_max
        start, end = self.base_lrs[k], self.eta_min
        return cosine(start, end, done)


class CosineAnnealingWarmRestarts(LRScheduler):
    r"""Cosine annealing that starts anew after :math:`T_0, T_0 T_m, T_0 T_m^2, \dots` steps.

    Parameters
    ----------
    optimizer : Optimizer
    T_0 : int
        Length of the first period.
    T_mult : int, default 1
        :math:`T_m`, by which each next one is longer.
    eta_min : float, default 0
        Learning rate at the end of a period.
    last_epoch : int, default -1
        As in `LRScheduler`.

    References
    ----------
    Loshchilov and Hutter (2017), SGDR.
    """

    own_numbers = True
    T_0: int
    T_mult: int
    eta_min: float
    settings: ClassVar[Checks] = dict(T_0=positive_count, T_mult=positive_count, eta_min=checks.number)

    def __init__(
        self, optimizer: Optimized, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        super().__init__(optimizer, last_epoch, T_0=T_0, T_mult=T_mult, eta_min=eta_min)

    def next_lr(self, k: int, lr: float) -> float:
        done, length = self.last_epoch, self.T_0
        while done >= length:
            done, length = done - length, length * self.T_mult
            if self.T_mult == 1:
                done %= length
        return cosine(self.base_lrs[k], self.eta_min, done / length)

    def closed_form(self, k: int) -> float:
        return self.next_lr(k, 0.0)
