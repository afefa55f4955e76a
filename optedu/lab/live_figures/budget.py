"""What training a GPT costs in bytes, term by term, on a card of 80 GiB."""

from typing import Any

import numpy as np

from ...training.memory import FLOATS, activation_peaks, layer_numbers
from .figure import Axis, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity

GB, CARD = 1e9, 80 * 2**30 / 1e9
HEAD = 128
"""Width of a head; there are as many layers as heads, as in a GPT of 6.4 and in one of 175 billion parameters."""
HALF, FULL = FLOATS["bfloat16"], FLOATS["float32"]


def now(*, s: Number, h: Number, state: Number) -> Any:
    """Where the bar of each term ends, its size, and how much of the activations are scores."""
    layers = h / HEAD
    billions = layers * layer_numbers(h) / GB
    two, four, held = HALF * billions, FULL * billions, state * billions
    rest = two + two + four + held
    active = activation_peaks(s, 1, h, layers, layers)[0] / GB
    linear = activation_peaks(s, 1, h, 0, layers)[0] / GB
    share = 100 * (1 - linear / active)
    return two, 2 * two, 2 * two + four, rest, rest + active, two, four, held, active, share, billions


def lengths(s: Number, *, h: Number) -> Any:
    none, selective, full = activation_peaks(s, 1, h, h / HEAD, h / HEAD)
    return none / GB, selective / GB, full / GB


NAMES = (
    ("parameters", "two"),
    ("gradients", "two"),
    ("master copy", "four"),
    ("state", "held"),
    ("activations", "active"),
)
ENDS = (0, *(f"now.end{k}" for k in range(1, 6)))
COLORS = ("blue", "brown", "green", "purple", "red")
BUDGET = Panel(
    "Bytes, term after term", Axis(0, 250, (0, 50, 100, 150, 200, 250), "GB"), Axis(0.4, 6, (), ""),
    [
        *(Line(ENDS[k], 5 - k, COLORS[k], 9, x1=ENDS[k + 1], y1=5 - k) for k in range(5)),
        *(Label(248, 5 - k, f"{NAMES[k][0]} {{now.{NAMES[k][1]}:1}} GB", "ink", "end", dy=-8) for k in range(5)),
        Line((CARD, CARD), (0.4, 5.9), "ink", 1.5, "6 3"), Label(CARD, 5.7, "80 GiB", dx=5),
    ],
    height=272, alt="Bars of parameters, gradients, master copy, state and activations, each beginning where the one "
    "before ends, and the capacity of a card.",
)  # fmt: skip
LENGTHS = Panel(
    "Activations of one sequence",
    Axis(256, 16384, {256: "256", 1024: "1,024", 4096: "4,096", 16384: "16,384"}, "tokens *s*", "log"),
    Axis(0.03, 5000, {0.1: "0.1", 1: "1", 10: "10", 100: "100", 1000: "1,000"}, "GB", "log"),
    [
        Line("over.s", "over.none", "red", 2.2), Line("over.s", "over.selective", "brown", 2, "7 3"),
        Line("over.s", "over.full", "blue", 2, "2 3"),
        Line((256, 16384), "now.end4", "faint", 1.5, "1 4"),
        Line((300, 600), (2500, 2500), "red", 2.2), Label(700, 2500, "nothing recomputed", "red", dy=4),
        Line((300, 600), (900, 900), "brown", 2, "7 3"), Label(700, 900, "scores recomputed", "brown", dy=4),
        Line((300, 600), (320, 320), "blue", 2, "2 3"), Label(700, 320, "layers recomputed", "blue", dy=4),
        Label(300, "now.end4", "all the rest", dy=14),
    ],
    [Handle("s", "now.active", "Tokens in the sequence")], 272,
    alt="Activations over the length of a sequence, on logarithmic axes: without recomputation, with the scores and "
    "with whole layers recomputed.",
)  # fmt: skip

FIGURE = Figure(
    "A budget in bytes",
    (
        Quantity("s", "*s*", 256, 16384, 2048, "log", 0.05, 0, "red", "s"),
        Quantity("h", "*h*", 1024, 6144, 4096, "linear", 128, 0, "blue", "h"),
        Quantity("state", "state, bytes each", 0, 12, 8, "linear", 0.5, 1, "purple"),
    ),
    {
        "now": Map(now, "end1 end2 end3 end4 end5 two four held active share billions"),
        "over": Map(lengths, "none selective full", {"s": (256, 16384, 25, "log")}),
    },
    (BUDGET, LENGTHS),
    "{now.billions:1} billion parameters: {now.end4:0} GB without activations, {now.end5:0} GB with those of one "
    "sequence.",
    "A GPT of width *h* with *h*/128 layers and heads, in mixed precision; each bar begins where the one before ends.",
    Prediction(
        "The activations of one sequence of 2,048 tokens take 31 GB. Double its length to *s* = 4,096. They then take",
        ("61 GB", "104 GB", "122 GB"),
        lambda before, after: int(np.searchsorted([2.7, 3.7], after["now"]["active"][0] / before["now"]["active"][0])),
        {"s": 4096},
        "{now.active:0} GB. Most activations double with the tokens, but attention scores exist for each pair of "
        "tokens, so they grow fourfold, and are now {now.share:0}% of the sum.",
    ),
)
