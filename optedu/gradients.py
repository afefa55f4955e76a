"""Gradient clipping: by the norm of all gradients together, or by value."""

import math
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np

from .core import checks


def clip_grad_norm_(
    grads: Iterable[Any], max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> float:
    r"""Scale all gradients by one factor, in place, so that their joint norm is at most `max_norm`.

    .. math::
        g \leftarrow g \cdot \min\Bigl(1,\; \frac{c}{\lVert g \rVert + 10^{-6}}\Bigr)

    One factor for all gradients keeps the direction of the step.

    Parameters
    ----------
    grads : iterable of array or None
        Float arrays of any shape, changed in place; None is skipped. An array that is the
        gradient of two parameters (of both terms of a sum) may be listed for both: it counts
        twice in the norm and is scaled once. (torch scales it twice.)
    max_norm : float
        :math:`c \ge 0`, in units of the gradient.
    norm_type : float, default 2
        Order of the norm: a positive number or ``inf``.
    error_if_nonfinite : bool, default False
        Refuse a norm that is infinite or NaN. Otherwise, as in torch, an infinite norm
        turns the gradients into zeros and NaN, and a NaN norm turns them all into NaN.

    Returns
    -------
    float
        The norm *before* clipping.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused, two gradients overlap without being the same numbers, or the
        norm is refused with `error_if_nonfinite`. Nothing has been changed then.

    References
    ----------
    Pascanu, Mikolov and Bengio (2013); the term 1e-6 and the order of operations are torch's.
    """
    named = _named(grads)
    once = each_once(named)
    max_norm = checks.nonnegative("max_norm", max_norm)
    norm_type = checks.number("norm_type", norm_type)
    if norm_type <= 0:
        raise ValueError(f"norm_type must be > 0, got {norm_type!r}")
    error_if_nonfinite = checks.flag("error_if_nonfinite", error_if_nonfinite)
    norms = [_norm(g, norm_type) for _, g in named if g.size]
    total = _norm(np.array(norms), norm_type) if norms else 0.0
    if error_if_nonfinite and not math.isfinite(total):
        raise ValueError(f"the norm of grads is {total}: they cannot be clipped (error_if_nonfinite=True)")
    factor = max_norm / (total + 1e-6)
    factor = factor if math.isnan(factor) else min(factor, 1.0)
    with np.errstate(all="ignore"):  # an infinite gradient times zero is NaN, as documented
        for _, g in once:
            g *= factor
    return total


def clip_grad_value_(grads: Iterable[Any], clip_value: float) -> None:
    r"""Clamp every component of every gradient to :math:`[-c, c]`, in place.

    Unlike clipping by norm this changes the direction of the step.

    Parameters
    ----------
    grads : iterable of array or None
        Float arrays of any shape, changed in place; None is skipped.
    clip_value : float
        :math:`c \ge 0`, in units of the gradient.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused. Nothing has been changed then.
    """
    arrays = _checked(grads)
    clip_value = checks.nonnegative("clip_value", clip_value)
    for g in arrays:  # (clipping twice is clipping once)
        np.clip(g, -clip_value, clip_value, out=g)


def each_once(named: Sequence[tuple[str, np.ndarray]]) -> list[tuple[str, np.ndarray]]:
    """Arrays with their names, without those that are the same numbers in memory as one before.

    What changes arrays in place must reach each number once.

    Raises
    ------
    ValueError
        If two arrays share some of their numbers only, or one shows a number in several places.
    """
    if all(g.flags.owndata for _, g in named):  # what an array owns no other array has
        return list({id(g): (name, g) for name, g in named}.values())
    first: dict[Hashable, tuple[str, np.ndarray]] = {}
    for name, g in named:
        first.setdefault(_numbers_of(g), (name, g))
    once = list(first.values())
    checks.distinct(once, "in part, so that a change in place would reach some numbers twice")
    return once


def _numbers_of(g: np.ndarray) -> Hashable:
    """Equal for arrays of the same numbers in memory, whatever their shape, if there are no gaps between them."""
    if not g.size:
        return id(g)
    low, high = checks.bounds(g)
    if high - low == g.nbytes:
        return low, high, g.dtype.str
    return g.__array_interface__["data"][0], g.shape, g.strides, g.dtype.str


def _norm(g: np.ndarray, order: float) -> float:
    # Accumulated in float64: a float32 sum of squares overflows at norms near 1e19.
    a = np.abs(g, dtype=g.dtype).ravel().astype(np.float64, copy=False)
    return float(a.max()) if math.isinf(order) else float((a**order).sum() ** (1 / order))


def _checked(grads: Iterable[Any]) -> list[np.ndarray]:
    return [g for _, g in _named(grads)]


def _named(grads: Iterable[Any]) -> list[tuple[str, np.ndarray]]:
    if isinstance(grads, np.ndarray):
        grads = [grads]
    if isinstance(grads, (str, dict)) or not isinstance(grads, Iterable):
        raise TypeError(f"grads must be a list of arrays, got {type(grads).__name__}")
    named = [(f"grads[{i}]", g) for i, g in enumerate(grads) if g is not None]
    return [(name, checks.parameter(name, g)) for name, g in named]
