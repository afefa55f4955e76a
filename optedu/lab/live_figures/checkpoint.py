"""Two runs of one rule whose peak rates differ, looked at on the way and at the end of their schedule."""

from typing import Any

import numpy as np

from .figure import Axis, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan
from .schedules import FLAT, progress

STEPS, LOW, NOISE = 200, 0.1, 0.3
"""Steps of a run, A's peak rate, and the standard deviation of a gradient for a curvature of 1."""
QUIET = NOISE * FLAT**0.5
"""That of the flat direction: the variance goes with the curvature, as for a log-likelihood near its maximum."""


def share(t: Number, cool: Number) -> Any:
    """The part of the peak rate at step t = 1, 2, …: constant, then linear toward zero."""
    return np.minimum(1, (STEPS + 1 - t) / (cool * STEPS))


def run(
    t: Number, steep: Number, flat: Number, sharp: Number, wide: Number, seen: Number, found: Number,
    *, gamma: Number, cool: Number, look: Number,
) -> Any:  # fmt: skip
    """A step of A and of B in both directions; their losses, now and when somebody last looked; their rates."""
    low, high = LOW * share(t, cool), gamma * share(t, cool)
    steep, flat = progress(steep, low, 1.0, NOISE), progress(flat, low, FLAT, QUIET)
    sharp, wide = progress(sharp, high, 1.0, NOISE), progress(wide, high, FLAT, QUIET)
    a, b = (steep + FLAT * flat) / 2, (sharp + FLAT * wide) / 2
    seen, found = np.where(t > look, seen, a), np.where(t > look, found, b)
    return steep, flat, sharp, wide, seen, found, a, b, low, high


RUN = Scan(run, (1.0,) * 4 + (0.5, 0.5), STEPS, "steep flat sharp wide seen found a b low high")
TIME = Axis(0, STEPS, (0, 50, 100, 150, 200), "step")
LOSSES = Panel(
    "Expected loss above its minimum", TIME,
    Axis(8e-4, 1, {1e-3: "10^{-3}", 0.01: "10^{-2}", 0.1: "0.1", 1: "1"}, "", "log"),
    [
        Line("look", 8e-4, "faint", 1.5, "2 3", x1="look", y1=1),
        Line("run.t", "run.a", "blue", 2, "6 3"), Line("run.t", "run.b", "brown", 2),
        Line((8, 30), (0.0028, 0.0028), "blue", 2, "6 3"), Label(36, 0.0028, "A, peak 0.1", "blue", dy=4),
        Line((8, 30), (0.0015, 0.0015), "brown", 2), Label(36, 0.0015, "B, peak *γ*", "brown", dy=4),
    ],
    [Handle("look", "end.found", "The step at which one looks")], 248,
    alt="Loss of two runs over 200 steps. They cross.",
)  # fmt: skip
RATES = Panel(
    "Learning rate", TIME, Axis(0, 1.05, (0, 0.5, 1)),
    [
        Line("look", 0, "faint", 1.5, "2 3", x1="look", y1=1.05),
        Line("run.t", "run.low", "blue", 2, "6 3"), Line("run.t", "run.high", "brown", 2),
    ],
    height=248, alt="Both learning rates: constant, then linear to zero.",
)  # fmt: skip

FIGURE = Figure(
    "Who is ahead, and when?",
    (
        Quantity("look", "*t*", 5, 200, 120, "linear", 5, 0, "purple", "t"),
        Quantity("gamma", "*γ*", 0.02, 1, 0.5, "log", 0.05, 2, "brown", "γ"),
        Quantity("cool", "cooldown", 0.05, 1, 0.4, "linear", 0.05, 2, "green"),
    ),
    {"run": RUN, "end": Ends(RUN)},
    (LOSSES, RATES),
    "At step {look:0} A is at {end.seen:4} and B at {end.found:4}; at the end A is at {end.a:4} and B at {end.b:4}.",
    "Expected loss of SGD in a steep and a flat direction, with noise. Both runs have the same schedule; only the peak "
    "differs.",
    Prediction(
        "A and B are the same rule under the same schedule; B's peak rate is five times A's. At step 120, when the "
        "cooldown begins, A is ahead. At step 200",
        ("A is ahead", "they are equal", "B is ahead"),
        lambda before, after: 1 + int(np.sign(np.round(np.log(after["end"]["seen"][0] / after["end"]["found"][0]), 1))),
        {"look": 200},
        "B ends at {end.found:4}, A at {end.seen:4}. Until step 120 B's large rate kept the noise of the steep "
        "direction alive, most of which the cooldown removes; the way that it made in the flat direction stays.",
    ),
)  # fmt: skip
