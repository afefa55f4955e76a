"""The look-ahead on one curvature: a heavy ball whose friction grows with the curvature."""

import math
from typing import Any

import numpy as np

from ...optim.sgd import sgd
from .figure import Axis, Dots, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan
from .heavy_ball import rate, roots


def braked(x: Number, mu: Number) -> Any:
    """The momentum that a heavy ball would need for the same: equation (10)."""
    return mu * (1 - x)


def now(*, x: Number, mu: Number) -> Any:
    size, plain = rate(x, braked(x, mu)), rate(x, mu)
    gap = (1 - x) * (1 - x) * (1 + mu) * (1 + mu) - 4 * braked(x, mu)
    kind = np.where(gap < 0, 2, np.where(x < 1, 0, 3))
    kind = np.where(np.absolute(gap) < 1e-9, 1, kind)
    kind = np.where(size >= 1, 4, kind)
    return *roots(x, braked(x, mu)), *roots(x, mu), size, plain, kind, braked(x, mu)


def along(at: Number, *, mu: Number) -> Any:
    return rate(at, braked(at, mu)), rate(at, mu)


def ball(t: Number, y: Number, b: Number, theta: Number, buf: Number, *, x: Number, mu: Number) -> Any:
    """A step of the rule on ½aθ² with the look-ahead and without; γ is 1, so that a is γa."""
    rest = dict(lr=1.0, momentum=mu, dampening=0, weight_decay=0)
    y, b = sgd(x * y, y, b, nesterov=True, **rest)
    theta, buf = sgd(x * theta, theta, buf, nesterov=False, **rest)
    return y, b, theta, buf


def critical(*, x: Number, mu: Number) -> Any:
    return x, (1 - np.sqrt(x)) / (1 + np.sqrt(x))


def within(r: Number) -> Any:
    """Outline of the region whose rate is at most r."""
    x = np.linspace(max(0.0, 1 - r), 1 + r, 81)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where((x < 1) & (r < 1), np.clip((1 - x - r) * r / (1 - r) / (1 - x), 0, 1), 0) if r < 1 else 0 * x
        left = np.minimum(1, r * r / (1 - x))
        right = np.minimum(r * r / (x - 1), (r - (x - 1)) / ((x - 1) * (1 + 1 / r)))
        high = np.clip(np.where(x < 1, left, np.where(x > 1, right, 1)), 0, 1)
    keep = high >= low
    return [*x[keep], *x[keep][::-1]], [*low[keep], *high[keep][::-1]]


LEVELS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)
root, edge, turn = np.linspace(0, 1, 31), np.linspace(0, 1, 21), np.linspace(0, 2 * np.pi, 73)
TICKS = {0: "0", 0.1: "0.1", 0.5: "0.5", 1: "1", 2: "2"}
REGIMES = "creeps|is critically damped|rings|flips its sign|diverges"
START = (1 - math.sqrt(0.1)) / (1 + math.sqrt(0.1))

