"""Schedules that go up and down, and move the momentum the other way."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from ..core import checks
from ..core.checks import Checks
from .base import LRScheduler, Optimized, checked_optimizer
from .cosine import cosine
from .state import numbers, one_of, per_group, positive_count


def momentum_of(optimizer: Optimized) -> str:
    """Where the optimizer keeps its momentum: the key ``momentum`` or ``betas``."""
    for key in ("betas", "momentum"):
        if key in optimizer.param_groups[0]:
            return key
    name = type(optimizer).__name__
    raise ValueError(f"cycle_momentum=True needs an optimizer with momentum or betas, {name} has none")


def with_momentum(group: Mapping[str, Any], key: str, value: float) -> dict[str, Any]:
    """The entry of a group that sets its momentum."""
    return {key: (value, *group["betas"][1:]) if key == "betas" else value}


MOMENTUM_KEY = one_of(None, "betas", "momentum")
MODES = ("triangular", "triangular2", "exp_range")


def _check_key(key: str | None, optimizer: Optimized) -> None:
    if key and key not in optimizer.param_groups[0]:
        raise ValueError(f"momentum_key is {key!r}, which {type(optimizer).__name__} does not have")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, got {value!r:.100}")
    return value


def _no_function(name: str, value: Any) -> None:
    if value is not None:
        raise TypeError(f"{name} must be None, as functions are not saved, got {value!r:.100}")


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
    _lows: list[float]
    max_lrs: list[float]
    total_size: float
    step_ratio: float
    gamma: float
    mode: str
    scale_mode: str
    momentum_key: str | None
    base_momentums: list[float]
    max_momentums: list[float]
    settings: ClassVar[Checks] = dict(
        _lows=numbers, max_lrs=numbers, total_size=checks.positive, gamma=checks.number,
        step_ratio=lambda name, value: checks.positive(name, checks.fraction(name, value)),
        mode=_text, scale_mode=one_of("cycle", "iterations"), momentum_key=MOMENTUM_KEY,
        base_momentums=numbers, max_momentums=numbers,
    )  # fmt: skip
    progress: ClassVar[Checks] = {**LRScheduler.progress, "scale_fn": _no_function}

    def __init__(
        self, optimizer: Optimized, base_lr: float | Sequence[float], max_lr: float | Sequence[float],
        step_size_up: int = 2000, step_size_down: int | None = None,
        mode: str = "triangular", gamma: float = 1.0, scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle", cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.8, max_momentum: float | Sequence[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:  # fmt: skip
        groups = checked_optimizer(optimizer).param_groups
        lows, highs = per_group("base_lr", base_lr, optimizer), per_group("max_lr", max_lr, optimizer)
        up = checks.positive("step_size_up", step_size_up)
        down = up if step_size_down is None else checks.nonnegative("step_size_down", step_size_down)
        if scale_fn is not None and not callable(scale_fn):
            raise TypeError(f"scale_fn must be a function, got {scale_fn!r} ({type(scale_fn).__name__})")
        self.scale_fn = scale_fn
        scale_mode = one_of("cycle", "iterations")("scale_mode", scale_mode)
        if scale_fn is None:
            scale_mode = "iterations" if mode == "exp_range" else "cycle"
        key = momentum_of(optimizer) if checks.flag("cycle_momentum", cycle_momentum) else None
        base_momentums = per_group("base_momentum", base_momentum, optimizer)
        max_momentums = per_group("max_momentum", max_momentum, optimizer)
        start: list[dict[str, Any]] = [{"lr": low} for low in lows]
        if key:
            for new, group, low, high in zip(start, groups, base_momentums, max_momentums, strict=True):
                new.update(base_momentum=low, max_momentum=high, **with_momentum(group, key, high))
        super().__init__(
            optimizer, last_epoch, start, _lows=lows, max_lrs=highs, total_size=up + down, step_ratio=up / (up + down),
            mode=mode, gamma=gamma, scale_mode=scale_mode, momentum_key=key,
            base_momentums=base_momentums, max_momentums=max_momentums,
        )  # fmt: skip
        self.base_lrs: list[float] = list(lows)

    def _check_together(self, entries: Mapping[str, Any]) -> None:
        mode, scale_mode = entries["mode"], entries["scale_mode"]
        if self.scale_fn is not None:
            if mode != vars(self).get("mode", mode):
                raise ValueError(f"mode must be {self.mode!r}, which a scale_fn replaces, got {mode!r:.100}")
        elif mode not in MODES:
            known = "'triangular', 'triangular2' or 'exp_range'"
            raise ValueError(f"mode must be {known} without a scale_fn, got {mode!r}")
        elif (scale_mode == "iterations") != (mode == "exp_range"):
            raise ValueError(f"scale_mode cannot be {scale_mode!r} if mode is {mode!r}")
        _check_key(entries["momentum_key"], self.optimizer)
        if entries.get("base_lrs", entries["_lows"]) != entries["_lows"]:
            raise ValueError(f"base_lrs and _lows differ: {entries['base_lrs']} and {entries['_lows']}")

    def _height(self) -> float:
        """Between 0 and 1 (times the scale): how far up the cycle we are."""
        cycle = int(1 + self.last_epoch / self.total_size // 1)
        x = 1 + self.last_epoch / self.total_size - cycle
        up = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)
        at = cycle if self.scale_mode == "cycle" else self.last_epoch
        if self.scale_fn is not None:
            return up * self.scale_fn(at)
        return up * {"triangular": 1.0, "triangular2": 0.5 ** (cycle - 1), "exp_range": self.gamma**at}[self.mode]

    def next_lr(self, k: int, lr: float) -> float:
        height = self._height()
        if self.momentum_key:
            low, high = self.base_momentums[k], self.max_momentums[k]
            group = self.optimizer.param_groups[k]
            group.update(with_momentum(group, self.momentum_key, high - (high - low) * height))
        return self._lows[k] + (self.max_lrs[k] - self._lows[k]) * height


# Learning rate and momentum at both ends of each phase, of two or of three
_RISE = ("initial_lr", "max_lr", "max_momentum", "base_momentum")
_FALL = ("max_lr", "min_lr", "base_momentum", "max_momentum")
_BACK = ("max_lr", "initial_lr", "base_momentum", "max_momentum")
_REST = ("initial_lr", "min_lr", "max_momentum", "max_momentum")
PHASES = {2: [_RISE, _FALL], 3: [_RISE, _BACK, _REST]}


def _is_phase(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 5 and all(isinstance(v, str) for v in value[1:])


def _phases(name: str, value: Any) -> list[tuple[Any, ...]]:
    """Where each phase ends, and what moves in it."""
    if not isinstance(value, (list, tuple)) or not all(_is_phase(v) for v in value):
        raise TypeError(f"{name} must be a list of phases, got {value!r:.100}")
    if [tuple(moved) for _, *moved in value] != PHASES.get(len(value)):
        raise ValueError(f"{name} must be the two or three phases of OneCycleLR, got {value!r:.200}")
    return [(checks.number(f"{name}[{i}]", end), *moved) for i, (end, *moved) in enumerate(value)]


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
    total_steps: int
    anneal_strategy: str
    momentum_key: str | None
    phases: list[tuple[Any, ...]]
    settings: ClassVar[Checks] = dict(
        total_steps=positive_count, anneal_strategy=one_of("cos", "linear"), momentum_key=MOMENTUM_KEY, phases=_phases
    )

    def __init__(
        self, optimizer: Optimized, max_lr: float | Sequence[float], total_steps: int | None = None,
        epochs: int | None = None, steps_per_epoch: int | None = None, pct_start: float = 0.3,
        anneal_strategy: str = "cos", cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.85,
        max_momentum: float | Sequence[float] = 0.95, div_factor: float = 25.0,
        final_div_factor: float = 1e4, three_phase: bool = False, last_epoch: int = -1,
    ) -> None:  # fmt: skip
        groups = checked_optimizer(optimizer).param_groups
        if total_steps is not None:
            T = positive_count("total_steps", total_steps)
        elif epochs is not None and steps_per_epoch is not None:
            T = positive_count("epochs", epochs) * positive_count("steps_per_epoch", steps_per_epoch)
        else:
            raise ValueError("give either total_steps, or epochs and steps_per_epoch")
        rise = checks.fraction("pct_start", pct_start) * T
        ends = [rise - 1, T - 1]
        if checks.flag("three_phase", three_phase):
            ends.insert(1, 2 * rise - 2)
        peaks = per_group("max_lr", max_lr, optimizer)
        div, final = checks.positive("div_factor", div_factor), checks.positive("final_div_factor", final_div_factor)
        key = momentum_of(optimizer) if checks.flag("cycle_momentum", cycle_momentum) else None
        lows = per_group("base_momentum", base_momentum, optimizer)
        highs = per_group("max_momentum", max_momentum, optimizer)
        start = [dict(initial_lr=peak / div, max_lr=peak, min_lr=peak / div / final) for peak in peaks]
        if key:
            for new, group, low, high in zip(start, groups, lows, highs, strict=True):
                new.update(base_momentum=low, max_momentum=high, **with_momentum(group, key, high))
        super().__init__(
            optimizer, last_epoch, start, total_steps=T, anneal_strategy=anneal_strategy, momentum_key=key,
            phases=[(end, *names) for end, names in zip(ends, PHASES[len(ends)], strict=True)],
        )  # fmt: skip

    @property
    def _labels(self) -> tuple[str, ...]:  # type: ignore[override]
        return ("initial_lr", "max_lr", "min_lr", *(("base_momentum", "max_momentum") if self.momentum_key else ()))

    def _check_together(self, entries: Mapping[str, Any]) -> None:
        T, ends = entries["total_steps"], [end for end, *_ in entries["phases"]]
        if not (-1 <= ends[0] <= T - 1 == ends[-1] and ends[1:-1] in ([], [2 * ends[0]])):
            raise ValueError(f"phases that end at {ends} do not go with total_steps {T}")
        if entries.get("last_epoch", 0) > T:
            raise ValueError(f"last_epoch {entries['last_epoch']} is past the end: total_steps is {T}")
        _check_key(entries["momentum_key"], self.optimizer)

    def check_groups(self, restart: bool = False) -> None:
        super().check_groups(restart)
        self._require_labels("any more: it was lost with a checkpoint of before this schedule")

    def step(self) -> None:
        if self.last_epoch + 1 > self.total_steps:
            raise ValueError(f"step {self.last_epoch + 1} is past the end: total_steps is {self.total_steps}")
        super().step()

    def next_lr(self, k: int, lr: float) -> float:
        group, t = self.optimizer.param_groups[k], self.last_epoch
        past = sum(t > end for end, *_ in self.phases[:-1])  # phases that are over
        start = self.phases[past - 1][0] if past else 0.0
        end, lr0, lr1, m0, m1 = self.phases[past]
        if end == start:
            raise ValueError(f"the phase of step {t} ends where it starts, at {end}: change pct_start or total_steps")
        done = (t - start) / (end - start)
        if self.momentum_key:
            group.update(with_momentum(group, self.momentum_key, self._between(group[m0], group[m1], done)))
        return self._between(group[lr0], group[lr1], done)

    def _between(self, start: float, end: float, done: float) -> float:
        return cosine(start, end, done) if self.anneal_strategy == "cos" else start + (end - start) * done
