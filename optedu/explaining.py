"""Say in words how a rule is run: was it read, what it costs, or why it could not be."""

import inspect
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from .core import engines
from .core.optimizer import Optimizer, keywords
from .core.state import BY_RULE, Scalar
from .core.sweep import Rule, Sweep, numbers_in


class Explanation(NamedTuple):
    """How a rule is run.

    Attributes
    ----------
    rule : str
        Its name.
    read : bool
        Whether it was read, so that an engine can run it.
    why_not : str
        What the rule does that cannot be read, and the line where it does; empty if it was read.
    blocks : bool
        Whether large arrays are cut into blocks; else the rule sees them whole.
    noted : bool
        Whether a rule on whole tensors is called with arrays that note what is done to single elements.
    operations : int
        Operations on arrays, as the rule is written; those of a later step, if the first ones do less.
    passes : int
        Operations on arrays that are left when scalar factors are taken out: NumPy goes over
        memory, or the cache, so many times.
    bytes_per_parameter : int
        What has to be moved at the least: all that is read, and all that is written, once.
    engine : str
        The engine in force.
    summed : bool
        Whether this takes the sums, means and norms of a rule that is noted into its loops, too.
    """

    rule: str
    read: bool
    why_not: str
    blocks: bool
    noted: bool
    operations: int
    passes: int
    bytes_per_parameter: int
    engine: str
    summed: bool = False

    def __str__(self) -> str:
        if not self.read:
            how = "on blocks of the arrays, on copies" if self.blocks else "on whole arrays, on copies"
            if self.noted:
                how = "on whole arrays; what it does to single elements is noted, and done by the engine in one go"
                how += ", and so are sums, means and norms of large arrays" if self.summed else ""
            return f"{self.rule} is not read: {self.why_not}.\nIt is called at each step, {how}."
        return (
            f"{self.rule} is read: {self.operations} operations on arrays, {self.passes} when scalar factors are taken "
            f"out.\nIt moves at least {self.bytes_per_parameter} bytes per parameter and step.\n"
            f"Engine: {self.engine}, {_about(self.engine)}. Large arrays are cut into blocks."
        )

    def _repr_markdown_(self) -> str:
        return str(self).replace("\n", "  \n")


def explain(rule: Rule | Optimizer | type[Optimizer], **settings: Any) -> Explanation:
    """How a rule is run, or why it cannot be read.

    Parameters
    ----------
    rule : callable, Optimizer, or its class
        Of an optimizer the rule of its first parameter, with the state that this has; of a class with
        the settings that are given. Of a rule by itself each argument after ``g, p`` is taken for an
        array of state (one that defaults to None for none), and each setting that is not given for a number.
    settings : Any
        For a rule or a class, by name.

    Returns
    -------
    Explanation
        ``print`` it, or ask for its attributes.

    Raises
    ------
    TypeError
        If it is none of these.

    Examples
    --------
    >>> print(optedu.explain(optedu.AdamW))
    >>> optedu.explain(lambda g, p, *, lr: (p - lr * g / abs(g).max(),)).why_not
    """
    if isinstance(rule, type) and issubclass(rule, Optimizer):
        shape = (2, 2) if rule.elementwise is False else (2,)
        build: Any = rule
        rule = build([np.ones(shape, np.float32)], **settings)
    if isinstance(rule, Optimizer):
        p, plan = rule.params[0], rule.plan(0)
        state = rule.state.get(0, {})
        held = {name: value if value is None or isinstance(value, Scalar) else state.get(name, value)
                for name, value in rule.initial_state(p, plan.settings).items()}  # fmt: skip
        held = {name: _array_like(value, p) for name, value in held.items()}
        return _explained(Sweep(plan.rule, held, plan.given, p, rule.elementwise), plan.given)
    if isinstance(rule, type) or not callable(rule):
        raise TypeError(f"rule must be a rule, an optimizer or its class, got {rule!r:.100}")
    parameters = list(inspect.signature(rule).parameters.values())
    states = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD][2:]
    defaults = {p.name: 0.5 if p.default is p.empty else p.default for p in parameters if p.name in keywords(rule)}
    unknown = sorted(set(settings) - set(defaults))
    if unknown:
        raise TypeError(f"{getattr(rule, '__name__', rule)} takes no setting {', '.join(unknown)}")
    held = {p.name: None if p.default is None else np.ones(2, np.float32) for p in states}
    given = {**defaults, **settings}
    return _explained(Sweep(rule, held, given, np.ones(2, np.float32)), given)


def _array_like(value: Any, p: np.ndarray) -> Any:
    """The value of a state, or an array for one that is to become one."""
    if value is None or isinstance(value, (np.ndarray, list, Scalar)):
        return value
    return np.ones_like(p) if value is BY_RULE or isinstance(value, (int, float)) else value


def _explained(sweep: Sweep, given: Mapping[str, Any]) -> Explanation:
    name, in_force = getattr(sweep.rule, "__name__", str(sweep.rule)), engines.engine()
    if sweep.reading is None:
        kind = engines.ENGINES[in_force]
        summed = sweep.pure and kind is not None and sweep.dtype in kind.over_rows
        return Explanation(name, False, sweep.refusal, sweep.cut, sweep.pure, 0, 0, 0, in_force, summed)
    later = {**given, "t": 1000} if "t" in given else given  # some rules do less in their first steps
    numbers = [1.0] * len(sweep.numbers) + [float(x) for x in numbers_in(later)]
    ways, fold = sweep.reading.ways, sweep.reading.fold
    way, plain = (ways[fold(*numbers, *limits)[0]] for limits in (engines.limits(sweep.dtype), engines.AS_WRITTEN))
    moved = len(way.inputs) + sum(out is not x for x, out in zip(way.inputs[1:], way.results, strict=True))
    return Explanation(
        name, True, "", sweep.cut, False, len(plain.operations), len(way.operations),
        moved * sweep.dtype.itemsize, in_force,
    )  # fmt: skip


def _about(name: str) -> str:
    kind = engines.ENGINES[name]
    return kind.about if kind else "the rule itself, called on one block after the other"
