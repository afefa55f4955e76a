"""GaLore of rank one on two weights: between two renewals they move along one line."""

import math
from typing import Any

import numpy as np

from ...optim.adam import adam
from ...optim.galore import galore
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan

START, STEPS, FLAT = (2.0, 1.0), 150, 0.1
"""Where both begin, and the curvature along the first weight; along the second it is 1."""
TINY = 1e-30


def loss(x: Number, y: Number) -> Any:
    return 0.5 * (FLAT * x * x + y * y)


def low(
    t: Number, x: Number, y: Number, m: Number, v: Number, px: Number, py: Number, age: Number,
    *, gap: Number, gamma: Number,
) -> Any:  # fmt: skip
    """A step of GaLore. The gradient of one row has one singular vector, itself; its larger entry is positive."""
    gx, gy = FLAT * x, y
    size = np.sqrt(gx * gx + gy * gy) + TINY
    turned = np.where(np.where(np.absolute(gx) < np.absolute(gy), gy, gx) < 0, -1.0, 1.0)
    due = age > gap - 0.5
    px, py = np.where(due, turned * gx / size, px), np.where(due, turned * gy / size, py)
    age = np.where(due, 1.0, age + 1)
    rest = dict(betas=(0.9, 0.999), eps=1e-6, weight_decay=0, rank=1, update_proj_gap=1, scale=1.0)
    step, m, v, _ = galore(gx * px + gy * py, 0.0, m, v, t=t, lr=gamma, **rest)
    x, y = x + step * px, y + step * py
    return x, y, m, v, px, py, age, loss(x, y)


def whole(t: Number, x: Number, y: Number, m: Number, v: Number, n: Number, w: Number, *, gamma: Number) -> Any:
    """A step of Adam, which has both averages for both weights."""
    rest = dict(t=t, lr=gamma, betas=(0.9, 0.999), eps=1e-8, weight_decay=0)
    gx, gy = FLAT * x, y
    x, m, v, _ = adam(gx, x, m, v, **rest)
    y, n, w, _ = adam(gy, y, n, w, **rest)
    return x, y, m, v, n, w, loss(x, y)


def ring(value: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The contour line at a height."""
    turns = [2 * math.pi * k / 60 for k in range(61)]
    a, b = math.sqrt(2 * value / FLAT), math.sqrt(2 * value)
    return tuple(a * math.cos(s) for s in turns), tuple(b * math.sin(s) for s in turns)


SCAN = Scan(low, (*START, 0.0, 0.0, 0.0, 0.0, 1000.0), STEPS, "x y m v px py age loss")
ADAM = Scan(whole, (*START, 0.0, 0.0, 0.0, 0.0), STEPS, "x y m v n w loss")
WAY = Panel(
    "Two weights of a row", Axis(-0.75, 2.35, (0, 1, 2), "first weight"),
    Axis(-0.55, 1.3, (-0.5, 0, 0.5, 1), "second weight"),
    [
        *(Line(*ring(value), "faint", 0.7) for value in (0.005, 0.02)),
        Line("adam.x", "adam.y", "brown", 1.6, "6 3"),
        Line("run.x", "run.y", "blue", 2), Dots("end.x", "end.y", "blue", 9),
        Dots((0.0,), (0.0,), "ink", 8, "s"), Dots(START[:1], START[1:], "ink", 6),
    ],
    height=256, alt="Paths of GaLore of rank one and of Adam over the contours of a valley, with the minimum at zero.",
)  # fmt: skip
AFTER = Panel(
    f"Loss after {STEPS} steps", Axis(1, STEPS, {1: "1", 3: "3", 10: "10", 30: "30", 150: "150"}, "*T*", "log"),
    Axis(1e-6, 1, {1e-6: "10^{-6}", 1e-4: "10^{-4}", 0.01: "0.01", 1: "1"}, "", "log"),
    [Line("ends.gap", "ends.loss", "blue", 2), Label(1.2, 0.25, "rank one, renewed every *T* steps", "blue")],
    [Handle("gap", "end.loss", "Steps between two renewals")], 256,
    alt="Loss after 150 steps against the steps between two renewals of the basis.",
)  # fmt: skip

FIGURE = Figure(
    "A basis that grows old",
    (
        Quantity("gap", "*T*", 1, STEPS, float(STEPS), "log", 0.05, 0, "purple", "T"),
        Quantity("gamma", "*γ*", 0.02, 0.1, 0.05, "log", 0.05, 3, "green", "γ"),
    ),
    {
        "run": SCAN, "end": Ends(SCAN), "adam": ADAM, "full": Ends(ADAM),
        "ends": Ends(SCAN, "gap", (1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 75, 100, 150)),
    },
    (WAY, AFTER),
    "With *T* = {gap:0} and *γ* = {gamma:3} the loss after 150 steps is {end.loss:4}, at ({end.x:2}, {end.y:2}).",
    "The loss is ½(0.1 *x*² + *y*²), from (2, 1); the square is its minimum. Dashed: Adam with two averages for each "
    "weight. GaLore has them for one direction, with *α* = 1.",
    Prediction(
        "With *T* = 150 the basis is that of the first gradient for the whole run, and the loss ends at 0.16. "
        "Now let the learning rate be twice as large, *γ* = 0.1. The loss ends",
        ("clearly lower", "about there again", "clearly higher"),
        lambda before, after: int(
            np.searchsorted([0.9, 1.1], after["end"]["loss"][0] / before["end"]["loss"][0])
        ),
        {"gamma": 0.1},
        "At {end.loss:2} again. The path stays on one line and ends at its lowest point; what the gradient has across "
        "this line is dropped at every step, so a larger learning rate cannot help. A smaller *T* does.",
    ),
)  # fmt: skip
