"""Gradient descent, momentum and Adam with one learning rate, down one valley."""

import math
from typing import Any

import numpy as np

from ...optim.adam import adam
from ...optim.sgd import sgd
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan

KAPPA, STEPS, ANGLE = 20, 60, math.radians(30)
C, S = math.cos(ANGLE), math.sin(ANGLE)
XX, XY, YY = C * C / KAPPA + S * S, C * S / KAPPA - C * S, S * S / KAPPA + C * C
"""The Hessian of a valley that is turned by 30 degrees: curvature 1/κ along, 1 across."""
START = (8 * C - 1.5 * S, 8 * S + 1.5 * C)


def slope(x: Number, y: Number) -> Any:
    return XX * x + XY * y, XY * x + YY * y


def height(x: Number, y: Number) -> Any:
    return (XX * x * x + 2 * XY * x * y + YY * y * y) / 2


def order(down: Number, ball: Number, scaled: Number) -> Any:
    """Which of `ORDERS` three losses are in: those of gradient descent, momentum and Adam."""
    behind_adam = np.where(ball < down, 0, 1)
    behind_ball = np.where(scaled < down, 2, 3)
    behind_down = np.where(scaled < ball, 4, 5)
    others = np.where(ball < down, behind_ball, behind_down)
    return np.where(scaled < np.minimum(ball, down), behind_adam, others)


ORDERS = (
    "Adam leads, then momentum, then gradient descent", "Adam leads, then gradient descent, then momentum",
    "Momentum leads, then Adam, then gradient descent", "Momentum leads, and Adam comes last",
    "Gradient descent leads, then Adam, then momentum", "Gradient descent leads, and Adam comes last",
)  # fmt: skip


def race(
    t: Number,
    px: Number,
    py: Number,
    qx: Number,
    qy: Number,
    ux: Number,
    uy: Number,
    rx: Number,
    ry: Number,
    mx: Number,
    my: Number,
    vx: Number,
    vy: Number,
    *,
    gamma: Number,
) -> Any:
    """A step of each rule at the same learning rate; then their losses, and who leads."""
    plain = dict(lr=gamma, momentum=0, dampening=0, weight_decay=0, nesterov=False)
    heavy = dict(lr=gamma, momentum=0.9, dampening=0, weight_decay=0, nesterov=False)
    rest = dict(lr=gamma, betas=(0.9, 0.999), eps=1e-8, weight_decay=0)
    (gx, gy), (hx, hy), (kx, ky) = slope(px, py), slope(qx, qy), slope(rx, ry)
    px, _ = sgd(gx, px, None, **plain)
    py, _ = sgd(gy, py, None, **plain)
    qx, ux = sgd(hx, qx, ux, **heavy)
    qy, uy = sgd(hy, qy, uy, **heavy)
    rx, mx, vx, _ = adam(kx, rx, mx, vx, t=t, **rest)
    ry, my, vy, _ = adam(ky, ry, my, vy, t=t, **rest)
    losses = height(px, py), height(qx, qy), height(rx, ry)
    return px, py, qx, qy, ux, uy, rx, ry, mx, my, vx, vy, *losses, order(*losses)


RUN = Scan(
    race, (*START, *START, 0.0, 0.0, *START, 0.0, 0.0, 0.0, 0.0), STEPS,
    "px py qx qy ux uy rx ry mx my vx vy down ball scaled order",
)  # fmt: skip
turn = np.linspace(0, 2 * np.pi, 73)


def contour(level: float) -> Line:
    along, across = np.sqrt(2 * level * KAPPA) * np.cos(turn), np.sqrt(2 * level) * np.sin(turn)
    return Line(C * along - S * across, S * along + C * across, "faint", 0.7)


WAY = Panel(
    "Three rules, one learning rate", Axis(-5, 9, (-4, 0, 4, 8)), Axis(-5, 6.5, (-4, 0, 4)),
    [
        *map(contour, (0.08, 0.5, 1.5, 3.2, 5.5, 8.5)),
        Line("run.px", "run.py", "ink", 1.4, "4 3"), Dots("run.px", "run.py", "ink", 4, "s"),
        Line("run.qx", "run.qy", "blue", 1.4), Dots("run.qx", "run.qy", "blue", 5, "o", True),
        Line("run.rx", "run.ry", "red", 1.8), Dots("run.rx", "run.ry", "red", 4.5),
        Dots((0.0,), (0.0,), "green", 10, "s"), Label(0, 0, "minimum", "green", dx=10, dy=16),
        Label(4.5, 5.4, "start", dx=0, dy=0),
    ],
    height=280, alt="Paths of gradient descent, momentum and Adam over the contours of a valley, from one point.",
)  # fmt: skip
RATES = Panel(
    "After 60 steps", Axis(0.005, 1.99, {0.01: "0.01", 0.1: "0.1", 1: "1"}, "learning rate", "log"),
    Axis(1e-5, 20, {1e-4: "10^{-4}", 0.01: "10^{-2}", 1: "1"}, "loss", "log"),
    [
        Line("gamma", (1e-5, 20), "faint", 1),
        Line("rates.gamma", "rates.down", "ink", 1.6, "4 3"), Line("rates.gamma", "rates.ball", "blue", 1.4),
        Line("rates.gamma", "rates.scaled", "red", 2.2),
        Dots("gamma", "end.down", "ink", 8, "s"), Dots("gamma", "end.ball", "blue", 8, "o", True),
        Line((0.0058, 0.0085), (2e-3, 2e-3), "ink", 1.6, "4 3"), Label(0.0096, 2e-3, "gradient descent", "ink", dy=4),
        Line((0.0058, 0.0085), (5e-4, 5e-4), "blue", 1.4), Label(0.0096, 5e-4, "momentum, 0.9", "blue", dy=4),
        Line((0.0058, 0.0085), (1.2e-4, 1.2e-4), "red", 2.2), Label(0.0096, 1.2e-4, "Adam", "red", dy=4),
    ],
    [Handle("gamma", "end.scaled", "Learning rate of all three")], 280,
    alt="Loss after sixty steps at every learning rate: each rule has a range in which it is the best.",
)  # fmt: skip

FIGURE = Figure(
    "Three rules, one learning rate",
    (Quantity("gamma", "*γ*", 0.005, 1.99, 0.5, "log", 0.01, 3, "red", "γ"),),
    {"run": RUN, "end": Ends(RUN), "rates": Ends(RUN, "gamma", (0.005, 1.99, 90, "log"))},
    (WAY, RATES),
    "At *γ* = {gamma:3}: {end.order|" + "|".join(ORDERS) + "}.",
    "A valley 20 times as steep across as along. Your task: choose the learning rate so that Adam comes last.",
    Prediction(
        "All three start at one point with the same learning rate, and at 0.5 Adam leads. Who leads at 1.9, just below "
        "the limit of gradient descent?",
        ("gradient descent", "momentum", "Adam"),
        lambda before, after: (2, 2, 1, 1, 0, 0)[int(after["end"]["order"][0])],
        {"gamma": 1.9},
        "Gradient descent, by a factor of more than a hundred: at 1.9 its error across still shrinks, and the one "
        "along falls almost as fast as it can. So equal learning rates do not make a fair race.",
    ),
)  # fmt: skip
