"""Clipping a skewed, heavy-tailed stream of gradients: less noise, and a bias."""

from typing import Any

import numpy as np

from ...optim.sgd import sgd
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

MANY = 100


def _stream() -> Any:
    """Skewed noise: rare, large gradients of one sign, small ones of the other; its mean is zero."""
    z = np.exp(1.3 * np.random.default_rng(4).standard_normal(MANY))
    z = z - z.mean()
    return tuple(float(f"{x:.4g}") for x in z)


STREAM = _stream()


def clipped(g: Number, c: Number) -> Any:
    return np.clip(g, -c, c)


def stems(k: Number, z: Number, *, c: Number) -> Any:
    return clipped(z, c), np.where(np.absolute(z) > c, z, np.nan)


def descent(t: Number, z: Number, theta: Number, plain: Number, *, c: Number, gamma: Number) -> Any:
    """SGD on ½θ² with this noise, its gradients clipped at c and not."""
    rest = dict(momentum=0, dampening=0, weight_decay=0, nesterov=False)
    theta, _ = sgd(clipped(theta + z, c), theta, None, lr=gamma, **rest)
    plain, _ = sgd(plain + z, plain, None, lr=gamma, **rest)
    return theta, plain


def moments(t: Number, z: Number, total: Number, squares: Number, cut: Number, *, c: Number) -> Any:
    """Of the clipped stream: the size of its mean, its spread, the share that was cut, and the mean with its sign."""
    g = clipped(z, c)
    total, squares = total + g, squares + g * g
    cut = cut + np.where(np.absolute(z) > c, 1.0, 0.0)
    mean = total / MANY
    return (
        total,
        squares,
        cut,
        np.absolute(mean),
        np.sqrt(np.maximum(squares / MANY - mean * mean, 0)),
        100 * cut / MANY,
        mean,
    )


COUNT = Scan(moments, (0.0, 0.0, 0.0), MANY, "total squares cut bias spread share mean", (STREAM,))
STEMS = Panel(
    "A hundred gradients, and the threshold", Axis(0, MANY, (0, 50, 100), "gradient"),
    Axis(-4, 22, (0, 10, 20), "size"),
    [
        Line((0, MANY), (0, 0), "faint", 1), Line("stems.k", 0, "blue", 2, x1="stems.k", y1="stems.kept"),
        Line("stems.k", "stems.kept", "brown", 1, "2 2", x1="stems.k", y1="stems.cut"),
        Dots("stems.k", "stems.cut", "brown", 6, "s", True),
        Line((0, MANY), "c", "brown", 1.6, "6 3"), Line((0, MANY), "now.below", "brown", 1.6, "6 3"),
    ],
    [Handle(92, "c", "Threshold")], 272, alt="Rare large gradients of one sign, many small ones of the other.",
)  # fmt: skip
TRADE = Panel(
    "Noise against bias", Axis(0.1, 22, {0.1: "0.1", 1: "1", 10: "10"}, "threshold *c*", "log"),
    Axis(0, 3.9, (0, 1, 2, 3), ""),
    [
        Line("ends.c", "ends.spread", "blue", 2), Line("ends.c", "ends.bias", "red", 2, "6 3"),
        Dots("c", "count.bias", "red", 8, "s", True),
        Label(5, 2.5, "noise left", "blue", "end"), Label(2.3, 0.95, "size of the bias", "red"),
    ],
    [Handle("c", "count.spread", "Threshold")], 272,
    alt="A lower threshold lets less noise through, and shifts the mean.",
)  # fmt: skip
WAY = Panel(
    "SGD with these gradients", Axis(0, MANY, (0, 50, 100), "step"), Axis(-3, 2, (-2, -1, 0, 1, 2), "distance"),
    [
        Line("run.t", "run.plain", "faint", 1.4, "4 3"), Line("run.t", "run.theta", "blue", 2),
        Line((0, MANY), "now.zero", "ink", 1),
        Line((50, 57), (-2.45, -2.45), "blue", 2), Label(60, -2.45, "clipped", "blue", dy=4),
        Line((50, 57), (-2.8, -2.8), "faint", 1.4, "4 3"), Label(60, -2.8, "not clipped", dy=4),
    ],
    height=260, alt="Distance from the minimum over a hundred steps.",
)  # fmt: skip


def now(*, c: Number) -> Any:
    return -c, 0.0


FIGURE = Figure(
    "What a threshold buys, and what it costs",
    (
        Quantity("c", "*c*", 0.1, 21, 20.0, "log", 0.05, 2, "brown", "c"),
        Quantity("gamma", "*γ*", 0.01, 0.5, 0.1, "log", 0.05, 3, "purple", "γ"),
    ),
    {
        "stems": Map(stems, "kept cut", {"k": tuple(range(MANY)), "z": STREAM}),
        "count": Ends(COUNT),
        "now": Map(now, "below zero"),
        "ends": Ends(COUNT, "c", (0.1, 22, 41, "log")),
        "run": Scan(descent, (1.5, 1.5), MANY, "theta plain", (STREAM,)),
    },
    (STEMS, TRADE, WAY),
    "At *c* = {c:1}, {count.share:0}% of the draws are clipped. Noise {count.spread:2}, bias {count.mean:2}.",
    "Drag the threshold. The noise has mean zero, but what is left of it after clipping has not.",
    Prediction(
        "The large gradients are rare and all positive, the small ones mostly negative; unclipped, the noise has mean "
        "zero. Clip at *c* = 1. Where does SGD settle?",
        ("below the minimum", "at the minimum", "above it"),
        lambda before, after: 1 + int(np.sign(np.mean(after["run"]["theta"][40:]))),
        {"c": 1.0},
        "Clipping takes more from the positive side. The noise that is left has the mean {count.mean:2}, so SGD "
        "settles above the minimum, where the slope makes up for it. In exchange the path is much calmer, with a noise "
        "of {count.spread:2}.",
    ),
)
