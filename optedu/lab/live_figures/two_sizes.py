"""The size of Muon's step in two norms, at every width: what each factor for the shape keeps, and what it does not."""

from typing import Any

import numpy as np

from .figure import Axis, Dots, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity

LOOKS = (("match", "brown", "6 3", "s"), ("original", "blue", "", "o"), ("spectral", "green", "2 3", "o"))
"""Name, color, dashes and mark of each factor, from the top of the first panel."""


def factors(n: Number, m: Number) -> Any:
    """Those of `optedu.Muon` for n outputs and m inputs: "original", "match_rms_adamw", "spectral_norm"."""
    return np.sqrt(np.maximum(1, n / m)), 0.2 * np.sqrt(np.maximum(n, m)), np.sqrt(n / m)


def sizes(m: Number, *, r: Number) -> Any:
    """With r·m outputs and m inputs: each factor's gain (the largest RMS of Δx, x of RMS 1), then an entry's RMS."""
    n = r * m
    original, match, spectral = factors(n, m)
    gain, entry = np.sqrt(m / n), 1 / np.sqrt(np.maximum(n, m))
    return match * gain, original * gain, spectral * gain, match * entry, original * entry, spectral * entry


def marks(what: str) -> list[Any]:
    """Lines and dots of the three factors."""
    lines = [Line("width.m", f"width.{what}_{name}", color, 2.2, dash) for name, color, dash, _ in LOOKS]
    return lines + [
        Dots("m", f"now.{what}_{name}", color, 6, shape, color == "green") for name, color, _, shape in LOOKS
    ]


def key(height: float, text: str, color: str, dash: str) -> list[Any]:
    return [Line((38, 75), (height, height), color, 2.2, dash), Label(85, height, text, color, dy=4)]


WIDTH = Axis(32, 32768, {64: "64", 512: "512", 4096: "4,096", 32768: "32,768"}, "inputs *m*", "log")
GAIN = Panel(
    "Largest change of the output", WIDTH, Axis(0.2, 120, {1: "1", 10: "10", 100: "100"}, "learning rates", "log"),
    [
        *marks("gain"), *key(70, "0.2 √max(*n*, *m*)", "brown", "6 3"), *key(40, "√max(1, *n*/*m*)", "blue", ""),
        *key(23, "√(*n*/*m*)", "green", "2 3"),
    ],
    [Handle("m", "now.gain_match", "Inputs")], 260,
    alt="RMS of the change of a layer's output over its width, for three factors.",
)  # fmt: skip
ENTRY = Panel(
    "Size of an entry", WIDTH, Axis(0.002, 1.2, {0.01: "0.01", 0.1: "0.1", 1: "1"}, "learning rates", "log"),
    marks("entry"), [Handle("m", "now.entry_match", "Inputs")], 260,
    alt="RMS of an entry of the update over the width, for three factors.",
)  # fmt: skip
COLUMNS = " ".join(f"{what}_{name}" for what in ("gain", "entry") for name, *_ in LOOKS)

FIGURE = Figure(
    "Two sizes of one step",
    (
        Quantity("m", "*m*", 32, 32768, 1024, "log", 0.1, 0, "purple", "m"),
        Quantity("r", "*n*/*m*", 0.25, 4, 1, "log", 0.1, 2, "ink"),
    ),
    {"width": Map(sizes, COLUMNS, {"m": (32, 32768, 61, "log")}), "now": Map(sizes, COLUMNS, {"m": "m"})},
    (GAIN, ENTRY),
    "With *m* = {m:0} inputs and the factor that matches AdamW, an entry moves by {now.entry_match:2} learning rates "
    "and the output by up to {now.gain_match:1}. With the default factor these are {now.entry_original:3} and "
    "{now.gain_original:1}.",
    "All singular values of the update before the factor are 1. Both sizes are root mean squares, for inputs of RMS 1.",
    Prediction(
        "With the factor 0.2 √max(*n*, *m*) an entry of a square matrix moves by 0.2 learning rates at every width. "
        "Make the layer 16 times as wide, 16,384. The largest change of its output becomes",
        ("no larger", "4 times as large", "16 times as large"),
        lambda before, after: int(
            np.searchsorted([1.5, 8], after["now"]["gain_match"][0] / before["now"]["gain_match"][0])
        ),
        {"m": 16384},
        "The entries stay as large, but the spectral norm of such a step is 0.2 √*m*: the output can now move by "
        "{now.gain_match:1} learning rates.",
    ),
)
