"""A curve of minima that are all one function: where gradient descent stops on it, and where SAM goes on to."""

from typing import Any

import numpy as np

from ...optim.sgd import sgd
from ...optim.wrapper import climb
from .figure import Axis, Dots, Ends, Figure, Label, Line, Number, Panel, Prediction, Quantity, Scan

START, STEPS = (3.0, 0.9), 300


def gradient(x: Number, y: Number) -> Any:
    """Of (xy − 1)²/2."""
    rest = x * y - 1
    return rest * y, rest * x


def down(x: Number, y: Number, gx: Number, gy: Number, gamma: Number) -> Any:
    """A step of SGD with a gradient, and how sharp a minimum there would be."""
    rest = dict(lr=gamma, momentum=0, dampening=0, weight_decay=0, nesterov=False)
    x, y = sgd(gx, x, None, **rest)[0], sgd(gy, y, None, **rest)[0]
    return x, y, x * x + y * y


def plain(t: Number, x: Number, y: Number, *, gamma: Number) -> Any:
    return down(x, y, *gradient(x, y), gamma)


def sam(t: Number, x: Number, y: Number, *, gamma: Number, rho: Number) -> Any:
    """The gradient is that of the point which `climb` leads to; without a gradient it leads nowhere."""
    gx, gy = gradient(x, y)
    how = dict(rho=rho, g_norm=np.maximum(np.sqrt(gx * gx + gy * gy), 1e-200), adaptive=False)
    return down(x, y, *gradient(climb(gx, x, **how), climb(gy, y, **how)), gamma)


PLAIN, SAM = Scan(plain, START, STEPS, "x y sharp"), Scan(sam, START, STEPS, "x y sharp")
curve = np.geomspace(0.3, 3.3, 61)
WAY = Panel(
    "The way to the curve and along it", Axis(0.3, 3.3, (1, 2, 3), "*x*"), Axis(0, 2.2, (0, 1, 2), "*y*"),
    [
        Line(curve, 1 / curve, "faint", 5), Line("sam.x", "sam.y", "blue", 1.2), Dots("sam.x", "sam.y", "blue", 3),
        Line("plain.x", "plain.y", "brown", 1.8, "6 3"), Dots("stop.x", "stop.y", "brown", 9, "s", True),
        Dots("end.x", "end.y", "blue", 9), Label(0.62, 1.8, "minima", "faint"),
    ],
    height=256, alt="A curve of minima; gradient descent stops on it, SAM hops along it.",
)  # fmt: skip
SHARP = Panel(
    "How sharp", Axis(0, STEPS, (0, 100, 200, 300), "step"), Axis(0, 11, (0, 2, 4, 6, 8, 10), "*x*² + *y*²"),
    [
        Line((0, STEPS), (2, 2), "faint", 1.2, "2 3"), Label(4, 2, "flattest minimum", "faint", dy=14),
        Line("plain.t", "plain.sharp", "brown", 1.8, "6 3"), Line("sam.t", "sam.sharp", "blue", 1.4),
        Line((150, 170), (10.2, 10.2), "brown", 1.8, "6 3"), Label(176, 10.2, "gradient descent", "brown", dy=4),
        Line((150, 170), (9.2, 9.2), "blue", 1.4), Label(176, 9.2, "SAM", "blue", dy=4),
    ],
    height=256, alt="Sum of the squares of both weights over the steps.",
)  # fmt: skip

FIGURE = Figure(
    "A curve of minima",
    (
        Quantity("rho", "*ρ*", 0, 0.5, 0.0, step=0.02, color="purple", symbols="ρ"),
        Quantity("gamma", "*γ*", 0.01, 0.15, 0.1, step=0.01, color="green", symbols="γ"),
    ),
    {"plain": PLAIN, "sam": SAM, "stop": Ends(PLAIN), "end": Ends(SAM)},
    (WAY, SHARP),
    "After 300 steps with *γ* = {gamma:2}, SAM with *ρ* = {rho:2} is at ({end.x:2}, {end.y:2}), where *x*² + *y*² is "
    "{end.sharp:1}; gradient descent stopped at {stop.sharp:1}.",
    "The loss is (*xy* − 1)²/2. On the gray curve it is 0, and *x*² + *y*² is the largest curvature.",
    Prediction(
        "With *ρ* = 0 this is gradient descent. It stops on the curve, where the loss is 0 and all points are the same "
        "function. Where is SAM with *ρ* = 0.2 after as many steps?",
        ("where gradient descent stopped", "at a flatter place", "at a sharper place"),
        lambda before, after: (1, 0, 2)[
            int(np.searchsorted([0.9, 1.1], after["end"]["sharp"][0] / before["end"]["sharp"][0]))
        ],
        {"rho": 0.2},
        "SAM takes its gradient at a distance of *ρ* from where it is, uphill, and there it is not 0. It hops across "
        "the curve and drifts along it: *x*² + *y*² has fallen to {end.sharp:1}, close to the least, 2.",
    ),
)  # fmt: skip
