"""Designed runs of an update rule: initial parameters, gradients, settings, and what changes on the way.

Every mistake that a rule can have is silent somewhere. Decay is silent at zero, a counter is
silent when all parameters have the same age, ε is silent beside large gradients. So each walk
takes one silence away.
"""

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .exercise_form import RANDOM, Probe
from .sandbox import NotANumber, Unfit, arguments, called

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

    `changes` holds the settings that are new from a step on, counted from 1. Arrays are of different shapes, or
    `alike`: only then can it be seen that one state serves them all.
    """

    name: str
    why: str
    settings: Mapping[str, Any]
    grads: tuple[tuple[Tensor | None, ...], ...]
    start: tuple[Tensor, ...] = ((2.0, -1.5), (0.5, 3.0))
    changes: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    alike: bool = False


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
STILL = (((0.0, 0.8), (0.0, 0.0)), *SPIKE[:2], ((0.7, 0.0), (-0.4, 0.3)), *SPIKE[3:6])
NOISE = tuple(
    tuple(tuple(round(draw.uniform(-1, 1), 2) for _ in range(2)) for _ in range(2))
    for draw in [random.Random(3)] for _ in range(16)
)  # fmt: skip
"""So many changes of sign that two rules which differ now and then differ here."""
TO_ZERO = (((2.0, -4.0), (4.0, 8.0)), ((2.0, -4.0), (-2.0, -4.0)), *SPIKE[3:6])
"""With a rate of a quarter these bring a point from 1 or -2 to exactly zero."""
LARGE = tuple(tuple(tuple(700.0 * x for x in g) for g in step) for step in SPIKE)
LONG = tuple(((math.sin(0.9 * k) + 0.4, 0.3 * math.cos(1.7 * k)), None) for k in range(130))
NEVER, LATE, ONCE = 7, (0, 1, 5), 4
WAITING = tuple(
    (a if k not in (ONCE, NEVER) else None, b if k not in (*LATE, NEVER) else None)
    for k, (a, b) in enumerate((*SPIKE[3:], *ZEROS[2:7]))
)
"""The second tensor has no gradient at first, the first one misses one, and in one step there is none at all."""
DECAY = 0.23


def walks(rule: Rule) -> Iterator[Walk]:
    """The walks of a rule, from the plainest to the most unusual.

    No setting is equal to another one, to one minus another, or to its square: else one mistake would look like
    another (a rate of 0.1 hides behind 1 - 0.9).
    """
    known = {**rule.settings, "lr": 0.05}
    decay = {"weight_decay": DECAY} if "weight_decay" in known else {}
    yield Walk("five equal gradients", "the numbers that one can check by hand", known, ONES)
    yield Walk("a spike, then quiet", "what is remembered, and for how long", known, SPIKE, alike=True)
    if "eps" in known:
        large = {**known, "eps": 0.02}
        yield Walk("large ε, small gradients", "where ε stands", large, SMALL)
    if decay:
        # After a quiet time, with these betas, a spike makes Adam's ratio larger than 1.
        quick = {"betas": (0.3, 0.99)} if {"betas", "eps"} <= set(known) else {}
        late = {**known, **quick, **decay, "lr": 0.2}
        yield Walk("decay on, zeros, a late spike", "what decay is added to, and how long a step can be", late, ZEROS)
    unusual = {**known, **({"eps": 0.12} if "eps" in known else {}), **rule.unusual}
    yield Walk("unusual settings", "settings taken for one another", {**unusual, **decay}, (*SPIKE, *NOISE))
    if len(rule.returns) > 1:
        yield Walk("a gradient of zero at first", "a memory of zero is a memory, too", unusual, STILL)
    if rule.whole:
        for name, why, scale in (("small tensors", "norms below 1", 0.04), ("large tensors", "norms above 10", 30.0),
                                 ("tensors of zeros", "norms of nothing", 0.0)):  # fmt: skip
            start = tuple(tuple(scale * x for x in tensor) for tensor in Walk.start)
            yield Walk(name, why, {**known, **decay}, SPIKE if scale else (STILL[0], *SPIKE), start=start)
    if None in rule.state(known):
        yield Walk("a state of zero later", "a memory that has come to zero has begun", {**known, "lr": 0.25}, TO_ZERO,
                   ((1.0, -2.0),) * 2)  # fmt: skip
    on = {key: value for key, value in rule.unusual.items() if not known.get(key)}  # what is off otherwise
    usual = unusual if rule.only_class else {**known, **on}
    yield Walk("a long run", "a count has no end", {**usual, **decay, "lr": 0.013}, LONG)
    few = {"weight_decay": 0.017} if decay else {}
    yield Walk("large numbers", "a bound that the task does not name", {**usual, **few}, LARGE,
               ((2e3, -1.5e3), (500.0, 3e3)))  # fmt: skip
    short = {"betas": (0.3, 0.45)} if "betas" in known else {}
    yield Walk(
        "the rate changes, tensors wait", "state and counter of each tensor, and where lr stands",
        {**unusual, **decay, **short, "lr": 0.15}, WAITING, changes={4: {"lr": 0.04}, 7: {"lr": 0.47}},
        alike=True,
    )  # fmt: skip
    yield from (drawn(rule, seed) for seed in LOTS)


LOTS = (3, 4)
"""Seeds of the random walks that are probes."""


def drawn(rule: Rule, seed: int) -> Walk:
    """A random walk: settings from their whole range, gradients of one size, some of them zero or missing.

    The first decay of averages may be the longer one, the rate above 1, the pull of the decay, too.
    """
    draw = random.Random(f"{rule.name} {seed}")
    small, ratio = seed % 2 == 1, draw.uniform(0.1, 0.9)
    scale = draw.uniform(0.1, 0.5) if small else draw.uniform(3, 8)
    rate, betas = draw.uniform(1.1, 1.9), (draw.uniform(0.85, 0.95), draw.uniform(0.7, 0.8))
    ranges = {
        "lr": rate, "eps": 10 ** (draw.uniform(-3, -2) if small else draw.uniform(-0.5, 0.5)),
        "betas": betas if small else betas[::-1],
        "etas": (ratio, 1 + draw.random()), "step_sizes": (0.02 * ratio, 0.1 + draw.random()),
        "weight_decay": draw.uniform(0.25, 0.6),
    }  # fmt: skip
    settings = {key: ranges.get(key, draw.uniform(0.05, 0.95)) for key in (*rule.settings,)}
    steps = [
        tuple(
            None if k > 1 and draw.random() < 0.1
            else tuple(draw.choice([0.0, *[scale * draw.gauss(0, 1)] * 7]) for _ in range(2))
            for _ in range(2)
        )
        for k in range(20)
    ]  # fmt: skip
    if not small:
        steps[0] = (steps[0][0] or (1.0, 1.0), (0.0, scale))  # what is zero rests there, and moves later
    start = ((draw.uniform(4, 9), -draw.uniform(4, 9)), (0.0, draw.gauss(0, 1)))
    changes = {} if rule.only_class else {8: {"lr": 0.3 * rate}}
    return Walk(f"{RANDOM}, seed {seed}", "everything at once, no number like another", settings, tuple(steps),
                start, changes)  # fmt: skip


def arrays(tensors: Sequence[Tensor | None], alike: bool = False) -> list[Any]:
    """The two tensors of a step, and a third one made of the first, as arrays.

    Their shapes are (2, 3), (3,) and (1,), or all (2, 3) if they are to be `alike`.
    """
    first, second = tensors
    third = None if first is None else first[::-1]
    if alike:
        return [None if tensor is None else _grid(*tensor) for tensor in (first, second, third)]
    return [
        None if first is None else _grid(*first),
        None if second is None else _grid(*second)[0],
        None if third is None else _grid(*third)[0, 1:2],
    ]


def _grid(a: float, b: float) -> Any:
    import numpy as np

    return np.array([[a, b, a - 2 * b], [b - a / 2, 3 * a, -b]])


def probes(rule: Rule) -> tuple[Probe, ...]:
    """The walks of a rule as probes of a function."""
    return tuple(
        Probe(walk.name, walk.why, partial(drive, rule, walk), walk=walk, rule=rule) for walk in walks(rule)
    )  # fmt: skip


def drive(rule: Rule, walk: Walk, function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """Walk with a function, entry by entry; yields every new value of a parameter.

    A step whose result is not finite is void: it is reported, and the walk goes on from
    where it was, so that what comes later can still tell one mistake from another.
    """
    extra = taken(function, rule.neutral)
    settings, split = dict(walk.settings), _whole if rule.whole else _entries
    points = split(walk.start)
    states, age = [[rule.state(settings) for _ in tensor] for tensor in points], [0] * len(points)
    for k, grads in enumerate(walk.grads, 1):
        settings.update(walk.changes.get(k, {}))
        for i, tensor in enumerate(split(grads)):
            if tensor is None:
                continue
            age[i] += 1
            given = rule.keywords(settings, age[i]) | extra
            for j, entry in enumerate(tensor):
                where = f"step {k}, tensor {i + 1}" + ("" if rule.whole else f", entry {j + 1}")
                p, state = points[i][j], states[i][j]
                new_p, *new = once(rule, function, entry, p, state, given)
                if finite(new_p):
                    points[i][j], states[i][j] = new_p, tuple(new)
                yield where, new_p


def _entries(tensors: Sequence[Tensor | None]) -> list[Any]:
    """Numbers, each handed to the function alone."""
    return [None if tensor is None else list(tensor) for tensor in tensors]


def _whole(tensors: Sequence[Tensor | None]) -> list[Any]:
    """Whole arrays, each the only entry of its tensor."""
    first, second, third = arrays(tensors)
    return [None if array is None else [array] for array in (first, second, None if third is None else third[0, ...])]


def once(rule: Rule, function: Callable[..., Any], g: Any, p: Any, state: tuple, given: Mapping[str, Any]) -> tuple:
    """One call, and what it returned as a tuple of the right length."""
    try:
        result = called(function, g, p, *state, **given)
    except (ArithmeticError, ValueError) as error:
        if isinstance(error, ValueError) and "math" not in str(error):
            raise
        return (NotANumber(f"{type(error).__name__}: {error}"), *state)
    if result is None:
        raise Unfit(f"It returns nothing: is there a `return`? The task asks for {count(len(rule.returns))}, "
                    f"{', '.join(rule.returns)}.")  # fmt: skip
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
    if not settings:
        return {}
    code = None if hasattr(function, "__wrapped__") else getattr(function, "__code__", None)
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if code else arguments(function)
    return {name: value for name, value in settings.items() if name in names}


# What is usually run instead


def weak_probes(rule: Rule) -> tuple[Probe, Probe]:
    """Two usual tests, to see what they let through."""
    small = Walk("", "", {**rule.settings, "lr": 1e-3}, tuple((s[0], None) for s in SPIKE[3:]))
    return (
        Probe("one tensor, five steps", "small rate, no decay", partial(drive, rule, small)),
        Probe("it converges on a quadratic", "for one rate out of eight", partial(_converges, rule)),
    )


def _converges(rule: Rule, function: Callable[..., Any]) -> Iterator[tuple[str, bool]]:
    """Whether 300 steps on a quadratic of condition number 10 bring the loss below 1%."""
    import numpy as np

    curvature, start = (1.0, 10.0), (2.0, -1.5)
    extra = taken(function, rule.neutral)
    ends = []
    for lr in (10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003):
        settings = {**rule.settings, "lr": lr}
        points: list[Any] = [np.array(start)] if rule.whole else list(start)
        scale: list[Any] = [np.array(curvature)] if rule.whole else list(curvature)
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
