"""A schedule that waits until the metric stops improving."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ..core import checks
from ..core.checks import Checks
from .base import LRScheduler, Optimized, checked_optimizer
from .state import all_or_nothing, count, numbers, one_of, per_group


class ReduceLROnPlateau(LRScheduler):
    """Multiply the learning rate by `factor` after more than `patience` steps without improvement.

    Parameters
    ----------
    optimizer : Optimizer
    mode : {"min", "max"}
        Whether the metric should fall or rise.
    factor : float, default 0.1
        In [0, 1).
    patience : int, default 10
        Bad steps that are tolerated; the next one reduces.
    threshold : float, default 1e-4
        Improvement that counts: a fraction of the best value, or an amount.
    threshold_mode : {"rel", "abs"}
        Which of the two.
    cooldown : int, default 0
        Steps after a reduction in which bad ones are not counted.
    min_lr : float or list of float, default 0
        For each group if a list. A group that is added later gets the common value.
    eps : float, default 1e-8
        Reductions by less are not made.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused; the message names it.
    """

    last_epoch: int
    num_bad_epochs: int
    cooldown_counter: int
    mode: str
    factor: float
    patience: int
    threshold: float
    threshold_mode: str
    cooldown: int
    min_lrs: list[float]
    eps: float
    settings: ClassVar[Checks] = dict(
        mode=one_of("min", "max"), factor=checks.decay, patience=count, threshold=checks.number,
        threshold_mode=one_of("rel", "abs"), cooldown=count, min_lrs=numbers, eps=checks.number,
    )  # fmt: skip
    progress: ClassVar[Checks] = dict(
        best=checks.number, num_bad_epochs=count, cooldown_counter=count, last_epoch=count,
        _last_lr=numbers,
    )  # fmt: skip

    def __init__(
        self, optimizer: Optimized, mode: str = "min", factor: float = 0.1, patience: int = 10, threshold: float = 1e-4,
        threshold_mode: str = "rel", cooldown: int = 0, min_lr: float | Sequence[float] = 0, eps: float = 1e-8,
    ) -> None:  # fmt: skip
        self.optimizer: Optimized = checked_optimizer(optimizer)
        self._set_up(dict(
            mode=mode, factor=factor, patience=patience, threshold=threshold, threshold_mode=threshold_mode,
            cooldown=cooldown, min_lrs=per_group("min_lr", min_lr, optimizer), eps=eps,
        ))  # fmt: skip
        self.best: float = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = self.last_epoch = 0
        rates = [group["lr"] for group in optimizer.param_groups]
        self._last_lr = [checks.number(f"param_groups[{k}] lr", lr) for k, lr in enumerate(rates)]

    def _check_together(self, entries: Mapping[str, Any]) -> None:
        bad, steps = entries.get("num_bad_epochs", 0), entries.get("last_epoch", 0)
        if bad > steps:
            raise ValueError(f"num_bad_epochs must be at most last_epoch, got {bad} and {steps}")

    def known_groups(self) -> int:
        return len(self.min_lrs)

    def check_groups(self, restart: bool = False) -> None:
        n = len(self.optimizer.param_groups)
        if n != self.known_groups() and len(set(self.min_lrs)) > 1:
            raise ValueError(
                f"the optimizer has {n} parameter groups, min_lr {self.known_groups()} values: build it anew"
            )

    def step(self, metrics: Any) -> None:  # type: ignore[override]
        """Report the metric of a step, and perhaps reduce.

        Parameters
        ----------
        metrics : float
            NaN counts as no improvement.
        """
        value = checks.real("metrics", metrics)
        self.check_groups()
        with all_or_nothing(self.optimizer, [self]):
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
                lows = self.min_lrs + self.min_lrs[:1] * (len(lrs) - len(self.min_lrs))
                reduced = [max(lr * self.factor, low) for lr, low in zip(lrs, lows, strict=True)]
                lrs = [new if old - new > self.eps else old for old, new in zip(lrs, reduced, strict=True)]
                self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
            self._set(lrs)

    def _better(self, value: float) -> bool:
        sign = 1 if self.mode == "min" else -1
        margin = self.threshold if self.threshold_mode == "abs" else self.threshold * self.best
        if math.isinf(self.best):
            return sign * value < sign * self.best
        return sign * value < sign * self.best - margin
