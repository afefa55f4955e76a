"""Adam and AMSGrad on the cycle of gradients 3, -1, -1: the first forgets the large one before it comes again."""

from typing import Any

import numpy as np

from ...optim.adam import adam
from .figure import Axis, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan

STEPS = 300
CYCLE = (3.0, -1.0, -1.0) * (STEPS // 3)


def both(
    t: Number, g: Number, x: Number, v: Number, y: Number, w: Number, most: Number, *, b2: Number, lr: Number
) -> Any:
    """A step of Adam and one of AMSGrad, both put back into [-1, 1]."""
    rest = dict(t=t, lr=lr / np.sqrt(t), betas=(0.0, b2), eps=1e-8, weight_decay=0)
    x, _, v, _ = adam(g, x, 0.0, v, **rest)
    y, _, w, most = adam(g, y, 0.0, w, most, **rest)
    return inside(x), v, inside(y), w, most


def inside(x: Number) -> Any:
    return np.minimum(np.maximum(x, -1.0), 1.0)


SCAN = Scan(both, (0.0,) * 5, STEPS, "x v y w most", (CYCLE,))
PARAMETER = Axis(-1.15, 1.6, {-1: "−1", 0: "0", 1: "1"}, "parameter")


def names(*x: float) -> list[Line | Label]:
    """A sample of either line and its name, above all that the lines can reach."""
    return [
        Line((x[0], x[1]), (1.38, 1.38), "brown", 1.8), Label(x[1], 1.38, "Adam", "brown", dx=4, dy=4),
        Line((x[2], x[3]), (1.38, 1.38), "blue", 2, "6 3"), Label(x[3], 1.38, "AMSGrad", "blue", dx=4, dy=4),
    ]  # fmt: skip


OVER_TIME = Panel(
    "The minimum is at −1", Axis(0, STEPS, (0, 100, 200, 300), "step"), PARAMETER,
    [Line("run.t", "run.x", "brown", 1.8), Line("run.t", "run.y", "blue", 2, "6 3"), *names(8, 32, 90, 114)],
    height=260, alt="Both parameters over 300 steps.",
)  # fmt: skip
OVER_MEMORY = Panel(
    "After 300 steps", Axis(0, 0.99, {0: "0", 0.5: "0.5", 0.9: "0.9", 0.99: "0.99"}, "*β*_2", "decay"),
    PARAMETER,
    [
        Line("ends.b2", "ends.x", "brown", 1.8), Line("ends.b2", "ends.y", "blue", 2, "6 3"),
        *names(0.115, 0.388, 0.749, 0.826),
    ],
    [Handle("b2", "last.x", "Decay rate of the second moment")], 260,
    alt="The last parameter against the decay rate: Adam's falls from the worst to the best point, AMSGrad's is there.",
)  # fmt: skip

FIGURE = Figure(
    "Large gradients that are forgotten",
    (
        Quantity("b2", "*β*_2", 0, 0.99, 0.1, "decay", 0.05, 2, "purple", "β2 βt2"),
        Quantity("lr", "*γ*", 0.02, 1, 0.5, "log", 0.1, 2, "green", "γ γt"),
    ),
    {"run": SCAN, "last": Ends(SCAN), "ends": Ends(SCAN, "b2", (0, 0.99, 31, "decay"))},
    (OVER_TIME, OVER_MEMORY),
    "With *β*_2 = {b2:2} and the learning rate {lr:2}/√*t*, Adam ends at {last.x:2} and AMSGrad at {last.y:2}.",
    "The gradients are 3, −1, −1 and so on, their mean is 1/3; *β*_1 = 0.",
    Prediction(
        "Gradients of 3, −1, −1 repeat, so the minimum of the sum is at −1, but Adam ends at +1. Divide its learning "
        "rate by ten, to 0.05/√*t*. Adam then moves",
        ("down, to −1", "hardly at all", "up again, only slower"),
        lambda before, after: int(np.searchsorted([-0.1, 0.1], after["last"]["x"][0])),
        {"lr": 0.05},
        "After as many steps it is at {last.x:2}. Each cycle moves it up by a multiple of the learning rate, so the "
        "direction stays.",
    ),
)
