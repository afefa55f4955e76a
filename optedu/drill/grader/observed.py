"""What can be seen of an answer from outside: what has no effect in it though it should, and the other way round.

An answer may be too far from the reference for a change of one to give the other. Yet it can be asked: is anything
different if a setting is? If the other parameters rest? What is said here is an experiment with the answer, which the
reference passes, and so it is true whatever the code looks like.
"""

import copy
import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial, wraps
from typing import Any

from .class_probes import made, moved, stepped, walked
from .comparison import same_values
from .exercise_form import Probe
from .rule_probes import Rule, Tensor, Walk, arrays, drive
from .sandbox import FAILURES, plain

Path = list[Any]
"""Values in the order in which they came; None where code did not come to its end."""


def observed(probes: Sequence[Probe], right: Any, answer: Any) -> Iterator[str]:
    """Sentences on what an answer lacks.

    Parameters
    ----------
    probes : sequence of Probe
        Those of the exercise; their settings and calls are used again.
    right, answer : function or class
        The reference, and what was handed in. Both are run, the answer where it can do no harm.
    """
    walks = [(probe.rule, probe.walk) for probe in probes if probe.walk is not None]
    if not walks:
        yield from _of_calls(probes, right, answer)
        return
    rule, walk = next((pair for pair in walks if pair[1].name == "unusual settings"), walks[0])
    run = partial(_of_class if isinstance(answer, type) else _of_function, rule)
    yield from _settings(rule, walk, run, right, answer)
    if isinstance(answer, type):
        yield from _apart(walk, right, answer)
    else:
        yield from _arguments(rule, walk, right, answer)
    if isinstance(answer, type) or rule.whole:
        yield from _entries(rule, walk, run, right, answer)


def _path(values: Callable[[], Iterator[tuple[str, Any]]]) -> Path | None:
    with suppress(*FAILURES):
        return [plain(value) for _, value in values()]
    return None


def _differ(a: Path | None, b: Path | None) -> bool:
    return a is not None and b is not None and not same_values(a, b)


def _equal(a: Path | None, b: Path | None) -> bool:
    return a is not None and b is not None and same_values(a, b)


def _of_function(rule: Rule, walk: Walk, thing: Any) -> Path | None:
    return _path(lambda: drive(rule, walk, thing))


def _of_class(rule: Rule, walk: Walk, thing: Any) -> Path | None:
    return _path(lambda: walked(walk, thing))


# Settings and arguments of a rule


def _settings(rule: Rule, walk: Walk, run: Any, right: Any, answer: Any) -> Iterator[str]:
    """Settings that change nothing."""
    before = run(walk, answer), run(walk, right)
    idle = []
    for key, value in walk.settings.items():
        other = moved(key, value)
        versions = [(f"`{key}`", other)]
        if isinstance(value, tuple):
            versions += [
                (f"entry {k + 1} of `{key}`", (*value[:k], other[k], *value[k + 1 :])) for k in range(len(value))
            ]
        for called, new in versions:
            changed = replace(walk, settings={**walk.settings, key: new}, changes={})
            if called.startswith("entry") and f"`{key}`" in idle:
                continue
            if _equal(run(changed, answer), before[0]) and _differ(run(changed, right), before[1]):
                idle.append(called)
    if idle:
        yield _no_effect(idle)


def _no_effect(idle: Sequence[str]) -> str:
    has, it = ("has", "it") if len(idle) == 1 else ("have", "them")
    return f"{' and '.join(idle)} {has} no effect in your answer: change {it}, and every number stays as it is."


def _arguments(rule: Rule, walk: Walk, right: Any, answer: Any) -> Iterator[str]:
    """The count of steps, or a part of the state, that changes nothing when it is handed over as another number."""

    def shifted(function: Any, k: int) -> Any:
        @wraps(function)
        def other(*args: Any, **settings: Any) -> Any:
            if k < 0:
                return function(*args, **{**settings, "t": settings["t"] + 1})
            new = [*args]
            new[k] = None if new[k] is None else 0.5 * new[k] + 0.3
            return function(*new, **settings)

        return other

    idle = []
    names = {**({-1: "t"} if rule.counts else {}), **{k + 1: name for k, name in enumerate(rule.returns) if k}}
    before = _of_function(rule, walk, answer), _of_function(rule, walk, right)
    for k, name in names.items():
        mine, theirs = (_of_function(rule, walk, shifted(f, k)) for f in (answer, right))
        if _equal(mine, before[0]) and _differ(theirs, before[1]):
            idle.append(f"`{name}`")
    if idle:
        yield _no_effect(idle)


# Parameters and entries apart from each other


def _apart(walk: Walk, right: Any, answer: Any) -> Iterator[str]:
    """Whether a parameter notices the others, or a step without gradients."""
    every = [arrays(grads) for grads in walk.grads if None not in grads]
    alone = [[grads[0], *[None] * (len(grads) - 1)] for grads in every]
    waiting = [*every[:2], [None] * 3, *every[2:]]
    last = [*[[None, None, grads[2]] for grads in every]]
    paths: dict[str, tuple[Path | None, Path | None]] = {}
    for name, grads, which in (
        ("all", every, 0), ("alone", alone, 0), ("waiting", waiting, 0), ("third", every, 2), ("last", last, 2),
    ):  # fmt: skip
        mine, theirs = (_path(partial(_first, walk, cls, grads, which)) for cls in (answer, right))
        paths[name] = mine, theirs
    for one, other in (("all", "alone"), ("third", "last")):
        if _differ(paths[one][0], paths[other][0]) and _equal(paths[one][1], paths[other][1]):
            yield (
                "What becomes of one parameter depends on whether the others have gradients: something is common to "
                "all of them that each needs for itself, such as a count of steps, a setting or a part of the state."
            )
            return
    if _differ(paths["all"][0], paths["waiting"][0]) and _equal(paths["all"][1], paths["waiting"][1]):
        yield (
            "A step in which a parameter has no gradient leaves traces: what comes later depends on how many such "
            "steps there were. The count, the rate or the memory moves on without it."
        )


