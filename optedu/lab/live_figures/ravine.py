"""A ravine: gradient descent at its best, and the rule with any learning rate and momentum."""

import math
from typing import Any

import numpy as np

from ...optim.sgd import sgd
from .figure import Axis, Dots, Ends, Figure, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan
from .heavy_ball import rate

KAPPA, STEPS = 100, 60
START = (10.0, 1.0)


def descent(
    t: Number, x: Number, y: Number, along: Number, across: Number, wide: Number, *, gamma: Number, mu: Number
) -> Any:
    """A step of the rule; curvatures are in units of the largest, so that γ is γL."""
    rest = dict(lr=gamma, momentum=mu, dampening=0, weight_decay=0, nesterov=False)
    x, along = sgd(x / KAPPA, x, along, **rest)
    y, across = sgd(y, y, across, **rest)
    return x, y, along, across, np.maximum(wide, np.absolute(y)), np.sqrt(x * x + y * y)


def plain(t: Number, x: Number, y: Number) -> Any:
    """Gradient descent at its best."""
    rest = dict(lr=2 * KAPPA / (KAPPA + 1), momentum=0, dampening=0, weight_decay=0, nesterov=False)
    x, _ = sgd(x / KAPPA, x, None, **rest)
    y, _ = sgd(y, y, None, **rest)
    return x, y, np.sqrt(x * x + y * y)


def now(*, gamma: Number, mu: Number) -> Any:
    return (np.maximum(rate(gamma, mu), rate(gamma / KAPPA, mu)),)


RUN = Scan(descent, (*START, 0.0, 0.0, 0.0), STEPS, "x y along across wide far")
PLAIN = Scan(plain, START, STEPS, "x y far")
turn = np.linspace(0, 2 * np.pi, 73)
FAR = {0.001: "0.001", 0.01: "0.01", 0.1: "0.1", 1: "1", 10: "10"}

WAY = Panel(
    "The way down the ravine", Axis(-3, 10.6, (0, 5, 10), "along"), Axis(-4.1, 4.1, (-4, -2, 0, 2, 4), "across"),
    [
        *(Line(r * np.cos(turn), r * np.sin(turn) / KAPPA**0.5, "faint", 0.7) for r in (4, 10, 18, 27, 37)),
        Line("plain.x", "plain.y", "faint", 1.4, "4 3"),
        Line("run.x", "run.y", "blue", 1.4), Dots("run.x", "run.y", "blue", 4.5),
        Dots((0.0,), (0.0,), "ink", 9, "s"),
    ],
    height=236, alt="Paths over the contours of a ravine that is steep across and nearly flat along.",
)  # fmt: skip
DISTANCE = Panel(
    "How far there is to go", Axis(0, STEPS, (0, 20, 40, 60), "step"), Axis(6e-4, 30, FAR, "distance", "log"),
    [
        Line("plain.t", "plain.far", "faint", 1.4, "4 3"),
        Line("run.t", "run.far", "blue", 1.4), Dots("run.t", "run.far", "blue", 4.5),
        Line((3, 8), (0.012, 0.012), "blue", 1.4), Dots(5.5, 0.012, "blue", 4.5),
        Label(10, 0.012, "as chosen", "blue", dy=4),
        Line((3, 8), (0.0035, 0.0035), "faint", 1.4, "4 3"), Label(10, 0.0035, "gradient descent at its best", dy=4),
    ],
    height=236, alt="Distance from the minimum over sixty steps.",
)  # fmt: skip

FIGURE = Figure(
    "A ravine",
    (
        Quantity("gamma", "*γL*", 0.02, 4, 2 * KAPPA / (KAPPA + 1), "sqrt", 0.02, color="purple", symbols="γ"),
        Quantity("mu", "*μ*", 0, 0.99, 0.0, step=0.01, color="brown", symbols="μ"),
    ),
    {
        "now": Map(now, "rate"),
        "run": RUN,
        "end": Ends(RUN),
        "plain": PLAIN,
        "best": Ends(PLAIN),
    },
    (WAY, DISTANCE),
    "With *γL* = {gamma:2} and *μ* = {mu:2} a step leaves {now.rate:3} of the distance in the long run: "
    + f"{math.hypot(*START):.2f}" + " becomes {end.far:3} in 60 steps. The widest swing across is {end.wide:2}.",
    "Curvature 100 across, 1 along. Try *γ* alone first: nothing gets visibly below the "
    "dashed line. Then add *μ*.",
    Prediction(
        "Here is gradient descent at its best learning rate. With its best *μ* and *γ*, momentum gets 3,000 times as "
        "close in as many steps. How wide are its swings across the ravine?",
        ("narrower", "the same", "wider"),
        lambda before, after: 1 + int(np.sign(np.round(after["run"]["wide"][-1] - before["run"]["wide"][-1], 3))),
        {"gamma": (2 / (1 + KAPPA**-0.5)) ** 2, "mu": ((KAPPA**0.5 - 1) / (KAPPA**0.5 + 1)) ** 2},
        "It swings {end.wide:2} to the side instead of 0.98, and yet it is at a distance of {end.far:3} after 60 "
        "steps, instead of {best.far:3}. Whatever momentum does here, it is not damping the zigzag.",
    ),
)  # fmt: skip
