"""Two layers, one multiplied by s and the other divided by it: the same function, trained by three rules."""

from typing import Any

import numpy as np

from ...optim.adam import adamw
from ...optim.lamb import lamb
from ...optim.sgd import sgd
from .figure import Axis, Ends, Figure, Function, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan
from .small_tensors import Tensor, norm, number, on_numbers

STEPS = 60
START, GOAL = (1.0, 1.0, 1.0, -1.0), (1.8, -2.4, 0.63, -0.84)
"""Two layers of two weights at s = 1, and what the product of each of the first with each of the second has to be."""
RATE = 0.02
lamb_on_numbers = on_numbers(lamb)


def errors(a: Number, b: Number, c: Number, d: Number) -> list[Number]:
    """Each entry of the product of the layers (a, b) and (c, d), less its goal."""
    return [x - y for x, y in zip((a * c, a * d, b * c, b * d), GOAL, strict=True)]


def loss(*weights: Number) -> Number:
    e = errors(*weights)
    return (e[0] * e[0] + e[1] * e[1] + e[2] * e[2] + e[3] * e[3]) / 2


def rate(t: Number, warm: Number, end: Number) -> Any:
    """A warm-up, and a linear way to the last learning rate; both as a fraction."""
    return np.minimum(1.0, t / warm) * (1 - (1 - end) * (t - 1) / (STEPS - 1))


def plain(g: Tensor, p: Tensor, m: Tensor, v: Tensor, t: Tensor, lr: Tensor) -> Any:
    p, _ = sgd(g, p, None, lr=lr, momentum=0, dampening=0, weight_decay=0, nesterov=False)
    return p, m, v


def adaptive(g: Tensor, p: Tensor, m: Tensor, v: Tensor, t: Tensor, lr: Tensor) -> Any:
    return adamw(g, p, m, v, t=t, lr=lr, betas=(0.9, 0.999), eps=1e-12, weight_decay=0)[:3]


def trusting(g: Tensor, p: Tensor, m: Tensor, v: Tensor, t: Tensor, lr: Tensor) -> Any:
    return lamb_on_numbers(g, p, m, v, t=t, lr=lr, betas=(0.9, 0.999), eps=1e-12, weight_decay=0)


def gradients(a: Number, b: Number, c: Number, d: Number, s: Number) -> tuple[Tensor, Tensor]:
    e = errors(a, b, c, d)
    return (
        Tensor([(e[0] * c + e[1] * d) / s, (e[2] * c + e[3] * d) / s]),
        Tensor([(e[0] * a + e[2] * b) * s, (e[1] * a + e[3] * b) * s]),
    )


def trained(rule: Function) -> Function:
    """A step of a rule on both layers. The state is in units of the scales, so that it begins as for s = 1."""

    def step(
        t: Number, a: Number, b: Number, c: Number, d: Number, *state: Number, s: Number, warm: Number, end: Number
    ) -> Any:
        g, h = gradients(a, b, c, d, s)
        first, second = Tensor([a * s, b * s]), Tensor([c / s, d / s])
        now, lr = number(t), number(RATE * rate(t, warm, end))
        p, m, v = rule(g, first, Tensor(state[:2]), Tensor(state[2:4]), now, lr)
        q, n, w = rule(h, second, Tensor(state[4:6]), Tensor(state[6:]), now, lr)
        (share,) = (norm(q - second) / norm(second)).numbers
        weights = [x / s for x in p.numbers] + [x * s for x in q.numbers]
        return *weights, *m.numbers, *v.numbers, *n.numbers, *w.numbers, loss(*weights), share

    return step


def trust(*, s: Number) -> Any:
    """LAMB's first trust ratios: how many times as long as AdamW's its step is, at one learning rate."""
    found = []
    a, b, c, d = START
    layers = Tensor([a * s, b * s]), Tensor([c / s, d / s])
    for g, p in zip(gradients(*START, s), layers, strict=True):
        zero = Tensor([0.0, 0.0])
        after, other = (rule(g, p, zero, zero, number(1.0), number(1.0))[0] for rule in (trusting, adaptive))
        found += (norm(after - p) / norm(other - p)).numbers
    return tuple(found)


COLUMNS = "a b c d m1 m2 v1 v2 n1 n2 w1 w2 loss share"
SGD, ADAMW, LAMB = (Scan(trained(rule), (*START, *(0.0,) * 8), STEPS, COLUMNS) for rule in (plain, adaptive, trusting))
SCALES, ENDS = (1 / 16, 16, 9, "log"), (1 / 16, 16, 3, "log")
TIME = Axis(0, STEPS, (0, 20, 40, 60), "step")
LOSSES = {1e-4: "10^{-4}", 0.01: "10^{-2}", 1: "1"}

