"""Gradient descent on a quadratic: one learning rate over a whole spectrum."""

import math
from typing import Any

import numpy as np

from ...optim.sgd import sgd
from .figure import Axis, Dots, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

MANY = 7


def curvature(k: Number, kappa: Number) -> Any:
    """Curvatures from 1, the largest, to 1/κ, evenly in the logarithm."""
    return np.exp(-np.log(kappa) * k / (MANY - 1))


def moved(theta: Number, a: Number, gamma: Number) -> Any:
    return sgd(a * theta, theta, None, lr=gamma, momentum=0, dampening=0, weight_decay=0, nesterov=False)[0]


def worst(gamma: Number, kappa: Number) -> Any:
    return np.maximum(np.absolute(moved(1.0, 1.0, gamma)), np.absolute(moved(1.0, 1 / kappa, gamma)))


def digit(rate: Number) -> Any:
    """Steps that divide the error by ten."""
    return np.where(rate < 1, math.log(10) / -np.log(rate), math.inf)


def factor(a: Number, *, gamma: Number) -> Any:
    return (np.absolute(moved(1.0, a, gamma)),)


def directions(k: Number, *, gamma: Number, kappa: Number) -> Any:
    a = curvature(k, kappa)
    return a, np.absolute(moved(1.0, a, gamma))


def now(*, gamma: Number, kappa: Number) -> Any:
    rate, best = worst(gamma, kappa), 2 * kappa / (kappa + 1)
    slow = np.where(np.absolute(moved(1.0, 1.0, gamma)) < np.absolute(moved(1.0, 1 / kappa, gamma)), 0, 1)
    slow = np.where(rate >= 1, 2, np.where(np.absolute(gamma - best) < 0.004, 3, slow))
    return rate, digit(rate), slow, best, digit((kappa - 1) / (kappa + 1))


def every(rate: Number, *, kappa: Number) -> Any:
    """Steps for a digit at every learning rate."""
    return (digit(worst(rate, kappa)),)


def best(*, kappa: Number) -> Any:
    return 2 * kappa / (kappa + 1), digit((kappa - 1) / (kappa + 1))


def run(t: Number, *state: Number, gamma: Number, kappa: Number) -> Any:
    """All directions, each by the rule; with them the loss before the step, of the steepest and of the flattest."""
    parts = [curvature(k, kappa) * c * c / 2 for k, c in enumerate(state)]
    moved_on = [moved(c, curvature(k, kappa), gamma) for k, c in enumerate(state)]
    return *moved_on, t - 1, sum(parts), parts[0], parts[-1]


