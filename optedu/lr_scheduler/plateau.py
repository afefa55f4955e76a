"""A schedule that waits until the metric stops improving."""

import math
from typing import Any

from ..core import checks
from .base import LRScheduler, checked_optimizer, per_group


class ReduceLROnPlateau(LRScheduler):
    """Multiply the learning rate by `factor` after more than `patience` steps without improvement.

    Parameters
    ----------
    optimizer : Optimizer
    mode : {"min", "max"}
        Whether the metric should fall or rise.
    factor : float, default 0.1
        Below 1.
    patience : int, default 10
        Bad steps that are tolerated; the next one reduces.
    threshold : float, default 1e-4
        Improvement that counts: a fraction of the best value, or an amount.
    threshold_mode : {"rel", "abs"}
        Which of the two.
    cooldown : int, default 0
        Steps after a reduction in which bad ones are not counted.
    min_lr : float or list of float, default 0
    eps : float, default 1e-8
        Reductions by less are not made.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused; the message names it.
    """

    def __init__(
        self, optimizer, mode: str = "min", factor: float = 0.1, patience: int = 10, threshold: float = 1e-4,
        threshold_mode: str = "rel", cooldown: int = 0, min_lr=0, eps: float = 1e-8,
    ) -> None:  # fmt: skip
        self.factor = checks.number("factor", factor)
        if self.factor >= 1:
            raise ValueError(f"factor must be < 1, got {factor!r}")
        if mode not in ("min", "max"):
            raise ValueError(f"mode must be 'min' or 'max', got {mode!r}")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f"threshold_mode must be 'rel' or 'abs', got {threshold_mode!r}")
        self.optimizer = checked_optimizer(optimizer)
        self.min_lrs = per_group("min_lr", min_lr, optimizer)
        self.mode, self.threshold, self.threshold_mode = mode, checks.number("threshold", threshold), threshold_mode
        self.patience, self.cooldown = checks.count("patience", patience), checks.count("cooldown", cooldown)
        self.eps = checks.number("eps", eps)
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = self.last_epoch = 0
        self._last_lr = [group["lr"] for group in optimizer.param_groups]

    def step(self, metrics: Any) -> None:  # type: ignore[override]
        """Report the metric of a step, and perhaps reduce.

        Parameters
        ----------
        metrics : float
            NaN counts as no improvement.
        """
        value = checks.real("metrics", metrics)
        self.last_epoch += 1
        if self._better(value):
            self.best, self.num_bad_epochs = value, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        lrs = [group["lr"] for group in self.optimizer.param_groups]
        if self.num_bad_epochs > self.patience:
            reduced = [max(lr * self.factor, low) for lr, low in zip(lrs, self.min_lrs, strict=True)]
            lrs = [new if old - new > self.eps else old for old, new in zip(lrs, reduced, strict=True)]
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
        self._set(lrs)

    def _better(self, value: float) -> bool:
        sign = 1 if self.mode == "min" else -1
        margin = self.threshold if self.threshold_mode == "abs" else self.threshold * self.best
        if math.isinf(self.best):
            return sign * value < sign * self.best
        return sign * value < sign * self.best - margin