OVER_TIME = Panel(
    "Loss", TIME, Axis(1e-5, 100, LOSSES, "", "log"),
    [
        Line("sgd.t", "sgd.loss", "ink", 1.6, "2 3"), Line("adamw.t", "adamw.loss", "brown", 1.8, "6 3"),
        Line("lamb.t", "lamb.loss", "blue", 2.2),
        Line((2, 8), (25, 25), "ink", 1.6, "2 3"), Label(9.5, 25, "SGD", "ink", dy=4),
        Line((20, 26), (25, 25), "brown", 1.8, "6 3"), Label(27.5, 25, "AdamW", "brown", dy=4),
        Line((41, 47), (25, 25), "blue", 2.2), Label(48.5, 25, "LAMB", "blue", dy=4),
    ],
    height=256, alt="The loss over 60 steps under SGD, AdamW and LAMB.",
)  # fmt: skip
SHARE = Panel(
    "Step of the second layer, over its norm", TIME,
    Axis(1e-5, 100, {1e-4: "10^{-4}", 0.01: "0.01", 1: "1", 100: "100"}, "", "log"),
    [
        Line("sgd.t", "sgd.share", "ink", 1.6, "2 3"), Line("adamw.t", "adamw.share", "brown", 1.8, "6 3"),
        Line("lamb.t", "lamb.share", "blue", 2.2),
    ],
    height=256, alt="Relative steps of the second layer: LAMB's is the learning rate, the others depend on the layer.",
)  # fmt: skip
OVER_SCALES = Panel(
    "Loss after 60 steps",
    Axis(1 / 16, 16, {1 / 16: "1/16", 1 / 4: "1/4", 1: "1", 4: "4", 16: "16"}, "scale *s* of the first layer", "log"),
    Axis(1e-5, 100, LOSSES, "", "log"),
    [
        Line("sgds.s", "sgds.loss", "ink", 1.6, "2 3"), Line("adamws.s", "adamws.loss", "brown", 1.8, "6 3"),
        Line("lambs.s", "lambs.loss", "blue", 2.2),
    ],
    [Handle("s", "last.loss", "Scale of the first layer")], 256,
    alt="The last loss against the scale: LAMB's is level, the others are not.",
)  # fmt: skip

FIGURE = Figure(
    "Two layers in other units",
    (
        Quantity("s", "*s*", 1 / 16, 16, 1.0, "log", 0.1, 2, "green", "s"),
        Quantity("warm", "warm-up", 1, 40, 1.0, "log", 0.1, 0, "purple"),
        Quantity("end", "last rate", 0, 1, 1.0, step=0.05, digits=2, color="red"),
    ),
    {
        "sgd": SGD, "adamw": ADAMW, "lamb": LAMB, "first": Map(trust, "first second"),
        "plain": Ends(SGD), "scaled": Ends(ADAMW), "last": Ends(LAMB),
        "sgds": Ends(SGD, "s", SCALES), "adamws": Ends(ADAMW, "s", SCALES), "lambs": Ends(LAMB, "s", ENDS),
    },
    (OVER_TIME, SHARE, OVER_SCALES),
    "With the first layer times {s:2} and the second divided by it, the loss after 60 steps is {plain.loss:4} under "
    "SGD, {scaled.loss:4} under AdamW and {last.loss:4} under LAMB, whose trust ratios begin with {first.first:2} and "
    "{first.second:2}.",
    "Two layers of two weights learn a product. The learning rate of all three is 0.02, times a linear warm-up over "
    "the chosen number of steps and a linear way to the last rate, as a fraction. No line, or –, where a rule "
    "diverges.",
    Prediction(
        "Multiply the first layer by 16 and divide the second by 16: the network computes the same function, and the "
        "first loss is the same. Which of the three then has the same loss at every step as before?",
        ("all three", "AdamW and LAMB", "LAMB alone"),
        lambda before, after: 3 - sum(
            np.allclose(before[k]["loss"][1:], after[k]["loss"][1 : len(before[k]["loss"])], rtol=1e-3)
            if len(before[k]["loss"]) == len(after[k]["loss"]) else False for k in ("sgd", "adamw", "lamb")
        ),
        {"s": 16.0},
        "AdamW's steps do not depend on the size of the gradients, but neither do they on that of the weights: its "
        "first step is 32% of the second layer and 0.1% of the first. LAMB's is 2% of each. SGD diverges.",
    ),
)  # fmt: skip
