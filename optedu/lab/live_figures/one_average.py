"""Adam's first average alone: a noisy parabola, how long the average is, and how far the weight scatters."""

import math
from typing import Any

import numpy as np

from ...optim.adam import adam
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

STEPS, SIGMA = 300, 0.05
NOISE = tuple(round(x, 3) for x in np.random.default_rng(3).standard_normal(STEPS).tolist())
ALIKE = 1e6
"""An ε so large that every denominator is the same: with as large a learning rate, the step is the average."""


def noisy(t: Number, z: Number, p: Number, m: Number, *, beta: Number, h: Number) -> Any:
    """Adam at a learning rate of 1 in units of the denominator."""
    rest = dict(t=t, lr=ALIKE, betas=(beta, 0.0), eps=ALIKE, weight_decay=0)
    p, m, _, _ = adam(h * p + SIGMA * z, p, m, 0.0, **rest)
    return p, m


def law(b: Number, *, h: Number) -> Any:
    """After many steps: noise of the average, and scatter of the weight."""
    average = SIGMA * np.sqrt((1 - b) / (1 + b))
    return average, SIGMA * np.sqrt((1 + b) / (h * (2 * (1 + b) - (1 - b) * h)))


def now(*, beta: Number, h: Number) -> Any:
    """The law here, how late the average is, and in how many steps a distance or a swing halves."""
    average, scatter = law(beta, h=h)
    middle = (1 + beta - h * (1 - beta)) / 2
    root = np.sqrt(np.maximum(middle * middle - beta, 0.0))
    size = np.where(root > 0, middle + root, np.sqrt(beta))
    return average, scatter, beta / (1 - beta), -math.log(2) / np.log(size)


RUN = Scan(noisy, (1.0, 0.0), STEPS, "p m", (NOISE,))
PATH = Panel(
    "Weight on a noisy parabola", Axis(0, STEPS, (0, 100, 200, 300), "step"), Axis(-1, 1.1, (-1, 0, 1)),
    [
        Line((0, STEPS), (0, 0), "faint", 1, "2 3"), Line("run.t", "run.p", "blue", 1.8),
        Label(STEPS, 0, "minimum", "faint", "end", dy=-6),
    ],
    height=232, alt="The weight over 300 steps, from 1 to the minimum at 0; with a long average it rings.",
)  # fmt: skip
SCATTER = Panel(
    "After many steps", Axis(0.5, 0.99, (0.5, 0.9, 0.99), "decay rate *β*_1 of the average", "decay"),
    Axis(0.002, 0.5, {0.01: "0.01", 0.1: "0.1"}, "", "log"),
    [
        Line("laws.b", "laws.scatter", "blue", 2), Line("laws.b", "laws.average", "brown", 1.8, "6 3"),
        Dots("beta", "now.scatter", "blue", 8), Dots("beta", "now.average", "brown", 8, "s"),
        Label(0.52, "now.scatter", "scatter of the weight", "blue", dy=-9),
        Label(0.52, 0.0065, "noise of the average", "brown", dy=4),
    ],
    [Handle("beta", "now.scatter", "Decay rate of the average")], 232,
    alt="Against the decay rate: the noise of the average falls, the scatter of the weight hardly changes.",
)  # fmt: skip

FIGURE = Figure(
    "A longer average",
    (
        Quantity("beta", "*β*_1", 0.5, 0.99, 0.9, "decay", 0.05, 3, "purple", "β1"),
        Quantity("h", "*h*", 0.01, 0.3, 0.1, "log", 0.1, 3, "green", "h"),
    ),
    {
        "run": RUN,
        "end": Ends(RUN),
        "laws": Map(law, "average scatter", {"b": (0.5, 0.99, 41, "decay")}),
        "now": Map(now, "average scatter late half"),
    },
    (PATH, SCATTER),
    "With *β*_1 = {beta:3} the average is {now.late:0} steps late. The distance to the minimum, or its swing, halves "
    "every {now.half:0} steps; in the end the weight scatters by {now.scatter:3}.",
    "The parabola has the curvature *h*; each gradient has noise of size 0.05. Adam's denominator is held at 1, its "
    "learning rate is 1.",
    Prediction(
        "With *β*_1 = 0.9 the weight scatters by 0.112 around the minimum. Let *β*_1 = 0.99 average ten times as many "
        "gradients, at the same learning rate. Then the weight scatters",
        ("a third as far", "about as far", "farther, by half or more"),
        lambda before, after: int(
            np.searchsorted([0.6, 1.4], after["now"]["scatter"][0] / before["now"]["scatter"][0])
        ),
        {"beta": 0.99},
        "The average has a third of its noise, but the weight scatters by {now.scatter:3}: the errors of successive "
        "averages agree and add up. What has changed is that the weight swings, halving only every {now.half:0} steps.",
    ),
)
