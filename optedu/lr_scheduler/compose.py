"""Schedules made of schedules: one after the other, or all at once."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from ..core.checks import Checks
from .base import LRScheduler, Optimized, checked_optimizer
from .plateau import ReduceLROnPlateau
from .state import all_or_nothing, count, numbers, whole


class _Composite(LRScheduler):
    """Holds schedules of one optimizer."""

    progress: ClassVar[Checks] = dict(_last_lr=numbers)

    def _adopt(self, schedulers: Sequence[LRScheduler], optimizer: Optimized | None) -> None:
        name = type(self).__name__
        if not isinstance(schedulers, Iterable):
            raise TypeError(f"schedulers must be a list, got {type(schedulers).__name__}")
        schedulers = list(schedulers)
        if not schedulers:
            raise ValueError(f"schedulers is empty: {name} needs at least one")
        found: set[int] = set()
        for i, s in enumerate(schedulers):
            if not isinstance(s, LRScheduler):
                raise TypeError(f"schedulers[{i}] must be an LRScheduler, got {type(s).__name__}")
            if isinstance(s, ReduceLROnPlateau):
                raise ValueError(f"schedulers[{i}] is a ReduceLROnPlateau, whose step needs a metric: {name} has none")
            inside = {id(member) for member in s.family()}
            if found & inside:
                raise ValueError(f"schedulers[{i}] is there already: each needs a schedule of its own")
            found |= inside
        self.optimizer: Optimized = checked_optimizer(schedulers[0].optimizer if optimizer is None else optimizer)
        for i, s in enumerate(schedulers):
            if s.optimizer is not self.optimizer:
                raise ValueError(f"schedulers[{i}] belongs to another optimizer: all must share one")
        self._schedulers = schedulers

    def family(self) -> list[LRScheduler]:
        return [self, *(member for s in self._schedulers for member in s.family())]

    def known_groups(self) -> int:
        return min(s.known_groups() for s in self._schedulers)

    def begin(self) -> None:
        # As in torch: a sequence that starts with a composite steps it, where a simple
        # schedule would only show its first value. Its inner milestones come a step early.
        self.step()

    def undo_step(self) -> None:
        """Take back the step that each schedule made when it was built."""
        for s in self._schedulers:
            s.undo_step()


class ChainedScheduler(_Composite):
    """Step several schedules at once: each multiplies what the one before has left.

    Parameters
    ----------
    schedulers : list of LRScheduler
    optimizer : Optimizer, optional
        That of the schedules.
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimized | None = None) -> None:
        self._adopt(schedulers, optimizer)
        self._remember()

    def step(self) -> None:
        """Step each schedule, in order."""
        self.check_groups()
        with all_or_nothing(self.optimizer, self.family()):
            for s in self._schedulers:
                s.step()
            self._remember()

    def restart(self) -> None:
        self.check_groups(restart=True)
        with all_or_nothing(self.optimizer, self.family()):
            for s in self._schedulers:
                s.restart()
            self._remember()

    def check_groups(self, restart: bool = False) -> None:
        for s in self._schedulers:
            s.check_groups(restart)

    def _remember(self) -> None:
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]


def _steps(name: str, value: Any) -> list[int]:
    """Steps that do not go back."""
    if not isinstance(value, Iterable) or isinstance(value, (str, Mapping)):
        raise TypeError(f"{name} must be a list of whole numbers, got {value!r:.100}")
    steps = [count(f"{name}[{i}]", m) for i, m in enumerate(value)]
    if steps != sorted(steps):
        raise ValueError(f"{name} must not go back, got {steps}")
    return steps


class SequentialLR(_Composite):
    """One schedule after the other; each starts at its own step 0.

    Parameters
    ----------
    optimizer : Optimizer
    schedulers : list of LRScheduler
    milestones : list of int
        Steps at which the second, third, … begin.
    last_epoch : int, default -1
    """

    _milestones: list[int]
    settings: ClassVar[Checks] = dict(_milestones=_steps)
    progress: ClassVar[Checks] = dict(_last_lr=numbers, last_epoch=whole)

    def __init__(
        self, optimizer: Optimized, schedulers: Sequence[LRScheduler], milestones: Sequence[int], last_epoch: int = -1
    ) -> None:
        self._adopt(schedulers, optimizer)
        self._set_up({"_milestones": _steps("milestones", milestones)})
        last_epoch = whole("last_epoch", last_epoch)
        if last_epoch < -1:
            raise ValueError(f"last_epoch must be >= -1, got {last_epoch}")
        self.last_epoch = last_epoch + 1
        with all_or_nothing(self.optimizer, self.family()):
            self._rewind()

    def _check_together(self, entries: Mapping[str, Any]) -> None:
        n = len(entries["_milestones"])
        if n != len(self._schedulers) - 1:
            raise ValueError(
                f"milestones must have one entry less than there are schedulers: got {n} for {len(self._schedulers)}"
            )

    def _turn(self, t: int) -> tuple[LRScheduler, bool]:
        """The schedule of step `t`, and whether it begins there."""
        i = bisect_right(self._milestones, t)
        return self._schedulers[i], i > 0 and self._milestones[i - 1] == t

    def _rewind(self) -> None:
        """The schedules have each set a learning rate when they were built: only the first should have."""
        self._require_labels("to begin with: it was added after the schedules were built")
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        self.undo_step()
        first, _ = self._turn(0)
        first.begin()
        self._last_lr = first.get_last_lr()

    def step(self) -> None:
        """Step the schedule whose turn it is."""
        current, begins = self._turn(self.last_epoch + 1)
        with all_or_nothing(self.optimizer, self.family()):
            current.restart() if begins else current.step()
            self.last_epoch += 1
            self._last_lr = current.get_last_lr()

    def restart(self) -> None:
        first, _ = self._turn(0)
        with all_or_nothing(self.optimizer, self.family()):
            first.restart()
            self.last_epoch: int = 0
            self._last_lr = first.get_last_lr()

    def check_groups(self, restart: bool = False) -> None:
        current, begins = self._turn(0 if restart else self.last_epoch + 1)
        current.check_groups(restart or begins)
