"""Designed runs of an update rule: initial parameters, gradients, settings, and what changes on the way.

Every mistake that a rule can have is silent somewhere. Decay is silent at zero, a counter is
silent when all parameters have the same age, ε is silent beside large gradients. So each walk
takes one silence away.
"""

import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .exercise_form import Probe
from .sandbox import NotANumber, Unfit, fits

Tensor = tuple[float, ...]


@dataclass(frozen=True)
class Rule:
    """How the rule of an exercise is called.

    Attributes
    ----------
    name : str
    settings : dict
        The keywords that the task names, with usual values; without decay.
    unusual : dict
        Values that tell the settings apart from each other.
    state : callable
        Settings to the initial values of the state.
    returns : tuple of str
        Names of what it returns, as in the task.
    neutral : dict
        Keywords of optedu's rule that the task leaves out, with the value that does nothing.
    only_class : tuple of str
        Settings that the rule itself does not get: Rprop's rate is the initial value of a state.
    counts : bool
        It is handed ``t``, from 1.
    whole : bool
        It needs a norm, so it gets whole arrays in the place of single numbers.
    """

    name: str
    settings: Mapping[str, Any]
    unusual: Mapping[str, Any]
    returns: tuple[str, ...]
    state: Callable[[Mapping[str, Any]], tuple] = lambda settings: ()
    neutral: Mapping[str, Any] = field(default_factory=dict)
    only_class: tuple[str, ...] = ()
    counts: bool = False
    whole: bool = False

    def keywords(self, settings: Mapping[str, Any], t: int) -> dict[str, Any]:
        """What a function is handed under these settings, at the t-th step of its tensor."""
        given = {name: settings[name] for name in self.settings if name not in self.only_class}
        return {"t": t, **given} if self.counts else given


@dataclass(frozen=True)
class Walk:
    """A run: gradients by step and tensor, None where a tensor has none.

    `changes` holds the settings that are new from a step on, counted from 1.
    """

    name: str
    why: str
    settings: Mapping[str, Any]
    grads: tuple[tuple[Tensor | None, ...], ...]
    start: tuple[Tensor, ...] = ((2.0, -1.5), (0.5, 3.0))
    changes: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


ONES = (((1.0, 1.0), (1.0, 1.0)),) * 5
SPIKE = (
    ((1.0, -0.5), (0.3, 0.7)), ((0.6, -0.2), (-0.4, 0.9)), ((-20.0, 15.0), (12.0, 0.1)), ((0.3, 0.1), (0.2, -0.6)),
    ((0.1, -0.2), (0.1, 0.4)), ((-0.2, 0.05), (-0.3, 0.2)), ((0.05, 0.1), (0.2, -0.1)), ((0.4, -0.3), (0.1, 0.5)),
)  # fmt: skip
ZEROS = (
    ((0.0, 0.8), (0.0, -0.5)), ((0.0, 0.4), (0.6, -0.7)), ((1.1, 0.0), (0.2, 0.0)), ((-0.7, 0.3), (0.0, 0.9)),
    ((0.0, 0.0), (0.5, -0.2)), ((0.9, -0.6), (0.4, 0.1)), ((0.2, 0.5), (-0.3, 0.6)), ((0.7, -0.1), (0.8, 0.0)),
    ((9.0, -30.0), (-25.0, 12.0)), ((0.3, -0.2), (0.0, 0.4)),
)  # fmt: skip
SMALL = tuple(tuple(tuple(0.01 * x for x in g) for g in step) for step in (*SPIKE[:2], *SPIKE[3:], *SPIKE[:2]))
WAITING = tuple(
    (a, b if k not in (1, 2, 5) else None) if k != 4 else (None, b)
    for k, (a, b) in enumerate((*SPIKE[3:], *ZEROS[2:6]))
)


def walks(rule: Rule) -> Iterator[Walk]:
    """The walks of a rule, from the plainest to the most unusual."""
    known = rule.settings
    decay = {"weight_decay": 0.3} if "weight_decay" in known else {}
    yield Walk("five equal gradients", "the numbers that one can check by hand", known, ONES)
    yield Walk("a spike, then quiet", "what is remembered, and for how long", known, SPIKE)
    if "eps" in known:
        large = {**known, "eps": 0.02}
        yield Walk("large ε, small gradients", "where ε stands", large, SMALL)
    if decay:
        # After a quiet time, with these betas, a spike makes Adam's ratio larger than 1.
        quick = {"betas": (0.3, 0.99)} if {"betas", "eps"} <= set(known) else {}
        late = {**known, **quick, **decay, "lr": 0.2}
        yield Walk("decay on, zeros, a late spike", "what decay is added to, and how long a step can be", late, ZEROS)
    unusual = {**known, **rule.unusual, **decay, **({"eps": 0.1} if "eps" in known else {})}
    yield Walk("unusual settings", "settings taken for one another", unusual, SPIKE)
    if rule.whole:
        low = ((0.3, -0.2), (0.0, 0.0))
        yield Walk("a small and a zero tensor", "norms below 1, and of nothing", {**known, **decay}, SPIKE, start=low)
    short = {"betas": (0.3, 0.4)} if "betas" in known else {}
    yield Walk(
        "the rate changes, tensors wait", "state and counter of each tensor, and where lr stands",
        {**unusual, **short, "lr": 0.1}, WAITING, changes={4: {"lr": 0.02}, 7: {"lr": 0.3}},
    )  # fmt: skip


