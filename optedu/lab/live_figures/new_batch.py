"""Adam on the same noisy examples at two batch sizes: what carries a run over, and what its averages remember."""

import math
from typing import Any

import numpy as np

from ...optim.adam import adam
from .figure import Axis, Dots, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

MANY, BASE, CURVATURE, START, RATE, B1 = 512, 4, 0.1, 2.5, 0.05, 0.9
"""Examples; the old batch, its learning rate and first beta; the parabola and where it begins."""
NOISE = tuple(float(f"{x:.3g}") for x in np.random.default_rng(3).standard_normal(MANY))


def converted(k: Number, b2: Number) -> Any:
    """Learning rate, betas and epsilon for a batch k times as large, the last as a factor: equations (1) to (3)."""
    return RATE * np.sqrt(k), B1**k, b2**k, 1 / np.sqrt(k)


def fed(
    z: Number, p: Number, m: Number, v: Number, t: Number, total: Number, count: Number,
    size: Number, lr: Number, b1: Number, b2: Number,
) -> Any:  # fmt: skip
    """One more example; a step of the rule as soon as the batch is full."""
    total, count = total + CURVATURE * p + z, count + 1
    full = count > size - 0.5
    new, m_new, v_new, _ = adam(total / count, p, m, v, t=t + 1, lr=lr, betas=(b1, b2), eps=0.0, weight_decay=0)
    p, m, v = np.where(full, new, p), np.where(full, m_new, m), np.where(full, v_new, v)
    return p, m, v, np.where(full, t + 1, t), np.where(full, 0.0, total), np.where(full, 0.0, count)


def run(n: Number, z: Number, *state: Number, k: Number, b2: Number) -> Any:
    """The old batch, the new one with all settings converted, and the new one with none of them."""
    lr, b1, b2_new, _ = converted(k, b2)
    old = fed(z, *state[:6], BASE, RATE, B1, b2)
    new = fed(z, *state[6:12], BASE * k, lr, b1, b2_new)
    same = fed(z, *state[12:], BASE * k, RATE, B1, b2)
    return (*old, *new, *same)


def memory(age: Number, *, k: Number, b2: Number) -> Any:
    """Weight of a square in v so many examples ago, that of the newest being 1: before, and with the beta kept."""
    return b2 ** (age / BASE), b2 ** (age / (BASE * k))


def now(*, k: Number, b2: Number) -> Any:
    lr, b1, b2_new, eps = converted(k, b2)
    half = math.log(0.5) / np.log(b2)
    return lr / RATE, b1, b2_new, eps, half, half / k, BASE * half, BASE * k * half, BASE * k


def factors(factor: Number) -> Any:
    lr, _, _, eps = converted(factor, 0.9)
    return lr / RATE, eps, 1 / factor


