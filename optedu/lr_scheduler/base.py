"""What every schedule shares: it is stepped after the optimizer, and sets each group's ``lr``.

A schedule is a recurrence on the *current* learning rate, so that schedules chain and a
change made by hand persists. Where a closed form exists it is `closed_form`; the book prints
it, and a test holds the two together.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ..core import checks
from ..core.checks import Checks
from ..core.optimizer import Optimizer
from ..optim.wrapper import Wrapper
from .state import Saved, all_or_nothing, numbers, one_of, positive_count, whole

Optimized = Optimizer | Wrapper
"""What a schedule is for: an optimizer, or what wraps one and shows its groups."""


class LRScheduler(Saved):
    """Base of all schedules.

    Parameters
    ----------
    optimizer : Optimizer
        Its groups get the key ``initial_lr``, and ``lr`` for the first step.
    last_epoch : int, default -1
        Index of the last step taken; with -1 the schedule starts.
    start : list of dict, optional
        For subclasses: what each group gets when the schedule starts.
    **settings
        For subclasses: what is declared in ``settings``. Each is checked and becomes an attribute.

    Attributes
    ----------
    last_epoch : int
        Steps of the schedule so far (torch calls them epochs, whatever they are).
    base_lrs : list of float
        ``initial_lr`` of each group.

    Raises
    ------
    TypeError, ValueError, KeyError
        If an argument is refused, or a group has no ``initial_lr`` to resume from. The
        optimizer is then as it was, whatever the error.
    """

    optimizer: Optimized
    base_lrs: list[float]
    last_epoch: int
    progress: ClassVar[Checks] = dict(
        base_lrs=numbers, last_epoch=whole, _step_count=positive_count, _last_lr=numbers, _initial=one_of(False)
    )

    def __init__(
        self, optimizer: Optimized, last_epoch: int = -1, start: Sequence[Mapping[str, Any]] = (), **settings: Any
    ) -> None:
        self.optimizer = checked_optimizer(optimizer)
        last_epoch = whole("last_epoch", last_epoch)
        if last_epoch < -1:
            raise ValueError(f"last_epoch must be >= -1, got {last_epoch}")
        self._set_up(settings)
        with all_or_nothing(optimizer):
            if last_epoch == -1:
                for k, group in enumerate(optimizer.param_groups):
                    group.update(start[k] if start else {})
                    group.setdefault("initial_lr", checks.number(f"param_groups[{k}] lr", group["lr"]))
            self._require_labels(f"to resume from at last_epoch={last_epoch}")
            rates = [group["initial_lr"] for group in optimizer.param_groups]
            self.base_lrs = [checks.number(f"param_groups[{k}] initial_lr", lr) for k, lr in enumerate(rates)]
            self.last_epoch = last_epoch
            self._initial = False
            self.begin()

    # What a subclass says

    def next_lr(self, k: int, lr: float) -> float:
        """Learning rate of group `k` at ``last_epoch``, from the one before."""
        raise NotImplementedError

    own_numbers: bool = False
    """Whether a step needs numbers that it keeps for each group: then none can be added once it is built."""

    closed_form: Any = None
    """Where it exists: ``closed_form(k)``, learning rate of group `k` at ``last_epoch``."""

    _labels: tuple[str, ...] = ("initial_lr",)
    """Keys of a group that a schedule writes when it starts, and must find when it is resumed."""

    def _require_labels(self, why: str) -> None:
        for k, group in enumerate(self.optimizer.param_groups):
            for key in self._labels:
                if key not in group:
                    raise KeyError(f"param_groups[{k}] has no {key!r} {why}")

    # Stepping

    def begin(self) -> None:
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
            If a parameter group has been added that this schedule knows nothing of. (A schedule
            that only needs the rate before goes on from the newcomer's.) If a rate comes out as
            NaN. Whatever the error, the schedule and the groups are then as they were.
        """
        self.check_groups()
        if self._step_count == 1 and not self.optimizer.stepped:
            warnings.warn(
                "scheduler.step() came before optimizer.step(): the first learning rate is skipped",
                UserWarning, stacklevel=2,
            )  # fmt: skip
        with all_or_nothing(self.optimizer, self.family()):
            self._step_count += 1
            self.last_epoch += 1
            self._set([self.next_lr(k, group["lr"]) for k, group in enumerate(self.optimizer.param_groups)])

    def restart(self) -> None:
        """Take the value of step 0, whatever the learning rate is: how a sequence enters a schedule."""
        self.check_groups(restart=True)
        form = self.closed_form or (lambda k: self.next_lr(k, self.optimizer.param_groups[k]["lr"]))
        with all_or_nothing(self.optimizer, self.family()):
            self.last_epoch = 0
            self._set([form(k) for k in range(len(self.optimizer.param_groups))])

    def family(self) -> list["LRScheduler"]:
        """It, and the schedules inside of it."""
        return [self]

    def known_groups(self) -> int:
        return len(self.base_lrs)

    def check_groups(self, restart: bool = False) -> None:
        """Refuse to step, or to restart, with groups that are not known, if that takes more than their rates."""
        known, n = self.known_groups(), len(self.optimizer.param_groups)
        if known != n and (restart or self.own_numbers):
            name = type(self).__name__
            raise ValueError(f"the optimizer has {n} parameter groups, {name} numbers for {known}: build it anew")

    def _set(self, lrs: list[float]) -> None:
        at = f"at step {self.last_epoch} of {type(self).__name__}"
        lrs = [checks.number(f"lr of param_groups[{k}] {at}", lr) for k, lr in enumerate(lrs)]
        for group, lr in zip(self.optimizer.param_groups, lrs, strict=True):
            group["lr"] = lr
        self._last_lr = lrs

    def get_last_lr(self) -> list[float]:
        """Learning rate of each group after the last `step`."""
        return list(self._last_lr)

    def undo_step(self) -> None:
        """Take back the step that was made when it was built."""
        self.last_epoch -= 1
        self._undone += 1


def checked_optimizer(optimizer: Any) -> Optimized:
    """An optimizer, or what wraps one and shows its groups."""
    if not isinstance(optimizer, (Optimizer, Wrapper)):
        raise TypeError(f"optimizer must be an Optimizer, got {type(optimizer).__name__}")
    return optimizer
