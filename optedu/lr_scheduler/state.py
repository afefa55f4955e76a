"""What a schedule saves, what it takes to accept that again, and how it is pickled and copied.

A schedule's attributes are its state. Each is declared in a table with a check; functions and
inner schedules, alone or in a list, stay where they are and only their own state is saved.
"""

import copy
import sys
from collections.abc import Mapping, Sequence
from numbers import Integral
from types import FunctionType, MethodType
from typing import Any, ClassVar

import numpy as np

from ..core import checks
from ..core.checks import Check, Checks

# Checks of entries


def whole(name: str, value: Any) -> int:
    """A whole number of either sign."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (Integral, np.integer)):
        raise TypeError(f"{name} must be a whole number, got {value!r:.100} ({type(value).__name__})")
    number = int(value)
    if not -(1 << 63) <= number < 1 << 63:
        raise ValueError(f"{name} must fit into 64 bits")
    return number


def count(name: str, value: Any) -> int:
    """A whole number at least 0."""
    return checks.count(name, whole(name, value))


def positive_count(name: str, value: Any) -> int:
    """A whole number at least 1."""
    try:
        number = count(name, value)
    except TypeError as error:  # torch raises ValueError here
        raise ValueError(str(error)) from None
    if number == 0:
        raise ValueError(f"{name} must be a positive integer, got 0")
    return number


def numbers(name: str, value: Any) -> list[float]:
    """One number for each group."""
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"{name} must be a list of numbers, got {value!r:.100}")
    return [checks.number(f"{name}[{k}]", v) for k, v in enumerate(value)]


def per_group(name: str, value: Any, optimizer: Any) -> list[float]:
    """One number for each group: a list as it is, a number repeated."""
    n = len(optimizer.param_groups)
    values = list(value) if isinstance(value, (list, tuple)) else [value] * n
    if len(values) != n:
        raise ValueError(f"{name} has {len(values)} values for {n} parameter groups")
    return numbers(name, values)


def one_of(*options: Any) -> Check:
    """One of a few values."""
    known = " or ".join(", ".join(map(repr, options)).rsplit(", ", 1))

    def check(name: str, value: Any) -> Any:
        if not any(type(value) is type(option) and value == option for option in options):
            raise ValueError(f"{name} must be {known}, got {value!r:.100}")
        return value

    return check


class all_or_nothing:
    """Whatever goes wrong within the block, the groups and schedules are then as they were before."""

    def __init__(self, optimizer: Any, schedules: Sequence["Saved"] = ()) -> None:
        self._kept = [(d, d.copy()) for d in (*optimizer.param_groups, *map(vars, schedules))]

    def __enter__(self) -> None:
        pass

    def __exit__(self, error: Any, *_: Any) -> None:
        if error:  # also an interrupt
            for now, before in self._kept:
                now.clear()
                now.update(before)


class Saved:
    """Checkpoints of a schedule.

    Attributes
    ----------
    settings : dict
        What it is told when it is built, by name, with a check for each.
    progress : dict
        What it counts and remembers, in the same way.
    """

    settings: ClassVar[Checks] = {}
    progress: ClassVar[Checks] = {}
    optimizer: Any
    _undone = 0  # how often a sequence has taken back its first step

    def _check_together(self, entries: Mapping[str, Any]) -> None:
        """Refuse entries that are fine one by one but not together: all of them, or the settings alone."""

    def known_groups(self) -> int:
        """How many groups there were when it was built."""
        raise NotImplementedError

    def _set_up(self, settings: Mapping[str, Any]) -> None:
        checked = {name: self.settings[name](name, value) for name, value in settings.items()}
        self._check_together(checked)
        vars(self).update(checked)

    def state_dict(self) -> dict[str, Any]:
        """A snapshot: everything but the optimizer and functions.

        Of an object that can be called, its attributes are saved; of inner schedules, their state.
        """
        return {name: _saved(value) for name, value in self._entries().items()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore a snapshot of a schedule with the same settings. (The learning rates
        themselves are in the optimizer's checkpoint.)

        Raises
        ------
        TypeError, ValueError
            If an entry is missing, unknown, or not what it should be; the message names it.
            Nothing has been changed then. (Of what a subclass of your own adds, only the
            entries that it declares in ``settings`` or ``progress`` are checked.)
        """
        self.take_state(self.checked_state("state_dict", state_dict))

    def _entries(self) -> dict[str, Any]:
        """The attributes that are saved."""
        table, skipped = {**self.progress, **self.settings}, ("optimizer", "_undone")

        def saved(name: str, value: Any) -> bool:
            return name not in skipped and (not callable(value) or (name in table and _has_state(value)))

        return {name: value for name, value in vars(self).items() if saved(name, value)}

    def checked_state(self, where: str, state: Any) -> dict[str, Any]:
        """What is to be taken over from a snapshot, or a clear refusal."""
        own, name = self._entries(), type(self).__name__
        if not isinstance(state, Mapping):
            raise TypeError(f"{where} must be a dict, got {state!r:.100} ({type(state).__name__})")
        if set(state) != set(own):
            found = [("lacks", set(own) - set(state)), ("has unknown entries", set(state) - set(own))]
            why = " and ".join(f"{what} {sorted(names, key=str)!r:.200}" for what, names in found if names)
            raise ValueError(f"{where} does not fit {name}: it {why}")
        table = {**self.progress, **self.settings}
        new = {entry: _read(f"{where} {entry}", old, state[entry], table.get(entry)) for entry, old in own.items()}
        for entry, value in new.items():
            if entry in table and isinstance(value, list):
                n, most = len(value), len(self.optimizer.param_groups)
                # a group may have been added, and the schedule stepped since or not
                if not self.known_groups() <= n <= most if entry == "_last_lr" else n != len(own[entry]):
                    raise ValueError(f"{where} {entry} has {n} entries, {name} has {len(own[entry])}")
        if new.get("last_epoch", 0) < -self._undone:
            raise ValueError(f"{where} last_epoch must be >= {-self._undone}, got {new['last_epoch']}")
        self._check_together(new)
        return new

    def take_state(self, new: Mapping[str, Any]) -> None:
        for name, value in new.items():
            vars(self)[name] = _restored(vars(self)[name], value)

    # Pickles and copies

    def __getstate__(self) -> dict[str, Any]:
        for name, value in vars(self).items():
            for f in value if isinstance(value, list) else [value]:
                if isinstance(f, FunctionType) and not _is_found(f):
                    raise TypeError(
                        f"{type(self).__name__} cannot be pickled: {name} has the function {f.__qualname__}, which "
                        f"is not found in {f.__module__} by that name. Define it there with def, or save state_dict()"
                    )
        return dict(vars(self))

    def __copy__(self) -> "Saved":
        return self._copied(vars(self))

    def __deepcopy__(self, memo: dict[int, Any]) -> "Saved":
        new = memo[id(self)] = self._copied({})
        vars(new).update(copy.deepcopy(vars(self), memo))
        return new

    def _copied(self, attributes: Mapping[str, Any]) -> "Saved":
        new = object.__new__(type(self))
        vars(new).update(attributes)
        return new


