"""One step of gradient descent against the bound of the descent lemma, on √(1+θ²) - 1, whose curvature is at most 1."""

from typing import Any

import numpy as np

from ...optim.sgd import sgd
from .figure import Axis, Dots, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan


def value(theta: Number) -> Any:
    return np.sqrt(1 + theta * theta) - 1


def slope(theta: Number) -> Any:
    return theta / np.sqrt(1 + theta * theta)


def moved(theta: Number, gamma: Number) -> Any:
    """A step of the rule, whose only setting here is the learning rate."""
    return sgd(slope(theta), theta, None, lr=gamma, momentum=0, dampening=0, weight_decay=0, nesterov=False)[0]


def curve(at: Number, *, start: Number) -> Any:
    """The loss, what its slope at the start promises, and the parabola that it stays below (L = 1)."""
    away = at - start
    line = value(start) + slope(start) * away
    return value(at), line, line + away * away / 2


def now(*, gamma: Number, start: Number) -> Any:
    end, g = moved(start, gamma), slope(start)
    bound = value(start) - gamma * (1 - gamma / 2) * g * g
    rises = np.where(value(end) < value(start), np.where(gamma < 2, 0, 1), 2)
    return end, value(end), bound, value(start), rises, 2 * np.sqrt(1 + start * start)


def after(rate: Number, *, start: Number) -> Any:
    """Loss, bound and slope alone after one step, for every learning rate."""
    g = slope(start)
    return value(moved(start, rate)), value(start) - rate * (1 - rate / 2) * g * g, value(start) - rate * g * g


def run(t: Number, theta: Number, *, gamma: Number) -> Any:
    theta = moved(theta, gamma)
    return theta, value(theta)


VERDICTS = "lowers the loss, as guaranteed|lowers the loss, with no guarantee|raises the loss"
STEP = Panel(
    "One step on the curve", Axis(-3, 3, (-3, -2, -1, 0, 1, 2, 3), "*θ*"), Axis(-0.3, 2.2, (0, 1, 2), "loss"),
    [
        Line("curve.at", "curve.bound", "brown", 1.6, "6 3"), Line("curve.at", "curve.line", "green", 1.4, "2 3"),
        Line("curve.at", "curve.loss", "ink", 2), Line("start", "now.height", "purple", 1, "2 2", x1="start", y1=-0.19),
        Line("now.end", "now.bound", "blue", 1, "2 2", x1="now.end", y1=-0.19),
        Line("start", -0.19, "blue", 2.2, x1="now.end", y1=-0.19, tip=True),
        Dots("run.theta", "run.loss", "blue", 5), Dots("now.end", "now.bound", "brown", 9, "s", True),
        Dots("now.end", "now.loss", "blue", 10), Label("start", -0.19, "−*γg*", "blue", "start", 4, 4),
    ],
    [Handle("start", "now.height", "Where the step begins")], 280,
    alt="The loss, its tangent at the start, and the parabola above it.",
)  # fmt: skip
RATES = Panel(
    "Every learning rate", Axis(0, 6, {0: "0", 1: "1/*L*", 2: "2/*L*", 3: "3/*L*", 4: "4/*L*", 5: "5/*L*"}, "*γ*"),
    Axis(-0.3, 2.2, (0, 1, 2), "loss after the step"),
    [
        Line((0, 6), "now.height", "faint", 1), Line("after.rate", "after.bound", "brown", 1.6, "6 3"),
        Line("after.rate", "after.line", "green", 1.4, "2 3"), Line("after.rate", "after.loss", "ink", 2),
        Dots("gamma", "now.bound", "brown", 9, "s", True),
        Line((4, 4.45), (0.55, 0.55), "ink", 2), Label(4.55, 0.55, "true loss", "ink", dy=4),
        Line((4, 4.45), (0.35, 0.35), "brown", 1.6, "6 3"), Label(4.55, 0.35, "bound", "brown", dy=4),
        Line((4, 4.45), (0.15, 0.15), "green", 1.4, "2 3"), Label(4.55, 0.15, "slope alone", "green", dy=4),
        Label(5.95, "now.height", "before", "faint", "end", 0, -4),
    ],
    [Handle("gamma", "now.loss", "Learning rate")], 280,
    alt="Loss after one step over the learning rate: slope alone, the bound of the descent lemma, and the truth.",
)  # fmt: skip

FIGURE = Figure(
    "A step and its guarantee",
    (
        Quantity("gamma", "*γL*", 0, 6, 1.0, step=0.05, color="blue", symbols="γ"),
        Quantity("start", "*θ*", 0.3, 2.8, 2.0, step=0.05, color="purple"),
    ),
    {
        "curve": Map(curve, "loss line bound", {"at": (-3, 3, 97, "linear")}),
        "now": Map(now, "end loss bound height kind limit"),
        "after": Map(after, "loss bound line", {"rate": (0, 6, 97, "linear")}),
        "run": Scan(run, ("start",), 30, "theta loss"),
    },
    (STEP, RATES),
    "A step with *γ* = {gamma:2}/*L* {now.kind|"
    + VERDICTS
    + "}: {now.loss:3} from {now.height:3}; the bound says {now.bound:3}.",
    "The blue point is the learning rate, the purple one the start. The dashed parabola, with the largest curvature "
    "*L*, touches the curve where the step begins and stays above it.",
    Prediction(
        "Beyond 2/*L* nothing is guaranteed. What does a step with *γ* = 3/*L* do here?",
        ("It lowers the loss", "It leaves it as it is", "It raises the loss"),
        lambda before, after: 1 + int(np.sign(after["now"]["loss"][0] - after["now"]["height"][0])),
        {"gamma": 3.0},
        "The bound, at {now.bound:2}, no longer promises descent. It does not forbid it either: the curve flattens "
        "out, "
        "and from here every rate up to {now.limit:2}/*L* lowers the loss.",
    ),
)
