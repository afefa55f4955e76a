"""What is written out: an optimizer, or a rule by itself, in the one form that all targets read."""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ..core import checks
from ..core.optimizer import Optimizer, keywords
from ..core.state import BY_RULE, Scalar
from .refusal import NotExported
from .source import Function, is_plain, meaning, read, spelled

HARMLESS = {
    ("Adagrad", "add_param_group"), ("AdamW", "load_state_dict"), ("Muon", "check_group"), ("ScheduleFree", "step"),
}  # fmt: skip
"""Methods of ours that do what every target does by itself, or has a text for."""

ALGORITHM = (
    "step", "step_all", "step_one", "sweep", "begin_state", "plan", "check_gradients", "check_gradient", "check_state",
    "check_group", "add_param_group", "state_dict", "load_state_dict",
)  # fmt: skip
"""Methods that belong to all optimizers: who overrides one is more than a rule for each parameter."""


@dataclass
class State:
    """One entry of the state of a parameter.

    Attributes
    ----------
    name : str
        Its key: torch's.
    number : bool
        One number for the whole parameter.
    always : bool
        It is there from the first step on, whatever the settings.
    by_rule : bool
        The rule itself makes it, at the first step.
    several : bool
        A list of arrays.
    absent : bool
        The rule always gets None.
    """

    name: str
    number: bool = False
    always: bool = True
    by_rule: bool = False
    several: bool = False
    absent: bool = False


@dataclass
class Subject:
    """What there is to write.

    Attributes
    ----------
    name : str
        Of the class that is written.
    rules : list of function
        Those that may run.
    choice : Function, or None
        The method `rule_for` that chooses among them.
    states : list of State
    initial : Function, or None
        The method `initial_state`; None: all states are zeros.
    signature : list of inspect.Parameter
        Settings as the constructor takes them.
    constants : dict of str to Any
        Settings that the constructor does not take.
    settings : dict of str to check
        In the order of the class; None for a rule by itself.
    given : tuple of str
        Settings that the rules ask for, without `t`.
    counted, asks : bool
        Whether steps are counted, and whether the rules ask for the count.
    together, parameter : Function, or None
        The methods `check_together` and `check_parameter`.
    cls : type, or None
    kind : str
        "schedule_free" for those that move between two points; "eager" for those whose state is there before
        the first step.
    """

    name: str
    rules: list[Callable[..., Any]]
    states: list[State]
    signature: list[inspect.Parameter]
    given: tuple[str, ...]
    counted: bool
    asks: bool
    choice: Function | None = None
    initial: Function | None = None
    constants: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Callable[..., Any]] = field(default_factory=dict)
    together: Function | None = None
    parameter: Function | None = None
    cls: type[Optimizer] | None = None
    kind: str = ""


def subject(thing: Any) -> Subject:
    """What is to be written of a rule, an optimizer or its class.

    Raises
    ------
    TypeError
        If it is none of these.
    NotExported
        If it is more than a rule for each parameter.
    """
    if isinstance(thing, type) and issubclass(thing, Optimizer):
        return _of_class(thing, {})
    if isinstance(thing, Optimizer):
        return _of_class(type(thing), thing.defaults)
    if isinstance(thing, type) and hasattr(thing, "step") or hasattr(thing, "optimizer"):
        raise NotExported("it is a method around an optimizer, and has no rule of its own: write out that optimizer")
    if isinstance(thing, type) or not callable(thing):
        raise TypeError(f"rule must be a rule, an optimizer or its class, got {thing!r:.100}")
    return _of_rule(thing)


class Signature(NamedTuple):
    """What the arguments of a rule say: its state, its settings, and whether it asks for the count of steps."""

    states: list[State]
    settings: list[inspect.Parameter]
    asks: bool


def signature_of(rule: Callable[..., Any]) -> Signature:
    """States and settings of a rule by itself, from its arguments alone.

    Parameters
    ----------
    rule : callable
        After ``g, p`` each positional argument is a state that begins as zeros (with the default None: that is not
        there), keyword-only ones are settings with their defaults, and ``t`` asks for the count.

    Raises
    ------
    NotExported
        If the arguments are of another form.
    """
    name = getattr(rule, "__name__", repr(rule))
    parameters = list(inspect.signature(rule).parameters.values())
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters):
        raise NotExported(f"{name} takes * or **: states and settings are read from its signature by name")
    positional = [p for p in parameters if p.kind is not p.KEYWORD_ONLY]
    if len(positional) < 2:
        raise NotExported(f"{name} must take a gradient and a parameter first, as in (g, p, *, lr)")
    states = []
    for p in positional[2:]:
        if p.default is not p.empty and p.default is not None:
            raise NotExported(f"{name} has the state {p.name}={p.default!r}: states begin as zeros, or are None")
        states.append(State(p.name, always=p.default is p.empty, absent=p.default is None))
    named = [p for p in parameters if p.kind is p.KEYWORD_ONLY]
    settings = [p for p in named if p.name != "t"]
    for p in settings:
        if p.default is not p.empty and not is_plain(p.default):
            raise NotExported(f"{name} has the setting {p.name}={p.default!r}, which is no number")
    return Signature(states, settings, len(named) > len(settings))


