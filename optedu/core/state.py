"""What the state of a parameter begins as."""

from typing import Any, NamedTuple

import numpy as np


class Scalar(float):
    """Initial value of a state that is one number for the whole parameter."""


class ByRule:
    """Marks a state that the rule itself brings into being, at its first step."""


BY_RULE = ByRule()


class Held(NamedTuple):
    """Size of a state: how many numbers, and the bytes of each where the parameter's precision does not say."""

    numbers: int
    itemsize: int | None = None


def copied(value: Any) -> Any:
    """A value of a state in memory of its own."""
    if isinstance(value, list):
        return [copied(v) for v in value]
    return value.copy() if isinstance(value, np.ndarray) else value


def begun(value: Any, p: np.ndarray) -> Any:
    """A fresh state of parameter `p` from its initial value."""
    if isinstance(value, Scalar):
        return float(value)
    if isinstance(value, (np.ndarray, list)):
        return copied(value)
    return np.full(p.shape, value, p.dtype)
