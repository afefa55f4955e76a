"""Probes for exercises that are plain functions: a table of calls."""

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from .exercise_form import Probe
from .sandbox import Unfit

Case = tuple[str, tuple[Any, ...], dict[str, Any]]


def case(where: str, /, *args: Any, **settings: Any) -> Case:
    """One call of the function, and the words for it in a report."""
    return where, args, settings


def calls(name: str, why: str, *cases: Case, parts: Sequence[str] = ()) -> Probe:
    """A probe that makes these calls, each with arguments of its own.

    With `parts` the function returns that many values, and each is compared under its name.
    """

    def run(function: Any) -> Iterator[tuple[str, Any]]:
        for where, args, settings in cases:
            result = function(*copy.deepcopy(args), **copy.deepcopy(settings))
            if not parts:
                yield where, result
            else:
                for part, value in zip(parts, several(result, parts), strict=True):
                    yield f"{where}, {part}", value

    return Probe(name, why, run)


def along(name: str, why: str, steps: Sequence[int], **settings: Any) -> Probe:
    """A probe that asks a schedule for its value at each of these steps."""
    return calls(name, why, *(case(f"step {t}", t, **settings) for t in steps))


def several(result: Any, parts: Sequence[str]) -> tuple[Any, ...]:
    """The values that were returned, or a sentence if there are not as many as asked."""
    if not isinstance(result, (tuple, list)) or len(result) != len(parts):
        found = f"{len(result)} values" if isinstance(result, (tuple, list)) else f"a {type(result).__name__}"
        raise Unfit(f"It must return {len(parts)} values, {', '.join(parts)}, and returned {found}.")
    return tuple(result)
