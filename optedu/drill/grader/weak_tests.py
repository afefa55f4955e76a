"""What the usual tests of an optimizer let through: those that an exercise has beside its probes."""

from functools import cache
from typing import Any

from .exercise_form import Exercise, edited
from .sandbox import Trace, define, run


@cache
def let_through(asked: Exercise, k: int) -> tuple[str, ...]:
    """Names of the bugs that the k-th weak test of an exercise does not notice."""
    probe = asked.weak[k]
    right = run(probe, define(asked.reference, (asked.name,)))
    return tuple(
        bug.name for bug in asked.bugs
        if _close(right, run(probe, define(edited(asked.reference, bug.edits), (asked.name,))))
    )  # fmt: skip


def _close(right: Trace, found: Trace) -> bool:
    """As ``allclose`` has it by default: the usual test is not as exact as the grader."""
    return not found.problem and _near([v for _, v in right.steps], [v for _, v in found.steps])


def _near(x: Any, y: Any) -> bool:
    if isinstance(x, list) and isinstance(y, list):
        return len(x) == len(y) and all(map(_near, x, y))
    both = isinstance(x, float) and isinstance(y, float)
    return abs(x - y) <= 1e-8 + 1e-5 * abs(x) if both else x == y
