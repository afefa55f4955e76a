"""Gradient descent, momentum and Adam on noisy gradients, each with a learning rate of its own."""

from typing import Any

import numpy as np

from ...optim.adam import adam
from ...optim.sgd import sgd
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan
from .three_rules import START, height, slope

STEPS, STREAMS, SIZE = 60, 5, 0.5
"""Steps of a run, streams of noise, and the standard deviation of the noise in each number of the gradient."""
NOISE = np.round(SIZE * np.random.default_rng(1).standard_normal((STEPS, 2, STREAMS)), 3)


def middle(a: Number, b: Number, c: Number, d: Number, e: Number) -> Any:
    """The median of five."""
    low = np.maximum(np.minimum(a, b), np.minimum(c, d))
    high = np.minimum(np.maximum(a, b), np.maximum(c, d))
    return np.maximum(np.minimum(low, high), np.minimum(np.maximum(low, high), e))


def on_all(step: Any, per: int, numbers: tuple[Number, ...]) -> Any:
    """A step on every stream, ``step(gx, gy, x, y, …)`` on `per` numbers of state; then losses, and their median."""
    noise, state, losses = numbers[: 2 * STREAMS], [], []
    for k in range(STREAMS):
        x, y, *rest = numbers[2 * STREAMS + k * per : 2 * STREAMS + (k + 1) * per]
        gx, gy = slope(x, y)
        after = step(gx + noise[k], gy + noise[STREAMS + k], x, y, *rest)
        state += after
        losses.append(height(after[0], after[1]))
    return *state, *losses, middle(*losses)


def descent(t: Number, *numbers: Number, plain: Number) -> Any:
    rest = dict(lr=plain, momentum=0, dampening=0, weight_decay=0, nesterov=False)
    return on_all(lambda gx, gy, x, y: (sgd(gx, x, None, **rest)[0], sgd(gy, y, None, **rest)[0]), 2, numbers)


def momentum(t: Number, *numbers: Number, heavy: Number) -> Any:
    rest = dict(lr=heavy, momentum=0.9, dampening=0, weight_decay=0, nesterov=False)

    def step(gx: Number, gy: Number, x: Number, y: Number, u: Number, v: Number) -> Any:
        (x, u), (y, v) = sgd(gx, x, u, **rest), sgd(gy, y, v, **rest)
        return x, y, u, v

    return on_all(step, 4, numbers)


def adaptive(t: Number, *numbers: Number, scaled: Number) -> Any:
    rest = dict(t=t, lr=scaled, betas=(0.9, 0.999), eps=1e-8, weight_decay=0)

    def step(gx: Number, gy: Number, x: Number, y: Number, m: Number, n: Number, v: Number, w: Number) -> Any:
        (x, m, v, _), (y, n, w, _) = adam(gx, x, m, v, **rest), adam(gy, y, n, w, **rest)
        return x, y, m, n, v, w

    return on_all(step, 6, numbers)


def runs(rule: Any, per: int) -> Scan:
    names = [f"s{k}" for k in range(per * STREAMS)] + [f"loss{k}" for k in range(STREAMS)] + ["median"]
    start = (*START, *(0.0,) * (per - 2)) * STREAMS
    return Scan(rule, start, STEPS, " ".join(names), [*NOISE[:, 0].T.tolist(), *NOISE[:, 1].T.tolist()])


SCANS = {"plain": runs(descent, 2), "heavy": runs(momentum, 4), "scaled": runs(adaptive, 6)}
COLORS = {"plain": "ink", "heavy": "blue", "scaled": "red"}
DASHES = {"plain": "4 3", "heavy": "", "scaled": "2 3"}
MARKS = {"plain": ("s", False), "heavy": ("o", True), "scaled": ("o", False)}
NAMES = {"plain": "gradient descent", "heavy": "momentum, 0.9", "scaled": "Adam"}
RANGE = (0.01, 3)


def both(t: Number, *numbers: Number, heavy: Number, scaled: Number) -> Any:
    """Momentum and Adam on the same noise: on how many streams momentum has the lower loss, and Adam's median as a
    multiple of momentum's."""
    noise, rest, many = numbers[: 2 * STREAMS], numbers[2 * STREAMS :], 4 * STREAMS
    one = momentum(t, *noise, *rest[:many], heavy=heavy)
    other = adaptive(t, *noise, *rest[many:], scaled=scaled)
    pairs = zip(one[many : many + STREAMS], other[6 * STREAMS : -1], strict=True)
    ahead = sum(np.where(a < b, 1, 0) for a, b in pairs)
    return *one[:many], *other[: 6 * STREAMS], ahead, other[-1] / one[-1]


