"""When two values, or two traces, are the same."""

import math
from typing import Any

from .report import Divergence
from .sandbox import Trace

RELATIVE, ABSOLUTE = 1e-9, 1e-12
"""Answers written in another order differ in their last digits, mistakes differ in their first."""


def same(a: Trace, b: Trace) -> bool:
    """Whether two traces agree in all places and values, and in ending early or not."""
    if len(a.steps) != len(b.steps) or bool(a.problem) != bool(b.problem):
        return False
    return all(x[0] == y[0] and same_values(x[1], y[1]) for x, y in zip(a.steps, b.steps, strict=True))


def same_values(expected: Any, found: Any) -> bool:
    """Whether two plain values agree."""
    return difference(expected, found) is None


def divergence(probe: str, right: Trace, mine: Trace) -> Divergence | None:
    """The first place where two traces differ; None if code ended without a value there."""
    for (where, expected), (_, found) in zip(right.steps, mine.steps, strict=False):
        pair = difference(expected, found)
        if pair:
            return Divergence(probe, where + pair[2], pair[0], pair[1])
    return None


def difference(expected: Any, found: Any) -> tuple[Any, Any, str] | None:
    """The first pair of values that differ, with its index within a list."""
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return f"{len(expected)} values", f"{len(found)} values", ""
        for k, (e, f) in enumerate(zip(expected, found, strict=True)):
            pair = difference(e, f)
            if pair:
                return pair[0], pair[1], f", entry {k + 1}{pair[2]}"
        return None
    if isinstance(expected, float) and isinstance(found, float):
        if math.isfinite(expected) and math.isfinite(found):
            equal = math.isclose(expected, found, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
        else:
            equal = math.isfinite(expected) == math.isfinite(found)
    else:
        equal = type(expected) is type(found) and expected == found
    return None if equal else (expected, found, "")
