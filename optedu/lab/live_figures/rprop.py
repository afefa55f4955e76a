"""Rprop out of a plateau: sizes that grow and shrink by signs, some of which are wrong."""

import math
from typing import Any

import numpy as np

from ...optim.rprop import rprop
from ...optim.sgd import sgd
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

STEPS, START, FIRST = 120, 5.0, 0.01
SHRINK, LEAST, MOST = 0.5, 1e-6, 50.0
DRAWS = tuple(float(x) for x in np.round(np.random.default_rng(0).random(STEPS), 4))
"""Where one is above q, the sign of that step is wrong."""


def slope(p: Number) -> Any:
    """Of the well −exp(−θ²/2)."""
    return p * np.exp(-p * p / 2)


def descent(t: Number, u: Number, p: Number, kept: Number, size: Number, d: Number, *, q: Number, grow: Number) -> Any:
    """A step of Rprop with a sign that is right with probability q, and one of gradient descent without noise."""
    g = np.where(u < q, slope(p), -slope(p))
    p, kept, size = rprop(g, p, kept, size, etas=(SHRINK, grow), step_sizes=(LEAST, MOST))
    d, _ = sgd(slope(d), d, None, lr=1.0, momentum=0, dampening=0, weight_decay=0, nesterov=False)
    return p, kept, size, d, np.absolute(p), np.where(u < q, np.nan, -2.4)


def drift(q: Number, grow: Number = 1.2, shrink: float = SHRINK) -> Any:
    """Of the logarithm of a size, per step, if signs are independent and each is positive with probability q."""
    pq = q * (1 - q)
    return ((1 - 3 * pq) * np.log(grow) + pq * math.log(shrink)) / (1 - pq)


def border(grow: Number = 1.2, shrink: float = SHRINK) -> Any:
    """The share above one half at which that drift is zero."""
    rise = np.log(grow)
    return (1 + np.sqrt(1 - 4 * rise / (3 * rise - math.log(shrink)))) / 2


def percent(q: Number, *, grow: Number) -> Any:
    return (100 * (np.exp(drift(q, grow)) - 1),)


def trend(t: Number, *, q: Number, grow: Number) -> Any:
    return (np.minimum(np.maximum(FIRST * np.exp(drift(q, grow) * t), LEAST), MOST),)


def now(*, q: Number, grow: Number) -> Any:
    """Growth in percent, its size, whether it is less than none, and from which share on it is more."""
    change = 100 * (np.exp(drift(q, grow)) - 1)
    return change, np.absolute(change), np.where(change < 0, 1, 0), border(grow)


TIME = Axis(0, STEPS, (0, 40, 80, 120), "step")
SIZES = {1e-6: "10⁻⁶", 1e-4: "10⁻⁴", 0.01: "0.01", 1: "1", 50: "50"}
RUN = Scan(descent, (START, 0.0, FIRST, START), STEPS, "p kept size d far wrong", (DRAWS,))

PLACE = Panel(
    "Where the weight is", TIME, Axis(-2.9, 6.2, (-2, 0, 2, 4), "*θ*"),
    [
        Line((0, STEPS), (0, 0), "green", 1), Label(118, 0, "minimum", "green", "end", dy=-6),
        Line("run.t", "run.d", "faint", 1.5, "6 3"), Label(118, 5, "gradient descent, *γ* = 1", anchor="end", dy=-8),
        Line("run.t", "run.p", "red", 2), Line((62, 70), (3, 3), "red", 2), Label(73, 3, "Rprop", "red", dy=4),
        Dots("run.t", "run.wrong", "ink", 4),
        Label(2, -2.4, "dots: wrong signs", "ink", dy=-8),
    ],
    height=250, alt="Rprop's path from a plateau toward the minimum, and the steps whose sign was wrong.",
)  # fmt: skip
SIZE = Panel(
    "The size of its step", TIME, Axis(4e-7, 200, SIZES, "*Δ*", "log"),
    [
        Line("trend.t", "trend.size", "faint", 1.5, "6 3"), Line("run.t", "run.size", "red", 2),
        Label(118, 90, "dashed: trend before the minimum", anchor="end", dy=2),
    ],
    height=250, alt="Rprop's step size over time, and its trend while the slope keeps its side.",
)  # fmt: skip
GROWTH = Panel(
    "Growth of a size per step", Axis(0.5, 1, (0.5, 0.6, 0.7, 0.8, 0.9, 1), "probability *q* of a right sign"),
    Axis(-22, 24, (-20, -10, 0, 10, 20), "percent"),
    [
        Line((0.5, 1), (0, 0), "faint", 1), Line("growth.q", "growth.percent", "purple", 2),
        Label("now.border", 0, "{now.border:2}", "purple", "middle", dy=16), Dots("now.border", (0.0,), "purple", 6),
    ],
    [Handle("q", "now.change", "Probability of a right sign")], 250,
    alt="Growth of the size per step against the probability of a right sign: negative below a border, then positive.",
)  # fmt: skip

FIGURE = Figure(
    "Out of a plateau by signs alone",
    (
        Quantity("q", "*q*", 0.5, 1, 1, step=0.01, color="purple", symbols="q"),
        Quantity("grow", "*η*^+", 1.02, 1.95, 1.2, step=0.01, color="brown", symbols="η+"),
    ),
    {
        "run": RUN,
        "end": Ends(RUN),
        "trend": Map(trend, "size", {"t": (0, STEPS, 61, "linear")}),
        "growth": Map(percent, "percent", {"q": (0.5, 1, 61, "linear")}),
        "now": Map(now, "change much which border"),
    },
    (PLACE, SIZE, GROWTH),
    "If each sign is right with probability *q* = {q:2}, the weight is {end.far:2} from the minimum after 120 steps. "
    "On one side of the minimum and between its bounds its size {now.which|grows|shrinks} by {now.much:1}% per step in "
    "the long run.",
    "The loss is −exp(−*θ*²/2), from *θ* = 5, and the first size is 0.01. Which signs are wrong is one fixed draw of "
    "random numbers.",
    Prediction(
        "If all signs are right, Rprop first comes within 0.01 of the minimum at step 43. Now let three signs in ten "
        "be wrong, at random. In 120 steps Rprop",
        ("arrives, but later", "gets stuck on the way", "runs far past the minimum"),
        lambda before, after: 0 if after["end"]["far"][0] < 0.5 else 1 if after["end"]["far"][0] < 6 else 2,
        {"q": 0.7},
        "It is stuck at *θ* = {end.p:2}, although seven signs in ten are right. A disagreement halves the size and an "
        "agreement adds only a fifth, so that in the long run the size shrinks by {now.much:1}% per step. To keep it, "
        "a share of {now.border:2} would have to be right.",
    ),
)  # fmt: skip
