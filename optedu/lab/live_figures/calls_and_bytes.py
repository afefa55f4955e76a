"""What a step of AdamW costs per parameter in four ways of taking it, against the size of the model's tensors."""

from typing import Any

import numpy as np

from ...optim.adam import AdamW
from ..traffic import costs, traffic, way_of
from .figure import Axis, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity

ADAMW = traffic(way_of(AdamW))


def sizes(k: Number, *, h: Number, c: Number) -> Any:
    each, together, blocks, loop = costs(ADAMW, k, h, c)
    return each, together, blocks, loop, each / together, np.where(k > c, ADAMW.moved, float(ADAMW.least))


SIZES = Axis(1e3, 1e8, {1e3: "10^3", 1e4: "10^4", 1e5: "10^5", 1e6: "10^6", 1e7: "10^7", 1e8: "10^8"}, "", "log")
LOW, HIGH, MOVED, LEAST = 15, 3000, ADAMW.moved, ADAMW.least
COST = Panel(
    "Time per parameter, in bytes",
    Axis(1e3, 1e8, SIZES.ticks, "numbers in a tensor *n*", "log"),
    Axis(LOW, HIGH, {28: "28", 124: "124", 1000: "1,000"}, "", "log"),
    [
        Line((1e3, 1e8), (LEAST, LEAST), "faint", 1.5, "1 4"),
        Line((1e3, 1e8), (MOVED, MOVED), "brown", 2, "6 3"),
        Line("over.k", "over.blocks", "green", 2, "2 3"), Line("over.k", "over.loop", "purple", 2, "9 3"),
        Line("over.k", "over.each", "blue", 2.2),
        Line((4e5, 1.2e6), (2000, 2000), "blue", 2.2), Label(1.6e6, 2000, "tensor by tensor", "blue", dy=4),
        Line((4e5, 1.2e6), (1250, 1250), "brown", 2, "6 3"), Label(1.6e6, 1250, "foreach", "brown", dy=4),
        Line((4e5, 1.2e6), (780, 780), "green", 2, "2 3"), Label(1.6e6, 780, "in blocks", "green", dy=4),
        Line((4e5, 1.2e6), (490, 490), "purple", 2, "9 3"), Label(1.6e6, 490, "compiled loop", "purple", dy=4),
        Label(1.1e3, LEAST, "what has to be moved", dy=14),
    ],
    [Handle("n", "now.each", "Numbers in a tensor")], 290,
    alt="Time per parameter of four ways over the size of a tensor; they fall and cross.",
)  # fmt: skip
FROM_MEMORY = Panel(
    "Bytes that come from memory", Axis(1e3, 1e8, SIZES.ticks, "numbers in a tensor *n*", "log"),
    Axis(0, 140, (0, 28, 124)),
    [
        Line((1e3, 1e8), (MOVED, MOVED), "brown", 2, "6 3"), Line((1e3, 1e8), (LEAST, LEAST), "green", 2, "2 3"),
        Line("over.k", "over.memory", "blue", 2.2),
        Label("c", 76, "*c*: stays in the cache", "ink", "end", dx=-8),
    ],
    [Handle("c", 76, "The largest tensor that stays in the cache")], 190,
    alt="Bytes from memory over the size of a tensor: they jump from 28 to 124 where the cache ends.",
)  # fmt: skip

COLUMNS = "each together blocks loop ratio memory"
FIGURE = Figure(
    "Calls and bytes",
    (
        Quantity("n", "*n*", 1e3, 1e8, 1e3, "log", 0.5, 0, "blue", "n"),
        Quantity("h", "*h*", 1e3, 1e6, 4e4, "log", 0.1, 0, "brown", "h"),
        Quantity("c", "*c*", 1e4, 1e8, 1e6, "log", 0.1, 0, "green", "c"),
    ),
    {
        "over": Map(sizes, COLUMNS, {"k": (1e3, 1e8, 101, "log")}), "now": Map(sizes, COLUMNS, {"k": "n"}),
    },
    (COST, FROM_MEMORY),
    "With tensors of {n:0} numbers a step takes the time of moving {now.each:0} bytes per parameter tensor by tensor, "
    "{now.together:0} with foreach, {now.blocks:0} in blocks and {now.loop:0} in a compiled loop.",
    "A call takes as long as moving *h* bytes. The model as a whole is larger than the cache.",
    Prediction(
        "With tensors of 1,000 numbers foreach, one call per operation for all tensors, takes less than half the time "
        "of a call per operation and tensor. With tensors of 100,000 numbers foreach is",
        ("faster", "as fast", "slower"),
        lambda before, after: 1 + int(np.sign(np.round(1 - after["now"]["ratio"][0], 1))),
        {"n": 1e5},
        "Tensor by tensor it takes {now.each:0} bytes, with foreach {now.together:0}. The calls no longer matter, and "
        "a tensor stays in the cache for all of its operations, whereas foreach has every operation fetch the whole "
        "model again.",
    ),
)  # fmt: skip
