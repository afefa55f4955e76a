"""What each device keeps of a model of 7 billion parameters, and receives in a step, against their number."""

from typing import Any

import numpy as np

from ...training.memory import FLOATS
from ..sharding import kept, received
from .budget import CARD
from .figure import Axis, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity

BILLIONS, HALF = 7, FLOATS["bfloat16"]


def over_ranks(k: Number, *, s: Number) -> Any:
    two, _, three = received(HALF * BILLIONS, HALF * BILLIONS, k)
    return *kept(HALF * BILLIONS, HALF * BILLIONS, s * BILLIONS, k), two, three


def now(*, n: Number, s: Number) -> Any:
    return over_ranks(n, s=s)


RANKS = Axis(1, 1024, {1: "1", 8: "8", 64: "64", 1024: "1,024"}, "devices *n*", "log")
KEPT = Panel(
    "What each device keeps", RANKS, Axis(0, 150, (0, 50, 100, 150), "GB"),
    [
        Line((1, 1024), (CARD, CARD), "faint", 1.5, "1 4"), Label(1000, CARD, "80 GiB", anchor="end", dy=-4),
        Line("over.k", "over.ddp", "ink", 2), Line("over.k", "over.stage1", "blue", 2, "9 3"),
        Line("over.k", "over.stage2", "green", 2, "5 3"), Line("over.k", "over.stage3", "brown", 2, "2 3"),
        Label(1000, "now.ddp", "DDP", "ink", "end", dy=-5), Label(1000, "last.stage1", "stage 1", "blue", "end", dy=-5),
        Label(1000, "last.stage2", "stage 2", "green", "end", dy=-5),
        Label(1000, "last.stage3", "stage 3", "brown", "end", dy=-5),
    ],
    [Handle("n", "now.stage1", "Number of devices")], 272,
    alt="Gigabytes on each device over the number of devices, with DDP and in three stages of "
    "ZeRO.",
)  # fmt: skip
RECEIVED = Panel(
    "What each device receives in a step", RANKS, Axis(0, 50, (0, 14, 28, 42), "GB"),
    [
        Line("over.k", "over.two", "ink", 2), Line("over.k", "over.three", "brown", 2, "2 3"),
        Line("n", 0, "purple", 1.2, "2 3", x1="n", y1=50),
        Label(1000, 22, "DDP, stages 1 and 2", "ink", "end"), Label(1000, 46, "stage 3", "brown", "end"),
    ],
    height=232, alt="Traffic over the number of devices: it rises toward 28 gigabytes, in stage 3 toward 42.",
)  # fmt: skip

FIGURE = Figure(
    "Who keeps what",
    (
        Quantity("n", "*n*", 1, 1024, 8, "log", 0.30103, 0, "purple", "n"),
        Quantity("s", "*s*", 0, 16, 12, "linear", 1, 0, "blue", "s"),
    ),
    {
        "over": Map(over_ranks, "ddp stage1 stage2 stage3 two three", {"k": (1, 1024, 41, "log")}),
        "last": Map(over_ranks, "ddp stage1 stage2 stage3 two three", {"k": (1024,)}),
        "now": Map(now, "ddp stage1 stage2 stage3 two three"),
    },
    (KEPT, RECEIVED),
    "Of {n:0} devices each keeps {now.ddp:0} GB with DDP, {now.stage1:1}, {now.stage2:1} and {now.stage3:1} GB in the "
    "stages of ZeRO. In a step it receives {now.two:1} GB, in stage 3 {now.three:1} GB.",
    "7 billion parameters in mixed precision, 2 bytes for each parameter, 2 for its gradient and *s* for the "
    "optimizer; without activations.",
    Prediction(
        "In stage 1, which divides the optimizer's 12 of 16 bytes, each of eight devices keeps 38.5 GB. With eight "
        "times as many devices, *n* = 64, each keeps",
        ("4.8 GB", "14.0 GB", "29.3 GB"),
        lambda before, after: int(np.searchsorted([10.0, 20.0], after["now"]["stage1"][0])),
        {"n": 64},
        "{now.stage1:1} GB. The parameters and gradients, 28 GB, are on every device, whatever their number. The "
        "traffic hardly grows either: {now.two:1} GB.",
    ),
)
