"""How far LoRA moves an entry of a weight matrix: two factors that Adam steps, beside the entry stepped itself."""

import math
from typing import Any

import numpy as np

from ...optim.adam import adam
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

STEPS, WIDTH, ALPHA, FULL = 500, 4096, 16.0, 2e-5
"""Steps, inputs of the matrix, LoRA's α, and the learning rate of full fine-tuning."""
SPREAD = 1 / math.sqrt(3 * WIDTH)
"""Standard deviation of an entry of A at first, uniform between -1/√n and 1/√n."""
ALIGNED = SPREAD * math.sqrt(2 / math.pi / WIDTH)
"""The part of such an entry that points along the gradient, on average over the rows of A."""


def stepped(t: Number, grad: Number, p: Number, m: Number, v: Number, lr: Number) -> Any:
    return adam(grad, p, m, v, t=t, lr=lr, betas=(0.9, 0.999), eps=1e-30, weight_decay=0)[:3]


def scale(r: Number, power: Number) -> Any:
    """What multiplies BA: α over the rank to some power."""
    return ALPHA / r**power


def step(
    t: Number, w: Number, m: Number, v: Number, b: Number, mb: Number, vb: Number, a: Number, ma: Number, va: Number,
    *, lr: Number, ratio: Number, r: Number, power: Number,
) -> Any:  # fmt: skip
    """A step of an entry of W; and of B and A at once, under a gradient of rank one that does not change."""
    s = scale(r, power)
    w, m, v = stepped(t, -1.0, w, m, v, FULL)
    grad_b, grad_a = -s * (ALIGNED + a), -s * b
    b, mb, vb = stepped(t, grad_b, b, mb, vb, ratio * lr)
    a, ma, va = stepped(t, grad_a, a, ma, va, lr)
    return w, m, v, b, mb, vb, a, ma, va, s * r * b * (ALIGNED + a), s * r * b * ALIGNED


def first(rank: Number, *, lr: Number, ratio: Number, power: Number) -> Any:
    """Root mean square of the first update of W, and the part of it that points along the gradient."""
    s = scale(rank, power)
    return s * np.sqrt(rank) * SPREAD * ratio * lr, s * rank * ALIGNED * ratio * lr


def now(*, lr: Number, ratio: Number, r: Number, power: Number) -> Any:
    size, aligned = first(r, lr=lr, ratio=ratio, power=power)
    return size, size / FULL, FULL / aligned


RUN = Scan(step, (0.0,) * 9, STEPS, "w m v b mb vb a ma va lora alone")
RANKS = {1: "1", 4: "4", 16: "16", 64: "64", 256: "256"}
SIZES = {1e-8: "10⁻⁸", 1e-6: "10⁻⁶", 1e-4: "10⁻⁴", 0.01: "0.01", 1: "1"}
WAY = Panel(
    "Change of an entry of *W*", Axis(1, STEPS, {1: "1", 10: "10", 100: "100", 500: "500"}, "step", "log"),
    Axis(1e-9, 30, SIZES, "", "log"),
    [
        Line("run.t", "run.alone", "blue", 2.2, "2 3"), Line("run.t", "run.w", "green", 1.8, "7 3"),
        Line("run.t", "run.lora", "brown", 2.4), Label(1.3, 4.5, "full, at 0.00002", "green"),
        Label(1.3, 0.7, "LoRA", "brown"), Label(1.3, 0.11, "LoRA, *A* frozen", "blue"),
    ],
    height=258, alt="The change over 500 steps: along a line for all weights, along a parabola for LoRA.",
)  # fmt: skip
OVER_RANK = Panel(
    "After 500 steps", Axis(1, 256, RANKS, "rank *r*", "log"), Axis(1e-9, 30, SIZES, "", "log"),
    [
        Line((1, 256), "end.w", "green", 1.8, "7 3"), Line("ends.r", "ends.alone", "blue", 2.2, "2 3"),
        Line("ends.r", "ends.lora", "brown", 2.4), Dots("r", "end.lora", "brown", 7, "s", True),
    ],
    [Handle("r", "end.lora", "Rank")], 258, alt="The change after 500 steps over the rank: level for α/r.",
)  # fmt: skip
FIRST = Panel(
    "First update of *W*", Axis(1, 256, RANKS, "rank *r*", "log"), Axis(1e-9, 30, SIZES, "", "log"),
    [
        Line((1, 256), (FULL, FULL), "green", 1.8, "7 3"), Line("over.rank", "over.size", "purple", 2.2),
        Line("over.rank", "over.aligned", "brown", 2.2, "4 3"), Label(250, "now.size", "size", "purple", "end", 0, -16),
        Label(250, 1.2e-9, "along the gradient", "brown", "end"),
    ],
    height=258, alt="Size of the first update over the rank, and the smaller part of it along the gradient.",
)  # fmt: skip

FIGURE = Figure(
    "How far LoRA moves a weight",
    (
        Quantity("lr", "*γ*", 1e-6, 1e-2, 2e-5, "log", 0.1, 6, "brown", "γ"),
        Quantity("r", "*r*", 1, 256, 16, "log", 0.30102999566398120, 0, "purple", "r"),
        Quantity("ratio", "*λ*", 1, 64, 1, "log", 0.30102999566398120, 0, "blue", "λ"),
        Quantity("power", "*p*", 0, 1, 1, step=0.5, digits=1, color="green", symbols="p"),
    ),
    {
        "run": RUN,
        "end": Ends(RUN),
        "ends": Ends(RUN, "r", (1, 256, 9, "log")),
        "over": Map(first, "size aligned", {"rank": (1, 256, 9, "log")}),
        "now": Map(now, "size share fewer"),
    },
    (WAY, OVER_RANK, FIRST),
    "After 500 steps an entry has moved by {end.w:4} in full fine-tuning and by {end.lora:4} with LoRA, of which "
    "{end.alone:6} would have come with *A* frozen.",
    "*n* = 4,096 inputs, *α* = 16. The gradient has rank one and does not change; *s* = *α*/*r*^{p}, *A* has the "
    "learning rate *γ* and *B* has *λγ*.",
    Prediction(
        "Keep *α* = 16 and raise the rank from 16 to 256, so that 16 times as many numbers are trained. After 500 "
        "steps LoRA's change of *W* is",
        ("the same", "4 times as large", "16 times as large"),
        lambda before, after: int(np.searchsorted([2.0, 8.0], after["end"]["lora"][0] / before["end"]["lora"][0])),
        {"r": 256.0},
        "It is {end.lora:4} again: 16 times as many products are added up, and *α*/*r* divides them by 16. With "
        "*p* = ½ it would be 4 times as large.",
    ),
)  # fmt: skip
