"""Adam, NAdam and RAdam on a steady gradient: their first steps, and their steps after the gradient has turned."""

from typing import Any

import numpy as np

from ...optim.adam import adam
from ...optim.nadam import nadam
from ...optim.radam import radam
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Number, Panel, Prediction, Quantity, Scan

STEPS, TURN, AFTER = 300, 100, 30
"""First steps drawn; the step after which the gradient turns, and how many are drawn from there."""


def three(
    t: Number,
    sign: Number,
    a: Number,
    am: Number,
    av: Number,
    n: Number,
    product: Number,
    nm: Number,
    nv: Number,
    r: Number,
    rm: Number,
    rv: Number,
    a_late: Number,
    n_late: Number,
    *,
    c: Number,
    b2: Number,
    psi: Number,
) -> Any:
    """A step of each on a gradient ±c; how many were uphill so far; the three steps and ways, in learning rates."""
    rest = dict(t=t, lr=1.0, betas=(0.9, b2), eps=0.0, weight_decay=0)
    a_next, am, av, _ = adam(c * sign, a, am, av, **rest)
    n_next, product, nm, nv = nadam(
        c * sign, n, product, nm, nv, momentum_decay=psi, decoupled_weight_decay=False, **rest
    )
    r_next, rm, rv = radam(c * sign, r, rm, rv, decoupled_weight_decay=False, **rest)
    a_late = a_late + np.where(sign * (a - a_next) < 0, 1, 0)
    n_late = n_late + np.where(sign * (n - n_next) < 0, 1, 0)
    state = a_next, am, av, n_next, product, nm, nv, r_next, rm, rv, a_late, n_late
    return *state, a - a_next, n - n_next, r - r_next, -a_next, -n_next, -r_next


START = (0.0,) * 4 + (1.0,) + (0.0,) * 7
COLUMNS = "a am av n product nm nv r rm rv late look_late adam nadam radam far look_far rectified_far"


def on(signs: tuple[int, ...]) -> Scan:
    return Scan(three, START, len(signs), COLUMNS, (signs,))


TURNED = on((1,) * TURN + (-1,) * AFTER)
FIRST = Panel(
    "The first steps", Axis(1, STEPS, {1: "1", 6: "6", 30: "30", 100: "100", 300: "300"}, "step *t*", "log"),
    Axis(0.01, 150, {0.01: "0.01", 0.1: "0.1", 1: "1", 10: "10", 100: "100"}, "learning rates", "log"),
    [
        Line("run.t", "run.nadam", "blue", 1.8), Line("run.t", "run.adam", "brown", 1.8, "6 3"),
        Line("run.t", "run.radam", "green", 2.2, "2 3"), Dots("ten.t", "ten.radam", "green", 5),
        Line((30, 50), (60, 60), "brown", 1.8, "6 3"), Label(58, 60, "Adam", "brown", dy=4),
        Line((30, 50), (24, 24), "blue", 1.8), Label(58, 24, "NAdam", "blue", dy=4),
        Line((30, 50), (9.6, 9.6), "green", 2.2, "2 3"), Label(58, 9.6, "RAdam", "green", dy=4),
    ],
    [Handle(1.0, "c", "Size of the gradient")], 256,
    alt="Length of the steps of Adam, NAdam and RAdam, over 300 steps.",
)  # fmt: skip
TURNS = Panel(
    "The gradient turns", Axis(TURN - 5, TURN + AFTER, {TURN: "100", TURN + 10: "110", TURN + 20: "120",
    TURN + 30: "130"}, "step *t*"),
    Axis(-1.2, 1.3, (-1, 0, 1), "learning rates"),
    [
        Line((TURN - 5, TURN + AFTER), (0, 0), "faint", 1),
        Line("turned.t", "turned.nadam", "blue", 1.8), Line("turned.t", "turned.adam", "brown", 1.8, "6 3"),
        Line("turned.t", "turned.radam", "green", 2.2, "2 3"), Label(TURN + 29, 1.0, "downhill before", anchor="end"),
        Label(TURN - 4, -1.05, "downhill after"),
    ],
    height=256, alt="Steps of Adam, NAdam and RAdam before and after the gradient changes its sign.",
)  # fmt: skip

FIGURE = Figure(
    "Adam and two of its variants, step by step",
    (
        Quantity("c", "*c*", 0.01, 100, 1.0, "log", 0.1, 2, "green", "c"),
        Quantity("b2", "*β*_2", 0.5, 0.9999, 0.999, "decay", 0.05, 4, "purple", "β2"),
        Quantity("psi", "*ψ*", 0.001, 10, 0.004, "log", 0.1, 3, "blue", "ψ"),
    ),
    {
        "run": on((1,) * STEPS),
        "ten": on((1,) * 10),
        "turned": TURNED,
        "far": Ends(on((1,) * 10)),
        "end": Ends(TURNED),
    },
    (FIRST, TURNS),
    "On a gradient of {c:2}, ten steps move Adam by {far.far:1}, NAdam by {far.look_far:1} and RAdam by "
    "{far.rectified_far:1} learning rates. When the gradient turns, Adam keeps its direction for {end.late:0} "
    "steps and NAdam for {end.look_late:0}.",
    "The gradient is *c* at every step; in the second panel it is −*c* after step 100. *ψ* is the speed of NAdam's "
    "schedule, *β*_2 belongs to all three.",
    Prediction(
        "On a gradient of 1, ten steps move Adam by 10 learning rates and RAdam, whose factor starts near zero, by 5. "
        "Now sum the loss over 100 examples instead of averaging it: *c* = 100. Adam still moves by 10. RAdam moves by",
        ("5, as before", "10, as Adam", "about 500"),
        lambda before, after: int(np.searchsorted([7.5, 50], after["far"]["rectified_far"][0])),
        {"c": 100},
        "{far.rectified_far:0} learning rates: RAdam's first five steps are not divided by √*v*, so each is as long as "
        "the gradient is large. Its warm-up begins with the sixth.",
    ),
)
