"""What a cooldown is worth: the bound of the last step, for a constant learning rate that falls in the end."""

from typing import Any

import numpy as np

from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan

STEPS = 400


def backward(t: Number, total: Number, squares: Number, extra: Number, *, share: Number, floor: Number) -> Any:
    """The t-th step from the end: sums of the factor and of its square from there on, and what the last step adds.

    Then the place in the run, the factor, the bound at the best peak, and that peak, for distance and slope 1.
    """
    factor = np.minimum(1, floor + (1 - floor) * t / np.maximum(share * STEPS, 1))
    after, total, squares = total, total + factor, squares + factor * factor
    extra = extra + np.where(after > 0, factor / np.maximum(after, 1e-9), 0) * squares / total
    noise = squares / total + extra
    return total, squares, extra, STEPS - t, factor, np.sqrt(noise / total), 1 / np.sqrt(noise * total)


def _constant() -> float:
    state: list[Any] = [0.0, 0.0, 0.0]
    bound = 0.0
    for t in range(1, STEPS + 1):
        *state, _, _, bound, _ = backward(t, *state, share=0.0, floor=1.0)
    return float(bound)


CONSTANT = _constant()


SCAN = Scan(backward, (0.0, 0.0, 0.0), STEPS, "total squares extra when factor bound peak")
RATE = Panel(
    "Learning rate", Axis(0, STEPS, (0, 100, 200, 300, 400), "step"), Axis(0, 1.15, {0: "0", 1: "peak"}, ""),
    [Line("run.when", "run.factor", "purple", 2.2)],
    height=200, alt="The learning rate over 400 steps: constant, then a line.",
)  # fmt: skip
BOUND = Panel(
    "Bound of the last loss, each at its best peak",
    Axis(0, 1, {0: "0", 0.2: "0.2", 0.5: "0.5", 1: "1"}, "share of the cooldown, *c*"),
    Axis(0.095, 0.145, (0.1, 0.12, 0.14), ""),
    [
        Line((0, 1), (CONSTANT, CONSTANT), "faint", 1.5, "6 3"),
        Label(0.98, CONSTANT, "constant", anchor="end", dy=-7),
        Line("over.share", "over.bound", "blue", 2), Dots("share", "end.bound", "blue", 8),
    ],
    [Handle("share", "end.bound", "Share of the cooldown")], 232,
    alt="The bound against the share of the cooldown: it falls steeply at first, then slowly.",
)  # fmt: skip

FIGURE = Figure(
    "What a cooldown is worth",
    (
        Quantity("share", "*c*", 0.0025, 1, 0.0025, "linear", 0.01, 3, "blue", "c"),
        Quantity("floor", "*m*", 0, 0.5, 0, "linear", 0.01, 2, "green", "m"),
    ),
    {
        "run": SCAN,
        "end": Ends(SCAN),
        "over": Ends(SCAN, "share", (0.0025, 1, 41, "linear")),
    },
    (RATE, BOUND),
    "A cooldown over {share:3} of the run, to {floor:2} of the peak: at the best peak ({end.peak:4}) the bound is "
    "{end.bound:4}.",
    "400 steps on a convex function with slopes of at most 1, from a distance of 1.",
    Prediction(
        "With a constant learning rate the bound is 0.1375, with a line over the whole run 0.1006. A cooldown over "
        "the last fifth brings how much of that gain?",
        ("about a fifth", "about a half", "about three quarters"),
        lambda before, after: int(
            np.searchsorted([0.35, 0.65], (before["end"]["bound"][0] - after["end"]["bound"][0]) / (CONSTANT - 0.1006))
        ),
        {"share": 0.2},
        "The bound falls to {end.bound:4}, three quarters of the way: most of what a fall can win is won at the end.",
    ),
)
