"""Probes for exercises that are plain functions: a table of calls."""

import copy
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .exercise_form import RANDOM, Probe
from .sandbox import Unfit, called

Case = tuple[str, tuple[Any, ...], dict[str, Any]]


def case(where: str, /, *args: Any, **settings: Any) -> Case:
    """One call of the function, and the words for it in a report."""
    return where, args, settings


def calls(name: str, why: str, *cases: Case, parts: Sequence[str] = (), fresh: bool = False) -> Probe:
    """A probe that makes these calls, each with arguments of its own, and looks at the first result again at the end.

    With `parts` the function returns that many values, and each is compared under its name. With `fresh` no list or
    array of the result may be one of the arguments.
    """

    def run(function: Any) -> Iterator[tuple[str, Any]]:
        results = []
        for where, args, settings in cases:
            given = copy.deepcopy(args)
            results.append(given_back(called(function, *given, **copy.deepcopy(settings)), parts))
            yield from seen(where, results[-1])
            if fresh:
                yield f"{where}, the lists are new", not holds(given).intersection(holds(results[-1]))
        if len(cases) > 1:
            yield from seen(f"{cases[0][0]}, looked at again after the other calls", results[0])

    def seen(where: str, result: Any) -> Iterator[tuple[str, Any]]:
        if not parts:
            yield where, result
        else:
            for part, value in zip(parts, several(result, parts), strict=True):
                yield f"{where}, {part}", value

    return Probe(name, why, run)


def by_lot(drawn: Callable[[random.Random], Probe], seed: int = 0, runs: int = 24) -> Probe:
    """A probe of many runs, each with random numbers: among numbers that nobody chose, hardly anything coincides."""

    def run(function: Any) -> Iterator[tuple[str, Any]]:
        for k in range(runs):
            for where, value in drawn(random.Random(1000 * seed + k)).run(function):
                yield f"draw {k + 1}, {where}", value

    return Probe(RANDOM, "Everything at once, and no number that is like another.", run)


def some_floats(draw: random.Random, n: int, scale: float = 1.0) -> list[float]:
    """So many numbers of both signs, one in ten of them zero."""
    return [draw.choice([0.0, *[scale * draw.gauss(0, 1)] * 9]) for _ in range(n)]


def given_back(result: Any, parts: Sequence[str] = ()) -> Any:
    """The result, which is never None here."""
    if result is None:
        asked = f" The task asks for {len(parts)} values, {', '.join(parts)}." if parts else ""
        raise Unfit(f"It returns nothing: is there a `return`?{asked}")
    return result


def holds(value: Any) -> set[int]:
    """The identities of all non-empty lists and arrays in a value."""
    if isinstance(value, (list, tuple)):
        inner = set().union(*map(holds, value))
        return inner | {id(value)} if isinstance(value, list) and value else inner
    base = getattr(value, "base", None)
    return {id(value)} | (holds(base) if base is not None else set()) if hasattr(value, "tolist") else set()


def along(name: str, why: str, steps: Sequence[int], **settings: Any) -> Probe:
    """A probe that asks a schedule for its value at each of these steps."""
    return calls(name, why, *(case(f"step {t}", t, **settings) for t in steps))


def several(result: Any, parts: Sequence[str]) -> tuple[Any, ...]:
    """The values that were returned, or a sentence if there are not as many as asked."""
    if not isinstance(result, (tuple, list)) or len(result) != len(parts):
        found = f"{len(result)} values" if isinstance(result, (tuple, list)) else f"a {type(result).__name__}"
        raise Unfit(f"It must return {len(parts)} values, {', '.join(parts)}, and returned {found}.")
    return tuple(result)