def class_name(rule: Callable[..., Any]) -> str:
    """What the optimizer around a rule is called: ``slow_sign`` makes ``SlowSign``."""
    name = "".join(part[:1].upper() + part[1:] for part in rule.__name__.split("_"))
    return name if name != rule.__name__ else f"{name}Optimizer"


def _of_rule(rule: Callable[..., Any]) -> Subject:
    read(rule)
    states, settings, asks = signature_of(rule)
    required = [p.replace(annotation=p.empty) for p in settings if p.default is p.empty]
    others = [p.replace(annotation=p.empty) for p in settings if p.default is not p.empty]
    ordered = [p.replace(kind=p.POSITIONAL_OR_KEYWORD) for p in (*required, *others)]
    return Subject(class_name(rule), [rule], states, ordered, tuple(p.name for p in settings), asks, asks)


def _of_class(cls: type[Optimizer], defaults: Mapping[str, Any]) -> Subject:
    for one in cls.__mro__[: cls.__mro__.index(Optimizer)]:
        for method in ALGORITHM:
            if vars(one).get(method) is not None and (one.__name__, method) not in HARMLESS:
                why = f"its method {method} is a part of the algorithm, which is more than a rule for each parameter"
                raise NotExported(why)
    parameters = list(inspect.signature(cls.__init__).parameters.values())[2:]
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters):
        raise NotExported(f"{cls.__name__}.__init__ takes * or **: its settings are read from its signature by name")
    defaults = defaults or _defaults(cls, parameters)
    unknown = sorted({p.name for p in parameters} - set(defaults))
    if unknown:
        raise NotExported(f"{cls.__name__}.__init__ takes {unknown[0]}, which is no setting")
    shown = [
        p.replace(default=defaults[p.name] if p.default is not p.empty else p.empty, annotation=p.empty)
        for p in parameters
    ]
    constants = {name: value for name, value in defaults.items() if name not in {p.name for p in parameters}}
    choice, rules = _rules(cls, constants, dict(defaults))
    asked = {keywords(rule) for rule in rules}
    if len({frozenset(names) for names in asked}) > 1:
        raise NotExported(f"the rules of {cls.__name__} ask for different settings")
    names = keywords(rules[0])
    initial = _method(cls, "initial_state")
    found = Subject(
        cls.__name__, list(rules), states(initial) if initial else [], shown,
        tuple(name for name in names if name in cls.settings), cls.counts_steps, "t" in names, choice, initial,
        constants, dict(cls.settings), _method(cls, "check_together"), _method(cls, "check_parameter"), cls,
    )  # fmt: skip
    lost = [name for name in names if name not in cls.settings and name != "t"]
    if lost:
        raise NotExported(f"the rule of {cls.__name__} asks for {lost[0]}, which is no setting")
    if any(one.__name__ == "ScheduleFree" for one in cls.__mro__):
        found.kind = "schedule_free"
    elif "add_param_group" in vars(cls):
        found.kind = "eager"
    return found


def _defaults(cls: type[Optimizer], parameters: list[inspect.Parameter]) -> dict[str, Any]:
    """The settings of a group, from an optimizer that is built to look."""
    needed = {p.name: 0.5 for p in parameters if p.default is p.empty}
    build: Any = cls
    try:
        built: dict[str, Any] = build([np.zeros((1, 1))], **needed).defaults
    except (TypeError, ValueError) as error:
        raise NotExported(f"{cls.__name__} cannot be built to see its settings: {error}") from error
    return built


def _method(cls: type[Optimizer], name: str) -> Function | None:
    """A method that a class or one of its bases overrides, with its source."""
    method = getattr(cls, name)
    return None if method is getattr(Optimizer, name) else read(method)


