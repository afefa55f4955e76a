"""What every schedule shares: it is stepped after the optimizer, and sets each group's ``lr``.

A schedule is a recurrence on the *current* learning rate, so that schedules chain and a
change made by hand persists. Where a closed form exists it is `closed_form`; the book prints
it, and a test holds the two together.
"""

import copy
import warnings
from collections.abc import Mapping
from typing import Any

from ..core import checks
from ..core.optimizer import Optimizer
from ..optim.wrapper import Wrapper


class LRScheduler:
    """Base of all schedules.

    Parameters
    ----------
    optimizer : Optimizer
        Its groups get the key ``initial_lr``, and ``lr`` for the first step.
    last_epoch : int, default -1
        Index of the last step taken; with -1 the schedule starts.

    Attributes
    ----------
    last_epoch : int
        Steps of the schedule so far (torch calls them epochs, whatever they are).
    base_lrs : list of float
        ``initial_lr`` of each group.

    Raises
    ------
    TypeError, ValueError, KeyError
        If an argument is refused, or a group has no ``initial_lr`` to resume from.
    """

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self.optimizer = checked_optimizer(optimizer)
        if last_epoch == -1:
            for group in optimizer.param_groups:
                group.setdefault("initial_lr", group["lr"])
        else:
            checks.count("last_epoch", last_epoch)
            for k, group in enumerate(optimizer.param_groups):
                if "initial_lr" not in group:
                    raise KeyError(f"param_groups[{k}] has no 'initial_lr' to resume from at last_epoch={last_epoch}")
        self.base_lrs = [float(group["initial_lr"]) for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._initial = False
        self._begin()

    # What a subclass says

    def next_lr(self, k: int, lr: float) -> float:
        """Learning rate of group `k` at ``last_epoch``, from the one before."""
        raise NotImplementedError

    own_numbers: bool = False
    """Whether a step needs numbers that it keeps for each group: then none can be added once it is built."""

    closed_form: Any = None
    """Where it exists: ``closed_form(k)``, learning rate of group `k` at ``last_epoch``."""

    # Stepping

    def _begin(self) -> None:
        self._step_count, self._initial = 0, True
        try:
            self.step()
        finally:
            self._initial = False

    def step(self) -> None:
        """Go on by one step. Call it after ``optimizer.step``.

        Raises
        ------
        ValueError
            If a parameter group has been added that this schedule knows nothing of. Nothing has
            been changed then. (A schedule that only needs the rate before goes on from the newcomer's.)
        """
        self._check_groups()
        if self._step_count == 1 and not self.optimizer.stepped:
            warnings.warn(
                "scheduler.step() came before optimizer.step(): the first learning rate is skipped",
                UserWarning, stacklevel=2,
            )  # fmt: skip
        self._step_count += 1
        self.last_epoch += 1
        self._set([self.next_lr(k, group["lr"]) for k, group in enumerate(self.optimizer.param_groups)])

    def restart(self) -> None:
        """Take the value of step 0, whatever the learning rate is: how a sequence enters a schedule."""
        self._check_groups(restart=True)
        self.last_epoch = 0
        form = self.closed_form or (lambda k: self.next_lr(k, self.optimizer.param_groups[k]["lr"]))
        self._set([form(k) for k in range(len(self.optimizer.param_groups))])

    def _check_groups(self, restart: bool = False) -> None:
        """Refuse to step, or to restart, with groups that are not known, if that takes more than their rates."""
        known, n = len(self.base_lrs), len(self.optimizer.param_groups)
        if known != n and (restart or self.own_numbers):
            name = type(self).__name__
            raise ValueError(f"the optimizer has {n} parameter groups, {name} numbers for {known}: build it anew")

    def _set(self, lrs: list[float]) -> None:
        for group, lr in zip(self.optimizer.param_groups, lrs, strict=True):
            group["lr"] = lr
        self._last_lr = lrs

    def get_last_lr(self) -> list[float]:
        """Learning rate of each group after the last `step`."""
        return list(self._last_lr)

    # Checkpoints

    def state_dict(self) -> dict[str, Any]:
        """A snapshot: everything but the optimizer and functions."""
        return {key: copy.deepcopy(v) for key, v in self.__dict__.items() if key != "optimizer" and not callable(v)}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore a snapshot of a schedule with the same settings. (The learning rates
        themselves are in the optimizer's checkpoint.)

        Raises
        ------
        ValueError
            If the snapshot has other entries. Nothing has been changed then.
        """
        if not isinstance(state_dict, Mapping) or set(state_dict) != set(self.state_dict()):
            shown = sorted(state_dict) if isinstance(state_dict, Mapping) else state_dict
            raise ValueError(f"state_dict does not fit {type(self).__name__}: it has {shown!r:.200}")
        self.__dict__.update(copy.deepcopy(dict(state_dict)))


def checked_optimizer(optimizer: Any) -> Any:
    """An optimizer, or what wraps one and shows its groups."""
    if not isinstance(optimizer, (Optimizer, Wrapper)):
        raise TypeError(f"optimizer must be an Optimizer, got {type(optimizer).__name__}")
    return optimizer


def positive_count(name: str, value: Any) -> int:
    try:
        value = checks.count(name, value)
    except TypeError as error:  # torch raises ValueError here
        raise ValueError(str(error)) from None
    if value == 0:
        raise ValueError(f"{name} must be a positive integer, got 0")
    return value


def per_group(name: str, value: Any, optimizer: Optimizer) -> list[float]:
    """One number for each group: a list as it is, a number repeated."""
    n = len(optimizer.param_groups)
    values = list(value) if isinstance(value, (list, tuple)) else [value] * n
    if len(values) != n:
        raise ValueError(f"{name} has {len(values)} values for {n} parameter groups")
    return [checks.number(f"{name}[{k}]", v) for k, v in enumerate(values)]
