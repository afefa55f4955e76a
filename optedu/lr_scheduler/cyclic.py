"""Schedules that go up and down, and move the momentum the other way."""

from collections.abc import Callable
from typing import Any

from ..core import checks
from ..core.optimizer import Optimizer
from .base import LRScheduler, checked_optimizer, per_group, positive_count
from .cosine import cosine


def momentum_of(optimizer: Optimizer) -> str:
    """Where the optimizer keeps its momentum: the key ``momentum`` or ``betas``."""
    for key in ("betas", "momentum"):
        if key in optimizer.settings:
            return key
    name = type(optimizer).__name__
    raise ValueError(f"cycle_momentum=True needs an optimizer with momentum or betas, {name} has none")


def set_momentum(group: dict[str, Any], key: str, value: float) -> None:
    group[key] = (value, *group["betas"][1:]) if key == "betas" else value


class CyclicLR(LRScheduler):
    r"""Up and down along straight lines between ``base_lr`` and ``max_lr``.

    Parameters
    ----------
    optimizer : Optimizer
    base_lr, max_lr : float or list of float
        Ends of the cycle, for each group if a list.
    step_size_up : int, default 2000
        Steps of the rise.
    step_size_down : int, optional
        Steps of the fall; those of the rise if not given.
    mode : {"triangular", "triangular2", "exp_range"}
        Height of the cycles: constant, halved with each, or shrinking by `gamma` with each step.
    gamma : float, default 1
        For ``exp_range``.
    scale_fn : callable, optional
        Height as a function of the cycle (from 1) or step, in the place of `mode`.
    scale_mode : {"cycle", "iterations"}
        What `scale_fn` gets.
    cycle_momentum : bool, default True
        Let momentum, or the first beta, fall while the learning rate rises.
    base_momentum, max_momentum : float or list of float, defaults 0.8, 0.9
    last_epoch : int, default -1
        As in `LRScheduler`.

    References
    ----------
    Smith (2017).
    """

    own_numbers = True

    def __init__(
        self, optimizer, base_lr, max_lr, step_size_up: int = 2000, step_size_down: int | None = None,
        mode: str = "triangular", gamma: float = 1.0, scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle", cycle_momentum: bool = True, base_momentum=0.8, max_momentum=0.9,
        last_epoch: int = -1,
    ) -> None:  # fmt: skip
        groups = checked_optimizer(optimizer).param_groups
        lows, self.max_lrs = per_group("base_lr", base_lr, optimizer), per_group("max_lr", max_lr, optimizer)
        up = checks.positive("step_size_up", step_size_up)
        down = up if step_size_down is None else checks.nonnegative("step_size_down", step_size_down)
        self.total_size, self.step_ratio = up + down, up / (up + down)
        if scale_fn is None and mode not in ("triangular", "triangular2", "exp_range"):
            known = "'triangular', 'triangular2' or 'exp_range'"
            raise ValueError(f"mode must be {known} without a scale_fn, got {mode!r}")
        if scale_mode not in ("cycle", "iterations"):
            raise ValueError(f"scale_mode must be 'cycle' or 'iterations', got {scale_mode!r}")
        self.mode, self.gamma, self.scale_fn = mode, checks.number("gamma", gamma), scale_fn
        self.scale_mode = scale_mode if scale_fn else "iterations" if mode == "exp_range" else "cycle"
        self.momentum_key = momentum_of(optimizer) if checks.flag("cycle_momentum", cycle_momentum) else None
        self.base_momentums = per_group("base_momentum", base_momentum, optimizer)
        self.max_momentums = per_group("max_momentum", max_momentum, optimizer)
        if last_epoch == -1:
            for k, group in enumerate(groups):
                group["lr"] = lows[k]
                if self.momentum_key:
                    group["base_momentum"], group["max_momentum"] = self.base_momentums[k], self.max_momentums[k]
                    set_momentum(group, self.momentum_key, self.max_momentums[k])
        self._lows = lows
        super().__init__(optimizer, last_epoch)
        self.base_lrs = lows

    def _height(self) -> float:
        """Between 0 and 1 (times the scale): how far up the cycle we are."""
        cycle = int(1 + self.last_epoch / self.total_size // 1)
        x = 1 + self.last_epoch / self.total_size - cycle
        up = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)
        at = cycle if self.scale_mode == "cycle" else self.last_epoch
        if self.scale_fn:
            return up * self.scale_fn(at)
        return up * {"triangular": 1.0, "triangular2": 0.5 ** (cycle - 1), "exp_range": self.gamma**at}[self.mode]

    def next_lr(self, k: int, lr: float) -> float:
        height = self._height()
        if self.momentum_key:
            low, high = self.base_momentums[k], self.max_momentums[k]
            set_momentum(self.optimizer.param_groups[k], self.momentum_key, high - (high - low) * height)
        return self._lows[k] + (self.max_lrs[k] - self._lows[k]) * height


