"""A hidden layer grows wider: the best learning rate moves in the standard parametrization, and stays in μP."""

from typing import Any

import numpy as np

from ...optim.adam import adam
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan

STEPS, BASE, MOST = 20, 16, 3.0
"""Steps of a run, the width at which both parametrizations agree, and the loss that is drawn at the edge."""


def moved(g: Number, p: Number, m: Number, v: Number, t: Number, lr: Number) -> Any:
    """A weight and its averages after a step of Adam."""
    return adam(g, p, m, v, t=t, lr=lr, betas=(0.9, 0.95), eps=0.0, weight_decay=0)[:3]


def wide(
    t: Number, total: Number, a: Number, am: Number, av: Number, b: Number, bm: Number, bv: Number,
    c: Number, cm: Number, cv: Number, d: Number, dm: Number, dv: Number, n: Number, first: Number, last: Number,
) -> Any:  # fmt: skip
    """A step of all weights; half of the units have an input and an output weight of one sign, half of opposite ones.

    The units of a half stay equal, so one stands for all: it counts n/2 times.
    """
    rest = n / 2 * (a * b + c * d) - 1
    total = total + rest * rest / 2
    ga, gb, gc, gd = rest * b, rest * a, rest * d, rest * c
    a, am, av = moved(ga, a, am, av, t, first)
    b, bm, bv = moved(gb, b, bm, bv, t, last)
    c, cm, cv = moved(gc, c, cm, cv, t, first)
    d, dm, dv = moved(gd, d, dm, dv, t, last)
    loss = np.minimum(total / STEPS, MOST)
    return total, a, am, av, b, bm, bv, c, cm, cv, d, dm, dv, n / 2 * (a * b + c * d), loss


def standard(
    t: Number, total: Number, a: Number, am: Number, av: Number, b: Number, bm: Number, bv: Number,
    c: Number, cm: Number, cv: Number, d: Number, dm: Number, dv: Number, *, gamma: Number, n: Number,
) -> Any:  # fmt: skip
    """Output weights begin at one over the root of the width, and all learn alike."""
    b, d = np.where(t == 1, 1 / np.sqrt(n), b), np.where(t == 1, -1 / np.sqrt(n), d)
    return wide(t, total, a, am, av, b, bm, bv, c, cm, cv, d, dm, dv, n, gamma, gamma)


def mup(
    t: Number, total: Number, a: Number, am: Number, av: Number, b: Number, bm: Number, bv: Number,
    c: Number, cm: Number, cv: Number, d: Number, dm: Number, dv: Number, *, gamma: Number, n: Number,
) -> Any:  # fmt: skip
    """Output weights begin at one over the width, and their learning rate falls with it; at `BASE` nothing changes."""
    m = n / BASE
    b, d = np.where(t == 1, 1 / (BASE**0.5 * m), b), np.where(t == 1, -1 / (BASE**0.5 * m), d)
    return wide(t, total, a, am, av, b, bm, bv, c, cm, cv, d, dm, dv, n, gamma, gamma / m)


START = (0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
NAMES = "total a am av b bm bv c cm cv d dm dv f loss"
SP, UP = Scan(standard, START, STEPS, NAMES), Scan(mup, START, STEPS, NAMES)
SPAN = (2.0**-14, 1.0, 57, "log")
RATES = Axis(2.0**-14, 1, {2.0**-12: "2⁻¹²", 2.0**-9: "2⁻⁹", 2.0**-6: "2⁻⁶", 2.0**-3: "2⁻³"}, "*γ*", "log")
KEY = (2.0**-13.6, 2.0**-12.6)

LOSS = Panel(
    "Mean loss of 20 steps", RATES, Axis(0.05, MOST, {0.1: "0.1", 0.3: "0.3", 1: "1"}, "", "log"),
    [
        Line("usual.gamma", "usual.loss", "brown", 2.2, "2 3"), Line("scaled.gamma", "scaled.loss", "green", 1.8),
        Dots("gamma", "up.loss", "green", 8, "s"), Dots("gamma", "sp.loss", "brown", 8),
        Line(KEY, (0.085, 0.085), "brown", 2.2, "2 3"), Label(2.0**-12.4, 0.085, "standard", "brown", dy=4),
        Line(KEY, (0.064, 0.064), "green", 1.8), Label(2.0**-12.4, 0.064, "μP", "green", dy=4),
    ],
    [Handle("gamma", "up.loss", "learning rate")],
    height=252, alt="Loss over the learning rate; the minimum of the standard parametrization moves with the width.",
)  # fmt: skip
OUTPUT = Panel(
    "Output, with the target 1", Axis(0, STEPS, (0, 5, 10, 15, 20), "step"), Axis(-1, 4, (0, 1, 2, 3)),
    [
        Line((0, STEPS), (1, 1), "faint", 1.5, "6 3"),
        Line("run.t", "run.f", "brown", 2.2, "2 3"), Line("pace.t", "pace.f", "green", 1.8),
    ],
    height=216, alt="The output over twenty steps in both parametrizations, and the target.",
)  # fmt: skip


def best(tables: dict[str, Any]) -> float:
    """The learning rate drawn with the least loss in the standard parametrization."""
    return float(tables["usual"]["gamma"][int(np.argmin(tables["usual"]["loss"]))])


FIGURE = Figure(
    "A hidden layer that grows",
    (
        Quantity("n", "*n*", 16, 4096, 16, "log", 0.301, 0, "blue", "n"),
        Quantity("gamma", "*γ*", 2.0**-14, 1, 2.0**-5.5, "log", 0.05, 4, "purple", "γ"),
    ),
    {
        "usual": Ends(SP, "gamma", SPAN),
        "scaled": Ends(UP, "gamma", SPAN),
        "sp": Ends(SP),
        "up": Ends(UP),
        "run": SP,
        "pace": UP,
    },
    (LOSS, OUTPUT),
    "At width {n:0} and *γ* = {gamma:4} the mean loss is {sp.loss:2} in the standard parametrization and {up.loss:2} "
    "in μP.",
    "One input, *n* hidden units without nonlinearity, one output; Adam, without noise. At width 16 both are the same.",
    Prediction(
        "At width 16 the best learning rate is near 0.022. Make the layer 64 times as wide. In the standard "
        "parametrization the best learning rate is then about",
        ("as large", "an eighth as large", "a sixty-fourth as large"),
        lambda before, after: int(np.round(np.log2(best(before) / best(after)) / 3)),
        {"n": 1024.0},
        "A sixty-fourth, not the root of it: 64 times as many weights move, all in the same sense. At *γ* = {gamma:4} "
        "the mean loss is now {sp.loss:1}, cut off at 3. In μP nothing has changed.",
    ),
)
