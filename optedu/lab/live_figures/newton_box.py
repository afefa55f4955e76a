"""Diagonal Newton on two wells, and Sophia, which takes the same step within a box."""

import math
from typing import Any

import numpy as np

from ...optim.sophia import sophia
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

BOX, STEPS = 0.3, 30
"""Sophia's learning rate, which is half the width of its box; and its steps."""


def gradient(x: Number, y: Number) -> Any:
    """Of 4 (x² − 1)² + √(1 + y²)."""
    return 16 * x * (x * x - 1), y / np.sqrt(1 + y * y)


def curvature(x: Number, y: Number) -> Any:
    """The diagonal of the Hessian, which is all of it."""
    return 48 * x * x - 16, 1 / (np.sqrt(1 + y * y) * (1 + y * y))


def away(x: Number, y: Number) -> Any:
    """From the nearer of the two minima."""
    return np.sqrt((np.absolute(x) - 1) * (np.absolute(x) - 1) + y * y)


def newton(t: Number, x: Number, y: Number) -> Any:
    (gx, gy), (hx, hy) = gradient(x, y), curvature(x, y)
    x, y = x - gx / hx, y - gy / hy
    return x, y, away(x, y)


def boxed(t: Number, x: Number, y: Number, *, rho: Number) -> Any:
    """Sophia without averages, told the true curvature."""
    rest = dict(lr=BOX, betas=(0.0, 0.0), rho=rho, eps=1e-12, weight_decay=0)
    x, y = (sophia(g, p, 0.0, h, **rest)[0] for p, g, h in zip((x, y), gradient(x, y), curvature(x, y), strict=True))
    return x, y, away(x, y)


def now(*, x: Number, y: Number) -> Any:
    """How far it is at the start."""
    return (away(x, y),)


def ring(value: float, side: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The contour line at a height below 5, around one of the minima."""
    top = math.sqrt(value * value - 1)
    ys = [top * math.sin(math.pi / 2 * k / 24) for k in range(-24, 25)]
    width = [math.sqrt(max(value - math.sqrt(1 + y * y), 0.0) / 4) for y in ys]
    xs = [math.sqrt(1 + w) for w in width] + [math.sqrt(1 - w) for w in reversed(width)]
    return tuple(side * x for x in xs), (*ys, *reversed(ys))


NEWTON, SOPHIA = Scan(newton, ("x", "y"), 8, "x y far"), Scan(boxed, ("x", "y"), STEPS, "x y far")
TWO = Scan(newton, ("x", "y"), 2, "x y far")
WAY = Panel(
    "Two wells", Axis(-1.5, 1.5, (-1, 0, 1), "*x*"), Axis(-3.4, 3.4, (-2, 0, 2), "*y*"),
    [
        *(Line(*ring(value, side), "faint", 0.7) for value in (1.3, 2.0, 3.0, 4.0) for side in (1, -1)),
        Line("newton.x", "newton.y", "brown", 1.6, "6 3"), Dots("newton.x", "newton.y", "brown", 6, "s", True),
        Line("sophia.x", "sophia.y", "blue", 1.8), Dots("sophia.x", "sophia.y", "blue", 5),
        Dots((1.0, -1.0), (0.0, 0.0), "ink", 8, "s"),
    ],
    [Handle("x", "y", "Start")], 272, alt="Paths of diagonal Newton and Sophia over the contours of two wells.",
)  # fmt: skip
DISTANCE = Panel(
    "Distance from the nearer minimum", Axis(0, STEPS, (0, 10, 20, 30), "step"),
    Axis(1e-5, 1e4, {1e-4: "10^{-4}", 0.01: "0.01", 1: "1", 100: "100", 10000: "10^4"}, "", "log"),
    [
        Line("newton.t", "newton.far", "brown", 1.6, "6 3"), Dots("newton.t", "newton.far", "brown", 6, "s", True),
        Line("sophia.t", "sophia.far", "blue", 1.8), Dots("sophia.t", "sophia.far", "blue", 5),
        Line((17, 20), (2000, 2000), "brown", 1.6, "6 3"), Label(21, 2000, "Newton", "brown", dy=4),
        Line((17, 20), (250, 250), "blue", 1.8), Label(21, 250, "Sophia", "blue", dy=4),
    ],
    height=272, alt="Distance from the nearer minimum over the steps of both methods.",
)  # fmt: skip

FIGURE = Figure(
    "A Newton step for each coordinate",
    (
        Quantity("x", "*x*", 0.05, 1.4, 0.9, step=0.05, color="purple", symbols="x"),
        Quantity("y", "*y*", 0, 3, 0.8, step=0.1, color="green", symbols="y"),
        Quantity("rho", "*ρ*", 0.02, 2, 0.3, "log", 0.1, 2, "blue", "ρ"),
    ),
    {
        "newton": NEWTON, "sophia": SOPHIA, "now": Map(now, "far"), "two": Ends(TWO), "end": Ends(SOPHIA),
    },
    (WAY, DISTANCE),
    "From ({x:2}, {y:2}), at a distance of {now.far:2}, two steps of diagonal Newton lead to a distance of "
    "{two.far:2}. Sophia with *ρ* = {rho:2} is at {end.far:3} after 30.",
    "The function is 4(*x*² − 1)² + √(1 + *y*²), with minima at (1, 0) and (−1, 0). Both methods are told the exact "
    "curvatures; Sophia's learning rate is 0.3.",
    Prediction(
        "Along *y* the function is convex, with its minimum at 0. From *y* = 0.8 Newton arrives. Start a little "
        "farther out, at *y* = 1.2. After two steps Newton is",
        ("nearly there", "nearer than at the start", "farther away than at the start"),
        lambda before, after: int(np.searchsorted([0.3, 1], after["two"]["far"][0] / after["now"]["far"][0])),
        {"y": 1.2},
        "Along *y* Newton's step is *y* → −*y*³: from 1.2 to −1.73 and 5.16. The curvature falls faster than the "
        "gradient, and the step is their quotient. Within its box Sophia arrives, at {end.far:3} after 30 steps.",
    ),
)  # fmt: skip
