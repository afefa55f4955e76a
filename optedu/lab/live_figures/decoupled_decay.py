"""Weight decay inside Adam and outside it: what is left of a weight whose gradients are noise."""

from typing import Any

import numpy as np

from ...optim.adam import adam, adamw
from .figure import Axis, Ends, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

RATE, STEPS = 0.005, 300
NOISE = tuple(round(x, 3) for x in np.random.default_rng(7).standard_normal(STEPS).tolist())


def both(
    t: Number,
    z: Number,
    p: Number,
    m: Number,
    v: Number,
    q: Number,
    n: Number,
    w: Number,
    *,
    sigma: Number,
    lam: Number,
) -> Any:
    """A step of Adam with the penalty in its gradient, and one of AdamW, on the same noise."""
    rest = dict(t=t, lr=RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=lam)
    p, m, v, _ = adam(sigma * z, p, m, v, **rest)
    q, n, w, _ = adamw(sigma * z, q, n, w, **rest)
    return p, m, v, q, n, w


def calm(
    t: Number,
    z: Number,
    p: Number,
    m: Number,
    v: Number,
    q: Number,
    n: Number,
    w: Number,
    a: Number,
    b: Number,
    c: Number,
    d: Number,
    e: Number,
    f: Number,
    *,
    sigma: Number,
    lam: Number,
) -> Any:
    """The same on this noise and on its mirror image; the mean of both runs has next to no noise."""
    first, second = (
        both(t, z, p, m, v, q, n, w, sigma=sigma, lam=lam),
        both(t, -z, a, b, c, d, e, f, sigma=sigma, lam=lam),
    )
    return *first, *second, (first[0] + second[0]) / 2, (first[3] + second[3]) / 2


def shrunk(t: Number, *, lam: Number) -> Any:
    return ((1 - RATE * lam) ** t,)


START = (1.0, 0.0, 0.0) * 4
SCAN = Scan(calm, START, STEPS, "p m v q n w a b c d e f coupled decoupled", (NOISE,))
OVER_TIME = Panel(
    "A weight without a reason to be large", Axis(0, STEPS, (0, 100, 200, 300), "step"),
    Axis(-0.2, 1.1, (0, 0.5, 1), "weight"),
    [
        Line("run.t", "run.coupled", "brown", 1.8, "6 3"), Line("run.t", "run.decoupled", "blue", 2),
        Line("plain.t", "plain.left", "faint", 1.2, "2 3"),
        Line((9, 30), (0.02, 0.02), "brown", 1.8, "6 3"), Label(37, 0.02, "inside Adam (L2)", "brown", dy=4),
        Line((9, 30), (-0.1, -0.1), "blue", 2), Label(37, -0.1, "AdamW", "blue", dy=4),
        Line((142, 163), (-0.1, -0.1), "faint", 1.2, "2 3"), Label(171, -0.1, "(1 − *γλ*)^{t}", "faint", dy=4),
    ],
    height=272, alt="The weight under both kinds of decay over 300 steps.",
)  # fmt: skip
OVER_NOISE = Panel(
    "What is left after 300 steps",
    Axis(0.01, 100, {0.01: "0.01", 0.1: "0.1", 1: "1", 10: "10", 100: "100"}, "size of its gradients, *σ*", "log"),
    Axis(-0.2, 1.1, (0, 0.5, 1), "weight"),
    [
        Line("ends.sigma", "ends.coupled", "brown", 1.8, "6 3"), Line("ends.sigma", "ends.decoupled", "blue", 2),
        Label(80, 0.86, "penalty lost", "brown", "end"), Label(0.013, 0.12, "*λ* lost", "brown"),
    ],
    [Handle("sigma", "last.coupled", "Size of the gradients")], 272,
    alt="What is left against the size of the gradients: level for AdamW, rising toward 1 for the penalty.",
)  # fmt: skip

FIGURE = Figure(
    "Decay inside Adam and outside it",
    (
        Quantity("sigma", "*σ*", 0.01, 100, 1.0, "log", 0.1, 2, "brown", "σ"),
        Quantity("lam", "*λ*", 0.01, 2, 0.3, "log", 0.1, 2, "purple", "λ"),
    ),
    {
        "run": SCAN,
        "plain": Map(shrunk, "left", {"t": (0, STEPS, 21, "linear")}),
        "last": Ends(SCAN),
        "ends": Ends(SCAN, "sigma", (0.01, 100, 13, "log")),
    },
    (OVER_TIME, OVER_NOISE),
    "AdamW leaves {last.decoupled:2} of the weight, whatever *σ* is; the penalty inside Adam leaves {last.coupled:2}.",
    "Each line is the mean of two runs, on a stream of noise and on its mirror image; *γ* = 0.005.",
    Prediction(
        "At *σ* = 1 both leave about the same. Now take gradients ten times as large, *σ* = 10. How much does the "
        "penalty inside Adam shrink the weight?",
        ("More: large gradients, large steps", "As much as before", "Hardly at all"),
        lambda before, after: 1 + int(np.sign(np.round(after["last"]["coupled"][0] - before["last"]["coupled"][0], 1))),
        {"sigma": 10.0},
        "Adam divides *λθ* by about *σ*, as it does the gradient: {last.coupled:2} of the weight is left. AdamW still "
        "leaves {last.decoupled:2}.",
    ),
)
