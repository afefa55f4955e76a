"""The functions that a rule may use: NumPy's where it is there, else these for plain floats."""

import math
from collections.abc import Callable
from typing import Any

NAMES = ("sqrt", "exp", "log", "cos", "sign", "maximum", "minimum", "where", "clip")


def sqrt(x: float) -> float:
    """NaN for a negative number, as NumPy has it."""
    return math.sqrt(x) if x >= 0 else math.nan


def log(x: float) -> float:
    """NaN for a negative number, as NumPy has it."""
    return math.log(x) if x > 0 else (-math.inf if x == 0 else math.nan)


def sign(x: float) -> float:
    return float((x > 0) - (x < 0)) if x == x else math.nan


def maximum(a: float, b: float) -> float:
    return math.nan if a != a or b != b else max(a, b)


def minimum(a: float, b: float) -> float:
    return math.nan if a != a or b != b else min(a, b)


def where(condition: bool, a: float, b: float) -> float:
    return a if condition else b


def clip(x: float, low: float, high: float) -> float:
    return min(max(x, low), high)


exp, cos = math.exp, math.cos


def names() -> dict[str, Any]:
    """What code finds there without an import: ``math``, the functions, and ``np`` if there is NumPy."""
    try:
        import numpy
    except ImportError:
        own: dict[str, Callable[..., Any]] = {name: globals()[name] for name in NAMES}
        return {"math": math, **own}
    return {"math": math, "np": numpy, **{name: getattr(numpy, name) for name in NAMES}}
