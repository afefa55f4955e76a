"""Functions of two variables with analytic gradients, on which optimizers can be watched.

A surface is a pair of formulas on two numbers, its value and its gradient. They are nothing
but arithmetic, so that `trace` can read them and write them for a page.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy import cos, sin, sqrt, tanh

Formula = Callable[..., Any]

DEGREE = np.pi / 180


@dataclass(frozen=True)
class Surface:
    """A function to minimize.

    Attributes
    ----------
    name : str
    value : callable
        ``value(p)`` of a point `p` of shape (2,), or of a stack of points of shape (2, ...).
    grad : callable
        Its gradient, of the shape of `p`.
    start : tuple of float
        Where runs usually begin.
    minimum : tuple of float
        Where the value is least.
    window : tuple of float
        Limits ``(x0, x1, y0, y1)`` of a plot.
    formulas : pair of callable, optional
        ``value(x, y, **settings)`` and ``gradient(x, y, **settings)``, a pair, that `value`
        and `grad` are made of.
    settings : dict
        Their settings.
    """

    name: str
    value: Callable[[np.ndarray], np.ndarray]
    grad: Callable[[np.ndarray], np.ndarray]
    start: tuple[float, float]
    minimum: tuple[float, float]
    window: tuple[float, float, float, float]
    formulas: tuple[Formula, Formula] | None = None
    settings: dict[str, Any] = field(default_factory=dict)


def _surface(name: str, formulas: tuple[Formula, Formula], start, minimum, window, **settings: Any) -> Surface:
    value, gradient = formulas
    return Surface(
        name,
        lambda p: value(p[0], p[1], **settings),
        lambda p: np.stack(gradient(p[0], p[1], **settings)),
        start, minimum, window, formulas, settings,
    )  # fmt: skip


def _quadratic(x, y, *, kappa, angle):
    a, b, d = _curvatures(kappa, angle)
    return 0.5 * (a * x**2 + 2 * b * x * y + d * y**2)


def _quadratic_gradient(x, y, *, kappa, angle):
    a, b, d = _curvatures(kappa, angle)
    return a * x + b * y, b * x + d * y


def _curvatures(kappa, angle):
    """Entries of the matrix with curvatures 1 and kappa, rotated by so many degrees."""
    c, s = cos(angle * DEGREE), sin(angle * DEGREE)
    return c * c + s * kappa * s, c * s - s * kappa * c, s * s + c * kappa * c


def quadratic(kappa: float = 10.0, angle: float = 0.0) -> Surface:
    r"""A bowl :math:`\frac12 p^\top A p` with curvatures 1 and `kappa`, rotated by `angle` degrees.

    The axis with curvature `kappa` is the second one (before the rotation). The start
    (10, 1) stands off both axes.
    """
    c, s = cos(angle * DEGREE), sin(angle * DEGREE)
    start = np.array([[c, -s], [s, c]]) @ [10.0, 1.0]
    return _surface(
        f"quadratic, κ = {kappa:g}" + (f", rotated {angle:g}°" if angle else ""),
        (_quadratic, _quadratic_gradient),
        (float(start[0]), float(start[1])),
        (0.0, 0.0),
        (-11, 11, -4, 4) if not angle else (-11, 11, -11, 11),
        kappa=float(kappa), angle=float(angle),
    )  # fmt: skip


def _rosenbrock(x, y, *, a, b):
    return (a - x) ** 2 + b * (y - x**2) ** 2


def _rosenbrock_gradient(x, y, *, a, b):
    return -2 * (a - x) - 4 * b * x * (y - x**2), 2 * b * (y - x**2)


def rosenbrock(a: float = 1.0, b: float = 100.0) -> Surface:
    """Rosenbrock's (1960) curved valley, ``(a-x)² + b(y-x²)²``."""
    return _surface(
        "Rosenbrock", (_rosenbrock, _rosenbrock_gradient), (-1.5, 2.0), (a, a * a), (-2, 2, -1, 3), a=a, b=b
    )


