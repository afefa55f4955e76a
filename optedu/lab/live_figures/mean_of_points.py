"""SGD on a noisy parabola: the last point, and the mean of the points after the first so many."""

import math
from typing import Any

import numpy as np

from ...optim.sgd import sgd
from ...training.averaging import swa
from .figure import Axis, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan

STEPS, START = 400, 4.0
LEAST = STEPS**-0.5
"""The best possible in the end: the spread of a mean of so many Newton points, each as noisy as a gradient."""
NOISE = tuple(float(f"{x:.3g}") for x in np.random.default_rng(3).standard_normal(STEPS))


def moved(theta: Number, g: Number, gamma: Number) -> Any:
    return sgd(g, theta, None, lr=gamma, momentum=0, dampening=0, weight_decay=0, nesterov=False)[0]


def averaged(mean: Number, theta: Number, t: Number, start: Number) -> Any:
    """The mean with the point of step `t`, until the average begins the point itself.

    Between two steps of `start` its first point counts in part.
    """
    return swa(mean, theta, n=np.maximum(t - start - 1, 0))


def run(t: Number, z: Number, theta: Number, mean: Number, *, gamma: Number, start: Number) -> Any:
    """One run, with noise of variance 1 in the gradient, and its mean; this once more from where it begins."""
    theta = moved(theta, theta + z, gamma)
    mean = averaged(mean, theta, t, start)
    return theta, mean, np.where(t > start, mean, math.nan)


def spread(
    t: Number, far: Number, v: Number, mean: Number, both: Number, w: Number, *, gamma: Number, start: Number
) -> Any:
    """Over all runs: means and variances of the point and of the average, and how the two vary together.

    Then the root mean squares of both. Rules are linear here, so their factors carry over to the moments.
    """
    left, kick, share = moved(1.0, 1.0, gamma), moved(0.0, 1.0, gamma), averaged(0.0, 1.0, t, start)
    far, v = left * far, left * left * v + kick * kick
    both = (1 - share) * left * both
    mean, w = mean + share * (far - mean), (1 - share) ** 2 * w + 2 * share * both + share * share * v
    return far, v, mean, both + share * v, w, np.sqrt(far * far + v), np.sqrt(mean * mean + w)


MOMENTS = Scan(spread, (START, 0.0, START, 0.0, 0.0), STEPS, "far v mean both w point average")
RATE = {0.01: "0.01", 0.1: "0.1", 1: "1"}
LEFT = {0.05: "0.05", 0.1: "0.1", 0.5: "0.5", 1: "1", 4: "4"}
ONE = Panel(
    "One run", Axis(0, STEPS, (0, 100, 200, 300, 400), "step"), Axis(-2.6, 4.2, (-2, 0, 2, 4), "*θ*"),
    [
        Line((0, STEPS), (0, 0), "faint", 1), Line("run.t", "run.theta", "blue", 0.9),
        Line("run.t", "run.shown", "green", 2.6, "7 3"), Line((205, 226), (3.6, 3.6), "blue", 0.9),
        Label(233, 3.6, "points", "blue", dy=4), Line((205, 226), (2.9, 2.9), "green", 2.6, "7 3"),
        Label(233, 2.9, "their mean since *t*_0", "green", dy=4),
    ],
    height=232, alt="Points of one run around the minimum, and their mean, which settles there.",
)  # fmt: skip
RATES = Panel(
    "Typical distance in the end: learning rate", Axis(0.01, 1.9, RATE, "learning rate *γ*", "log"),
    Axis(0.03, 5, LEFT, "", "log"),
    [
        Line((0.01, 1.9), (LEAST, LEAST), "faint", 1.5, "2 3"),
        Label(1.8, LEAST, "best possible", "faint", "end", 0, 15),
        Line("rates.gamma", "rates.point", "blue", 1.6), Line("rates.gamma", "rates.average", "green", 2.6, "7 3"),
        Label(0.3, 0.62, "last point", "blue", "end", -6), Label(0.3, 0.1, "mean", "green", "middle"),
    ],
    [Handle("gamma", "end.average", "Learning rate")], 240,
    alt="Root mean square distance over the learning rate: of the last point it rises, of the mean it stays flat.",
)  # fmt: skip
STARTS = Panel(
    "Typical distance in the end: start of the average",
    Axis(0, STEPS, (0, 100, 200, 300, 400), "average begins after step *t*_0"),
    Axis(0.03, 5, LEFT, "", "log"),
    [
        Line((0, STEPS), (LEAST, LEAST), "faint", 1.5, "2 3"),
        Line("starts.start", "starts.point", "blue", 1.6), Line("starts.start", "starts.average", "green", 2.6, "7 3"),
    ],
    [Handle("start", "end.average", "Step after which the average begins")], 240,
    alt="Root mean square distance over the start of the average: high for early starts, and rising again late.",
)  # fmt: skip

FIGURE = Figure(
    "The last point and the mean",
    (
        Quantity("gamma", "*γ*", 0.01, 1.9, 0.1, "log", 0.05, 3, "brown", "γ"),
        Quantity("start", "*t*_0", 0, 390, 200, "linear", 10, 0, "purple", "t0"),
    ),
    {
        "run": Scan(run, (START, START), STEPS, "theta mean shown", (NOISE,)),
        "end": Ends(MOMENTS),
        "rates": Ends(MOMENTS, "gamma", (0.01, 1.9, 41, "log")),
        "starts": Ends(MOMENTS, "start", (0, 390, 40, "linear")),
    },
    (ONE, RATES, STARTS),
    "With *γ* = {gamma:3} the last point is typically {end.point:3} from the minimum, and the mean of the "
    "points after step {start:0} is {end.average:3} from it.",
    "Curvature 1, noise of variance 1 in every gradient, 400 steps from 4. Typical means the root mean square "
    "over all runs.",
    Prediction(
        "The last point ends typically 0.229 from the minimum, the mean of the last 200 points 0.069. Make the "
        "learning rate ten times as large, *γ* = 1: the last point then ends at 1.000. The mean ends",
        ("about as close as before", "about twice as far", "about four times as far"),
        lambda before, after: int(
            np.searchsorted([1.5, 3], after["end"]["average"][0] / before["end"]["average"][0])
        ),
        {"gamma": 1},
        "The mean ends at {end.average:3}: its distance comes from the noise of the gradients, and the learning rate "
        "cancels.",
    ),
)  # fmt: skip
