"""Differences in the place of a slope: how wrong they are for each step, and why a smaller one is not better."""

from typing import Any

import numpy as np

from ..formats import Format, nearest
from .figure import Axis, Dots, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity

AT = 0.7
FLOAT32 = Format(24, 2.0**-149, (2 - 2.0**-23) * 2.0**127)
LEAST = 1e-15
"""The least error that is drawn."""


def value(x: Number) -> Any:
    return 1 / (1 + x * x)


def slope(x: Number) -> Any:
    return -2 * x / ((1 + x * x) * (1 + x * x))


def single(x: Number) -> Any:
    """The value as float32 keeps it."""
    return nearest(value(x), FLOAT32.digits, FLOAT32.least, FLOAT32.top)


def error(difference: Number) -> Any:
    return np.maximum(np.absolute(difference / slope(AT) - 1), LEAST)


def errors(step: Number) -> Any:
    """Relative errors of the forward and the central difference, and of the central one in float32."""
    ahead, behind = AT + step, AT - step
    forward = error((value(ahead) - value(AT)) / step)
    central = error((value(ahead) - value(behind)) / (ahead - behind))
    return forward, central, error((single(ahead) - single(behind)) / (ahead - behind))


FIGURE = Figure(
    "A gradient check and its step",
    (Quantity("h", "*h*", 1e-9, 0.5, 1e-4, "log", 0.1, 7, "purple", "h"),),
    {
        "over": Map(errors, "forward central single", {"step": (1e-9, 0.5, 105, "log")}),
        "now": Map(errors, "forward central single", {"step": "h"}),
    },
    (
        Panel(
            "Relative error of the slope",
            Axis(1e-9, 0.5, {1e-9: "10⁻⁹", 1e-6: "10⁻⁶", 1e-3: "10⁻³", 0.1: "0.1"}, "step *h*", "log"),
            Axis(1e-13, 10, {1e-9: "10⁻⁹", 1e-6: "10⁻⁶", 1e-3: "10⁻³", 1: "1"}, "", "log"),
            [
                Line("over.step", "over.single", "brown", 1.4, "6 3"),
                Line("over.step", "over.forward", "green", 1.4, "2 3"),
                Line("over.step", "over.central", "blue", 1.8), Dots("h", "now.central", "purple", 7, "s", True),
                Label(4e-7, 1.5, "central, float32", "brown"), Label(4e-6, 8e-6, "forward", "green", "end"),
                Label(2e-5, 2e-12, "central", "blue"),
            ],
            [Handle("h", "now.central", "Step of the difference")], 280,
            alt="Error over the step, both logarithmic: three curves, each with a minimum; on its left rounding "
            "decides, on its right curvature.",
        ),
    ),
    "With *h* = {h:7} the central difference is wrong by {now.central:7}, the forward difference by {now.forward:7}, "
    "and in float32 the central one by {now.single:7}, all relative to the slope.",
    "The slope of 1/(1 + *x*²) at 0.7, from differences in float64, and from values rounded to float32.",
    Prediction(
        "With *h* = 10⁻⁴ the central difference is wrong by a few parts in a billion. Divide the step by "
        "100,000, to 10⁻⁹. The error becomes",
        ("much smaller", "about the same", "larger"),
        lambda before, after: int(
            np.searchsorted([0.3, 3.0], after["now"]["central"][0] / before["now"]["central"][0])
        ),
        {"h": 1e-9},
        "It is {now.central:7} now. The two values agree in the first half of their digits, and only the other "
        "half is left in the difference. Its rounding error is divided by a tiny step.",
    ),
)  # fmt: skip
