"""Adam without its bias correction: the ratio of the uncorrected to the corrected step, over time."""

import math
from typing import Any

import numpy as np

from ...optim.adam import adam
from .figure import Axis, Dots, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan


def ratio(t: Number, b1: Number, b2: Number) -> Any:
    return (1 - b1**t) / np.sqrt(1 - b2**t)


def over_time(t: Number, *, b1: Number, b2: Number) -> Any:
    return (ratio(t, b1, b2),)


def now(*, b1: Number, b2: Number) -> Any:
    first = ratio(1, b1, b2)
    return first, np.where(first > 1.0005, 0, np.where(first < 0.9995, 1, 2))


def exact(*, b1: Number, b2: Number) -> Any:
    return b1, 1 - (1 - b1) * (1 - b1)


def measured(
    t: Number, p: Number, m: Number, v: Number, q: Number, n: Number, w: Number, *, b1: Number, b2: Number
) -> Any:
    """The rule on a gradient of 1, once as it is and once as it is when t is infinite: with nothing to correct."""
    rest = dict(lr=1.0, betas=(b1, b2), eps=0.0, weight_decay=0)
    raw, m, v, _ = adam(1.0, p, m, v, t=math.inf, **rest)
    corrected, n, w, _ = adam(1.0, q, n, w, t=t, **rest)
    return raw, m, v, corrected, n, w, (raw - p) / (corrected - q)


b = 1 - np.geomspace(1, 0.01, 25)
DECADES = {1: "1", 10: "10", 100: "100", 1000: "1,000", 10000: "10,000"}
PLANE = Panel(
    "Choose *β*_1 and *β*_2", Axis(0, 0.99, {0: "0", 0.5: "0.5", 0.9: "0.9", 0.99: "0.99"}, "*β*_1", "decay"),
    Axis(0, 0.9999, {0: "0", 0.9: "0.9", 0.99: "0.99", 0.999: "0.999", 0.9999: ""}, "*β*_2", "decay"),
    [
        Line([*b, 0, 0], [*(1 - (1 - b) ** 2), 0.9999, 0], "brown", fill=0.13), Line(b, 1 - (1 - b) ** 2, "ink", 2),
        Dots((0.9, 0.9, 0.9), (0.999, 0.95, 0.9), "faint", 8, "s", True),
        Label(0, 0.9999, "0.9999", dx=4, dy=14),
        Label(0.9, 0.999, "default", dx=17, dy=4), Label(0.2, 0.995, "starts too fast", "brown", "start", 0),
        Label(0.93, 0.4, "starts too slow", "blue", "middle"),
    ],
    [Handle("b1", "b2", "Decay of the first and of the second moment", exact)], 248,
    alt="Above the line uncorrected Adam starts too fast, below it too slow.",
)  # fmt: skip
RATIO = Panel(
    "The step without correction", Axis(1, 10000, DECADES, "step *t*", "log"),
    Axis(0.05, 30, {0.1: "0.1", 1: "1", 10: "10"}, "times the corrected one", "log"),
    [
        Line((1, 10000), (1, 1), "faint", 1.5, "6 3"), Line("time.t", "time.ratio", "brown", 2.2),
        Dots("run.t", "run.ratio", "ink", 5), Label(9500, 1, "corrected", anchor="end", dy=14),
        Label(9500, 18, "dots: the rule itself", "ink", "end"),
    ],
    height=248, alt="Ratio of the uncorrected to the corrected step over time.",
)  # fmt: skip

FIGURE = Figure(
    "What the correction corrects",
    (
        Quantity("b1", "*β*_1", 0, 0.99, 0.9, "decay", 0.05, 3, "blue", "β1 βt1"),
        Quantity("b2", "*β*_2", 0, 0.9999, 0.999, "decay", 0.05, 4, "purple", "β2 βt2"),
    ),
    {
        "time": Map(over_time, "ratio", {"t": (1, 10000, 121, "log")}),
        "now": Map(now, "first kind"),
        "run": Scan(measured, (0.0,) * 6, 40, "p m v q n w ratio"),
    },
    (PLANE, RATIO),
    "With *β*_1 = {b1:3} and *β*_2 = {b2:4}, Adam without the correction starts {now.kind|too fast|too slow|right}: "
    "its first step is {now.first:2} times as long as the corrected one.",
    "Drag the point; on the line 1 − *β*_2 = (1 − *β*_1)^2 the first step is right.",
    Prediction(
        "With the default betas the first uncorrected step is 3.16 times as long as the corrected one. Let both "
        "averages remember equally long, *β* = (0.9, 0.9). The first uncorrected step is then",
        ("too short", "right", "too long"),
        lambda before, after: 1 + int(np.sign(np.round(after["now"]["first"][0] - 1, 3))),
        {"b1": 0.9, "b2": 0.9},
        "Both averages are a tenth of what they should be, but *v* counts by its root: the step is {now.first:2} times "
        "as long. Both stories in print, too fast and too slow, are true, each for other betas.",
    ),
)
