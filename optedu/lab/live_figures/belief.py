"""Adam and AdaBelief downhill: how far they move when a gradient of 1 carries noise."""

from typing import Any

import numpy as np

from ...optim.adabelief import adabelief
from ...optim.adam import adam
from .figure import Axis, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan

STEPS = 300
NOISE = tuple(round(x, 3) for x in np.random.default_rng(0).standard_normal(STEPS).tolist())


def both(t: Number, g: Number, p: Number, m: Number, v: Number, q: Number, n: Number, s: Number) -> Any:
    """A step of Adam and one of AdaBelief on the same gradient, in learning rates."""
    rest = dict(t=t, lr=1.0, betas=(0.9, 0.999), weight_decay=0)
    p, m, v, _ = adam(g, p, m, v, eps=1e-8, **rest)
    q, n, s = adabelief(g, q, n, s, eps=1e-16, **rest)
    return p, m, v, q, n, s


def calm(t: Number, z: Number, *state: Number, sigma: Number) -> Any:
    """On this noise and on its mirror image, and how far both have moved on average."""
    first, second = both(t, 1 + sigma * z, *state[:6]), both(t, 1 - sigma * z, *state[6:])
    plain, belief = -(first[0] + second[0]) / 2, -(first[3] + second[3]) / 2
    return *first, *second, plain, belief, belief / plain


SCAN = Scan(calm, (0.0,) * 12, STEPS, "p m v q n s a b c d e f adam belief ratio", (NOISE,))
OVER_TIME = Panel(
    "Downhill, with a mean gradient of 1", Axis(0, STEPS, (0, 100, 200, 300), "step"),
    Axis(0, 2000, (0, 100, 400, 900), "learning rates", "sqrt"),
    [
        Line("run.t", "run.adam", "brown", 1.8, "6 3"), Line("run.t", "run.belief", "blue", 2),
        Line((9, 30), (1600, 1600), "blue", 2), Label(37, 1600, "AdaBelief", "blue", dy=4),
        Line((9, 30), (1225, 1225), "brown", 1.8, "6 3"), Label(37, 1225, "Adam", "brown", dy=4),
    ],
    height=256, alt="How far Adam and AdaBelief have moved, over 300 steps.",
)  # fmt: skip
OVER_NOISE = Panel(
    "After 300 steps",
    Axis(0.1, 10, {0.1: "0.1", 0.3: "0.3", 1: "1", 3: "3", 10: "10"}, "size of the noise, *σ*", "log"),
    Axis(10, 3000, {10: "10", 100: "100", 1000: "10^3"}, "learning rates", "log"),
    [
        Line("ends.sigma", "ends.adam", "brown", 1.8, "6 3"), Line("ends.sigma", "ends.belief", "blue", 2),
        Label(0.38, 1250, "predictable", "blue"), Label(9, 180, "noise", "faint", "end"),
    ],
    [Handle("sigma", "last.belief", "Size of the noise")], 256,
    alt="Distance against the size of the noise: far apart where it is small, nearly equal where it is large.",
)  # fmt: skip

FIGURE = Figure(
    "A gradient that repeats itself",
    (Quantity("sigma", "*σ*", 0.1, 10, 1.0, "log", 0.1, 2, "purple", "σ"),),
    {"run": SCAN, "last": Ends(SCAN), "ends": Ends(SCAN, "sigma", (0.1, 10, 13, "log"))},
    (OVER_TIME, OVER_NOISE),
    "With noise of size *σ* = {sigma:2}, Adam moves {last.adam:0} learning rates in 300 steps and AdaBelief "
    "{last.belief:0}, {last.ratio:2} times as far.",
    "Gradients are 1 plus noise; each line is the mean of two runs, on a stream of noise and on its mirror image.",
    Prediction(
        "At *σ* = 1 AdaBelief moves 1.52 times as far as Adam does. Now let the noise be ten times as large, *σ* = 10, "
        "so that every gradient is a surprise. How far does AdaBelief move?",
        ("Less far than Adam", "About as far", "Still half as far again"),
        lambda before, after: int(np.searchsorted([0.85, 1.15], after["last"]["ratio"][0])),
        {"sigma": 10.0},
        "{last.ratio:2} times as far: where noise dominates, both denominators measure nearly the same. The two "
        "differ where gradients are predictable, at small *σ*.",
    ),
)
