"""Schedules made of schedules: one after the other, or all at once."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from ..core import checks
from ..core.optimizer import Optimizer
from .base import LRScheduler, checked_optimizer
from .plateau import ReduceLROnPlateau


class _Composite(LRScheduler):
    """Holds schedules of one optimizer."""

    def _adopt(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None) -> None:
        name = type(self).__name__
        schedulers = list(schedulers)
        if not schedulers:
            raise ValueError(f"schedulers is empty: {name} needs at least one")
        for i, s in enumerate(schedulers):
            if not isinstance(s, LRScheduler):
                raise TypeError(f"schedulers[{i}] must be an LRScheduler, got {type(s).__name__}")
            if isinstance(s, ReduceLROnPlateau):
                raise ValueError(f"schedulers[{i}] is a ReduceLROnPlateau, whose step needs a metric: {name} has none")
        self.optimizer = checked_optimizer(optimizer or schedulers[0].optimizer)
        for i, s in enumerate(schedulers):
            if s.optimizer is not self.optimizer:
                raise ValueError(f"schedulers[{i}] belongs to another optimizer: all must share one")
        self._schedulers = schedulers

    def state_dict(self) -> dict[str, Any]:
        """As in `LRScheduler`, with the state of each schedule."""
        own = {k: v for k, v in self.__dict__.items() if k not in ("optimizer", "_schedulers")}
        return {**own, "_schedulers": [s.state_dict() for s in self._schedulers]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        if not isinstance(state_dict, Mapping) or set(state_dict) != set(self.state_dict()):
            raise ValueError(f"state_dict does not fit {type(self).__name__}")
        saved = state_dict["_schedulers"]
        if len(saved) != len(self._schedulers):
            raise ValueError(f"state_dict has {len(saved)} schedules, there are {len(self._schedulers)}")
        for s, state in zip(self._schedulers, saved, strict=True):
            s.load_state_dict(state)
        self.__dict__.update({k: v for k, v in state_dict.items() if k != "_schedulers"})

    def _begin(self) -> None:
        # As in torch: a sequence that starts with a composite steps it, where a simple
        # schedule would only show its first value. Its inner milestones come a step early.
        self.step()

    def _undo(self) -> None:
        """Take back the step that each schedule made when it was built."""
        for s in self._schedulers:
            s._undo() if isinstance(s, _Composite) else setattr(s, "last_epoch", s.last_epoch - 1)


class ChainedScheduler(_Composite):
    """Step several schedules at once: each multiplies what the one before has left.

    Parameters
    ----------
    schedulers : list of LRScheduler
    optimizer : Optimizer, optional
        That of the schedules.
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        self._adopt(schedulers, optimizer)
        self._remember()

    def step(self) -> None:
        """Step each schedule, in order."""
        self._check_groups()
        for s in self._schedulers:
            s.step()
        self._remember()

    def restart(self) -> None:
        self._check_groups(restart=True)
        for s in self._schedulers:
            s.restart()
        self._remember()

    def _check_groups(self, restart: bool = False) -> None:
        for s in self._schedulers:
            s._check_groups(restart)

    def _remember(self) -> None:
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]


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

    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: Sequence[int], last_epoch: int = -1
    ) -> None:
        self._adopt(schedulers, optimizer)
        self._milestones = [checks.count(f"milestones[{i}]", m) for i, m in enumerate(milestones)]
        if len(self._milestones) != len(self._schedulers) - 1:
            raise ValueError(
                f"milestones must have one entry less than there are schedulers: "
                f"got {len(self._milestones)} for {len(self._schedulers)}"
            )
        self.last_epoch = last_epoch + 1
        self._rewind()

    def _turn(self, t: int) -> tuple[LRScheduler, bool]:
        """The schedule of step `t`, and whether it begins there."""
        i = bisect_right(self._milestones, t)
        return self._schedulers[i], i > 0 and self._milestones[i - 1] == t

    def _rewind(self) -> None:
        """The schedules have each set a learning rate when they were built: only the first should have."""
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        self._undo()
        first, _ = self._turn(0)
        first._begin()
        self._last_lr = first.get_last_lr()

    def step(self) -> None:
        """Step the schedule whose turn it is."""
        current, begins = self._turn(self.last_epoch + 1)
        current.restart() if begins else current.step()
        self.last_epoch += 1
        self._last_lr = current.get_last_lr()

    def restart(self) -> None:
        first, _ = self._turn(0)
        first.restart()
        self.last_epoch = 0
        self._last_lr = first.get_last_lr()

    def _check_groups(self, restart: bool = False) -> None:
        current, begins = self._turn(0 if restart else self.last_epoch + 1)
        current._check_groups(restart or begins)
