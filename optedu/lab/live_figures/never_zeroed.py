"""SGD on a noisy parabola whose gradients are never zeroed: momentum 1, so nothing decays."""

from typing import Any

import numpy as np

from ...optim.sgd import sgd
from .figure import Axis, Dots, Figure, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

STEPS, START = 80, 1.0
"""Steps drawn, and where both runs begin; the curvature is 1."""
NOISE = tuple(float(f"{x:.3g}") for x in np.random.default_rng(5).standard_normal(STEPS))


def both(t: Number, z: Number, p: Number, b: Number, h: Number, k: Number, mu: float, gamma: Number) -> Any:
    """A step of the rule on the parabola, and one of its answer to a single kick of size 1 in the first step."""
    rest = dict(lr=gamma, momentum=mu, dampening=0, weight_decay=0, nesterov=False)
    p, b = sgd(p + z, p, b, **rest)
    h, k = sgd(h + np.where(t < 1.5, 1.0, 0.0), h, k, **rest)
    return p, b, h, k


def zeroed(t: Number, z: Number, p: Number, h: Number, total: Number, *, gamma: Number, sigma: Number) -> Any:
    """Where SGD is, and the spread: independent kicks add the squares of their answers."""
    p, _, h, _ = both(t, sigma * z, p, None, h, None, 0, gamma)
    total = total + h * h
    return p, h, total, sigma * np.sqrt(total)


def never(
    t: Number, z: Number, p: Number, b: Number, h: Number, k: Number, total: Number, *, gamma: Number, sigma: Number
) -> Any:
    """The same where every gradient stays in the buffer."""
    p, b, h, k = both(t, sigma * z, p, b, h, k, 1, gamma)
    total = total + h * h
    return p, b, h, k, total, sigma * np.sqrt(total)


def now(*, gamma: Number) -> Any:
    """The factor of gradient descent, and the swing of equation (3)."""
    return np.absolute(1 - gamma), np.where(gamma < 4, START / np.sqrt(np.absolute(1 - gamma / 4)), np.inf)


TIME = Axis(0, STEPS, (0, 20, 40, 60, 80), "step")
WAY = Panel(
    "Distance from the minimum", TIME, Axis(-3.4, 4.4, (-2, -1, 0, 1, 2), ""),
    [
        Line((0, STEPS), (0, 0), "faint", 1),
        Line("run.t", "run.p", "blue", 2), Line("sum.t", "sum.p", "brown", 1.6, "6 3"),
        Dots("sum.t", "sum.p", "brown", 4),
        Line((36, 42), (3.9, 3.9), "blue", 2), Label(44, 3.9, "zeroed at every step", "blue", dy=4),
        Line((36, 42), (3.2, 3.2), "brown", 1.6, "6 3"), Dots(39, 3.2, "brown", 4),
        Label(44, 3.2, "never zeroed", "brown", dy=4),
    ],
    height=256, alt="Distance over 80 steps: the zeroed run settles, the other swings from side to side.",
)  # fmt: skip
SPREAD = Panel(
    "Standard deviation over all noise", TIME,
    Axis(1e-3, 30, {0.01: "0.01", 0.1: "0.1", 1: "1", 10: "10"}, "", "log"),
    [
        Line("run.t", "run.spread", "blue", 2), Line("sum.t", "sum.spread", "brown", 1.6, "6 3"),
        Line((36, 42), (0.0045, 0.0045), "blue", 2), Label(44, 0.0045, "zeroed at every step", "blue", dy=4),
        Line((36, 42), (0.0018, 0.0018), "brown", 1.6, "6 3"), Label(44, 0.0018, "never zeroed", "brown", dy=4),
    ],
    height=256, alt="Spread over 80 steps: level for the zeroed run, growing for the other.",
)  # fmt: skip

FIGURE = Figure(
    "A loop that never zeroes its gradients",
    (
        Quantity("gamma", "*γa*", 0.02, 4.2, 0.1, "sqrt", 0.02, 2, "purple", "γ"),
        Quantity("sigma", "*σ*", 0.001, 0.5, 0.05, "log", 0.05, 3, "green", "σ"),
    ),
    {
        "now": Map(now, "factor swing"),
        "run": Scan(zeroed, (START, 0.0, 0.0), STEPS, "p h total spread", (NOISE,)),
        "sum": Scan(never, (START, 0.0, 0.0, 0.0, 0.0), STEPS, "p b h k total spread", (NOISE,)),
    },
    (WAY, SPREAD),
    "*γa* = {gamma:2}, without noise: zeroed, a step multiplies the distance by {now.factor:2}; never zeroed, the "
    "distance stays within {now.swing:2}.",
    "Plain SGD on a parabola of curvature *a* = 1, with noise of size *σ* in each gradient, the same for both runs.",
    Prediction(
        "Gradient descent diverges for *γa* > 2. Take *γa* = 3, so that the zeroed run doubles its distance at every "
        "step. What does the run that is never zeroed do?",
        ("It diverges faster", "It diverges as fast", "It swings, and does not diverge"),
        lambda before, after: (
            2
            if np.max(np.absolute(after["sum"]["p"])) < 10
            else int(abs(after["sum"]["p"][9]) < 2 * abs(after["run"]["p"][9]))
        ),
        {"gamma": 3.0},
        "Its limit is *γa* = 4, twice that of gradient descent. Here the swing stays within {now.swing:2} without "
        "noise; what grows is the share of the noise, like the root of the number of steps.",
    ),
)
