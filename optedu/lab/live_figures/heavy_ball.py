"""Momentum on one curvature: the plane of (γa, μ), the roots of the recursion, the path, and the rate."""

import math
from typing import Any

import numpy as np

from ...optim.sgd import sgd
from .figure import Axis, Dots, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan


def roots(x: Number, mu: Number) -> Any:
    """Both roots of z² - (1 + μ - γa) z + μ, each as a real and an imaginary part."""
    half = (1 + mu - x) / 2
    square = half * half - mu
    real, imaginary = np.sqrt(np.maximum(square, 0)), np.sqrt(np.maximum(-square, 0))
    return half + real, imaginary, half - real, -imaginary


def rate(x: Number, mu: Number) -> Any:
    """The larger root in size."""
    re1, im1, re2, im2 = roots(x, mu)
    return np.sqrt(np.maximum(re1 * re1 + im1 * im1, re2 * re2 + im2 * im2))


def now(*, x: Number, mu: Number) -> Any:
    size = rate(x, mu)
    gap = (1 + mu - x) * (1 + mu - x) - 4 * mu
    kind = np.where(gap < 0, 2, np.where(x < 1 + mu, 0, 3))
    kind = np.where(np.absolute(gap) < 1e-9, 1, kind)
    kind = np.where(size >= 1, 4, kind)
    steps = np.where(size < 1, math.log(10) / -np.log(size), math.inf)
    return *roots(x, mu), size, steps, kind, np.sqrt(mu)


def along(at: Number, *, mu: Number) -> Any:
    return rate(at, mu), np.absolute(1 - at)


def circle(turn: Number, *, mu: Number) -> Any:
    return np.sqrt(mu) * np.cos(turn), np.sqrt(mu) * np.sin(turn)


def ball(t: Number, theta: Number, buf: Number, plain: Number, *, x: Number, mu: Number) -> Any:
    """A step of the rule on ½aθ², with and without momentum; γ is 1, so that a is γa."""
    rest = dict(lr=1.0, dampening=0, weight_decay=0, nesterov=False)
    theta, buf = sgd(x * theta, theta, buf, momentum=mu, **rest)
    plain, _ = sgd(x * plain, plain, None, momentum=0, **rest)
    return theta, buf, plain


def critical(*, x: Number, mu: Number) -> Any:
    return x, (1 - np.sqrt(x)) * (1 - np.sqrt(x))


def within(r: Number) -> Any:
    """Outline of the region whose rate is at most r: a trapezoid, whose sides bend with the scale."""
    up = np.linspace(0, 1, 13)
    left, right = (1 - r) + up * ((1 - r) ** 2 - (1 - r)), (1 + r) + up * ((1 + r) ** 2 - (1 + r))
    return [*left, *right[::-1]], [*(up * r * r), *(up[::-1] * r * r)]


LEVELS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)
s, turn = np.linspace(-1, 1, 41), np.linspace(0, 2 * np.pi, 73)
edge = np.linspace(0, 1, 9)
TICKS = {0: "0", 0.1: "0.1", 0.5: "0.5", 1: "1", 2: "2", 4: "4"}
REGIMES = "creeps|is critically damped|rings|flips its sign at every step|diverges"

