"""The schedules with which transformers are trained: a warm-up, then a decay.

All are factors of the initial learning rate, for steps t = 0, 1, 2, …. The warm-up is
(t + 1) / W, so that the first step moves: with t / W the first step leaves the
parameters where they are, though an average takes its gradient in.
After the last step T the factor stays where it is.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from ..core import checks
from ..core.checks import Checks
from .base import LRScheduler, Optimized
from .cosine import cosine
from .state import count, positive_count


class FactorLR(LRScheduler):
    r""":math:`\gamma_t = \gamma_0\, f(t)` for a factor that a subclass defines."""

    own_numbers = True

    def factor(self, t: int) -> float:
        """:math:`f(t)`."""
        raise NotImplementedError

    def next_lr(self, k: int, lr: float) -> float:
        return self.base_lrs[k] * self.factor(self.last_epoch)

    def closed_form(self, k: int) -> float:
        return self.base_lrs[k] * self.factor(self.last_epoch)


class _WarmupLR(FactorLR):
    """Warm-up over W steps, then `decay` of the fraction of the remaining steps that is done."""

    warmup_steps: int
    total_steps: int
    min_factor: float
    settings: ClassVar[Checks] = dict(warmup_steps=count, total_steps=positive_count, min_factor=checks.fraction)

    def __init__(
        self, optimizer: Optimized, warmup_steps: int, total_steps: int, min_factor: float = 0.0, last_epoch: int = -1
    ) -> None:
        super().__init__(
            optimizer, last_epoch, warmup_steps=warmup_steps, total_steps=total_steps, min_factor=min_factor
        )

    def _check_together(self, entries: Mapping[str, Any]) -> None:
        warmup, total = entries["warmup_steps"], entries["total_steps"]
        if warmup >= total:
            raise ValueError(f"warmup_steps must be less than total_steps, got {warmup} and {total}")

    def decay(self, done: float) -> float:
        raise NotImplementedError

    def factor(self, t: int) -> float:
        if t < self.warmup_steps:
            return (t + 1) / self.warmup_steps
        rest = self.total_steps - self.warmup_steps
        done = (t - self.warmup_steps) / rest
        return self.decay(min(1.0, done))


class WarmupCosineLR(_WarmupLR):
    r"""Linear warm-up, then a cosine to ``min_factor`` at step ``total_steps``.

    Parameters
    ----------
    optimizer : Optimizer
    warmup_steps : int
        :math:`W`; the factor is :math:`(t+1)/W` before it.
    total_steps : int
        :math:`T > W`.
    min_factor : float, default 0
        Factor at the end; 0.1 for LLaMA.
    last_epoch : int, default -1
        As in `LRScheduler`.
    """

    def decay(self, done: float) -> float:
        return cosine(1.0, self.min_factor, done)


class WarmupLinearLR(_WarmupLR):
    r"""Linear warm-up, then a straight line to ``min_factor`` at step ``total_steps``; BERT's.

    Parameters
    ----------
    optimizer, warmup_steps, total_steps, min_factor, last_epoch
        As in `WarmupCosineLR`.
    """

    def decay(self, done: float) -> float:
        return 1 + (self.min_factor - 1) * done


class InverseSqrtLR(FactorLR):
    r"""Linear warm-up over :math:`W` steps, then :math:`\sqrt{W/(t+1)}`; the original transformer's.

    Parameters
    ----------
    optimizer : Optimizer
    warmup_steps : int
        :math:`W \ge 1`. The peak, factor 1, is at :math:`t = W - 1`.
    last_epoch : int, default -1
        As in `LRScheduler`.

    References
    ----------
    Vaswani et al. (2017), equation (3), up to the constant.
    """

    warmup_steps: int
    settings: ClassVar[Checks] = dict(warmup_steps=positive_count)

    def __init__(self, optimizer: Optimized, warmup_steps: int, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, warmup_steps=warmup_steps)

    def factor(self, t: int) -> float:
        W = self.warmup_steps
        return float(min((t + 1) / W, (W / (t + 1)) ** 0.5))


class WSDLR(FactorLR):
    r"""Warm-up, stable, decay: constant until the last ``decay_steps``, then a line to ``min_factor``.

    Parameters
    ----------
    optimizer : Optimizer
    warmup_steps : int
    total_steps : int
        :math:`T`; can be moved while the rate is stable, which a cosine does not allow.
    decay_steps : int
        Length of the decay, at most ``total_steps - warmup_steps``.
    min_factor : float, default 0
    last_epoch : int, default -1
        As in `LRScheduler`.

    References
    ----------
    Hu et al. (2024), MiniCPM.
    """

    warmup_steps: int
    total_steps: int
    decay_steps: int
    min_factor: float
    settings: ClassVar[Checks] = dict(
        warmup_steps=count, total_steps=positive_count, decay_steps=positive_count, min_factor=checks.fraction
    )

    def __init__(
        self, optimizer: Optimized, warmup_steps: int, total_steps: int, decay_steps: int, min_factor: float = 0.0,
        last_epoch: int = -1,
    ) -> None:  # fmt: skip
        super().__init__(
            optimizer, last_epoch, warmup_steps=warmup_steps, total_steps=total_steps, decay_steps=decay_steps,
            min_factor=min_factor,
        )  # fmt: skip

    def _check_together(self, entries: Mapping[str, Any]) -> None:
        warmup, total, decay = (entries[name] for name in ("warmup_steps", "total_steps", "decay_steps"))
        if warmup + decay > total:
            given = f"{warmup} + {decay} > {total}"
            raise ValueError(f"warmup_steps + decay_steps must be at most total_steps, got {given}")

    def factor(self, t: int) -> float:
        if t < self.warmup_steps:
            return (t + 1) / self.warmup_steps
        start = self.total_steps - self.decay_steps
        done = (t - start) / self.decay_steps
        done = min(1.0, max(0.0, done))
        return 1 + (self.min_factor - 1) * done
