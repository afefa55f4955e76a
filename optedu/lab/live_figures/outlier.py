"""64 numbers in few bits, one of them an outlier: what is left of the others with one scale, and with four."""

from typing import Any

import numpy as np

from ..formats import E2M1, E4M3, nearest
from .figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity, Scan

COUNT, BLOCK = 64, 16
VALUES = np.round(np.random.default_rng(4).standard_normal(COUNT), 3)
"""Standard normal; the outlier takes the place of the first."""
BLOCKS = np.arange(COUNT) // BLOCK
MOST = tuple(float(np.abs(VALUES[max(1, BLOCK * b) : BLOCK * (b + 1)]).max()) for b in BLOCKS)
"""The largest of the others in the block of each number."""
FIRST = tuple(1.0 if b == 0 else 0.0 for b in BLOCKS)
LARGEST = max(MOST)
LEVELS = 24.0
"""What is at most 1/24 of the largest number becomes 0 in E2M1: half of 0.5, over 6."""


def stored(x: Number, scale: Number, digits: int, least: float, top: float) -> Any:
    return nearest(x / scale, digits, least, top) * scale


def fp4(x: Number, scale: Number) -> Any:
    return stored(x, scale, E2M1.digits, E2M1.least, E2M1.top)


def step(
    t: Number, x: Number, most: Number, first: Number, zero: Number, zeros: Number, gone: Number, *, A: Number
) -> Any:
    """One more number: FP4 with one scale, NVFP4, and E4M3 with one scale; shares that became zero, in percent."""
    largest = np.maximum(A, LARGEST)
    unit = largest / (E2M1.top * E4M3.top)
    own = np.where(first > 0, np.maximum(A, most), most)
    scale = nearest(own / E2M1.top / unit, E4M3.digits, E4M3.least, E4M3.top) * unit
    single, blocks = fp4(x, largest / E2M1.top), fp4(x, scale)
    eight = stored(x, largest / E4M3.top, E4M3.digits, E4M3.least, E4M3.top)
    share, counts = 100 / (COUNT - 1), np.where(t > 1, 1.0, 0.0)
    zero = zero + np.where(single == 0, share, 0) * counts
    zeros = zeros + np.where(blocks == 0, share, 0) * counts
    gone = gone + np.where(eight == 0, share, 0) * counts
    hidden = np.where(t > 1, 0.0, np.nan)
    return zero, zeros, gone, x + hidden, single + hidden, blocks + hidden


def now(*, A: Number) -> Any:
    """What rounds to zero with one scale."""
    return (np.maximum(A, LARGEST) / LEVELS,)


RUN = Scan(step, (0.0, 0.0, 0.0), COUNT, "zero zeros gone x single blocks", (tuple(VALUES.tolist()), MOST, FIRST))
NUMBERS = Axis(0, COUNT + 1, (1, 16, 32, 48, 64), "number")
KEPT = Panel(
    "One scale for all 64", NUMBERS, Axis(-4, 4, (-3, 0, 3), ""),
    [
        Dots("run.t", "run.x", "faint", 6, "o", True), Dots("run.t", "run.single", "brown", 5),
        Label(64, 3.6, "hollow: exact", anchor="end", dy=4),
    ],
    height=224, alt="The 63 other numbers, exact and as FP4 keeps them with one scale for all.",
)  # fmt: skip
BLOCKWISE = Panel(
    "A scale for each block of 16 (NVFP4)", NUMBERS, Axis(-4, 4, (-3, 0, 3), ""),
    [
        Line((16.5, 16.5), (-4, 4), "faint", 1), Line((32.5, 32.5), (-4, 4), "faint", 1),
        Line((48.5, 48.5), (-4, 4), "faint", 1),
        Dots("run.t", "run.x", "faint", 6, "o", True), Dots("run.t", "run.blocks", "blue", 5),
    ],
    height=224, alt="The same numbers in NVFP4: only the first block of sixteen loses numbers to the outlier.",
)  # fmt: skip
ZEROS = Panel(
    "Others that become zero", Axis(1, 1000, {1: "1", 10: "10", 100: "100", 1000: "1,000"}, "size of the outlier, *A*",
    "log"), Axis(-4, 104, (0, 25, 50, 75, 100), "%"),
    [
        Line("ends.A", "ends.gone", "green", 1.8, "2 3"), Line("ends.A", "ends.zeros", "blue", 2, "7 3"),
        Line("ends.A", "ends.zero", "brown", 2),
        Label(900, 90, "FP4, one scale", "brown", "end"), Label(900, 32, "NVFP4", "blue", "end"),
        Label(900, 8, "E4M3, one scale", "green", "end"),
    ],
    [Handle("A", "last.zero", "Size of the outlier")], 256,
    alt="Share of zeros over the size of the outlier: all of them with one scale, a quarter with blocks, hardly any "
    "in eight bits.",
)  # fmt: skip

FIGURE = Figure(
    "An outlier among 64 numbers",
    (Quantity("A", "*A*", 1, 1000, 4, "log", 0.05, 1, "purple", "A"),),
    {
        "run": RUN,
        "last": Ends(RUN),
        "ends": Ends(RUN, "A", (1, 1000, 31, "log")),
        "now": Map(now, "limit"),
    },
    (ZEROS, KEPT, BLOCKWISE),
    "With an outlier of {A:1}, FP4 turns {last.zero:0}% of the others into zero with one scale and {last.zeros:0}% "
    "with blocks of 16; E4M3 {last.gone:0}%.",
    "The 63 others are standard normal. With one scale for all, FP4 keeps nothing that is at most 1/24 of the largest.",
    Prediction(
        "With an outlier of 4, one scale for all 64 numbers costs about one in ten of the others. Make it ten times "
        "as large, *A* = 40. With one scale, FP4 then turns into zero",
        ("about a third", "about a half", "about nine in ten"),
        lambda before, after: int(np.searchsorted([45.0, 70.0], after["last"]["zero"][0])),
        {"A": 40},
        "{last.zero:0}%: everything up to 40/24 = {now.limit:2}. With a scale for each block only the outlier's own "
        "block gets more zeros: {last.zeros:0}% in all.",
    ),
)  # fmt: skip
