"""SGD on a parabola with noisy gradients: learning rate and batch set the floor."""

import math
from typing import Any

import numpy as np

from ...optim.sgd import sgd
from .figure import Axis, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

STEPS, N = 200, 64
NOISE = tuple(float(f"{x:.3g}") for x in np.random.default_rng(11).standard_normal(STEPS))
LEFT = {1: "1", 4: "4", 16: "16", 64: "64"}


def spread(batch: Number, without: Number) -> Any:
    """Size of the noise of a mean over a batch, of examples whose gradients differ by 1: equations (3) and (4)."""
    part = np.where(without, np.maximum(1 - batch / N, 0) * N / (N - 1), 1.0)
    return np.sqrt(part / batch)


def floor(gamma: Number, size: Number) -> Any:
    """Loss that is left in the end: equation (6), for curvature 1."""
    return gamma * size * size / (2 * (2 - gamma))


def run(t: Number, z: Number, theta: Number, drawn: Number, *, gamma: Number, batch: Number) -> Any:
    """A step of the rule with replacement, one without, on the same noise; and the losses before them."""
    rest = dict(lr=gamma, momentum=0, dampening=0, weight_decay=0, nesterov=False)
    losses = theta * theta / 2, drawn * drawn / 2
    theta, _ = sgd(theta + spread(batch, False) * z, theta, None, **rest)
    drawn, _ = sgd(drawn + spread(batch, True) * z, drawn, None, **rest)
    return theta, drawn, t - 1, *losses


def now(*, gamma: Number, batch: Number) -> Any:
    digit = np.where(gamma == 1, 1.0, math.log(10) / -np.log(np.absolute(1 - gamma)))
    return floor(gamma, spread(batch, False)), floor(gamma, spread(batch, True)), digit, digit * batch


def by_rate(rate: Number, *, batch: Number) -> Any:
    return floor(rate, spread(batch, False)), floor(rate, spread(batch, True))


def by_batch(size: Number, *, gamma: Number) -> Any:
    return floor(gamma, spread(size, False)), floor(gamma, spread(size, True))


LOSS = {1e-4: "10^{-4}", 0.01: "0.01", 1: "1"}
WAY = Panel(
    "The way to the floor", Axis(0, STEPS, (0, 50, 100, 150, 200), "step"), Axis(1e-5, 60, LOSS, "loss", "log"),
    [
        Line("run.when", "run.loss", "blue", 1.6), Line((0, STEPS), "now.floor", "brown", 2, "6 3"),
        Line((98, 110), (25, 25), "blue", 1.6), Label(114, 25, "loss of SGD", "blue", dy=4),
        Line((98, 110), (7, 7), "brown", 2, "6 3"), Label(114, 7, "expected in the end", "brown", dy=4),
    ],
    height=272, alt="The loss falls, then rattles around its floor.",
)  # fmt: skip
STEP = Panel(
    "Two hundred steps", Axis(0, STEPS, (0, 50, 100, 150, 200), "step"), Axis(-2, 4, (-2, 0, 2, 4), "distance"),
    [
        Line("run.t", "run.drawn", "green", 1.3, "4 2"), Line("run.t", "run.theta", "blue", 1.5),
        Line((92, 104), (3.6, 3.6), "blue", 1.5), Label(108, 3.6, "with replacement", "blue", dy=4),
        Line((92, 104), (3, 3), "green", 1.3, "4 2"), Label(108, 3, "without", "green", dy=4),
    ],
    height=272, alt="Distance from the minimum with batches drawn with replacement and without.",
)  # fmt: skip
RATES = Panel(
    "A smaller rate", Axis(0.01, 1.95, {0.01: "0.01", 0.1: "0.1", 1: "1"}, "*γ*", "log"),
    Axis(1e-5, 60, LOSS, "loss left", "log"),
    [Line("rates.rate", "rates.floor", "brown", 2, "6 3"), Line("rates.rate", "rates.drawn", "green", 1.3, "4 2")],
    [Handle("gamma", "now.floor", "Learning rate")], 260, alt="The floor over the learning rate.",
)  # fmt: skip
BATCHES = Panel(
    "A larger batch, of 64 examples", Axis(1, N, LEFT, "batch *B*", "log"), Axis(1e-5, 60, LOSS, "loss left", "log"),
    [
        Line("batches.size", "batches.floor", "brown", 2, "6 3"),
        Line("batches.size", "batches.drawn", "green", 1.3, "4 2"),
        Label(1.5, 12, "with replacement", "brown"), Label(1.5, 2e-4, "without: nothing is left at 64", "green"),
    ],
    [Handle("batch", "now.floor", "Batch size")], 260, alt="The floor over the batch size, with replacement and "
        "without.",
)  # fmt: skip

FIGURE = Figure(
    "The noise floor",
    (
        Quantity("gamma", "*γ*", 0.01, 1.9, 0.4, "log", 0.05, 3, "brown", "γ"),
        Quantity("batch", "*B*", 1, N, 1.0, "log", 0.15051499783199063, 0, "blue", "B"),
    ),
    {
        "now": Map(now, "floor drawn digit cost"),
        "run": Scan(run, (3.0, 3.0), STEPS, "theta drawn when loss other", (NOISE,)),
        "rates": Map(by_rate, "floor drawn", {"rate": (0.01, 1.95, 81, "log")}),
        "batches": Map(by_batch, "floor drawn", {"size": (1, N, 61, "log")}),
    },
    (STEP, WAY, RATES, BATCHES),
    "Floor of the loss: {now.floor:4}. A digit on the way there takes {now.digit:1} steps, with *B* = {batch:0} that "
    "is {now.cost:1} examples.",
    "Curvature 1, and examples whose gradients differ by 1. The noise is the same stream in all states.",
    Prediction(
        "The floor should fall to about a tenth. Take the learning rate from 0.4 to 0.04, or the batch from 1 to 10. "
        "Which way costs fewer examples on the way there?",
        ("the smaller rate", "about the same", "the larger batch"),
        lambda before, after: (
            int(np.sign(round(np.log2((after["now"]["digit"][0]) / (10 * before["now"]["digit"][0]))))) + 1
        ),
        {"gamma": 0.04},
        "With the small learning rate a digit takes {now.digit:0} steps of one example. With the large batch it takes "
        "4.5 steps of ten. The floor is near {now.floor:2} either way.",
    ),
)