PLANE = Panel(
    "Choose *γa* and *μ*", Axis(0, 4, TICKS, "*γa*", "sqrt"), Axis(0, 1, (0, 0.5, 1), "momentum *μ*"),
    [
        *(Line(*within(r), "blue", fill=0.09) for r in LEVELS),
        Line((1 - s[s <= 0]) ** 2, s[s <= 0] ** 2, "faint", 1.3, "5 3"),
        Line((1 - s[s >= 0]) ** 2, s[s >= 0] ** 2, "ink", 2),
        Line(2 + 2 * edge, edge, "red", 2, "2 3"),
        Label(0.36, 0.16, "critical", "ink", "end", -7, -3), Label(1, 0.62, "rings", "ink", "middle"),
        Label(0.04, 0.12, "creeps", "ink", "middle"), Label(3.25, 0.3, "diverges", "red", "middle"),
        Label(2.1, 0.13, "flips", "ink", "end", -4),
    ],
    [Handle("x", "mu", "Curvature times learning rate, and momentum", critical)], 248,
    alt="Below the curve of critical damping the ball creeps, above it rings, right of the stability edge it diverges.",
)  # fmt: skip
ROOTS = Panel(
    "Roots in the complex plane", Axis(-1.95, 1.95, (-1, 0, 1)), Axis(-1.15, 1.15, {-1: "−i", 0: "0", 1: "i"}),
    [
        Line(np.cos(turn), np.sin(turn), "red", 1.5, "2 3"), Line("circle.x", "circle.y", "brown", 1.5, "6 3"),
        Line(0, 0, "faint", 1.2, x1="now.re1", y1="now.im1"), Line(0, 0, "faint", 1.2, x1="now.re2", y1="now.im2"),
        Dots("now.re2", "now.im2", "blue", 11, "s", True), Dots("now.re1", "now.im1", "blue", 11),
        Label(0.74, 0.82, "no progress", "red"), Label("now.left", 0, "√*μ*", "brown", "end", -4, 15),
    ],
    height=236, alt="Inside the unit circle errors shrink; complex roots lie on the circle of radius √μ.",
)  # fmt: skip
PATH = Panel(
    "The ball, step by step", Axis(0, 60, (0, 20, 40, 60), "step"), Axis(-1.1, 1.1, (-1, 0, 1), "distance"),
    [
        Line("run.t", "run.plain", "faint", 1.4, "4 3"), Line("run.t", "run.theta", "blue", 1.4),
        Dots("run.t", "run.theta", "blue", 4.5),
        Line((33, 38), (0.92, 0.92), "blue", 1.4), Dots(35.5, 0.92, "blue", 4.5),
        Label(40, 0.92, "momentum", "blue", dy=4),
        Line((33, 38), (0.68, 0.68), "faint", 1.4, "4 3"), Label(40, 0.68, "without", dy=4),
    ],
    height=248, alt="Its distance from the minimum over sixty steps.",
)  # fmt: skip
RATE = Panel(
    "What a step leaves of the error", Axis(0, 4, TICKS, "*γa*", "sqrt"), Axis(0, 1.25, (0, 0.5, 1), ""),
    [
        Line((0, 4), (1, 1), "red", 1.5, "2 3"), Line("along.at", "along.plain", "faint", 1.4, "4 3"),
        Line("along.at", "along.rate", "brown", 2.2),
        Label(1.27, 0.28, "without", dx=4), Label(1.9, 1, "no progress", "red", "end", dy=-5),
    ],
    [Handle("x", "now.rate", "Curvature times learning rate")], 236,
    alt="Rate per step over γa; inside the ringing interval it is flat, at √μ.",
)  # fmt: skip

FIGURE = Figure(
    "Momentum on one curvature",
    (
        Quantity("x", "*γa*", 0.01, 4, 0.1, "sqrt", 0.02, color="blue", symbols="γ a"),
        Quantity("mu", "*μ*", 0, 0.99, (1 - 0.1**0.5) ** 2, step=0.01, color="brown", symbols="μ"),
    ),
    {
        "now": Map(now, "re1 im1 re2 im2 rate steps kind left"),
        "along": Map(along, "rate plain", {"at": (0, 4, 161, "sqrt")}),
        "circle": Map(circle, "x y", {"turn": (0, 2 * np.pi, 61, "linear")}),
        "run": Scan(ball, (1.0, 0.0, 1.0), 60, "theta buf plain"),
    },
    (PLANE, PATH, ROOTS, RATE),
    "At *γa* = {x:2} and *μ* = {mu:2} the ball {now.kind|" + REGIMES + "}. A step leaves {now.rate:3} of the "
    "error; a digit takes {now.steps:1} steps.",
    "Drag the point in the plane: the darker, the faster. On the solid curve, critical damping, the two roots meet.",
    Prediction(
        "The ball is critically damped, at *μ* = {mu:2}. More momentum, *μ* = 0.95: when will it have settled?",
        ("sooner", "at the same time", "later"),
        lambda before, after: 1 + int(np.sign(np.round(after["now"]["rate"][0] - before["now"]["rate"][0], 3))),
        {"mu": 0.95},
        "It rings. Complex roots have the size √*μ*, here {now.rate:3}, whatever *γa* is: a digit now takes "
        "{now.steps:0} steps.",
    ),
)
