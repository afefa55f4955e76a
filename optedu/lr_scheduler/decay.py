"""Schedules that multiply the learning rate: by a function, in steps, along a line or a power."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from ..core import checks
from ..core.checks import Checks
from .base import LRScheduler, Optimized, checked_optimizer
from .state import count, positive_count

Factor = Callable[[int], float]


def _counted(name: str, value: Any) -> Counter[int]:
    """Milestones, and how often each is named."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(f"{name} must be a list of whole numbers, got {value!r:.100}")
    if not isinstance(value, Mapping):
        return Counter(count(f"{name}[{i}]", m) for i, m in enumerate(value))
    return Counter({count(f"{name} {m!r}", m): positive_count(f"{name}[{m}]", n) for m, n in value.items()})


def _share(t: int, T: int) -> float:
    """The fraction of `T` steps that is done after `t` (none of no steps: so does the recurrence)."""
    return min(T, t) / T if T else 0.0


class LambdaLR(LRScheduler):
    r""":math:`\gamma_t = \gamma_0\, f(t)`.

    Parameters
    ----------
    optimizer : Optimizer
    lr_lambda : callable or list of callable
        :math:`f`, from the step to a factor; one for each group if a list.
    last_epoch : int, default -1
        As in `LRScheduler`.
    """

    own_numbers = True

    def __init__(self, optimizer: Optimized, lr_lambda: Factor | Sequence[Factor], last_epoch: int = -1) -> None:
        n = len(checked_optimizer(optimizer).param_groups)
        lambdas: list[Any] = list(lr_lambda) if isinstance(lr_lambda, (list, tuple)) else [lr_lambda] * n
        if len(lambdas) != n:
            raise ValueError(f"lr_lambda has {len(lambdas)} functions for {n} parameter groups")
        for f in lambdas:
            if not callable(f):
                raise TypeError(f"lr_lambda must be a function, got {f!r} ({type(f).__name__})")
        self.lr_lambdas: list[Factor] = lambdas
        super().__init__(optimizer, last_epoch)

    def next_lr(self, k: int, lr: float) -> float:
        return self.base_lrs[k] * self.lr_lambdas[k](self.last_epoch)


class MultiplicativeLR(LambdaLR):
    r""":math:`\gamma_t = \gamma_{t-1}\, f(t)`.

    Parameters
    ----------
    optimizer, lr_lambda, last_epoch
        As in `LambdaLR`.
    """

    def next_lr(self, k: int, lr: float) -> float:
        return lr if self._initial else lr * self.lr_lambdas[k](self.last_epoch)


