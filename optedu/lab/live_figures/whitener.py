"""Two numbers whose gradients have a fixed covariance: a preconditioner fitted by added and by relative steps."""

import math
from typing import Any

import numpy as np

from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan
from .tables import FAR

STEPS, ADDED = 150, 0.01
"""Fits, and the rate of those whose step is added."""
ANGLE, SIZES = 30.0, (2.0, 0.5)
"""Of the gradients' ellipse: how it lies, in degrees, and its half axes at scale 1."""

_c, _s = math.cos(math.radians(ANGLE)), math.sin(math.radians(ANGLE))
ROOT = (
    SIZES[0] * _c * _c + SIZES[1] * _s * _s, (SIZES[0] - SIZES[1]) * _c * _s, SIZES[0] * _s * _s + SIZES[1] * _c * _c,
)  # fmt: skip
"""Entries (1, 1), (1, 2) and (2, 2) of the root of the covariance."""

NOISE = [[round(x, 3) for x in row] for row in np.random.default_rng(0).standard_normal((4, STEPS)).tolist()]
"""What gradients are made of, and what is compared with them."""
ROUND = 49
PLACES = (*(-1.0,) * STEPS, *map(float, range(ROUND)))
"""Once the fits are done, how many parts of a turn the ellipse is drawn at; before, it is not drawn."""
PART = 2 * math.pi / (ROUND - 1)
LONGER = [(*row, *(0.0,) * ROUND) for row in NOISE]


def seen(z: Number, y: Number, v: Number, w: Number, a: Number, b: Number, d: Number, c: Number) -> Any:
    """The gradient, and with it and the noise seen through the factor, ((a, b), (0, d))."""
    g, h = c * (ROOT[0] * z + ROOT[1] * y), c * (ROOT[1] * z + ROOT[2] * y)
    p = v / a
    return g, h, a * g + b * h, d * h, p, (w - b * p) / d


def fit(z: Number, y: Number, v: Number, w: Number, a: Number, b: Number, d: Number, mu: Number, c: Number) -> Any:
    """`optedu.optim.kron.fitted` for a vector of two numbers with a triangular factor."""
    _, _, g, h, p, q = seen(z, y, v, w, a, b, d, c)
    one, two, three = g * g + p * p, g * h + p * q, h * h + q * q
    first = one * one + two * two >= two * two + three * three
    m, n = np.where(first, one, two), np.where(first, two, three)
    m, n = one * m + two * n, two * m + three * n
    bound = np.sqrt((one * m + two * n) * (one * m + two * n) + (two * m + three * n) * (two * m + three * n))
    rate = mu * np.sqrt(m * m + n * n) / bound
    e, f, k = g * g - p * p, g * h - p * q, h * h - q * q
    return a - rate * e * a, b - rate * (e * b + f * d), d - rate * k * d


def add(z: Number, y: Number, v: Number, w: Number, a: Number, b: Number, d: Number, c: Number) -> Any:
    """A step of gradient descent on the criterion; the run ends where it overshoots zero, as Q is singular there."""
    i, j, g, h, p, q = seen(z, y, v, w, a, b, d, c)
    s = q / d
    r = (p - b * s) / a
    a, b, d = a - ADDED * (g * i - p * r), b - ADDED * (g * j - p * s), d - ADDED * (h * j - q * s)
    return np.where(np.minimum(a, d) > 0, a, 2 * FAR), b, d


def mapped(a: Number, b: Number, d: Number, c: Number) -> Any:
    """The preconditioner times the root of the covariance, row by row."""
    p, q, r = c * a * a, c * a * b, c * (b * b + d * d)
    return p * ROOT[0] + q * ROOT[1], p * ROOT[1] + q * ROOT[2], q * ROOT[0] + r * ROOT[1], q * ROOT[1] + r * ROOT[2]


def half_axes(i: Number, j: Number, k: Number, m: Number) -> Any:
    """Of the ellipse that a matrix makes of the unit circle: its singular values."""
    one = np.sqrt((i + m) * (i + m) + (k - j) * (k - j)) / 2
    two = np.sqrt((i - m) * (i - m) + (k + j) * (k + j)) / 2
    return one + two, np.absolute(one - two)


def around(i: Number, j: Number, k: Number, m: Number, place: Number) -> Any:
    """A point of that ellipse, or none where the place is below zero."""
    phi = PART * np.sqrt(place) * np.sqrt(place)
    x, y = np.cos(phi), np.sin(phi)
    return i * x + j * y, k * x + m * y


def relative(
    t: Number, z: Number, y: Number, v: Number, w: Number, a: Number, b: Number, d: Number, *, mu: Number, c: Number
) -> Any:
    new = fit(z, y, v, w, a, b, d, mu, c)
    return *new, *half_axes(*mapped(*new, c))


def added(t: Number, z: Number, y: Number, v: Number, w: Number, a: Number, b: Number, d: Number, *, c: Number) -> Any:
    new = add(z, y, v, w, a, b, d, c)
    return *new, *half_axes(*mapped(*new, c))


