"""What is examined: an optimizer, its class or a rule by itself, in the one form in which all probes run it."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...core.optimizer import Optimizer
from ...exporting.subject import class_name, signature_of
from ...optim.lbfgs import LBFGS
from ...optim.sparse_adam import SparseGrad
from ...optim.wrapper import SAM, Wrapper
from ...zoo import ZOO

Arrays = list[np.ndarray]
Loss = Callable[[], tuple[float, Arrays]]

RATE = 0.01
"""Learning rate of a rule that asks for one and has no default."""

SMALL_SHAPES = {"AdamW8bit": {"min_8bit_size": 0, "block_size": 4}, "GaLore": {"rank": 2}}
"""Settings under which a small parameter shows what sets these apart: with their defaults both are AdamW on it."""


@dataclass(frozen=True)
class Specimen:
    """What is examined, and how to build it.

    Attributes
    ----------
    name : str
    make : callable
        ``make(params, **settings)`` builds it.
    settings : dict
        Those in force, by name.
    cls : type, or None
        Its class, if it is an `Optimizer`.
    rules : tuple of function
        The rules that it may run, if they are known.
    takes : str
        What a step is given: "dense" gradients, those of a "matrix", "sparse" ones, or a "closure".
    own : bool
        It is not in the zoo.
    usual : dict
        Values of settings that are others here, so that small parameters show what they do (`SMALL_SHAPES`).
    row : str
        Its row in the table of the zoo, if these are its settings there.
    """

    name: str
    make: Callable[..., Any]
    settings: dict[str, Any]
    cls: type[Optimizer] | None
    rules: tuple[Callable[..., Any], ...]
    takes: str = "dense"
    own: bool = True
    usual: dict[str, Any] = field(default_factory=dict)
    row: str = ""

    def start(self, params: Sequence[np.ndarray], **changes: Any) -> "Runner":
        """A fresh optimizer of these parameters, with some settings changed."""
        return Runner(self.make(list(params), **{**self.settings, **changes}), self.takes)

    def with_settings(self, **changes: Any) -> "Specimen":
        """The same under other settings."""
        return replace(self, settings={**self.settings, **changes})

    @property
    def knobs(self) -> dict[str, float]:
        """Every number among the settings: ``"lr"``, ``"betas[0]"``."""
        return dict(_numbers(self.settings))

    @property
    def absent(self) -> tuple[str, ...]:
        """Arguments of its rules that are None under these settings."""
        if self.cls is None or self.takes == "closure":
            return ()
        optimizer = self.start([np.ones((2, 2))]).optimizer
        initial = optimizer.initial_state(optimizer.params[0], optimizer.plan(0).settings)
        missing = [k for k, value in enumerate(initial.values()) if value is None]
        names = [list(inspect.signature(rule).parameters)[2:] for rule in self.rules]
        return tuple({name[k] for name in names for k in missing if k < len(name)})

    def turned(self, knob: str, value: float) -> dict[str, Any]:
        """The change of settings that gives a knob this value."""
        name, _, place = knob.partition("[")
        if not place:
            return {name: value}
        items = list(self.settings[name])
        items[int(place[:-1])] = value
        return {name: tuple(items)}

    def accepts(self, **changes: Any) -> bool:
        """Whether it can be built with these settings."""
        try:
            self.start([np.ones((2, 2))], **changes)
        except (TypeError, ValueError):
            return False
        return True


MORE = {"SGD with momentum": ("SGD", {"momentum": 0.9})}
"""Rows of the table besides those of the zoo: what a flag makes another optimizer of."""

ROWS = tuple(name for key in ZOO for name in (key, *(more for more, (one, _) in MORE.items() if one == key)))
"""All rows of the table, in the order of the zoo."""


def of_row(name: str) -> "Specimen":
    """The specimen of a row."""
    key, settings = MORE.get(name, (name, {}))
    return specimen(ZOO[key].cls, settings)


class Runner:
    """An optimizer that is given dense gradients, whatever it takes.

    Parameters
    ----------
    optimizer : Any
        With ``step``.
    takes : str
        As in `Specimen`.
    """

    def __init__(self, optimizer: Any, takes: str) -> None:
        self.optimizer = optimizer
        self.takes = takes

    def step(self, grads: Sequence[np.ndarray]) -> None:
        """Take one step with prescribed gradients; rows of zeros are rows without a gradient for who takes rows."""
        if self.takes == "sparse":
            self.optimizer.step([_rows(g) for g in grads])
        else:
            self.optimizer.step(list(grads))

    def descend(self, loss: Loss) -> None:
        """Take one step on a loss, which is evaluated where the parameters stand."""
        if self.takes == "closure":
            self.optimizer.step(loss)
        else:
            self.step(loss()[1])


def _rows(g: np.ndarray) -> SparseGrad:
    rows = np.flatnonzero(np.abs(g).reshape(len(g), -1).max(1, initial=0.0))
    return SparseGrad(rows, g[rows])


def _numbers(settings: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, value in settings.items():
        parts = [(f"{name}[{k}]", x) for k, x in enumerate(value)] if isinstance(value, tuple) else [(name, value)]
        for key, one in parts:
            if isinstance(one, (int, float)) and not isinstance(one, bool):
                yield key, one


def specimen(thing: Any, settings: Mapping[str, Any] | None = None) -> Specimen:
    """What is to be examined, ready to be built again and again.

    Parameters
    ----------
    thing : callable, Optimizer, or its class
        As for `examine`.
    settings : dict, optional
        Settings that differ from the defaults.

    Raises
    ------
    TypeError, ValueError
        If it is none of these, cannot be built, or has no such setting; the message names it.
    """
    given = dict(settings or {})
    if isinstance(thing, Optimizer):
        cls = type(thing)
        group = thing.param_groups[0]
        return _of_class(cls, {**{name: group[name] for name in _parameters(cls) if name in group}, **given})
    if isinstance(thing, type) and issubclass(thing, Optimizer):
        return _of_class(thing, given)
    if isinstance(thing, Wrapper) or isinstance(thing, type) and issubclass(thing, Wrapper):
        name = thing.__name__ if isinstance(thing, type) else type(thing).__name__
        raise TypeError(f"thing is {name}, a method around an optimizer: give a function that builds it around one, "
                        f"lambda w: optedu.{name}(optedu.SGD(w, lr=0.1))")  # fmt: skip
    if isinstance(thing, type) or not callable(thing):
        raise TypeError(f"thing must be a rule, an optimizer, its class or a function that builds one, got {thing!r}")
    if len([p for p in _positional(thing) if p.default is p.empty]) == 1:
        return _of_builder(thing, given)
    return _of_rule(thing, given)


def _positional(function: Callable[..., Any]) -> list[inspect.Parameter]:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p for p in inspect.signature(function).parameters.values() if p.kind in kinds]


def _parameters(cls: type[Optimizer]) -> dict[str, inspect.Parameter]:
    """The settings that a constructor takes."""
    return dict(list(inspect.signature(cls.__init__).parameters.items())[2:])


def _of_class(cls: type[Optimizer], given: dict[str, Any]) -> Specimen:
    entry = next((e for e in ZOO.values() if e.cls is cls), None)
    known = _parameters(cls)
    _known(cls.__name__, given, known)
    settings = {name: p.default for name, p in known.items() if p.default is not p.empty}
    small = SMALL_SHAPES.get(cls.__name__, {}) if entry is not None else {}
    usual = {name: settings[name] for name in small if name not in given}
    settings |= small
    if "lr" in known and "lr" not in settings:
        settings["lr"] = RATE
    settings = {name: _plain(value) for name, value in {**settings, **given}.items()}
    takes = {"nonempty": "dense"}.get(entry.takes, entry.takes) if entry else "dense"
    rules = entry.rules if entry else (cls.rule,)
    found = Specimen(cls.__name__, cls, settings, cls, rules, takes, entry is None, usual)
    runs = found.start([np.ones((2, 2))]).optimizer.plan(0).rule  # (what cannot be built is refused here, in words)
    if entry is not None:
        rows = {name: settings for name, (key, settings) in MORE.items() if key == entry.name}
        row = next((name for name, settings in {entry.name: {}, **rows}.items() if settings == given), "")
        found = replace(found, row=row)
    return found if takes == "closure" or cls.step_all is not None else replace(found, rules=(runs,))


def _of_rule(rule: Callable[..., Any], given: dict[str, Any]) -> Specimen:
    states, parameters, asks = signature_of(rule)
    name = getattr(rule, "__name__", "rule")
    _known(name, given, {p.name: p for p in parameters})
    settings = {p.name: p.default for p in parameters if p.default is not p.empty}
    if any(p.name == "lr" for p in parameters):
        settings.setdefault("lr", RATE)
    settings = {key: _plain(value) for key, value in {**settings, **given}.items()}
    lost = [p.name for p in parameters if p.name not in settings]
    if lost:
        raise ValueError(f"{name} has no default for {', '.join(lost)}: give a value, settings={{{lost[0]!r}: ...}}")
    initial = {state.name: None if state.absent else 0.0 for state in states}

    def build(self: Optimizer, params: Any, **chosen: Any) -> None:
        Optimizer.__init__(self, params, chosen)

    body = {
        "settings": dict.fromkeys(settings, _as_given), "rule": staticmethod(rule), "counts_steps": asks,
        "initial_state": lambda self, p, chosen: dict(initial), "__init__": build,
    }  # fmt: skip
    cls = type(class_name(rule) if name.isidentifier() else "Rule", (Optimizer,), body)
    return Specimen(cls.__name__, cls, settings, cls, (rule,))


def _of_builder(build: Callable[..., Any], given: dict[str, Any]) -> Specimen:
    parameters = list(inspect.signature(build).parameters.values())[1:]
    _known(getattr(build, "__name__", "thing"), given, {p.name: p for p in parameters})
    settings = {**{p.name: p.default for p in parameters if p.default is not p.empty}, **given}
    made = build([np.ones((2, 2))], **settings)
    if not callable(getattr(made, "step", None)):
        raise TypeError(f"thing must build an optimizer, and returns {made!r:.80}, which has no step")
    inner = getattr(made, "optimizer", None)
    name = type(made).__name__ + (f" around {type(inner).__name__}" if inner is not None else "")
    takes = "closure" if isinstance(made, (SAM, LBFGS)) else "dense"
    return Specimen(name, build, settings, None, (), takes)


def _known(name: str, given: Mapping[str, Any], there: Mapping[str, Any]) -> None:
    unknown = sorted(set(given) - set(there))
    if unknown:
        raise TypeError(f"{name} takes no setting {', '.join(unknown)}; it takes {', '.join(there) or 'none'}")


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _as_given(name: str, value: Any) -> Any:
    """The check of a rule's setting: the rule alone knows what is good for it."""
    return tuple(value) if isinstance(value, list) else value
