"""Checks of settings and arrays. Each returns the value in plain form or raises, naming it.

A check runs before anything is changed, so that a refused call leaves parameters and
state exactly as they were.
"""

import math
from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np

Check = Callable[[str, Any], Any]
Checks = dict[str, Check]
"""Name of each setting, and the check that it has to pass."""


def real(name: str, value: Any) -> float:
    """A real number, NaN allowed, as a Python float."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (Real, np.floating, np.integer)):
        raise TypeError(f"{name} must be a number, got {value!r} ({type(value).__name__})")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{name} is too large for a float, got {value!r}") from None


def number(name: str, value: Any) -> float:
    """A real number that is not NaN, as a Python float.

    NumPy scalars are turned into Python floats on purpose: ``np.float64(0.1) * p`` would
    turn a float32 parameter into float64.
    """
    plain = real(name, value)
    if math.isnan(plain):
        raise ValueError(f"{name} must be a number, got nan")
    return plain


def nonnegative(name: str, value: Any) -> float:
    """A number at least 0."""
    plain = number(name, value)
    if plain < 0:
        raise ValueError(f"{name} must be >= 0, got {plain!r}")
    return plain


def positive(name: str, value: Any) -> float:
    """A number above 0."""
    plain = number(name, value)
    if plain <= 0:
        raise ValueError(f"{name} must be > 0, got {plain!r}")
    return plain


def fraction(name: str, value: Any) -> float:
    """A number in [0, 1]."""
    plain = number(name, value)
    if not 0 <= plain <= 1:
        raise ValueError(f"{name} must be in [0, 1], got {plain!r}")
    return plain


def count(name: str, value: Any) -> int:
    """A whole number at least 0."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (Integral, np.integer)):
        raise TypeError(f"{name} must be a whole number, got {value!r} ({type(value).__name__})")
    if value < 0:
        raise ValueError(f"{name} must be >= 0, got {value!r}")
    return int(value)


def decay(name: str, value: Any) -> float:
    """A number in [0, 1): the weight that an average gives to its past."""
    plain = number(name, value)
    if not 0 <= plain < 1:
        raise ValueError(f"{name} must be in [0, 1), got {plain!r}")
    return plain


def _pair(name: str, value: Any, check: Check) -> tuple[Any, Any]:
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence) or len(value) != 2:
        raise TypeError(f"{name} must be a pair of numbers, got {value!r}")
    return check(f"{name}[0]", value[0]), check(f"{name}[1]", value[1])


def number_pair(name: str, value: Any) -> tuple[float, float]:
    """Two numbers."""
    return _pair(name, value, number)


def decay_pair(name: str, value: Any) -> tuple[float, float]:
    """Two numbers in [0, 1)."""
    return _pair(name, value, decay)


def flag(name: str, value: Any) -> bool:
    """True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return bool(value)


def parameter(name: str, value: Any) -> np.ndarray:
    """A writeable array of real floats, which can be changed in place."""
    if type(value) not in (np.ndarray, np.memmap):  # of a masked array the mask would be lost; a matrix multiplies
        raise TypeError(f"{name} must be a NumPy array, got {type(value).__name__}")
    if not np.issubdtype(value.dtype, np.floating):
        raise TypeError(f"{name} must have a float dtype, got {value.dtype}: an update would be truncated")
    if not value.flags.writeable:
        raise ValueError(f"{name} is read-only and cannot be changed in place")
    p: np.ndarray = value
    return p


def nonempty(name: str, p: np.ndarray) -> np.ndarray:
    """A parameter with elements, for rules that take their mean, or decompose it."""
    if not p.size:
        raise ValueError(f"{name} is empty, of shape {p.shape}: leave it out")
    return p


def array(name: str, value: Any) -> np.ndarray:
    """What NumPy can read as an array: an array, a list, a tensor."""
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array, whose mask would be lost: fill it")
    try:
        return np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:  # ragged, or a tensor that requires a gradient
        raise TypeError(f"{name} cannot be read as an array: {error}") from error


def whole(name: str, value: Any) -> int:
    """A whole number at least 0, which torch keeps as a tensor."""
    value = array(name, value)
    if value.ndim or value.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be a number, got {value!r}")
    if not (np.isfinite(value) and value >= 0 and value % 1 == 0):
        raise ValueError(f"{name} must be a whole number >= 0, got {value}")
    return int(value)


def gradient(name: str, value: Any, p: np.ndarray) -> np.ndarray:
    """An array with the shape and dtype of its parameter `p`."""
    g = array(name, value)
    if g.dtype != p.dtype:
        raise TypeError(f"{name} has dtype {g.dtype}, its parameter has {p.dtype}")
    if g.shape != p.shape:
        raise ValueError(f"{name} has shape {g.shape}, its parameter has {p.shape}")
    return g


def distinct(named: Sequence[tuple[str, np.ndarray]], why: str = "each parameter must appear once") -> None:
    """Refuse arrays that share memory, also with themselves: what changes them would change the
    same numbers twice."""
    for name, p in named:
        if not p.flags.c_contiguous and _folded(p):
            raise ValueError(f"{name} of shape {p.shape} shows the same memory in several places")
    # Sorted by address, only neighbours can overlap; the exact test runs for those alone.
    spans = sorted((*bounds(p), k) for k, (_, p) in enumerate(named) if p.size)
    shared = []
    for i, (_, end, k) in enumerate(spans):
        for start, _, other in spans[i + 1 :]:
            if start >= end:
                break
            if np.shares_memory(named[k][1], named[other][1]):
                shared.append((max(k, other), min(k, other)))
    if shared:  # named is the first, wherever the system has put them
        later, earlier = min(shared)
        raise ValueError(f"{named[later][0]} shares memory with {named[earlier][0]}: {why}")


def bounds(p: np.ndarray) -> tuple[int, int]:
    """Where the memory of an array begins, and ends."""
    if p.flags.c_contiguous:
        start = p.__array_interface__["data"][0]
        return start, start + p.nbytes
    return np.lib.array_utils.byte_bounds(p)


def owner(p: np.ndarray) -> np.ndarray | None:
    """The array that owns the memory of this one; None if it is of something else, such as a buffer."""
    while isinstance(p.base, np.ndarray):
        p = p.base
    return p if p.flags.owndata else None


def _folded(p: np.ndarray) -> bool:
    """Whether an axis is walked in steps shorter than what lies inside of it (as after broadcasting)."""
    reach = p.itemsize
    for stride, n in sorted((abs(s), n) for s, n in zip(p.strides, p.shape, strict=True) if n > 1):
        if stride < reach:
            return p.size > 0
        reach += (n - 1) * stride
    return False
