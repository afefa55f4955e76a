"""A valley across the axes: AdaGrad with a diagonal, and with the full matrix, which is Shampoo's rule for a vector."""

import math
from typing import Any

import numpy as np

from ...optim.adagrad import adagrad
from ...optim.shampoo import shampoo
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan
from .small_tensors import Tensor, number

KAPPA, STEPS, GOAL = 100, 200, 1e-3
START = (4.0, 1.0)
"""Along the floor of the valley and across it; the states of both rules are in these coordinates."""


def loss(along: Number, across: Number) -> Number:
    return (along * along + KAPPA * across * across) / 2


def axes(phi: Number) -> tuple[Number, Number]:
    """Cosine and sine of the angle between the floor and the first axis, given in degrees."""
    return np.cos(phi * (math.pi / 180)), np.sin(phi * (math.pi / 180))


def seen(along: Number, across: Number, phi: Number) -> list[Number]:
    """A point or a gradient in the coordinates that the rules get."""
    c, s = axes(phi)
    return [c * along - s * across, s * along + c * across]


def counted(p: list[Number], phi: Number, there: Number, steps: Number) -> Any:
    """Back in the valley: where it is now, whether it has been at the goal, and after how many steps."""
    c, s = axes(phi)
    along, across = c * p[0] + s * p[1], c * p[1] - s * p[0]
    left = loss(along, across) / loss(*START)
    return along, across, np.where(left < GOAL, 1.0, there), steps + 1 - there


def diagonal(
    t: Number, along: Number, across: Number, there: Number, steps: Number, m: Number, n: Number,
    *, phi: Number, gamma: Number,
) -> Any:  # fmt: skip
    rest = dict(t=t, lr=gamma, lr_decay=0, weight_decay=0, eps=1e-10)
    p, g = seen(along, across, phi), seen(along, KAPPA * across, phi)
    x, m = adagrad(g[0], p[0], m, **rest)
    y, n = adagrad(g[1], p[1], n, **rest)
    return *counted([x, y], phi, there, steps), m, n


def full(
    t: Number, along: Number, across: Number, there: Number, steps: Number, m: Number, o: Number, n: Number,
    *, phi: Number, gamma: Number,
) -> Any:  # fmt: skip
    p, g = Tensor(seen(along, across, phi)), Tensor(seen(along, KAPPA * across, phi))
    stat = Tensor([m, o, o, n], (2, 2))
    p, (stat,) = shampoo(g, p, [stat], lr=number(gamma), eps=EPS, weight_decay=0)
    m, o, _, n = stat.numbers
    return *counted(p.numbers, phi, there, steps), m, o, n


def frame(r: Number, *, phi: Number) -> Any:
    """Points of the two axes, as they lie in the valley."""
    c, s = axes(phi)
    return r * c, -r * s, r * s, r * c


EPS = 0.01
DIAGONAL = Scan(diagonal, (*START, 0.0, 0.0, 0.0, 0.0), STEPS, "along across there steps m n")
FULL = Scan(full, (*START, 0.0, 0.0, EPS, 0.0, EPS), STEPS, "along across there steps m o n")
turn = np.linspace(0, 2 * np.pi, 73)

WAY = Panel(
    "The way down, in the valley's own frame", Axis(-1.6, 6.4, (0, 2, 4, 6), "along the floor"),
    Axis(-2.1, 2.1, (-2, 0, 2), "across"),
    [
        *(Line(r * np.cos(turn), r * np.sin(turn) / KAPPA**0.5, "faint", 0.7) for r in (1, 2.5, 4)),
        Line("frame.a", "frame.b", "green", 1.2, "2 3"), Line("frame.c", "frame.d", "green", 1.2, "2 3"),
        Line("diagonal.along", "diagonal.across", "brown", 1.4, "6 3"),
        Dots("diagonal.along", "diagonal.across", "brown", 4.5, "s"),
        Line("full.along", "full.across", "blue", 1.6), Dots("full.along", "full.across", "blue", 5),
    ],
    height=222, alt="Two paths in a narrow valley and the coordinate axes, which can be turned: the path with the full "
    "matrix stays as it is.",
)  # fmt: skip
COUNT = Panel(
    "Steps to a thousandth of the loss", Axis(0, 90, (0, 30, 60, 90), "angle of the axes, in degrees"),
    Axis(2, 260, {3: "3", 10: "10", 30: "30", 100: "100"}, "", "log"),
    [
        Line("diagonals.phi", "diagonals.steps", "brown", 1.6, "6 3"), Line("fulls.phi", "fulls.steps", "blue", 2),
        Line((14, 21), (3, 3), "brown", 1.6, "6 3"), Label(23, 3, "diagonal", "brown", dy=4),
        Line((48, 55), (3, 3), "blue", 2), Label(57, 3, "full matrix", "blue", dy=4),
    ],
    [Handle("phi", "last.steps", "Angle of the axes")], 222,
    alt="Steps over the angle: a level line for the full matrix, a steep rise off the axes for the diagonal.",
)  # fmt: skip

FIGURE = Figure(
    "The same valley, other axes",
    (
        Quantity("phi", "*φ*", 0, 90, 0.0, step=1, digits=0, color="green", symbols="φ"),
        Quantity("gamma", "*γ*", 0.3, 6, 2.0, "log", 0.05, 2, "purple", "γ"),
    ),
    {
        "frame": Map(frame, "a b c d", {"r": (-8.0, 8.0)}), "diagonal": DIAGONAL, "full": FULL,
        "last": Ends(DIAGONAL), "whole": Ends(FULL),
        "diagonals": Ends(DIAGONAL, "phi", (0, 90, 31, "linear")), "fulls": Ends(FULL, "phi", (0, 90, 3, "linear")),
    },
    (WAY, COUNT),
    "With the axes turned by {phi:0}° and *γ* = {gamma:2}, AdaGrad takes {last.steps:0} steps to a thousandth of the "
    "loss, with the full matrix {whole.steps:0}.",
    "Curvature 100 across and 1 along the floor. The dotted lines are the axes of the two numbers that the optimizer "
    "sees. *ε* is 0.01 with the full matrix. "
    "It takes 200 steps; a count of 200 may mean that it has not arrived.",
    Prediction(
        "The floor lies along an axis, and AdaGrad arrives after 5 steps, with the full matrix after 8. Turn the axes "
        "by 10°. AdaGrad then takes",
        ("5 steps, as before", "about 10", "more than 40"),
        lambda before, after: int(np.digitize(after["last"]["steps"][0], (7, 40))),
        {"phi": 10.0},
        "It takes {last.steps:0} steps. Both numbers now see the steep curvature across the valley, so both are "
        "divided by it, and there is nothing left to speed up the floor. With the full matrix the path is the same as "
        "before.",
    ),
)  # fmt: skip
