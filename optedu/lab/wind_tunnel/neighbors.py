"""Which optimizer of the zoo is most like a specimen, by the committed table of what was measured for all of them."""

import json
from functools import cache
from math import log10
from pathlib import Path
from typing import Any

from .invariances import FAILS, HOLDS, KEYS, UNTRIED, Invariance
from .responses import Response

FILE = Path(__file__).with_name("anatomy.json")
COMPARED = ("constant", "size", "impulse", "alternating", "noise", "sparse")
"""Responses that tell rules apart, and do not depend on the size of the learning rate."""

LARGE = 2.0
"""Powers of ten from which on two numbers are simply different."""


@cache
def anatomy() -> dict[str, dict[str, Any]]:
    """What was measured for each optimizer of the zoo; ``benchmarks/anatomy.py`` writes it.

    Raises
    ------
    FileNotFoundError
        If the table is not there.
    """
    found: dict[str, dict[str, Any]] = json.loads(FILE.read_text("utf8"))
    return found


def kind(verdict: str) -> str:
    """The verdict without the name of the guard."""
    return verdict if verdict in (HOLDS, FAILS, UNTRIED) else "up to"


def neighbor(name: str, invariances: list[Invariance], responses: list[Response]) -> tuple[str, str]:
    """The name of the nearest one, itself apart, and in how many respects they are alike."""
    if not FILE.exists():
        return "", ""
    near = []
    for other, facts in anatomy().items():
        if other == name:
            continue
        equal = sum(kind(one.verdict) == kind(facts["invariances"][one.key][0]) for one in invariances)
        apart = [_apart(one.value, facts["responses"][one.key][0]) for one in responses if one.key in COMPARED]
        near.append((len(KEYS) - equal + sum(apart) / max(len(apart), 1), other, equal))
    _, best, equal = min(near)
    return best, f"{equal} of {len(KEYS)} verdicts on invariances are the same"


def _apart(value: float, other: float | str | None) -> float:
    """Distance of two responses in powers of ten, at most `LARGE`."""
    if other is None or isinstance(other, str) or value != value:
        return 0.0 if other is None and value != value else LARGE
    if value * other <= 0:
        return 0.0 if value == other else LARGE
    return min(LARGE, abs(log10(value / other)))
