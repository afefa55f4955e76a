"""Adam and ADOPT on gradients drawn at random, few of them large: Adam divides by a v that holds the draw itself."""

from typing import Any

import numpy as np

from ...optim.adam import adam
from ...optim.adopt import adopt
from .figure import Axis, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan

STEPS = 400
DRAWS = tuple(round(x, 4) for x in np.random.default_rng(3).random(STEPS).tolist())


def both(t: Number, draw: Number, x: Number, v: Number, y: Number, w: Number, *, b2: Number, N: Number) -> Any:
    """A step of Adam and one of ADOPT on the same draw, both put back into [-1, 1]."""
    g = np.where(draw < 1 / N, 2 * N, -1.0)
    rest = dict(t=t, lr=0.2 / np.sqrt(t), betas=(0.0, b2), weight_decay=0)
    x, _, v, _ = adam(g, x, 0.0, v, eps=1e-8, **rest)
    y, _, w = adopt(g, y, 0.0, w, eps=1e-6, **rest)
    return inside(x), v, inside(y), w


def inside(x: Number) -> Any:
    return np.minimum(np.maximum(x, -1.0), 1.0)


SCAN = Scan(both, (0.0,) * 4, STEPS, "x v y w", (DRAWS,))
PARAMETER = Axis(-1.15, 1.6, {-1: "−1", 0: "0", 1: "1"}, "parameter")


def names(*x: float) -> list[Line | Label]:
    """A sample of either line and its name, above all that the lines can reach."""
    return [
        Line((x[0], x[1]), (1.38, 1.38), "brown", 1.8), Label(x[1], 1.38, "Adam", "brown", dx=4, dy=4),
        Line((x[2], x[3]), (1.38, 1.38), "blue", 2, "6 3"), Label(x[3], 1.38, "ADOPT", "blue", dx=4, dy=4),
    ]  # fmt: skip


OVER_TIME = Panel(
    "The minimum is at −1", Axis(0, STEPS, (0, 100, 200, 300, 400), "step"), PARAMETER,
    [Line("run.t", "run.x", "brown", 1.8), Line("run.t", "run.y", "blue", 2, "6 3"), *names(11, 43, 120, 152)],
    height=260, alt="Both parameters over 400 steps.",
)  # fmt: skip
OVER_MEMORY = Panel(
    "After 400 steps", Axis(0, 0.99, {0: "0", 0.5: "0.5", 0.9: "0.9", 0.99: "0.99"}, "*β*_2", "decay"),
    PARAMETER,
    [
        Line("ends.b2", "ends.x", "brown", 1.8), Line("ends.b2", "ends.y", "blue", 2, "6 3"),
        *names(0.115, 0.388, 0.749, 0.826),
    ],
    [Handle("b2", "last.x", "Decay rate of the second moment")], 260,
    alt="The last parameter against the decay rate: Adam's falls from the worst point to the best, ADOPT's is level.",
)  # fmt: skip

FIGURE = Figure(
    "Large gradients drawn at random",
    (
        Quantity("b2", "*β*_2", 0, 0.99, 0.1, "decay", 0.05, 2, "purple", "β2 βt2"),
        Quantity("N", "*N*", 1.5, 12, 3, "log", 0.05, 1, "green", "N"),
    ),
    {"run": SCAN, "last": Ends(SCAN), "ends": Ends(SCAN, "b2", (0, 0.99, 31, "decay"))},
    (OVER_TIME, OVER_MEMORY),
    "With *β*_2 = {b2:2} and *N* = {N:1}, Adam ends at {last.x:2} and ADOPT at {last.y:2}.",
    "Each gradient is 2*N* with probability 1/*N*, otherwise −1; *β*_1 = 0, the learning rate is 0.2/√*t*.",
    Prediction(
        "Adam ends at the worst point, ADOPT at the best. Set *β*_2 = 0: Adam now divides each gradient by its own "
        "size, and ADOPT by the size of the gradient before, which has nothing to do with it. ADOPT then ends",
        ("at +1, as Adam does", "near 0, it only jumps about", "at −1 all the same"),
        lambda before, after: int(np.searchsorted([-0.8, 0.8], -after["last"]["y"][0])),
        {"b2": 0.0},
        "At {last.y:2}, and Adam at {last.x:2}. A denominator that is independent of the gradient scales its mean but "
        "cannot turn it around.",
    ),
)