EXAMPLES = (0, 128, 256, 384, 512)
TIMES = {0.25: "¼", 1: "1", 4: "4", 16: "16"}
NAMES = " ".join(f"{x}{k}" for k in ("", "_new", "_same") for x in ("p", "m", "v", "s", "total", "count"))
WAY = Panel(
    "The same 512 examples", Axis(0, MANY, EXAMPLES, "examples read"), Axis(-0.6, 3.1, (0, 1, 2), "distance"),
    [
        Line((0, MANY), (0, 0), "faint", 1), Line("run.t", "run.p", "ink", 1.4),
        Line("run.t", "run.p_same", "brown", 1.6, "2 3"), Line("run.t", "run.p_new", "blue", 2.2, "7 3"),
        Line((214, 250), (2.85, 2.85), "ink", 1.4), Label(258, 2.85, "old batch", "ink", dy=4),
        Line((214, 250), (2.5, 2.5), "blue", 2.2, "7 3"), Label(258, 2.5, "new, all converted", "blue", dy=4),
        Line((214, 250), (2.15, 2.15), "brown", 1.6, "2 3"), Label(258, 2.15, "new, none converted", "brown", dy=4),
    ],
    height=272, alt="Distance from the minimum over the examples read, at the old and at the new batch.",
)  # fmt: skip
PAST = Panel(
    "What *v* remembers", Axis(1, 20000, {1: "1", 100: "100", 10000: "10⁴"}, "examples ago", "log"),
    Axis(0, 1.1, {0: "0", 0.5: "½", 1: "1"}, "weight"),
    [
        Line("past.age", "past.old", "ink", 1.4), Line("past.age", "past.kept", "brown", 1.6, "2 3"),
        Line((1, 20000), (0.5, 0.5), "faint", 1, "6 3"), Dots("now.span", 0.5, "ink", 7),
        Dots("now.span_kept", 0.5, "brown", 8, "s", True), Label(1.3, 0.5, "half-life", dy=15),
        Line((800, 1700), (1.03, 1.03), "brown", 1.6, "2 3"), Label(2000, 1.03, "*β*_2 kept", "brown", dy=4),
    ],
    height=236, alt="Weight of a squared gradient in the second moment, over the examples read since.",
)  # fmt: skip
SETTINGS = Panel(
    "How the settings follow", Axis(0.25, 16, TIMES, "new batch / old batch", "log"),
    Axis(0.05, 5, {0.1: "0.1", 1: "1", 4: "4"}, "times", "log"),
    [
        Line("by.factor", "by.rate", "blue", 2.2, "7 3"), Line("by.factor", "by.eps", "green", 1.6, "4 2"),
        Line("by.factor", "by.steps", "brown", 1.4), Label(3, 2.6, "*γ*, *λ*", "blue", "end"),
        Label(14, 0.36, "*ε*", "green", "end"), Label(5, 0.12, "steps", "brown", "end"),
    ],
    [Handle("k", "now.rate", "New batch over old batch")], 236,
    alt="Learning rate, epsilon and number of steps over the factor of the batch.",
)  # fmt: skip

FIGURE = Figure(
    "A run moves to another batch",
    (
        Quantity("k", "*k*", 0.25, 16, 1.0, "log", 0.15051499783199063, 2, "blue", "k"),
        Quantity("b2", "*β*_2", 0.8, 0.999, 0.95, "decay", 0.05, 3, "purple", "β2"),
    ),
    {
        "run": Scan(run, (START, 0.0, 0.0, 0.0, 0.0, 0.0) * 3, MANY, NAMES, (NOISE,)),
        "past": Map(memory, "old kept", {"age": (1, 20000, 61, "log")}),
        "now": Map(now, "rate b1 b2 eps half half_new span span_kept size"),
        "by": Map(factors, "rate eps steps", {"factor": (0.25, 16, 25, "log")}),
    },
    (WAY, SETTINGS, PAST),
    "Batch × {k:2}: learning rate and decay × {now.rate:2}, *ε* × {now.eps:2}, *β*_1 0.9 → {now.b1:4}, *β*_2 {b2:3} → "
    "{now.b2:4}. The half-life of *v*, {now.half:1} steps, becomes {now.half_new:1}.",
    "A parabola of curvature 0.1, an old batch of 4, *γ* = 0.05, *β*_1 = 0.9; each example's gradient has noise of "
    "size 1.",
    Prediction(
        "Take four times the batch: the learning rate doubles, and on the same 512 examples there are a quarter as "
        "many steps. How far does Adam come?",
        ("half as far", "about as far", "twice as far"),
        lambda before, after: int(
            np.searchsorted([0.75, 1.5], (START - after["run"]["p_new"][-1]) / (START - after["run"]["p"][-1]))
        ),
        {"k": 4.0},
        "Less noise makes *v* smaller: while noise dominates, each step is {now.rate:0} learning rates of the old run "
        "long, and twice as much of it points down. With nothing converted Adam comes about half as far.",
    ),
)
