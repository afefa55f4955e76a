"""A schedule drawn by hand: what it does to a steep and to a flat direction in noise."""

from typing import Any

import numpy as np

import optedu

from .figure import Axis, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan, Stream

MANY, PER = 40, 5
FLAT = 0.05


def _rates(make: Number) -> Any:
    """Rates that a schedule of the package sets, one for every fifth of 200 steps."""
    optimizer = optedu.SGD([np.zeros(1)], lr=0.8)
    schedule, found = make(optimizer), []
    for _ in range(MANY * PER):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step([np.zeros(1)])
        schedule.step()
    return tuple(float(f"{x:.4g}") for x in found[2::PER])


CONSTANT = _rates(lambda o: optedu.lr_scheduler.ConstantLR(o, factor=1.0, total_iters=1))
FALLING = tuple(float(f"{1 / (1 + 0.45 * (PER * k + 2)):.4g}") for k in range(MANY))


def progress(v: Number, rate: Number, a: Number, noise: Number) -> Any:
    """Mean square of the error after a step: what is left of it, and what noise lets in."""
    return (1 - rate * a) * (1 - rate * a) * v + rate * rate * noise * noise


def run(t: Number, rate: Number, steep: Number, flat: Number, best: Number, *, noise: Number) -> Any:
    """Five steps with one rate, in both directions; and with the best rate of every step for the steep one."""
    for _ in range(PER):
        steep, flat = progress(steep, rate, 1.0, noise), progress(flat, rate, FLAT, noise)
        best = progress(best, best / (best + noise * noise), 1.0, noise)
    return steep, flat, best, PER * t, (steep + FLAT * flat) / 2, best / (best + noise * noise)


SCAN = Scan(run, (1.0, 1.0, 1.0), MANY, "steep flat best when loss rate", ("rates",))
MIDDLE = tuple(k + 0.5 for k in range(MANY))
DRAWN = Panel(
    "Draw the learning rate", Axis(0, MANY, {0: "0", 10: "50", 20: "100", 30: "150", 40: "200"}, "step"),
    Axis(0, 1.2, (0, 0.5, 1), "*γ*"),
    [
        Line(MIDDLE, 0, "brown", 4, x1=MIDDLE, y1="rates"), Line("run.t", "run.rate", "ink", 1.6, "4 3"),
        Label(39, 1.08, "dashed: best for the steep direction", anchor="end"),
    ],
    [Handle(0, "rates", "Learning rate, drawn by hand", stream=True)], 272, alt="A bar for every five steps.",
)  # fmt: skip
ERRORS = Panel(
    "Mean square of the error", Axis(0, MANY * PER, (0, 50, 100, 150, 200), "step"),
    Axis(1e-4, 30, {1e-4: "10^{-4}", 0.001: "10^{-3}", 0.01: "10^{-2}", 0.1: "0.1", 1: "1"}, "", "log"),
    [
        Line("run.when", "run.steep", "blue", 2), Line("run.when", "run.flat", "green", 1.8, "6 3"),
        Line("run.when", "run.best", "ink", 1.6, "4 3"),
        Line((8, 26), (14, 14), "blue", 2), Label(31, 14, "steep, *a* = 1", "blue", dy=4),
        Line((8, 26), (6, 6), "green", 1.8, "6 3"), Label(31, 6, "flat, *a* = 0.05", "green", dy=4),
        Line((8, 26), (2.6, 2.6), "ink", 1.6, "4 3"), Label(31, 2.6, "steep, best rates", dy=4),
    ],
    height=272, alt="Error of the steep and of the flat direction over 200 steps.",
)  # fmt: skip

FIGURE = Figure(
    "Draw a schedule",
    (
        Stream("rates", "*γ*", 0, 1.2, CONSTANT, "brown"),
        Quantity("noise", "*σ*", 0.01, 1, 0.1, "log", 0.05, 2, "purple", "σ"),
    ),
    {
        "run": SCAN,
        "last": Ends(SCAN),
    },
    (DRAWN, ERRORS),
    "After 200 steps: steep {last.steep:4}, flat {last.flat:4}, loss {last.loss:4}.",
    "A bar holds for five steps. A high rate brings the flat direction down; a low one at the end lets the noise out "
    "of "
    "the steep one.",
    Prediction(
        "For the steep direction the best rates are known: they fall like 1/*t*. Use such a schedule for both. "
        "Compared with "
        "the constant rate, the flat direction ends",
        ("lower", "as it was", "higher"),
        lambda before, after: 1 + int(np.sign(np.round(after["last"]["flat"][0] - before["last"]["flat"][0], 3))),
        {"rates": FALLING},
        "The rate is gone before the flat direction has arrived: {last.flat:3} of its error is left. That is why "
        "practice keeps "
        "the rate high for long, and lets it fall at the end. Draw that.",
    ),
)
