"""A bias that has to carry the mean of a target, with weight decay, without, and with an L2 penalty."""

from typing import Any

import numpy as np

from ...optim.adam import adam, adamw
from .figure import Axis, Ends, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

STEPS, RATE, BETAS = 400, 2.0, (0.9, 0.97)
"""Steps drawn, learning rate, and decay rates of the averages; the curvature is 1, there is no noise."""


def three(
    t: Number, p: Number, m: Number, v: Number, q: Number, n: Number, w: Number, r: Number, k: Number, x: Number,
    *, lam: Number, mu: Number,
) -> Any:  # fmt: skip
    """A step of AdamW with decay, one of AdamW without, and one of Adam with the decay in its gradient."""
    rest = dict(t=t, lr=RATE, betas=BETAS, eps=1e-8)
    p, m, v, _ = adamw(p - mu, p, m, v, weight_decay=lam, **rest)
    q, n, w, _ = adamw(q - mu, q, n, w, weight_decay=0, **rest)
    r, k, x, _ = adam(r - mu, r, k, x, weight_decay=lam, **rest)
    return p, m, v, q, n, w, r, k, x


def ceiling(at: Number) -> Any:
    return (1 / at,)


def now(*, lam: Number, mu: Number) -> Any:
    return 1 / lam, mu / (1 + lam)


SCAN = Scan(three, (0.0,) * 9, STEPS, "p m v q n w r k x")
WAY = Panel(
    "The bias", Axis(0, STEPS, (0, 100, 200, 300, 400), "step"), Axis(0, 420, (0, 100, 200, 300), ""),
    [
        Line((0, STEPS), "now.ceiling", "faint", 1.5, "6 3"), Label(395, "now.ceiling", "1/*λ*", anchor="end", dy=-6),
        Line("run.t", "run.q", "blue", 2), Line("run.t", "run.r", "green", 1.8, "2 3"),
        Line("run.t", "run.p", "brown", 2.4, "7 3"),
        Line((12, 45), (400, 400), "blue", 2), Label(55, 400, "exempt", "blue", dy=4),
        Line((12, 45), (368, 368), "green", 1.8, "2 3"), Label(55, 368, "L2 penalty in Adam", "green", dy=4),
        Line((12, 45), (336, 336), "brown", 2.4, "7 3"), Label(55, 336, "AdamW, decayed", "brown", dy=4),
    ],
    height=272, alt="The bias over 400 steps: exempt it reaches the mean, decayed it stops at one over lambda.",
)  # fmt: skip
END = Panel(
    "Where it ends", Axis(0.001, 0.1, {0.001: "0.001", 0.01: "0.01", 0.1: "0.1"}, "weight decay *λ*", "log"),
    Axis(0, 420, (0, 100, 200, 300), ""),
    [
        Line("limit.at", "limit.most", "faint", 1.5, "6 3"), Label(0.0029, 370, "1/*λ*"),
        Line("ends.lam", "ends.r", "green", 1.8, "2 3"), Line("ends.lam", "ends.p", "brown", 2.4, "7 3"),
    ],
    [Handle("lam", "end.p", "Weight decay")], 272,
    alt="The bias after 400 steps against the decay: near the mean for small decay, then along one over lambda.",
)  # fmt: skip

FIGURE = Figure(
    "A bias that has to be large",
    (
        Quantity("lam", "*λ*", 0.001, 0.1, 0.01, "log", 0.05, 4, "brown", "λ"),
        Quantity("mu", "*μ*", 60, 300, 152.0, step=1, digits=0, color="purple", symbols="μ"),
    ),
    {
        "run": SCAN,
        "now": Map(now, "ceiling shifted"),
        "end": Ends(SCAN),
        "ends": Ends(SCAN, "lam", (0.001, 0.1, 13, "log")),
        "limit": Map(ceiling, "most", {"at": (0.001, 0.1, 41, "log")}),
    },
    (WAY, END),
    "After 400 steps the decayed bias is {end.p:1} and the exempt one {end.q:1}; with the L2 penalty it is {end.r:1}.",
    "The target has the mean *μ*, the loss is ½(*b* − *μ*)^{2}. Learning rate 2, betas 0.9 and 0.97, no noise.",
    Prediction(
        "At *λ* = 0.01 the decayed bias stops at 100, 52 short of the mean. Halve the decay, *λ* = 0.005. How much is "
        "missing after 400 steps?",
        ("about 35", "about 26, half of it", "less than 5"),
        lambda before, after: int(np.searchsorted([-30, -10], after["end"]["p"][0] - 152.0)),
        {"lam": 0.005},
        "The bias is at {end.p:1} after 400 steps and still rises. Decay does not pull it a fixed share of the way "
        "back: it sets a limit of 1/*λ*, now 200, and within it, without noise, the bias goes all the way to the mean, "
        "only later.",
    ),
)