class StepLR(LRScheduler):
    r""":math:`\gamma_t = \gamma_0\, \gamma^{\lfloor t / s \rfloor}`.

    Parameters
    ----------
    optimizer : Optimizer
    step_size : int
        :math:`s`, steps between decays.
    gamma : float, default 0.1
        Factor of a decay.
    last_epoch : int, default -1
        As in `LRScheduler`.
    """

    step_size: int
    gamma: float
    settings: ClassVar[Checks] = dict(step_size=positive_count, gamma=checks.number)

    def __init__(self, optimizer: Optimized, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, step_size=step_size, gamma=gamma)

    def next_lr(self, k: int, lr: float) -> float:
        return lr * self.gamma if self.last_epoch > 0 and self.last_epoch % self.step_size == 0 else lr

    def closed_form(self, k: int) -> float:
        return self.base_lrs[k] * self.gamma ** (self.last_epoch // self.step_size)


class MultiStepLR(LRScheduler):
    r""":math:`\gamma_t = \gamma_0\, \gamma^{\,\#\{\text{milestones} \le t\}}`; a milestone named twice counts twice.

    Parameters
    ----------
    optimizer : Optimizer
    milestones : iterable of int
    gamma : float, default 0.1
        Factor of a decay.
    last_epoch : int, default -1
        As in `LRScheduler`.
    """

    milestones: Counter[int]
    gamma: float
    settings: ClassVar[Checks] = dict(milestones=_counted, gamma=checks.number)

    def __init__(
        self, optimizer: Optimized, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        super().__init__(optimizer, last_epoch, milestones=milestones, gamma=gamma)

    def next_lr(self, k: int, lr: float) -> float:
        return lr * self.gamma ** self.milestones[self.last_epoch]

    def closed_form(self, k: int) -> float:
        return self.base_lrs[k] * self.gamma ** bisect_right(sorted(self.milestones.elements()), self.last_epoch)


class ConstantLR(LRScheduler):
    r""":math:`\gamma_t = \gamma_0 f` for :math:`t < T`, then :math:`\gamma_0`.

    Parameters
    ----------
    optimizer : Optimizer
    factor : float, default 1/3
        :math:`f \in [0, 1]`. (From 0 the recurrence, which divides by it, finds no way back.)
    total_iters : int, default 5
        :math:`T`.
    last_epoch : int, default -1
        As in `LRScheduler`.
    """

    factor: float
    total_iters: int
    settings: ClassVar[Checks] = dict(factor=checks.fraction, total_iters=count)

    def __init__(self, optimizer: Optimized, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, factor=factor, total_iters=total_iters)

    def next_lr(self, k: int, lr: float) -> float:
        if self.last_epoch == 0:
            return lr * self.factor
        return lr * (1 / self.factor) if self.last_epoch == self.total_iters else lr

    def closed_form(self, k: int) -> float:
        return self.base_lrs[k] * (1.0 if self.last_epoch >= self.total_iters else self.factor)


class LinearLR(LRScheduler):
    r""":math:`\gamma_t = \gamma_0\, \bigl(a + (b-a) \min(t, T)/T\bigr)`.

    Parameters
    ----------
    optimizer : Optimizer
    start_factor : float, default 1/3
        :math:`a \in (0, 1]`.
    end_factor : float, default 1
        :math:`b \in [0, 1]`.
    total_iters : int, default 5
        :math:`T`.
    last_epoch : int, default -1
        As in `LRScheduler`.
    """

    start_factor: float
    end_factor: float
    total_iters: int
    settings: ClassVar[Checks] = dict(
        start_factor=lambda name, value: checks.positive(name, checks.fraction(name, value)),
        end_factor=checks.fraction, total_iters=count,
    )  # fmt: skip

    def __init__(
        self, optimizer: Optimized, start_factor: float = 1 / 3, end_factor: float = 1.0, total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:  # fmt: skip
        super().__init__(
            optimizer, last_epoch, start_factor=start_factor, end_factor=end_factor, total_iters=total_iters
        )

    def next_lr(self, k: int, lr: float) -> float:
        rise, t = self.end_factor - self.start_factor, self.last_epoch
        if t == 0:
            return lr * self.start_factor
        if self._initial or t > self.total_iters:
            return lr
        return lr * (1 + rise / (self.total_iters * self.start_factor + (t - 1) * rise))

    def closed_form(self, k: int) -> float:
        done = _share(self.last_epoch, self.total_iters)
        return self.base_lrs[k] * (self.start_factor + (self.end_factor - self.start_factor) * done)


class ExponentialLR(LRScheduler):
    r""":math:`\gamma_t = \gamma_0\, \gamma^t`.

    Parameters
    ----------
    optimizer : Optimizer
    gamma : float
        Factor of a step.
    last_epoch : int, default -1
        As in `LRScheduler`.
    """

    gamma: float
    settings: ClassVar[Checks] = dict(gamma=checks.number)

    def __init__(self, optimizer: Optimized, gamma: float, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, gamma=gamma)

    def next_lr(self, k: int, lr: float) -> float:
        return lr if self._initial else lr * self.gamma

    def closed_form(self, k: int) -> float:
        return self.base_lrs[k] * self.gamma**self.last_epoch


class PolynomialLR(LRScheduler):
    r""":math:`\gamma_t = \gamma_0\, \bigl(1 - \min(t, T)/T\bigr)^p`.

    Parameters
    ----------
    optimizer : Optimizer
    total_iters : int, default 5
        :math:`T`.
    power : float, default 1
        :math:`p`.
    last_epoch : int, default -1
        As in `LRScheduler`.
    """

    total_iters: int
    power: float
    settings: ClassVar[Checks] = dict(total_iters=count, power=checks.number)

    def __init__(self, optimizer: Optimized, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, total_iters=total_iters, power=power)

    def next_lr(self, k: int, lr: float) -> float:
        t, T = self.last_epoch, self.total_iters
        if self._initial or t > T:
            return lr
        return float(lr * ((1 - t / T) / (1 - (t - 1) / T)) ** self.power)

    def closed_form(self, k: int) -> float:
        return float(self.base_lrs[k] * (1 - _share(self.last_epoch, self.total_iters)) ** self.power)
