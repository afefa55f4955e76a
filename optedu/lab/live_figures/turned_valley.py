"""A valley turned against the axes: the best scale for each coordinate, and L-BFGS with two pairs."""

import math
from typing import Any

import numpy as np

from ...optim.lbfgs import two_loop
from ...optim.sgd import sgd
from .figure import Axis, Dots, Ends, Figure, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan
from .small_tensors import Tensor, number

START, STEPS, NEAR = (9.0, -4.0), 40, 1e-6
FAR = math.hypot(*START)


def hessian(kappa: Number, psi: Number) -> Any:
    """Entries of the matrix with curvature 1 across the valley and 1/κ along it, at ψ degrees."""
    c, s = np.cos(psi * (math.pi / 180)), np.sin(psi * (math.pi / 180))
    return c * c / kappa + s * s, c * s / kappa - c * s, s * s / kappa + c * c


def scaled(t: Number, x: Number, y: Number, *, kappa: Number, psi: Number) -> Any:
    """Gradient descent after each coordinate was divided by its own curvature; the best learning rate is 1 then."""
    a, b, d = hessian(kappa, psi)
    rest = dict(lr=1.0, momentum=0, dampening=0, weight_decay=0, nesterov=False)
    x, y = sgd((a * x + b * y) / a, x, None, **rest)[0], sgd((b * x + d * y) / d, y, None, **rest)[0]
    return x, y, np.sqrt(x * x + y * y)


def chosen(condition: Number, yes: Tensor, no: Tensor) -> Tensor:
    return Tensor([np.where(condition, a, b) for a, b in zip(yes.numbers, no.numbers, strict=True)])


def lbfgs(
    t: Number, x: Number, y: Number, count: Number, pairs: Number, *memory: Number, kappa: Number, psi: Number
) -> Any:
    """A step of `optedu.LBFGS` without line search, and how many gradients there were until it stayed near.

    The memory is the last gradient, the last step and two pairs. While there is one pair it is kept twice, which
    changes nothing, since the second update by the same pair returns the same matrix.
    """
    a, b, d = hessian(kappa, psi)
    g = Tensor([a * x + b * y, b * x + d * y])
    before, s, s0, y0, s1, y1 = (Tensor(memory[k : k + 2]) for k in range(0, 12, 2))
    change = g - before
    fine = (change @ s).numbers[0] > 1e-10
    s0, y0 = (chosen(fine, chosen(pairs < 0.5, *new), old) for new, old in (((s, s1), s0), ((change, y1), y0)))
    s1, y1 = chosen(fine, s, s1), chosen(fine, change, y1)
    pairs = np.where(fine, pairs + 1, pairs)
    way = chosen(pairs < 0.5, -g, two_loop(g, [s0, s1], [y0, y1], (s1 @ y1) / (y1 @ y1)))
    size = np.absolute(g.numbers[0]) + np.absolute(g.numbers[1])
    step = number(np.where(t < 1.5, np.minimum(1.0, 1 / size), 1.0)) * way
    count = np.where(np.sqrt(x * x + y * y) > NEAR * FAR, t, count)
    x, y = x + step.numbers[0], y + step.numbers[1]
    return x, y, count, pairs, *(v for one in (g, step, s0, y0, s1, y1) for v in one.numbers), np.sqrt(x * x + y * y)


def now(*, kappa: Number, psi: Number) -> Any:
    """What the scaled coordinates leave of the error in the long run, and the steps to a millionth."""
    a, b, d = hessian(kappa, psi)
    left = np.absolute(b) / np.sqrt(a * d)
    return left, np.maximum(1.0, math.log(NEAR) / np.log(left))


def contours(k: Number, *, kappa: Number, psi: Number) -> Any:
    """Three ellipses of equal loss, through points at distances 3, 6 and 10 along the valley, one after another."""
    turn = 2 * math.pi * k / 48
    c, s = np.cos(psi * (math.pi / 180)), np.sin(psi * (math.pi / 180))
    along, across = np.cos(turn), np.sin(turn) / np.sqrt(kappa)
    return tuple(r * v for r in (3, 6, 10) for v in (c * along - s * across, s * along + c * across))


