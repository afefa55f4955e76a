"""An attention logit whose query and key are both pushed by Adam: left alone, clipped, and normalized."""

from typing import Any

import numpy as np

from ...optim.adam import adam
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

STEPS, START, TAU, LEAST = 200, 0.1, 100.0, 1e-10
"""Steps, all entries of query and key at first, the threshold of QK-clip, and the least weight that is drawn."""


def pushed(t: Number, p: Number, m: Number, v: Number, lr: Number) -> Any:
    """A step of the rule under a gradient that always says: up."""
    return adam(-1.0, p, m, v, t=t, lr=lr, betas=(0.9, 0.95), eps=0.0, weight_decay=0)[:3]


def logit(p: Number, d: Number) -> Any:
    """Query times key over the root of d, when all d entries of both are p."""
    return np.sqrt(d) * p * p


def left(s: Number) -> Any:
    """What a softmax leaves for another token, whose logit is 0."""
    return 1 / (1 + np.exp(s))


def run(t: Number, p: Number, m: Number, v: Number, c: Number, mc: Number, vc: Number, *, lr: Number, d: Number) -> Any:
    p, m, v = pushed(t, p, m, v, lr)
    c, mc, vc = pushed(t, c, mc, vc, lr)
    c = c * np.sqrt(np.minimum(1.0, TAU / logit(c, d)))
    s, clipped = logit(p, d), logit(c, d)
    return p, m, v, c, mc, vc, s, clipped, np.maximum(left(s), LEAST), np.maximum(left(clipped), LEAST)


def now(*, d: Number) -> Any:
    """The bound of QK-norm, and what is left under it."""
    return np.sqrt(d), left(np.sqrt(d))


RUN = Scan(run, (START, 0.0, 0.0) * 2, STEPS, "p m v c mc vc s clipped left left_clipped")
SIZES = {0.1: "0.1", 1: "1", 10: "10", 100: "100", 1000: "10³", 10000: "10⁴"}
OVER_TIME = Panel(
    "The logit", Axis(0, STEPS, (0, 50, 100, 150, 200), "step"), Axis(0.05, 60000, SIZES, "", "log"),
    [
        Line((0, STEPS), "now.bound", "green", 1.8, "7 3"), Line("run.t", "run.clipped", "blue", 2.6, "2 3"),
        Line("run.t", "run.s", "brown", 1.8), Label(192, "last.s", "left alone", "brown", "end", 0, -12),
        Label(6, 260, "QK-clip, *τ* = 100", "blue", dy=4), Label(198, "now.bound", "QK-norm", "green", "end", 0, 15),
    ],
    height=250, alt="The logit over two hundred steps: it grows when left alone, and is bounded by both remedies.",
)  # fmt: skip
REST = Panel(
    "Weight left for another token", Axis(0, STEPS, (0, 50, 100, 150, 200), "step"),
    Axis(LEAST / 2, 3, {1e-9: "10⁻⁹", 1e-6: "10⁻⁶", 1e-3: "10⁻³", 1: "1"}, "", "log"),
    [
        Line((0, STEPS), "now.left", "green", 1.8, "7 3"), Line("run.t", "run.left_clipped", "blue", 2.6, "2 3"),
        Line("run.t", "run.left", "brown", 1.8),
    ],
    height=250, alt="What the softmax leaves for another token, over the steps, with a logarithmic axis.",
)  # fmt: skip
OVER_RATE = Panel(
    "The logit after 200 steps", Axis(0.001, 0.3, {0.001: "0.001", 0.01: "0.01", 0.1: "0.1"}, "*γ*", "log"),
    Axis(0.05, 60000, SIZES, "", "log"),
    [
        Line((0.001, 0.3), "now.bound", "green", 1.8, "7 3"), Line("ends.lr", "ends.clipped", "blue", 2.6, "2 3"),
        Line("ends.lr", "ends.s", "brown", 1.8), Dots("lr", "last.clipped", "blue", 7, "s", True),
    ],
    [Handle("lr", "last.s", "Learning rate")], 250, alt="The last logit over the learning rate, both logarithmic.",
)  # fmt: skip

FIGURE = Figure(
    "A logit that is pushed from both sides",
    (
        Quantity("lr", "*γ*", 0.001, 0.3, 0.01, "log", 0.1, 3, "brown", "γ"),
        Quantity("d", "*d*", 4, 256, 64, "log", 0.30102999566398120, 0, "purple", "d"),
    ),
    {
        "run": RUN,
        "last": Ends(RUN),
        "ends": Ends(RUN, "lr", (0.001, 0.3, 25, "log")),
        "now": Map(now, "bound left"),
    },
    (OVER_TIME, OVER_RATE, REST),
    "After 200 steps the logit is {last.s:1} if left alone, {last.clipped:1} with QK-clip, and at most {now.bound:1} "
    "with QK-norm.",
    "All *d* entries of the query and of the key begin at 0.1, and each of their gradients is −1 at every step. The "
    "other token has the logit 0; a weight below 10⁻¹⁰ is drawn there.",
    Prediction(
        "With *γ* = 0.01 the logit reaches 35 after 200 steps. Double the learning rate. After as many steps it is",
        ("about 50", "about 70", "about 135"),
        lambda before, after: int(np.searchsorted([60.0, 100.0], after["last"]["s"][0])),
        {"lr": 0.02},
        "A logit is a product, and both factors grow twice as fast: {last.s:0}. The weight left for a token of logit 0 "
        "is about the exponential of minus that.",
    ),
)  # fmt: skip
