"""Functions of two variables with analytic gradients, on which optimizers can be watched."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


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
    """

    name: str
    value: Callable[[np.ndarray], np.ndarray]
    grad: Callable[[np.ndarray], np.ndarray]
    start: tuple[float, float]
    minimum: tuple[float, float]
    window: tuple[float, float, float, float]


def quadratic(kappa: float = 10.0, angle: float = 0.0) -> Surface:
    r"""A bowl :math:`\frac12 p^\top A p` with curvatures 1 and `kappa`, rotated by `angle` degrees.

    The axis with curvature `kappa` is the second one (before the rotation). The start
    (10, 1) stands off both axes.
    """
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    basis = np.array([[c, -s], [s, c]])
    A = basis @ np.diag([1.0, float(kappa)]) @ basis.T
    start = basis @ [10.0, 1.0]
    return Surface(
        f"quadratic, κ = {kappa:g}" + (f", rotated {angle:g}°" if angle else ""),
        lambda p: 0.5 * (A[0, 0] * p[0] ** 2 + 2 * A[0, 1] * p[0] * p[1] + A[1, 1] * p[1] ** 2),
        lambda p: np.stack([A[0, 0] * p[0] + A[0, 1] * p[1], A[0, 1] * p[0] + A[1, 1] * p[1]]),
        (float(start[0]), float(start[1])),
        (0.0, 0.0),
        (-11, 11, -4, 4) if not angle else (-11, 11, -11, 11),
    )


def rosenbrock(a: float = 1.0, b: float = 100.0) -> Surface:
    """Rosenbrock's (1960) curved valley, ``(a-x)² + b(y-x²)²``."""
    return Surface(
        "Rosenbrock",
        lambda p: (a - p[0]) ** 2 + b * (p[1] - p[0] ** 2) ** 2,
        lambda p: np.stack([-2 * (a - p[0]) - 4 * b * p[0] * (p[1] - p[0] ** 2), 2 * b * (p[1] - p[0] ** 2)]),
        (-1.5, 2.0),
        (a, a * a),
        (-2, 2, -1, 3),
    )


def beale() -> Surface:
    """Beale's (1958) function: flat plateaus, sharp walls, one minimum at (3, 0.5)."""
    constants = (1.5, 2.25, 2.625)

    def value(p):
        x, y = p
        return sum((c - x + x * y**k) ** 2 for k, c in enumerate(constants, 1))

    def grad(p):
        x, y = p
        rest = [(k, c - x + x * y**k) for k, c in enumerate(constants, 1)]
        return np.stack([
            sum(2 * r * (y**k - 1) for k, r in rest),
            sum(2 * r * x * k * y ** (k - 1) for k, r in rest),
        ])  # fmt: skip

    return Surface("Beale", value, grad, (1.0, 1.5), (3.0, 0.5), (-1, 4, -2, 2))


def saddle() -> Surface:
    """``x²/2 - y²/2 + y⁴/4``: a saddle at the origin between minima at (0, ±1)."""
    return Surface(
        "saddle",
        lambda p: 0.5 * p[0] ** 2 - 0.5 * p[1] ** 2 + 0.25 * p[1] ** 4,
        lambda p: np.stack([p[0], p[1] ** 3 - p[1]]),
        (1.0, 1e-3),
        (0.0, 1.0),
        (-1.5, 1.5, -1.5, 1.5),
    )
