"""Two workers with losses of their own, who take H steps alone and then begin again from their mean."""

from typing import Any

import numpy as np

from ...optim.sgd import sgd
from ..local_steps import settles
from .figure import Axis, Dots, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

STEPS, RATE, LEFT, RIGHT = 200, 0.05, -1.0, 1.0
"""Inner steps in all, their learning rate, and the minima of the two losses."""
PLAIN = dict(momentum=0, dampening=0, weight_decay=0, nesterov=False)


def step(t: Number, x: Number, y: Number, w: Number, k: Number, *, H: Number, h: Number) -> Any:
    """An inner step of both; after H of them the outer step, here plain averaging."""
    x, _ = sgd(h * (x - RIGHT), x, None, lr=RATE, **PLAIN)
    y, _ = sgd(y - LEFT, y, None, lr=RATE, **PLAIN)
    mean, _ = sgd(w - (x + y) / 2, w, None, lr=1.0, **PLAIN)
    meet = k + 1 > H - 0.5
    w = np.where(meet, mean, w)
    return np.where(meet, w, x), np.where(meet, w, y), w, np.where(meet, 0.0, k + 1), x, y


def places(H: Number, *, h: Number) -> Any:
    """Where the workers settle, what a step sends, and the minimum of the joint loss."""
    return settles(h, RIGHT, 1.0, LEFT, RATE, H), 1 / H, (h * RIGHT + LEFT) / (h + 1)


WAY = Panel(
    "Two workers", Axis(0, STEPS, (0, 50, 100, 150, 200), "inner step"), Axis(-1.1, 1.35, (-1, 0, 1), "*θ*"),
    [
        Line((0, STEPS), "now.best", "faint", 1.5, "2 3"),
        Label(STEPS, "now.best", "joint minimum", anchor="end", dy=21),
        Line("run.t", "run.a", "blue", 1.6, "6 3"), Line("run.t", "run.b", "brown", 1.6, "2 3"),
        Line("run.t", "run.w", "ink", 2.2),
        Line((6, 26), (1.22, 1.22), "blue", 1.6, "6 3"), Label(30, 1.22, "worker 1", "blue", dy=4),
        Line((78, 98), (1.22, 1.22), "brown", 1.6, "2 3"), Label(102, 1.22, "worker 2", "brown", dy=4),
        Line((150, 164), (1.22, 1.22), "ink", 2.2), Label(167, 1.22, "mean", "ink", dy=4),
    ],
    height=252, alt="Paths of two workers between exchanges, their mean, and the minimum of the joint loss.",
)  # fmt: skip
PLACE = Panel(
    "Where they settle, and what they send", Axis(1, 200, (1, 10, 100), "inner steps *H*", "log"),
    Axis(-0.05, 1.05, (0, 0.5, 1), ""),
    [
        Line((1, 200), "now.best", "faint", 1.5, "2 3"),
        Line("over.H", "over.settled", "ink", 2), Line("over.H", "over.traffic", "green", 1.8, "6 3"),
        Label(1.25, 0.97, "traffic, per step", "green", dx=22), Label(190, "last.settled", "mean", "ink", "end", dy=-7),
        Dots("H", "now.settled", "ink", 8), Dots("H", "now.traffic", "green", 8, "s"),
    ],
    [Handle("H", "now.settled", "Inner steps between two exchanges")], 252,
    alt="Over the number of inner steps: the place where the workers settle leaves the joint minimum, traffic falls.",
)  # fmt: skip

FIGURE = Figure(
    "Steps between two exchanges",
    (
        Quantity("H", "*H*", 1, 200, 1, "log", 0.30103, 0, "purple", "H"),
        Quantity("h", "*h*_1", 1, 10, 4, "linear", 0.5, 1, "blue", "h1"),
    ),
    {
        "run": Scan(step, (0.0, 0.0, 0.0, 0.0), STEPS, "x y w k a b"),
        "over": Map(places, "settled traffic best", {"H": (1, 200, 47, "log")}),
        "last": Map(places, "settled traffic best", {"H": (200,)}),
        "now": Map(places, "settled traffic best", {"H": "H"}),
    },
    (WAY, PLACE),
    "With *H* = {H:0} the workers settle at {now.settled:2}, and the joint minimum is {now.best:2}. A step sends "
    "{now.traffic:3} of the traffic of *H* = 1.",
    "Losses with curvatures *h*_1 and 1 and minima at 1 and −1, plain gradient descent with *γ* = 0.05 in between, and "
    "plain averaging.",
    Prediction(
        "With *H* = 1 the two workers settle at the minimum of their joint loss, 0.6, because one of the losses is "
        "four times as curved. With *H* = 50, after enough rounds, they settle",
        ("at 0.6, only later", "near the midpoint, 0", "near 1"),
        lambda before, after: int(abs(after["now"]["settled"][0] - 0.6) > 0.2) + int(after["now"]["settled"][0] > 0.8),
        {"H": 50},
        "They settle at {now.settled:2}. Each worker nearly reaches its own minimum before they average, so its "
        "curvature hardly counts any more. No outer learning rate or momentum moves this place.",
    ),
)
