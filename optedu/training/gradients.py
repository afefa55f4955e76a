"""Gradient clipping: by the norm of all gradients together, by value, or each unit by the size of its weights."""

import math
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np

from ..core import checks


def clip_factor(norm: float, c: float) -> float:
    """Factor of all gradients; NaN stays NaN."""
    factor = c / (norm + 1e-6)
    if math.isnan(factor):
        return factor
    return min(factor, 1.0)


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
    total = joint_norm([g for _, g in named], norm_type)
    if error_if_nonfinite and not math.isfinite(total):
        raise ValueError(f"the norm of grads is {total}: they cannot be clipped (error_if_nonfinite=True)")
    factor = clip_factor(total, max_norm)
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
    arrays = arrays_of(grads)
    clip_value = checks.nonnegative("clip_value", clip_value)
    for g in arrays:  # (clipping twice is clipping once)
        np.clip(g, -clip_value, clip_value, out=g)


def clip_grad_adaptive_(
    params: Iterable[np.ndarray], grads: Iterable[Any], clipping: float = 0.01, eps: float = 1e-3, unit_axis: int = 0
) -> None:
    r"""Scale the gradient of each unit, in place, to a fraction of the norm of its weights.

    .. math::
        g_i \leftarrow g_i \cdot \min\Bigl(1,\;
            \lambda\,\frac{\max(\lVert w_i \rVert, \epsilon)}{\lVert g_i \rVert}\Bigr)

    A unit is one index along `unit_axis` of a matrix or a larger array; a vector or a number
    is one unit as a whole. Adaptive gradient clipping, AGC.

    Parameters
    ----------
    params, grads : iterable of array
        Float arrays, one gradient (or None) for each parameter, of its shape and dtype.
    clipping : float, default 0.01
        :math:`\lambda \ge 0`, without a unit: with plain SGD at rate 1 the largest relative
        change of a unit's weights in one step.
    eps : float, default 1e-3
        :math:`\epsilon \ge 0`: what a norm of zero counts as, or zero weights would stay zero.
    unit_axis : int, default 0
        Axis of the outputs: 0 for torch's weights, -1 for those of JAX and Keras.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused. So is a gradient that shares memory with another, as each has a
        factor of its own, or with a parameter. Nothing has been changed then.

    Notes
    -----
    A gradient that is not finite spoils its own unit and no other. The paper leaves the last
    layer out. Book: *Gradient clipping and monitoring*.

    References
    ----------
    Brock, De, Smith and Simonyan (2021), equation 3.
    """
    clipping = checks.nonnegative("clipping", clipping)
    eps = checks.nonnegative("eps", eps)
    if isinstance(unit_axis, bool) or not isinstance(unit_axis, int):
        raise TypeError(f"unit_axis must be a whole number, got {unit_axis!r}")
    weights, given = _listed("params", params), _listed("grads", grads)
    if len(weights) != len(given):
        raise ValueError(f"there are {len(given)} grads for {len(weights)} params")
    pairs = []
    for i, (p, g) in enumerate(zip(weights, given, strict=True)):
        if g is None:
            continue
        p = checks.array(f"params[{i}]", p)
        g = checks.gradient(f"grads[{i}]", checks.parameter(f"grads[{i}]", g), p)
        if p.ndim > 1 and not -p.ndim <= unit_axis < p.ndim:
            raise ValueError(f"unit_axis {unit_axis} is none of params[{i}], which has {p.ndim} axes")
        pairs.append((i, p, g))
    kept = each_once([(f"params[{i}]", p) for i, p in enumerate(weights) if isinstance(p, np.ndarray)])
    checks.distinct([*kept, *((f"grads[{i}]", g) for i, _, g in pairs)], "one would be changed with the other")
    factors = [_unit_factors(p, g, clipping, eps, unit_axis) for _, p, g in pairs]
    with np.errstate(all="ignore"):  # an infinite gradient times zero is NaN, as documented
        for (_, _, g), factor in zip(pairs, factors, strict=True):
            g *= factor


def _unit_factors(p: np.ndarray, g: np.ndarray, clipping: float, eps: float, unit_axis: int) -> np.ndarray:
    axes = tuple(a for a in range(p.ndim) if p.ndim < 2 or a != unit_axis % p.ndim)
    limit = clipping * np.maximum(_unit_norms(p, axes), eps)
    norm = _unit_norms(g, axes)
    with np.errstate(invalid="ignore"):
        factor = np.where(norm > limit, limit / np.where(norm > 0, norm, 1), 1)
    return np.where(np.isnan(norm), np.nan, factor).astype(g.dtype)


def _unit_norms(a: np.ndarray, axes: tuple[int, ...]) -> Any:
    return np.sqrt((a.astype(np.float64) ** 2).sum(axes, keepdims=True))


def _listed(name: str, arrays: Any) -> list[Any]:
    if isinstance(arrays, np.ndarray):
        return [arrays]
    if isinstance(arrays, (str, dict)) or not isinstance(arrays, Iterable):
        raise TypeError(f"{name} must be a list of arrays, got {type(arrays).__name__}")
    return list(arrays)


def joint_norm(arrays: Iterable[np.ndarray], order: float = 2.0) -> float:
    """The norm of all arrays together, as of one vector; 0 if they are empty."""
    norms = [_norm(a, order) for a in arrays if a.size]
    return _norm(np.array(norms), order) if norms else 0.0


def _norm(g: np.ndarray, order: float) -> float:
    # Accumulated in float64: a float32 sum of squares overflows at norms near 1e19.
    a = np.abs(g, dtype=g.dtype).ravel().astype(np.float64, copy=False)
    return float(a.max()) if math.isinf(order) else float((a**order).sum() ** (1 / order))


def arrays_of(grads: Iterable[Any]) -> list[np.ndarray]:
    """The gradients that are there, checked; one array stands for a list of it."""
    return [g for _, g in _named(grads)]


def _named(grads: Iterable[Any]) -> list[tuple[str, np.ndarray]]:
    named = [(f"grads[{i}]", g) for i, g in enumerate(_listed("grads", grads)) if g is not None]
    return [(name, checks.parameter(name, g)) for name, g in named]


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