def _first(walk: Walk, cls: Any, steps: Sequence[list[Any]], which: int) -> Iterator[tuple[str, Any]]:
    """The path of one parameter at the steps in which there is any gradient."""
    params = arrays(walk.start)
    opt = made(cls, params, walk.settings)
    for k, grads in enumerate(steps, 1):
        stepped(opt, [None if g is None else g.copy() for g in grads])
        if any(g is not None for g in grads):
            yield f"step {k}", params[which].copy()


def _entries(rule: Rule, walk: Walk, run: Any, right: Any, answer: Any) -> Iterator[str]:
    """Whether the entries of an array notice each other."""

    def others(path: Path | None) -> Path | None:
        grids = [v for v in path or () if isinstance(v, list) and isinstance(v[0], list)]
        return None if path is None else [grid[0][0] for grid in grids]

    def louder(tensor: Tensor | None) -> Tensor | None:
        return None if tensor is None else (tensor[0], 3.0 * tensor[1] + 0.5)  # the first entry stays as it is

    changed = replace(walk, grads=tuple(tuple(map(louder, step)) for step in walk.grads))
    mine, theirs = ((others(run(walk, thing)), others(run(changed, thing))) for thing in (answer, right))
    if _differ(*mine) and _equal(*theirs):
        yield (
            "The entries of an array influence each other, but the rule holds for each of them alone: somewhere one "
            "number, such as a sum, a mean or a norm, is used for the whole array."
        )
    if _equal(*mine) and _differ(*theirs):
        yield (
            "Each entry of an array is treated alone, but this rule needs a number of the whole array, its norm: "
            "one entry's gradient must reach the others."
        )


# Other functions


def _of_calls(probes: Sequence[Probe], right: Any, answer: Any) -> Iterator[str]:
    """Arguments, or parts of them, that change nothing in any call of the probes."""
    calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def recording(*args: Any, **settings: Any) -> Any:
        calls.append(copy.deepcopy((args, settings)))
        return right(*args, **settings)

    for probe in probes:
        _path(partial(probe.run, recording))
    calls = calls[:: max(1, len(calls) // MOST)]
    before = [(_result(answer, *call), _result(right, *call)) for call in calls]
    idle: list[str] = []
    partly: list[str] = []
    for name in inspect.signature(right).parameters:
        for words, change in CHANGES:
            if _idle(name, change, right, answer, calls, before):
                (idle if words == "{}" else partly).append(words.format(f"`{name}`"))
                break
    if idle:
        yield _no_effect(idle)
    yield from partly


MOST = 60
"""How many calls are made again for each argument."""


def _idle(name: str, change: Any, right: Any, answer: Any, calls: Any, before: Any) -> bool:
    """Whether a change of an argument is seen in the reference, and in the answer never."""
    seen = False
    for (args, settings), (mine, theirs) in zip(calls, before, strict=True):
        bound = inspect.signature(right).bind(*args, **settings)
        if name not in bound.arguments:
            continue
        new = change(bound.arguments[name])
        if new is None:
            continue
        bound.arguments[name] = new
        if not _equal(mine, _result(answer, bound.args, bound.kwargs)):
            return False
        seen = seen or _differ(theirs, _result(right, bound.args, bound.kwargs))
    return seen


def _result(function: Any, args: Any, settings: Any) -> Path | None:
    with suppress(*FAILURES):
        args, settings = copy.deepcopy((tuple(args), dict(settings)))
        return [plain(function(*args, **settings))]
    return None


def _other(x: Any) -> Any:
    """Another value of the same kind; None if there is none."""
    if isinstance(x, bool) or x is None or isinstance(x, str):
        return None
    if isinstance(x, int):
        return x + 1
    if isinstance(x, float):
        return 0.7 * x + 0.02
    if isinstance(x, (list, tuple)) and x:
        changed = [_other(v) for v in x]
        return None if any(v is None for v in changed) else type(x)(changed)
    return 0.7 * x + 0.02 if hasattr(x, "dtype") else None


def _behind(x: Any) -> Any:
    """The same first entry, other ones behind it."""
    rest = _other(x[1:]) if isinstance(x, (list, tuple)) and len(x) > 1 else None
    return None if rest is None else [*x[:1], *rest]


def _less(x: Any) -> Any:
    """The same largest entry, smaller ones beside it."""
    numbers = isinstance(x, (list, tuple)) and len(x) > 1 and all(isinstance(v, (float, int)) for v in x)
    if not numbers or len({abs(v) for v in x}) < 2:
        return None
    top = max(abs(v) for v in x)
    return [v if abs(v) == top else 0.6 * v for v in x]


CHANGES: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("{}", _other),
    ("Of {} only the first entry has an effect in your answer.", _behind),
    ("Of {} only the largest entry has an effect in your answer: a maximum stands where all entries count.", _less),
)
"""Sentences, and the changes of an argument that they are about."""
