"""Adam on a parabola without noise: the gradient fades, the denominator follows, and the loss spikes."""

from typing import Any

import numpy as np

from ...optim.adam import adam
from ..formats import Format, nearest
from .figure import Axis, Ends, Figure, Label, Line, Number, Panel, Prediction, Quantity, Scan

STEPS, LR, BETA1, LEAST = 1500, 0.1, 0.9, 1e-18
"""Steps, the learning rate, Adam's first decay, and the least loss that is drawn; the curvature is 1."""
LIMIT = 2 * (1 + BETA1) / (1 - BETA1)
FLOAT32 = Format(24, 2.0**-149, (2 - 2.0**-23) * 2.0**127)


def kept(x: Number) -> Any:
    """As float32 keeps it. (In more digits the spikes depend on the last bit of a power, which browsers choose.)"""
    return nearest(x, FLOAT32.digits, FLOAT32.least, FLOAT32.top)


def step(t: Number, p: Number, m: Number, v: Number, first: Number, *, beta2: Number, eps: Number) -> Any:
    """The rule; then when its effective rate was first above the limit, that rate, and the loss."""
    loss = np.maximum(p * p / 2, LEAST)
    p, m, v = adam(p, p, m, v, t=t, lr=LR, betas=(BETA1, beta2), eps=eps, weight_decay=0)[:3]
    p, m, v = kept(p), kept(m), kept(v)
    rate = LR / (np.sqrt(v / (1 - beta2**t)) + eps)
    first = np.where(first > 0, first, np.where(rate > LIMIT, t, 0.0))
    return p, m, v, first, rate, loss


RUN = Scan(step, (1.0, 0.0, 0.0, 0.0), STEPS, "p m v first rate loss")
TIME = Axis(0, STEPS, (0, 500, 1000, 1500), "step")
LOSS = Panel(
    "The loss", TIME, Axis(1e-18, 10, {1e-9: "10⁻⁹", 1e-6: "10⁻⁶", 1e-3: "10⁻³", 1: "1"}, "", "log"),
    [Line("run.t", "run.loss", "blue", 1.4)],
    height=224, alt="The loss over 1,500 steps on a logarithmic axis: it falls, and then rises again from nothing.",
)  # fmt: skip
RATE = Panel(
    "The effective rate, in units of 1/curvature", TIME,
    Axis(0.05, 300, {0.1: "0.1", 1: "1", 10: "10", 100: "100"}, "", "log"),
    [
        Line((0, STEPS), (LIMIT, LIMIT), "faint", 1.5, "6 3"), Line("run.t", "run.rate", "brown", 1.8),
        Label(1480, 70, "limit 38", "faint", "end"),
    ],
    height=224, alt="The effective rate over the steps: it rises to the limit of 38 and is thrown back above it.",
)  # fmt: skip

FIGURE = Figure(
    "A spike without a bad batch",
    (
        Quantity("beta2", "*β*₂", 0.9, 0.999, 0.99, "decay", 0.02, 3, "purple", "β2"),
        Quantity("eps", "*ε*", 1e-8, 0.01, 1e-8, "log", 0.1, 8, "green", "ε"),
    ),
    {"run": RUN, "last": Ends(RUN)},
    (LOSS, RATE),
    "First step with an effective rate above 38, at *β*₂ = {beta2:3} and *ε* = {eps:8}: {last.first:0|none}.",
    "Adam with a learning rate of 0.1 on a parabola of curvature 1, from 1, without noise. Its numbers are in float32.",
    Prediction(
        "With *β*₂ = 0.99 the effective rate first exceeds its limit after about 900 steps, and then the loss rises. "
        "Let *v* forget faster, *β*₂ = 0.95. The first crossing comes",
        ("later", "not within 1,500 steps", "earlier"),
        lambda before, after: (
            1 if after["last"]["first"][0] == 0 else 2 * int(after["last"]["first"] < before["last"]["first"])
        ),
        {"beta2": 0.95},
        "At step {last.first:0}: the denominator shrinks as soon as the gradient fades, so the rate reaches the limit "
        "sooner, and again and again. The spikes are smaller, because *v* also grows back sooner.",
    ),
)