def probes(rule: Rule) -> tuple[Probe, ...]:
    """The walks of a rule as probes of a function."""
    return tuple(Probe(walk.name, walk.why, partial(drive, rule, walk)) for walk in walks(rule))


def drive(rule: Rule, walk: Walk, function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """Walk with a function, entry by entry; yields every new value of a parameter.

    A step whose result is not finite is void: it is reported, and the walk goes on from
    where it was, so that what comes later can still tell one mistake from another.
    """
    extra = taken(function, rule.neutral)
    settings, age = dict(walk.settings), [0] * len(walk.start)
    split = _arrays if rule.whole else tuple
    points = [list(split(tensor)) for tensor in walk.start]
    states = [[rule.state(settings) for _ in tensor] for tensor in points]
    for k, grads in enumerate(walk.grads, 1):
        settings.update(walk.changes.get(k, {}))
        for i, g in enumerate(grads):
            if g is None:
                continue
            age[i] += 1
            given = rule.keywords(settings, age[i]) | extra
            if i == 0 and k == 1:
                fits(function, 1.0, 1.0, *states[0][0], **given)
            for j, entry in enumerate(split(g)):
                where = f"step {k}, tensor {i + 1}" + ("" if rule.whole else f", entry {j + 1}")
                p, state = points[i][j], states[i][j]
                new_p, *new = once(rule, function, entry, p, state, given)
                if finite(new_p):
                    points[i][j], states[i][j] = new_p, tuple(new)
                yield where, new_p


def _arrays(tensor: Tensor) -> tuple[Any]:
    """The whole tensor as its only entry."""
    import numpy as np

    return (np.array(tensor),)


def once(rule: Rule, function: Callable[..., Any], g: Any, p: Any, state: tuple, given: Mapping[str, Any]) -> tuple:
    """One call, and what it returned as a tuple of the right length."""
    try:
        result = function(g, p, *state, **given)
    except (ArithmeticError, ValueError) as error:
        if isinstance(error, ValueError) and "math" not in str(error):
            raise
        return (NotANumber(f"{type(error).__name__}: {error}"), *state)
    result = list(result) if isinstance(result, (tuple, list)) else [result]
    wanted = len(rule.returns)
    while len(result) > wanted and result[-1] is None:  # state of a variant that is not asked for
        result.pop()
    if len(result) != wanted:
        raise Unfit(
            f"It returns {count(len(result))}; the task asks for {count(wanted)}, {', '.join(rule.returns)}, in "
            f"that order."
        )
    new_p = result[0]
    if isinstance(new_p, complex):
        return (NotANumber("the square root of a negative number"), *state)
    if not isinstance(new_p, (float, int)) and not hasattr(new_p, "tolist"):
        raise Unfit(f"The first thing that it returns is a {type(new_p).__name__}; it must be the new p, a number.")
    if hasattr(new_p, "shape") and new_p.shape != getattr(p, "shape", ()):
        raise Unfit(f"The new p has the shape {new_p.shape}; the old one has {getattr(p, 'shape', ())}.")
    return tuple(result)


def count(n: int) -> str:
    return "1 value" if n == 1 else f"{n} values"


def finite(x: Any) -> bool:
    """Whether a number, or every entry of an array, is finite."""
    return all(map(math.isfinite, x.ravel().tolist())) if hasattr(x, "ravel") else math.isfinite(x)


def taken(function: Callable[..., Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those settings that the function has a keyword for."""
    try:
        names = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return {}
    return {name: value for name, value in settings.items() if name in names}


# What is usually run instead


def weak_probes(rule: Rule) -> tuple[Probe, Probe]:
    """Two usual tests, to see what they let through."""
    small = Walk("", "", {**rule.settings, "lr": 1e-3}, tuple((s[0],) for s in SPIKE[3:]), start=((2.0, -1.5),))
    return (
        Probe("one tensor, five steps", "small rate, no decay", partial(drive, rule, small)),
        Probe("it converges on a quadratic", "for one rate out of eight", partial(_converges, rule)),
    )


def _converges(rule: Rule, function: Callable[..., Any]) -> Iterator[tuple[str, bool]]:
    """Whether 300 steps on a quadratic of condition number 10 bring the loss below 1 %."""
    curvature, start = (1.0, 10.0), (2.0, -1.5)
    extra = taken(function, rule.neutral)
    ends = []
    for lr in (10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003):
        settings = {**rule.settings, "lr": lr}
        split = _arrays if rule.whole else tuple
        points, scale = list(split(start)), list(split(curvature))
        states = [rule.state(settings) for _ in points]
        for t in range(1, 301):
            for j, p in enumerate(points):
                given = rule.keywords(settings, t) | extra
                points[j], *state = once(rule, function, scale[j] * p, p, states[j], given)
                states[j] = tuple(state)
        values = points[0].tolist() if rule.whole else points
        ends.append(sum(a * p * p for a, p in zip(curvature, values, strict=True)))
    first = sum(a * p * p for a, p in zip(curvature, start, strict=True))
    yield "after 300 steps", any(end < 0.01 * first for end in ends)
