"""The sign of an average: one step of Lion in two dimensions, and a vote in which the majority is wrong."""

from typing import Any

import numpy as np

from ...optim.lion import lion
from .figure import Axis, Dots, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

B2 = 0.99
BATCHES = (4.0, -1.0, -1.0) * 20


def direction(g: Number, m: Number, b1: Number) -> Any:
    """What Lion takes the sign of: what its memory would be, had that the first decay rate."""
    return lion(g, 0.0, m, lr=1.0, betas=(b1, b1), weight_decay=0)[1]


def step(g: Number, m: Number, b1: Number) -> Any:
    p, _ = lion(g, 0.0, m, lr=1.0, betas=(b1, B2), weight_decay=0)
    return p


def now(*, g1: Number, g2: Number, m1: Number, m2: Number, b1: Number) -> Any:
    c1, c2 = direction(g1, m1, b1), direction(g2, m2, b1)
    s1, s2 = step(g1, m1, b1), step(g2, m2, b1)
    size = np.sqrt(g1 * g1 + g2 * g2) * np.sqrt(s1 * s1 + s2 * s2) + 1e-12
    along = -(g1 * s1 + g2 * s2) / size
    return c1, c2, s1, s2, along, np.where(along > 1e-9, 0, np.where(along < -1e-9, 2, 1))


def votes(t: Number, g: Number, p: Number, m: Number, q: Number, *, b1: Number) -> Any:
    """Lion, and the sign of each gradient alone."""
    p, m = lion(g, p, m, lr=1.0, betas=(b1, B2), weight_decay=0)
    q, _ = lion(g, q, 0.0, lr=1.0, betas=(0.0, 0.0), weight_decay=0)
    return p, m, q


PLANE = Panel(
    "One step", Axis(-2.87, 2.87, (-2, -1, 0, 1, 2), "first weight"), Axis(-2, 2, (-2, -1, 0, 1, 2), "second"),
    [
        Line((-1, 1, 1, -1, -1), (-1, -1, 1, 1, -1), "faint", 1, "2 3"),
        Line(0, 0, "blue", 1.6, x1="g1", y1="g2"), Line(0, 0, "green", 1.6, "5 3", x1="m1", y1="m2"),
        Line("m1", "m2", "faint", 1, "2 2", x1="g1", y1="g2"),
        Line(0, 0, "red", 2.6, x1="now.s1", y1="now.s2", tip=True), Dots("now.c1", "now.c2", "ink", 8, "s"),
        Label("g1", "g2", "*g*", "blue", dx=10, dy=-6), Label("m1", "m2", "*m*", "green", dx=10, dy=-6),
        Label("now.c1", "now.c2", "*c*", "ink", dx=9, dy=4), Label("now.s1", "now.s2", "step", "red", "middle", 0, 16),
    ],
    [Handle("m1", "m2", "Memory"), Handle("g1", "g2", "Gradient")], 280,
    alt="Gradient, memory, the direction between them, and the step to a corner of the square.",
)  # fmt: skip
VOTE = Panel(
    "Gradients 4, −1, −1, again and again", Axis(0, 60, (0, 20, 40, 60), "step"),
    Axis(-42, 42, (-40, -20, 0, 20, 40), "weight"),
    [
        Line("vote.t", "vote.q", "faint", 1.8, "4 3"), Line("vote.t", "vote.p", "red", 2),
        Line((4, 9), (36, 36), "red", 2), Label(11, 36, "Lion", "red", dy=4),
        Line((4, 9), (28, 28), "faint", 1.8, "4 3"), Label(11, 28, "sign of each gradient", dy=4),
    ],
    height=280, alt="The sign of each gradient goes up, against the mean; Lion goes down with it.",
)  # fmt: skip

FIGURE = Figure(
    "The sign of an average",
    (
        Quantity("g1", "*g*_1", -2.8, 2.8, 2.2, step=0.1, color="blue"),
        Quantity("g2", "*g*_2", -1.95, 1.95, -0.9, step=0.1, color="blue"),
        Quantity("m1", "*m*_1", -2.8, 2.8, 0.4, step=0.1, color="green"),
        Quantity("m2", "*m*_2", -1.95, 1.95, 1.5, step=0.1, color="green"),
        Quantity("b1", "*β*_1", 0, 0.999, 0.9, "decay", 0.05, 3, "purple", "β1"),
    ),
    {"now": Map(now, "c1 c2 s1 s2 along kind"), "vote": Scan(votes, (0.0, 0.0, 0.0), 60, "p m q", (BATCHES,))},
    (PLANE, VOTE),
    "The step goes {now.kind|downhill|neither up nor down|uphill} for this gradient: cosine with −*g* {now.along:2}.",
    "Drag the gradient and the memory. Both weights move by one learning rate, to a corner of the square, whatever "
    "the sizes.",
    Prediction(
        "Two of three gradients are −1, the third is 4: mean 2/3, so the weight should fall. Let Lion forget, *β*_1 = "
        "0. Then it",
        ("still falls", "stays", "rises"),
        lambda before, after: 1 + int(np.sign(after["vote"]["p"][-1])),
        {"b1": 0.0},
        "Without memory every gradient has one vote, whatever its size, and two of three say: up.",
    ),
)
