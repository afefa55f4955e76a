"""A weight whose length does not matter: steps lengthen it, decay shortens it, and the turn per step settles."""

from typing import Any

import numpy as np

from ...optim.sgd import sgd
from .figure import Axis, Ends, Figure, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

STEPS, SHORT, LONG = 600, 0.4, 3.0
"""Steps drawn, and the two lengths that a weight begins with."""


def step(x: Number, y: Number, gamma: Number, lam: Number, size: Number) -> Any:
    """One step against a gradient at a right angle to the weight, as large as `size` over its length; and the turn."""
    square = x * x + y * y
    rest = dict(lr=gamma, momentum=0, dampening=0, weight_decay=lam, nesterov=False)
    a, b = sgd(-size * y / square, x, **rest)[0], sgd(size * x / square, y, **rest)[0]
    before, after = np.sqrt(square), np.sqrt(a * a + b * b)
    across, along = a / after - x / before, b / after - y / before
    return a, b, after, np.sqrt(across * across + along * along)


def three(
    t: Number, x: Number, y: Number, p: Number, q: Number, v: Number, w: Number, *,
    gamma: Number, lam: Number, size: Number,
) -> Any:  # fmt: skip
    """A short weight and a long one with decay, and the short one without."""
    x, y, short, quick = step(x, y, gamma, lam, size)
    p, q, long, slow = step(p, q, gamma, lam, size)
    v, w, free, fading = step(v, w, gamma, 0.0, size)
    return x, y, p, q, v, w, short, long, free, quick, slow, fading


def balance(*, gamma: Number, lam: Number, size: Number) -> Any:
    """The length at which growth and decay balance, the turn there, and the memory of the decay in steps."""
    share = gamma * lam
    return np.sqrt(np.sqrt(gamma * size * size / (lam * (2 - share)))), np.sqrt(2 * share), 1 / share


SCAN = Scan(
    three, (SHORT, 0.0, LONG, 0.0, SHORT, 0.0), STEPS, "x y p q v w short long free quick slow fading",
)  # fmt: skip
TIME = Axis(0, STEPS, (0, 200, 400, 600), "step")
LENGTH = Panel(
    "Length of the weight", TIME,
    Axis(0.2, 40, {0.3: "0.3", 1: "1", 3: "3", 10: "10", 30: "30"}, "", "log"),
    [
        Line((0, STEPS), "at.length", "faint", 1.5, "6 3"),
        Line("run.t", "run.free", "brown", 1.8, "2 3"), Line("run.t", "run.long", "green", 1.8, "6 3"),
        Line("run.t", "run.short", "blue", 2),
        Line((25, 75), (26, 26), "brown", 1.8, "2 3"), Label(90, 26, "no decay", "brown", dy=4),
        Line((25, 75), (15, 15), "green", 1.8, "6 3"), Label(90, 15, "from length 3", "green", dy=4),
        Line((25, 75), (8.7, 8.7), "blue", 2), Label(90, 8.7, "from length 0.4", "blue", dy=4),
        Label(590, "at.length", "balance", anchor="end", dy=15),
    ],
    height=272, alt="Length over 600 steps; with decay both starts reach one balance, without decay it keeps growing.",
)  # fmt: skip
TURN = Panel(
    "How far one step turns it", TIME,
    Axis(0.003, 3, {0.01: "0.01", 0.03: "0.03", 0.1: "0.1", 0.3: "0.3", 1: "1"}, "", "log"),
    [
        Line((0, STEPS), "at.turn", "faint", 1.5, "6 3"),
        Line("run.t", "run.fading", "brown", 1.8, "2 3"), Line("run.t", "run.slow", "green", 1.8, "6 3"),
        Line("run.t", "run.quick", "blue", 2), Label(590, "at.turn", "√(2*γλ*)", anchor="end", dy=-8),
    ],
    height=272,
    alt="The turn per step; with decay it settles at the root of 2 gamma lambda, without decay it falls.",
)  # fmt: skip

FIGURE = Figure(
    "A weight whose length does not matter",
    (
        Quantity("gamma", "*γ*", 0.02, 0.5, 0.1, "log", 0.05, 2, "purple", "γ"),
        Quantity("lam", "*λ*", 0.01, 0.5, 0.05, "log", 0.05, 2, "green", "λ"),
        Quantity("size", "*G*", 0.1, 10, 1.0, "log", 0.05, 2, "blue", "G"),
    ),
    {"run": SCAN, "end": Ends(SCAN), "at": Map(balance, "length turn memory")},
    (LENGTH, TURN),
    "After 600 steps the length is {end.short:2}, and one step turns the weight by {end.quick:3}; without decay it is "
    "{end.free:2} long and turns by {end.fading:3}.",
    "Plain SGD. The gradient is at a right angle to the weight, and *G* divided by its length.",
    Prediction(
        "With decay each step ends up turning the weight by 0.100. Make the gradients ten times as large, *G* = 10. "
        "Once the length has settled, a step turns the weight",
        ("ten times as far", "as far as before", "a tenth as far"),
        lambda before, after: 1 - int(np.sign(np.round(after["end"]["quick"][0] / before["end"]["quick"][0] - 1, 1))),
        {"size": 10.0},
        "By {end.quick:3} again. Larger gradients make the weight longer, {end.short:2} instead of 1.00, until the "
        "larger step is the same angle. In a layer whose length does not matter, *G* has dropped out.",
    ),
)