MEMORY = "gx gy sx sy s0x s0y y0x y0y s1x s1y y1x y1y"
RUN = Scan(lbfgs, (*START, *(0.0,) * 14), STEPS, f"x y count pairs {MEMORY} far")
PLAIN = Scan(scaled, START, STEPS, "x y far")
DISTANCES = {1e-6: "10^{-6}", 1e-4: "10^{-4}", 0.01: "0.01", 1: "1"}
WAY = Panel(
    "The way down the valley", Axis(-10, 10.6, (-10, -5, 0, 5, 10), "first coordinate"),
    Axis(-7, 7, (-5, 0, 5), "second"),
    [
        *(Line(f"level.x{k}", f"level.y{k}", "faint", 0.7) for k in range(3)),
        Line("plain.x", "plain.y", "brown", 1.6, "6 3"),
        Line("run.x", "run.y", "blue", 2.2), Dots("run.x", "run.y", "blue", 6),
        Dots((0.0,), (0.0,), "ink", 9, "s"),
    ],
    height=256, alt="Two paths over the contours of a valley that lies across the axes.",
)  # fmt: skip
DISTANCE = Panel(
    "How far there is to go", Axis(0, STEPS, (0, 10, 20, 30, 40), "gradients"),
    Axis(3e-7, 60, DISTANCES, "distance", "log"),
    [
        Line("plain.t", "plain.far", "brown", 1.6, "6 3"),
        Line("run.t", "run.far", "blue", 2.2), Dots("run.t", "run.far", "blue", 6),
        Line((17, 21), (3e-3, 3e-3), "brown", 1.6, "6 3"), Label(22, 3e-3, "coordinates scaled", "brown", dy=4),
        Line((17, 21), (3e-4, 3e-4), "blue", 2.2), Dots(19, 3e-4, "blue", 6), Label(22, 3e-4, "L-BFGS", "blue", dy=4),
    ],
    height=256, alt="Distance from the minimum over the gradients computed.",
)  # fmt: skip

FIGURE = Figure(
    "A valley across the axes",
    (
        Quantity("kappa", "*κ*", 2, 1000, 30.0, "log", 0.1, 0, "purple", "κ"),
        Quantity("psi", "*ψ*", 0, 45, 30.0, step=1.0, digits=0, color="green", symbols="ψ"),
    ),
    {
        "level": Map(contours, "x0 y0 x1 y1 x2 y2", {"k": tuple(range(49))}),
        "now": Map(now, "left scaled"),
        "run": RUN,
        "end": Ends(RUN),
        "plain": PLAIN,
    },
    (WAY, DISTANCE),
    "With *κ* = {kappa:0} and *ψ* = {psi:0}° L-BFGS is within a millionth of the initial distance after {end.count:0} "
    "gradients. Scaled coordinates leave {now.left:3} of the error per step and take about {now.scaled:0}.",
    "A quadratic with curvature 1 across the valley and 1/*κ* along it, at an angle *ψ* to the axes. Dashed: each "
    "coordinate divided by its own curvature. L-BFGS keeps two pairs and has no line search.",
    Prediction(
        "At *κ* = 30 L-BFGS takes 6 gradients, the scaled coordinates about 160. At *κ* = 1,000 these take 33 times "
        "as many. And L-BFGS?",
        ("about as many as before", "about 6 times as many", "about 33 times as many"),
        lambda before, after: int(np.searchsorted([2, 15], after["end"]["count"][0] / before["end"]["count"][0])),
        {"kappa": 1000.0},
        "It takes {end.count:0} again, the scaled coordinates {now.scaled:0}. Differences of gradients tell L-BFGS "
        "both curvatures, and a plane has no more than two.",
    ),
)
