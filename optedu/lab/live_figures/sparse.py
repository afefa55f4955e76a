"""A row that is seen in every n-th step: Adam, which takes zeros between, and SparseAdam, which skips them."""

from typing import Any

import numpy as np

from ...optim.adam import adam
from ...optim.sparse_adam import sparse_adam
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

STEPS, MOST = 300, 60


def rules(
    t: Number, wait: Number, count: Number, p: Number, m: Number, v: Number, q: Number, u: Number, w: Number,
    *, n: Number, b1: Number, b2: Number,
) -> Any:  # fmt: skip
    """A step of both rules with a gradient of 1 where the row is seen, then how far it is, also per sighting."""
    wait = wait - 1
    seen = wait < 0.5  # n is a whole number, also while it is dragged
    wait = np.where(seen, n, wait)
    count = np.where(seen, count + 1, count)
    p, m, v, _ = adam(np.where(seen, 1, 0), p, m, v, t=t, lr=1.0, betas=(b1, b2), eps=1e-8, weight_decay=0)
    after, later, wider = sparse_adam(1.0, q, u, w, t=t, lr=1.0, betas=(b1, b2), eps=1e-8)
    q, u, w = np.where(seen, after, q), np.where(seen, later, u), np.where(seen, wider, w)
    ways = -p, -q, -p / count, -q / count, np.where(seen, 0.7, np.nan)
    return wait, count, p, m, v, q, u, w, *ways


def root(n: Number) -> Any:
    return (np.sqrt(n),)


RUN = Scan(rules, (1.0,) + (0.0,) * 7, STEPS, "wait count p m v q u w dense lazy all some mark")
GAPS = (*range(1, 13), 14, 16, 18, 20, 23, 26, 30, 34, 38, 43, 48, 54, MOST)
WAYS = {1: "1", 3: "3", 10: "10", 30: "30", 100: "100", 300: "300"}

PLACE = Panel(
    "How far the row has moved", Axis(0, STEPS, (0, 100, 200, 300), "step"),
    Axis(0.55, 2500, WAYS, "learning rates", "log"),
    [
        Dots("run.t", "run.mark", "faint", 3.5),
        Line("run.t", "run.dense", "red", 1.6), Line("run.t", "run.lazy", "blue", 2.2, "6 3"),
        Line((8, 26), (1500, 1500), "red", 1.6), Label(30, 1500, "Adam, zeros between", "red", dy=4),
        Line((168, 186), (1500, 1500), "blue", 2.2, "6 3"), Label(190, 1500, "SparseAdam", "blue", dy=4),
        Label(30, 700, "dots: the row is seen", dy=4),
    ],
    height=280, alt="Distance of the row over 300 steps under Adam and SparseAdam, and the steps in which it is seen.",
)  # fmt: skip
WAY = Panel(
    "Way per sighting, after 300 steps", Axis(1, MOST, {1: "1", 3: "3", 10: "10", 30: "30"}, "seen every *n*-th step",
    "log"), Axis(0.7, 14, {1: "1", 3: "3", 10: "10"}, "learning rates", "log"),
    [
        Line("roots.n", "roots.root", "faint", 1.2, "2 3"), Label(14, 4.6, "√*n*", dx=-14),
        Line("ways.n", "ways.all", "red", 1.6), Line("ways.n", "ways.some", "blue", 2.2, "6 3"),
        Dots("n", "end.some", "blue", 8, "o", True),
    ],
    [Handle("n", "end.all", "Steps from one sighting to the next")], 280,
    alt="Way per sighting against the gap between sightings: Adam's rises like the root, SparseAdam's falls again.",
)  # fmt: skip

FIGURE = Figure(
    "A row that is seen now and then",
    (
        Quantity("n", "*n*", 1, MOST, 1, "log", 0.30103, 0, "purple", "n"),
        Quantity("b1", "*β*_1", 0, 0.99, 0.9, "decay", 0.05, 3, "brown", "β1"),
        Quantity("b2", "*β*_2", 0.9, 0.9999, 0.999, "decay", 0.05, 4, "green", "β2"),
    ),
    {"run": RUN, "end": Ends(RUN), "ways": Ends(RUN, "n", GAPS), "roots": Map(root, "root", {"n": GAPS})},
    (PLACE, WAY),
    "With *n* = {n:0} the row is seen in {end.count:0} of 300 steps and has moved {end.all:2} learning rates per "
    "sighting under Adam and {end.some:2} under SparseAdam.",
    "The gradient is 1 whenever the row is seen, which is first in step 1. At *β*_1 = 0 and *β*_2 = 0.999 the two "
    "nearly meet.",
    Prediction(
        "Seen in every step, the row moves by one learning rate per sighting under both rules. Let it be seen in every "
        "tenth step only. Per sighting Adam, which gets zeros between, then moves it",
        ("less far", "just as far", "farther"),
        lambda before, after: 1 + int(np.sign(np.round(after["end"]["all"][0] - before["end"]["all"][0], 2))),
        {"n": 10},
        "It moves {end.all:2} learning rates per sighting. Each gradient is passed on in full through *m*, but the "
        "zeros make the average of its square about a tenth as large, and the step is divided by the root of that. "
        "Under SparseAdam it is {end.some:2}, because a part of each gradient waits in *m* for later sightings.",
    ),
)  # fmt: skip
