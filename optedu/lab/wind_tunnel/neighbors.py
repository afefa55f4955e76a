"""Which optimizer of the zoo is most like a specimen, by the committed table of what was measured for all of them."""

import json
from collections.abc import Mapping
from functools import cache
from math import isinf, isnan, log10, nan
from pathlib import Path
from typing import Any

from .invariances import FAILS, HOLDS, KEYS, UNTRIED

Number = float | str | None
"""As the table has them: "inf" is a word, None no number."""

FILE = Path(__file__).with_name("anatomy.json")
TRANSFORMER_FILE = FILE.with_name("transformer.json")
"""What was measured for each optimizer of the zoo, and how some of them train the character transformer;
``benchmarks/anatomy.py`` writes both."""

COMPARED = ("constant", "size", "impulse", "alternating", "noise", "sparse")
"""Responses that tell rules apart, and do not depend on the size of the learning rate."""

LARGE = 2.0
"""Powers of ten from which on two numbers are simply different."""


@cache
def anatomy(file: Path = FILE) -> dict[str, dict[str, Any]]:
    """A table, by row: that of the zoo, or `TRANSFORMER_FILE`.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    """
    found: dict[str, dict[str, Any]] = json.loads(file.read_text("utf8"))
    return found


def kind(verdict: str) -> str:
    """The verdict without the name of the guard."""
    return verdict if verdict in (HOLDS, FAILS, UNTRIED) else "up to"


def neighbor(row: str, verdicts: Mapping[str, str], values: Mapping[str, Number]) -> tuple[str, str]:
    """The nearest row of the table, and in how many respects the two are alike; empty if there is no table.

    Parameters
    ----------
    row : str
        The row that is left out: its own.
    verdicts : mapping of str to str
        On each invariance.
    values : mapping of str to number
        Of each response.
    """
    if not FILE.exists():
        return "", ""
    near = []
    for other, facts in anatomy().items():
        if other == row:
            continue
        equal = sum(kind(verdicts[key]) == kind(facts["invariances"][key][0]) for key in KEYS)
        apart = sum(_apart(values[key], facts["responses"][key][0]) for key in COMPARED)
        near.append((len(KEYS) - equal + apart, other, equal))
    _, best, equal = min(near)
    return best, f"{equal} of {len(KEYS)} verdicts on invariances are the same"


def _apart(value: Number, other: Number) -> float:
    """Distance of two responses in powers of ten, at most `LARGE`."""
    one, two = _number(value), _number(other)
    if isnan(one) or isnan(two):
        return LARGE / 2 if isnan(one) and isnan(two) else LARGE
    if one * two <= 0 or isinf(one) or isinf(two):
        return 0.0 if one == two else LARGE
    return min(LARGE, abs(log10(one / two)))


def _number(value: Number) -> float:
    return nan if value is None else float(value)
