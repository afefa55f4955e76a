"""Rules that see whole tensors, on a few numbers: so that the tracer can follow them to the end.

LAMB's rule asks an array for its norm, Adafactor's for the means of its rows and columns, that of L-BFGS for dot
products. Of a `Tensor` of a few numbers all of this can be written down as arithmetic; `on_numbers` is the rule
itself, its code, with such a norm.
"""

import math
from collections.abc import Callable, Sequence
from itertools import product
from types import FunctionType
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ...optim import lars
from .figure import Number


class Tensor(NDArrayOperatorsMixin):
    """A tensor of numbers, or of symbols; of shape ``()`` it is a number that tensors may be multiplied by.

    Attributes
    ----------
    numbers : list of numbers
        In the order in which NumPy flattens an array.
    shape : tuple of int

    Raises
    ------
    ValueError
        If there are more or fewer numbers than the shape has room for.
    """

    def __init__(self, numbers: Sequence[Number], shape: tuple[int, ...] | None = None) -> None:
        self.numbers: list[Number] = list(numbers)
        self.shape: tuple[int, ...] = (len(self.numbers),) if shape is None else shape
        if len(self.numbers) != math.prod(self.shape):
            raise ValueError(f"shape {self.shape} wants {math.prod(self.shape)} numbers, got {len(self.numbers)}")

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return len(self.numbers)

    def __bool__(self) -> bool:
        (one,) = self.numbers
        return bool(one)

    @property
    def T(self) -> "Tensor":
        """A matrix with its axes exchanged."""
        n, m = self.shape
        return Tensor([self.at(i, j) for j in range(m) for i in range(n)], (m, n))

    def reshape(self, *shape: Any) -> "Tensor":
        """The same numbers in another shape, of which one length may be -1."""
        lengths = list(shape[0] if isinstance(shape[0], tuple) else shape)
        if -1 in lengths:
            lengths[lengths.index(-1)] = -self.size // math.prod(lengths)
        return Tensor(self.numbers, tuple(lengths))

    def at(self, *index: int) -> Number:
        """An entry; an axis of length one is repeated as far as need be."""
        where = 0
        for k, length in zip(index[len(index) - self.ndim :], self.shape, strict=True):
            where = where * length + (k if length > 1 else 0)
        return self.numbers[where]

    def mean(self, axis: int, keepdims: bool) -> "Tensor":
        """Over one axis, which keeps the length 1."""
        if not keepdims:
            raise ValueError("a mean here keeps its axis")
        axis %= self.ndim
        shape = tuple(1 if k == axis else n for k, n in enumerate(self.shape))
        parts = [
            [self.at(*index[:axis], k, *index[axis + 1 :]) for k in range(self.shape[axis])]
            for index in product(*map(range, shape))
        ]
        return Tensor([total(part) / len(part) for part in parts], shape)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **options: Any) -> "Tensor":
        if method != "__call__" or options:
            return NotImplemented
        if ufunc is np.matmul:
            return product_of(*args)
        shapes = {a.shape for a in args if type(a) is Tensor}
        shape = tuple(np.broadcast_shapes(*shapes)) if len(shapes) > 1 else shapes.pop()
        return Tensor([_done(ufunc, *x) for x in zip(*(_spread(a, shape) for a in args), strict=True)], shape)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        """NumPy's functions of matrices that a rule calls by name, for as much of them as it asks."""
        if function is np.linalg.eigh:
            return eigh(*args)
        if function is np.tensordot:
            return along(*args)
        if function is np.moveaxis and args[1] == args[2]:
            return self
        if function is np.moveaxis and self.ndim == 2:
            return self.T
        return NotImplemented


def product_of(a: Tensor, b: Tensor) -> Tensor:
    """The product of two matrices, or the dot product of two vectors."""
    if a.ndim == b.ndim == 1 and a.shape == b.shape:
        return number(total([x * y for x, y in zip(a.numbers, b.numbers, strict=True)]))
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[0]:
        raise ValueError(f"a product here is of two matrices or two vectors that fit, got {a.shape} and {b.shape}")
    (n, inner), (_, m) = a.shape, b.shape
    return Tensor([total([a.at(i, k) * b.at(k, j) for k in range(inner)]) for i in range(n) for j in range(m)], (n, m))


def along(matrix: Tensor, x: Tensor, axes: tuple[int, int]) -> Tensor:
    """``np.tensordot`` of a matrix and a vector or matrix over ``(1, axis)``: the matrix applied to that axis."""
    rows = x.reshape(-1, 1) if x.ndim == 1 else x.T if axes[1] else x
    out = product_of(matrix, rows)
    return out.reshape(-1) if x.ndim == 1 else out


def eigh(a: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues, ascending, and eigenvectors of a symmetric 2 × 2 matrix, in closed form."""
    if a.shape != (2, 2):
        raise ValueError(f"eigenvectors here are those of a 2 × 2 matrix, got shape {a.shape}")
    p, q, _, r = a.numbers
    middle, half = (p + r) / 2, (p - r) / 2
    radius = np.sqrt(half * half + q * q)
    long = np.where(radius > 0, np.absolute(half) + radius, 1.0)  # (any vectors do where both values are equal)
    x, y = np.where(half >= 0, long, q), np.where(half >= 0, q, long)
    size = np.sqrt(x * x + y * y)
    x, y = x / size, y / size
    return Tensor([middle - radius, middle + radius]), Tensor([-y, x, x, y], (2, 2))


def _done(ufunc: np.ufunc, *numbers: Number) -> Number:
    """One entry; of Python's own numbers a float, as a tracer knows no other constants."""
    out = ufunc(*numbers)
    return float(out) if all(type(x) in (int, float) for x in numbers) else out


def _spread(a: Any, shape: tuple[int, ...]) -> list[Number]:
    """The numbers of a tensor that is repeated to this shape, or a number as often."""
    if type(a) is not Tensor:
        return [a] * math.prod(shape)
    return a.numbers if a.shape == shape else [a.at(*index) for index in product(*map(range, shape))]


def total(numbers: Sequence[Number]) -> Number:
    """The sum, from the left."""
    out = numbers[0]
    for x in numbers[1:]:
        out = out + x
    return out


def number(x: Number) -> Tensor:
    """A number as a tensor without axes."""
    return Tensor([x], ())


def norm(x: Tensor) -> Tensor:
    """`optedu.optim.lars.norm`: the Euclidean norm of a tensor."""
    return number(_done(np.sqrt, total([a * a for a in x.numbers])))


def on_numbers(rule: Callable[..., Any]) -> Callable[..., Any]:
    """A rule, to be called with tensors and with `number` of what varies: its code, with `norm` of this module.

    Functions of its module that it calls, such as `rms`, are taken along.
    """
    assert isinstance(rule, FunctionType)
    known = dict(rule.__globals__)
    for name in rule.__code__.co_names:
        thing = known.get(name)
        if thing is lars.norm:
            known[name] = norm
        elif isinstance(thing, FunctionType) and thing.__module__.startswith("optedu.optim."):
            known[name] = on_numbers(thing)
    return FunctionType(rule.__code__, known, rule.__name__, rule.__defaults__)