PAIRED = Scan(
    both, (*SCANS["heavy"].start, *SCANS["scaled"].start), STEPS,
    " ".join(f"s{k}" for k in range(10 * STREAMS)) + " ahead times", SCANS["heavy"].data,
)  # fmt: skip
LOSSES = {0.01: "0.01", 0.1: "0.1", 1: "1", 10: "10"}
RATES = Panel(
    "Median loss after 60 steps", Axis(*RANGE, {0.01: "0.01", 0.1: "0.1", 1: "1"}, "learning rate", "log"),
    Axis(1.2e-3, 30, LOSSES, "loss", "log"),
    [
        *(Line(f"{k}_rates.{k}", f"{k}_rates.median", COLORS[k], 1.8, DASHES[k]) for k in SCANS),
        *(
            mark for k, y in zip(SCANS, (0.0066, 0.0033, 0.00165), strict=True)
            for mark in (Line((0.0115, 0.016), (y, y), COLORS[k], 1.8, DASHES[k]),
                         Label(0.0185, y, NAMES[k], COLORS[k], dy=4))
        ),
    ],
    [Handle(k, f"{k}_end.median", f"Learning rate of {NAMES[k]}") for k in SCANS], 280,
    alt="Median loss of three rules at every learning rate; each has its best one elsewhere.",
)  # fmt: skip
EACH = Panel(
    "Each of the five streams", Axis(0.4, 3.6, {1: "plain", 2: "momentum", 3: "Adam"}),
    Axis(1.2e-3, 30, LOSSES, "loss", "log"),
    [
        *(Line(2, f"heavy_end.loss{j}", "faint", 1, x1=3, y1=f"scaled_end.loss{j}") for j in range(STREAMS)),
        *(Dots(x, f"{k}_end.loss{j}", COLORS[k], 7, *MARKS[k]) for x, k in enumerate(SCANS, 1) for j in range(STREAMS)),
        *(Line((x - 0.3, x + 0.3), f"{k}_end.median", COLORS[k], 2.2, DASHES[k]) for x, k in enumerate(SCANS, 1)),
    ],
    height=280, alt="Loss of each rule on five streams of noise, with the median.",
)  # fmt: skip


FIGURE = Figure(
    "A learning rate for each",
    (
        Quantity("plain", "*γ*, gradient descent", *RANGE, 0.1, "log", 0.02, 3, "ink"),
        Quantity("heavy", "*γ*, momentum", *RANGE, 0.1, "log", 0.02, 3, "blue"),
        Quantity("scaled", "*γ*, Adam", *RANGE, 0.1, "log", 0.02, 3, "red"),
    ),
    {
        **{f"{k}_rates": Ends(SCANS[k], k, (*RANGE, 37, "log")) for k in SCANS},
        **{f"{k}_end": Ends(SCANS[k]) for k in SCANS},
        "paired": Ends(PAIRED),
    },
    (RATES, EACH),
    "Median losses: gradient descent {plain_end.median:3}, momentum {heavy_end.median:3}, Adam "
    "{scaled_end.median:3}. Momentum is ahead of Adam on {paired.ahead:0} of 5 streams.",
    "A valley 20 times as steep across as along, and gradients with noise; a stream is the noise of one run, the same "
    "for all rules. Drag each point along its curve.",
    Prediction(
        "All three have the learning rate 0.1, and Adam's median loss is {paired.times:0} times that of momentum, "
        "which is ahead on all five streams. Now each gets its own best learning rate. On how many streams is momentum "
        "still ahead of Adam?",
        ("on all five", "on two or three", "on none"),
        lambda before, after: int(np.searchsorted([-3.5, -1.5], -after["paired"]["ahead"][0])),
        {"plain": 0.72, "heavy": 0.108, "scaled": 0.45},
        "On {paired.ahead:0} of five, although Adam's median is now the lower one: {scaled_end.median:3} instead of "
        "{heavy_end.median:3}. The losses of each rule differ more from stream to stream than the medians of the two.",
    ),
)
