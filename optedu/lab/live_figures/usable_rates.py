"""Gradient descent on a quadratic for so many steps: which learning rates reach a goal."""

import math
from typing import Any

import numpy as np

from .figure import Axis, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity
from .quadratic import moved

FLOOR, TOP = 1e-8, 1e3
"""Limits of what is drawn of the errors."""


def left(a: Number, gamma: Number, steps: Number) -> Any:
    """What so many steps of the rule leave of the error in a direction of curvature `a`."""
    return np.clip(np.absolute(moved(1.0, a, gamma)) ** steps, FLOOR, TOP)


def after(gamma: Number, *, T: Number, kappa: Number) -> Any:
    steep, flat = left(1.0, gamma, T), left(1 / kappa, gamma, T)
    return steep, flat, np.maximum(steep, flat)


def edges(T: Number, kappa: Number, delta: Number) -> tuple[Number, Number]:
    """The least rate at which the flattest direction reaches the goal, and the highest at which the steepest does."""
    q = delta ** (1 / T)
    return kappa * (1 - q), 1 + q


def now(*, T: Number, kappa: Number, delta: Number) -> Any:
    low, high = edges(T, kappa, delta)
    decades = width(T, kappa=kappa, delta=delta)[0]
    return low, high, np.minimum(low, high), np.where(low < high, 1, 0), decades, high / low


def width(T: Number, *, kappa: Number, delta: Number) -> Any:
    low, high = edges(T, kappa, delta)
    return (np.maximum(0.0, np.log(high / low) / math.log(10)),)


ERROR = Panel(
    "Error that is left after *T* steps", Axis(1e-3, 4, {1e-3: "0.001", 0.01: "0.01", 0.1: "0.1", 1: "1"}, "*γL*",
    "log"),
    Axis(1e-4, 10, {1e-4: "10^{-4}", 1e-3: "10^{-3}", 0.01: "10^{-2}", 0.1: "0.1", 1: "1"}, "", "log"),
    [
        Line("after.gamma", "after.worst", "faint", 5), Line("after.gamma", "after.steep", "purple", 1.8, "2 3"),
        Line("after.gamma", "after.flat", "green", 1.8, "6 3"), Line((1e-3, 4), "delta", "brown", 1.4, "6 3"),
        Line("now.start", "delta", "blue", 6, x1="now.high", y1="delta"),
        Label(0.027, "delta", "goal *δ*", "brown", dy=14),
        Line((0.02, 0.036), (2e-3, 2e-3), "faint", 5), Label(0.042, 2e-3, "largest", dy=4),
        Line((0.02, 0.036), (7e-4, 7e-4), "green", 1.8, "6 3"), Label(0.042, 7e-4, "flattest", "green", dy=4),
        Line((0.02, 0.036), (2.5e-4, 2.5e-4), "purple", 1.8, "2 3"), Label(0.042, 2.5e-4, "steepest", "purple", dy=4),
    ],
    [Handle(0.02, "delta", "The goal: error left")], 264,
    alt="The largest error over the learning rate: a basin, with the flattest direction as its left side and the "
    "steepest as its right one. A bar marks where it is below the goal.",
)  # fmt: skip
WIDTH = Panel(
    "Decades of learning rates that reach it",
    Axis(10, 1e5, {10: "10", 100: "100", 1000: "1,000", 1e4: "10^4", 1e5: "10^5"}, "steps *T*", "log"),
    Axis(0, 4, (0, 1, 2, 3, 4)),
    [Line("over.T", "over.width", "blue", 2.2)],
    [Handle("T", "now.width", "Steps")], 264,
    alt="Below some number of steps no rate reaches the goal; from there each factor of ten adds a decade.",
)  # fmt: skip

FIGURE = Figure(
    "The learning rates that are good enough",
    (
        Quantity("T", "*T*", 10, 100000, 1000, "log", 0.05, 0, "blue", "T"),
        Quantity("kappa", "*κ*", 2, 1000, 100, "log", 0.05, 0, "green", "κ"),
        Quantity("delta", "*δ*", 0.001, 0.5, 0.1, "log", 0.05, 3, "brown", "δ"),
    ),
    {
        "after": Map(after, "steep flat worst", {"gamma": (0.001, 4, 161, "log")}),
        "now": Map(now, "low high start some width factor"),
        "over": Map(width, "width", {"T": (10, 100000, 81, "log")}),
    },
    (ERROR, WIDTH),
    "{now.some|No rate is good enough|Good rates exist}: the flattest direction needs at least *γL* = {now.low:3}, the "
    "steepest at most {now.high:3}, {now.width:2} decades.",
    "Gradient descent on a quadratic without noise, curvatures from *L*/*κ* to *L*. A rate is good enough if no "
    "error is larger than *δ* times its initial value after *T* steps: the thick bar.",
    Prediction(
        "With *T* = 1,000 steps, *κ* = 100 and *δ* = 0.1, the highest good rate is 8.7 times the lowest. A pilot run "
        "has *T* = 100. Its good rates span",
        ("the same factor", "a smaller factor", "nothing: there are none"),
        lambda before, after: 1 + int(after["now"]["factor"][0] < 1)
        if after["now"]["factor"][0] < 0.99 * before["now"]["factor"][0]
        else 0,
        {"T": 100},
        "The flattest direction would need *γL* = {now.low:2} to finish in 100 steps, and beyond {now.high:2} the "
        "steepest does not shrink enough. With about 115 steps exactly one rate works; from there each factor of ten "
        "in steps adds about a decade.",
    ),
)  # fmt: skip
