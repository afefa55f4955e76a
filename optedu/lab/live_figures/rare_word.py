"""A frequent and a rare context, each with a logit of its own: how soon SGD and Adam learn what follows."""

from typing import Any

import numpy as np

from ...optim.adam import adam
from ...optim.sgd import sgd
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan

STEPS, CERTAIN, GOAL, RATE = 500, 0.9, 0.8, 0.1
"""Steps; how often the likelier word follows; the probability that counts as learned; Adam's learning rate."""


def chance(s: Number) -> Any:
    return 1 / (1 + np.exp(-s))


def step(
    t: Number, s: Number, u: Number, p: Number, m: Number, v: Number, q: Number, n: Number, w: Number,
    often: Number, seldom: Number, first: Number, second: Number, *, r: Number, gamma: Number,
) -> Any:  # fmt: skip
    """A full-batch step of SGD and of Adam on both logits; the steps before each is learned; their probabilities."""
    often, seldom = (np.where(chance(a) < GOAL, t, k) for a, k in ((s, often), (u, seldom)))
    first, second = (np.where(chance(a) < GOAL, t, k) for a, k in ((p, first), (q, second)))
    plain = dict(lr=gamma, momentum=0, dampening=0, weight_decay=0, nesterov=False)
    rest = dict(t=t, lr=RATE, betas=(0.9, 0.999), eps=0.0, weight_decay=0)
    p, m, v, _ = adam(chance(p) - CERTAIN, p, m, v, **rest)
    q, n, w, _ = adam((chance(q) - CERTAIN) / r, q, n, w, **rest)
    s, _ = sgd(chance(s) - CERTAIN, s, None, **plain)
    u, _ = sgd((chance(u) - CERTAIN) / r, u, None, **plain)
    counts = often, seldom, first, second
    return s, u, p, m, v, q, n, w, *counts, chance(s), chance(u), chance(q)


RUN = Scan(
    step, (0.0,) * 12, STEPS,
    "s u p m v q n w often seldom first second s_often s_seldom a_seldom",
)  # fmt: skip
TIMES = {1: "1", 10: "10", 100: "100", 1000: "1,000"}
WAY = Panel(
    "Probability of the likelier word", Axis(1, STEPS, {1: "1", 10: "10", 100: "100"}, "step", "log"),
    Axis(0.4, 1.26, (0.5, 0.7, 0.9)),
    [
        Line((1, STEPS), (CERTAIN, CERTAIN), "faint", 1.2, "2 3"),
        Line("run.t", "run.a_seldom", "blue", 2.4, "2 3"),
        Line("run.t", "run.s_often", "brown", 1.4), Line("run.t", "run.s_seldom", "brown", 2.4, "6 3"),
        Line((1.3, 2.4), (1.19, 1.19), "brown", 1.4), Label(2.8, 1.19, "SGD, frequent", "brown", dy=4),
        Line((1.3, 2.4), (1.08, 1.08), "brown", 2.4, "6 3"), Label(2.8, 1.08, "SGD, rare", "brown", dy=4),
        Line((32, 58), (1.19, 1.19), "blue", 2.4, "2 3"), Label(68, 1.19, "Adam, both", "blue", dy=4),
    ],
    height=272, alt="Learned probability over the step, for the frequent and the rare context, by SGD and by Adam.",
)  # fmt: skip
COUNT = Panel(
    "Steps to learn the rare context", Axis(0.8, 6000, TIMES, "times rarer, *r*", "log"),
    Axis(0.8, 900, {1: "1", 10: "10", 100: "100"}, "steps", "log"),
    [
        Line("r", "end.seldom", "faint", 1.2, "2 3", x1="r", y1="end.second"),
        Dots("r", "end.second", "blue", 9, "s"), Label("r", "end.second", "Adam", "blue", dx=11, dy=-8),
        Label("r", "end.seldom", "SGD", "brown", dx=13, dy=18),
    ],
    [Handle("r", "end.seldom", "How much rarer the second context is")], 272,
    alt="Number of steps that SGD and Adam take to learn the rare context, at the chosen rarity.",
)  # fmt: skip

FIGURE = Figure(
    "A frequent and a rare context",
    (
        Quantity("r", "*r*", 1, 1000, 1, "log", 0.1, 0, "purple", "r"),
        Quantity("gamma", "*γ* of SGD", 1, 26, 10, "log", 0.05, 1, "brown", "γ"),
    ),
    {"run": RUN, "end": Ends(RUN)},
    (WAY, COUNT),
    "Steps for the rare context at *r* = {r:0}: SGD (*γ* = {gamma:1}) {end.seldom:0}, Adam (0.1) {end.second:0}; "
    "for the frequent one {end.often:0} and {end.first:0}.",
    "Full batches. In both contexts one word follows 90% of the time; learned means a probability of 0.8. At most 500 "
    "steps.",
    Prediction(
        "Both contexts are equally frequent. Make one of them 400 times rarer: SGD's gradient for it shrinks to 1/400, "
        "and so do its steps. Adam then needs",
        ("as many steps as before", "about 20 times as many", "about 400 times as many"),
        lambda before, after: int(np.searchsorted([3, 90], after["end"]["second"][0] / before["end"]["second"][0])),
        {"r": 400},
        "As many as before, {end.second:0}: Adam divides each component by its own size, and 1/400 cancels. SGD needs "
        "{end.seldom:0} steps instead of 1.",
    ),
)
