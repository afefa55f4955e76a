"""A schedule drawn by hand: what it does to a steep and to a flat direction in noise."""

from typing import Any

import numpy as np

from .figure import Axis, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan, Stream

MANY, PER = 40, 5
FLAT = 0.05


CONSTANT = (0.8,) * MANY


def progress(v: Number, rate: Number, a: Number, noise: Number) -> Any:
    """Mean square of the error after a step: what is left of it, and what noise lets in."""
    return (1 - rate * a) * (1 - rate * a) * v + rate * rate * noise * noise


def run(t: Number, rate: Number, steep: Number, flat: Number, best: Number, *, noise: Number) -> Any:
    """Five steps with one rate, in both directions; and with the best rate of every step for the steep one."""
    for _ in range(PER):
        steep, flat = progress(steep, rate, 1.0, noise), progress(flat, rate, FLAT, noise)
        best = progress(best, best / (best + noise * noise), 1.0, noise)
    return steep, flat, best, PER * t, (steep + FLAT * flat) / 2, best / (best + noise * noise)


def _best_for_the_steep() -> Any:
    """Its best rate, from an error of 1 and σ = 0.1, in the middle of each bar."""
    noise, start = 0.1, 1.0
    return tuple(float(f"{1 / (noise**2 / start + PER * k + (PER + 1) / 2):.4g}") for k in range(MANY))


BEST = _best_for_the_steep()
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
    "A bar holds for five steps. A high rate brings the flat direction down, and a low one at the end lowers the "
    "noise in the steep one.",
    Prediction(
        "For the steep direction the best rates are known: they fall like 1/*t*. Use them for both directions. "
        "Compared with the constant 0.8, the flat direction ends",
        ("lower", "as it was", "higher"),
        lambda before, after: 1 + int(np.sign(np.round(after["last"]["flat"][0] - before["last"]["flat"][0], 3))),
        {"rates": BEST},
        "The rate has fallen before the flat direction has arrived: its mean square is still {last.flat:2}. "
        "Now draw rates that stay high until late and fall at the end.",
    ),
)
