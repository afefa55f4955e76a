"""A running average that starts at zero, and what RMSProp's first steps make of it, on a gradient of 1."""

import math
from typing import Any

import numpy as np

from ...optim.rmsprop import rmsprop
from .figure import Axis, Dots, Figure, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan


def over_time(t: Number, *, beta: Number) -> Any:
    weight = 1 - beta**t
    return weight, 1 / np.sqrt(weight)


def now(*, beta: Number) -> Any:
    """The first average, the first step, and when the excess is down to a percent."""
    return 1 - beta, 1 / np.sqrt(1 - beta), math.log(1 - 1 / 1.01**2) / np.log(beta)


def measured(t: Number, p: Number, v: Number, *, beta: Number) -> Any:
    """The rule, and how long its step is."""
    rest = dict(lr=1.0, alpha=beta, eps=0.0, weight_decay=0, momentum=0, centered=False)
    after, v, _, _ = rmsprop(1.0, p, v, **rest)
    return after, v, p - after


DECADES = {1: "1", 10: "10", 100: "100", 1000: "1,000", 10000: "10,000"}
AVERAGE = Panel(
    "The average of a square that is always 1", Axis(1, 10000, DECADES, "step *t*", "log"),
    Axis(0, 1.1, (0, 0.5, 1), "*v*"),
    [
        Line((1, 10000), (1, 1), "faint", 1.5, "6 3"), Line("time.t", "time.weight", "purple", 2.2),
        Dots("run.t", "run.v", "ink", 5), Label(1.2, 1, "true mean", "faint", dy=14),
    ],
    height=224, alt="The average over time; it starts near zero.",
)  # fmt: skip
STEP = Panel(
    "RMSProp's step", Axis(1, 10000, DECADES, "step *t*", "log"),
    Axis(0.7, 130, {1: "1", 10: "10", 100: "100"}, "learning rates", "log"),
    [
        Line((1, 10000), (1, 1), "faint", 1.5, "6 3"), Line("time.t", "time.step", "brown", 2.2),
        Dots("run.t", "run.step", "ink", 5), Label(9500, 80, "dots: the rule itself", "ink", "end"),
    ],
    height=224, alt="Length of the step over time; it starts too long.",
)  # fmt: skip

FIGURE = Figure(
    "A running average that starts at zero",
    (Quantity("beta", "*β*", 0.5, 0.9999, 0.99, "decay", 0.05, 4, "purple", "β"),),
    {
        "time": Map(over_time, "weight step", {"t": (1, 10000, 121, "log")}),
        "now": Map(now, "weight first settled"),
        "run": Scan(measured, (0.0, 0.0), 40, "p v step"),
    },
    (AVERAGE, STEP),
    "With *β* = {beta:4} the average is {now.weight:4} after the first step, which is {now.first:2} learning rates "
    "long. The excess falls to 1% by step {now.settled:0}.",
    "The gradient is 1 at every step; RMSProp divides by the root of the average.",
    Prediction(
        "The average starts at 0. With *β* = 0.99, RMSProp's first step is 10 learning rates long. Let the average "
        "remember longer, *β* = 0.999. The first step becomes",
        ("shorter", "no other", "longer"),
        lambda before, after: 1 + int(np.sign(np.round(after["now"]["first"][0] - before["now"]["first"][0], 3))),
        {"beta": 0.999},
        "A slower average takes in less of the first square, {now.weight:3}, and the step is divided by its root: it "
        "is {now.first:1} learning rates long, and the excess lasts for {now.settled:0} steps.",
    ),
)
