"""Schedule-Free SGD on a noisy parabola: where the gradient is taken, and how far the result is from the minimum."""

from typing import Any

import numpy as np

from ...optim.schedule_free import interpolate
from .figure import Axis, Ends, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan
from .mean_of_points import spread

STEPS, START, RATE = 400, 10.0, 0.5
"""Steps, where all begin, and the learning rate of all."""


def step(t: Number, y: Number, z: Number, yy: Number, yz: Number, zz: Number, *, beta: Number, sigma: Number) -> Any:
    """A step of the rule on the means of y and z, and on their covariances under noise of variance 1.

    The rule is linear, so its factors are what it makes of 1 in y, in z and in the noise. Then the root mean square
    of x, and the part of it that is left of the start.
    """
    (y_y, z_y), (y_z, z_z), (y_n, z_n) = (
        interpolate(a, b, RATE * g, 1 / t, beta) for a, b, g in ((1.0, 0.0, 1.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    )
    y, z = y_y * y + y_z * z, z_y * y + z_z * z
    yy, yz, zz = (
        y_y * y_y * yy + 2 * y_y * y_z * yz + y_z * y_z * zz + y_n * y_n,
        y_y * z_y * yy + (y_y * z_z + y_z * z_y) * yz + y_z * z_z * zz + y_n * z_n,
        z_y * z_y * yy + 2 * z_y * z_z * yz + z_z * z_z * zz + z_n * z_n,
    )
    rest = 1 - beta
    x, noise = (y - rest * z) / beta, (yy - 2 * rest * yz + rest * rest * zz) / (beta * beta)
    return y, z, yy, yz, zz, np.sqrt(x * x + sigma * sigma * np.maximum(noise, 0)), np.absolute(x)


def plain(t: Number, far: Number, v: Number, mean: Number, both: Number, w: Number, *, sigma: Number) -> Any:
    """The mean of all points of SGD: the root mean square of its distance."""
    far, v, mean, both, w, *_ = spread(t, far, v, mean, both, w, gamma=RATE, start=0.0)
    return far, v, mean, both, w, np.sqrt(mean * mean + sigma * sigma * w)


def best(t: Number, *, sigma: Number) -> Any:
    """The spread of the mean of as many Newton points."""
    return (sigma / np.sqrt(t),)


RUN = Scan(step, (START, START, 0.0, 0.0, 0.0), STEPS, "y z yy yz zz typical left")
DISTANCE = {0.01: "0.01", 0.1: "0.1", 1: "1", 10: "10"}
TIME = Panel(
    "Typical distance of the result", Axis(1, STEPS, {1: "1", 10: "10", 100: "100", 400: "400"}, "step *t*", "log"),
    Axis(0.004, 30, DISTANCE, "", "log"),
    [
        Line("best.t", "best.least", "faint", 1.5, "2 3"), Line("plain.t", "plain.typical", "brown", 1.8, "7 3"),
        Line("run.t", "run.typical", "green", 2.4), Line((28, 40), (17, 17), "green", 2.4),
        Label(45, 17, "Schedule-Free", "green", dy=4), Line((28, 40), (7.5, 7.5), "brown", 1.8, "7 3"),
        Label(45, 7.5, "plain mean", "brown", dy=4), Line((28, 40), (3.3, 3.3), "faint", 1.5, "2 3"),
        Label(45, 3.3, "best possible", "faint", dy=4),
    ],
    height=260, alt="Distance over time of Schedule-Free's average, of the plain mean, and the best possible.",
)  # fmt: skip
BETAS = Panel(
    "After 400 steps", Axis(0.05, 0.98, {0.05: "0.05", 0.5: "0.5", 0.9: "0.9", 0.98: "0.98"}, "*β*", "decay"),
    Axis(0.004, 30, DISTANCE, "", "log"),
    [
        Line((0.05, 0.98), "end.least", "faint", 1.5, "2 3"), Line("betas.beta", "betas.left", "purple", 1.4, "3 2"),
        Line("betas.beta", "betas.typical", "green", 2.4), Line((0.06, 0.2), (10, 10), "purple", 1.4, "3 2"),
        Label(0.25, 10, "left of the start", "purple", dy=4),
    ],
    [Handle("beta", "now.typical", "Where the gradient is taken")], 220,
    alt="Typical distance in the end over beta, and what is left of the start.",
)  # fmt: skip

FIGURE = Figure(
    "Between the iterate and its average",
    (
        Quantity("beta", "*β*", 0.05, 0.98, 0.1, "decay", 0.05, 2, "blue", "β"),
        Quantity("sigma", "*σ*", 0.1, 2, 1.0, "log", 0.05, 2, "purple", "σ"),
    ),
    {
        "run": RUN,
        "now": Ends(RUN),
        "betas": Ends(RUN, "beta", (0.05, 0.98, 21, "decay")),
        "plain": Scan(plain, (START, 0.0, START, 0.0, 0.0), STEPS, "far v mean both w typical"),
        "best": Map(best, "least", {"t": (1, STEPS, 41, "log")}),
        "end": Map(best, "least", {"t": (STEPS,)}),
    },
    (TIME, BETAS),
    "With *β* = {beta:2} the result is typically {now.typical:3} from the minimum after 400 steps; what is left of the "
    "start is {now.left:4}.",
    "Curvature 1, gradient noise of size *σ*, start at 10, learning rate 0.5. *Typical* is the root mean square over "
    "all runs.",
    Prediction(
        "With *β* = 0.1 the gradient is taken almost at the fast iterate, and the average ends typically 0.052 from "
        "the minimum. The default, *β* = 0.9, takes it close to the average. The average then ends",
        ("half as far away", "about as far away", "twice as far away"),
        lambda before, after: int(
            np.searchsorted([0.7, 1.4], after["now"]["typical"][0] / before["now"]["typical"][0])
        ),
        {"beta": 0.9},
        "It ends at {now.typical:3}: nothing is left of the start, but the noise counts more. Now lower the noise, "
        "*σ*, and the order turns around.",
    ),
)  # fmt: skip