PLANE = Panel(
    "Choose *γa* and *μ*", Axis(0, 2.2, TICKS, "*γa*", "sqrt"), Axis(0, 1, (0, 0.5, 1), "momentum *μ*"),
    [
        *(Line(*within(r), "blue", fill=0.09) for r in LEVELS),
        Line(root**2, (1 - root) ** 2, "faint", 1.4, "5 3"), Line(root**2, (1 - root) / (1 + root), "ink", 2),
        Line(2 * (1 + edge) / (1 + 2 * edge), edge, "red", 2, "2 3"),
        Label(0.33, 0.08, "without", "faint", "end"), Label(0.42, 0.55, "rings", "ink", "middle"),
        Label(0.035, 0.3, "creeps", "ink", "middle"), Label(1.85, 0.72, "diverges", "red", "middle"),
    ],
    [Handle("x", "mu", "Curvature times learning rate, and momentum", critical)], 272,
    alt="Solid: critical damping with the look-ahead; dashed: without. Right of the dotted edge it diverges.",
)  # fmt: skip
PATH = Panel(
    "Both balls", Axis(0, 60, (0, 20, 40, 60), "step"), Axis(-1.1, 1.1, (-1, 0, 1), "distance"),
    [
        Line("run.t", "run.theta", "brown", 1.4, "4 3"), Line("run.t", "run.y", "blue", 1.4),
        Dots("run.t", "run.y", "blue", 4.5),
        Line((33, 38), (0.92, 0.92), "blue", 1.4), Dots(35.5, 0.92, "blue", 4.5),
        Label(40, 0.92, "look-ahead", "blue", dy=4),
        Line((33, 38), (0.68, 0.68), "brown", 1.4, "4 3"), Label(40, 0.68, "heavy ball", "brown", dy=4),
    ],
    height=272, alt="Distance from the minimum over sixty steps, with the look-ahead and without.",
)  # fmt: skip
ROOTS = Panel(
    "Roots of both", Axis(-1.72, 1.72, (-1, 0, 1)), Axis(-1.15, 1.15, {-1: "−i", 0: "0", 1: "i"}),
    [
        Line(np.cos(turn), np.sin(turn), "red", 1.5, "2 3"),
        Dots("now.plain1", "now.i1", "brown", 16, "s", True), Dots("now.plain2", "now.i2", "brown", 16, "s", True),
        Dots("now.re1", "now.im1", "blue", 8), Dots("now.re2", "now.im2", "blue", 8),
        Label(0.74, 0.82, "no progress", "red"),
    ],
    height=260, alt="The look-ahead pulls complex roots inward.",
)  # fmt: skip
RATE = Panel(
    "What a step leaves of the error", Axis(0, 2.2, TICKS, "*γa*", "sqrt"), Axis(0, 1.25, (0, 0.5, 1), ""),
    [
        Line((0, 2.2), (1, 1), "red", 1.5, "2 3"), Line("along.at", "along.plain", "brown", 1.6, "4 3"),
        Line("along.at", "along.rate", "blue", 2.2),
        Line((0.002, 0.014), (0.25, 0.25), "blue", 2.2), Label(0.02, 0.25, "look-ahead", "blue", dy=4),
        Line((0.002, 0.014), (0.13, 0.13), "brown", 1.6, "4 3"), Label(0.02, 0.13, "heavy ball", "brown", dy=4),
    ],
    [Handle("x", "now.rate", "Curvature times learning rate")], 260,
    alt="Rate per step over γa with the look-ahead and without.",
)  # fmt: skip

FIGURE = Figure(
    "A heavy ball with a brake",
    (
        Quantity("x", "*γa*", 0.01, 2.2, 0.1, "sqrt", 0.02, color="blue", symbols="γ a"),
        Quantity("mu", "*μ*", 0, 0.99, START, step=0.01, color="purple", symbols="μ"),
    ),
    {
        "now": Map(now, "re1 im1 re2 im2 plain1 i1 plain2 i2 rate other kind braked"),
        "along": Map(along, "rate plain", {"at": (0, 2.2, 161, "sqrt")}),
        "run": Scan(ball, (1.0, 0.0, 1.0, 0.0), 60, "y b theta buf"),
    },
    (PLANE, PATH, ROOTS, RATE),
    "The ball with look-ahead {now.kind|" + REGIMES + "}. Here its momentum acts like {now.braked:2}. A step leaves "
    "{now.rate:3} of the error, without look-ahead {now.other:3}.",
    "The brake: where curvature is large, less momentum is kept. The price is the dotted edge, which has moved left "
    "from "
    "*γa* = 2(1 + *μ*).",
    Prediction(
        "*γa* = 0.1. Raise the momentum of both to 0.95. The heavy ball then leaves √0.95 = 0.975 of the error at "
        "each step. "
        "With look-ahead?",
        ("less", "as much", "more"),
        lambda before, after: 1 + int(np.sign(np.round(after["now"]["rate"][0] - after["now"]["other"][0], 3))),
        {"mu": 0.95},
        "Both ring, but the look-ahead brakes: a momentum of {now.braked:3} in this direction, hence {now.rate:3}. In "
        "a flat "
        "direction the two would hardly differ.",
    ),
)