def _is_found(f: FunctionType) -> bool:
    """Whether a function can be found by its name: that is all that a pickle has of it."""
    found: Any = sys.modules.get(f.__module__)
    for part in f.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is f


def _has_state(f: Any) -> bool:
    """Whether it is an object with attributes, not a function."""
    return hasattr(f, "__dict__") and not isinstance(f, (FunctionType, MethodType, type))


def _holds(value: Any) -> bool:
    """Whether it is a list of functions or schedules."""
    return isinstance(value, list) and any(isinstance(v, Saved) or callable(v) for v in value)


def _saved(value: Any) -> Any:
    if isinstance(value, Saved):
        return value.state_dict()
    if _holds(value):
        return [_saved(v) for v in value]
    if callable(value):
        return copy.deepcopy(vars(value)) if _has_state(value) else None
    return copy.deepcopy(value)


def _read(where: str, old: Any, value: Any, check: Check | None) -> Any:
    if isinstance(old, Saved):
        return old.checked_state(where, value)
    if _holds(old):
        if not isinstance(value, (list, tuple)):
            raise TypeError(f"{where} must be a list, got {value!r:.100}")
        if len(value) != len(old):
            raise ValueError(f"{where} has {len(value)} entries, there are {len(old)}")
        return [_read(f"{where}[{i}]", o, v, None) for i, (o, v) in enumerate(zip(old, value, strict=True))]
    if callable(old):
        return _attributes(where, old, value)
    return check(where, value) if check else copy.deepcopy(value)


def _attributes(where: str, f: Any, value: Any) -> dict[str, Any]:
    if value is None and not _has_state(f):
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise TypeError(f"{where} must be the attributes of {f!r:.100}, got {value!r:.100}")
    if value and not _has_state(f):
        raise ValueError(f"{where} has {sorted(value)!r:.100}: {f!r:.100} is a function and has no state")
    return copy.deepcopy(dict(value))


def _restored(old: Any, new: Any) -> Any:
    if isinstance(old, Saved):
        old.take_state(new)
        return old
    if _holds(old):
        return [_restored(o, n) for o, n in zip(old, new, strict=True)]
    if callable(old):
        if new:
            vars(old).update(new)
        return old
    return new
