"""A parabola without noise: RMSProp hovers at half a learning rate, whatever the curvature; AdaGrad arrives."""

from typing import Any

import numpy as np

from ...optim.adagrad import adagrad
from ...optim.rmsprop import rmsprop
from .figure import Axis, Ends, Figure, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

STEPS, START, LARGE = 300, 1.5, 0.5
"""Steps drawn, where both begin, and AdaGrad's learning rate."""
LEAST = 1e-5
"""Distances below it are drawn at the edge."""


def descent(
    t: Number, p: Number, v: Number, q: Number, total: Number, *, gamma: Number, alpha: Number, a: Number
) -> Any:
    """A step of each rule down a θ²/2, both distances, and both effective learning rates in units of 1/a."""
    rest = dict(eps=0.0, weight_decay=0)
    p, v, *_ = rmsprop(a * p, p, v, lr=gamma, alpha=alpha, momentum=0, centered=False, **rest)
    q, total = adagrad(a * q, q, total, t=t, lr=LARGE, lr_decay=0, **rest)
    far, near = np.maximum(np.absolute(p), LEAST), np.maximum(np.absolute(q), LEAST)
    return p, v, q, total, far, near, gamma * a / np.sqrt(v), LARGE * a / np.sqrt(total)


def now(*, gamma: Number) -> Any:
    """Half a learning rate, on either side."""
    return gamma / 2, -gamma / 2


RUN = Scan(descent, (START, 0.0, START, 0.0), STEPS, "p v q total far near rate steady")
TIME = Axis(0, STEPS, (0, 100, 200, 300), "step")
SMALL = {1e-5: "10⁻⁵", 1e-4: "10⁻⁴", 1e-3: "10⁻³", 0.01: "0.01", 0.1: "0.1", 1: "1"}

PLACE = Panel(
    "Where they are", TIME, Axis(-0.8, 1.7, (-0.5, 0, 0.5, 1, 1.5), "*θ*"),
    [
        Line((0, STEPS), (0, 0), "faint", 1),
        Line("run.t", "run.q", "brown", 2, "2 3"), Line("run.t", "run.p", "green", 1.5),
        Line((165, 186), (1.45, 1.45), "green", 1.5), Label(193, 1.45, "RMSProp", "green", dy=4),
        Line((165, 186), (1.2, 1.2), "brown", 2, "2 3"), Label(193, 1.2, "AdaGrad, *γ* = 0.5", "brown", dy=4),
    ],
    height=236, alt="The parameter under RMSProp and AdaGrad over three hundred steps.",
)  # fmt: skip
DISTANCE = Panel(
    "Distance from the minimum", TIME, Axis(0.7 * LEAST, 3, SMALL, "|*θ*|", "log"),
    [
        Line((0, STEPS), "now.half", "faint", 1.5, "6 3"), Label(295, "now.half", "*γ*/2", anchor="end", dy=15),
        Line("run.t", "run.near", "brown", 2, "2 3"), Line("run.t", "run.far", "green", 1.5),
    ],
    height=236, alt="Distance from the minimum; RMSProp's stops at half a learning rate.",
)  # fmt: skip
RATES = Panel(
    "Effective learning rate, times *a*", TIME, Axis(0.03, 30, {0.1: "0.1", 1: "1", 2: "2", 10: "10"}, "", "log"),
    [
        Line((0, STEPS), (2, 2), "faint", 1.5, "6 3"), Label(295, 2, "stable below", anchor="end", dy=15),
        Line("run.t", "run.steady", "brown", 2, "2 3"), Line("run.t", "run.rate", "green", 1.5),
    ],
    height=236, alt="Effective learning rates in units of one over the curvature, and the limit of stability, 2.",
)  # fmt: skip

FIGURE = Figure(
    "Down a parabola without noise",
    (
        Quantity("gamma", "*γ*", 0.01, 0.2, 0.1, "log", 0.05, 3, "purple", "γ"),
        Quantity("alpha", "*α*", 0.3, 0.98, 0.9, "decay", 0.05, 3, "green", "α"),
        Quantity("a", "*a*", 0.01, 100, 1, "log", 0.1, 2, "blue", "a"),
    ),
    {"run": RUN, "end": Ends(RUN), "now": Map(now, "half other")},
    (PLACE, DISTANCE, RATES),
    "With *γ* = {gamma:3} RMSProp is {end.far:3} from the minimum after 300 steps, with an effective learning rate of "
    "{end.rate:2}/*a*. AdaGrad's is {end.steady:2}/*a*.",
    "The loss is *aθ*²/2, without noise. RMSProp's learning rate is *γ*; AdaGrad's is 0.5.",
    Prediction(
        "RMSProp with *γ* = 0.1 ends 0.05 from the minimum. Make the parabola 100 times as steep. It then ends",
        ("closer", "just as far", "farther away"),
        lambda before, after: 1 + int(np.sign(np.round(after["end"]["far"][0] - before["end"]["far"][0], 6))),
        {"a": 100},
        "It ends at {end.far:3} again: all gradients are 100 times as large, and so is the root that divides them. "
        "Not one step has changed.",
    ),
)  # fmt: skip