class OneCycleLR(LRScheduler):
    r"""One rise to ``max_lr``, one fall far below the start; the momentum does the opposite.

    Parameters
    ----------
    optimizer : Optimizer
    max_lr : float or list of float
        Peak, for each group if a list.
    total_steps : int, optional
        Length; or give `epochs` and `steps_per_epoch`.
    epochs, steps_per_epoch : int, optional
    pct_start : float, default 0.3
        Fraction of the steps that rises.
    anneal_strategy : {"cos", "linear"}
    cycle_momentum : bool, default True
    base_momentum, max_momentum : float or list of float, defaults 0.85, 0.95
    div_factor : float, default 25
        The start is ``max_lr / div_factor``.
    final_div_factor : float, default 1e4
        The end is the start divided by it.
    three_phase : bool, default False
        Fall to the start in the time of the rise, then to the end.
    last_epoch : int, default -1
        As in `LRScheduler`.

    Raises
    ------
    ValueError
        Also from `step`, when it is called past the end.

    References
    ----------
    Smith and Topin (2018); two phases as in fastai.
    """

    own_numbers = True

    def __init__(
        self, optimizer, max_lr, total_steps: int | None = None, epochs: int | None = None,
        steps_per_epoch: int | None = None, pct_start: float = 0.3, anneal_strategy: str = "cos",
        cycle_momentum: bool = True, base_momentum=0.85, max_momentum=0.95, div_factor: float = 25.0,
        final_div_factor: float = 1e4, three_phase: bool = False, last_epoch: int = -1,
    ) -> None:  # fmt: skip
        groups = checked_optimizer(optimizer).param_groups
        if total_steps is not None:
            self.total_steps = positive_count("total_steps", total_steps)
        elif epochs is not None and steps_per_epoch is not None:
            self.total_steps = positive_count("epochs", epochs) * positive_count("steps_per_epoch", steps_per_epoch)
        else:
            raise ValueError("give either total_steps, or epochs and steps_per_epoch")
        rise = checks.fraction("pct_start", pct_start) * self.total_steps
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be 'cos' or 'linear', got {anneal_strategy!r}")
        self.anneal_strategy = anneal_strategy
        peaks = per_group("max_lr", max_lr, optimizer)
        div, final = checks.positive("div_factor", div_factor), checks.positive("final_div_factor", final_div_factor)
        self.momentum_key = momentum_of(optimizer) if checks.flag("cycle_momentum", cycle_momentum) else None
        lows = per_group("base_momentum", base_momentum, optimizer)
        highs = per_group("max_momentum", max_momentum, optimizer)
        # (end of the phase, learning rate at its ends, momentum at its ends)
        fall = [(2 * rise - 2, "max_lr", "initial_lr", "base_momentum", "max_momentum"),
                (self.total_steps - 1, "initial_lr", "min_lr", "max_momentum", "max_momentum")]  # fmt: skip
        if not checks.flag("three_phase", three_phase):
            fall = [(self.total_steps - 1, "max_lr", "min_lr", "base_momentum", "max_momentum")]
        self.phases = [(rise - 1, "initial_lr", "max_lr", "max_momentum", "base_momentum"), *fall]
        if last_epoch == -1:
            for k, group in enumerate(groups):
                group.update(initial_lr=peaks[k] / div, max_lr=peaks[k], min_lr=peaks[k] / div / final)
                if self.momentum_key:
                    group.update(base_momentum=lows[k], max_momentum=highs[k])
                    set_momentum(group, self.momentum_key, highs[k])
        super().__init__(optimizer, last_epoch)

    def step(self) -> None:
        if self.last_epoch + 1 > self.total_steps:
            raise ValueError(f"step {self.last_epoch + 1} is past the end: total_steps is {self.total_steps}")
        super().step()

    def next_lr(self, k: int, lr: float) -> float:
        group = self.optimizer.param_groups[k]
        past = sum(self.last_epoch > end for end, *_ in self.phases[:-1])  # phases that are over
        start = self.phases[past - 1][0] if past else 0.0
        end, lr0, lr1, m0, m1 = self.phases[past]
        done = (self.last_epoch - start) / (end - start)
        if self.momentum_key:
            set_momentum(group, self.momentum_key, self._between(group[m0], group[m1], done))
        return self._between(group[lr0], group[lr1], done)

    def _between(self, start: float, end: float, done: float) -> float:
        return cosine(start, end, done) if self.anneal_strategy == "cos" else start + (end - start) * done
