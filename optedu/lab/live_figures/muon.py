"""What Muon's five steps do to a singular value."""

from typing import Any

import numpy as np

from .figure import Axis, Dots, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity

FIRST = (3.4445, -4.775, 2.0315)


def phi(s: Number, a: Number, b: Number, c: Number) -> Any:
    """Equation (1): what one step does to a singular value."""
    return a * s + b * s * s * s + c * s * s * s * s * s


def cubic(s: Number) -> Any:
    return 1.5 * s - 0.5 * s * s * s


def five(s: Number, a: Number, b: Number, c: Number) -> Any:
    out = [s]
    for _ in range(5):
        out.append(phi(out[-1], a, b, c))
    return out


def curve(s: Number, *, a: Number, b: Number, c: Number) -> Any:
    once, *_, last = five(s, a, b, c)[1:]
    plain = s
    for _ in range(5):
        plain = cubic(plain)
    return once, last, plain


def spectrum(k: Number, s: Number, *, a: Number, b: Number, c: Number) -> Any:
    return (five(s, a, b, c)[-1],)


def web(k: Number, *, s: Number, a: Number, b: Number, c: Number) -> Any:
    """The way of one singular value through the five steps: (s, s), (s, φ), (φ, φ), …"""
    way = five(s, a, b, c)
    x = way[0]
    y = way[0]
    for j in range(1, 11):
        x = np.where(k >= j, way[(j) // 2], x)
        y = np.where(k >= j, way[(j + 1) // 2], y)
    return x, y


def now(*, s: Number, a: Number, b: Number, c: Number) -> Any:
    return five(s, a, b, c)[1], five(s, a, b, c)[-1], a**5


SPECTRUM = tuple(float(f"{x:.4g}") for x in np.geomspace(0.8, 0.0008, 16))
PHI = Panel(
    "One step, and the way of one value", Axis(0, 1.3, (0, 0.5, 1), "*s*"), Axis(0, 1.3, (0, 0.5, 1), "*φ*(*s*)"),
    [
        Line((0, 1.3), (0, 1.3), "faint", 1, "2 3"), Line("curve.s", "curve.once", "blue", 2.2),
        Line("web.x", "web.y", "brown", 1.3), Dots("web.x", "web.y", "brown", 4),
    ],
    [Handle("s", "now.once", "Singular value")], 280, alt="The polynomial, and where five steps lead from one value.",
)  # fmt: skip
MAP = Panel(
    "After five steps", Axis(0.0005, 1.2, {0.001: "0.001", 0.01: "0.01", 0.1: "0.1", 1: "1"}, "*s* before", "log"),
    Axis(0, 1.3, (0, 0.5, 1), "after"),
    [
        Line((0.0005, 1.2, 1.2, 0.0005), (0.6818, 0.6818, 1.2024, 1.2024), "green", fill=0.12),
        Line("curve.s", "curve.plain", "faint", 1.6, "4 3"), Line("curve.s", "curve.last", "blue", 2.2),
        Dots("spectrum.s", "spectrum.after", "ink", 6, "s"),
        Label(0.05, 0.35, "cubic", anchor="start"), Label(0.0006, 1.24, "band of Muon's numbers", "green"),
    ],
    [Handle("s", "now.last", "Singular value")], 280, alt="Five steps lift even small singular values into a band "
        "around 1.",
)  # fmt: skip

FIGURE = Figure(
    "Five steps on a singular value",
    (
        Quantity("s", "*s*", 0.0005, 1.2, 0.05, "log", 0.05, 4, "brown", "s"),
        Quantity("a", "*a*", 1, 4, FIRST[0], step=0.05, digits=3, color="blue", symbols="a"),
        Quantity("b", "*b*", -6, 0, FIRST[1], step=0.05, digits=3, color="purple", symbols="b"),
        Quantity("c", "*c*", 0, 3, FIRST[2], step=0.05, digits=3, color="green", symbols="c"),
    ),
    {
        "curve": Map(curve, "once last plain", {"s": (0.0005, 1.3, 161, "log")}),
        "spectrum": Map(spectrum, "after", {"k": tuple(range(16)), "s": SPECTRUM}),
        "web": Map(web, "x y", {"k": tuple(range(11))}),
        "now": Map(now, "once last lift"),
    },
    (PHI, MAP),
    "*s* = {s:4} becomes {now.once:3} after one step and {now.last:3} after five; small values grow by *a*^5 = "
    "{now.lift:0}.",
    "The dots in the second panel are a spectrum over three decades.",
    Prediction(
        "With Muon's numbers *φ*(1) = 0.70: a value of 1 is sent down. After five steps from 1, it is",
        ("back at 1", "near 0.70", "somewhere else in the band"),
        lambda before, after: (
            0 if abs(after["now"]["last"][0] - 1) < 0.02 else 1 if abs(after["now"]["last"][0] - 0.70) < 0.03 else 2
        ),
        {"s": 1.0},
        "It keeps jumping between 0.68 and 1.13 and is at {now.last:2} now. The iteration does not converge: it brings "
        "singular values into a band, not to one.",
    ),
)