def _rules(
    cls: type[Optimizer], constants: Mapping[str, Any], defaults: dict[str, Any]
) -> tuple[Function | None, list[Any]]:
    choice = _method(cls, "rule_for")
    if choice is None:
        return None, [cls.rule]
    returned = choice.tree.body[-1]
    if len(choice.tree.body) != 1 or not isinstance(returned, ast.Return) or returned.value is None:
        raise NotExported(f"{cls.__name__}.rule_for is more than one return")
    asked = {
        n.slice.value for n in ast.walk(returned) if isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Constant)
    }
    if asked <= set(constants):
        return None, [cls.rule_for(cls([np.zeros((1, 1))]), defaults)]  # type: ignore[call-arg]
    found = [meaning(choice, n) for n in ast.walk(returned) if isinstance(n, ast.Name)]
    return choice, [rule for rule in found if callable(rule)]


def states(initial: Function) -> list[State]:
    """The entries of a state, from the dict that `initial_state` returns.

    Raises
    ------
    NotExported
        If it returns something else, or other entries on another way.
    """
    found: list[State] | None = None
    local = {
        target.id: node.value for node in ast.walk(initial.tree) if isinstance(node, ast.Assign)
        for target in node.targets if isinstance(target, ast.Name)
    }  # fmt: skip
    for node in ast.walk(initial.tree):
        if not isinstance(node, ast.Return):
            continue
        if not isinstance(node.value, ast.Dict) or not all(
            isinstance(key, ast.Constant) and isinstance(key.value, str) for key in node.value.keys
        ):
            raise initial.refuse(node, "initial_state returns no dict that is written in place")
        names = [key.value for key in node.value.keys if isinstance(key, ast.Constant)]
        entries = [
            _state(initial, str(name), value, local) for name, value in zip(names, node.value.values, strict=True)
        ]
        if found is None:
            found = entries
        elif [e.name for e in found] != [e.name for e in entries]:
            raise initial.refuse(node, "initial_state returns other entries on another way")
        else:
            found = [
                State(
                    a.name, a.number or b.number, a.always and b.always, a.by_rule or b.by_rule, a.several or b.several
                )
                for a, b in zip(found, entries, strict=True)
            ]
    return found or []


def ways(value: ast.expr, local: Mapping[str, ast.expr]) -> list[ast.expr]:
    """What an expression may be: both sides of each ``if``, names replaced by what they were assigned."""
    if isinstance(value, ast.IfExp):
        return [*ways(value.body, local), *ways(value.orelse, local)]
    if isinstance(value, ast.Name) and value.id in local:
        return ways(local[value.id], local)
    return [value]


def _state(initial: Function, name: str, value: ast.expr, local: Mapping[str, ast.expr]) -> State:
    found = [kind(initial, part) for part in ways(value, local)]
    return State(
        name, "number" in found, not {"none", "by rule"} & set(found), "by rule" in found, "list" in found
    )  # fmt: skip


def kind(initial: Function, value: ast.expr) -> str:
    """What an entry begins as: "number", "array", "list", "fill" (an array of one number), "none", "by rule"."""
    if isinstance(value, ast.Constant) and value.value is None:
        return "none"
    if isinstance(value, ast.Name) and meaning(initial, value) is BY_RULE:
        return "by rule"
    if isinstance(value, ast.Name) and value.id == initial.tree.args.args[1].arg:
        return "array"
    if isinstance(value, (ast.List, ast.ListComp)):
        return "list"
    if isinstance(value, ast.Call):
        if meaning(initial, value.func) is Scalar:
            return "number"
        if spelled(meaning(initial, value.func)):
            return "array"
    if isinstance(value, ast.BinOp) and any(kind(initial, n) == "array" for n in (value.left, value.right)):
        return "array"
    return "fill"


def entries(doc: str) -> dict[str, str]:
    """Sections of a docstring in NumPy's form, by heading; what stands before them is the entry ""."""
    lines, found, name = inspect.cleandoc(doc).split("\n"), {"": [""]}, ""
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if below and set(below) == {"-"}:
            name = line
            found[name] = []
        elif not (line and set(line) == {"-"}):
            found[name].append(line)
    return {name: "\n".join(text).strip("\n") for name, text in found.items()}


def described(cls: type) -> list[str]:
    """The settings of a class, each with its paragraph; "as for ..." is looked up in the other class."""
    text = entries(cls.__doc__ or "").get("Parameters", "")
    out = []
    for part in re.split(r"\n(?=\S)", text):
        head, _, body = part.partition("\n")
        other = re.fullmatch(r"\s*As for `(\w+)`\.", body)
        if other is None:
            out.append(part)
            continue
        home = getattr(sys.modules.get(cls.__module__), other[1], None)
        wanted = [name.strip() for name in head.split(",")]
        if home is not None:
            out += [entry for entry in described(home) if re.split(r"[ ,:]", entry)[0] in wanted]
    return [part for part in out if part and not part.startswith("params")]


__all__ = ["State", "Subject", "checks", "described", "entries", "kind", "subject"]
