"""A rule that divides by the largest gradient it remembers: how long one spike holds it up."""

from typing import Any

import numpy as np

from ..ideas import by_fading
from .figure import Axis, Ends, Figure, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

STEPS, AT = 800, 50
SPIKE = tuple(float(t == AT) for t in range(STEPS))


def one(t: Number, z: Number, p: Number, s: Number, *, beta: Number, r: Number) -> Any:
    """A step where every gradient is 1 but for one of r: the step is in learning rates."""
    q, s = by_fading(1 + (r - 1) * z, p, s, lr=1.0, beta=beta, eps=0.0)
    return q, s, p - q


def back(*, beta: Number, r: Number) -> Any:
    """Steps after the spike until a step has nine tenths of its length again, and when that is."""
    steps = np.maximum(np.log(0.9 * r) / -np.log(beta), 0.0)
    return steps, AT + 1 + steps


RUN = Scan(one, (0.0, 0.0), STEPS, "p s u", (SPIKE,))
TIME = Axis(0, STEPS, (0, 200, 400, 600, 800), "step")
SMALL = {1e-3: "0.001", 0.01: "0.01", 0.1: "0.1", 1: "1"}

STEP = Panel(
    "Length of a step, in learning rates", TIME, Axis(5e-4, 2, SMALL, "", "log"),
    [
        Line((0, STEPS), (0.9, 0.9), "faint", 1, "6 3"), Label(790, 0.9, "nine tenths", anchor="end", dy=15),
        Line("run.t", "run.u", "green", 2),
    ],
    height=236, alt="The length of the steps: one, then a small part of it after the spike, and slowly one again.",
)  # fmt: skip
SCALE = Panel(
    "The gradient that it remembers", TIME, Axis(0.5, 2000, {1: "1", 10: "10", 100: "100", 1000: "10³"}, "*s*", "log"),
    [Line("run.t", "run.s", "brown", 2)],
    height=236, alt="The remembered scale: it jumps at the spike, and falls along a straight line on a log axis.",
)  # fmt: skip

FIGURE = Figure(
    "One bad batch",
    (
        Quantity("beta", "*β*", 0.9, 0.999, 0.99, "decay", 0.05, 3, "purple", "β"),
        Quantity("r", "*r*", 2, 1000, 100, "log", 0.1, 2, "blue", "r"),
    ),
    {"run": RUN, "end": Ends(RUN), "now": Map(back, "steps when")},
    (STEP, SCALE),
    "With *β* = {beta:3}, one gradient {r:2} times as large as the others shortens all steps for {now.steps:0} steps.",
    "Every gradient is 1, except for one of size *r* at step 50.",
    Prediction(
        "With *β* = 0.99 a gradient 100 times as large as the others holds the rule up for 448 steps. How long does "
        "one hold it up that is 1000 times as large?",
        ("About as long", "Half as long again", "Ten times as long"),
        lambda before, after: int(np.searchsorted([1.2, 3], after["now"]["steps"][0] / before["now"]["steps"][0])),
        {"r": 1000.0},
        "{now.steps:0} steps: what is remembered shrinks by the same factor in each step, so a spike ten times as "
        "high costs a fixed number of steps more. Without forgetting, it would cost all of them.",
    ),
)  # fmt: skip