KINDS = "|".join([
    "The flattest direction is the slowest", "The steepest direction is the slowest", "The steepest direction diverges",
    "Steepest and flattest are equally slow: no learning rate is better",
])  # fmt: skip
SPECTRUM = Panel(
    "One rate, many curvatures", Axis(1e-3, 1, {0.001: "0.001", 0.01: "0.01", 0.1: "0.1", 1: "1"}, "curvature "
    "*a*/*L*", "log"),
    Axis(0, 1.25, (0, 0.5, 1), "left after a step, |1 − *γa*|"),
    [
        Line((1e-3, 1), (1, 1), "red", 1.5, "2 3"), Line("curve.a", "curve.left", "blue", 2),
        Line("directions.a", 0, "faint", 1, x1="directions.a", y1="directions.left"),
        Dots("directions.a", "directions.left", "blue", 8),
        Line((1e-3, 1), "now.rate", "brown", 1.4, "6 3"), Label(1.2e-3, "now.rate", "largest", "brown", dy=13),
    ],
    height=272, alt="Each curvature has its own factor; the largest decides in the long run.",
)  # fmt: skip
RATE = Panel(
    "The price of one learning rate", Axis(0, 2.2, (0, 0.5, 1, 1.5, 2), "*γL*"),
    Axis(1, 1e4, {1: "1", 10: "10", 100: "100", 1000: "10^3", 1e4: "10^4"}, "steps for a digit", "log"),
    [
        Line((2, 2), (1, 1e4), "red", 1.5, "2 3"), Line("every.rate", "every.steps", "brown", 2.2),
        Dots("now.best", "now.least", "green", 10, "s", True),
        Label("now.best", "now.least", "best", "green", "end", 4, 19), Label(2.03, 2, "diverges", "red", "end", -8),
    ],
    [Handle("gamma", "now.steps", "Learning rate times the largest curvature", best)], 272,
    alt="The larger the learning rate, the fewer steps, until the steepest direction takes over just before the limit.",
)  # fmt: skip
WAY = Panel(
    "The way, flattest against steepest", Axis(-0.42, 1.1, (0, 0.5, 1), "flattest"),
    Axis(-1.1, 1.1, (-1, 0, 1), "steepest"),
    [
        Line("run.c6", "run.c0", "blue", 1.4), Dots("run.c6", "run.c0", "blue", 5),
        Dots((0.0,), (0.0,), "ink", 9, "s"), Label(0, 0, "minimum", "ink", "end", -9, 4),
    ],
    height=260, alt="Beyond 1/L the way zigzags across the valley.",
)  # fmt: skip
LOSS = Panel(
    "Loss", Axis(0, 60, (0, 20, 40, 60), "step"),
    Axis(1e-6, 5, {1e-6: "10^{-6}", 1e-4: "10^{-4}", 0.01: "10^{-2}", 1: "1"}, "", "log"),
    [
        Line("run.when", "run.steep", "purple", 1.4, "2 3"), Line("run.when", "run.flat", "green", 1.4, "6 3"),
        Line("run.when", "run.loss", "ink", 2),
        Line((34, 39), (1.6, 1.6), "ink", 2), Label(41, 1.6, "all", "ink", dy=4),
        Line((34, 39), (0.45, 0.45), "purple", 1.4, "2 3"), Label(41, 0.45, "steepest", "purple", dy=4),
        Line((34, 39), (0.125, 0.125), "green", 1.4, "6 3"), Label(41, 0.125, "flattest", "green", dy=4),
    ],
    height=260, alt="The loss over sixty steps, and the shares of the steepest and the flattest direction.",
)  # fmt: skip

FIGURE = Figure(
    "One learning rate for a spectrum",
    (
        Quantity("gamma", "*γL*", 0.01, 2.2, 1.0, step=0.02, color="brown", symbols="γ"),
        Quantity("kappa", "*κ*", 2, 1000, 30.0, "log", 0.05, 0, "blue", "κ"),
    ),
    {
        "curve": Map(factor, "left", {"a": (1e-3, 1, 97, "log")}),
        "directions": Map(directions, "a left", {"k": tuple(range(MANY))}),
        "now": Map(now, "rate steps kind best least"),
        "every": Map(every, "steps", {"rate": (0.005, 1.9999, 134, "linear")}),
        "run": Scan(run, (1.0,) * MANY, 61, " ".join(f"c{k}" for k in range(MANY)) + " when loss steep flat"),
    },
    (SPECTRUM, RATE, WAY, LOSS),
    "{now.kind|" + KINDS + "}. In the long run a step leaves {now.rate:3} of the error: "
    "a digit takes {now.steps:0} steps.",
    "Move the learning rate, and stretch the spectrum by its condition number *κ*. The dashed line, the largest of the "
    "factors, is what counts in the end.",
    Prediction(
        "*γ* = 1/*L*, *κ* = 30. Now almost double the learning rate: 1.93/*L*, just below the limit. The slow "
        "directions get faster, the steepest zigzags. How fast is the whole in the end?",
        ("faster", "as fast", "slower"),
        lambda before, after: 1 + int(np.sign(np.round(after["now"]["rate"][0] - before["now"]["rate"][0], 3))),
        {"gamma": 1.93},
        "A step now leaves {now.rate:3} of the error, and a digit takes {now.steps:0} steps. The best learning rate, "
        "{now.best:3}/*L*, lies right next to the limit.",
    ),
)
