"""A factor before or after the momentum: two chains of the same two parts, one of them the rule of SGD."""

from typing import Any

import numpy as np

from ...optim.sgd import sgd
from .figure import Axis, Ends, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

DROP, STEPS = 40, 300
"""The step after which the factor changes, and where the count ends."""


def momentum(u: Number, buf: Number, mu: Number) -> tuple[Number, Number]:
    """The rule as a part: from an update and a state to a new update, which is its whole step, and a new state."""
    p, buf = sgd(u, 0.0, buf, lr=1.0, momentum=mu, dampening=0, weight_decay=0, nesterov=False)
    return -p, buf


def orders(t: Number, inner: Number, outer: Number, late: Number, *, c: Number, mu: Number) -> Any:
    """A step of both chains on a gradient of 1; the factor is 1 at first."""
    factor = np.where(t > DROP, c, 1.0)
    before, inner = momentum(factor, inner, mu)
    after, outer = momentum(1.0, outer, mu)
    after = factor * after
    apart = np.absolute(before - after) > 0.1 * after
    return inner, outer, late + np.where(apart, 1.0, 0.0), before, after


def level(x: Number, changed: Number, *, c: Number) -> Any:
    """The factor at a step that comes before the change, or after it."""
    return (np.where(changed > 0, c, 1.0),)


RUN = Scan(orders, (0.0, 0.0, 0.0), STEPS, "inner outer late before after")
STEPS_TAKEN = Panel(
    "Step length, in units of the first γ", Axis(0, 120, (0, 40, 80, 120), "step"), Axis(0, 21, (0, 5, 10, 15, 20)),
    [
        Line("factor.x", "factor.y", "faint", 1.2, "2 3"),
        Line("run.t", "run.before", "brown", 1.8, "6 3"), Line("run.t", "run.after", "blue", 2.2),
        Line((44, 52), (19, 19), "brown", 1.8, "6 3"), Label(54, 19, "*γ*, then momentum", "brown", dy=4),
        Line((44, 52), (17, 17), "blue", 2.2), Label(54, 17, "momentum, then *γ*", "blue", dy=4),
        Line((44, 52), (15, 15), "faint", 1.2, "2 3"), Label(54, 15, "*γ* alone", dy=4),
    ],
    height=236, alt="Step lengths of two chains: equal while γ is constant, apart for a while after it changes.",
)  # fmt: skip
APART = Panel(
    "Steps that differ by more than 10%", Axis(0, 0.97, (0, 0.5, 0.9), "momentum *μ*"), Axis(0, 160, (0, 50, 100, 150)),
    [Line("over.mu", "over.late", "ink", 2)],
    [Handle("mu", "last.late", "Momentum")], 236,
    alt="How many steps the chains differ by more than 10%, against the momentum: few at 0.5, more and more near 1.",
)  # fmt: skip

FIGURE = Figure(
    "The same two parts in two orders",
    (
        Quantity("c", "*c*", 0.01, 2, 1.0, "log", 0.1, 2, "green", "ct"),
        Quantity("mu", "*μ*", 0, 0.97, 0.9, step=0.01, digits=2, color="brown", symbols="μ"),
    ),
    {
        "run": RUN, "factor": Map(level, "y", {"x": (0, 40.5, 40.5, 120), "changed": (0, 0, 1, 1)}), "last": Ends(RUN),
        "over": Ends(RUN, "mu", (0, 0.97, 33, "linear")),
    },
    (STEPS_TAKEN, APART),
    "After step 40 the learning rate is multiplied by *c* = {c:2}. With *μ* = {mu:2} the two chains differ by more "
    "than 10% for {last.late:0} steps.",
    "The gradient is 1 at every step. Steps are counted up to step 300.",
    Prediction(
        "The learning rate is constant, and the two chains take the same steps. Divide it by ten after step 40, "
        "*c* = 0.1. For how many steps do the chains differ by more than 10%, with *μ* = 0.9?",
        ("none: the order does not matter", "about 10, the memory of the momentum", "about 40"),
        lambda before, after: int(np.digitize(after["last"]["late"][0], (1, 25))),
        {"c": 0.1},
        "For {last.late:0} steps. A buffer that has been fed with finished steps keeps the long ones, weighted by "
        "powers of *μ*, and they are ten times as long as the new ones.",
    ),
)  # fmt: skip