def relative_until(
    t: Number, place: Number, z: Number, y: Number, v: Number, w: Number, a: Number, b: Number, d: Number,
    *, n: Number, mu: Number, c: Number,
) -> Any:  # fmt: skip
    """So many fits, then once around the ellipse."""
    pairs = zip(fit(z, y, v, w, a, b, d, mu, c), (a, b, d), strict=True)
    a, b, d = (np.where(t <= n, new, old) for new, old in pairs)
    shape = mapped(a, b, d, c)
    return a, b, d, *half_axes(*shape), *around(*shape, place)


def added_until(
    t: Number, place: Number, z: Number, y: Number, v: Number, w: Number, a: Number, b: Number, d: Number,
    *, n: Number, c: Number,
) -> Any:  # fmt: skip
    pairs = zip(add(z, y, v, w, a, b, d, c), (a, b, d), strict=True)
    a, b, d = (np.where(t <= n, new, old) for new, old in pairs)
    shape = mapped(a, b, d, c)
    return a, b, d, *half_axes(*shape), *around(*shape, place)


START = (1.0, 0.0, 1.0)
FITTED = Scan(relative, START, STEPS, "a b d long short", NOISE)
SUMMED = Scan(added, START, STEPS, "a b d long short", NOISE)
FITTED_RING = Scan(relative_until, START, STEPS + ROUND, "a b d long short x y", [PLACES, *LONGER])
SUMMED_RING = Scan(added_until, START, STEPS + ROUND, "a b d long short x y", [PLACES, *LONGER])
_turn = PART * np.arange(ROUND)
_x, _y = np.cos(_turn), np.sin(_turn)

PLANE = Panel(
    "Gradients after the preconditioner", Axis(-2.4, 2.4, (-2, -1, 0, 1, 2), "first number"),
    Axis(-1.7, 1.7, (-1, 0, 1), ""),
    [
        Line(_x, _y, "faint", 1.2),
        Line(ROOT[0] * _x + ROOT[1] * _y, ROOT[1] * _x + ROOT[2] * _y, "faint", 1.4, "2 3"),
        Line("summed.x", "summed.y", "brown", 1.8, "6 3"),
        Line("fitted.x", "fitted.y", "blue", 2.2),
    ],
    height=274, alt="The unit circle, the ellipse of the gradients, and where two preconditioners map it.",
)  # fmt: skip
AXES = Panel(
    "Long and short half axis of the ellipse", Axis(0, STEPS, (0, 50, 100, 150), "fits"),
    Axis(0.01, 100, {0.01: "0.01", 0.1: "0.1", 1: "1", 10: "10", 100: "100"}, "", "log"),
    [
        Line((0, STEPS), (1, 1), "faint", 1.2),
        Line("sum.t", "sum.long", "brown", 1.6, "6 3"), Line("sum.t", "sum.short", "brown", 1.6, "6 3"),
        Line("fit.t", "fit.long", "blue", 1.8), Line("fit.t", "fit.short", "blue", 1.8),
        Dots("n", "now.short", "blue", 6), Dots("n", "other.long", "brown", 6, "s"),
        Dots("n", "other.short", "brown", 6, "s"),
        Line((6, 20), (0.06, 0.06), "blue", 2), Label(24, 0.06, "relative", "blue", dy=4),
        Line((6, 20), (0.025, 0.025), "brown", 1.6, "6 3"), Label(24, 0.025, "added", "brown", dy=4),
    ],
    [Handle("n", "now.long", "Fits so far")], 256,
    alt="Half axes over the fits, on a logarithmic scale; those of a whitened gradient are 1.",
)  # fmt: skip

FIGURE = Figure(
    "Fitting what makes gradients round",
    (
        Quantity("n", "fits", 0, STEPS, 120.0, step=1, digits=0, color="ink"),
        Quantity("mu", "*μ*", 0.02, 0.9, 0.1, "log", 0.05, 2, "blue", "μ"),
        Quantity("c", "*c*", 0.03, 30, 1.0, "log", 0.1, 2, "green", "c"),
    ),
    {
        "fit": FITTED, "sum": SUMMED, "fitted": FITTED_RING, "summed": SUMMED_RING,
        "now": Ends(FITTED_RING), "other": Ends(SUMMED_RING),
    },
    (PLANE, AXES),
    "With gradients of scale *c* = {c:2} and *μ* = {mu:2}, relative steps have made half axes of {now.long:2} and "
    "{now.short:2} after {n:0} fits, added steps {other.long:2} and {other.short:2}.",
    "The dotted ellipse is that of gradients at *c* = 1, with half axes 2 and 0.5; the circle is the aim. Every fit "
    "sees one gradient and one draw of noise. Added steps have the rate 0.01.",
    Prediction(
        "After 120 fits both preconditioners have made the ellipse rounder. Now all gradients are ten times as large, "
        "*c* = 10, with the rates as they are. Which of them come near the circle now?",
        ("both", "only the relative steps", "only the added steps", "neither"),
        lambda before, after: [[3, 1], [2, 0]][near(after["other"])][near(after["now"])],
        {"c": 10.0},
        "Relative steps arrive at {now.long:2} and {now.short:2}, as they did at *c* = 1: once the scale has been "
        "caught up with, it no longer matters. The added step, a hundred times too long, overshoots zero within "
        "six fits, where its line ends.",
    ),
)  # fmt: skip


def near(end: dict[str, list[float]]) -> bool:
    """Whether both half axes are within a factor of two of the circle's."""
    return bool(end["long"][0] < 2 and end["short"][0] > 0.5)