BEALE = tuple(enumerate((1.5, 2.25, 2.625), 1))


def _beale(x, y):
    return sum((c - x + x * y**k) ** 2 for k, c in BEALE)


def _beale_gradient(x, y):
    rest = [(k, c - x + x * y**k) for k, c in BEALE]
    return sum(2 * r * (y**k - 1) for k, r in rest), sum(2 * r * x * k * y ** (k - 1) for k, r in rest)


def beale() -> Surface:
    """Beale's (1958) function: flat plateaus, sharp walls, one minimum at (3, 0.5)."""
    return _surface("Beale", (_beale, _beale_gradient), (1.0, 1.5), (3.0, 0.5), (-1, 4, -2, 2))


def _saddle(x, y):
    return 0.5 * x**2 - 0.5 * y**2 + 0.25 * y**4


def _saddle_gradient(x, y):
    return x, y**3 - y


def saddle() -> Surface:
    """``x²/2 - y²/2 + y⁴/4``: a saddle at the origin between minima at (0, ±1)."""
    return _surface("saddle", (_saddle, _saddle_gradient), (1.0, 1e-3), (0.0, 1.0), (-1.5, 1.5, -1.5, 1.5))


def _ravine(x, y, *, slope, width):
    return 0.5 * slope * x**2 + sqrt(y**2 + width**2) - width


def _ravine_gradient(x, y, *, slope, width):
    return slope * x, y / sqrt(y**2 + width**2)


def ravine(slope: float = 0.05, width: float = 0.05) -> Surface:
    """``slope·x²/2 + √(y² + width²) - width``: straight walls that meet in a crease `width` wide.

    The gradient across stays below 1, the curvature at the bottom is ``1/width``: a rate that
    is right on the wall is too large in the crease.
    """
    return _surface(
        "ravine", (_ravine, _ravine_gradient), (-3.5, 2.0), (0.0, 0.0), (-4, 4, -3, 3), slope=slope, width=width
    )


DATA = tuple((x, 1.5 * float(tanh(x))) for x in (0.5, 1.0, 2.0))
"""Inputs of the tiny network, and targets that the weights (1, 1.5) hit."""


def _network(u, w):
    return sum(0.5 * (w * tanh(u * x) - y) ** 2 for x, y in DATA) / len(DATA)


def _network_gradient(u, w):
    rest = [(x, tanh(u * x), w * tanh(u * x) - y) for x, y in DATA]
    into = sum(r * w * x * (1 - h**2) for x, h, r in rest)
    return into / len(DATA), sum(r * h for _, h, r in rest) / len(DATA)


def network() -> Surface:
    """Mean squared error of a network with two weights, ``w·tanh(u·x)``, on three points.

    Both weights may change sign together, so there are
    two minima, and a saddle at the origin.
    """
    return _surface("tiny network", (_network, _network_gradient), (-0.4, 2.4), (1.0, 1.5), (-4, 4, -3, 3))


def _reddi(x, y, *, large):
    return (large - 2) / 3 * (x + y + 2)


def _reddi_gradient(x, y, *, large, third):
    return third * (large + 1) - 1, (large - 2) / 3


def reddi(large: float = 3.0) -> Surface:
    """The problem of Reddi, Kale and Kumar (2018) on [-1, 1], beside the same without its noise.

    Along x one gradient in three is `large` and the others are -1; along y each is their mean,
    ``(large-2)/3``. In both directions the minimum of the mean loss is at -1. `grad` is the
    mean gradient; the formula of the gradient asks whether the step is a ``third`` one.
    """
    mean = {"large": large, "third": 1 / 3}
    return Surface(
        "Reddi's problem",
        lambda p: _reddi(p[0], p[1], large=large),
        lambda p: np.stack([g + 0 * p[0] for g in _reddi_gradient(p[0], p[1], **mean)]),
        (0.0, 0.0), (-1.0, -1.0), (-1.15, 1.15, -1.15, 1.15), (_reddi, _reddi_gradient), mean,
    )  # fmt: skip
