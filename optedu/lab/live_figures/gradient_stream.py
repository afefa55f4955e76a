"""AdaGrad, RMSProp and Adam on a stream of gradients that the reader draws."""

from typing import Any

import numpy as np

from ...optim.adagrad import adagrad
from ...optim.adam import adam
from ...optim.rmsprop import rmsprop
from .figure import Axis, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan, Stream

MANY = 60
STEADY = (1.0,) * MANY
SPIKE = (*STEADY[:12], 8.0, *STEADY[13:])


def rules(
    t: Number,
    g: Number,
    p: Number,
    total: Number,
    q: Number,
    v: Number,
    r: Number,
    m: Number,
    w: Number,
    *,
    alpha: Number,
) -> Any:
    """A step of each rule; a step over the learning rate, and over the gradient, is what there is to see."""
    after, total = adagrad(g, p, total, t=t, lr=1.0, lr_decay=0, weight_decay=0, eps=1e-10)
    root, v, *_ = rmsprop(g, q, v, lr=1.0, alpha=alpha, eps=1e-8, weight_decay=0, momentum=0, centered=False)
    ending, m, w, _ = adam(g, r, m, w, t=t, lr=1.0, betas=(0.9, alpha), eps=1e-8, weight_decay=0)
    steps = p - after, q - root, r - ending
    return after, total, root, v, ending, m, w, *steps, 1 / (np.sqrt(total) + 1e-10), 1 / (np.sqrt(v) + 1e-8)


SCAN = Scan(rules, (0.0,) * 7, MANY, "p total q v r m w adagrad rmsprop adam wide narrow", ("g",))
MIDDLE = tuple(k + 0.5 for k in range(MANY))
DRAWN = Panel(
    "Draw the gradients", Axis(0, MANY, (0, 20, 40, 60), "step"), Axis(-3, 10, (0, 5, 10), "*g*"),
    [Line((0, MANY), (0, 0), "faint", 1), Line(MIDDLE, 0, "blue", 3.5, x1=MIDDLE, y1="g")],
    [Handle(0, "g", "Gradients, drawn by hand", stream=True)], 260, alt="A bar for each gradient.",
)  # fmt: skip
STEPS = Panel(
    "The steps they take", Axis(0, MANY, (0, 20, 40, 60), "step"),
    Axis(-1.2, 3.6, (-1, 0, 1, 2, 3), "in learning rates"),
    [
        Line((0, MANY), (0, 0), "faint", 1),
        Line("run.t", "run.adagrad", "brown", 2, "2 3"), Line("run.t", "run.rmsprop", "green", 1.8, "6 3"),
        Line("run.t", "run.adam", "red", 2),
        Line((31, 36), (3.3, 3.3), "brown", 2, "2 3"), Label(38, 3.3, "AdaGrad", "brown", dy=4),
        Line((31, 36), (2.85, 2.85), "green", 1.8, "6 3"), Label(38, 2.85, "RMSProp", "green", dy=4),
        Line((31, 36), (2.4, 2.4), "red", 2), Label(38, 2.4, "Adam, *β*_2 = *α*", "red", dy=4),
    ],
    height=260, alt="Steps of the three rules in units of the learning rate.",
)  # fmt: skip
RATES = Panel(
    "Effective learning rate", Axis(0, MANY, (0, 20, 40, 60), "step"),
    Axis(0.03, 20, {0.1: "0.1", 1: "1", 10: "10"}, "step / gradient", "log"),
    [
        Line("run.t", "run.wide", "brown", 2, "2 3"), Line("run.t", "run.narrow", "green", 1.8, "6 3"),
        Label(59, 11, "AdaGrad only falls; RMSProp forgets", anchor="end"),
    ],
    height=260, alt="One over the root of the accumulator.",
)  # fmt: skip
ACCUMULATED = Panel(
    "What they remember", Axis(0, MANY, (0, 20, 40, 60), "step"),
    Axis(0.05, 1000, {0.1: "0.1", 1: "1", 10: "10", 100: "100"}, "", "log"),
    [
        Line("run.t", "run.total", "brown", 2, "2 3"), Line("run.t", "run.v", "green", 1.8, "6 3"),
        Label(59, 400, "sum of *g*^2", "brown", "end"), Label(59, 0.16, "average of *g*^2", "green", "end"),
    ],
    height=260, alt="The sum and the average of squared gradients.",
)  # fmt: skip

FIGURE = Figure(
    "A stream of gradients, drawn by hand",
    (
        Stream("g", "*g*", -3, 10, STEADY, "blue"),
        Quantity("alpha", "*α*", 0.5, 0.999, 0.9, "decay", 0.05, 3, "green", "α"),
    ),
    {"run": SCAN, "last": Ends(SCAN)},
    (DRAWN, STEPS, RATES, ACCUMULATED),
    "The last step, in learning rates: AdaGrad {last.adagrad:2}, RMSProp {last.rmsprop:2}, Adam {last.adam:2}.",
    "Draw with the mouse or a finger; with the keyboard, left and right choose a gradient, up and down change it.",
    Prediction(
        "All gradients are 1. Make the thirteenth 8. Who still takes shorter steps at the end because of it?",
        ("nobody", "AdaGrad alone", "all of them"),
        lambda before, after: [
            abs(after["last"][k][0] / before["last"][k][0] - 1) > 0.05 for k in ("adagrad", "rmsprop", "adam")
        ].count(True),
        {"g": SPIKE},
        "AdaGrad adds up: its last step is now {last.adagrad:3}, and all later ones stay shorter. The averages have "
        "forgotten, after about 1/(1 − *α*) steps.",
    ),
)
