"""Eight sequences of unequal length in so many micro-batches: what a plain mean of their losses learns."""

from typing import Any

import numpy as np

from ...optim.sgd import sgd
from ...training import GradientAccumulator
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan

STEPS, LATE, MANY, TARGETS = 100, 80, 8, 9
"""Steps; those averaged in the end; sequences in a batch; how many tokens of each of them are an a."""
LENGTHS = np.where(np.random.default_rng(7).random((STEPS, MANY)) < 0.5, 90, 10)


def share(lengths: np.ndarray, many: int, by_tokens: bool) -> float:
    """The share of a that a batch asks for, accumulated over so many micro-batches of it."""
    total = GradientAccumulator([np.zeros(1)])
    for part in np.array_split(lengths, many):
        found = np.array([TARGETS * len(part) / part.sum()])
        total.add([found], weight=part.sum() if by_tokens else 1)
    return float(f"{total.mean()[0][0]:.3g}")  # type: ignore[index]


SHARES = tuple(tuple(share(row, many, False) for row in LENGTHS) for many in range(1, MANY + 1))
WEIGHTED = tuple(share(row, MANY, True) for row in LENGTHS)


def step(
    t: Number, w: Number, k1: Number, k2: Number, k3: Number, k4: Number, k5: Number, k6: Number, k7: Number,
    k8: Number, s: Number, u: Number, weighted: Number, means: Number, *, K: Number,
) -> Any:  # fmt: skip
    """A step of SGD on the logit of a, with weights and as a mean of means; what they learned in the late steps."""
    low = np.where(K < 2.5, np.where(K < 1.5, k1, k2), np.where(K < 3.5, k3, k4))
    high = np.where(K < 6.5, np.where(K < 5.5, k5, k6), np.where(K < 7.5, k7, k8))
    asked = np.where(K < 4.5, low, high)
    rest = dict(lr=1.0, momentum=0, dampening=0, weight_decay=0, nesterov=False)
    s, _ = sgd(1 / (1 + np.exp(-s)) - w, s, None, **rest)
    u, _ = sgd(1 / (1 + np.exp(-u)) - asked, u, None, **rest)
    p, q = 1 / (1 + np.exp(-s)), 1 / (1 + np.exp(-u))
    late = np.where(t > STEPS - LATE, 1 / LATE, 0.0)
    return s, u, weighted + late * p, means + late * q, p, q


RUN = Scan(step, (0.0, 0.0, 0.0, 0.0), STEPS, "s u weighted means p q", (WEIGHTED, *SHARES))
WAY = Panel(
    "A hundred steps", Axis(0, STEPS, (0, 50, 100), "step"), Axis(0, 0.9, (0, 0.2, 0.4, 0.6), "learned *P*(a)"),
    [
        Line((0, STEPS), (0.18, 0.18), "faint", 1.5, "2 3"), Line("run.t", "run.q", "brown", 1.6, "6 3"),
        Line("run.t", "run.p", "blue", 1.8), Line((8, 20), (0.84, 0.84), "brown", 1.6, "6 3"),
        Label(23, 0.84, "each loss divided by *K*", "brown", dy=4), Line((8, 20), (0.76, 0.76), "blue", 1.8),
        Label(23, 0.76, "weighted by tokens", "blue", dy=4), Label(98, 0.07, "corpus: 0.18", "faint", "end"),
    ],
    height=252, alt="Learned probability over the steps, with micro-batches weighted by tokens and with equal weights.",
)  # fmt: skip
SPLITS = Panel(
    "What is learned", Axis(0.5, 11.8, (1, 2, 4, 8), "micro-batches *K*"),
    Axis(0, 0.9, (0, 0.2, 0.4, 0.6), "learned *P*(a)"),
    [
        Line((0.5, 11.8), (0.18, 0.18), "faint", 1.5, "2 3"),
        Line("K", "end.weighted", "brown", 1.6, "6 3", x1="K", y1="end.means"),
        Dots("K", "end.weighted", "blue", 8, "s"), Label("K", "end.weighted", "weighted", "blue", dx=9, dy=19),
        Label("K", "end.means", "divided by *K*", "brown", dx=9, dy=-9),
    ],
    [Handle("K", "end.means", "Number of micro-batches")], 252,
    alt="Learned probability at the chosen number of micro-batches, weighted by tokens and as a mean of means.",
)  # fmt: skip

FIGURE = Figure(
    "A batch in micro-batches",
    (Quantity("K", "*K*", 1, 8, 1, "linear", 1, 0, "brown", "K"),),
    {"run": RUN, "end": Ends(RUN)},
    (WAY, SPLITS),
    "*K* = {K:0}: with each loss divided by *K* the model learns *P*(a) = {end.means:2}, weighted by tokens "
    "{end.weighted:2}.",
    "Eight sequences a step, of 10 or 90 tokens, nine of them an a. The learned value is the mean over the last 80 "
    "steps.",
    Prediction(
        "Memory is short, so the same eight sequences go through one at a time, and each loss is divided by 8. The "
        "learned probability of an a",
        ("falls", "stays", "rises"),
        lambda before, after: 1 + int(np.sign(np.round(after["end"]["means"][0] - before["end"]["means"][0], 1))),
        {"K": 8},
        "It rises to {end.means:2}. Every sequence now counts alike, so a token of a short one, nine out of ten an a, "
        "counts nine times as much as one of a long one. Weighted by tokens nothing changes: {end.weighted:2}.",
    ),
)
