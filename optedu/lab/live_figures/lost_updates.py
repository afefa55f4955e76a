"""A bfloat16 weight that receives the same update at every step: what three ways to round make of it."""

from typing import Any

import numpy as np

from ..formats import Format, nearest, power_of_two
from .figure import Axis, Dots, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

BFLOAT16 = Format(8, 2.0**-133, (2 - 2.0**-7) * 2.0**127)
STEPS, START = 300, 1.0
DRAWS = tuple(np.round(np.random.default_rng(1).random(STEPS), 3).tolist())
"""Random numbers between 0 and 1, one a step."""


def stored(x: Number) -> Any:
    return nearest(x, BFLOAT16.digits, BFLOAT16.least, BFLOAT16.top)


def spacing(x: Number) -> Any:
    """How far the next number is."""
    return power_of_two(x) * 2.0 ** (1 - BFLOAT16.digits)


def step(t: Number, r: Number, near: Number, lucky: Number, kahan: Number, lost: Number, *, delta: Number) -> Any:
    """To nearest; at random, by a shift of up to half a unit; and with Kahan's sum."""
    moved = lucky + delta
    due = delta + lost
    after = stored(kahan + due)
    lost = stored(due - (after - kahan))
    return stored(near + delta), stored(moved + (r - 0.5) * spacing(moved)), after, lost, START + t * delta


def taken(asked: Number) -> Any:
    """What the weight moves by, in the place of what it was asked to."""
    return (stored(START + asked) - START,)


def now(*, delta: Number) -> Any:
    """The step, rounded, at first; in percent of the weight."""
    return stored(START + delta) - START, 100 * delta / START


OVER_TIME = Panel(
    "A weight in bfloat16", Axis(0, STEPS, (0, 100, 200, 300), "step"), Axis(0.9, 3.1, (1, 1.5, 2, 2.5, 3), ""),
    [
        Line("run.t", "run.exact", "faint", 1.6, "6 3"), Line("run.t", "run.kahan", "green", 2.6, "2 3"),
        Line("run.t", "run.lucky", "blue", 1.6), Line("run.t", "run.near", "brown", 2.6),
        Line((8, 36), (2.95, 2.95), "brown", 2.6), Label(42, 2.95, "rounded to nearest", "brown", dy=4),
        Line((8, 36), (2.75, 2.75), "blue", 1.6), Label(42, 2.75, "rounded at random", "blue", dy=4),
        Line((8, 36), (2.55, 2.55), "green", 2.6, "2 3"), Label(42, 2.55, "Kahan’s sum", "green", dy=4),
        Line((8, 36), (2.35, 2.35), "faint", 1.6, "6 3"), Label(42, 2.35, "exact", dy=4),
    ],
    height=250, alt="The weight over 300 steps: rounded to nearest it leaves the exact line; the repairs stay near it.",
)  # fmt: skip
STAIRS = Panel(
    "What the first step becomes", Axis(0, 0.0125, (0, 0.004, 0.008, 0.012), "update asked for"),
    Axis(-0.001, 0.017, {0: "0", 2.0**-7: "2⁻⁷", 2.0**-6: "2⁻⁶"}, ""),
    [
        Line((0, 0.0125), (0, 0.0125), "faint", 1.6, "6 3"), Line("stairs.asked", "stairs.taken", "brown", 2.2),
        Dots("delta", "now.first", "purple", 7, "s", True),
    ],
    [Handle("delta", "now.first", "Size of the update")], 224,
    alt="The step after rounding over the step asked for: a staircase around the diagonal.",
)  # fmt: skip

FIGURE = Figure(
    "An update and the spacing of the numbers",
    (Quantity("delta", "*Δ*", 0.0002, 0.0125, 0.003, "linear", 0.0001, 4, "purple", "Δ"),),
    {
        "run": Scan(step, (START, START, START, 0.0), STEPS, "near lucky kahan lost exact", (DRAWS,)),
        "stairs": Map(taken, "taken", {"asked": (0.0, 0.0125, 251, "linear")}),
        "now": Map(now, "first percent"),
    },
    (OVER_TIME, STAIRS),
    "Each step asks for {delta:4}, which is {now.percent:2}% of the weight at first. Rounded to nearest, the first "
    "step is {now.first:4} long.",
    "A weight of 1 whose neighbors are 1/128 above and 1/256 below. Two of the lines are repairs, derived below.",
    Prediction(
        "With updates of 0.003 the weight, rounded to nearest, is still 1 after 300 steps. Let the updates be 0.004. "
        "After 100 of them, when 1.4 would be exact, it is",
        ("still 1", "about 1.4", "about 1.8"),
        lambda before, after: int(np.searchsorted([1.2, 1.6], after["run"]["near"][100])),
        {"delta": 0.004},
        "Now each update is more than half a unit, and is rounded up to {now.first:4}: the weight moves almost twice "
        "as fast as it should. At 2, where the numbers are twice as far apart, it stops.",
    ),
)
