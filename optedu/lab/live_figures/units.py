"""One problem, written in another unit: how SGD, RMSProp and Adadelta then move at fixed hyperparameters."""

from typing import Any

import numpy as np

from ...optim.adadelta import adadelta
from ...optim.rmsprop import rmsprop
from ...optim.sgd import sgd
from .figure import Axis, Ends, Figure, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

STEPS, RATE = 150, 0.01
"""Steps drawn, and the learning rate of SGD and RMSProp; Adadelta's is 1."""


def descent(
    t: Number, x: Number, y: Number, v: Number, z: Number, w: Number, u: Number, *, c: Number, root: Number
) -> Any:
    """A step of each rule on (z/c)²/2, then what is left of the distance, and Adadelta's step, both in units of θ."""
    x, _ = sgd(x / c**2, x, None, lr=RATE, momentum=0, dampening=0, weight_decay=0, nesterov=False)
    rest = dict(alpha=0.9, eps=1e-8, weight_decay=0, momentum=0, centered=False)
    y, v, *_ = rmsprop(y / c**2, y, v, lr=RATE, **rest)
    after, w, u = adadelta(z / c**2, z, w, u, lr=1.0, rho=0.9, eps=root**2, weight_decay=0)
    return x, y, v, after, w, u, x / c, y / c, after / c, np.absolute(z - after) / c


def now(*, c: Number, root: Number) -> Any:
    """Adadelta's first step for a large gradient, in units of θ."""
    return (root / 0.1**0.5 / c,)


RUN = Scan(descent, ("c", "c", 0.0, "c", 0.0, 0.0), STEPS, "x y v z w u sgd rmsprop adadelta step", ())
TIME = Axis(0, STEPS, (0, 50, 100, 150), "step")
LEFT = Panel(
    "What is left of the distance", TIME, Axis(-0.05, 1.3, (0, 0.5, 1), "*θ* = *z*/*c*"),
    [
        Line((0, STEPS), (0, 0), "faint", 1),
        Line("run.t", "run.sgd", "ink", 1.8), Line("run.t", "run.rmsprop", "green", 1.8, "6 3"),
        Line("run.t", "run.adadelta", "purple", 2.2, "2 3"),
        Line((3, 14), (1.2, 1.2), "ink", 1.8), Label(17, 1.2, "SGD", "ink", dy=4),
        Line((42, 53), (1.2, 1.2), "green", 1.8, "6 3"), Label(56, 1.2, "RMSProp", "green", dy=4),
        Line((98, 109), (1.2, 1.2), "purple", 2.2, "2 3"), Label(112, 1.2, "Adadelta", "purple", dy=4),
    ],
    height=250, alt="Distance left for SGD, RMSProp and Adadelta over 150 steps.",
)  # fmt: skip
STEP = Panel(
    "Adadelta's step", TIME,
    Axis(1e-6, 3, {1e-6: "10⁻⁶", 1e-4: "10⁻⁴", 0.01: "0.01", 1: "1"}, "in units of *θ*", "log"),
    [
        Line((0, STEPS), "now.first", "faint", 1.5, "6 3"),
        Label(148, "now.first", "√(*ε*/(1 − *ρ*)) / *c*", anchor="end", dy=16),
        Line("run.t", "run.step", "purple", 2.2, "2 3"),
    ],
    height=250, alt="Length of Adadelta's step over 150 steps.",
)  # fmt: skip

FIGURE = Figure(
    "One problem in two units",
    (
        Quantity("c", "*c*", 0.5, 30, 1, "log", 0.1, 2, "blue", "c"),
        Quantity("root", "√*ε*", 1e-4, 1e-2, 1e-3, "log", 0.1, 4, "brown", "ε"),
    ),
    {"run": RUN, "end": Ends(RUN), "now": Map(now, "first")},
    (LEFT, STEP),
    "After 150 steps in the unit of *z* = {c:2} *θ*, SGD has {end.sgd:2} of the distance left, RMSProp "
    "{end.rmsprop:2}, and Adadelta {end.adadelta:2}.",
    "The loss is *θ*²/2 and the start *θ* = 1, but the optimizer moves *z* = *cθ*. *ε* is Adadelta's.",
    Prediction(
        "After 150 steps Adadelta has covered half of the distance. Its step was built to have the unit of the "
        "parameter. Write the same problem in *z* = 10*θ*, with the same hyperparameters. Adadelta then covers",
        ("half of it, as before", "about a fifth", "less than a tenth"),
        lambda before, after: [1 - after["end"]["adadelta"][0] < limit for limit in (0.4, 0.1)].count(True),
        {"c": 10},
        "It leaves {end.adadelta:3} of the distance: its first step is still √(*ε*/(1 − *ρ*)), but of *z*, which is "
        "a tenth of that in *θ*.",
    ),
)
