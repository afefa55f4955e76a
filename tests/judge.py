"""What a rule gives, element by element, and how far from it any sound way to compute the same may come out.

A rule is called with `Tracked` arrays: each carries its values, in their dtype, and a bound on their
rounding error (running error analysis: Higham, *Accuracy and Stability*, section 3.3). Two
programs that do the same operations but for where numbers are multiplied in (`optedu.core.factors`) have
errors of this size, each; so they may differ by a few bounds and no more, however the numbers cancel.
Where nothing can be said an element is unsure: a choice within the error, a number near the ends of the range.
"""

from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

CHOICES = (np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal)
SLOPES = {  # of a function of one number: at most so much, given what it is applied to and what it gives
    np.negative: lambda x, z: 1.0, np.absolute: lambda x, z: 1.0, np.sin: lambda x, z: 1.0, np.tanh: lambda x, z: 1.0,
    np.square: lambda x, z: 2 * abs(x), np.exp: lambda x, z: abs(z), np.log: lambda x, z: 1 / abs(x),
    np.sqrt: lambda x, z: 1 / (2 * z),
}  # fmt: skip
EXACT = (np.negative, np.absolute, np.maximum, np.minimum, np.sign)
DOMAIN = (np.sqrt, np.log)


class Unsure(Exception):
    """A rule makes a plain number of one that is off by something, or stores in place: nothing can be said."""


class Tracked(NDArrayOperatorsMixin):
    """An array, a bound on the rounding error of each element, and which elements are unsure.

    Parameters
    ----------
    margin : float
        An element within this factor of the ends of the dtype's range is unsure.
    """

    def __init__(self, value: np.ndarray, error: Any, unsure: Any, margin: float) -> None:
        self.value, self.margin = value, margin
        self.error, self.unsure = np.broadcast_to(error, value.shape), np.broadcast_to(unsure, value.shape)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **options: Any) -> Any:
        if "out" in options:
            raise Unsure
        if method != "__call__" or options:
            return NotImplemented
        value = ufunc(*(a.value if type(a) is Tracked else a for a in args))
        return self.judged(ufunc, value, [self.tracked(a, value) for a in args])

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        if function is np.clip:
            return np.minimum(np.maximum(args[0], args[1]), args[2])
        if function in (np.sum, np.mean, np.linalg.norm):
            return self.summed(function, **options)
        if function is not np.where:
            return NotImplemented
        condition, yes, no = (self.tracked(a, self.value) for a in args)
        chosen = [np.where(condition.value, a, b) for a, b in zip(yes.parts, no.parts, strict=True)]
        return Tracked(chosen[0].astype(np.result_type(*(raw(a) for a in args[1:]))), chosen[1],
                       chosen[2].astype(bool) | condition.unsure, self.margin)  # fmt: skip

    def mean(self, **options: Any) -> "Tracked":
        return np.mean(self, **options)

    def sum(self, **options: Any) -> "Tracked":
        return np.sum(self, **options)

    def summed(self, function: Any, **options: Any) -> "Tracked":
        """In whatever order: each sum may be off by a rounding of the sum of sizes for each term."""
        with np.errstate(all="ignore"):
            value, info = np.asarray(function(self.value, **options)), np.finfo(self.value.dtype)
            x, error = abs(self.value.astype(np.float64)), np.asarray(self.error)
            terms = self.value.size // max(value.size, 1)
            if function is np.linalg.norm:
                x, error = x * x, 2 * x * error + error * error + x * x * info.eps
            total, error = (np.sum(a, **options) for a in (x, error))
            error = error + terms * info.eps * total
            outside = (
                (x > float(info.max) / self.margin) | (x != 0) & (x < float(info.tiny) * self.margin) | ~np.isfinite(x)
            )
            unsure = np.sum(self.unsure | outside, **options) > 0
            if function is np.linalg.norm:
                error = np.where(total > 0, error / np.sqrt(total), error)
            elif function is np.mean:
                error = error / max(terms, 1)
            z = abs(value.astype(np.float64))
            unsure |= ~np.isfinite(z) | (total > float(info.max) / self.margin)
            return Tracked(value, error + z * info.eps, unsure, self.margin)

    def __float__(self) -> float:
        if np.any(self.error) or np.any(self.unsure):
            raise Unsure
        return float(self.value)

    def max(self) -> "Tracked":
        return Tracked(np.asarray(self.value.max()), self.error.max(), self.unsure.any(), self.margin)

    @property
    def parts(self) -> tuple[Any, Any, Any]:
        return self.value, self.error, self.unsure

    def __bool__(self) -> bool:
        raise TypeError("a rule branches on elements")

    def tracked(self, a: Any, like: np.ndarray) -> "Tracked":
        """An operand: a number is rounded to the dtype."""
        if type(a) is Tracked:
            return a
        dtype = self.value.dtype if self.value.dtype.kind == "f" else like.dtype
        error = abs(a) * np.finfo(dtype).eps if dtype.kind == "f" else 0.0
        return Tracked(np.full(self.value.shape, a), error, False, self.margin)

    def judged(self, ufunc: np.ufunc, value: np.ndarray, args: list["Tracked"]) -> "Tracked":
        unsure = np.logical_or.reduce(np.broadcast_arrays(*(a.unsure for a in args)))
        numbers, errors = [a.value.astype(np.float64) for a in args], [a.error for a in args]
        if ufunc in CHOICES:
            close = abs(numbers[0] - numbers[1]) <= errors[0] + errors[1]
            return Tracked(value, 0.0, unsure | close & (errors[0] + errors[1] > 0), self.margin)
        if value.dtype.kind != "f":  # of truth values alone
            return Tracked(value, 0.0, unsure, self.margin)
        info, z = np.finfo(value.dtype), value.astype(np.float64)
        x, ex = numbers[0], errors[0]
        y, ey = (numbers[1], errors[1]) if args[1:] else (x, ex)
        if ufunc in (np.add, np.subtract):
            error = ex + ey
        elif ufunc is np.multiply:
            error = abs(x) * ey + abs(y) * ex + ex * ey
            unsure = unsure | (z == 0) & (x != 0) & (y != 0)
        elif ufunc is np.divide:
            error = (ex + abs(z) * ey) / (abs(y) - ey)
            unsure = unsure | (abs(y) <= 2 * ey) | (z == 0) & (x != 0)
        elif ufunc is np.power:
            error = abs(z * y) * ex / abs(x)
            error = np.where(x == 0, 0.0, error)
            unsure = unsure | (abs(x) <= 2 * ex) & (ex > 0)
        elif ufunc in (np.maximum, np.minimum):
            error = np.maximum(ex, ey)
        elif ufunc is np.sign:
            error, unsure = 0.0, unsure | (abs(x) <= ex) & (ex > 0)
        else:
            error = np.where(ex == 0, 0.0, SLOPES[ufunc](x, z) * ex * 2)
            if ufunc in DOMAIN:
                unsure = unsure | (x <= 2 * ex) & (ex > 0)
        if ufunc not in EXACT:
            error = error + abs(z) * info.eps
        low, high = float(info.tiny) * self.margin, float(info.max) / self.margin
        outside = ~np.isfinite(z) | ~np.isfinite(error) | (abs(z) > high) | (z != 0) & (abs(z) < low)
        return Tracked(value, error, unsure | outside, self.margin)


def raw(a: Any) -> Any:
    """The array or number itself."""
    return a.value if type(a) is Tracked else a
